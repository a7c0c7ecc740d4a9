"""Raw events become the same facts whatever they come in."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from numpy.typing import NDArray

from jointpay.data.events import measure
from jointpay.data.facts import Facts
from jointpay.plan.calendar import day_number
from jointpay.plan.plan import Plan

Columns = dict[str, list[Any]]
Rows = Callable[[Facts], dict[tuple[int, str, str], dict[str, int]]]
Bytes = Callable[[Facts], tuple[object, ...]]

JUNE_30 = day_number(date(2024, 6, 30))


def test_the_sums_by_hand(log: Columns, plan_of: Callable[..., Plan], rows_of: Rows) -> None:
    facts = measure(log, plan_of())
    none = {"clicks": 0, "qualified": 0, "dwell": 0, "revenue": 0, "orders": 0}
    assert rows_of(facts) == {
        (JUNE_30, "poster", "search"): none | {"clicks": 1, "qualified": 1},
        (JUNE_30 + 1, "banner", "search"): none | {"dwell": 61000},
        (JUNE_30 + 1, "poster", "feed"): none | {"revenue": 9900, "orders": 1},
        (JUNE_30 + 1, "poster", "search"): none | {"qualified": 1, "dwell": 3000},
        (JUNE_30 + 2, "poster", "feed"): none | {"revenue": -400, "orders": -1},
    }
    assert (facts.item_ids, facts.channel_ids) == (("banner", "poster"), ("feed", "search"))
    assert (facts.excluded, facts.rows_read, facts.backend, facts.notes) == ((), 7, None, ())


def test_every_kind_of_table_gives_the_same_facts(
    log: Columns, plan_of: Callable[..., Plan], bytes_of: Bytes, every_kind: Callable[[Columns], object]
) -> None:
    assert bytes_of(measure(every_kind(log), plan_of())) == bytes_of(measure(log, plan_of()))


def test_a_duckdb_relation_is_a_table(log: Columns, plan_of: Callable[..., Plan], bytes_of: Bytes) -> None:
    frame = pl.DataFrame(log)  # noqa: F841 - duckdb finds it by name
    facts = measure(duckdb.sql("select * from frame"), plan_of())
    assert facts.backend == "duckdb"
    assert bytes_of(facts) == bytes_of(measure(log, plan_of()))


@pytest.mark.parametrize("order", [[6, 5, 4, 3, 2, 1, 0], [2, 0, 5, 1, 6, 4, 3]])
def test_the_order_of_rows_changes_nothing(
    log: Columns, plan_of: Callable[..., Plan], bytes_of: Bytes, order: list[int]
) -> None:
    shuffled = {name: [cells[at] for at in order] for name, cells in log.items()}
    assert bytes_of(measure(shuffled, plan_of())) == bytes_of(measure(log, plan_of()))


def test_files_of_one_log_are_one_table(
    log: Columns, plan_of: Callable[..., Plan], bytes_of: Bytes, tmp_path: Path
) -> None:
    paths: list[str | Path] = []
    for at in range(7):
        part = pl.DataFrame({name: [cells[at]] for name, cells in log.items()})
        path = tmp_path / f"{at}.{'csv' if at % 2 else 'parquet'}"
        _ = part.write_csv(path) if at % 2 else part.write_parquet(path)
        paths.append(path if at else str(path))
    assert bytes_of(measure(paths, plan_of())) == bytes_of(measure(log, plan_of()))


def test_no_events_give_no_facts(
    log: Columns, plan_of: Callable[..., Plan], every_kind: Callable[[Columns], object]
) -> None:
    facts = measure(every_kind({name: [] for name in log}), plan_of())
    assert (facts.days.tolist(), facts.item_ids, facts.channel_ids, facts.rows_read) == ([], (), (), 0)
    assert {name: total.tolist() for name, total in facts.totals.items()} == {name: [] for name in plan_of().totals}


def test_columns_are_named_in_the_plan_or_by_argument(
    log: Columns, plan_of: Callable[..., Plan], bytes_of: Bytes
) -> None:
    renamed = {{"item": "sku", "time": "at"}.get(name, name): cells for name, cells in log.items()}
    in_plan = plan_of(events="{ignored_kinds: [hover], columns: {item: sku, time: at}}")
    assert bytes_of(measure(renamed, in_plan)) == bytes_of(measure(log, plan_of()))
    by_argument = measure(renamed, plan_of(), columns={"item": "sku", "time": "at"})
    assert bytes_of(by_argument) == bytes_of(measure(log, plan_of()))


def test_whole_numbers_are_ids_by_their_digits(log: Columns, plan_of: Callable[..., Plan], bytes_of: Bytes) -> None:
    as_text = log | {"event_id": ["1", "2", "3", "4", "5", "6", "7"], "item": ["7", "7", "12", "7", "7", "7", "7"]}
    as_numbers = log | {"event_id": [1, 2, 3, 4, 5, 6, 7], "item": [7, 7, 12, 7, 7, 7, 7]}
    expected = bytes_of(measure(as_text, plan_of()))
    assert bytes_of(measure(as_numbers, plan_of())) == expected
    assert bytes_of(measure(pl.DataFrame(as_numbers), plan_of())) == expected


def test_results_are_read_only(log: Columns, plan_of: Callable[..., Plan]) -> None:
    facts = measure(log, plan_of())
    arrays: list[NDArray[Any]] = [facts.days, facts.items, facts.channels, *facts.totals.values()]
    assert not any(array.flags.writeable for array in arrays)
    with pytest.raises(TypeError, match="does not support item assignment"):
        facts.totals["clicks"] = facts.totals["orders"]  # type: ignore[index]

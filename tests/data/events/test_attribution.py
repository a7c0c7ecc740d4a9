"""Logs whose orders are credited by touch: every kind of table, several files, odd cells, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from jointpay.data.events import measure
from jointpay.data.events import paths as event_paths
from jointpay.data.events.attribution import divide_orders
from jointpay.data.facts import Exclusion, Facts
from jointpay.data.facts_table import read_facts
from jointpay.errors import ConservationError, DataError, TooLargeError
from jointpay.frames.files import FileEngine
from jointpay.plan.plan import Plan

Columns = dict[str, list[Any]]
PlanOf = Callable[..., Plan]
Refusals = Callable[[Callable[[], object]], list[str]]

RULE = """{ignored_kinds: [hover], attribution: {kind: %s, credited: [order, payment], reversed_by: [refund],
  touches: {events: [click, dwell]%s}, window: {%s}}}"""


@pytest.fixture
def plan_by(plan_of: PlanOf) -> PlanOf:
    """Make a plan whose orders and payments are credited by touch."""

    def make(kind: str = "last_click", *, touches: str = "", window: str = "days: 2", **others: str) -> Plan:
        return plan_of(events=RULE % (kind, touches and f", {touches}", window), **others)

    return make


@pytest.fixture
def paths() -> Columns:
    """Two visitors; orders and refunds name neither item nor channel."""
    return {
        "event_id": ["e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8"],
        "time": [
            "2024-06-30T15:59:59Z",
            "2024-06-30T16:00:00.000001Z",
            "2024-06-30T16:00:01Z",
            "2024-06-30T16:00:00Z",
            "2024-07-01T09:00:00+08:00",
            "2024-07-03T00:00:00+08:00",
            "2024-07-05T09:00:00+08:00",
            "2024-07-02T09:00:00+08:00",
        ],
        "item": ["poster", "banner", "", "banner", "", "", "banner", ""],
        "channel": ["search", "feed", "", "feed", "", "", "feed", ""],
        "kind": ["click", "dwell", "order", "click", "payment", "refund", "click", "order"],
        "value": ["4000", "3000", "", "4000", "9900", "9900", "1", ""],
        "bot": ["false"] * 8,
        "visible": ["true"] * 8,
        "visitor_id": ["ann", "ann", "ann", "bob", "bob", "", "ann", "zoe"],
        "order_id": ["", "", "", "", "", "e5", "", ""],
    }


def typed(columns: Columns) -> Columns:
    """Give the same events as a program would hold them."""
    return columns | {
        "time": [datetime.fromisoformat(text).astimezone(UTC) for text in columns["time"]],
        "value": [int(cell) if cell else None for cell in columns["value"]],
        "bot": [cell == "true" for cell in columns["bot"]],
        "visible": [cell == "true" for cell in columns["visible"]],
        **{name: [cell or None for cell in columns[name]] for name in ("item", "channel", "visitor_id", "order_id")},
    }


def csv(columns: Columns, path: Path) -> Path:
    rows = [",".join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    path.write_text("\n".join([",".join(columns), *rows]) + "\n", encoding="utf-8")
    return path


def parquet(columns: Columns, path: Path) -> Path:
    pl.DataFrame(columns).write_parquet(path)
    return path


def pandas_of(columns: Columns) -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    return frame.astype({"value": "Int64", "bot": bool, "visible": bool, "visitor_id": "category"})


TABLES: dict[str, Callable[[Columns, Path], object]] = {
    "mapping of text": lambda columns, _: columns,
    "mapping of typed cells": lambda columns, _: typed(columns),
    "csv": lambda columns, path: csv(columns, path / "events.csv"),
    "parquet": lambda columns, path: parquet(typed(columns), path / "events.parquet"),
    "polars": lambda columns, _: pl.DataFrame(typed(columns)),
    "polars lazy": lambda columns, _: pl.LazyFrame(typed(columns)),
    "polars with categories": lambda columns, _: pl.DataFrame(columns).with_columns(
        pl.col("visitor_id", "order_id", "event_id").cast(pl.Categorical)
    ),
    "pyarrow": lambda columns, _: pl.DataFrame(typed(columns)).to_arrow(),
    "pyarrow of text": lambda columns, _: pa.table(columns),
    "pandas": lambda columns, _: pandas_of(typed(columns)),
    "pandas of text": lambda columns, _: pd.DataFrame(columns),
}


@pytest.mark.parametrize("table", list(TABLES))
def test_every_kind_of_table_gives_the_same_facts(
    table: str, paths: Columns, plan_by: PlanOf, tmp_path: Path, rows_of: Callable[[Facts], Any]
) -> None:
    facts = measure(TABLES[table](paths, tmp_path), plan_by())
    none = {"clicks": 0, "qualified": 0, "dwell": 0, "revenue": 0, "orders": 0}
    day = 19_904  # 2024-06-30 in Shanghai
    assert rows_of(facts) == {
        (day, "poster", "search"): none | {"clicks": 1, "qualified": 1},
        # The order of ann is credited to the later of two touches, a millionth of a second after midnight.
        (day + 1, "banner", "feed"): none
        | {"clicks": 1, "dwell": 3000, "orders": 1_000_000, "revenue": 9900 * 1_000_000},
        (day + 3, "banner", "feed"): none | {"orders": -1_000_000, "revenue": -9900 * 1_000_000},
        (day + 5, "banner", "feed"): none | {"clicks": 1},
    }
    assert facts.excluded == (Exclusion("no_touch", 1, none | {"orders": 1_000_000}),)
    assert facts.rows_read == 8


def test_a_touch_after_its_order_is_none(paths: Columns, plan_by: PlanOf, rows_of: Callable[[Facts], Any]) -> None:
    paths["time"][2] = "2024-06-30T16:00:00.000000Z"
    before = rows_of(measure(paths, plan_by()))
    assert before[19_905, "poster", "search"]["orders"] == 1_000_000
    paths["time"][2] = "2024-06-30T16:00:00.0000019Z"  # what is finer than a millionth of a second is cut off
    assert rows_of(measure(paths, plan_by()))[19_905, "banner", "feed"]["orders"] == 1_000_000


def test_many_different_decimals_of_seconds_are_read(plan_by: PlanOf) -> None:
    count = 6000
    times = [f"2024-07-01T00:00:00.{number:0{4 + number % 3}}+08:00" for number in range(count)]
    log = {
        "event_id": [f"e{number}" for number in range(2 * count)],
        "time": times * 2,
        "item": ["a"] * count + [""] * count,
        "channel": ["feed"] * count + [""] * count,
        "kind": ["click"] * count + ["order"] * count,
        "value": ["1"] * 2 * count,
        "bot": ["0"] * 2 * count,
        "visible": ["0"] * 2 * count,
        "visitor_id": [f"v{number}" for number in range(count)] * 2,
        "order_id": [""] * 2 * count,
    }
    # Each has one touch at its very instant, which counts, in a window of a second.
    facts = measure(log, plan_by(window="seconds: 1"))
    assert facts.totals["orders"].tolist() == [count * 1_000_000]
    assert facts.excluded == ()


def test_touches_at_one_instant_stand_in_order_of_their_ids_as_text(
    paths: Columns, plan_by: PlanOf, rows_of: Callable[[Facts], Any]
) -> None:
    paths["time"][1] = paths["time"][0]
    paths["event_id"][:2] = ["e9", "e10"]
    assert rows_of(measure(paths, plan_by()))[19_905, "poster", "search"]["orders"] == 1_000_000
    assert rows_of(measure(paths, plan_by("first_click")))[19_905, "banner", "feed"]["orders"] == 1_000_000
    paths["event_id"][:2] = ["海9", "海10"]
    assert rows_of(measure(paths, plan_by()))[19_905, "poster", "search"]["orders"] == 1_000_000


def test_visitors_may_be_whole_numbers(paths: Columns, plan_by: PlanOf, bytes_of: Callable[[Facts], object]) -> None:
    numbers = {"ann": 7, "bob": 10**17, "zoe": 0, "": None}
    frame = pl.DataFrame(typed(paths) | {"visitor_id": [numbers[name] for name in paths["visitor_id"]]})
    assert bytes_of(measure(frame, plan_by())) == bytes_of(measure(paths, plan_by()))


def test_a_window_is_elapsed_time_whatever_the_clocks_do(
    paths: Columns, plan_by: PlanOf, rows_of: Callable[[Facts], Any]
) -> None:
    # In Berlin the clocks went forward on 2024-03-31, so that from noon to noon are 23 hours.
    paths["time"][:3] = ["2024-03-30T12:00", "2024-03-29T12:00", "2024-03-31T12:00"]
    paths |= {name: cells[:3] for name, cells in paths.items()}
    day = 19_813
    for window, found in (("seconds: 82800", 1_000_000), ("seconds: 82799", 0)):
        rows = rows_of(measure(paths, plan_by(zone="Europe/Berlin", window=window)))
        assert rows.get((day, "poster", "search"), {"orders": 0})["orders"] == found


@pytest.mark.parametrize("kind", ["csv", "parquet", "both"])
def test_orders_and_their_touches_may_stand_in_different_files(
    kind: str, paths: Columns, plan_by: PlanOf, tmp_path: Path, bytes_of: Callable[[Facts], tuple[object, ...]]
) -> None:
    first = {name: cells[1:3] + cells[4:7] for name, cells in paths.items()}
    second = {name: cells[:1] + cells[3:4] + cells[7:] for name, cells in paths.items()}
    files = [
        csv(first, tmp_path / "a.csv") if kind != "parquet" else parquet(first, tmp_path / "a.parquet"),
        csv(second, tmp_path / "b.csv") if kind == "csv" else parquet(typed(second), tmp_path / "b.parquet"),
    ]
    plan = plan_by("linear")
    assert bytes_of(measure(files, plan)) == bytes_of(measure(paths, plan))
    csv(first, tmp_path / "c.csv")
    with pytest.raises(DataError, match=r"5 events stand in .* \[files_overlap\]"):
        measure([*files, parquet(typed(first), tmp_path / "d.parquet")], plan)


def test_repetitions_and_ignored_kinds_are_neither_touches_nor_orders(
    paths: Columns, plan_by: PlanOf, bytes_of: Callable[[Facts], tuple[object, ...]]
) -> None:
    again = {name: [*cells, cells[1], cells[4], cells[5]] for name, cells in paths.items()}
    for name, cell in {"event_id": "h", "kind": "hover", "time": "2024-06-30T16:00:00.5Z"}.items():
        again[name].append(cell)
    for name in again.keys() - {"event_id", "kind", "time"}:
        again[name].append(paths[name][0])
    facts, plain = measure(again, plan_by()), measure(paths, plan_by())
    none = dict.fromkeys(plain.totals, 0)
    # Refund and payment are one of each, and net to nothing.
    assert facts.excluded == (
        Exclusion("duplicate", 3, none | {"dwell": 3000, "orders": -1_000_000}),
        Exclusion("ignored_kind", 1, none),
        *plain.excluded,
    )
    assert bytes_of(replace(facts, excluded=(), rows_read=0)) == bytes_of(replace(plain, excluded=(), rows_read=0))


@pytest.mark.parametrize(
    ("touches", "touched"),
    [
        ("where: {at_least: 3001}", "poster"),
        ("where: {at_most: 3000}", "banner"),
        ("where: {channels: [search]}", "poster"),
        ("where: {flags: [new]}", "poster"),
        ("where: {without: [new]}", "banner"),
    ],
)
def test_which_events_are_touches_can_be_narrowed(
    touches: str, touched: str, paths: Columns, plan_by: PlanOf, rows_of: Callable[[Facts], Any]
) -> None:
    paths["new"] = ["true", "false"] * 4
    rows = rows_of(measure(paths, plan_by(touches=touches)))
    credited = {item for (_, item, _), totals in rows.items() if totals["orders"] > 0}
    assert credited == {touched}


def test_a_visit_needs_its_value_where_touches_are_told_by_it(
    paths: Columns, plan_by: PlanOf, refusals: Refusals
) -> None:
    paths["value"][0] = ""
    (told,) = refusals(lambda: measure(paths, plan_by(touches="where: {at_least: 1}")))
    assert told.endswith("missing is not zero; next: fill it in, or write 0 where it is zero [value_missing]")


def test_only_orders_may_do_without_item_and_channel(paths: Columns, plan_by: PlanOf, refusals: Refusals) -> None:
    paths["item"][3], paths["channel"][6], paths["item"][2] = "", "", "total"
    assert refusals(lambda: measure(paths, plan_by())) == [
        (
            "events: row 5, column 'item': the cell is empty; allowed: the id of an item; next: fill it in, or drop total rows "
            "[cell_empty]"
        ),
        (
            "events: row 8, column 'channel', item 'banner': the cell is empty; allowed: the channel of the event; next: fill "
            "it in [cell_empty]"
        ),
    ]


def test_unknown_channels_are_counted_where_they_are_read(paths: Columns, plan_by: PlanOf) -> None:
    paths["channel"][2], paths["channel"][6] = "elsewhere", "elsewhere"
    plan = plan_by(channels="channels: {known: [search, feed, rest], other: rest}")
    (note,) = measure(paths, plan).notes
    assert str(note).startswith("events: column 'channel': 1 rows of channel 'elsewhere'")


def test_columns_of_visitors_and_orders_are_needed_and_can_be_named(
    paths: Columns, plan_by: PlanOf, refusals: Refusals, bytes_of: Callable[[Facts], object]
) -> None:
    renamed = {{"visitor_id": "who", "order_id": "takes back"}.get(name, name): cells for name, cells in paths.items()}
    told = refusals(lambda: measure(renamed, plan_by()))
    assert [line.split(" is missing")[0] for line in told] == [
        "events: row 1: column 'visitor_id' (visitor)",
        "events: row 1: column 'order_id' (order)",
    ]
    found = measure(renamed, plan_by(), columns={"visitor": "who", "order": "takes back"})
    assert bytes_of(found) == bytes_of(measure(paths, plan_by()))


@pytest.mark.parametrize("visitor", ["1.0", "1.5E+17", "2E+7", "7.25e3"])
def test_visitors_that_a_float_rewrote_are_found_by_the_library_that_reads_the_file(
    visitor: str, paths: Columns, plan_by: PlanOf, refusals: Callable[[Callable[[], object]], list[str]], tmp_path: Path
) -> None:
    paths["visitor_id"][0] = visitor
    pl.DataFrame(typed(paths)).write_parquet(tmp_path / "log.parquet")
    engines: tuple[FileEngine, ...] = ("duckdb", "polars")
    for engine in engines:
        (found,) = refusals(partial(measure, tmp_path / "log.parquet", plan_by(), engine=engine))
        assert found.startswith(f"log.parquet: row 2, column 'visitor_id', item 'poster': {visitor!r} looks like an id")
    paths["visitor_id"] = ["a.b+c" if name == visitor else name for name in paths["visitor_id"]]
    pl.DataFrame(typed(paths)).write_parquet(tmp_path / "log.parquet")
    assert measure(tmp_path / "log.parquet", plan_by(), engine="duckdb").rows_read == len(paths["visitor_id"])


def test_without_attribution_there_is_no_column_of_visitors(paths: Columns, plan_of: PlanOf) -> None:
    with pytest.raises(
        DataError, match=r"columns names 'visitor'; allowed: event_id, time, item, channel, kind, value"
    ):
        measure(paths, plan_of(), columns={"visitor": "visitor_id"})


def test_ids_that_went_through_a_float_are_refused(paths: Columns, plan_by: PlanOf, refusals: Refusals) -> None:
    paths["visitor_id"][0], paths["order_id"][5] = "1.0", "1.5E+17"
    told = "looks like an id that a spreadsheet or a float rewrote; allowed: the id as text, or an empty cell; next: "
    assert [line.split("read the")[0] for line in refusals(lambda: measure(paths, plan_by()))] == [
        f"events: row 2, column 'visitor_id', item 'poster': '1.0' {told}",
        f"events: row 7, column 'order_id': '1.5E+17' {told}",
    ]
    floats = pd.DataFrame(paths).assign(visitor_id=[1.0, 2.0, None, 4.0, 5.0, 6.0, 7.0, 8.0])
    assert "[id_float]" in refusals(lambda: measure(floats, plan_by()))[0]


def test_half_a_character_is_refused(paths: Columns, plan_by: PlanOf, refusals: Refusals) -> None:
    paths["visitor_id"][0] = "a\ud800"
    assert "holds half a character" in refusals(lambda: measure(paths, plan_by()))[0]


def test_the_cut_off_holds(paths: Columns, plan_by: PlanOf) -> None:
    with pytest.raises(DataError, match=r"2024-07-05T09:00:00\+08:00' is not before the cut-off"):
        measure(paths, plan_by(), until=datetime(2024, 7, 5, tzinfo=UTC))


def test_a_log_without_events_and_one_without_touches(paths: Columns, plan_by: PlanOf) -> None:
    empty = measure({name: [] for name in paths}, plan_by())
    assert (empty.rows_read, empty.days.tolist(), empty.excluded) == (0, [], ())
    only_orders = {name: [cells[2], cells[7]] for name, cells in paths.items()}
    facts = measure(only_orders, plan_by("time_decay, half_life: 60"))
    assert facts.days.tolist() == []
    assert facts.excluded[0].rows == 2
    assert facts.excluded[0].totals["orders"] == 2_000_000


def test_labels_that_look_alike_are_noted(paths: Columns, plan_by: PlanOf) -> None:
    paths["item"][0] = "p\u043ester"  # with a Cyrillic letter
    paths["item"][1] = "poster"
    assert [note.code for note in measure(paths, plan_by()).notes] == ["ids_look_alike", "id_mixes_alphabets"]


def test_control_totals_are_in_the_unit(paths: Columns, plan_by: PlanOf) -> None:
    measure(paths, plan_by(), control={"rows": 8, "orders": 1, "revenue": 0, "clicks": 3})
    with pytest.raises(DataError, match=r"'orders' is declared as 3, and 1 was read, which is 2 too little"):
        measure(paths, plan_by(), control={"orders": 3})
    table = {"day": ["2024-07-01"], "item": ["a"], "channel": ["feed"], "orders": [1_500_000]}
    table |= {name: [0] for name in ("clicks", "qualified", "dwell", "revenue")}
    with pytest.raises(DataError, match=r"'orders' is declared as 1, and 1.5 was read, which is 0.5 too much"):
        read_facts(table, plan_by(), control={"orders": 1})


def test_millionths_that_could_pass_int64_are_refused(paths: Columns, plan_by: PlanOf) -> None:
    paths["value"][4] = str(2**63 // 1_000_000 - 9900)
    measure(paths, plan_by())
    paths["value"][4] = str(2**63 // 1_000_000 - 9900 + 1)
    with pytest.raises(
        TooLargeError, match=r"^total 'revenue' counts in millionths, .* could reach 9223372036855000000"
    ):
        measure(paths, plan_by())


def test_the_order_is_the_same_where_visitors_and_instants_do_not_fit_into_one_number(
    paths: Columns, plan_by: PlanOf, bytes_of: Callable[[Facts], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = bytes_of(measure(paths, plan_by("linear")))
    monkeypatch.setattr(event_paths, "_PACKED", 1)
    assert bytes_of(measure(paths, plan_by("linear"))) == packed


def test_parts_that_are_not_the_whole_stop_the_run(
    paths: Columns, plan_by: PlanOf, monkeypatch: pytest.MonkeyPatch
) -> None:

    def short(*args: Any) -> Any:
        splits = divide_orders(*args)
        return replace(splits, millionths=splits.millionths - 1)

    monkeypatch.setattr(event_paths, "divide_orders", short)
    with pytest.raises(ConservationError, match=r"^the parts of event 3 sum to 999999 millionths, not to one"):
        measure(paths, plan_by())


def test_any_order_of_rows_gives_the_same_bytes(
    paths: Columns, plan_by: PlanOf, bytes_of: Callable[[Facts], object]
) -> None:
    expected = bytes_of(measure(paths, plan_by("linear")))
    chance = np.random.default_rng(1)
    for _ in range(5):
        order = chance.permutation(8).tolist()
        shuffled = {name: [cells[place] for place in order] for name, cells in paths.items()}
        assert bytes_of(measure(shuffled, plan_by("linear"))) == expected

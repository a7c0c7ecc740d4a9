"""Facts that come summed already: read as strictly as events, merged by addition, written and read back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.typing import NDArray

from jointpay.data import facts_table
from jointpay.data.facts import Exclusion, Facts, less_facts, merge_facts
from jointpay.data.facts_table import facts_columns, read_facts
from jointpay.errors import DataError, MismatchError, TooLargeError
from jointpay.plan.calendar import day_number
from jointpay.plan.load import plan_from_text
from jointpay.plan.plan import Plan

Columns = dict[str, list[Any]]
Refusals = Callable[[Callable[[], Any]], list[str]]

_PLAN = """
schema_version: 1
id: counting
version: 1
effective: {{from: 2024-01-01, to: 2025-01-01}}
currency: CNY
time_zone: Asia/Shanghai
period: month
rounding: half_even
places: {{attainment: 4, points: 2, adjustment: 2}}
partial_period: by_days
{channels}
totals:
  clicks: {{kind: count, events: [click]}}
  revenue: {{kind: sum, events: [payment], minus: [refund], unit: minor}}
metrics:
  clicks: {{kind: total, total: clicks, unit: count, direction: higher_is_better, places: 0}}
roles:
  designer:
    components:
      draw:
        weight: 1
        combine: weighted_mean
        measures:
          clicks:
            weight: 1
            metric: clicks
            scope: own
            target: {{kind: fixed, value: 100}}
            attainment: ratio
            curve: {{kind: proportional, times: 100, origin: 0, from: 0, to: 2}}
            missing: zero
"""


def plan_of(channels: str = "") -> Plan:
    return plan_from_text(_PLAN.format(channels=channels), format="yaml")


PLAN = plan_of()
KNOWN = plan_of("channels: {known: [search, feed]}")
OTHER = plan_of("channels: {known: [search, rest], other: rest}")


def table() -> Columns:
    return {
        "day": ["2024-07-02", "2024-07-01", "2024-07-01", "2024-07-01"],
        "item": ["poster", "poster", "poster", "banner"],
        "channel": ["search", "search", "feed", "search"],
        "clicks": ["3", "1", "0", "2"],
        "revenue": ["-400", "0", "9900", "999999999999999999"],
    }


def content(facts: Facts) -> tuple[object, ...]:
    return (
        *(array.tobytes() for array in (facts.days, facts.items, facts.channels)),
        {name: total.tolist() for name, total in facts.totals.items()},
        facts.item_ids,
        facts.channel_ids,
        facts.excluded,
        facts.rows_read,
    )


JULY = day_number(date(2024, 7, 1))


def test_facts_are_sorted_and_coded() -> None:
    facts = read_facts(table(), PLAN)
    assert facts.days.tolist() == [JULY, JULY, JULY, JULY + 1]
    assert facts.items.tolist() == [0, 1, 1, 1]
    assert facts.channels.tolist() == [1, 0, 1, 1]
    assert facts.totals["clicks"].tolist() == [2, 0, 1, 3]
    assert facts.totals["revenue"].tolist() == [10**18 - 1, 9900, 0, -400]
    assert (facts.item_ids, facts.channel_ids) == (("banner", "poster"), ("feed", "search"))
    assert (facts.excluded, facts.rows_read, facts.backend, facts.notes) == ((), 4, None, ())
    arrays: list[NDArray[Any]] = [facts.days, facts.items, facts.channels, *facts.totals.values()]
    assert [array.dtype for array in arrays] == [np.int32, np.int32, np.int32, np.int64, np.int64]
    assert not any(array.flags.writeable for array in arrays)


def _csv(columns: Columns, path: Path) -> object:
    pl.DataFrame(columns).write_csv(path / "facts.csv")
    return str(path / "facts.csv")


def _typed(columns: Columns) -> Columns:
    return columns | {
        "day": [date.fromisoformat(text) for text in columns["day"]],
        "clicks": list(map(int, columns["clicks"])),
        "revenue": list(map(int, columns["revenue"])),
    }


def _parquet(columns: Columns, path: Path) -> object:
    pl.DataFrame(_typed(columns)).write_parquet(path / "facts.parquet")
    return path / "facts.parquet"


@pytest.mark.parametrize(
    ("make", "backend"),
    [
        (lambda columns, _: _typed(columns), None),
        (lambda columns, _: {name: np.array(cells) for name, cells in columns.items()}, None),
        (_csv, None),
        (_parquet, None),
        (lambda columns, _: pl.DataFrame(columns), "polars"),
        (lambda columns, _: pl.LazyFrame(_typed(columns)), "polars"),
        (lambda columns, _: pl.DataFrame(_typed(columns)).to_arrow(), "pyarrow"),
        (lambda columns, _: pd.DataFrame(columns), "pandas"),
        (lambda columns, _: pd.DataFrame(_typed(columns)).assign(day=pd.to_datetime(columns["day"])), "pandas"),
        (lambda columns, _: pd.DataFrame(_typed(columns)).convert_dtypes(dtype_backend="pyarrow"), "pandas"),
    ],
)
def test_every_kind_of_table(make: Callable[[Columns, Path], object], backend: str | None, tmp_path: Path) -> None:
    facts = read_facts(make(table(), tmp_path), PLAN)
    assert content(facts) == content(read_facts(table(), PLAN))
    assert facts.backend == backend


def test_channels_may_be_absent_or_empty_where_none_are_declared() -> None:
    without = {name: cells[1:] for name, cells in table().items() if name != "channel"} | {"item": ["a", "b", "c"]}
    assert read_facts(without, PLAN).channel_ids == ("",)
    assert content(read_facts(without | {"channel": ["", None, ""]}, PLAN)) == content(read_facts(without, PLAN))


def test_an_empty_cell_among_channels_is_refused(refusals: Refusals) -> None:
    """E077."""
    gap = table() | {"channel": ["search", "search", "", "search"]}
    told = (
        "facts: row 4, column 'channel', item 'poster': the cell is empty; allowed: {}; next: fill it in [cell_empty]"
    )
    assert refusals(lambda: read_facts(gap, PLAN)) == [told.format("a channel")]
    assert refusals(lambda: read_facts(gap, KNOWN)) == [told.format("a channel of the plan")]


def test_unknown_channels(refusals: Refusals) -> None:
    """E053."""
    odd = table() | {"channel": ["search", "search", "serach", "feed"]}
    assert refusals(lambda: read_facts(odd, KNOWN)) == [
        (
            "facts: row 4, column 'channel', item 'poster': 'serach' is not a channel of the plan; did you mean 'search'?; "
            "allowed: 'search', 'feed' [channel_unknown]"
        )
    ]


def test_unknown_channels_counted_as_another() -> None:
    moved = read_facts(table() | {"channel": ["search", "mail", "feed", "rest"]}, OTHER)
    assert moved.channel_ids == ("rest", "search")
    assert moved.days.tolist() == [JULY, JULY, JULY + 1]
    assert moved.totals["revenue"].tolist() == [10**18 - 1, 9900, -400]
    assert int(moved.totals["clicks"].sum()) == 6
    assert [str(note) for note in moved.notes] == [
        f"facts: column 'channel': 1 rows of channel '{label}', which the plan does not know, are counted as 'rest' "
        "[channel_moved]"
        for label in ("feed", "mail")
    ]


NEGATIVE = "is negative; next: log what takes away as a kind of its own and name it in `minus` of the total"
WHOLE = "0, 1, 2, ... in the smallest unit, at most 18 digits [total]"


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("clicks", "-3", f"'-3' {NEGATIVE}; allowed: {WHOLE}"),
        ("clicks", "1.5", f"'1.5' has decimals; allowed: {WHOLE}"),
        ("revenue", "1.5", f"'1.5' has decimals; allowed: ..., -1, {WHOLE}"),
        ("revenue", "-" + "9" * 19, f"'-{'9' * 19}' has 19 digits; allowed: ..., -1, {WHOLE}"),
        ("clicks", "", "the cell is empty; allowed: a whole number, 0 where nothing happened; next: fill it in [cell_empty]"),
        ("clicks", "N/A", f"'N/A' stands for a missing value; missing is not zero; next: fill it in, or drop the row; allowed: {WHOLE}"),
        ("day", "45321", "'45321' is not a day: it may be a spreadsheet's day number or 20260131; allowed: text such as 2026-01-31 [day_text]"),
        ("day", "2024-02-30", "'2024-02-30' is not a day: the calendar has no such day; allowed: text such as 2026-01-31 [day_text]"),
        ("day", "", "the cell is empty; allowed: a day; next: fill it in [cell_empty]"),
        ("item", "", "the cell is empty; allowed: the id of an item; next: fill it in [cell_empty]"),
        ("item", "合计", "'合计' is the label of a total row; next: drop total rows [total_row]"),
        ("item", "12.0", "'12.0' looks like an id that a spreadsheet or a float rewrote; allowed: the id as text; next: format the column as text (dtype=str) and export it again [id_rewritten]"),
    ],
)  # fmt: skip
def test_bad_cells(refusals: Refusals, column: str, cell: str, told: str) -> None:
    bad = table()
    bad[column][1] = cell
    who = "" if column == "item" else ", item 'poster'"
    assert refusals(lambda: read_facts(bad, PLAN)) == [f"facts: row 3, column {column!r}{who}: {told}"]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([1, 2, -3, 4], f"row 4, column 'clicks', item 'poster': '-3' {NEGATIVE}; allowed: {WHOLE}"),
        ([1, 2, 10**18, 4], f"row 4, column 'clicks', item 'poster': '{10**18}' has 19 digits; allowed: {WHOLE}"),
        ([1, 2, 1.5, 4], "row 4, column 'clicks', item 'poster': 1.5 is a float; allowed: whole numbers, as numbers or as text [total_type]"),
        ([True, True, True, True], "row 2, column 'clicks', item 'poster': True is a bool; allowed: whole numbers, as numbers or as text [total_type]"),
    ],
)  # fmt: skip
def test_cells_of_wrong_types(refusals: Refusals, cells: list[object], told: str) -> None:
    found = refusals(lambda: read_facts(table() | {"clicks": cells}, PLAN))
    assert found[0] == f"facts: {told}"


def test_times_are_not_days(refusals: Refusals) -> None:
    found = refusals(lambda: read_facts(table() | {"day": [datetime(2024, 7, 1, 12)] * 4}, PLAN))  # noqa: DTZ001 - refused
    assert found[0] == (
        "facts: row 2, column 'day', item 'poster': '2024-07-01 12:00:00' is a time, not a day; allowed: a day; "
        "next: cut the time off [day_time]"
    )


def test_a_total_without_a_column(refusals: Refusals) -> None:
    """E001."""
    renamed = {"click" if name == "clicks" else name: cells for name, cells in table().items()}
    assert refusals(lambda: read_facts(renamed, PLAN, source="july")) == [
        (
            "july: row 1: column 'clicks' is missing; did you mean 'click'?; expected: day, item, clicks, revenue (and, where "
            "wanted, channel, end); found: 'day', 'item', 'channel', 'click', 'revenue'; next: give every total of the plan a column "
            "[column_missing]"
        )
    ]


def test_other_columns_are_listed_once() -> None:
    """E002."""
    facts = read_facts(table() | {"orders": ["x"] * 4}, PLAN)
    assert [str(note) for note in facts.notes] == ["facts: columns that are not read: 'orders' [column_ignored]"]


def test_a_day_item_and_channel_that_stands_twice(refusals: Refusals) -> None:
    twice = {name: [*cells, cells[1]] for name, cells in table().items()}
    told = (
        "stand on row 3 too; allowed: one row for each; next: look for a double export, or pass the tables one by one"
    )
    assert refusals(lambda: read_facts(twice, PLAN)) == [
        (
            f"facts: row 6, item 'poster': the facts of 2024-07-01, item 'poster', channel 'search', {told} to merge_facts "
            "[facts_repeated]"
        )
    ]
    del twice["channel"]
    twice["item"][2] = "other"
    assert refusals(lambda: read_facts(twice, PLAN)) == [
        f"facts: row 6, item 'poster': the facts of 2024-07-01, item 'poster' {told} to merge_facts [facts_repeated]"
    ]


def test_moved_channels_are_no_repetition_and_true_ones_are(refusals: Refusals) -> None:
    twice = {name: [*cells, cells[2]] for name, cells in table().items()}
    (found,) = refusals(lambda: read_facts(twice, OTHER))
    assert found.startswith(
        "facts: row 6, item 'poster': the facts of 2024-07-01, item 'poster', channel 'feed', stand"
    )


def test_sums_that_could_pass_64_bits() -> None:
    days = [f"2024-07-{day:02}" for day in range(1, 11)]
    many = {"day": days, "item": ["a"] * 10, "clicks": [1] * 10, "revenue": [-(10**18) + 1] * 10}
    with pytest.raises(TooLargeError, match="total 'revenue': 10 rows with numbers up to 999999999999999999 could sum"):
        read_facts(many, PLAN)
    # One large number among small ones is no reason to refuse.
    fits = many | {"revenue": [10**18 - 1] + [1] * 9}
    assert int(read_facts(fits, PLAN).totals["revenue"].sum()) == 10**18 + 8


def test_columns_read_back_are_the_same_facts() -> None:
    facts = read_facts(table(), PLAN)
    assert list(facts_columns(facts)) == ["day", "item", "channel", "clicks", "revenue"]
    assert facts_columns(facts)["day"] == ["2024-07-01"] * 3 + ["2024-07-02"]
    assert content(read_facts(facts_columns(facts), PLAN)) == content(facts)


def rows(*places: int) -> Facts:
    return read_facts({name: [cells[place] for place in places] for name, cells in table().items()}, PLAN)


def test_merging_is_addition() -> None:
    whole = read_facts(table(), PLAN)
    assert content(merge_facts(whole)) == content(whole)
    assert content(merge_facts(rows(3), rows(0, 2), rows(1))) == content(whole)
    assert content(merge_facts(merge_facts(rows(1), rows(3)), merge_facts(rows(2), rows(0)))) == content(whole)
    twice = merge_facts(whole, rows(0, 1, 2))
    assert twice.totals["revenue"].tolist() == [10**18 - 1, 2 * 9900, 0, -800]
    assert twice.rows_read == 7


def test_what_was_left_out_is_added_by_reason() -> None:
    def left_out(facts: Facts, *excluded: Exclusion) -> Facts:
        return replace(facts, excluded=excluded, backend="polars", notes=noted)

    noted = read_facts(table() | {"more": ["x"] * 4}, PLAN).notes
    one = left_out(rows(0), Exclusion("duplicate", 2, MappingProxyType({"clicks": 2, "revenue": 5})))
    two = left_out(
        rows(1),
        Exclusion("duplicate", 1, MappingProxyType({"clicks": 1, "revenue": -7})),
        Exclusion("bot", 4, MappingProxyType({"clicks": 4, "revenue": 0})),
    )
    merged = merge_facts(rows(2), one, two)
    assert merged.excluded == (
        Exclusion("bot", 4, {"clicks": 4, "revenue": 0}),
        Exclusion("duplicate", 3, {"clicks": 3, "revenue": -2}),
    )
    assert (merged.backend, merged.notes) == ("polars", noted)


def test_facts_less_themselves_are_nothing_and_leave_nothing_out() -> None:
    both = replace(
        rows(0),
        excluded=(
            Exclusion("bot", 4, MappingProxyType({"clicks": 4, "revenue": 0})),
            Exclusion("duplicate", 2, MappingProxyType({"clicks": 2, "revenue": 5})),
        ),
        rows_read=9,
    )
    nothing = less_facts(both, both)
    assert nothing.days.tolist() == both.days.tolist()
    assert not any(total.any() for total in nothing.totals.values())
    assert (nothing.excluded, nothing.rows_read) == ((), 0)
    less = less_facts(both, replace(both, excluded=both.excluded[1:], rows_read=2))
    assert (less.excluded, less.rows_read) == (both.excluded[:1], 7)


def test_facts_that_do_not_add_up() -> None:
    with pytest.raises(MismatchError, match="there are no facts to merge; allowed: one Facts or more"):
        merge_facts()
    other = replace(rows(0), totals=MappingProxyType({"clicks": np.array([1])}))
    with pytest.raises(
        MismatchError, match="facts of different totals: clicks, revenue and clicks; next: measure or read"
    ):
        merge_facts(rows(1), other)
    with pytest.raises(TooLargeError, match="could sum to more than 2"):
        merge_facts(*[rows(3)] * 10)


def test_facts_of_no_rows_merge() -> None:
    nothing = replace(rows(0), days=np.zeros(0, np.int32), items=np.zeros(0, np.int32), channels=np.zeros(0, np.int32))
    nothing = replace(nothing, totals={name: np.zeros(0, np.int64) for name in nothing.totals}, rows_read=0)
    assert merge_facts(nothing, nothing).item_ids == ()
    assert content(merge_facts(nothing, rows(0), nothing)) == content(rows(0))


def test_facts_too_wide_for_one_number_are_sorted_and_compared_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = content(read_facts(table(), PLAN))
    monkeypatch.setattr(facts_table, "packed", lambda _: None)
    assert content(read_facts(table(), PLAN)) == expected
    twice = {name: [*cells, cells[1]] for name, cells in table().items()}
    with pytest.raises(DataError, match=r"row 6, .* stand on row 3 too"):
        read_facts(twice, PLAN)


def test_facts_in_order_are_those_in_any_order() -> None:
    rows = [3, 2, 1, 0]
    assert content(
        read_facts({name: [cells[row] for row in rows] for name, cells in table().items()}, PLAN)
    ) == content(read_facts(table(), PLAN))

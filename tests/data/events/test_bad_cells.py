"""Bad cells of raw events: refused with file, row, column, item, the cell and what to do. Ids are those of the case list."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from jointpay.data.events import measure
from jointpay.plan.plan import Plan

Columns = dict[str, list[Any]]
Refusals = Callable[[Callable[[], object]], list[str]]
CsvOf = Callable[[Columns], Path]
PlanOf = Callable[..., Plan]

WHOLE = "allowed: 0, 1, 2, ... in the smallest unit, at most 18 digits [value]"
TIME = (
    "allowed: 2024-06-30T16:30:00+08:00, 2024-06-30T08:30:00Z, or without offset a local time of Asia/Shanghai [time]"
)
EMPTY_VALUE = (
    "the cell is empty, and every 'dwell' needs its value; missing is not zero; next: fill it in, "
    "or write 0 where it is zero [value_missing]"
)
NEGATIVE = "is negative; next: log what takes away as a kind of its own and name it in `minus` of the total"
MISSING = "stands for a missing value; missing is not zero; next: fill it in, or drop the row"
SHEET = "is a spreadsheet error; next: correct it in the spreadsheet"
TOTAL_ROW = "is the label of a total row, not an event; next: drop total rows"

VALUES = {
    "E018 negative": ("-3", f"'-3' {NEGATIVE}; {WHOLE}"),
    "E019 decimals": ("1.5", f"'1.5' has decimals; {WHOLE}"),
    "E023 empty": ("", EMPTY_VALUE),
    "E024 N/A": ("N/A", f"'N/A' {MISSING}; {WHOLE}"),
    "E024 dash": ("-", f"'-' {MISSING}; {WHOLE}"),
    "E024 long dash": ("—", f"'—' {MISSING}; {WHOLE}"),
    "E024 null": ("null", f"'null' {MISSING}; {WHOLE}"),
    "E024 #N/A": ("#N/A", f"'#N/A' {SHEET}; {WHOLE}"),
    "E024 #REF!": ("#REF!", f"'#REF!' {SHEET}; {WHOLE}"),
    "E024 #DIV/0!": ("#DIV/0!", f"'#DIV/0!' {SHEET}; {WHOLE}"),
    "E025 inf": ("inf", f"'inf' is not finite; {WHOLE}"),
    "E025 -Infinity": ("-Infinity", f"'-Infinity' is not finite; {WHOLE}"),
    "E025 1e400": ("1e400", f"'1e400' is written with an exponent; {WHOLE}"),
    "E027 3.000": ("3.000", f"'3.000' has decimals; {WHOLE}"),
    "E028 full width": (
        "１２３",
        f"'１２３' is not written in the plain digits 0-9 (U+FF11, U+FF12, U+FF13); next: write '123'; {WHOLE}",
    ),
    "E028 Arabic": ("٣", f"'٣' is not written in the plain digits 0-9 (U+0663); next: write '3'; {WHOLE}"),
    "E029 underscores": ("1_000", f"'1_000' has underscores; next: write it without them; {WHOLE}"),
    "E030 percent": ("12%", f"'12%' is a percentage; {WHOLE}"),
    "E032 parentheses": (
        "(120.50)",
        f"'(120.50)' is an accountant's negative number; next: write refunds as a kind of their own; {WHOLE}",
    ),
    "E032 minus behind": (
        "120.50-",
        f"'120.50-' is an accountant's negative number; next: write refunds as a kind of their own; {WHOLE}",
    ),
    "E032 U+2212": ("−120.50", f"'−120.50' holds U+2212, which is no part of a number; {WHOLE}"),
    "E033 apostrophe": (
        "'123",
        '"\'123" begins with an apostrophe, as spreadsheets mark text; next: format the column as a number; ' + WHOLE,
    ),
    "E033 nbsp": ("12\u00a0", f"'12\\xa0' holds U+00A0, which is no part of a number; {WHOLE}"),
    "E033 zero width": ("\u200b12", f"'\\u200b12' holds U+200B, which is no part of a number; {WHOLE}"),
    "E034 float tail": (
        "12.299999999999999",
        f"'12.299999999999999' has decimals, and looks like a float; next: round it at its source; {WHOLE}",
    ),
    "E036 many digits": (
        "9" * 99_999,
        f"'{'9' * 60}'... (99999 characters) has 99999 digits; {WHOLE}",
    ),
    "19 digits": ("1" * 19, f"'{'1' * 19}' has 19 digits; {WHOLE}"),
    "plus": ("+5", f"'+5' has a plus sign; next: leave it out; {WHOLE}"),
    "leading zeros": ("007", f"'007' has leading zeros; next: leave them out; {WHOLE}"),
    "spaces": (" 5", f"' 5' has spaces around it; next: remove them; {WHOLE}"),
    "word": ("many", f"'many' is not a whole number; {WHOLE}"),
    "blank": (" ", f"' ' has spaces around it; next: remove them; {WHOLE}"),
    "E013 total": ("合计", f"'合计' {TOTAL_ROW}; {WHOLE}"),
}

TIMES = {
    "E039 spreadsheet day": (
        "45321",
        f"'45321' is a spreadsheet's day number (2024-01-30 perhaps); next: format the column as a time; {TIME}",
    ),
    "E039 compact": ("20240131", f"'20240131' is a day without separators and without a time of day; {TIME}"),
    "a day": ("2024-01-31", f"'2024-01-31' is a day without a time of day; {TIME}"),
    "E040 leap": ("2023-02-29T10:00:00Z", f"'2023-02-29T10:00:00Z': the calendar has no such day; {TIME}"),
    "E040 February": ("2024-02-30 10:00", f"'2024-02-30 10:00': the calendar has no such day; {TIME}"),
    "E051 seconds": (
        "1719763200",
        f"'1719763200' is a number of seconds (Unix time); next: convert it to a time with an offset; {TIME}",
    ),
    "E051 milliseconds": (
        "1719763200000",
        f"'1719763200000' is a number of milliseconds or less; next: convert it to a time with an offset; {TIME}",
    ),
    "E051 year": ("3024-01-01T00:00:00Z", f"'3024-01-01T00:00:00Z': the year 3024 is outside 1970 to 2200; {TIME}"),
    "before 1970": ("1969-12-31T23:59:59Z", f"'1969-12-31T23:59:59Z': the year 1969 is outside 1970 to 2200; {TIME}"),
    "24 hours": ("2024-01-01T24:00:00Z", f"'2024-01-01T24:00:00Z': hours go from 00 to 23; {TIME}"),
    "leap second": ("2016-12-31T23:59:60Z", f"'2016-12-31T23:59:60Z': seconds go from 00 to 59; {TIME}"),
    "slashes": (
        "01/02/2024 10:00",
        f"'01/02/2024 10:00': days are written 2024-06-30, so that none is misread; {TIME}",
    ),
    "offset": ("2024-01-01T10:00+15:00", f"'2024-01-01T10:00+15:00' is not a time of ISO 8601; {TIME}"),
    "empty": ("", f"'' is empty; {TIME}"),
    "E013 total": ("Total", f"'Total' {TOTAL_ROW}; {TIME}"),
}

LABELS = {
    "E077 item": (
        "item",
        "",
        "the cell is empty; allowed: the id of an item; next: fill it in, or drop total rows [cell_empty]",
    ),
    "E077 channel": (
        "channel",
        "",
        "the cell is empty; allowed: the channel of the event; next: fill it in [cell_empty]",
    ),
    "E077 kind": ("kind", "", "the cell is empty; allowed: the kind of the event; next: fill it in [cell_empty]"),
    "no id": ("event_id", "", "the cell is empty; allowed: the unique id of the event; next: fill it in [cell_empty]"),
    "E013 item": ("item", "合计", f"'合计' {TOTAL_ROW} [total_row]"),
    "E013 id": ("event_id", "Total", f"'Total' {TOTAL_ROW} [total_row]"),
    "E013 kind": ("kind", "小计", f"'小计' {TOTAL_ROW} [total_row]"),
    "kind": (
        "kind",
        "Click",
        (
            "'Click' is not a kind of event of the plan; did you mean 'click'?; allowed: 'click', 'dwell', 'hover', 'order', "
            "'payment', 'refund'; next: name it in a total, or in events.ignored_kinds [kind_unknown]"
        ),
    ),
    "E053 channel": (
        "channel",
        "serach",
        (
            "'serach' is not a channel of the plan; did you mean 'search'?; allowed: 'search', 'feed'; "
            "next: add it to channels.known, or declare channels.other [channel_unknown]"
        ),
    ),
    "E054 spaces": ("item", "poster ", "'poster ' has spaces around it; next: remove them [id_spaced]"),
    "E054 width": (
        "item",
        "ＳＫＵ１",
        "'ＳＫＵ１' holds full-width letters or digits ('\\uff33\\uff2b\\uff35\\uff11'); next: write 'SKU1' [id_full_width]",
    ),
    "E054 NFD": (
        "item",
        "cafe\u0301",
        "'cafe\\u0301' is not in Unicode form NFC; next: write it as 'caf\\xe9' [id_not_nfc]",
    ),
    "float id": (
        "item",
        "123.0",
        (
            "'123.0' looks like an id that a spreadsheet or a float rewrote; allowed: the id as text; "
            "next: format the column as text (dtype=str) and export it again [id_rewritten]"
        ),
    ),
    "exponent id": (
        "event_id",
        "1.23457E+17",
        (
            "'1.23457E+17' looks like an id that a spreadsheet or a float rewrote; allowed: the id as text; "
            "next: read the column as text (dtype=str) and export it again [id_rewritten]"
        ),
    ),
    "flag": ("bot", "yes", "'yes' is not a flag; allowed: true, false, 1, 0 [flag]"),
    "no flag": ("visible", "", "'' is empty; allowed: true, false, 1, 0 [flag]"),
    "flag n/a": ("bot", "n/a", f"'n/a' {MISSING}; allowed: true, false, 1, 0 [flag]"),
}


def changed(log: Columns, column: str, cell: object, row: int = 4) -> Columns:
    """Put a cell into a row; row 4 is a dwell on the banner."""
    cells = list(log[column])
    cells[row - 2] = cell
    return log | {column: cells}


@pytest.mark.parametrize(("cell", "told"), VALUES.values(), ids=VALUES)
def test_values(log: Columns, plan_of: PlanOf, csv_of: CsvOf, refusals: Refusals, cell: str, told: str) -> None:
    found = refusals(lambda: measure(csv_of(changed(log, "value", cell)), plan_of()))
    assert found == [f"events.csv: row 4, column 'value', item 'banner': {told}"]


@pytest.mark.parametrize("cell", ["1,234", "1.234,56"])
def test_a_comma_in_a_number_is_another_cell(
    log: Columns, plan_of: PlanOf, csv_of: CsvOf, refusals: Refusals, cell: str
) -> None:
    """E027: unquoted it is a ragged row, quoted it is not a number."""
    (found,) = refusals(lambda: measure(csv_of(changed(log, "value", cell)), plan_of()))
    assert found.startswith("events.csv: row 4: 9 cells where the header has 8")
    (found,) = refusals(lambda: measure(csv_of(changed(log, "value", f'"{cell}"')), plan_of()))
    assert found.startswith(f"events.csv: row 4, column 'value', item 'banner': '{cell}' has ")


@pytest.mark.parametrize(("cell", "told"), TIMES.values(), ids=TIMES)
def test_times(log: Columns, plan_of: PlanOf, csv_of: CsvOf, refusals: Refusals, cell: str, told: str) -> None:
    found = refusals(lambda: measure(csv_of(changed(log, "time", cell)), plan_of()))
    assert found == [f"events.csv: row 4, column 'time', item 'banner': {told}"]


@pytest.mark.parametrize(("column", "cell", "told"), LABELS.values(), ids=LABELS)
def test_labels(
    log: Columns, plan_of: PlanOf, csv_of: CsvOf, refusals: Refusals, column: str, cell: str, told: str
) -> None:
    plan = plan_of(channels="channels: {known: [search, feed]}")
    found = refusals(lambda: measure(csv_of(changed(log, column, cell)), plan))
    who = "" if column == "item" else ", item 'banner'"
    assert found == [f"events.csv: row 4, column {column!r}{who}: {told}"]


def test_all_problems_are_told_at_once(log: Columns, plan_of: PlanOf, csv_of: CsvOf, refusals: Refusals) -> None:
    bad = changed(changed(changed(log, "value", "x"), "time", "x", row=2), "kind", "x", row=8)
    found = refusals(lambda: measure(csv_of(changed(bad, "bot", "x", row=3)), plan_of()))
    assert [line.partition(", item")[0] for line in found] == [
        "events.csv: row 2, column 'time'",
        "events.csv: row 3, column 'bot'",
        "events.csv: row 4, column 'value'",
        "events.csv: row 8, column 'kind'",
    ]


def test_beyond_a_thousand_problems_are_counted(log: Columns, plan_of: PlanOf, refusals: Refusals) -> None:
    many = {name: cells[:1] * 1500 for name, cells in log.items()} | {
        "event_id": list(range(1500)),
        "value": ["x"] * 1500,
    }
    found = refusals(lambda: measure(many, plan_of()))
    assert len(found) == 1001
    assert found[-1] == "events: 500 more problems are not listed; next: mend these and read again [more_problems]"


@pytest.mark.parametrize("make", [pl.DataFrame, pd.DataFrame, dict], ids=["polars", "pandas", "mapping"])
@pytest.mark.parametrize(
    ("column", "cells", "told"),
    [
        (
            "item",
            [1.0, 2.0],
            (
                "events: row 2, column 'item': 1.0 is a float; allowed: text or whole numbers; a float loses leading zeros and "
                "every digit beyond the 15th; next: read the column as text (dtype=str) (and so the whole column, a column of "
                "float) [id_float]"
            ),
        ),
        (
            "event_id",
            [True, False],
            (
                "events: row 2, column 'event_id': True is a bool; allowed: text or whole numbers; next: convert it to text "
                "(and so the whole column, a column of bool) [id_type]"
            ),
        ),
        (
            "value",
            [1.0, 2.0],
            (
                "events: row 2, column 'value': 1.0 is a float; allowed: whole numbers or text; floats cannot hold every whole "
                "number beyond 2**53, and one empty cell makes a pandas column float; next: frame[column].astype('Int64') (and "
                "so the whole column, a column of float) [value_type]"
            ),
        ),
        (
            "value",
            [True, False],
            (
                "events: row 2, column 'value': True is a bool; allowed: whole numbers or text; next: convert it to whole "
                "numbers of the smallest unit (and so the whole column, a column of bool) [value_type]"
            ),
        ),
        (
            "time",
            [1719763200, 1719763201],
            (
                "events: row 2, column 'time': '1719763200' is a number of seconds (Unix time); next: convert it to a time with "
                "an offset; allowed: 2024-06-30T16:30:00+08:00, 2024-06-30T08:30:00Z, or without offset a local time of "
                "Asia/Shanghai (and so the whole column, a column of int) [time]"
            ),
        ),
        (
            "bot",
            [1.0, 0.0],
            (
                "events: row 2, column 'bot': 1.0 is a float; allowed: booleans, or true, false, 1, 0 (and so the whole column, "
                "a column of float) [flag]"
            ),
        ),
    ],
)
def test_columns_of_a_wrong_type(
    log: Columns,
    plan_of: PlanOf,
    refusals: Refusals,
    make: Callable[[Columns], object],
    column: str,
    cells: list[object],
    told: str,
) -> None:
    two = {name: listed[:2] for name, listed in log.items()} | {"value": ["1", "2"], column: cells}
    assert refusals(lambda: measure(make(two), plan_of())) == [told]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["a", 1], "1 is a int, and row 2 of the column holds 'a', a str; allowed: one type in a column [cell_mixed]"),
        (
            [7, 7.5],
            "7.5 is a float, and row 2 of the column holds 7, a int; allowed: one type in a column [cell_mixed]",
        ),
        (
            [7, Decimal(7)],
            "Decimal('7') is a Decimal, and row 2 of the column holds 7, a int; allowed: one type in a column [cell_mixed]",
        ),
        (
            ["a", None],
            "the cell is empty; allowed: the id of an item; next: fill it in, or drop total rows [cell_empty]",
        ),
        (
            ["a", float("nan")],
            "the cell is empty; allowed: the id of an item; next: fill it in, or drop total rows [cell_empty]",
        ),
        (
            ["a", pd.NA],
            "the cell is empty; allowed: the id of an item; next: fill it in, or drop total rows [cell_empty]",
        ),
        (
            ["a", pd.NaT],
            "the cell is empty; allowed: the id of an item; next: fill it in, or drop total rows [cell_empty]",
        ),
    ],
)
def test_mixed_columns_are_refused_by_cell(
    log: Columns, plan_of: PlanOf, refusals: Refusals, cells: list[object], told: str
) -> None:
    """E075: one rule for None, NaN, NaT and NA, and no type beside another."""
    two = {name: listed[:2] for name, listed in log.items()} | {"value": ["1", "2"]}
    mixed = two | {"item": cells}
    frame = pd.DataFrame(two)
    frame["item"] = pd.Series(cells, dtype=object)
    for table in (mixed, frame):
        assert refusals(lambda table=table: measure(table, plan_of())) == [f"events: row 3, column 'item': {told}"]  # type: ignore[misc]


def test_mapping_of_arrays(log: Columns, plan_of: PlanOf, refusals: Refusals) -> None:
    arrays = {name: np.array(cells) for name, cells in log.items()} | {"value": np.arange(7) + 3000}
    assert measure(arrays, plan_of()).rows_read == 7
    found = refusals(lambda: measure(arrays | {"value": np.arange(7) / 2}, plan_of()))
    assert found[0].startswith("events: row 2, column 'value': 0.0 is a float; allowed: whole numbers or text")
    found = refusals(lambda: measure(arrays | {"value": -np.arange(7)}, plan_of()))
    assert found[0] == f"events: row 3, column 'value', item 'poster': '-1' {NEGATIVE}; {WHOLE}"


def test_integer_columns_have_the_same_limits_as_text(log: Columns, plan_of: PlanOf, refusals: Refusals) -> None:
    for frame in (
        pl.DataFrame(log).with_columns(value=pl.Series([4000, 0, -1, 2**63, 1, 1, 10**18], dtype=pl.Int128)),
        pd.DataFrame(log).assign(value=[4000, 0, -1, 2**63, 1, 1, 10**18]),
        log | {"value": [4000, 0, -1, 2**63, 1, 1, 10**18]},
    ):
        assert refusals(lambda frame=frame: measure(frame, plan_of())) == [  # type: ignore[misc]
            f"events: row 4, column 'value', item 'banner': '-1' {NEGATIVE}; {WHOLE}",
            f"events: row 5, column 'value', item 'poster': '{2**63}' has 19 digits; {WHOLE}",
            f"events: row 8, column 'value', item 'poster': '{10**18}' has 19 digits; {WHOLE}",
        ]


def test_a_huge_whole_number_is_never_written_out(log: Columns, plan_of: PlanOf, refusals: Refusals) -> None:
    """E036."""
    (found,) = refusals(lambda: measure(changed(log, "value", 10**100_000), plan_of()))
    assert found.startswith("events: row 4, column 'value'")


def test_nulls_in_typed_columns(log: Columns, plan_of: PlanOf, refusals: Refusals) -> None:
    moment = datetime(2024, 7, 1, tzinfo=UTC)
    frame = pl.DataFrame(log).with_columns(
        event_id=pl.Series([1, 2, 3, None, 5, 6, 7]),
        time=pl.Series([moment, None, moment, moment, moment, moment, moment]),
        value=pl.Series([4000, None, None, 1, 1, 1, 1]),
        bot=pl.Series([True, True, True, True, None, True, True]),
    )
    assert refusals(lambda: measure(frame, plan_of())) == [
        f"events: row 3, column 'time', item 'poster': '' is empty; {TIME}",
        f"events: row 4, column 'value', item 'banner': {EMPTY_VALUE}",
        (
            "events: row 5, column 'event_id', item 'poster': the cell is empty; allowed: the unique id of the event; "
            "next: fill it in [cell_empty]"
        ),
        "events: row 6, column 'bot', item 'poster': '' is empty; allowed: true, false, 1, 0 [flag]",
    ]


def test_a_column_without_values_is_missing_values(log: Columns, plan_of: PlanOf, refusals: Refusals) -> None:
    only_orders = {name: [listed[1]] for name, listed in log.items()}
    for cells in (pl.Series([None]), pl.Series([None], dtype=pl.Float64)):
        assert measure(pl.DataFrame(only_orders).with_columns(value=cells), plan_of()).rows_read == 1
    assert measure(pd.DataFrame(only_orders).assign(value=[np.nan]), plan_of()).rows_read == 1
    found = refusals(lambda: measure(pl.DataFrame(only_orders).with_columns(item=pl.lit(None)), plan_of()))
    assert found == [
        (
            "events: row 2, column 'item': the cell is empty; allowed: the id of an item; next: fill it in, or drop total "
            "rows [cell_empty]"
        )
    ]


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("item", "Decimal('7') is a Decimal; allowed: text or whole numbers; next: convert it to text (and so the whole column, a column of Decimal) [id_type]"),
        ("time", f"'7' is not a time of ISO 8601; {TIME.removesuffix(' [time]')} (and so the whole column, a column of Decimal) [time]"),
    ],
)  # fmt: skip
def test_objects_that_no_column_holds(
    log: Columns, plan_of: PlanOf, refusals: Refusals, column: str, told: str
) -> None:
    found = refusals(lambda: measure(log | {column: [Decimal(7)] * 7}, plan_of()))
    assert found == [f"events: row 2, column {column!r}: {told}"]


def test_flags_as_python_booleans(log: Columns, plan_of: PlanOf) -> None:
    as_objects = log | {"bot": [True, False, False, False, False, False, False]}
    frame = pd.DataFrame(as_objects).astype({"bot": object})
    for table in (as_objects, frame):
        assert int(measure(table, plan_of()).totals["clicks"].sum()) == 1


def test_text_of_numpy_is_text(log: Columns, plan_of: PlanOf) -> None:
    facts = measure(log | {"item": [np.str_("poster")] * 7}, plan_of())
    assert facts.item_ids == ("poster",)
    assert type(facts.item_ids[0]) is str


def test_long_numbers_that_a_spreadsheet_rounded(log: Columns, plan_of: PlanOf, refusals: Refusals) -> None:
    """Fifteen digits survive a float; ids that all end in zeros behind them have been through one."""
    rounded = ["1234567890123450000", "1234567890123460000"]
    found = refusals(lambda: measure(log | {"item": [*rounded, *["poster"] * 5]}, plan_of()))
    assert found == [
        f"events: row {row}, column 'item': '{label}' has more than 15 digits, and in every such id the rest are zeros, as "
        "when a spreadsheet or a float has rounded them; allowed: the id as text; next: format the column as text "
        "(dtype=str) and export it again [id_rewritten]"
        for row, label in enumerate(rounded, start=2)
    ]
    one = [rounded[0], *["poster"] * 6]
    sound = [*rounded, "1234567890123467890", *["poster"] * 4]
    for items in (one, sound):
        assert measure(log | {"item": items}, plan_of()).rows_read == 7

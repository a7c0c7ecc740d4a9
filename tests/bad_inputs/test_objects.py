"""Cells of any Python type in any column: read, or refused by row and column, and never an error of a library's own."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import jointpay as jp
from jointpay.errors import DataError, JointPayError

Columns = dict[str, list[Any]]

PLAN = jp.presets.minimal()
EVENTS: Columns = {
    "event_id": ["1", "2", "3"],
    "time": ["2026-01-05T00:00:00Z"] * 3,
    "item": ["poster"] * 3,
    "channel": ["feed"] * 3,
    "kind": ["order"] * 3,
}
SELLERS: Columns = {"person": ["a", "b", "c"], "role": ["seller"] * 3, "from": ["", "2026-01-01", ""], "to": [""] * 3}
TABLES: dict[str, tuple[Callable[..., object], Columns]] = {
    "people": (jp.read_people, {**SELLERS, "name": ["x", "y", "z"], "team": ["t", "u", ""]}),
    "credits": (jp.read_credits, {**SELLERS, "item": ["i", "j", "k"], "share": ["1", "1/2", "1"]}),
    "base pay": (
        jp.read_base_pay,
        {
            "person": ["a", "b", "c"],
            "period": ["2026-01"] * 3,
            "base": ["monthly_salary"] * 3,
            "amount": ["1", "2", "3"],
            "currency": ["CNY"] * 3,
        },
    ),
    "facts": (
        jp.read_facts,
        {"day": ["2026-01-01", "2026-01-02", "2026-01-03"], "item": ["i"] * 3, "channel": ["f"] * 3, "orders": [1, 2, 3]},
    ),
    "events": (jp.measure, EVENTS),
}  # fmt: skip

ODD: list[Any] = [
    None, "", " ", 0, -1, True, 1.5, float("nan"), float("inf"), np.float32(1), np.int8(3), np.uint64(2**64 - 1), 10**5000,
    Decimal(1), Decimal("sNaN"), Fraction(1, 3), b"x", date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), time(1),
    timedelta(1), pd.NaT, pd.NA, pd.Timestamp("2026-01-05", tz="Asia/Tokyo"), np.datetime64("2026-01-01"),
    np.datetime64("NaT"), np.timedelta64(1, "s"), [1], (1,), {"a": 1}, {1}, object(), 1j, "\ud800", "\0", "x" * 100_001,
    "２", np.str_("x"), np.bool_(True), len, int, range(3), Ellipsis, pd.Interval(0, 1), pd.Period("2026-01"),
    np.array([1, 2]), np.array(["CNY", "x"]), np.void(b"abc"), memoryview(b"a"),
]  # fmt: skip


def cells_of(cells: list[Any]) -> Any:
    """Keep every cell as the object it is, arrays too."""
    array = np.empty(len(cells), dtype=object)
    for place, cell in enumerate(cells):
        array[place] = cell
    return array


def pandas_of(table: Columns) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(cells_of(cells), dtype=object) for name, cells in table.items()})


@pytest.mark.parametrize("make", [dict, pandas_of], ids=["mapping", "pandas"])
@pytest.mark.parametrize(("read", "table"), TABLES.values(), ids=TABLES)
def test_no_cell_makes_a_library_fail(
    read: Callable[..., object], table: Columns, make: Callable[[Columns], object]
) -> None:
    """E075 for every table, every column and every kind of cell, alone among others and in the whole column."""
    failed = []
    for column, cells in table.items():
        for odd in ODD:
            for changed in [[cells[0], odd, cells[2]], *([[odd] * 3] if make is dict else [])]:
                try:
                    read(make({**table, column: changed}), PLAN)
                except JointPayError as refused:
                    str(refused)  # which writes the cell
                except Exception as error:  # noqa: BLE001 - any other error is what the test looks for
                    failed.append((column, type(odd).__name__, repr(error)[:80]))
    assert failed == []


@pytest.mark.parametrize(
    ("make", "column"),
    [
        *((dict, column) for column in EVENTS),
        *((pandas_of, column) for column in ("item", "channel", "kind")),
    ],
)
def test_half_a_character_among_events(column: str, make: Callable[[Columns], object]) -> None:
    table = make({**EVENTS, column: [EVENTS[column][0], "\ud800", EVENTS[column][2]]})
    with pytest.raises(DataError, match=r"row 3") as caught:
        jp.measure(table, PLAN)
    assert (
        f"events: row 3, column '{column}': '\\ud800' holds half a character; allowed: whole characters; next: decode it again "
        "[encoding]"
    ) in [str(finding) for finding in caught.value.findings]


@pytest.mark.parametrize("make", [dict, pandas_of, pl.DataFrame], ids=["mapping", "pandas", "polars"])
@pytest.mark.parametrize("second", [timedelta(seconds=1), np.timedelta64(1, "s")], ids=["python", "numpy"])
def test_a_length_of_time_is_no_number(make: Callable[[Columns], object], second: object) -> None:
    """numpy counts its timedelta among the whole numbers."""
    seconds = pl.Series([timedelta(seconds=1)] * 3) if make is pl.DataFrame else [second] * 3
    with pytest.raises(DataError, match=r"row 2, column 'item': .*; allowed: text or whole numbers"):
        jp.measure(make({**EVENTS, "item": seconds}), PLAN)  # type: ignore[dict-item]

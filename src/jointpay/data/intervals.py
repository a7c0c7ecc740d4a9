"""Half-open ranges of days in tables: reading them, and finding those that overlap."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from jointpay.data.cells import Cells
from jointpay.plan.calendar import day_text

__all__ = ["FIRST_DAY", "LAST_DAY", "overlapping", "range_text", "read_intervals"]

FIRST_DAY = -719_162
"""Day number of 0001-01-01: an interval without a beginning starts here."""
LAST_DAY = 2_932_896
"""Day number of 9999-12-31: an interval without an end ends before this day."""

_SPAN = LAST_DAY - FIRST_DAY + 1


def range_text(start: int, end: int) -> str:
    """Write a half-open range of days; an open end is written `...`."""
    first = "..." if start == FIRST_DAY else day_text(start)
    return f"{first} to {'...' if end == LAST_DAY else day_text(end)}"


def read_intervals(cells: Cells) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Read the columns `from` and `to`: (R,) first days and (R,) days after the last; empty is open.

    A range that is empty or runs backwards is refused.
    """
    starts, ends = cells.days("from", empty=FIRST_DAY), cells.days("to", empty=LAST_DAY)
    cells.refuse(
        "range_backwards",
        np.flatnonzero((starts >= ends) & cells.usable),
        lambda place: (
            f"from {day_text(int(starts[place]))} to {day_text(int(ends[place]))} holds no day; "
            f"allowed: `to` after `from` ('to' is the day after the last)"
        ),
    )
    return starts, ends


def overlapping(
    keys: NDArray[np.integer], starts: NDArray[np.int32], ends: NDArray[np.int32], order: NDArray[np.intp]
) -> Iterator[tuple[int, int]]:
    """Give pairs of places (earlier, later), later in time, whose ranges share a day and whose keys are equal.

    Every range that begins before an earlier range of its key has ended is told once, with the longest such range.
    `order` (K,) are the places looked at, sorted by key and start; of two ranges that begin on one day the one that
    comes first there is the earlier. The arrays are (R,).
    """
    key = keys[order]
    lift = np.zeros(order.size, np.int64)
    np.cumsum(key[1:] != key[:-1], out=lift[1:])
    lift *= _SPAN
    lift -= FIRST_DAY
    reach = np.maximum.accumulate(lift + ends[order])
    begins = lift + starts[order]
    for later in np.flatnonzero(begins[1:] < reach[:-1]) + 1:
        earlier = int(np.searchsorted(reach, reach[later - 1]))
        yield int(order[earlier]), int(order[later])

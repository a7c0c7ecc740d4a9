"""Which day it is in the plan's time zone, from whole seconds, for many instants at once.

The instants at which the zone's clocks change are found in Python, from the time zone database, so that the same days
come out whatever library holds the data. The machine's own zone is never read.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from jointpay.errors import PlanError
from jointpay.findings import Finding, Place

__all__ = ["DAY_SECONDS", "ZoneDays", "zone_days"]

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True, eq=False)
class ZoneDays:
    """The clock changes of a zone over a range of time. Shapes: T changes; all in whole seconds since 1970.

    Between two changes the zone's clock shows UTC + a constant offset.
    """

    cuts: NDArray[np.int64]
    """(T,) instants (UTC) at which the offset changes."""
    offsets: NDArray[np.int64]
    """(T + 1,) seconds east of UTC, before, between and after the changes."""

    def wall(self, instants: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give what the zone's clock shows: seconds since 1970-01-01T00:00 on that clock."""
        return instants + self.offsets[np.searchsorted(self.cuts, instants, side="right")]

    def instants(self, wall: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the instant at which the clock shows a time; of two, the first (fold 0)."""
        return wall - self.offsets[np.searchsorted(self.cuts + self.offsets[:-1], wall, side="right")]

    def skipped(self, wall: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell the times that the clock never shows, because it was put forward over them."""
        return self._within(wall, self.offsets[:-1], self.offsets[1:])

    def repeated(self, wall: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell the times that the clock shows twice, because it was put back."""
        return self._within(wall, self.offsets[1:], self.offsets[:-1])

    def _within(self, wall: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.bool_]:
        found = np.zeros(len(wall), dtype=np.bool_)
        for start, end in zip((self.cuts + first).tolist(), (self.cuts + last).tolist(), strict=True):
            if start < end:
                found |= (wall >= start) & (wall < end)
        return found


def zone_days(zone: str, first: int, last: int) -> ZoneDays:
    """Give the clock changes of a zone from one UTC second to another, with two days to spare on both sides.

    Raises `PlanError` for a name that the time zone database does not hold.
    """
    step = DAY_SECONDS * 366
    return _changes(zone, first // step * step - 2 * DAY_SECONDS, -(-last // step) * step + 2 * DAY_SECONDS)


@lru_cache(maxsize=64)
def _changes(name: str, first: int, last: int) -> ZoneDays:
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        message = (
            f"{name!r} is not a time zone; allowed: an IANA name such as 'Asia/Shanghai'; next: pip install tzdata"
        )
        raise PlanError(
            [Finding(code="time_zone", severity="error", message=message, place=Place(path="time_zone"))]
        ) from unknown
    cuts: list[int] = []
    offsets = [_offset(zone, first)]
    # No zone has changed its clock and changed it back within one day, so steps of a day miss nothing.
    for day in range(first, last, DAY_SECONDS):
        end = day + DAY_SECONDS
        while _offset(zone, end) != offsets[-1]:
            cut = _first_change(zone, cuts[-1] if cuts and cuts[-1] > day else day, end)
            cuts.append(cut)
            offsets.append(_offset(zone, cut))
    return ZoneDays(cuts=np.array(cuts, np.int64), offsets=np.array(offsets, np.int64))


def _first_change(zone: ZoneInfo, low: int, high: int) -> int:
    """Find the second at which the offset at `low` ends; it has ended at `high`."""
    before = _offset(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(zone: ZoneInfo, instant: int) -> int:
    shift = datetime.fromtimestamp(instant, UTC).astimezone(zone).utcoffset()
    return 0 if shift is None else round(shift.total_seconds())

"""Credit: sums of totals over items and days, exact, whatever the windows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DayIndex", "day_index", "merged", "overlaps", "spread"]

Whole = NDArray[np.int64]
Index = NDArray[np.int32] | NDArray[np.int64]


def spread(counts: NDArray[np.int64]) -> tuple[Whole, Whole]:
    """Give every member of every group its group and its place in it.

    For counts [2, 0, 1] give owners [0, 0, 2] and places [0, 1, 0].
    """
    owners = np.repeat(np.arange(counts.size), counts)
    places = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return owners, places


def overlaps(
    keys: Index, starts: Index, ends: Index, other_keys: Index, other_starts: Index, other_ends: Index
) -> tuple[Whole, Whole, Whole, Whole]:
    """Join ranges of days that have the same key and overlap.

    Shapes: (n,) and (m,), in any order. Returns (mine, theirs, start, end): indices of both sides, ordered by mine,
    and the days that they have in common.
    """
    order = np.argsort(other_keys, kind="stable")
    sorted_keys = other_keys[order]
    low = np.searchsorted(sorted_keys, keys, side="left")
    counts = np.searchsorted(sorted_keys, keys, side="right") - low
    mine, places = spread(counts)
    theirs = order[low[mine] + places]
    first = np.maximum(starts[mine], other_starts[theirs]).astype(np.int64)
    after = np.minimum(ends[mine], other_ends[theirs]).astype(np.int64)
    meet = np.flatnonzero(first < after)
    return mine[meet], theirs[meet], first[meet], after[meet]


def merged(keys: Index, starts: Index, ends: Index) -> tuple[Whole, Whole, Whole]:
    """Unite the ranges of each key, so that no day is counted twice.

    Shapes: (n,). Returns (keys, starts, ends), sorted, ranges of one key apart from one another.
    """
    order = np.lexsort((starts, keys))
    key, start, end = (side[order].astype(np.int64) for side in (keys, starts, ends))
    if not key.size:
        return key, start, end
    # Lifting each key's days above those of the key before makes one running maximum serve all keys.
    lift = np.concatenate([[0], np.cumsum(key[1:] != key[:-1])]) * (int(end.max()) - int(start.min()) + 1)
    reach = np.maximum.accumulate(end + lift)
    begins = np.ones(key.size, dtype=np.bool_)
    begins[1:] = (key[1:] != key[:-1]) | (start[1:] + lift[1:] > reach[:-1])
    places = np.flatnonzero(begins)
    return key[places], start[places], np.maximum.reduceat(end, places)


@dataclass(frozen=True, slots=True, eq=False)
class DayIndex:
    """Totals by key and day, ready to be summed over any range of days.

    Shapes: F rows in order of (key, day); running sums (F + 1,) that may wrap, since their differences do not.
    """

    first_day: int
    stride: int
    places: Whole
    order: Whole
    running: Mapping[str, Whole]

    def between(self, keys: Index, starts: Any, ends: Any) -> tuple[Whole, Whole]:  # noqa: ANN401 -- days as one number or one per key
        """Give the rows of each key from start to before end, as positions (low, high). Shapes: (W,)."""
        lifted = keys.astype(np.int64) * self.stride
        low = np.searchsorted(self.places, lifted + np.clip(starts - self.first_day, 0, self.stride - 1))
        high = np.searchsorted(self.places, lifted + np.clip(ends - self.first_day, 0, self.stride - 1))
        return low, high

    def sums(self, total: str, low: Whole, high: Whole) -> Whole:
        """Sum one total over the positions given by `between`. Shapes: (W,)."""
        running = self.running[total]
        return running[high] - running[low]


def day_index(keys: Index, days: Index, totals: Mapping[str, Whole]) -> DayIndex:
    """Sort totals by key and day and run them up.

    Shapes: (F,) in any order. The sum of the magnitudes of a total must fit into int64: the caller has checked.
    """
    first_day = int(days.min()) if days.size else 0
    stride = int(days.max()) - first_day + 2 if days.size else 1
    places = keys.astype(np.int64) * stride + (days.astype(np.int64) - first_day)
    order = np.argsort(places, kind="stable")
    running = {}
    for name, total in totals.items():
        summed = np.zeros(total.size + 1, dtype=np.int64)
        np.cumsum(total[order], out=summed[1:])
        running[name] = summed
    return DayIndex(first_day, stride, places[order], order, running)

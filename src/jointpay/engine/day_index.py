"""Day index: totals by key and day, ready to be summed over any range of days."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.order import sorted_order
from jointpay.engine.room import read_off

__all__ = ["DayFacts", "DayIndex", "day_index", "day_span", "differences", "inside"]

Whole = NDArray[np.int64]
Index = NDArray[np.int32] | NDArray[np.int64]

CELLS_PER_FACT = 2
"""Room for a table of positions, by the number of facts."""
BLOCK = 65_536
"""Differences taken at a time: what is made of them stays in the cache."""


class DayFacts(NamedTuple):
    """Facts in order of day. Shapes: (N,), items from 0 to before `size`."""

    days: Index
    items: Whole
    totals: Mapping[str, Whole]
    size: int


def day_span(days: Index) -> tuple[int, int]:
    """Give the first day, and how many days there are up to the last; (0, 1) for no days."""
    if not days.size:
        return 0, 1
    first = int(days.min())
    return first, int(days.max()) + 1 - first


def inside(days: Index, span: int) -> Index:
    """Bring days to 0 ... span, in place: what `np.clip` does, without the limits it looks up at every call."""
    np.maximum(days, 0, out=days)
    return np.minimum(days, span, out=days)


def differences(running: Whole, low: Whole, high: Whole) -> Whole:
    """Give what a running sum grows by between positions. Shapes: low and high (W,).

    Formula: running[high] - running[low].
    """
    found = read_off(running, high)
    for start in range(0, low.size, BLOCK):
        here = slice(start, start + BLOCK)
        found[here] -= running.take(low[here], mode="clip")
    return found


class DayIndex:
    """Totals by key and day, for many keys: facts in order of (key, day), and where each key and band of days begins.

    Shapes: `keys` and `days` (N,), with the N `facts` that they are about, or None where they are all facts in order; a
    running sum for each total asked for (N + 1,). `order` (N,) are the facts in the index's own order. `cuts` are days that are asked for often, such as
    the first days of periods: positions at them are looked up in a table (keys * bands), all others are searched
    between two of them. They change nothing but the time it takes, and are thinned out where the table would be large.

    Running sums may wrap, since their differences do not: the sum of the magnitudes of a total must fit into int64, which
    the caller has checked.
    """

    def __init__(
        self, keys: Index, days: Index, facts: Whole | None, totals: Mapping[str, Whole], *, cuts: Index, size: int
    ) -> None:
        order = sorted_order(keys, days)
        self.order = order if facts is None else facts[order]
        self._days = days[order]
        self._totals = totals
        self._made: dict[str, Whole] = {}
        self._first_day, self._span = day_span(days)
        self._band_of_day = self._bands_cut(cuts, max(1, CELLS_PER_FACT * days.size // max(size, 1)))
        # The day after the last is in a band of its own, whose number is that of the next key's first.
        self._bands = int(self._band_of_day[-1])
        self._inside = np.zeros(self._span + 1, dtype=np.bool_)
        self._inside[1:] = self._band_of_day[1:] == self._band_of_day[:-1]
        cells = keys.astype(np.int64)
        cells *= self._bands
        cells += self._band_of_day[days - self._first_day]
        self._last = size * self._bands
        self._offsets = np.full(self._last + 2, days.size, dtype=np.int64)
        self._offsets[0] = 0
        np.cumsum(np.bincount(cells, minlength=self._last), out=self._offsets[1:-1])

    def _bands_cut(self, cuts: Index, room: int) -> Whole:
        """Give the band of every day, from the first to the day after the last."""
        inner: Whole = np.unique(cuts.astype(np.int64) - self._first_day)
        inner = inner[(inner > 0) & (inner < self._span)]
        begins = np.zeros(self._span + 1, dtype=np.int64)
        begins[inner[:: max(1, -(-inner.size // room))]] = 1
        begins[-1] = 1
        return np.cumsum(begins)

    def _run_up(self, total: Whole) -> Whole:
        running = np.empty(self.order.size + 1, dtype=np.int64)
        running[0] = 0
        # Taken where they are to be summed: a second array of this size would cost as much as the sums.
        total.take(self.order, out=running[1:], mode="clip")
        np.cumsum(running[1:], out=running[1:])
        return running

    def between(self, keys: Index, starts: Index, ends: Index) -> tuple[Whole, Whole]:
        """Give the facts of each key from start to before end, as positions (low, high) in `order`. Shapes: (W,)."""
        cells = keys.astype(np.int64)
        cells *= self._bands
        return self._positions(cells, starts), self._positions(cells, ends)

    def sums(self, total: str, low: Whole, high: Whole) -> Whole:
        """Sum one total over the positions given by `between`. Shapes: (W,)."""
        if total not in self._made:
            self._made[total] = self._run_up(self._totals[total])
        return differences(self._made[total], low, high)

    def _positions(self, cells: Whole, days: Index) -> Whole:
        """Give where the first fact of each key, by its first cell, on or after each day stands. Shapes: (W,)."""
        day = inside(days - self._first_day, self._span)
        cell = self._band_of_day.take(day)
        cell += cells
        # Keys that have no fact lie beyond the table.
        np.minimum(cell, self._last, out=cell)
        found: Whole = self._offsets.take(cell)
        searched = self._inside.take(day).nonzero()[0]
        if searched.size:
            after = self._offsets.take(cell[searched] + 1)
            found[searched] = self._searched(found[searched], after, day[searched] + self._first_day)
        return found

    def _searched(self, low: Whole, high: Whole, day: Index) -> Whole:
        """Halve all ranges [low, high) at once, down to the first fact on or after each day."""
        last = self._days.size - 1
        while (undecided := low < high).any():
            middle = (low + high) >> 1
            before = undecided & (self._days.take(np.minimum(middle, last)) < day)
            low = np.where(before, middle + 1, low)
            high = np.where(before, high, np.minimum(high, middle))
        return low


def day_index(
    keys: Index,
    days: Index,
    totals: Mapping[str, Whole],
    *,
    facts: Whole | None = None,
    cuts: Index | None = None,
    size: int | None = None,
) -> DayIndex:
    """Sort facts by key and day. Shapes: (N,) in any order; keys from 0 to before `size`, None being all there are."""
    most = int(keys.max(initial=-1)) + 1 if size is None else size
    none = np.empty(0, dtype=np.int64)
    return DayIndex(keys, days, facts, totals, cuts=none if cuts is None else cuts, size=most)

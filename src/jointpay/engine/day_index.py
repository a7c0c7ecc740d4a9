"""Day index: totals by key and day, ready to be summed over any range of days."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.order import sorted_order

__all__ = ["BLOCK", "DayIndex", "DayTable", "day_index", "few_keys_index"]

Whole = NDArray[np.int64]
Index = NDArray[np.int32] | NDArray[np.int64]

BLOCK = 65_536
"""Facts added at a time, so that what is taken stays in the cache."""
CELLS_PER_FACT = 2
"""Room for a table of positions or cells, by the number of facts."""
CELLS_OF_TABLE = 1 << 16
"""Cells that a table may have however few the facts are."""


class _RunningSums:
    """Running sums of totals, each made when it is first asked for.

    They may wrap, since their differences do not: the sum of the magnitudes of a total must fit into int64, which the
    caller has checked.
    """

    def __init__(self, totals: Mapping[str, Whole], run_up: Callable[[Whole], Whole]) -> None:
        self._totals = totals
        self._run_up = run_up
        self._made: dict[str, Whole] = {}

    def between(self, total: str, low: Whole, high: Whole) -> Whole:
        """Sum a total over ranges of positions. Shapes: (W,)."""
        if total not in self._made:
            self._made[total] = self._run_up(self._totals[total])
        running = self._made[total]
        found: Whole = running.take(high)
        found -= running.take(low)
        return found


def _first_and_span(days: Index) -> tuple[int, int]:
    """Give the first day, and how many days there are up to the last; (0, 1) for no days."""
    if not days.size:
        return 0, 1
    first = int(days.min())
    return first, int(days.max()) + 1 - first


def _inside(days: Index, span: int) -> Index:
    """Bring days to 0 ... span, in place: what `np.clip` does, without the limits it looks up at every call."""
    np.maximum(days, 0, out=days)
    return np.minimum(days, span, out=days)


class DayIndex:
    """Totals by key and day, for many keys: facts in order of (key, day), and where each key and band of days begins.

    Shapes: `keys` and `days` (N,), with the N `facts` that they are about, or None where they are all facts in order; a
    running sum for each total asked for (N + 1,). `order` (N,) are the facts in the index's own order. `cuts` are days that are asked for often, such as
    the first days of periods: positions at them are looked up in a table (keys * bands), all others are searched
    between two of them. They change nothing but the time it takes, and are thinned out where the table would be large.
    """

    def __init__(
        self, keys: Index, days: Index, facts: Whole | None, totals: Mapping[str, Whole], *, cuts: Index, size: int
    ) -> None:
        order = sorted_order(keys, days)
        self.order = order if facts is None else facts[order]
        self._days = days[order]
        self._sums = _RunningSums(totals, self._run_up)
        self._first_day, self._span = _first_and_span(days)
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
        return self._sums.between(total, low, high)

    def _positions(self, cells: Whole, days: Index) -> Whole:
        """Give where the first fact of each key, by its first cell, on or after each day stands. Shapes: (W,)."""
        day = _inside(days - self._first_day, self._span)
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


class DayTable:
    """Totals by key and day, for few keys: one cell for each key and day, whatever order the facts come in.

    Shapes: `keys` and `days` (N,), with the N `facts` that they are about, or None where they are all facts in order; a
    running sum for each total asked for (keys * days + 1,).
    """

    def __init__(
        self, keys: Index, days: Index, facts: Whole | None, totals: Mapping[str, Whole], *, size: int
    ) -> None:
        self._sums = _RunningSums(totals, self._run_up)
        self._facts = facts
        self._first_day, self._span = _first_and_span(days)
        self._size = size * self._span
        self._cells = keys.astype(np.int64)
        self._cells *= self._span
        self._cells += days
        self._cells -= self._first_day

    def _run_up(self, total: Whole) -> Whole:
        running = np.zeros(self._size + 1, dtype=np.int64)
        for start in range(0, self._cells.size, BLOCK):
            here = slice(start, start + BLOCK)
            np.add.at(
                running[1:], self._cells[here], total[here] if self._facts is None else total.take(self._facts[here])
            )
        return np.cumsum(running, out=running)

    def between(self, keys: Index, starts: Index, ends: Index) -> tuple[Whole, Whole]:
        """Give the cells of each key from start to before end, as positions (low, high). Shapes: (W,)."""
        lifted = keys.astype(np.int64) * self._span
        return (
            lifted + _inside(starts - self._first_day, self._span),
            lifted + _inside(ends - self._first_day, self._span),
        )

    def sums(self, total: str, low: Whole, high: Whole) -> Whole:
        """Sum one total over the positions given by `between`. Shapes: (W,)."""
        return self._sums.between(total, low, high)


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


def few_keys_index(
    keys: Index, days: Index, totals: Mapping[str, Whole], *, facts: Whole | None, cuts: Index, size: int
) -> DayIndex | DayTable:
    """Take a table where it is not much larger than what goes into it, and sort where it would be."""
    _, span = _first_and_span(days)
    if size * span <= max(CELLS_OF_TABLE, CELLS_PER_FACT * keys.size):
        return DayTable(keys, days, facts, totals, size=size)
    return DayIndex(keys, days, facts, totals, cuts=cuts, size=size)

"""Day table: totals by key and day for few keys, filled from facts in order of day by what each item counts for."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.day_index import DayFacts, DayIndex, day_span, differences, inside

__all__ = ["DayTable", "KeyRanges", "key_index"]

Whole = NDArray[np.int64]
Index = NDArray[np.int32] | NDArray[np.int64]

BLOCK = 16_384
"""Facts added at a time: some count for several keys, and all that is made of them stays in the cache."""
CELLS_PER_FACT = 2
"""Cells that a table may have for each fact that goes into it."""
CELLS_OF_TABLE = 1 << 16
"""Cells that a table may have however few the facts are."""


class KeyRanges:
    """The keys that each item counts for, and on which days. Shapes: (R,), in order of item; items before `size`."""

    def __init__(self, items: Whole, keys: Whole, starts: Whole, ends: Whole, *, size: int) -> None:
        counts = np.bincount(items, minlength=size)
        self._first = np.concatenate([[0], np.cumsum(counts)])
        # The days and the key of a range lie beside one another, so that they are fetched as one number of 16 bytes.
        fields = np.empty((items.size, 2), dtype=np.int64)
        fields[:, 0] = np.stack([starts, ends], axis=1).astype(np.int32).view(np.int64)[:, 0]
        fields[:, 1] = keys
        self._ranges = fields.view(np.complex128)[:, 0]

    def count(self, items: Whole) -> int:
        """Give how many ranges the items of facts have together, each fact's for itself."""
        return int((self._first[1:].take(items) - self._first.take(items)).sum())

    def expand(self, items: Whole, days: Index) -> tuple[Whole, Whole, NDArray[np.bool_]]:
        """Give each fact with each range of its item: the fact's place, rising; the key; and whether the day is in it.

        Shapes: items and days (N,); returns three of (K,), K = `count(items)`. An item without a range gives nothing.
        """
        before = self._first.take(items)
        counts = self._first[1:].take(items)
        counts -= before
        owner = np.repeat(np.arange(items.size), counts)
        before -= np.cumsum(counts) - counts
        # Places are never out of range; to clip them is faster than to refuse them.
        place = before.take(owner, mode="clip")
        place += np.arange(owner.size)
        found = self._ranges.take(place, mode="clip")
        first_and_after = found.view(np.int32).reshape(-1, 4)
        day = days.take(owner, mode="clip")
        holds = first_and_after[:, 0] <= day
        holds &= first_and_after[:, 1] > day
        return owner, found.view(np.int64)[1::2], holds


class DayTable:
    """Totals by key and day: one cell for each, whatever the number of facts.

    `ranges` says which keys a fact counts for; None: all facts have the key 0. A running sum (keys * days + 1,) is made
    for each total when it is first asked for, and then for all of `together`, so that facts are gone through once.
    Running sums may wrap, since their differences do not, as in `DayIndex`.
    """

    def __init__(self, facts: DayFacts, ranges: KeyRanges | None, *, size: int, together: Sequence[str] = ()) -> None:
        self._facts = facts
        self._ranges = ranges
        self._together = together
        self._first_day, self._span = day_span(facts.days)
        self._cells = size * self._span
        self._made: dict[str, Whole] = {}

    def between(self, keys: Index, starts: Index, ends: Index) -> tuple[Whole, Whole]:
        """Give the cells of each key from start to before end, as positions (low, high). Shapes: (W,)."""
        lifted = keys.astype(np.int64) * self._span
        return (
            lifted + inside(starts - self._first_day, self._span),
            lifted + inside(ends - self._first_day, self._span),
        )

    def sums(self, total: str, low: Whole, high: Whole) -> Whole:
        """Sum one total over the positions given by `between`. Shapes: (W,)."""
        if total not in self._made:
            self._fill(self._together if total in self._together else [total])
        return differences(self._made[total], low, high)

    def _fill(self, names: Sequence[str]) -> None:
        facts = self._facts
        made = {name: np.zeros(self._cells + 1, dtype=np.int64) for name in names}
        for start in range(0, facts.days.size, BLOCK):
            here = slice(start, start + BLOCK)
            days = facts.days[here]
            # The cell before the first takes what does not count: no difference of two others has it.
            if self._ranges is None:
                owner, cells = None, days.astype(np.int64)
                cells -= self._first_day - 1
            else:
                owner, keys, holds = self._ranges.expand(facts.items[here], days)
                cells = keys * self._span
                cells += days.take(owner, mode="clip")
                cells -= self._first_day - 1
                cells *= holds
            for name, running in made.items():
                numbers = facts.totals[name][here]
                np.add.at(running, cells, numbers if owner is None else numbers.take(owner, mode="clip"))
        for running in made.values():
            np.cumsum(running, out=running)
        self._made |= made


def key_index(
    facts: DayFacts, ranges: KeyRanges | None, *, size: int, cuts: Index, together: Sequence[str] = ()
) -> DayIndex | DayTable:
    """Take a table where it is not much larger than what goes into it, and sort where it would be.

    Both give the same sums of the keys from 0 to before `size`; no facts sum to 0. `ranges`, `together`: see `DayTable`;
    `cuts`: see `DayIndex`.
    """
    _, span = day_span(facts.days)
    entries = facts.days.size if ranges is None else ranges.count(facts.items)
    if size * span <= max(CELLS_OF_TABLE, CELLS_PER_FACT * entries):
        return DayTable(facts, ranges, size=size, together=together)
    if ranges is None:
        return DayIndex(np.zeros(entries, dtype=np.int64), facts.days, None, facts.totals, cuts=cuts, size=size)
    owner, keys, holds = ranges.expand(facts.items, facts.days)
    owner, keys = owner[holds], keys[holds]
    return DayIndex(keys, facts.days[owner], owner, facts.totals, cuts=cuts, size=size)

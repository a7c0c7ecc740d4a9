"""Credited sums: what the items of each holder of credit made over ranges of days, times the holder's share."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.credit import spread
from jointpay.engine.day_index import DayFacts, DayIndex
from jointpay.engine.room import plane

__all__ = ["Asked", "CreditedSums", "Held"]

Whole = NDArray[np.int64]

BLOCK = 65_536
"""Numbers worked on at a time, so that they stay in the cache."""


class Held(NamedTuple):
    """Credits in order of holder: each of the S holders has at least one. Shapes: (E,)."""

    begins: Whole
    """(S + 1,) where the credits of each holder begin, and E."""
    items: Whole
    shares: Whole
    starts: Whole
    ends: Whole

    @property
    def holders(self) -> int:
        """How many holders there are."""
        return self.begins.size - 1


class Asked(NamedTuple):
    """Ranges of days asked for: some of every holder, others of one holder alone."""

    starts: Whole
    """(B,) first days of what is asked of every holder."""
    ends: Whole
    holders: Whole
    """(A,) who is asked alone."""
    alone_starts: Whole
    alone_ends: Whole


class _Pairs(NamedTuple):
    """Credits that are asked about for part of a range, or of one holder alone. Shapes: one entry per credit and range."""

    cells: Whole
    edges: Whole
    starts: Whole
    ends: Whole


class _Found(NamedTuple):
    """Pairs that have facts, and where these are."""

    cells: Whole
    shares: Whole
    low: Whole
    high: Whole
    listed: tuple[Whole, Whole] | None
    """The facts, and where those of each pair begin; None where they are more than all facts."""


class CreditedSums:
    """Sums of credited totals, one cell for each range asked for: B ranges of S holders, then A ranges of one holder.

    Formula: cell(range, holder) = sum over the holder's credits of share * what the item made on the days of the range on
    which the credit holds.

    A range that is asked of every holder is added up item by item once, in a row of `size` sums that stays in the cache;
    each credit that holds throughout takes its item's sum from there. No other pair of a credit and a range is ever made
    but those in which the credit begins or ends, and those of one holder alone: their facts are looked up in the index.
    A sum of magnitudes times the share's denominator must fit into int64, which the caller has checked.
    """

    def __init__(self, held: Held, facts: DayFacts, index: DayIndex, asked: Asked) -> None:
        self._held = held
        self._facts = facts
        self._index = index
        self._spans = asked.starts.size
        self.cells = self._spans * held.holders + asked.holders.size
        kind = facts.days.dtype
        self._low = facts.days.searchsorted(asked.starts.astype(kind)).tolist()
        self._high = facts.days.searchsorted(asked.ends.astype(kind)).tolist()
        self._holds, pairs = self._throughout(asked)
        if asked.holders.size:
            pairs.append(self._alone(asked))
        self._found = self._looked_up(pairs) if pairs else None

    def _throughout(self, asked: Asked) -> tuple[NDArray[np.bool_] | None, list[_Pairs]]:
        """Tell which credits hold throughout which range, (B, E), None where all do; and pair those that hold in part."""
        held = self._held
        first, after = asked.starts[:, None], asked.ends[:, None]
        holds = held.starts <= first
        holds &= held.ends >= after
        if holds.all():
            return None, []
        meets = held.starts < after
        meets &= held.ends > first
        meets &= ~holds
        span, edge = meets.nonzero()
        owner = np.repeat(np.arange(held.holders), np.diff(held.begins))
        starts = np.maximum(held.starts[edge], asked.starts[span])
        ends = np.minimum(held.ends[edge], asked.ends[span])
        return holds, [_Pairs(span * held.holders + owner[edge], edge, starts, ends)]

    def _alone(self, asked: Asked) -> _Pairs:
        """Pair what is asked of one holder alone with the holder's credits."""
        held = self._held
        owner, edge = spread(np.diff(held.begins)[asked.holders])
        edge += held.begins[asked.holders][owner]
        starts = np.maximum(held.starts[edge], asked.alone_starts[owner])
        ends = np.minimum(held.ends[edge], asked.alone_ends[owner])
        meets = starts < ends
        cells = owner[meets] + self._spans * held.holders
        return _Pairs(cells, edge[meets], starts[meets], ends[meets])

    def _looked_up(self, pairs: Sequence[_Pairs]) -> _Found:
        """Look up where the facts of pairs are, and list them where they are few."""
        cells, edges, starts, ends = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
        low, high = self._index.between(self._held.items[edges], starts, ends)
        some = (low < high).nonzero()[0]
        cells, shares, low, high = cells[some], self._held.shares[edges[some]], low[some], high[some]
        return _Found(cells, shares, low, high, self._listed(low, high))

    def _listed(self, low: Whole, high: Whole) -> tuple[Whole, Whole] | None:
        """List the facts of each range of the index, and where they begin; None where they are more than all facts."""
        counts = high - low
        if int(counts.sum()) > self._facts.days.size:
            return None
        owner, place = spread(counts)
        place += low[owner]
        return self._index.order[place], np.cumsum(counts) - counts

    def sums(self, total: str) -> Whole:
        """Sum one total. Shapes: (B * S + A,), in 1 / the denominator of the shares."""
        found = plane(self.cells)
        numbers, asked_of_all = self._facts.totals[total], self._spans * self._held.holders
        if asked_of_all:
            self._add_throughout(numbers, found[:asked_of_all].reshape(self._spans, -1))
        found[asked_of_all:] = 0
        pairs = self._found
        if pairs is not None and pairs.cells.size:
            if pairs.listed is None:
                made = self._index.sums(total, pairs.low, pairs.high)
            else:
                facts, begins = pairs.listed
                made = np.add.reduceat(numbers.take(facts), begins)
            made *= pairs.shares
            np.add.at(found, pairs.cells, made)
        return found

    def _add_throughout(self, numbers: Whole, found: Whole) -> None:
        """Sum over the credits that hold throughout each range. Shapes: numbers (N,), found (B, S)."""
        held, items = self._held, self._facts.items
        at_once = min(self._spans, max(1, BLOCK // max(held.items.size, self._facts.size)))
        of_items = np.empty((at_once, self._facts.size), dtype=np.int64)
        of_credits = np.empty((at_once, held.items.size), dtype=np.int64)
        for first in range(0, self._spans, at_once):
            of_items[:] = 0
            after = min(first + at_once, self._spans)
            for place in range(after - first):
                here = slice(self._low[first + place], self._high[first + place])
                np.add.at(of_items[place], items[here], numbers[here])
                # Items are never out of range; to clip them is faster than to refuse them.
                of_items[place].take(held.items, out=of_credits[place], mode="clip")
            made = of_credits[: after - first]
            made *= held.shares
            if self._holds is not None:
                made *= self._holds[first:after]
            np.add.reduceat(made, held.begins[:-1], axis=1, out=found[first:after])

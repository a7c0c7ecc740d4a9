"""Own sums: what the payee rows of one role are credited with over windows of days."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.credited import Asked, CreditedSums, Held
from jointpay.engine.exact import span
from jointpay.engine.order import distinct_rows, occurring
from jointpay.panel.rows import Rows
from jointpay.panel.scene import Scene
from jointpay.panel.windows import Windows

__all__ = ["OwnSums"]

Whole = NDArray[np.int64]

OFTEN = 16
"""Days that one in so many holders, or more, is asked about are asked of all of them together."""


class _Placed(NamedTuple):
    """Windows that have a cell of credited sums. Shapes: (W,)."""

    rows: Whole | None
    """None: every row has one window, in order."""
    cells: Whole
    credited: CreditedSums


class OwnSums:
    """Credited totals of the payee rows of one role; what windows of one key have in common is made once."""

    def __init__(self, scene: Scene, rows: Rows) -> None:
        self._scene = scene
        self._rows = rows
        self._placed: dict[str, _Placed | None] = {}

    @cached_property
    def _holders(self) -> tuple[Whole, Held]:
        """Give every person's place among those credited in the role, -1 for the others; and the credits by holder."""
        scene = self._scene
        edges = scene.edges
        here = np.flatnonzero(edges.roles == self._rows.role)
        here = here[np.argsort(edges.persons[here], kind="stable")]
        persons = edges.persons[here]
        first = np.ones(here.size, dtype=np.bool_)
        first[1:] = persons[1:] != persons[:-1]
        begins = np.flatnonzero(first)
        places = np.full(len(scene.dataset.people.person_ids), -1, dtype=np.int64)
        places[persons[begins]] = np.arange(begins.size)
        return places, Held(
            np.append(begins, here.size),
            edges.items[here],
            edges.shares[here],
            edges.starts[here],
            edges.ends[here],
        )

    def sums(self, total: str, windows: Windows) -> Whole:
        """Sum a total per row over its windows, in 1 / share_denominator. Shapes: (P,); no window gives 0."""
        if windows.key not in self._placed:
            self._placed[windows.key] = self._place(windows)
        placed = self._placed[windows.key]
        if placed is None:
            return np.zeros(self._rows.size, dtype=np.int64)
        found = placed.credited.sums(total).take(placed.cells)
        if placed.rows is None:
            return found
        summed = np.zeros(self._rows.size, dtype=np.int64)
        np.add.at(summed, placed.rows, found)
        return summed

    def _place(self, windows: Windows) -> _Placed | None:
        """Give windows their cells; None where nobody asked about is credited with anything."""
        places, held = self._holders
        holders = places.take(self._rows.persons.take(windows.rows))
        rows: Whole | None
        rows, starts, ends = windows.rows, windows.starts, windows.ends
        here = (holders >= 0).nonzero()[0]
        if not here.size:
            return None
        if here.size < holders.size:
            rows, holders, starts, ends = rows[here], holders[here], starts[here], ends[here]
        elif rows.size == self._rows.size and (rows == np.arange(rows.size)).all():
            rows = None
        first, after, which = _ranges(starts, ends)
        often = np.bincount(which) * OFTEN >= held.holders
        cells = (np.cumsum(often) - 1).take(which)
        cells *= held.holders
        cells += holders
        who = asked_for = np.empty(0, dtype=np.int64)
        if not often.all():
            # Rows of one person may ask for the same days: each is looked at once.
            alone = (~often[which]).nonzero()[0]
            keys, each = occurring(which[alone] * held.holders + holders[alone])
            cells[alone] = int(often.sum()) * held.holders + each
            asked_for, who = np.divmod(keys, held.holders)
        asked = Asked(first[often], after[often], who, first[asked_for], after[asked_for])
        scene = self._scene
        return _Placed(rows, cells, CreditedSums(held, scene.facts, scene.by_item, asked))


def _ranges(starts: Whole, ends: Whole) -> tuple[Whole, Whole, Whole]:
    """Give the ranges of days that occur, and for each window which. Shapes: (B,), (B,) and (W,), W at least 1."""
    (least_start, most_start), (least_end, most_end) = span(starts), span(ends)
    if least_start == most_start and least_end == most_end:
        return starts[:1], ends[:1], np.zeros(starts.size, dtype=np.int64)
    ranges, which = distinct_rows([starts, ends])
    first, after = np.array(ranges, dtype=np.int64).T
    return first, after, which

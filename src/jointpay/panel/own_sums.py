"""Own sums: what the payee rows of one role are credited with over windows of days."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.credited import Asked, CreditedSums, Held
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

    rows: Whole
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
        summed = np.zeros(self._rows.size, dtype=np.int64)
        if placed is not None:
            np.add.at(summed, placed.rows, placed.credited.sums(total).take(placed.cells))
        return summed

    def _place(self, windows: Windows) -> _Placed | None:
        """Give windows their cells; None where nobody asked about is credited with anything."""
        places, held = self._holders
        holders = places.take(self._rows.persons.take(windows.rows))
        rows, starts, ends = windows.rows, windows.starts, windows.ends
        here = np.flatnonzero(holders >= 0)
        if not here.size:
            return None
        if here.size < holders.size:
            rows, holders, starts, ends = rows[here], holders[here], starts[here], ends[here]
        ranges, which = distinct_rows([starts, ends])
        first, after = np.array(ranges, dtype=np.int64).T
        often = np.bincount(which) * OFTEN >= held.holders
        cells = (np.cumsum(often) - 1)[which] * held.holders + holders
        alone = np.flatnonzero(~often[which])
        who = days = np.empty(0, dtype=np.int64)
        if alone.size:
            # Rows of one person may ask for the same days: each is looked at once.
            keys, each = occurring(which[alone] * held.holders + holders[alone])
            cells[alone] = int(often.sum()) * held.holders + each
            days, who = np.divmod(keys, held.holders)
        asked = Asked(first[often], after[often], who, first[days], after[days])
        scene = self._scene
        return _Placed(rows, cells, CreditedSums(held, scene.facts, scene.by_item, asked))

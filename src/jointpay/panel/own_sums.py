"""Own sums: what payee rows are credited with over windows of days."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.credited import Asked, CreditedSums, Held
from jointpay.engine.exact import span
from jointpay.engine.order import distinct_rows, occurring, sorted_order
from jointpay.engine.room import filled, read_off
from jointpay.panel.rows import Rows
from jointpay.panel.scene import Scene
from jointpay.panel.windows import NOW, Windows

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
    """Credited totals of the payee rows of all roles; what windows of one key have in common is made once.

    `rows` are those of every role, in the order of the plan. The days of the rows themselves are summed for all roles
    together, so that facts are gone through once for each total; other windows are summed role by role.
    """

    def __init__(self, scene: Scene, rows: Sequence[Rows]) -> None:
        self._scene = scene
        self._rows = rows
        self._begins = np.cumsum([0, *(each.size for each in rows)]).tolist()
        self._now: dict[str, Whole] = {}
        self._placed: dict[tuple[int, str], _Placed | None] = {}

    @cached_property
    def _credits(self) -> tuple[Whole, Whole, Held]:
        """Give the credits in order of role and person, whose place among all who hold some is a holder.

        The holder of every role and person, -1 for none (roles * persons,); the first holder of every role, and how
        many there are (roles + 1,); and the credits by holder.
        """
        scene = self._scene
        edges, persons = scene.edges, len(scene.dataset.people.person_ids)
        order = sorted_order(edges.roles, edges.persons)
        known = (edges.roles * persons + edges.persons)[order]
        first = np.ones(known.size, dtype=np.bool_)
        first[1:] = known[1:] != known[:-1]
        begins = np.flatnonzero(first)
        holders = np.full(len(self._rows) * persons, -1, dtype=np.int64)
        holders[known[begins]] = np.arange(begins.size)
        of_roles = np.searchsorted(known[begins], np.arange(len(self._rows) + 1) * persons)
        return (
            holders,
            of_roles,
            Held(
                np.append(begins, known.size),
                edges.items[order],
                edges.shares[order],
                edges.starts[order],
                edges.ends[order],
            ),
        )

    def now(self, role: int, total: str) -> Whole:
        """Sum a total over the days of every row of a role, in 1 / share_denominator. Shapes: (P,)."""
        if total not in self._now:
            self._now[total] = _summed(self._everybody, total, self._begins[-1])
        return self._now[total][self._begins[role] : self._begins[role + 1]]

    @cached_property
    def _everybody(self) -> _Placed | None:
        """Place the days of all rows."""
        holders, _, held = self._credits
        persons = len(self._scene.dataset.people.person_ids)
        asked = np.concatenate([each.persons + place * persons for place, each in enumerate(self._rows)])
        starts, ends = (np.concatenate([getattr(each, name) for each in self._rows]) for name in ("starts", "ends"))
        windows = Windows(NOW, np.arange(asked.size), starts, ends)
        return self._place(held, holders.take(asked), windows, asked.size)

    def sums(self, role: int, total: str, windows: Windows) -> Whole:
        """Sum a total per row of a role over its windows, in 1 / share_denominator. Shapes: (P,); no window gives 0."""
        rows = self._rows[role]
        if (role, windows.key) not in self._placed:
            holders, of_roles, held = self._credits
            persons = len(self._scene.dataset.people.person_ids)
            first, after = of_roles[role : role + 2].tolist()
            mine = holders.take(rows.persons.take(windows.rows) + role * persons)
            mine -= first * (mine >= 0)
            self._placed[role, windows.key] = self._place(_part(held, first, after), mine, windows, rows.size)
        return _summed(self._placed[role, windows.key], total, rows.size)

    def _place(self, held: Held, holders: Whole, windows: Windows, size: int) -> _Placed | None:
        """Give windows their cells; None where nobody asked about is credited with anything.

        Shapes: holders (W,), -1 for who is credited with nothing; `size` rows.
        """
        rows: Whole | None
        rows, starts, ends = windows.rows, windows.starts, windows.ends
        here = (holders >= 0).nonzero()[0]
        if not here.size:
            return None
        if here.size < holders.size:
            rows, holders, starts, ends = rows[here], holders[here], starts[here], ends[here]
        elif rows.size == size and (rows == np.arange(size)).all():
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


def _part(held: Held, first: int, after: int) -> Held:
    """Give some of the holders, and their credits."""
    begins = held.begins[first : after + 1]
    here = slice(*begins[[0, -1]].tolist())
    return Held(begins - begins[0], held.items[here], held.shares[here], held.starts[here], held.ends[here])


def _summed(placed: _Placed | None, total: str, size: int) -> Whole:
    """Sum a total per row. Shapes: (size,)."""
    if placed is None:
        return filled(size, 0)
    found = read_off(placed.credited.sums(total), placed.cells)
    if placed.rows is None:
        return found
    summed = filled(size, 0)
    np.add.at(summed, placed.rows, found)
    return summed


def _ranges(starts: Whole, ends: Whole) -> tuple[Whole, Whole, Whole]:
    """Give the ranges of days that occur, and for each window which. Shapes: (B,), (B,) and (W,), W at least 1."""
    (least_start, most_start), (least_end, most_end) = span(starts), span(ends)
    if least_start == most_start and least_end == most_end:
        return starts[:1], ends[:1], np.zeros(starts.size, dtype=np.int64)
    ranges, which = distinct_rows([starts, ends])
    first, after = np.array(ranges, dtype=np.int64).T
    return first, after, which

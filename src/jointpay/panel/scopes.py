"""Scope sums: what own items, a group's items or all items made, over any days asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.credit import overlaps
from jointpay.engine.day_index import DayIndex
from jointpay.engine.day_table import DayTable
from jointpay.engine.exact import span
from jointpay.engine.order import distinct_rows
from jointpay.engine.room import Room, filled
from jointpay.panel.fact_indexes import FactIndexes
from jointpay.panel.own_sums import OwnSums
from jointpay.panel.rows import Rows, payee_rows
from jointpay.panel.scene import Edges, Scene
from jointpay.panel.windows import NOW, Windows
from jointpay.plan.calendar import Span, baseline_span
from jointpay.plan.scopes import AllScope, GroupScope, OwnScope, Scope
from jointpay.plan.targets import Baseline

__all__ = ["BaselineDays", "OwnPairs", "ScopeSums", "role_sums"]

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class OwnPairs:
    """Credit edges inside windows, in order of item, and where their facts stand. Shapes: one entry per pair."""

    rows: Whole
    items: Whole
    shares: Whole
    starts: Whole
    ends: Whole
    low: Whole
    high: Whole


@dataclass(frozen=True, slots=True, eq=False)
class BaselineDays:
    """The days that growth looks back at, for every payee row."""

    windows: Windows
    counted: Whole
    """(P,) days in the windows; 0 where there is no baseline."""
    in_span: Whole
    """(P,) days from the first to the last, held or not; 1 where there is no baseline."""


class ScopeSums:
    """Sums for the payee rows of one role; what several measures ask for is computed once.

    `own` and `indexes` are those of all roles.
    """

    def __init__(self, scene: Scene, rows: Rows, own: OwnSums, indexes: FactIndexes) -> None:
        self.scene = scene
        self.rows = rows
        self.room = Room(rows.size)
        """Where targets of the rows are worked out."""
        self.now = Windows(NOW, np.arange(rows.size, dtype=np.int64), rows.starts, rows.ends)
        self._own = own
        self._pairs: dict[str, OwnPairs] = {}
        self._sums: dict[tuple[str, str, str], Whole] = {}
        self._places: dict[tuple[str, str], tuple[DayIndex | DayTable, Whole, Whole]] = {}
        self._baselines: dict[tuple[str, bool], BaselineDays] = {}
        self._constants: dict[int, Whole] = {}
        self._spans: dict[int, tuple[Whole, tuple[int, int]]] = {}
        self._indexes = indexes

    @cached_property
    def lengths(self) -> tuple[list[list[int]], Whole]:
        """Give the lengths of rows and of their periods in days that occur, and for each row which. Shapes: (P,)."""
        return distinct_rows([self.rows.days, self.rows.period_days])

    def constant(self, number: int) -> Whole:
        """Give every row the same number. Shapes: (P,)."""
        if number not in self._constants:
            self._constants[number] = filled(self.rows.size, number)
        return self._constants[number]

    def span(self, column: Whole) -> tuple[int, int]:
        """Give the smallest and the largest number of a column, looked at once; (0, 0) for none. Shapes: (P,)."""
        known = self._spans.get(id(column))
        if known is None:
            # The column is kept with what is known of it, so that no other gets its id.
            known = self._spans[id(column)] = column, span(column)
        return known[1]

    def baseline(self, over: Baseline, *, own: bool) -> BaselineDays:
        """Give the days that growth looks back at: those on which the row's person held the role for own items, or all.

        A baseline in which nothing at all was recorded is none: nothing recorded is not a zero.
        """
        key = over.model_dump_json(), own
        if key not in self._baselines:
            self._baselines[key] = self._looked_back(key[0], over, own=own)
        return self._baselines[key]

    def _looked_back(self, key: str, over: Baseline, *, own: bool) -> BaselineDays:
        scene = self.scene
        spans = [scene.with_facts(baseline_span(scene.plan, period, over)) for period in scene.spans]
        windows = self._windows(key, spans)
        if own:
            windows = self._held(windows)
        counted = np.zeros(self.rows.size, dtype=np.int64)
        np.add.at(counted, windows.rows, windows.ends - windows.starts)
        in_span = np.array([each.days if each else 1 for each in spans], dtype=np.int64)
        return BaselineDays(windows, counted, in_span[self.rows.periods])

    def _windows(self, key: str, spans: Sequence[Span | None]) -> Windows:
        """Give every row the span of its period, whole; a period without one gives none."""
        known = np.array([each is not None for each in spans], dtype=np.bool_)
        starts = np.array([each.start if each else 0 for each in spans], dtype=np.int64)
        ends = np.array([each.end if each else 0 for each in spans], dtype=np.int64)
        rows = np.flatnonzero(known[self.rows.periods]) if self.rows.size else np.empty(0, dtype=np.int64)
        period = self.rows.periods[rows]
        return Windows(key, rows, starts[period], ends[period])

    def _held(self, windows: Windows) -> Windows:
        """Cut windows down to the days on which the row's person holds the role."""
        seats = self.scene.seats
        here = np.flatnonzero(seats.roles == self.rows.role)
        mine, _, starts, ends = overlaps(
            self.rows.persons[windows.rows],
            windows.starts,
            windows.ends,
            seats.persons[here],
            seats.starts[here],
            seats.ends[here],
        )
        return Windows(f"held {windows.key}", windows.rows[mine], starts, ends)

    @cached_property
    def _edges(self) -> Edges:
        return self.scene.edges_of(self.rows.role)

    def own_pairs(self, windows: Windows) -> OwnPairs:
        """Join windows with the credit edges of their persons."""
        if windows.key in self._pairs:
            return self._pairs[windows.key]
        edges = self._edges
        edge, mine, starts, ends = overlaps(
            edges.persons,
            edges.starts,
            edges.ends,
            self.rows.persons[windows.rows],
            windows.starts,
            windows.ends,
        )
        items = edges.items[edge]
        low, high = self.scene.by_item.between(items, starts, ends)
        pairs = OwnPairs(windows.rows[mine], items, edges.shares[edge], starts, ends, low, high)
        self._pairs[windows.key] = pairs
        return pairs

    def sums(self, scope: Scope, total: str, windows: Windows) -> Whole:
        """Sum a total per row over its windows, in the scope. Shapes: (P,); a row without window gives 0."""
        where = _named(scope)
        key = where, total, windows.key
        if key not in self._sums:
            if isinstance(scope, OwnScope):
                own, role = self._own, self.rows.role
                self._sums[key] = own.now(role, total) if windows is self.now else own.sums(role, total, windows)
            else:
                index, low, high = self._placed(where, scope, windows)
                found = index.sums(total, low, high)
                if windows is not self.now:
                    summed = filled(self.rows.size, 0)
                    np.add.at(summed, windows.rows, found)
                    found = summed
                self._sums[key] = found
        return self._sums[key]

    def _placed(
        self, where: str, scope: GroupScope | AllScope, windows: Windows
    ) -> tuple[DayIndex | DayTable, Whole, Whole]:
        """Give the index of a shared scope, and where in it the facts of every window stand."""
        key = where, windows.key
        if key not in self._places:
            match scope:
                case GroupScope(column=column):
                    index = self._indexes.by_group(column)
                    keys = self.scene.seats.groups[column][self.rows.seats[windows.rows]]
                case AllScope():
                    index = self._indexes.of_all()
                    keys = np.zeros(windows.rows.size, dtype=np.int64)
                case _:
                    assert_never(scope)
            self._places[key] = index, *index.between(keys, windows.starts, windows.ends)
        return self._places[key]


def role_sums(scene: Scene) -> list[ScopeSums]:
    """Give the sums of every role, in the order of the plan; what roles have in common is made once for all."""
    rows = [payee_rows(scene, place) for place in range(len(scene.role_names))]
    own, indexes = OwnSums(scene, rows), FactIndexes(scene)
    return [ScopeSums(scene, each, own, indexes) for each in rows]


def _named(scope: Scope) -> str:
    """Give a scope a name that no other has."""
    return f"group {scope.column}" if isinstance(scope, GroupScope) else scope.kind

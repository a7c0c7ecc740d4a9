"""Grain: how many days one fact may hold without changing any score."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointpay.data.credits import Credits
from jointpay.data.people import People
from jointpay.plan.calendar import Span, baseline_span, periods
from jointpay.plan.measures import Measure, Modifier
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import OwnScope
from jointpay.plan.targets import GroupTarget, GrowthTarget

__all__ = ["Grain", "coarsest_grain"]

Whole = NDArray[np.int64]
Codes = NDArray[np.int32]

MOST_ITEMS_BY_DAY = 1_000
"""More items whose credit changes inside a period are not told apart: their days become cuts for all."""
MOST_CELLS = 128
"""With more cells than that, facts are kept by day."""


@dataclass(frozen=True, slots=True)
class Grain:
    """Cells of days: the facts of a cell's days are one fact, but for items that are kept by day.

    Before the first cut and from the last cut on, facts are kept by day.
    """

    cuts: tuple[int, ...]
    """Days at which a cell begins, rising; the last is the day after the last cell. At least two."""
    by_day: frozenset[str]
    """Items that are kept by day."""

    def _is_daily(self, days: Whole, items: Codes, item_ids: Sequence[str]) -> NDArray[np.bool_]:
        named = np.array([item in self.by_day for item in item_ids] + [False], dtype=np.bool_)
        return named[items] | (days < self.cuts[0]) | (days >= self.cuts[-1])

    def first_days(self, days: Whole, items: Codes, item_ids: Sequence[str]) -> Whole:
        """Give the first day of the cell of each day and item. Shapes: (F,)."""
        cuts = np.array(self.cuts, dtype=np.int64)
        place = np.clip(np.searchsorted(cuts, days, side="right") - 1, 0, cuts.size - 2)
        return np.where(self._is_daily(days, items, item_ids), days, cuts[place])

    def ends(self, firsts: Whole, items: Codes, item_ids: Sequence[str]) -> Whole:
        """Give the day after the last of each cell, by its first day. Shapes: (F,)."""
        cuts = np.array(self.cuts, dtype=np.int64)
        place = np.clip(np.searchsorted(cuts, firsts, side="right") - 1, 0, cuts.size - 2)
        return np.where(self._is_daily(firsts, items, item_ids), firsts + 1, cuts[place + 1])


def coarsest_grain(plan: Plan, *, people: People, credits: Credits) -> Grain | None:  # noqa: A002 -- the field's word for it
    """Choose the coarsest cells in which no credit, seat or period begins or ends; None where that would be days.

    Facts of this grain give the same scores as facts by day, of the same plan, people and credits. A cell never reaches
    over the begin or end of a period, of the days of a baseline, or, where the plan reads what a group or everybody
    made, of anybody's seat. An item whose own credits, or whose payees' seats, begin or end inside a cell is kept by
    day. Facts that are too coarse for what they are scored with are refused by `score`.
    """
    spans = [span for period in periods(plan) for span in (period, *_baselines(plan, period))]
    cuts = {day for span in spans for day in (span.start, span.end)}
    seat_days = {int(day) for days in (people.starts, people.ends) for day in np.unique(days)}
    if _reads_beyond_own(plan):
        cuts |= seat_days
    low, high = min(cuts), max(cuts)
    changing = _changes(people, credits)
    inside = {item: {day for day in days if low < day < high and day not in cuts} for item, days in changing.items()}
    by_day = {item for item, days in inside.items() if days}
    if len(by_day) > MOST_ITEMS_BY_DAY:
        cuts |= {day for days in inside.values() for day in days}
        by_day = set()
    ordered = tuple(sorted(day for day in cuts if low <= day <= high))
    if len(ordered) - 1 > MOST_CELLS:
        return None
    return Grain(ordered, frozenset(by_day))


def _readings(plan: Plan) -> Iterator[Measure | Modifier]:
    for role in plan.roles.values():
        for component in role.components.values():
            yield from (measure for measure in component.measures.values() if isinstance(measure, Measure))
            yield from component.modifiers.values()


def _baselines(plan: Plan, period: Span) -> Iterator[Span]:
    """Give the days that growth targets of a period look back at."""
    for reading in _readings(plan):
        if isinstance(reading.target, GrowthTarget):
            span = baseline_span(plan, period, reading.target.over)
            if span is not None:
                yield span


def _reads_beyond_own(plan: Plan) -> bool:
    """Tell whether anything is read, over the days of a seat, of items that are not the payee's own."""
    return any(
        not isinstance(reading.scope, OwnScope) or isinstance(reading.target, GroupTarget)
        for reading in _readings(plan)
    )


def _changes(people: People, credits: Credits) -> dict[str, set[int]]:  # noqa: A002
    """Give the days on which the credit of an item, or a seat of somebody credited with it, begins or ends."""
    found: dict[str, set[int]] = {}
    seats: dict[str, set[int]] = {}
    for person, start, end in zip(people.persons.tolist(), people.starts.tolist(), people.ends.tolist(), strict=True):
        seats.setdefault(people.person_ids[person], set()).update((start, end))
    edges = (credits.items, credits.persons, credits.starts, credits.ends)
    for item, person, start, end in zip(*(column.tolist() for column in edges), strict=True):
        days = found.setdefault(credits.item_ids[item], set())
        days.update((start, end), seats.get(credits.person_ids[person], ()))
    return found

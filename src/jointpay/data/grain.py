"""Grain: how many days one fact may hold without changing any score."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jointpay.data.credits import Credits
from jointpay.data.facts import Facts, summed_facts
from jointpay.data.people import People
from jointpay.data.places import places_of
from jointpay.data.problems import MOST_TOLD, shown
from jointpay.findings import Finding, Place
from jointpay.plan.calendar import Span, baseline_span, day_text, periods
from jointpay.plan.measures import Measure, Modifier
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import OwnScope
from jointpay.plan.targets import GroupTarget, GrowthTarget

__all__ = ["Grain", "coarsest_grain", "in_cells", "too_coarse"]

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

    def first_days(self, days: Whole, items: Codes, item_ids: Sequence[str]) -> Whole:
        """Give the first day of the cell of each day and item. Shapes: (F,)."""
        lengths = np.diff(self.cuts)
        return self._looked_up(np.repeat(self.cuts[:-1], lengths), days, items, item_ids, alone=0)

    def ends(self, firsts: Whole, items: Codes, item_ids: Sequence[str]) -> Whole:
        """Give the day after the last of each cell, by its first day. Shapes: (F,)."""
        lengths = np.diff(self.cuts)
        return self._looked_up(np.repeat(self.cuts[1:], lengths), firsts, items, item_ids, alone=1)

    def _looked_up(self, cells: Whole, days: Whole, items: Codes, item_ids: Sequence[str], *, alone: int) -> Whole:
        """Give what a table has for a day, and day + alone where facts are kept by day."""
        low, high = self.cuts[0], self.cuts[-1]
        found = cells.take(days - low, mode="clip")
        daily = (days < low) | (days >= high)
        if self.by_day:
            daily |= np.array([item in self.by_day for item in item_ids] + [False], dtype=np.bool_)[items]
        return np.where(daily, days + alone, found) if daily.any() else found


def coarsest_grain(plan: Plan, *, people: People, credits: Credits) -> Grain | None:  # noqa: A002 -- the field's word for it
    """Choose the coarsest cells in which no credit, seat or period begins or ends; None where that would be days.

    Facts of this grain give the same scores as facts by day, of the same plan, people and credits. A cell never reaches
    over the begin or end of a period, of the days of a baseline, or, where the plan reads what a group or everybody
    made, of anybody's seat. An item whose own credits, or whose payees' seats, begin or end inside a cell is kept by
    day. Facts that are too coarse for what they are scored with are refused by `score`.
    """
    cuts = _plan_cuts(plan, people)
    low, high = int(cuts[0]), int(cuts[-1])
    items, days = _changes(people, credits)
    inside = (days > low) & (days < high) & ~np.isin(days, cuts)
    by_day = frozenset(credits.item_ids[item] for item in np.unique(items[inside]).tolist())
    if len(by_day) > MOST_ITEMS_BY_DAY:
        cuts, by_day = np.union1d(cuts, days[inside]), frozenset()
    return None if cuts.size - 1 > MOST_CELLS else Grain(tuple(cuts.tolist()), by_day)


def in_cells(facts: Facts, grain: Grain) -> Facts:
    """Add facts by day up to facts of the cells."""
    first = grain.first_days(facts.days.astype(np.int64), facts.items, facts.item_ids)
    summed = summed_facts(
        days=first.astype(np.int32),
        ends=grain.ends(first, facts.items, facts.item_ids).astype(np.int32),
        items=facts.items,
        channels=facts.channels,
        totals=facts.totals,
        item_ids=facts.item_ids,
        channel_ids=facts.channel_ids,
    )
    return replace(summed, excluded=facts.excluded, rows_read=facts.rows_read)


def too_coarse(plan: Plan, facts: Facts, *, people: People, credits: Credits) -> Iterator[Finding]:  # noqa: A002
    """Find facts of several days inside which a period, a baseline, a seat that matters or a credit begins or ends."""
    if facts.ends is None:
        return
    several = np.flatnonzero(facts.ends > facts.days + 1)
    first, end = facts.days[several].astype(np.int64) + 1, facts.ends[several].astype(np.int64)
    cuts = _plan_cuts(plan, people)
    at = np.searchsorted(cuts, first)
    found = {int(row): int(cuts[place]) for row, place in zip(*_within(at, cuts, end), strict=True)}
    items, days = _changes(people, credits)
    here = places_of(credits.item_ids, facts.item_ids)[items]
    lift = int(max(end.max(initial=0), days.max(initial=0))) + 2
    keys = np.sort(here[here >= 0] * lift + np.clip(days[here >= 0], 0, lift - 1))
    of_item = facts.items[several].astype(np.int64) * lift
    at = np.searchsorted(keys, of_item + first)
    for row, place in zip(*_within(at, keys, of_item + end), strict=True):
        found.setdefault(int(row), int(keys[place] % lift))
    for row, day in sorted(found.items())[:MOST_TOLD]:
        fact = several[row]
        yield Finding(
            code="facts_too_coarse",
            severity="error",
            place=Place(source="facts", who=f"item {shown(facts.item_ids[facts.items[fact]])}"),
            message=f"its facts from {day_text(int(facts.days[fact]))} to before {day_text(int(facts.ends[fact]))} are one, "
            f"and on {day_text(day)} a period, the days of a baseline, a seat or the credit of the item begins or ends; "
            f"next: measure by day, or with the grain that coarsest_grain gives for these people and credits",
        )


def _within(at: Whole, cuts: Whole, ends: Whole) -> tuple[NDArray[np.intp], Whole]:
    """Give the rows whose cut, at its place among the sorted cuts, lies before their end; and that place."""
    rows = np.flatnonzero(at < cuts.size)
    rows = rows[cuts[at[rows]] < ends[rows]]
    return rows, at[rows]


def _plan_cuts(plan: Plan, people: People) -> Whole:
    """Give the days, sorted, at which periods and baselines begin and end, and seats where that matters for all items."""
    spans = [span for period in periods(plan) for span in (period, *_baselines(plan, period))]
    cuts = np.unique(np.array([day for span in spans for day in (span.start, span.end)], dtype=np.int64))
    if _reads_beyond_own(plan):
        seats = np.concatenate([people.starts, people.ends]).astype(np.int64)
        cuts = np.union1d(cuts, seats[(seats > cuts[0]) & (seats < cuts[-1])])
    return cuts


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


def _changes(people: People, credits: Credits) -> tuple[NDArray[np.int32], Whole]:  # noqa: A002
    """Give every item and day on which its credit, or a seat of somebody credited with it, begins or ends.

    Shapes: one entry per change; an item's day may come more than once. Items are those of the credits.
    """
    person = places_of(credits.person_ids, people.person_ids)[credits.persons]
    known = person >= 0  # others are refused on their own account
    person, own_items = person[known], credits.items[known]
    held = np.bincount(people.persons, minlength=len(people.person_ids))
    first = np.cumsum(held) - held
    edge = np.repeat(np.arange(person.size), held[person])
    seat = np.arange(edge.size) - np.repeat(np.cumsum(held[person]) - held[person], held[person]) + first[person][edge]
    items = np.concatenate([credits.items, credits.items, own_items[edge], own_items[edge]])
    days = np.concatenate([credits.starts, credits.ends, people.starts[seat], people.ends[seat]])
    return items, days.astype(np.int64)

"""The scene: facts, seats and credit edges with one code for each person, role and item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jointpay.data.dataset import Dataset
from jointpay.data.places import places_of
from jointpay.engine.credit import overlaps
from jointpay.engine.day_index import DayFacts, DayIndex, day_index
from jointpay.engine.exact import exact_sum, largest
from jointpay.engine.order import sorted_order
from jointpay.errors import MismatchError, TooLargeError
from jointpay.panel.rules import compiled_plan
from jointpay.plan.calendar import Span
from jointpay.plan.plan import Plan

__all__ = ["Counting", "Edges", "Scene", "Seats", "make_scene"]

Whole = NDArray[np.int64]
SUM_SAFE = 2**61


@dataclass(frozen=True, slots=True, eq=False)
class Seats:
    """Seats in order of (person, start). Shapes: (H,)."""

    persons: Whole
    roles: Whole
    starts: Whole
    ends: Whole
    groups: Mapping[str, Whole]


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Credit edges. Shapes: (E,). `items` indexes the items of facts and credits together."""

    persons: Whole
    roles: Whole
    items: Whole
    shares: Whole
    starts: Whole
    ends: Whole


class Counting(NamedTuple):
    """Edges with the seats in which they count: the person holds the role on these days. One entry per pair."""

    edges: Whole
    seats: Whole
    starts: Whole
    ends: Whole


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything that happened, in one set of codes. Roles are numbered in the order of the plan."""

    plan: Plan
    dataset: Dataset
    spans: tuple[Span, ...]
    role_names: tuple[str, ...]
    item_ids: tuple[str, ...]
    facts: DayFacts
    """All facts, in order of day; items are those of `item_ids`."""
    seats: Seats
    edges: Edges
    by_item: DayIndex
    fact_days: Whole
    """Sorted days that have any fact."""
    counting: Counting

    def with_facts(self, span: Span | None) -> Span | None:
        """Keep a span only where anything at all was recorded in it."""
        return span if span is not None and _any_from(self.fact_days, span) else None

    def edges_of(self, role: int) -> Edges:
        """Give the edges of one role, in order of item and start: so their facts are read one after another."""
        edges = self.edges
        here = np.flatnonzero(edges.roles == role)
        here = here[sorted_order(edges.items[here], edges.starts[here])]
        return Edges(
            edges.persons[here],
            edges.roles[here],
            edges.items[here],
            edges.shares[here],
            edges.starts[here],
            edges.ends[here],
        )


def _counting(edges: Edges, seats: Seats, roles: int) -> Counting:
    """Join edges with the seats in which they count."""
    return Counting(
        *overlaps(
            edges.persons * roles + edges.roles,
            edges.starts,
            edges.ends,
            seats.persons * roles + seats.roles,
            seats.starts,
            seats.ends,
        )
    )


def _days_with_facts(dataset: Dataset) -> Whole:
    """Give the days that have any fact, sorted."""
    days = dataset.facts.days
    if not days.size:
        return np.empty(0, dtype=np.int64)
    first = int(days.min())
    # Counting is many times faster than sorting here, and facts span years, not ages.
    return np.flatnonzero(np.bincount(days - first)) + first


def _scored_periods(plan: Plan, days: Whole, wanted: Sequence[str] | None) -> tuple[Span, ...]:
    """Give the periods to score: those with a fact, or those named.

    Raises `MismatchError` for a name that is no period of the plan.
    """
    spans = compiled_plan(plan).spans
    if wanted is None:
        return tuple(span for span in spans if _any_from(days, span))
    known = {span.id for span in spans}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise MismatchError(
            f"periods {unknown!r} are not periods of plan {plan.id!r}; "
            f"allowed: {', '.join(span.id for span in spans[:24])}"
        )
    return tuple(span for span in spans if span.id in set(wanted))


def _any_from(days: Whole, span: Span) -> bool:
    """Whether any of the sorted days lies in a span."""
    low, high = np.searchsorted(days, (span.start, span.end))
    return bool(low < high)


def _refuse_large(plan: Plan, dataset: Dataset) -> None:
    """Refuse before a credited sum could pass what is exact: share numerators * sum of magnitudes < 2**61."""
    for name, total in dataset.facts.totals.items():
        if largest(total) * total.size * dataset.credits.share_denominator < SUM_SAFE:
            continue
        most = exact_sum(np.abs(total)) * dataset.credits.share_denominator
        if most >= SUM_SAFE:
            raise TooLargeError(
                f"total {name!r} of plan {plan.id!r} sums to {most // dataset.credits.share_denominator} and shares have "
                f"the common denominator {dataset.credits.share_denominator}; their product must stay below {SUM_SAFE}; "
                "next: use a larger unit or simpler shares, or score fewer periods at once"
            )


def make_scene(plan: Plan, dataset: Dataset, wanted: Sequence[str] | None) -> Scene:
    """Bring facts, seats and credits to one set of codes and index the facts by item and day.

    Raises `MismatchError` where the dataset was read for another plan or its facts are not in order, `TooLargeError`
    where sums would not be exact.
    """
    if dataset.plan_digest != plan.digest:
        raise MismatchError(
            f"the dataset was read for the plan with digest {dataset.plan_digest[:12]}, "
            f"and this is plan {plan.id!r} with digest {plan.digest[:12]}; next: read the tables again with this plan"
        )
    if np.any(dataset.facts.days[1:] < dataset.facts.days[:-1]):
        raise MismatchError(
            "the facts are not in order of day; allowed: facts as read_facts, measure and merge_facts give them; "
            "next: make changed facts with one of these"
        )
    _refuse_large(plan, dataset)
    facts, credit, people = dataset.facts, dataset.credits, dataset.people
    role_names = tuple(plan.roles)
    items = places_of(credit.item_ids, facts.item_ids)
    more = [credit.item_ids[code] for code in np.flatnonzero(items < 0).tolist()]
    item_ids = (*facts.item_ids, *sorted(more)) if more else facts.item_ids
    if more:
        items = places_of(credit.item_ids, item_ids)
    seats = Seats(
        people.persons.astype(np.int64),
        places_of(people.role_ids, role_names)[people.roles],
        people.starts.astype(np.int64),
        people.ends.astype(np.int64),
        {column: codes.astype(np.int64) for column, codes in people.groups.items()},
    )
    edges = Edges(
        places_of(credit.person_ids, people.person_ids)[credit.persons],
        places_of(credit.role_ids, role_names)[credit.roles],
        items[credit.items],
        credit.shares,
        credit.starts.astype(np.int64),
        credit.ends.astype(np.int64),
    )
    happened = DayFacts(facts.days, facts.items.astype(np.int64), facts.totals, len(item_ids))
    fact_days = _days_with_facts(dataset)
    spans = _scored_periods(plan, fact_days, wanted)
    cuts = np.array([day for span in spans for day in (span.start, span.end)], dtype=np.int64)
    return Scene(
        plan,
        dataset,
        spans,
        role_names,
        item_ids,
        happened,
        seats,
        edges,
        day_index(happened.items, facts.days, facts.totals, cuts=cuts, size=len(item_ids)),
        fact_days,
        _counting(edges, seats, len(role_names)),
    )

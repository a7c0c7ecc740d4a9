"""A dataset as plain rows: seats, credits and facts that a reader can print and check by eye."""

from dataclasses import dataclass
from fractions import Fraction

from jointpay.data.dataset import Dataset
from jointpay.plan.calendar import Span, periods
from jointpay.plan.plan import Plan

__all__ = ["Credit", "Fact", "PlainData", "Row", "Seat", "payee_rows", "plain_data", "scored_periods"]


@dataclass(frozen=True, slots=True)
class Seat:
    """Who holds which role, in which groups, from the first day to the day after the last."""

    person: str
    role: str
    start: int
    end: int
    groups: dict[str, str]


@dataclass(frozen=True, slots=True)
class Credit:
    """Who worked on what in which role, with which share, from the first day to the day after the last."""

    person: str
    role: str
    item: str
    share: Fraction
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened on one day on one item, and the credits that count on it.

    A credit counts on a day when it holds on that day and its person holds a seat in its role on that day.
    """

    day: int
    item: str
    totals: dict[str, int]
    credits: tuple[Credit, ...]


@dataclass(frozen=True, slots=True)
class PlainData:
    """Everything that happened."""

    facts: tuple[Fact, ...]
    credits: tuple[Credit, ...]
    seats: tuple[Seat, ...]
    targets: dict[str, dict[tuple[str, ...], Fraction]]
    share_denominator: int
    excluded: tuple[tuple[str, dict[str, int]], ...]

    def seat_on(self, person: str, day: int) -> Seat | None:
        """Give the seat a person holds on a day; there is one at most."""
        return next((seat for seat in self.seats if seat.person == person and seat.start <= day < seat.end), None)


@dataclass(frozen=True, slots=True)
class Row:
    """A payee row: the days of one period on which a person holds one seat."""

    period: Span
    seat: Seat
    start: int
    end: int

    @property
    def person(self) -> str:
        """Who it is."""
        return self.seat.person

    @property
    def days(self) -> int:
        """How many days it has."""
        return self.end - self.start


def plain_data(dataset: Dataset) -> PlainData:
    """Write the arrays of a dataset out as rows."""
    people, edges, facts = dataset.people, dataset.credits, dataset.facts
    seats = tuple(
        Seat(
            person=people.person_ids[int(person)],
            role=people.role_ids[int(role)],
            start=int(start),
            end=int(end),
            groups={
                column: people.group_values[column][int(codes[place])]
                for column, codes in people.groups.items()
                if int(codes[place]) >= 0
            },
        )
        for place, (person, role, start, end) in enumerate(
            zip(people.persons, people.roles, people.starts, people.ends, strict=True)
        )
    )
    credit_rows = tuple(
        Credit(
            person=edges.person_ids[int(person)],
            role=edges.role_ids[int(role)],
            item=edges.item_ids[int(item)],
            share=Fraction(int(share), edges.share_denominator),
            start=int(start),
            end=int(end),
        )
        for person, role, item, share, start, end in zip(
            edges.persons, edges.roles, edges.items, edges.shares, edges.starts, edges.ends, strict=True
        )
    )
    fact_rows = tuple(
        _fact(
            int(day),
            facts.item_ids[int(item)],
            {total: int(numbers[place]) for total, numbers in facts.totals.items()},
            credit_rows,
            seats,
        )
        for place, (day, item) in enumerate(zip(facts.days, facts.items, strict=True))
    )
    return PlainData(
        facts=fact_rows,
        credits=credit_rows,
        seats=seats,
        targets={name: dict(table.values) for name, table in dataset.targets.items()},
        share_denominator=edges.share_denominator,
        excluded=tuple((left.reason, {name: int(n) for name, n in left.totals.items()}) for left in facts.excluded),
    )


def _fact(day: int, item: str, totals: dict[str, int], credits_: tuple[Credit, ...], seats: tuple[Seat, ...]) -> Fact:
    """Attach to a fact the credits that count on it."""
    holding = {(seat.person, seat.role) for seat in seats if seat.start <= day < seat.end}
    counting = tuple(
        credit
        for credit in credits_
        if credit.item == item and credit.start <= day < credit.end and (credit.person, credit.role) in holding
    )
    return Fact(day=day, item=item, totals=totals, credits=counting)


def scored_periods(plan: Plan, data: PlainData, chosen: tuple[str, ...] | None) -> tuple[Span, ...]:
    """Give the periods that are scored: those chosen, or else those that hold a day with a fact."""
    if chosen is not None:
        return tuple(span for span in periods(plan) if span.id in chosen)
    days = {fact.day for fact in data.facts}
    return tuple(span for span in periods(plan) if any(span.start <= day < span.end for day in days))


def payee_rows(data: PlainData, scored: tuple[Span, ...], role: str) -> tuple[Row, ...]:
    """Give the payee rows of a role, by period, then person, then first day."""
    rows = [
        Row(period=span, seat=seat, start=max(span.start, seat.start), end=min(span.end, seat.end))
        for span in scored
        for seat in data.seats
        if seat.role == role and seat.start < span.end and span.start < seat.end
    ]
    return tuple(sorted(rows, key=lambda row: (row.period.start, row.person, row.start)))

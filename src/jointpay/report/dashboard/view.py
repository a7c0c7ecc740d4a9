"""What a dashboard looks at: whose rows, of which period, and what they are compared with.

A dashboard looks at one period, the last of those asked for, compares it with the period before, and shows how it came
there over all of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from jointpay.errors import MismatchError
from jointpay.money.number import shown
from jointpay.plan.calendar import Span
from jointpay.plan.plan import Plan
from jointpay.report.work import SharedWork
from jointpay.results.scorecard import RoleScores, Scorecard
from jointpay.results.settlement import RuleLines, Settlement

__all__ = ["Payee", "View", "values_seen", "view_of"]

_NAMED = 10


@dataclass(frozen=True, slots=True)
class Payee:
    """One payee row of the period looked at."""

    role: int
    """Index into the scorecard's `roles`."""
    row: int
    person: int
    rows: tuple[int | None, ...]
    """For every period of the view the person's last row in the role, None where there is none."""
    before: int | None
    """The last row of the person in the role in the period before; None where there is none."""

    @property
    def key(self) -> str:
        """A name for links within the page, made of numbers alone."""
        return f"p{self.role}-{self.row}"


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What a dashboard looks at."""

    settlement: Settlement
    work: SharedWork
    periods: tuple[int, ...]
    """The periods of the trend, as indexes into the scorecard's; the last is the one looked at."""
    before: int | None
    """The period it is compared with: the one before it in the result."""
    group: tuple[str, str] | None
    payees: tuple[Payee, ...]
    """By role in the order of the plan, then by person."""

    @property
    def card(self) -> Scorecard:
        """The scorecard."""
        return self.settlement.scorecard

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.card.plan

    @property
    def now(self) -> int:
        """The period looked at."""
        return self.periods[-1]

    @property
    def span(self) -> Span:
        """The days of the period looked at."""
        return self.card.periods[self.now]

    def roles(self) -> Iterator[tuple[int, RoleScores, tuple[Payee, ...]]]:
        """Give every role somebody holds in the view, with its payees."""
        for place, role in enumerate(self.card.roles):
            held = tuple(payee for payee in self.payees if payee.role == place)
            if held:
                yield place, role, held

    def lines(self, role: int) -> tuple[RuleLines, ...]:
        """Give the pay lines of a role."""
        name = self.card.roles[role].role
        return tuple(line for line in self.settlement.lines if line.role == name)


def view_of(
    settlement: Settlement, work: SharedWork, *, group: tuple[str, str] | None, periods: Sequence[str] | None
) -> View:
    """Choose the rows.

    Raises `MismatchError` where work and settlement are of different runs, for a period or group that is not there, and
    where nobody is left to show.
    """
    card = settlement.scorecard
    spans = tuple(span.id for span in card.periods)
    theirs = (card.plan_digest, card.data_digest, card.person_ids, spans)
    if (work.plan_digest, work.data_digest, work.person_ids, work.periods) != theirs:
        raise MismatchError(
            "the shared work is not that of the settlement: plan, data, people or periods differ; "
            "next: take both from one run"
        )
    wanted = spans if periods is None else tuple(periods)
    for name in wanted:
        if name not in spans:
            raise MismatchError(_not_there(name, spans, "period"))
    chosen = tuple(place for place, name in enumerate(spans) if name in wanted)
    if not chosen:
        raise MismatchError("there is no period to show; allowed: at least one that was scored")
    payees = tuple(payee for place, role in enumerate(card.roles) for payee in _payees(place, role, chosen))
    if group is not None:
        column, value = group
        groups = _groups(work, column)
        if value not in work.members.group_values[column]:
            raise MismatchError(_not_there(value, work.members.group_values[column], column))
        payees = tuple(payee for payee in payees if _group_of(groups, card.roles[payee.role], payee) == value)
    if not payees:
        where = "" if group is None else f" of {group[0]} {shown(group[1])}"
        raise MismatchError(
            f"nobody{where} holds a seat in period {spans[chosen[-1]]!r}; next: choose another period"
            + ("" if group is None else " or group")
        )
    return View(settlement, work, chosen, chosen[-1] - 1 if chosen[-1] else None, group, payees)


def _payees(place: int, role: RoleScores, periods: tuple[int, ...]) -> Iterator[Payee]:
    rows = role.payees
    # Rows stand in order of (period, person, start), so that the last of equal keys is the latest seat.
    last = {key: row for row, key in enumerate(zip(rows.periods.tolist(), rows.persons.tolist(), strict=True))}
    now = periods[-1]
    for row in np.flatnonzero(rows.periods == now).tolist():
        person = int(rows.persons[row])
        held = (*(last.get((period, person)) for period in periods[:-1]), row)
        yield Payee(place, row, person, held, last.get((now - 1, person)))


def values_seen(view: View, column: str) -> tuple[str, ...]:
    """Give the values of a group column that somebody in view has, sorted.

    Raises `MismatchError` where people have no such column.
    """
    groups = _groups(view.work, column)
    found = {_group_of(groups, view.card.roles[payee.role], payee) for payee in view.payees}
    return tuple(sorted(value for value in found if value is not None))


Seats = dict[tuple[str, int], list[tuple[int, int, str | None]]]


def _groups(work: SharedWork, column: str) -> Seats:
    """Give the seats of every role and person: first day, day after the last, value of the column."""
    members = work.members
    if column not in members.groups:
        raise MismatchError(_not_there(column, tuple(members.groups), "group column"))
    values = (*members.group_values[column], None)
    found: Seats = {}
    columns = (members.roles, members.persons, members.starts, members.ends, members.groups[column])
    for role, person, start, end, code in zip(*(each.tolist() for each in columns), strict=True):
        found.setdefault((work.roles[role], person), []).append((start, end, values[code]))
    return found


def _group_of(groups: Seats, role: RoleScores, payee: Payee) -> str | None:
    start = role.payees.starts[payee.row]
    seats = groups.get((role.role, payee.person), ())
    return next((value for first, after, value in seats if first <= start < after), None)


def _not_there(wanted: str, known: Sequence[str], what: str) -> str:
    nearest = next(iter(get_close_matches(wanted, known, n=1)), "")
    meant = f"; did you mean {nearest!r}?" if nearest else ""
    listed = ", ".join(map(repr, known[:_NAMED])) + (f" and {len(known) - _NAMED} more" if len(known) > _NAMED else "")
    return f"there is no {what} {shown(wanted)}{meant}; there is: {listed or 'none'}"

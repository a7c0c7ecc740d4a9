"""Whether the tables of one plan fit it and one another. Every check gives findings and raises nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from jointpay.data.confusable import confusable_ids
from jointpay.data.credits import Credits
from jointpay.data.facts import Facts
from jointpay.data.grain import too_coarse
from jointpay.data.group_columns import groups_read
from jointpay.data.intervals import FIRST_DAY, LAST_DAY, range_text
from jointpay.data.occurring import occurring_codes
from jointpay.data.ordering import sorting
from jointpay.data.people import People
from jointpay.data.places import places_of
from jointpay.data.problems import MOST_TOLD, shown
from jointpay.data.table import MOST_SUGGESTED, nearest
from jointpay.data.table_problems import row_list
from jointpay.data.target_needs import tables_needed
from jointpay.data.targets import Targets, TargetTable
from jointpay.findings import Finding, Place, Severity
from jointpay.plan.plan import Plan

__all__ = ["cross_findings"]

_SHOWN = 5
_SPAN = LAST_DAY - FIRST_DAY + 1


def cross_findings(
    plan: Plan,
    *,
    facts: Facts,
    credits: Credits,  # noqa: A002 - as in `dataset`
    people: People,
    targets: Mapping[str, TargetTable],
) -> list[Finding]:
    """Give everything found, errors and notes, in a fixed order."""
    source = targets.source if isinstance(targets, Targets) else "targets"
    # Ids are matched once: a million of them take Python a tenth of a second each time.
    persons = places_of(credits.person_ids, people.person_ids)[credits.persons]
    seats = _seat_keys(credits, people, persons)
    return [
        *_totals(plan, facts),
        *_roles(plan, credits, people),
        *_groups(plan, people),
        *_persons(credits, people, persons),
        *_seats(credits, people, seats),
        *too_coarse(plan, facts, people=people, credits=credits),
        *_targets(plan, targets, source),
        *_alike(facts, credits, people, targets, source),
        *_unread_targets(facts, credits, people, targets, source),
        *_unmatched(facts, credits, people, seats),
    ]


def _found(
    code: str, severity: Severity, message: str, source: str, *, row: int | None = None, column: str = "", who: str = ""
) -> Finding:
    place = Place(source=source, row=row, column=column, who=who)
    return Finding(code=code, severity=severity, message=message, place=place)


def _few(labels: Sequence[str]) -> str:
    """Write the first labels of many."""
    more = f" and {len(labels) - _SHOWN:,} more" if len(labels) > _SHOWN else ""
    return ", ".join(map(shown, labels[:_SHOWN])) + more


def _occurring(codes: NDArray[np.int32], ids: Sequence[str]) -> list[str]:
    found = occurring_codes(codes)
    return list(ids) if len(found) == len(ids) else [ids[code] for code in found]


def _more(count: int, severity: Severity, what: str, source: str) -> Iterator[Finding]:
    """Count what is beyond the first thousand."""
    if count > MOST_TOLD:
        yield _found("more_problems", severity, f"{count - MOST_TOLD:,} more {what} are not listed", source)


def _totals(plan: Plan, facts: Facts) -> Iterator[Finding]:
    for name in sorted(set(plan.totals) - set(facts.totals)):
        yield _found(
            "total_missing",
            "error",
            f"the facts lack total {name!r} of the plan; found: {', '.join(sorted(facts.totals)) or 'none'}",
            "facts",
        )
    for name in sorted(set(facts.totals) - set(plan.totals)):
        yield _found(
            "total_unknown",
            "error",
            f"the facts hold {shown(name)}, which is not a total of the plan{nearest(name, list(plan.totals))}; "
            f"next: read the facts with this plan",
            "facts",
        )


def _roles(plan: Plan, edges: Credits, people: People) -> Iterator[Finding]:
    for table, roles in ((edges.source, edges.role_ids), (people.source, people.role_ids)):
        for role in sorted(set(roles) - set(plan.roles)):
            yield _found(
                "role_unknown",
                "error",
                f"{shown(role)} is not a role of the plan{nearest(role, list(plan.roles))}; "
                f"next: read the table with this plan",
                table,
                column="role",
            )


def _groups(plan: Plan, people: People) -> Iterator[Finding]:
    for role, columns in groups_read(plan).items():
        if role not in people.role_ids:
            continue
        mine = people.roles == people.role_ids.index(role)
        for column in columns:
            codes = people.groups.get(column)
            empty = mine if codes is None else mine & (codes < 0)
            if np.any(empty):
                persons = _occurring(people.persons[empty], people.person_ids)
                yield _found(
                    "group_empty",
                    "error",
                    f"role {role!r} reads group column {column!r}, and it is "
                    f"{'missing' if codes is None else 'empty'} for {_few(persons)}; next: fill it in",
                    people.source,
                    column=column,
                )


def _rows(edges: Credits, places: NDArray[np.intp]) -> tuple[int | None, str]:
    """Give the first row and a text of all rows behind some edges, or how many there are where rows are not known."""
    if len(edges.rows) != len(edges.persons):
        return None, f"{len(places)} credits"
    return int(edges.rows[places].min()), row_list(edges.rows[places])


def _persons(edges: Credits, people: People, persons: NDArray[np.int64]) -> Iterator[Finding]:
    """Tell people who are credited and unknown; `persons` (E,) are places among people, -1 for them."""
    unknown = occurring_codes(edges.persons[persons < 0])
    for told, code in enumerate(unknown[:MOST_TOLD]):
        person = edges.person_ids[code]
        meant = nearest(person, people.person_ids) if told < MOST_SUGGESTED else ""
        row, rows = _rows(edges, np.flatnonzero(edges.persons == code))
        yield _found(
            "person_unknown",
            "error",
            f"not in the people table ({people.source}){meant}, and credited on "
            f"{rows}; next: add the person there, or correct the id",
            edges.source,
            row=row,
            column="person",
            who=f"person {shown(person)}",
        )
    yield from _more(len(unknown), "error", "people who are credited and not in the people table", edges.source)


def _seat_keys(edges: Credits, people: People, persons: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give every edge the number of its person and role among people, below -1 where the person is unknown. (E,).

    A role that nobody holds counts as -1, so that its number is one that no seat has.
    """
    return persons * (len(people.role_ids) + 1) + places_of(edges.role_ids, people.role_ids)[edges.roles]


def _seats(edges: Credits, people: People, wanted: NDArray[np.int64]) -> Iterator[Finding]:
    """Tell credits that can never count: the role is never held (an error), or on none of the days (a warning).

    `wanted` (E,) are the seats that edges need.
    """
    width = len(people.role_ids) + 1
    keys = people.persons.astype(np.int64) * width + people.roles
    order = sorting((keys, people.starts))
    ends = keys[order] * _SPAN + (people.ends[order].astype(np.int64) - FIRST_DAY)
    # Seats of one person and role do not overlap, so the first that ends after the credit begins decides.
    at = np.searchsorted(ends, wanted * _SPAN + (edges.starts.astype(np.int64) - FIRST_DAY), side="right")
    found = order[np.minimum(at, len(order) - 1)] if len(order) else np.zeros(len(at), np.intp)
    held = np.zeros(len(at), np.bool_)
    inside = np.flatnonzero(at < len(order))
    held[inside] = (keys[found[inside]] == wanted[inside]) & (people.starts[found[inside]] < edges.ends[inside])
    lost = np.flatnonzero((wanted >= -1) & ~held)
    lost_keys = np.unique(wanted[lost])
    ever = np.isin(lost_keys, keys)
    for chosen, is_held in ((lost_keys[~ever], False), (lost_keys[ever], True)):
        for key in chosen[:MOST_TOLD].tolist():
            yield _seat_finding(edges, people, lost[wanted[lost] == key], ever=is_held)
        what = "people credited in a role on days without a seat" if is_held else "people credited in a role never held"
        yield from _more(len(chosen), "warning" if is_held else "error", what, edges.source)


def _seat_finding(edges: Credits, people: People, places: NDArray[np.intp], *, ever: bool) -> Finding:
    person = edges.person_ids[int(edges.persons[places[0]])]
    role = edges.role_ids[int(edges.roles[places[0]])]
    seats = np.flatnonzero(people.persons == people.person_ids.index(person))
    told = "; ".join(
        f"{people.role_ids[int(people.roles[seat])]} {range_text(int(people.starts[seat]), int(people.ends[seat]))}"
        for seat in seats.tolist()
    )
    row, rows = _rows(edges, places)
    return _found(
        "credit_off_seat" if ever else "credit_without_seat",
        "warning" if ever else "error",
        f"credited as {shown(role)} on {rows}, and {'on none of the days credited' if ever else 'never'} holds this "
        f"role, so that it cannot count; seats held: {told}; "
        f"next: correct the role or the days, here or in {people.source}",
        edges.source,
        row=row,
        column="role",
        who=f"person {shown(person)}",
    )


def _targets(plan: Plan, targets: Mapping[str, TargetTable], source: str) -> Iterator[Finding]:
    for name, need in tables_needed(plan).items():
        table = targets.get(name)
        if table is None:
            yield _found(
                "target_missing",
                "error",
                f"target {name!r} of the plan ({', '.join(need.readers)}) is missing; "
                f"next: read_targets a table with {', '.join(need.keys)} and value",
                source,
            )
        elif table.keys != need.keys:
            yield _found(
                "target_keys",
                "error",
                f"target {name!r} is keyed by {', '.join(table.keys)}, and the plan looks it up by "
                f"{', '.join(need.keys)}; next: read the table with this plan",
                source,
            )


def _keys_used(targets: Mapping[str, TargetTable], key: str) -> set[str]:
    return {values[table.keys.index(key)] for table in targets.values() if key in table.keys for values in table.values}


def _alike(
    facts: Facts, edges: Credits, people: People, targets: Mapping[str, TargetTable], source: str
) -> Iterable[Finding]:
    yield from confusable_ids(
        "person",
        [
            (people.source, people.person_ids),
            (edges.source, edges.person_ids),
            (source, _keys_used(targets, "person")),
        ],
    )
    yield from confusable_ids(
        "item",
        [
            ("facts", facts.item_ids),
            (edges.source, edges.item_ids),
            (source, _keys_used(targets, "item")),
        ],
    )
    for column in sorted(people.groups):
        yield from confusable_ids(
            column, [(people.source, people.group_values[column]), (source, _keys_used(targets, column))]
        )


def _unread_targets(
    facts: Facts, edges: Credits, people: People, targets: Mapping[str, TargetTable], source: str
) -> Iterator[Finding]:
    """Tell targets for people, items and groups that nothing else knows: often a wrong id."""
    known: dict[str, Sequence[str]] = {**people.group_values, "person": people.person_ids}
    known["item"] = (*facts.item_ids, *edges.item_ids)
    for key in sorted({key for table in targets.values() for key in table.keys} & set(known)):
        unknown = sorted(_keys_used(targets, key).difference(known[key]))
        if unknown:
            yield _found(
                "target_unread",
                "warning",
                f"targets are keyed by {key}, and no other table knows {_few(unknown)}"
                f"{nearest(unknown[0], sorted(set(known[key])))}",
                source,
                column=key,
            )


def _unmatched(facts: Facts, edges: Credits, people: People, worked: NDArray[np.int64]) -> Iterator[Finding]:
    """Tell credited items without facts, items with facts that nobody is credited with, and seats without credits.

    `worked` (E,) are the seats that edges need, below zero where there is none.
    """
    places = places_of(edges.item_ids, facts.item_ids)
    credited = np.zeros(len(facts.item_ids), np.bool_)
    credited[places[places >= 0]] = True
    idle = [edges.item_ids[code] for code in np.flatnonzero(places < 0).tolist()]
    if idle:
        yield _found(
            "item_without_facts", "warning", f"{len(idle):,} credited items have no facts: {_few(idle)}", edges.source
        )
    free = [facts.item_ids[code] for code in np.flatnonzero(~credited).tolist()]
    if free:
        yield _found(
            "item_without_credits",
            "info",
            f"{len(free):,} items have facts and no credits, so that these facts stay unattributed: {_few(free)}",
            "facts",
        )
    width = len(people.role_ids) + 1
    alone_in = np.zeros(len(people.person_ids) * width, np.bool_)
    alone_in[people.persons.astype(np.int64) * width + people.roles] = True
    alone_in[worked[worked >= 0]] = False
    for code, role in enumerate(people.role_ids):
        alone = sorted(people.person_ids[person] for person in np.flatnonzero(alone_in[code::width]).tolist())
        if alone:
            yield _found(
                "seat_without_credits",
                "info",
                f"{len(alone):,} people hold role {shown(role)} and are credited with nothing in it: {_few(alone)}",
                people.source,
            )

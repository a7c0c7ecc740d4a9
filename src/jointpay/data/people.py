"""People: who holds which seat, and in which groups, on which days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from jointpay.data.cell_values import Refusal
from jointpay.data.cells import Cells, Labels
from jointpay.data.frozen import frozen
from jointpay.data.group_columns import RESERVED, groups_read
from jointpay.data.intervals import overlapping, range_text, read_intervals
from jointpay.data.ordering import sorting
from jointpay.data.problems import shown
from jointpay.data.table import EMPTY, Column, read_table, source_of
from jointpay.data.table_problems import HEADER_ROWS, TableProblems
from jointpay.findings import Finding
from jointpay.plan.calendar import day_text
from jointpay.plan.plan import Plan

__all__ = ["People", "read_people"]

_LONGEST_LABEL = 128
"""Bits of a whole number that is kept as a label."""
_OWN_COLUMNS = ("person", "role", "from", "to", "name")


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Seats, sorted by (person, start). A person holds at most one seat on a day.

    Shapes: H seats.
    """

    persons: NDArray[np.int32]
    """(H,) index into `person_ids`."""
    roles: NDArray[np.int32]
    """(H,) index into `role_ids`."""
    starts: NDArray[np.int32]
    """(H,) first day."""
    ends: NDArray[np.int32]
    """(H,) day after the last."""
    groups: Mapping[str, NDArray[np.int32]]
    """By group column: (H,) index into `group_values[column]`, or -1 where the cell is empty."""
    group_values: Mapping[str, tuple[str, ...]]
    person_ids: tuple[str, ...]
    role_ids: tuple[str, ...]
    names: Mapping[str, str]
    """Name by person id, for those who have one."""
    source: str = "people"
    """What the table is called in messages."""
    rows: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    """(H,) row numbers in the table, the header being row 1; empty where they are not known."""
    notes: tuple[Finding, ...] = ()
    """What is worth knowing about the table."""

    def __repr__(self) -> str:
        from jointpay.data import display  # noqa: PLC0415 - what shows this record imports it

        return display.people_line(self)


def read_people(table: object, plan: Plan, *, source: str | None = None) -> People:
    """Read the seats of people: `person`, `role`, `from`, `to`, `name`, and every other column as a group column.

    An empty `from` or `to` is open. A person may have several rows, one after another; on no day two. Rows that follow
    one another with the same role and the same groups, as far as the plan reads them, are one seat. A column the plan
    does not read is kept where it holds text or whole numbers, and never changes a result.

    Raises `DataError` with every problem of the table: an unknown role, an id that is not one, ranges that overlap or
    run backwards, a group column that the plan reads and that is missing, or empty for somebody whose role reads it.
    """
    problems = TableProblems(source_of(table, source, "people"))
    read = read_table(
        table,
        problems,
        needed={"person": "", "role": "", **_columns_read(plan)},
        optional=("from", "to", "name"),
        rest=True,
    )
    for name in sorted(RESERVED & set(read.columns)):
        problems.refuse(
            "column_reserved",
            f"column {name!r} has a name that means something else in a table of targets; next: rename it",
            row=1,
            column=name,
        )
    cells = Cells(read, problems)
    persons = cells.persons()
    roles = cells.known("role", tuple(plan.roles), what="a role of the plan", code="role_unknown")
    starts, ends = read_intervals(cells)
    names = _names(cells, persons, starts)
    groups = _groups(cells, plan, roles)
    _refuse_overlaps(cells, persons, roles, starts, ends)
    problems.stop()
    return _seats(plan, problems, names, _Rows(persons, roles, starts, ends, groups))


def _columns_read(plan: Plan) -> dict[str, str]:
    """Name the group columns the plan reads, with the roles that read them."""
    read = groups_read(plan)
    columns = sorted({column for listed in read.values() for column in listed})
    return {
        column: "the plan reads it for role " + ", ".join(role for role, listed in read.items() if column in listed)
        for column in columns
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The rows of the table in columns, all of them sound."""

    persons: Labels
    roles: Labels
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    groups: Mapping[str, Labels]


def _read_name(cell: object) -> str | Refusal:
    """Take a display name as it stands: whatever people are called."""
    if not isinstance(cell, str):
        return Refusal("name_type", f"a name of type {type(cell).__name__}; allowed: text")
    if any("\ud800" <= char <= "\udfff" for char in cell):
        return Refusal("name_surrogate", "a name that holds half a character; allowed: text; next: decode it again")
    return cell


def _names(cells: Cells, persons: Labels, starts: NDArray[np.int32]) -> Mapping[str, str]:
    """Give the name of each person who has one; of several names the one of the latest seat, with a note."""
    if "name" not in cells.table.columns:
        return MappingProxyType({})
    column, texts = cells.table.columns["name"], cells.read("name", _read_name, needs="", write=lambda _: "a name")
    names: dict[str, tuple[str, int]] = {}
    for place in sorting((persons.codes, starts)).tolist():
        text = texts[column.codes[place]] if column.codes[place] != EMPTY else None
        person = persons.at(place)
        if text is None or not person:
            continue
        earlier, row = names.get(person, (text, 0))
        if earlier != text:
            cells.problems.note(
                "person_renamed",
                "warning",
                f"another name than on row {row}, which is an earlier seat; the name of the latest seat is used; "
                f"next: check that this is one person",
                row=place + HEADER_ROWS,
                column="name",
                who=f"person {shown(person)}",
            )
        names[person] = (text, place + HEADER_ROWS)
    return MappingProxyType({person: text for person, (text, _) in names.items()})


def _groups(cells: Cells, plan: Plan, roles: Labels) -> Mapping[str, Labels]:
    read = groups_read(plan)
    groups: dict[str, Labels] = {}
    left: list[str] = []
    for name, column in cells.table.columns.items():
        readers = [role for role, listed in read.items() if name in listed]
        if name in _OWN_COLUMNS:
            continue
        if readers:
            groups[name] = cells.labels(name, needs="")
            _refuse_empty(cells, column, roles, readers)
        elif _is_plain(column):
            groups[name] = cells.labels(name, str, needs="")
        else:
            left.append(name)
    if left:
        cells.problems.note(
            "column_ignored",
            "info",
            f"columns that are not kept, because the plan does not read them and they do not hold labels: "
            f"{', '.join(map(shown, left))}",
        )
    return groups


def _refuse_empty(cells: Cells, column: Column, roles: Labels, readers: list[str]) -> None:
    reading = np.array([label in readers for label in roles.ids] + [False], np.bool_)
    cells.refuse(
        "group_empty",
        np.flatnonzero(reading[roles.codes] & (column.codes == EMPTY)),
        lambda place: (
            f"the cell is empty, and the plan reads this column for role {shown(roles.at(place))}; next: fill it in"
        ),
        column=column.name,
    )


def _is_plain(column: Column) -> bool:
    """Tell whether a column that the plan does not read holds labels: all text, or all whole numbers."""
    kinds = {type(cell) for cell in column.distinct}
    return kinds <= {str} or (kinds == {int} and all(cell.bit_length() <= _LONGEST_LABEL for cell in column.distinct))


def _refuse_overlaps(
    cells: Cells, persons: Labels, roles: Labels, starts: NDArray[np.int32], ends: NDArray[np.int32]
) -> None:
    def seat(place: int) -> str:
        return f"{shown(roles.at(place))} {range_text(int(starts[place]), int(ends[place]))}"

    order = sorting((persons.codes, starts))
    order = order[cells.usable[order]]
    found = {later: earlier for earlier, later in overlapping(persons.codes, starts, ends, order)}
    cells.refuse(
        "seats_overlap",
        np.array(sorted(found), np.intp),
        lambda place: (
            f"{seat(place)} overlaps {seat(found[place])} on row {found[place] + HEADER_ROWS}; "
            f"allowed: one seat on a day; next: drop one of the rows, or end the earlier one with `to`"
        ),
    )


def _seats(plan: Plan, problems: TableProblems, names: Mapping[str, str], rows: _Rows) -> People:
    """Sort sound rows into seats, and put those together that follow one another and differ in nothing the plan reads."""
    order = sorting((rows.persons.codes, rows.starts))
    persons, roles = rows.persons.codes[order], rows.roles.codes[order]
    starts, ends = rows.starts[order], rows.ends[order]
    groups = {name: labels.codes[order] for name, labels in sorted(rows.groups.items())}
    begins = np.ones(len(order), np.bool_)
    begins[1:] = (persons[1:] != persons[:-1]) | (roles[1:] != roles[:-1]) | (ends[:-1] != starts[1:])
    read = _columns_read(plan)
    for name in read:
        begins[1:] |= groups[name][1:] != groups[name][:-1]
    first = np.flatnonzero(begins)
    last = np.append(first[1:] - 1, len(order) - 1)
    for name in sorted(set(groups) - set(read)):
        for place in (np.flatnonzero(~begins[1:] & (groups[name][1:] != groups[name][:-1])) + 1).tolist():
            problems.note(
                "group_change_unread",
                "info",
                f"person {shown(rows.persons.ids[persons[place]])} changes {name!r} on {day_text(int(starts[place]))}, "
                f"which the plan does not read: the seat is not cut, and the latest value is kept",
                row=int(order[place]) + HEADER_ROWS,
                column=name,
            )
    return People(
        persons=frozen(persons[first]),
        roles=frozen(roles[first]),
        starts=frozen(starts[first]),
        ends=frozen(ends[last]),
        groups=MappingProxyType({name: frozen(codes[last]) for name, codes in groups.items()}),
        group_values=MappingProxyType({name: rows.groups[name].ids for name in groups}),
        person_ids=rows.persons.ids,
        role_ids=rows.roles.ids,
        names=names,
        source=problems.source,
        rows=frozen((order[first] + HEADER_ROWS).astype(np.int32)),
        notes=tuple(problems.notes),
    )

"""Targets that come as a table, and external benchmark series."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from jointpay.data.cell_values import read_number
from jointpay.data.cells import Cells, Labels
from jointpay.data.problems import shown
from jointpay.data.table import EMPTY, nearest, read_table, source_of
from jointpay.data.table_problems import HEADER_ROWS, TableProblems
from jointpay.data.target_needs import NeededTable, tables_needed
from jointpay.findings import Finding
from jointpay.money.number import decimal_text
from jointpay.plan.calendar import periods
from jointpay.plan.plan import Plan

__all__ = ["TargetTable", "Targets", "read_targets"]


@dataclass(frozen=True, slots=True)
class TargetTable:
    """The numbers of one named target, by the values of its key columns."""

    keys: tuple[str, ...]
    """Names of the key columns, in the order of the plan: `person`, `item`, `period`, or a group column."""
    values: Mapping[tuple[str, ...], Fraction]


@dataclass(frozen=True, slots=True, eq=False)
class Targets(Mapping[str, TargetTable]):
    """The tables of one reading by the name of the target, and what is worth knowing about them."""

    tables: Mapping[str, TargetTable]
    source: str = "targets"
    """What the table is called in messages."""
    notes: tuple[Finding, ...] = ()

    def __getitem__(self, name: str) -> TargetTable:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def __repr__(self) -> str:
        from jointpay.data import display  # noqa: PLC0415 - what shows this record imports it

        return display.targets_line(self)


def read_targets(table: object, plan: Plan, *, source: str | None = None) -> Targets:
    """Read the targets that the plan looks up: `target`, `value`, and the key columns the plan names.

    A row gives one number of one target. The cells of the target's own keys are filled, those of other keys empty. A
    value is exact: text such as 120, 5% or 1/3, an int or a Decimal.

    Raises `DataError` with every problem of the table: targets the plan does not know, and targets of the plan that
    are missing, floats, keys that are empty or too many, the same keys twice, periods the plan does not have, zero or
    less where the plan divides by the target.
    """
    problems = TableProblems(source_of(table, source, "targets"))
    needs = tables_needed(plan)
    keys = {key: name for name, need in needs.items() for key in need.keys}
    read = read_table(
        table,
        problems,
        needed={
            "target": "",
            "value": "",
            **{key: f"target {name!r} of the plan is keyed by it" for key, name in keys.items()},
        },
        optional=[key for key in ("person", "item", "period") if key not in keys],
    )
    cells = Cells(read, problems)
    cells.note_others()
    columns: dict[str, Labels] = {}
    if "person" in read.columns:
        columns["person"] = cells.persons(needed=False)
    names = cells.known("target", list(needs), what="a target that the plan looks up", code="target_unknown")
    for key in [key for key in read.columns if key not in {"target", "value", "person"}]:
        columns[key] = cells.labels(key, needs="")
    if "period" in columns:
        _refuse_unknown_periods(cells, columns["period"], plan)
    values = cells.read("value", read_number, needs="a number such as 120, 5% or 1/3")
    numbers = [values[code] if code != EMPTY else None for code in read.columns["value"].codes.tolist()]
    for name, need in needs.items():
        _judge_target(cells, name, need, names, columns, numbers)
    _refuse_missing(problems, needs, names)
    tables = {name: _table(cells, name, need, names, columns, numbers) for name, need in needs.items()}
    problems.stop()
    return Targets(tables=MappingProxyType(tables), source=problems.source, notes=tuple(problems.notes))


def _of_target(cells: Cells, name: str, names: Labels) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Give the places of the rows of one target."""
    code = names.ids.index(name) if name in names.ids else EMPTY - 1
    return np.flatnonzero((names.codes == code) & cells.usable)


def _refuse_unknown_periods(cells: Cells, spans: Labels, plan: Plan) -> None:
    known = [span.id for span in periods(plan)]
    unknown = np.array([span not in set(known) for span in spans.ids] + [False], np.bool_)
    cells.refuse(
        "period_unknown",
        np.flatnonzero(unknown[spans.codes]),
        lambda place: (
            f"{shown(spans.at(place))} is not a period of the plan{nearest(spans.at(place), known)}; "
            f"allowed: {known[0]!r} to {known[-1]!r}"
        ),
        column="period",
    )


def _judge_target(
    cells: Cells,
    name: str,
    need: NeededTable,
    names: Labels,
    columns: Mapping[str, Labels],
    numbers: list[Fraction | None],
) -> None:
    """Refuse the rows of a target with a key too few or too many, or a value that cannot be divided by."""
    told = ", ".join(need.keys)
    for key, labels in columns.items():
        places = _of_target(cells, name, names)
        filled = labels.codes[places] != EMPTY
        if key in need.keys:
            cells.refuse(
                "key_empty",
                places[~filled],
                lambda _: f"the cell is empty, and target {name!r} is keyed by {told}; next: fill it in",
                column=key,
            )
        else:
            cells.refuse(
                "key_unwanted",
                places[filled],
                lambda _: f"the cell is filled, and target {name!r} is keyed by {told} alone; next: empty it",
                column=key,
            )
    if need.divides:
        places = _of_target(cells, name, names)
        cells.refuse(
            "target_not_positive",
            np.array([place for place in places.tolist() if (numbers[place] or 0) <= 0], np.intp),
            lambda place: (
                f"{decimal_text(numbers[place] or Fraction(0))} is no target for {name!r}, because the plan divides by it (attainment `ratio`); "
                f"allowed: more than 0"
            ),
            column="value",
        )


def _refuse_missing(problems: TableProblems, needs: Mapping[str, NeededTable], names: Labels) -> None:
    for name, need in needs.items():
        if name not in names.ids:
            problems.refuse(
                "target_missing",
                f"target {name!r} of the plan ({', '.join(need.readers)}) has no row; "
                f"next: add rows with {', '.join(need.keys)} and value",
                column="target",
            )


def _table(
    cells: Cells,
    name: str,
    need: NeededTable,
    names: Labels,
    columns: Mapping[str, Labels],
    numbers: list[Fraction | None],
) -> TargetTable:
    """Give the numbers of a target by its keys; refuse the rows that repeat a key."""
    first: dict[tuple[str, ...], int] = {}
    again: dict[int, int] = {}
    labels = [columns[key] for key in need.keys]
    for place in _of_target(cells, name, names).tolist():
        earlier = first.setdefault(tuple(column.at(place) for column in labels), place)
        if earlier != place:
            again[place] = earlier
    cells.refuse(
        "target_repeated",
        np.array(list(again), np.intp),
        lambda place: (
            f"target {name!r} for {', '.join(f'{key} {shown(columns[key].at(place))}' for key in need.keys)} stands on "
            f"row {again[place] + HEADER_ROWS} already; allowed: one number; next: drop one of the rows"
        ),
    )
    values = {key: number for key, place in first.items() if (number := numbers[place]) is not None}
    return TargetTable(keys=need.keys, values=MappingProxyType(values))

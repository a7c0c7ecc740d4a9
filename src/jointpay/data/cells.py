"""Judging the columns of a table: each distinct cell once, every refusal with its row and who it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import lt
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from jointpay.data.cell_values import FLOAT_DIGITS, Refusal, are_plain_ids, read_day, read_id, read_person, rounded_ids
from jointpay.data.problems import shown
from jointpay.data.table import EMPTY, MOST_SUGGESTED, Column, Table, nearest
from jointpay.data.table_problems import HEADER_ROWS, TableProblems

__all__ = ["Cells", "Labels"]

Read = TypeVar("Read")

_TOTALS = frozenset({"合计", "总计", "小计", "total", "totals", "sum", "subtotal", "grand total"})
_ID_READERS = (read_id, read_person)
_WHOLE_COLUMN = frozenset({"id_float", "number_float", "id_type", "day_type"})
"""Refusals that, in every cell of a column, are one mistake: the column has the wrong type."""


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """The labels of R cells: `ids[codes[r]]`, or `EMPTY` where the cell is empty or was refused. Sorted by code point."""

    codes: NDArray[np.int32]
    ids: tuple[str, ...]

    def at(self, place: int) -> str:
        """Give the label of one row, empty text where it has none."""
        code = int(self.codes[place])
        return self.ids[code] if code >= 0 else ""


def _family(cell: object) -> str:
    """Sort a cell into the kinds that must not be mixed in one column."""
    match cell:
        case str():
            return "text"
        case bool():
            return "boolean"
        case float():
            return "float"
        case int() | Decimal() | Fraction():
            return "number"
        case date():
            return "date"
        case _:
            return type(cell).__name__


def _mixed(column: Column, write: Callable[[object], str]) -> dict[int, Refusal]:
    """Refuse the cells of another kind than the first of the column."""
    families = [_family(cell) for cell in column.distinct]
    if len(set(families)) < 2:
        return {}
    row = int(np.flatnonzero(column.codes == 0)[0]) + HEADER_ROWS
    return {
        code: Refusal(
            "cell_mixed",
            f"{write(column.distinct[code])} is a {family}, and row {row} of the column holds a {families[0]} "
            f"({write(column.distinct[0])}); allowed: one kind of cell in a column",
        )
        for code, family in enumerate(families)
        if family != families[0] and family != "float"
    }


def _first_written(column: Column, names: frozenset[str]) -> frozenset[str]:
    """Give the labels that are none of the names: those that a reader from the top meets first, as many as get a suggestion."""
    read = map(read_id, column.distinct)
    others = {code: label for code, label in enumerate(read) if isinstance(label, str) and label not in names}
    if len(others) > MOST_SUGGESTED:
        first = np.zeros(len(column.distinct) + 1, np.int64)
        # Of several rows written to one place the last stays: backwards, that is the first of the cell.
        first[column.codes[::-1]] = np.arange(column.codes.size)[::-1]
        others = {code: others[code] for code in sorted(others, key=first.__getitem__)[:MOST_SUGGESTED]}
    return frozenset(others.values())


class Cells:
    """The cells of one table while they are judged.

    `usable` (R,) is false in rows with a refused cell: checks across rows leave them out, so that one mistake is told
    once.
    """

    def __init__(self, table: Table, problems: TableProblems) -> None:
        self.table = table
        self.problems = problems
        self.usable: NDArray[np.bool_] = np.ones(table.rows, np.bool_)
        self._person: Labels | None = None

    def who(self, place: int) -> str:
        """Name the person of a row."""
        person = self._person.at(place) if self._person is not None else ""
        return f"person {shown(person)}" if person else ""

    def refuse(self, code: str, rows: NDArray[Any], message: Callable[[int], str], *, column: str = "") -> None:
        """Refuse rows by place from 0, and keep them out of later checks."""
        self.usable[rows] = False
        self.problems.refuse_rows(code, rows, message, column=column, who=self.who)

    def read(
        self,
        name: str,
        reader: Callable[[Any], Read | Refusal],
        *,
        needs: str,
        write: Callable[[object], str] = shown,
    ) -> list[Read | None]:
        """Read each distinct cell of a column: its values by code, None where it was refused.

        An empty cell is refused where `needs` says what is wanted, and allowed where it is empty text. `write` writes a
        cell for a message that is not the reader's own.
        """
        column = self.table.columns[name]
        if needs:
            empty = np.flatnonzero(column.codes == EMPTY)
            self.refuse(
                "cell_empty", empty, lambda _: f"the cell is empty; allowed: {needs}; next: fill it in", column=name
            )
        if reader in _ID_READERS and are_plain_ids(column.distinct):
            return list(column.distinct)
        mixed = _mixed(column, write)
        values: list[Read | None] = []
        refused: dict[int, Refusal] = {}
        for code, cell in enumerate(column.distinct):
            read = mixed.get(code) or reader(cell)
            if isinstance(read, Refusal):
                refused[code] = read
                values.append(None)
            else:
                values.append(read)
        if refused:
            self._refuse_codes(column, refused)
        return values

    def _refuse_codes(self, column: Column, refused: dict[int, Refusal]) -> None:
        bad = np.zeros(len(column.distinct) + 1, np.bool_)
        bad[list(refused)] = True
        rows = np.flatnonzero(bad[column.codes])
        found = {refusal.code for refusal in refused.values()}
        if len(found) == 1 and len(rows) > 1 and len(refused) == len(column.distinct) and found <= _WHOLE_COLUMN:
            refusal = refused[int(column.codes[rows[0]])]
            self.usable[rows] = False
            self.problems.refuse(
                refusal.code,
                f"{refusal.message} (and so in all {len(rows):,} cells of the column)",
                row=int(rows[0]) + HEADER_ROWS,
                column=column.name,
                who=self.who(int(rows[0])),
            )
            return
        for code in sorted(found):
            marked = np.zeros(len(column.distinct) + 1, np.bool_)
            marked[[place for place, refusal in refused.items() if refusal.code == code]] = True
            self.refuse(
                code,
                np.flatnonzero(marked[column.codes]),
                lambda place: refused[int(column.codes[place])].message,
                column=column.name,
            )

    def labels(self, name: str, reader: Callable[[Any], str | Refusal] = read_id, *, needs: str) -> Labels:
        """Read a column of labels."""
        column = self.table.columns[name]
        values = self.read(name, reader, needs=needs)
        found = [value for value in values if value is not None]
        if len(found) == len(values) and all(map(lt, found, found[1:])):
            return Labels(codes=column.codes, ids=tuple(found))
        ids = tuple(sorted(set(found)))
        rank: dict[str | None, int] = dict(zip(ids, range(len(ids)), strict=True))
        rank[None] = EMPTY
        recode = np.fromiter(map(rank.__getitem__, (*values, None)), np.int32, len(values) + 1)
        return Labels(codes=recode[column.codes], ids=ids)

    def persons(self, *, needed: bool = True) -> Labels:
        """Read the column `person`, and name the person in every later problem of a row."""
        labels = self.labels("person", read_person, needs="the id of a person" if needed else "")
        last = self.table.rows - 1
        if labels.at(last).casefold() in _TOTALS:
            self.refuse(
                "total_row",
                np.array([last]),
                lambda place: f"{shown(labels.at(place))} looks like a row of totals; next: drop it",
                column="person",
            )
        rounded = rounded_ids(labels.ids)
        if rounded:
            codes = [code for code, label in enumerate(labels.ids) if label in rounded]
            self.refuse(
                "id_rewritten",
                np.flatnonzero(np.isin(labels.codes, codes)),
                lambda place: (
                    f"{shown(labels.at(place))} has more than {FLOAT_DIGITS} digits, and in every such id the rest are "
                    f"zeros, as when a spreadsheet or a float has rounded them; allowed: the id as text; "
                    f"next: format the column as text (dtype=str) and export it again"
                ),
                column="person",
            )
        self._person = labels
        return labels

    def known(self, name: str, known: Sequence[str], *, what: str, code: str) -> Labels:
        """Read a column of names that the plan declares, such as roles."""
        allowed = (", ".join(map(repr, known[:10])) or "none") + (" ..." if len(known) > 10 else "")

        names = frozenset(known)
        suggested = _first_written(self.table.columns[name], names)

        def read(cell: object) -> str | Refusal:
            label = read_id(cell)
            if isinstance(label, Refusal) or label in names:
                return label
            meant = nearest(label, known) if label in suggested else ""
            return Refusal(code, f"{shown(label)} is not {what}{meant}; allowed: {allowed}")

        return self.labels(name, read, needs=what)

    def days(self, name: str, *, empty: int) -> NDArray[np.int32]:
        """Read a column of days; an empty cell, or an absent column, is open and stands for `empty`."""
        if name not in self.table.columns:
            return np.full(self.table.rows, empty, np.int32)
        values = self.read(name, read_day, needs="")
        table = np.array([empty if value is None else value for value in values] + [empty], np.int32)
        return table[self.table.columns[name].codes]

    def note_others(self) -> None:
        """Say once which columns were not read."""
        if self.table.others:
            self.problems.note(
                "column_ignored", "info", f"columns that are not read: {', '.join(map(shown, self.table.others))}"
            )

"""Judging cells: ids, names of the plan, days, exact numbers. Each distinct cell once, every refusal with its rows."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from jointpay.data.problems import shown
from jointpay.data.table import EMPTY, Column, Table, nearest
from jointpay.data.table_problems import HEADER_ROWS, TableProblems, row_list
from jointpay.errors import JointPayError
from jointpay.money.number import exact
from jointpay.plan.calendar import day_number

__all__ = ["LONGEST_ID", "Cells", "Labels", "Refusal", "read_day", "read_id", "read_number"]

LONGEST_ID = 500
"""Characters in an id."""

Read = TypeVar("Read")

_PLAIN_ID = re.compile(r"[!-~](?:[ -~]{0,498}[!-~])?")
_REWRITTEN = re.compile(r"-?[0-9]+\.0+|-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+|'[0-9].*")
_SHEET_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_WORDS_FOR_MISSING = frozenset({"n/a", "na", "nan", "null", "none", "nil", "-", "--", "—", "?", "无", "空"})
_TOTALS = frozenset({"合计", "总计", "小计", "total", "totals", "sum", "subtotal", "grand total"})
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Refusal(NamedTuple):
    """Why a cell is refused."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """The labels of R cells: `ids[codes[r]]`, or `EMPTY` where the cell is empty or was refused. Sorted by code point."""

    codes: NDArray[np.int32]
    ids: tuple[str, ...]

    def at(self, place: int) -> str:
        """Give the label of one row, empty text where it has none."""
        code = int(self.codes[place])
        return self.ids[code] if code >= 0 else ""


def _is_wide(char: str) -> bool:
    """Tell full-width letters and digits; full-width punctuation is ordinary Chinese text."""
    return "\uff01" <= char <= "\uff5e" and unicodedata.normalize("NFKC", char).isalnum()


def _is_unseen(char: str) -> bool:
    """Tell control, bidi and format characters, and every space but the plain one."""
    return unicodedata.category(char) in _UNSEEN or (char.isspace() and char != " ")


def read_id(cell: object) -> str | Refusal:
    """Read an id: exact text, or a whole number as its decimal digits. Nothing is trimmed, cast or folded."""
    if isinstance(cell, str):
        if len(cell) <= LONGEST_ID and _PLAIN_ID.fullmatch(cell) is not None:
            if _REWRITTEN.fullmatch(cell) is None and cell not in _SHEET_ERRORS:
                return cell
            if cell in _SHEET_ERRORS:
                return Refusal("sheet_error", f"{cell!r} is a spreadsheet error; next: correct it in the spreadsheet")
            return Refusal(
                "id_rewritten",
                f"{cell!r} looks like an id that a spreadsheet or a float rewrote; allowed: the id as text; "
                f"next: format the column as text (dtype=str) and export it again",
            )
        return _read_unusual_id(cell)
    if isinstance(cell, bool) or not isinstance(cell, int):
        if isinstance(cell, float):
            return Refusal(
                "id_float",
                f"{cell!r} is a float, which loses leading zeros and every digit beyond the 15th; "
                f"allowed: text or whole numbers; next: read the column as text, dtype=str",
            )
        return Refusal("id_type", f"{shown(cell)} is a {type(cell).__name__}; allowed: text or whole numbers")
    if cell.bit_length() > LONGEST_ID:
        return Refusal("id_too_long", f"{shown(cell)} is too long; allowed: at most {LONGEST_ID} characters")
    return str(cell)


def _read_unusual_id(cell: str) -> str | Refusal:
    if not cell.strip():
        return Refusal("id_blank", f"{shown(cell)} is only spaces; allowed: an id; next: fill it in")
    if cell != cell.strip():
        return Refusal("id_spaced", f"{shown(cell)} has spaces around it; next: remove them")
    if len(cell) > LONGEST_ID:
        return Refusal("id_too_long", f"{shown(cell)} is too long; allowed: at most {LONGEST_ID} characters")
    unseen = sorted({f"U+{ord(char):04X}" for char in cell if _is_unseen(char)})
    if unseen:
        return Refusal(
            "id_invisible",
            f"{cell!a} holds {', '.join(unseen[:5])}, which cannot be seen; allowed: characters that can be seen",
        )
    if any(map(_is_wide, cell)):
        return Refusal(
            "id_full_width",
            f"{shown(cell)} holds full-width letters or digits ({cell!a}); "
            f"next: write {unicodedata.normalize('NFKC', cell)!r}",
        )
    composed = unicodedata.normalize("NFC", cell)
    if composed != cell:
        return Refusal("id_not_nfc", f"{cell!a} is not in Unicode form NFC; next: write it as {composed!a}")
    return cell


def read_day(cell: object) -> int | Refusal:
    """Read a calendar day as days since 1970-01-01: a date, a timestamp at midnight, or text such as 2026-01-31."""
    if isinstance(cell, datetime):
        if cell.tzinfo is not None or cell.time() != time.min:
            return Refusal(
                "day_time", f"{shown(str(cell))} is a time, not a day; allowed: a day; next: cut the time off"
            )
        return day_number(cell.date())
    if isinstance(cell, date):
        return day_number(cell)
    if not isinstance(cell, str):
        return Refusal(
            "day_type",
            f"{shown(cell)} is a {type(cell).__name__}; allowed: a date, or text such as 2026-01-31"
            + ("; a spreadsheet's day number is not a date" if isinstance(cell, int | float) else ""),
        )
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        day = None
    if day is not None and day.isoformat() == cell:
        return day_number(day)
    return Refusal("day_text", f"{shown(cell)} is not a day{_day_hint(cell)}; allowed: text such as 2026-01-31")


def _day_hint(text: str) -> str:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        return ": the calendar has no such day"
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]", text, re.ASCII):
        return ": leave out the time of day"
    if re.fullmatch(r"[0-9]{5}|[0-9]{8}", text, re.ASCII):
        return ": it may be a spreadsheet's day number or 20260131"
    return ""


def read_number(cell: object) -> Fraction | Refusal:
    """Read an exact number: text such as 0.35, 35% or 1/3, an int, a Decimal or a Fraction."""
    if isinstance(cell, str):
        if cell in _SHEET_ERRORS:
            return Refusal("sheet_error", f"{cell!r} is a spreadsheet error; next: correct it in the spreadsheet")
        if cell.casefold() in _WORDS_FOR_MISSING:
            return Refusal(
                "number_missing", f"{cell!r} stands for a missing value; allowed: a number; next: fill it in"
            )
    try:
        return exact(cell, argument="cell")
    except JointPayError as refused:
        told = str(refused).removeprefix("cell: ")
    if isinstance(cell, float):
        return Refusal("number_float", f"{told}; next: read the column as text, dtype=str")
    return Refusal("number", told)


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

    def read(self, name: str, reader: Callable[[Any], Read | Refusal], *, needs: str) -> list[Read | None]:
        """Read each distinct cell of a column: its values by code, None where it was refused.

        An empty cell is refused where `needs` says what is wanted, and allowed where it is empty text.
        """
        column = self.table.columns[name]
        if needs:
            empty = np.flatnonzero(column.codes == EMPTY)
            self.refuse(
                "cell_empty", empty, lambda _: f"the cell is empty; allowed: {needs}; next: fill it in", column=name
            )
        mixed = self._mixed(column)
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

    def _mixed(self, column: Column) -> dict[int, Refusal]:
        families = [_family(cell) for cell in column.distinct]
        if len(set(families)) < 2:
            return {}
        row = int(np.flatnonzero(column.codes == 0)[0]) + HEADER_ROWS
        return {
            code: Refusal(
                "cell_mixed",
                f"{shown(column.distinct[code])} is a {family}, and row {row} of the column holds a {families[0]} "
                f"({shown(column.distinct[0])}); allowed: one kind of cell in a column",
            )
            for code, family in enumerate(families)
            if family != families[0] and family != "float"
        }

    def _refuse_codes(self, column: Column, refused: dict[int, Refusal]) -> None:
        bad = np.zeros(len(column.distinct) + 1, np.bool_)
        bad[list(refused)] = True
        rows = np.flatnonzero(bad[column.codes])
        kinds = {refusal.code for refusal in refused.values()}
        if len(kinds) == 1 and len(rows) > 1 and len(refused) == len(column.distinct) and kinds <= _WHOLE_COLUMN:
            refusal = refused[0]
            self.usable[rows] = False
            self.problems.refuse(
                refusal.code,
                f"{refusal.message} (and so in all {len(rows):,} cells of the column)",
                row=int(rows[0]) + HEADER_ROWS,
                column=column.name,
                who=self.who(int(rows[0])),
            )
            return
        for kind in sorted(kinds):
            marked = np.zeros(len(column.distinct) + 1, np.bool_)
            marked[[code for code, refusal in refused.items() if refusal.code == kind]] = True
            self.refuse(
                kind,
                np.flatnonzero(marked[column.codes]),
                lambda place: refused[int(column.codes[place])].message,
                column=column.name,
            )

    def labels(self, name: str, reader: Callable[[Any], str | Refusal] = read_id, *, needs: str) -> Labels:
        """Read a column of labels; a column that is absent is empty."""
        if name not in self.table.columns:
            return Labels(codes=np.full(self.table.rows, EMPTY, np.int32), ids=())
        column = self.table.columns[name]
        values = self.read(name, reader, needs=needs)
        ids = tuple(sorted({value for value in values if value is not None}))
        rank = {label: place for place, label in enumerate(ids)}
        recode = np.array([EMPTY if value is None else rank[value] for value in values] + [EMPTY], np.int32)
        return Labels(codes=recode[column.codes], ids=ids)

    def persons(self, *, needed: bool = True) -> Labels:
        """Read the column `person`, and name the person in every later problem of a row."""
        labels = self.labels("person", needs="the id of a person" if needed else "")
        last = self.table.rows - 1
        if labels.at(last).casefold() in _TOTALS:
            self.refuse(
                "total_row",
                np.array([last]),
                lambda place: f"{shown(labels.at(place))} looks like a row of totals; next: drop it",
                column="person",
            )
        self._person = labels
        return labels

    def known(self, name: str, known: Sequence[str], *, what: str, code: str) -> Labels:
        """Read a column of names that the plan declares, such as roles."""
        allowed = ", ".join(map(repr, known[:10])) + (" ..." if len(known) > 10 else "")

        def read(cell: object) -> str | Refusal:
            label = read_id(cell)
            if isinstance(label, Refusal) or label in known:
                return label
            return Refusal(code, f"{shown(label)} is not {what}{nearest(label, known)}; allowed: {allowed}")

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

    def rows(self, places: NDArray[Any]) -> str:
        """Write the row numbers of places from 0."""
        return row_list(places + HEADER_ROWS)


_WHOLE_COLUMN = frozenset({"id_float", "number_float", "id_type", "day_type"})
"""Refusals that, in every cell of a column, are one mistake: the column has the wrong type."""

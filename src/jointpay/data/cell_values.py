"""Reading one cell: an id, a day, an exact number, or why it is refused. Nothing is trimmed, cast or guessed."""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time
from fractions import Fraction
from typing import NamedTuple, TypeVar, cast

from jointpay.data.problems import shown
from jointpay.errors import JointPayError
from jointpay.money.number import exact
from jointpay.plan.calendar import day_number

__all__ = [
    "CELL",
    "FLOAT_DIGITS",
    "LONGEST_ID",
    "Refusal",
    "are_plain_ids",
    "read_day",
    "read_id",
    "read_number",
    "read_person",
    "read_quantity",
    "rounded_ids",
]

CELL = "cell"
"""What a number is called while it is read; messages about cells leave it out."""
LONGEST_ID = 500
"""Characters in an id."""
FLOAT_DIGITS = 15
"""Digits of a decimal number that survive a float."""

Read = TypeVar("Read")

_PLAIN_ID = re.compile(rf"[!-~](?:[ -~]{{0,{LONGEST_ID - 2}}}[!-~])?")
_PLAIN_IDS = re.compile(r"(?:[A-Za-z_][!-~]{0,498}\n)*")
"""Ids that begin as a name does, so that nothing has rewritten them, each closed by a line end."""
_REWRITTEN = re.compile(r"-?[0-9]+\.0+|-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+|'[0-9].*")
_SHEET_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_WORDS_FOR_MISSING = frozenset({"n/a", "na", "nan", "null", "none", "nil", "-", "--", "—", "?", "无", "空"})
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Refusal(NamedTuple):
    """Why a cell is refused."""

    code: str
    message: str


def _is_wide(char: str) -> bool:
    """Tell full-width letters and digits; full-width punctuation is ordinary Chinese text."""
    return "\uff01" <= char <= "\uff5e" and unicodedata.normalize("NFKC", char).isalnum()


def _is_unseen(char: str) -> bool:
    """Tell control, bidi and format characters, and every space but the plain one."""
    return unicodedata.category(char) in _UNSEEN or (char.isspace() and char != " ")


def read_id(cell: object) -> str | Refusal:
    """Read an id: exact text, or a whole number as its decimal digits. Nothing is trimmed, cast or folded."""
    if isinstance(cell, str):
        if _PLAIN_ID.fullmatch(cell) is not None:
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
        return Refusal("id_too_long", f"{shown(cell)} is too long; allowed: at most {LONGEST_ID} bits, or text")
    return str(cell)


def are_plain_ids(cells: Sequence[object]) -> bool:
    """Tell, in one step for many cells, whether `read_id` and `read_person` surely give every cell as it is."""
    if not set(map(type, cells)) <= {str}:
        return False
    joined = "\n".join((*cast("Sequence[str]", cells), ""))
    return joined.count("\n") == len(cells) and bool(_PLAIN_IDS.fullmatch(joined))


def read_person(cell: object) -> str | Refusal:
    """Read the id of a person: as any id, but no number of more digits than a float keeps.

    A number of 18 digits that has been a float on its way is another number, and nothing of it shows.
    """
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= 10**FLOAT_DIGITS:
        return Refusal(
            "id_rewritten",
            f"{shown(cell)} is a number of more than {FLOAT_DIGITS} digits, and a spreadsheet or a float keeps no more of "
            f"them; allowed: the id as text; next: format the column as text (dtype=str) and export it again",
        )
    return read_id(cell)


def rounded_ids(labels: Collection[str]) -> frozenset[str]:
    """Give the ids of many digits if all of them have been through a float: behind the 15th digit each has only zeros.

    One id may end in zeros by itself, so that a single one is not suspected.
    """
    long = frozenset(label for label in labels if len(label) > FLOAT_DIGITS and label.isdecimal())
    if len(long) < 2 or any(label[FLOAT_DIGITS:].strip("0") for label in long):
        return frozenset()
    return long


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
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return ": the calendar has no such day"
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]", text):
        return ": leave out the time of day"
    if re.fullmatch(r"[0-9]{5}|[0-9]{8}", text):
        return ": it may be a spreadsheet's day number or 20260131"
    return ""


def read_number(cell: object) -> Fraction | Refusal:
    """Read an exact number: text such as 0.35, 35% or 1/3, an int, a Decimal or a Fraction."""
    return read_quantity(cell, lambda given: exact(given, argument=CELL))


def read_quantity(cell: object, reader: Callable[[object], Read]) -> Read | Refusal:
    """Read a number by a reader that raises, and turn what it raises about its argument `CELL` into a refusal."""
    if isinstance(cell, str):
        if cell in _SHEET_ERRORS:
            return Refusal("sheet_error", f"{cell!r} is a spreadsheet error; next: correct it in the spreadsheet")
        if cell.casefold() in _WORDS_FOR_MISSING:
            return Refusal(
                "number_missing", f"{cell!r} stands for a missing value; allowed: a number; next: fill it in"
            )
    try:
        return reader(cell)
    except JointPayError as refused:
        told = str(refused).removeprefix(f"{CELL}: ")
    if isinstance(cell, float):
        return Refusal("number_float", f"{told}; next: read the column as text, dtype=str")
    return Refusal("number", told)

"""What is wrong with one cell of an event or facts table, in words.

The columns are checked whole; these functions are asked only about the cells that failed, and say why.
"""

import re
import unicodedata
from datetime import date, timedelta

from jointpay.data.problems import shown

__all__ = [
    "CLOCK",
    "FLAGS",
    "LARGEST",
    "REWRITTEN_ID",
    "TOTAL_WORDS",
    "WHOLE",
    "YEARS",
    "as_digits",
    "flag_complaint",
    "time_complaint",
    "whole_complaint",
]

_MOST_DIGITS = 18
_LONGEST_WHOLE_BITS = 500

YEARS = range(1970, 2201)
"""Years in which an event may lie: beyond them stands a number of seconds or days taken for a date."""

WHOLE = r"^(?:0|[1-9][0-9]{0,17})$"
"""A whole number of at most 18 digits."""
LARGEST = 10**_MOST_DIGITS - 1
"""The largest whole number in a cell."""
CLOCK = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?"
    r"(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?$"
)
"""A time of ISO 8601, with or without seconds, decimals of a second, and an offset."""
REWRITTEN_ID = r"^[0-9]+[.][0-9]+[eE][+]?[0-9]+$|^[0-9]+[eE][+][0-9]+$|^[0-9]+[.]0+$"
"""An id that went through a float: 123.0, 1.2E+17."""
FLAGS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "1": True,
    "false": False,
    "False": False,
    "FALSE": False,
    "0": False,
}
TOTAL_WORDS = frozenset({"合计", "总计", "小计", "total", "totals", "sum", "subtotal", "grand total"})

_SHEET_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_MISSING_WORDS = frozenset({"n/a", "na", "nan", "null", "none", "nil", "-", "--", "—", "–", "?", "无", "空"})
_SHEET_DAY_ZERO = date(1899, 12, 30)


def _is_shape(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text, re.ASCII) is not None


def _general(text: str) -> str:
    """Say what is wrong where a number or a time is wanted and something quite different stands."""
    word = text.strip()
    if not word:
        return "is blank" if text else "is empty"
    if word.casefold() in TOTAL_WORDS:
        return "is the label of a total row, not an event; next: drop total rows"
    if word.upper() in _SHEET_ERRORS:
        return "is a spreadsheet error; next: correct it in the spreadsheet"
    if word.casefold() in _MISSING_WORDS:
        return "stands for a missing value; missing is not zero; next: fill it in, or drop the row"
    odd = sorted({f"U+{ord(char):04X}" for char in text if not " " <= char <= "~"})
    if any(char.isdigit() and not char.isascii() for char in text):
        plain = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)
        return f"is not written in the plain digits 0-9 ({', '.join(odd[:5])}); next: write {plain!r}"
    if odd:
        return f"holds {', '.join(odd[:5])}, which is no part of a number"
    return ""


def as_digits(whole: int) -> str:
    """Write a whole number, or so many nines where it is too long to be written out."""
    return str(whole) if whole.bit_length() <= _LONGEST_WHOLE_BITS else "9" * (whole.bit_length() * 3 // 10)


def whole_complaint(text: str, *, signed: bool = False) -> str:
    """Say why a text is not a whole number in the smallest unit; negative numbers are allowed where `signed`.

    >>> whole_complaint("1.5")
    "'1.5' has decimals; allowed: 0, 1, 2, ... in the smallest unit, at most 18 digits"
    """
    sign = "..., -1, " if signed else ""
    return f"{shown(text)} {_whole_fault(text)}; allowed: {sign}0, 1, 2, ... in the smallest unit, at most {_MOST_DIGITS} digits"


def _whole_fault(text: str) -> str:
    negative = "is negative; next: log what takes away as a kind of its own and name it in `minus` of the total"
    faults = (
        (r"[+-]?[0-9]{19,}", f"has {len(text.strip('+-'))} digits"),
        (r"-[0-9]+([.][0-9]+)?", negative),
        (r"[+-]?(inf|infinity)", "is not finite"),
        (r"[+-]?[0-9]+([.][0-9]+)?[eE][+-]?[0-9]+", "is written with an exponent"),
        (r"[0-9]+[.][0-9]{10,}", "has decimals, and looks like a float; next: round it at its source"),
        (r"[0-9]+[.][0-9]+", "has decimals"),
        (r".*%", "is a percentage"),
        (r"[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?", "has thousands separators; next: write it without them"),
        (r"[0-9.]+,[0-9]+", "has a comma for a decimal point"),
        (r"[0-9]+(_[0-9]+)+", "has underscores; next: write it without them"),
        (r"\(.*\)|[0-9.]+-", "is an accountant's negative number; next: write refunds as a kind of their own"),
        (r"'.*", "begins with an apostrophe, as spreadsheets mark text; next: format the column as a number"),
        (r"\+.*", "has a plus sign; next: leave it out"),
        (r"0[0-9]+", "has leading zeros; next: leave them out"),
        (r"\s.*|.*\s", "has spaces around it; next: remove them"),
    )
    found = next((said for shape, said in faults if re.fullmatch(shape, text, re.ASCII | re.IGNORECASE)), "")
    return found or _general(text) or "is not a whole number"


def flag_complaint(text: str) -> str:
    """Say why a text is not a flag.

    >>> flag_complaint("yes")
    "'yes' is not a flag; allowed: true, false, 1, 0"
    """
    return f"{shown(text)} {_general(text) or 'is not a flag'}; allowed: true, false, 1, 0"


def time_complaint(text: str, zone: str) -> str:
    """Say why a text is not the time of an event.

    >>> time_complaint("2024-02-30T10:00Z", "UTC")
    "'2024-02-30T10:00Z': the calendar has no such day; allowed: 2024-06-30T16:30:00+08:00, 2024-06-30T08:30:00Z, or without offset a local time of UTC"
    """
    allowed = f"allowed: 2024-06-30T16:30:00+08:00, 2024-06-30T08:30:00Z, or without offset a local time of {zone}"
    return f"{shown(text)}{_time_fault(text)}; {allowed}"


def _time_fault(text: str) -> str:
    if _is_shape(CLOCK, text):
        try:
            year = date.fromisoformat(text[:10]).year
        except ValueError:
            return ": the calendar has no such day"
        return f": the year {year} is outside {YEARS[0]} to {YEARS[-1]}" if year not in YEARS else " is not a time"
    faults = (
        (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", " is a day without a time of day"),
        (r"[12][0-9]{3}[01][0-9][0-3][0-9]", " is a day without separators and without a time of day"),
        (r"[0-9]{9,10}([.][0-9]+)?", " is a number of seconds (Unix time); next: convert it to a time with an offset"),
        (
            r"[0-9]{13}([0-9]{3}){0,2}",
            " is a number of milliseconds or less; next: convert it to a time with an offset",
        ),
        (r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]24:.*", ": hours go from 00 to 23"),
        (r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:60.*", ": seconds go from 00 to 59"),
        (r"[0-9]{1,4}[/.][0-9]{1,2}[/.][0-9]{1,4}.*", ": days are written 2024-06-30, so that none is misread"),
    )
    if _is_shape(r"[0-9]{5}([.][0-9]+)?", text):
        day = _SHEET_DAY_ZERO + timedelta(days=int(text[:5]))
        return f" is a spreadsheet's day number ({day} perhaps); next: format the column as a time"
    found = next((said for shape, said in faults if _is_shape(shape, text)), "")
    general = _general(text)
    return found or (f" {general}" if general else " is not a time of ISO 8601")

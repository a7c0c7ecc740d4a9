"""Text laid out on a terminal: columns that line up, also in Chinese, and numbers as people write them."""

import unicodedata
from collections.abc import Iterable, Sequence
from fractions import Fraction

__all__ = ["decimal", "mixed", "table"]

_WIDE = frozenset("WF")


def _width(text: str) -> int:
    """Give the columns a text takes on a terminal: Chinese characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in _WIDE else 1
        for letter in text
    )


def table(rows: Sequence[Sequence[str]], *, right: Iterable[int] = ()) -> list[str]:
    """Lay rows out in columns, the first row above a line; columns in `right` are set flush right.

    >>> for line in table([("id", "name", "pay"), ("D1", "王雨桐", "5"), ("D2", "Anna", "10")], right=[2]):
    ...     print(line)
      id  name    pay
      --  ------  ---
      D1  王雨桐    5
      D2  Anna     10
    """
    flush = frozenset(right)
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = []
        for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - _width(cell))
            cells.append(gap + cell if at in flush else cell + gap)
        lines.append("  " + "  ".join(cells).rstrip())
    lines.insert(1, "  " + "  ".join("-" * width for width in widths))
    return lines


def decimal(whole: int, places: int, *, signed: bool = False) -> str:
    """Write a whole number of last places, with thousands apart.

    >>> decimal(1234567, 2), decimal(-5, 2), decimal(5, 0, signed=True)
    ('12,345.67', '-0.05', '+5')
    """
    above, below = divmod(abs(whole), 10**places)
    sign = "-" if whole < 0 else "+" if signed and whole else ""
    return f"{sign}{above:,}" + (f".{below:0{places}}" if places else "")


def mixed(value: Fraction | int) -> str:
    """Write an exact number: a whole number, or a mixed one.

    >>> mixed(1200), mixed(Fraction(37, 3)), mixed(Fraction(-1, 2))
    ('1,200', '12 1/3', '-1/2')
    """
    whole, rest = divmod(abs(Fraction(value)), 1)
    told = [f"{whole:,}"] if whole or not rest else []
    told += [str(rest)] if rest else []
    return ("-" if value < 0 else "") + " ".join(told)

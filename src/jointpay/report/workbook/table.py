"""A sheet of payee rows: columns, each with what the engine found and the formula that finds it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jointpay.results.scorecard import RoleScores

__all__ = [
    "DAYS",
    "FIRST_ROW",
    "PERIOD_DAYS",
    "Cell",
    "Column",
    "Kind",
    "RoleTable",
    "column_letters",
    "decimals",
    "percents",
]

FIRST_ROW = 6
"""Row of the first payee, counted from 1: above it are a title, a line of help, two bands and the headings."""

DAYS, PERIOD_DAYS = "F#", "G#"
"""Columns that every role's sheet begins with: days of the row, and of its period."""

Kind = Literal["label", "input", "figure", "step"]
"""Text or a day; a number to change; a published number; a number on the way that is not published."""

Cell = float | int | str

_LONGEST_FORMULA = 8_000
"""Spreadsheets take 8,192 characters, the equals sign among them; of a longer formula the number stands alone."""


def decimals(places: int) -> str:
    """Give the format of a number with so many decimals."""
    return "#,##0" + ("." + "0" * places if places else "")


def percents(places: int) -> str:
    """Give the format of a number shown in per cent with so many decimals."""
    return "0" + ("." + "0" * places if places else "") + "%"


def column_letters(place: int) -> str:
    """Name a column, the first being 0.

    >>> column_letters(0), column_letters(26), column_letters(701)
    ('A', 'AA', 'ZZ')
    """
    letters = ""
    while place >= 0:
        place, letter = divmod(place, 26)
        letters, place = chr(65 + letter) + letters, place - 1
    return letters


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    path: tuple[str, ...]
    """What it holds: `components`, a component, `measures`, a measure, `points`; unique in its sheet."""
    bands: tuple[str, str]
    """What it belongs to: a component or pay rule, and a measure."""
    head: str
    kind: Kind
    look: str
    """Format of its numbers."""
    cells: tuple[Cell, ...]
    """What the engine found."""
    formulas: tuple[str | None, ...]
    """What gives it again, each without `=`; None: the number stands as it is."""
    parts: int = 0
    """An input is a whole number of 1 / parts; 0: no input."""
    inner: bool = False
    """Whether it can be folded away."""

    @property
    def computes(self) -> bool:
        """Whether its cells are meant to be formulas."""
        return self.kind in {"figure", "step"}


class RoleTable:
    """The rows of one role, and the columns added so far.

    A column is referred to by its letters and `#`, which stands for the row: `F#`.
    """

    def __init__(self, role: RoleScores, title: str, sheet: str, rows: Sequence[int]) -> None:
        self.role, self.role_title, self.sheet, self.rows = role, title, sheet, tuple(rows)
        self.columns: list[Column] = []
        self.bands = ("", "")
        self.place_of_row = {row: place for place, row in enumerate(self.rows)}

    def add(
        self,
        path: tuple[str, ...],
        head: str,
        cells: Sequence[Cell],
        *,
        kind: Kind,
        look: str = "General",
        formula: str | Sequence[str | None] | None = None,
        stands: Sequence[bool] | None = None,
        parts: int = 0,
        inner: bool = False,
    ) -> str:
        """Add a column and give its reference.

        `formula` is one for all rows, with `#` for the row, or one each; `stands` says in which rows the number stands
        as it is, because a formula could not compute it exactly.
        """
        texts: list[str | None]
        if formula is None or isinstance(formula, str):
            texts = [formula and formula.replace("#", str(FIRST_ROW + place)) for place in range(len(self.rows))]
        else:
            texts = list(formula)
        texts = [None if text is not None and len(text) > _LONGEST_FORMULA else text for text in texts]
        if stands is not None:
            texts = [None if stands[place] else text for place, text in enumerate(texts)]
        self.columns.append(
            Column(path, self.bands, head, kind, look, tuple(cells), tuple(texts), parts=parts, inner=inner)
        )
        return f"{column_letters(len(self.columns) - 1)}#"

    def outside(self, reference: str, row: int) -> str:
        """Give the reference of a row of the role as other sheets write it."""
        return f"{self.sheet}!{reference.replace('#', str(FIRST_ROW + self.place_of_row[row]))}"

"""A sheet of payee rows: columns, each with what the engine found and the formula that finds it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jointpay.results.scorecard import RoleScores

__all__ = [
    "FIRST_ROW",
    "TALL_COLUMN",
    "TALL_ROW",
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

TALL_ROW, TALL_COLUMN = 4, 3
"""Where a tall sheet begins: row of the first figure counted from 1, and column of the first payee counted from 0."""

_DAYS, _PERIOD_DAYS = 5, 6
"""Every sheet begins with who and when: these are the days of the row, and of its period."""

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
    """An input, or one taken from elsewhere, is a whole number of 1 / parts; 0: no input."""
    inner: bool = False
    """Whether it can be folded away."""

    @property
    def computes(self) -> bool:
        """Whether its cells are meant to be formulas."""
        return self.kind in {"figure", "step"}


class RoleTable:
    """The rows of one role, and the columns added so far.

    A column is referred to with `#` in place of the row: `F#`. On a tall sheet, where payees stand side by side and
    figures below one another, a figure is referred to with `#` in place of the column: `#9`.
    """

    def __init__(self, role: RoleScores, title: str, sheet: str, rows: Sequence[int], *, tall: bool) -> None:
        self.role, self.role_title, self.sheet, self.rows, self.tall = role, title, sheet, tuple(rows), tall
        self.columns: list[Column] = []
        self.bands = ("", "")
        self.inputs: dict[tuple[str, ...], tuple[str, tuple[Cell, ...]]] = {}
        """References and cells of totals by what they sum up."""
        self.place_of_row = {row: place for place, row in enumerate(self.rows)}

    def reference(self, number: int) -> str:
        """Refer to a column, the first being 0."""
        return f"#{TALL_ROW + number}" if self.tall else f"{column_letters(number)}#"

    def at(self, text: str, place: int) -> str:
        """Put the row of a payee, the first being 0, in the place of every `#`."""
        return text.replace("#", column_letters(TALL_COLUMN + place) if self.tall else str(FIRST_ROW + place))

    @property
    def days(self) -> str:
        """Refer to the days of the row."""
        return self.reference(_DAYS)

    @property
    def period_days(self) -> str:
        """Refer to the days of the period."""
        return self.reference(_PERIOD_DAYS)

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
            texts = [formula and self.at(formula, place) for place in range(len(self.rows))]
        else:
            texts = list(formula)
        texts = [None if text is not None and len(text) > _LONGEST_FORMULA else text for text in texts]
        if stands is not None:
            texts = [None if stands[place] else text for place, text in enumerate(texts)]
        self.columns.append(
            Column(path, self.bands, head, kind, look, tuple(cells), tuple(texts), parts=parts, inner=inner)
        )
        return self.reference(len(self.columns) - 1)

    def outside(self, reference: str, row: int) -> str:
        """Give the reference of a row of the role as other sheets write it."""
        return f"{self.sheet}!{self.at(reference, self.place_of_row[row])}"

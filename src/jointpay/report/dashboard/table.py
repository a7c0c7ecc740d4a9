"""Tables of a page: texts that are ready, and marks drawn beside them. The template draws them and decides nothing."""

from typing import NamedTuple

__all__ = ["Bar", "Cell", "Group", "Head", "Row", "Table"]


class Bar(NamedTuple):
    """A piece of a bar, in hundredths of its width."""

    start: float
    width: float
    style: str
    """Class that colours it."""


class Cell(NamedTuple):
    """One cell."""

    text: str = ""
    style: str = ""
    """Classes of the style sheet."""
    note: str = ""
    """Said to those who cannot see the style, and shown on hover."""
    bars: tuple[Bar, ...] = ()
    spark: str = ""
    """Points of a line, as SVG has it, in 60 x 16 with the target in the middle."""


class Head(NamedTuple):
    """The head of a column, or of a row."""

    text: str
    note: str = ""
    """A second line."""
    link: str = ""
    """Key of the part of the page it leads to."""
    style: str = ""


class Row(NamedTuple):
    """One row below its head."""

    head: Head
    cells: tuple[Cell, ...]
    style: str = ""


class Group(NamedTuple):
    """Rows that stay together: the first, and those that say more about it and are shown when they are asked for."""

    rows: tuple[Row, ...]
    key: str = ""
    """Name, made of letters and digits, under which the further rows are kept."""


class Table(NamedTuple):
    """One table."""

    caption: str
    heads: tuple[Head, ...]
    groups: tuple[Group, ...]
    foot: tuple[Row, ...] = ()
    sortable: bool = False

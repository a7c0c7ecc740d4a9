"""Columns of a raw event table, whatever their type, as columns of one type that can be judged whole.

Every column becomes text, whole numbers, booleans or times. A column of Python objects becomes text cell by cell, and a
cell of another kind than the first of its column is refused: nothing is cast on the quiet.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay.data.cell_complaints import as_digits, time_complaint
from jointpay.data.cell_values import Refusal
from jointpay.data.problems import shown
from jointpay.data.table_problems import HEADER_ROWS, TableProblems
from jointpay.errors import DataError
from jointpay.frames import cells_of

__all__ = ["Family", "LogColumns", "LogTable"]

Family = Literal["text", "whole", "boolean", "time", "day", "float", "other"]

_HALF = re.compile("[\ud800-\udfff]")
"""Half of a pair of UTF-16, which no encoding of text can hold."""


@dataclass(frozen=True, slots=True, eq=False)
class LogTable:
    """The columns that are read of one table of R rows, as columns of a dataframe library or as lists of cells."""

    name: str
    rows: int
    columns: Mapping[str, nw.Series[Any] | list[Any]]
    engine: str
    """The library that works on the columns."""


class LogColumns:
    """The columns of one event table of R rows, read by what they mean.

    `names` gives the column for each meaning: event_id, time, item, channel, kind, value, visitor, order, and the flags by
    their names.
    """

    def __init__(self, table: LogTable, names: Mapping[str, str], *, zone: str, problems: TableProblems) -> None:
        self.table = table
        self.names = names
        self.rows = table.rows
        self.zone = zone
        self.problems = problems

    def cells(self, meaning: str, places: Sequence[int]) -> list[Any]:
        """Give the cells in some rows of a column as they are; a cell without a value is None."""
        column = self.table.columns[self.names[meaning]]
        if isinstance(column, list):
            return [column[place] for place in places]
        return cells_of(column[list(places)].to_list())

    def who(self, place: int) -> str:
        """Name the item of a row."""
        cell = self.cells("item", [place])[0]
        return "" if cell is None or (isinstance(cell, str) and not cell) else f"item {shown(cell)}"

    def refuse(self, code: str, mask: NDArray[np.bool_], message: Callable[[int], str], *, meaning: str) -> None:
        """Refuse the rows of a mask (R,)."""
        self.problems.refuse_rows(
            code,
            np.flatnonzero(mask),
            message,
            column=self.names[meaning],
            who=self.who if meaning != "item" else _nobody,
        )

    def half_characters(self) -> DataError:
        """Give the refusal of a table in which a library has met half a character, with every such cell."""
        for name in dict.fromkeys(self.names.values()):
            column = self.table.columns[name]
            cells = column if isinstance(column, list) else column.to_list()
            for place, cell in enumerate(cells):
                if isinstance(cell, str) and _HALF.search(cell):
                    told = f"{shown(cell)} holds half a character; allowed: whole characters; next: decode it again"
                    self.problems.refuse("encoding", told, row=place + HEADER_ROWS, column=name)
        return self.problems.error()

    def column(self, meaning: str, *, allowed: Sequence[Family]) -> nw.Series[Any] | None:
        """Give a column as text without nulls (missing is empty text), or in its own type if that is allowed.

        None where the whole column has been refused.
        """
        series = self.table.columns[self.names[meaning]]
        if isinstance(series, list):
            return self._of_cells(meaning, series, allowed)
        family = _family(series.dtype)
        if family == "text":
            text = series if series.dtype == nw.String else series.cast(nw.String)
            return text.fill_null("")
        if family in allowed:
            return series
        return self._of_cells(meaning, cells_of(series.to_list()), allowed)

    def _of_cells(self, meaning: str, cells: list[Any], allowed: Sequence[Family]) -> nw.Series[Any] | None:
        """Read a column of Python objects: all of one kind, or refused cell by cell. A column without values is text."""
        if set(map(type, cells)) <= {str, type(None)}:
            return self._text([cell or "" for cell in cells])
        families = [None if cell is None else _cell_family(cell) for cell in cells]
        place = next(place for place, family in enumerate(families) if family is not None)
        first, kind = families[place], type(cells[place]).__name__
        odd = np.array([family is not None and family != first for family in families], dtype=np.bool_)
        if odd.any():
            told = f"row {place + HEADER_ROWS} of the column holds {shown(cells[place])}, a {kind}"
            self.refuse(
                "cell_mixed",
                odd,
                lambda at: (
                    f"{shown(cells[at])} is a {type(cells[at]).__name__}, and {told}; allowed: one type in a column"
                ),
                meaning=meaning,
            )
            return None
        if first not in {"text", *allowed}:
            fault = _column_fault(meaning, cast("Family", first), cells[place], self.zone)
            self.problems.refuse(
                fault.code,
                f"{fault.message} (and so the whole column, a column of {kind})",
                row=place + HEADER_ROWS,
                column=self.names[meaning],
            )
            return None
        return self._text(["" if cell is None else _as_text(cell) for cell in cells])

    def _text(self, cells: Sequence[str]) -> nw.Series[Any]:
        return nw.new_series("text", cast("Any", cells), nw.String, backend=cast("Any", self.table.engine))


def _nobody(_: int) -> str:
    return ""


def _column_fault(meaning: str, family: Family, cell: object, zone: str) -> Refusal:
    """Say why a column is refused that has a wrong type in every cell."""
    told = shown(cell)
    if meaning == "time":
        return Refusal("time", time_complaint(_as_text(cell), zone))
    if meaning == "value":
        hint = (
            "floats cannot hold every whole number beyond 2**53, and one empty cell makes a pandas column float; "
            "next: frame[column].astype('Int64')"
            if family == "float"
            else "next: convert it to whole numbers of the smallest unit"
        )
        return Refusal("value_type", f"{told} is a {type(cell).__name__}; allowed: whole numbers or text; {hint}")
    if meaning in {"event_id", "item", "channel", "kind", "visitor", "order"}:
        hint = (
            "a float loses leading zeros and every digit beyond the 15th; next: read the column as text (dtype=str)"
            if family == "float"
            else "next: convert it to text"
        )
        return Refusal(
            "id_float" if family == "float" else "id_type",
            f"{told} is a {type(cell).__name__}; allowed: text or whole numbers; {hint}",
        )
    return Refusal("flag", f"{told} is a {type(cell).__name__}; allowed: booleans, or true, false, 1, 0")


def _family(dtype: nw.dtypes.DType) -> Family:
    if isinstance(dtype, nw.String | nw.Categorical | nw.Enum):
        return "text"
    if dtype.is_integer():
        return "whole"
    if dtype.is_float():
        return "float"
    if isinstance(dtype, nw.Boolean):
        return "boolean"
    if isinstance(dtype, nw.Datetime):
        return "time"
    return "day" if isinstance(dtype, nw.Date) else "other"


def _cell_family(cell: object) -> Family:
    match cell:
        case str():
            return "text"
        case bool() | np.bool_():
            return "boolean"
        case np.timedelta64():  # which numpy counts among its whole numbers
            return "other"
        case int() | np.integer():
            return "whole"
        case float() | np.floating():
            return "float"
        case datetime() | np.datetime64():
            return "time"
        case date():
            return "day"
        case _:
            return "other"


def _as_text(cell: Any) -> str:  # noqa: ANN401 - any cell a dataframe may hold
    """Write a cell as the text that stands for it in a file."""
    match cell:
        case str():
            return cell
        case bool() | np.bool_():
            return "true" if cell else "false"
        case np.timedelta64():
            return str(cell)
        case int() | np.integer():
            return as_digits(int(cell))
        case datetime() | date():
            return cell.isoformat()
        case _:
            return str(cell)

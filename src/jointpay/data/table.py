"""One strict reader for every small table: a CSV or Parquet file, a dataframe, or a mapping of columns.

Cells become columns of codes into their distinct values, so that each distinct value is judged once however many rows
there are. None, NaN, NaT, pandas' NA and empty text are one thing: an empty cell.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay import frames
from jointpay.data.csv_text import csv_columns
from jointpay.data.frozen import frozen
from jointpay.data.table_problems import HEADER_ROWS, TableProblems
from jointpay.data.typed_columns import coded_by_library, rising, whole_numbers
from jointpay.engine.order import occurring

__all__ = [
    "EMPTY",
    "LONGEST_CELL",
    "MOST_ROWS",
    "SHEET_LIMITS",
    "Column",
    "Table",
    "nearest",
    "read_table",
    "source_of",
]

LONGEST_NAME = 100
MOST_SUGGESTED = 20
"""Wrong names per column for which the nearest is looked up, because looking is slow."""
EMPTY = -1
"""Code of an empty cell."""
LONGEST_CELL = 100_000
"""Characters in a cell."""
MOST_ROWS = 5_000_000
SHEET_LIMITS = frozenset({65_536, 1_048_576})
"""Rows a spreadsheet can hold: a file of exactly this length may have been cut."""

_OWN_EQUALITY = (frozenset({str}), frozenset({int}), frozenset({date}))
"""Kinds of cell that, alone in a column, may be told apart by equality: no 1 == True == 1.0 there."""


class Column:
    """A column of R cells: `distinct[codes[r]]` is the cell in row r, and the code `EMPTY` an empty one."""

    def __init__(
        self, name: str, code: Callable[[], tuple[NDArray[np.int32], list[Any]]], numbers: NDArray[np.int64] | None
    ) -> None:
        self.name = name
        self.numbers = numbers
        """(R,) the cells as numbers, where the column holds whole numbers that fit 64 bits and no cell is empty."""
        self._code = code

    @cached_property
    def _coded(self) -> tuple[NDArray[np.int32], tuple[Any, ...]]:
        codes, distinct = self._code()
        return frozen(codes), tuple(distinct)

    @property
    def codes(self) -> NDArray[np.int32]:
        """(R,) a number per cell; only made where it is asked for."""
        return self._coded[0]

    @property
    def distinct(self) -> tuple[Any, ...]:
        """The distinct cells: rising where all are text, whole numbers or days, else in the order of first sight."""
        return self._coded[1]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table of R rows: the columns that were asked for, and the names of the others."""

    rows: int
    columns: Mapping[str, Column]
    others: tuple[str, ...]


def nearest(name: str, known: Sequence[str]) -> str:
    """Give `; did you mean 'x'?` for the known name nearest to this one, or nothing."""
    folded = {other.casefold(): other for other in known}
    found = get_close_matches(name.strip().casefold()[:LONGEST_NAME], list(folded), n=1)
    return f"; did you mean {folded[found[0]]!r}?" if found else ""


def source_of(table: object, source: str | None, name: str) -> str:
    """Give what a table is called in messages: what the caller says, the name of its file, or what it holds."""
    if source is not None:
        return source
    return Path(table).name if isinstance(table, str | PathLike) else name


def read_table(
    table: object,
    problems: TableProblems,
    *,
    needed: Mapping[str, str],
    optional: Sequence[str] = (),
    rest: bool = False,
) -> Table:
    """Read the named columns of a table; with `rest`, all columns.

    `needed` gives by name what to do where the column is missing, or empty text.

    Raises `DataError` for a table that cannot be taken apart, is empty, too long, lacks a needed column, or holds a
    cell that no table may hold.
    """
    columns = _columns(table, problems)
    _judge_names(columns, problems, needed, optional)
    rows = len(next(iter(columns.values()), []))
    if rows == 0:
        problems.refuse("table_empty", "the table has no rows; allowed: at least one row below the header")
    if rows > MOST_ROWS:
        problems.refuse("table_too_large", f"{rows:,} rows; allowed: at most {MOST_ROWS:,}")
        raise problems.error()
    if rows + 1 in SHEET_LIMITS or rows in SHEET_LIMITS:
        problems.note(
            "sheet_limit",
            "warning",
            f"the table has exactly {rows:,} rows, which is where spreadsheets cut; next: check that none is missing",
        )
    wanted = list(columns) if rest else [name for name in (*needed, *optional) if name in columns]
    coded = {name: _column(name, columns[name]) for name in wanted}
    for column in coded.values():
        if column.numbers is None:
            _judge_cells(column, problems)
    problems.stop()
    return Table(rows=rows, columns=coded, others=tuple(name for name in columns if name not in coded))


def _columns(table: object, problems: TableProblems) -> Mapping[str, Any]:
    if isinstance(table, Mapping):
        return frames.columns_checked(table, name=problems.source)
    if not isinstance(table, str | PathLike):
        return _of_frame(frames.frame_of(table, name=problems.source), problems)
    path = Path(table)
    match path.suffix.lower():
        case ".csv":
            return csv_columns(path, problems)
        case ".parquet":
            if not path.is_file():
                problems.refuse("unreadable", f"there is no such file; next: check the path {str(path)!r}")
                raise problems.error()
            return _of_frame(frames.scan_parquet(path), problems)
        case _:
            problems.refuse(
                "file_kind",
                f"{path.name!r} is neither .csv nor .parquet, and no other kind of file is opened; "
                f"next: read it yourself and pass the dataframe",
            )
            raise problems.error()


def _of_frame(frame: frames.Frame, problems: TableProblems) -> Mapping[str, Any]:
    whole = frames.eager(frame, name=problems.source)
    return {name: whole.get_column(name) for name in whole.columns}


def _judge_names(
    columns: Mapping[str, Any], problems: TableProblems, needed: Mapping[str, str], optional: Sequence[str]
) -> None:
    _judge_separator(columns, problems)
    for name in columns:
        if name != name.strip() or not name.isprintable() or not name:
            problems.refuse(
                "column_name",
                f"column name {name!a} has spaces around it, an invisible character or nothing in it; "
                f"next: write it plainly",
                row=1,
            )
    others = [name for name in columns if name not in needed and name not in optional]
    welcome = f" (and, where wanted, {', '.join(optional)})" if optional else ""
    for name, hint in needed.items():
        if name not in columns:
            problems.refuse(
                "column_missing",
                f"column {name!r} is missing{nearest(name, others)}; expected: {', '.join(needed)}{welcome}; "
                f"found: {', '.join(map(problems.write, columns))}{f'; next: {hint}' if hint else ''}",
                row=1,
            )
    problems.stop()


def _column(name: str, cells: Any) -> Column:  # noqa: ANN401 - a list, a numpy array, or a series of any library
    numbers = whole_numbers(cells)
    if numbers is not None:
        return Column(name, lambda: _coded_numbers(numbers), numbers)
    coded = coded_by_library(cells)
    if coded is not None:
        coded = rising(*coded)
    else:
        coded = _coded(frames.cells_of(cells.to_list() if isinstance(cells, nw.Series) else cells))
    return Column(name, lambda: coded, None)


def _coded_numbers(numbers: NDArray[np.int64]) -> tuple[NDArray[np.int32], list[Any]]:
    found, ranks = occurring(numbers)
    return ranks.astype(np.int32), found.tolist()


def _coded(cells: Sequence[Any]) -> tuple[NDArray[np.int32], list[Any]]:
    """Code a column cell by cell; every kind of empty cell gets the code `EMPTY`."""
    kinds = frozenset(set(map(type, cells)) - {type(None)})
    keys: Sequence[Any] = cells if kinds in _OWN_EQUALITY else [_key(cell) for cell in cells]
    first: dict[Any, Any] = dict(zip(reversed(keys), reversed(cells), strict=True)) if keys is not cells else {}
    codes: dict[Any, int] = dict.fromkeys((None, ""), EMPTY)
    distinct = [key for key in dict.fromkeys(keys) if key not in codes]
    codes.update((key, code) for code, key in enumerate(distinct))
    coded = np.fromiter(map(codes.__getitem__, keys), np.int32, len(keys))
    if keys is not cells:
        return coded, [_plain(first[key]) for key in distinct]
    return rising(coded, distinct)


def _plain(cell: object) -> object:
    return cell.item() if isinstance(cell, np.generic) else cell


def _key(cell: object) -> object:
    """Give what tells a cell apart in a column of mixed kinds: its type and how it is written."""
    cell = _plain(cell)
    if cell is None or (isinstance(cell, str) and not cell):
        return None
    return (type(cell), cell if isinstance(cell, str | int | float | Fraction | date) else repr(cell))


def _judge_separator(columns: Mapping[str, Any], problems: TableProblems) -> None:
    only = next(iter(columns), "")
    separator = next((mark for mark in ";\t|" if len(columns) == 1 and mark in only), None)
    if separator is not None:
        problems.refuse(
            "separator",
            f"the columns are separated by {separator!r}; allowed: commas; next: save it as comma separated",
            row=1,
        )
        raise problems.error()


def _judge_cells(column: Column, problems: TableProblems) -> None:
    """Refuse the cells that no table may hold, in whatever column."""
    texts = [cell for cell in column.distinct if isinstance(cell, str)]
    if max(map(len, texts), default=0) <= LONGEST_CELL and "\0" not in "".join(texts):
        return
    for place, cell in enumerate(column.distinct):
        if not isinstance(cell, str):
            continue
        rows = np.flatnonzero(column.codes == place) if len(cell) > LONGEST_CELL or "\0" in cell else ()
        for row in rows[:1]:
            if len(cell) > LONGEST_CELL:
                code, told = (
                    "cell_too_long",
                    f"{problems.write(cell)} is too long; allowed: at most {LONGEST_CELL:,} characters",
                )
            else:
                code, told = "nul", f"{problems.write(cell)} holds a NUL character; allowed: text"
            problems.refuse(code, told, row=int(row) + HEADER_ROWS, column=column.name)

"""Any dataframe in, the same kind out.

A table is a dataframe of any library narwhals knows, eager or lazy, or a mapping of column names to sequences. The index
of a pandas dataframe is never data: it is ignored, and rows are named by position.

One rule for missing cells everywhere: None, NaN, NaT and pandas' NA are the same thing, a cell without a value.
"""

from collections.abc import Mapping, Sequence, Sized
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

import narwhals
import narwhals.stable.v2 as nw
import numpy as np

from jointpay.errors import DataError, MissingExtraError
from jointpay.findings import Finding, Place
from jointpay.frames.columns import Column, as_cells, in_pandas, in_polars, in_pyarrow

__all__ = [
    "Columns",
    "Frame",
    "backend_of",
    "cells_of",
    "columns_checked",
    "columns_of",
    "eager",
    "first_line",
    "frame_of",
    "is_frame",
    "is_table",
    "make_frame",
]

Columns = dict[str, list[Any]]
"""Cells by column name, in the order of the table; a cell without a value is None."""

Frame = nw.DataFrame[Any] | nw.LazyFrame[Any]

_NO_VALUE = frozenset({"NAType", "NaTType"})
_NEVER_MISSING = frozenset({str, int, bool, type(None)})
_EAGER = frozenset({"modin", "cudf"})
"""Libraries that hold their rows in memory, beside those that have a way of their own here."""


def is_frame(source: object) -> bool:
    """Tell whether narwhals knows this object as a dataframe, eager or lazy."""
    return isinstance(source, narwhals.DataFrame | narwhals.LazyFrame) or (
        nw.dependencies.is_into_dataframe(source) or nw.dependencies.is_into_lazyframe(source)
    )


def is_table(source: object) -> bool:
    """Tell whether this object is a dataframe or a mapping of columns; a path is not a table yet."""
    return isinstance(source, Mapping) or is_frame(source)


def backend_of(source: object) -> str | None:
    """Name the library of a dataframe: `pandas`, `polars`, `pyarrow`, `duckdb` ...; None for anything else."""
    if not is_frame(source):
        return None
    return str(nw.from_native(_native(source)).implementation.value)


def frame_of(source: object, *, name: str) -> Frame:
    """Take a dataframe as a narwhals frame; the index of a pandas dataframe is dropped.

    Raises `DataError` for anything else, repeated column names, more than one level of column names, and names that are
    not text.
    """
    if not is_frame(source):
        raise DataError(
            [
                _problem(
                    name,
                    "not_a_table",
                    f"a {type(source).__name__} is not a table; allowed: a path to .csv or .parquet, a dataframe "
                    f"(pandas, polars, pyarrow, duckdb ...), or a mapping of column names to sequences",
                )
            ]
        )
    native = _native(source)
    _refuse_ambiguous_names(native, name)
    return nw.maybe_reset_index(cast("Frame", nw.from_native(native)))


def _native(source: object) -> Any:  # noqa: ANN401 - a dataframe of any library
    """Take a frame out of narwhals, whichever version of its interface it was wrapped with."""
    return source.to_native() if isinstance(source, narwhals.DataFrame | narwhals.LazyFrame) else source


def _refuse_ambiguous_names(native: Any, name: str) -> None:  # noqa: ANN401 - a dataframe of any library
    """Refuse what only some libraries allow: repeated names, several levels of names, names that are not text."""
    if nw.dependencies.is_pandas_like_dataframe(native):
        listed = native.columns
    elif nw.dependencies.is_pyarrow_table(native):
        listed = native.column_names
    else:
        return
    if getattr(listed, "nlevels", 1) > 1:
        raise DataError(
            [
                _problem(
                    name,
                    "column_levels",
                    f"its column names have several levels (MultiIndex): {list(listed)[:5]!r}; allowed: one name per "
                    f"column; next: frame.columns = ['_'.join(levels) for levels in frame.columns]",
                )
            ]
        )
    _refuse_names(list(listed), name)


def _refuse_names(names: Sequence[object], name: str) -> None:
    odd = [column for column in names if not isinstance(column, str)]
    if odd:
        raise DataError(
            [_problem(name, "column_names", f"column names {odd[:5]!r} are not text; allowed: text, such as 'item'")]
        )
    repeated = sorted({str(column) for column in names if names.count(column) > 1})
    if repeated:
        told = "; ".join(
            f"{column!r} at positions {', '.join(str(at + 1) for at, other in enumerate(names) if other == column)}"
            for column in repeated
        )
        raise DataError([_problem(name, "column_repeated", f"repeated column names: {told}; allowed: each name once")])


def eager(frame: Frame, *, name: str) -> nw.DataFrame[Any]:
    """Bring a frame into memory; an eager frame stays as it is.

    Raises `DataError` where the library fails to, for instance at a damaged file.
    """
    if isinstance(frame, nw.DataFrame):
        return frame
    try:
        return frame.collect()
    except Exception as refused:  # every library has its own exceptions; none may reach the user bare
        told = f"cannot be read: {first_line(refused)}; next: check that it is complete"
        raise DataError([_problem(name, "unreadable", told)]) from refused


def first_line(refused: Exception) -> str:
    """Give the first line of what a library said, or the name of its exception."""
    return str(refused).splitlines()[0] if str(refused) else type(refused).__name__


def columns_of(source: object, *, name: str) -> Columns:
    """Take a table apart into Python cells, as they are; a cell without a value becomes None.

    For tables of thousands of rows. `name` says in errors which table is meant.

    Raises `DataError` for what `frame_of` refuses.
    """
    if isinstance(source, Mapping):
        return {column: cells_of(cells) for column, cells in columns_checked(source, name=name).items()}
    frame = eager(frame_of(source, name=name), name=name)
    return {column: cells_of(frame.get_column(column).to_list()) for column in frame.columns}


def columns_checked(source: Mapping[Any, Any], *, name: str) -> dict[str, Any]:
    """Check that a mapping of columns is a table: names that are text, one cell per row in every column.

    Raises `DataError` for names that are not text, columns that are not sequences, and columns of unequal length.
    """
    _refuse_names(list(source), name)
    columns: dict[str, Any] = {}
    for column, cells in source.items():
        if hasattr(cells, "ndim") and cells.ndim != 1:
            raise DataError([_column_problem(name, column, f"an array of {cells.ndim} dimensions; allowed: 1")])
        if not isinstance(cells, Sized) or isinstance(cells, str | bytes | Mapping):
            raise DataError(
                [_column_problem(name, column, f"a {type(cells).__name__}; allowed: a list, tuple or numpy array")]
            )
        if isinstance(cells, np.ndarray):
            columns[column] = cells
        else:
            columns[column] = list(cast("Sequence[Any]", cells))
    lengths = {column: len(cells) for column, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{column!r} has {length}" for column, length in lengths.items())
        raise DataError(
            [_problem(name, "column_lengths", f"columns of unequal length: {told}; allowed: one cell per row in each")]
        )
    return columns


def cells_of(cells: object) -> list[Any]:
    """Take a list or a numpy array as Python cells; a cell without a value becomes None."""
    if isinstance(cells, np.ndarray):
        whole = cells.astype("datetime64[us]") if cells.dtype.kind == "M" else cells
        cells = whole.tolist()
    listed = cast("list[Any]", cells)
    if set(map(type, listed)) <= _NEVER_MISSING:
        return listed
    return [None if _is_missing(cell) else cell for cell in listed]


def _is_missing(cell: object) -> bool:
    if cell is None:
        return True
    if isinstance(cell, float | np.floating):
        return bool(cell != cell)  # noqa: PLR0124 - only NaN differs from itself
    return type(cell).__name__ in _NO_VALUE


def _problem(source: str, code: str, message: str) -> Finding:
    return Finding(code=code, severity="error", message=message, place=Place(source=source))


def _column_problem(source: str, column: str, message: str) -> Finding:
    return Finding(code="column_shape", severity="error", message=message, place=Place(source=source, column=column))


def make_frame(columns: Mapping[str, Column], *, backend: str | None) -> Any:  # noqa: ANN401 - the caller's own kind
    """Build a frame of the caller's own kind from columns of equal length.

    `backend` is a name that `backend_of` gave; None gives a dict of lists.

    Raises `MissingExtraError` where the library is not installed.
    """
    if backend is None:
        return {name: as_cells(column) for name, column in columns.items()}
    if find_spec(backend) is None:
        raise MissingExtraError.of(backend, backend, f"a {backend} frame")
    match backend:
        case "polars":
            return import_module("polars").DataFrame({name: in_polars(column) for name, column in columns.items()})
        case "pandas":
            return import_module("pandas").DataFrame({name: in_pandas(column) for name, column in columns.items()})
    table = import_module("pyarrow").table({name: in_pyarrow(column) for name, column in columns.items()})
    return table if backend == "pyarrow" else _through(table, backend)


def _through(table: Any, backend: str) -> Any:  # noqa: ANN401 - from Arrow to any library
    """Bring an Arrow table to another library."""
    frame = nw.from_native(table)
    if backend in _EAGER:
        return nw.to_native(nw.from_arrow(frame, backend=cast("Any", backend)))
    return nw.to_native(frame.lazy(cast("Any", backend)))

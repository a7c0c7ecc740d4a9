"""Columns that a dataframe library types itself: coded by the library, so that no row passes through Python.

What comes out is what comes out of going through the cells one by one: the same codes, the same distinct cells in the
order in which they are first seen. Columns of any other type are taken apart cell by cell.
"""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay.data.first_seen import first_seen

__all__ = ["coded_by_library", "whole_numbers"]

_WHOLE = (nw.Int64, nw.Int32, nw.Int16, nw.Int8, nw.UInt32, nw.UInt16, nw.UInt8)


def whole_numbers(column: object) -> NDArray[np.int64] | None:
    """Give a column of whole numbers without an empty cell as numbers; None for any other column.

    The array is the caller's own, or one that nobody can write to.
    """
    if isinstance(column, np.ndarray):
        return column.astype(np.int64) if column.dtype.kind in "iu" and column.dtype != np.uint64 else None
    if not isinstance(column, nw.Series) or column.dtype not in _WHOLE or column.is_null().any():
        return None
    # What pandas gives is memory that the frame can still be changed through.
    copied = True if column.implementation.is_pandas_like() else None
    return np.array(column.to_numpy(), dtype=np.int64, copy=copied)


def coded_by_library(column: object) -> tuple[NDArray[np.int32], list[Any]] | None:
    """Code a column of text or of days: codes (R,), -1 for an empty cell, and the distinct cells.

    None for columns of any other type, and of libraries that do not code.
    """
    if not isinstance(column, nw.Series) or column.dtype not in (nw.String, nw.Date):
        return None
    coded = _of_library(column)
    if coded is None:
        return None
    codes, distinct = coded
    if "" in distinct:
        empty = distinct.index("")
        del distinct[empty]
        moved = np.arange(-1, len(distinct) + 1, dtype=np.int32)[1:]
        moved[empty:] -= 1
        moved[empty] = -1
        codes = np.append(moved, np.int32(-1))[codes]
    return codes, distinct


def _of_library(column: nw.Series[Any]) -> tuple[NDArray[np.int32], list[Any]] | None:
    """Code cells as their library does; an empty text is a cell as any other here."""
    native: Any = column.to_native()
    if column.implementation.is_pyarrow():
        encoded = native.dictionary_encode().combine_chunks()
        return encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist()
    if column.implementation.is_pandas():
        codes, rows = first_seen(native.factorize()[0])
    elif column.implementation.is_polars():
        coded = column.cast(nw.Categorical).to_native() if column.dtype == nw.String else native
        codes, rows = first_seen(_from_physical(coded.to_physical()))
    else:
        return None
    return codes, column[rows.tolist()].to_list()


def _from_physical(native: Any) -> NDArray[np.int64]:  # noqa: ANN401 - a series of polars
    """Shift the numbers that stand for cells to 0 and above."""
    empty = native.is_null().to_numpy()
    numbers: NDArray[np.int64] = native.fill_null(0).to_numpy().astype(np.int64)
    if empty.all():
        return np.full(numbers.size, -1, np.int64)
    if not empty.any():
        numbers -= numbers.min()
        return numbers
    numbers -= numbers[~empty].min()
    numbers[empty] = -1
    return numbers

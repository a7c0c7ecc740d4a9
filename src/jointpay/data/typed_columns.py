"""Columns that a dataframe library types itself: coded by the library, so that no row passes through Python.

What comes out is what comes out of going through the cells one by one: the same codes, the same distinct cells in the
order in which they are first seen. Columns of any other type are taken apart cell by cell.
"""

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay.data.first_seen import first_seen

__all__ = ["coded_by_library", "coded_labels", "whole_numbers"]

_SAMPLE = 1_000
"""Rows looked at to tell whether a column holds many different texts."""
_WHOLE = (nw.Int64, nw.Int32, nw.Int16, nw.Int8, nw.UInt32, nw.UInt16, nw.UInt8)


def whole_numbers(column: object) -> NDArray[np.int64] | None:
    """Give a column of whole numbers without an empty cell as numbers; None for any other column.

    The array is the caller's own, or one that nobody can write to.
    """
    if isinstance(column, np.ndarray):
        return column.astype(np.int64) if column.dtype.kind in "iu" and column.dtype != np.uint64 else None
    if not isinstance(column, nw.Series) or column.dtype not in _WHOLE or column.null_count():
        return None
    # What pandas gives is memory that the frame can still be changed through.
    copied = True if column.implementation.is_pandas_like() else None
    return np.array(column.to_numpy(), dtype=np.int64, copy=copied)


def coded_by_library(column: object) -> tuple[NDArray[np.int32], list[Any]] | None:
    """Code a column of text or of days: codes (R,), -1 for an empty cell, and the distinct cells.

    None for columns of any other type, and of libraries that do not code.
    """
    if not isinstance(column, nw.Series) or column.dtype not in (nw.String, nw.Date, nw.Categorical):
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


def coded_labels(column: nw.Series[Any]) -> tuple[NDArray[np.int64], list[str]]:
    """Code a column of text: codes (R,) into the texts that occur. An empty cell is an empty text here."""
    coded = coded_by_library(column)
    if coded is None:
        text = column.fill_null("")
        written: list[str] = text.unique().to_list()
        if not written:
            return np.zeros(0, np.int64), []
        codes = text.replace_strict(written, list(range(len(written))), return_dtype=nw.Int64)
        return codes.to_numpy().astype(np.int64, copy=False), written
    found, texts = coded[0].astype(np.int64), list(coded[1])
    if (found < 0).any():
        found[found < 0] = len(texts)
        texts.append("")
    return found, texts


def _of_library(column: nw.Series[Any]) -> tuple[NDArray[np.int32], list[Any]] | None:
    """Code cells as their library does; an empty text is a cell as any other here."""
    native: Any = column.to_native()
    if column.implementation.is_pyarrow():
        encoded = native.dictionary_encode().combine_chunks()
        return encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist()
    if column.implementation.is_pandas():
        codes, rows = first_seen(native.factorize()[0])
    elif column.implementation.is_polars():
        if column.dtype == nw.String and _are_many(native):
            codes, rows = _of_many_texts(native)
        else:
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


def _are_many(native: Any) -> bool:  # noqa: ANN401 - a series of polars
    """Tell by a sample whether a column holds many different texts: to intern those takes polars long."""
    return bool(native.gather_every(max(1, len(native) // _SAMPLE)).n_unique() > _SAMPLE // 10)


def _of_many_texts(native: Any) -> tuple[NDArray[np.int32], NDArray[np.intp]]:  # noqa: ANN401 - a series of polars
    """Code texts in the order in which they are first seen, -1 for an empty cell, and say where each is first seen.

    Rows are sorted by what polars hashes their texts to, and each text is compared with the first of its group.
    """
    groups, first = _grouped(native)
    order = np.argsort(first)
    order = order[~native.gather(first).is_null().to_numpy()[order]]
    codes = np.full(first.size, -1, np.int32)
    codes[order] = np.arange(order.size)
    return codes[groups], first[order]


def _grouped(native: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # noqa: ANN401 - a series of polars
    """Give each row the number of its text, and each text the row on which it is first seen."""
    bits = max(len(native) - 1, 1).bit_length()
    # As much of the hash as leaves room for the row: sorting whole numbers is many times faster than sorting rows by them.
    keys = (native.hash().to_numpy() >> np.uint64(bits + 1) << np.uint64(bits)).astype(np.int64)
    keys += np.arange(keys.size)
    keys.sort()
    rows = keys & ((1 << bits) - 1)
    keys >>= bits
    begins = np.ones(keys.size, np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=begins[1:])
    groups = np.empty(keys.size, np.int64)
    groups[rows] = np.cumsum(begins) - 1
    first = rows[begins]
    others = np.flatnonzero(native.gather(first).gather(groups).ne_missing(native).to_numpy())
    if others.size:
        # Other texts with the same part of a hash, hardly ever any: grouped among themselves, by more of it.
        more, first_of_more = _grouped(native.gather(others))
        groups[others] = more + first.size
        first = np.append(first, others[first_of_more])
    return groups, first

"""Columns that a dataframe library types itself: coded by the library, so that no row passes through Python.

What comes out, put into rising order, is what comes out of going through the cells one by one. Columns of any other type are
taken apart cell by cell.
"""

from importlib import import_module
from operator import lt
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay.engine.order import occurring

__all__ = ["coded_by_library", "coded_labels", "numbered_by_library", "rising", "whole_numbers"]

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
    """Code a column of text or of days: codes (R,), -1 for an empty cell, and the distinct cells, in any order.

    None for columns of any other type, and of libraries that do not code.
    """
    coded = _coded(column)
    return None if coded is None else (coded[0], coded[1].to_list())


def numbered_by_library(column: object) -> NDArray[np.int32] | None:
    """Give the codes of `coded_by_library` alone, (R,), without bringing the distinct cells to Python."""
    coded = _coded(column)
    return None if coded is None else coded[0]


def _coded(column: object) -> tuple[NDArray[np.int32], nw.Series[Any]] | None:
    if not isinstance(column, nw.Series) or column.dtype not in (nw.String, nw.Date, nw.Categorical):
        return None
    coded = _of_library(column)
    if coded is None or coded[1].dtype == nw.Date:
        return coded
    codes, distinct = coded
    empties = np.flatnonzero((distinct == "").to_numpy())
    if not empties.size:
        return coded
    empty = int(empties[0])
    recode = np.arange(len(distinct) + 1, dtype=np.int32)
    recode[empty:] -= 1
    recode[[empty, -1]] = -1
    return recode[codes], distinct.filter(distinct != "")


def rising(codes: NDArray[np.int32], distinct: list[Any]) -> tuple[NDArray[np.int32], list[Any]]:
    """Put distinct cells into rising order, text by code point, and code by it; -1 stays. Shapes: codes (R,).

    >>> rising(np.array([0, -1, 1], np.int32), ["b", "a"])
    (array([ 1, -1,  0], dtype=int32), ['a', 'b'])
    """
    if all(map(lt, distinct, distinct[1:])):
        return codes, distinct
    order = sorted(range(len(distinct)), key=distinct.__getitem__)
    recode = np.full(len(distinct) + 1, -1, np.int32)
    recode[order] = np.arange(len(distinct))
    return recode[codes], [distinct[place] for place in order]


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


def _of_library(column: nw.Series[Any]) -> tuple[NDArray[np.int32], nw.Series[Any]] | None:
    """Code cells as their library does; an empty text is a cell as any other here. The distinct cells are of the library."""
    native: Any = column.to_native()
    if column.implementation.is_pyarrow():
        encoded = native.dictionary_encode().combine_chunks()
        cells, arrow = encoded.dictionary, import_module("pyarrow")
        # Texts may be views, which arrow can hardly do anything with.
        distinct = arrow.chunked_array([cells if column.dtype == nw.Date else cells.cast(arrow.large_string())])
        return encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), nw.from_native(distinct, series_only=True)
    if column.implementation.is_pandas():
        codes = native.factorize()[0].astype(np.int32)
    elif column.implementation.is_polars():
        if column.dtype == nw.String:
            return _of_texts(native)
        codes = np.full(len(native), -1, np.int32)
        filled = native.is_not_null().to_numpy()
        codes[filled] = occurring(native.to_physical().drop_nulls().to_numpy())[1]
    else:
        return None
    row_of = np.empty(int(codes.max(initial=-1)) + 2, np.intp)
    row_of[codes] = np.arange(codes.size)
    return codes, column[row_of[:-1].tolist()]


def _of_texts(native: Any) -> tuple[NDArray[np.int32], nw.Series[Any]]:  # noqa: ANN401 - a series of polars
    """Code texts of polars in their order, which it finds many times faster than it interns them."""
    firsts = _first_rows(native)
    begins = np.flatnonzero(firsts == np.arange(firsts.size))
    texts = native.gather(begins)
    order = texts.arg_sort().to_numpy()  # no text at all comes first
    empty = texts.null_count()
    code = np.empty(firsts.size, np.int32)
    code[begins[order]] = np.arange(-empty, order.size - empty)
    return code[firsts], nw.from_native(texts.gather(order[empty:]), series_only=True)


def _first_rows(native: Any, seed: int = 0) -> NDArray[np.int32]:  # noqa: ANN401 - a series of polars
    """Give each row the first one that holds the same text, by a table of places that texts are hashed to.

    Where the first text of a place is another one, its rows are looked at among themselves, hashed in another way.
    """
    rows = np.arange(len(native), dtype=np.int32)
    bits = rows.size.bit_length() + 1
    places = (native.hash(seed).to_numpy() >> np.uint64(64 - bits)).view(np.int64)
    first = np.empty(1 << bits, np.int32)
    # Of several rows written to one place the last stays: backwards, that is the first of its place.
    first[places[::-1]] = rows[::-1]
    firsts: NDArray[np.int32] = first[places]
    others = np.flatnonzero(native.gather(firsts).ne_missing(native).to_numpy())
    if others.size:
        firsts[others] = others[_first_rows(native.gather(others), seed + 1)]
    return firsts

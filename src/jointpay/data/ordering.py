"""Rows in the order of several columns of whole numbers, packed into one number per row where they fit."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["packed", "sorting"]

_BITS = 63
_PLACES_PER_ROW = 4
"""Rows that are all different are put into places in the place of sorting, where there are at most so many for each row."""


def _ranks(column: NDArray[np.integer]) -> NDArray[np.int64]:
    """Give each number its place among those that occur."""
    rows = sorting([column])
    ordered = column[rows]
    begins = np.zeros(ordered.size, np.int64)
    begins[1:] = ordered[1:] != ordered[:-1]
    found = np.empty(ordered.size, np.int64)
    found[rows] = np.cumsum(begins)
    return found


def _drawn_in(column: NDArray[np.integer], least: int, most: int) -> NDArray[np.int64]:
    """Bring the least and the largest number next to the others, in the same order: open ends of ranges are far off."""
    others = column[(column > least) & (column < most)]
    low, high = (int(others.min()) - 1, int(others.max()) + 1) if others.size else (most - 1, most)
    drawn_in: NDArray[np.int64] = np.clip(column, low, high, dtype=np.int64)
    return drawn_in


def packed(columns: Sequence[NDArray[np.integer]], *, beside: int = 0) -> tuple[NDArray[np.int64], int] | None:
    """Pack each row into one number that sorts as the row does, the first column first; None where it does not fit.

    Shapes: each column (R,). Returns the numbers (R,), from 0, and how many bits they take, at most 63 less `beside`.
    Where the columns are too wide as they stand, which open ranges of days are, their ends are drawn in, and where that
    is not enough, ranks are taken.

    >>> packed([np.array([2, 1]), np.array([5, 7])])
    (array([4, 2]), 3)
    """
    if not columns[0].size:
        return np.zeros(0, np.int64), 0
    spans = [(int(column.min()), int(column.max())) for column in columns]
    if _width(spans) > _BITS - beside:
        columns = [_drawn_in(column, *span) for column, span in zip(columns, spans, strict=True)]
        spans = [(int(column.min()), int(column.max())) for column in columns]
    # One column alone is not ranked: its ranks are found by sorting it, which is what it would be ranked for.
    if _width(spans) > _BITS - beside and len(columns) > 1:
        columns = [_ranks(column) for column in columns]
        spans = [(0, int(column.max())) for column in columns]
    if _width(spans) > _BITS - beside:
        return None
    numbers = np.zeros(columns[0].size, np.int64)
    for column, (least, most) in zip(columns, spans, strict=True):
        numbers <<= (most - least).bit_length()
        numbers += column
        numbers -= least
    return numbers, _width(spans)


def _width(spans: Sequence[tuple[int, int]]) -> int:
    """Give how many bits numbers of these spans take together."""
    return sum((most - least).bit_length() for least, most in spans)


def sorting(columns: Sequence[NDArray[np.integer]]) -> NDArray[np.intp]:
    """Give the rows in the order of the first column, then the next; equal rows stay in their order. Shapes: (R,).

    Numpy sorts whole numbers many times faster than it sorts rows by them, so the row is packed beside its key. Rows that
    are all different and fill much of the table of all keys, as the sums of groups do, are read off that table, which
    takes an eighth of the time.
    """
    rows = columns[0].size
    bits = max(rows - 1, 0).bit_length()
    found = packed(columns, beside=bits)
    if found is None:
        return np.lexsort(tuple(reversed(columns)))
    numbers, width = found
    placed = _placed(numbers, 1 << width) if 1 << width <= _PLACES_PER_ROW * rows else None
    if placed is not None:
        return placed
    numbers <<= bits
    numbers += np.arange(rows)
    numbers.sort()
    numbers &= (1 << bits) - 1
    return numbers.astype(np.intp, copy=False)


def _placed(numbers: NDArray[np.int64], places: int) -> NDArray[np.intp] | None:
    """Give the rows in the order of numbers that are all different and below `places`; None where one stands twice."""
    rows: NDArray[np.integer] = np.full(places, -1, np.int32 if numbers.size < 2**31 else np.int64)
    rows[numbers] = np.arange(numbers.size, dtype=rows.dtype)
    found = rows[rows >= 0]
    return found.astype(np.intp) if found.size == numbers.size else None

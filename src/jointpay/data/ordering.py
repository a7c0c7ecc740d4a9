"""Rows in the order of several columns of whole numbers, packed into one number per row where they fit."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["packed", "sorting"]

_BITS = 63


def _bits(column: NDArray[np.integer]) -> int:
    return (int(column.max()) - int(column.min())).bit_length()


def _ranks(column: NDArray[np.integer]) -> NDArray[np.intp]:
    """Give each number its place among those that occur: sorted and looked up, which is faster than by one step."""
    ordered = np.sort(column)
    begins = np.ones(ordered.size, np.bool_)
    begins[1:] = ordered[1:] != ordered[:-1]
    return np.searchsorted(ordered[begins], column)


def packed(columns: Sequence[NDArray[np.integer]], *, beside: int = 0) -> tuple[NDArray[np.int64], int] | None:
    """Pack each row into one number that sorts as the row does, the first column first; None where it does not fit.

    Shapes: each column (R,). Returns the numbers (R,), from 0, and how many bits they take, at most 63 less `beside`.
    Where the columns are too wide as they stand, which open ranges of days are, their ranks are taken.

    >>> packed([np.array([2, 1]), np.array([5, 7])])
    (array([4, 2]), 3)
    """
    if not columns[0].size:
        return np.zeros(0, np.int64), 0
    if sum(map(_bits, columns)) > _BITS - beside:
        columns = [_ranks(column) for column in columns]
    taken = sum(map(_bits, columns))
    if taken > _BITS - beside:
        return None
    numbers = np.zeros(columns[0].size, np.int64)
    for column in columns:
        numbers <<= _bits(column)
        numbers += column
        numbers -= int(column.min())
    return numbers, taken


def sorting(columns: Sequence[NDArray[np.integer]]) -> NDArray[np.intp]:
    """Give the rows in the order of the first column, then the next; equal rows stay in their order. Shapes: (R,).

    Numpy sorts whole numbers many times faster than it sorts rows by them, so the row is packed beside its key.
    """
    rows = columns[0].size
    bits = max(rows - 1, 0).bit_length()
    found = packed(columns, beside=bits)
    if found is None:
        return np.lexsort(tuple(reversed(columns)))
    numbers = found[0]
    numbers <<= bits
    numbers += np.arange(rows)
    numbers.sort()
    numbers &= (1 << bits) - 1
    return numbers.astype(np.intp, copy=False)

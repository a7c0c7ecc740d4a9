"""Codes in the order in which values are first seen, without a Python step per row."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["first_seen"]

_COUNTED_PER_ROW = 4
"""Numbers are counted rather than sorted where there are at most so many of them for each row."""


def first_seen(numbers: NDArray[np.integer]) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Give distinct values codes in the order in which they are first seen, and say where; -1 in is -1 out.

    Shapes: (R,) whole numbers from -1; returns codes (R,) and the row of each code.

    >>> first_seen(np.array([7, -1, 3, 7]))
    (array([ 0, -1,  1,  0], dtype=int32), array([0, 2]))
    """
    span = int(numbers.max(initial=-1)) + 1
    if span <= _COUNTED_PER_ROW * numbers.size + 1:
        first = np.full(span + 1, -1, np.intp)
        # Of several rows written to one place the last stays: backwards, that is the first of its value.
        first[numbers[::-1]] = np.arange(numbers.size - 1, -1, -1)
        occurring = np.flatnonzero(first[:span] >= 0)
        order = np.argsort(first[occurring])
        recode = np.full(span + 1, -1, np.int32)
        recode[occurring[order]] = np.arange(occurring.size)
        return recode[numbers], first[occurring[order]]
    occurring, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    places = np.argsort(first)
    places = places[occurring[places] >= 0]
    recode = np.full(occurring.size, -1, np.int32)
    recode[places] = np.arange(places.size)
    return recode[inverse], first[places]

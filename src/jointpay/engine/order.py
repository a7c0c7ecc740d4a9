"""Order: rows sorted by two whole-number keys, and rows told apart by several, without sorting what can be counted."""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.exact import span
from jointpay.engine.room import read_off

__all__ = ["distinct_rows", "occurring", "sorted_order"]

Index = NDArray[np.int32] | NDArray[np.int64]
Whole = NDArray[np.int64]
PACKED_BITS = 63
LARGEST = 2**PACKED_BITS - 1
MANY = 1 << 16
"""Rows from which it is worth looking whether they are sorted in part, or can be counted."""
COUNTED_PER_ROW = 4
"""Numbers are counted rather than sorted where there are at most so many of them for each row."""


def _bits(keys: Index) -> tuple[int, int]:
    """Give the least key, and the bits that the distance of any other from it takes."""
    least, most = span(keys)
    return least, (most - least).bit_length()


def sorted_order(major: Index, minor: Index) -> NDArray[np.int64]:
    """Give the indices that sort by (major, minor); equal rows stay in their order.

    Shapes: (n,) each, any whole numbers. Where both keys and the row fit into 63 bits together, each row becomes one
    number, so that sorting the numbers sorts the rows, and the row is read off the sorted number: numpy sorts whole
    numbers many times faster than it sorts indices by them. Larger keys take the slow way to the same result. Many rows
    whose minor key rises already are sorted by parts of the major one alone, which are counted.
    """
    if not major.size:
        return np.empty(0, dtype=np.int64)
    if major.size >= MANY and (minor[1:] >= minor[:-1]).all():
        return _counted_order(major)
    (least_major, bits_major), (least_minor, bits_minor) = _bits(major), _bits(minor)
    bits_row = (major.size - 1).bit_length()
    if bits_major + bits_minor + bits_row > PACKED_BITS:
        return np.lexsort((minor, major)).astype(np.int64, copy=False)
    packed = major.astype(np.int64) - least_major
    packed <<= bits_minor
    packed += minor
    packed -= least_minor
    packed <<= bits_row
    packed += np.arange(major.size, dtype=np.int64)
    packed.sort()
    packed &= (1 << bits_row) - 1
    return packed


def _counted_order(keys: Index) -> NDArray[np.int64]:
    """Give the indices that sort by one key, by parts of 16 bits, from the last: numpy sorts these by counting."""
    least, bits = _bits(keys)
    # Distances of 64 bits, whatever the keys.
    rest = (keys.astype(np.int64) - least).view(np.uint64)
    order = np.argsort(rest.astype(np.uint16), kind="stable")
    for shift in range(16, bits, 16):
        part = (rest >> np.uint64(shift)).astype(np.uint16 if bits - shift > 8 else np.uint8)
        order = order[np.argsort(part[order], kind="stable")]
    return order


def occurring(numbers: NDArray[np.integer]) -> tuple[Whole, Whole]:
    """Give the numbers that occur, rising, and for each number its place among them.

    Shapes: (n,); returns (m,) and (n,). No numbers give none.

    >>> occurring(np.array([7, 5, 7]))
    (array([5, 7]), array([1, 0, 1]))
    """
    least, most = span(numbers)
    if most - least >= COUNTED_PER_ROW * numbers.size:
        found, ranks = np.unique(numbers, return_inverse=True)
        return found.astype(np.int64, copy=False), ranks.astype(np.int64, copy=False)
    # Taken from the least in 64 bits, where the distance fits.
    places = numbers.astype(np.int64, copy=False)
    if least:
        places = places - least
    occurs = np.zeros(most - least + 1, dtype=np.bool_)
    occurs[places] = True
    return np.flatnonzero(occurs) + least, read_off(np.cumsum(occurs) - 1, places)


def _distinct_packed(columns: Sequence[Whole], least: list[int], widths: list[int]) -> tuple[list[list[int]], Whole]:
    """Tell rows apart whose cells fit into one number together."""
    packed = columns[0].astype(np.int64) - least[0]
    for column, low, width in zip(columns[1:], least[1:], widths[1:], strict=True):
        packed *= width
        packed += column
        packed -= low
    found, ranks = occurring(packed)
    cells = []
    for low, width in zip(reversed(least), reversed(widths), strict=True):
        found, cell = np.divmod(found, width)
        cells.append(cell + low)
    return np.stack(cells[::-1], axis=1).tolist(), ranks


def _ranks(numbers: Whole) -> tuple[Whole, int]:
    """Give each number its place among those that occur, and how many occur."""
    found, ranks = occurring(numbers)
    return ranks, found.size


def distinct_rows(columns: Sequence[Whole]) -> tuple[list[list[int]], Whole]:
    """Give the rows that occur, sorted by the first column and then the next, and for each row which of them it is.

    Shapes: each column (n,), n at least 1. Returns one list of cells for each row that occurs, and (n,) places in it.

    >>> distinct_rows([np.array([2, 1, 2]), np.array([5, 7, 5])])
    ([[1, 7], [2, 5]], array([1, 0, 1]))
    """
    spans = [span(column) for column in columns]
    widths = [most - least + 1 for least, most in spans]
    size = columns[0].size
    # Many rows whose cells do not count together are ranked first: few of what they could be may occur.
    if prod(widths) <= (COUNTED_PER_ROW * size if size >= MANY else LARGEST):
        return _distinct_packed(columns, [least for least, _ in spans], widths)
    ranks, count = _ranks(columns[0])
    for column in columns[1:]:
        more, width = _ranks(column)
        # Below the square of the number of rows, so that it fits.
        ranks, count = _ranks(ranks * width + more)
    one = np.empty(count, dtype=np.int64)
    one[ranks] = np.arange(ranks.size)
    return np.stack([column[one] for column in columns], axis=1).tolist(), ranks

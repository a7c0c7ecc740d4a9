"""Digits: whole numbers written as decimals, all of them at once."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["written"]

BLOCK = 16_384
"""Numbers written at a time, so that their digits stay in the cache."""
SHORT = 2**32
MINUS, POINT, COMMA, ZERO = b"-.,0"


def written(numbers: NDArray[np.integer], *, places: int) -> str:
    """Write whole numbers of last places with all their decimals, and commas between them.

    Shapes: (n,), any signed whole numbers; none give the empty text.

    >>> written(np.array([9700, -5, 0]), places=2), written(np.array([9700, -5, 0]), places=0)
    ('97.00,-0.05,0.00', '9700,-5,0')
    """
    return ",".join(
        _written(numbers[start : start + BLOCK].astype(np.int64, copy=False), places)
        for start in range(0, numbers.size, BLOCK)
    )


def _written(numbers: NDArray[np.int64], places: int) -> str:
    """Lay each number out in a line of characters, the last digit before the comma, and drop what is not needed."""
    # The smallest number of 64 bits is its own magnitude, which is right as one without sign.
    rest: NDArray[np.unsignedinteger] = np.abs(numbers).view(np.uint64)
    most = int(rest.max())
    if most < SHORT:
        # Dividing short numbers is several times faster.
        rest = rest.astype(np.uint32)
    width = max(len(str(most)), places + 1)
    lines = np.empty((numbers.size, width + 2 + (places > 0)), dtype=np.uint8)
    kept = np.ones(lines.shape, dtype=np.bool_)
    lines[:, 0], kept[:, 0], lines[:, -1] = MINUS, numbers < 0, COMMA
    column = lines.shape[1] - 2
    for place in range(width):
        if places and place == places:
            lines[:, column] = POINT
            column -= 1
        if place > places:
            kept[:, column] = rest != 0
        tenth = rest // 10
        lines[:, column] = rest - tenth * 10 + ZERO
        rest, column = tenth, column - 1
    return str(lines[kept].tobytes()[:-1], "ascii")

"""Whole numbers as JSON writes them, `[1,-2,3]`, and back: whole arrays at once."""

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.digits import written

__all__ = ["numbers_of", "text_of"]

_ZERO, _DIGIT, _MINUS, _BETWEEN, _STRANGE = range(5)
_CLASSES = np.full(256, _STRANGE, dtype=np.uint8)
_CLASSES[list(b"[,]")] = _BETWEEN
_CLASSES[list(b"0")] = _ZERO
_CLASSES[list(b"123456789")] = _DIGIT
_CLASSES[list(b"-")] = _MINUS
_FOLLOWS = np.zeros((5, 5), dtype=np.bool_)
"""Which class of character may follow which; a bracket or comma is between numbers."""
_FOLLOWS[_BETWEEN, [_ZERO, _DIGIT, _MINUS]] = True
_FOLLOWS[_MINUS, _DIGIT] = True
_FOLLOWS[[_ZERO, _DIGIT]] = [True, True, False, True, False]
_PAIRS = _FOLLOWS.ravel()
_LONGEST = 18
"""Characters of a number that fits into 64 bits whatever they are."""


def text_of(numbers: NDArray[np.integer]) -> str:
    """Write an array as a JSON list without spaces. Shapes: (n,).

    >>> text_of(np.array([1, -2, 3]))
    '[1,-2,3]'
    """
    return f"[{written(numbers, places=0)}]"


def numbers_of(text: str) -> NDArray[np.int64] | None:
    """Read what `text_of` wrote; None for other text, even where it means numbers, and for numbers that may not fit.

    The text begins with `[` and ends with `]`; between are no other brackets.

    >>> numbers_of("[1,-2,3]"), numbers_of("[1,02]"), numbers_of("[1,]")
    (array([ 1, -2,  3]), None, None)
    """
    if text == "[]":
        return np.empty(0, dtype=np.int64)
    kinds = _CLASSES.take(np.frombuffer(text.encode(), dtype=np.uint8))
    first, second = kinds[:-1], kinds[1:]
    between = np.flatnonzero(kinds == _BETWEEN)
    if np.diff(between).max() > _LONGEST + 1 or not _PAIRS.take(first * 5 + second).all():
        return None
    begins = between[:-1]
    if ((kinds[begins + 1] == _ZERO) & (kinds[begins + 2] != _BETWEEN)).any():
        return None
    return np.fromstring(text[1:-1], dtype=np.int64, sep=",")

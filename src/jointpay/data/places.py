"""Places of labels among others."""

from collections.abc import Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

__all__ = ["places_of"]


def places_of(labels: Sequence[str], known: Sequence[str]) -> NDArray[np.int64]:
    """Give each label its place among the known ones, -1 where it is not among them. Shapes: (n,).

    Two tables of the same labels, which are sorted in both, are told at once.

    >>> places_of(("b", "c"), ("a", "b"))
    array([ 1, -1])
    """
    if labels == known:
        return np.arange(len(labels))
    places = dict(zip(known, range(len(known)), strict=True))
    return np.fromiter(map(places.get, labels, repeat(-1)), np.int64, len(labels))

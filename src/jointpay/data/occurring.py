"""Which labels occur in a column of codes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["occurring_codes"]


def occurring_codes(codes: NDArray[Any]) -> list[int]:
    """Give the codes that occur, ascending; -1, an empty cell, is none. Counting is faster here than sorting.

    >>> occurring_codes(np.array([3, -1, 1, 3]))
    [1, 3]
    """
    return np.flatnonzero(np.bincount(codes + 1)[1:]).tolist() if len(codes) else []

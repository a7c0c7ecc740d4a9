"""Windows: days asked for, each for one payee row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOW", "Windows"]

Whole = NDArray[np.int64]

NOW = "now"
"""The key of the windows that are the days of the rows themselves."""


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Days asked for, each for one payee row; a row may have none or several. Shapes: (W,)."""

    key: str
    """What days they are: sums over windows of the same key are computed once."""
    rows: Whole
    starts: Whole
    ends: Whole

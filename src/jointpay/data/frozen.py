"""Arrays of records: nobody can write to them."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["frozen"]

Number = TypeVar("Number", bound=np.generic)


def frozen(values: NDArray[Number]) -> NDArray[Number]:
    """Make an array read-only in place, and give it back."""
    values.flags.writeable = False
    return values

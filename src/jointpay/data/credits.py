"""Credits: who worked on what, with which share, on which days."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["FIRST_DAY", "LAST_DAY", "Credits"]

FIRST_DAY = -719_162
"""Day number of 0001-01-01: an interval without a beginning starts here."""
LAST_DAY = 2_932_896
"""Day number of 9999-12-31: an interval without an end ends before this day."""


@dataclass(frozen=True, slots=True, eq=False)
class Credits:
    """Credit edges, sorted by (person, role, item, start).

    Shapes: E edges. A share is `shares / share_denominator`; the shares of one role on one item and day sum to at most 1.
    """

    persons: NDArray[np.int32]
    """(E,) index into `person_ids`."""
    roles: NDArray[np.int32]
    """(E,) index into `role_ids`."""
    items: NDArray[np.int32]
    """(E,) index into `item_ids`."""
    shares: NDArray[np.int64]
    """(E,) numerators of the shares."""
    starts: NDArray[np.int32]
    """(E,) first day."""
    ends: NDArray[np.int32]
    """(E,) day after the last."""
    share_denominator: int
    """Common denominator of all shares, at most 1,000,000."""
    person_ids: tuple[str, ...]
    role_ids: tuple[str, ...]
    item_ids: tuple[str, ...]

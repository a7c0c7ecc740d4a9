"""People: who holds which seat, and in which groups, on which days."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["People"]


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Seats, sorted by (person, start). A person holds at most one seat on a day.

    Shapes: H seats.
    """

    persons: NDArray[np.int32]
    """(H,) index into `person_ids`."""
    roles: NDArray[np.int32]
    """(H,) index into `role_ids`."""
    starts: NDArray[np.int32]
    """(H,) first day."""
    ends: NDArray[np.int32]
    """(H,) day after the last."""
    groups: Mapping[str, NDArray[np.int32]]
    """By group column: (H,) index into `group_values[column]`, or -1 where the cell is empty."""
    group_values: Mapping[str, tuple[str, ...]]
    person_ids: tuple[str, ...]
    role_ids: tuple[str, ...]
    names: Mapping[str, str]
    """Name by person id, for those who have one."""

"""Payee rows: one per seat and period it overlaps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointpay.panel.scene import Scene

__all__ = ["Rows", "payee_rows"]

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The payee rows of one role, in order of (period, person, start). Shapes: (P,)."""

    role: int
    periods: Whole
    """Index into the scene's spans."""
    persons: Whole
    seats: Whole
    starts: Whole
    ends: Whole
    period_days: Whole
    days: Whole
    """Days held."""

    @property
    def size(self) -> int:
        """How many rows there are."""
        return self.periods.size


def payee_rows(scene: Scene, role: int) -> Rows:
    """Intersect every seat of a role with every period scored. No seat or no period gives no row."""
    seats = scene.seats
    found, which = [], []
    for place, span in enumerate(scene.spans):
        inside = np.flatnonzero((seats.roles == role) & (seats.starts < span.end) & (seats.ends > span.start))
        found.append(inside)
        which.append(np.full(inside.size, place, dtype=np.int64))
    seat = np.concatenate([np.empty(0, dtype=np.int64), *found])
    period = np.concatenate([np.empty(0, dtype=np.int64), *which])
    first = np.array([span.start for span in scene.spans], dtype=np.int64)[period]
    after = np.array([span.end for span in scene.spans], dtype=np.int64)[period]
    start, end = np.maximum(seats.starts[seat], first), np.minimum(seats.ends[seat], after)
    return Rows(role, period, seats.persons[seat], seat, start, end, after - first, end - start)

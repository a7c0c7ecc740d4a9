"""Adjustments and amounts: points become per cents, per cents become minor units."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.exact import round_quotient, span
from jointpay.engine.room import Room

__all__ = ["amounts", "limit"]

Whole = NDArray[np.int64]


def limit(
    values: Whole, limits: Sequence[tuple[int | None, int | None]], *, out: Sequence[Whole] | None = None
) -> tuple[Whole, ...]:
    """Apply limits one after the other and keep every step.

    Formula: step k = min(max(step k-1, lowest), highest), a None not applied.

    Shapes: values (P,); limits are (lowest, highest). Returns the values as given, then after each limit, those in
    `out` where that is given.
    """
    steps = [values]
    for place, (lowest, highest) in enumerate(limits):
        step = np.empty_like(values) if out is None else out[place]
        bounded = steps[-1]
        if lowest is not None:
            bounded = np.maximum(bounded, lowest, out=step)
        if highest is not None:
            bounded = np.minimum(bounded, highest, out=step)
        steps.append(bounded)
    return tuple(steps)


def amounts(
    base_minor: Whole,
    adjustments: Whole,
    *,
    adjustment_unit: int,
    half_even: bool,
    out: Whole | None = None,
    room: Room | None = None,
) -> Whole:
    """Turn adjustments into minor units, rounded once.

    Formula: round(base * adjustment / adjustment_unit), adjustment_unit being 100 * 10**places for per cents.

    Shapes: (P,). A base of 0 gives 0. Fills `out` and works in `room`, both optional.
    """
    (low, high), (least, most) = span(base_minor), span(adjustments)
    return round_quotient(
        [base_minor, adjustments],
        [adjustment_unit],
        half_even=half_even,
        most=(max(-low, high) * max(-least, most), 1),
        signed=low < 0 or least < 0,
        out=out,
        room=room,
    )

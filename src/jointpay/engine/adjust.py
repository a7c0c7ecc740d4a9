"""Adjustments and amounts: points become per cents, per cents become minor units."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.exact import round_quotient

__all__ = ["amounts", "limit"]

Whole = NDArray[np.int64]


def limit(values: Whole, limits: Sequence[tuple[int | None, int | None]]) -> tuple[Whole, ...]:
    """Apply limits one after the other and keep every step.

    Formula: step k = min(max(step k-1, lowest), highest), a None not applied.

    Shapes: values (P,); limits are (lowest, highest). Returns the values as given, then after each limit.
    """
    steps = [values]
    for lowest, highest in limits:
        bounded = steps[-1]
        if lowest is not None:
            bounded = np.maximum(bounded, lowest)
        if highest is not None:
            bounded = np.minimum(bounded, highest)
        steps.append(bounded)
    return tuple(steps)


def amounts(base_minor: Whole, adjustments: Whole, *, adjustment_unit: int, half_even: bool) -> Whole:
    """Turn adjustments into minor units, rounded once.

    Formula: round(base * adjustment / adjustment_unit), adjustment_unit being 100 * 10**places for per cents.

    Shapes: (P,). A base of 0 gives 0.
    """
    return round_quotient([base_minor, adjustments], [adjustment_unit], half_even=half_even)

"""Values and attainments: totals against targets, published."""

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.exact import WHOLE_SAFE, largest, round_quotient, round_rational

__all__ = ["attain_difference", "attain_ratio", "publish_ratio"]

Whole = NDArray[np.int64]


def publish_ratio(
    numerators: Whole,
    denominators: Whole | int,
    *,
    scale: int,
    divisor: int,
    half_even: bool,
    most: tuple[int, int] | None = None,
    signed: bool = True,
    out: Whole | None = None,
) -> Whole:
    """Publish a ratio of totals.

    Formula: round(numerator * scale / (denominator * divisor)), where scale / divisor is the unit factor times
    10**places. Also the attainment that is the value itself.

    Shapes: (P,); denominators are positive, or one number for all. `most`, `signed` and `out` as in `round_quotient`.
    """
    return round_quotient(
        [numerators, scale], [denominators, divisor], half_even=half_even, most=most, signed=signed, out=out
    )


def attain_ratio(
    numerators: Whole,
    denominators: Whole | int,
    targets: Whole,
    *,
    scale: int,
    divisor: int,
    half_even: bool,
    most: tuple[int, int] | None = None,
    signed: bool = True,
    out: Whole | None = None,
) -> Whole:
    """Publish value / target.

    Formula: round(numerator * scale / (denominator * divisor * target)), where scale / divisor is the unit factor times
    10**(target places + attainment places), and target is its published whole number.

    Shapes: (P,); denominators (or one for all) and targets are positive. `most`, `signed` and `out` as in `round_quotient`.
    """
    return round_quotient(
        [numerators, scale], [denominators, targets, divisor], half_even=half_even, most=most, signed=signed, out=out
    )


def attain_difference(
    numerators: Whole,
    denominators: Whole | int,
    targets: Whole,
    *,
    value_scale: int,
    target_scale: int,
    divisor: int,
    half_even: bool,
) -> Whole:
    """Publish value - target.

    Formula: round((numerator * value_scale - target * denominator * target_scale) / (denominator * divisor)), the
    scales carrying unit factor, places and, for percentage points, 100.

    Shapes: (P,); denominators are positive.
    """
    # At least 1 each, so that the scales alone are inside the bounds too where every row is zero.
    largest_below = max(denominators if isinstance(denominators, int) else largest(denominators), 1)
    most_below = largest_below * divisor
    most_value = max(largest(numerators), 1) * value_scale
    most_target = max(largest(targets), 1) * largest_below * target_scale
    kind = np.int64 if max(most_value + most_target, most_below) < WHOLE_SAFE else object
    above = numerators.astype(kind) * value_scale
    below = np.broadcast_to(np.asarray(denominators, dtype=np.int64), numerators.shape).astype(kind)
    above = above - targets.astype(kind) * below * target_scale
    return round_rational(above, below * divisor, half_even=half_even)

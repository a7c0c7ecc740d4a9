"""Values and attainments: totals against targets, published."""

from collections.abc import Sequence
from math import gcd, prod

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.exact import WHOLE_SAFE, floats_do, largest, round_images, round_quotient, round_rational
from jointpay.engine.room import Block

__all__ = ["attain_difference", "attain_quotient"]

Whole = NDArray[np.int64]
Rows = NDArray[np.intp]
Span = tuple[int, int]


def attain_quotient(
    block: Block,
    numerators: Whole,
    below: Sequence[Whole],
    *,
    scales: tuple[int, int],
    spans: Sequence[Span],
    absent: Rows | None,
    half_even: bool,
    out: Whole,
) -> None:
    """Publish a value, or an attainment that is a quotient, for the rows of a block.

    Formula: out = round(numerator * scales[0] / (prod(below) * scales[1])). A value, and the attainment that is the
    value, have the denominator below (nothing, for a total), an attainment against a target the target too; the scales
    carry unit factor, share denominator and 10**places.

    Shapes: columns (P,), at most two below; `spans` are smallest and largest of numerators and of each of `below`.
    `absent` names the rows of the block in which a column below may be zero or less, and whose result is arbitrary.
    """
    common = gcd(*scales)
    scale, divisor = scales[0] // common, scales[1] // common
    low, high = spans[0]
    most = max(-low, high), prod(max(reach[1], 1) for reach in spans[1:])
    if scale == divisor == 1 and not below:
        np.copyto(out, numerators[block.rows])
    elif floats_do(scale, most[0]) and floats_do(divisor, most[1]):
        above, images = block.image(numerators), [block.image(column) for column in below]
        round_images(above, images, (scale, divisor), half_even=half_even, signed=low < 0, out=out, room=block.room)
    else:
        above_whole, below_whole = numerators[block.rows], [column[block.rows] for column in below]
        if absent is not None:
            # 0 over 1 keeps the arithmetic defined, and fits whatever the scale.
            above_whole = above_whole.copy()
            above_whole[absent] = 0
            below_whole = [np.maximum(column, 1) for column in below_whole]
        round_quotient([above_whole, scale], [*below_whole, divisor], half_even=half_even, most=most, out=out)


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
    below = np.asarray(denominators, dtype=kind)
    above = above - targets.astype(kind) * below * target_scale
    return round_rational(above, below * divisor, half_even=half_even)

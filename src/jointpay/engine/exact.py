"""Quotients of whole numbers, rounded to the nearest whole number: the exact result at the speed of floats.

Three ways, chosen by the largest numbers that occur, give the same result:

1. Dividend and divisor below 2**50: both are exact in float64, and one division errs by less than 2**-53 of the
   quotient, while a quotient that is not a tie is at least 1 / (2 * divisor) away from one. So the rounded float
   quotient is the rounded exact quotient, and a tie is met exactly.
2. Both below 2**61: int64 arithmetic.
3. Beyond: a float quotient with a bound on its error; the few rows so near a tie that the bound does not decide are
   done again in Python's whole numbers.
"""

from collections.abc import Sequence
from math import gcd, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.room import Room
from jointpay.errors import TooLargeError

__all__ = [
    "exact_sum",
    "floats_do",
    "largest",
    "round_floats",
    "round_images",
    "round_quotient",
    "round_rational",
    "span",
]

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]

FLOAT_SAFE = 2**50
WHOLE_SAFE = 2**61
RESULT_SAFE = 2**62
# At most sixteen roundings of 2**-53 each: factors, products and the division, with four modifiers among them.
FLOAT_ERROR = 2.0**-49
FEW = 16
"""Numbers up to which Python finds the smallest and the largest before numpy has begun."""


def span(values: NDArray[np.integer]) -> tuple[int, int]:
    """Give the smallest and the largest value; (0, 0) for no values."""
    if values.size == 0:
        return 0, 0
    if values.size <= FEW:
        numbers = values.tolist()
        return min(numbers), max(numbers)
    # The ufuncs themselves: the methods of arrays go a detour that small arrays feel.
    return int(np.minimum.reduce(values)), int(np.maximum.reduce(values))


def largest(values: Whole) -> int:
    """Give the largest magnitude; 0 for no values."""
    low, high = span(values)
    return max(abs(low), abs(high))


def exact_sum(values: Whole) -> int:
    """Sum int64 values as Python's whole numbers, so that it cannot wrap.

    Shapes: values (n,). No values give 0.
    """
    # The high part is at most 2**31 in size and the low part below 2**32, so 2**31 of them sum safely.
    high, low = values >> 32, values & 0xFFFFFFFF
    return (int(high.sum()) << 32) + int(low.sum())


def _split(factors: Sequence[Whole | int]) -> tuple[int, list[Whole]]:
    """Multiply the scalars together and keep the arrays."""
    return prod(factor for factor in factors if isinstance(factor, int)), [
        factor for factor in factors if not isinstance(factor, int)
    ]


def _times(arrays: list[Whole], scalar: int, kind: type[np.generic] | type[object]) -> NDArray[Any]:
    """Multiply arrays and a scalar in the given kind of number, into a fresh array; a scalar alone has no axis."""
    product = arrays[0].astype(kind) if arrays else np.array(scalar, dtype=kind)
    for array in arrays[1:]:
        product *= array
    if arrays and scalar != 1:
        product *= scalar
    return product


def _floats(arrays: list[Whole], scalar: int, room: Room) -> Floats:
    """Multiply arrays whose product stays below 2**50, into floats that are exact."""
    whole, product = arrays[0], room.floats()
    if len(arrays) > 1:
        # The same memory: a whole number is read before the float is written in its place.
        whole = np.multiply(whole, arrays[1], out=product.view(np.int64))
        for array in arrays[2:]:
            whole *= array
    np.copyto(product, whole)
    if scalar != 1:
        product *= scalar
    return product


def round_quotient(
    above: Sequence[Whole | int],
    below: Sequence[Whole | int],
    *,
    half_even: bool,
    most: tuple[int, int] | None = None,
    signed: bool = True,
    out: Whole | None = None,
    room: Room | None = None,
) -> Whole:
    """Round the quotient of two products to the nearest whole number.

    Formula: round(prod(above) / prod(below)); a tie goes away from zero, or to the even neighbour with `half_even`.

    Shapes: every factor is a Python int or (n,) int64, at least one of `above` an array; every factor of `below` is
    positive. A caller that knows bounds on the magnitudes of the products of the arrays above and below gives them as
    `most`, and says `signed=False` where nothing above is negative; both only save time. Returns (n,) int64, in `out`
    where that is given; `room` is where to work. Raises `TooLargeError` where a result does not fit.

    >>> round_quotient([np.array([5, -5, 7])], [2], half_even=False).tolist()
    [3, -3, 4]
    """
    (scalar_above, arrays_above), (scalar_below, arrays_below) = _split(above), _split(below)
    common = gcd(scalar_above, scalar_below)
    scalar_above, scalar_below = scalar_above // common, scalar_below // common
    size = arrays_above[0].size
    out = np.empty(size, dtype=np.int64) if out is None else out
    if most is None:
        most = prod(map(largest, arrays_above)), prod(map(largest, arrays_below))
    if scalar_above == scalar_below == 1 and len(arrays_above) == 1 and not arrays_below:
        np.copyto(out, arrays_above[0])
    elif floats_do(scalar_above, most[0]) and floats_do(scalar_below, most[1]):
        room = Room(size) if room is None else room
        used = room.used
        quotient = _floats(arrays_above, scalar_above, room)
        if arrays_below:
            quotient /= _floats(arrays_below, scalar_below, room)
        elif scalar_below != 1:
            quotient /= scalar_below
        round_floats(quotient, out, half_even=half_even, signed=signed)
        room.used = used
    elif max(abs(scalar_above) * max(most[0], 1), scalar_below * max(most[1], 1)) < WHOLE_SAFE:
        out[:] = round_rational(
            _times(arrays_above, scalar_above, np.int64),
            _times(arrays_below, scalar_below, np.int64),
            half_even=half_even,
        )
    else:
        out[:] = _round_filtered((scalar_above, arrays_above), (scalar_below, arrays_below), half_even=half_even)
    return out


def floats_do(scalar: int, most: int) -> bool:
    """Whether a scalar times numbers of magnitude `most` at the utmost is exact in floats, for the first way."""
    # At least 1, so that the scalar alone is inside the bound too where every number is zero.
    return abs(scalar) * max(most, 1) < FLOAT_SAFE


def round_images(
    above: Floats,
    below: Sequence[Floats],
    scales: tuple[int, int],
    *,
    half_even: bool,
    signed: bool,
    out: Whole,
    room: Room,
) -> None:
    """Round quotients of columns that are floats already, by the first way.

    Formula: out = round(above * scales[0] / (prod(below) * scales[1])).

    Shapes: (n,); at most two of `below`, and the caller has asked `floats_do` of both products. Rows whose product
    below is zero or too large give whatever they give, without a warning if the caller is inside `np.errstate`.
    """
    used = room.used
    top, bottom, (scale, divisor) = above, below[0] if below else None, scales
    quotient, product = room.floats(), room.floats()
    if scale != 1:
        top = np.multiply(top, scale, out=quotient)
    if len(below) > 1:
        bottom = np.multiply(below[0], below[1], out=product)
    if bottom is None:
        np.divide(top, divisor, out=quotient)
    else:
        if divisor != 1:
            bottom = np.multiply(bottom, divisor, out=product)
        np.divide(top, bottom, out=quotient)
    round_floats(quotient, out, half_even=half_even, signed=signed)
    room.used = used


def round_floats(quotient: Floats, out: Whole, *, half_even: bool, signed: bool) -> None:
    """Round to whole numbers into `out`; overwrites the quotient."""
    if half_even:
        np.rint(quotient, out=quotient)
    elif signed:
        quotient += np.copysign(0.5, quotient)
    else:
        quotient += 0.5
    # The conversion cuts towards zero.
    np.copyto(out, quotient, casting="unsafe")


def round_rational(above: NDArray[Any], below: NDArray[Any], *, half_even: bool) -> Whole:
    """Round above / below in whole-number arithmetic, int64 or Python's.

    Shapes: (n,) int64 below 2**61 in magnitude, or (n,) object arrays of Python ints; `below` positive, and without
    axis where it is the same in every row. Returns (n,) int64. Raises `TooLargeError` where a result does not fit.
    """
    magnitude = np.abs(above)
    whole: NDArray[Any] = magnitude // below
    rest = (magnitude - whole * below) * 2
    up = rest >= below
    if half_even:
        up &= (rest > below) | (whole % 2 == 1)
    whole = whole + up
    if whole.dtype == np.dtype(object):
        _refuse_too_large(whole)
        whole = whole.astype(np.int64)
    signed: Whole = np.where(above < 0, -whole, whole)
    return signed


def _refuse_too_large(values: NDArray[Any]) -> None:
    if values.size and max(values.tolist()) >= RESULT_SAFE:
        raise TooLargeError(
            f"a result reaches {max(values.tolist())}, beyond what is kept exactly ({RESULT_SAFE}); "
            "next: publish fewer places, or use a larger unit"
        )


def _round_filtered(above: tuple[int, list[Whole]], below: tuple[int, list[Whole]], *, half_even: bool) -> Whole:
    """Round by floats where their error cannot matter, and in Python's whole numbers where it might."""
    quotient = _times(above[1], 1, np.float64) * float(above[0])
    quotient /= _times(below[1], 1, np.float64) * float(below[0])
    magnitude = np.abs(quotient)
    fraction = magnitude - np.floor(magnitude)
    # Doubled, because the subtraction inherits the error of the quotient.
    near = np.flatnonzero(np.abs(fraction - 0.5) <= magnitude * (2 * FLOAT_ERROR))
    # From 2**48 on every row is near, so what is left for the floats is far inside int64.
    certain = magnitude.copy()
    certain[near] = 0
    rounded: Whole = np.copysign(np.floor(certain + 0.5), quotient).astype(np.int64)
    if near.size:
        exact_above = _times([array[near] for array in above[1]], above[0], object)
        exact_below = _times([array[near] for array in below[1]], below[0], object)
        rounded[near] = round_rational(exact_above, exact_below, half_even=half_even)
    return rounded

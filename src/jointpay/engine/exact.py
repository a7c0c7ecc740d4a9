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

from jointpay.errors import TooLargeError

__all__ = ["exact_sum", "largest", "round_quotient", "round_rational"]

Whole = NDArray[np.int64]

FLOAT_SAFE = 2**50
WHOLE_SAFE = 2**61
RESULT_SAFE = 2**62
# At most sixteen roundings of 2**-53 each: factors, products and the division, with four modifiers among them.
FLOAT_ERROR = 2.0**-49


def largest(values: Whole) -> int:
    """Give the largest magnitude; 0 for no values."""
    if values.size == 0:
        return 0
    return max(abs(int(values.max())), abs(int(values.min())))


def exact_sum(values: Whole) -> int:
    """Sum int64 values as Python's whole numbers, so that it cannot wrap.

    Shapes: values (n,). No values give 0.
    """
    # The high part is at most 2**31 in size and the low part below 2**32, so 2**31 of them sum safely.
    high, low = values >> 32, values & 0xFFFFFFFF
    return (int(high.sum(dtype=np.int64)) << 32) + int(low.sum(dtype=np.int64))


def _split(factors: Sequence[Whole | int]) -> tuple[int, list[Whole]]:
    """Multiply the scalars together and keep the arrays."""
    return prod(factor for factor in factors if isinstance(factor, int)), [
        factor for factor in factors if not isinstance(factor, int)
    ]


def _times(arrays: list[Whole], scalar: int, size: int, kind: type[np.generic] | type[object]) -> NDArray[Any]:
    """Multiply arrays and a scalar in the given kind of number, into a fresh array."""
    product = arrays[0].astype(kind) if arrays else np.full(size, scalar, dtype=kind)
    for array in arrays[1:]:
        product *= array
    if arrays and scalar != 1:
        product *= scalar
    return product


def _floats(arrays: list[Whole], scalar: int) -> NDArray[np.float64]:
    """Multiply arrays whose product stays below 2**50, into fresh floats that are exact."""
    whole = arrays[0]
    for array in arrays[1:]:
        whole = whole * array
    product = whole.astype(np.float64)
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
) -> Whole:
    """Round the quotient of two products to the nearest whole number.

    Formula: round(prod(above) / prod(below)); a tie goes away from zero, or to the even neighbour with `half_even`.

    Shapes: every factor is a Python int or (n,) int64, at least one of `above` an array; every factor of `below` is
    positive. A caller that knows bounds on the magnitudes of the products of the arrays above and below gives them as
    `most`, and says `signed=False` where nothing above is negative; both only save time. Returns (n,) int64, in `out`
    where that is given. Raises `TooLargeError` where a result does not fit.

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
    # At least 1 each, so that the scalars alone are inside the bounds too where every row is zero.
    most_above, most_below = abs(scalar_above) * max(most[0], 1), scalar_below * max(most[1], 1)
    if scalar_above == scalar_below == 1 and len(arrays_above) == 1 and not arrays_below:
        np.copyto(out, arrays_above[0])
        return out
    if most_above < FLOAT_SAFE and most_below < FLOAT_SAFE:
        quotient = _floats(arrays_above, scalar_above)
        if arrays_below:
            quotient /= _floats(arrays_below, scalar_below)
        elif scalar_below != 1:
            quotient /= scalar_below
        _round_floats(quotient, out, half_even=half_even, signed=signed)
    elif most_above < WHOLE_SAFE and most_below < WHOLE_SAFE:
        out[:] = round_rational(
            _times(arrays_above, scalar_above, size, np.int64),
            _times(arrays_below, scalar_below, size, np.int64),
            half_even=half_even,
        )
    else:
        out[:] = _round_filtered((scalar_above, arrays_above), (scalar_below, arrays_below), size, half_even=half_even)
    return out


def _round_floats(quotient: NDArray[np.float64], out: Whole, *, half_even: bool, signed: bool) -> None:
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

    Shapes: (n,) int64 below 2**61 in magnitude, or (n,) object arrays of Python ints; `below` positive. Returns (n,)
    int64. Raises `TooLargeError` where a result does not fit.
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
    signed: Whole = np.where(above < 0, -whole, whole).astype(np.int64, copy=False)
    return signed


def _refuse_too_large(values: NDArray[Any]) -> None:
    if values.size and max(values.tolist()) >= RESULT_SAFE:
        raise TooLargeError(
            f"a result reaches {max(values.tolist())}, beyond what is kept exactly ({RESULT_SAFE}); "
            "next: publish fewer places, or use a larger unit"
        )


def _round_filtered(
    above: tuple[int, list[Whole]], below: tuple[int, list[Whole]], size: int, *, half_even: bool
) -> Whole:
    """Round by floats where their error cannot matter, and in Python's whole numbers where it might."""
    quotient = _times(above[1], 1, size, np.float64) * float(above[0])
    quotient /= _times(below[1], 1, size, np.float64) * float(below[0])
    magnitude = np.abs(quotient)
    fraction = magnitude - np.floor(magnitude)
    # Doubled, because the subtraction inherits the error of the quotient.
    near = np.flatnonzero(np.abs(fraction - 0.5) <= magnitude * (2 * FLOAT_ERROR))
    # From 2**48 on every row is near, so what is left for the floats is far inside int64.
    certain = magnitude.copy()
    certain[near] = 0
    rounded: Whole = np.copysign(np.floor(certain + 0.5), quotient).astype(np.int64)
    if near.size:
        exact_above = _times([array[near] for array in above[1]], above[0], near.size, object)
        exact_below = _times([array[near] for array in below[1]], below[0], near.size, object)
        rounded[near] = round_rational(exact_above, exact_below, half_even=half_even)
    return rounded

"""Rounding to whole units: half away from zero, or half to even; both symmetric in sign."""

from fractions import Fraction
from typing import Literal, assert_never

__all__ = ["Rounding", "published", "round_half"]

Rounding = Literal["half_away_from_zero", "half_even"]


def round_half(value: Fraction, *, rounding: Rounding) -> int:
    """Round to the nearest whole number; a tie goes where `rounding` says.

    Formula: sign(v) * floor(|v| + 1/2), and with ``half_even`` an exact tie goes to the even neighbour.
    Zero gives zero.

    >>> round_half(Fraction(5, 2), rounding="half_away_from_zero"), round_half(Fraction(5, 2), rounding="half_even")
    (3, 2)
    """
    whole, rest = divmod(abs(value.numerator), value.denominator)
    match rounding:
        case "half_away_from_zero":
            up = 2 * rest >= value.denominator
        case "half_even":
            up = 2 * rest > value.denominator or (2 * rest == value.denominator and whole % 2 == 1)
        case _:
            assert_never(rounding)
    rounded = whole + 1 if up else whole
    return -rounded if value < 0 else rounded


def published(value: Fraction, *, places: int, rounding: Rounding) -> int:
    """Round to `places` decimals and return the whole number of last places (12.345 at 2 places is 1235).

    >>> published(Fraction(12345, 1000), places=2, rounding="half_away_from_zero")
    1235
    """
    return round_half(value * 10**places, rounding=rounding)

"""Weighted geometric means in digits: roots that no fraction equals, cut where the rounding can be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from math import lcm, prod

from jointpay.money.rounding import Rounding, published

__all__ = ["Root", "geometric_root"]

_DIGITS = 80
_POWERS_UP_TO = 20_000
"""Largest exponent for which powers are compared as whole numbers; beyond it, 40 equal digits decide."""


@dataclass(frozen=True, slots=True)
class Root:
    """A weighted geometric mean times a factor."""

    exact: Fraction | None
    """The number, where it is a fraction."""
    low: Fraction
    """The number cut after many decimals; equal to `exact` where that is there."""

    def published(self, *, places: int, rounding: Rounding) -> int:
        """Round it; a tie can only be where the number is a fraction, and then `exact` is there."""
        return published(self.low if self.exact is None else self.exact, places=places, rounding=rounding)


def geometric_root(points: Sequence[Fraction], weights: Sequence[Fraction], factor: Fraction) -> Root:
    """Give factor * product of points ** (weight / sum of weights); 0 where any of the points is 0.

    Points and the factor are not negative. Computed with 80 digits in a decimal context of its own; where a fraction
    with few decimals lies that close, whether it is the number is decided in whole numbers.
    """
    if factor == 0 or min(points) == 0:
        return Root(Fraction(0), Fraction(0))
    if len(set(points)) == 1:
        return Root(points[0] * factor, points[0] * factor)
    whole = sum(weights, Fraction(0))
    parts = [weight / whole for weight in weights]
    context = Context(prec=_DIGITS, rounding=ROUND_FLOOR, Emin=-999_999, Emax=999_999, capitals=1, clamp=0, traps=[])
    logarithm = Decimal(0)
    for point, part in zip(points, parts, strict=True):
        of_point = context.subtract(context.ln(Decimal(point.numerator)), context.ln(Decimal(point.denominator)))
        scaled = context.divide(context.multiply(of_point, Decimal(part.numerator)), Decimal(part.denominator))
        logarithm = context.add(logarithm, scaled)
    mean = Fraction(context.exp(logarithm))
    near = Fraction(round(mean * 10**12), 10**12)
    degree = lcm(*(part.denominator for part in parts))
    if abs(near - mean) * 10**40 < 1 and (
        degree > _POWERS_UP_TO
        or near**degree == prod(point ** int(part * degree) for point, part in zip(points, parts, strict=True))
    ):
        return Root(near * factor, near * factor)
    return Root(None, mean * factor)

"""Putting points together: weighted mean, minimum, and the weighted geometric mean, correctly rounded.

The first two are rational. The third is a root, so it is first asked whether it lies exactly on a rounding boundary, by
whole numbers alone; if it does not, decimals of growing precision must at last tell on which side it lies.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from math import gcd, lcm
from typing import assert_never

from jointpay.money.rounding import Rounding, round_half
from jointpay.plan.roles import Combine

__all__ = ["combined", "is_one", "rounded_root_product", "weighted_mean"]

_FIRST_DIGITS = 50
_GUARD_DIGITS = 15

Weighted = Sequence[tuple[Fraction, Fraction]]
"""Pairs of points and weight."""


def weighted_mean(pairs: Weighted) -> Fraction:
    """Give sum(weight * points) / sum(weight); the weights need not sum to 1."""
    return sum((points * weight for points, weight in pairs), Fraction(0)) / sum(
        (weight for _, weight in pairs), Fraction(0)
    )


def combined(combine: Combine, pairs: Weighted, factor: Fraction, *, rounding: Rounding) -> int:
    """Combine points by their weights, multiply by `factor`, and round once to a whole number.

    Formula: mean, product of points ** (weight / sum of weights), or smallest; times factor. There must be a pair.
    """
    match combine:
        case "weighted_mean":
            return round_half(weighted_mean(pairs) * factor, rounding=rounding)
        case "minimum":
            return round_half(min(points for points, _ in pairs) * factor, rounding=rounding)
        case "weighted_geometric":
            if factor == 0 or any(points == 0 for points, _ in pairs):
                return 0
            whole = sum((weight for _, weight in pairs), Fraction(0))
            powers = [(points, weight / whole) for points, weight in pairs]
            rounded = rounded_root_product([*powers, (abs(factor), Fraction(1))], rounding=rounding)
            return rounded if factor > 0 else -rounded
        case _:  # pragma: no cover
            assert_never(combine)


def rounded_root_product(powers: Sequence[tuple[Fraction, Fraction]], *, rounding: Rounding) -> int:
    """Round the product of positive numbers, each to a rational power, to a whole number, correctly.

    Let y be the product and k the whole part that decimals suggest. If y is exactly k or exactly k + 1/2, which whole
    numbers decide, `round_half` says the rest. Else y is strictly on one side of k + 1/2 (and of k), and some precision
    shows which: `ln` and `exp` of the decimal module are correct to the last digit, so that with p digits the relative
    error of the result is below 10 ** (`_GUARD_DIGITS` - p).
    """
    digits = _FIRST_DIGITS
    while True:
        context = Context(prec=digits, rounding=ROUND_HALF_EVEN, Emax=999_999, Emin=-999_999)
        logarithm = Decimal(0)
        for base, power in powers:
            ln = context.subtract(context.ln(Decimal(base.numerator)), context.ln(Decimal(base.denominator)))
            share = context.divide(Decimal(power.numerator), Decimal(power.denominator))
            logarithm = context.add(logarithm, context.multiply(ln, share))
        about = Fraction(context.exp(logarithm))
        error = about * Fraction(10) ** (_GUARD_DIGITS - digits)
        nearest_boundary = Fraction(round_half(2 * about, rounding="half_even"), 2)
        if abs(about - nearest_boundary) > error:
            return round_half(about, rounding=rounding)
        if nearest_boundary > 0 and is_one([*powers, (nearest_boundary, Fraction(-1))]):
            return round_half(nearest_boundary, rounding=rounding)
        digits *= 2


def is_one(powers: Sequence[tuple[Fraction, Fraction]]) -> bool:
    """Decide whether a product of positive rational numbers, each to a rational power, is exactly 1.

    All numerators and denominators are written as products of whole numbers that share no factor with one another;
    then the product is 1 exactly where the power of each of them is 0.
    """
    common = lcm(*(power.denominator for _, power in powers))
    exponents: dict[int, int] = {}
    for base, power in powers:
        exponent = power.numerator * (common // power.denominator)
        for number, signed in ((base.numerator, exponent), (base.denominator, -exponent)):
            if number > 1:
                exponents = _with_factor(exponents, number, signed)
    return all(exponent == 0 for exponent in exponents.values())


def _with_factor(exponents: dict[int, int], number: int, exponent: int) -> dict[int, int]:
    """Multiply number ** exponent in, splitting whatever shares a factor until nothing does."""
    result = dict(exponents)
    waiting = [(number, exponent)]
    while waiting:
        factor, power = waiting.pop()
        if factor == 1:
            continue
        shared = next((other for other in result if gcd(other, factor) > 1), None)
        if shared is None:
            result[factor] = power
            continue
        held, both = result.pop(shared), gcd(shared, factor)
        if shared == factor:
            result[factor] = held + power
            continue
        waiting += [(both, held + power), (shared // both, held), (factor // both, power)]
    return result

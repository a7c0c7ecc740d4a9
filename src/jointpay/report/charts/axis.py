"""Round numbers along an axis, as exact fractions."""

from fractions import Fraction
from math import ceil, floor

__all__ = ["places_of", "ticks", "widened"]


def ticks(low: Fraction, high: Fraction, *, about: int = 5) -> list[Fraction]:
    """Give round numbers from low to a higher number, about as many as asked, one, two or five times a power of ten apart.

    >>> [str(tick) for tick in ticks(Fraction(83), Fraction(117))]
    ['90', '100', '110']
    """
    step = _step((high - low) / about)
    return [step * number for number in range(ceil(low / step), floor(high / step) + 1)]


def _step(least: Fraction) -> Fraction:
    """Give the smallest of 1, 2, 5 times a power of ten that is not below `least`."""
    power = Fraction(1)
    while power > least:
        power /= 10
    while power * 10 <= least:
        power *= 10
    return next(power * times for times in (1, 2, 5, 10) if power * times >= least)


def places_of(numbers: list[Fraction]) -> int:
    """Give the decimals that ticks need to be written in full."""
    return next(places for places in range(20) if all(10**places % number.denominator == 0 for number in numbers))


def widened(low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Give a range with some air at both ends; one without width gets a width."""
    air = (high - low) / 12 if high > low else max(abs(high) / 10, Fraction(1, 10))
    return low - air, high + air

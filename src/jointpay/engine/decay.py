"""Weights that halve with age, as whole billionths: powers of two that are irrational, rounded correctly."""

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal

import numpy as np
from numpy.typing import NDArray

__all__ = ["BILLION", "decay_weights"]

Whole = NDArray[np.int64]

BILLION = 1_000_000_000
# The quotient, at most 64, errs by 2**-53 of itself and exp2 by a few units in the last place: together less than
# 1e-14 of a number up to a billion, 1e-5. This is ten times more.
_ERROR = 1e-4
_LARGEST_EXPONENT = 64.0
_DIGITS = 32


def decay_weights(ages: Whole, half_life: int) -> Whole:
    """Give what is left of a billion after each age.

    Formula: round(10**9 * 2 ** (-age / half_life)), a half up; 0 from an age of about 31 half-lives on.

    Shapes: (n,), ages from 0 to below 2**53 in the unit of the half-life. Computed in floats; the few ages whose weight
    lies too near a half to be sure are done again with as many digits as it takes, so that every machine gives the same.

    >>> decay_weights(np.array([0, 7, 14, 70]), 7).tolist()
    [1000000000, 500000000, 250000000, 976563]
    """
    estimate = np.exp2(-np.minimum(ages / half_life, _LARGEST_EXPONENT)) * BILLION
    rounded = np.floor(estimate + 0.5)
    weights: Whole = rounded.astype(np.int64)
    near = np.flatnonzero(np.abs(np.abs(estimate - rounded) - 0.5) < _ERROR)
    if near.size:
        unsure, places = np.unique(ages[near], return_inverse=True)
        weights[near] = np.array([_exactly(age, half_life) for age in unsure.tolist()], dtype=np.int64)[places]
    return weights


def _exactly(age: int, half_life: int) -> int:
    """Round one weight. It is rational only for a whole number of half-lives, so the digits decide sooner or later."""
    halvings, rest = divmod(age, half_life)
    if not rest:
        return (2 * BILLION + (1 << halvings)) >> (halvings + 1)
    digits = _DIGITS
    while True:
        # All that bears on numbers is named, because what is left out is taken from a default that any program can
        # change; and used for every operation, because an operator would take the context of the caller's thread.
        context = Context(prec=digits, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
        exponent = context.multiply(context.ln(Decimal(2)), context.divide(Decimal(-rest), Decimal(half_life)))
        weight = context.divide(context.multiply(context.exp(exponent), Decimal(BILLION)), Decimal(2**halvings))
        above = context.add(weight, Decimal("0.5"))
        whole = int(above)
        beyond = context.subtract(above, Decimal(whole))
        # Ten digits stand before the point, and the last few are rounded.
        unsure = Decimal((0, (1,), 15 - digits))
        if unsure < beyond < context.subtract(Decimal(1), unsure):
            return whole
        digits *= 2

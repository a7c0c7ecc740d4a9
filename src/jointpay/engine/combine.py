"""Put points together: weighted mean, weighted geometric mean, minimum, each with modifiers, each rounded once."""

from collections.abc import Sequence
from math import gcd, prod

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.exact import round_quotient

__all__ = ["geometric_mean", "least", "weighted_mean"]

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]

# exp and log are good to a few units in the last place; this is far more than they can err together.
GEOMETRIC_ERROR = 1e-11


def _weights_present(weights: Sequence[int], left_out: Sequence[Mask | None]) -> Whole | int:
    """Sum the weights that are present: one number where nothing is left out, else (P,), at least 1."""
    total = sum(weights)
    if all(mask is None for mask in left_out):
        return total
    present: Whole | int = total
    for weight, mask in zip(weights, left_out, strict=True):
        if mask is not None:
            present = present - mask.astype(np.int64) * weight
    # A row with nothing present is missing whatever is computed for it; 1 keeps the division defined.
    return np.maximum(present, 1)


def weighted_mean(
    points: Sequence[Whole],
    weights: Sequence[int],
    left_out: Sequence[Mask | None],
    factors: Sequence[Whole],
    *,
    factor_unit: int,
    half_even: bool,
) -> Whole:
    """Weighted mean of what is present, times the factors.

    Formula: round(sum(w * p) / sum(w present) * prod(factor / factor_unit)).

    Shapes: K arrays (P,), K whole weights, K masks (P,) or None (nothing left out); points are 0 where left out.
    Factors are (P,) each. Nothing present gives 0.
    """
    total = points[0] * weights[0]
    for point, weight in zip(points[1:], weights[1:], strict=True):
        total = total + point * weight
    return round_quotient(
        [total, *factors], [_weights_present(weights, left_out), factor_unit ** len(factors)], half_even=half_even
    )


def least(
    points: Sequence[Whole],
    left_out: Sequence[Mask | None],
    factors: Sequence[Whole],
    *,
    factor_unit: int,
    half_even: bool,
) -> Whole:
    """Smallest of what is present, times the factors.

    Formula: round(min(p) * prod(factor / factor_unit)). Shapes as in `weighted_mean`. Nothing present gives 0.
    """
    absent = np.iinfo(np.int64).max
    smallest = np.full(points[0].size, absent, dtype=np.int64)
    for point, mask in zip(points, left_out, strict=True):
        np.minimum(smallest, point if mask is None else np.where(mask, absent, point), out=smallest)
    smallest[smallest == absent] = 0
    return round_quotient([smallest, *factors], [factor_unit ** len(factors)], half_even=half_even)


def geometric_mean(
    points: Sequence[Whole],
    weights: Sequence[int],
    left_out: Sequence[Mask | None],
    factors: Sequence[Whole],
    *,
    factor_unit: int,
    half_even: bool,
) -> Whole:
    """Weighted geometric mean of what is present, times the factors, rounded correctly although it is irrational.

    Formula: round(prod(p ** (w / sum(w present))) * prod(factor / factor_unit)); one 0 makes 0.

    Shapes as in `weighted_mean`; points are not negative. Nothing present gives 0. Computed in floats; rows whose value
    lies too near a tie to be sure are decided by comparing whole powers: v >= n - 1/2 exactly when
    prod(p**w) * (2 * prod(factor))**W >= ((2n - 1) * unit)**W.
    """
    present = [
        weight if mask is None else np.where(mask, 0, weight) for weight, mask in zip(weights, left_out, strict=True)
    ]
    whole = _weights_present(weights, left_out)
    logs = np.zeros(points[0].size)
    with np.errstate(divide="ignore"):
        for point, mask, weight in zip(points, left_out, present, strict=True):
            # log(0) is minus infinity, which exp turns into the 0 that is wanted; what is left out must not do so.
            logs += np.log(point if mask is None else np.where(mask, 1, point)) * weight
    estimate = np.exp(logs / whole)
    for factor in factors:
        estimate *= factor
    if factors:
        estimate /= factor_unit ** len(factors)
    absent = [mask for mask in left_out if mask is not None]
    if len(absent) == len(left_out):
        estimate[np.logical_and.reduce(absent)] = 0
    magnitude = np.abs(estimate)
    floor = np.floor(magnitude + 0.5)
    near = np.abs(floor - magnitude) >= 0.5 - (magnitude + 1) * GEOMETRIC_ERROR
    rounded: Whole = np.copysign(floor, estimate).astype(np.int64)
    for row in np.flatnonzero(near & (magnitude > 0)).tolist():
        rounded[row] = _round_root(
            [int(point[row]) for point in points],
            [weight if isinstance(weight, int) else int(weight[row]) for weight in present],
            [int(factor[row]) for factor in factors],
            factor_unit,
            half_even=half_even,
        )
    return rounded


def _round_root(points: list[int], weights: list[int], factors: list[int], factor_unit: int, *, half_even: bool) -> int:
    """Round one weighted geometric mean times its factors by comparing whole powers."""
    common = gcd(*weights)
    weights = [weight // common for weight in weights]
    degree = sum(weights)
    times, unit = prod(factors), factor_unit ** len(factors)
    doubled: int = (
        prod(point**weight for point, weight in zip(points, weights, strict=True)) * (2 * abs(times)) ** degree
    )

    def reached(twice: int) -> bool:
        """Whether twice the value is at least `twice`."""
        return bool(doubled >= (twice * unit) ** degree)

    low, high = 0, 1
    while reached(2 * high - 1):
        low, high = high, 2 * high
    # The answer is the largest n with value >= n - 1/2; it lies in [low, high).
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if reached(2 * middle - 1) else (low, middle)
    if half_even and low % 2 == 1 and doubled == ((2 * low - 1) * unit) ** degree:
        low -= 1
    return -low if times < 0 else low

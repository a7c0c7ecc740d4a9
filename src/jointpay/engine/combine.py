"""Put points together: weighted mean, weighted geometric mean, minimum, each with modifiers, each rounded once.

Shapes throughout: K arrays of points (P,), K whole weights, K arrays of rows left out or None (nothing is), factors
(P,) each. Points are 0 where left out, factors one unit. Every kernel fills `out` and works in `room`, both optional.
"""

from collections.abc import Sequence
from math import gcd, prod

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.exact import round_quotient, span
from jointpay.engine.room import Room

__all__ = ["everything_left_out", "geometric_mean", "least", "weighted_mean"]

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

# exp and log are good to a few units in the last place; this is far more than they can err together.
GEOMETRIC_ERROR = 1e-11

LOGS = np.concatenate(([-np.inf], np.log(np.arange(1, 2**15))))
"""Logarithms of 0, 1, 2 ...: points are whole numbers and mostly small, and looking up is faster than computing."""


def everything_left_out(left_out: Sequence[Rows | None]) -> Rows | None:
    """Give the rows in which all K are left out, rising; None where there is no such row."""
    everywhere: Rows | None = None
    for rows in left_out:
        if rows is None:
            return None
        everywhere = rows if everywhere is None else np.intersect1d(everywhere, rows, assume_unique=True)
    return everywhere if everywhere is not None and everywhere.size else None


def _weights_present(weights: Sequence[int], left_out: Sequence[Rows | None], room: Room) -> Whole | int:
    """Sum the weights that are present: one number where nothing is left out, else (P,), at least 1."""
    total = sum(weights)
    if all(rows is None for rows in left_out):
        return total
    present = room.whole()
    present.fill(total)
    for weight, rows in zip(weights, left_out, strict=True):
        if rows is not None:
            present[rows] -= weight
    gone = everything_left_out(left_out)
    if gone is not None:
        # A row with nothing present is missing whatever is computed for it; 1 keeps the division defined.
        present[gone] = 1
    return present


def _times_factors(
    value: Whole,
    factors: Sequence[Whole],
    below: Whole | int,
    unit: int,
    *,
    half_even: bool,
    out: Whole | None,
    room: Room,
) -> Whole:
    """Round value * prod(factors) / (below * unit), bounds taken from the numbers."""
    spans = [span(array) for array in (value, *factors)]
    most = prod(max(-low, high) for low, high in spans), 1 if isinstance(below, int) else span(below)[1]
    signed = any(low < 0 for low, _ in spans)
    return round_quotient(
        [value, *factors], [below, unit], half_even=half_even, most=most, signed=signed, out=out, room=room
    )


def weighted_mean(
    points: Sequence[Whole],
    weights: Sequence[int],
    left_out: Sequence[Rows | None],
    factors: Sequence[Whole],
    *,
    factor_unit: int,
    half_even: bool,
    out: Whole | None = None,
    room: Room | None = None,
) -> Whole:
    """Weighted mean of what is present, times the factors.

    Formula: round(sum(w * p) / sum(w present) * prod(factor / factor_unit)). Nothing present gives 0.
    """
    room = Room(points[0].size) if room is None else room
    used = room.used
    total, product = room.whole(), room.whole()
    np.multiply(points[0], weights[0], out=total)
    for point, weight in zip(points[1:], weights[1:], strict=True):
        total += np.multiply(point, weight, out=product)
    present = _weights_present(weights, left_out, room)
    made = _times_factors(total, factors, present, factor_unit ** len(factors), half_even=half_even, out=out, room=room)
    room.used = used
    return made


def least(
    points: Sequence[Whole],
    left_out: Sequence[Rows | None],
    factors: Sequence[Whole],
    *,
    factor_unit: int,
    half_even: bool,
    out: Whole | None = None,
    room: Room | None = None,
) -> Whole:
    """Smallest of what is present, times the factors.

    Formula: round(min(p) * prod(factor / factor_unit)). Nothing present gives 0.
    """
    absent = np.iinfo(np.int64).max
    room = Room(points[0].size) if room is None else room
    used = room.used
    smallest, here = room.whole(), room.whole()
    smallest.fill(absent)
    for point, rows in zip(points, left_out, strict=True):
        if rows is None:
            np.minimum(smallest, point, out=smallest)
        else:
            np.copyto(here, point)
            here[rows] = absent
            np.minimum(smallest, here, out=smallest)
    gone = everything_left_out(left_out)
    if gone is not None:
        smallest[gone] = 0
    made = _times_factors(smallest, factors, 1, factor_unit ** len(factors), half_even=half_even, out=out, room=room)
    room.used = used
    return made


def _log(points: Whole, rows: Rows | None, out: Floats) -> None:
    """Give the logarithms of points; of 0 minus infinity, and of what is left out 0, which counts for nothing."""
    if span(points)[1] < LOGS.size:
        LOGS.take(points, mode="clip", out=out)
    else:
        with np.errstate(divide="ignore"):
            np.log(points, out=out)
    if rows is not None:
        out[rows] = 0


def geometric_mean(
    points: Sequence[Whole],
    weights: Sequence[int],
    left_out: Sequence[Rows | None],
    factors: Sequence[Whole],
    *,
    factor_unit: int,
    half_even: bool,
    out: Whole | None = None,
    room: Room | None = None,
) -> Whole:
    """Weighted geometric mean of what is present, times the factors, rounded correctly although it is irrational.

    Formula: round(prod(p ** (w / sum(w present))) * prod(factor / factor_unit)); one 0 makes 0.

    Points are not negative. Nothing present gives 0. Computed in floats; rows whose value lies too near a tie to be sure
    are decided by comparing whole powers: v >= n - 1/2 exactly when prod(p**w) * (2 * prod(factor))**W >=
    ((2n - 1) * unit)**W.
    """
    out = np.empty(points[0].size, dtype=np.int64) if out is None else out
    room = Room(points[0].size) if room is None else room
    used = room.used
    estimate, other = room.floats(), room.floats()
    _log(points[0], left_out[0], estimate)
    estimate *= weights[0]
    for point, rows, weight in zip(points[1:], left_out[1:], weights[1:], strict=True):
        _log(point, rows, other)
        other *= weight
        # Points of 0 are minus infinity, which exp turns into the 0 that is wanted.
        estimate += other
    estimate /= _weights_present(weights, left_out, room)
    np.exp(estimate, out=estimate)
    for factor in factors:
        estimate *= factor
    if factors:
        estimate /= factor_unit ** len(factors)
    gone = everything_left_out(left_out)
    if gone is not None:
        estimate[gone] = 0
    near = _round_estimate(estimate, out, room, signed=any(span(factor)[0] < 0 for factor in factors))
    absent = [None if rows is None else np.isin(near, rows) for rows in left_out]
    for place, row in enumerate(near.tolist()):
        out[row] = _round_root(
            [int(point[row]) for point in points],
            [0 if mask is not None and mask[place] else weight for weight, mask in zip(weights, absent, strict=True)],
            [int(factor[row]) for factor in factors],
            factor_unit,
            half_even=half_even,
        )
    room.used = used
    return out


def _round_estimate(estimate: Floats, out: Whole, room: Room, *, signed: bool) -> Rows:
    """Round to the nearest whole number, and give the rows too near a tie to be sure; the estimate is overwritten."""
    magnitude, whole = np.abs(estimate, out=room.floats()) if signed else estimate, room.floats()
    np.add(magnitude, 0.5, out=whole)
    np.floor(whole, out=whole)
    np.copyto(out, np.copysign(whole, estimate) if signed else whole, casting="unsafe")
    if not out.size:
        return np.empty(0, dtype=np.intp)
    sure = 0.5 - (float(np.maximum.reduce(magnitude)) + 1) * GEOMETRIC_ERROR
    whole -= magnitude
    # The largest magnitude has the largest error; what is sure with that is sure with less.
    if -sure < np.minimum.reduce(whole) and np.maximum.reduce(whole) < sure:
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(np.abs(whole) >= 0.5 - (magnitude + 1) * GEOMETRIC_ERROR)


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

"""Attribution: the touches of each order, and the million parts that it is divided into among them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.credit import spread
from jointpay.engine.decay import decay_weights
from jointpay.errors import TooLargeError

__all__ = [
    "MILLION",
    "Paths",
    "Splits",
    "first_click",
    "last_click",
    "linear",
    "order_paths",
    "position_based",
    "taken_back",
    "time_decay",
]

Whole = NDArray[np.int64]
Index = NDArray[np.int32] | NDArray[np.int64]

MILLION = 1_000_000
_MOST_TOUCHES = 4_000_000
"""Touches of one order: weights times a million stay inside int64."""


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """The touches of O orders: those of order o are `first[o]`, `first[o] + 1`, ... of the sorted touches."""

    first: Whole
    """(O,) the earliest touch of each order."""
    counts: Whole
    """(O,) how many touches it has; 0 where there is none in its window."""


@dataclass(frozen=True, slots=True, eq=False)
class Splits:
    """Parts of orders, sorted by order and then touch; an order without touches has none. Shapes: (C,)."""

    orders: Whole
    touches: Whole
    millionths: Whole
    """Above zero; those of one order sum to 1,000,000."""


def order_paths(
    touch_visitors: Index, touch_times_us: Whole, order_visitors: Index, order_times_us: Whole, *, window_us: int
) -> Paths:
    """Find the touches of every order: the same visitor, order time - window <= touch time <= order time.

    Shapes: touches (T,), sorted by visitor, time, and what tells touches at one instant apart; orders (O,) in any order.
    Visitors are codes from 0 without large gaps; an order of nobody has -1, and no touches. No touches give orders
    without any.
    """
    visitors = int(max(touch_visitors.max(initial=0), order_visitors.max(initial=0))) + 1
    before = np.zeros(visitors + 1, dtype=np.int64)
    np.cumsum(np.bincount(touch_visitors, minlength=visitors), out=before[1:])
    # An order of nobody starts at the end of all touches, -1 being the last place, and ends before the first.
    start, end = before[order_visitors], before[order_visitors + 1]
    end = _bisect(touch_times_us, start, end, order_times_us, after_equal=True)
    first = _bisect(touch_times_us, start, end, order_times_us - window_us, after_equal=False)
    return Paths(first, end - first)


def _bisect(values: Whole, low: Whole, high: Whole, wanted: Whole, *, after_equal: bool) -> Whole:
    """Find where each number would stand among values[low:high], which rise, before or after those equal to it.

    Shapes: values (T,); low, high and wanted (O,).
    """
    low, high = low.copy(), high.copy()
    searching = np.flatnonzero(low < high)
    while searching.size:
        least, most = low[searching], high[searching]
        middle = (least + most) >> 1
        found, asked = values[middle], wanted[searching]
        beyond = found <= asked if after_equal else found < asked
        least, most = np.where(beyond, middle + 1, least), np.where(beyond, most, middle)
        low[searching], high[searching] = least, most
        searching = searching[least < most]
    return low


def last_click(paths: Paths) -> Splits:
    """Give every order whole to its last touch. Shapes: paths (O,)."""
    orders = np.flatnonzero(paths.counts)
    return _whole(orders, paths.first[orders] + paths.counts[orders] - 1)


def first_click(paths: Paths) -> Splits:
    """Give every order whole to its first touch. Shapes: paths (O,)."""
    orders = np.flatnonzero(paths.counts)
    return _whole(orders, paths.first[orders])


def _whole(orders: Whole, touches: Whole) -> Splits:
    return Splits(orders, touches, np.full(orders.size, MILLION, dtype=np.int64))


def linear(paths: Paths) -> Splits:
    """Divide every order equally among its touches.

    Formula: each of n touches gets floor(1,000,000 / n); the millionths left over go one each to the earliest.

    Shapes: paths (O,). Touches that get nothing, beyond the millionth, are left out.
    """
    orders, places = spread(paths.counts)
    share, left = np.divmod(MILLION, np.maximum(paths.counts, 1))
    return _above_zero(orders, paths.first[orders] + places, share[orders] + (places < left[orders]))


def position_based(paths: Paths, *, first: int, last: int, whole: int) -> Splits:
    """Divide every order by position: shares for the first and the last touch, the rest equally among those between.

    Formula: of n >= 3 touches the first weighs first * (n - 2), the last last * (n - 2), each other one
    whole - first - last; of two the first weighs `first` and the last `last`; a single one gets everything.

    Shapes: paths (O,). The shares are first / whole and last / whole with 0 < first + last <= whole <= 1,000,000. Raises
    `TooLargeError` for an order of more than 4,000,000 touches.
    """
    if paths.counts.max(initial=0) > _MOST_TOUCHES:
        raise TooLargeError(
            f"an order has {paths.counts.max()} touches; allowed: at most {_MOST_TOUCHES}; "
            "next: give a shorter window, or leave automatic visitors out"
        )
    orders, places = spread(paths.counts)
    counts = paths.counts[orders]
    between = np.maximum(counts - 2, 1)
    weights = np.full(orders.size, whole - first - last, dtype=np.int64)
    at_start, at_end = places == 0, places == counts - 1
    weights[at_start] = first * between[at_start]
    weights[at_end] = last * between[at_end]
    weights[counts == 1] = 1
    return _divided(paths, orders, paths.first[orders] + places, weights)


def time_decay(paths: Paths, touch_times_us: Whole, *, half_life_us: int) -> Splits:
    """Divide every order by the age of its touches: half as much for every half-life before the last one.

    Formula: a touch weighs 2 ** (-(time of the last touch - its time) / half_life) in billionths, rounded.

    Shapes: paths (O,), touch times (T,).
    """
    orders, places = spread(paths.counts)
    touches = paths.first[orders] + places
    newest = touch_times_us[np.maximum(paths.first + paths.counts - 1, 0)] if touches.size else paths.first
    weights = decay_weights(newest[orders] - touch_times_us[touches], half_life_us)
    return _divided(paths, orders, touches, weights)


def _divided(paths: Paths, orders: Whole, touches: Whole, weights: Whole) -> Splits:
    """Divide a million by weights with the method of largest remainders; among equal ones the earlier touch is first.

    Shapes: paths (O,), the others (C,), sorted by order; weights of an order sum to more than 0, and each times a
    million fits into int64.
    """
    present = np.flatnonzero(paths.counts)
    if not present.size:
        return Splits(orders, touches, weights)
    counts = paths.counts[present]
    starts = np.cumsum(counts) - counts
    sums = np.repeat(np.add.reduceat(weights, starts), counts)
    millionths, remainders = np.divmod(weights * MILLION, sums)
    left = np.repeat(MILLION - np.add.reduceat(millionths, starts), counts)
    open_places = np.flatnonzero(left)
    # A stable sort: among equal remainders the touches stay in their order.
    ranked = open_places[np.lexsort((-remainders[open_places], orders[open_places]))]
    ranks = open_places - np.repeat(starts, counts)[open_places]
    millionths[ranked[ranks < left[open_places]]] += 1
    return _above_zero(orders, touches, millionths)


def taken_back(splits: Splits, orders: Whole) -> Splits:
    """Divide what takes orders back as the orders themselves are divided.

    Shapes: splits (C,) sorted by order; orders (B,), the order that each takes back. The result counts these B instead of
    the orders; one whose order has no touches has no parts.
    """
    first = np.searchsorted(splits.orders, orders, side="left")
    counts = np.searchsorted(splits.orders, orders, side="right") - first
    takers, places = spread(counts)
    parts = first[takers] + places
    return Splits(takers, splits.touches[parts], splits.millionths[parts])


def _above_zero(orders: Whole, touches: Whole, millionths: Whole) -> Splits:
    if millionths.all():
        return Splits(orders, touches, millionths)
    kept = np.flatnonzero(millionths)
    return Splits(orders[kept], touches[kept], millionths[kept])

"""Attribution: the rule of a plan applied to touches and orders that are plain arrays, wherever they came from."""

from fractions import Fraction
from math import lcm
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.attribute import (
    Paths,
    Splits,
    first_click,
    last_click,
    linear,
    order_paths,
    position_based,
    time_decay,
)
from jointpay.plan.attribution import Attribution, FirstClick, LastClick, Linear, PositionBased, TimeDecay

__all__ = ["divide_orders"]

Whole = NDArray[np.int64]

_SECOND_US = 1_000_000


def divide_orders(
    rule: Attribution, touch_visitors: Whole, touch_times_us: Whole, order_visitors: Whole, order_times_us: Whole
) -> Splits:
    """Divide orders among their touches, each into a million parts; an order without touches has none.

    Shapes: touches (T,), sorted by visitor, then by instant, then by event id as text; orders (O,) in any order. Visitors
    are codes of one numbering, instants microseconds since 1970 in UTC. What the splits name as touches and orders are
    places in these arrays.

    Raises `TooLargeError` where an order has more touches than can be divided exactly.
    """
    window_us = rule.window.whole_seconds * _SECOND_US
    paths = order_paths(touch_visitors, touch_times_us, order_visitors, order_times_us, window_us=window_us)
    return _divided(rule, paths, touch_times_us)


def _divided(rule: Attribution, paths: Paths, touch_times_us: Whole) -> Splits:
    match rule:
        case LastClick():
            return last_click(paths)
        case FirstClick():
            return first_click(paths)
        case Linear():
            return linear(paths)
        case PositionBased(first=first, last=last):
            first_share, last_share, whole = _whole_shares(first, last)
            return position_based(paths, first=first_share, last=last_share, whole=whole)
        case TimeDecay(half_life=half_life):
            return time_decay(paths, touch_times_us, half_life_us=half_life * _SECOND_US)
        case _:  # pragma: no cover
            assert_never(rule)


def _whole_shares(first: Fraction, last: Fraction) -> tuple[int, int, int]:
    """Bring two shares and the whole to one denominator."""
    whole = lcm(first.denominator, last.denominator)
    return int(first * whole), int(last * whole), whole

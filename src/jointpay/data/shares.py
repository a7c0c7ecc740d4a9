"""Shares of credit: one common denominator, and at most one whole per role, item and day."""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jointpay.data.ordering import sorting
from jointpay.engine.order import occurring

__all__ = ["LARGEST_DENOMINATOR", "Excess", "common_denominator", "excesses"]

LARGEST_DENOMINATOR = 1_000_000
"""Largest common denominator of all shares: with it, credited totals stay whole 64-bit numbers."""


class Excess(NamedTuple):
    """Days on which shares sum to more than 1."""

    rows: NDArray[np.intp]
    """(K,) places of the edges active on these days."""
    start: int
    end: int
    numerator: int
    """The sum, over the common denominator."""


def common_denominator(shares: Sequence[Fraction]) -> int:
    """Give the least common denominator: 1 for no shares. It may be beyond `LARGEST_DENOMINATOR`.

    >>> common_denominator([Fraction(1, 3), Fraction(7, 20)])
    60
    """
    return math.lcm(*{share.denominator for share in shares})


def excesses(
    keys: NDArray[np.int64],
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    numerators: NDArray[np.int64],
    denominator: int,
) -> Iterator[Excess]:
    """Give, for every key, the first stretch of days on which its shares sum to more than 1.

    Sweep: +share on the first day, -share on the day after the last, summed in order of (key, day); a key's changes
    sum to 0, so that one running sum serves all keys. (E,) arrays. Only keys whose shares sum to more than 1 whatever
    the days are swept.
    """
    _, each = occurring(keys)
    # Whole numbers up to 2**53, which floats hold: at most a million each, and a table has at most five million rows.
    rows = np.flatnonzero(np.bincount(each, weights=numerators).take(each) > denominator)
    keys, starts, ends, numerators = keys[rows], starts[rows], ends[rows], numerators[rows]
    places = np.concatenate([keys, keys])
    days = np.concatenate([starts, ends])
    order = sorting((places, days))
    places, days = places[order], days[order]
    running = np.cumsum(np.concatenate([numerators, -numerators])[order])
    closing = np.ones(2 * rows.size, np.bool_)
    closing[:-1] = (places[1:] != places[:-1]) | (days[1:] != days[:-1])
    beyond = np.flatnonzero(closing & (running > denominator))
    _, first = np.unique(places[beyond], return_index=True)
    if not beyond.size:
        return
    by_key = np.argsort(keys, kind="stable")
    sorted_keys = keys[by_key]
    for at in beyond[first].tolist():
        day = int(days[at])
        low, high = np.searchsorted(sorted_keys, [places[at], places[at] + 1])
        mine = by_key[low:high]
        active = mine[(starts[mine] <= day) & (day < ends[mine])]
        yield Excess(rows[active], day, int(days[at + 1]), int(running[at]))

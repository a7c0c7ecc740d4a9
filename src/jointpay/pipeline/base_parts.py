"""Parts of pay bases: each divided over rows by days held, to the last minor unit, all of them at once."""

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.credit import spread
from jointpay.engine.exact import largest
from jointpay.money.split import split

__all__ = ["base_parts"]

Whole = NDArray[np.int64]
PRODUCT_SAFE = 2**62


def base_parts(amounts: Whole, counts: Whole, days: Whole) -> Whole:
    """Divide each amount over its rows by days, as `jointpay.money.split.split` does, in favour of earlier rows.

    Formula: the whole part of |amount| * days / sum of days each; the units left over go one each to the largest
    remainders, and among equal ones to the earlier row; the sign at the end.

    Shapes: amounts and counts (G,), each count at least 1; days (N,), the rows of one amount after those of the other.
    Returns (N,); the parts of an amount sum to it exactly. Amounts too large for 64 bits on the way, and days that are
    not all positive, are left to `split`, which divides or refuses them one by one.
    """
    owners, places = spread(counts)
    if not days.size:
        return days
    if days.min() < 1 or largest(amounts) * int(days.max()) >= PRODUCT_SAFE:
        return _one_by_one(amounts, counts, days)
    starts = np.cumsum(counts) - counts
    sums = np.add.reduceat(days, starts)
    parts, remainders = np.divmod(np.abs(amounts)[owners] * days, sums[owners])
    left_over = np.abs(amounts) - np.add.reduceat(parts, starts)
    # By amount, the largest remainder first; the sort is stable, so that an equal one goes to the earlier row.
    order = np.lexsort((-remainders, owners))
    parts[order] += places < left_over[owners]
    return np.where(amounts[owners] < 0, -parts, parts)


def _one_by_one(amounts: Whole, counts: Whole, days: Whole) -> Whole:
    found: list[int] = []
    start = 0
    for amount, count in zip(amounts.tolist(), counts.tolist(), strict=True):
        # The row's place, as text of fixed width, breaks ties in favour of the earlier row.
        ranks = [f"{rank:09}" for rank in range(count)]
        found += split(amount, days[start : start + count].tolist(), keys=ranks)
        start += count
    return np.array(found, dtype=np.int64)

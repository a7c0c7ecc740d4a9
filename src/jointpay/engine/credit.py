"""Credit: ranges of days joined and united, exact, whatever the windows."""

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.order import sorted_order

__all__ = ["merged", "overlaps", "spread"]

Whole = NDArray[np.int64]
Index = NDArray[np.int32] | NDArray[np.int64]


def spread(counts: NDArray[np.int64]) -> tuple[Whole, Whole]:
    """Give every member of every group its group and its place in it.

    For counts [2, 0, 1] give owners [0, 0, 2] and places [0, 1, 0].
    """
    owners = np.repeat(np.arange(counts.size), counts)
    places = np.arange(owners.size)
    places -= np.repeat(np.cumsum(counts) - counts, counts)
    return owners, places


def overlaps(
    keys: Index, starts: Index, ends: Index, other_keys: Index, other_starts: Index, other_ends: Index
) -> tuple[Whole, Whole, Whole, Whole]:
    """Join ranges of days that have the same key and overlap.

    Shapes: (n,) and (m,), in any order, each range of at least one day. Returns (mine, theirs, start, end): indices of
    both sides, ordered by mine, and the days that they have in common. It is fastest where the others of one key do not
    overlap one another: then nothing is looked at that does not meet.
    """
    if not keys.size or not other_keys.size:
        return tuple(np.empty(0, dtype=np.int64) for _ in range(4))  # type: ignore[return-value]
    # The ufuncs themselves: the methods of arrays go a detour that small arrays feel.
    first_day = min(int(np.minimum.reduce(starts)), int(np.minimum.reduce(other_starts)))
    stride = max(int(np.maximum.reduce(ends)), int(np.maximum.reduce(other_ends))) - first_day + 1
    order = sorted_order(other_keys, other_starts)
    # Days lifted by key: the days of one key all come before those of the next.
    lifted = other_keys[order].astype(np.int64) * stride - first_day
    reach = np.maximum.accumulate(lifted + other_ends[order])
    lifted += other_starts[order]
    base = keys.astype(np.int64) * stride - first_day
    low = np.searchsorted(reach, base + starts, side="right")
    counts = np.maximum(np.searchsorted(lifted, base + ends, side="left") - low, 0)
    mine, places = spread(counts)
    places += low[mine]
    theirs = order[places]
    first = np.maximum(starts[mine], other_starts[theirs]).astype(np.int64, copy=False)
    after = np.minimum(ends[mine], other_ends[theirs]).astype(np.int64, copy=False)
    meet = first < after
    if meet.all():
        return mine, theirs, first, after
    return mine[meet], theirs[meet], first[meet], after[meet]


def merged(keys: Index, starts: Index, ends: Index) -> tuple[Whole, Whole, Whole]:
    """Unite the ranges of each key, so that no day is counted twice.

    Shapes: (n,). Returns (keys, starts, ends), sorted, ranges of one key apart from one another.
    """
    order = sorted_order(keys, starts)
    key, start, end = (side[order].astype(np.int64, copy=False) for side in (keys, starts, ends))
    if not key.size:
        return key, start, end
    # Lifting each key's days above those of the key before makes one running maximum serve all keys.
    lift = np.concatenate([[0], np.cumsum(key[1:] != key[:-1])]) * (int(end.max()) - int(start.min()) + 1)
    reach = np.maximum.accumulate(end + lift)
    begins = np.ones(key.size, dtype=np.bool_)
    begins[1:] = (key[1:] != key[:-1]) | (start[1:] + lift[1:] > reach[:-1])
    places = np.flatnonzero(begins)
    return key[places], start[places], np.maximum.reduceat(end, places)

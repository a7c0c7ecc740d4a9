"""Links: what partners made of the shared items, averaged by credit shared."""

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.credit import overlaps
from jointpay.engine.exact import WHOLE_SAFE, largest, round_rational
from jointpay.errors import TooLargeError

__all__ = ["link_points", "shared_weights"]

Whole = NDArray[np.int64]
Index = NDArray[np.int32] | NDArray[np.int64]


def link_points(
    rows: Index,
    partners: Index,
    weights: Whole,
    partner_points: Whole,
    partner_left_out: NDArray[np.bool_] | None,
    *,
    size: int,
    half_even: bool,
) -> tuple[Whole, NDArray[np.bool_]]:
    """Average the partners' points by weight.

    Formula: round(sum(w * p) / sum(w)) over the partners of a row whose points are not left out.

    Shapes: rows, partners, weights (L,); partner_points (P',). Returns points (P,) and a mask (P,) of rows without any
    partner, whose points are 0.
    """
    if partner_left_out is not None:
        here = ~partner_left_out[partners]
        rows, partners, weights = rows[here], partners[here], weights[here]
    most = largest(weights) * max(largest(partner_points), 1) * max(weights.size, 1)
    kind = np.int64 if most < WHOLE_SAFE else object
    above, below = np.zeros(size, dtype=kind), np.zeros(size, dtype=kind)
    np.add.at(above, rows, weights.astype(kind) * partner_points[partners].astype(kind))
    np.add.at(below, rows, weights.astype(kind))
    alone = (below == 0).astype(np.bool_)
    below[alone] = 1
    return round_rational(above, below, half_even=half_even), alone


def shared_weights(
    own: tuple[Index, Index, Index, Index, Whole],
    partner: tuple[Index, Index, Index, Index, Whole],
) -> tuple[Index, Index, Whole]:
    """Weigh every pair of rows that share items: sum over shared items and days of own share * partner's share.

    Shapes: each side is (rows, keys, starts, ends, shares), one entry per credit inside a row, where equal keys mean
    the same item in the same period. Returns (rows, partners, weights) (L,), sorted by row and partner, weights > 0.
    Raises `TooLargeError` where a weight does not fit.
    """
    rows, keys, starts, ends, shares = own
    partner_rows, partner_keys, partner_starts, partner_ends, partner_shares = partner
    mine, theirs, first, after = overlaps(keys, starts, ends, partner_keys, partner_starts, partner_ends)
    pair_rows, pair_partners = rows[mine].astype(np.int64), partner_rows[theirs].astype(np.int64)
    weights = shares[mine] * partner_shares[theirs] * (after - first)
    order = np.lexsort((pair_partners, pair_rows))
    pair_rows, pair_partners, weights = pair_rows[order], pair_partners[order], weights[order]
    begins = np.ones(pair_rows.size, dtype=np.bool_)
    begins[1:] = (pair_rows[1:] != pair_rows[:-1]) | (pair_partners[1:] != pair_partners[:-1])
    places = np.flatnonzero(begins)
    if not places.size:
        return pair_rows, pair_partners, weights
    if np.add.reduceat(weights.astype(np.float64), places).max() >= WHOLE_SAFE:
        raise TooLargeError(
            "the credit that two payees share is too large to be added exactly; "
            "next: use shares with a smaller common denominator"
        )
    return pair_rows[places], pair_partners[places], np.add.reduceat(weights, places)

"""One block of one measure: from totals and targets to points, every number kept."""

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.attain import attain_difference, attain_quotient
from jointpay.engine.curve import evaluate
from jointpay.engine.room import Block
from jointpay.panel.panel import Reading
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import MISSING_REASONS

__all__ = ["attain_block", "points_block"]

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

UNDEFINED, THIN, NO_BASELINE, NOT_POSITIVE = (
    np.int8(MISSING_REASONS.index(reason))
    for reason in ("undefined_ratio", "thin_sample", "no_baseline", "target_not_positive")
)


def _mark(states: NDArray[np.int8], reading: Reading, block: Block) -> tuple[Rows | None, Rows | None]:
    """Write the states of a block; give the rows without a value, and those without an attainment (None: none)."""
    states.fill(0)
    asked, ranges = reading.asked, reading.ranges
    least = max(reading.min_count, 1)
    thin: Rows | None = None
    if reading.is_ratio and ranges.denominators[0] < least:
        thin = block.below(reading.denominators, least)
        if thin.size:
            states[thin] = THIN
            states[block.below(reading.denominators, 1)] = UNDEFINED
        else:
            thin = None
    absent = thin
    if asked is not None:
        not_positive = reading.attainment == "ratio" and ranges.targets[0] <= 0
        if asked.missing is not None:
            states[asked.missing[block.rows] & (states == 0)] = NO_BASELINE
        if not_positive:
            states[(asked.targets[block.rows] <= 0) & (states == 0)] = NOT_POSITIVE
        if not_positive or asked.missing is not None:
            found = np.flatnonzero(states)
            absent = found if found.size else None
    return thin, absent


def _attain(reading: Reading, block: Block, absent: Rows | None, plan: Plan, out: Whole) -> None:
    """Publish the attainments of a block into `out`."""
    half_even, ranges, asked = plan.rounding == "half_even", reading.ranges, reading.asked
    scale, divisor = reading.value_scale
    attained, in_places = 10**plan.places.attainment, 10**reading.value_places
    if not reading.is_ratio:
        divisor *= reading.share_denominator
    below, spans = ([reading.denominators], [ranges.denominators]) if reading.is_ratio else ([], [])
    if asked is None or reading.attainment == "value":
        attain_quotient(
            block,
            reading.numerators,
            below,
            scales=(scale * attained, divisor),
            spans=(ranges.numerators, *spans),
            absent=absent,
            half_even=half_even,
            out=out,
        )
    elif reading.attainment == "ratio":
        attain_quotient(
            block,
            reading.numerators,
            [*below, asked.targets],
            scales=(scale * in_places * attained, divisor),
            spans=(ranges.numerators, *spans, ranges.targets),
            absent=absent,
            half_even=half_even,
            out=out,
        )
    else:
        hundred = 100 if reading.attainment == "percentage_points" else 1
        above, denominators = reading.numerators[block.rows], reading.denominators[block.rows]
        if absent is not None:
            above = above.copy()
            above[absent] = 0
            denominators = np.maximum(denominators, 1)
        out[:] = attain_difference(
            above,
            denominators if reading.is_ratio else reading.share_denominator,
            asked.targets[block.rows],
            value_scale=scale * in_places * attained * hundred,
            target_scale=reading.value_scale[1] * attained * hundred,
            divisor=reading.value_scale[1] * in_places,
            half_even=half_even,
        )


def attain_block(
    reading: Reading, block: Block, plan: Plan, *, values: Whole | None, attainments: Whole, states: NDArray[np.int8]
) -> Rows | None:
    """Fill the values (None: nobody wants them), attainments and states of a block; give the rows that are missing."""
    thin, absent = _mark(states, reading, block)
    if values is not None:
        scale, divisor = reading.value_scale
        ratio = reading.is_ratio
        attain_quotient(
            block,
            reading.numerators,
            [reading.denominators] if ratio else [],
            scales=(scale * 10**reading.value_places, divisor if ratio else divisor * reading.share_denominator),
            spans=(reading.ranges.numerators, reading.ranges.denominators) if ratio else (reading.ranges.numerators,),
            absent=thin,
            half_even=plan.rounding == "half_even",
            out=values,
        )
        if thin is not None:
            values[thin] = 0
    _attain(reading, block, absent, plan, attainments)
    if absent is not None:
        attainments[absent] = 0
    return absent


def points_block(
    reading: Reading, block: Block, *, attainments: Whole, points: Whole, absent: Rows | None, half_even: bool
) -> Mask | None:
    """Fill the points of a block; give the rows that the curve refuses (None: none)."""
    refused = evaluate(reading.curve, attainments, half_even=half_even, out=points, room=block.room)[1]
    if absent is not None:
        points[absent] = reading.fill or 0
        if refused is not None:
            refused[absent] = False
    return refused

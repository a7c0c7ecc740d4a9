"""One block of one measure: from totals and targets to points, every number kept."""

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.attain import attain_difference, attain_ratio, publish_ratio
from jointpay.engine.curve import evaluate
from jointpay.engine.exact import WHOLE_SAFE
from jointpay.panel.panel import Reading
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import MISSING_REASONS, MeasureScores

__all__ = ["measure_block"]

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]

UNDEFINED, THIN, NO_BASELINE, NOT_POSITIVE = (
    np.int8(MISSING_REASONS.index(reason))
    for reason in ("undefined_ratio", "thin_sample", "no_baseline", "target_not_positive")
)


def _mark(states: NDArray[np.int8], reading: Reading, rows: slice) -> Mask | None:
    """Write the states of a block; give the rows that are missing, or None."""
    states[:] = 0
    asked, ranges, marked = reading.asked, reading.ranges, False
    least = max(reading.min_count, 1)
    if reading.is_ratio and ranges.denominators[0] < least:
        below = reading.denominators[rows]
        thin = np.flatnonzero(below < least)
        states[thin] = np.where(below[thin] <= 0, UNDEFINED, THIN)
        marked = thin.size > 0
    if asked is not None and asked.missing is not None:
        states[asked.missing[rows] & (states == 0)] = NO_BASELINE
        marked = True
    if asked is not None and reading.attainment == "ratio" and ranges.targets[0] <= 0:
        states[(asked.targets[rows] <= 0) & (states == 0)] = NOT_POSITIVE
        marked = True
    return states != 0 if marked else None


def _attain(reading: Reading, above: Whole, below: Whole | int, targets: Whole, plan: Plan, out: Whole) -> None:
    """Publish the attainments of a block into `out`."""
    half_even = plan.rounding == "half_even"
    scale, divisor = reading.value_scale
    attained, asked = 10**plan.places.attainment, 10**reading.value_places
    most_above, most_below, signed = _bounds(reading)
    match reading.attainment:
        case "ratio":
            attain_ratio(
                above,
                below,
                targets,
                scale=scale * asked * attained,
                divisor=divisor,
                half_even=half_even,
                most=(most_above, most_below * max(reading.ranges.targets[1], 1)),
                signed=signed,
                out=out,
            )
        case "value":
            publish_ratio(
                above,
                below,
                scale=scale * attained,
                divisor=divisor,
                half_even=half_even,
                most=(most_above, most_below),
                signed=signed,
                out=out,
            )
        case "difference" | "percentage_points":
            hundred = 100 if reading.attainment == "percentage_points" else 1
            out[:] = attain_difference(
                above,
                below,
                targets,
                value_scale=scale * asked * attained * hundred,
                target_scale=divisor * attained * hundred,
                divisor=divisor * asked,
                half_even=half_even,
            )


def _bounds(reading: Reading) -> tuple[int, int, bool]:
    """Give bounds on numerators and denominators, and whether a numerator is negative."""
    low, high = reading.ranges.numerators
    return max(abs(low), abs(high)), max(reading.ranges.denominators[1], 1), low < 0


def measure_block(reading: Reading, out: MeasureScores, rows: slice, plan: Plan) -> tuple[Mask | None, Mask | None]:
    """Fill one block of a measure; give the rows that are missing, and those that its curve refuses (None: none)."""
    half_even = plan.rounding == "half_even"
    above, targets = reading.numerators[rows], out.targets[rows]
    below: Whole | int = reading.denominators[rows]
    states = out.states[rows]
    missing = _mark(states, reading, rows)
    most_above, most_below, signed = _bounds(reading)
    scale, divisor = reading.value_scale
    scale_in_places = scale * 10**reading.value_places
    if not reading.is_ratio:
        below = reading.share_denominator
    elif missing is not None:
        # A denominator that is missing becomes 1, which keeps the arithmetic defined; what comes of it is overwritten.
        below = np.maximum(below, 1)
    if missing is not None and most_above * scale_in_places * 10**plan.places.attainment >= WHOLE_SAFE:
        # Over a denominator or target of 1 a large numerator might not fit, though nobody asks for that number.
        above = np.where(missing & (states <= THIN), 0, above)
    publish_ratio(
        above,
        below,
        scale=scale_in_places,
        divisor=divisor,
        half_even=half_even,
        most=(most_above, most_below),
        signed=signed,
        out=out.values[rows],
    )
    if missing is not None and reading.asked is not None and reading.attainment == "ratio":
        if most_above * scale_in_places * 10**plan.places.attainment >= WHOLE_SAFE:
            above = np.where(missing, 0, above)
        if reading.ranges.targets[0] <= 0:
            targets = np.maximum(targets, 1)
    attainments, points = out.attainments[rows], out.points[rows]
    _attain(reading, above, below, targets, plan, attainments)
    refused = evaluate(reading.curve, attainments, half_even=half_even, out=points)[1]
    if missing is not None:
        gone = np.flatnonzero(missing)
        if reading.is_ratio:
            out.values[rows][gone[states[gone] <= THIN]] = 0
        attainments[gone] = 0
        points[gone] = reading.fill or 0
        if refused is not None:
            refused[gone] = False
    return missing, refused

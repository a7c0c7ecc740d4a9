"""One block of one measure: from totals and targets to points, every number kept."""

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.attain import attain_difference, attain_ratio, publish_ratio
from jointpay.engine.curve import evaluate
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


def _mark(states: NDArray[np.int8], reading: Reading, rows: slice, below: Whole) -> Mask | None:
    """Write the states of a block; give the rows that are missing, or None."""
    states[:] = 0
    if reading.is_ratio:
        thin = below < max(reading.min_count, 1)
        if thin.any():
            states[thin] = THIN
            states[below <= 0] = UNDEFINED
    if reading.asked is not None:
        if reading.asked.missing is not None:
            states[reading.asked.missing[rows] & (states == 0)] = NO_BASELINE
        if reading.attainment == "ratio":
            not_positive = reading.asked.targets[rows] <= 0
            if not_positive.any():
                states[not_positive & (states == 0)] = NOT_POSITIVE
    missing: Mask = states != 0
    return missing if missing.any() else None


def _attain(reading: Reading, above: Whole, below: Whole, targets: Whole, plan: Plan) -> Whole:
    """Publish the attainments of a block."""
    half_even = plan.rounding == "half_even"
    scale, divisor = reading.value_scale
    attained, asked = 10**plan.places.attainment, 10**reading.value_places
    match reading.attainment:
        case "ratio":
            return attain_ratio(
                above, below, targets, scale=scale * asked * attained, divisor=divisor, half_even=half_even
            )
        case "value":
            return publish_ratio(above, below, scale=scale * attained, divisor=divisor, half_even=half_even)
        case "difference" | "percentage_points":
            hundred = 100 if reading.attainment == "percentage_points" else 1
            return attain_difference(
                above,
                below,
                targets,
                value_scale=scale * asked * attained * hundred,
                target_scale=divisor * attained * hundred,
                divisor=divisor * asked,
                half_even=half_even,
            )


def measure_block(reading: Reading, out: MeasureScores, rows: slice, plan: Plan) -> tuple[Mask | None, Mask | None]:
    """Fill one block of a measure; give the rows that are missing, and those that its curve refuses (None: none)."""
    half_even = plan.rounding == "half_even"
    above, below, targets = reading.numerators[rows], reading.denominators[rows], out.targets[rows]
    missing = _mark(out.states[rows], reading, rows, below)
    undefined = None
    if missing is not None:
        undefined = out.states[rows] <= THIN
        undefined &= missing
        # 0 / 1 keeps the arithmetic of rows that have no value defined and small; what it gives is overwritten below.
        below = np.where(undefined, 1, below)
        above = np.where(undefined, 0, above)
    scale, divisor = reading.value_scale
    values = publish_ratio(above, below, scale=scale * 10**reading.value_places, divisor=divisor, half_even=half_even)
    if missing is not None:
        above = np.where(missing, 0, above)
        targets = np.where(missing, 1, targets)
    attainments = _attain(reading, above, below, targets, plan)
    points, refused = evaluate(reading.curve, attainments, half_even=half_even)
    if missing is not None:
        values[undefined] = 0
        attainments[missing] = 0
        points[missing] = reading.fill or 0
        if refused is not None:
            refused &= ~missing
    out.values[rows], out.attainments[rows], out.points[rows] = values, attainments, points
    return missing, refused

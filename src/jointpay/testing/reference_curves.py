"""What each kind of curve gives at one place, straight from the words of the plan language."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from jointpay.plan.curves import (
    BandsCurve,
    Curve,
    DeductionCurve,
    Knot,
    PointsCurve,
    ProportionalCurve,
    RatingCurve,
    StepsCurve,
    ThreePointCurve,
    ThresholdCurve,
)

__all__ = ["curve_value"]


def curve_value(curve: Curve, x: Fraction) -> Fraction | None:
    """Give what a curve gives at x, or None where it refuses to answer."""
    match curve:
        case PointsCurve(points=knots):
            if (x < knots[0].at and curve.below == "refuse") or (x > knots[-1].at and curve.above == "refuse"):
                return None
            return _on_line(knots, x)
        case StepsCurve(steps=steps):
            if x < steps[0].at:
                return None if curve.below == "refuse" else steps[0].gives
            return _on_stairs(steps, x, edge=curve.edge)
        case BandsCurve():
            return _on_bands(curve, x)
        case ProportionalCurve():
            return curve.times * (min(max(x, curve.start), curve.end) - curve.origin)
        case ThresholdCurve():
            reached = x > curve.at or (x == curve.at and curve.edge == "upper")
            return curve.gives if reached else curve.below_gives
        case ThreePointCurve():
            reached = x > curve.threshold.at or (x == curve.threshold.at and curve.edge == "upper")
            return _on_line((curve.threshold, curve.target, curve.stretch), x) if reached else curve.below_gives
        case DeductionCurve():
            short = curve.full_at - x if curve.side == "below" else x - curve.full_at
            return max(curve.floor, curve.full_gives - max(short, Fraction(0)) / curve.per * curve.deduct)
        case RatingCurve(levels=levels):
            return _on_line(levels, x) if curve.between == "straight_line" else _on_stairs(levels, x, edge="upper")
        case _:  # pragma: no cover
            assert_never(curve)


def _on_line(knots: Sequence[Knot], x: Fraction) -> Fraction:
    """Follow the straight line from knot to knot; beyond the ends it is level."""
    if x <= knots[0].at:
        return knots[0].gives
    for left, right in pairwise(knots):
        if x <= right.at:
            return left.gives + (right.gives - left.gives) * (x - left.at) / (right.at - left.at)
    return knots[-1].gives


def _on_stairs(steps: Sequence[Knot], x: Fraction, *, edge: str) -> Fraction:
    """Give the last step that x has reached; before the first it is the first."""
    reached = [step for step in steps if x > step.at or (x == step.at and edge == "upper")]
    return reached[-1].gives if reached else steps[0].gives


def _on_bands(curve: BandsCurve, x: Fraction) -> Fraction | None:
    """Find the band that x lies on; where two touch, `edge` says which; beyond the ends it clamps or refuses."""
    first, last = curve.bands[0], curve.bands[-1]
    at_end = last.gives if last.gives_at_end is None else last.gives_at_end
    if x < first.start:
        return None if curve.below == "refuse" else first.gives
    if x > last.end:
        return None if curve.above == "refuse" else at_end
    touching = [band for band in curve.bands if band.start <= x <= band.end]
    band = touching[-1] if curve.edge == "upper" else touching[0]
    rise = Fraction(0) if band.gives_at_end is None else band.gives_at_end - band.gives
    return band.gives + rise * (x - band.start) / (band.end - band.start)

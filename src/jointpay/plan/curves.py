"""Curves: from an attainment to points, or from points to an adjustment.

Every curve is pieces of straight lines. Where it jumps, the author says which side owns the edge; beyond its ends it
stays level (`clamp`) or refuses to answer (`refuse`). `pieces` gives the exact meaning of every kind.
"""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from jointpay.money.number import decimal_text
from jointpay.plan.values import Exact, Model, NonNegative, Positive

__all__ = [
    "Band",
    "BandsCurve",
    "Curve",
    "DeductionCurve",
    "Knot",
    "PointsCurve",
    "ProportionalCurve",
    "RatingCurve",
    "StepsCurve",
    "ThreePointCurve",
    "ThresholdCurve",
]

Beyond = Literal["clamp", "refuse"]
Edge = Literal["upper", "lower"]


class Knot(Model):
    """One point of a curve."""

    at: Exact
    """Where: an attainment (`80%`, or 4.5 stars) or, in a pay curve, a score (`100`)."""
    gives: Exact
    """What it gives there: points (`60`) or, in a pay curve, an adjustment (`12.5%`)."""


def _rising(knots: tuple[Knot, ...]) -> None:
    for earlier, later in pairwise(knots):
        if later.at <= earlier.at:
            raise PydanticCustomError(
                "curve_order",
                "{later} comes after {earlier}; allowed: each `at` larger than the one before "
                "(a jump is written with `steps` or `bands`, which say who owns the edge)",
                {"later": f"at {decimal_text(later.at)}", "earlier": f"at {decimal_text(earlier.at)}"},
            )


class PointsCurve(Model):
    """Straight lines from knot to knot."""

    kind: Literal["points"]
    points: Annotated[tuple[Knot, ...], Field(min_length=2)]
    """The knots, in rising order."""
    below: Beyond
    """Left of the first knot: `clamp` gives what the first knot gives, `refuse` is an error."""
    above: Beyond
    """Right of the last knot: `clamp` gives what the last knot gives, `refuse` is an error."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _rising(self.points)
        return self


class StepsCurve(Model):
    """A staircase: each step gives one number from its `at` up to the next; the last step has no end."""

    kind: Literal["steps"]
    steps: Annotated[tuple[Knot, ...], Field(min_length=1)]
    """The steps, in rising order."""
    edge: Edge
    """Who owns the edge between two steps: `upper`, a value exactly there is on the step that begins; `lower`, on the one that ends."""
    below: Beyond
    """Left of the first step: `clamp` gives what the first step gives, `refuse` is an error."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _rising(self.steps)
        return self


class Band(Model):
    """One band: level, or a straight line from one end to the other."""

    start: Exact = Field(alias="from")
    """Where the band begins."""
    end: Exact = Field(alias="to")
    """Where it ends; the next band begins exactly there."""
    gives: Exact
    """What it gives, or gives at its beginning where `gives_at_end` is there too."""
    gives_at_end: Exact | None = None
    """What it gives at its end; absent: the band is level."""


class BandsCurve(Model):
    """Bands that touch, each level or sloped, with a jump allowed where they touch."""

    kind: Literal["bands"]
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    """The bands, in rising order, without gap or overlap."""
    edge: Edge
    """Who owns the edge where two bands touch: the `upper` band, or the `lower`."""
    below: Beyond
    """Left of the first band: `clamp` gives what its beginning gives, `refuse` is an error."""
    above: Beyond
    """Right of the last band: `clamp` gives what its end gives, `refuse` is an error."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        for band in self.bands:
            if band.end <= band.start:
                raise PydanticCustomError(
                    "curve_order",
                    "a band goes from {start} to {end}; allowed: `to` larger than `from`",
                    {"start": decimal_text(band.start), "end": decimal_text(band.end)},
                )
        for earlier, later in pairwise(self.bands):
            if later.start != earlier.end:
                raise PydanticCustomError(
                    "curve_gap",
                    "a band ends at {end} and the next begins at {start}; allowed: bands that touch, without gap or overlap",
                    {"end": decimal_text(earlier.end), "start": decimal_text(later.start)},
                )
        return self


class ProportionalCurve(Model):
    """A straight line through an origin: times * (x - origin), level beyond `from` and `to`."""

    kind: Literal["proportional"]
    times: Exact
    """What one whole unit of x gives: 100 gives 87 points at 87%."""
    origin: Exact
    """Where the line gives zero."""
    start: Exact = Field(alias="from")
    """Left of this the curve is level."""
    end: Exact = Field(alias="to")
    """Right of this the curve is level."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.end <= self.start:
            raise PydanticCustomError(
                "curve_order",
                "it goes from {start} to {end}; allowed: `to` larger than `from`",
                {"start": decimal_text(self.start), "end": decimal_text(self.end)},
            )
        return self


class ThresholdCurve(Model):
    """All or nothing: one number before the threshold, another after it."""

    kind: Literal["threshold"]
    at: Exact
    """The threshold."""
    below_gives: Exact
    """What it gives before the threshold."""
    gives: Exact
    """What it gives after the threshold."""
    edge: Edge
    """Exactly at the threshold: `upper` gives `gives`, `lower` gives `below_gives`."""


class ThreePointCurve(Model):
    """Threshold, target, stretch: nothing below the threshold, straight lines between, level above stretch."""

    kind: Literal["three_point"]
    below_gives: Exact
    """What it gives below the threshold."""
    threshold: Knot
    """Where it begins to pay."""
    target: Knot
    """What was asked."""
    stretch: Knot
    """Beyond this it gives no more."""
    edge: Edge
    """Exactly at the threshold: `upper` gives what the threshold gives, `lower` gives `below_gives`."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _rising((self.threshold, self.target, self.stretch))
        return self


class DeductionCurve(Model):
    """Full points up to a mark, then so many points off for every unit short of it (or beyond it), down to a floor."""

    kind: Literal["deduction"]
    full_at: Exact
    """The mark."""
    full_gives: Exact
    """What it gives at the mark and on its good side."""
    side: Literal["below", "above"]
    """Which side of the mark loses points: `below` for more is better, `above` for less is better."""
    per: Positive
    """The unit: `1%` deducts for every 1% away from the mark, in proportion."""
    deduct: NonNegative
    """Points taken off per unit."""
    floor: Exact
    """It never gives less than this."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.floor > self.full_gives or self.deduct == 0:
            raise PydanticCustomError(
                "curve_order",
                "the floor {floor} is above {full}, or nothing is deducted; allowed: floor <= full_gives, deduct > 0",
                {"floor": decimal_text(self.floor), "full": decimal_text(self.full_gives)},
            )
        return self


class RatingCurve(Model):
    """A rating scale: what each level of a rating gives."""

    kind: Literal["rating_scale"]
    levels: Annotated[tuple[Knot, ...], Field(min_length=2)]
    """The levels, in rising order."""
    between: Literal["straight_line", "lower_level"]
    """Between two levels: a straight line, or what the lower level gives until the next is reached."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _rising(self.levels)
        return self


Curve = Annotated[
    PointsCurve
    | StepsCurve
    | BandsCurve
    | ProportionalCurve
    | ThresholdCurve
    | ThreePointCurve
    | DeductionCurve
    | RatingCurve,
    Field(discriminator="kind"),
]

"""What a curve means, exactly: straight pieces that touch, each saying which of its ends it owns."""

from collections.abc import Sequence
from dataclasses import dataclass
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

__all__ = ["Piece", "pieces"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One straight piece of a curve.

    Formula: y(x) = at_start + (at_end - at_start) * (x - start) / (end - start) for start <= x <= end, the ends
    included as `owns_start` and `owns_end` say. A level piece may be endless: `start` or `end` is then None.
    """

    start: Fraction | None
    end: Fraction | None
    at_start: Fraction
    at_end: Fraction
    owns_start: bool
    owns_end: bool

    @property
    def level(self) -> bool:
        """Whether it gives one number throughout."""
        return self.at_start == self.at_end

    def holds(self, x: Fraction) -> bool:
        """Whether x lies on this piece."""
        after = self.start is None or x > self.start or (x == self.start and self.owns_start)
        before = self.end is None or x < self.end or (x == self.end and self.owns_end)
        return after and before

    def value(self, x: Fraction) -> Fraction:
        """Give what the piece gives at x, which must lie on it or at one of its ends."""
        if self.level or self.start is None or self.end is None:
            return self.at_start
        return self.at_start + (self.at_end - self.at_start) * (x - self.start) / (self.end - self.start)


def _line(knots: Sequence[Knot], *, owns_first: bool = True) -> list[Piece]:
    """Straight pieces from knot to knot; each owns its start, the last owns its end too."""
    found = [
        Piece(left.at, right.at, left.gives, right.gives, owns_start=True, owns_end=False)
        for left, right in pairwise(knots)
    ]
    first, last = found[0], found[-1]
    found[0] = Piece(first.start, first.end, first.at_start, first.at_end, owns_first, first.owns_end)
    last = found[-1]
    found[-1] = Piece(last.start, last.end, last.at_start, last.at_end, last.owns_start, owns_end=True)
    return found


def _level(start: Fraction | None, end: Fraction | None, gives: Fraction, *, owns_start: bool, owns_end: bool) -> Piece:
    return Piece(start, end, gives, gives, owns_start, owns_end)


def _clamped(found: list[Piece], *, below: bool, above: bool) -> tuple[Piece, ...]:
    """Add level pieces beyond the ends that clamp."""
    first, last = found[0], found[-1]
    head = [_level(None, first.start, first.at_start, owns_start=False, owns_end=not first.owns_start)] if below else []
    tail = [_level(last.end, None, last.at_end, owns_start=not last.owns_end, owns_end=False)] if above else []
    return (*head, *found, *tail)


def _bands(curve: BandsCurve) -> tuple[Piece, ...]:
    upper = curve.edge == "upper"
    found = [
        Piece(
            band.start,
            band.end,
            band.gives,
            band.gives if band.gives_at_end is None else band.gives_at_end,
            owns_start=upper or place == 0,
            owns_end=not upper or place == len(curve.bands) - 1,
        )
        for place, band in enumerate(curve.bands)
    ]
    return _clamped(found, below=curve.below == "clamp", above=curve.above == "clamp")


def _steps(steps: Sequence[Knot], *, upper: bool, below: bool) -> tuple[Piece, ...]:
    ends = [step.at for step in steps[1:]]
    found = [
        _level(
            step.at,
            end,
            step.gives,
            owns_start=upper or place == 0,
            owns_end=not upper and end is not None,
        )
        for place, (step, end) in enumerate(zip(steps, [*ends, None], strict=True))
    ]
    return _clamped(found, below=below, above=False)


def pieces(curve: Curve) -> tuple[Piece, ...]:
    """Give the exact meaning of a curve: its pieces in rising order, touching, without overlap.

    A value outside all pieces is one the curve refuses.
    """
    match curve:
        case PointsCurve():
            return _clamped(_line(curve.points), below=curve.below == "clamp", above=curve.above == "clamp")
        case StepsCurve():
            return _steps(curve.steps, upper=curve.edge == "upper", below=curve.below == "clamp")
        case BandsCurve():
            return _bands(curve)
        case ProportionalCurve(times=times, origin=origin, start=start, end=end):
            knots = [Knot(at=x, gives=times * (x - origin)) for x in (start, end)]
            return _clamped(_line(knots), below=True, above=True)
        case ThresholdCurve():
            upper = curve.edge == "upper"
            return (
                _level(None, curve.at, curve.below_gives, owns_start=False, owns_end=not upper),
                _level(curve.at, None, curve.gives, owns_start=upper, owns_end=False),
            )
        case ThreePointCurve():
            upper = curve.edge == "upper"
            line = _line((curve.threshold, curve.target, curve.stretch), owns_first=upper)
            head = _level(None, curve.threshold.at, curve.below_gives, owns_start=False, owns_end=not upper)
            return (head, *_clamped(line, below=False, above=True))
        case DeductionCurve(full_at=full_at, full_gives=full, per=per, deduct=deduct, floor=floor):
            away = (full - floor) * per / deduct
            if away == 0:
                return (_level(None, None, full, owns_start=False, owns_end=False),)
            ends = (
                (Knot(at=full_at - away, gives=floor), Knot(at=full_at, gives=full))
                if curve.side == "below"
                else (Knot(at=full_at, gives=full), Knot(at=full_at + away, gives=floor))
            )
            return _clamped(_line(ends), below=True, above=True)
        case RatingCurve():
            if curve.between == "straight_line":
                return _clamped(_line(curve.levels), below=True, above=True)
            return _steps(curve.levels, upper=True, below=True)
        case _:
            assert_never(curve)

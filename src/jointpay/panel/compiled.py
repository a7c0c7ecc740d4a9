"""The plan as numbers: curves as tables, weights as whole numbers, policies as points or none."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor, lcm
from typing import assert_never

from jointpay.engine.curve import Line, LineCurve, TableCurve, make_curve
from jointpay.money.rounding import Rounding, published
from jointpay.plan.curves import Curve
from jointpay.plan.measures import Missing, MissingError, MissingLeaveOut, MissingNeutral, MissingZero
from jointpay.plan.pieces import Piece, pieces
from jointpay.plan.plan import Plan

__all__ = ["compile_curve", "fill_points", "whole_weights"]


def whole_weights(weights: Sequence[Fraction]) -> list[int]:
    """Bring weights to a common denominator.

    >>> whole_weights([Fraction(2, 5), Fraction(3, 5)])
    [2, 3]
    """
    common = lcm(*(weight.denominator for weight in weights))
    return [int(weight * common) for weight in weights]


def fill_points(missing: Missing, plan: Plan) -> int | None:
    """Give the points a missing value counts as, published; None where it is left out or an error."""
    match missing:
        case MissingError() | MissingLeaveOut():
            return None
        case MissingZero():
            return 0
        case MissingNeutral(points=points):
            return published(points, places=plan.places.points, rounding=plan.rounding)
        case _:
            assert_never(missing)


def _line(piece: Piece, unit: int, scale: int) -> Line | None:
    """Give a piece over whole numbers of 1 / unit, its values in 1 / scale; None where no whole number lies on it.

    An endless piece is given its one whole number next to the curve's inner part.
    """
    start = None if piece.start is None else piece.start * unit
    end = None if piece.end is None else piece.end * unit
    first = None if start is None else (ceil(start) if piece.owns_start else floor(start) + 1)
    last = None if end is None else (floor(end) if piece.owns_end else ceil(end) - 1)
    if first is None:
        first = 0 if last is None else last
    if last is None:
        last = first
    if last < first:
        return None
    if start is None or end is None or piece.level:
        value = piece.at_start * scale
        return Line(first, last, 0, value.numerator, value.denominator)
    slope = (piece.at_end - piece.at_start) * scale / (end - start)
    offset = piece.at_start * scale - slope * start
    common = lcm(slope.denominator, offset.denominator)
    return Line(first, last, int(slope * common), int(offset * common), common)


def compile_curve(curve: Curve, *, places_in: int, scale_out: int, plan: Plan) -> TableCurve | LineCurve:
    """Compile a curve for published numbers: whole numbers of 10**-places_in go in, of 1 / scale_out come out."""
    return _compiled(curve, places_in, scale_out, plan.rounding)


@lru_cache(maxsize=512)
def _compiled(curve: Curve, places_in: int, scale_out: int, rounding: Rounding) -> TableCurve | LineCurve:
    """Compile once for every equal curve; curves are frozen and tables are never written to."""
    found = pieces(curve)
    lines = [line for piece in found if (line := _line(piece, 10**places_in, scale_out)) is not None]
    return make_curve(
        lines,
        refuses_below=found[0].start is not None,
        refuses_above=found[-1].end is not None,
        half_even=rounding == "half_even",
    )

"""A curve as straight lines of whole numbers, to be looked up by where each begins."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, gcd, lcm

from jointpay.money.rounding import Rounding, published
from jointpay.plan.curves import Curve
from jointpay.plan.pieces import Piece, pieces
from jointpay.report.workbook.whole import fits

__all__ = ["CurveLines", "Line", "curve_lines"]


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of a curve on the published numbers it is read at.

    Formula: last places out = (a + b * last places in) / c, rounded.
    """

    first: int | None
    """The first published number it owns, in last places; None: no piece is before it."""
    a: int
    b: int
    c: int
    piece: Piece | None
    """None where the curve refuses to answer."""

    @property
    def exact(self) -> bool:
        """Whether a spreadsheet can follow it; a line that is refused cannot be followed."""
        return self.c > 0


@dataclass(frozen=True, slots=True)
class CurveLines:
    """All pieces that own a published number, in rising order."""

    lines: tuple[Line, ...]
    most: int
    """Largest magnitude it gives, in last places."""
    grain: int
    """Whatever it gives is a multiple of this, in last places."""

    def place(self, whole: int) -> int:
        """Find the line that owns a published number; 0 is the first."""
        return max(place for place, line in enumerate(self.lines) if line.first is None or line.first <= whole)


def curve_lines(curve: Curve, *, scale_in: int, scale_out: int, rounding: Rounding) -> CurveLines:
    """Turn a curve into lines; who owns an edge decides which published number a line begins with."""
    found: list[Line] = []
    parts = pieces(curve)
    if parts[0].start is not None:
        found.append(_refusing(None))
    after: int | None = None
    for piece in parts:
        first, last = _ends(piece, scale_in)
        after = None if last is None else last + 1
        if first is None or last is None or first <= last:
            found.append(_line(piece, first, last, scale_in, scale_out))
    if parts[-1].end is not None:
        found.append(_refusing(after))
    ends = [gives * scale_out for piece in parts for gives in (piece.at_start, piece.at_end)]
    level = all(piece.level for piece in parts)
    grain = gcd(*(published(end, places=0, rounding=rounding) for end in ends)) if level else 1
    return CurveLines(tuple(found), max(ceil(abs(end)) for end in ends), grain)


def _refusing(first: int | None) -> Line:
    return Line(first, 0, 0, 0, None)


def _ends(piece: Piece, scale_in: int) -> tuple[int | None, int | None]:
    """Give the first and the last published number that a piece owns."""
    first = last = None
    if piece.start is not None:
        start = piece.start * scale_in
        first = ceil(start) if piece.owns_start else floor(start) + 1
    if piece.end is not None:
        end = piece.end * scale_in
        last = floor(end) if piece.owns_end else ceil(end) - 1
    return first, last


def _line(piece: Piece, first: int | None, last: int | None, scale_in: int, scale_out: int) -> Line:
    """Write a piece in whole numbers; c is 0 where they would be too large."""
    slope, at_zero = Fraction(0), piece.at_start * scale_out
    if not piece.level and piece.start is not None and piece.end is not None:
        slope = (piece.at_end - piece.at_start) * scale_out / ((piece.end - piece.start) * scale_in)
        at_zero -= slope * piece.start * scale_in
    c = lcm(slope.denominator, at_zero.denominator)
    a, b = int(at_zero * c), int(slope * c)
    reach = max(abs(first or 0), abs(last or 0))
    return Line(first, a, b, c if fits(c, abs(a) + abs(b) * reach) else 0, piece)

"""The piece of a curve on which a number lies, with its arithmetic."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from jointpay.plan.curves import Curve
from jointpay.plan.pieces import Piece, pieces
from jointpay.results.explain_ledger import less, number_text

__all__ = ["OnCurve", "on_curve"]


@dataclass(frozen=True, slots=True)
class OnCurve:
    """What a curve gives at one place."""

    value: Fraction
    formula: str
    """Empty on a level piece."""
    where: str
    """The piece in words: `0.8 <= x < 1`."""


def on_curve(curve: Curve, x: Fraction, *, show: Callable[[Fraction], str] = number_text) -> OnCurve | None:
    """Give the value at x, its arithmetic and the piece it lies on; None where the curve refuses to answer.

    Formula: y1 + (y2 - y1) * (x - x1) / (x2 - x1) on a sloped piece; `show` writes the values of the curve.
    """
    piece = next((piece for piece in pieces(curve) if piece.holds(x)), None)
    if piece is None:
        return None
    return OnCurve(piece.value(x), _formula(piece, x, show), _where(piece, show))


def _formula(piece: Piece, x: Fraction, show: Callable[[Fraction], str]) -> str:
    if piece.level or piece.start is None or piece.end is None:
        return ""
    rise = piece.at_end - piece.at_start
    run = f"{number_text(x)} {less(piece.start)}" if piece.start else number_text(x)
    length = piece.end - piece.start
    slope = f"{show(rise)} * ({run})" if piece.start else f"{show(rise)} * {run}"
    slope = slope if length == 1 else f"{slope} / {number_text(length)}"
    return slope if piece.at_start == 0 else f"{show(piece.at_start)} + {slope}"


def _where(piece: Piece, show: Callable[[Fraction], str]) -> str:
    """Say which x the piece is for, and whether it is level or runs from one value to another."""
    left = "" if piece.start is None else f"{number_text(piece.start)} {'<=' if piece.owns_start else '<'} "
    right = "" if piece.end is None else f" {'<=' if piece.owns_end else '<'} {number_text(piece.end)}"
    gives = show(piece.at_start) if piece.level else f"{show(piece.at_start)} to {show(piece.at_end)}"
    return f"the curve for {left}x{right} gives {gives}" if left or right else f"the curve gives {gives} throughout"

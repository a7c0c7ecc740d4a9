"""A curve as a small drawing, with the place at which a payee is."""

from collections.abc import Callable
from fractions import Fraction
from html import escape
from itertools import pairwise

from jointpay.plan.pieces import Piece
from jointpay.report.statements.record import CurvePlace

__all__ = ["curve_drawing"]

_WIDTH, _HEIGHT = 240, 104
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 10, 12, 18
_ROOM = 1 / 6
"""How much of the width is kept free beyond the outermost edge or payee."""


def curve_drawing(place: CurvePlace, *, label: str, x_text: str, y_text: str, write: Callable[[Fraction], str]) -> str:
    """Draw a curve as SVG: each piece a line, filled dots where an edge is owned, the payee's place in colour.

    All texts are escaped; coordinates are floats written with one decimal: nothing is read off them.
    """
    edges = [float(edge) for piece in place.pieces for edge in (piece.start, piece.end) if edge is not None]
    heights = [height for piece in place.pieces for height in (piece.at_start, piece.at_end)]
    at, bottom, top = float(place.x), min(*heights, place.exact), max(*heights, place.exact)
    low, high = min([*edges, at]), max([*edges, at])
    room = (high - low) * _ROOM or 1.0
    low, high = low - room, high + room
    run, rise = high - low, float(top - bottom) or 1.0

    def across(x: Fraction | float) -> str:
        return f"{_LEFT + (float(x) - low) / run * (_WIDTH - _LEFT - _RIGHT):.1f}"

    def up(y: Fraction) -> str:
        return f"{_HEIGHT - _BOTTOM - float(y - bottom) / rise * (_HEIGHT - _TOP - _BOTTOM):.1f}"

    drawn = [
        f'<line class="axis" x1="{_LEFT}" y1="{_HEIGHT - _BOTTOM}" x2="{_WIDTH - _RIGHT}" y2="{_HEIGHT - _BOTTOM}"/>'
    ]
    for number, piece in enumerate(place.pieces):
        start = low if piece.start is None else float(piece.start)
        end = high if piece.end is None else float(piece.end)
        if end > start:
            css = "piece here" if number == place.at else "piece"
            ends = f'x1="{across(start)}" y1="{up(piece.at_start)}" x2="{across(end)}" y2="{up(piece.at_end)}"'
            drawn.append(f'<line class="{css}" {ends}/>')
    drawn += _jumps(place.pieces, across, up)
    drawn += [
        f'<line class="drop" x1="{across(place.x)}" y1="{up(place.exact)}" x2="{across(place.x)}" y2="{_HEIGHT - _BOTTOM}"/>',
        f'<circle class="payee" cx="{across(place.x)}" cy="{up(place.exact)}" r="4"/>',
        f'<text class="tick" x="{_LEFT - 4}" y="{up(top)}" dy="4" text-anchor="end">{escape(write(top))}</text>',
        f'<text class="tick" x="{_LEFT - 4}" y="{up(bottom)}" dy="4" text-anchor="end">{escape(write(bottom))}</text>',
        f'<text class="tick" x="{across(place.x)}" y="{_HEIGHT - 4}" text-anchor="middle">{escape(x_text)}</text>',
    ]
    title = escape(f"{label}: {x_text} → {y_text}")
    return (
        f'<svg class="curve" role="img" aria-label="{title}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}"><title>{title}</title>{"".join(drawn)}</svg>'
    )


def _jumps(
    line: tuple[Piece, ...], across: Callable[[Fraction | float], str], up: Callable[[Fraction], str]
) -> list[str]:
    """Mark both sides of a jump: a filled dot on the side that owns the edge, an open one on the other."""
    drawn = []
    for before, after in pairwise(line):
        if before.end is not None and before.end == after.start and before.at_end != after.at_start:
            for owned, height in ((before.owns_end, before.at_end), (after.owns_start, after.at_start)):
                css = "owned" if owned else "open"
                drawn.append(f'<circle class="{css}" cx="{across(before.end)}" cy="{up(height)}" r="2.5"/>')
    return drawn

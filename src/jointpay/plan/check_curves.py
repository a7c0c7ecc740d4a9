"""Static checks of curves: what is never reached, where they jump, where they reward the wrong direction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from jointpay.findings import Finding, Place
from jointpay.money.number import decimal_text
from jointpay.plan.curves import Curve
from jointpay.plan.measures import Measure, Modifier
from jointpay.plan.pieces import Piece, pieces
from jointpay.plan.plan import Plan
from jointpay.plan.reach import Reach, attainment_reach, reachable

__all__ = ["CurvePlace", "check_curve", "check_measure_curves", "readings"]


@dataclass(frozen=True, slots=True)
class CurvePlace:
    """Where a curve stands, and how its numbers are written."""

    path: str
    at_percent: bool
    """Whether what it maps from is written in per cent."""
    gives: Literal["points", "%"]
    largest_jump: Fraction | None
    """The largest jump the author allows, in what it gives; absent: any."""
    bound: str
    """Name of that bound."""

    def x(self, value: Fraction) -> str:
        """Write what it maps from."""
        return f"{decimal_text(value * 100)}%" if self.at_percent else decimal_text(value)

    def y(self, value: Fraction) -> str:
        """Write what it gives."""
        return f"{decimal_text(value * 100)}%" if self.gives == "%" else f"{decimal_text(value)} points"


def readings(plan: Plan) -> Iterator[tuple[str, Measure | Modifier]]:
    """Give every measure and modifier with its path, in the order of the plan; links have no curve."""
    for role_name, role in plan.roles.items():
        for name, component in role.components.items():
            path = f"roles.{role_name}.components.{name}"
            for measure_name, measure in component.measures.items():
                if isinstance(measure, Measure):
                    yield f"{path}.measures.{measure_name}", measure
            for modifier_name, modifier in component.modifiers.items():
                yield f"{path}.modifiers.{modifier_name}", modifier


def check_measure_curves(plan: Plan) -> list[Finding]:
    """Check the curve of every measure and modifier within the attainments that can happen."""
    found: list[Finding] = []
    for path, reading in readings(plan):
        reach = attainment_reach(plan, reading)
        place = CurvePlace(
            f"{path}.curve", reading.attainment == "ratio", "points", plan.bounds.max_cliff_points, "max_cliff_points"
        )
        found += check_curve(place, reading.curve, reach)
        found += _against_direction(plan, place, reading, reach)
    return found


def check_curve(place: CurvePlace, curve: Curve, reach: Reach) -> list[Finding]:
    """Find the parts of a curve outside the range that can happen, what it refuses inside it, and where it jumps."""
    return [*_unreachable(place, curve, reach), *_refused(place, curve, reach), *_cliffs(place, curve, reach)]


def _unreachable(place: CurvePlace, curve: Curve, reach: Reach) -> list[Finding]:
    whole, inside = pieces(curve), reachable(curve, reach)
    low = _cut_off(
        reach.low,
        [piece.start for piece in whole if piece.start is not None],
        whole[0].at_start,
        inside[0].at_start if inside else None,
        below=True,
    )
    high = _cut_off(
        reach.high,
        [piece.end for piece in whole if piece.end is not None],
        whole[-1].at_end,
        inside[-1].at_end if inside else None,
        below=False,
    )
    sides = [("below", reach.low, low), ("above", reach.high, high)]
    return [
        Finding(
            code="unreachable_curve",
            severity="warning",
            message=f"the curve says what happens {side} {place.x(end)}, but nothing can ever be there; "
            f"next: leave that part out, or ask for something that can be reached",
            place=Place(path=place.path),
            witness=(
                ("reach_ends_at", place.x(end)),
                ("curve_goes_to", place.x(outermost)),
            ),
        )
        for side, end, outermost in sides
        if end is not None and outermost is not None
    ]


def _cut_off(
    end: Fraction | None,
    knots: Sequence[Fraction],
    gives_outermost: Fraction,
    gives_at_end: Fraction | None,
    *,
    below: bool,
) -> Fraction | None:
    """Give the outermost knot of a curve that lies beyond the end of what can be reached, or at it and matters there.

    A knot exactly at the end cuts nothing off, unless the curve jumps there and the side beyond it is lost.
    """
    if end is None or not knots:
        return None
    outermost = min(knots) if below else max(knots)
    beyond = outermost < end if below else outermost > end
    return outermost if beyond or (outermost == end and gives_outermost != gives_at_end) else None


def _refused(place: CurvePlace, curve: Curve, reach: Reach) -> list[Finding]:
    whole = pieces(curve)
    first, last = whole[0].start, whole[-1].end
    gaps = []
    if first is not None and (reach.low is None or reach.low < first):
        gaps.append(("below", first))
    if last is not None and (reach.high is None or reach.high > last):
        gaps.append(("above", last))
    return [
        Finding(
            code="curve_can_refuse",
            severity="warning",
            message=f"the curve refuses everything {side} {place.x(end)}, which can happen and would stop the run; "
            f"next: `{side}: clamp`, or go on with the curve",
            place=Place(path=place.path),
            witness=((f"refuses_{side}", place.x(end)),),
        )
        for side, end in gaps
    ]


def _cliffs(place: CurvePlace, curve: Curve, reach: Reach) -> list[Finding]:
    found = []
    for before, after in pairwise(reachable(curve, reach)):
        size = after.at_start - before.at_end
        if size == 0 or before.end is None:
            continue
        too_large = place.largest_jump is not None and abs(size) > place.largest_jump
        allowed = (
            f"; allowed: at most {place.y(place.largest_jump)} ({place.bound}); next: put a slope there"
            if too_large and place.largest_jump is not None
            else ""
        )
        owner = "before" if before.owns_end else "after"
        found.append(
            Finding(
                code="cliff_beyond_bound" if too_large else "cliff",
                severity="error" if too_large else "info",
                message=f"at {place.x(before.end)} it jumps by {place.y(size)}, from {place.y(before.at_end)} to "
                f"{place.y(after.at_start)}; exactly there it gives what holds {owner} the jump{allowed}",
                place=Place(path=place.path),
                witness=(("at", place.x(before.end)), ("jump", place.y(size))),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class _Corner:
    """One finite end of a piece, and what the piece gives towards it."""

    piece: Piece
    at: Fraction
    gives: Fraction
    owned: bool
    inward: Literal[1, -1]

    def near(self, gap: Fraction) -> Fraction:
        """Give an x on the piece whose points are within a third of `gap` of the corner's; the corner if it is owned."""
        if self.owned:
            return self.at
        if self.piece.start is None or self.piece.end is None:
            return self.at + self.inward
        change = abs(self.piece.at_end - self.piece.at_start)
        part = min(Fraction(1, 2), gap / (3 * change)) if change else Fraction(1, 2)
        return self.at + self.inward * part * (self.piece.end - self.piece.start)


def _corners(parts: Sequence[Piece]) -> list[_Corner]:
    found = []
    for piece in parts:
        if piece.start is not None:
            found.append(_Corner(piece, piece.start, piece.at_start, piece.owns_start, 1))
        if piece.end is not None:
            found.append(_Corner(piece, piece.end, piece.at_end, piece.owns_end, -1))
    return found


def _wrong_runs(corners: Sequence[_Corner], wanted: Literal[1, -1]) -> list[tuple[_Corner, _Corner]]:
    """Give the longest stretches over which the curve never goes the wanted way, as their (first, last) corner.

    Where two pieces meet without a jump, the corner that is owned is given: its points are reached, not only approached.
    """
    runs: list[tuple[_Corner, _Corner]] = []
    going = False
    for earlier, later in pairwise(corners):
        change = (later.gives - earlier.gives) * wanted
        if change > 0:
            going = False
        elif change < 0:
            runs = [*runs[:-1], (runs[-1][0], later)] if going else [*runs, (earlier, later)]
            going = True
        elif going and runs[-1][1] is earlier and later.at == earlier.at and later.owned:
            runs[-1] = (runs[-1][0], later)
    return runs


def _against_direction(plan: Plan, place: CurvePlace, reading: Measure | Modifier, reach: Reach) -> list[Finding]:
    direction = plan.metrics[reading.metric].direction
    allowed = reading.metric in plan.bounds.not_monotone
    found = []
    for first, last in _wrong_runs(
        _corners(reachable(reading.curve, reach)), 1 if direction == "higher_is_better" else -1
    ):
        gap = abs(last.gives - first.gives)
        left, right = first.near(gap), last.near(gap)
        at_left, at_right = first.piece.value(left), last.piece.value(right)
        said = "more" if direction == "higher_is_better" else "less"
        found.append(
            Finding(
                code="declared_not_monotone" if allowed else "not_monotone",
                severity="info" if allowed else "error",
                message=f"{said} of {reading.metric!r} is better, but from {place.x(left)} to {place.x(right)} the points "
                f"go from {decimal_text(at_left)} to {decimal_text(at_right)}"
                + (
                    "; allowed, since the bounds name the metric under not_monotone"
                    if allowed
                    else "; next: turn the curve there, correct the metric's direction, or name the metric under "
                    "bounds.not_monotone"
                ),
                place=Place(path=place.path),
                witness=(
                    ("from", place.x(left)),
                    ("to", place.x(right)),
                    ("points_from", decimal_text(at_left)),
                    ("points_to", decimal_text(at_right)),
                ),
            )
        )
    return found

"""Compute a row of a statement again from what it holds, as it is or as it would be with other values of metrics.

Everything is exact and rounded where scoring rounds it. What is not asked about stays as it was: targets, partners'
points, what is missing, the pay base.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import assert_never

from jointpay.errors import MismatchError
from jointpay.money.rounding import published
from jointpay.plan.payout import AmountCap, Cap
from jointpay.report.statements.record import (
    ComponentStatement,
    LineStatement,
    LinkStatement,
    MeasureStatement,
    RowStatement,
    Statement,
)
from jointpay.results.explain_roots import geometric_root

__all__ = ["BeyondCurveError", "Recomputed", "from_points", "recompute"]


class BeyondCurveError(MismatchError):
    """A value would lie where a curve of the plan refuses to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """The published numbers of one row, in last places; None where missing or left out."""

    measures: Mapping[tuple[str, str], int | None]
    """Points by component and measure, link or modifier."""
    components: Mapping[str, int | None]
    score: int | None
    adjustments: Mapping[str, int]
    """By pay rule, after all limits."""
    amounts_minor: Mapping[str, int]

    @property
    def amount_minor(self) -> int:
        """All lines of the row."""
        return sum(self.amounts_minor.values())


def recompute(statement: Statement, row: RowStatement, *, factors: Mapping[str, Fraction] | None = None) -> Recomputed:
    """Compute the published numbers of a row again.

    Formula: every value of a metric in `factors` is multiplied by its factor before anything else; then attainment,
    curve, component, score, pay curve and limits as the plan says, each rounded as it is published.

    Raises `BeyondCurveError` where a curve refuses to answer; without factors also `MismatchError` where the row does
    not come out as it stands in the statement.
    """
    measures = {
        (component.name, part.name): part.points
        if factors and _untouched(part, factors)
        else _points(statement, part, factors or {})
        for component in row.components
        for part in (*component.measures, *component.modifiers)
    }
    found = from_points(statement, row, measures)
    if not factors:
        _compare(row, found)
    return found


def from_points(statement: Statement, row: RowStatement, measures: Mapping[tuple[str, str], int | None]) -> Recomputed:
    """Compute components, score, adjustments and amounts of a row from these points of its measures and modifiers.

    Raises `BeyondCurveError` where a pay curve refuses to answer.
    """
    components = {component.name: _component(statement, component, measures) for component in row.components}
    score = _score(statement, row, components)
    adjustments: dict[str, int] = {}
    amounts: dict[str, int] = {}
    for line in row.lines:
        read = score if line.reads is None else components[line.reads]
        adjustments[line.rule], amounts[line.rule] = _line_at(statement, line, None if line.points is None else read)
    return Recomputed(
        measures=measures, components=components, score=score, adjustments=adjustments, amounts_minor=amounts
    )


def _untouched(part: MeasureStatement | LinkStatement, factors: Mapping[str, Fraction]) -> bool:
    return isinstance(part, LinkStatement) or part.metric not in factors


def _compare(row: RowStatement, found: Recomputed) -> None:
    """Refuse a row that does not follow from its own terms."""
    stated = Recomputed(
        measures={
            (component.name, part.name): part.points
            for component in row.components
            for part in (*component.measures, *component.modifiers)
        },
        components={component.name: component.points for component in row.components},
        score=row.score,
        adjustments={line.rule: line.adjustment for line in row.lines},
        amounts_minor={line.rule: line.amount_minor for line in row.lines},
    )
    if found != stated:
        raise MismatchError(
            f"the numbers of role {row.role!r} do not follow from one another; the statement was changed; "
            "next: make it again from the settlement"
        )


def _points(
    statement: Statement, part: MeasureStatement | LinkStatement, factors: Mapping[str, Fraction]
) -> int | None:
    """Compute the points of a measure, modifier or link; what is missing stays what it counts as."""
    places = statement.points_places
    if isinstance(part, LinkStatement):
        return part.points if part.exact is None else _rounded(statement, part.exact, places)
    if part.value_exact is None or part.curve is None:
        return part.points
    value = part.value_exact * factors.get(part.metric, Fraction(1))
    target = Fraction(0 if part.target is None else part.target.published, 10**part.places)
    match part.attainment_kind:
        case "ratio":
            exact = value / target
        case "difference":
            exact = value - target
        case "percentage_points":
            exact = (value - target) * 100
        case "value":
            exact = value
        case _:
            assert_never(part.attainment_kind)
    attainment = Fraction(_rounded(statement, exact, statement.attainment_places), 10**statement.attainment_places)
    piece = next((piece for piece in part.curve.pieces if piece.holds(attainment)), None)
    if piece is None:
        raise BeyondCurveError(f"the curve of {part.name!r} refuses to answer at {attainment}")
    return _rounded(statement, piece.value(attainment), places)


def _component(
    statement: Statement, component: ComponentStatement, measures: Mapping[tuple[str, str], int | None]
) -> int | None:
    """Put the measures together and multiply by the modifiers."""
    one = 10**statement.points_places
    held = [
        (part.weight, Fraction(points, one))
        for part in component.measures
        if (points := measures[component.name, part.name]) is not None and part.weight is not None
    ]
    if not held:
        return component.points
    factor = prod(
        (
            Fraction(points, 100 * one)
            for part in component.modifiers
            if (points := measures[component.name, part.name]) is not None
        ),
        start=Fraction(1),
    )
    weights, points_held = [weight for weight, _ in held], [points for _, points in held]
    match component.combine:
        case "weighted_mean":
            exact = sum((weight * points for weight, points in held), Fraction(0)) / sum(weights)
        case "minimum":
            exact = min(points_held)
        case "weighted_geometric":
            root = geometric_root(points_held, weights, factor)
            return root.published(places=statement.points_places, rounding=statement.rounding)
        case _:
            assert_never(component.combine)
    return _rounded(statement, exact * factor, statement.points_places)


def _score(statement: Statement, row: RowStatement, components: Mapping[str, int | None]) -> int | None:
    held = [
        (component.weight, points) for component in row.components if (points := components[component.name]) is not None
    ]
    if row.score is None or not held:
        return None
    mean = sum((weight * points for weight, points in held), Fraction(0)) / sum(weight for weight, _ in held)
    return published(mean, places=0, rounding=statement.rounding)


def _line_at(statement: Statement, line: LineStatement, points: int | None) -> tuple[int, int]:
    """Give adjustment and amount of a pay line where it reads these points, in last places; 0 where they are missing.

    Raises `BeyondCurveError` where the pay curve refuses to answer.
    """
    if points is None or line.curve is None:
        return 0, 0
    x = Fraction(points, 10**statement.points_places)
    piece = next((piece for piece in line.curve.pieces if piece.holds(x)), None)
    if piece is None:
        raise BeyondCurveError(f"the curve of pay rule {line.rule!r} refuses to answer at {x}")
    adjustment = _rounded(statement, piece.value(x) * 100, statement.adjustment_places)
    for step in line.adjustment_limits:
        adjustment = min(adjustment, step.bound) if isinstance(step.limit, Cap) else max(adjustment, step.bound)
    amount = published(
        Fraction(line.base_minor * adjustment, 100 * 10**statement.adjustment_places),
        places=0,
        rounding=statement.rounding,
    )
    for step in line.amount_limits:
        amount = min(amount, step.bound) if isinstance(step.limit, AmountCap) else max(amount, step.bound)
    return adjustment, amount


def _rounded(statement: Statement, value: Fraction, places: int) -> int:
    return published(value, places=places, rounding=statement.rounding)

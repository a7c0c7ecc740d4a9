"""What would change a payee's pay: one per cent more of each metric, and the nearest edges of its curves.

Held fixed: targets (also those made of other facts), the points of partners that links read, every other metric, what is
missing, the pay base.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from jointpay.report.statements.recompute import BeyondCurveError, Recomputed, recompute
from jointpay.report.statements.record import MeasureStatement, RowStatement, Statement

__all__ = ["CurveEdge", "MetricChange", "metric_changes", "nearest_edges"]

ONE_PER_CENT_MORE = Fraction(101, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricChange:
    """What one per cent more of a metric would do."""

    metric: str
    title: str
    driven_by: str | None
    partner_driven: bool
    refused: bool
    """Whether a curve of the plan would refuse to answer; then nothing is stated."""
    score: int | None
    """Change of the score in last places; None where there is no score, or it was refused."""
    adjustments: Mapping[str, int]
    """Change by pay rule: per cent in last places."""
    amount_minor: int | None
    """Change of all lines of the row together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveEdge:
    """A place of a curve at which it bends, jumps or ends, next to where the payee is."""

    component: str
    measure: str
    side: str
    """`below` or `above` the payee's attainment."""
    attainment: Fraction
    value: Fraction
    """Value of the metric that makes this attainment."""
    distance: Fraction
    """value - value of the payee: how much more, or less, in the metric's unit."""


def metric_changes(statement: Statement, row: RowStatement) -> tuple[MetricChange, ...]:
    """Give, for every metric a row reads, what one per cent more of it would change, exactly.

    Formula: numbers of the row with value * 1.01 in every measure and modifier that reads the metric, less the row's
    own. A ratio has one per cent more of its numerator. Empty where nothing is read or everything is missing.

    Raises `MismatchError` where the row itself does not come out as it stands in the statement.
    """
    recompute(statement, row)
    read: dict[str, MeasureStatement] = {}
    for component in row.components:
        for part in (*component.measures, *component.modifiers):
            if isinstance(part, MeasureStatement) and part.curve is not None:
                read.setdefault(part.metric, part)
    return tuple(_change(statement, row, part) for part in read.values())


def _change(statement: Statement, row: RowStatement, part: MeasureStatement) -> MetricChange:
    found = _with_more(statement, row, part.metric)
    was = sum(line.amount_minor for line in row.lines)
    no_score = found is None or found.score is None or row.score is None
    return MetricChange(
        metric=part.metric,
        title=part.title,
        driven_by=part.driven_by,
        partner_driven=part.partner_driven,
        refused=found is None,
        score=None if no_score or found is None else (found.score or 0) - (row.score or 0),
        adjustments={}
        if found is None
        else {line.rule: found.adjustments[line.rule] - line.adjustment for line in row.lines},
        amount_minor=None if found is None else found.amount_minor - was,
    )


def _with_more(statement: Statement, row: RowStatement, metric: str) -> Recomputed | None:
    """Compute the row with one per cent more of a metric; None where the plan gives no answer there."""
    try:
        return recompute(statement, row, factors={metric: ONE_PER_CENT_MORE})
    except BeyondCurveError:
        return None


def nearest_edges(row: RowStatement) -> tuple[CurveEdge, ...]:
    """Give the next edge below and above the attainment of every measure and modifier that has one.

    An edge is where one piece of the curve ends and the next begins, or where the curve ends. Attainments are rounded
    before they are looked up, so that half a last place short of an edge is already on it.
    """
    found = []
    for component in row.components:
        for part in (*component.measures, *component.modifiers):
            if not isinstance(part, MeasureStatement) or part.curve is None or part.value_exact is None:
                continue
            edges = {edge for piece in part.curve.pieces for edge in (piece.start, piece.end) if edge is not None}
            below = max((edge for edge in edges if edge < part.curve.x), default=None)
            above = min((edge for edge in edges if edge > part.curve.x), default=None)
            for side, edge in (("below", below), ("above", above)):
                if edge is not None:
                    value = _value_at(part, edge)
                    found.append(
                        CurveEdge(
                            component=component.name,
                            measure=part.name,
                            side=side,
                            attainment=edge,
                            value=value,
                            distance=value - part.value_exact,
                        )
                    )
    return tuple(found)


def _value_at(part: MeasureStatement, attainment: Fraction) -> Fraction:
    """Give the value of the metric that makes an attainment."""
    target = Fraction(0 if part.target is None else part.target.published, 10**part.places)
    match part.attainment_kind:
        case "ratio":
            return attainment * target
        case "difference":
            return target + attainment
        case "percentage_points":
            return target + attainment / 100
        case "value":
            return attainment
        case _:
            assert_never(part.attainment_kind)

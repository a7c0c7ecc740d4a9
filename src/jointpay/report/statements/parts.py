"""The parts of a statement that one measure, link or pay line makes, read from what the result keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from jointpay.money.currency import minor_digits
from jointpay.money.rounding import published
from jointpay.plan.calendar import Span, baseline_span
from jointpay.plan.curves import Curve
from jointpay.plan.measures import Link, Measure, MissingLeaveOut, Modifier
from jointpay.plan.metrics import RatioMetric
from jointpay.plan.payout import Guard, PayRule, ReadsScore
from jointpay.plan.pieces import Piece, pieces
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import Scope
from jointpay.plan.targets import GroupTarget, GrowthTarget
from jointpay.plan.units import total_unit
from jointpay.report.statements.record import (
    CountedTotal,
    CurvePlace,
    LimitStep,
    LineStatement,
    LinkStatement,
    MeasureStatement,
    PartnerPoints,
    TargetStatement,
)
from jointpay.results.explain_reading import RowSpan, factor_of, scales_of, totals_of, unit_of
from jointpay.results.limits import adjustment_limits, amount_limits
from jointpay.results.scorecard import MISSING_REASONS, BaselineSums, LinkScores, MeasureScores, Scorecard
from jointpay.results.settlement import RuleLines

__all__ = ["Parts", "weight_held"]

_WITHOUT_VALUE = (1, 2)
_WITHOUT_TARGET = (1, 2, 3)
Few = Callable[[Scope, RowSpan], bool]
"""Whether the people of a scope are too few for its sums to be shown."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Makes the parts of the statements of one result."""

    card: Scorecard
    few: Few

    def measure(
        self, role: str, reading: Measure | Modifier, scores: MeasureScores, span: RowSpan, *, held: Fraction | None
    ) -> MeasureStatement:
        """Read one measure or modifier of one row."""
        plan, row = self.card.plan, span.row
        metric, state = plan.metrics[reading.metric], int(scores.states[row])
        factor = factor_of(plan, reading.metric)
        suppressed = self.few(reading.scope, span)
        counted = _counted(plan, reading.metric, scores, row)
        value = None
        if state not in _WITHOUT_VALUE:
            value = counted[0].amount / (counted[1].amount if len(counted) > 1 else 1) * factor
        target = None if reading.target is None else self._target(reading, scores, span)
        attainment, exact = None, None
        if state == 0 and value is not None:
            attainment = int(scores.attainments[row])
            exact = _attainment(reading, value, Fraction(0 if target is None else target.published, 10**metric.places))
        place = None if attainment is None else _place(reading.curve, Fraction(attainment, 10**plan.places.attainment))
        return MeasureStatement(
            kind="measure" if isinstance(reading, Measure) else "modifier",
            name=scores.name,
            title=metric.title or scores.name,
            metric=reading.metric,
            unit=unit_of(plan, reading.metric),
            places=metric.places,
            driven_by=metric.driven_by,
            partner_driven=metric.driven_by is not None and metric.driven_by != role,
            scope=reading.scope,
            counted=() if suppressed else counted,
            suppressed=suppressed,
            is_ratio=isinstance(metric, RatioMetric),
            factor=factor,
            value=None if value is None else int(scores.values[row]),
            value_exact=value,
            target=None if target is None or state in _WITHOUT_TARGET else target,
            attainment_kind=reading.attainment,
            attainment=attainment,
            attainment_exact=exact,
            curve=place,
            points=None if state and isinstance(reading.missing, MissingLeaveOut) else int(scores.points[row]),
            state=MISSING_REASONS[state],
            missing=reading.missing,
            min_count=reading.min_count,
            weight=reading.weight if isinstance(reading, Measure) else None,
            weight_held=held,
        )

    def _target(self, reading: Measure | Modifier, scores: MeasureScores, span: RowSpan) -> TargetStatement:
        plan, asked, sums = self.card.plan, reading.target, scores.baseline
        assert asked is not None  # noqa: S101 - the caller asked for it
        counted: tuple[CountedTotal, ...] = ()
        window: Span | None = None
        scope: Scope
        days, suppressed = 0, False
        if isinstance(asked, GrowthTarget | GroupTarget) and sums is not None:
            if isinstance(asked, GroupTarget):
                scope = asked.scope
                window = Span("", span.start, span.end)
            else:
                scope, window = reading.scope, baseline_span(plan, span.period, asked.over)
            suppressed = self.few(scope, span)
            days = int(sums.days[span.row])
            if days and not suppressed:
                counted = _counted(plan, reading.metric, sums, span.row)
        return TargetStatement(
            source=asked.kind,
            asked=asked,
            published=int(scores.targets[span.row]),
            counted=counted,
            window=window,
            days=days,
            suppressed=suppressed,
        )

    def link(self, link: Link, scores: LinkScores, row: int, *, held: Fraction | None) -> LinkStatement:
        """Read one link of one row: every partner's points, and their weights."""
        card = self.card
        partner = next(role for role in card.roles if role.role == link.role)
        read = next(component for component in partner.components if component.name == link.component)
        asked = card.plan.roles[link.role].components[link.component]
        pairs = np.flatnonzero(scores.rows == row)
        absent = [
            bool(read.states[other]) and isinstance(asked.missing, MissingLeaveOut) for other in scores.partners[pairs]
        ]
        weights = [0 if gone else int(weight) for weight, gone in zip(scores.weights[pairs], absent, strict=True)]
        whole = sum(weights)
        partners = []
        total = Fraction(0)
        for other, weight, gone in zip(scores.partners[pairs].tolist(), weights, absent, strict=True):
            person = int(partner.payees.persons[other])
            part = Fraction(weight, whole) if whole else Fraction(0)
            points = None if gone else int(read.points[other])
            total += part * (points or 0)
            partners.append(
                PartnerPoints(payee=card.person_ids[person], name=card.names[person], points=points, weight=part)
            )
        state = int(scores.states[row])
        return LinkStatement(
            name=scores.name,
            title=asked.title or link.component,
            role=link.role,
            component=link.component,
            partners=tuple(partners),
            exact=None if state else total / 10**card.plan.places.points,
            points=None if state and isinstance(link.missing, MissingLeaveOut) else int(scores.points[row]),
            state=MISSING_REASONS[state],
            missing=link.missing,
            weight=link.weight,
            weight_held=held,
        )

    def line(self, rule: PayRule, line: RuleLines, row: int) -> LineStatement:
        """Read one pay line of one row."""
        plan, present = self.card.plan, int(line.states[row]) == 0
        base, given = int(line.base_minor[row]), int(line.adjustments[0][row])
        points = int(line.points[row]) if present else None
        adjustment = int(line.adjustment[row])
        return LineStatement(
            rule=rule.id,
            nature=rule.nature,
            reads=None if isinstance(rule.reads, ReadsScore) else rule.reads.component,
            points=points,
            base=rule.base,
            base_minor=base,
            curve=None if points is None else _place(rule.curve, Fraction(points, 10**plan.places.points)),
            adjustment_given=given,
            adjustment_limits=_adjustment_limits(plan, rule, line, row),
            adjustment=adjustment,
            amount_exact=Fraction(base * adjustment, 100 * 10**plan.places.adjustment),
            amount_given=int(line.amounts[0][row]),
            amount_limits=_amount_limits(plan, rule, line, row),
            amount_minor=int(line.amount_minor[row]),
        )


def weight_held(weight: Fraction, present: list[Fraction], *, left_out: bool) -> Fraction | None:
    """Give the part of a weight among those present: weight / their sum; None where it is left out itself."""
    return None if left_out else weight / sum(present, Fraction(0))


def _counted(plan: Plan, metric: str, sums: MeasureScores | BaselineSums, row: int) -> tuple[CountedTotal, ...]:
    """Give what was counted of the total, or of numerator and denominator, in the totals' own units."""
    counts = (int(sums.numerators[row]), int(sums.denominators[row]))
    return tuple(
        CountedTotal(
            total=total, unit=total_unit(plan.totals[total]), amount=Fraction(count, sums.share_denominator * scale)
        )
        for total, count, scale in zip(totals_of(plan, metric), counts, scales_of(plan, metric), strict=False)
    )


def _attainment(reading: Measure | Modifier, value: Fraction, target: Fraction) -> Fraction:
    """Compare the exact value with the published target."""
    match reading.attainment:
        case "ratio":
            return value / target
        case "difference":
            return value - target
        case "percentage_points":
            return (value - target) * 100
        case "value":
            return value


def _place(curve: Curve, x: Fraction) -> CurvePlace:
    """Find the piece a number lies on; the result was checked to lie on one."""
    line: tuple[Piece, ...] = tuple(pieces(curve))
    at = next(at for at, piece in enumerate(line) if piece.holds(x))
    return CurvePlace(pieces=line, at=at, x=x, exact=line[at].value(x))


def _adjustment_limits(plan: Plan, rule: PayRule, line: RuleLines, row: int) -> tuple[LimitStep, ...]:
    steps = [int(step[row]) for step in line.adjustments]
    bounds = [
        published(limit.at * 100, places=plan.places.adjustment, rounding=plan.rounding)
        * (-1 if isinstance(limit, Guard) else 1)
        for limit in adjustment_limits(rule)
    ]
    return tuple(
        LimitStep(limit=limit, bound=bound, before=before, after=after)
        for limit, bound, before, after in zip(adjustment_limits(rule), bounds, steps, steps[1:], strict=False)
    )


def _amount_limits(plan: Plan, rule: PayRule, line: RuleLines, row: int) -> tuple[LimitStep, ...]:
    steps, digits = [int(step[row]) for step in line.amounts], minor_digits(plan.currency)
    return tuple(
        LimitStep(
            limit=limit,
            bound=published(limit.amount, places=digits, rounding=plan.rounding),
            before=before,
            after=after,
        )
        for limit, before, after in zip(amount_limits(rule), steps, steps[1:], strict=False)
    )

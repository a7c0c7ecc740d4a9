"""The terms of a measure or modifier: from what was credited to its points."""

from dataclasses import dataclass
from fractions import Fraction

from jointpay.money.number import decimal_text, fixed_text
from jointpay.money.rounding import published
from jointpay.plan.calendar import Span, baseline_span, day_text
from jointpay.plan.measures import (
    Measure,
    Missing,
    MissingLeaveOut,
    MissingNeutral,
    Modifier,
)
from jointpay.plan.metrics import RatioMetric, TotalMetric
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import AllScope, GroupScope, OwnScope
from jointpay.plan.targets import BenchmarkTarget, FixedTarget, GroupTarget, GrowthTarget, TableTarget, Target
from jointpay.plan.units import unit_factor
from jointpay.results.explain_curve import on_curve
from jointpay.results.explain_ledger import Ledger, number_text
from jointpay.results.scorecard import MISSING_REASONS, MeasureScores

__all__ = ["RowSpan", "counted_as", "explain_measure", "scope_text"]

_UNDEFINED, _THIN, _NO_BASELINE, _NOT_POSITIVE = 1, 2, 3, 4
_WITHOUT_VALUE = (_UNDEFINED, _THIN)
_WITHOUT_TARGET = (_UNDEFINED, _THIN, _NO_BASELINE)


@dataclass(frozen=True, slots=True)
class RowSpan:
    """The days of a row, and the period they lie in."""

    row: int
    start: int
    end: int
    period: Span

    @property
    def part(self) -> Fraction:
        """Days of the row / days of the period."""
        return Fraction(self.end - self.start, self.period.days)


def scope_text(scope: OwnScope | GroupScope | AllScope) -> str:
    """Say whose facts a measure reads."""
    match scope:
        case OwnScope():
            return "own items, by share"
        case GroupScope(column=column):
            return f"items of the whole {column}"
        case AllScope():
            return "all items"


def counted_as(missing: Missing, places: int, points: int) -> str:
    """Say what the missing policy makes of a missing value."""
    if isinstance(missing, MissingLeaveOut):
        return "it is left out"
    policy = "neutral" if isinstance(missing, MissingNeutral) else missing.kind
    return f"the plan's policy is {policy}: it counts as {fixed_text(points, places)} points"


def filled(missing: Missing, plan: Plan) -> int:
    """Give the points, in last places, that a missing value counts as; 0 where it is left out."""
    value = missing.points if isinstance(missing, MissingNeutral) else Fraction(0)
    return published(value, places=plan.places.points, rounding=plan.rounding)


def explain_measure(
    ledger: Ledger, plan: Plan, reading: Measure | Modifier, scores: MeasureScores, span: RowSpan
) -> Fraction | None:
    """Write the terms of one measure in one row; give its points, or None where it is left out."""
    state, points, places = int(scores.states[span.row]), int(scores.points[span.row]), plan.places
    _totals(ledger, plan, reading, scores, span.row)
    if _state_of(plan, reading, scores, span.row, state) != state:
        ledger.refuse("state", f"the result says {MISSING_REASONS[state]!r}, and its numbers say otherwise")
    value = None if state in _WITHOUT_VALUE else _value(ledger, plan, reading, scores, span.row)
    if reading.target is not None and state not in _WITHOUT_TARGET:
        _target(ledger, plan, reading.metric, reading.target, scores, span)
    if state or value is None:
        ledger.hold("points", filled(reading.missing, plan), points, places.points)
        left_out = isinstance(reading.missing, MissingLeaveOut)
        counts = None if left_out else Fraction(points, 10**places.points)
        ledger.say(
            "points",
            "points",
            exact=counts,
            text="" if left_out else fixed_text(points, places.points),
            note=f"{_reason(reading, scores, span.row)}; {counted_as(reading.missing, places.points, points)}",
        )
        return counts
    attainment = _attainment(ledger, plan, reading, scores, span.row, value)
    given = on_curve(reading.curve, attainment)
    if given is None:
        ledger.refuse("points", f"the curve refuses to answer at {number_text(attainment)}, and the result has points")
    ledger.publish(
        "points",
        "points",
        exact=given.value,
        stored=points,
        places=places.points,
        formula=given.formula,
        note=given.where,
    )
    return Fraction(points, 10**places.points)


def _state_of(plan: Plan, reading: Measure | Modifier, scores: MeasureScores, row: int, state: int) -> int:
    """Give the state that the numbers of a row make; whether a baseline was there cannot be seen in them."""
    below = Fraction(int(scores.denominators[row]), scores.share_denominator)
    if isinstance(plan.metrics[reading.metric], RatioMetric):
        if below <= 0:
            return _UNDEFINED
        if below < (reading.min_count or 0):
            return _THIN
    if state == _NO_BASELINE:
        return state
    not_positive = reading.attainment == "ratio" and int(scores.targets[row]) <= 0
    return _NOT_POSITIVE if not_positive else 0


def _totals(ledger: Ledger, plan: Plan, reading: Measure | Modifier, scores: MeasureScores, row: int) -> None:
    """Write what was credited."""
    metric, shares = plan.metrics[reading.metric], scores.share_denominator
    credited = [("numerator", metric.total if isinstance(metric, TotalMetric) else metric.numerator, scores.numerators)]
    if isinstance(metric, RatioMetric):
        credited.append(("denominator", metric.denominator, scores.denominators))
    for name, total, counts in credited:
        count = Fraction(int(counts[row]), shares)
        ledger.say(
            name,
            total,
            exact=count,
            formula="" if shares == 1 or count.denominator == 1 else f"{int(counts[row])} / {shares}",
            text=decimal_text(count),
            note=scope_text(reading.scope),
        )


def _value(ledger: Ledger, plan: Plan, reading: Measure | Modifier, scores: MeasureScores, row: int) -> Fraction:
    """Write the value of the metric; give it exactly."""
    metric = plan.metrics[reading.metric]
    above, below = (
        Fraction(int(count[row]), scores.share_denominator) for count in (scores.numerators, scores.denominators)
    )
    factor = unit_factor(metric, plan.totals, plan.currency) or Fraction(1)
    parts = [number_text(above)]
    if isinstance(metric, RatioMetric):
        parts.append(f"/ {number_text(below)}")
    if factor != 1:
        parts.append(f"* {number_text(factor)}" if factor.numerator != 1 else f"/ {factor.denominator}")
    value = above / below * factor
    ledger.publish(
        "value",
        metric.title or reading.metric,
        exact=value,
        stored=int(scores.values[row]),
        places=metric.places,
        formula=" ".join(parts) if len(parts) > 1 else "",
        unit=_unit(plan, reading.metric),
    )
    return value


def _unit(plan: Plan, metric: str) -> str:
    unit = plan.metrics[metric].unit
    return {"count": "", "ratio": "", "major": plan.currency}.get(unit, unit)


def _target(ledger: Ledger, plan: Plan, name: str, target: Target, scores: MeasureScores, span: RowSpan) -> None:
    """Write the published target and what it is made of."""
    metric, unit = plan.metrics[name], _unit(plan, name)
    stored = int(scores.targets[span.row])
    scaled = plan.partial_period == "by_days" and isinstance(metric, TotalMetric) and span.part != 1
    days = f"; times {span.end - span.start} / {span.period.days} days" if scaled else ""
    if isinstance(target, FixedTarget):
        exact = target.value * (span.part if scaled else 1)
        formula = f"{number_text(target.value)} * {span.end - span.start} / {span.period.days}" if scaled else ""
        ledger.publish(
            "target", "target", exact=exact, stored=stored, places=metric.places, formula=formula, unit=unit,
            note="fixed, for the days held" if scaled else "fixed",
        )  # fmt: skip
        return
    ledger.say(
        "target",
        "target",
        exact=Fraction(stored, 10**metric.places),
        text=fixed_text(stored, metric.places),
        unit=unit,
        note=_made_of(plan, target, span) + days,
    )


def _made_of(plan: Plan, target: BenchmarkTarget | GroupTarget | GrowthTarget | TableTarget, span: RowSpan) -> str:
    """Say in words what a target is made of."""
    match target:
        case GrowthTarget(over=over, by=by):
            before = baseline_span(plan, span.period, over)
            days = "" if before is None else f" ({day_text(before.start)} to {day_text(before.end - 1)})"
            return f"the same metric in the baseline{days}, times {number_text(1 + by)}"
        case GroupTarget(scope=scope, by=by):
            return f"the same metric over {scope_text(scope)} in the same days, times {number_text(1 + by)}"
        case TableTarget(name=name, keys=keys):
            return f"from the targets table: {name!r} by {', '.join(keys)}"
        case BenchmarkTarget(series=series, by=by):
            return f"the series {series!r} in this period, times {number_text(1 + by)}"


def _attainment(
    ledger: Ledger, plan: Plan, reading: Measure | Modifier, scores: MeasureScores, row: int, value: Fraction
) -> Fraction:
    """Write the attainment, which starts from the value before rounding; give it as published."""
    places, stored = plan.places.attainment, int(scores.attainments[row])
    target = Fraction(int(scores.targets[row]), 10 ** plan.metrics[reading.metric].places)
    found, asked = number_text(value), number_text(target)
    match reading.attainment:
        case "ratio":
            exact, formula = value / target, f"{found} / {asked}"
        case "difference":
            exact, formula = value - target, f"{found} - {asked}"
        case "percentage_points":
            exact, formula = (value - target) * 100, f"({found} - {asked}) * 100"
        case "value":
            exact, formula = value, ""
    ledger.publish("attainment", "attainment x", exact=exact, stored=stored, places=places, formula=formula)
    return Fraction(stored, 10**places)


def _reason(reading: Measure | Modifier, scores: MeasureScores, row: int) -> str:
    """Say why a value is missing."""
    below = decimal_text(Fraction(int(scores.denominators[row]), scores.share_denominator))
    match int(scores.states[row]):
        case 1:
            return f"the ratio is undefined, because its denominator is {below}"
        case 2:
            return f"the sample is too thin: a denominator of {below}, and {reading.min_count} are asked for"
        case 3:
            return "there is no baseline or group value to make a target of"
        case _:
            return "the target is zero or less, and nothing can be a ratio of it"

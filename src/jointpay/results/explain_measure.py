"""The terms of a measure or modifier: from what was credited to its points."""

from fractions import Fraction
from typing import assert_never

from jointpay.money.number import decimal_text, fixed_text
from jointpay.money.rounding import published
from jointpay.plan.measures import Measure, Missing, MissingLeaveOut, MissingNeutral, Modifier
from jointpay.plan.metrics import RatioMetric
from jointpay.plan.plan import Plan
from jointpay.plan.targets import GroupTarget, GrowthTarget
from jointpay.results.explain_baseline import Baseline, baseline_of, explain_baseline
from jointpay.results.explain_curve import on_curve
from jointpay.results.explain_ledger import Ledger, less, number_text
from jointpay.results.explain_reading import RowSpan, factor_of, scales_of, scope_text, totals_of, unit_of
from jointpay.results.explain_target import explain_target
from jointpay.results.scorecard import MISSING_REASONS, MeasureScores

__all__ = ["counted_as", "explain_measure", "filled"]

_UNDEFINED, _THIN, _NO_BASELINE, _NOT_POSITIVE = 1, 2, 3, 4
_WITHOUT_VALUE = (_UNDEFINED, _THIN)
_WITHOUT_TARGET = (_UNDEFINED, _THIN, _NO_BASELINE)


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
    baseline = None
    if isinstance(reading.target, GrowthTarget | GroupTarget):
        baseline = baseline_of(ledger, plan, reading, reading.target, scores, span)
    if _state_of(plan, reading, scores, span.row, baseline) != state:
        ledger.refuse("state", f"the result says {MISSING_REASONS[state]!r}, and its numbers say otherwise")
    value = None if state in _WITHOUT_VALUE else _value(ledger, plan, reading, scores, span.row)
    if reading.target is not None and state not in _WITHOUT_TARGET:
        explain_target(ledger, plan, reading, reading.target, scores, span, baseline)
    elif baseline is not None and state == _NO_BASELINE:
        explain_baseline(ledger, baseline)
    if state or value is None:
        ledger.hold("points", filled(reading.missing, plan), points, places.points)
        left_out = isinstance(reading.missing, MissingLeaveOut)
        counts = None if left_out else Fraction(points, 10**places.points)
        ledger.say(
            "points",
            "points",
            exact=counts,
            text="" if left_out else fixed_text(points, places.points),
            note=f"{_reason(plan, reading, scores, span.row, baseline)}; {counted_as(reading.missing, places.points, points)}",
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


def _state_of(
    plan: Plan, reading: Measure | Modifier, scores: MeasureScores, row: int, baseline: Baseline | None
) -> int:
    """Give the state that the numbers of a row make."""
    _, below = _sums(plan, reading, scores, row)
    if isinstance(plan.metrics[reading.metric], RatioMetric):
        if below <= 0:
            return _UNDEFINED
        if below < (reading.min_count or 0):
            return _THIN
    if baseline is not None and not baseline.holds(reading.min_count):
        return _NO_BASELINE
    not_positive = reading.attainment == "ratio" and int(scores.targets[row]) <= 0
    return _NOT_POSITIVE if not_positive else 0


def _totals(ledger: Ledger, plan: Plan, reading: Measure | Modifier, scores: MeasureScores, row: int) -> None:
    """Write what was credited."""
    totals, scales = totals_of(plan, reading.metric), scales_of(plan, reading.metric)
    sides = (("numerator", scores.numerators), ("denominator", scores.denominators))
    for total, scale, (name, counts) in zip(totals, scales, sides, strict=False):
        parts = scores.share_denominator * scale
        count = Fraction(int(counts[row]), parts)
        ledger.say(
            name,
            total,
            exact=count,
            formula="" if parts == 1 or count.denominator == 1 else f"{int(counts[row])} / {parts}",
            text=decimal_text(count),
            note=scope_text(reading.scope),
        )


def _sums(plan: Plan, reading: Measure | Modifier, scores: MeasureScores, row: int) -> tuple[Fraction, Fraction]:
    """Give what was credited above and below the line; below a total stands 1."""
    above, below = scales_of(plan, reading.metric)
    shares = scores.share_denominator
    return Fraction(int(scores.numerators[row]), shares * above), Fraction(
        int(scores.denominators[row]), shares * below
    )


def _value(ledger: Ledger, plan: Plan, reading: Measure | Modifier, scores: MeasureScores, row: int) -> Fraction:
    """Write the value of the metric; give it exactly."""
    metric = plan.metrics[reading.metric]
    above, below = _sums(plan, reading, scores, row)
    factor = factor_of(plan, reading.metric)
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
        unit=unit_of(plan, reading.metric),
    )
    return value


def _attainment(
    ledger: Ledger, plan: Plan, reading: Measure | Modifier, scores: MeasureScores, row: int, value: Fraction
) -> Fraction:
    """Write the attainment, which starts from the value before rounding; give it as published."""
    places, stored = plan.places.attainment, int(scores.attainments[row])
    target = Fraction(int(scores.targets[row]), 10 ** plan.metrics[reading.metric].places)
    found = number_text(value)
    match reading.attainment:
        case "ratio":
            exact, formula = value / target, f"{found} / {number_text(target)}"
        case "difference":
            exact, formula = value - target, f"{found} {less(target)}"
        case "percentage_points":
            exact, formula = (value - target) * 100, f"({found} {less(target)}) * 100"
        case "value":
            exact, formula = value, ""
        case _:  # pragma: no cover
            assert_never(reading.attainment)
    ledger.publish("attainment", "attainment x", exact=exact, stored=stored, places=places, formula=formula)
    return Fraction(stored, 10**places)


def _reason(plan: Plan, reading: Measure | Modifier, scores: MeasureScores, row: int, baseline: Baseline | None) -> str:
    """Say why a value is missing."""
    below = decimal_text(_sums(plan, reading, scores, row)[1])
    match int(scores.states[row]):
        case 1:
            return f"the ratio is undefined, because its denominator is {below}"
        case 2:
            return f"the sample is too thin: a denominator of {below}, and {reading.min_count} are asked for"
        case 3:
            none = "there is no baseline or group value to make a target of"
            if baseline is None or not baseline.days:
                return none
            asked = "" if reading.min_count is None else f", and {reading.min_count} are asked for"
            return f"{none}, because its denominator is {decimal_text(baseline.sums[1])}{asked}"
        case _:
            return "the target is zero or less, and nothing can be a ratio of it"

"""The terms of a target: what it is made of, and the number that was published."""

from fractions import Fraction
from typing import assert_never

from jointpay.money.number import fixed_text
from jointpay.plan.calendar import baseline_span, day_text
from jointpay.plan.measures import Measure, Modifier
from jointpay.plan.metrics import TotalMetric
from jointpay.plan.plan import Plan
from jointpay.plan.targets import BenchmarkTarget, FixedTarget, GroupTarget, GrowthTarget, TableTarget, Target
from jointpay.results.explain_baseline import Baseline, baseline_value, explain_baseline
from jointpay.results.explain_ledger import Ledger, number_text
from jointpay.results.explain_reading import RowSpan, scope_text, unit_of
from jointpay.results.scorecard import MeasureScores

__all__ = ["explain_target"]


def explain_target(
    ledger: Ledger,
    plan: Plan,
    reading: Measure | Modifier,
    target: Target,
    scores: MeasureScores,
    span: RowSpan,
    baseline: Baseline | None,
) -> None:
    """Write the published target and what it is made of, with the numbers where the result holds them."""
    metric, unit = plan.metrics[reading.metric], unit_of(plan, reading.metric)
    stored = int(scores.targets[span.row])
    scaled = plan.partial_period == "by_days" and isinstance(metric, TotalMetric) and span.part != 1
    days = f" * {span.days} / {span.period.days}" if scaled else ""
    part = span.part if scaled else Fraction(1)
    if isinstance(target, FixedTarget):
        formula = f"{number_text(target.value)}{days}" if days else ""
        note = "fixed, for the days held" if scaled else "fixed"
        exact = target.value * part
    elif isinstance(target, GrowthTarget | GroupTarget) and baseline is not None:
        explain_baseline(ledger, baseline)
        value, found = baseline_value(plan, reading, target, baseline, span)
        exact, formula = value * (1 + target.by) * part, f"{found} * {number_text(1 + target.by)}{days}"
        note = _made_of(plan, target, span)
    else:
        ledger.say(
            "target",
            "target",
            exact=Fraction(stored, 10**metric.places),
            text=fixed_text(stored, metric.places),
            unit=unit,
            note=_made_of(plan, target, span) + (f", times {days.removeprefix(' * ')} days" if days else ""),
        )
        return
    ledger.publish(
        "target", "target", exact=exact, stored=stored, places=metric.places, formula=formula, unit=unit, note=note
    )


def _made_of(plan: Plan, target: BenchmarkTarget | GroupTarget | GrowthTarget | TableTarget, span: RowSpan) -> str:
    """Say in words what a target is made of."""
    match target:
        case GrowthTarget(over=over, by=by):
            before = baseline_span(plan, span.period, over)
            days = "" if before is None else f", {day_text(before.start)} to {day_text(before.end - 1)}"
            return f"the baseline{days}, times {number_text(1 + by)}"
        case GroupTarget(scope=scope, by=by):
            return f"the same metric over {scope_text(scope)} in the same days, times {number_text(1 + by)}"
        case TableTarget(name=name, keys=keys):
            return f"target {name} of the targets table, by {', '.join(keys)}"
        case BenchmarkTarget(series=series, by=by):
            return f"series {series} of the targets table in this period, times {number_text(1 + by)}"
        case _:  # pragma: no cover
            assert_never(target)

"""The terms of a target: what it is made of, and the number that was published."""

from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

import numpy as np

from jointpay.money.number import decimal_text, fixed_text
from jointpay.plan.calendar import Span, baseline_span, day_text
from jointpay.plan.measures import Measure, Modifier
from jointpay.plan.metrics import TotalMetric
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import AllScope, GroupScope, OwnScope
from jointpay.plan.targets import (
    BenchmarkTarget,
    DateRange,
    FixedTarget,
    GroupTarget,
    GrowthTarget,
    TableTarget,
    Target,
)
from jointpay.plan.units import unit_factor
from jointpay.results.explain_ledger import Ledger, number_text
from jointpay.results.scorecard import MeasureScores, PayeeRows

__all__ = ["RowSpan", "explain_target", "factor_of", "scope_text", "unit_of"]


@dataclass(frozen=True, slots=True)
class RowSpan:
    """A row of a role: its days, the period they lie in, and the rows it can be compared with."""

    row: int
    start: int
    end: int
    period: Span
    payees: PayeeRows
    periods: tuple[Span, ...]

    @property
    def days(self) -> int:
        """Days of the row."""
        return self.end - self.start

    @property
    def part(self) -> Fraction:
        """Days of the row / days of the period."""
        return Fraction(self.days, self.period.days)


def scope_text(scope: OwnScope | GroupScope | AllScope) -> str:
    """Say whose facts a measure reads."""
    match scope:
        case OwnScope():
            return "own items, by share"
        case GroupScope(column=column):
            return f"items of the whole {column}"
        case AllScope():
            return "all items"
        case _:  # pragma: no cover
            assert_never(scope)


def unit_of(plan: Plan, metric: str) -> str:
    """Give what a metric is in, where that is worth saying."""
    unit = plan.metrics[metric].unit
    return {"count": "", "ratio": "", "major": plan.currency}.get(unit, unit)


def factor_of(plan: Plan, metric: str) -> Fraction:
    """Give the exact factor from a metric's totals to its unit."""
    return unit_factor(plan.metrics[metric], plan.totals, plan.currency) or Fraction(1)


def explain_target(
    ledger: Ledger, plan: Plan, reading: Measure | Modifier, target: Target, scores: MeasureScores, span: RowSpan
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
    elif isinstance(target, GrowthTarget) and (seen := _baseline(ledger, plan, reading, target, scores, span)):
        exact, formula = seen[0] * (1 + target.by) * part, f"{seen[1]} * {number_text(1 + target.by)}{days}"
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


def _baseline(
    ledger: Ledger,
    plan: Plan,
    reading: Measure | Modifier,
    target: GrowthTarget,
    scores: MeasureScores,
    span: RowSpan,
) -> tuple[Fraction, str] | None:
    """Write the baseline where it is a scored period, so that its totals are in the result; None where it is not.

    Own items: the payee's rows of that period, put together. All items: any row that holds the whole period.
    """
    before = baseline_span(plan, span.period, target.over)
    place = next((place for place, period in enumerate(span.periods) if before and period.start == before.start), None)
    if before is None or place is None or span.periods[place].end != before.end:
        return None
    payees = span.payees
    within = payees.periods == place
    match reading.scope:
        case OwnScope():
            rows = np.flatnonzero(within & (payees.persons == payees.persons[span.row]))
        case AllScope():
            rows = np.flatnonzero(within & (payees.starts == before.start) & (payees.ends == before.end))[:1]
        case GroupScope():
            return None
        case _:  # pragma: no cover
            assert_never(reading.scope)
    if not rows.size:
        return None
    metric, shares = plan.metrics[reading.metric], scores.share_denominator
    totals = [metric.total] if isinstance(metric, TotalMetric) else [metric.numerator, metric.denominator]
    credited = [Fraction(sum(scores.numerators[rows].tolist()), shares)]
    if not isinstance(metric, TotalMetric):
        credited.append(Fraction(sum(scores.denominators[rows].tolist()), shares))
    for name, total, count in zip(("numerator", "denominator"), totals, credited, strict=False):
        ledger.say(
            f"baseline {name}",
            f"{total} in the baseline",
            exact=count,
            text=decimal_text(count),
            note=f"{scope_text(reading.scope)}, {day_text(before.start)} to {day_text(before.end - 1)}",
        )
    factor = factor_of(plan, reading.metric)
    value, formula = credited[0] * factor, number_text(credited[0])
    if len(credited) > 1:
        value, formula = value / credited[1], f"{formula} / {number_text(credited[1])}"
    formula += "" if factor == 1 else f" * {number_text(factor)}"
    if isinstance(metric, TotalMetric):
        held = int((payees.ends[rows] - payees.starts[rows]).sum())
        if isinstance(reading.scope, OwnScope) and plan.partial_period == "by_days" and held != before.days:
            value, formula = value * Fraction(before.days, held), f"{formula} * {before.days} / {held}"
        if isinstance(target.over, DateRange) and span.period.days != before.days:
            value *= Fraction(span.period.days, before.days)
            formula += f" * {span.period.days} / {before.days}"
    return value, formula

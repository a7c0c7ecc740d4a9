"""The terms of what a target is made of: the sums over a baseline (growth), or over a group (group target)."""

from dataclasses import dataclass
from fractions import Fraction

from jointpay.money.number import decimal_text
from jointpay.plan.calendar import Span, baseline_span, day_text
from jointpay.plan.measures import Measure, Modifier
from jointpay.plan.metrics import TotalMetric
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import OwnScope, Scope
from jointpay.plan.targets import DateRange, GroupTarget, GrowthTarget
from jointpay.results.explain_ledger import Ledger, number_text
from jointpay.results.explain_reading import RowSpan, factor_of, scales_of, scope_text, totals_of
from jointpay.results.scorecard import MeasureScores

__all__ = ["Baseline", "baseline_of", "baseline_value", "explain_baseline"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the target of one row is made of, as the result holds it."""

    kind: str
    """`baseline` or `group`."""
    totals: tuple[str, ...]
    """The total, or numerator and denominator of the ratio."""
    numerator: int
    denominator: int
    share_denominator: int
    scales: tuple[int, int]
    """Parts of their units in which numerator and denominator count."""
    days: int
    """Days whose facts were counted; 0 where there is no baseline."""
    window: Span
    """All of its days."""
    scope: str
    """Whose facts, in words."""

    @property
    def sums(self) -> tuple[Fraction, Fraction]:
        """Numerator and denominator; the denominator of a total is 1."""
        above, below = self.scales
        shares = self.share_denominator
        return Fraction(self.numerator, shares * above), Fraction(self.denominator, shares * below)

    def holds(self, min_count: int | None) -> bool:
        """Whether it gives a value that a target can be made of."""
        below = self.sums[1]
        enough = len(self.totals) == 1 or below >= (min_count or 0)
        return self.days > 0 and below > 0 and enough


def baseline_of(
    ledger: Ledger,
    plan: Plan,
    reading: Measure | Modifier,
    target: GrowthTarget | GroupTarget,
    scores: MeasureScores,
    span: RowSpan,
) -> Baseline:
    """Read what the target of a row is made of.

    Raises `MismatchError` where the result does not have it, or its days are none that the plan can count.
    """
    sums, row = scores.baseline, span.row
    if sums is None:
        ledger.refuse("baseline", "the plan compares with other facts, and the result does not hold their sums")
    scope: Scope
    possible: range | set[int]
    if isinstance(target, GroupTarget):
        window, scope = Span("", span.start, span.end), target.scope
        possible = {window.days}
    else:
        window, scope = baseline_span(plan, span.period, target.over) or Span("", 0, 0), reading.scope
        possible = range(window.days + 1) if isinstance(scope, OwnScope) else {0, window.days}
    days = int(sums.days[row])
    if days not in possible:
        ledger.refuse("baseline days", f"the result counted {days} days of a baseline of {window.days}")
    return Baseline(
        kind="group" if isinstance(target, GroupTarget) else "baseline",
        totals=totals_of(plan, reading.metric),
        numerator=int(sums.numerators[row]),
        denominator=int(sums.denominators[row]),
        share_denominator=sums.share_denominator,
        scales=scales_of(plan, reading.metric),
        days=days,
        window=window,
        scope=scope_text(scope),
    )


def explain_baseline(ledger: Ledger, baseline: Baseline) -> None:
    """Write the sums; nothing where no day was counted."""
    if not baseline.days:
        return
    window = baseline.window
    held = "" if baseline.days == window.days else f", {baseline.days} of {window.days} days held"
    counts = (("numerator", baseline.numerator), ("denominator", baseline.denominator))
    for total, (name, count), scale in zip(baseline.totals, counts, baseline.scales, strict=False):
        parts = baseline.share_denominator * scale
        exact = Fraction(count, parts)
        ledger.say(
            f"{baseline.kind} {name}",
            f"{total} in the {baseline.kind}",
            exact=exact,
            formula="" if exact.denominator == 1 else f"{count} / {parts}",
            text=decimal_text(exact),
            note=f"{baseline.scope}, {day_text(window.start)} to {day_text(window.end - 1)}{held}",
        )


def baseline_value(
    plan: Plan, reading: Measure | Modifier, target: GrowthTarget | GroupTarget, baseline: Baseline, span: RowSpan
) -> tuple[Fraction, str]:
    """Give the value that a target is made of, and its formula.

    A total is brought from the days held to the whole baseline (`by_days`), and from a baseline of fixed dates to the
    length of the period.
    """
    (above, below), factor = baseline.sums, factor_of(plan, reading.metric)
    value, formula = above / below * factor, number_text(above)
    is_total = isinstance(plan.metrics[reading.metric], TotalMetric)
    formula += "" if is_total else f" / {number_text(below)}"
    formula += "" if factor == 1 else f" * {number_text(factor)}"
    if not is_total or isinstance(target, GroupTarget):
        return value, formula
    lengths = [(baseline.window.days, baseline.days)] if plan.partial_period == "by_days" else []
    if isinstance(target.over, DateRange):
        lengths.append((span.period.days, baseline.window.days))
    for days, of_days in lengths:
        if days != of_days:
            value, formula = value * Fraction(days, of_days), f"{formula} * {days} / {of_days}"
    return value, formula

"""The figures of shared work: which totals are stages of the way to a sale, and what metrics sums of totals make.

Shapes: T totals in the order of the plan; sums are (T,) whole numbers of 1 / share_denominator of what facts count in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from jointpay.money.rounding import published
from jointpay.plan.metrics import RatioMetric, TotalMetric
from jointpay.plan.plan import Plan
from jointpay.plan.totals import CountTotal
from jointpay.plan.units import facts_factor, total_scale

__all__ = ["Figures", "Sums", "figures_of"]

_RATIO_PLACES = 4
"""Places of a ratio that is shown beside others: 3.57%."""

Sums = tuple[int, ...]
"""One sum for every total, in the order of the plan."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is shown of sums of totals: the stages, and the metrics that are not a stage themselves."""

    plan: Plan
    totals: tuple[str, ...]
    stages: tuple[str, ...]
    """Counts that a metric reads, in the order of the plan."""
    metrics: tuple[str, ...]
    lead: str
    """The total by which traffic is compared: the first stage."""
    above: Mapping[str, str]
    """By stage the one it is a part of: the denominator of the plan's ratio, or the stage before."""
    parts: tuple[str, ...]
    """The stages whose part of the one above is no ratio of the plan."""
    _factors: Mapping[str, Fraction]

    def part(self, sums: Sums, stage: str) -> Fraction | None:
        """Give a stage as a part of the one above it; None for the first stage and above nothing."""
        below = self.above.get(stage)
        if below is None or self.of(sums, below) <= 0:
            return None
        return Fraction(self.of(sums, stage), self.of(sums, below)) * self._scale(below) / self._scale(stage)

    def places(self, name: str) -> int:
        """Give the places with which a metric of sums is shown: its own, but of a ratio no more than four."""
        metric = self.plan.metrics[name]
        return min(metric.places, _RATIO_PLACES) if metric.unit == "ratio" else metric.places

    def _scale(self, total: str) -> int:
        return total_scale(self.plan.totals[total], self.plan.events.attribution)

    def of(self, sums: Sums, total: str) -> int:
        """Give the sum of one total."""
        return sums[self.totals.index(total)]

    def value(self, sums: Sums, name: str, shares: int) -> int | None:
        """Round a metric of sums to `places`, in last places; None where its denominator is zero or less."""
        metric = self.plan.metrics[name]
        if isinstance(metric, RatioMetric):
            below = self.of(sums, metric.denominator)
            return None if below <= 0 else self._rounded(name, self.of(sums, metric.numerator), below)
        return self._rounded(name, self.of(sums, metric.total), shares)

    def _rounded(self, name: str, above: int, below: int) -> int:
        """Round above / below in the unit of a metric."""
        factor = self._factors[name]
        exact = Fraction(above * factor.numerator, below * factor.denominator)
        return published(exact, places=self.places(name), rounding=self.plan.rounding)


def _factors(plan: Plan) -> dict[str, Fraction]:
    """Give by metric what its sums of facts are multiplied by."""
    totals = dict(plan.totals)
    found = {
        name: facts_factor(metric, totals, plan.currency, plan.events.attribution)
        for name, metric in plan.metrics.items()
    }
    return {name: factor for name, factor in found.items() if factor is not None}


def figures_of(plan: Plan) -> Figures:
    """Choose what is shown of a plan's totals.

    A stage is a count that is a metric, or the numerator of one, or the denominator of a ratio of counts. A count that
    only divides a sum, such as ratings under their stars, is no stage.
    """
    counts = {name for name, total in plan.totals.items() if isinstance(total, CountTotal)}
    ratios = [metric for metric in plan.metrics.values() if isinstance(metric, RatioMetric)]
    read = {metric.total for metric in plan.metrics.values() if isinstance(metric, TotalMetric)}
    read |= {name for metric in ratios if metric.numerator in counts for name in (metric.numerator, metric.denominator)}
    stages = tuple(name for name in plan.totals if name in counts and name in read)
    above = dict(zip(stages[1:], stages, strict=False))
    for metric in ratios:
        if metric.denominator in stages and metric.numerator in stages[stages.index(metric.denominator) + 1 :]:
            above[metric.numerator] = metric.denominator
    shown = tuple(
        name for name, metric in plan.metrics.items() if isinstance(metric, RatioMetric) or metric.total not in stages
    )
    known = {(metric.numerator, metric.denominator) for metric in ratios}
    parts = tuple(stage for stage, below in above.items() if (stage, below) not in known)
    return Figures(plan, tuple(plan.totals), stages, shown, (*stages, *plan.totals)[0], above, parts, _factors(plan))

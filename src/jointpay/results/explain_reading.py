"""What a measure reads: which row and days, whose facts, and in which unit."""

from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from jointpay.plan.calendar import Span
from jointpay.plan.metrics import RatioMetric
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import AllScope, GroupScope, OwnScope
from jointpay.plan.units import total_scale, unit_factor

__all__ = ["RowSpan", "factor_of", "scales_of", "scope_text", "totals_of", "unit_of"]


@dataclass(frozen=True, slots=True)
class RowSpan:
    """A row of a role: its days, and the period they lie in."""

    row: int
    start: int
    end: int
    period: Span

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


def totals_of(plan: Plan, metric: str) -> tuple[str, ...]:
    """Give the total of a metric, or numerator and denominator of a ratio."""
    read = plan.metrics[metric]
    return (read.numerator, read.denominator) if isinstance(read, RatioMetric) else (read.total,)


def scales_of(plan: Plan, metric: str) -> tuple[int, int]:
    """Give the parts of their units in which the facts above and below a metric's line count; below a total stands 1."""
    scales = [total_scale(plan.totals[total], plan.events.attribution) for total in totals_of(plan, metric)]
    return scales[0], scales[1] if len(scales) > 1 else 1

"""Units: what a metric's value is measured in, and the exact factor from its totals."""

from fractions import Fraction
from typing import assert_never

from jointpay.money.currency import minor_digits
from jointpay.plan.metrics import DURATION_MS, Metric, RatioMetric, TotalMetric
from jointpay.plan.totals import CountTotal, Total

__all__ = ["total_unit", "unit_factor"]


def total_unit(total: Total) -> str:
    """Give the unit of a total; a count is in `count`."""
    return "count" if isinstance(total, CountTotal) else total.unit


def _conversion(have: str, want: str, currency: str) -> Fraction | None:
    """Say what to multiply a number in `have` by to get it in `want`; None where they do not convert."""
    if have == want:
        return Fraction(1)
    if have in DURATION_MS and want in DURATION_MS:
        return Fraction(DURATION_MS[have], DURATION_MS[want])
    if (have, want) == ("minor", "major"):
        return Fraction(1, 10 ** minor_digits(currency))
    return None


def unit_factor(metric: Metric, totals: dict[str, Total], currency: str) -> Fraction | None:
    """Give the exact factor from the totals of a metric to its unit, or None where the units do not fit.

    Formula: value = total * factor, or numerator / denominator * factor.
    """
    match metric:
        case TotalMetric():
            return _conversion(total_unit(totals[metric.total]), metric.unit, currency)
        case RatioMetric():
            above, below = total_unit(totals[metric.numerator]), total_unit(totals[metric.denominator])
            same = _conversion(above, below, currency)
            if metric.unit == "ratio":
                return same
            if metric.unit == f"{above}/{below}" and same is None:
                return Fraction(1)
            return _conversion(above, metric.unit, currency) if below == "count" else None
        case _:  # pragma: no cover
            assert_never(metric)

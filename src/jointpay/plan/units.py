"""Units: what a metric's value is measured in, and the exact factor from its totals."""

from fractions import Fraction
from typing import assert_never

from jointpay.money.currency import minor_digits
from jointpay.plan.attribution import MILLION, Attribution
from jointpay.plan.metrics import DURATION_MS, Metric, RatioMetric, TotalMetric
from jointpay.plan.totals import CountTotal, Total

__all__ = ["facts_factor", "total_scale", "total_unit", "unit_factor"]


def total_unit(total: Total) -> str:
    """Give the unit of a total; a count is in `count`."""
    return "count" if isinstance(total, CountTotal) else total.unit


def total_scale(total: Total, attribution: Attribution | None) -> int:
    """Give the parts of its unit in which the facts of a total count.

    A million where a kind of event that changes it is credited by touch or takes such an event back, else 1.
    """
    if attribution is None:
        return 1
    by_touch = {*attribution.credited, *attribution.reversed_by}
    return MILLION if by_touch & {*total.events, *total.minus} else 1


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


def facts_factor(
    metric: Metric, totals: dict[str, Total], currency: str, attribution: Attribution | None
) -> Fraction | None:
    """Give the exact factor from sums of facts, in the parts they count in, to a metric's unit; None as `unit_factor`.

    Formula: unit factor * scale of the total below / scale of the total above.
    """
    factor = unit_factor(metric, totals, currency)
    if factor is None:
        return None
    match metric:
        case TotalMetric():
            return factor / total_scale(totals[metric.total], attribution)
        case RatioMetric():
            above, below = (total_scale(totals[name], attribution) for name in (metric.numerator, metric.denominator))
            return factor * below / above
        case _:  # pragma: no cover
            assert_never(metric)

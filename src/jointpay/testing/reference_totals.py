"""Totals in a scope, and the value of a metric made of them."""

from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from jointpay.plan.metrics import Metric, RatioMetric, TotalMetric
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import AllScope, GroupScope, OwnScope, SharedScope
from jointpay.testing.reference_data import Fact, PlainData, Row

__all__ = [
    "NO_BASELINE",
    "PRESENT",
    "TARGET_NOT_POSITIVE",
    "THIN_SAMPLE",
    "UNDEFINED_RATIO",
    "Reading",
    "facts_unit",
    "reading",
]

PRESENT, UNDEFINED_RATIO, THIN_SAMPLE, NO_BASELINE, TARGET_NOT_POSITIVE = range(5)


@dataclass(frozen=True, slots=True)
class Reading:
    """A metric read in a scope over some days: its two sums, and its value unless it is missing."""

    numerator: Fraction
    denominator: Fraction
    value: Fraction | None
    state: int


def _part_of(fact: Fact, scope: OwnScope | SharedScope, row: Row, data: PlainData) -> Fraction:
    """Give the part of a fact that belongs to the scope of a row: its shares for `own`, else nothing or the whole."""
    match scope:
        case OwnScope():
            return sum(
                (
                    credit.share
                    for credit in fact.credits
                    if credit.person == row.person and credit.role == row.seat.role
                ),
                Fraction(0),
            )
        case GroupScope(column=column):
            wanted = row.seat.groups[column]
            holders = [data.seat_on(credit.person, fact.day) for credit in fact.credits]
            return Fraction(any(seat is not None and seat.groups.get(column) == wanted for seat in holders))
        case AllScope():
            return Fraction(1)
        case _:  # pragma: no cover
            assert_never(scope)


def _sum(data: PlainData, scope: OwnScope | SharedScope, row: Row, days: tuple[int, int], total: str) -> Fraction:
    return sum(
        (fact.totals[total] * _part_of(fact, scope, row, data) for fact in data.facts if days[0] <= fact.day < days[1]),
        Fraction(0),
    )


def facts_unit(plan: Plan, total: str) -> int:
    """Give what one whole thing counts in the facts of a total: a million where orders are divided among touches."""
    rule = plan.events.attribution
    read = (*plan.totals[total].events, *plan.totals[total].minus)
    return 1 if rule is None or not any(kind in read for kind in (*rule.credited, *rule.reversed_by)) else 1_000_000


def reading(
    plan: Plan,
    data: PlainData,
    metric: Metric,
    scope: OwnScope | SharedScope,
    row: Row,
    days: tuple[int, int],
    *,
    factor: Fraction,
    min_count: int | None,
) -> Reading:
    """Read a metric for a payee row over a half-open range of days.

    Formula: value = total * factor, or numerator / denominator * factor, of totals in their units; the sums are kept as
    facts count. A ratio with a denominator of zero or less is
    undefined; one below `min_count` is a thin sample.
    """
    match metric:
        case TotalMetric():
            numerator = _sum(data, scope, row, days, metric.total)
            value = numerator / facts_unit(plan, metric.total) * factor
            return Reading(numerator, Fraction(1), value, PRESENT)
        case RatioMetric():
            numerator = _sum(data, scope, row, days, metric.numerator)
            denominator = _sum(data, scope, row, days, metric.denominator)
            if denominator <= 0:
                return Reading(numerator, denominator, None, UNDEFINED_RATIO)
            below = denominator / facts_unit(plan, metric.denominator)
            if min_count is not None and below < min_count:
                return Reading(numerator, denominator, None, THIN_SAMPLE)
            value = numerator / facts_unit(plan, metric.numerator) / below * factor
            return Reading(numerator, denominator, value, PRESENT)
        case _:  # pragma: no cover
            assert_never(metric)

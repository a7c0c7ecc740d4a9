"""Totals in a scope, and the value of a metric made of them."""

from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from jointpay.plan.metrics import Metric, RatioMetric, TotalMetric
from jointpay.plan.scopes import AllScope, GroupScope, OwnScope, SharedScope
from jointpay.testing.reference_data import Fact, PlainData, Row

__all__ = ["NO_BASELINE", "PRESENT", "TARGET_NOT_POSITIVE", "THIN_SAMPLE", "UNDEFINED_RATIO", "Reading", "reading"]

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


def reading(
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

    Formula: value = total * factor, or numerator / denominator * factor. A ratio with a denominator of zero or less is
    undefined; one below `min_count` is a thin sample.
    """
    match metric:
        case TotalMetric():
            numerator = _sum(data, scope, row, days, metric.total)
            return Reading(numerator, Fraction(1), numerator * factor, PRESENT)
        case RatioMetric():
            numerator = _sum(data, scope, row, days, metric.numerator)
            denominator = _sum(data, scope, row, days, metric.denominator)
            if denominator <= 0:
                return Reading(numerator, denominator, None, UNDEFINED_RATIO)
            if min_count is not None and denominator < min_count:
                return Reading(numerator, denominator, None, THIN_SAMPLE)
            return Reading(numerator, denominator, numerator / denominator * factor, PRESENT)
        case _:  # pragma: no cover
            assert_never(metric)

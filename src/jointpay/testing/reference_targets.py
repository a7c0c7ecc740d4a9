"""What was asked of a payee row: the exact target before it is published."""

from fractions import Fraction
from typing import assert_never

from jointpay.plan.calendar import baseline_span
from jointpay.plan.measures import Link, Measure, Modifier
from jointpay.plan.metrics import Metric, TotalMetric
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import OwnScope
from jointpay.plan.targets import BenchmarkTarget, FixedTarget, GroupTarget, GrowthTarget, TableTarget
from jointpay.testing.reference_data import PlainData, Row
from jointpay.testing.reference_totals import reading

__all__ = ["exact_target", "missing_cells"]

Cell = tuple[str, tuple[str, ...]]


def exact_target(
    plan: Plan, data: PlainData, measure: Measure | Modifier, row: Row, *, factor: Fraction
) -> Fraction | None:
    """Give the target of a measure for a payee row, or None where what it is made of is missing.

    Under `by_days` a total that is asked of the whole period is asked in proportion to the days of the row; a ratio is
    never scaled. The measure must have a target.
    """
    metric = plan.metrics[measure.metric]
    by_days = plan.partial_period == "by_days" and isinstance(metric, TotalMetric)
    part_of_period = Fraction(row.days, row.period.days) if by_days else Fraction(1)
    match measure.target:
        case FixedTarget(value=value):
            return value * part_of_period
        case BenchmarkTarget(series=series, by=by):
            return data.targets[series][(row.period.id,)] * (1 + by) * part_of_period
        case TableTarget(name=name, keys=keys) if "item" not in keys:
            return data.targets[name][_key(keys, row, item="")] * part_of_period
        case TableTarget() as table:
            return _item_target(data, table, metric, row)
        case GrowthTarget() as growth:
            return _growth_target(plan, data, measure, growth, row, factor=factor, part_of_period=part_of_period)
        case GroupTarget(scope=scope, by=by):
            group = reading(
                data, metric, scope, row, (row.start, row.end), factor=factor, min_count=measure.min_count
            ).value
            return None if group is None else group * (1 + by)
        case None:  # pragma: no cover
            raise AssertionError
        case _:  # pragma: no cover
            assert_never(measure.target)


def _key(keys: tuple[str, ...], row: Row, *, item: str) -> tuple[str, ...]:
    """Give the cell of a targets table that a payee row looks up."""
    own = {**row.seat.groups, "person": row.person, "period": row.period.id, "item": item}
    return tuple(own[key] for key in keys)


def _items(data: PlainData, row: Row) -> tuple[str, ...]:
    """Give the items credited to the seat on at least one day of the row, sorted."""
    return tuple(
        sorted(
            {
                credit.item
                for credit in data.credits
                if credit.person == row.person
                and credit.role == row.seat.role
                and credit.start < row.end
                and row.start < credit.end
            }
        )
    )


def _item_target(data: PlainData, table: TableTarget, metric: Metric, row: Row) -> Fraction | None:
    """Put the targets of the items of a row together.

    A total: the sum of target * share * credited days / days of the period. A ratio: the mean of the targets, weighted
    by the credited denominator of each item; None where the weights sum to zero or less.
    """
    cells = data.targets[table.name]
    if isinstance(metric, TotalMetric):
        asked = Fraction(0)
        for credit in data.credits:
            days = min(credit.end, row.end) - max(credit.start, row.start)
            if credit.person == row.person and credit.role == row.seat.role and days > 0:
                target = cells[_key(table.keys, row, item=credit.item)]
                asked += target * credit.share * Fraction(days, row.period.days)
        return asked
    weights = {
        item: sum(
            (
                fact.totals[metric.denominator] * credit.share
                for fact in data.facts
                if fact.item == item and row.start <= fact.day < row.end
                for credit in fact.credits
                if credit.person == row.person and credit.role == row.seat.role
            ),
            Fraction(0),
        )
        for item in _items(data, row)
    }
    whole = sum(weights.values(), Fraction(0))
    if whole <= 0:
        return None
    return sum(cells[_key(table.keys, row, item=item)] * weight for item, weight in weights.items()) / whole


def _growth_target(
    plan: Plan,
    data: PlainData,
    measure: Measure | Modifier,
    growth: GrowthTarget,
    row: Row,
    *,
    factor: Fraction,
    part_of_period: Fraction,
) -> Fraction | None:
    """Give the baseline times (1 + by).

    A total is brought to the length of the row in three steps: from a date range to the length of the period, from the
    days the seat was held to the whole baseline, and from the period to the days of the row. Without a calendar
    baseline, without any fact in it, or (own scope) without a day on which the role was held in it, there is none.
    """
    span = baseline_span(plan, row.period, growth.over)
    if span is None or not any(span.start <= fact.day < span.end for fact in data.facts):
        return None
    held_days = sum(
        max(0, min(seat.end, span.end) - max(seat.start, span.start))
        for seat in data.seats
        if seat.person == row.person and seat.role == row.seat.role
    )
    own = isinstance(measure.scope, OwnScope)
    if own and held_days == 0:
        return None
    metric = plan.metrics[measure.metric]
    days = (span.start, span.end)
    baseline = reading(data, metric, measure.scope, row, days, factor=factor, min_count=measure.min_count).value
    if baseline is None:
        return None
    asked = baseline * (1 + growth.by)
    if isinstance(metric, TotalMetric):
        if growth.over.kind == "dates":
            asked *= Fraction(row.period.days, span.days)
        if own and plan.partial_period == "by_days":
            asked *= Fraction(span.days, held_days)
        asked *= part_of_period
    return asked


def missing_cells(plan: Plan, data: PlainData, rows: tuple[Row, ...]) -> list[Cell]:
    """Give the cells of the targets table that payee rows of one role need and that do not exist, in order."""
    needed: set[Cell] = set()
    for row in rows:
        for component in plan.roles[row.seat.role].components.values():
            for measure in (*component.measures.values(), *component.modifiers.values()):
                if isinstance(measure, Link):
                    continue
                match measure.target:
                    case BenchmarkTarget(series=series):
                        needed.add((series, (row.period.id,)))
                    case TableTarget(name=name, keys=keys):
                        items = _items(data, row) if "item" in keys else ("",)
                        needed |= {(name, _key(keys, row, item=item)) for item in items}
                    case _:
                        pass
    return sorted(cell for cell in needed if cell[1] not in data.targets.get(cell[0], {}))

"""What was asked of a payee row: the exact target before it is published."""

from dataclasses import dataclass
from fractions import Fraction

from jointpay.plan.calendar import Span, baseline_span
from jointpay.plan.measures import Link, Measure, Modifier
from jointpay.plan.metrics import Metric, TotalMetric
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import OwnScope
from jointpay.plan.targets import BenchmarkTarget, FixedTarget, GroupTarget, GrowthTarget, TableTarget
from jointpay.testing.reference_data import PlainData, Row
from jointpay.testing.reference_totals import Reading, reading

__all__ = ["Compared", "compared", "exact_target", "missing_cells"]

Cell = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Compared:
    """A metric read over a baseline or a group, for a target to be made of."""

    read: Reading
    span_days: int
    """Days of the whole baseline."""
    days: int
    """Days of it that are counted."""
    share_denominator: int


def exact_target(
    plan: Plan, data: PlainData, measure: Measure | Modifier, row: Row, seen: Compared | None
) -> Fraction | None:
    """Give the target of a measure for a payee row, or None where what it is made of (`seen`) is missing.

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
        case GrowthTarget() as growth if seen is not None:
            return _grown(plan, measure, growth, row, seen)
        case GroupTarget(by=by) if seen is not None:
            return None if seen.read.value is None else seen.read.value * (1 + by)
        case _:  # pragma: no cover
            raise AssertionError


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


def compared(
    plan: Plan, data: PlainData, measure: Measure | Modifier, row: Row, *, factor: Fraction
) -> Compared | None:
    """Read what a growth or group target is made of; None for targets of any other kind, and without a target.

    Growth reads the days of the baseline. Without a calendar baseline, or without any fact in it, no day is counted.
    Of own items, the days counted are those of the baseline on which the person holds the role.
    """
    match measure.target:
        case GrowthTarget(over=over):
            span = baseline_span(plan, row.period, over)
            if span is None or not any(span.start <= fact.day < span.end for fact in data.facts):
                span = Span("", 0, 0)
            days = span.days
            if isinstance(measure.scope, OwnScope):
                days = sum(
                    max(0, min(seat.end, span.end) - max(seat.start, span.start))
                    for seat in data.seats
                    if seat.person == row.person and seat.role == row.seat.role
                )
            scope, window = measure.scope, (span.start, span.end)
        case GroupTarget(scope=scope):
            days, window = row.days, (row.start, row.end)
        case _:
            return None
    metric = plan.metrics[measure.metric]
    read = reading(plan, data, metric, scope, row, window, factor=factor, min_count=measure.min_count)
    return Compared(read, window[1] - window[0], days, data.share_denominator if isinstance(scope, OwnScope) else 1)


def _grown(
    plan: Plan, measure: Measure | Modifier, growth: GrowthTarget, row: Row, baseline: Compared
) -> Fraction | None:
    """Give the baseline times (1 + by).

    A total is brought to the length of the row in three steps: from a date range to the length of the period, from the
    days the seat was held to the whole baseline, and from the period to the days of the row.
    """
    if baseline.days == 0 or baseline.read.value is None:
        return None
    asked = baseline.read.value * (1 + growth.by)
    if isinstance(plan.metrics[measure.metric], TotalMetric):
        if growth.over.kind == "dates":
            asked *= Fraction(row.period.days, baseline.span_days)
        if plan.partial_period == "by_days":
            asked *= Fraction(baseline.span_days, baseline.days) * Fraction(row.days, row.period.days)
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

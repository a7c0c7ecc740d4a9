"""Better facts never lower points: the whole way, from a total that grows to every score."""

import numpy as np
from numpy.typing import NDArray

from jointpay.audit.difference import who
from jointpay.audit.variants import with_totals
from jointpay.data.dataset import Dataset
from jointpay.errors import DataError, TooLargeError
from jointpay.findings import Finding, Place
from jointpay.pipeline import score
from jointpay.plan.calendar import Span, baseline_span
from jointpay.plan.check_curves import readings
from jointpay.plan.metrics import Metric, TotalMetric
from jointpay.plan.plan import Plan
from jointpay.plan.targets import GroupTarget, GrowthTarget
from jointpay.results.scorecard import RoleScores, Scorecard

__all__ = ["better_facts_never_lower_points"]

Whole = NDArray[np.int64]


def better_facts_never_lower_points(plan: Plan, dataset: Dataset) -> tuple[Finding, ...]:
    """Find payees whose points fall when a total of the last period gets better on every item.

    A total is moved by 1 on every fact, and then by its own size, in the direction in which all metrics that read it
    are better; everything is computed again from the facts. Totals for which better has no one direction are passed
    over: those below the line of a ratio, those read by metrics of both directions, and those that move a group's value
    or a baseline that is asked for in the same days. `own_monotone` and `partner_monotone` cover their metrics.

    One finding per total and role, by the smaller move; severity `info` where the bounds name a metric that reads the
    total under `not_monotone`, or where the plan refuses to score the better facts.
    """
    card = score(plan, dataset)
    if not card.periods:
        return ()
    period = card.periods[-1]
    before = score(plan, dataset, periods=[period.id])
    found: list[Finding] = []
    for total, metrics in _movable(plan, period).items():
        rising = plan.metrics[metrics[0]].direction == "higher_is_better"
        told: set[int] = set()
        for step in ("by 1", "by its own size"):
            better = _better(dataset, period, total, step, rising=rising)
            try:
                after = score(plan, better, periods=[period.id])
            except (DataError, TooLargeError) as refused:
                message = f"a better {total!r} ({step}) cannot be scored, so it was not tried: {refused}"
                place = Place(path=f"totals.{total}")
                found.append(Finding(code="better_facts_not_tried", severity="info", message=message, place=place))
                continue
            for number, (old, new) in enumerate(zip(before.roles, after.roles, strict=True)):
                fall = None if number in told else _fall(old, new)
                if fall is not None:
                    told.add(number)
                    allowed = bool(set(metrics) & set(plan.bounds.not_monotone))
                    found.append(_told(before, old, total, step, fall, allowed=allowed))
    return tuple(found)


def _above(metric: Metric) -> str:
    return metric.total if isinstance(metric, TotalMetric) else metric.numerator


def _movable(plan: Plan, period: Span) -> dict[str, list[str]]:
    """Give the totals for which better has one direction, with the metrics that read them."""
    readers: dict[str, list[str]] = {}
    fixed: set[str] = set()
    for _, reading in readings(plan):
        metric = plan.metrics[reading.metric]
        readers.setdefault(_above(metric), []).append(reading.metric)
        if not isinstance(metric, TotalMetric):
            fixed.add(metric.denominator)
        match reading.target:
            case GroupTarget():
                fixed.add(_above(metric))
            case GrowthTarget(over=over):
                span = baseline_span(plan, period, over)
                if span is not None and span.start < period.end and period.start < span.end:
                    fixed.add(_above(metric))
            case _:
                pass
    return {
        total: list(dict.fromkeys(metrics))
        for total, metrics in readers.items()
        if total not in fixed and len({plan.metrics[metric].direction for metric in metrics}) == 1
    }


def _better(dataset: Dataset, period: Span, total: str, step: str, *, rising: bool) -> Dataset:
    """Move a total on every fact of the period; one that falls does not pass zero."""
    inside = (dataset.facts.days >= period.start) & (dataset.facts.days < period.end)

    def moved(values: Whole) -> Whole:
        size = np.abs(values) if step == "by its own size" else np.ones_like(values)
        change = size if rising else -np.minimum(size, np.maximum(values, 0))
        return np.where(inside, values + change, values)

    return with_totals(dataset, {total: moved})


def _fall(old: RoleScores, new: RoleScores) -> tuple[str, int, int, int] | None:
    """Give (where, row, before, after) of the first points that fall on the way to the score."""
    stages = [
        (f"roles.{old.role}.components.{before.name}", before.points, after.points)
        for before, after in zip(old.components, new.components, strict=True)
    ]
    for path, before_points, after_points in (*stages, (f"roles.{old.role}.score", old.scores, new.scores)):
        rows = np.flatnonzero(after_points < before_points)
        if rows.size:
            row = int(rows[0])
            return path, row, int(before_points[row]), int(after_points[row])
    return None


def _told(
    card: Scorecard, role: RoleScores, total: str, step: str, fall: tuple[str, int, int, int], *, allowed: bool
) -> Finding:
    path, row, before, after = fall
    person, period = who(card, role.payees, row)
    return Finding(
        code="better_facts_lower_points",
        severity="info" if allowed else "error",
        message=f"total {total!r} gets better {step} on every item, and {path} falls from {before} to {after} (in last places)"
        + ("; allowed, since the bounds name a metric that reads it under not_monotone" if allowed else ""),
        place=Place(path=path, who=f"person {person!r}, period {period!r}"),
        witness=(
            ("person", person),
            ("period", period),
            ("total", total),
            ("moved", step),
            ("points_before", str(before)),
            ("points_after", str(after)),
        ),
    )

"""Units: seconds or milliseconds, the points are the same."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from jointpay.audit.difference import differences
from jointpay.audit.variants import with_totals
from jointpay.data.base_pay import BasePay
from jointpay.data.dataset import Dataset
from jointpay.errors import TooLargeError
from jointpay.findings import Finding
from jointpay.money.number import decimal_text, parse_number
from jointpay.pipeline import score, settle
from jointpay.plan.check_curves import readings
from jointpay.plan.measures import Measure, Modifier
from jointpay.plan.metrics import DURATION_MS, Metric, RatioMetric, TotalMetric
from jointpay.plan.plan import Plan
from jointpay.plan.targets import BenchmarkTarget, TableTarget
from jointpay.plan.totals import SumTotal

__all__ = ["unit_invariant", "units_that_convert"]

_PLACES = 3
"""A second has 10**3 milliseconds: as many places move."""
_MOST_PLACES = 8
_COMPARED = (
    "values",
    "targets",
    "attainments",
    "points",
    "states",
    "score",
    "state",
    "base_minor",
    "adjustments",
    "amounts",
)


@dataclass(frozen=True, slots=True)
class _Conversion:
    """One duration, and the unit it is written in instead."""

    kind: str
    """`totals` or `metrics`."""
    name: str
    have: str
    want: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.name} in {self.want} instead of {self.have}"


def unit_invariant(plan: Plan, dataset: Dataset, base_pay: BasePay | None = None) -> tuple[Finding, ...]:
    """Find numbers that change when a duration is written in another unit, in the data or in the plan.

    In the data: a total in seconds, minutes or hours is written in milliseconds, and one in milliseconds that is a
    whole number of seconds everywhere is written in seconds; its metrics keep their units, and a `min_count` of it moves
    along. In the plan: a metric in
    milliseconds is published in seconds with three places more, or the other way round, and its targets are scaled. One
    conversion at a time; values, targets, attainments, points and pay must be the same whole numbers of their last
    places. A plan without durations that convert satisfies it; `units_that_convert` names those that do.

    A conversion whose numbers get too large to be exact says so as information. Metrics that are compared by difference or read as they are keep their unit, since their curves are written in it.
    """
    before_card = score(plan, dataset)
    before = before_card if base_pay is None else settle(plan, before_card, base_pay)
    periods = [span.id for span in before_card.periods]
    found: list[Finding] = []
    for conversion in _conversions(plan, dataset):
        other_plan, other_data = _converted(plan, dataset, conversion)
        try:
            card = score(other_plan, other_data, periods=periods)
        except TooLargeError as refused:
            message = f"{conversion} was not tried, because the numbers get too large: {refused}"
            found.append(Finding(code="unit_not_tried", severity="info", message=message))
            continue
        after = card if base_pay is None else settle(other_plan, card, base_pay)
        found += differences(
            before, after, code="unit_matters", said=f"{conversion} must change nothing", stages=_COMPARED
        )
    return tuple(found)


def units_that_convert(plan: Plan, dataset: Dataset) -> tuple[str, ...]:
    """Name the conversions that `unit_invariant` tries."""
    return tuple(str(conversion) for conversion in _conversions(plan, dataset))


def _parts(metric: Metric) -> set[str]:
    return {metric.total} if isinstance(metric, TotalMetric) else {metric.numerator, metric.denominator}


def _conversions(plan: Plan, dataset: Dataset) -> Iterator[_Conversion]:
    for name, total in plan.totals.items():
        if not isinstance(total, SumTotal) or total.unit not in DURATION_MS:
            continue
        # A unit such as `s/stars` is made of the total's own, and would have to change with it.
        if any(name in _parts(metric) and "/" in metric.unit for metric in plan.metrics.values()):
            continue
        if total.unit != "ms":
            yield _Conversion("totals", name, total.unit, "ms")
        elif not np.any(dataset.facts.totals[name] % DURATION_MS["s"]) and not any(
            count % DURATION_MS["s"] for count in _counts_below(plan, name)
        ):
            yield _Conversion("totals", name, "ms", "s")
    for name, metric in plan.metrics.items():
        want = {"ms": "s", "s": "ms"}.get(metric.unit)
        read = [reading for _, reading in readings(plan) if reading.metric == name]
        places = metric.places + (_PLACES if want == "s" else -_PLACES)
        converts = any(
            isinstance(total, SumTotal) and total.unit in DURATION_MS
            for part in _parts(metric)
            if (total := plan.totals[part]) is not None
        )
        if want and converts and read and 0 <= places <= _MOST_PLACES and _scalable(plan, name, read):
            yield _Conversion("metrics", name, metric.unit, want)


def _counts_below(plan: Plan, total: str) -> list[int]:
    """Give every `min_count` that is counted in the unit of a total: where it is below the line of a ratio."""
    return [
        reading.min_count
        for _, reading in readings(plan)
        if reading.min_count is not None and _below(plan.metrics[reading.metric]) == total
    ]


def _below(metric: Metric) -> str | None:
    return metric.denominator if isinstance(metric, RatioMetric) else None


def _tables(reading: Measure | Modifier) -> str | None:
    match reading.target:
        case TableTarget(name=name):
            return name
        case BenchmarkTarget(series=series):
            return series
        case _:
            return None


def _scalable(plan: Plan, name: str, read: list[Measure | Modifier]) -> bool:
    """Tell whether every reading of the metric is a ratio to its target, and no other metric reads its tables."""
    tables = {_tables(reading) for reading in read} - {None}
    others = {_tables(reading) for _, reading in readings(plan) if reading.metric != name}
    return all(reading.attainment == "ratio" for reading in read) and not tables & others


def _converted(plan: Plan, dataset: Dataset, conversion: _Conversion) -> tuple[Plan, Dataset]:
    factor = Fraction(DURATION_MS[conversion.have], DURATION_MS[conversion.want])
    tree = plan.to_json_tree()
    tree[conversion.kind][conversion.name]["unit"] = conversion.want
    if conversion.kind == "totals":
        up, down = factor.numerator, factor.denominator
        changed = with_totals(dataset, {conversion.name: lambda values: values * up // down})
        for name, metric in plan.metrics.items():
            for reading in _trees(tree, name) if _below(metric) == conversion.name else ():
                if "min_count" in reading:
                    reading["min_count"] = reading["min_count"] * up // down
    else:
        tree["metrics"][conversion.name]["places"] += _PLACES if factor < 1 else -_PLACES
        tables = set()
        for reading in _trees(tree, conversion.name):
            target = reading["target"]
            if target["kind"] == "fixed":
                target |= {"value": decimal_text(parse_number(target["value"]) * factor), "unit": conversion.want}
            tables.add(target.get("name") or target.get("series"))
        targets = {
            name: replace(table, values={key: value * factor for key, value in table.values.items()})
            if name in tables
            else table
            for name, table in dataset.targets.items()
        }
        changed = replace(dataset, targets=targets)
    other = Plan.model_validate(tree)
    return other, replace(changed, plan_digest=other.digest)


def _trees(tree: dict[str, Any], metric: str) -> Iterator[dict[str, Any]]:
    for role in tree["roles"].values():
        for component in role["components"].values():
            for reading in (*component["measures"].values(), *component.get("modifiers", {}).values()):
                if reading.get("metric") == metric:
                    yield reading

"""Checks of what reads a metric: its names, its target, its attainment and its missing policy."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from jointpay.money.number import decimal_text
from jointpay.money.rounding import round_half
from jointpay.plan.metrics import DURATION_MS, Metric, RatioMetric
from jointpay.plan.outline import Outline, Spot, unknown
from jointpay.plan.tree import Problem, shown

__all__ = ["measure_problems"]

_RESERVED = frozenset(
    [
        "amount",
        "base",
        "channel",
        "day",
        "from",
        "item",
        "name",
        "period",
        "person",
        "role",
        "share",
        "target",
        "to",
        "value",
    ]
)
"""Columns of the tables that mean something else already."""
_KEYS = frozenset(["item", "period", "person"])
"""Columns among them by which a target may be looked up."""


def _group(column: Spot, *, allowed: frozenset[str] = frozenset()) -> Iterator[Problem]:
    if column.text in _RESERVED - allowed:
        told = f"{shown(column.text)} is no group of people: the name is reserved; allowed: a column such as team or department"
        yield column.problem("reserved_column", told)


def _ratio_only(reading: Spot, metric: Metric) -> Iterator[Problem]:
    if isinstance(metric, RatioMetric):
        return
    told = "is for ratios, and the metric {metric} is a total"
    named = {"metric": shown(reading.at("metric").text)}
    if reading.at("attainment").text == "percentage_points":
        message = f"`percentage_points` {told}; allowed: ratio, difference, value".format(**named)
        yield reading.at("attainment").problem("ratio_only", message)
    if reading.at("min_count").there:
        yield reading.at("min_count").problem("ratio_only", f"`min_count` {told}; next: leave it out".format(**named))
    if reading.at("target").kind == "group":
        message = f"a group target {told}; allowed: fixed, growth, table, benchmark".format(**named)
        yield reading.at("target").problem("ratio_only", message)


def _unit(target: Spot, metric: Metric) -> Iterator[Problem]:
    unit = target.at("unit").text
    if unit is None and metric.unit in DURATION_MS:
        told = f"the unit of the target is missing, and the metric is a duration in {metric.unit}; next: write unit: {metric.unit}"
        yield target.problem("target_unit", told)
    if unit is not None and unit != metric.unit:
        told = f"the target is in {shown(unit)} and the metric in {shown(metric.unit)}; allowed: {metric.unit}; next: convert it"
        yield target.at("unit").problem("target_unit", told)


def _fixed(reading: Spot, target: Spot, metric: Metric) -> Iterator[Problem]:
    yield from _unit(target, metric)
    value = target.at("value").number
    if reading.at("attainment").text != "ratio" or value is None:
        return
    if value <= 0:
        told = f"the target {decimal_text(value)} cannot be divided by; allowed: more than 0, or the attainment `difference`"
        yield target.at("value").problem("target_zero", told)
    elif round_half(value * 10**metric.places, rounding="half_even") == 0:
        told = (
            f"the target {decimal_text(value)} is published as 0 at {metric.places} places and cannot be divided by; "
            "next: give the metric more places"
        )
        yield target.at("value").problem("target_zero", told)


def _by(reading: Spot, target: Spot) -> Iterator[Problem]:
    by = target.at("by").number
    if reading.at("attainment").text == "ratio" and by is not None and by <= -1:
        told = f"by {decimal_text(by)} asks for nothing or less; allowed: more than -100% under attainment `ratio`"
        yield target.at("by").problem("target_zero", told)


def _table(reading: Spot, target: Spot) -> Iterator[Problem]:
    keys = [spot for spot in target.at("keys").each() if spot.text is not None]
    for key, count in Counter(spot.text for spot in keys).items():
        if count > 1:
            yield target.at("keys").problem(
                "target_keys", f"the key {shown(key)} is named twice; allowed: each key once"
            )
    scope = reading.at("scope").kind
    for spot in keys:
        yield from _group(spot, allowed=_KEYS)
        if spot.text == "item" and scope in {"group", "all"}:
            told = f"a target by item needs the payee's own items, and the scope is {scope}; allowed: the scope own"
            yield spot.problem("item_target", told)


def _target(outline: Outline, reading: Spot, metric: Metric | None) -> Iterator[Problem]:
    target, attainment = reading.at("target"), reading.at("attainment").text
    if attainment == "value" and target.there:
        told = "the attainment is `value`, which compares with nothing; next: leave the target out, or choose another attainment"
        yield target.problem("target_unwanted", told)
    if attainment in {"ratio", "difference", "percentage_points"} and not target.there:
        told = f"the attainment is `{attainment}` and target is missing; next: write a target, or choose the attainment value"
        yield reading.problem("target_wanted", told)
    match target.kind:
        case "fixed" if metric is not None:
            yield from _fixed(reading, target, metric)
        case "growth":
            yield from _by(reading, target)
            over = target.at("over")
            if over.kind == "same_period_last_year" and outline.plan.at("period").kind == "table":
                told = "an explicit table of periods has no year before; allowed: last_period, or dates"
                yield over.problem("baseline", told)
        case "group":
            yield from _by(reading, target)
            yield from _group(target.at("scope", "column"))
        case "benchmark":
            yield from _by(reading, target)
        case "table":
            yield from _table(reading, target)
        case _:
            pass  # no target, or one the models refuse


def neutral_points(outline: Outline, missing: Spot) -> Iterator[Problem]:
    """Refuse neutral points that are not a number of points as published."""
    points, places = missing.at("points").number, outline.points_places
    if points is not None and places is not None and (points * Fraction(10) ** places).denominator != 1:
        told = f"{decimal_text(points)} points have more decimals than points are published with; allowed: at most {places}"
        yield missing.at("points").problem("neutral_places", told)


def measure_problems(outline: Outline) -> Iterator[Problem]:
    """Check everything that reads a metric, and the missing policies."""
    for reading in outline.readings():
        name = reading.at("metric").text
        metric = outline.metrics.get(name) if name is not None else None
        yield from unknown(reading.at("metric"), "unknown_metric", "metric", outline.metrics)
        yield from _group(reading.at("scope", "column"))
        if metric is not None:
            yield from _ratio_only(reading, metric)
        yield from _target(outline, reading, metric)
        yield from neutral_points(outline, reading.at("missing"))
    for _, _, link in outline.links():
        yield from neutral_points(outline, link.at("missing"))
    for _, _, component in outline.components():
        yield from neutral_points(outline, component.at("missing"))

"""Checks of totals, of how events are read, and of metrics: names and units."""

from collections import Counter
from collections.abc import Collection, Iterator

from jointpay.plan.metrics import DURATION_MS, Metric, RatioMetric, TotalMetric
from jointpay.plan.outline import Outline, Spot, unknown
from jointpay.plan.structure import nearest
from jointpay.plan.totals import EventColumns, Total
from jointpay.plan.tree import Problem, shown
from jointpay.plan.units import total_unit, unit_factor

__all__ = ["total_problems"]


def _columns(plan: Spot) -> dict[str, str]:
    """Give the column of each field of an event, defaults included; of visitor and order only if they are read."""
    usual = dict(EventColumns())
    written = {field: spot.text for field, spot in plan.at("events", "columns").entries() if field in usual}
    attribution = plan.at("events", "attribution")
    once = any(total.at("once_per").there for _, total in plan.at("totals").entries())
    unread = set() if attribution.there or once else {"visitor"}
    if not any(attribution.at("reversed_by").each()):
        unread.add("order")
    return {field: written.get(field) or usual[field] for field in usual if field in written or field not in unread}


def _filter(where: Spot, channels: Collection[str], columns: set[str]) -> Iterator[Problem]:
    for channel in where.at("channels").each():
        yield from unknown(channel, "unknown_channel", "channel", channels)
    least, most = where.at("at_least").whole, where.at("at_most").whole
    if least is not None and most is not None and least > most:
        yield where.problem("filter", f"at_least {least} is above at_most {most}; allowed: at_least <= at_most")
    flags = [spot.text for spot in where.at("flags").each()]
    for spot in where.at("without").each():
        if spot.text is not None and spot.text in flags:
            told = f"the flag {shown(spot.text)} is in `flags` and in `without`, so no event is meant; allowed: one of them"
            yield spot.problem("filter", told)
    for spot in [*where.at("flags").each(), *where.at("without").each()]:
        if spot.text in columns:
            told = f"{shown(spot.text)} is the column of something else; allowed: a column that holds a flag"
            yield spot.problem("event_columns", told)


def _attribution(outline: Outline, used: Collection[str]) -> Iterator[Problem]:
    """Check that orders are credited by kinds that totals read, and by touches that have ids to be told apart by."""
    events = outline.plan.at("events")
    rule = events.at("attribution")
    if rule.there and events.at("duplicates").text == "not_checked":
        told = "touches at one instant are told apart by event id, and the ids are not checked; allowed: by_event_id"
        yield events.at("duplicates").problem("attribution_ids", told)
    for kinds in (rule.at("credited"), rule.at("reversed_by"), rule.at("touches", "events")):
        for spot in kinds.each():
            yield from unknown(spot, "unknown_event_kind", "kind of event in any total", used)
    placed = {spot.text for key in ("credited", "reversed_by") for spot in rule.at(key).each()}
    for name, total in outline.plan.at("totals").entries():
        for spot in total.at("events").each() if total.at("once_per").there else ():
            if spot.text in placed:
                told = (
                    f"events of the kind {shown(spot.text)} are credited by touch, in parts, and the total {shown(name)} counts "
                    f"once per interval; allowed: one of them"
                )
                yield spot.problem("once_per", told)


def _event_rules(outline: Outline) -> Iterator[Problem]:
    events = outline.plan.at("events")
    columns = _columns(outline.plan)
    for column, count in Counter(columns.values()).items():
        if count > 1:
            fields = ", ".join(field for field, named in columns.items() if named == column)
            told = f"{shown(column)} is the column of {fields}; allowed: a column of its own for each"
            yield events.at("columns").problem("event_columns", told)
    used = {
        spot.text: name
        for name, total in outline.plan.at("totals").entries()
        for key in ("events", "minus")
        for spot in total.at(key).each()
        if spot.text is not None
    }
    for spot in events.at("ignored_kinds").each():
        if spot.text in used:
            told = f"the kind {shown(spot.text)} is ignored here and read by the total {shown(used[spot.text])}; allowed: one of them"
            yield spot.problem("ignored_kind", told)
    for kind, spot in events.at("value_limits").entries():
        if used and kind not in used:
            told = f"no total reads events of the kind {shown(kind)}{nearest(kind, used)}"
            yield spot.problem("unknown_event_kind", f"{told}; allowed: {', '.join(used)}")
    yield from _attribution(outline, used)


def _units_that_fit(metric: Metric, totals: dict[str, Total]) -> list[str]:
    have = [total_unit(total) for total in totals.values()]
    candidates = dict.fromkeys(
        [
            "count",
            "ratio",
            *have,
            *DURATION_MS,
            "minor",
            "major",
            *(f"{above}/{below}" for above in have for below in have),
        ]
    )
    # only whether a unit fits is asked, which no currency changes
    return [
        unit for unit in candidates if unit_factor(metric.model_copy(update={"unit": unit}), totals, "CNY") is not None
    ]


def _unit(metric: Metric | None, spot: Spot, totals: dict[str, Total | None]) -> Iterator[Problem]:
    match metric:
        case TotalMetric():
            names = [metric.total]
        case RatioMetric():
            names = [metric.numerator, metric.denominator]
        case _:
            return
    read = {name: total for name in names if (total := totals.get(name)) is not None}
    if len(read) == len(set(names)) and metric.unit not in (fit := _units_that_fit(metric, read)):
        have = " / ".join(total_unit(read[name]) for name in names)
        told = f"the unit {shown(metric.unit)} does not fit totals in {have}{nearest(metric.unit, fit)}; allowed: {', '.join(fit)}"
        yield spot.at("unit").problem("unit_fit", told)


def _metric(outline: Outline, name: str, spot: Spot) -> Iterator[Problem]:
    for key in ("total", "numerator", "denominator"):
        yield from unknown(spot.at(key), "unknown_total", "total", outline.totals)
    yield from unknown(spot.at("driven_by"), "unknown_role", "role", outline.roles)
    yield from _unit(outline.metrics[name], spot, outline.totals)


def total_problems(outline: Outline) -> Iterator[Problem]:
    """Check totals, event rules and metrics."""
    plan = outline.plan
    channels = {spot.text: spot for spot in plan.at("channels", "known").each() if spot.text is not None}
    columns = set(_columns(plan).values())
    for _, total in plan.at("totals").entries():
        yield from _filter(total.at("where"), channels, columns)
    yield from _filter(plan.at("events", "attribution", "touches", "where"), channels, columns)
    yield from _event_rules(outline)
    for name, spot in plan.at("metrics").entries():
        yield from _metric(outline, name, spot)
    for spot in plan.at("bounds", "not_monotone").each():
        yield from unknown(spot, "unknown_metric", "metric", outline.metrics)

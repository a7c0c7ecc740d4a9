"""From raw events to facts, event by event: what each adds to each total, and why it does not count where it does not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from jointpay.plan.attribution import Attribution
from jointpay.plan.calendar import day_number
from jointpay.plan.filters import Filter
from jointpay.plan.plan import Plan
from jointpay.plan.totals import SumTotal, Total
from jointpay.testing.reference_attribution import Visit, touches_of, whole_parts
from jointpay.testing.reference_totals import facts_unit

__all__ = ["ReferenceFacts", "reference_facts"]

Event = dict[str, object]
Reason = Literal[
    "closed_period",
    "empty_key",
    "duplicate",
    "ignored_kind",
    "no_touch",
    "order_excluded",
    "order_unknown",
    "repeated_in_interval",
    "value_cap",
    "value_limit",
    "visitor_unknown",
]
Part = tuple[str, str | None, int]
"""The item and channel that a part of an event counts in, and its size in millionths."""

_WHOLE = 1_000_000
_NOWHERE: tuple[Part, ...] = (("", None, _WHOLE),)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReferenceFacts:
    """Totals by (day, item, channel), and by reason the rows that do not count and what they would have added."""

    totals: dict[tuple[int, str, str], dict[str, int]]
    excluded: tuple[tuple[Reason, int, dict[str, int]], ...]


def reference_facts(
    plan: Plan, events: Mapping[str, Sequence[object]], *, closed: date | None = None
) -> ReferenceFacts:
    """Measure a table of sound events whose times are ISO 8601 text.

    A repeated row does not count; nor does an event of an ignored kind, or one beyond a limit that excludes. One beyond
    a limit that caps counts as the cap, and what is cut off is listed. An event that no total counts makes a fact of
    zeros. Where orders are credited by touch, an order counts in parts on the items and in the channels of its touches,
    and so does what takes it back. A total with `once_per` counts one event of each visitor, item and interval.
    Events of days before `closed` do not count; those among them that are touches, or orders, place what comes later.
    """
    table = [
        {column: cells[place] for column, cells in events.items()} for place in range(len(next(iter(events.values()))))
    ]
    seen: set[object] = set()
    reasons = [_judged(plan, event, seen) for event in table]
    placed = _placed(plan, table, reasons)
    if closed is not None:
        placed = [
            ("closed_period" if _day(plan, event) < day_number(closed) else reason, parts)
            for event, (reason, parts) in zip(table, placed, strict=True)
        ]
    totals: dict[tuple[int, str, str], Counter[str]] = {}
    rows: Counter[Reason] = Counter()
    left_out: dict[Reason, Counter[str]] = {}
    once = {name: _left_out_by(name, plan, table, placed) for name in plan.totals}
    for place, (event, (reason, parts)) in enumerate(zip(table, placed, strict=True)):
        adds = [_adds(plan, event, _value(plan, event), part) for part in parts]
        counts = [_adds(plan, event, _capped(plan, event), part) for part in parts]
        if reason is not None:
            rows[reason] += 1
            for number in adds:
                _add(left_out.setdefault(reason, Counter()), number)
        if reason == "value_cap":
            for number in counts:
                _add(left_out[reason], {name: -cut for name, cut in number.items()})
        for name, left in once.items():
            if place in left:
                counts[0][name] = 0
                rows[left[place]] += 1
                _add(left_out.setdefault(left[place], Counter()), {name: 1})
        if reason in {None, "value_cap"}:
            for (item, channel, _), number in zip(parts, counts, strict=True):
                _add(totals.setdefault((_day(plan, event), item, str(channel)), Counter()), number)
    return ReferenceFacts(
        totals={key: _all_totals(plan, totals[key]) for key in sorted(totals)},
        excluded=tuple((reason, rows[reason], _all_totals(plan, left_out[reason])) for reason in sorted(rows)),
    )


def _left_out_by(
    name: str, plan: Plan, table: Sequence[Event], placed: Sequence[tuple[Reason | None, tuple[Part, ...]]]
) -> dict[int, Reason]:
    """Give the events that a total leaves out because it counts once per visitor, item and interval, by their place."""
    total = plan.totals[name]
    if isinstance(total, SumTotal) or total.once_per is None:
        return {}
    left_out: dict[int, Reason] = {}
    candidates: dict[tuple[object, ...], list[tuple[int, str, int]]] = {}
    for place, (event, (reason, _)) in enumerate(zip(table, placed, strict=True)):
        channel = _channel(plan, event)
        if reason in {None, "value_cap"} and _adds_to(total, plan, event, _capped(plan, event), channel):
            visitor = str(event[plan.events.columns.visitor] or "")
            local = _time(plan, event).astimezone(ZoneInfo(plan.time_zone))
            interval = (local.date(), local.hour if total.once_per.interval == "hour" else None)
            key = (visitor, event[plan.events.columns.item], interval)
            if visitor:
                candidates.setdefault(key, []).append((_instant_us(plan, event), channel, place))
            elif total.once_per.unknown_visitor == "exclude":
                left_out[place] = "visitor_unknown"
    for several in candidates.values():
        left_out |= {place: "repeated_in_interval" for _, _, place in sorted(several)[1:]}
    return left_out


def _placed(
    plan: Plan, table: Sequence[Event], reasons: Sequence[Reason | None]
) -> list[tuple[Reason | None, tuple[Part, ...]]]:
    """Say of every event why it does not count whole, and in which parts it does."""
    rule = plan.events.attribution
    found: list[tuple[Reason | None, tuple[Part, ...]]] = [
        (reason, ((str(event[plan.events.columns.item]), _channel(plan, event), _WHOLE),))
        for event, reason in zip(table, reasons, strict=True)
    ]
    if rule is None:
        return found
    counting = [event for event, reason in zip(table, reasons, strict=True) if reason in {None, "value_cap"}]
    touches = [
        _visit(plan, event)
        for event in counting
        if _kind(plan, event) in rule.touches.events
        and _passes(event, rule.touches.where, _capped(plan, event), _channel(plan, event))
    ]
    orders: dict[object, tuple[Reason | None, tuple[Part, ...]]] = {}
    for place, event in enumerate(table):
        if _kind(plan, event) in rule.credited:
            found[place] = _credited(plan, rule, event, reasons[place], touches)
            orders.setdefault(event[plan.events.columns.event_id], found[place])
    for place, event in enumerate(table):
        if _kind(plan, event) in rule.reversed_by:
            found[place] = _taken_back(reasons[place], orders.get(event[plan.events.columns.order]))
    return found


def _credited(
    plan: Plan, rule: Attribution, event: Event, reason: Reason | None, touches: Sequence[Visit]
) -> tuple[Reason | None, tuple[Part, ...]]:
    """Divide an order that counts among its touches."""
    if reason not in {None, "value_cap"}:
        return reason, _NOWHERE
    mine = touches_of(rule, _visit(plan, event), touches)
    if not mine:
        return "no_touch", _NOWHERE
    parts = zip(mine, whole_parts(rule, mine), strict=True)
    return reason, tuple((touch.item, touch.channel, part) for touch, part in parts if part)


def _taken_back(
    reason: Reason | None, order: tuple[Reason | None, tuple[Part, ...]] | None
) -> tuple[Reason | None, tuple[Part, ...]]:
    """Let what takes an order back count where the order does."""
    if reason not in {None, "value_cap"}:
        return reason, _NOWHERE
    if order is None:
        return "order_unknown", _NOWHERE
    if order[0] == "no_touch":
        return "no_touch", _NOWHERE
    return (reason, order[1]) if order[0] in {None, "value_cap"} else ("order_excluded", _NOWHERE)


def _add(into: Counter[str], numbers: Mapping[str, int]) -> None:
    for name, number in numbers.items():
        into[name] += number


def _all_totals(plan: Plan, numbers: Counter[str]) -> dict[str, int]:
    return {name: numbers[name] for name in plan.totals}


def _judged(plan: Plan, event: Event, seen: set[object]) -> Reason | None:
    """Say why an event does not count, or not whole; None where it does."""
    rules, kind = plan.events, _kind(plan, event)
    if rules.duplicates == "by_event_id":
        if event[rules.columns.event_id] in seen:
            return "duplicate"
        seen.add(event[rules.columns.event_id])
    if kind in rules.ignored_kinds:
        return "ignored_kind"
    rule, columns = rules.attribution, rules.columns
    placed = () if rule is None else (*rule.credited, *rule.reversed_by)
    if kind not in placed and not (event[columns.item] and event[columns.channel]):
        return "empty_key"
    limit = rules.value_limits.get(kind)
    if limit is not None and _value(plan, event) > limit.at_most:
        return "value_cap" if limit.beyond == "cap" else "value_limit"
    return None


def _capped(plan: Plan, event: Event) -> int:
    """Give the value of an event, cut to the limit of its kind."""
    limit = plan.events.value_limits.get(_kind(plan, event))
    value = _value(plan, event)
    return min(value, limit.at_most) if limit is not None and limit.beyond == "cap" else value


def _visit(plan: Plan, event: Event) -> Visit:
    columns = plan.events.columns
    who, key = str(event[columns.visitor] or ""), str(event[columns.event_id])
    return Visit(who, _instant_us(plan, event), key, str(event[columns.item]), _channel(plan, event))


def _kind(plan: Plan, event: Event) -> str:
    return str(event[plan.events.columns.kind])


def _value(plan: Plan, event: Event) -> int:
    """Give the value of an event; an empty one is never read."""
    value = event[plan.events.columns.value]
    return value if isinstance(value, int) else 0


def _channel(plan: Plan, event: Event) -> str:
    """Give the channel of an event; one the plan does not know is the plan's `other`; none is no channel."""
    channel = str(event[plan.events.columns.channel] or "")
    if plan.channels is None or not channel or channel in plan.channels.known:
        return channel
    return plan.channels.other or channel


def _time(plan: Plan, event: Event) -> datetime:
    """Give the time of an event; one without an offset is what a clock in the plan's zone showed."""
    time = datetime.fromisoformat(str(event[plan.events.columns.time]))
    return time.replace(tzinfo=ZoneInfo(plan.time_zone)) if time.tzinfo is None else time


def _instant_us(plan: Plan, event: Event) -> int:
    return (_time(plan, event).astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


def _day(plan: Plan, event: Event) -> int:
    """Give the day of an event in the plan's zone."""
    return day_number(_time(plan, event).astimezone(ZoneInfo(plan.time_zone)).date())


def _adds(plan: Plan, event: Event, value: int, part: Part) -> dict[str, int]:
    """Give what a part of an event adds to every total, were its value this."""
    _, channel, size = part
    return {
        name: _adds_to(total, plan, event, value, channel) * (size if facts_unit(plan, name) > 1 else 1)
        for name, total in plan.totals.items()
    }


def _adds_to(total: Total, plan: Plan, event: Event, value: int, channel: str | None) -> int:
    """Give 1 or the value, minus that for a kind that takes away, or 0 where the filter holds the event back."""
    kind = _kind(plan, event)
    amount = value if isinstance(total, SumTotal) else 1
    passes = _passes(event, total.where, value, channel)
    return amount * passes * ((kind in total.events) - (kind in total.minus))


def _passes(event: Event, where: Filter, value: int, channel: str | None) -> bool:
    """Tell whether a filter means an event, were its value and its channel these."""
    return (
        (where.channels is None or channel in where.channels)
        and (where.at_least is None or value >= where.at_least)
        and (where.at_most is None or value <= where.at_most)
        and all(event[flag] for flag in where.flags)
        and not any(event[flag] for flag in where.without)
    )

"""From raw events to facts, event by event: what each adds to each total, and why it does not count where it does not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from jointpay.plan.calendar import day_number
from jointpay.plan.plan import Plan
from jointpay.plan.totals import SumTotal, Total

__all__ = ["ReferenceFacts", "reference_facts"]

Event = dict[str, object]
Reason = Literal["duplicate", "ignored_kind", "value_cap", "value_limit"]


@dataclass(frozen=True, slots=True)
class ReferenceFacts:
    """Totals by (day, item, channel), and by reason the rows that do not count and what they would have added."""

    totals: dict[tuple[int, str, str], dict[str, int]]
    excluded: tuple[tuple[Reason, int, dict[str, int]], ...]


def reference_facts(plan: Plan, events: Mapping[str, Sequence[object]]) -> ReferenceFacts:
    """Measure a table of sound events whose times are ISO 8601 text.

    A repeated row does not count; nor does an event of an ignored kind, or one beyond a limit that excludes. One beyond
    a limit that caps counts as the cap, and what is cut off is listed. An event that no total counts makes a fact of
    zeros.
    """
    totals: dict[tuple[int, str, str], Counter[str]] = {}
    rows: Counter[Reason] = Counter()
    left_out: dict[Reason, Counter[str]] = {}
    seen: set[object] = set()
    for place in range(len(next(iter(events.values())))):
        event = {column: cells[place] for column, cells in events.items()}
        adds = _adds(plan, event, _value(plan, event))
        reason, counts = _judged(plan, event, seen), adds
        if reason == "value_cap":
            counts = _adds(plan, event, plan.events.value_limits[_kind(plan, event)].at_most)
        if reason is not None:
            rows[reason] += 1
            _add(left_out.setdefault(reason, Counter()), adds)
            if reason == "value_cap":
                _add(left_out[reason], {name: -number for name, number in counts.items()})
        if reason in {None, "value_cap"}:
            key = (_day(plan, event), str(event[plan.events.columns.item]), _channel(plan, event))
            _add(totals.setdefault(key, Counter()), counts)
    return ReferenceFacts(
        totals={key: _all_totals(plan, totals[key]) for key in sorted(totals)},
        excluded=tuple((reason, rows[reason], _all_totals(plan, left_out[reason])) for reason in sorted(rows)),
    )


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
    limit = rules.value_limits.get(kind)
    if limit is not None and _value(plan, event) > limit.at_most:
        return "value_cap" if limit.beyond == "cap" else "value_limit"
    return None


def _kind(plan: Plan, event: Event) -> str:
    return str(event[plan.events.columns.kind])


def _value(plan: Plan, event: Event) -> int:
    """Give the value of an event; an empty one is never read."""
    value = event[plan.events.columns.value]
    return value if isinstance(value, int) else 0


def _channel(plan: Plan, event: Event) -> str:
    """Give the channel of an event; one the plan does not know is the plan's `other`."""
    channel = str(event[plan.events.columns.channel])
    if plan.channels is None or channel in plan.channels.known:
        return channel
    return plan.channels.other or channel


def _day(plan: Plan, event: Event) -> int:
    """Give the day of an event in the plan's zone; a time without an offset is what a clock there showed."""
    time = datetime.fromisoformat(str(event[plan.events.columns.time]))
    return day_number(time.date() if time.tzinfo is None else time.astimezone(ZoneInfo(plan.time_zone)).date())


def _adds(plan: Plan, event: Event, value: int) -> dict[str, int]:
    """Give what an event adds to every total, were its value this."""
    return {name: _adds_to(total, plan, event, value) for name, total in plan.totals.items()}


def _adds_to(total: Total, plan: Plan, event: Event, value: int) -> int:
    """Give 1 or the value, minus that for a kind that takes away, or 0 where the filter holds the event back."""
    where, kind = total.where, _kind(plan, event)
    passes = (
        (where.channels is None or _channel(plan, event) in where.channels)
        and (where.at_least is None or value >= where.at_least)
        and (where.at_most is None or value <= where.at_most)
        and all(event[flag] for flag in where.flags)
        and not any(event[flag] for flag in where.without)
    )
    amount = (value if isinstance(total, SumTotal) else 1) if passes else 0
    return amount * ((kind in total.events) - (kind in total.minus))

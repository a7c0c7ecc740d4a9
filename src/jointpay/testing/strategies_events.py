"""Raw events for a plan: every kind the plan reads or ignores, with repeats, flags and late values."""

from collections.abc import Sequence

from jointpay.plan.attribution import Attribution
from jointpay.plan.calendar import day_text, periods
from jointpay.plan.plan import Plan
from jointpay.plan.totals import CountTotal, SumTotal
from jointpay.testing.strategies_choose import Choose
from jointpay.testing.strategies_people import ITEMS, Table

__all__ = ["draw_events"]

_CLOCKS = ("12:00:00", "00:00:00", "23:59:59.999", "08:30:00")
_OFFSETS = ("+08:00", "Z", "-05:00", "+00:00", "")
_VISITORS = ("ann", "bob", "ann", "bob", "", None)
_VALUES = (0, 1, 2, 3000, 500, 2999, 5000, 60_000, 60_001, 100)


def draw_events(
    choose: Choose, plan: Plan, *, days: Sequence[int] = (), items: Sequence[str] = ITEMS, most: int = 20
) -> Table:
    """Choose a table of raw events as the plan's columns name it; some rows are repeated as they are.

    They fall on some of `days`, or on any day of the plan. A channel the plan does not know occurs where it moves such
    rows.
    """
    spans = periods(plan)
    kinds = sorted({kind for total in plan.totals.values() for kind in (*total.events, *total.minus)})
    valued = {
        kind
        for total in plan.totals.values()
        if isinstance(total, SumTotal) or total.where.at_least is not None or total.where.at_most is not None
        for kind in (*total.events, *total.minus)
    }
    filters = [total.where for total in plan.totals.values()]
    rule = plan.events.attribution
    once = any(isinstance(total, CountTotal) and total.once_per is not None for total in plan.totals.values())
    if rule is not None:
        filters.append(rule.touches.where)
        valued |= {*rule.touches.events}
    flags = sorted({flag for where in filters for flag in (*where.flags, *where.without)})
    channels = ("search", "feed") if plan.channels is None else plan.channels.known
    if plan.channels is not None and plan.channels.other is not None:
        channels = (*channels, "unheard of")
    columns = plan.events.columns
    rows: list[dict[str, object]] = []
    for number in range(choose.whole(1, most)):
        span = choose.pick(spans)
        day = choose.pick(days) if days else span.start + choose.whole(0, span.days - 1)
        kind = choose.pick([*kinds, *plan.events.ignored_kinds])
        row: dict[str, object] = {
            columns.event_id: f"e{number}",
            columns.time: f"{day_text(day)}T{choose.pick(_CLOCKS)}{choose.pick(_OFFSETS)}",
            columns.item: choose.pick(items),
            columns.channel: choose.pick(channels),
            columns.kind: kind,
            columns.value: choose.pick(_VALUES) if kind in valued else None,
        }
        if once or rule is not None:
            row[columns.visitor] = choose.pick(_VISITORS)
        if once and rows and choose.chance(50):
            row |= _again(choose, plan, choose.pick(rows))
        if rule is not None:
            row |= _path(choose, plan, rule, kind, rows)
        if plan.events.empty_keys == "exclude" and choose.chance(15):
            row[choose.pick((columns.item, columns.channel))] = choose.pick((None, ""))
        rows.append(row | {flag: choose.chance(30) for flag in flags})
        if choose.chance(10):
            rows.append(dict(rows[-1]))
    return {name: [row[name] for row in rows] for name in rows[0]}


def _again(choose: Choose, plan: Plan, earlier: dict[str, object]) -> dict[str, object]:
    """Let the same visitor come to the same item on the same date, at the same time or another."""
    columns = plan.events.columns
    time = str(earlier[columns.time])
    other = f"{time[:10]}T{choose.pick(_CLOCKS)}{choose.pick(_OFFSETS)}"
    row = {columns.visitor: earlier[columns.visitor], columns.time: time if choose.chance(50) else other}
    return row if earlier[columns.item] is None else row | {columns.item: earlier[columns.item]}


def _path(
    choose: Choose, plan: Plan, rule: Attribution, kind: str, rows: Sequence[dict[str, object]]
) -> dict[str, object]:
    """Choose which order it takes back, and item and channel only where they are read."""
    columns = plan.events.columns
    row: dict[str, object] = {}
    if rule.reversed_by:
        sold = [row[columns.event_id] for row in rows if row[columns.kind] in rule.credited]
        taken = choose.pick(sold) if sold and choose.chance(75) else choose.pick(("e0", "e1", "", "nowhere", None))
        row[columns.order] = taken if kind in rule.reversed_by else None
    if kind in (*rule.credited, *rule.reversed_by) and choose.chance(40):
        row |= {columns.item: None, columns.channel: choose.pick((None, "", "not read"))}
    return row

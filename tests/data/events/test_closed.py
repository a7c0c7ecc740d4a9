"""Days that are closed: late events are left out and listed, or refused; and days added one by one are all of them at once."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest

from jointpay.data.events import measure
from jointpay.data.facts import Exclusion, Facts, merge_facts
from jointpay.errors import DataError
from jointpay.plan.calendar import day_number, day_text
from jointpay.plan.plan import Plan
from jointpay.testing.strategies_choose import SeededChoose
from jointpay.testing.strategies_events import draw_events
from jointpay.testing.strategies_people import Table
from jointpay.testing.strategies_plan import draw_plan

Columns = dict[str, list[Any]]
PlanOf = Callable[..., Plan]
Refusals = Callable[[Callable[[], object]], list[str]]
NONE = {"clicks": 0, "qualified": 0, "dwell": 0, "revenue": 0, "orders": 0}
JULY = date(2024, 7, 1)


def test_late_events_are_left_out_and_listed(
    log: Columns, plan_of: PlanOf, every_kind: Callable[[Columns], object], rows_of: Callable[[Facts], Any]
) -> None:
    """E050. The two clicks of June 30 in Shanghai, one of them a bot's, of which one comes twice; and what is ignored."""
    late = {name: [*cells, cells[0], cells[6]] for name, cells in log.items()}
    late["event_id"][8], late["kind"][8] = "e8", "hover"
    facts = measure(every_kind(late), plan_of(), closed=JULY, late="exclude")
    assert {day for day, _, _ in rows_of(facts)} == {19905, 19906}
    assert facts.excluded == (Exclusion("closed_period", 4, NONE | {"clicks": 2, "qualified": 2}),)
    assert facts.rows_read == 9
    assert rows_of(facts) == {key: row for key, row in rows_of(measure(log, plan_of())).items() if key[0] >= 19905}


def test_no_event_is_late(log: Columns, plan_of: PlanOf, bytes_of: Callable[[Facts], Any]) -> None:
    for late in ("exclude", "refuse"):
        facts = measure(log, plan_of(), closed=date(2024, 6, 30), late=late)
        assert bytes_of(facts) == bytes_of(measure(log, plan_of()))


def test_late_events_are_refused(log: Columns, plan_of: PlanOf, refusals: Refusals) -> None:
    found = refusals(lambda: measure(log, plan_of(), closed=JULY, late="refuse"))
    assert found == [
        (
            f"events: row {row}, column 'time', item 'poster': '{time}' lies before 2024-07-01, and those days are closed; "
            "allowed: events from that day on; next: leave it out, or state late='exclude', which lists such events with "
            "their amounts [closed_period]"
        )
        for row, time in ((2, "2024-06-30T15:59:59Z"), (8, "2024-06-30T12:00:00+08:00"))
    ]


def ticks(start: datetime, count: int, *, minutes: int) -> pl.DataFrame:
    """Make clicks at even steps."""
    rows = range(count)
    return pl.DataFrame(
        {
            "event_id": [f"e{row:04}" for row in rows],
            "time": [start + timedelta(minutes=minutes) * row for row in rows],
            "item": ["poster"] * count,
            "channel": ["feed"] * count,
            "kind": ["click"] * count,
            "value": [1] * count,
            "bot": [False] * count,
            "visible": [False] * count,
        },
        schema_overrides={"time": pl.Datetime("us", start.tzinfo and "UTC")},
    )


def in_polars(frame: pl.DataFrame) -> object:
    return frame.lazy()


def in_duckdb(frame: pl.DataFrame) -> object:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'America/New_York'")
    connection.register("log", frame.to_arrow())
    return connection.table("log")


@pytest.mark.parametrize("place", [in_polars, in_duckdb])
@pytest.mark.parametrize(
    ("zone", "closed", "start"),
    [
        # the clocks went from 00:01 of October 29 back to 23:01 of October 28
        ("America/St_Johns", date(2006, 10, 29), datetime(2006, 10, 28, 0, tzinfo=UTC)),
        ("Europe/Berlin", date(2024, 3, 31), datetime(2024, 3, 30, 12, tzinfo=UTC)),
        ("Pacific/Apia", date(2011, 12, 31), datetime(2011, 12, 29, 0, tzinfo=UTC)),  # a day that never was before it
        ("Asia/Shanghai", date(2024, 7, 1), datetime(2024, 6, 30, 12)),  # noqa: DTZ001 -- what a clock in the zone showed
        ("Asia/Shanghai", date(2024, 7, 1), datetime(2024, 6, 28, 12, tzinfo=UTC)),  # all of them late
    ],
)
def test_a_library_finds_late_events_by_the_clock_of_the_plan(
    place: Callable[[pl.DataFrame], object],
    zone: str,
    closed: date,
    start: datetime,
    plan_of: PlanOf,
    bytes_of: Callable[[Facts], Any],
    refusals: Refusals,
) -> None:
    plan, frame = plan_of(zone=zone), ticks(start, 200, minutes=15)
    wanted = measure(frame.to_arrow(), plan, closed=closed, late="exclude")
    (left,) = wanted.excluded
    assert bytes_of(measure(place(frame), plan, closed=closed, late="exclude")) == bytes_of(wanted)
    told = refusals(lambda: measure(frame.to_arrow(), plan, closed=closed, late="refuse"))
    found = refusals(lambda: measure(place(frame), plan, closed=closed, late="refuse"))
    assert len(told) == len(found) == left.rows
    if place is in_polars:
        assert found == told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"closed": JULY}, "closed is given without late; allowed: the first open day, and 'exclude' or 'refuse'"),
        ({"late": "refuse"}, "late is given without closed; allowed: the first open day, and 'exclude' or 'refuse'"),
        ({"closed": JULY, "late": "drop"}, "late is 'drop'; allowed: 'exclude' or 'refuse'"),
        ({"closed": "2024-07-01", "late": "refuse"}, "closed is '2024-07-01'; allowed: a date, the first open day"),
        (
            {"closed": datetime(2024, 7, 1, tzinfo=UTC), "late": "refuse"},
            "closed is datetime.datetime(2024, 7, 1, 0, 0, tzinfo=datetime.timezone.utc); allowed: a date, the first open day",
        ),
    ],
)
def test_what_is_closed_is_stated_whole(log: Columns, plan_of: PlanOf, arguments: Any, told: str) -> None:
    with pytest.raises(DataError, match=r"\[closed_days\]") as refused:
        measure(log, plan_of(), **arguments)
    assert [str(finding) for finding in refused.value.findings] == [f"closed: {told} [closed_days]"]


def day_of(plan: Plan, text: object) -> int:
    """Give the day of a time in the plan's zone."""
    time, zone = datetime.fromisoformat(str(text)), ZoneInfo(plan.time_zone)
    return day_number((time if time.tzinfo is None else time.astimezone(zone)).date())


def some(events: Table, wanted: list[bool]) -> Table:
    return {name: [cell for cell, here in zip(cells, wanted, strict=True) if here] for name, cells in events.items()}


def taken_back_later(plan: Plan, events: Table) -> Table:
    """Leave out what takes back an order of a later day."""
    columns, rule = plan.events.columns, plan.events.attribution
    days = [day_of(plan, text) for text in events[columns.time]]
    if rule is None or not rule.reversed_by:
        return events
    sold = dict(zip(events[columns.event_id], days, strict=True))
    kinds, orders = events[columns.kind], events[columns.order]
    return some(
        events,
        [
            kind not in rule.reversed_by or sold.get(order, 0) <= day
            for kind, order, day in zip(kinds, orders, days, strict=True)
        ],
    )


def test_days_added_with_what_they_look_back_at_are_all_days_at_once(bytes_of: Callable[[Facts], Any]) -> None:
    """An open day finds its touches, and the orders it takes back, among the rows of closed days; alone it does not."""
    seen: Counter[str] = Counter()
    for seed in range(300):
        choose = SeededChoose(f"day by day {seed}")
        plan = draw_plan(choose)
        rule = plan.events.attribution
        if rule is None:
            continue
        events = taken_back_later(plan, draw_events(choose, plan, most=40))
        days = [day_of(plan, text) for text in events[plan.events.columns.time]]
        cuts = sorted(choose.some(sorted(set(days)), at_least=1, at_most=3))
        # Where orders are taken back, they and their touches may lie any time ago; else no further than the window.
        back = 10**6 if rule.reversed_by else rule.window.whole_seconds // 86_400 + 2
        first = some(events, [day < cuts[0] for day in days])
        standing = [measure(first, plan)]
        alone = [standing[0]]
        for cut, end in zip(cuts, [*cuts[1:], max(days) + 1], strict=True):
            closed = date.fromisoformat(day_text(cut))
            rows = some(events, [cut - back <= day < end for day in days])
            standing.append(measure(rows, plan, closed=closed, late="exclude"))
            alone.append(measure(some(events, [cut <= day < end for day in days]), plan))
        whole, found = measure(events, plan), merge_facts(*standing)
        listed = tuple(left for left in found.excluded if left.reason != "closed_period")
        assert (seed, bytes_of(found)[:-2]) == (seed, bytes_of(merge_facts(whole))[:-2])
        assert (seed, listed) == (seed, whole.excluded)
        seen.update(left.reason for left in found.excluded)
        seen["looked back at"] += not rule.reversed_by and len(standing) > 2
        seen["other alone"] += bytes_of(merge_facts(*alone))[:-2] != bytes_of(merge_facts(whole))[:-2]
    wanted = ("closed_period", "no_touch", "order_unknown", "duplicate", "looked back at", "other alone")
    assert min(seen[name] for name in wanted) > 5, seen

"""The same table of events gives the same facts, whichever library holds it: the reference's, to the byte."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from jointpay.data.events import measure
from jointpay.data.facts import Facts, input_totals
from jointpay.errors import DataError, TooLargeError
from jointpay.plan.load import plan_from_text
from jointpay.plan.plan import Plan
from jointpay.testing.reference_events import reference_facts
from jointpay.testing.strategies_choose import SeededChoose
from jointpay.testing.strategies_events import draw_events
from jointpay.testing.strategies_people import Table
from jointpay.testing.strategies_plan import draw_plan

pytestmark = [
    pytest.mark.filterwarnings("ignore:Dask support is moving:FutureWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ibis"),
    pytest.mark.filterwarnings("ignore:fetch_arrow:DeprecationWarning"),
]

FrameOf = Callable[[str, pl.DataFrame], Any]

EXAMPLES = {"pyspark": 6, "dask of numpy": 4, "dask of arrow": 4}
"""These take seconds for what others do in milliseconds."""


def typed(plan: Plan, table: Table, *, zoned: bool) -> pl.DataFrame:
    """Give a table as a program would hold it: every column of one type, times as instants or as what the clock showed."""
    zone, columns = ZoneInfo(plan.time_zone), plan.events.columns
    moments = []
    for text in table[columns.time]:
        time = datetime.fromisoformat(str(text))
        instant = (time if time.tzinfo is not None else time.replace(tzinfo=zone)).astimezone(UTC)
        moments.append(instant if zoned else instant.astimezone(zone).replace(tzinfo=None))
    text_columns = {getattr(columns, name) for name in type(columns).model_fields} - {columns.time, columns.value}
    kinds: dict[str, Any] = {
        name: pl.String if name in text_columns else pl.Int64 if name == columns.value else pl.Boolean for name in table
    }
    kinds[columns.time] = pl.Datetime("us", "UTC" if zoned else None)
    return pl.DataFrame({**table, columns.time: moments}, schema=kinds)


def as_bytes(facts: Facts) -> tuple[object, ...]:
    """Give everything of facts but where they came from."""
    arrays = [facts.days, facts.items, facts.channels]
    return (
        [(array.dtype.str, array.tobytes()) for array in arrays],
        [(name, total.dtype.str, total.tobytes()) for name, total in facts.totals.items()],
        facts.item_ids,
        facts.channel_ids,
        [(left.reason, left.rows, dict(left.totals)) for left in facts.excluded],
        facts.rows_read,
    )


def as_reference(facts: Facts) -> tuple[object, ...]:
    totals = {
        (day, facts.item_ids[item], facts.channel_ids[channel]): {
            name: int(total[place]) for name, total in facts.totals.items()
        }
        for place, (day, item, channel) in enumerate(
            zip(facts.days.tolist(), facts.items.tolist(), facts.channels.tolist(), strict=True)
        )
    }
    return totals, tuple((left.reason, left.rows, dict(left.totals)) for left in facts.excluded)


@pytest.mark.parametrize("zoned", [True, False], ids=["instants", "clock times"])
def test_generated_events_give_the_references_facts(engine: str, frame_of: FrameOf, *, zoned: bool) -> None:
    for seed in range(EXAMPLES.get(engine, 30)):
        choose = SeededChoose(f"engines {seed}")
        plan = draw_plan(choose)
        events = draw_events(choose, plan, most=60)
        wanted = reference_facts(plan, events)
        found = measure(frame_of(engine, typed(plan, events, zoned=zoned)), plan)
        assert (seed, as_reference(found)) == (seed, (wanted.totals, wanted.excluded))
        assert (seed, as_bytes(found)) == (seed, as_bytes(measure(events, plan)))
        closed = date.fromisoformat(str(choose.pick(sorted(map(str, events[plan.events.columns.time])))[:10]))
        wanted = reference_facts(plan, events, closed=closed)
        found = measure(frame_of(engine, typed(plan, events, zoned=zoned)), plan, closed=closed, late="exclude")
        assert (seed, as_reference(found)) == (seed, (wanted.totals, wanted.excluded))


PLAN = """
schema_version: 1
id: traps
version: 1
effective: {from: 2024-01-01, to: 2025-01-01}
currency: EUR
time_zone: Europe/Berlin
period: month
rounding: half_even
places: {attainment: 4, points: 2, adjustment: 2}
partial_period: by_days
events: {ignored_kinds: [hover]}
totals:
  clicks: {kind: count, events: [click]}
  revenue: {kind: sum, events: [payment], minus: [refund], unit: minor}
metrics:
  clicks: {kind: total, total: clicks, unit: count, direction: higher_is_better, places: 0}
roles:
  designer:
    components:
      draw:
        weight: 1
        combine: weighted_mean
        measures:
          clicks:
            weight: 1
            metric: clicks
            scope: own
            target: {kind: fixed, value: 100}
            attainment: ratio
            curve: {kind: proportional, times: 100, origin: 0, from: 0, to: 2}
            missing: zero
"""
BERLIN = plan_from_text(PLAN, format="yaml")
START = datetime(2024, 6, 30, 12, tzinfo=UTC)
LARGE = 2**53 + 1


def log(rows: int, **cells: Any) -> pl.DataFrame:
    """Make payments of one cent on one item; `cells` gives other columns, a value for all or a list."""
    table: dict[str, Any] = {
        "event_id": list(range(rows)),
        "time": [START + timedelta(seconds=number) for number in range(rows)],
        "item": ["poster"] * rows,
        "kind": ["payment"] * rows,
        "value": [1] * rows,
    }
    table |= {name: cell if isinstance(cell, list) else [cell] * rows for name, cell in cells.items()}
    whole = {"event_id": pl.Int64, "value": pl.Int64}
    return pl.DataFrame(table, schema_overrides={**whole, "time": pl.Datetime("us", "UTC"), "item": pl.String})


def test_whole_numbers_beyond_a_float_stay_exact_beside_empty_cells(engine: str, frame_of: FrameOf) -> None:
    frame = log(4, value=[LARGE, None, LARGE, 1], kind=["payment", "click", "refund", "payment"])
    frame = pl.concat([frame, log(1, event_id=9, value=LARGE)])
    facts = measure(frame_of(engine, frame), BERLIN)
    assert facts.totals["revenue"].tolist() == [LARGE + 1]
    assert facts.totals["clicks"].tolist() == [1]


def test_sums_are_int64_arrays_and_neither_decimals_nor_floats(engine: str, frame_of: FrameOf) -> None:
    facts = measure(frame_of(engine, log(3)), BERLIN)
    assert {name: total.dtype for name, total in facts.totals.items()} == {
        "clicks": np.dtype("int64"),
        "revenue": np.dtype("int64"),
    }
    assert facts.totals["revenue"].tolist() == [3]


def test_a_sum_that_could_wrap_is_refused(engine: str, frame_of: FrameOf) -> None:
    with pytest.raises(TooLargeError, match=r"more than 2\*\*63"):
        measure(frame_of(engine, log(10, value=10**18 - 1)), BERLIN)


@pytest.mark.parametrize("column", ["item", "kind"])
def test_a_row_without_a_key_is_refused_and_not_dropped(engine: str, frame_of: FrameOf, column: str) -> None:
    filled = "poster" if column == "item" else "payment"
    frame = log(3, **{column: [filled, None, filled]})
    with pytest.raises(DataError, match="the cell is empty"):
        measure(frame_of(engine, frame), BERLIN)


def test_what_came_in_is_in_facts_or_excluded(engine: str, frame_of: FrameOf) -> None:
    """Repeated, ignored, late, without a key, of a bot and of a visitor seen before: every payment and click is somewhere."""
    tree = BERLIN.to_json_tree()
    tree["events"]["empty_keys"] = "exclude"
    once = {"interval": "day", "unknown_visitor": "exclude"}
    tree["totals"]["clicks"] |= {"where": {"without": ["bot"]}, "once_per": once}
    plan = Plan.model_validate(tree)
    kinds = ["payment", "refund", "click", "hover", "click"] * 6
    frame = log(
        30,
        kind=kinds,
        value=[2**number for number in range(30)],
        item=[None if number % 7 == 3 else "poster" for number in range(30)],
        bot=[number % 4 == 0 for number in range(30)],
        visitor_id=["ann" if number % 3 else "" for number in range(30)],
        time=[START + timedelta(hours=number) for number in range(30)],
    )
    frame = pl.concat([frame, frame[5:9]])
    facts = measure(frame_of(engine, frame), plan, closed=date(2024, 7, 1), late="exclude")
    rows = frame.rows(named=True)
    sign = {"payment": 1, "refund": -1}
    wanted = {
        "rows": 34,
        "clicks": sum(row["kind"] == "click" and not row["bot"] for row in rows),
        "revenue": sum(sign.get(row["kind"], 0) * row["value"] for row in rows),
    }
    assert input_totals(facts) == wanted
    reasons = ["closed_period", "empty_key", "ignored_kind", "repeated_in_interval", "visitor_unknown"]
    assert [left.reason for left in facts.excluded if left.reason != "duplicate"] == reasons


def test_values_of_floats_are_refused(engine: str, frame_of: FrameOf) -> None:
    frame = log(3).with_columns(pl.col("value").cast(pl.Float64))
    with pytest.raises(DataError, match=r"value_type"):
        measure(frame_of(engine, frame), BERLIN)


def test_days_are_the_plans_and_not_the_sessions(engine: str, frame_of: FrameOf) -> None:
    """Half a second before midnight, and at it, in summer and in winter, and where the clock is put forward and back."""
    midnights = [
        datetime(2024, month, day, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
        for month, day in ((1, 15), (3, 31), (4, 1), (7, 1), (10, 27), (10, 28), (12, 31))
    ]
    tick = timedelta(microseconds=1)
    times = [moment for midnight in midnights for moment in (midnight - tick, midnight - tick * 500_000, midnight)]
    facts = measure(frame_of(engine, log(len(times), time=times)), BERLIN)
    days = {int(day): int(count) for day, count in zip(facts.days, facts.totals["revenue"], strict=True)}
    wanted: dict[int, int] = {}
    for moment in times:
        day = (
            moment.astimezone(ZoneInfo("Europe/Berlin")).date().toordinal()
            - datetime(1970, 1, 1, tzinfo=UTC).toordinal()
        )
        wanted[day] = wanted.get(day, 0) + 1
    assert days == wanted
    assert len(days) == 12


def test_rows_in_any_order_give_the_same_facts(engine: str, frame_of: FrameOf) -> None:
    frame = log(40, value=list(range(40)))
    frame = pl.concat([frame, frame.head(5)])
    wanted = measure(frame_of(engine, frame), BERLIN)
    assert (wanted.rows_read, wanted.totals["revenue"].tolist()) == (45, [sum(range(40))])
    assert as_bytes(measure(frame_of(engine, frame.reverse()), BERLIN)) == as_bytes(wanted)


def test_an_id_with_two_contents_is_refused(engine: str, frame_of: FrameOf) -> None:
    frame = pl.concat([log(5), log(1, event_id=3, value=2)])
    with pytest.raises(DataError, match=r"event_id"):
        measure(frame_of(engine, frame), BERLIN)

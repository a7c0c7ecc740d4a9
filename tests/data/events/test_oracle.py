"""A slow and obvious loop over rows agrees with `measure` on any log, whatever table it comes in and however it is cut."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jointpay.data.events import measure
from jointpay.data.facts import Facts, merge_facts
from jointpay.data.facts_table import facts_columns, read_facts
from jointpay.plan.calendar import day_number
from jointpay.plan.plan import Plan
from jointpay.plan.totals import SumTotal, Total

Row = dict[str, Any]
Sums = dict[tuple[int, str, str], dict[str, int]]

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Africa/Monrovia", "UTC"]
EVENTS = "{ignored_kinds: [hover], value_limits: {dwell: {at_most: 50000, beyond: %s}, payment: {at_most: 9000, beyond: %s}}}"
CHANNELS = "channels: {known: [search, feed, rest], other: rest}"


@st.composite
def events(draw: st.DrawFn) -> list[Row]:
    """Draw rows near midnight, clock changes, filters' edges and limits; some of them repeated."""
    rows = []
    for number in range(draw(st.integers(0, 25))):
        around = draw(st.sampled_from(["2024-03-31T01:00", "2024-06-30T16:00", "2024-10-27T01:00", "2024-12-31T23:00"]))
        instant = datetime.fromisoformat(around).replace(tzinfo=UTC) + timedelta(seconds=draw(st.integers(-9000, 9000)))
        shown = instant.astimezone(ZoneInfo(draw(st.sampled_from(ZONES[:3]))))
        kind = draw(st.sampled_from(["click", "dwell", "payment", "refund", "order", "hover"]))
        rows.append(
            {
                "event_id": f"e{number}",
                "time": shown.isoformat() if draw(st.booleans()) else instant.isoformat().replace("+00:00", "Z"),
                "item": draw(st.sampled_from(["a", "B", "海报", "a b"])),
                "channel": draw(st.sampled_from(["search", "feed", "elsewhere"])),
                "kind": kind,
                "value": draw(st.sampled_from([0, 2999, 3000, 9000, 9001, 50000, 50001, 60000, 60001, 10**13])),
                "bot": draw(st.booleans()),
                "visible": draw(st.booleans()),
            }
        )
    again = draw(st.lists(st.sampled_from(rows), max_size=4)) if rows else []
    return draw(st.permutations(rows + again))


def amount(total: Total, row: Row, value: int) -> int:
    """Say what one event adds to a total."""
    where = total.where
    if row["kind"] not in (*total.events, *total.minus):
        return 0
    if where.channels is not None and row["channel"] not in where.channels:
        return 0
    if (where.at_least is not None and value < where.at_least) or (where.at_most is not None and value > where.at_most):
        return 0
    if not all(row[flag] for flag in where.flags) or any(row[flag] for flag in where.without):
        return 0
    return (value if isinstance(total, SumTotal) else 1) * (1 if row["kind"] in total.events else -1)


def slowly(rows: list[Row], plan: Plan) -> tuple[Sums, dict[str, tuple[int, dict[str, int]]]]:
    """Measure row by row."""
    sums: Sums = {}
    excluded: dict[str, tuple[int, dict[str, int]]] = {}
    seen = set()

    def leave_out(reason: str, amounts: dict[str, int]) -> None:
        count, before = excluded.get(reason, (0, dict.fromkeys(plan.totals, 0)))
        excluded[reason] = (count + 1, {name: before[name] + amounts[name] for name in amounts})

    for row in rows:
        given_row = row | {"channel": row["channel"] if row["channel"] != "elsewhere" else "rest"}
        plain = {name: amount(total, given_row, row["value"]) for name, total in plan.totals.items()}
        limit = plan.events.value_limits.get(row["kind"])
        beyond = limit is not None and row["value"] > limit.at_most
        if row["event_id"] in seen:
            leave_out("duplicate", plain)
            continue
        seen.add(row["event_id"])
        if row["kind"] == "hover":
            leave_out("ignored_kind", plain)
            continue
        counted = plain
        if limit is not None and beyond:
            if limit.beyond == "exclude":
                leave_out("value_limit", plain)
                continue
            counted = {name: amount(total, given_row, limit.at_most) for name, total in plan.totals.items()}
            leave_out("value_cap", {name: plain[name] - counted[name] for name in plain})
        local = datetime.fromisoformat(row["time"]).astimezone(ZoneInfo(plan.time_zone)).date()
        fact = sums.setdefault((day_number(local), row["item"], given_row["channel"]), dict.fromkeys(plan.totals, 0))
        for name, added in counted.items():
            fact[name] += added
    return sums, excluded


def columns(rows: list[Row]) -> dict[str, list[Any]]:
    names = ["event_id", "time", "item", "channel", "kind", "value", "bot", "visible"]
    return {name: [row[name] for row in rows] for name in names}


def as_polars(rows: list[Row]) -> pl.DataFrame:
    texts = dict.fromkeys(["event_id", "time", "item", "channel", "kind"], pl.String)
    return pl.DataFrame(columns(rows), schema=texts | {"value": pl.Int64, "bot": pl.Boolean, "visible": pl.Boolean})


MAKERS: list[Callable[[list[Row]], object]] = [
    columns,
    as_polars,
    lambda rows: as_polars(rows).lazy(),
    lambda rows: as_polars(rows).to_arrow(),
    lambda rows: pa.table(as_polars(rows).with_columns(pl.col("time").str.to_datetime(time_zone="UTC")).to_arrow()),
    lambda rows: as_polars(rows).to_pandas(),
    lambda rows: pd.DataFrame(columns(rows), dtype=object),
]


@given(
    rows=events(),
    zone=st.sampled_from(ZONES),
    beyond=st.tuples(*[st.sampled_from(["exclude", "cap"])] * 2),
    make=st.sampled_from(MAKERS),
    parts=st.integers(1, 3),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_measure_is_the_obvious_loop(
    rows: list[Row],
    zone: str,
    beyond: tuple[str, str],
    make: Callable[[list[Row]], object],
    parts: int,
    plan_of: Callable[..., Plan],
    rows_of: Callable[[Facts], Sums],
    bytes_of: Callable[[Facts], tuple[object, ...]],
) -> None:
    plan = plan_of(zone=zone, events=EVENTS % beyond, channels=CHANNELS)
    facts = measure(make(rows), plan)
    sums, excluded = slowly(rows, plan)
    assert rows_of(facts) == sums
    assert {exclusion.reason: (exclusion.rows, dict(exclusion.totals)) for exclusion in facts.excluded} == excluded
    assert facts.rows_read == len(rows)

    unique = list({row["event_id"]: row for row in rows}.values())
    whole = measure(make(unique), plan)
    pieces = [measure(make(unique[part::parts]), plan) for part in range(parts)]
    assert bytes_of(merge_facts(*reversed(pieces))) == bytes_of(merge_facts(whole))
    assert bytes_of(merge_facts(merge_facts(*pieces[:1]), *pieces[1:])) == bytes_of(whole)

    if len(whole.days):
        again = read_facts(facts_columns(whole), plan)
        assert rows_of(again) == rows_of(whole)
        assert again.days.tobytes() == whole.days.tobytes()


@pytest.mark.parametrize("zone", ZONES)
@given(instants=st.lists(st.integers(0, 60 * 365 * 86400), min_size=1, max_size=50))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_days_are_those_of_the_zone(
    zone: str, instants: list[int], plan_of: Callable[..., Plan], rows_of: Callable[[Facts], Sums]
) -> None:
    times = [datetime.fromtimestamp(instant, UTC) for instant in instants]
    log = {
        "event_id": list(range(len(times))),
        "time": [time.isoformat() for time in times],
        "item": ["a"] * len(times),
        "channel": ["feed"] * len(times),
        "kind": ["order"] * len(times),
        "value": [None] * len(times),
        "bot": [0] * len(times),
        "visible": ["1"] * len(times),
    }
    expected: dict[date, int] = {}
    for time in times:
        day = time.astimezone(ZoneInfo(zone)).date()
        expected[day] = expected.get(day, 0) + 1
    found = {day: totals["orders"] for (day, _, _), totals in rows_of(measure(log, plan_of(zone=zone))).items()}
    assert found == {day_number(day): count for day, count in expected.items()}

# ruff: noqa: DTZ001 -- columns of times without a zone are what some of these tests are about
"""A table that its library has not read is measured as one that lies in memory, to the byte, and refused in the same words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jointpay.data.events import lazy_measure, measure
from jointpay.data.events.lazy_log import LazyLog
from jointpay.data.events.lazy_rows import Survey, survey
from jointpay.data.facts import Facts
from jointpay.errors import ConservationError, DataError, TooLargeError
from jointpay.plan.plan import Plan

PlanOf = Callable[..., Plan]
BytesOf = Callable[[Facts], tuple[object, ...]]
Refusals = Callable[[Callable[[], object]], list[str]]
Table = dict[str, list[Any]]

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "UTC"]
EVENTS = "{ignored_kinds: [hover], value_limits: {dwell: {at_most: 50000, beyond: %s}, payment: {at_most: 9000, beyond: %s}}}"
CHANNELS = "channels: {known: [search, feed, rest], other: rest}"


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Draw rows near midnight and clock changes, some repeated as they are."""
    rows = []
    for number in range(draw(st.integers(1, 25))):
        around = draw(st.sampled_from(["2024-03-31T01:00", "2024-06-30T16:00", "2024-10-27T01:00", "2024-12-31T23:00"]))
        time = datetime.fromisoformat(around) + timedelta(seconds=draw(st.integers(-9000, 9000)), microseconds=1)
        kind = draw(st.sampled_from(["click", "dwell", "payment", "refund", "order", "hover"]))
        value = draw(st.sampled_from([0, 2999, 3000, 9000, 9001, 50000, 50001, 60000, 60001, 10**13]))
        row = {
            "event_id": f"e{number}",
            "time": time,
            "item": draw(st.sampled_from(["a", "B", "海报", "a b"])),
            "channel": draw(st.sampled_from(["search", "feed", "elsewhere"])),
            "kind": kind,
            "value": None if kind == "hover" and draw(st.booleans()) else value,
        }
        rows.append(row | {"bot": draw(st.booleans()), "visible": draw(st.booleans())})
    again = draw(st.lists(st.sampled_from(rows), max_size=4))
    rows = draw(st.permutations(rows + again))
    return {name: [row[name] for row in rows] for name in rows[0]}


def typed(table: Mapping[str, list[Any]], *, zoned: bool = True) -> pl.DataFrame:
    """Make a frame of which no cell needs to be guessed."""
    text: dict[str, Any] = dict.fromkeys(["event_id", "item", "channel", "kind"], pl.String)
    times = {"time": pl.Datetime("us", "UTC" if zoned else None)}
    flags = dict.fromkeys(["bot", "visible"], pl.Boolean)
    return pl.DataFrame(table, schema=times | text | {"value": pl.Int64} | flags).select(list(table))


def lazily_in_polars(frame: pl.DataFrame, _: Path) -> object:
    return frame.lazy()


def in_memory_of_polars(frame: pl.DataFrame, _: Path) -> object:
    return frame


def with_categories(frame: pl.DataFrame, _: Path) -> object:
    return frame.with_columns(pl.col("item", "kind", "channel").cast(pl.Categorical)).lazy()


def in_duckdb(frame: pl.DataFrame, _: Path) -> object:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'America/New_York'")
    connection.register("log", frame.to_arrow())
    return connection.table("log")


def in_a_file(frame: pl.DataFrame, folder: Path) -> object:
    frame.write_parquet(folder / "events.parquet", row_group_size=5)
    return folder / "events.parquet"


PLACES = [lazily_in_polars, in_memory_of_polars, with_categories, in_duckdb, in_a_file]


@pytest.mark.parametrize("place", PLACES)
@given(table=tables(), zone=st.sampled_from(ZONES), beyond=st.tuples(*[st.sampled_from(["exclude", "cap"])] * 2))
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_same_facts(
    place: Callable[[pl.DataFrame, Path], object],
    table: Table,
    zone: str,
    beyond: tuple[str, str],
    plan_of: PlanOf,
    bytes_of: BytesOf,
    tmp_path: Path,
) -> None:
    plan = plan_of(zone=zone, events=EVENTS % beyond, channels=CHANNELS)
    written = table | {"time": [time.replace(tzinfo=UTC).isoformat() for time in table["time"]]}
    expected = measure(written, plan)
    facts = measure(place(typed(table), tmp_path), plan, source="events")
    assert bytes_of(facts) == bytes_of(expected)
    assert facts.notes == expected.notes


@pytest.mark.parametrize("place", [lazily_in_polars, in_duckdb])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Shanghai", "America/Havana"])
def test_local_times_of_the_zone(
    place: Callable[[pl.DataFrame, Path], object],
    zone: str,
    log: Table,
    plan_of: PlanOf,
    bytes_of: BytesOf,
    tmp_path: Path,
) -> None:
    plan = plan_of(zone=zone)
    shown = [
        datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone))
        for second in range(1_704_067_200, 1_735_600_000, 1700)
    ]
    count = len(shown)
    table = {name: (cells * count)[:count] for name, cells in log.items()}
    table |= {"event_id": [f"e{at}" for at in range(count)], "value": [5000] * count}
    table |= {flag: [False] * count for flag in ("bot", "visible")}
    table |= {"time": [time.replace(tzinfo=None) for time in shown]}
    expected = measure(table | {"time": [time.isoformat() for time in table["time"]]}, plan)
    facts = measure(place(typed(table, zoned=False), tmp_path), plan)
    assert bytes_of(facts) == bytes_of(expected)
    assert facts.notes == expected.notes


def soundly(log: Table) -> Table:
    """Give the log with typed cells."""
    times = [
        "2024-06-30T15:59:59",
        "2024-06-30T16:00:00",
        "2024-07-01T01:00:00",
        "2024-07-01T01:00",
        "2024-07-01T01:00",
        "2024-07-01T16:00",
        "2024-06-30T04:00",
    ]
    return log | {
        "time": [datetime.fromisoformat(time) for time in times],
        "value": [int(cell) if cell else None for cell in log["value"]],
        "bot": [cell in {"true", "1"} for cell in log["bot"]],
        "visible": [cell in {"true", "1"} for cell in log["visible"]],
    }


FAULTS: dict[str, tuple[dict[str, tuple[int, Any]], dict[str, Any]]] = {
    "no time": ({"time": (2, None)}, {}),
    "time before 1970": ({"time": (2, datetime(1969, 12, 31, 23, 59, 59))}, {}),
    "time after 2200": ({"time": (1, datetime(2201, 1, 1))}, {}),
    "after the cut-off": ({}, {"until": datetime(2024, 7, 1, 1, tzinfo=UTC)}),
    "no item": ({"item": (0, None)}, {}),
    "empty item": ({"item": (6, "")}, {}),
    "total row": ({"item": (3, "合计")}, {}),
    "item with spaces": ({"item": (3, " poster")}, {}),
    "no kind": ({"kind": (0, None)}, {}),
    "unknown kind": ({"kind": (0, "clik")}, {}),
    "no channel": ({"channel": (5, None)}, {}),
    "channel with an invisible character": ({"channel": (5, "fe\u200bed")}, {}),
    "no value": ({"value": (2, None)}, {}),
    "negative value": ({"value": (4, -1)}, {}),
    "too large a value": ({"value": (4, 10**18)}, {}),
    "no flag": ({"bot": (1, None)}, {}),
    "no id": ({"event_id": (1, None)}, {}),
    "empty id": ({"event_id": (1, "")}, {}),
    "rewritten id": ({"event_id": (1, "1.2E+17")}, {}),
    "total word for an id": ({"event_id": (1, "Total")}, {}),
    "id of two contents": ({"event_id": (1, "e1")}, {}),
    "rounded ids": ({"item": (0, "12345678901234500"), "item ": (1, "22345678901234500")}, {}),
}


@pytest.mark.parametrize("place", [lazily_in_polars, in_a_file])
@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_told_in_the_same_words(
    place: Callable[[pl.DataFrame, Path], object],
    fault: str,
    log: Table,
    plan_of: PlanOf,
    refusals: Refusals,
    tmp_path: Path,
) -> None:
    cells, options = FAULTS[fault]
    table = soundly(log)
    for column, (at, cell) in cells.items():
        name = column.strip()
        table[name] = [cell if here == at else other for here, other in enumerate(table[name])]
    # A frame of arrow is read cell by cell.
    wanted = refusals(lambda: measure(typed(table).to_arrow(), plan_of(), source="events", **options))
    found = refusals(lambda: measure(place(typed(table), tmp_path), plan_of(), source="events", **options))
    assert wanted
    assert found == wanted


def test_a_library_without_an_order_of_rows_names_no_row(
    log: Table, plan_of: PlanOf, refusals: Refusals, tmp_path: Path
) -> None:
    table = soundly(log) | {"kind": ["clik", *log["kind"][1:]]}
    (found,) = refusals(lambda: measure(in_duckdb(typed(table), tmp_path), plan_of()))
    assert found.startswith("events: column 'kind', item 'poster': 'clik' is not a kind of event of the plan")
    twice = soundly(log) | {"event_id": ["e1", "e1", *log["event_id"][2:]]}
    (found,) = refusals(lambda: measure(in_duckdb(typed(twice), tmp_path), plan_of()))
    assert "event 'e1' stands in another row too, with other cells in" in found


def test_local_times_that_never_were(log: Table, plan_of: PlanOf, refusals: Refusals, tmp_path: Path) -> None:
    plan = plan_of(zone="Europe/Berlin")
    table = soundly(log) | {"time": [datetime(2024, 3, 31, 2, 30), *[datetime(2024, 3, 31, 3)] * 6]}
    wanted = refusals(lambda: measure(typed(table, zoned=False).to_arrow(), plan))
    assert len(wanted) == 1
    assert refusals(lambda: measure(lazily_in_polars(typed(table, zoned=False), tmp_path), plan)) == wanted


@pytest.mark.parametrize(
    "until", [datetime(2024, 10, 27, 0, 30, tzinfo=UTC), datetime(2024, 10, 27, 1, 30, tzinfo=UTC)]
)
def test_the_cut_off_of_local_times(
    until: datetime, log: Table, plan_of: PlanOf, refusals: Refusals, tmp_path: Path
) -> None:
    plan = plan_of(zone="Europe/Berlin")
    clocks = [datetime(2024, 10, 27, hour, minute) for hour in range(5) for minute in (0, 29, 30, 31, 59)]
    table = {name: (cells * 4)[: len(clocks)] for name, cells in soundly(log).items()}
    table |= {"time": clocks, "event_id": [f"e{at}" for at in range(len(clocks))]}
    wanted = refusals(lambda: measure(typed(table, zoned=False).to_arrow(), plan, until=until))
    assert wanted
    assert refusals(lambda: measure(lazily_in_polars(typed(table, zoned=False), tmp_path), plan, until=until)) == wanted


def test_sums_that_could_wrap(log: Table, plan_of: PlanOf, tmp_path: Path) -> None:
    table = {name: cells * 2 for name, cells in soundly(log).items()}
    table |= {"event_id": [f"e{at}" for at in range(14)], "value": [10**18 - 1] * 14}
    with pytest.raises(TooLargeError, match=r"^14 events with values up to 999999999999999999 could sum to more than"):
        measure(lazily_in_polars(typed(table), tmp_path), plan_of())


def test_many_repeated_events(log: Table, plan_of: PlanOf, bytes_of: BytesOf, tmp_path: Path) -> None:
    count = 3000
    table = {name: (cells * count)[:count] for name, cells in soundly(log).items()}
    table |= {"event_id": [f"e{at:05}" for at in range(count)]}
    table = {name: cells + cells[:1500] + cells[:10] for name, cells in table.items()}
    expected = measure(typed(table).to_arrow(), plan_of())
    assert {left.reason: left.rows for left in expected.excluded} == {"duplicate": 1510}
    for place in PLACES:
        assert bytes_of(measure(place(typed(table), tmp_path), plan_of())) == bytes_of(expected)


def test_more_faults_than_are_listed_are_counted(
    log: Table, plan_of: PlanOf, refusals: Refusals, tmp_path: Path
) -> None:
    count = 1200
    table = {name: (cells * count)[:count] for name, cells in soundly(log).items()}
    table |= {"event_id": [f"e{at}" for at in range(count)], "kind": ["clik"] * count}
    found = refusals(lambda: measure(lazily_in_polars(typed(table), tmp_path), plan_of()))
    assert len(found) == 1001
    assert "200 more problems are not listed" in found[-1]


@pytest.mark.parametrize("place", [lazily_in_polars, in_a_file])
@pytest.mark.parametrize("column", ["event_id", "item", "channel"])
def test_more_rows_without_a_key_than_are_listed_are_counted(
    place: Callable[[pl.DataFrame, Path], object],
    column: str,
    log: Table,
    plan_of: PlanOf,
    refusals: Refusals,
    tmp_path: Path,
) -> None:
    count = 1200
    table = {name: (cells * count)[:count] for name, cells in soundly(log).items()}
    table |= {"event_id": [f"e{at}" for at in range(count)]} | {column: [None, ""] * (count // 2)}
    found = refusals(lambda: measure(place(typed(table), tmp_path), plan_of()))
    assert len(found) == 1001
    assert "200 more problems are not listed" in found[-1]


def test_rows_that_are_set_apart_without_reason_are_a_fault(
    log: Table, plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lazy_measure, "is_odd", lambda *_, **__: nw.col("kind") == "click")
    with pytest.raises(ConservationError, match=r"^events: 2 rows were set apart, and nothing is wrong with them"):
        measure(lazily_in_polars(typed(soundly(log)), tmp_path), plan_of())


def test_rows_that_come_or_go_while_they_are_read(
    log: Table, plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    surveyed = survey

    def one_more(read: LazyLog) -> Survey:
        known = surveyed(read)
        return replace(known, rows=known.rows + 1)

    monkeypatch.setattr(lazy_measure, "survey", one_more)
    with pytest.raises(ConservationError, match=r"^events: 8 rows were counted and 7 summed; nothing was measured"):
        measure(lazily_in_polars(typed(soundly(log)), tmp_path), plan_of())


def test_no_rows(log: Table, plan_of: PlanOf, bytes_of: BytesOf, tmp_path: Path) -> None:
    nothing = {name: cells[:0] for name, cells in soundly(log).items()}
    expected = bytes_of(measure(typed(nothing).to_arrow(), plan_of()))
    for place in PLACES:
        assert bytes_of(measure(place(typed(nothing), tmp_path), plan_of())) == expected


def test_a_library_that_fails(log: Table, plan_of: PlanOf) -> None:
    broken = typed(soundly(log)).lazy().with_columns(pl.col("item").cast(pl.Int64).cast(pl.String))
    with pytest.raises(DataError, match=r"^events: polars cannot compute it: conversion from `str` to `i64` failed"):
        measure(broken, plan_of())


def test_values_beyond_a_limit_that_refuses(log: Table, plan_of: PlanOf, refusals: Refusals, tmp_path: Path) -> None:
    plan = plan_of(events="{ignored_kinds: [hover], value_limits: {dwell: {at_most: 60999, beyond: refuse}}}")
    table = soundly(log)
    (found,) = refusals(lambda: measure(lazily_in_polars(typed(table), tmp_path), plan))
    assert found == refusals(lambda: measure(typed(table).to_arrow(), plan))[0]
    assert "row 4, column 'value', item 'banner': 61000 is more than a 'dwell' can be" in found


def test_a_table_with_a_column_of_an_own_name(log: Table, plan_of: PlanOf, bytes_of: BytesOf, tmp_path: Path) -> None:
    table = typed(soundly(log))
    named = table.with_columns(us=pl.lit("x"), us_=pl.lit(1))
    for place in (lazily_in_polars, in_duckdb, in_a_file):
        assert bytes_of(measure(place(named, tmp_path), plan_of())) == bytes_of(measure(table.to_arrow(), plan_of()))

"""The rules a plan states for raw events: duplicates, ignored kinds, limits, channels, clocks, the cut-off."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from jointpay.data.events import measure
from jointpay.data.events import totals as event_totals
from jointpay.data.events.totals import Sums
from jointpay.data.events.zone_days import zone_days
from jointpay.data.facts import Exclusion, Facts
from jointpay.errors import ConservationError, PlanError, TooLargeError
from jointpay.plan.calendar import day_text
from jointpay.plan.plan import Plan

Columns = dict[str, list[Any]]
Refusals = Callable[[Callable[[], object]], list[str]]
CsvOf = Callable[[Columns], Path]
PlanOf = Callable[..., Plan]
NONE = {"clicks": 0, "qualified": 0, "dwell": 0, "revenue": 0, "orders": 0}


def again(log: Columns, *rows: int) -> Columns:
    """Repeat rows, counted from 2."""
    return {name: [*cells, *(cells[row - 2] for row in rows)] for name, cells in log.items()}


def test_a_repeated_row_counts_once(
    log: Columns,
    plan_of: PlanOf,
    bytes_of: Callable[[Facts], tuple[object, ...]],
    every_kind: Callable[[Columns], object],
) -> None:
    """E014."""
    facts = measure(every_kind(again(log, 6, 4, 6)), plan_of())
    assert facts.excluded == (Exclusion("duplicate", 3, NONE | {"revenue": 19800, "dwell": 61000}),)
    assert facts.rows_read == 10
    assert bytes_of(facts)[:-2] == bytes_of(measure(log, plan_of()))[:-2]


def test_one_id_with_two_contents(log: Columns, plan_of: PlanOf, csv_of: CsvOf, refusals: Refusals) -> None:
    other = again(log, 6, 7)
    other["value"][7:] = ["9901", "401"]
    other["channel"][8] = "search"
    assert refusals(lambda: measure(csv_of(other), plan_of())) == [
        (
            "events.csv: row 9, column 'event_id', item 'poster': event 'e5' stands on row 6 too, with other cells in 'value'; "
            "allowed: one content for each id; next: drop the wrong row [event_id_repeated]"
        ),
        (
            "events.csv: row 10, column 'event_id', item 'poster': event 'e6' stands on row 7 too, with other cells in "
            "'channel', 'value'; allowed: one content for each id; next: drop the wrong row [event_id_repeated]"
        ),
    ]


def test_duplicates_that_are_not_checked_all_count(log: Columns, plan_of: PlanOf) -> None:
    facts = measure(again(log, 6), plan_of(events="{duplicates: not_checked}"))
    assert (facts.excluded, int(facts.totals["revenue"].sum())) == ((), 2 * 9900 - 400)


def test_ignored_kinds_are_counted_and_make_no_fact(log: Columns, plan_of: PlanOf) -> None:
    hover = again(log, 2)
    hover["kind"][7], hover["event_id"][7], hover["item"][7] = "hover", "e8", "elsewhere"
    facts = measure(hover, plan_of())
    assert facts.excluded == (Exclusion("ignored_kind", 1, NONE),)
    assert facts.item_ids == ("banner", "poster")


@pytest.mark.parametrize(
    ("beyond", "dwell", "excluded"),
    [
        ("exclude", 3000, (Exclusion("value_limit", 1, NONE | {"dwell": 61000}),)),
        ("cap", 63000, (Exclusion("value_cap", 1, NONE | {"dwell": 1000, "qualified": -1}),)),
    ],
)
def test_implausible_values(
    log: Columns, plan_of: PlanOf, beyond: str, dwell: int, excluded: tuple[Exclusion, ...]
) -> None:
    """E058: a capped dwell of 60000 ms is a qualified one, which 61000 was not."""
    facts = measure(log, plan_of(events=f"{{value_limits: {{dwell: {{at_most: 60000, beyond: {beyond}}}}}}}"))
    assert (int(facts.totals["dwell"].sum()), facts.excluded) == (dwell, excluded)


def test_implausible_values_refused(log: Columns, plan_of: PlanOf, csv_of: CsvOf, refusals: Refusals) -> None:
    plan = plan_of(
        events="{value_limits: {dwell: {at_most: 60000, beyond: refuse}, refund: {at_most: 1, beyond: refuse}}}"
    )
    assert refusals(lambda: measure(csv_of(log), plan)) == [
        (
            "events.csv: row 4, column 'value', item 'banner': 61000 is more than a 'dwell' can be; the plan allows at most 60000 "
            "[value_beyond]"
        ),
        (
            "events.csv: row 7, column 'value', item 'poster': 400 is more than a 'refund' can be; the plan allows at most 1 "
            "[value_beyond]"
        ),
    ]


def test_unknown_channels_may_be_counted_as_another(
    log: Columns, plan_of: PlanOf, every_kind: Callable[[Columns], object]
) -> None:
    """E053."""
    plan = plan_of(channels="channels: {known: [search, rest], other: rest}")
    facts = measure(every_kind(log), plan)
    assert facts.channel_ids == ("rest", "search")
    (note,) = facts.notes
    assert str(note).endswith(
        "column 'channel': 3 rows of channel 'feed', which the plan does not know, are counted as 'rest' [channel_moved]"
    )


def test_a_log_without_channels(plan_of: PlanOf, log: Columns) -> None:
    plan = plan_of()
    totals = {name: plan.totals[name] for name in ("clicks", "revenue")}
    ignored = plan.events.model_copy(update={"ignored_kinds": ("dwell", "order")})
    bare = plan.model_copy(update={"totals": totals, "events": ignored})
    facts = measure({name: cells for name, cells in log.items() if name != "channel"}, bare)
    assert (facts.channel_ids, set(facts.channels.tolist())) == (("",), {0})
    assert facts.totals.keys() == {"clicks", "revenue"}
    assert measure(log, bare).channel_ids == ("feed", "search")


def test_a_plan_that_reads_no_value(plan_of: PlanOf, log: Columns) -> None:
    plan = plan_of()
    only = plan.model_copy(update={"totals": {"clicks": plan.totals["clicks"]}})
    kinds = {name: cells for name, cells in log.items() if name not in {"value", "visible"}} | {"kind": ["click"] * 7}
    assert int(measure(kinds, only).totals["clicks"].sum()) == 5


def times(log: Columns, *texts: str) -> Columns:
    return {name: cells[: len(texts)] for name, cells in log.items()} | {
        "time": list(texts),
        "kind": ["order"] * len(texts),
    }


def days(facts: Facts) -> list[str]:
    return [day_text(day) for day in facts.days.tolist()]


def test_offsets_are_turned_into_the_plans_zone(log: Columns, plan_of: PlanOf) -> None:
    """E043, E045: half past four in the afternoon of June 30 in Greenwich is July 1 in Shanghai; midnight begins a day."""
    mixed = times(
        log, "2024-06-30T16:30Z", "2024-06-30T23:59:59.999999999+08:00", "2024-07-01T00:00:00", "2024-06-30T09:00-0700"
    )
    assert sorted(set(days(measure(mixed, plan_of())))) == ["2024-06-30", "2024-07-01"]
    assert int(measure(mixed, plan_of()).totals["orders"].sum()) == 4
    by_day = dict(
        zip(days(measure(mixed, plan_of())), measure(mixed, plan_of()).totals["orders"].tolist(), strict=True)
    )
    assert by_day["2024-06-30"] == 1


def test_many_different_decimals_of_seconds(plan_of: PlanOf, log: Columns) -> None:
    rows = 6000
    many = {name: cells[:1] * rows for name, cells in log.items()} | {
        "event_id": list(range(rows)),
        "time": [
            f"2024-06-30T{'23' if at % 2 else '15'}:59:59.{at:06}{'+08:00' if at % 2 else 'Z'}" for at in range(rows)
        ],
    }
    assert days(measure(many, plan_of())) == ["2024-06-30"]


def test_local_times_around_clock_changes(log: Columns, plan_of: PlanOf, csv_of: CsvOf, refusals: Refusals) -> None:
    """E046."""
    berlin = plan_of(zone="Europe/Berlin")
    fine = times(log, "2024-03-31T01:59:59", "2024-03-31T03:00:00", "2024-10-27T02:30:00", "2024-10-27T03:00:00")
    assert [str(note) for note in measure(csv_of(fine), berlin).notes] == [
        (
            "events.csv: column 'time': 1 local times came twice in Europe/Berlin, when the clocks were put back; each is taken "
            "as the first; next: log times with their offset [time_repeated]"
        )
    ]
    skipped = times(log, "2024-03-31T02:00:00", "2024-03-31T02:59:59")
    assert refusals(lambda: measure(csv_of(skipped), berlin)) == [
        f"events.csv: row {row}, column 'time', item 'poster': '2024-03-31T02:{text}' never was in Europe/Berlin: the clocks "
        "were put forward over it; next: log times with their offset [time_skipped]"
        for row, text in ((2, "00:00"), (3, "59:59"))
    ]
    naive = pl.DataFrame(times(log, "2024-03-31T01:59:59", "2024-10-27T02:30:00")).with_columns(
        pl.col("time").str.to_datetime()
    )
    assert [note.code for note in measure(naive, berlin).notes] == ["time_repeated"]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_datetimes_of_every_resolution(log: Columns, plan_of: PlanOf, unit: str) -> None:
    frame = pd.DataFrame(times(log, "2024-06-30T15:59:59+00:00", "2024-06-30T16:00:00+00:00"))
    frame["time"] = pd.to_datetime(frame["time"], utc=True).dt.tz_convert("America/New_York").dt.as_unit(unit)
    assert days(measure(frame, plan_of())) == ["2024-06-30", "2024-07-01"]


def test_datetimes_out_of_range_and_days(log: Columns, plan_of: PlanOf, refusals: Refusals) -> None:
    two = times(log, "2024-06-30T15:59:59Z", "2024-06-30T16:00:00Z")
    far = pl.DataFrame(two).with_columns(
        time=pl.Series([datetime(1969, 12, 31, tzinfo=UTC), datetime(2300, 1, 1, tzinfo=UTC)])
    )
    found = refusals(lambda: measure(far, plan_of()))
    assert [line.partition(";")[0] for line in found] == [
        "events: row 2, column 'time', item 'poster': '1969-12-31T00:00:00+00:00': the year 1969 is outside 1970 to 2200",
        "events: row 3, column 'time', item 'poster': '2300-01-01T00:00:00+00:00': the year 2300 is outside 1970 to 2200",
    ]
    dates = pl.DataFrame(two).with_columns(time=pl.Series([datetime(2024, 1, 1, tzinfo=UTC).date()] * 2))
    (line,) = refusals(lambda: measure(dates, plan_of()))
    assert line.startswith("events: row 2, column 'time': '2024-01-01' is a day without a time of day; allowed: ")


@pytest.mark.parametrize("text", ["2024-07-01T00:00:00Z", "2024-07-01T08:00:00", "2024-07-01T08:00:00.001+08:00"])
def test_events_at_or_after_the_cut_off(
    log: Columns, plan_of: PlanOf, csv_of: CsvOf, refusals: Refusals, text: str
) -> None:
    """E048."""
    cut_off = datetime(2024, 7, 1, tzinfo=UTC)
    log_of_two = times(log, "2024-07-01T07:59:59.999+08:00", text)
    assert refusals(lambda: measure(csv_of(log_of_two), plan_of(), until=cut_off)) == [
        (
            f"events.csv: row 3, column 'time', item 'poster': {text!r} is not before the cut-off 2024-07-01T00:00:00+00:00; "
            "allowed: events before it; next: check the clock that logged it, or give a later `until` [time_after_cut_off]"
        )
    ]
    later = cut_off.astimezone(timezone(timedelta(hours=-3))) + timedelta(seconds=1)
    assert measure(csv_of(log_of_two), plan_of(), until=later).rows_read == 2


@pytest.mark.parametrize("until", [datetime(2024, 7, 1), datetime(2024, 7, 1, 0, 0, 0, 5, UTC)])  # noqa: DTZ001 - refused
def test_a_cut_off_is_an_instant_of_a_whole_second(
    log: Columns, plan_of: PlanOf, refusals: Refusals, until: datetime
) -> None:
    assert refusals(lambda: measure(log, plan_of(), until=until)) == [
        f"until: until is {until!r}; allowed: a datetime with a time zone, of a whole second [cut_off]"
    ]


def test_an_unknown_zone() -> None:
    with pytest.raises(PlanError, match="'Asia/Shangai' is not a time zone; allowed: an IANA name"):
        zone_days("Asia/Shangai", 0, 1)


def test_sums_that_could_pass_64_bits(log: Columns, plan_of: PlanOf) -> None:
    large = {name: cells[:1] * 10 for name, cells in log.items()} | {
        "event_id": list(range(10)),
        "kind": ["payment"] * 10,
        "value": [10**18 - 1] * 10,
    }
    with pytest.raises(TooLargeError, match="10 events with values up to 999999999999999999 could sum to more than 2"):
        measure(large, plan_of())
    nine = {name: cells[:9] for name, cells in large.items()}
    assert measure(nine, plan_of()).totals["revenue"].tolist() == [9 * (10**18 - 1)]


def test_too_many_places_to_number(log: Columns, plan_of: PlanOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_totals, "_ROOM", 2**40)
    monkeypatch.setattr(event_totals, "_MOST_PLACES", 3)
    with pytest.raises(TooLargeError, match="2 items in 2 channels are too many; next: measure the log in parts"):
        measure(log, plan_of())


def test_a_library_that_loses_a_row_is_found_out(
    log: Columns, plan_of: PlanOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*, days: np.ndarray[Any, Any], totals: dict[str, np.ndarray[Any, Any]], **rest: Any) -> Sums:
        return Sums(days=days, totals={name: total * 0 for name, total in totals.items()}, **rest)

    monkeypatch.setattr(event_totals, "Sums", short)
    with pytest.raises(ConservationError, match="total 'clicks': 0 in facts and 0 excluded are not the 1 of the input"):
        measure(log, plan_of())


def test_a_sale_and_its_full_refund_net_to_zero(log: Columns, plan_of: PlanOf) -> None:
    pair = {name: [cells[4], cells[5]] for name, cells in log.items()} | {
        "value": ["9900", "9900"],
        "time": ["2024-07-01T12:00:00Z"] * 2,
    }
    facts = measure(pair, plan_of())
    assert (facts.totals["revenue"].tolist(), facts.totals["orders"].tolist()) == ([0], [-1])

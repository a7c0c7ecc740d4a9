"""Totals in which a visitor counts once per item and interval: worked by hand, cut into batches, and on logs that come lazily."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pytest

from jointpay.data.events import lazy_once, measure
from jointpay.data.events.lazy_once import count_once_lazily
from jointpay.data.facts import Exclusion, Facts, merge_facts
from jointpay.errors import ConservationError
from jointpay.plan.plan import Plan
from jointpay.testing.reference_events import reference_facts
from jointpay.testing.strategies_choose import SeededChoose
from jointpay.testing.strategies_events import draw_events
from jointpay.testing.strategies_plan import draw_plan

Columns = dict[str, list[Any]]
PlanOf = Callable[..., Plan]
NONE = {"clicks": 0, "qualified": 0, "dwell": 0, "revenue": 0, "orders": 0}


def once(plan: Plan, interval: str = "day", unknown: str = "exclude", *names: str) -> Plan:
    """Let the totals of these names count each visitor once; clicks alone if there is none."""
    rule = {"interval": interval, "unknown_visitor": unknown}
    totals = {
        name: total.model_copy(update={"once_per": rule}) if name in (names or ("clicks",)) else total
        for name, total in plan.totals.items()
    }
    return plan.model_copy(update={"totals": totals})


def clicks(*rows: tuple[str, str, str, str | None], **cells: list[Any]) -> Columns:
    """Give clicks: time, item, channel, visitor."""
    count = len(rows)
    log: Columns = {
        "event_id": [f"e{number}" for number in range(count)],
        "time": [time for time, *_ in rows],
        "item": [item for _, item, *_ in rows],
        "channel": [channel for *_, channel, _ in rows],
        "kind": ["click"] * count,
        "value": [5000] * count,
        "bot": [False] * count,
        "visible": [False] * count,
        "visitor_id": [visitor for *_, visitor in rows],
    }
    return log | cells


def typed(log: Columns) -> pl.DataFrame:
    text: dict[str, Any] = dict.fromkeys(["event_id", "item", "channel", "kind", "visitor_id"], pl.String)
    frame = pl.DataFrame(log, schema_overrides=text | {"value": pl.Int64, "time": pl.String})
    return frame.with_columns(
        pl.col("time").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_zone="UTC", time_unit="us")
    )


def in_polars(frame: pl.DataFrame, _: Path) -> object:
    return frame.lazy()


def in_duckdb(frame: pl.DataFrame, _: Path) -> object:
    connection = duckdb.connect()
    connection.register("log", frame.to_arrow())
    return connection.table("log")


def in_memory(frame: pl.DataFrame, _: Path) -> object:
    return frame.to_arrow()


def in_two_files(frame: pl.DataFrame, folder: Path) -> object:
    """Cut every visitor's events apart."""
    frame[::2].write_parquet(folder / "a.parquet")
    frame[1::2].write_parquet(folder / "b.parquet")
    return str(folder / "*.parquet")


def in_files_of_two_kinds(frame: pl.DataFrame, folder: Path) -> object:
    frame[::2].write_parquet(folder / "a.parquet")
    frame[1::2].with_columns(pl.col("time").dt.to_string("iso:strict")).write_csv(folder / "b.csv")
    return [folder / "a.parquet", folder / "b.csv"]


PLACES = [in_memory, in_polars, in_duckdb, in_two_files, in_files_of_two_kinds]
Place = Callable[[pl.DataFrame, Path], object]
BY_HAND = clicks(
    ("2024-06-30T15:59:59.999999Z", "poster", "feed", "ann"),  # the last moment of June 30 in Shanghai: counts
    ("2024-06-30T16:00:00Z", "poster", "search", "ann"),  # and the first of July 1, when she counts again
    ("2024-07-01T03:00:00Z", "poster", "feed", "ann"),  # repeated
    ("2024-07-01T03:00:00Z", "banner", "feed", "ann"),  # another item: counts
    ("2024-07-01T04:00:00Z", "poster", "search", "bo"),  # at one instant in two channels:
    ("2024-07-01T04:00:00Z", "poster", "feed", "bo"),  # `feed` stands first, and counts
    ("2024-07-01T05:00:00Z", "poster", "search", "bo"),  # repeated
    ("2024-07-01T06:00:00Z", "poster", "feed", None),  # nobody knows who it was
    ("2024-07-01T06:00:01Z", "poster", "feed", ""),
)


@pytest.mark.parametrize("place", PLACES)
def test_each_visitor_counts_once_a_day_on_an_item(
    place: Place, plan_of: PlanOf, rows_of: Callable[[Facts], Any], tmp_path: Path
) -> None:
    facts = measure(place(typed(BY_HAND), tmp_path), once(plan_of()))
    assert {key: totals["clicks"] for key, totals in rows_of(facts).items()} == {
        (19904, "poster", "feed"): 1,
        (19905, "banner", "feed"): 1,
        (19905, "poster", "feed"): 1,
        (19905, "poster", "search"): 1,
    }
    assert facts.excluded == (
        Exclusion("repeated_in_interval", 3, NONE | {"clicks": 3}),
        Exclusion("visitor_unknown", 2, NONE | {"clicks": 2}),
    )
    assert facts.rows_read == 9


@pytest.mark.parametrize("place", PLACES)
def test_unknown_visitors_may_all_count_but_a_repeated_row_does_not(
    place: Place, plan_of: PlanOf, tmp_path: Path
) -> None:
    log = {name: [*cells, cells[7], cells[0]] for name, cells in BY_HAND.items()}
    if place in {in_two_files, in_files_of_two_kinds}:
        log = {name: cells[:9] for name, cells in log.items()}
    facts = measure(place(typed(log), tmp_path), once(plan_of(), "day", "count"))
    repeats = len(log["kind"]) - 9
    assert int(facts.totals["clicks"].sum()) == 6
    assert {left.reason: (left.rows, left.totals["clicks"]) for left in facts.excluded} == {
        "repeated_in_interval": (3, 3),
        **({"duplicate": (repeats, repeats)} if repeats else {}),
    }


@pytest.mark.parametrize("place", [in_memory, in_polars, in_duckdb])
def test_every_row_of_an_unknown_visitor_counts_where_duplicates_are_not_checked(
    place: Place, plan_of: PlanOf, tmp_path: Path
) -> None:
    plan = once(plan_of(events="{duplicates: not_checked}"), "day", "count")
    log = {name: [*cells, cells[7], cells[0]] for name, cells in BY_HAND.items()}
    facts = measure(place(typed(log), tmp_path), plan)
    assert int(facts.totals["clicks"].sum()) == 7
    assert facts.excluded == (Exclusion("repeated_in_interval", 4, NONE | {"clicks": 4}),)


@pytest.mark.parametrize("place", PLACES)
def test_an_hour_is_one_that_the_clock_of_the_plan_shows(place: Place, plan_of: PlanOf, tmp_path: Path) -> None:
    """Berlin's clocks show 2:30 twice on October 27; Adelaide's are half an hour off: 11:00, 12:00, 12:30, 11:29, 11:30."""
    rows = [
        ("2024-10-27T00:30:00Z", "poster", "feed", "ann"),
        ("2024-10-27T01:30:00Z", "poster", "feed", "ann"),  # the hour from 2 to 3 once more
        ("2024-10-27T02:00:00Z", "poster", "feed", "ann"),
        ("2024-03-31T00:59:00Z", "poster", "feed", "ann"),
        ("2024-03-31T01:00:00Z", "poster", "feed", "ann"),
    ]
    berlin = measure(place(typed(clicks(*rows)), tmp_path), once(plan_of(zone="Europe/Berlin"), "hour"))
    assert (int(berlin.totals["clicks"].sum()), [left.rows for left in berlin.excluded]) == (4, [1])
    adelaide = measure(place(typed(clicks(*rows)), tmp_path), once(plan_of(zone="Australia/Adelaide"), "hour"))
    assert int(adelaide.totals["clicks"].sum()) == 3


@pytest.mark.parametrize("place", PLACES)
def test_only_events_that_the_filter_means_can_be_the_first(place: Place, plan_of: PlanOf, tmp_path: Path) -> None:
    """A short visit does not use up the day; a capped one counts by its cap; a bot's click is not hers."""
    limits = "{value_limits: {dwell: {at_most: 60000, beyond: cap}}}"
    log = clicks(
        ("2024-07-01T01:00:00Z", "poster", "search", "ann"),
        ("2024-07-01T02:00:00Z", "poster", "search", "ann"),
        ("2024-07-01T03:00:00Z", "poster", "search", "ann"),
        ("2024-07-01T04:00:00Z", "poster", "search", "ann"),
        kind=["dwell", "dwell", "click", "click"],
        value=[2999, 60001, 4000, 4000],
        bot=[False, False, True, False],
    )
    facts = measure(place(typed(log), tmp_path), once(plan_of(events=limits), "day", "exclude", "clicks", "qualified"))
    assert {name: int(total.sum()) for name, total in facts.totals.items()} == NONE | {"clicks": 1, "qualified": 1}
    assert facts.excluded == (
        Exclusion("repeated_in_interval", 2, NONE | {"qualified": 2}),
        Exclusion("value_cap", 1, NONE | {"qualified": -1}),
    )


@pytest.mark.parametrize("place", PLACES)
def test_an_event_that_is_left_out_itself_is_not_the_first(place: Place, plan_of: PlanOf, tmp_path: Path) -> None:
    limits = "{value_limits: {click: {at_most: 9000, beyond: exclude}}}"
    rows = [(f"2024-07-01T0{hour}:00:00Z", "poster", "feed", "ann") for hour in range(3)]
    log = clicks(*rows, value=[9001, None, 9000])
    named = plan_of(events=limits)
    plan = once(named.model_copy(update={"totals": {"clicks": named.totals["clicks"]}}))
    facts = measure(place(typed(log), tmp_path), plan)
    assert int(facts.totals["clicks"].sum()) == 1
    assert facts.excluded == (
        Exclusion("repeated_in_interval", 1, {"clicks": 1}),
        Exclusion("value_limit", 1, {"clicks": 1}),
    )


@pytest.mark.parametrize("place", PLACES)
def test_an_unknown_channel_is_the_other_one_before_channels_are_compared(
    place: Place, plan_of: PlanOf, tmp_path: Path
) -> None:
    """`zeppelin` counts as `any`, which stands before `feed`."""
    plan = once(plan_of(channels="channels: {known: [any, feed, search], other: any}"))
    log = clicks(*(("2024-07-01T01:00:00Z", "poster", channel, "ann") for channel in ("feed", "zeppelin")))
    facts = measure(place(typed(log), tmp_path), plan)
    counts = dict(zip(map(facts.channel_ids.__getitem__, facts.channels), facts.totals["clicks"].tolist(), strict=True))
    assert counts == {"any": 1, "feed": 0}


@pytest.mark.parametrize("place", PLACES)
def test_of_many_channels_at_one_instant_the_first_counts(place: Place, plan_of: PlanOf, tmp_path: Path) -> None:
    """Eleven channels, whose places take four bits; every visitor meets all from some place on, the last first."""
    names = sorted(f"{letter}{number}" for letter in "aZé" for number in (1, 10, 2, 20))[:11]
    rows = [
        ("2024-07-01T01:00:00Z", "poster", channel, f"visitor {start}")
        for start in range(11)
        for channel in reversed(names[start:])
    ]
    facts = measure(place(typed(clicks(*rows)), tmp_path), once(plan_of()))
    assert facts.channel_ids == tuple(names)
    assert facts.totals["clicks"].tolist() == [1] * 11


@pytest.mark.parametrize("place", PLACES)
def test_a_log_without_channels(place: Place, plan_of: PlanOf, tmp_path: Path) -> None:
    named = plan_of()
    plan = once(named.model_copy(update={"totals": {"clicks": named.totals["clicks"]}}))
    log = {name: cells for name, cells in BY_HAND.items() if name != "channel"}
    facts = measure(place(typed(log), tmp_path), plan)
    assert (facts.channel_ids, facts.totals["clicks"].tolist()) == (("",), [1, 1, 2])


def test_days_measured_one_by_one_are_all_of_them_at_once(bytes_of: Callable[[Facts], tuple[object, ...]]) -> None:
    """An interval never reaches over midnight in the plan's zone, so batches of whole days add up, exclusions included."""
    seen: Counter[str] = Counter()
    for seed in range(300):
        choose = SeededChoose(f"batches {seed}")
        plan = draw_plan(choose)
        if plan.events.attribution is not None or "once_per" not in str(plan.to_json_tree()):
            continue
        events = draw_events(choose, plan, most=40)
        whole = measure(events, plan)
        assert reference_facts(plan, events).excluded == tuple(
            (left.reason, left.rows, dict(left.totals)) for left in whole.excluded
        )
        alone = [measure({name: [cells[at]] for name, cells in events.items()}, plan) for at in range(whole.rows_read)]
        # A row that is excluded alone has no fact to tell its day by, and may go into any batch but that of its original.
        days = [int(part.days[0]) if len(part.days) else -1 for part in alone]
        for at, event_id in enumerate(events[plan.events.columns.event_id]):
            days[at] = days[events[plan.events.columns.event_id].index(event_id)]
        batches = [
            measure(
                {name: [cells[at] for at in range(len(days)) if days[at] == day] for name, cells in events.items()},
                plan,
            )
            for day in sorted(set(days))
        ]
        assert (seed, bytes_of(merge_facts(*batches))) == (seed, bytes_of(merge_facts(whole)))
        seen.update(left.reason for left in whole.excluded)
        seen["batches"] += len(batches) > 3
    assert min(seen["repeated_in_interval"], seen["visitor_unknown"], seen["duplicate"], seen["batches"]) > 10, seen


def test_more_is_kept_than_was_counted(plan_of: PlanOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the table grows between the sums and the search for the first event of each."""

    def grown(facts: Facts, runs: Any, *, repeats: bool) -> Facts:
        fewer = facts.totals["clicks"] * 0
        return count_once_lazily(replace(facts, totals={**facts.totals, "clicks": fewer}), runs, repeats=repeats)

    monkeypatch.setattr("jointpay.data.events.measuring.count_once_lazily", grown)
    with pytest.raises(
        ConservationError, match=r"^events: total 'clicks' would keep events that were not counted before"
    ):
        measure(typed(BY_HAND).lazy(), once(plan_of()))


def test_something_is_kept_where_nothing_was(plan_of: PlanOf, monkeypatch: pytest.MonkeyPatch) -> None:
    first = pl.DataFrame({"day": [1], "item": ["poster"], "channel": [0], "rows": [1], "met": [1]})
    monkeypatch.setattr(lazy_once, "_counted", lambda *_: nw.from_native(first))
    with pytest.raises(
        ConservationError, match=r"would keep events that were not counted before; nothing was measured"
    ):
        measure(typed(BY_HAND).lazy(), once(plan_of(), "day", "count"))

"""Totals that count a visitor once per interval, on lazy logs: their library finds the first event of each."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from jointpay.data.event_meaning import once_per
from jointpay.data.event_once import LeftOut
from jointpay.data.facts import Facts, merge_facts, summed_facts
from jointpay.data.grain import in_cells
from jointpay.data.lazy_log import DAY_US
from jointpay.data.lazy_measure import LazyRun
from jointpay.data.lazy_rows import is_without_key, with_wall
from jointpay.data.lazy_totals import is_meant
from jointpay.errors import ConservationError
from jointpay.frames.lazy import collected, joinable
from jointpay.plan.totals import OncePer, Total

__all__ = ["count_once_lazily"]

_INTERVAL_US = {"day": DAY_US, "hour": DAY_US // 24}
_VISIT = ("visitor", "item", "interval")
_WHERE = ("day", "item", "channel")


def count_once_lazily(facts: Facts, runs: Sequence[LazyRun]) -> Facts:
    """Let totals with `once_per` count one event of each visitor, item and interval, in facts that count every event.

    All tables of the log are of one library. Formula: kept = first of each visitor, item and interval + those of unknown
    visitors, if they count; left out = counted before - kept. Rows that repeat an event are not counted before, and fall
    together with it where the first is looked for.

    Raises `DataError` where the library fails, `ConservationError` where more is kept than was counted.
    """
    plan = runs[0].plan
    left_out = LeftOut(list(plan.totals))
    for name, total in plan.totals.items():
        rule = once_per(total)
        if rule is None:
            continue
        events = nw.concat([_meant(run, total, rule) for run in runs])
        known = _first_of_each(events.filter(nw.col("visitor") != ""), runs)
        unknown = _of_nobody(events.filter(nw.col("visitor") == ""), runs)
        counted, others = int(facts.totals[name].sum()), sum(unknown.values())
        kept = [known, unknown] if rule.unknown_visitor == "count" else [known]
        facts = _counting(facts, name, kept, runs[0])
        repeated = counted - sum(known.values()) - others
        if repeated < 0:
            raise _changed(runs[0], name)
        left_out.add(name, repeated=repeated, unknown=others if rule.unknown_visitor == "exclude" else 0)
    listed = sorted((*facts.excluded, *left_out.exclusions()), key=lambda exclusion: exclusion.reason)
    return replace(facts, excluded=tuple(listed))


Places = dict[tuple[int, str, str], int]
"""How many events on each day, item and channel."""


def _meant(run: LazyRun, total: Total, rule: OncePer) -> nw.LazyFrame[Any]:
    """Give the events of a log that a total means, by who, where and when."""
    log, meaning = run.log, run.meaning
    wall = nw.col("wall")
    meant = is_meant(total, meaning, run.known)
    if meaning.leaves_out_empty:
        meant &= ~is_without_key(log, meaning)
    if meaning.closed is not None:
        meant &= wall >= meaning.closed.before * DAY_US
    channel = nw.col("channel") if log.reads("channel") else nw.lit("")
    if log.reads("channel") and meaning.known_channels is not None and meaning.other_channel is not None:
        moved = ~nw.col("channel").is_in(list(meaning.known_channels))
        channel = nw.when(moved).then(nw.lit(meaning.other_channel)).otherwise(channel)
    return (
        with_wall(log, run.plan.time_zone, run.known)
        .filter(meant)
        .select(
            "us",
            "item",
            *(["event_id"] if log.reads("event_id") else []),
            visitor=nw.col("visitor").fill_null(""),
            channel=channel,
            day=(wall // DAY_US).cast(nw.Int64),
            interval=(wall // _INTERVAL_US[rule.interval]).cast(nw.Int64),
        )
    )


def _first_of_each(events: nw.LazyFrame[Any], runs: Sequence[LazyRun]) -> Places:
    """Count the first events of each visitor, item and interval; at one instant that of the first channel.

    Text is not compared in the library, since some databases sort it as a language does: where a visitor was in two
    channels at the instant of the first event, which is rare, these rows are brought here.
    """
    name = runs[0].log.name
    if not any(run.log.reads("channel") for run in runs):
        return _counted(events.group_by(*_VISIT, "day", "channel").agg(nw.col("us").min()), name)
    by_channel = joinable(events.group_by(*_VISIT, "day", "channel").agg(nw.col("us").min()))
    first = joinable(by_channel.group_by(*_VISIT).agg(nw.col("us").min().alias("first")))
    at_first = by_channel.join(first, on=list(_VISIT), how="inner").filter(nw.col("us") == nw.col("first"))
    places = _counted(at_first, name)
    channels = _with_ones(at_first).group_by(*_VISIT).agg(nw.col("rows").sum())
    several = joinable(channels.filter(nw.col("rows") > 1))
    tied = collected(at_first.join(several, on=list(_VISIT), how="semi").select(*_VISIT, "day", "channel"), name=name)
    seen = set()
    for *visit, day, channel in sorted(tied.rows()):
        if tuple(visit) in seen:
            places[day, visit[1], channel] -= 1
        seen.add(tuple(visit))
    return places


def _of_nobody(events: nw.LazyFrame[Any], runs: Sequence[LazyRun]) -> Places:
    """Count events of unknown visitors, each event once."""
    if not runs[0].log.reads("event_id"):
        return _counted(events, runs[0].log.name)
    return _counted(events.group_by("event_id", *_WHERE).agg(nw.col("us").min()), runs[0].log.name)


def _counted(rows: nw.LazyFrame[Any], name: str) -> Places:
    """Count the rows of every day, item and channel."""
    found = collected(_with_ones(rows).group_by(*_WHERE).agg(nw.col("rows").sum()), name=name)
    columns = (found.get_column(column).to_list() for column in (*_WHERE, "rows"))
    return {(int(day), item, channel): int(events) for day, item, channel, events in zip(*columns, strict=True)}


def _with_ones(rows: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Add a column to count rows by: Dask cannot count the rows of groups and nothing else."""
    return rows.with_columns(rows=nw.lit(1, nw.Int64))


def _counting(facts: Facts, name: str, kept: Sequence[Places], run: LazyRun) -> Facts:
    """Put what is kept in place of what a total counted, which stands on every day, item and channel of it."""
    parts = [_as_facts(places, name, facts, run) for places in kept]
    base = replace(facts, totals={**facts.totals, name: np.zeros_like(facts.totals[name])})
    found = merge_facts(base, *parts)
    if len(found.days) != len(facts.days):
        raise _changed(run, name)
    return replace(found, backend=facts.backend, notes=facts.notes)


def _as_facts(places: Places, name: str, facts: Facts, run: LazyRun) -> Facts:
    """Make facts of one total, in the cells of the run."""
    days, items, channels = zip(*places, strict=True) if places else ((), (), ())
    item_ids, channel_ids = sorted(set(items)), sorted(set(channels))
    item_codes = {item: code for code, item in enumerate(item_ids)}
    channel_codes = {channel: code for code, channel in enumerate(channel_ids)}
    counts = np.array(list(places.values()), np.int64)
    made = summed_facts(
        days=np.array(days, np.int32),
        items=np.array([item_codes[item] for item in items], np.int32),
        channels=np.array([channel_codes[channel] for channel in channels], np.int32),
        totals={total: counts if total == name else np.zeros_like(counts) for total in facts.totals},
        item_ids=item_ids,
        channel_ids=channel_ids,
    )
    return replace(made if run.grain is None else in_cells(made, run.grain), rows_read=0)


def _changed(run: LazyRun, name: str) -> ConservationError:
    return ConservationError(
        f"{run.log.name}: total {name!r} would keep events that were not counted before; nothing was measured; "
        f"next: see that nothing changes the table while it is read"
    )

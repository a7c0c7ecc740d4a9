"""Totals that count a visitor once per interval, on lazy logs: their library finds the first event of each."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay.data.events.lazy_log import DAY_US
from jointpay.data.events.lazy_measure import LazyRun
from jointpay.data.events.lazy_rows import day_of, is_without_key, with_wall
from jointpay.data.events.lazy_totals import is_meant
from jointpay.data.events.meaning import once_per
from jointpay.data.events.once import LeftOut
from jointpay.data.facts import Facts, merge_facts, summed_facts
from jointpay.data.typed_columns import coded_labels
from jointpay.errors import ConservationError
from jointpay.frames.lazy import collected
from jointpay.plan.totals import OncePer, Total

__all__ = ["count_once_lazily"]

_INTERVAL_US = {"day": DAY_US, "hour": DAY_US // 24}
_WHERE = ("day", "item", "channel")
_FARTHEST_US = 2 * DAY_US
"""No clock is as far from UTC as that."""


def count_once_lazily(facts: Facts, runs: Sequence[LazyRun], *, repeats: bool) -> Facts:
    """Let totals with `once_per` count one event of each visitor, item and interval, in facts that count every event.

    All tables of the log are of one library; `repeats` tells whether an event id stands twice in one of them. Formula: kept =
    first of each visitor, item and interval + those of unknown visitors, if they count; left out = counted before - kept.
    Rows that repeat an event are not counted before, and fall together with it where the first is looked for.

    Raises `DataError` where the library fails, `ConservationError` where more is kept than was counted.
    """
    plan = runs[0].plan
    left_out = LeftOut(list(plan.totals))
    for name, total in plan.totals.items():
        rule = once_per(total)
        if rule is None:
            continue
        events = nw.concat([_meant(run, total, rule, facts.channel_ids) for run in runs])
        counted = int(facts.totals[name].sum())
        known, met = _first_of_each(events.filter(nw.col("visitor") != ""), name, facts, runs[0])
        kept, others = [known], 0
        # Where no row repeats an event, known visitors met all that were counted unless some were nobody's.
        if repeats or counted != met:
            nobodys = _of_nobody(events.filter(nw.col("visitor") == ""), name, facts, runs[0])
            others = int(nobodys.totals[name].sum())
            kept += [nobodys] if rule.unknown_visitor == "count" else []
        repeated = counted - int(known.totals[name].sum()) - others
        if repeated < 0:
            raise _changed(runs[0].log.name, name)
        facts = _counting(facts, name, kept, runs[0].log.name)
        left_out.add(name, repeated=repeated, unknown=others if rule.unknown_visitor == "exclude" else 0)
    listed = sorted((*facts.excluded, *left_out.exclusions()), key=lambda exclusion: exclusion.reason)
    return replace(facts, excluded=tuple(listed))


def _meant(run: LazyRun, total: Total, rule: OncePer, channels: Sequence[str]) -> nw.LazyFrame[Any]:
    """Give the events of a log that a total means: who, where and in which interval, and which of an interval comes first.

    Formula: first = microseconds from the begin of the interval on the zone's clock, and some, x number of channels + place of
    the channel. So the smallest is the first event, and at one instant that in the first channel: no text is compared in
    the library, since some databases sort it as a language does.
    """
    log, meaning = run.log, run.meaning
    wall, length = nw.col("wall"), _INTERVAL_US[rule.interval]
    meant = is_meant(total, meaning, run.known)
    if meaning.leaves_out_empty:
        meant &= ~is_without_key(log, meaning)
    if meaning.closed is not None:
        meant &= wall >= meaning.closed.before * DAY_US
    channel = nw.col("channel") if log.reads("channel") else nw.lit("")
    if log.reads("channel") and meaning.known_channels is not None and meaning.other_channel is not None:
        moved = ~nw.col("channel").is_in(list(meaning.known_channels))
        channel = nw.when(moved).then(nw.lit(meaning.other_channel)).otherwise(channel)
    interval = (wall // length).cast(nw.Int64)
    since = nw.col("us") - interval * length + _FARTHEST_US
    return (
        with_wall(log, run.plan.time_zone, run.known)
        .filter(meant)
        .with_columns(channel=_place(channel, channels))
        .select(
            "item",
            *(["event_id"] if log.reads("event_id") else []),
            visitor=nw.col("visitor").fill_null(""),
            channel=nw.col("channel"),
            day=day_of(wall, run.known, run.grain),
            interval=interval,
            first=since * max(len(channels), 1) + nw.col("channel"),
        )
    )


def _place(label: nw.Expr, labels: Sequence[str]) -> nw.Expr:
    """Give the place of a label among others: for every bit of the places, whether it is one of those that have it."""
    place = nw.lit(0, nw.Int64)
    for bit in range(max(len(labels) - 1, 0).bit_length()):
        having = [text for at, text in enumerate(labels) if at >> bit & 1]
        place += nw.when(label.is_in(having)).then(nw.lit(1 << bit, nw.Int64)).otherwise(nw.lit(0, nw.Int64))
    return place


def _first_of_each(events: nw.LazyFrame[Any], name: str, facts: Facts, run: LazyRun) -> tuple[Facts, int]:
    """Count the first events of each visitor, item and interval; and say how many events there were."""
    visits = events.group_by("visitor", "item", "interval").agg(
        nw.len().alias("met"), nw.col("day").min(), nw.col("first").min()
    )
    channel = (nw.col("first") % max(len(facts.channel_ids), 1)).cast(nw.Int64)
    firsts = visits.select("day", "item", "met", channel=channel)
    found = _counted(firsts, run, nw.col("met").sum())
    return _as_facts(found, name, facts, run), int(found.get_column("met").sum())


def _of_nobody(events: nw.LazyFrame[Any], name: str, facts: Facts, run: LazyRun) -> Facts:
    """Count events of unknown visitors, each event once."""
    if run.log.reads("event_id"):
        events = events.group_by("event_id", *_WHERE).agg(nw.col("first").min())
    return _as_facts(_counted(events, run), name, facts, run)


def _counted(rows: nw.LazyFrame[Any], run: LazyRun, *others: nw.Expr) -> nw.DataFrame[Any]:
    """Count the rows of every day, item and channel."""
    # Dask cannot count the rows of groups and nothing else.
    ones = rows.with_columns(rows=nw.lit(1, nw.Int64))
    return collected(ones.group_by(*_WHERE).agg(nw.col("rows").sum(), *others), name=run.log.name)


def _as_facts(found: nw.DataFrame[Any], name: str, facts: Facts, run: LazyRun) -> Facts:
    """Make what was counted facts of one total, in the cells of the run."""
    days, channels, counts = (_whole(found, column) for column in ("day", "channel", "rows"))
    items, item_ids = coded_labels(found.get_column("item"))
    made = summed_facts(
        days=days.astype(np.int32),
        ends=None if run.grain is None else run.grain.ends(days, items.astype(np.int32), item_ids).astype(np.int32),
        items=items.astype(np.int32),
        channels=channels.astype(np.int32),
        totals={total: counts if total == name else np.zeros_like(counts) for total in facts.totals},
        item_ids=item_ids,
        channel_ids=facts.channel_ids,
    )
    return replace(made, rows_read=0)


def _whole(frame: nw.DataFrame[Any], column: str) -> NDArray[np.int64]:
    return frame.get_column(column).to_numpy().astype(np.int64, copy=False)


def _counting(facts: Facts, name: str, kept: Sequence[Facts], log_name: str) -> Facts:
    """Put what is kept in place of what a total counted, which stands on every day, item and channel of it."""
    base = replace(facts, totals={**facts.totals, name: np.zeros_like(facts.totals[name])})
    found = merge_facts(base, *kept)
    if len(found.days) != len(facts.days):
        raise _changed(log_name, name)
    return replace(found, backend=facts.backend, notes=facts.notes)


def _changed(log_name: str, name: str) -> ConservationError:
    return ConservationError(
        f"{log_name}: total {name!r} would keep events that were not counted before; nothing was measured; "
        f"next: see that nothing changes the table while it is read"
    )

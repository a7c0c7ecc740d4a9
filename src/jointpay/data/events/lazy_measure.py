"""Measuring a lazy log: its library sums, and only sums, repeated rows and refused rows are brought here."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay.data.cell_complaints import LARGEST
from jointpay.data.cell_values import Refusal, rounded_ids
from jointpay.data.events.duplicates import first_of_each
from jointpay.data.events.lazy_log import LazyLog
from jointpay.data.events.lazy_rows import (
    BEYOND,
    CLOSED,
    EMPTY_KEY,
    IGNORED,
    ODD,
    PLACED,
    Survey,
    is_odd,
    is_odd_id,
    lacks_key,
    note_repeated,
    of_kinds,
    place_of,
    survey,
    with_wall,
)
from jointpay.data.events.lazy_totals import Groups, group_sums
from jointpay.data.events.log_columns import LogColumns, LogTable
from jointpay.data.events.meaning import EventMeaning
from jointpay.data.events.rows import Events, Labelled, judge_item, note_moved, read_rows
from jointpay.data.events.totals import check_conservation, facts_of, in_memory, refuse_unsafe_sums, sum_events
from jointpay.data.facts import Exclusion, Facts, input_totals, less_facts, summed_facts
from jointpay.data.grain import Grain, in_cells
from jointpay.data.problems import MOST_TOLD
from jointpay.data.table_problems import HEADER_ROWS, TableProblems
from jointpay.data.typed_columns import coded_labels
from jointpay.errors import ConservationError
from jointpay.frames.lazy import collected
from jointpay.plan.plan import Plan

__all__ = ["LazyRun", "lazy_run", "measure_lazily"]

_REASONS = {IGNORED: "ignored_kind", BEYOND: "value_limit", CLOSED: "closed_period", EMPTY_KEY: "empty_key"}
_IDS_NAMED = 1_000
"""More repeated ids than that are joined, and not listed in the question."""


@dataclass(frozen=True, slots=True)
class LazyRun:
    """One lazy log on its way to facts."""

    log: LazyLog
    plan: Plan
    meaning: EventMeaning
    known: Survey
    odd: nw.Expr
    """Rows that must be looked at, but for those whose keys must: an item, a channel, an event id."""
    until: datetime | None
    grain: Grain | None

    def strictly(self, frame: nw.LazyFrame[Any], *, most: int | None = None, in_order: bool = True) -> LogColumns:
        """Bring rows here for the strict reader; `in_order` as the source has them, if its rows have an order."""
        numbered = "row" in frame.collect_schema().names()
        frame = frame.sort("row") if numbered and in_order else frame
        read = collected(frame if most is None else frame.head(most), name=self.log.name)
        rows = read.get_column("row").to_numpy() if numbered else None
        problems = TableProblems(
            self.log.name, rows=lambda place: None if rows is None else int(rows[place]) + HEADER_ROWS
        )
        table = LogTable(
            name=self.log.name,
            rows=len(read),
            columns={
                column: read.get_column(self.log.written.get(meaning, meaning))
                for meaning, column in self.log.names.items()
            },
            engine=str(read.implementation.value),
        )
        return LogColumns(table, self.log.names, zone=self.plan.time_zone, problems=problems)

    def refuse(self, refused: Mapping[str, Collection[str]]) -> None:
        """Let the strict reader say what is wrong with the rows that must be looked at. Raises `DataError`."""
        odd, placed = self.odd | lacks_key(self.log, self.meaning), sorted(self.meaning.placed_by_touch)
        for meaning, labels in sorted(refused.items()):
            named = nw.col(meaning).is_in(sorted(labels))
            odd |= named & ~of_kinds(placed) if placed else named
        columns = self.strictly(self.log.numbered().filter(odd), most=MOST_TOLD)
        counted = collected(self.log.frame.filter(odd).select(nw.len().alias("rows")), name=self.log.name)
        columns.problems.leave_unlisted(int(counted.get_column("rows").to_list()[0]) - columns.rows)
        read_rows(columns, self.meaning, until=self.until)
        raise ConservationError(
            f"{self.log.name}: {columns.rows} rows were set apart, and nothing is wrong with them; "
            f"nothing was measured; next: report this as a fault"
        )


def lazy_run(
    log: LazyLog, plan: Plan, meaning: EventMeaning, *, until: datetime | None, grain: Grain | None
) -> LazyRun:
    """Survey a lazy log. Raises `DataError` where its library fails."""
    known = survey(log)
    odd = is_odd(log, meaning, known, zone=plan.time_zone, until=until)
    return LazyRun(log, plan, meaning, known, odd, until, grain)


def measure_lazily(run: LazyRun, problems: TableProblems) -> tuple[Facts, bool]:
    """Measure a lazy log into facts, the same as the in-memory reader's, of the grain asked for.

    Returns the facts, and whether any event id stands twice, which was looked for anyway. Rows that count where their
    touches are, are left to `measure_touches_lazily`, and not among the rows read.

    Notes are added to `problems`. Raises what `measure` raises.
    """
    log, plan, meaning, known = run.log, run.plan, run.meaning, run.known
    if known.least < 0 or known.most > LARGEST:
        run.refuse({})
    refuse_unsafe_sums(known.rows, known.most)
    frame = with_wall(log, plan.time_zone, known)
    groups = group_sums(log, frame, place_of(run.odd, log, meaning, known, run.grain), plan, meaning, known)
    if int(groups.rows.sum()) != known.rows:
        raise ConservationError(
            f"{log.name}: {known.rows} rows were counted and {int(groups.rows.sum())} summed; nothing was measured; "
            f"next: see that nothing changes the table while it is read"
        )
    if meaning.placed_by_touch:
        groups = groups.part(groups.places != PLACED)
    items, bad_items = _labelled(groups.items, judge_item)
    bad_items |= rounded_ids(items.labels)
    channels, bad_channels = _channels(groups, meaning)
    if meaning.leaves_out_empty:
        bad_items, bad_channels = bad_items - {""}, bad_channels - {""}
    if np.any(groups.places == ODD) or bad_items or bad_channels:
        refused = {"item": bad_items, "channel": bad_channels}
        run.refuse({name: labels for name, labels in refused.items() if labels})
    if groups.channels is not None and meaning.other_channel is not None:
        note_moved(_rows_by_label(groups.channels, groups.rows), meaning, log.names["channel"], problems)
    note_repeated(log, plan.time_zone, known, problems)
    repeated, repeats = _repeated(run) if log.reads("event_id") else (None, False)
    return _facts(run, groups, items, channels, repeated), repeats


def _labelled(series: nw.Series[Any], judge: Callable[[str], str | Refusal]) -> tuple[Labelled, frozenset[str]]:
    """Read labels, each distinct one judged once; and give those that are refused."""
    codes, written = coded_labels(series)
    read = {label: judge(label) for label in written}
    labels = sorted({label for label in read.values() if isinstance(label, str)})
    rank: dict[object, int] = {label: code for code, label in enumerate(labels)}
    recode = np.array([rank.get(read[label], 0) for label in written], np.int32)
    refused = frozenset(label for label, found in read.items() if isinstance(found, Refusal))
    return Labelled(codes=recode[codes], labels=tuple(labels)), refused


def _channels(groups: Groups, meaning: EventMeaning) -> tuple[Labelled, frozenset[str]]:
    if groups.channels is None:
        return Labelled(codes=np.zeros(len(groups.places), np.int32), labels=("",)), frozenset()
    return _labelled(groups.channels, meaning.judge_channel)


def _rows_by_label(series: nw.Series[Any], rows: NDArray[np.int64]) -> dict[str, int]:
    found: dict[str, int] = {}
    for label, count in zip(series.to_list(), rows.tolist(), strict=True):
        if label:  # rows without one are refused or left out
            found[label] = found.get(label, 0) + count
    return found


def _repeated(run: LazyRun) -> tuple[Facts | None, bool]:
    """Measure the rows that repeat an event, in memory, as if they counted; and tell whether there are any.

    Raises `DataError` where an event stands in rows with different cells, or has no id.
    """
    log = run.log
    counted = log.frame.select("event_id").group_by("event_id").agg(nw.len().alias("times"))
    # An id is judged once however often it stands there, and read for this alone.
    told = counted.filter((nw.col("times") > 1) | is_odd_id(log)).with_columns(odd=is_odd_id(log))
    found = collected(told, name=log.name)
    if any(found.get_column("odd").to_list()):
        run.refuse({})
    ids = found.get_column("event_id").to_list()
    if not ids:
        return None, False
    several = counted.filter(nw.col("times") > 1).select("event_id")
    numbered = log.numbered()
    if len(ids) <= _IDS_NAMED:
        rows = numbered.filter(nw.col("event_id").is_in(sorted(ids)))
    else:
        rows = numbered.join(several, on="event_id", how="semi")
    columns = run.strictly(rows)
    read = read_rows(columns, run.meaning, until=run.until)
    again = ~first_of_each(columns, read.ids)
    every = np.ones(columns.rows, np.bool_)
    events = Events(read.days, read.items, read.channels, read.kinds, read.values, read.flags, every)
    if run.meaning.closed is not None:
        again &= read.days >= run.meaning.closed.before
    events = events.part(again & ~read.kinds.among(run.meaning.placed_by_touch))
    if not len(events.days):
        return None, True
    sums = sum_events(events, run.plan, run.meaning, engine=in_memory(columns.table.engine))
    return facts_of(sums, events), True


def _facts(run: LazyRun, groups: Groups, items: Labelled, channels: Labelled, again: Facts | None) -> Facts:
    """Put the sums into the one order facts have, without what repeats."""
    excluded = _excluded(groups)
    counts: slice | NDArray[np.bool_] = groups.places >= 0 if excluded else slice(None)
    days, item_codes = groups.places[counts], items.codes[counts]
    facts = summed_facts(
        days=days.astype(np.int32),
        ends=None if run.grain is None else run.grain.ends(days, item_codes, items.labels).astype(np.int32),
        items=item_codes,
        channels=channels.codes[counts],
        totals={name: total[counts] for name, total in groups.totals.items()},
        item_ids=items.labels,
        channel_ids=channels.labels,
    )
    found = replace(facts, excluded=excluded, rows_read=int(groups.rows.sum()))
    if again is not None:
        whole = less_facts(found, again if run.grain is None else in_cells(again, run.grain))
        raw = {name: number for name, number in input_totals(again).items() if name != "rows"}
        repeats = Exclusion("duplicate", again.rows_read, MappingProxyType(raw))
        listed = sorted((*whole.excluded, repeats), key=lambda exclusion: exclusion.reason)
        found = replace(whole, excluded=tuple(listed), rows_read=found.rows_read)
    # Nothing can wrap: the sum of the magnitudes of all values is below 2**63.
    given = {name: int(total.sum()) for name, total in groups.totals.items()}
    for name, cut in groups.cut.items():
        given[name] += int(cut.sum())
    check_conservation(given, found)
    return found


def _excluded(groups: Groups) -> tuple[Exclusion, ...]:
    """List the rows that do not count by reason, with what they would have added without any cap."""
    found = []
    for place, reason in _REASONS.items():
        here = groups.places == place
        if here.any():
            raw = {name: total + groups.cut.get(name, 0) for name, total in groups.totals.items()}
            adds = {name: int(total[here].sum()) for name, total in raw.items()}
            found.append(Exclusion(reason, int(groups.rows[here].sum()), MappingProxyType(adds)))
    counts = groups.places >= 0
    if groups.capped_rows is not None and groups.capped_rows[counts].any():
        took = {name: int(groups.cut[name][counts].sum()) if name in groups.cut else 0 for name in groups.totals}
        found.append(Exclusion("value_cap", int(groups.capped_rows[counts].sum()), MappingProxyType(took)))
    return tuple(sorted(found, key=lambda exclusion: exclusion.reason))

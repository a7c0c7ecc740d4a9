"""Measuring: raw events become facts, integer totals per day, item and channel in the plan's time zone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from jointpay.data.confusable import confusable_ids
from jointpay.data.control import refuse_other_control
from jointpay.data.event_duplicates import first_of_each, refuse_overlaps
from jointpay.data.event_meaning import EventMeaning, column_names, event_meaning
from jointpay.data.event_rows import EventRows, Labelled, read_rows
from jointpay.data.event_totals import Events, Sums, joined, sum_events
from jointpay.data.facts import Facts, input_totals
from jointpay.data.frozen import frozen
from jointpay.data.log_columns import LogColumns
from jointpay.data.log_sources import LogSource, log_sources, sheet_limit_note
from jointpay.data.table import source_of
from jointpay.data.table_problems import TableProblems
from jointpay.errors import DataError
from jointpay.findings import Finding, Place
from jointpay.plan.plan import Plan

__all__ = ["measure"]


def measure(
    events: object,
    plan: Plan,
    *,
    source: str | None = None,
    columns: Mapping[str, str] | None = None,
    until: datetime | None = None,
    control: Mapping[str, int] | None = None,
) -> Facts:
    """Measure raw events: sum them into facts per day, item and channel, exactly.

    `events` is a path (.csv in UTF-8, .parquet), a list of paths that are files of one log, a dataframe of any library
    narwhals knows, or a mapping of column names to sequences. The index of a pandas dataframe is not read.

    `columns` says which column holds what where it differs from the plan: `{"item": "item_id"}`. `source` is what the
    table is called in messages. `until` is the cut-off of the run, an instant of a whole second: an event at or after
    it is refused. The clock of the machine is never asked. `control` declares what must be in the log, as whoever
    exported it counted: `{"rows": 1_000_000, "revenue": 123456789}`, the number of rows and sums of the plan's totals in
    the smallest unit, repeated rows included. Another count is refused.

    Times are ISO 8601 with an offset, or without one what a clock in the plan's zone showed: a local time that never
    was is refused, and one that came twice counts as the first. Ids are text, or whole numbers taken as their decimal
    digits. A value is a whole number in the smallest unit. Every cell is read strictly or refused; nothing is guessed.

    A repeated identical row counts once. What does not count is listed in `excluded` with what it would have added, by
    reason: `duplicate`, `ignored_kind`, `value_limit` (beyond a limit that excludes), `value_cap` (rows that count, as
    the cap; the rest of their value). No events give facts of no rows.

    Raises `DataError` with all problems of a table; `TooLargeError` where a sum could pass 2**63; `MissingExtraError`
    where no installed library can do it; `ConservationError` if facts and exclusions were not the input.
    """
    _refuse_odd_cut_off(until)
    meaning = event_meaning(plan)
    parts: list[tuple[EventRows, np.ndarray[Any, np.dtype[np.bool_]]]] = []
    tables: list[tuple[str, nw.Series[Any]]] = []
    notes: list[Finding] = []
    backend, engine = None, ""
    for opened in log_sources(events, source=source):
        backend = opened.backend
        problems = TableProblems(opened.name)
        reading = _columns(opened, plan, meaning, columns, problems)
        engine = _engine(reading.table.engine)
        try:
            rows = read_rows(reading, meaning, until=until)
            counted = first_of_each(reading, rows.ids)
        except UnicodeEncodeError as halved:  # only Python's own text can hold halves, and no library looks for them
            raise reading.half_characters() from halved
        sheet_limit_note(reading.rows, problems)
        problems.notes.extend(_look_alikes(opened.name, rows))
        parts.append((rows, counted))
        notes += problems.notes
        if rows.ids is not None:
            tables.append((opened.name, rows.ids))
    refuse_overlaps(tables)
    together = _together(parts, meaning)
    sums = sum_events(together, plan, meaning, engine=engine)
    facts = _facts(sums, together, backend=backend, notes=notes)
    refuse_other_control(control, input_totals(facts), source=source_of(events, source, "events"))
    return facts


def _together(parts: Sequence[tuple[EventRows, np.ndarray[Any, np.dtype[np.bool_]]]], meaning: EventMeaning) -> Events:
    """Put the rows of all tables one after the other."""
    return Events(
        days=np.concatenate([rows.days for rows, _ in parts]),
        items=joined([rows.items for rows, _ in parts]),
        channels=joined([rows.channels for rows, _ in parts]),
        kinds=joined([rows.kinds for rows, _ in parts]),
        values=np.concatenate([rows.values for rows, _ in parts]),
        flags={flag: np.concatenate([rows.flags[flag] for rows, _ in parts]) for flag in meaning.flags},
        counted=np.concatenate([counted for _, counted in parts]),
    )


def _refuse_odd_cut_off(until: datetime | None) -> None:
    if until is None or (until.tzinfo is not None and until.utcoffset() is not None and not until.microsecond):
        return
    message = f"until is {until!r}; allowed: a datetime with a time zone, of a whole second"
    raise DataError([Finding(code="cut_off", severity="error", message=message, place=Place(source="until"))])


def _columns(
    opened: LogSource,
    plan: Plan,
    meaning: EventMeaning,
    override: Mapping[str, str] | None,
    problems: TableProblems,
) -> LogColumns:
    names = column_names(plan, meaning, opened.found, override=override, problems=problems)
    table = opened.take(list(dict.fromkeys(names.values())))
    return LogColumns(table, names, zone=plan.time_zone, problems=problems)


def _engine(library: str) -> str:
    """Give the library that sums: the one that read, if it works in memory."""
    return library if library in {"polars", "pandas", "modin", "pyarrow"} else "pyarrow"


def _look_alikes(name: str, rows: EventRows) -> list[Finding]:
    found = list(confusable_ids("item", [(name, set(rows.items.labels))]))
    return found + list(confusable_ids("channel", [(name, set(rows.channels.labels))]))


def _facts(sums: Sums, events: Events, *, backend: str | None, notes: Sequence[Finding]) -> Facts:
    """Make facts of the sums; only labels that occur are kept."""
    items = _occurring(sums.items, events.items.labels)
    channels = _occurring(sums.channels, events.channels.labels)
    return Facts(
        days=frozen(sums.days.astype(np.int32)),
        items=items.codes,
        channels=channels.codes,
        totals=MappingProxyType({name: frozen(total) for name, total in sums.totals.items()}),
        item_ids=items.labels,
        channel_ids=channels.labels,
        excluded=sums.excluded,
        rows_read=len(events.days),
        backend=backend,
        notes=tuple(notes),
    )


def _occurring(codes: np.ndarray[Any, np.dtype[np.int64]], labels: Sequence[str]) -> Labelled:
    occurring, recoded = np.unique(codes, return_inverse=True)
    return Labelled(codes=frozen(recoded.astype(np.int32)), labels=tuple(labels[code] for code in occurring.tolist()))

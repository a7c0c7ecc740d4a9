"""How a log is measured: each of its tables by its own library or in memory, and what only all of them together can tell."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import narwhals.stable.v2 as nw

from jointpay.data.confusable import confusable_ids
from jointpay.data.control import refuse_other_control
from jointpay.data.events.closed_days import Closed
from jointpay.data.events.csv_log import typed_log
from jointpay.data.events.duplicates import first_of_each, refuse_overlaps
from jointpay.data.events.lazy_log import LazyLog, lazy_log
from jointpay.data.events.lazy_measure import lazy_run, measure_lazily
from jointpay.data.events.lazy_once import count_once_lazily
from jointpay.data.events.lazy_touch import measure_touches_lazily
from jointpay.data.events.log_columns import LogColumns
from jointpay.data.events.log_files import LogFiles
from jointpay.data.events.log_sources import LogSource, log_sources, sheet_limit_note
from jointpay.data.events.meaning import EventMeaning, column_names, event_meaning, once_per
from jointpay.data.events.rows import read_rows
from jointpay.data.events.totals import Events, facts_of, in_memory, sum_events
from jointpay.data.events.touch_measure import measure_by_touch
from jointpay.data.facts import Facts, input_totals, merge_facts
from jointpay.data.grain import Grain, in_cells
from jointpay.data.table import source_of
from jointpay.data.table_problems import TableProblems
from jointpay.errors import DataError
from jointpay.findings import Finding, Place
from jointpay.frames.files import FileEngine
from jointpay.plan.plan import Plan

__all__ = ["measured"]


def measured(
    events: object,
    plan: Plan,
    *,
    source: str | None,
    columns: Mapping[str, str] | None,
    until: datetime | None,
    closed: Closed | None,
    control: Mapping[str, int] | None,
    grain: Grain | None,
    engine: FileEngine | None,
    memory_mb: int | None,
) -> Facts:
    """Measure raw events; see `jointpay.data.events.measure`."""
    _refuse_odd_cut_off(until)
    meaning = event_meaning(plan, closed=closed)
    parts: list[Facts] = []
    tables: list[tuple[str, nw.Series[Any] | nw.LazyFrame[Any]]] = []
    with LogFiles(engine, memory_mb) as files:
        sources = list(log_sources(events, source=source, files=files))
        names = [_names(opened, plan, meaning, columns) for opened in sources]
        # Where visitors are looked for in all files, one CSV file read into memory would take the others with it.
        read_whole = [opened for opened in sources if opened.csv is not None or meaning.needs_visitor]
        types = files.types(sum(opened.file_bytes for opened in read_whole))
        logs = [
            typed_log(opened.csv, named, meaning, files, zone=plan.time_zone, until=until, problems=problems)
            if types and opened.csv is not None
            else _lazily(opened, named)
            for opened, (named, problems) in zip(sources, names, strict=True)
        ]
        if meaning.needs_visitor and not _of_one_library(logs):
            part = measure_by_touch(sources, plan, meaning, columns=columns, until=until)
            parts.append(part if grain is None else in_cells(part, grain))
            sources = []
        runs, repeats = [], []
        for opened, (named, problems), log in zip(sources, names, logs, strict=False):
            ids: nw.Series[Any] | nw.LazyFrame[Any] | None
            if log is None:
                part, ids = _in_memory(opened, named, plan, meaning, until=until, problems=problems)
                part, rows = part if grain is None else in_cells(part, grain), part.rows_read
            else:
                runs.append(lazy_run(log, plan, meaning, until=until, grain=grain))
                (part, repeated), rows = measure_lazily(runs[-1], problems), runs[-1].known.rows
                repeats.append(repeated)
                ids = log.frame.select("event_id") if log.reads("event_id") else None
            sheet_limit_note(rows, problems)
            problems.notes.extend(_look_alikes(opened.name, part))
            parts.append(replace(part, backend=opened.backend, notes=tuple(problems.notes)))
            if ids is not None:
                tables.append((opened.name, ids))
        refuse_overlaps(tables)
        if runs and plan.events.attribution is not None:
            parts.append(measure_touches_lazily(runs, repeats))
        facts = parts[0] if len(parts) == 1 else merge_facts(*parts)
        if runs and any(once_per(total) is not None for total in plan.totals.values()):
            facts = count_once_lazily(facts, runs, repeats=any(repeats))
    refuse_other_control(control, input_totals(facts), plan, source=source_of(events, source, "events"))
    return facts


def _names(
    opened: LogSource, plan: Plan, meaning: EventMeaning, columns: Mapping[str, str] | None
) -> tuple[dict[str, str], TableProblems]:
    """Find the columns of a table, and begin the list of its problems."""
    problems = TableProblems(opened.name)
    return column_names(plan, meaning, opened.found, override=columns, problems=problems), problems


def _of_one_library(logs: Sequence[LazyLog | None]) -> bool:
    """Tell whether one library can find in all tables who ordered."""
    return None not in logs and len({log.frame.implementation for log in logs if log is not None}) == 1


def _lazily(opened: LogSource, names: Mapping[str, str]) -> LazyLog | None:
    if opened.lazy is None or opened.numbered is None:
        return None
    return lazy_log(opened.lazy, names, name=opened.name, numbered=opened.numbered)


def _in_memory(
    opened: LogSource,
    names: Mapping[str, str],
    plan: Plan,
    meaning: EventMeaning,
    *,
    until: datetime | None,
    problems: TableProblems,
) -> tuple[Facts, nw.Series[Any] | None]:
    """Measure a table cell by cell; give its facts and event ids."""
    reading = LogColumns(
        opened.take(list(dict.fromkeys(names.values()))), names, zone=plan.time_zone, problems=problems
    )
    try:
        rows = read_rows(reading, meaning, until=until)
        counted = first_of_each(reading, rows.ids)
    except UnicodeEncodeError as halved:  # only Python's own text can hold halves, and no library looks for them
        raise reading.half_characters() from halved
    events = Events(rows.days, rows.items, rows.channels, rows.kinds, rows.values, rows.flags, counted)
    return facts_of(sum_events(events, plan, meaning, engine=in_memory(reading.table.engine)), events), rows.ids


def _refuse_odd_cut_off(until: datetime | None) -> None:
    if until is None or (until.tzinfo is not None and until.utcoffset() is not None and not until.microsecond):
        return
    message = f"until is {until!r}; allowed: a datetime with a time zone, of a whole second"
    raise DataError([Finding(code="cut_off", severity="error", message=message, place=Place(source="until"))])


def _look_alikes(name: str, facts: Facts) -> list[Finding]:
    found = list(confusable_ids("item", [(name, set(facts.item_ids))]))
    return found + list(confusable_ids("channel", [(name, set(facts.channel_ids))]))

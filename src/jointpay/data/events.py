"""Measuring: raw events become facts, integer totals per day, item and channel in the plan's time zone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import narwhals.stable.v2 as nw

from jointpay.data.closed_days import Late, closed_days
from jointpay.data.confusable import confusable_ids
from jointpay.data.control import refuse_other_control
from jointpay.data.csv_log import typed_log
from jointpay.data.event_duplicates import first_of_each, refuse_overlaps
from jointpay.data.event_meaning import EventMeaning, column_names, event_meaning, once_per
from jointpay.data.event_rows import read_rows
from jointpay.data.event_totals import Events, facts_of, in_memory, sum_events
from jointpay.data.facts import Facts, input_totals, merge_facts
from jointpay.data.grain import Grain, in_cells
from jointpay.data.lazy_log import LazyLog, lazy_log
from jointpay.data.lazy_measure import lazy_run, measure_lazily
from jointpay.data.lazy_once import count_once_lazily
from jointpay.data.lazy_touch import measure_touches_lazily
from jointpay.data.log_columns import LogColumns
from jointpay.data.log_files import FileEngine, LogFiles
from jointpay.data.log_sources import LogSource, log_sources, sheet_limit_note
from jointpay.data.table import source_of
from jointpay.data.table_problems import TableProblems
from jointpay.data.touch_measure import measure_by_touch
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
    closed: date | None = None,
    late: Late | None = None,
    control: Mapping[str, int] | None = None,
    grain: Grain | None = None,
    engine: FileEngine | None = None,
    memory_mb: int | None = None,
) -> Facts:
    """Measure raw events: sum them into facts per day, item and channel, exactly.

    `events` is a path (.csv in UTF-8, .parquet; wildcards name several), a list of paths that are files of one log, a
    dataframe of any library narwhals knows, or a mapping of column names to sequences. The index of a pandas dataframe
    is not read. A table whose columns have types is judged and summed by its own library, if that is DuckDB, polars,
    Spark, Dask, or Ibis on DuckDB or PostgreSQL; other tables are read into memory. The facts are the same.

    CSV files that are together larger than 256 MiB, and any under `memory_mb`, are typed piece by piece into Parquet in a
    temporary folder, and summed from there.

    `engine` names the library that sums such files; None takes DuckDB where it is installed, then polars. `memory_mb`
    is the most memory that DuckDB may use for it, in MiB. `grain` gives cells of days in which facts may be added up
    (see `coarsest_grain`); None keeps them by day.

    `columns` says which column holds what where it differs from the plan: `{"item": "item_id"}`. `source` is what the
    table is called in messages. `until` is the cut-off of the run, an instant of a whole second: an event at or after
    it is refused. The clock of the machine is never asked. Days before `closed`, a date, are closed: `late` says whether
    their events are left out and listed as `closed_period` (`"exclude"`), or refused (`"refuse"`). `control` declares what must be in the log, as whoever
    exported it counted: `{"rows": 1_000_000, "revenue": 123456789}`, the number of rows and sums of the plan's totals in
    the smallest unit, repeated rows included. Another count is refused.

    Times are ISO 8601 with an offset, or without one what a clock in the plan's zone showed: a local time that never
    was is refused, and one that came twice counts as the first. Ids are text, or whole numbers taken as their decimal
    digits. A value is a whole number in the smallest unit. Every cell is read strictly or refused; nothing is guessed.

    A repeated identical row counts once. What does not count is listed in `excluded` with what it would have added, by
    reason: `duplicate`, `ignored_kind`, `value_limit` (beyond a limit that excludes), `value_cap` (rows that count, as
    the cap; the rest of their value). No events give facts of no rows.

    Where the plan credits orders by touch, the log is measured as a whole: orders and their touches may stand in
    different files, and the touches before the first order belong to the log too. Facts of totals that orders change
    are in millionths; `control` stays in the smallest unit. Excluded then are also `no_touch`, `order_unknown` and
    `order_excluded`. Where a total has `once_per`, all files of the log are looked through for its visitors too; what it
    leaves out is listed as `repeated_in_interval` and `visitor_unknown`, and counts in other totals.

    Raises `DataError` with all problems of a table; `TooLargeError` where a sum could pass 2**63; `MissingExtraError`
    where no installed library can do it; `ConservationError` if facts and exclusions were not the input.
    """
    _refuse_odd_cut_off(until)
    meaning = event_meaning(plan, closed=closed_days(closed, late))
    parts: list[Facts] = []
    tables: list[tuple[str, nw.Series[Any] | nw.LazyFrame[Any]]] = []
    with LogFiles(engine, memory_mb) as files:
        sources = list(log_sources(events, source=source, files=files))
        names = [_names(opened, plan, meaning, columns) for opened in sources]
        types = files.types(sum(opened.csv.path.stat().st_size for opened in sources if opened.csv is not None))
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

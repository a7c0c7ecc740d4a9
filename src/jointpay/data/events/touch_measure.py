"""Measuring a log of which it matters who did what when: all of its tables together, since a visitor may be in any of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointpay.data.confusable import confusable_ids
from jointpay.data.events.duplicates import first_of_each, refuse_overlaps
from jointpay.data.events.log_columns import LogColumns
from jointpay.data.events.log_sources import LogSource, sheet_limit_note
from jointpay.data.events.meaning import EventMeaning, column_names
from jointpay.data.events.once import visits_of
from jointpay.data.events.paths import trail_of
from jointpay.data.events.rows import EventRows, Events, Labelled, read_rows
from jointpay.data.events.totals import facts_of, in_memory, sum_events
from jointpay.data.facts import Facts
from jointpay.data.table_problems import TableProblems
from jointpay.findings import Finding
from jointpay.plan.plan import Plan

__all__ = ["measure_by_touch", "together"]


def measure_by_touch(
    sources: Iterable[LogSource],
    plan: Plan,
    meaning: EventMeaning,
    *,
    columns: Mapping[str, str] | None,
    until: datetime | None,
) -> Facts:
    """Measure the tables of one log into facts, in memory. The plan credits by touch, or counts visitors once.

    Raises what `measure` raises.
    """
    tables: list[EventRows] = []
    counted: list[NDArray[np.bool_]] = []
    names: list[str] = []
    notes: list[Finding] = []
    backend, engine = None, ""
    for opened in sources:
        problems = TableProblems(opened.name)
        named = column_names(plan, meaning, opened.found, override=columns, problems=problems)
        table = opened.take(list(dict.fromkeys(named.values())))
        reading = LogColumns(table, named, zone=plan.time_zone, problems=problems)
        try:
            rows = read_rows(reading, meaning, until=until)
            counted.append(first_of_each(reading, rows.ids))
        except UnicodeEncodeError as halved:  # only Python's own text can hold halves, and no library looks for them
            raise reading.half_characters() from halved
        sheet_limit_note(reading.rows, problems)
        for label, ids in (("item", rows.items.labels), ("channel", rows.channels.labels)):
            problems.notes.extend(confusable_ids(label, [(opened.name, set(ids))]))
        tables.append(rows)
        names.append(opened.name)
        notes += problems.notes
        backend, engine = opened.backend, in_memory(table.engine)
    refuse_overlaps([(name, rows.ids) for name, rows in zip(names, tables, strict=True) if rows.ids is not None])
    events = together(tables, counted)
    rule = plan.events.attribution
    trail = None if rule is None else trail_of(tables, events.kinds, events.counted, rule)
    visits = visits_of(tables, trail)
    facts = facts_of(sum_events(events, plan, meaning, engine=engine, trail=trail, visits=visits), events)
    return replace(facts, backend=backend, notes=tuple(notes))


def together(tables: Sequence[EventRows], counted: Sequence[NDArray[np.bool_]]) -> Events:
    """Put the rows of all tables one after the other."""
    return Events(
        days=np.concatenate([rows.days for rows in tables]),
        items=_joined([rows.items for rows in tables]),
        channels=_joined([rows.channels for rows in tables]),
        kinds=_joined([rows.kinds for rows in tables]),
        values=np.concatenate([rows.values for rows in tables]),
        flags={flag: np.concatenate([rows.flags[flag] for rows in tables]) for flag in tables[0].flags},
        counted=np.concatenate(counted),
    )


def _joined(parts: Sequence[Labelled]) -> Labelled:
    """Put the labels of several tables under one another; -1 stays."""
    labels = sorted(set().union(*(part.labels for part in parts)))
    rank = {label: code for code, label in enumerate(labels)}
    codes: list[NDArray[Any]] = [
        np.array([*(rank[label] for label in part.labels), -1], np.int32)[part.codes] for part in parts
    ]
    return Labelled(codes=np.concatenate(codes), labels=tuple(labels))

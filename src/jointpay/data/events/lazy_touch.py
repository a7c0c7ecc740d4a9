"""Orders of lazy logs that count where their touches are: orders and the touches of those who ordered are brought here."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import narwhals.stable.v2 as nw

from jointpay.data.events.duplicates import first_of_each
from jointpay.data.events.lazy_measure import LazyRun
from jointpay.data.events.paths import trail_of
from jointpay.data.events.rows import EventRows, read_rows
from jointpay.data.events.totals import facts_of, in_memory, sum_events
from jointpay.data.events.touch_measure import together
from jointpay.data.facts import Facts
from jointpay.data.grain import in_cells
from jointpay.plan.attribution import Attribution

__all__ = ["measure_touches_lazily"]


def measure_touches_lazily(runs: Sequence[LazyRun], repeats: Sequence[bool]) -> Facts:
    """Measure the orders of the tables of one log, and what takes them back; all tables are of one library.

    The library finds who ordered, and the touches of these visitors; which of them an order counts at is computed here,
    from the same arrays and so with the same numbers whatever the library. Memory is needed for these rows alone.

    The library has counted the touches themselves already. `repeats` tells of each table whether any event id stands twice.

    Raises `DataError` with all problems of these rows, and what `measure` raises.
    """
    plan, meaning = runs[0].plan, runs[0].meaning
    rule = cast("Attribution", plan.events.attribution)
    buyers = nw.concat(
        [run.log.frame.filter(nw.col("kind").is_in(list(rule.credited))).select("visitor") for run in runs]
    )
    buyers = buyers.filter(~nw.col("visitor").is_null() & (nw.col("visitor") != "")).unique("visitor")
    buyers = buyers.with_columns(bought=nw.lit(value=True))
    placed = sorted(meaning.placed_by_touch)
    tables: list[EventRows] = []
    counted, engine = [], ""
    for run, repeated in zip(runs, repeats, strict=True):
        # One join that keeps orders of nobody too, and not orders and touches one under the other: the log is read once.
        rows = run.log.numbered().filter(nw.col("kind").is_in([*placed, *rule.touches.events]))
        found = rows.join(buyers, on="visitor", how="left")
        wanted = nw.col("kind").is_in(placed) | ~nw.col("bought").is_null()
        # Their order tells nothing: rows are judged by now, and repetitions are the same in all their cells.
        columns = run.strictly(found.filter(wanted).drop("bought"), in_order=False)
        read = read_rows(columns, meaning, until=run.until)
        counted.append(first_of_each(columns, read.ids if repeated else None))
        tables.append(read)
        engine = in_memory(columns.table.engine)
    events = together(tables, counted)
    trail = trail_of(tables, events.kinds, events.counted, rule)
    sums = sum_events(events, plan, meaning, engine=engine, trail=trail, without=rule.touches.events)
    facts = replace(facts_of(sums, events), rows_read=int((~events.kinds.among(rule.touches.events)).sum()))
    grain = runs[0].grain
    return facts if grain is None else in_cells(facts, grain)

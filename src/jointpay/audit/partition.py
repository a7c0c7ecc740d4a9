"""Rows in any order, facts in any parts, any number of threads: the same numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from jointpay.audit.difference import differences, scorecard_of
from jointpay.audit.variants import fact_rows
from jointpay.data.base_pay import BasePay, read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.events import measure
from jointpay.data.facts import Facts, merge_facts
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.data.targets import read_targets
from jointpay.findings import Finding, Place
from jointpay.pipeline import score, settle
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import Scorecard
from jointpay.results.settlement import Settlement

__all__ = ["partition_invariant", "row_order_invariant"]

Table = Mapping[str, Sequence[object]]


def _run(
    plan: Plan,
    data: Dataset,
    base_pay: BasePay | None,
    *,
    threads: int | None = None,
    periods: Sequence[str] | None = None,
) -> Scorecard | Settlement:
    card = score(plan, data, threads=threads, periods=periods)
    return card if base_pay is None else settle(plan, card, base_pay, threads=threads)


def _digest_differs(code: str, said: str, before: str, after: str) -> tuple[Finding, ...]:
    if before == after:
        return ()
    return (
        Finding(
            code=code,
            severity="error",
            message=f"{said}, but the digest of the data is another",
            place=Place(path="digest"),
            witness=(("before", before), ("after", after)),
        ),
    )


def split_facts(facts: Facts, parts: int) -> list[Facts]:
    """Split facts by rows into so many parts, and every total in two halves, so that merging them adds numbers up.

    What was excluded, and how many rows were read, stays with the first part.
    """
    pieces = []
    for part in range(parts):
        rows = np.arange(part, facts.days.size, parts)
        piece = fact_rows(facts, rows)
        totals = {name: total - total // 2 for name, total in piece.totals.items()}
        pieces.append(replace(piece, totals=totals, excluded=(), rows_read=0))
    halves = replace(facts, totals={name: total // 2 for name, total in facts.totals.items()})
    return [halves, *pieces]


def partition_invariant(
    plan: Plan, data: Dataset, base_pay: BasePay | None = None, *, parts: int = 3
) -> tuple[Finding, ...]:
    """Find numbers that change when the work is cut another way: facts in parts, threads, periods one by one.

    The facts are split by rows into parts, every total besides in two addends, and merged in the opposite order. Every
    period is scored alone, and everything on one thread and on two.
    """
    before = _run(plan, data, base_pay)
    merged = dataset(
        plan,
        facts=merge_facts(*reversed(split_facts(data.facts, parts))),
        credits=data.credits,
        people=data.people,
        targets=data.targets,
    )
    said = "facts split and merged must change nothing"
    found = list(_digest_differs("partition_matters", said, data.digest, merged.digest))
    found += differences(before, _run(plan, merged, base_pay), code="partition_matters", said=said)
    one, two = (_run(plan, data, base_pay, threads=threads) for threads in (1, 2))
    found += differences(one, two, code="partition_matters", said="one thread or two must change nothing")
    for span in scorecard_of(before).periods:
        alone = _run(plan, data, base_pay, periods=[span.id])
        said = f"period {span.id!r} scored alone must be what it is among the others"
        found += differences(alone, before, code="partition_matters", said=said)
    return tuple(found)


def row_order_invariant(
    plan: Plan,
    *,
    credits: Table,  # noqa: A002 -- the table's own name, as in `dataset`
    people: Table,
    facts: Table | None = None,
    events: Table | None = None,
    targets: Table | None = None,
    base_pay: Table | None = None,
) -> tuple[Finding, ...]:
    """Find numbers that change when the rows of the tables come in another order.

    Every table, given as a mapping of column name to cells, is turned around, and then dealt out like cards: every
    third row first. Equal digests of the data are part of it. What happened is given as facts, as raw events, or as
    both, which are then merged.

    Raises what reading, scoring and settling the tables raise.
    """
    tables = {
        "facts": facts,
        "events": events,
        "credits": credits,
        "people": people,
        "targets": targets,
        "base_pay": base_pay,
    }
    read, pay = _read(plan, tables)
    before = _run(plan, read, pay)
    found: list[Finding] = []
    for said, step in (("rows turned around must change nothing", -1), ("rows dealt out must change nothing", 3)):
        again, pay_again = _read(plan, {name: _reordered(table, step) for name, table in tables.items()})
        found += _digest_differs("row_order_matters", said, read.digest, again.digest)
        if pay is not None and pay_again is not None:
            found += _digest_differs("row_order_matters", said, pay.digest, pay_again.digest)
        found += differences(before, _run(plan, again, pay_again), code="row_order_matters", said=said)
    return tuple(found)


def _reordered(table: Table | None, step: int) -> Table | None:
    if not table:
        return table
    count = len(next(iter(table.values())))
    order = (
        list(range(count))[::-1] if step < 0 else [row for first in range(step) for row in range(first, count, step)]
    )
    return {column: [cells[row] for row in order] for column, cells in table.items()}


def _read(plan: Plan, tables: Mapping[str, Table | None]) -> tuple[Dataset, BasePay | None]:
    targets, base_pay = tables["targets"], tables["base_pay"]
    happened = [
        *([measure(tables["events"], plan)] if tables["events"] else []),
        *([read_facts(tables["facts"], plan)] if tables["facts"] else []),
    ]
    read = dataset(
        plan,
        facts=merge_facts(*happened),
        credits=read_credits(tables["credits"], plan),
        people=read_people(tables["people"], plan),
        targets=read_targets(targets, plan) if targets else None,
    )
    return read, read_base_pay(base_pay, plan) if base_pay else None

"""Facts, targets and pay bases for a plan, with ties, exact edges, thin samples and empty places made likely."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from jointpay.data.base_pay import BasePay, read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.events import measure
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.data.targets import read_targets
from jointpay.money.currency import minor_digits
from jointpay.money.number import decimal_text
from jointpay.plan.calendar import Span, baseline_span, day_text, periods
from jointpay.plan.measures import Link, Measure, Modifier
from jointpay.plan.plan import Plan
from jointpay.plan.targets import BenchmarkTarget, GrowthTarget, TableTarget
from jointpay.plan.totals import SumTotal
from jointpay.testing.reference_totals import facts_unit
from jointpay.testing.strategies_choose import Choose
from jointpay.testing.strategies_events import draw_events
from jointpay.testing.strategies_people import GROUPS, Stage, Table, credits_table, people_table, set_stage

__all__ = ["Tables", "draw_tables", "read_tables"]

_COUNTS = (0, 1, 2, 3, 4, 5, 6, 7, 10, 12, 20, 100)
_STEP = {"ms": 500, "minor": 50}
"""Sums in these units come in multiples of this, so that converted values hit halves and edges."""
_SCALES = (1, 1, 1, 1, 1, 1, 1, 30, 1_000_003, 10**9 + 7)
_MILLIONTHS = (1_000_000, 500_000, 333_333, 1)
_DIVISORS = tuple(Fraction(text) for text in ("1", "2", "3", "0.5", "5", "2.5", "10", "1/3", "0.05", "7", "60"))
_TARGETS = (*_DIVISORS, Fraction(0), Fraction(-2))
_BASES = (100_000, 1, 3, 100, 99_999, 123_457, 7, 1_000_000_000_001)


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a case, as a user would hand them over."""

    people: Table
    credits: Table
    facts: Table
    """Empty where there are raw events instead."""
    events: Table
    """Raw events to be measured; mostly empty, since facts say the same in fewer words."""
    targets: Table
    """Empty where the plan needs none."""
    base_pay: Table
    """Empty where the plan has no pay rule."""


def draw_tables(choose: Choose, plan: Plan) -> Tables:
    """Choose all tables for a plan."""
    stage = set_stage(choose, plan)
    people = people_table(choose, plan, stage)
    raw = choose.chance(10)
    return Tables(
        people=people,
        credits=credits_table(choose, plan, stage, people),
        facts={} if raw else facts_table(choose, plan, stage),
        events=draw_events(choose, plan, days=_days(plan, stage), items=stage.items, most=40) if raw else {},
        targets=targets_table(choose, plan, stage, people),
        base_pay=base_pay_table(choose, plan, stage),
    )


def read_tables(plan: Plan, tables: Tables) -> tuple[Dataset, BasePay]:
    """Read tables through the library's own readers; a plan without a pay rule has an empty pay base."""
    read = dataset(
        plan,
        facts=measure(tables.events, plan) if tables.events else read_facts(tables.facts, plan),
        credits=read_credits(tables.credits, plan),
        people=read_people(tables.people, plan),
        targets=read_targets(tables.targets, plan) if tables.targets else None,
    )
    if not tables.base_pay:
        return read, BasePay(currency=plan.currency, amounts={}, digest="")
    return read, read_base_pay(tables.base_pay, plan)


def _readings(plan: Plan) -> Iterator[Measure | Modifier]:
    for role in plan.roles.values():
        for component in role.components.values():
            for reading in (*component.measures.values(), *component.modifiers.values()):
                if not isinstance(reading, Link):
                    yield reading


def _baselines(plan: Plan, stage: Stage) -> list[Span]:
    """Give the ranges of days that growth targets look back at from the periods of the stage."""
    found = {
        baseline_span(plan, span, reading.target.over)
        for reading in _readings(plan)
        if isinstance(reading.target, GrowthTarget)
        for span in stage.scored
    }
    return sorted((span for span in found if span is not None), key=lambda span: (span.start, span.end))


def _days(plan: Plan, stage: Stage) -> list[int]:
    """Give the days on which something is likely to matter: ends of periods, days of change and the days before."""
    edges = {day for span in stage.scored for day in (span.start, span.end - 1)}
    changes = {day for cut in stage.cuts for day in (cut, cut - 1)}
    past = {day for span in _baselines(plan, stage) for day in (span.start, span.end - 1, (span.start + span.end) // 2)}
    return [*sorted(edges | changes), *sorted(past), stage.scored[-1].end]


def facts_table(choose: Choose, plan: Plan, stage: Stage) -> Table:
    """Choose facts: few, on days that matter, some on items that nobody is credited on."""
    days = _days(plan, stage)
    channels = plan.channels.known if plan.channels is not None else ("search", "feed")
    seen: dict[tuple[int, str, str], None] = {}
    for _ in range(choose.whole(1, 20)):
        item = "orphan" if choose.chance(7) else choose.pick(stage.items)
        seen[choose.pick(days), item, choose.pick(channels)] = None
    scale = choose.pick(_SCALES)
    table: Table = {
        "day": [day_text(day) for day, _, _ in seen],
        "item": [item for _, item, _ in seen],
        "channel": [channel for _, _, channel in seen],
    }
    for name, total in plan.totals.items():
        step = _STEP.get(total.unit, 1) if isinstance(total, SumTotal) else 1
        # Facts in millionths are a million times as large, so that their largest multiple is smaller.
        step *= scale if facts_unit(plan, name) == 1 else min(scale, 30) * choose.pick(_MILLIONTHS)
        numbers = [choose.pick(_COUNTS) * step for _ in seen]
        if total.minus:
            numbers = [-number if choose.chance(12) else number for number in numbers]
        table[name] = list(numbers)
    return table


def targets_table(choose: Choose, plan: Plan, stage: Stage, people: Table) -> Table:
    """Choose a number for every cell that a table target or a benchmark can look up; now and then one is missing."""
    ids = [span.id for span in periods(plan)]
    known: dict[str, Sequence[str]] = {"person": stage.persons, "item": stage.items, "period": ids}
    known |= dict.fromkeys((column for column in people if column not in {"person", "role", "from", "to"}), GROUPS)
    wanted: dict[str, tuple[str, ...]] = {}
    divided: set[str] = set()
    for reading in _readings(plan):
        match reading.target:
            case TableTarget(name=name, keys=keys):
                wanted[name] = keys
            case BenchmarkTarget(series=name):
                wanted[name] = ("period",)
            case _:
                continue
        divided |= {name} if reading.attainment == "ratio" else set()
    columns = sorted({key for keys in wanted.values() for key in keys})
    table: Table = {name: [] for name in ("target", "value", *columns)} if wanted else {}
    for name, keys in wanted.items():
        cells = list(product(*(known[key] for key in keys)))
        if len(cells) > 1 and choose.chance(1):
            cells.pop()
        for cell in cells:
            value = choose.pick(_DIVISORS if name in divided else _TARGETS)
            row = {"target": name, "value": decimal_text(value), **dict.fromkeys(columns, "")}
            row |= dict(zip(keys, cell, strict=True))
            for column, written in row.items():
                table[column].append(written)
    return table


def base_pay_table(choose: Choose, plan: Plan, stage: Stage) -> Table:
    """Choose the pay bases of everybody in every period of the plan; now and then one is missing."""
    names = sorted({rule.base for role in plan.roles.values() for rule in role.pay})
    if not names:
        return {}
    unit = Fraction(1, 10 ** minor_digits(plan.currency))
    rows = list(product(stage.persons, (span.id for span in periods(plan)), names))
    if len(rows) > 1 and choose.chance(1):
        rows.pop()
    return {
        "person": [person for person, _, _ in rows],
        "period": [period for _, period, _ in rows],
        "base": [base for _, _, base in rows],
        "amount": [decimal_text(choose.pick(_BASES) * unit) for _ in rows],
    }

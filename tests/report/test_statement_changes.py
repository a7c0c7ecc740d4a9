"""What would change pay, held against scoring changed facts; and why it differs from the period before."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

import jointpay as jp
from jointpay.data.dataset import Dataset, dataset
from jointpay.errors import DataError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.plan.metrics import RatioMetric
from jointpay.plan.plan import Plan
from jointpay.report.statements.build import Statements, statement
from jointpay.report.statements.changes import metric_changes, nearest_edges
from jointpay.report.statements.comparison import compare
from jointpay.report.statements.record import MeasureStatement, RowStatement, Statement
from jointpay.results.settlement import Settlement
from jointpay.testing.strategies_seeded import Case, random_case


def scaled(data: Dataset, plan: Plan, by: dict[str, int]) -> Dataset:
    """Multiply the facts of every total by a whole number."""
    facts = replace(data.facts, totals={name: total * by[name] for name, total in data.facts.totals.items()})
    return dataset(plan, facts=facts, credits=data.credits, people=data.people, targets=data.targets)


def settled(case: Case, by: dict[str, int]) -> Settlement | None:
    try:
        return settle(case.plan, score(case.plan, scaled(case.dataset, case.plan, by)), case.base_pay)
    except (DataError, TooLargeError):
        return None


def readings(row: RowStatement) -> Iterator[MeasureStatement]:
    for component in row.components:
        for part in (*component.measures, *component.modifiers):
            if isinstance(part, MeasureStatement):
                yield part


def above(plan: Plan, metric: str) -> str:
    read = plan.metrics[metric]
    return read.numerator if isinstance(read, RatioMetric) else read.total


def reads(plan: Plan, total: str) -> set[str]:
    return {
        name
        for name, metric in plan.metrics.items()
        if total in ({metric.numerator, metric.denominator} if isinstance(metric, RatioMetric) else {metric.total})
    }


def changed_alone(plan: Plan, row: RowStatement, metric: str) -> bool:
    """Whether one per cent more of the total changes this metric in this row and nothing else it is made of."""
    parts = list(readings(row))
    links = any(
        component.measures
        and len(component.measures) != sum(isinstance(part, MeasureStatement) for part in component.measures)
        for component in row.components
    )
    moving = any(part.target is not None and part.target.source in ("growth", "group") for part in parts)
    return not links and not moving and {part.metric for part in parts} & reads(plan, above(plan, metric)) == {metric}


def agrees(case: Case) -> int:
    """Hold one per cent more against scoring facts with one per cent more, wherever nothing else changes with them."""
    plan, compared = case.plan, 0
    before = settled(case, dict.fromkeys(plan.totals, 100))
    if before is None:
        return 0
    for total in plan.totals:
        after = settled(case, dict.fromkeys(plan.totals, 100) | {total: 101})
        if after is None:
            continue
        for old, new in zip(of_everybody(before), of_everybody(after), strict=True):
            for row, now in zip(old.rows, new.rows, strict=True):
                for change in metric_changes(old, row):
                    if above(plan, change.metric) == total and changed_alone(plan, row, change.metric):
                        assert not change.refused
                        assert change.amount_minor == sum(line.amount_minor for line in now.lines) - sum(
                            line.amount_minor for line in row.lines
                        )
                        assert change.score == (None if row.score is None else (now.score or 0) - row.score)
                        compared += 1
    return compared


def of_everybody(settlement: Settlement) -> list[Statement]:
    card, made = settlement.scorecard, Statements(settlement)
    seats = {
        (card.person_ids[person], card.periods[period].id)
        for role in card.roles
        for person, period in zip(role.payees.persons.tolist(), role.payees.periods.tolist(), strict=True)
    }
    return [made.of(*seat) for seat in sorted(seats)]


def test_one_per_cent_more_is_what_scoring_makes_of_it() -> None:
    compared = 0
    for seed in range(45):
        try:
            case = random_case(seed)
        except DataError:
            continue
        compared += agrees(case)
    assert compared > 25


def two_months() -> Settlement:
    """Orders of 90 and then 120, against 100 a month; each per cent above pays a per cent of 9,000.00, up to 30."""
    plan = jp.presets.minimal()
    facts = jp.read_facts({"day": ["2026-01-05", "2026-02-05"], "item": ["poster"] * 2, "orders": [110, 150]}, plan)
    people = jp.read_people({"person": ["ann"], "role": ["seller"], "from": [""], "to": [""]}, plan)
    own = {"person": ["ann"], "role": ["seller"], "item": ["poster"], "share": ["1"], "from": [""], "to": [""]}
    pay = {"person": ["ann"] * 2, "period": ["2026-01", "2026-02"], "base": ["monthly_salary"] * 2}
    data = jp.dataset(plan, facts=facts, people=people, credits=jp.read_credits(own, plan))
    return jp.settle(plan, jp.score(plan, data), jp.read_base_pay(pay | {"amount": ["9000.00", "10000.00"]}, plan))


def test_one_per_cent_more_by_hand() -> None:
    """110 orders are 110 points and 10%; 111.1 are 111.10 points and 11.1%, which is 99.00 more of 9,000.00."""
    one = statement(two_months(), "ann", "2026-01")
    (change,) = metric_changes(one, one.rows[0])
    assert (change.metric, change.score, change.amount_minor, change.refused) == ("orders", 110, 9900, False)
    assert list(change.adjustments.values()) == [110]


def test_beyond_the_cap_nothing_changes() -> None:
    one = statement(two_months(), "ann", "2026-02")
    (change,) = metric_changes(one, one.rows[0])
    assert (change.score, change.amount_minor) == (0, 0)


def test_the_nearest_edges_by_hand() -> None:
    one = statement(two_months(), "ann", "2026-01")
    found = {edge.side: (edge.attainment, edge.value, edge.distance) for edge in nearest_edges(one.rows[0])}
    assert all(distance == value - 110 for _, value, distance in found.values())
    assert all(value == 100 * attainment for attainment, value, _ in found.values())


def test_a_month_against_the_one_before() -> None:
    """40 points more are 20% more up to the cap of 30%: 1,800.00 of the old base; the new base adds 300.00."""
    settlement = two_months()
    (found,) = compare(statement(settlement, "ann", "2026-01"), statement(settlement, "ann", "2026-02"))
    told = [(one.kind, one.score, one.adjustment, one.amount_minor) for one in found.differences]
    assert told == [("measure", 4000, 2000, 180_000), ("base", 0, 0, 30_000)]


def sums_up(settlement: Settlement) -> int:
    compared = 0
    told = of_everybody(settlement)
    for earlier in told:
        for later in told:
            if earlier.payee == later.payee and earlier.period.end == later.period.start:
                for found in compare(earlier, later):
                    own, theirs = found.part(partner_driven=False), found.part(partner_driven=True)
                    assert own[0] + theirs[0] == (found.after.score or 0) - (found.before.score or 0)
                    assert own[2] + theirs[2] == sum(line.amount_minor for line in found.after.lines) - sum(
                        line.amount_minor for line in found.before.lines
                    )
                    assert {one.kind for one in found.differences} <= {"measure", "modifier", "link", "base", "rest"}
                    compared += 1
    return compared


def test_differences_always_sum_up() -> None:
    compared = 0
    for seed in range(50):
        try:
            settlement = settled(random_case(seed), dict.fromkeys(random_case(seed).plan.totals, 1))
        except DataError:
            continue
        compared += 0 if settlement is None else sums_up(settlement)
    assert compared > 20


def test_groups_that_are_not_known_to_be_large_enough_are_not_shown() -> None:
    shown = {
        group_of_at_least: [
            (part.suppressed, bool(part.counted))
            for seed in range(20)
            if (settlement := settled_or_none(seed)) is not None
            for one in [Statements(settlement, group_of_at_least=group_of_at_least)]
            for payee, period in seats(settlement)[:3]
            for row in one.of(payee, period).rows
            for part in readings(row)
            if part.scope.kind != "own"
        ]
        for group_of_at_least in (1, 3)
    }
    assert set(shown[1]) == {(False, True)}
    assert set(shown[3]) == {(True, False)}


def settled_or_none(seed: int) -> Settlement | None:
    try:
        case = random_case(seed)
    except DataError:
        return None
    return settled(case, dict.fromkeys(case.plan.totals, 1))


def seats(settlement: Settlement) -> list[tuple[str, str]]:
    card = settlement.scorecard
    return sorted(
        (card.person_ids[person], card.periods[period].id)
        for role in card.roles
        for person, period in zip(role.payees.persons.tolist(), role.payees.periods.tolist(), strict=True)
    )


def test_values_are_fractions() -> None:
    one = statement(two_months(), "ann", "2026-01")
    (part,) = readings(one.rows[0])
    assert part.value_exact == Fraction(110)
    with pytest.raises(jp.JointPayError, match="there is no payee 'bob'"):
        statement(two_months(), "bob", "2026-01")

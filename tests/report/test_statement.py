"""Statements: every number follows from the ones before it, and they say the same as the settlement."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from jointpay.errors import DataError, MismatchError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.report.statements.build import Statements
from jointpay.report.statements.recompute import recompute
from jointpay.report.statements.record import Statement
from jointpay.report.work import work_of
from jointpay.results.settlement import Settlement
from jointpay.testing.strategies import Case, cases
from jointpay.testing.strategies_seeded import random_case


def settled(case: Case) -> Settlement | None:
    """Score and settle; cases that are refused are somebody else's to judge."""
    try:
        return settle(case.plan, score(case.plan, case.dataset), case.base_pay)
    except (DataError, TooLargeError):
        return None


def statements_of(settlement: Settlement, case: Case) -> Iterator[Statement]:
    card = settlement.scorecard
    made = Statements(settlement, work=work_of(case.plan, case.dataset, [span.id for span in card.periods]))
    seats = {
        (card.person_ids[person], card.periods[period].id)
        for role in card.roles
        for person, period in zip(role.payees.persons.tolist(), role.payees.periods.tolist(), strict=True)
    }
    for person, period in sorted(seats):
        yield made.of(person, period)


def follows(case: Case) -> int:
    settlement = settled(case)
    if settlement is None:
        return 0
    told = list(statements_of(settlement, case))
    for one in told:
        for row in one.rows:
            recompute(one, row)
            if row.score is not None:
                assert 100 * 10**one.points_places + sum(step.points for step in row.steps) == row.score
            for line in row.lines:
                if line.points is not None:
                    assert line.amount_exact + line.rounding_minor == line.amount_given
                taken = sum(step.took for step in line.amount_limits)
                assert line.amount_given - taken == line.amount_minor
                assert line.adjustment_given - sum(step.took for step in line.adjustment_limits) == line.adjustment
    assert sum(one.amount_minor for one in told) == sum(int(line.amount_minor.sum()) for line in settlement.lines)
    return len(told)


@given(case=cases())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_number_follows_in_drawn_cases(case: Case) -> None:
    follows(case)


def test_every_number_follows_in_seeded_cases() -> None:
    made = 0
    for seed in range(60):
        try:
            case = random_case(seed)
        except DataError:
            continue
        made += follows(case)
    assert made > 100


def test_a_changed_statement_is_noticed() -> None:
    case = next(case for case in map(random_case, range(100, 200)) if settled(case) is not None)
    settlement = settled(case)
    assert settlement is not None
    one = next(one for one in statements_of(settlement, case) if one.rows[0].score is not None)
    with pytest.raises(MismatchError, match="do not follow from one another"):
        recompute(one, replace(one.rows[0], score=1))

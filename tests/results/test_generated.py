"""On generated plans and data: every result comes back from JSON, fills its tables, and is explained to the last digit."""

import os

import pytest
from hypothesis import HealthCheck, given, settings

from jointpay.errors import DataError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.results.explain import explain
from jointpay.results.settlement import Settlement
from jointpay.results.tables import SETTLEMENT_TABLES
from jointpay.testing.reference_tables import REFERENCE_TABLES
from jointpay.testing.strategies import Case, cases
from jointpay.testing.strategies_seeded import random_case


def _check(case: Case) -> int:
    """Give how many explanations were made; cases that are refused are somebody else's to judge."""
    try:
        settlement = settle(case.plan, score(case.plan, case.dataset), case.base_pay)
    except (DataError, TooLargeError):
        return 0
    text = settlement.to_json()
    assert Settlement.from_json(text).to_json() == text
    card = settlement.scorecard
    for name in SETTLEMENT_TABLES:
        columns = settlement.frame(name, backend=None)
        assert len({len(cells) for cells in columns.values()}) == 1
        if name in REFERENCE_TABLES:
            rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
            assert rows == list(REFERENCE_TABLES[name](settlement))
    seats = {
        (card.person_ids[person], card.periods[period].id)
        for role in card.roles
        for person, period in zip(role.payees.persons.tolist(), role.payees.periods.tolist(), strict=True)
    }
    told = [explain(settlement, person, period) for person, period in sorted(seats)]
    paid = sum(int(line.amount_minor.sum()) for line in settlement.lines)
    assert sum(explanation.amount_minor or 0 for explanation in told) == paid
    assert all(explanation.text() for explanation in told)
    return len(told)


@given(case=cases())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_drawn_cases(case: Case) -> None:
    _check(case)


def test_seeded_cases() -> None:
    explained = 0
    for seed in range(60):
        try:
            case = random_case(seed)
        except DataError:
            continue
        explained += _check(case)
    assert explained > 100


@pytest.mark.long
@pytest.mark.skipif(
    os.environ.get("JOINTPAY_LONG") != "1", reason="a long run: JOINTPAY_LONG=1 pytest tests/results -m long"
)
def test_many_seeded_cases() -> None:
    for seed in range(60, 20_000):
        try:
            case = random_case(seed)
        except DataError:
            continue
        _check(case)

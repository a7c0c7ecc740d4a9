"""Items of a statement: they are what its measures counted, and they name everybody else who worked on them."""

from fractions import Fraction

import jointpay as jp
from jointpay.data.dataset import Dataset
from jointpay.errors import DataError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.report.statements import Statements, StatementWriter, statement
from jointpay.report.statements.record import MeasureStatement
from jointpay.report.work import work_of
from jointpay.results.settlement import Settlement
from jointpay.testing.strategies_seeded import Case, random_case


def sums_up(case: Case) -> int:
    try:
        settlement = settle(case.plan, score(case.plan, case.dataset), case.base_pay)
    except (DataError, TooLargeError):
        return 0
    card = settlement.scorecard
    made = Statements(settlement, work=work_of(case.plan, case.dataset, [span.id for span in card.periods]))
    compared = 0
    for payee, period in sorted(
        {
            (card.person_ids[person], card.periods[place].id)
            for role in card.roles
            for person, place in zip(role.payees.persons.tolist(), role.payees.periods.tolist(), strict=True)
        }
    ):
        told = made.of(payee, period)
        assert told.items is not None
        for row in told.rows:
            if [other.role for other in told.rows].count(row.role) > 1:
                continue  # the items are those of the period, and each of its rows has a part of it
            for component in row.components:
                for part in (*component.measures, *component.modifiers):
                    if isinstance(part, MeasureStatement) and part.scope.kind == "own":
                        for counted in part.counted:
                            items = [one for item in told.items if item.role == row.role for one in item.counted]
                            assert counted.amount == sum(
                                (one.amount for one in items if one.total == counted.total), Fraction(0)
                            )
                            compared += 1
    return compared


def test_the_items_are_what_was_counted() -> None:
    compared = 0
    for seed in range(30):
        try:
            compared += sums_up(random_case(seed))
        except DataError:
            continue
    assert compared > 100


def shared() -> tuple[Settlement, Dataset]:
    """Two sellers share one poster, and one has another alone."""
    plan = jp.presets.minimal()
    facts = jp.read_facts({"day": ["2026-01-05"] * 2, "item": ["poster", "page"], "orders": [180, 300]}, plan)
    people = jp.read_people(
        {"person": ["ann", "bo"], "name": ["Ann", ""], "role": ["seller"] * 2, "from": [""] * 2, "to": [""] * 2}, plan
    )
    shares = {"person": ["ann", "bo", "bo"], "role": ["seller"] * 3, "item": ["poster", "poster", "page"]}
    credited = jp.read_credits(shares | {"share": ["1/3", "2/3", "1"], "from": [""] * 3, "to": [""] * 3}, plan)
    pay = {"person": ["ann", "bo"], "period": ["2026-01"] * 2, "base": ["monthly_salary"] * 2}
    data = jp.dataset(plan, facts=facts, people=people, credits=credited)
    base_pay = jp.read_base_pay(pay | {"amount": ["9000.00"] * 2}, plan)
    return jp.settle(plan, jp.score(plan, data), base_pay), data


def test_items_with_most_come_first_and_name_partners() -> None:
    settlement, data = shared()
    plan = settlement.scorecard.plan
    told = statement(settlement, "bo", "2026-01", work=work_of(plan, data))
    assert told.items is not None
    assert [(one.item, one.counted[0].amount, [who.payee for who in one.partners]) for one in told.items] == [
        ("page", Fraction(300), []),
        ("poster", Fraction(120), ["ann"]),
    ]
    page = StatementWriter(plan, lang="zh-CN").html(told)
    assert "合作者" in page
    assert "Ann（" in page


def test_without_the_shared_work_items_are_not_known() -> None:
    settlement, _ = shared()
    assert statement(settlement, "bo", "2026-01").items is None


def test_a_period_that_the_shared_work_leaves_out_has_no_items() -> None:
    settlement, data = shared()
    work = work_of(settlement.scorecard.plan, data, [])
    assert statement(settlement, "bo", "2026-01", work=work).items is None

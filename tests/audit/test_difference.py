from dataclasses import replace
from typing import Any

import pytest

from jointpay.audit.difference import differences, numbers_of
from jointpay.data.base_pay import BasePay, read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.pipeline import score, settle
from jointpay.plan.presets import minimal
from jointpay.results.scorecard import Scorecard
from jointpay.results.settlement import Settlement

PLAN = minimal()
SAID = "this must change nothing"


def shop(*persons: str) -> Dataset:
    several = {"person": list(persons), "role": ["seller"] * len(persons)}
    return dataset(
        PLAN,
        facts=read_facts({"day": ["2026-01-02", "2026-02-02"], "item": ["x", "x"], "orders": [150, 240]}, PLAN),
        credits=read_credits(
            {**several, "item": ["x"] * len(persons), "share": [f"1/{len(persons)}"] * len(persons)}, PLAN
        ),
        people=read_people(several, PLAN),
    )


def pay(*persons: str) -> BasePay:
    rows = [(person, period) for person in persons for period in ("2026-01", "2026-02")]
    table = {
        "person": [person for person, _ in rows],
        "period": [period for _, period in rows],
        "base": ["monthly_salary"] * len(rows),
        "amount": ["100"] * len(rows),
    }
    return read_base_pay(table, PLAN)


@pytest.fixture
def card() -> Scorecard:
    return score(PLAN, shop("ann", "bea"))


@pytest.fixture
def paid(card: Scorecard) -> Settlement:
    return settle(PLAN, card, pay("ann", "bea"))


def test_every_number_of_a_settlement_has_one_name(paid: Settlement) -> None:
    paths = [numbers.path for numbers in numbers_of(paid)]
    assert len(paths) == len(set(paths))
    assert paths[0] == "roles.seller.components.orders.measures.orders.numerators"
    assert paths[-2:] == ["roles.seller.pay.performance.adjustments.1", "roles.seller.pay.performance.amounts.0"]


def test_equal_results_do_not_differ(card: Scorecard, paid: Settlement) -> None:
    assert differences(card, score(PLAN, shop("ann", "bea")), code="c", said=SAID) == ()
    assert differences(paid, settle(PLAN, card, pay("ann", "bea")), code="c", said=SAID) == ()


def test_the_first_number_that_differs_is_told_once_per_role(card: Scorecard) -> None:
    half = score(PLAN, shop("ann", "bea", "cai"))
    (found,) = differences(
        card, half, code="c", said=SAID, without=frozenset({"cai"}), renamed={"ann": "ann", "bea": "bea"}
    )
    assert found.witness == (
        ("person", "ann"),
        ("period", "2026-01"),
        ("number", "roles.seller.components.orders.measures.orders.denominators"),
        ("before", "2"),
        ("after", "3"),
    )
    assert found.place.who == "person 'ann', period '2026-01'"
    assert found.message == f"{SAID}, but here 2 becomes 3 (in last places)"


def test_only_the_stages_asked_for_are_compared(paid: Settlement) -> None:
    richer = settle(
        PLAN, paid.scorecard, replace(pay("ann", "bea"), amounts=dict.fromkeys(pay("ann", "bea").amounts, 1))
    )
    assert differences(paid, richer, code="c", said=SAID, stages=("adjustments", "points")) == ()
    (found,) = differences(paid, richer, code="c", said=SAID, stages=("amounts", "points"))
    assert dict(found.witness)["number"] == "roles.seller.pay.performance.amounts.0"


def test_people_of_other_names_are_compared_with_themselves(card: Scorecard) -> None:
    turned = {"ann": "zoe", "bea": "abe"}
    assert differences(card, score(PLAN, shop("zoe", "abe")), code="c", said=SAID, renamed=turned) == ()
    later = replace(card.roles[0], scores=card.roles[0].scores.copy())
    later.scores[1] += 1
    other = replace(card, roles=(later,))
    (found,) = differences(other, score(PLAN, shop("zoe", "abe")), code="c", said=SAID, renamed=turned)
    assert dict(found.witness)["person"] == "bea"


def test_rows_that_only_one_side_has_are_a_difference(card: Scorecard) -> None:
    (found,) = differences(card, score(PLAN, shop("ann", "bea"), periods=["2026-01"]), code="c", said=SAID)
    assert (found.place.path, found.message) == ("roles.seller", f"{SAID}, but the payee rows are others: 4 and 2")


def test_the_severity_is_the_one_asked_for(card: Scorecard) -> None:
    changed: Any = replace(card.roles[0], scores=card.roles[0].scores + 1)
    (found,) = differences(card, replace(card, roles=(changed,)), code="c", said=SAID, severity="info")
    assert (found.code, found.severity) == ("c", "info")

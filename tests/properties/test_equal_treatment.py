from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings

from jointpay.audit import equal_treatment
from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.pipeline import score
from jointpay.plan.presets import minimal
from jointpay.results.scorecard import Scorecard
from jointpay.testing.strategies import Case, cases

PROPERTY = settings(settings.get_profile("properties"), max_examples=25)


@PROPERTY
@given(case=cases())
def test_same_facts_same_points_and_pay(case: Case, settled: Callable[..., Any]) -> None:
    assert equal_treatment(settled(*case)) == ()


def test_in_the_shop(shop: Any) -> None:
    assert equal_treatment(shop.settlement) == ()


def twins() -> Scorecard:
    """Two sellers who share every order half and half."""
    plan = minimal()
    both = {"person": ["ann", "bea"], "role": ["seller", "seller"]}
    read = dataset(
        plan,
        facts=read_facts({"day": ["2026-03-01"], "item": ["shop"], "orders": [171]}, plan),
        credits=read_credits({**both, "item": ["shop", "shop"], "share": ["0.5", "0.5"]}, plan),
        people=read_people(both, plan),
    )
    return score(plan, read)


def test_twins_have_the_same_points() -> None:
    card = twins()
    assert card.roles[0].scores.tolist() == [8550, 8550]
    assert equal_treatment(card) == ()


def test_a_last_place_for_one_of_the_twins_is_told_with_both() -> None:
    card = twins()
    role = replace(card.roles[0], scores=card.roles[0].scores + np.array([0, 1]))
    (found,) = equal_treatment(replace(card, roles=(role,)))
    assert (found.code, found.place.path) == ("unequal_treatment", "roles.seller.score")
    assert dict(found.witness) == {
        "person": "bea",
        "period": "2026-03",
        "number": "8551",
        "other_person": "ann",
        "other_period": "2026-03",
        "other_number": "8550",
    }


def test_a_cent_for_one_of_two_equal_lines_is_told(shop: Any) -> None:
    line = shop.settlement.lines[2]
    assert line.rule_id == "collaboration_bonus"
    level = np.zeros_like(line.points)
    equal = replace(line, points=level, base_minor=level, adjustments=(level,), amounts=(level,))
    favoured = replace(equal, amounts=(level + (np.arange(level.size) == 3),))
    lines = (*shop.settlement.lines[:2], favoured)
    (found,) = equal_treatment(replace(shop.settlement, lines=lines))
    assert found.place.path == "roles.operator.pay.collaboration_bonus.amounts.0"
    assert equal_treatment(replace(shop.settlement, lines=lines), up_to_minor=1) == ()


def test_the_same_partners_through_a_link_give_the_same(shop_with: Callable[..., Any]) -> None:
    def linked(tree: dict[str, Any]) -> None:
        conversion = tree["roles"]["operator"]["components"]["conversion"]["measures"]
        conversion["department_order_rate"]["weight"] = "0.5"
        link = {"kind": "link", "role": "designer", "component": "quality", "weight": "0.5", "missing": "leave_out"}
        conversion["designs"] = link

    paid = shop_with(linked)
    assert equal_treatment(paid.settlement) == ()
    card = paid.settlement.scorecard
    operator = card.roles[1]
    # Every row becomes like every other: the same totals and targets, but other partners.
    level = np.zeros_like(operator.scores)
    components = tuple(
        replace(
            component,
            measures=tuple(
                measure
                if measure.name == "designs"
                else replace(measure, numerators=level, targets=level, denominators=level)
                for measure in component.measures
            ),
        )
        for component in operator.components
    )
    different = replace(card, roles=(card.roles[0], replace(operator, components=components)))
    # Otto shares with two designers, olga with two others by other weights: nobody is like anybody, so nothing is told.
    assert [found for found in equal_treatment(different) if "conversion" in found.place.path] == []


def test_a_partner_whose_component_is_left_out_is_no_fact(shop_with: Callable[..., Any]) -> None:
    def thin(tree: dict[str, Any]) -> None:
        contribution = tree["roles"]["designer"]["components"]["contribution"]
        # January has no month before it, and dan's 280 clicks in it are too few: only dora's February is compared.
        contribution["measures"]["order_rate"] |= {"min_count": "300", "missing": "leave_out"}
        contribution["measures"]["repurchase_rate"] |= {"min_count": "1000", "missing": "leave_out"}
        contribution["missing"] = "leave_out"
        conversion = tree["roles"]["operator"]["components"]["conversion"]["measures"]
        conversion["department_order_rate"]["weight"] = "0.5"
        link = {"kind": "link", "role": "designer", "component": "contribution", "weight": "0.5", "missing": "zero"}
        conversion["designs"] = link

    paid = shop_with(thin)
    left_out = paid.settlement.scorecard.roles[0].components[1].states != 0
    assert left_out.tolist() == [True, True, True, False]
    assert equal_treatment(paid.settlement) == ()

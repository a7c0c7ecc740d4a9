"""The two sentences of the founding text that a plain weighted sum cannot satisfy.

(A) The design draws clicks well, but the operator brought no traffic: the operator's collaboration score falls.
(B) The operator converts well, but nobody clicks the design: the designer's conversion contribution falls.

One poster, one designer, one operator; February is the baseline, March the case. "Falls" is against a March that equals
February, where every component has exactly 100 points. The plain plan is the preset with the same measures, weights,
targets and curves, put together by weighted means and without modifiers.

Points of a measure: 100 on target; beyond the target two points for each 1% in what the designer is measured by (200 at
most) and none in the operator's collaboration.

On target  impressions 20,000, clicks 1,000, dwell 20 s per click, 40 orders (4% of clicks), 8 repeat orders (20% of
           orders): everything as in February.

(A)        impressions 4,000 (a fifth of the traffic), clicks 1,100: 27.5% of those who saw it, where February had 5%;
           dwell 25 s per click; orders and repeat orders in proportion (44, and 8.8 -> 11).
  collaboration of the operator
    clicks   1,100 / 1,000 = 1.1  -> 100.00
    dwell    25 / 20 = 1.25       -> 100.00
    plain    50% * 100 + 50% * 100                                   = 100.00   it does not fall
    preset   100^0.5 * 100^0.5 = 100, traffic 4,000 / 20,000 = 0.2: * 20.00 / 100 = 20.00   it falls

(B)        impressions 20,000, clicks 200 (a fifth), dwell 20 s per click; of those 200, 16 order (8%, twice February's
           rate), and 4 of the 16 order again (25%).
  contribution of the designer
    order rate  8% / 4% = 2.0      -> 200.00, weight 60%
    repurchase  25% / 20% = 1.25   -> 150.00, weight 40%
    plain    60% * 200 + 40% * 150                                   = 180.00   it rises
    preset   200^0.6 * 150^0.4 = 178.2602..., clicks 200 / 1,000 = 0.2: * 20.00 / 100 = 35.652...
                                                                     =  35.65   it falls
"""

from fractions import Fraction

import pytest

from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.pipeline import score
from jointpay.plan.plan import Plan
from jointpay.plan.presets import design_operations

March = dict[str, int]

ON_TARGET: March = {
    "impressions": 20_000,
    "clicks": 1_000,
    "dwell": 20_000_000,
    "favorites": 100,
    "orders": 40,
    "repeat_orders": 8,
    "stars": 4,
    "ratings": 1,
}
DRAWS_CLICKS_WITHOUT_TRAFFIC: March = {
    "impressions": 4_000,
    "clicks": 1_100,
    "dwell": 27_500_000,
    "favorites": 110,
    "orders": 44,
    "repeat_orders": 11,
    "stars": 5,
    "ratings": 1,
}
CONVERTS_WITHOUT_CLICKS: March = {
    "impressions": 20_000,
    "clicks": 200,
    "dwell": 4_000_000,
    "favorites": 20,
    "orders": 16,
    "repeat_orders": 4,
    "stars": 4,
    "ratings": 1,
}


def preset() -> Plan:
    return design_operations()


def plain() -> Plan:
    """Give the plain weighted sum of the same measures."""
    tree = design_operations().to_json_tree()
    for role in tree["roles"].values():
        for component in role["components"].values():
            component.update(combine="weighted_mean", modifiers={})
    return Plan.model_validate(tree)


def points(plan: Plan, march: March) -> dict[str, int]:
    """Score March and give the points of every component, in hundredths."""
    facts = {
        "day": ["2026-02-10", "2026-03-10"],
        "item": ["poster", "poster"],
        **{name: [february, march[name]] for name, february in ON_TARGET.items()},
    }
    people = {"person": ["ming", "lin"], "role": ["designer", "operator"], "department": ["content", "content"]}
    worked_on = {
        "person": ["ming", "lin"],
        "role": ["designer", "operator"],
        "item": ["poster", "poster"],
        "share": ["1", "1"],
        "from": ["2026-01-01", "2026-01-01"],
        "to": ["", ""],
    }
    case = dataset(
        plan,
        facts=read_facts(facts, plan),
        credits=read_credits(worked_on, plan),
        people=read_people({**people, "from": ["2026-01-01"] * 2, "to": [""] * 2}, plan),
    )
    return {
        component.name: int(component.points[0])
        for role in score(plan, case, periods=["2026-03"]).roles
        for component in role.components
    }


@pytest.mark.parametrize("plan", [preset(), plain()], ids=["preset", "plain"])
def test_on_target_every_component_has_a_hundred_points(plan: Plan) -> None:
    assert points(plan, ON_TARGET) == {
        "quality": 100_00,
        "contribution": 100_00,
        "conversion": 100_00,
        "collaboration": 100_00,
    }


def test_a_design_that_draws_clicks_without_traffic_lowers_the_operators_collaboration() -> None:
    assert points(preset(), DRAWS_CLICKS_WITHOUT_TRAFFIC)["collaboration"] == 20_00


def test_a_plain_weighted_sum_does_not_see_that_no_traffic_was_brought() -> None:
    assert points(plain(), DRAWS_CLICKS_WITHOUT_TRAFFIC)["collaboration"] == 100_00


def test_conversion_of_a_design_that_nobody_clicks_lowers_the_designers_contribution() -> None:
    # The product of 200^0.6 * 150^0.4 and 20% is 35.65 and no other number of two places.
    fifth_power = 200**3 * 150**2 * Fraction(20, 100) ** 5
    assert Fraction("35.645") ** 5 < fifth_power < Fraction("35.655") ** 5
    assert points(preset(), CONVERTS_WITHOUT_CLICKS)["contribution"] == 35_65


def test_a_plain_weighted_sum_rewards_conversion_of_a_design_that_nobody_clicks() -> None:
    assert points(plain(), CONVERTS_WITHOUT_CLICKS)["contribution"] == 180_00


@pytest.mark.parametrize("fifths", [0, 1, 2, 3, 4])
def test_the_less_traffic_the_lower_the_collaboration_however_well_the_design_draws(fifths: int) -> None:
    march = {**DRAWS_CLICKS_WITHOUT_TRAFFIC, "impressions": 4_000 * fifths}
    assert points(preset(), march)["collaboration"] == 20_00 * fifths
    assert points(plain(), march)["collaboration"] == 100_00


def test_a_design_that_nobody_clicks_at_all_contributes_nothing() -> None:
    # Its order rate is 0 / 0, which counts as on target; the clicks reached are 0% and multiply.
    nobody = {name: value if name == "impressions" else 0 for name, value in ON_TARGET.items()}
    assert points(preset(), nobody)["contribution"] == 0
    assert points(plain(), nobody)["contribution"] == 100_00

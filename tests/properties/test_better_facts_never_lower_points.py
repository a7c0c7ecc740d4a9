import dataclasses
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jointpay.audit import better_facts_never_lower_points
from jointpay.plan.plan import Plan
from jointpay.testing.strategies import datasets_for, plans

PROPERTY = settings(settings.get_profile("properties"), max_examples=20)


@PROPERTY
@given(data=st.data())
def test_where_every_curve_rewards_the_right_direction(
    data: st.DataObject, mended: Callable[[Plan], Plan], settled: Callable[..., Any]
) -> None:
    plan = mended(data.draw(plans()))
    dataset, base_pay = data.draw(datasets_for(plan))
    settled(plan, dataset, base_pay)
    found = better_facts_never_lower_points(plan, dataset)
    assert {finding.code for finding in found} <= {"better_facts_not_tried"}


def test_under_the_founding_plan(shop: Any) -> None:
    assert better_facts_never_lower_points(shop.plan, shop.dataset) == ()


def test_traffic_that_lowers_points_is_told_with_the_case(shop_with: Callable[..., Any]) -> None:
    def against_traffic(tree: dict[str, Any]) -> None:
        gate = tree["roles"]["operator"]["components"]["collaboration"]["modifiers"]["traffic_brought"]
        gate["curve"] = {"kind": "threshold", "at": "1.3", "below_gives": "100", "gives": "50", "edge": "upper"}

    broken = shop_with(against_traffic)
    (found,) = better_facts_never_lower_points(broken.plan, broken.dataset)
    assert (found.code, found.severity) == ("better_facts_lower_points", "error")
    witness = dict(found.witness)
    assert (witness["total"], witness["period"]) == ("impressions", "2026-02")
    assert int(witness["points_after"]) < int(witness["points_before"])


def test_a_total_below_the_line_is_passed_over(shop_with: Callable[..., Any]) -> None:
    def against_clicks(tree: dict[str, Any]) -> None:
        # Clicks are also what rates are divided by, so more of them is not simply better.
        clicks = tree["roles"]["designer"]["components"]["quality"]["measures"]["clicks"]
        clicks["curve"]["points"] = [{"at": "0", "gives": "200"}, {"at": "2", "gives": "0"}]

    broken = shop_with(against_clicks)
    assert better_facts_never_lower_points(broken.plan, broken.dataset) == ()


def test_better_facts_that_a_curve_refuses_are_told_as_information(shop_with: Callable[..., Any]) -> None:
    def refusing(tree: dict[str, Any]) -> None:
        gate = tree["roles"]["operator"]["components"]["collaboration"]["modifiers"]["traffic_brought"]
        knots = [{"at": "0", "gives": "0"}, {"at": "1.3", "gives": "100"}]
        gate["curve"] = {"kind": "points", "points": knots, "below": "clamp", "above": "refuse"}

    broken = shop_with(refusing)
    (found,) = better_facts_never_lower_points(broken.plan, broken.dataset)
    assert (found.code, found.severity) == ("better_facts_not_tried", "info")
    assert found.message.startswith("a better 'impressions' (by its own size) cannot be scored")


def test_facts_of_the_days_that_a_target_looks_back_at_are_passed_over(shop_with: Callable[..., Any]) -> None:
    def looking_at_itself(tree: dict[str, Any]) -> None:
        # What is brought in February is compared with February itself: more traffic asks for more.
        gate = tree["roles"]["operator"]["components"]["collaboration"]["modifiers"]["traffic_brought"]
        gate["target"]["over"] = {"kind": "dates", "from": "2026-02-01", "to": "2026-03-01"}
        gate["curve"] = {"kind": "threshold", "at": "1", "below_gives": "100", "gives": "50", "edge": "upper"}

    broken = shop_with(looking_at_itself)
    assert better_facts_never_lower_points(broken.plan, broken.dataset) == ()


def test_without_a_scored_period_there_is_nothing_to_better(shop: Any) -> None:
    facts = shop.dataset.facts
    before = dataclasses.replace(facts, days=facts.days - 10_000)
    assert better_facts_never_lower_points(shop.plan, dataclasses.replace(shop.dataset, facts=before)) == ()

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jointpay.audit import own_monotone
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
    assert own_monotone(plan, dataset) == ()


def test_under_the_founding_plan(shop: Any) -> None:
    assert own_monotone(shop.plan, shop.dataset) == ()


def peaked(tree: dict[str, Any]) -> None:
    """Let the curve of clicks fall beyond its peak at 100%."""
    clicks = tree["roles"]["designer"]["components"]["quality"]["measures"]["clicks"]
    clicks["curve"]["points"] = [{"at": "0", "gives": "0"}, {"at": "1", "gives": "100"}, {"at": "1.5", "gives": "0"}]


def test_a_curve_that_falls_beyond_its_peak_is_told_with_the_case(shop_with: Callable[..., Any]) -> None:
    broken = shop_with(peaked)
    (found,) = own_monotone(broken.plan, broken.dataset)
    assert (found.code, found.severity) == ("own_not_monotone", "error")
    witness = dict(found.witness)
    assert witness["better"] == "roles.designer.components.quality.measures.clicks"
    assert (witness["person"], witness["period"]) == ("dora", "2026-02")
    # Clicks of dora: January 300 + 120/3 = 340, February 390 + 100/3 = 423 1/3: 1.2451 of the target. At 1.2451 the
    # curve gives 50.98 points; the nearest corner in the good direction is 1.4999, where it gives 0.02.
    assert (witness["attainment_before"], witness["attainment_after"]) == ("12451", "14999")
    assert (witness["points_before"], witness["points_after"]) == ("5098", "2")


def test_a_metric_that_the_bounds_name_is_told_as_information(shop_with: Callable[..., Any]) -> None:
    def allowed(tree: dict[str, Any]) -> None:
        peaked(tree)
        tree["bounds"]["not_monotone"] = ["clicks"]

    broken = shop_with(allowed)
    assert [found.severity for found in own_monotone(broken.plan, broken.dataset)] == ["info"]


def test_a_gate_that_closes_when_results_get_better_is_told(shop_with: Callable[..., Any]) -> None:
    def closing(tree: dict[str, Any]) -> None:
        gate = tree["roles"]["designer"]["components"]["contribution"]["modifiers"]["clicks_reached"]
        gate["curve"] = {"kind": "threshold", "at": "1.3", "below_gives": "100", "gives": "0", "edge": "upper"}

    broken = shop_with(closing)
    (found,) = own_monotone(broken.plan, broken.dataset)
    assert dict(found.witness)["better"] == "roles.designer.components.contribution.modifiers.clicks_reached"
    assert dict(found.witness)["attainment_after"] == "13000"
    assert dict(found.witness)["points_after"] == "0"

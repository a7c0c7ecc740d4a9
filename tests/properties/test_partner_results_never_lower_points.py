from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jointpay.audit import own_monotone, partner_monotone
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
    assert partner_monotone(plan, dataset) == ()


def test_under_the_founding_plan(shop: Any) -> None:
    assert partner_monotone(shop.plan, shop.dataset) == ()


def test_a_rivalry_is_told_with_the_case(shop_with: Callable[..., Any]) -> None:
    def rivals(tree: dict[str, Any]) -> None:
        # The designer gets fewer points the better the operator converts.
        rate = tree["roles"]["designer"]["components"]["contribution"]["measures"]["order_rate"]
        rate["curve"]["points"] = [{"at": "0", "gives": "150"}, {"at": "2", "gives": "50"}]

    broken = shop_with(rivals)
    assert own_monotone(broken.plan, broken.dataset) == ()
    (found,) = partner_monotone(broken.plan, broken.dataset)
    assert (found.code, found.severity) == ("partner_not_monotone", "error")
    witness = dict(found.witness)
    assert witness["better"] == "roles.designer.components.contribution.measures.order_rate"
    assert int(witness["points_after"]) < int(witness["points_before"])


def test_a_fall_behind_a_link_is_told_where_it_is_felt(shop_with: Callable[..., Any]) -> None:
    def linked(tree: dict[str, Any]) -> None:
        quality = tree["roles"]["designer"]["components"]["quality"]["measures"]
        quality["clicks"]["curve"]["points"] = [{"at": "0", "gives": "200"}, {"at": "2", "gives": "0"}]
        conversion = tree["roles"]["operator"]["components"]["conversion"]["measures"]
        conversion["department_order_rate"]["weight"] = "0.5"
        conversion["designs"] = {
            "kind": "link",
            "role": "designer",
            "component": "quality",
            "weight": "0.5",
            "missing": "leave_out",
        }

    broken = shop_with(linked)
    paths = [(finding.code, finding.place.path) for finding in partner_monotone(broken.plan, broken.dataset)]
    assert paths == [("partner_not_monotone", "roles.operator.components.conversion")]
    assert [finding.place.path for finding in own_monotone(broken.plan, broken.dataset)] == [
        "roles.designer.components.quality.measures.clicks"
    ]

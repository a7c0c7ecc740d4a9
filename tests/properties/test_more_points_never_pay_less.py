from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jointpay.audit import pay_monotone
from jointpay.plan.plan import Plan
from jointpay.testing.strategies import datasets_for, plans

PROPERTY = settings(settings.get_profile("properties"), max_examples=20)


@PROPERTY
@given(data=st.data())
def test_where_every_pay_curve_rises(
    data: st.DataObject, mended: Callable[[Plan], Plan], settled: Callable[..., Any]
) -> None:
    plan = mended(data.draw(plans()))
    dataset, base_pay = data.draw(datasets_for(plan))
    assert pay_monotone(settled(plan, dataset, base_pay)) == ()


def test_under_the_founding_plan(shop: Any) -> None:
    assert pay_monotone(shop.settlement) == ()


def test_a_tapering_pay_curve_is_told_with_the_payee(shop_with: Callable[..., Any]) -> None:
    def tapering(tree: dict[str, Any]) -> None:
        rule = tree["roles"]["operator"]["pay"][1]
        rule["allow_decreasing"] = True
        rule["curve"] = {
            "kind": "steps",
            "steps": [{"at": "0", "gives": "0.1"}, {"at": "100.5", "gives": "0.05"}],
            "edge": "upper",
            "below": "clamp",
        }

    (found,) = pay_monotone(shop_with(tapering).settlement)
    # The author said allow_decreasing, so it is told as information.
    assert (found.code, found.severity) == ("pay_not_monotone", "info")
    witness = dict(found.witness)
    assert (witness["more_points"], witness["adjustment"], witness["adjustment_at_more"]) == ("10050", "1000", "500")
    assert int(witness["points"]) <= 10000


def test_a_fall_that_a_floor_hides_is_none(shop_with: Callable[..., Any]) -> None:
    def floored(tree: dict[str, Any]) -> None:
        rule = tree["roles"]["operator"]["pay"][1]
        rule["allow_decreasing"] = True
        rule["curve"] = {"kind": "threshold", "at": "90", "below_gives": "0.1", "gives": "0.05", "edge": "upper"}
        rule["limits"] = [{"kind": "floor", "at": "0.2"}]

    assert pay_monotone(shop_with(floored).settlement) == ()

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings

from jointpay.audit import coupled_both_ways
from jointpay.plan.measures import Link
from jointpay.plan.plan import Plan
from jointpay.plan.presets import design_operations_sales
from jointpay.testing.strategies import plans

PROPERTY = settings(settings.get_profile("properties"), max_examples=40)


def moved_by(plan: Plan, reader: str, driver: str) -> bool:
    """Whether anything a role reads is driven by another: said here once more, in other words."""
    for component in plan.roles[reader].components.values():
        for part in (*component.measures.values(), *component.modifiers.values()):
            role = part.role if isinstance(part, Link) else plan.metrics[part.metric].driven_by
            if role == driver:
                return True
    return False


@PROPERTY
@given(plan=plans())
def test_what_is_found_is_exactly_what_runs_one_way(plan: Plan) -> None:
    one_way = {
        (reader, driver)
        for reader in plan.roles
        for driver in plan.roles
        if reader != driver and moved_by(plan, reader, driver) and not moved_by(plan, driver, reader)
    }
    told = {(dict(found.witness)["reads"], dict(found.witness)["is_not_read_by"]) for found in coupled_both_ways(plan)}
    assert told == one_way


def test_under_the_founding_plan_and_along_the_chain(shop: Any) -> None:
    assert coupled_both_ways(shop.plan) == ()
    assert coupled_both_ways(design_operations_sales()) == ()


def test_a_role_that_is_read_and_reads_nothing_is_told(shop_with: Callable[..., Any]) -> None:
    def alone(tree: dict[str, Any]) -> None:
        for name in ("order_rate", "repurchase_rate"):
            tree["metrics"][name]["driven_by"] = "designer"

    (found,) = coupled_both_ways(shop_with(alone).plan)
    assert dict(found.witness) == {"reads": "operator", "is_not_read_by": "designer"}

from fractions import Fraction
from typing import Any

from hypothesis import given, settings

from jointpay.audit import weights_sum_to_one
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Component, Role
from jointpay.testing.strategies import plans

PROPERTY = settings(settings.get_profile("properties"), max_examples=40)


@PROPERTY
@given(plan=plans())
def test_in_every_component_and_role(plan: Plan) -> None:
    assert weights_sum_to_one(plan) == ()


def unchecked(plan: Plan, component: str, weight: Fraction) -> Plan:
    """Give the founding plan with another weight of a designer's component, past every check."""
    role = plan.roles["designer"]
    fields = {name: getattr(role.components[component], name) for name in Component.model_fields}
    parts = {**role.components, component: Component.model_construct(**{**fields, "weight": weight})}
    role_fields = {name: getattr(role, name) for name in Role.model_fields}
    roles = {**plan.roles, "designer": Role.model_construct(**{**role_fields, "components": parts})}
    plan_fields = {name: getattr(plan, name) for name in Plan.model_fields}
    return Plan.model_construct(**{**plan_fields, "roles": roles})


def test_one_per_cent_too_much_is_told_with_the_sum(shop: Any) -> None:
    (found,) = weights_sum_to_one(unchecked(shop.plan, "quality", Fraction(41, 100)))
    assert (found.code, found.place.path) == ("weights_not_one", "roles.designer.components")
    assert dict(found.witness) == {"sum": "1.01"}


def test_a_millionth_too_little_is_told(shop: Any) -> None:
    (found,) = weights_sum_to_one(unchecked(shop.plan, "quality", Fraction(399_999, 1_000_000)))
    assert dict(found.witness) == {"sum": "0.999999"}

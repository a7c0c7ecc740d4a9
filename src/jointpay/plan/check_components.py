"""Static check of components: negative points, which a modifier turns around."""

from fractions import Fraction

from jointpay.findings import Finding, Place
from jointpay.money.number import decimal_text
from jointpay.plan.plan import Plan
from jointpay.plan.reach import PointsReach
from jointpay.plan.roles import Component

__all__ = ["check_components"]


def check_components(plan: Plan) -> list[Finding]:
    """Find modifiers that multiply points that can be negative, or that can be negative themselves.

    Below zero a better modifier makes a component worse, and a negative modifier turns every measure of its component
    around.
    """
    points = PointsReach(plan)
    found = []
    for role_name, role in plan.roles.items():
        for name, component in role.components.items():
            before = points.before_modifiers(role_name, name)
            if before is not None:
                found += _turned_around(plan, points, f"roles.{role_name}.components.{name}", component, before[0])
    return found


def _turned_around(plan: Plan, points: PointsReach, path: str, component: Component, low: Fraction) -> list[Finding]:
    found = []
    for name, modifier in component.modifiers.items():
        factor = points.reading(modifier)
        if factor is None or min(low, factor[0]) >= 0:
            continue
        what, least = ("the points it multiplies", low) if low < 0 else ("its own points", factor[0])
        found.append(
            Finding(
                code="negative_times_modifier",
                severity="info" if modifier.metric in plan.bounds.not_monotone else "error",
                message=f"{what} can be negative, {decimal_text(least)} at least, and then better results give a lower "
                f"component; next: let the curves end at 0",
                place=Place(path=f"{path}.modifiers.{name}"),
                witness=(("least", decimal_text(least)),),
            )
        )
    return found

"""Static check of modifiers: a factor and points of which one can be negative turn better into worse."""

from jointpay.findings import Finding, Place
from jointpay.money.number import decimal_text
from jointpay.plan.plan import Plan
from jointpay.plan.reach import PointsReach

__all__ = ["check_modifiers"]


def check_modifiers(plan: Plan) -> list[Finding]:
    """Find modifiers that can multiply negative points, or that can be negative themselves.

    Below zero a better modifier makes a component worse, and a negative modifier turns every measure of it around.
    """
    points = PointsReach(plan)
    found = []
    for role_name, role in plan.roles.items():
        for name, component in role.components.items():
            before = points.before_modifiers(role_name, name)
            for modifier_name, modifier in component.modifiers.items():
                factor = points.reading(modifier)
                if before is None or before.low is None or factor is None or min(before.low, factor[0]) >= 0:
                    continue
                what, least = (
                    ("the points it multiplies", before.low) if before.low < 0 else ("its own points", factor[0])
                )
                found.append(
                    Finding(
                        code="negative_times_modifier",
                        severity="info" if modifier.metric in plan.bounds.not_monotone else "error",
                        message=f"{what} can be negative, {decimal_text(least)} at least, and then better results give "
                        f"a lower component; next: let the curves end at 0",
                        place=Place(path=f"roles.{role_name}.components.{name}.modifiers.{modifier_name}"),
                        witness=(("least", decimal_text(least)),),
                    )
                )
    return found

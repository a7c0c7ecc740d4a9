"""Static checks of components: negative points where an operator or a modifier has no sensible answer to them."""

from fractions import Fraction

from jointpay.findings import Finding, Place
from jointpay.money.number import decimal_text
from jointpay.plan.plan import Plan
from jointpay.plan.reach import PointsReach
from jointpay.plan.roles import Component

__all__ = ["check_components"]


def check_components(plan: Plan) -> list[Finding]:
    """Find measures with negative points in a geometric mean, and modifiers that turn better into worse.

    A negative number has no root. Below zero a better modifier makes a component worse, and a negative modifier turns
    every measure of its component around.
    """
    points = PointsReach(plan)
    found = []
    for role_name, role in plan.roles.items():
        for name, component in role.components.items():
            path = f"roles.{role_name}.components.{name}"
            found += _without_root(points, path, component)
            before = points.before_modifiers(role_name, name)
            if before is not None:
                found += _turned_around(plan, points, path, component, before[0])
    return found


def _without_root(points: PointsReach, path: str, component: Component) -> list[Finding]:
    if component.combine != "weighted_geometric":
        return []
    lows = {name: points.ingredient(ingredient) for name, ingredient in component.measures.items()}
    return [
        Finding(
            code="negative_in_geometric_mean",
            severity="error",
            message=f"its points can be negative, {decimal_text(part.low)} at least, and a geometric mean has no answer "
            f"to that; next: let the curve end at 0, or combine by weighted_mean",
            place=Place(path=f"{path}.measures.{name}"),
            witness=(("least", decimal_text(part.low)),),
        )
        for name, part in lows.items()
        if part is not None and part.low < 0
    ]


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

"""Static checks of pay rules: what scores can reach, jumps of pay, limits that never bind."""

from fractions import Fraction

from jointpay.findings import Finding, Place
from jointpay.money.number import decimal_text
from jointpay.money.rounding import published
from jointpay.plan.check_curves import CurvePlace, check_curve
from jointpay.plan.payout import Cap, Floor, Guard, PayRule, ReadsComponent
from jointpay.plan.plan import Plan
from jointpay.plan.reach import PointsReach, reachable, span

__all__ = ["check_pay"]


def check_pay(plan: Plan) -> list[Finding]:
    """Check every pay rule within the points its source can have."""
    found: list[Finding] = []
    points = PointsReach(plan)
    for role_name, role in plan.roles.items():
        for place, rule in enumerate(role.pay):
            reach = (
                points.component(role_name, rule.reads.component)
                if isinstance(rule.reads, ReadsComponent)
                else points.score(role_name, role)
            )
            if reach is None:
                continue
            path = f"roles.{role_name}.pay.{place}"
            bound = plan.bounds.max_cliff_adjustment
            curve_place = CurvePlace(f"{path}.curve", False, "%", bound, "max_cliff_adjustment")
            found += check_curve(curve_place, rule.curve, reach)
            gives = span(reachable(rule.curve, reach))
            if gives is not None:
                found += _idle_limits(plan, path, rule, gives)
    return found


def _idle_limits(plan: Plan, path: str, rule: PayRule, gives: tuple[Fraction, Fraction]) -> list[Finding]:
    """Find the limits that change nothing; limits on amounts depend on the pay base and are not judged."""
    places = plan.places.adjustment
    low, high = (
        Fraction(published(value * 100, places=places, rounding=plan.rounding), 100 * 10**places) for value in gives
    )
    found = []
    for number, limit in enumerate(rule.limits):
        match limit:
            case Cap(at=at):
                idle, end = high <= at, high
                low, high = min(low, at), min(high, at)
            case Floor(at=at) | Guard(at=at):
                least = at if isinstance(limit, Floor) else -at
                idle, end = low >= least, low
                low, high = max(low, least), max(high, least)
            case _:
                continue
        if idle:
            found.append(
                Finding(
                    code="limit_never_binds",
                    severity="info",
                    message=f"the {limit.kind} at {decimal_text(limit.at * 100)}% never binds: the adjustment "
                    f"{'is at most' if isinstance(limit, Cap) else 'is at least'} {decimal_text(end * 100)}% here",
                    place=Place(path=f"{path}.limits.{number}"),
                    witness=(
                        ("limit", f"{decimal_text(limit.at * 100)}%"),
                        ("reach_ends_at", f"{decimal_text(end * 100)}%"),
                    ),
                )
            )
    return found

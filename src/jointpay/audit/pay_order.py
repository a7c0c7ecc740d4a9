"""More points never pay less: pay curves and limits, from where payees stand."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from jointpay.audit.difference import who
from jointpay.audit.monotone import curve_corners
from jointpay.engine.adjust import limit
from jointpay.engine.curve import evaluate
from jointpay.findings import Finding, Place
from jointpay.money.number import decimal_text
from jointpay.money.rounding import published
from jointpay.panel.compiled import compile_curve
from jointpay.plan.payout import Cap, Floor, PayRule
from jointpay.plan.plan import Plan
from jointpay.results.limits import adjustment_limits
from jointpay.results.settlement import RuleLines, Settlement

__all__ = ["pay_monotone"]

Whole = NDArray[np.int64]


def _adjustments(plan: Plan, rule: PayRule, points: Whole) -> Whole:
    """Give the adjustment that holds for published points: curve, then limits."""
    unit = 100 * 10**plan.places.adjustment
    curve = compile_curve(rule.curve, places_in=plan.places.points, scale_out=unit, plan=plan)
    raw, _ = evaluate(curve, points, half_even=plan.rounding == "half_even")
    bounds: list[tuple[int | None, int | None]] = []
    for bound in adjustment_limits(rule):
        at = published(bound.at * 100, places=plan.places.adjustment, rounding=plan.rounding)
        match bound:
            case Cap():
                bounds.append((None, at))
            case Floor():
                bounds.append((at, None))
            case _:
                bounds.append((-at, None))
    return limit(raw, bounds)[-1]


def pay_monotone(settlement: Settlement) -> tuple[Finding, ...]:
    """Find payees whom more points would pay less.

    For every pay rule and every number of points that occurs, the adjustment at every higher corner of the pay curve,
    after all limits, is compared with the one that holds. One finding per rule, with the smallest step up; severity
    `info` where the rule says `allow_decreasing`. A higher adjustment of a base that is not negative is never a lower
    amount, since rounding keeps the order.
    """
    card = settlement.scorecard
    plan = card.plan
    found = []
    for line in settlement.lines:
        rule = next(rule for rule in plan.roles[line.role].pay if rule.id == line.rule_id)
        fall = _smallest_fall(plan, rule, line)
        if fall is None:
            continue
        points, higher, row = fall
        role = next(role for role in card.roles if role.role == line.role)
        person, period = who(card, role.payees, row)
        before, after = _adjustments(plan, rule, np.array([points, higher], dtype=np.int64)).tolist()
        found.append(
            Finding(
                code="pay_not_monotone",
                severity="info" if rule.allow_decreasing else "error",
                message=f"{_points(plan, points)} points give {_percent(plan, before)}, but {_points(plan, higher)} give "
                f"{_percent(plan, after)}"
                + ("; allowed by allow_decreasing" if rule.allow_decreasing else "; next: turn the pay curve there"),
                place=Place(path=f"roles.{line.role}.pay.{rule.id}", who=f"person {person!r}, period {period!r}"),
                witness=(
                    ("person", person),
                    ("period", period),
                    ("points", str(points)),
                    ("more_points", str(higher)),
                    ("adjustment", str(before)),
                    ("adjustment_at_more", str(after)),
                ),
            )
        )
    return tuple(found)


def _smallest_fall(plan: Plan, rule: PayRule, line: RuleLines) -> tuple[int, int, int] | None:
    """Give (points, more points, row) of the smallest step up that pays less, or None."""
    held = np.flatnonzero(line.states == 0)
    corners = np.array(curve_corners(rule.curve, 10**plan.places.points), dtype=np.int64)
    if not held.size or not corners.size:
        return None
    points, first = np.unique(line.points[held], return_index=True)
    here, there = _adjustments(plan, rule, points), _adjustments(plan, rule, corners)
    steps = [
        (int(corners[place] - points[at]), int(points[at]), int(corners[place]), int(held[first[at]]))
        for at in range(points.size)
        for place in np.flatnonzero((corners > points[at]) & (there < here[at]))[:1].tolist()
    ]
    return min(steps)[1:] if steps else None


def _points(plan: Plan, points: int) -> str:
    return decimal_text(Fraction(points, 10**plan.places.points))


def _percent(plan: Plan, adjustment: int) -> str:
    return f"{decimal_text(Fraction(adjustment, 10**plan.places.adjustment))}%"

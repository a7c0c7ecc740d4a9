"""Checks of pay rules: ids, what they read, curves that never pay less for more, limits in order and exact."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from jointpay.money.number import decimal_text
from jointpay.plan.outline import Outline, Spot, unknown
from jointpay.plan.pieces import pieces
from jointpay.plan.tree import Problem, shown

__all__ = ["pay_problems"]

_PER_CENT = {"cap", "floor", "guard"}
_AMOUNT = {"amount_cap", "amount_floor"}


def _decreases(rule: Spot) -> Iterator[Problem]:
    curve = rule.at("curve").curve
    if curve is None or str(rule.at("allow_decreasing").node).lower() == "true":
        return
    parts = pieces(curve)
    falls = [(piece.at_start, piece.at_end, piece.end) for piece in parts if piece.at_end < piece.at_start] + [
        (left.at_end, right.at_start, right.start) for left, right in pairwise(parts) if right.at_start < left.at_end
    ]
    for before, after, at in falls[:1]:
        told = (
            f"it falls from {decimal_text(before)} to {decimal_text(after)} up to a score of {decimal_text(at or Fraction(0))}; "
            "allowed: never less for more points, or allow_decreasing: true"
        )
        yield rule.at("curve").problem("pay_decreases", told)


def _exact(outline: Outline, limit: Spot) -> Iterator[Problem]:
    """Refuse a limit with more decimals than adjustments, or money, are published with."""
    if limit.kind in _PER_CENT:
        at, places = limit.at("at").number, outline.adjustment_places
        if at is not None and places is not None and (at * 100 * 10**places).denominator != 1:
            told = f"{decimal_text(at * 100)}% has more decimals than adjustments are published with; allowed: at most {places}"
            yield limit.at("at").problem("limit_places", told)
    elif limit.kind in _AMOUNT:
        amount, digits = limit.at("amount").number, outline.minor_digits
        if amount is not None and digits is not None and (amount * 10**digits).denominator != 1:
            currency = outline.plan.at("currency").text
            told = f"{decimal_text(amount)} has more decimals than {currency} has; allowed: at most {digits}"
            yield limit.at("amount").problem("amount_places", told)


def _crossed(limits: list[Spot], lower: dict[str, int], upper: str, key: str) -> Iterator[Problem]:
    """Refuse a limit from below that lies above a limit from above."""
    tops = [number for limit in limits if limit.kind == upper and (number := limit.at(key).number) is not None]
    top = min(tops, default=None)
    for limit in limits:
        number = limit.at(key).number
        if limit.kind in lower and number is not None and top is not None and lower[limit.kind] * number > top:
            bottom = decimal_text(lower[limit.kind] * number)
            told = f"the {limit.kind} holds at {bottom}, above the {upper} {decimal_text(top)}; allowed: {limit.kind} <= {upper}"
            yield limit.problem("limits_crossed", told)


def _limits(outline: Outline, rule: Spot) -> Iterator[Problem]:
    limits = list(rule.at("limits").each())
    for limit in limits:
        yield from _exact(outline, limit)
    for earlier, later in pairwise(limits):
        if earlier.kind in _AMOUNT and later.kind in _PER_CENT:
            told = f"a {later.kind} comes after an {earlier.kind}; allowed: limits on the adjustment first, then limits on the amount"
            yield later.problem("limit_order", told)
    yield from _crossed(limits, {"floor": 1, "guard": -1}, "cap", "at")
    yield from _crossed(limits, {"amount_floor": 1}, "amount_cap", "amount")


def pay_problems(outline: Outline) -> Iterator[Problem]:
    """Check the pay rules of every role."""
    for name, role in outline.roles.items():
        known = dict(role.at("components").entries())
        seen: set[str] = set()
        for rule in role.at("pay").each():
            rule_id = rule.at("id").text
            if rule_id is not None and rule_id in seen:
                told = f"the rule id {shown(rule_id)} is used twice in the role {shown(name)}; allowed: each id once"
                yield rule.at("id").problem("rule_id", told)
            seen.add(rule_id or "")
            yield from unknown(rule.at("reads", "component"), "unknown_component", "component", known)
            yield from _decreases(rule)
            yield from _limits(outline, rule)

"""Limits of a pay rule, parted into those on the adjustment and those on the amount."""

from jointpay.money.number import decimal_text
from jointpay.plan.payout import AmountCap, AmountFloor, Cap, Floor, Guard, Limit, PayRule

__all__ = ["adjustment_limits", "amount_limits", "limit_text"]


def adjustment_limits(rule: PayRule) -> tuple[Cap | Floor | Guard, ...]:
    """Give the limits on the adjustment, in the order written."""
    return tuple(limit for limit in rule.limits if isinstance(limit, Cap | Floor | Guard))


def amount_limits(rule: PayRule) -> tuple[AmountCap | AmountFloor, ...]:
    """Give the limits on the amount, in the order written."""
    return tuple(limit for limit in rule.limits if isinstance(limit, AmountCap | AmountFloor))


def limit_text(limit: Limit) -> str:
    """Name a limit as its author wrote it: `cap 30%`, `amount_floor 100`."""
    if isinstance(limit, AmountCap | AmountFloor):
        return f"{limit.kind} {decimal_text(limit.amount)}"
    return f"{limit.kind} {decimal_text(limit.at * 100)}%"

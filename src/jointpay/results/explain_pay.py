"""The terms of a pay rule: from points to an amount, through every limit."""

from collections.abc import Sequence
from fractions import Fraction
from typing import assert_never

from jointpay.money.currency import minor_digits
from jointpay.money.number import decimal_text, fixed_text
from jointpay.money.rounding import published
from jointpay.plan.payout import AmountCap, AmountFloor, Cap, Floor, Guard, PayRule, ReadsScore
from jointpay.plan.plan import Plan
from jointpay.results.explain_curve import on_curve
from jointpay.results.explain_ledger import Ledger, number_text
from jointpay.results.explain_reading import RowSpan
from jointpay.results.limits import adjustment_limits, amount_limits, limit_text
from jointpay.results.settlement import RuleLines

__all__ = ["explain_pay", "explain_sum"]

_NATURES = {"agreed_variable": "agreed variable pay", "loss_compensation": "compensation of a loss"}


def explain_pay(
    ledger: Ledger, plan: Plan, rule: PayRule, line: RuleLines, span: RowSpan, path: tuple[str, ...], read: int | None
) -> None:
    """Write one line of one row; `read` is what the rule reads, in last places, or None where that is missing."""
    row, digits = span.row, minor_digits(plan.currency)
    ledger.open((*path, "pay", rule.id), 1, f"Pay: {rule.id}, {_NATURES[rule.nature]}")
    reads = "score" if isinstance(rule.reads, ReadsScore) else rule.reads.component
    if (read is None) != (int(line.states[row]) != 0):
        ledger.refuse("points", f"the line and the scorecard do not agree on whether {reads!r} is missing")
    if read is None:
        for name, steps, places in (
            ("adjustment", line.adjustments, plan.places.adjustment),
            ("amount", line.amounts, digits),
        ):
            for step in steps:
                ledger.hold(name, 0, int(step[row]), places)
        ledger.say(
            "amount",
            "amount",
            exact=Fraction(0),
            text=fixed_text(0, digits),
            unit=plan.currency,
            note=f"{reads} is missing, so the plan makes no adjustment",
        )
        return
    ledger.hold("points", read, int(line.points[row]), plan.places.points)
    points = Fraction(read, 10**plan.places.points)
    ledger.say("points", f"{reads}, x", exact=points, text=fixed_text(read, plan.places.points))
    _base(ledger, plan, rule, line, span)
    adjustment = _adjustment(ledger, plan, rule, line, row, points)
    _amount(ledger, plan, rule, line, row, adjustment)


def _base(ledger: Ledger, plan: Plan, rule: PayRule, line: RuleLines, span: RowSpan) -> None:
    digits, base = minor_digits(plan.currency), int(line.base_minor[span.row])
    ledger.say(
        "base",
        rule.base,
        exact=Fraction(base, 10**digits),
        text=fixed_text(base, digits),
        unit=plan.currency,
        note=""
        if span.part == 1
        else f"the part that falls on these {span.days} days, divided by days over the seats held",
    )


def _percent(value: Fraction) -> str:
    """Write a value of a pay curve, such as 1/10, as the per cent it means."""
    return number_text(value * 100)


def _adjustment(ledger: Ledger, plan: Plan, rule: PayRule, line: RuleLines, row: int, points: Fraction) -> Fraction:
    """Write the adjustment as the curve gives it, then after each limit; give it in per cent."""
    places = plan.places.adjustment
    given = on_curve(rule.curve, points, show=_percent)
    if given is None:
        ledger.refuse(
            "adjustment", f"the pay curve refuses to answer at {number_text(points)}, and the result has a line"
        )
    now = int(line.adjustments[0][row])
    ledger.publish(
        "adjustment",
        "adjustment",
        exact=given.value * 100,
        stored=now,
        places=places,
        formula=given.formula,
        unit="%",
        note=given.where,
    )
    for place, (limit, after) in enumerate(zip(adjustment_limits(rule), line.adjustments[1:], strict=True), start=1):
        bound = published(limit.at * 100, places=places, rounding=plan.rounding)
        match limit:
            case Cap():
                limited, formula = min(now, bound), f"min({fixed_text(now, places)}, {fixed_text(bound, places)})"
            case Floor():
                limited, formula = max(now, bound), f"max({fixed_text(now, places)}, {fixed_text(bound, places)})"
            case Guard():
                limited, formula = max(now, -bound), f"max({fixed_text(now, places)}, {fixed_text(-bound, places)})"
            case _:  # pragma: no cover
                assert_never(limit)
        held = fixed_text(abs(now - limited), places)
        note = "it does not bind" if limited == now else f"it binds, by {held}%"
        ledger.publish(
            f"limit {place}", limit_text(limit), exact=Fraction(limited, 10**places), stored=int(after[row]),
            places=places, formula=formula, unit="%", note=note,
        )  # fmt: skip
        now = limited
    return Fraction(now, 10**places)


def _amount(ledger: Ledger, plan: Plan, rule: PayRule, line: RuleLines, row: int, adjustment: Fraction) -> None:
    """Write the amount, rounded once, then after each limit."""
    digits = minor_digits(plan.currency)
    base, now = int(line.base_minor[row]), int(line.amounts[0][row])
    ledger.publish(
        "amount",
        "amount",
        exact=Fraction(base, 10**digits) * adjustment / 100,
        stored=now,
        places=digits,
        formula=f"{fixed_text(base, digits)} * {decimal_text(adjustment)} / 100",
        unit=plan.currency,
    )
    for place, (limit, after) in enumerate(zip(amount_limits(rule), line.amounts[1:], strict=True), start=1):
        bound = published(limit.amount, places=digits, rounding=plan.rounding)
        match limit:
            case AmountCap():
                limited, word = min(now, bound), "min"
            case AmountFloor():
                limited, word = max(now, bound), "max"
            case _:  # pragma: no cover
                assert_never(limit)
        held = fixed_text(abs(now - limited), digits)
        ledger.publish(
            f"amount limit {place}", limit_text(limit), exact=Fraction(limited, 10**digits), stored=int(after[row]),
            places=digits, formula=f"{word}({fixed_text(now, digits)}, {fixed_text(bound, digits)})",
            unit=plan.currency, note="it does not bind" if limited == now else f"it binds, by {held}",
        )  # fmt: skip
        now = limited


def explain_sum(ledger: Ledger, plan: Plan, amounts: Sequence[int]) -> int:
    """Write the sum of all lines; give it in minor units."""
    digits, total = minor_digits(plan.currency), sum(amounts)
    ledger.open(("pay",), 0, "All lines together")
    ledger.say(
        "amount",
        "amount",
        exact=Fraction(total, 10**digits),
        formula=" + ".join(fixed_text(amount, digits) for amount in amounts) if len(amounts) > 1 else "",
        text=fixed_text(total, digits),
        unit=plan.currency,
    )
    return total

"""Amounts that cannot be meant, and where each is held. Ids are those of the case list."""

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import jointpay as jp
from jointpay.errors import DataError
from jointpay.plan.presets import preset_text

Run = Callable[..., tuple[int, list[str]]]
Spoil = Callable[..., Path]

CURVE = "curve: {kind: proportional, times: 1%, origin: 100, from: 100, to: 150}"
LIMIT = "limits: [{kind: cap, at: 30%}]"


def settled(text: str, *, orders: int, amount: Any = "1000.00") -> jp.Settlement:
    """Pay one seller for one month."""
    plan = jp.plan_from_text(text, format="yaml")
    data = jp.dataset(
        plan,
        facts=jp.read_facts({"day": ["2026-01-05"], "item": ["poster"], "orders": [orders]}, plan),
        credits=jp.read_credits({"person": ["an"], "role": ["seller"], "item": ["poster"], "share": ["1"]}, plan),
        people=jp.read_people({"person": ["an"], "role": ["seller"]}, plan),
    )
    pay = {"person": ["an"], "period": ["2026-01"], "base": ["monthly_salary"], "amount": [amount]}
    return jp.settle(plan, jp.score(plan, data), jp.read_base_pay(pay, plan))


def test_a_deduction_is_held_at_the_guard_and_the_rest_is_reported() -> None:
    """M022: 50 points short cost 50%, and the guard stops at 20% of the base."""
    text = preset_text("minimal").replace(CURVE, CURVE.replace("from: 100", "from: 0"))
    text = text.replace(LIMIT, "limits: [{kind: guard, at: 20%}]\n        nature: loss_compensation")
    settlement = settled(text, orders=50)
    line = {name: cells[0] for name, cells in settlement.frame("lines", backend=None).items()}
    assert (line["adjustment_raw"], line["adjustment"], line["amount"]) == ("-50.00", "-20.00", "-200.00")
    assert line["nature"] == "loss_compensation"
    (limit,) = [term for term in jp.explain(settlement, "an", "2026-01").terms if term.label == "guard 20%"]
    assert limit.note == "it binds, by 30.00%"


def test_a_guard_holds_nothing_back_that_is_smaller() -> None:
    text = preset_text("minimal").replace(CURVE, CURVE.replace("from: 100", "from: 0"))
    settlement = settled(text.replace(LIMIT, "limits: [{kind: guard, at: 20%}]"), orders=80)
    assert settlement.lines[0].amount_minor.tolist() == [-20000]


def test_who_has_a_score_that_the_pay_curve_refuses_is_named(run: Run, spoil: Spoil) -> None:
    refusing = "curve: {kind: points, points: [{at: 30, gives: 0}, {at: 150, gives: 10%}], below: refuse, above: clamp}"
    spoil("plan.yaml", CURVE, refusing)
    code, told = run()
    assert code == 1
    assert [line for line in told if line.startswith("error")] == [
        f"error: roles.seller.pay.performance: person '{person}', period '2026-02': the points lie where the pay curve refuses "
        "to answer; next: say what the curve gives there [curve_refuses]"
        for person in ("D1", "D2")
    ]


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (0.1, "#.# is a float, and binary floats are refused because most of them are not the number that was written"),
        (Decimal("12.345"), "Decimal('##.###') has more decimals than CNY; allowed: at most 2 (0.00 CNY)"),
        (Fraction(1, 3), "Fraction(#, #) has more decimals than CNY; allowed: at most 2 (0.00 CNY)"),
        (Decimal("NaN"), "Decimal('NaN') is not finite; allowed: a finite number"),
        (Decimal("sNaN"), "Decimal('sNaN') is not finite; allowed: a finite number"),
        (Decimal("-Infinity"), "Decimal('-Infinity') is not finite; allowed: a finite number"),
        (Decimal("1E+27"), "Decimal('#E+##') has too many digits; allowed: at most 18 before the point and 12 after it"),
        (10**27, f"{'#' * 28} CNY is too large; allowed: at most 92233720368547758.07 CNY in size"),
        (Decimal("-0"), "the amount is zero; allowed: more than 0"),
        (True, "True is a boolean, not a number; allowed: 0.4, 40%, 1/3"),
        ("12.299999999999999", "'##.###############' has too many digits; allowed: at most 18 before the point and 12"),
    ],
    ids=[
        "M001", "M002", "M002 fraction", "M011 NaN", "M011 sNaN", "M011 infinity", "M013 decimal", "M013 int", "M011 minus zero",
        "boolean", "E034",
    ],
)  # fmt: skip
def test_no_amount_comes_in_that_is_not_exact(amount: object, told: str) -> None:
    with pytest.raises(DataError, match=r"row 2, column 'amount', person 'an'") as caught:
        settled(preset_text("minimal"), orders=130, amount=amount)
    (finding,) = caught.value.findings
    assert str(finding).startswith(f"base pay: row 2, column 'amount', person 'an': {told}")


def test_an_amount_that_every_context_would_round_is_paid_exactly() -> None:
    """M013: 30% of the largest base there is."""
    settlement = settled(preset_text("minimal"), orders=150, amount="92233720368547758.07")
    assert settlement.lines[0].amount_minor.tolist() == [2_767_011_611_056_432_742]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("base_pay.csv", "98765.43", "98765.435"),
        ("base_pay.csv", "98765.43", "-98765.43"),
        ("base_pay.csv", "98765.43", '"98,765.43"'),
        ("base_pay.csv", "D2,2026-01", "D1,2026-01"),
        ("base_pay.csv", "D2,2026-02", "D9,2026-02"),
        ("base_pay.csv", "2026-02", "2026-13"),
        ("base_pay.csv", "monthly_salary,98765.43", "monthly,98765.43"),
        ("base_pay.csv", "98765.43", "98765.43,extra"),
        ("base_pay.csv", "98765.43", '"98765.43'),
        ("base_pay.csv", "98765.43", "98765.43\x00"),
        ("base_pay.csv", "98765.43", '5"98765.43"'),
        ("base_pay.csv", "amount", "amonut"),
        ("base_pay.csv", "person,period,base,amount\n", ""),
        ("credits.csv", "1/3", "4/3"),
        ("people.csv", "seller", "buyer"),
    ],
)
def test_no_message_holds_a_salary(run: Run, spoil: Spoil, name: str, old: str, new: str) -> None:
    """R013: messages end up in logs; rows, columns and ids are told, amounts are not."""
    spoil(name, old, new)
    code, told = run()
    assert code == 1
    assert not re.search(r"98[, ]?765|87[, ]?654", "\n".join(told)), told
    assert any(re.search(r"row \d+|person '", line) for line in told)


@pytest.mark.parametrize("amount", ["98765.43\x00", "98765.43" * 20_000, "98765,43"])
def test_no_message_about_a_frame_holds_a_salary(amount: str) -> None:
    """R013."""
    pay = {"person": ["an"], "period": ["2026-01"], "base": ["monthly_salary"], "amount": [amount]}
    with pytest.raises(DataError, match=r"row 2, column 'amount'.*#####[.,]##") as caught:
        jp.read_base_pay(pay, jp.presets.minimal())
    assert "98765" not in str(caught.value)
    with pytest.raises(DataError, match="98765"):
        jp.read_base_pay(pay, jp.presets.minimal(), show_amounts=True)

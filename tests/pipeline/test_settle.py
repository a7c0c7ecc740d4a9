from collections.abc import Callable

import pytest

from jointpay.data.base_pay import BasePay
from jointpay.data.dataset import Dataset
from jointpay.errors import DataError, MismatchError, MissingValueError
from jointpay.pipeline import score, settle
from jointpay.plan.plan import Plan

Plans = Callable[..., Plan]
Shops = Callable[..., Dataset]
Salaries = Callable[..., BasePay]
CAP = "limits: [{kind: cap, at: 30%}]"


def test_a_base_is_split_by_days_and_every_line_is_rounded_once(
    plan_with: Plans, shop: Shops, salaries: Salaries
) -> None:
    plan = plan_with()
    (lines,) = settle(plan, score(plan, shop(plan)), salaries(plan)).lines
    # 1000.01 over 10 and 20 days of January: 333.336... and 666.673..., the cent left over to the larger remainder.
    assert lines.base_minor.tolist() == [100001, 33334, 66667, 100001, 100001]
    # 39.49% is capped at 30%: 100.002; 50% at 30%: 300.003.
    assert [step.tolist() for step in lines.adjustments] == [[0, 3949, 0, 0, 5000], [0, 3000, 0, 0, 3000]]
    assert lines.amount_minor.tolist() == [0, 10000, 0, 0, 30000]


def test_limits_apply_in_the_order_written(plan_with: Plans, shop: Shops, salaries: Salaries) -> None:
    limits = "limits: [{kind: floor, at: 5%}, {kind: guard, at: 1%}, {kind: cap, at: 30%}, {kind: amount_cap, amount: 120.00}, {kind: amount_floor, amount: 20.05}]"
    plan = plan_with((CAP, limits))
    (lines,) = settle(plan, score(plan, shop(plan)), salaries(plan)).lines
    assert [step.tolist() for step in lines.adjustments] == [
        [0, 3949, 0, 0, 5000],
        [500, 3949, 500, 500, 5000],
        [500, 3949, 500, 500, 5000],
        [500, 3000, 500, 500, 3000],
    ]
    assert [step.tolist() for step in lines.amounts] == [
        [5000, 10000, 3333, 5000, 30000],
        [5000, 10000, 3333, 5000, 12000],
        [5000, 10000, 3333, 5000, 12000],
    ]


def test_everybody_without_a_base_is_named(plan_with: Plans, shop: Shops, salaries: Salaries) -> None:
    plan = plan_with()
    with pytest.raises(DataError) as refused:
        settle(plan, score(plan, shop(plan)), salaries(plan, people=["an"], periods=["2026-01"]))
    assert [finding.place.who for finding in refused.value.findings] == [
        "person 'bo', period '2026-01'",
        "person 'an', period '2026-02'",
        "person 'bo', period '2026-02'",
    ]
    assert "there is no pay base 'monthly_salary', which rule 'performance' of role 'seller'" in str(refused.value)


def test_what_does_not_belong_together_is_refused(plan_with: Plans, shop: Shops, salaries: Salaries) -> None:
    plan, other = plan_with(), plan_with(("value: 100}", "value: 101}"))
    card = score(plan, shop(plan))
    with pytest.raises(MismatchError, match="the scorecard is of the plan with digest"):
        settle(other, card, salaries(other))
    euros = plan_with(("currency: CNY", "currency: EUR"))
    with pytest.raises(MismatchError, match="the pay bases are in EUR, and plan 'minimal' pays in CNY"):
        settle(plan, card, salaries(euros))


def test_a_pay_curve_that_refuses_stops_the_run(plan_with: Plans, shop: Shops, salaries: Salaries) -> None:
    old = "curve: {kind: proportional, times: 1%, origin: 100, from: 100, to: 150}"
    new = "curve: {kind: points, points: [{at: 50, gives: 0}, {at: 150, gives: 10%}], below: refuse, above: clamp}"
    plan = plan_with((old, new))
    with pytest.raises(DataError, match="where the pay curve refuses to answer"):
        settle(plan, score(plan, shop(plan)), salaries(plan))


RATIO = (
    (
        "  orders: {kind: count, events: [order]}",
        "  orders: {kind: count, events: [order]}\n  clicks: {kind: count, events: [click]}",
    ),
    (
        "    kind: total\n    total: orders\n    unit: count",
        "    kind: ratio\n    numerator: orders\n    denominator: clicks\n    unit: ratio",
    ),
    ("missing: error ", "missing: leave_out "),
    ("        combine: weighted_mean\n", "        combine: weighted_mean\n        missing: leave_out\n"),
)
CLICKS = {"day": ["2026-01-05"], "item": ["p1"], "channel": ["web"], "orders": [90], "clicks": [100]}


def test_no_points_pay_nothing_where_the_role_says_so(plan_with: Plans, shop: Shops, salaries: Salaries) -> None:
    plan = plan_with(
        *RATIO, ("  seller:\n", "  seller:\n    missing: no_adjustment\n"), (CAP, "limits: [{kind: floor, at: 5%}]")
    )
    settlement = settle(plan, score(plan, shop(plan, facts=CLICKS)), salaries(plan))
    (lines,) = settlement.lines
    assert lines.states.tolist() == [0, 0, 6]
    # The floor of 5% holds for those who have points; without any there is no adjustment at all.
    assert lines.adjustment.tolist() == [500, 500, 0]
    assert lines.amount_minor.tolist()[2] == 0


def test_no_points_stop_the_run_where_the_role_says_so(plan_with: Plans, shop: Shops, salaries: Salaries) -> None:
    plan = plan_with(*RATIO, ("  seller:\n", "  seller:\n    missing: error\n"))
    card = score(plan, shop(plan, facts=CLICKS))
    with pytest.raises(MissingValueError, match="person 'bo', period '2026-01': there are no points to pay by"):
        settle(plan, card, salaries(plan))

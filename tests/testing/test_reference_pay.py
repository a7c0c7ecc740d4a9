"""The reference of settling on small cases worked by hand: limits, splits of a base, what is left out."""

from typing import Any

import pytest

from jointpay.data.base_pay import read_base_pay
from jointpay.errors import DataError, MissingValueError
from jointpay.plan.plan import Plan
from jointpay.testing.examples import component, credits_table, facts_table, measure, people_table, plan, read, table
from jointpay.testing.reference import reference_settlement

ADA = people_table(("ada", "designer", "", "", "north"))


def settled(made: Plan, seats: dict[str, list[object]], base: str = "1000.01") -> list[tuple[str, Any]]:
    data = read(
        made,
        seats,
        credits_table(("ada", "designer", "poster", "1", "", "")),
        facts_table(("2026-01-15", "poster", "feed", 30, 0)),
    )
    pay = read_base_pay(table("person period base amount", ("ada", "2026-01", "basic", base)), made)
    lines = reference_settlement(made, data, pay).rules
    return [(role, line) for (role, _), each in lines.items() for line in each]


def pay_rule(*limits: dict[str, str], gives: str = "1") -> dict[str, Any]:
    level = {"kind": "threshold", "at": "0", "below_gives": gives, "gives": gives, "edge": "upper"}
    return {
        "id": "bonus",
        "base": "basic",
        "reads": "score",
        "curve": level,
        "limits": list(limits),
        "allow_decreasing": True,
    }


def paying(rule: dict[str, Any], **changed: Any) -> Plan:
    body = {"components": {"quality": component(measure(), missing="zero")}, "pay": [rule]} | changed
    return plan({"designer": body})


def test_limits_work_in_the_order_written_and_amounts_after_adjustments() -> None:
    cap, floor = {"kind": "cap", "at": "30%"}, {"kind": "floor", "at": "-10%"}
    most, least = {"kind": "amount_cap", "amount": "100"}, {"kind": "amount_floor", "amount": "-50"}
    # 100%, capped 30%, not below -10%; 1000.01 * 30% = 300.003 -> 300.00; at most 100; at least -50
    [(_, line)] = settled(paying(pay_rule(cap, floor, most, least)), ADA)
    assert (line.adjustments, line.amounts) == ((10000, 3000, 3000), (30000, 10000, 10000))
    # the same the other way round
    [(_, line)] = settled(paying(pay_rule(floor, cap, least, most)), ADA)
    assert (line.adjustments, line.amounts) == ((10000, 10000, 3000), (30000, 30000, 10000))
    # -100%, floored -10%; 1000.01 * -10% = -100.001 -> -100.00; at least -50
    [(_, line)] = settled(paying(pay_rule(floor, cap, least, most, gives="-1")), ADA)
    assert (line.adjustments, line.amounts) == ((-10000, -1000, -1000), (-10000, -5000, -5000))


def test_a_guard_holds_a_deduction_back_and_rounding_is_symmetric() -> None:
    guard = {"kind": "guard", "at": "20%"}
    made = paying(pay_rule(guard, gives="-50%") | {"nature": "loss_compensation"})
    # -50%, at most -20%; 1000.03 * -20% = -200.006 -> -200.01
    [(_, line)] = settled(made, ADA, "1000.03")
    assert (line.adjustments, line.amounts) == ((-5000, -2000), (-20001,))


def test_a_base_is_split_over_all_rows_of_a_person_by_days() -> None:
    two = people_table(
        ("ada", "designer", "", "2026-01-11", "north"),
        ("ada", "operator", "2026-01-11", "2026-01-21", "north"),
        ("ada", "designer", "2026-01-21", "2026-01-31", "south"),
    )
    body = {"components": {"quality": component(measure(), missing="zero")}, "pay": [pay_rule()]}
    other = {"components": {"quality": component(measure(), missing="zero")}}
    made = plan({"designer": body, "operator": other})
    # three rows of 10 days: 1.00 splits into 0.34, 0.33, 0.33, the spare cent to the earliest; the 31st has no seat.
    # The operator's part is not paid by any rule.
    assert [line.base_minor for _, line in settled(made, two, "1.00")] == [34, 33]


def test_a_person_with_a_rule_and_without_base_is_named() -> None:
    body = {"components": {"quality": component(measure(), missing="zero")}}
    rules = [pay_rule(), pay_rule() | {"id": "extra", "base": "variable"}]
    made = plan({"designer": {**body, "pay": rules}})
    with pytest.raises(DataError, match=r"person 'ada': there is no base pay 'variable' in period '2026-01'"):
        settled(made, ADA)


def test_a_rule_that_reads_something_left_out_adjusts_nothing() -> None:
    left_out = component(measure("rate"), missing="leave_out")
    rule = pay_rule({"kind": "floor", "at": "10%"}, {"kind": "amount_floor", "amount": "5"})
    made = plan({"designer": {"components": {"quality": left_out}, "pay": [rule], "missing": "no_adjustment"}})
    data = read(
        made,
        ADA,
        credits_table(("ada", "designer", "poster", "1", "", "")),
        facts_table(("2026-01-15", "film", "feed", 30, 0)),
    )
    pay = read_base_pay(table("person period base amount", ("ada", "2026-01", "basic", "10")), made)
    [[line]] = reference_settlement(made, data, pay).rules.values()
    assert (line.points, line.state, line.base_minor, line.adjustments, line.amounts) == (0, 6, 1000, (0, 0), (0, 0))
    made = plan({"designer": {"components": {"quality": left_out}, "pay": [rule], "missing": "error"}})
    with pytest.raises(MissingValueError, match=r"person 'ada': pay rule 'bonus' of role 'designer'"):
        reference_settlement(made, data, pay)

"""Paths of five visitors, worked by hand under every rule: the heuristics that attribution packages publish, in millionths.

Paths (a touch is a click on the item of that letter), and what was ordered at their ends. Days of June 2026:

visitor   path                              order      revenue
v1        A (1st) > B (8th) > C (15th)      15th       300.00
v2        A (1st) > B (8th)                 8th        100.00
v3        B (2nd)                           3rd         50.00
v4        C (1st) > A (8th) > A > B (15th)  15th       400.00     the last two at one instant, A with the earlier id
v5        A (4th) > C (5th)                 none                  a path that leads to nothing changes nothing
nobody    -                                 20th        20.00     nobody knows the visitor: no touch

Orders by item, in millionths; every row sums to four orders:

                     A           B           C
first click   2,000,000   1,000,000   1,000,000     v1 A, v2 A, v3 B, v4 C
last click            0   3,000,000   1,000,000     v1 C, v2 B, v3 B, v4 B
linear        1,333,334   2,083,333     583,333     v1 1/3 each, the millionth left over to A; v2 1/2; v3 B; v4 C 1/4,
                                                    A 2/4, B 1/4
40/20/40      1,100,000   2,100,000     800,000     v1 A .4 B .2 C .4; v2 .5 .5; v3 B; v4 C .4 A .1 A .1 B .4
half a week   1,021,645   2,316,017     662,338     see below

With a half-life of seven days the weights of v1 are 1/4, 1/2 and 1, that is 1/7, 2/7 and 4/7 of the order: 142,857.14...,
285,714.28... and 571,428.57...; the millionth left over goes to the largest remainder, C. v2: 1/3 and 2/3, 333,333 and
666,667. v4: 1/4, 1/2, 1 and 1 of 2.75, that is 1/11, 2/11, 4/11 and 4/11: 90,909.09..., 181,818.18..., 363,636.36...
twice; the remainders of the last two are equal, and the earlier touch, A, gets the millionth.
A = 142,857 + 333,333 + 181,818 + 363,637, B = 285,714 + 666,667 + 1,000,000 + 363,636, C = 571,429 + 90,909.

Revenue (in cents, times a million) is that of each order times its millionths: under first click A has 300 + 100, B 50 and
C 400.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from jointpay.data.base_pay import read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.events import measure
from jointpay.data.facts import Exclusion, Facts
from jointpay.data.people import read_people
from jointpay.pipeline import score, settle
from jointpay.plan.plan import Plan
from jointpay.plan.presets import design_operations_sales
from jointpay.results.explain import explain
from jointpay.results.settlement import Settlement

Rows = list[tuple[str, str, str, str, str, int | None, str]]
DAYS_28 = {"days": 28}

PATHS: Rows = [
    # id, day and clock, item, kind, visitor, value, order
    ("t01", "01 09:00", "A", "click", "v1", None, ""),
    ("t02", "08 09:00", "B", "click", "v1", None, ""),
    ("t03", "15 09:00", "C", "click", "v1", None, ""),
    ("o1", "15 10:00", "", "payment", "v1", 300_00, ""),
    ("t04", "01 10:00", "A", "click", "v2", None, ""),
    ("t05", "08 10:00", "B", "click", "v2", None, ""),
    ("o2", "08 10:00", "", "payment", "v2", 100_00, ""),
    ("t06", "02 10:00", "B", "click", "v3", None, ""),
    ("o3", "03 10:00", "", "payment", "v3", 50_00, ""),
    ("t07", "01 11:00", "C", "click", "v4", None, ""),
    ("t08", "08 11:00", "A", "click", "v4", None, ""),
    ("t09", "15 11:00", "A", "click", "v4", None, ""),
    ("t10", "15 11:00", "B", "click", "v4", None, ""),
    ("o4", "15 12:00", "", "payment", "v4", 400_00, ""),
    ("t11", "04 10:00", "A", "click", "v5", None, ""),
    ("t12", "05 10:00", "C", "click", "v5", None, ""),
    ("o5", "20 10:00", "", "payment", "", 20_00, ""),
]
RULES: dict[str, dict[str, Any]] = {
    "first_click": {},
    "last_click": {},
    "linear": {},
    "position_based": {"first": "40%", "last": "40%"},
    "time_decay": {"half_life": 7 * 86_400},
}
BY_ITEM = {
    "first_click": {"A": 2_000_000, "B": 1_000_000, "C": 1_000_000},
    "last_click": {"A": 0, "B": 3_000_000, "C": 1_000_000},
    "linear": {"A": 1_333_334, "B": 2_083_333, "C": 583_333},
    "position_based": {"A": 1_100_000, "B": 2_100_000, "C": 800_000},
    "time_decay": {"A": 1_021_645, "B": 2_316_017, "C": 662_338},
}


def plan_by(kind: str, *, window: Mapping[str, int] = DAYS_28, **fields: object) -> Plan:
    tree = design_operations_sales().to_json_tree()
    tree["events"]["attribution"] = {
        "kind": kind,
        "credited": ["payment"],
        "reversed_by": ["refund"],
        "touches": {"events": ["click"]},
        "window": window,
        **fields,
    }
    return Plan.model_validate(tree)


def log_of(rows: Rows) -> dict[str, list[Any]]:
    ids, times, items, kinds, visitors, values, orders = map(list, zip(*rows, strict=True))
    return {
        "event_id": ids,
        "time": [f"2026-06-{str(time).replace(' ', 'T')}:00+08:00" for time in times],
        "item": items,
        "kind": kinds,
        "visitor_id": visitors,
        "value": values,
        "order_id": orders,
    }


def by_item(facts: Facts, total: str) -> dict[str, int]:
    found = dict.fromkeys(facts.item_ids, 0)
    for item, number in zip(facts.items.tolist(), facts.totals[total].tolist(), strict=True):
        found[facts.item_ids[item]] += number
    return found


@pytest.mark.parametrize("kind", list(RULES))
def test_four_orders_are_divided_as_by_hand(kind: str) -> None:
    facts = measure(log_of(PATHS), plan_by(kind, **RULES[kind]))
    assert by_item(facts, "payments") == BY_ITEM[kind]
    assert sum(by_item(facts, "payments").values()) == 4_000_000
    assert sum(by_item(facts, "revenue").values()) == (300_00 + 100_00 + 50_00 + 400_00) * 1_000_000
    # Clicks are clicks, whatever they led to, and totals that no order changes count as ever.
    assert by_item(facts, "clicks") == {"A": 5, "B": 4, "C": 3}
    nothing = dict.fromkeys(facts.totals, 0)
    left_out = nothing | {"payments": 1_000_000, "revenue": 20_00 * 1_000_000}
    assert facts.excluded == (Exclusion("no_touch", 1, left_out),)


def test_revenue_goes_with_its_order() -> None:
    first = measure(log_of(PATHS), plan_by("first_click"))
    assert by_item(first, "revenue") == {"A": 400_00_000_000, "B": 50_00_000_000, "C": 400_00_000_000}
    linear = measure(log_of(PATHS), plan_by("linear"))
    assert by_item(linear, "revenue") == {
        "A": 300_00 * 333_334 + 100_00 * 500_000 + 400_00 * 500_000,
        "B": 300_00 * 333_333 + 100_00 * 500_000 + 50_00 * 1_000_000 + 400_00 * 250_000,
        "C": 300_00 * 333_333 + 400_00 * 250_000,
    }


def test_orders_count_on_their_own_day_and_not_on_that_of_the_touch() -> None:
    facts = measure(log_of(PATHS), plan_by("first_click"))
    days = {day - 20_604: 0 for day in facts.days.tolist()}  # 2026-05-31
    for day, number in zip(facts.days.tolist(), facts.totals["payments"].tolist(), strict=True):
        days[day - 20_604] += number
    assert {day: number for day, number in days.items() if number} == {3: 1_000_000, 8: 1_000_000, 15: 2_000_000}


def test_a_shorter_window_forgets_early_touches() -> None:
    # v1 and v4 lose their touch on the 1st, and those on the 8th lie exactly at the edge: B and A.
    facts = measure(log_of(PATHS), plan_by("first_click", window={"days": 7, "seconds": 3600}))
    assert by_item(facts, "payments") == {"A": 1_000_000 + 1_000_000, "B": 1_000_000 + 1_000_000, "C": 0}
    # An hour less, and v1 has only C left and v4 its two on the 15th, A first; v2's A lies exactly at the edge.
    exactly = measure(log_of(PATHS), plan_by("first_click", window={"seconds": 604_800}))
    assert by_item(exactly, "payments") == {"A": 2_000_000, "B": 1_000_000, "C": 1_000_000}
    less = measure(log_of(PATHS), plan_by("first_click", window={"seconds": 604_799}))
    assert by_item(less, "payments") == {"A": 1_000_000, "B": 2_000_000, "C": 1_000_000}


@pytest.mark.parametrize("kind", list(RULES))
def test_a_refund_takes_back_what_its_order_gave(kind: str) -> None:
    refunds: Rows = [
        ("r1", "25 10:00", "", "refund", "somebody else", 300_00, "o1"),
        ("r2", "26 10:00", "", "refund", "", 100_00, "o2"),
        ("r3", "26 11:00", "A", "refund", "", 50_00, "o3"),
        ("r4", "26 12:00", "", "refund", "", 150_00, "o4"),
        ("r5", "26 13:00", "", "refund", "", 250_00, "o4"),
        ("r6", "27 10:00", "", "refund", "", 20_00, "o5"),
        ("r7", "27 11:00", "", "refund", "", 7_00, "o77"),
        ("r8", "27 12:00", "", "refund", "", 8_00, "t01"),
    ]
    facts = measure(log_of([*PATHS, *refunds]), plan_by(kind, **RULES[kind]))
    assert by_item(facts, "revenue") == {"A": 0, "B": 0, "C": 0}
    # v4's order came back in two halves, so that one refund more is counted than it had payments.
    assert sum(by_item(facts, "payments").values()) == -1_000_000
    nothing = dict.fromkeys(facts.totals, 0)
    assert facts.excluded == (
        Exclusion("no_touch", 2, nothing),
        Exclusion("order_unknown", 2, nothing | {"payments": -2_000_000, "revenue": -15_00_000_000}),
    )


PEOPLE = {
    "person": ["ming", "lin", "zhao"],
    "role": ["designer", "operator", "sales"],
    "from": ["2026-01-01"] * 3,
    "to": [""] * 3,
}
CREDITS = {
    "person": ["ming", "ming", "lin", "lin", "zhao", "zhao"],
    "role": ["designer", "designer", "operator", "operator", "sales", "sales"],
    "item": ["A", "B", "A", "B", "A", "B"],
    "share": ["1/3", "1", "1", "1/2", "1", "1"],
    "from": ["2026-01-01"] * 6,
    "to": [""] * 6,
}
BASE_PAY = {
    "person": ["ming", "lin", "zhao"],
    "period": ["2026-06"] * 3,
    "base": ["monthly_salary"] * 3,
    "amount": ["8000.00", "7000.00", "6000.00"],
}


def shop_log() -> Rows:
    """Give two months in which every payment names its item and has one touch, on that item."""
    rows: Rows = []
    sold = {"05": {"A": 3, "B": 2}, "06": {"A": 4, "B": 1}}
    for month, items in sold.items():
        for item, payments in items.items():
            for number in range(12):
                name, day = f"{month}{item}{number}", f"{month}-{number + 1:02}"
                rows.append((f"i{name}", f"{day}T08:00", item, "impression", name, None, ""))
                rows.append((f"c{name}", f"{day}T09:00", item, "click", name, None, ""))
                rows.append((f"d{name}", f"{day}T09:01", item, "dwell", name, 9_000 + number, ""))
                if number < payments + 2:
                    rows.append((f"o{name}", f"{day}T09:30", item, "order", name, None, ""))
                if number < payments:
                    rows.append((f"p{name}", f"{day}T10:00", item, "payment", name, 70_00 + number, ""))
            rows.append((f"s{month}{item}", f"{month}-20T10:00", item, "rating", "", 4, ""))
        rows.append((f"r{month}", f"{month}-21T10:00", "A", "refund", "", 70_00, f"p{month}A0"))
    return rows


def settled(plan: Plan) -> Settlement:
    log = log_of(shop_log())
    log["time"] = [str(time).replace("2026-06-0", "2026-0") for time in log["time"]]
    case = dataset(
        plan, facts=measure(log, plan), credits=read_credits(CREDITS, plan), people=read_people(PEOPLE, plan)
    )
    return settle(plan, score(plan, case, periods=["2026-06"]), read_base_pay(BASE_PAY, plan))


@pytest.mark.parametrize("kind", list(RULES))
def test_one_touch_for_each_order_pays_what_direct_attribution_pays(kind: str) -> None:
    direct, by_touch = settled(design_operations_sales()), settled(plan_by(kind, **RULES[kind]))
    amounts = [[amount.tolist() for amount in lines.amounts] for lines in by_touch.lines]
    assert amounts == [[amount.tolist() for amount in lines.amounts] for lines in direct.lines]
    for old, new in zip(direct.scorecard.roles, by_touch.scorecard.roles, strict=True):
        assert new.scores.tolist() == old.scores.tolist()
        assert any(int(points) not in {0, 100_00, 150_00} for points in new.scores)
        for before, after in zip(old.components, new.components, strict=True):
            assert after.points.tolist() == before.points.tolist()


def test_explanations_speak_of_payments_and_not_of_millionths() -> None:
    told = str(explain(settled(plan_by("linear")), "ming", "2026-06"))
    assert "      payments                  2 (own items, by share)\n" in told
    assert "      Payments kept per order   2 / 5 = 0.400000\n" in told
    assert "payments in the baseline  16000000 / 6000000 = 8/3 (own items, by share" in told

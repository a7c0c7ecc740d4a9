from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jointpay.audit import refund_nets_to_zero
from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.events import measure
from jointpay.data.people import read_people
from jointpay.pipeline import score
from jointpay.plan.plan import Plan
from jointpay.plan.presets import design_operations, design_operations_sales, minimal
from jointpay.testing.strategies import plans

PROPERTY = settings(settings.get_profile("properties"), max_examples=15)


@PROPERTY
@given(plan=plans())
def test_every_total_that_takes_refunds_away_nets_to_zero(plan: Plan) -> None:
    for found in refund_nets_to_zero(plan):
        witness = dict(found.witness)
        total = plan.totals[found.place.path.removeprefix("totals.")]
        assert witness["sale"] in total.events
        if witness["refund"] in total.minus:
            # Only where one of the two kinds is limited, or credited by touch, and the other is not.
            limits, rule = plan.events.value_limits, plan.events.attribution
            apart = rule is not None and (witness["sale"] in rule.credited) != (witness["refund"] in rule.reversed_by)
            assert apart or limits.get(witness["sale"]) != limits.get(witness["refund"])
            assert found.code == "refund_leaves_rest"
        else:
            assert found.code == "refund_not_taken_away"


def test_the_presets() -> None:
    assert refund_nets_to_zero(design_operations()) == ()
    assert refund_nets_to_zero(design_operations_sales()) == ()
    assert refund_nets_to_zero(minimal()) == ()


def test_columns_that_are_not_read_may_lend_their_names_to_others() -> None:
    plan = design_operations_sales()
    columns = plan.events.columns.model_copy(update={"item": "visitor_id", "kind": "order_id"})
    renamed = plan.model_copy(update={"events": plan.events.model_copy(update={"columns": columns})})
    assert refund_nets_to_zero(renamed) == ()


@PROPERTY
@given(days=st.tuples(st.integers(1, 27), st.integers(1, 27)), cents=st.integers(0, 10**9))
def test_a_sale_and_its_refund_on_any_two_days_change_no_score(days: tuple[int, int], cents: int) -> None:
    plan = design_operations_sales()
    kinds = ["impression", "click", "dwell", "order", "payment", "payment", "refund", "rating"]
    sale, refund = (f"2026-05-{day:02}T09:30:00" for day in days)
    events: dict[str, Sequence[object]] = {
        "event_id": [f"e{place}" for place in range(len(kinds))],
        "time": ["2026-05-04T10:00:00"] * 5 + [sale, refund, "2026-05-05T10:00:00"],
        "item": ["poster"] * len(kinds),
        "channel": ["feed"] * len(kinds),
        "kind": kinds,
        "value": [None, None, 5000, None, 19900, cents, cents, 4],
    }
    without = {
        name: [cell for place, cell in enumerate(cells) if place not in {5, 6}] for name, cells in events.items()
    }
    roles = list(plan.roles)
    table = {"person": roles, "role": roles, "department": ["d"] * 3, "item": ["poster"] * 3, "share": ["1"] * 3}
    people = read_people({name: table[name] for name in ("person", "role", "department")}, plan)
    credit = read_credits({name: table[name] for name in ("person", "role", "item", "share")}, plan)
    cards = [
        score(plan, dataset(plan, facts=measure(log, plan), credits=credit, people=people)) for log in (events, without)
    ]
    assert cards[0].roles[2].scores.tolist() == cards[1].roles[2].scores.tolist()
    assert [role.scores.tolist() for role in cards[0].roles] == [role.scores.tolist() for role in cards[1].roles]


def changed(change: Callable[[dict[str, Any]], None]) -> Plan:
    tree = design_operations_sales().to_json_tree()
    change(tree)
    return Plan.model_validate(tree)


def test_a_cap_on_sales_alone_is_told_with_the_smallest_value() -> None:
    def capped(tree: dict[str, Any]) -> None:
        tree["events"]["value_limits"]["payment"] = {"at_most": "100000", "beyond": "cap"}

    found = refund_nets_to_zero(changed(capped))
    assert [(told.code, told.severity, told.place.path) for told in found] == [
        ("refund_leaves_rest", "error", "totals.revenue")
    ]
    witness = dict(found[0].witness)
    assert (witness["sale"], witness["refund"], witness["value"], witness["rest"]) == (
        "payment",
        "refund",
        "100001",
        "-1",
    )


def test_a_total_that_keeps_refunded_sales_is_told_as_information() -> None:
    def gross(tree: dict[str, Any]) -> None:
        tree["totals"]["payments"]["minus"] = []

    (found,) = refund_nets_to_zero(changed(gross))
    assert (found.code, found.severity, found.place.path) == ("refund_not_taken_away", "info", "totals.payments")
    assert dict(found.witness)["rest"] == "1"


def by_touch(**fields: object) -> Plan:
    def credited(tree: dict[str, Any]) -> None:
        rule = {"kind": "linear", "credited": ["payment"], "touches": {"events": ["click"]}, "window": {"days": 1}}
        tree["events"]["attribution"] = rule | fields

    return changed(credited)


def test_a_refund_takes_back_where_its_sale_was_credited() -> None:
    assert refund_nets_to_zero(by_touch(reversed_by=["refund"])) == ()


def test_a_refund_that_is_not_tied_to_its_sale_leaves_both_where_they_are() -> None:
    found = refund_nets_to_zero(by_touch())
    assert {(told.code, told.place.path) for told in found} == {
        ("refund_leaves_rest", "totals.payments"),
        ("refund_leaves_rest", "totals.revenue"),
    }
    assert found[0].message == (
        "'payment' and 'refund' of the same value 0 leave -1 in total 'payments'; "
        "next: name both in events.attribution, or neither"
    )
    assert dict(found[0].witness)["rest"] == "-1"


def test_a_touch_that_no_filter_lets_through_leaves_nothing_either() -> None:
    def limited(tree: dict[str, Any]) -> None:
        tree["events"]["value_limits"]["dwell"] = {"at_most": "10", "beyond": "refuse"}
        tree["events"]["attribution"] = {
            "kind": "last_click",
            "credited": ["payment"],
            "reversed_by": ["refund"],
            "touches": {"events": ["dwell"], "where": {"at_least": 3000, "channels": ["feed"], "flags": ["seen"]}},
            "window": {"days": 1},
        }

    assert refund_nets_to_zero(changed(limited)) == ()

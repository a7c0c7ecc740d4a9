"""Totals that count a visitor once per interval: how plans declare them, what is refused, and that other plans are what they were."""

from typing import Any

import pytest

from jointpay.errors import PlanError
from jointpay.plan.load import plan_from_text, plan_from_tree

RULE = {"interval": "day", "unknown_visitor": "exclude"}


@pytest.fixture
def tree(full_text: str) -> dict[str, Any]:
    return plan_from_text(full_text, format="yaml").to_json_tree()


def refusals(tree: dict[str, Any]) -> list[str]:
    with pytest.raises(PlanError, match=r".") as refused:
        plan_from_tree(tree)
    return [str(finding).removeprefix("<tree>: ") for finding in refused.value.findings]


def test_the_rule_is_part_of_the_plan_only_where_it_is_written(tree: dict[str, Any]) -> None:
    before = plan_from_tree(tree)
    assert all("once_per" not in total for total in tree["totals"].values())
    tree["totals"]["clicks"]["once_per"] = RULE
    plan = plan_from_tree(tree)
    assert plan.digest != before.digest
    assert plan_from_text(plan.canonical.decode(), format="json").digest == plan.digest
    assert plan.to_json_tree()["totals"]["clicks"]["once_per"] == RULE


@pytest.mark.parametrize("key", ["interval", "unknown_visitor"])
def test_both_parts_of_the_rule_are_stated(tree: dict[str, Any], key: str) -> None:
    tree["totals"]["clicks"]["once_per"] = {name: word for name, word in RULE.items() if name != key}
    (told,) = refusals(tree)
    assert told.startswith(f"totals.clicks.once_per.{key}: it is missing; allowed: ")


def test_a_total_that_takes_away_cannot_count_once(tree: dict[str, Any]) -> None:
    assert tree["totals"]["orders"]["minus"] == ["refund"]
    tree["totals"]["orders"]["once_per"] = RULE
    (told,) = refusals(tree)
    assert told == (
        "totals.orders: once_per and minus stand together, and nobody can say which event is taken back; "
        "allowed: one of them [once_per]"
    )


def test_a_sum_cannot_count_once(tree: dict[str, Any]) -> None:
    tree["totals"]["dwell"]["once_per"] = RULE
    (told,) = refusals(tree)
    assert told.startswith("totals.dwell.once_per: unknown key 'once_per'; allowed: events, minus, where, kind, unit")


def test_orders_that_are_divided_cannot_count_once(tree: dict[str, Any]) -> None:
    tree["events"]["attribution"] = {
        "kind": "linear",
        "credited": ["order"],
        "touches": {"events": ["click"]},
        "window": {"days": 7},
    }
    tree["totals"]["buyers"] = {"kind": "count", "events": ["order"], "once_per": RULE}
    tree["totals"]["clicks"]["once_per"] = RULE
    (told,) = refusals(tree)
    assert told == (
        "totals.buyers.events.0: events of the kind 'order' are credited by touch, in parts, and the total 'buyers' counts "
        "once per interval; allowed: one of them [once_per]"
    )


def test_the_column_of_visitors_is_its_own_where_visitors_are_counted(tree: dict[str, Any]) -> None:
    tree["events"]["columns"] |= {"item": "visitor_id"}
    assert plan_from_tree(tree).events.columns.item == "visitor_id"
    tree["totals"]["clicks"]["once_per"] = RULE
    (told,) = refusals(tree)
    assert "'visitor_id' is the column of item, visitor; allowed: a column of its own for each" in told

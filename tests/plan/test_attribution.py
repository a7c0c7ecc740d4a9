"""Attribution as plans declare it: what is refused, what is told apart, and that other plans are what they were."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from jointpay.errors import PlanError
from jointpay.plan.load import plan_from_text, plan_from_tree
from jointpay.plan.plan import Plan
from jointpay.plan.presets import design_operations, design_operations_sales, minimal
from jointpay.plan.totals import ORDER_COLUMN, VISITOR_COLUMN
from jointpay.plan.units import facts_factor, total_scale, unit_factor

RULE = """
  attribution:
    kind: {kind}
    credited: [order]
    reversed_by: [refund]
    touches: {{events: [click]}}
    window: {{days: 30}}
"""
KINDS: dict[str, dict[str, Any]] = {
    "last_click": {},
    "first_click": {},
    "linear": {},
    "position_based": {"first": "40%", "last": "1/3"},
    "time_decay": {"half_life": 604_800},
}


@pytest.fixture
def tree(full_text: str) -> dict[str, Any]:
    """The full plan, whose orders are credited to the last click."""
    text = full_text.replace("\ntotals:\n", RULE.format(kind="last_click") + "totals:\n", 1)
    return plan_from_text(text, format="yaml").to_json_tree()


@pytest.fixture
def refusals(tree: dict[str, Any]) -> Callable[..., list[str]]:
    """Change fields of the rule, and give what is refused."""

    def told(**fields: object) -> list[str]:
        tree["events"]["attribution"] |= fields
        with pytest.raises(PlanError, match=r".") as refused:
            plan_from_tree(tree)
        return [str(finding) for finding in refused.value.findings]

    return told


@pytest.mark.parametrize(
    ("make", "digest"),
    [
        (minimal, "fbe3d4bcfe44caf0a3e20b519eb4cbe6d059864e9f3fe0f1ddb972e6e40d8b88"),
        (design_operations, "534024fe791c9b084ee7effddaf48521231c61485e0af9bf8493d15ba3ca54bc"),
        (design_operations_sales, "fe80188a996156ecb293ffa0d5ab8b3e461714a7d6fa0f3a29b0c1b004437cdb"),
    ],
)
def test_a_plan_without_attribution_has_the_digest_it_had_before_there_was_any(
    make: Callable[[], Plan], digest: str
) -> None:
    assert make().digest == digest


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_is_written_down_and_read_back(kind: str, tree: dict[str, Any]) -> None:
    tree["events"]["attribution"] |= {"kind": kind, **KINDS[kind]}
    plan = plan_from_tree(tree)
    assert plan.events.attribution is not None
    assert plan.events.attribution.kind == kind
    assert plan.events.attribution.window.whole_seconds == 30 * 86_400
    assert plan_from_text(plan.canonical.decode(), format="json").digest == plan.digest
    assert plan.to_json_tree()["events"]["attribution"]["credited"] == ["order"]


def test_usual_names_of_columns_are_no_part_of_the_canonical_form(tree: dict[str, Any]) -> None:
    before = plan_from_tree(tree)
    assert {"visitor", "order"}.isdisjoint(tree["events"]["columns"])
    tree["events"]["columns"] |= {"visitor": VISITOR_COLUMN, "order": ORDER_COLUMN}
    assert plan_from_tree(tree).digest == before.digest
    tree["events"]["columns"] |= {"visitor": "who"}
    other = plan_from_tree(tree)
    assert other.digest != before.digest
    assert plan_from_text(other.canonical.decode(), format="json").events.columns.visitor == "who"


def test_visitor_and_order_take_up_a_column_only_where_they_are_read(tree: dict[str, Any]) -> None:
    tree["events"]["columns"] |= {"item": "visitor_id", "kind": "order_id"}
    with pytest.raises(PlanError, match=r"'visitor_id' is the column of item, visitor; allowed: a column of its own"):
        plan_from_tree(tree)
    tree["events"]["columns"] |= {"visitor": "who"}
    with pytest.raises(PlanError, match=r"'order_id' is the column of kind, order; allowed: a column of its own"):
        plan_from_tree(tree)
    tree["events"]["attribution"]["reversed_by"] = []
    assert plan_from_tree(tree).events.columns.kind == "order_id"
    del tree["events"]["attribution"]
    assert plan_from_tree(tree).events.columns.item == "visitor_id"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"credited": ["ordr"]},
            (
                "events.attribution.credited.0: there is no kind of event in any total 'ordr'; did you mean order?; allowed: "
                "click, order, refund, dwell, payment [unknown_event_kind]"
            ),
        ),
        (
            {"reversed_by": ["refnd"]},
            (
                "events.attribution.reversed_by.0: there is no kind of event in any total 'refnd'; did you mean refund?; "
                "allowed: click, order, refund, dwell, payment [unknown_event_kind]"
            ),
        ),
        (
            {"touches": {"events": ["clik"]}},
            (
                "events.attribution.touches.events.0: there is no kind of event in any total 'clik'; did you mean click?; "
                "allowed: click, order, refund, dwell, payment [unknown_event_kind]"
            ),
        ),
        (
            {"touches": {"events": ["click", "order"]}},
            (
                "events.attribution: an event kind is named twice; allowed: each kind once, in `credited`, in `reversed_by` "
                "or in `touches` [attribution_kinds]"
            ),
        ),
        (
            {"touches": {"events": ["click"], "where": {"channels": ["serch"]}}},
            (
                "events.attribution.touches.where.channels.0: there is no channel 'serch'; did you mean search?; allowed: "
                "search, feed [unknown_channel]"
            ),
        ),
        (
            {"window": {}},
            "events.attribution.window: it has no length; allowed: days or seconds above 0 [attribution_window]",
        ),
        (
            {"window": {"days": 36_601}},
            "events.attribution.window.days: '36601' is too large; allowed: 36600 or less [out_of_bounds]",
        ),
        (
            {"kind": "position_based", "first": "0.6", "last": "0.41"},
            (
                "events.attribution: first and last are 1.01 together; allowed: 0 or more each, above 0 and at most 1 "
                "together, in parts of at most 1000000 [attribution_shares]"
            ),
        ),
        (
            {"kind": "position_based", "first": "0", "last": "0"},
            (
                "events.attribution: first and last are 0 together; allowed: 0 or more each, above 0 and at most 1 "
                "together, in parts of at most 1000000 [attribution_shares]"
            ),
        ),
        (
            {"kind": "position_based", "first": "-0.1", "last": "0.4"},
            (
                "events.attribution: first and last are 0.3 together; allowed: 0 or more each, above 0 and at most 1 "
                "together, in parts of at most 1000000 [attribution_shares]"
            ),
        ),
        (
            {"kind": "position_based", "first": "1/1001", "last": "1/1009"},
            (
                "events.attribution: first and last are 2010/1010009 together; allowed: 0 or more each, above 0 and at most 1 "
                "together, in parts of at most 1000000 [attribution_shares]"
            ),
        ),
        (
            # Parts of 9797, 10403 and 9991 each, and of 1009091 all together.
            {"kind": "position_based", "first": "1/9797", "last": "51/10403"},
            (
                "events.attribution: first and last are 50/9991 together; allowed: 0 or more each, above 0 and at most 1 "
                "together, in parts of at most 1000000 [attribution_shares]"
            ),
        ),
        (
            {"kind": "time_decay", "half_life": 0},
            "events.attribution.half_life: '0' is too small; allowed: 1 or more [out_of_bounds]",
        ),
        (
            {"kind": "last_clik"},
            (
                "events.attribution.kind: unknown kind 'last_clik'; did you mean last_click?; allowed: last_click, "
                "first_click, linear, position_based, time_decay [unknown_kind]"
            ),
        ),
    ],
)
def test_a_rule_that_says_nothing_sound_is_refused(
    fields: dict[str, Any], told: str, refusals: Callable[..., list[str]]
) -> None:
    assert refusals(**fields) == [f"<tree>: {told}"]


def test_touches_at_one_instant_need_ids_to_be_told_apart(tree: dict[str, Any]) -> None:
    tree["events"]["duplicates"] = "not_checked"
    with pytest.raises(PlanError, match=r"^<tree>: events.duplicates: touches at one instant .* allowed: by_event_id"):
        plan_from_tree(tree)


def test_totals_that_orders_change_count_in_millionths(tree: dict[str, Any]) -> None:
    plan = plan_from_tree(tree)
    rule, totals = plan.events.attribution, dict(plan.totals)
    scales = {name: total_scale(total, rule) for name, total in totals.items()}
    assert scales == {"clicks": 1, "orders": 1_000_000, "dwell": 1, "sales": 1}
    assert {total_scale(total, None) for total in totals.values()} == {1}
    factors = {name: facts_factor(metric, totals, "CNY", rule) for name, metric in plan.metrics.items()}
    assert factors["clicks"] == 1
    assert factors["order_rate"] == Fraction(1, 1_000_000)
    assert factors["dwell"] == unit_factor(plan.metrics["dwell"], totals, "CNY") == Fraction(1, 1000)
    tree["metrics"]["order_rate"] |= {"numerator": "clicks", "denominator": "orders"}
    upside_down = plan_from_tree(tree).metrics["order_rate"]
    assert facts_factor(upside_down, totals, "CNY", rule) == 1_000_000
    assert facts_factor(upside_down.model_copy(update={"unit": "ms"}), totals, "CNY", rule) is None
    orders = plan.metrics["clicks"].model_copy(update={"total": "orders"})
    assert facts_factor(orders, totals, "CNY", rule) == Fraction(1, 1_000_000)

"""What `check_plan` says about coupling, about parts nobody reads, and about negative points."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from jointpay.plan.check_components import check_components
from jointpay.plan.check_coupling import check_coupling, drivers, metrics_seen, partner_shares
from jointpay.plan.checks import check_plan
from jointpay.plan.plan import Plan
from jointpay.plan.presets import design_operations, design_operations_sales, minimal

Tree = dict[str, Any]


def changed(preset: Callable[[], Plan], change: Callable[[Tree], object]) -> Plan:
    tree = preset().to_json_tree()
    change(tree)
    return Plan.model_validate(tree)


def told(plan: Plan, *codes: str) -> list[tuple[str, str, str, dict[str, str]]]:
    return [
        (finding.code, finding.severity, finding.place.path, dict(finding.witness))
        for finding in check_plan(plan)
        if finding.code in codes
    ]


# --- shares ---------------------------------------------------------------------------------------------------------


def test_in_the_founding_plan_each_side_drives_sixty_per_cent_of_the_other() -> None:
    assert partner_shares(design_operations()) == {
        "designer": {"designer": Fraction(40, 100), "operator": Fraction(60, 100)},
        "operator": {"operator": Fraction(40, 100), "designer": Fraction(60, 100)},
    }


def test_a_link_counts_whole_for_the_role_it_leads_to() -> None:
    assert partner_shares(design_operations_sales())["operator"] == {
        "operator": Fraction(50, 100),
        "designer": Fraction(25, 100),
        "sales": Fraction(25, 100),
    }


def test_what_nobody_drives_is_counted_for_nobody() -> None:
    plan = changed(minimal, lambda tree: tree["metrics"]["orders"].pop("driven_by"))
    assert partner_shares(plan) == {"seller": {None: Fraction(1)}}


@pytest.mark.parametrize("preset", [design_operations, design_operations_sales, minimal])
def test_the_shares_of_every_role_sum_to_one(preset: Callable[[], Plan]) -> None:
    assert {sum(shares.values()) for shares in partner_shares(preset()).values()} == {Fraction(1)}


def test_the_share_of_partners_is_told_by_partner() -> None:
    assert [str(finding) for finding in check_coupling(design_operations_sales())] == [
        "roles.designer: partners drive 50% of the score (operator 30%, sales 20%) [partner_share]",
        "roles.operator: partners drive 50% of the score (designer 25%, sales 25%) [partner_share]",
        "roles.sales: partners drive 50% of the score (designer 20%, operator 30%) [partner_share]",
    ]


def test_a_share_beyond_the_bound_is_an_error_and_one_equal_to_it_is_not() -> None:
    plan = changed(design_operations, lambda tree: tree["bounds"].update(max_partner_share="59.99%"))
    assert [str(finding) for finding in check_coupling(plan)] == [
        (
            "roles.designer: partners drive 60% of the score (operator 60%); allowed: at most 59.99% (max_partner_share) "
            "[partner_share_beyond_bound]"
        ),
        (
            "roles.operator: partners drive 60% of the score (designer 60%); allowed: at most 59.99% (max_partner_share) "
            "[partner_share_beyond_bound]"
        ),
    ]
    assert {finding.severity for finding in check_coupling(plan)} == {"error"}
    assert {finding.severity for finding in check_coupling(design_operations())} == {"info"}


def test_without_a_bound_any_share_is_allowed() -> None:
    plan = changed(design_operations, lambda tree: tree["bounds"].pop("max_partner_share"))
    assert {finding.code for finding in check_coupling(plan)} == {"partner_share"}


def test_modifiers_that_partners_drive_are_named_beside_the_share() -> None:
    plan = changed(design_operations, lambda tree: tree["metrics"]["impressions"].update(driven_by="designer"))
    operator = check_coupling(plan)[1]
    assert operator.message == (
        "partners drive 60% of the score (designer 60%); besides, partners drive the modifiers "
        "collaboration.traffic_brought"
    )


# --- both directions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", [design_operations, design_operations_sales, minimal])
def test_the_presets_are_coupled_in_both_directions(preset: Callable[[], Plan]) -> None:
    assert told(preset(), "coupling_one_way") == []


def test_coupling_that_runs_one_way_is_told_with_the_pair() -> None:
    def no_designer_behind_operators(tree: Tree) -> None:
        tree["roles"]["operator"]["components"]["collaboration"]["measures"] = {
            "orders": tree["roles"]["operator"]["components"]["conversion"]["measures"]["department_order_rate"]
        }

    assert told(changed(design_operations, no_designer_behind_operators), "coupling_one_way") == [
        ("coupling_one_way", "warning", "roles.operator", {"reads": "designer", "is_not_read_by": "operator"})
    ]


def test_a_modifier_alone_is_coupling() -> None:
    def only_a_modifier(tree: Tree) -> None:
        collaboration = tree["roles"]["operator"]["components"]["collaboration"]
        collaboration["modifiers"]["traffic_brought"]["metric"] = "clicks"
        collaboration["measures"] = {
            "orders": tree["roles"]["operator"]["components"]["conversion"]["measures"]["department_order_rate"]
        }

    plan = changed(design_operations, only_a_modifier)
    assert drivers(plan, plan.roles["operator"]) == {"operator", "designer"}
    assert told(plan, "coupling_one_way") == []


# --- what nobody reads or drives --------------------------------------------------------------------------------------


def test_totals_and_metrics_that_nothing_reads_are_dead() -> None:
    def add(tree: Tree) -> None:
        tree["totals"]["likes"] = {"kind": "count", "events": ["like"]}
        tree["totals"]["clicks"] = {"kind": "count", "events": ["click"]}
        tree["metrics"]["clicks"] = {**tree["metrics"]["orders"], "total": "clicks"}

    assert told(changed(minimal, add), "dead_total", "dead_metric") == [
        ("dead_total", "warning", "totals.likes", {"total": "likes"}),
        ("dead_metric", "warning", "metrics.clicks", {"metric": "clicks"}),
    ]


def test_a_total_below_the_line_of_a_ratio_and_a_metric_of_a_modifier_are_alive() -> None:
    assert told(design_operations(), "dead_total", "dead_metric") == []


def test_a_used_metric_that_nobody_drives_is_told() -> None:
    plan = changed(design_operations, lambda tree: tree["metrics"]["order_rate"].pop("driven_by"))
    assert told(plan, "undriven_metric") == [
        (
            "undriven_metric",
            "info",
            "metrics.order_rate",
            {"metric": "order_rate", "readers": "'designer', 'operator'"},
        )
    ]


def test_a_role_that_drives_what_only_others_are_measured_by_is_told() -> None:
    assert told(design_operations(), "driver_not_measured") == [
        (
            "driver_not_measured",
            "info",
            "metrics.repurchase_rate.driven_by",
            {"metric": "repurchase_rate", "driver": "operator", "readers": "'designer'"},
        )
    ]


def test_a_metric_behind_a_link_moves_the_score_of_the_reader() -> None:
    seen = metrics_seen(design_operations_sales())
    assert seen["sales"] == {"payment_rate", "revenue", "rating", "clicks", "dwell", "impressions", "order_rate"}


def test_a_component_reached_over_two_links_is_seen_once() -> None:
    # sales reads the design's quality directly and, through the operator's collaboration, once more
    def change(tree: Tree) -> None:
        measures = tree["roles"]["sales"]["components"]["collaboration"]["measures"]
        measures["operator_reach"]["component"] = "collaboration"

    assert metrics_seen(changed(design_operations_sales, change))["sales"] == {
        "payment_rate",
        "revenue",
        "rating",
        "clicks",
        "dwell",
        "impressions",
    }


# --- negative points --------------------------------------------------------------------------------------------------


def _curve(low: str) -> Tree:
    return {
        "kind": "points",
        "points": [{"at": "0", "gives": low}, {"at": "1", "gives": "100"}],
        "below": "clamp",
        "above": "clamp",
    }


@pytest.mark.parametrize(
    ("measure_low", "modifier_low", "not_monotone", "severity", "message"),
    [
        ("-10", "0", [], "error", "the points it multiplies can be negative, -10 at least"),
        ("0", "-20", [], "error", "its own points can be negative, -20 at least"),
        ("0", "-20", ["orders"], "info", "its own points can be negative, -20 at least"),
    ],
)
def test_negative_points_and_a_modifier_turn_better_into_worse(
    measure_low: str, modifier_low: str, not_monotone: list[str], severity: str, message: str
) -> None:
    def change(tree: Tree) -> None:
        component = tree["roles"]["seller"]["components"]["orders"]
        measure = component["measures"]["orders"]
        measure["curve"] = _curve(measure_low)
        component["modifiers"] = {
            "m": {
                **{key: value for key, value in measure.items() if key not in {"kind", "weight"}},
                "curve": _curve(modifier_low),
            }
        }
        tree["bounds"]["not_monotone"] = not_monotone

    [finding] = check_components(changed(minimal, change))
    assert (finding.code, finding.severity) == ("negative_times_modifier", severity)
    assert finding.message.startswith(message)
    assert finding.place.path == "roles.seller.components.orders.modifiers.m"


def test_components_and_modifiers_without_a_range_are_passed_over() -> None:
    refuses_all = {**_curve("0"), "points": [{"at": "-2", "gives": "-5"}, {"at": "-1", "gives": "0"}]}
    refuses_all.update(below="refuse", above="refuse")

    def change(tree: Tree) -> None:
        tree["roles"]["operator"]["components"]["collaboration"]["modifiers"]["traffic_brought"]["curve"] = refuses_all
        tree["roles"]["designer"]["components"]["quality"]["measures"]["clicks"]["curve"] = refuses_all

    assert check_components(changed(design_operations, change)) == []

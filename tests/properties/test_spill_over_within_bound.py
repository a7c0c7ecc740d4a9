from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import given, settings

from jointpay.audit import spill_over_within_bound
from jointpay.audit.variants import without_persons
from jointpay.pipeline import score
from jointpay.plan.check_coupling import partner_shares
from jointpay.testing.strategies import Case, cases

PROPERTY = settings(settings.get_profile("properties"), max_examples=20)


def bounded(bound: str) -> Callable[[dict[str, Any]], None]:
    def change(tree: dict[str, Any]) -> None:
        tree["bounds"]["max_partner_share"] = bound

    return change


@PROPERTY
@given(case=cases())
def test_at_the_largest_share_there_is_and_not_below_it(case: Case) -> None:
    largest = max(
        sum((share for driver, share in shares.items() if driver not in {role, None}), Fraction(0))
        for role, shares in partner_shares(case.plan).items()
    )
    bounds = case.plan.bounds
    at_it = case.plan.model_copy(update={"bounds": bounds.model_copy(update={"max_partner_share": largest})})
    assert spill_over_within_bound(at_it) == ()
    if largest:
        below = case.plan.model_copy(
            update={"bounds": bounds.model_copy(update={"max_partner_share": largest - Fraction(1, 10**9)})}
        )
        assert {found.code for found in spill_over_within_bound(below)} == {"partner_share_beyond_bound"}


def test_the_founding_plan_as_written(shop: Any) -> None:
    assert spill_over_within_bound(shop.plan) == ()


def test_one_point_less_is_told_for_both_roles(shop_with: Callable[..., Any]) -> None:
    found = spill_over_within_bound(shop_with(bounded("0.59")).plan)
    assert [(told.place.path, told.severity) for told in found] == [
        ("roles.designer", "error"),
        ("roles.operator", "error"),
    ]


def test_what_is_left_out_can_take_a_payee_beyond_the_bound(shop_with: Callable[..., Any]) -> None:
    def without_ratings(tree: dict[str, Any]) -> None:
        # Quality is then driven by operators for the part that is not the rating: 50% of 40%, and all of contribution.
        tree["metrics"]["clicks"]["driven_by"] = "operator"
        tree["roles"]["operator"]["components"]["collaboration"]["measures"]["clicks"]["metric"] = "clicks"
        tree["roles"]["designer"]["components"]["quality"]["measures"]["rating"]["min_count"] = "1000"
        tree["bounds"]["max_partner_share"] = "0.8"

    broken = shop_with(without_ratings)
    assert spill_over_within_bound(broken.plan) == ()
    found = spill_over_within_bound(broken.plan, broken.settlement.scorecard)
    # clicks 50% of the 80% that remain of quality: 0.4 * 0.5 / 0.8 + 0.6 = 0.85; in January dwell is missing too.
    assert {told.code for told in found} == {"payee_share_beyond_bound"}
    shares = [dict(told.witness)["share"] for told in found]
    assert "85%" in shares
    assert all(Fraction(share.rstrip("%")) > 80 for share in shares)


def test_without_a_bound_nothing_is_promised(shop_with: Callable[..., Any]) -> None:
    def unbounded(tree: dict[str, Any]) -> None:
        del tree["bounds"]["max_partner_share"]

    free = shop_with(unbounded)
    assert spill_over_within_bound(free.plan, free.settlement.scorecard) == ()


def test_a_component_that_was_filled_is_driven_by_nobody(shop_with: Callable[..., Any]) -> None:
    def filled(tree: dict[str, Any]) -> None:
        for measure in tree["roles"]["designer"]["components"]["contribution"]["measures"].values():
            measure |= {"min_count": "100000", "missing": "leave_out"}
        tree["roles"]["designer"]["components"]["contribution"]["missing"] = {"kind": "neutral", "points": "100"}

    # The designers' contribution, all that operators drive, is filled with 100 points by the plan.
    free = shop_with(filled)
    assert spill_over_within_bound(free.plan, free.settlement.scorecard) == ()


def test_with_a_component_left_out_the_others_weigh_more(shop_with: Callable[..., Any]) -> None:
    def without_conversion(tree: dict[str, Any]) -> None:
        # Without conversion, 40% that operators drive themselves, all of an operator's score is the designers'.
        conversion = tree["roles"]["operator"]["components"]["conversion"]
        conversion["measures"]["department_order_rate"] |= {"min_count": "100000", "missing": "leave_out"}
        conversion["missing"] = "leave_out"

    broken = shop_with(without_conversion)
    (found,) = spill_over_within_bound(broken.plan, broken.settlement.scorecard)
    assert (found.code, found.severity, found.place.path) == ("payee_share_beyond_bound", "warning", "roles.operator")
    assert dict(found.witness) == {"person": "olga", "period": "2026-01", "share": "100%"}


def test_a_role_without_payees_is_within_every_bound(shop: Any) -> None:
    nobody = score(shop.plan, without_persons(shop.dataset, {"dora", "dan"}))
    assert nobody.roles[0].scores.size == 0
    assert spill_over_within_bound(shop.plan, nobody) == ()

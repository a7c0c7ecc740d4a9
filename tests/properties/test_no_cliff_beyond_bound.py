from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jointpay.audit import no_cliff_beyond_bound
from jointpay.plan.presets import design_operations_sales, minimal

PROPERTY = settings(settings.get_profile("properties"), max_examples=12)


def gate(jump: int, bound: int) -> Callable[[dict[str, Any]], None]:
    """Let traffic open a gate by `jump` points, and allow jumps of `bound`."""

    def change(tree: dict[str, Any]) -> None:
        modifier = tree["roles"]["operator"]["components"]["collaboration"]["modifiers"]["traffic_brought"]
        low = 100 - jump
        modifier["curve"] = {"kind": "threshold", "at": "1", "below_gives": str(low), "gives": "100", "edge": "upper"}
        tree["bounds"]["max_cliff_points"] = str(bound)

    return change


@PROPERTY
@given(jump=st.integers(1, 100), bound=st.integers(0, 100))
def test_a_jump_is_found_exactly_where_it_is_larger_than_declared(
    jump: int, bound: int, shop_with: Callable[..., Any]
) -> None:
    found = no_cliff_beyond_bound(shop_with(gate(jump, bound)).plan)
    assert [told.code for told in found] == (["cliff_beyond_bound"] if jump > bound else [])


def test_the_presets_keep_what_they_declare(shop: Any) -> None:
    assert no_cliff_beyond_bound(shop.plan) == ()
    assert no_cliff_beyond_bound(design_operations_sales()) == ()
    assert no_cliff_beyond_bound(minimal()) == ()


def test_no_two_payees_of_the_shop_are_further_apart_than_a_cliff_and_the_slope(shop: Any) -> None:
    # Where no curve jumps, points of neighbouring attainments differ by the steepest slope at most: 200 points for each
    # 50%, 0.02 points for each last place, plus one rounding.
    role = shop.settlement.scorecard.roles[0]
    clicks = role.components[0].measures[0]
    order = np.argsort(clicks.attainments)
    far = np.abs(np.diff(clicks.points[order]))
    assert (far <= 2 * np.diff(clicks.attainments[order]) + 1).all()


def test_a_bonus_that_jumps_by_more_than_declared_is_told(shop_with: Callable[..., Any]) -> None:
    def larger(tree: dict[str, Any]) -> None:
        tree["roles"]["operator"]["pay"][1]["curve"]["gives"] = "0.21"

    (found,) = no_cliff_beyond_bound(shop_with(larger).plan)
    assert found.place.path == "roles.operator.pay.1.curve"
    assert dict(found.witness) == {"at": "100", "jump": "21%"}

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from jointpay.audit import bounds_hold
from jointpay.testing.strategies import Case, cases

PROPERTY = settings(settings.get_profile("properties"), max_examples=25)


@PROPERTY
@given(case=cases())
def test_points_adjustments_and_amounts_stay_within_their_bounds(case: Case, settled: Callable[..., Any]) -> None:
    assert bounds_hold(settled(*case)) == ()


def test_in_the_shop(shop: Any) -> None:
    assert bounds_hold(shop.settlement) == ()
    assert bounds_hold(shop.settlement.scorecard) == ()


def raised(values: Any, row: int, to: int) -> Any:
    changed = values.copy()
    changed[row] = to
    return changed


def test_an_adjustment_above_its_cap_is_told(shop: Any) -> None:
    line = shop.settlement.lines[0]
    beyond = replace(line, adjustments=(line.adjustments[0], raised(line.adjustments[1], 2, 3001)))
    (found,) = bounds_hold(replace(shop.settlement, lines=(beyond, *shop.settlement.lines[1:])))
    assert (found.code, found.place.path) == ("out_of_bounds", "roles.designer.pay.performance.adjustments.1")
    assert dict(found.witness)["number"] == "3001"
    assert dict(found.witness)["highest"] == "3000"


@pytest.mark.parametrize(("to", "allowed"), [(20000, True), (20001, False), (0, True), (-1, False)])
def test_points_end_where_their_curve_ends(shop: Any, to: int, allowed: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    card = shop.settlement.scorecard
    designer = card.roles[0]
    quality = designer.components[0]
    clicks = replace(quality.measures[0], points=raised(quality.measures[0].points, 2, to))
    changed = replace(quality, measures=(clicks, *quality.measures[1:]))
    role = replace(designer, components=(changed, *designer.components[1:]))
    found = bounds_hold(replace(card, roles=(role, *card.roles[1:])))
    told = [finding for finding in found if finding.place.path.endswith("quality.measures.clicks.points")]
    assert (told == []) is allowed


def test_a_score_outside_its_components_is_told(shop: Any) -> None:
    card = shop.settlement.scorecard
    operator = card.roles[1]
    highest = max(int(component.points[0]) for component in operator.components)
    role = replace(operator, scores=raised(operator.scores, 0, highest + 1))
    (found,) = bounds_hold(replace(card, roles=(card.roles[0], role)))
    assert found.place.path == "roles.operator.score"
    assert dict(found.witness)["highest"] == str(highest)


def test_an_amount_below_its_floor_is_told(shop_with: Callable[..., Any]) -> None:
    def floored(tree: dict[str, Any]) -> None:
        tree["roles"]["designer"]["pay"][0]["limits"] = [{"kind": "amount_floor", "amount": "12.34"}]

    paid = shop_with(floored).settlement
    assert bounds_hold(paid) == ()
    line = paid.lines[0]
    below = replace(line, amounts=(line.amounts[0], raised(line.amounts[1], 0, 1233)))
    (found,) = bounds_hold(replace(paid, lines=(below, *paid.lines[1:])))
    assert found.place.path == "roles.designer.pay.performance.amounts.1"
    assert dict(found.witness)["lowest"] == "1234"

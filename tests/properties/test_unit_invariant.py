from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from jointpay.audit import unit_invariant, units_that_convert
from jointpay.data.targets import read_targets
from jointpay.pipeline import score
from jointpay.plan.plan import Plan
from jointpay.testing.strategies import Case, cases

PROPERTY = settings(settings.get_profile("properties"), max_examples=30)


@PROPERTY
@given(case=cases())
def test_seconds_or_milliseconds_change_nothing(case: Case, settled: Callable[..., Any]) -> None:
    settled(*case)
    assert {found.code for found in unit_invariant(*case)} <= {"unit_not_tried"}


def published_in_ms(tree: dict[str, Any]) -> None:
    """Ask for dwell per click in milliseconds, against a fixed target."""
    tree["metrics"]["dwell"] |= {"unit": "ms", "places": 2}
    for role, component in (("designer", "quality"), ("operator", "collaboration")):
        dwell = tree["roles"][role]["components"][component]["measures"]["dwell"]
        dwell["target"] = {"kind": "fixed", "value": "8000", "unit": "ms"}


def test_in_the_shop(shop: Any, shop_with: Callable[..., Any]) -> None:
    assert units_that_convert(shop.plan, shop.dataset) == ("totals.dwell in s instead of ms",)
    assert unit_invariant(shop.plan, shop.dataset, shop.base_pay) == ()
    other = shop_with(published_in_ms)
    assert units_that_convert(other.plan, other.dataset) == (
        "totals.dwell in s instead of ms",
        "metrics.dwell in s instead of ms",
    )
    assert unit_invariant(other.plan, other.dataset, other.base_pay) == ()


def test_back_from_seconds_to_milliseconds(shop_with: Callable[..., Any]) -> None:
    def in_seconds(tree: dict[str, Any]) -> None:
        tree["totals"]["dwell"]["unit"] = "s"
        tree["metrics"]["dwell"] |= {"unit": "s", "places": 5}

    other = shop_with(in_seconds)
    assert units_that_convert(other.plan, other.dataset) == (
        "totals.dwell in ms instead of s",
        "metrics.dwell in ms instead of s",
    )
    assert unit_invariant(other.plan, other.dataset) == ()


@pytest.mark.parametrize(("least_ms", "converts"), [("2500000", True), ("2500001", False)])
def test_a_smallest_count_in_milliseconds_moves_along_where_it_is_whole(
    least_ms: str,
    converts: bool,  # noqa: FBT001 -- a parameter of the test
    shop_with: Callable[..., Any],
) -> None:
    def per_dwell(tree: dict[str, Any]) -> None:
        # A share of dwell that counts from 2,500 seconds on: dan has 2,140 in January.
        tree["metrics"]["favorite_rate"] |= {"denominator": "dwell", "numerator": "dwell", "unit": "ratio"}
        tree["roles"]["designer"]["components"]["quality"]["measures"]["favorites"]["min_count"] = least_ms

    other = shop_with(per_dwell)
    states = other.settlement.scorecard.roles[0].components[0].measures[2].states
    assert sorted(set(states.tolist())) == [0, 2]
    assert ("totals.dwell in s instead of ms" in units_that_convert(other.plan, other.dataset)) is converts
    assert unit_invariant(other.plan, other.dataset) == ()


def test_series_and_tables_of_targets_are_scaled_too(shop: Any) -> None:
    tree = shop.plan.to_json_tree()
    published_in_ms(tree)
    quality = tree["roles"]["designer"]["components"]["quality"]["measures"]["dwell"]
    quality["target"] = {"kind": "benchmark", "series": "industry", "by": "0.1"}
    collaboration = tree["roles"]["operator"]["components"]["collaboration"]["measures"]["dwell"]
    collaboration["target"] = {"kind": "table", "name": "asked", "keys": ["person"]}
    plan = Plan.model_validate(tree)
    targets = {
        "target": ["industry", "industry", "asked", "asked"],
        "value": ["7000", "8000.5", "7777.77", "9000"],
        "period": ["2026-01", "2026-02", "", ""],
        "person": ["", "", "olga", "otto"],
    }
    data = replace(shop.dataset, targets=read_targets(targets, plan), plan_digest=plan.digest)
    assert "metrics.dwell in s instead of ms" in units_that_convert(plan, data)
    assert unit_invariant(plan, data, shop.base_pay) == ()


def test_a_difference_in_a_unit_is_left_alone(shop_with: Callable[..., Any]) -> None:
    def by_difference(tree: dict[str, Any]) -> None:
        published_in_ms(tree)
        tree["roles"]["designer"]["components"]["quality"]["measures"]["dwell"]["attainment"] = "difference"

    other = shop_with(by_difference)
    assert units_that_convert(other.plan, other.dataset) == ("totals.dwell in s instead of ms",)


def test_a_unit_in_which_numbers_get_too_large_is_told_as_information(shop_with: Callable[..., Any]) -> None:
    def in_hours(tree: dict[str, Any]) -> None:
        tree["totals"]["dwell"]["unit"] = "h"

    other = shop_with(in_hours)
    facts = other.dataset.facts
    totals = {**facts.totals, "dwell": facts.totals["dwell"] * 10**4}
    large = replace(other.dataset, facts=replace(facts, totals=totals))
    found = unit_invariant(other.plan, large)
    assert [(told.code, told.severity) for told in found] == [("unit_not_tried", "info")]
    assert found[0].message.startswith("totals.dwell in ms instead of h was not tried")


def test_a_scoring_that_reads_the_bare_number_is_told(shop: Any, monkeypatch: Any) -> None:
    # A scoring that gives a point for every unit of dwell, whatever the unit.
    def bare(plan: Any, dataset: Any, **more: Any) -> Any:
        card = score(plan, dataset, **more)
        roles = [replace(role, scores=role.scores + dataset.facts.totals["dwell"].sum()) for role in card.roles]
        return replace(card, roles=tuple(roles))

    monkeypatch.setattr("jointpay.audit.units.score", bare)
    found = unit_invariant(shop.plan, shop.dataset)
    assert [(told.code, told.place.path) for told in found] == [
        ("unit_matters", "roles.designer.score"),
        ("unit_matters", "roles.operator.score"),
    ]
    assert "totals.dwell in s instead of ms must change nothing" in found[0].message

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from jointpay.audit import null_player
from jointpay.pipeline import score
from jointpay.testing.strategies import Case, cases

PROPERTY = settings(settings.get_profile("properties"), max_examples=25)


@PROPERTY
@given(case=cases())
def test_who_takes_no_part_changes_nothing_for_others(case: Case, settled: Callable[..., Any]) -> None:
    settled(*case)
    assert {found.code for found in null_player(*case)} <= {"null_player_not_tried"}


def test_in_the_shop(shop: Any) -> None:
    assert null_player(shop.plan, shop.dataset, shop.base_pay) == ()


def test_a_newcomer_the_plan_cannot_score_is_told_as_information(shop_with: Callable[..., Any]) -> None:
    def strict(tree: dict[str, Any]) -> None:
        tree["roles"]["designer"]["components"]["contribution"]["measures"]["order_rate"]["missing"] = "error"

    def lenient_baseline(tree: dict[str, Any]) -> None:
        strict(tree)
        measure = tree["roles"]["designer"]["components"]["contribution"]["measures"]["order_rate"]
        measure["target"] = {"kind": "fixed", "value": "0.05"}

    strict_shop = shop_with(lenient_baseline)
    (found,) = null_player(strict_shop.plan, strict_shop.dataset)
    assert (found.code, found.severity, found.place.path) == ("null_player_not_tried", "info", "roles.designer")


def test_a_head_count_in_the_score_is_told_with_the_case(shop: Any, monkeypatch: Any) -> None:
    # A scoring that divides by how many people there are, as a forced ranking does.
    def ranked(plan: Any, dataset: Any, **more: Any) -> Any:
        card = score(plan, dataset, **more)
        roles = [replace(role, scores=role.scores // len(card.person_ids)) for role in card.roles]
        return replace(card, roles=tuple(roles))

    monkeypatch.setattr("jointpay.audit.symmetry.score", ranked)
    found = null_player(shop.plan, shop.dataset)
    assert {told.code for told in found} == {"null_player_matters"}
    witness = dict(found[0].witness)
    assert witness["number"] == "roles.designer.score"
    assert int(witness["after"]) < int(witness["before"])


def test_an_item_of_nobody_that_counts_is_told(shop: Any, monkeypatch: Any) -> None:
    # A scoring in which everybody gets a point for every item there is.
    def counting(plan: Any, dataset: Any, **more: Any) -> Any:
        card = score(plan, dataset, **more)
        roles = [replace(role, scores=role.scores + len(dataset.facts.item_ids)) for role in card.roles]
        return replace(card, roles=tuple(roles))

    monkeypatch.setattr("jointpay.audit.symmetry.score", counting)
    assert {told.code for told in null_player(shop.plan, shop.dataset)} == {"null_item_matters"}

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from jointpay.audit import pay_blind_scoring
from jointpay.pipeline import settle
from jointpay.testing.strategies import Case, cases

PROPERTY = settings(settings.get_profile("properties"), max_examples=25)


@PROPERTY
@given(case=cases())
def test_other_pay_bases_change_no_score_and_no_adjustment(case: Case, settled: Callable[..., Any]) -> None:
    settled(*case)
    assert pay_blind_scoring(*case) == ()


def test_in_the_shop(shop: Any) -> None:
    assert pay_blind_scoring(shop.plan, shop.dataset, shop.base_pay) == ()


def test_a_bonus_that_is_larger_for_the_well_paid_is_told(shop: Any, monkeypatch: Any) -> None:
    # A settling that gives one per cent more to those with a base of 10,000 and more.
    def favouring(plan: Any, card: Any, base_pay: Any) -> Any:
        made = settle(plan, card, base_pay)
        lines = [
            replace(
                line, adjustments=(line.adjustments[0] + 100 * (line.base_minor >= 1_000_000), *line.adjustments[1:])
            )
            for line in made.lines
        ]
        return replace(made, lines=tuple(lines))

    monkeypatch.setattr("jointpay.audit.blindness.settle", favouring)
    found = pay_blind_scoring(shop.plan, shop.dataset, shop.base_pay)
    assert {told.code for told in found} == {"pay_changes_score"}
    assert dict(found[0].witness)["number"] == "roles.designer.pay.performance.adjustments.0"

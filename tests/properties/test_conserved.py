from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from jointpay.audit import conserved
from jointpay.testing.strategies import Case, cases

PROPERTY = settings(settings.get_profile("properties"), max_examples=25)


@PROPERTY
@given(case=cases())
def test_nothing_is_lost_or_counted_twice_at_any_stage(case: Case, settled: Callable[..., Any]) -> None:
    assert conserved(settled(*case), dataset=case.dataset, base_pay=case.base_pay) == ()


def test_in_the_shop(shop: Any) -> None:
    assert conserved(shop.settlement, dataset=shop.dataset, base_pay=shop.base_pay) == ()
    assert conserved(shop.settlement.scorecard) == ()


def test_an_input_that_is_not_what_the_facts_hold_is_told(shop: Any) -> None:
    totals = {**shop.dataset.facts.totals, "clicks": shop.dataset.facts.totals["clicks"] + 1}
    other = replace(shop.dataset, facts=replace(shop.dataset.facts, totals=totals))
    found = conserved(shop.settlement, dataset=other)
    assert [dict(told.witness) for told in found] == [{"wanted": "1417", "found": "1410"}] * 2


def test_a_report_that_does_not_add_up_is_told(shop: Any) -> None:
    card = shop.settlement.scorecard
    line = card.conservation.lines[1]
    assert (line.role, line.total) == ("designer", "clicks")
    broken = replace(line, not_scored=line.not_scored + 1)
    lines = (card.conservation.lines[0], broken, *card.conservation.lines[2:])
    (found,) = conserved(replace(card, conservation=replace(card.conservation, lines=lines)))
    assert (found.code, found.place.who) == ("not_conserved", "total 'clicks'")


def test_a_click_that_a_payee_reads_and_nobody_was_credited_with_is_told(shop: Any) -> None:
    card = shop.settlement.scorecard
    designer = card.roles[0]
    quality = designer.components[0]
    more = replace(quality.measures[0], numerators=quality.measures[0].numerators + 1)
    role = replace(
        designer, components=(replace(quality, measures=(more, *quality.measures[1:])), *designer.components[1:])
    )
    (found,) = conserved(replace(card, roles=(role, *card.roles[1:])))
    assert found.place.path == "roles.designer.components.quality.measures.clicks"
    # 1410 clicks less the 40 on poster d, which nobody is credited with; 4 rows, each 1 of the 12ths too many.
    assert dict(found.witness) == {"wanted": "1370", "found": "4111/3"}


def test_a_pay_base_that_is_not_divided_whole_is_told(shop: Any) -> None:
    line = shop.settlement.lines[0]
    more = replace(line, base_minor=line.base_minor + (line.base_minor == 900_050))
    (first, second) = conserved(
        replace(shop.settlement, lines=(more, *shop.settlement.lines[1:])), base_pay=shop.base_pay
    )
    assert dict(first.witness) == {"wanted": "900050", "found": "900051"}
    assert (first.place.who, second.place.who) == (
        "person 'dan', period '2026-01'",
        "person 'dan', period '2026-02'",
    )

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jointpay.audit import anonymous
from jointpay.audit.difference import differences
from jointpay.audit.variants import renamed_base_pay, renamed_dataset
from jointpay.pipeline import score, settle
from jointpay.testing.strategies import Case, cases

PROPERTY = settings(settings.get_profile("properties"), max_examples=20)

LABELS = st.text("abXYZ019_é中", min_size=1, max_size=5)


def other_ids(draw: st.DataObject, labels: set[str]) -> Mapping[str, str]:
    ordered = sorted(labels)
    new = draw.draw(st.lists(LABELS, min_size=len(ordered), max_size=len(ordered), unique=True))
    return dict(zip(ordered, new, strict=True))


@PROPERTY
@given(case=cases(), data=st.data())
def test_any_other_ids_change_nothing(case: Case, data: st.DataObject, settled: Callable[..., Any]) -> None:
    settled(*case)
    persons = other_ids(data, set(case.dataset.people.person_ids))
    items = other_ids(data, {*case.dataset.facts.item_ids, *case.dataset.credits.item_ids})
    assert anonymous(*case, persons=persons, items=items) == ()


@PROPERTY
@given(case=cases())
def test_ids_in_the_opposite_order_change_nothing(case: Case, settled: Callable[..., Any]) -> None:
    settled(*case)
    assert anonymous(*case) == ()


def stored(result: Any, names: Mapping[str, str]) -> str:
    """Write a result without its digests, its ids replaced."""

    def cleaned(node: Any) -> Any:
        match node:
            case dict():
                return {key: cleaned(value) for key, value in node.items() if not key.endswith("digest")}
            case list():
                return [cleaned(value) for value in node]
            case str():
                return names.get(node, node)
            case _:
                return node

    return json.dumps(cleaned(json.loads(result.to_json())), sort_keys=True)


@PROPERTY
@given(case=cases())
def test_ids_in_the_same_order_and_items_in_any_give_the_same_bytes(case: Case, settled: Callable[..., Any]) -> None:
    plan, data, base_pay = case
    before = settled(plan, data, base_pay)
    persons = {person: f"nobody {person}" for person in data.people.person_ids}
    items = {item: f"{999 - place} {item}" for place, item in enumerate(sorted(set(data.facts.item_ids)))}
    other = renamed_dataset(data, persons=persons, items=items)
    after = settle(plan, score(plan, other), renamed_base_pay(base_pay, persons))
    assert stored(after, {new: old for old, new in persons.items()}) == stored(before, {})


def test_in_the_shop(shop: Any) -> None:
    assert anonymous(shop.plan, shop.dataset, shop.base_pay) == ()
    assert anonymous(shop.plan, shop.dataset) == ()


def test_a_favour_for_somebody_is_told_with_the_case(shop: Any) -> None:
    # The comparison that `anonymous` is made of, on a result in which one person got one minor unit more.
    line = shop.settlement.lines[0]
    favoured = replace(line, amounts=(*line.amounts[:-1], line.amounts[-1] + (line.points == line.points.max())))
    tampered = replace(shop.settlement, lines=(favoured, *shop.settlement.lines[1:]))
    (found,) = differences(shop.settlement, tampered, code="not_anonymous", said="other ids must change nothing")
    witness = dict(found.witness)
    assert (witness["person"], witness["period"]) == ("dora", "2026-02")
    assert witness["number"] == "roles.designer.pay.performance.amounts.0"
    assert int(witness["after"]) == int(witness["before"]) + 1


def test_ids_that_mean_something_are_told(shop: Any, monkeypatch: Any) -> None:
    # A scoring that favours the first person in the alphabet, as one would be that broke ties by name.
    def favouring(plan: Any, dataset: Any, **more: Any) -> Any:
        card = score(plan, dataset, **more)
        roles = [replace(role, scores=role.scores + (role.payees.persons == 0)) for role in card.roles]
        return replace(card, roles=tuple(roles))

    monkeypatch.setattr("jointpay.audit.symmetry.score", favouring)
    found = anonymous(shop.plan, shop.dataset)
    assert {told.code for told in found} == {"not_anonymous"}
    assert found[0].place.path == "roles.designer.score"

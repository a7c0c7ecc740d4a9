from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jointpay.audit import partition_invariant, row_order_invariant
from jointpay.audit.partition import split_facts
from jointpay.data.base_pay import read_base_pay
from jointpay.data.dataset import dataset
from jointpay.data.facts import merge_facts
from jointpay.errors import DataError, TooLargeError
from jointpay.pipeline import blocks, score, settle
from jointpay.plan.plan import Plan
from jointpay.testing.strategies import Case, Tables, cases, plans, tables_for
from jointpay.testing.strategies_data import read_tables

PROPERTY = settings(settings.get_profile("properties"), max_examples=20)


def written(plan: Plan, tables: Tables) -> str | None:
    """Pay by the tables; None where they are refused on purpose."""
    try:
        read, base_pay = read_tables(plan, tables)
        return settle(plan, score(plan, read), base_pay).to_json()
    except (DataError, TooLargeError):
        return None


@PROPERTY
@given(data=st.data())
def test_shuffled_rows_of_every_table_give_the_same_bytes(data: st.DataObject) -> None:
    plan = data.draw(plans())
    tables = data.draw(tables_for(plan))
    shuffled = {}
    for name, table in asdict(tables).items():
        rows = data.draw(st.permutations(range(len(next(iter(table.values()), [])))))
        shuffled[name] = {column: [cells[row] for row in rows] for column, cells in table.items()}
    assert written(plan, Tables(**shuffled)) == written(plan, tables)


@PROPERTY
@given(data=st.data())
def test_the_invariant_holds_for_generated_tables(data: st.DataObject) -> None:
    plan = data.draw(plans())
    tables = data.draw(tables_for(plan))
    if written(plan, tables) is None:
        return
    found = row_order_invariant(
        plan,
        credits=tables.credits,
        people=tables.people,
        facts=tables.facts,
        events=tables.events,
        targets=tables.targets,
        base_pay=tables.base_pay,
    )
    assert found == ()


@PROPERTY
@given(case=cases(), parts=st.integers(1, 5))
def test_facts_split_and_merged_give_the_same_bytes(case: Case, parts: int, settled: Callable[..., Any]) -> None:
    plan, data, base_pay = case
    whole = settled(plan, data, base_pay)
    merged = dataset(
        plan,
        facts=merge_facts(*split_facts(data.facts, parts)),
        credits=data.credits,
        people=data.people,
        targets=data.targets,
    )
    assert settle(plan, score(plan, merged), base_pay).to_json() == whole.to_json()
    assert partition_invariant(plan, data, base_pay, parts=parts) == ()


@PROPERTY
@given(case=cases(), block_rows=st.integers(1, 3))
def test_one_thread_or_two_and_blocks_of_any_size_give_the_same_bytes(
    case: Case, block_rows: int, settled: Callable[..., Any]
) -> None:
    plan, data, base_pay = case
    whole = settled(plan, data, base_pay).to_json()
    rows, threads = blocks.BLOCK_ROWS, (1, 2)
    try:
        blocks.BLOCK_ROWS = block_rows
        for count in threads:
            card = score(plan, data, threads=count)
            assert settle(plan, card, base_pay, threads=count).to_json() == whole
    finally:
        blocks.BLOCK_ROWS = rows


def test_in_the_shop_on_two_threads_with_many_blocks(shop: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 1)
    assert partition_invariant(shop.plan, shop.dataset, shop.base_pay) == ()


def test_facts_that_do_not_merge_by_addition_are_told(shop: Any, monkeypatch: Any) -> None:
    # A merge that keeps the last of several equal rows instead of adding them.
    def last_wins(*facts: Any) -> Any:
        return replace(merge_facts(*facts), totals=facts[-1].totals)

    monkeypatch.setattr("jointpay.audit.partition.merge_facts", last_wins)
    found = partition_invariant(shop.plan, shop.dataset, shop.base_pay)
    assert {told.code for told in found} == {"partition_matters"}
    assert found[0].place.path == "digest"
    assert [told.place.path for told in found[1:]] == [
        "roles.designer.components.quality.measures.clicks.numerators",
        "roles.operator.components.conversion.measures.department_order_rate.numerators",
    ]


def test_a_reader_that_numbers_people_as_they_come_is_told(shop: Any, monkeypatch: Any) -> None:
    def first_come(table: Any, plan: Any, **more: Any) -> Any:
        pay = read_base_pay(table, plan, **more)
        # Whoever comes first gets one minor unit more.
        key = (table["person"][0], table["period"][0], table["base"][0])
        return replace(pay, amounts={**pay.amounts, key: pay.amounts[key] + 1})

    monkeypatch.setattr("jointpay.audit.partition.read_base_pay", first_come)
    both = {"person": ["ann", "bea"], "role": ["designer", "designer"], "department": ["a", "a"]}
    totals = {total: [40, 50] for total in shop.plan.totals}
    pay = {"person": ["ann", "bea"], "period": ["2026-02"] * 2, "base": ["monthly_salary"] * 2, "amount": ["10", "10"]}
    found = row_order_invariant(
        shop.plan,
        facts={"day": ["2026-02-01", "2026-02-02"], "item": ["x", "y"], **totals},
        credits={"person": both["person"], "role": both["role"], "item": ["x", "y"], "share": ["1", "1"]},
        people=both,
        base_pay=pay,
    )
    assert [(told.code, told.place.path) for told in found] == [
        ("row_order_matters", "roles.designer.pay.performance.base_minor")
    ]


def test_tables_without_pay_are_scored_only(shop: Any) -> None:
    totals = {total: [40, 50] for total in shop.plan.totals}
    found = row_order_invariant(
        shop.plan,
        facts={"day": ["2026-02-01", "2026-02-02"], "item": ["x", "y"], **totals},
        credits={"person": ["ann"] * 2, "role": ["designer"] * 2, "item": ["x", "y"], "share": ["1", "1"]},
        people={"person": ["ann"], "role": ["designer"], "department": ["a"]},
    )
    assert found == ()


def test_a_scoring_in_which_periods_lean_on_one_another_is_told(shop: Any, monkeypatch: Any) -> None:
    # A scoring that gives everybody their place among all rows of the run.
    def ranking(plan: Any, dataset: Any, **more: Any) -> Any:
        card = score(plan, dataset, **more)
        roles = [replace(role, scores=np.argsort(np.argsort(role.scores, kind="stable"))) for role in card.roles]
        return replace(card, roles=tuple(roles))

    monkeypatch.setattr("jointpay.audit.partition.score", ranking)
    found = partition_invariant(shop.plan, shop.dataset)
    assert {told.code for told in found} == {"partition_matters"}
    assert found[0].message.startswith("period '2026-01' scored alone must be what it is among the others")

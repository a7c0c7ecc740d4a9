from typing import Any

import numpy as np

from jointpay.audit.variants import (
    NEWCOMER,
    renamed_base_pay,
    renamed_dataset,
    with_newcomer,
    with_totals,
    with_zero_facts,
    without_persons,
)
from jointpay.data.base_pay import read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.data.targets import read_targets
from jointpay.plan.plan import Plan
from jointpay.plan.presets import minimal


def plan_with_table() -> Plan:
    tree = minimal().to_json_tree()
    measure = tree["roles"]["seller"]["components"]["orders"]["measures"]["orders"]
    measure["target"] = {"kind": "table", "name": "asked", "keys": ["person", "item"]}
    return Plan.model_validate(tree)


PLAN = plan_with_table()


def read(*, bea: str = "bea", x: str = "x") -> Dataset:
    """Two sellers, two items, a target for each; `bea` and `x` may be called something else."""
    return dataset(
        PLAN,
        facts=read_facts({"day": ["2026-01-02"] * 2 + ["2026-01-03"], "item": [x, "y", x], "orders": [3, 4, 5]}, PLAN),
        credits=read_credits(
            {"person": ["ann", bea, bea], "role": ["seller"] * 3, "item": [x, x, "y"], "share": ["0.5", "0.25", "1"]},
            PLAN,
        ),
        people=read_people(
            {"person": ["ann", bea], "role": ["seller"] * 2, "name": ["Ann", "Bea"], "team": ["t", "u"]}, PLAN
        ),
        targets=read_targets(
            {
                "target": ["asked"] * 4,
                "value": ["1", "2", "3", "4"],
                "person": ["ann", "ann", bea, bea],
                "item": [x, "y", x, "y"],
            },
            PLAN,
        ),
    )


def record(data: Dataset) -> dict[str, Any]:
    """Everything a variant may change, as plain values."""
    facts, credit, people = data.facts, data.credits, data.people
    return {
        "facts": [
            (day, facts.item_ids[item], number)
            for day, item, number in zip(
                facts.days.tolist(), facts.items.tolist(), facts.totals["orders"].tolist(), strict=True
            )
        ],
        "credits": [
            (credit.person_ids[person], credit.item_ids[item], share, start, end)
            for person, item, share, start, end in zip(
                *(
                    column.tolist()
                    for column in (credit.persons, credit.items, credit.shares, credit.starts, credit.ends)
                ),
                strict=True,
            )
        ],
        "people": [
            (people.person_ids[person], start, end, people.group_values["team"][team])
            for person, start, end, team in zip(
                *(column.tolist() for column in (people.persons, people.starts, people.ends, people.groups["team"])),
                strict=True,
            )
        ],
        "ids": (facts.item_ids, credit.person_ids, credit.item_ids, people.person_ids),
        "names": dict(people.names),
        "targets": dict(data.targets["asked"].values),
    }


def test_renaming_gives_what_reading_the_other_names_gives() -> None:
    # The new ids sort the other way round: `aaa` before `ann`, `z` after `y`.
    renamed = renamed_dataset(read(), persons={"bea": "aaa"}, items={"x": "z"})
    assert record(renamed) == record(read(bea="aaa", x="z"))


def test_renaming_pay_bases() -> None:
    pay = {"person": ["ann", "bea"], "period": ["2026-01"] * 2, "base": ["monthly_salary"] * 2, "amount": ["1", "2"]}
    other = {**pay, "person": ["ann", "aaa"]}
    renamed = renamed_base_pay(read_base_pay(pay, PLAN), {"bea": "aaa"})
    assert dict(renamed.amounts) == dict(read_base_pay(other, PLAN).amounts)


def test_leaving_somebody_out_takes_seats_and_credits_along() -> None:
    left = without_persons(read(), {"ann"})
    assert left.people.person_ids == ("bea",)
    assert record(left)["credits"] == [entry for entry in record(read())["credits"] if entry[0] == "bea"]
    assert record(left)["people"] == [entry for entry in record(read())["people"] if entry[0] == "bea"]


def test_leaving_everybody_out_leaves_empty_tables() -> None:
    left = without_persons(read(), {"ann", "bea"})
    assert (left.people.person_ids, left.people.persons.size, left.credits.persons.size) == ((), 0, 0)


def test_a_newcomer_is_like_the_first_seat_but_has_no_credit() -> None:
    joined = with_newcomer(read(), "seller")
    assert joined is not None
    assert joined.people.person_ids == (NEWCOMER, "ann", "bea")
    seats = record(joined)["people"]
    assert [seat[0] for seat in seats] == [NEWCOMER, "ann", "bea"]
    assert seats[0][3] == "t"
    assert record(joined)["credits"] == record(read())["credits"]
    assert {key: number for key, number in joined.targets["asked"].values.items() if key[0] == NEWCOMER} == {
        (NEWCOMER, "x"): 1,
        (NEWCOMER, "y"): 2,
    }


def test_nobody_joins_a_role_that_nobody_holds() -> None:
    assert with_newcomer(read(), "designer") is None
    assert with_newcomer(without_persons(read(), {"ann", "bea"}), "seller") is None


def test_zero_facts_stand_on_days_that_have_facts() -> None:
    grown = with_zero_facts(read())
    zeros = [entry for entry in record(grown)["facts"] if entry not in record(read())["facts"]]
    assert [(day, number) for day, _, number in zeros] == [(20455, 0), (20456, 0)]
    order = np.lexsort((grown.facts.items, grown.facts.days))
    assert order.tolist() == list(range(5))


def test_totals_change_each_by_its_own_function() -> None:
    changed = with_totals(read(), {"orders": lambda values: values * 2})
    assert changed.facts.totals["orders"].tolist() == [6, 8, 10]
    assert read().facts.totals["orders"].tolist() == [3, 4, 5]

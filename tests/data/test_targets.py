"""Targets that come as a table."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import polars as pl
import pytest

from jointpay.data.target_needs import NeededTable, tables_needed
from jointpay.data.targets import TargetTable, read_targets
from jointpay.plan.load import plan_from_text
from jointpay.plan.plan import Plan
from jointpay.plan.presets import minimal, preset_text

Refusals = Callable[[Callable[[], Any]], list[str]]
Changed = Callable[..., dict[str, Any]]

ASKED = {
    "target": ["clicks_of_item", "clicks_of_item", "clicks_of_team", "industry"],
    "value": ["120", "80.5", "-3", "5%"],
    "item": ["poster", "poster", "", ""],
    "period": ["2026-01", "2026-02", "", "2026-01"],
    "team": ["", "", "red", ""],
}


def test_a_plan_says_what_it_looks_up(plan: Plan) -> None:
    assert tables_needed(plan) == {
        "clicks_of_item": NeededTable(keys=("item", "period"), divides=True, readers=("designer.draw.clicks",)),
        "clicks_of_team": NeededTable(keys=("team",), divides=False, readers=("designer.draw.team_clicks",)),
        "industry": NeededTable(keys=("period",), divides=False, readers=("operator.convert.order_rate",)),
    }
    assert tables_needed(minimal()) == {}


def test_a_target_read_twice_divides_where_one_reading_does() -> None:
    text = preset_text("minimal").replace("{kind: fixed, value: 100}", "{kind: benchmark, series: s, by: 0}")
    modifier = text.replace(
        "    pay:",
        "        modifiers:\n          gate: {metric: orders, scope: own, target: {kind: benchmark, series: s, by: 0}, "
        "attainment: difference, curve: {kind: proportional, times: 1, origin: 0, from: 0, to: 9}, missing: error}\n"
        "    pay:",
    )
    assert tables_needed(plan_from_text(modifier, format="yaml")) == {
        "s": NeededTable(keys=("period",), divides=True, readers=("seller.orders.orders", "seller.orders.gate"))
    }


def test_numbers_are_exact_and_keyed_in_the_order_of_the_plan(plan: Plan) -> None:
    targets = read_targets(ASKED, plan)
    assert dict(targets) == {
        "clicks_of_item": TargetTable(
            keys=("item", "period"),
            values={("poster", "2026-01"): Fraction(120), ("poster", "2026-02"): Fraction(161, 2)},
        ),
        "clicks_of_team": TargetTable(keys=("team",), values={("red",): Fraction(-3)}),
        "industry": TargetTable(keys=("period",), values={("2026-01",): Fraction(1, 20)}),
    }
    assert len(targets) == 3
    assert targets.notes == ()
    assert targets.source == "targets"
    with pytest.raises(TypeError, match="does not support item assignment"):
        targets.tables["industry"] = targets["industry"]  # type: ignore[index]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_any_frame_and_any_order_of_rows_gives_the_same_targets(plan: Plan, make: Callable[[Any], object]) -> None:
    turned = {name: cells[::-1] for name, cells in ASKED.items()}
    assert dict(read_targets(make(turned), plan)) == dict(read_targets(ASKED, plan))


def test_exact_numbers_of_python_are_taken(plan: Plan, changed: Changed) -> None:
    targets = read_targets(changed(ASKED, value=[120, Decimal("80.5"), -3, Fraction(1, 20)]), plan)
    assert dict(targets) == dict(read_targets(ASKED, plan))


def test_columns_that_are_not_read_are_noted(plan: Plan, changed: Changed) -> None:
    targets = read_targets(changed(ASKED, remark=["", "", "", "x"], person=["", None, "", ""]), plan, source="t.csv")
    assert [str(note) for note in targets.notes] == ["t.csv: columns that are not read: 'remark' [column_ignored]"]


def test_a_plan_that_looks_nothing_up_knows_no_target(refusals: Refusals) -> None:
    assert refusals(lambda: read_targets({"target": ["x"], "value": ["1"]}, minimal())) == [
        "targets: row 2, column 'target': 'x' is not a target that the plan looks up; allowed: none [target_unknown]"
    ]


def test_unknown_targets_and_periods_are_refused_with_the_nearest(
    plan: Plan, changed: Changed, refusals: Refusals
) -> None:
    table = changed(
        ASKED,
        target=["clicks_of_items", "clicks_of_item", "clicks_of_team", "industry"],
        period=["2026-01", "2026-2", "", "2027-01"],
    )
    assert refusals(lambda: read_targets(table, plan)) == [
        (
            "targets: row 2, column 'target': 'clicks_of_items' is not a target that the plan looks up; did you mean "
            "'clicks_of_item'?; allowed: 'clicks_of_item', 'clicks_of_team', 'industry' [target_unknown]"
        ),
        (
            "targets: row 3, column 'period': '2026-2' is not a period of the plan; did you mean '2026-02'?; allowed: "
            "'2026-01' to '2026-06' [period_unknown]"
        ),
        (
            "targets: row 5, column 'period': '2027-01' is not a period of the plan; did you mean '2026-01'?; allowed: "
            "'2026-01' to '2026-06' [period_unknown]"
        ),
    ]


def test_a_target_without_a_row_is_refused_naming_who_reads_it(
    plan: Plan, changed: Changed, refusals: Refusals
) -> None:
    table = {name: cells[:2] for name, cells in changed(ASKED).items()}
    assert refusals(lambda: read_targets(table, plan)) == [
        (
            "targets: column 'target': target 'clicks_of_team' of the plan (designer.draw.team_clicks) has no row; next: "
            "add rows with team and value [target_missing]"
        ),
        (
            "targets: column 'target': target 'industry' of the plan (operator.convert.order_rate) has no row; next: add "
            "rows with period and value [target_missing]"
        ),
    ]


def test_a_missing_key_column_is_told_with_the_target_that_needs_it(
    plan: Plan, changed: Changed, refusals: Refusals
) -> None:
    assert refusals(lambda: read_targets(changed(ASKED, team=None), plan)) == [
        (
            "targets: row 1: column 'team' is missing; expected: target, value, item, period, team (and, where wanted, "
            "person); found: 'target', 'value', 'item', 'period'; next: target 'clicks_of_team' of the plan is keyed by it "
            "[column_missing]"
        )
    ]


def test_keys_of_a_target_are_filled_and_all_others_empty(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    table = changed(ASKED, item=["poster", "", "", ""], team=["red", "", "red", ""], person=["", "", "p1", ""])
    assert refusals(lambda: read_targets(table, plan)) == [
        (
            "targets: row 2, column 'team': the cell is filled, and target 'clicks_of_item' is keyed by item, period alone; "
            "next: empty it [key_unwanted]"
        ),
        (
            "targets: row 3, column 'item': the cell is empty, and target 'clicks_of_item' is keyed by item, period; next: "
            "fill it in [key_empty]"
        ),
        (
            "targets: row 4, column 'person', person 'p1': the cell is filled, and target 'clicks_of_team' is keyed by team "
            "alone; next: empty it [key_unwanted]"
        ),
    ]


def test_the_same_keys_twice_are_refused(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    table = changed(ASKED, period=["2026-01", "2026-01", "", "2026-01"])
    assert refusals(lambda: read_targets(table, plan)) == [
        (
            "targets: row 3: target 'clicks_of_item' for item 'poster', period '2026-01' stands on row 2 already; allowed: "
            "one number; next: drop one of the rows [target_repeated]"
        )
    ]


def test_a_target_is_above_zero_where_the_plan_divides_by_it(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    table = changed(ASKED, value=["0", "-0.5", "0", "0"])
    assert refusals(lambda: read_targets(table, plan)) == [
        (
            "targets: row 2, column 'value': 0 is no target for 'clicks_of_item', because the plan divides by it "
            "(attainment `ratio`); allowed: more than 0 [target_not_positive]"
        ),
        (
            "targets: row 3, column 'value': -0.5 is no target for 'clicks_of_item', because the plan divides by it "
            "(attainment `ratio`); allowed: more than 0 [target_not_positive]"
        ),
    ]


def test_values_are_exact_numbers(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    lines = refusals(lambda: read_targets(changed(ASKED, value=["1,000", "", "12.5.", "−3"]), plan))
    assert [line.split(";")[0] for line in lines] == [
        "targets: row 2, column 'value': '1,000' is not a number",
        "targets: row 3, column 'value': the cell is empty",
        "targets: row 4, column 'value': '12.5.' is not a number",
        "targets: row 5, column 'value': '−3' is not a number",
    ]
    [line] = refusals(lambda: read_targets(changed(ASKED, value=[1.0, 2.5, 3.0, 4.0]), plan))
    assert line.startswith("targets: row 2, column 'value': 1.0 is a float, and binary floats are refused")

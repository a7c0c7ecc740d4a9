"""Pay bases: exact amounts by person, period and base, and no digit of them in a log."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import polars as pl
import pytest

from jointpay.data.base_pay import read_base_pay
from jointpay.plan.load import plan_from_text
from jointpay.plan.plan import Plan
from jointpay.plan.presets import preset_text

Refusals = Callable[[Callable[[], Any]], list[str]]
Changed = Callable[..., dict[str, Any]]

PAY = {
    "person": ["p2", "p1", "p1"],
    "period": ["2026-01", "2026-01", "2026-02"],
    "base": ["monthly_salary"] * 3,
    "amount": ["12000", "8000.5", "0.01"],
}


def test_amounts_are_whole_minor_units(plan: Plan) -> None:
    pay = read_base_pay(PAY, plan)
    assert pay.currency == "CNY"
    assert pay.amounts == {
        ("p2", "2026-01", "monthly_salary"): 1_200_000,
        ("p1", "2026-01", "monthly_salary"): 800_050,
        ("p1", "2026-02", "monthly_salary"): 1,
    }
    assert pay.notes == ()
    with pytest.raises(TypeError, match="does not support item assignment"):
        pay.amounts["p1", "2026-01", "x"] = 1  # type: ignore[index]


def test_the_digest_is_of_the_content_whatever_it_came_in(plan: Plan, changed: Changed) -> None:
    digest = read_base_pay(PAY, plan).digest
    assert len(digest) == 64
    for same in (
        {name: cells[::-1] for name, cells in PAY.items()},
        changed(PAY, amount=[12000, Decimal("8000.50"), Fraction(1, 100)]),
        changed(PAY, currency=["CNY"] * 3, remark=["", "x", ""]),
        pd.DataFrame(PAY),
        pl.DataFrame(PAY),
    ):
        assert read_base_pay(same, plan).digest == digest
    for other in (
        changed(PAY, amount=["12000", "8000.5", "0.02"]),
        changed(PAY, person=["p2", "p1", "p3"]),
        {name: cells[:2] for name, cells in PAY.items()},
    ):
        assert read_base_pay(other, plan).digest != digest


def test_a_column_that_is_not_read_is_noted(plan: Plan, changed: Changed) -> None:
    assert [str(note) for note in read_base_pay(changed(PAY, remark=["", "x", ""]), plan).notes] == [
        "base pay: columns that are not read: 'remark' [column_ignored]"
    ]


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("12.345", "'##.###' has more decimals than CNY; allowed: at most 2 (0.00 CNY)"),
        ("12.299999999999999", "'##.###############' has too many digits"),
        ("", "the cell is empty; allowed: an amount in CNY; next: fill it in [cell_empty]"),
        ("0", "the amount is zero; allowed: more than 0 [amount_not_positive]"),
        ("-0.00", "the amount is zero; allowed: more than 0 [amount_not_positive]"),
        ("-12000", "the amount is negative; allowed: more than 0 [amount_not_positive]"),
        ("12,000", "'##,###' is not a number; write it without thousands separators"),
        ("1.234,56", "'#.###,##' is not a number"),
        ("10%", "'##%' is not an amount of CNY"),
        ("１２", "'##' is not a number; its digits are not the plain 0-9"),
        ("1/3", "'#/#' is not an amount of CNY"),
        ("NaN", "'NaN' stands for a missing value"),
        ("#REF!", "'#REF!' is a spreadsheet error"),
        ("9" * 18, "is too large"),
    ],
)
def test_what_is_no_amount_is_refused_without_its_digits(
    plan: Plan, changed: Changed, refusals: Refusals, amount: str, told: str
) -> None:
    [line] = refusals(lambda: read_base_pay(changed(PAY, amount=["1", amount, "1"]), plan))
    assert line.startswith("base pay: row 3, column 'amount', person 'p1': ")
    assert told in line


@pytest.mark.parametrize("amount", [Decimal("Infinity"), Decimal("NaN"), Decimal("sNaN")])
def test_numbers_that_are_not_finite_are_refused(
    plan: Plan, changed: Changed, refusals: Refusals, amount: Decimal
) -> None:
    [line] = refusals(lambda: read_base_pay(changed(PAY, amount=[Decimal(1), amount, Decimal(1)]), plan))
    assert f"{amount!r} is not finite" in line


def test_amounts_of_mixed_kinds_show_no_digit_either(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    table = changed(PAY, amount=["9876", 5432, "9999"])
    assert refusals(lambda: read_base_pay(table, plan)) == [
        (
            "base pay: row 3, column 'amount', person 'p1': #### is a number, and row 2 of the column holds a text ('####'); "
            "allowed: one kind of cell in a column [cell_mixed]"
        )
    ]
    assert "5432 is a number" in refusals(lambda: read_base_pay(table, plan, show_amounts=True))[0]


def test_digits_are_shown_to_whoever_asks(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    table = changed(PAY, amount=["1", "12.345", "1"])
    [line] = refusals(lambda: read_base_pay(table, plan, show_amounts=True))
    assert "'12.345' has more decimals than CNY" in line


def test_a_column_of_floats_is_refused_by_type(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    [line] = refusals(lambda: read_base_pay(changed(PAY, amount=[12000.0, 8000.5, 0.5]), plan))
    assert line.startswith("base pay: row 2, column 'amount', person 'p2': #####.# is a float, and binary floats")
    assert line.endswith("dtype=str (and so in all 3 cells of the column) [number_float]")


def test_unknown_periods_and_bases_are_refused_with_the_nearest(
    plan: Plan, changed: Changed, refusals: Refusals
) -> None:
    table = changed(PAY, base=["monthly_salary", "monthly_salery", ""], period=["2026-01", "2026-01", "2026-1"])
    assert refusals(lambda: read_base_pay(table, plan)) == [
        (
            "base pay: row 3, column 'base', person 'p1': 'monthly_salery' is not a pay base that a rule of the plan names; "
            "did you mean 'monthly_salary'?; allowed: 'monthly_salary' [base_unknown]"
        ),
        (
            "base pay: row 4, column 'period', person 'p1': '2026-1' is not a period of the plan; did you mean '2026-01'?; "
            "allowed: '2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06' [period_unknown]"
        ),
        (
            "base pay: row 4, column 'base', person 'p1': the cell is empty; allowed: a pay base that a rule of the plan "
            "names; next: fill it in [cell_empty]"
        ),
    ]


def test_another_currency_is_never_added_up(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    assert refusals(lambda: read_base_pay(changed(PAY, currency=["CNY", "USD", None]), plan)) == [
        (
            "base pay: row 3, column 'currency', person 'p1': 'USD' is not the plan's currency; allowed: CNY; nothing is "
            "converted or added up [currency]"
        ),
        "base pay: row 4, column 'currency', person 'p1': the cell is empty; allowed: CNY; next: fill it in [cell_empty]",
    ]


def test_the_same_base_twice_is_refused_with_both_rows(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    table = changed(PAY, person=["p1"] * 3, period=["2026-01", "2026-02", "2026-01"])
    assert refusals(lambda: read_base_pay(table, plan)) == [
        (
            "base pay: row 4, person 'p1': base 'monthly_salary' of period '2026-01' stands on row 2 already; allowed: one "
            "amount per person, period and base [base_repeated]"
        )
    ]


def test_decimals_are_those_of_the_currency(refusals: Refusals) -> None:
    yen = plan_from_text(preset_text("minimal").replace("CNY", "JPY"), format="yaml")
    table = {"person": ["p"], "period": ["2026-01"], "base": ["monthly_salary"], "amount": ["0.5"]}
    assert refusals(lambda: read_base_pay(table, yen))[0].startswith(
        "base pay: row 2, column 'amount', person 'p': '#.#' has more decimals than JPY; allowed: at most 0 (0 JPY)"
    )
    assert list(read_base_pay({**table, "amount": ["300000"]}, yen).amounts.values()) == [300_000]


def test_long_lists_of_what_is_allowed_are_cut(refusals: Refusals) -> None:
    year = plan_from_text(preset_text("minimal"), format="yaml")
    table = {"person": ["p"], "period": ["x"], "base": ["monthly_salary"], "amount": ["1"]}
    assert refusals(lambda: read_base_pay(table, year))[0].endswith("'2026-09', '2026-10' ... [period_unknown]")

"""Whole numbers in a spreadsheet: quotients round as fractions do, at ties, beside them, and near the limit."""

import io
from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from jointpay.money.rounding import Rounding, published, round_half
from jointpay.plan.plan import Plan
from jointpay.report.workbook.lines import curve_lines
from jointpay.report.workbook.whole import LIMIT, Whole, cell_of, constant, fits, quotient, read, times
from jointpay.testing.examples import component, measure, plan
from jointpay.testing.reference_curves import curve_value
from jointpay.testing.strategies_choose import SeededChoose
from jointpay.testing.strategies_curves import curve


def pairs() -> list[tuple[int, int]]:
    """Dividends and divisors: ties, their neighbours, small and as large as may be, of both signs."""
    random = Random(4)  # noqa: S311  choices for tests, not secrets
    found = [(0, 1), (1, 2), (-1, 2), (3, 2), (LIMIT, 1), (LIMIT, LIMIT), (-LIMIT, LIMIT - 1), (LIMIT - 1, 2)]
    for _ in range(1000):
        divisor = random.randint(1, 10 ** random.randint(0, 13))
        half = random.randint(0, 2 * LIMIT // divisor - 1) // 2
        for near in (-1, 0, 1):
            dividend = (half * 2 + 1) * divisor // 2 + near
            if fits(dividend, divisor):
                found.append((random.choice((1, -1)) * dividend, divisor))
    return found


def test_quotients_are_rounded_exactly(recalculate: Callable[[Sequence[bytes]], list[Any]]) -> None:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target)
    page = made.add_worksheet("Sheet")
    for row, (above, below) in enumerate(pairs()):
        page.write_number(row, 0, above)
        page.write_number(row, 1, below)
        for place, half_even in ((2, False), (3, True)):
            formula = quotient(read(f"A{row + 1}", 1, LIMIT), Whole.of(f"B{row + 1}", LIMIT), half_even=half_even)
            page.write_formula(row, place, f"={formula}")
    made.close()
    (found,) = recalculate([target.getvalue()])
    modes: tuple[tuple[int, Rounding], ...] = ((3, "half_away_from_zero"), (4, "half_even"))
    wrong = [
        (above, below, rounding, found.sheets["Sheet"][row, place])
        for row, (above, below) in enumerate(pairs(), start=1)
        for place, rounding in modes
        if found.sheets["Sheet"][row, place] != round_half(Fraction(above, below), rounding=rounding)
    ]
    assert wrong == []


def test_what_could_pass_the_limit_is_checked_by_the_formula() -> None:
    typed, known = read("A1", 100, None), read("B1", 1, 5000)
    assert quotient(times(known, constant(3)), constant(7), half_even=False) == "ROUND(ROUND(B1,0)*3/7,0)"
    assert quotient(typed, constant(7), half_even=False) == (
        "IF(MAX(ABS(ROUND(A1*100,0)))>20000000000000,NA(),ROUND(ROUND(A1*100,0)/7,0))"
    )
    assert quotient(times(known, constant(LIMIT)), constant(1), half_even=False).startswith("IF(MAX(ABS(ROUND(B1,0)*2")


def test_a_sum_is_checked_by_its_terms() -> None:
    taken = times(read("B1", 1, None), constant(-3))
    above = read("A1", 1, None).plus(taken)
    assert above.checks == ("ROUND(A1,0)", "ROUND(B1,0)*(-3)")
    assert quotient(above, constant(1), half_even=True).startswith("IF(MAX(ABS(ROUND(A1,0)),ABS(ROUND(B1,0)*(-3)))>")


def test_a_cell_holds_the_number_or_more_digits_than_it_has_room_for_as_text() -> None:
    assert [cell_of(9725, 100), cell_of(-5, 1), cell_of(10**15, 100), cell_of(-(10**15), 1)] == [
        97.25,
        -5,
        "10000000000000.00",
        "-1000000000000000",
    ]


def of_curve(tree: dict[str, Any]) -> Plan:
    return plan({"seller": {"c": component(measure(curve=tree), missing="zero")}})


@pytest.mark.parametrize("rounding", ["half_away_from_zero", "half_even"])
@given(seed=st.integers(0, 10**6), scale_in=st.sampled_from((1, 10, 10_000)), scale_out=st.sampled_from((1, 100)))
def test_lines_give_what_the_curve_gives(rounding: Rounding, seed: int, scale_in: int, scale_out: int) -> None:
    """At every edge, beside it and between, whoever owns it."""
    choose = SeededChoose(seed)
    places = [Fraction(text) for text in ("-1", "0", "1/3", "0.5", "0.8", "1", "1.25", "2", "3")]
    tree = curve(choose, places, [Fraction(text) for text in ("0", "100", "50", "62.5", "-1/3", "7")])
    made = of_curve(tree).roles["seller"].components["c"].measures["p0"]
    assert made.kind == "measure"
    lines = curve_lines(made.curve, scale_in=scale_in, scale_out=scale_out, rounding=rounding)
    edges = {int(place * scale_in) + near for place in places for near in (-1, 0, 1)} | {choose.whole(-100, 40_000)}
    for whole in sorted(edges):
        line = lines.lines[lines.place(whole)]
        exact = curve_value(made.curve, Fraction(whole, scale_in))
        if exact is None:
            assert not line.exact
            assert line.piece is None
        elif line.exact:
            found = round_half(Fraction(line.a + line.b * whole, line.c), rounding=rounding)
            assert found == published(exact * scale_out, places=0, rounding=rounding)
            assert abs(found) <= lines.most
            assert found % lines.grain == 0 if lines.grain else found == 0


def test_a_line_whose_numbers_are_too_large_is_not_followed() -> None:
    tree = {
        "kind": "points",
        "points": [{"at": "0", "gives": "0"}, {"at": "1000000000", "gives": "1/7"}],
        "below": "refuse",
        "above": "clamp",
    }
    made = of_curve(tree).roles["seller"].components["c"].measures["p0"]
    assert made.kind == "measure"
    lines = curve_lines(made.curve, scale_in=10**8, scale_out=100, rounding="half_even")
    assert [line.exact for line in lines.lines] == [False, False, True]
    assert lines.lines[0].piece is None
    assert lines.lines[1].piece is not None

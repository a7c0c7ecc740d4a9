import decimal
from decimal import Decimal
from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.money.number import exact
from jointpay.money.rounding import Rounding, published, round_half

ROUNDINGS: tuple[Rounding, ...] = get_args(Rounding)


@pytest.mark.parametrize(
    ("value", "away", "even"),
    [
        ("0", 0, 0),
        ("1/2", 1, 0),
        ("3/2", 2, 2),
        ("5/2", 3, 2),
        ("-1/2", -1, 0),
        ("-3/2", -2, -2),
        ("-5/2", -3, -2),
        ("1/3", 0, 0),
        ("2/3", 1, 1),
        ("-2/3", -1, -1),
        ("0.499999999999", 0, 0),
        ("0.500000000001", 1, 1),
        ("2.500000000001", 3, 3),
        ("7", 7, 7),
    ],
)
def test_ties_go_where_the_plan_says(value: str, away: int, even: int) -> None:
    exactly = exact(value, argument="value")
    assert round_half(exactly, rounding="half_away_from_zero") == away
    assert round_half(exactly, rounding="half_even") == even


def test_m014_two_point_six_seven_five() -> None:
    assert published(exact("2.675", argument="value"), places=2, rounding="half_away_from_zero") == 268
    assert published(exact("2.675", argument="value"), places=2, rounding="half_even") == 268
    assert published(exact("2.665", argument="value"), places=2, rounding="half_even") == 266


@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_m015_both_signs_round_to_the_same_size(rounding: Rounding) -> None:
    value = exact("12.345", argument="value")
    assert published(-value, places=2, rounding=rounding) == -published(value, places=2, rounding=rounding)


def test_m012_the_callers_decimal_context_changes_nothing() -> None:
    with decimal.localcontext() as context:
        context.prec = 6
        context.rounding = decimal.ROUND_UP
        assert published(exact(Decimal("98765432.12345"), argument="x"), places=4, rounding="half_even") == 987654321234
        assert published(exact(Decimal("98765432.12341"), argument="x"), places=4, rounding="half_even") == 987654321234


def test_m013_nothing_is_lost_near_ten_to_the_27th() -> None:
    value = Fraction(10**27) + Fraction(1, 100)
    assert published(value, places=2, rounding="half_even") == 10**29 + 1


def test_a_rounding_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AssertionError, match=r"unreachable.*'down'"):
        round_half(Fraction(1, 2), rounding="down")  # type: ignore[arg-type]


def test_no_places_publishes_whole_numbers() -> None:
    assert published(Fraction(5, 2), places=0, rounding="half_away_from_zero") == 3


values = st.fractions(max_denominator=200) | st.integers().map(lambda number: Fraction(number, 2))


@given(values, st.sampled_from(ROUNDINGS))
def test_the_result_is_a_nearest_whole_number_and_symmetric(value: Fraction, rounding: Rounding) -> None:
    found = round_half(value, rounding=rounding)
    assert abs(found - value) <= Fraction(1, 2)
    assert round_half(-value, rounding=rounding) == -found
    if abs(found - value) == Fraction(1, 2):
        assert found % 2 == 0 if rounding == "half_even" else abs(found) > abs(value)

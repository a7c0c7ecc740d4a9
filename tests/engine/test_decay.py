"""Weights that halve with age are correctly rounded, whatever powers of two the machine computes."""

from decimal import ROUND_UP, DefaultContext, Inexact, localcontext
from fractions import Fraction
from math import isqrt

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jointpay.engine import decay
from jointpay.engine.decay import BILLION, decay_weights


def is_rounded(weight: int, age: int, half_life: int) -> bool:
    """Tell whether 2 * weight - 1 <= 2 * 10**9 * 2**(-age / half_life) < 2 * weight + 1, in whole numbers to the power."""
    common = Fraction(age, half_life)
    age, half_life = common.numerator, common.denominator
    target = (2 * BILLION) ** half_life
    at_least = weight == 0 or (2 * weight - 1) ** half_life << age <= target
    return bool(at_least and target < (2 * weight + 1) ** half_life << age)


def left_of_a_billion(age: int, half_life: int) -> int:
    """Round 10**9 * 2**(-age / half_life) by a product of square roots, one for each binary place of the exponent.

    The product is held between two whole numbers of 2**-400, so half-lives can be as long as a plan allows.
    """
    whole, rest = divmod(Fraction(age, half_life), 1)
    low = high = 1 << 400
    root = 1 << 399
    for _ in range(150):
        # Too small by less than two of its last places, since half the error of one root is passed on to the next.
        root = isqrt(root << 400)
        place, rest = divmod(rest * 2, 1)
        if place:
            low, high = (low * root) >> 400, ((high * (root + 2)) >> 400) + 1
    if rest:
        # What is left of the exponent is below 2**-150, and takes away less than that part.
        low -= (low >> 150) + 1
    half = 1 << (400 + whole)
    (rounded,) = {(2 * BILLION * bound + half) // (2 * half) for bound in (low, high)}
    return rounded


def nearest_to_half(weight: int, most: int) -> tuple[int, int]:
    """Give an age and a half-life of at most so much that leave as nearly weight + 1/2 as such numbers can."""
    ratio, whole = Fraction(2 * BILLION, 2 * weight + 1), 0
    while ratio >= 2:
        ratio, whole = ratio / 2, whole + 1
    fixed, places = (ratio.numerator << 400) // ratio.denominator, 0
    for _ in range(300):
        # The binary places of a logarithm, by squaring.
        fixed, places = (fixed * fixed) >> 400, places << 1
        if fixed >> 401:
            fixed, places = fixed >> 1, places + 1
    near = (whole + Fraction(places, 1 << 300)).limit_denominator(most)
    return near.numerator, near.denominator


def test_whole_half_lives_halve_exactly_and_a_half_rounds_up() -> None:
    ages = np.array([0, 7, 14, 63, 70, 77, 203, 210, 217, 10**12])
    assert decay_weights(ages, 7).tolist() == [
        1_000_000_000,
        500_000_000,
        250_000_000,
        1_953_125,
        976_563,
        488_281,
        2,
        1,
        0,
        0,
    ]


def test_no_ages_have_no_weights() -> None:
    assert decay_weights(np.empty(0, dtype=np.int64), 7).size == 0


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=20), st.integers(1, 60))
@example([70], 7)
@example([31], 1)
def test_weights_are_correctly_rounded(ages: list[int], half_life: int) -> None:
    weights = decay_weights(np.array(ages), half_life).tolist()
    assert [is_rounded(weight, age, half_life) for weight, age in zip(weights, ages, strict=True)] == [True] * len(ages)


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=20), st.integers(1, 60))
def test_a_power_of_two_that_is_a_little_off_changes_nothing(ages: list[int], half_life: int) -> None:
    exact = decay_weights(np.array(ages), half_life).tolist()
    with pytest.MonkeyPatch.context() as patched:
        # Ten units in the last place: worse than any library of mathematics.
        patched.setattr(np, "exp2", lambda exponent, power=np.exp2: power(exponent) * (1 + 10 * 2.0**-52))
        assert decay_weights(np.array(ages), half_life).tolist() == exact


def test_every_weight_can_be_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ages = np.arange(400)
    quick = decay_weights(ages, 13).tolist()
    monkeypatch.setattr(decay, "_ERROR", 1.0)
    assert decay_weights(ages, 13).tolist() == quick
    # With no digits to spare the first attempt does not decide, and more of them are taken.
    monkeypatch.setattr(decay, "_DIGITS", 15)
    assert decay_weights(ages, 13).tolist() == quick


@given(st.integers(0, 2**51), st.integers(1, 2**51))
def test_weights_of_long_half_lives_are_correctly_rounded(age: int, half_life: int) -> None:
    age %= 33 * half_life
    assert decay_weights(np.array([age]), half_life).tolist() == [left_of_a_billion(age, half_life)]


@pytest.mark.parametrize("weight", [900_000_000, 707_106_780, 123_456_789, 976_562, 3])
@pytest.mark.parametrize("most", [10**4, 10**9, 3 * 10**13])
def test_ages_next_to_a_half_are_decided_by_digits_whatever_context_the_caller_has(weight: int, most: int) -> None:
    age, half_life = nearest_to_half(weight, most)
    ages = [age - 1, age, age + 1]
    wanted = [left_of_a_billion(one, half_life) for one in ages]
    assert {weight, weight + 1} >= {wanted[1]}
    assert decay_weights(np.array(ages), half_life).tolist() == wanted
    with localcontext() as context:
        context.prec = 3
        context.traps[Inexact] = True
        assert decay_weights(np.array(ages), half_life).tolist() == wanted


@pytest.mark.parametrize("digits", range(15, 24))
def test_digits_that_do_not_decide_are_not_believed(digits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decay, "_DIGITS", digits)
    # With 16, 17 or 22 digits the first two come out above the half, which they are below, and the others the other way.
    for weight in (642_985_128, 780_378_296, 735_089_108, 726_616_971, 761_916_048):
        for most in (10**12, 3 * 10**13):
            age, half_life = nearest_to_half(weight, most)
            assert decay_weights(np.array([age]), half_life).tolist() == [left_of_a_billion(age, half_life)]


def test_a_default_context_that_a_program_has_changed_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    age, half_life = nearest_to_half(123_456_789, 10**9)
    for name, value in (("prec", 3), ("rounding", ROUND_UP), ("Emin", 0), ("Emax", 0), ("clamp", 1)):
        with monkeypatch.context() as changed:
            changed.setattr(DefaultContext, name, value)
            assert decay_weights(np.array([age]), half_life).tolist() == [left_of_a_billion(age, half_life)]
    with monkeypatch.context() as changed:
        changed.setitem(DefaultContext.traps, Inexact, True)
        assert decay_weights(np.array([age]), half_life).tolist() == [left_of_a_billion(age, half_life)]

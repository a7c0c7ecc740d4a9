"""Weights that halve with age are correctly rounded, whatever powers of two the machine computes."""

from fractions import Fraction

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

"""The weighted geometric mean is rounded correctly, ties and near ties included."""

from fractions import Fraction
from random import Random

import pytest

from jointpay.money.rounding import Rounding, round_half
from jointpay.testing.reference_combine import combined, is_one, rounded_root_product


def by_whole_powers(powers: list[tuple[Fraction, int]], root: int, rounding: Rounding) -> int:
    """Round (product of base ** power) ** (1 / root) by comparing whole powers alone."""
    product = Fraction(1)
    for base, power in powers:
        product *= base**power
    low, high = 0, 1
    while Fraction(high) ** root <= product:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if Fraction(middle) ** root <= product else (low, middle)
    half = Fraction(2 * low + 1, 2) ** root
    if product == half:
        return round_half(Fraction(2 * low + 1, 2), rounding=rounding)
    return low + (product > half)


@pytest.mark.parametrize("rounding", ["half_away_from_zero", "half_even"])
def test_it_agrees_with_comparing_whole_powers(rounding: Rounding) -> None:
    random = Random(7)  # noqa: S311  cases for a test, not secrets
    for _ in range(300):
        root = random.randint(1, 6)
        powers = [
            (Fraction(random.randint(1, 40), random.choice((1, 2, 3, 4))), random.randint(1, 4)) for _ in range(3)
        ]
        wanted = by_whole_powers(powers, root, rounding)
        assert (
            rounded_root_product([(base, Fraction(power, root)) for base, power in powers], rounding=rounding) == wanted
        )


@pytest.mark.parametrize(("rounding", "expected"), [("half_away_from_zero", 3), ("half_even", 2)])
def test_an_exact_tie_of_roots_goes_where_the_plan_says(rounding: Rounding, expected: int) -> None:
    # sqrt(1.25 * 5) = sqrt(6.25) = 2.5 exactly
    powers = [(Fraction(5, 4), Fraction(1, 2)), (Fraction(5), Fraction(1, 2))]
    assert rounded_root_product(powers, rounding=rounding) == expected


def test_a_hair_beside_a_tie_is_seen() -> None:
    # sqrt(6.25 + 10 ** -80) is above 2.5 by about 2 * 10 ** -81, far beyond the first fifty digits
    hair = Fraction(1, 10**80)
    above = [(Fraction(25, 4) + hair, Fraction(1, 2))]
    below = [(Fraction(25, 4) - hair, Fraction(1, 2))]
    assert rounded_root_product(above, rounding="half_even") == 3
    assert rounded_root_product(below, rounding="half_away_from_zero") == 2


def test_weights_with_twelve_decimals_are_exact_powers() -> None:
    # equal points give the points, whatever the weights: 7.5 is a tie
    third = Fraction(333_333_333_333, 10**12)
    pairs = [(Fraction(15, 2), third), (Fraction(15, 2), 1 - third)]
    assert combined("weighted_geometric", pairs, Fraction(1), rounding="half_away_from_zero") == 8
    assert combined("weighted_geometric", pairs, Fraction(1), rounding="half_even") == 8
    assert combined("weighted_geometric", pairs, Fraction(-1), rounding="half_away_from_zero") == -8


def test_one_is_one_and_nearly_one_is_not() -> None:
    # 12 ** (1/2) * 18 ** (1/2) / 6 / 6 ** (1/2) * 6 ** (-1/2) = sqrt(216) / 6 / sqrt(6) ... = 1 only with both parts
    half = Fraction(1, 2)
    assert is_one([(Fraction(12), half), (Fraction(3), half), (Fraction(6), Fraction(-1))])
    assert not is_one([(Fraction(12), half), (Fraction(3), half), (Fraction(7), Fraction(-1))])


def test_zero_makes_zero_and_minimum_takes_the_smallest() -> None:
    pairs = [(Fraction(0), Fraction(1, 3)), (Fraction(90), Fraction(2, 3))]
    assert combined("weighted_geometric", pairs, Fraction(100), rounding="half_even") == 0
    assert combined("minimum", pairs[1:], Fraction(1, 2), rounding="half_even") == 45
    # weights that remain are scaled up: (0 * 1/3 + 90 * 2/3) / 1 = 60
    assert combined("weighted_mean", pairs, Fraction(1), rounding="half_even") == 60

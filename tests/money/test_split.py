from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.errors import FloatRefusedError, MoneyError
from jointpay.money.split import split


def test_m003_three_equal_people_share_a_hundred() -> None:
    assert split(10000, [1, 1, 1], keys=["c", "a", "b"]) == (3333, 3334, 3333)


def test_m004_one_cent_over_three_people() -> None:
    assert split(1, [1, 1, 1], keys=["c", "b", "a"]) == (0, 0, 1)


def test_m005_a_zero_weight_gets_nothing() -> None:
    assert split(5, [0, 7, 3], keys=["a", "b", "c"]) == (0, 4, 1)


def test_m006_a_negative_amount_is_the_mirror_image() -> None:
    assert split(-5, [3, 7], keys=["a", "b"]) == (-2, -3)
    assert split(5, [3, 7], keys=["a", "b"]) == (2, 3)


def test_m007_the_largest_remainder_wins_not_the_first() -> None:
    # 9999 * 0.75 = 7499.25 and 9999 * 0.25 = 2499.75: the unit left over goes to the second.
    assert split(9999, ["75%", "25%"], keys=["a", "b"]) == (7499, 2500)


def test_weights_may_be_text_ints_decimals_and_fractions() -> None:
    assert split(12, [1, "1/2", Decimal("0.25"), Fraction(1, 4)], keys=list("abcd")) == (6, 3, 2, 1)


def test_hamilton_differs_from_rounding_each_part() -> None:
    # Exact parts 3.4, 3.4, 3.2: rounding each gives 9, largest remainder gives the tenth to the first key.
    assert split(10, [34, 34, 32], keys=["b", "a", "c"]) == (3, 4, 3)


def test_ties_go_by_code_point_of_the_key() -> None:
    assert split(1, [1, 1, 1], keys=["é", "z", "Z"]) == (0, 0, 1)


def test_nothing_to_split() -> None:
    assert split(0, [0, 0], keys=["a", "b"]) == (0, 0)
    assert split(0, [3, 4], keys=["a", "b"]) == (0, 0)
    assert split(0, [], keys=[]) == ()


def test_amounts_far_beyond_64_bits_stay_exact() -> None:
    assert split(10**30 + 1, [1, 1], keys=["a", "b"]) == (5 * 10**29 + 1, 5 * 10**29)


@pytest.mark.parametrize(
    ("amount", "weights", "keys", "told"),
    [
        (
            5,
            [0, 0],
            ["a", "b"],
            "^weights: 2 weights sum to zero, so nobody can be given the amount; allowed: at least",
        ),
        (5, [], [], "^weights: 0 weights sum to zero"),
        (5, [1, -1], ["a", "b"], "^weight of 'b': -1 is negative; allowed: 0 or more$"),
        (5, [-1, "x"], ["a", "b"], "^weight of 'a': -1 is negative; allowed: 0 or more$"),
        (0, [1, "-1/3"], ["a", "b"], "^weight of 'b': -1/3 is negative; allowed: 0 or more$"),
        (5, [1, 1], ["a", "a"], "^keys: 'a' is there twice; allowed: each key once; next: add its weights up first$"),
        (5, [1, 1], ["a"], "^keys: 1 keys for 2 weights; allowed: one key per weight$"),
        (5, [1], ["a", "b"], "^keys: 2 keys for 1 weights; allowed: one key per weight$"),
        (5, [1, 1], ["a", 7], "^keys: 7 is a int; allowed: text, so that ties have one order$"),
        (True, [1], ["a"], "^amount_minor: True is not a whole number of minor units; allowed: an int$"),
        ("5", [1], ["a"], "^amount_minor: '5' is not a whole number of minor units; allowed: an int$"),
        (5, ["x"], ["a"], "^weight of 'a': 'x' is not a number; allowed: 0.4, 40%, 1/3, -12.50$"),
    ],
)
def test_what_is_refused(amount: int, weights: list[int], keys: list[str], told: str) -> None:
    with pytest.raises(MoneyError, match=told):
        split(amount, weights, keys=keys)


def test_floats_are_refused_by_name() -> None:
    with pytest.raises(FloatRefusedError, match=r"^amount_minor: 5\.0 is a float"):
        split(5.0, [1], keys=["a"])  # type: ignore[arg-type]
    with pytest.raises(FloatRefusedError, match=r"^weight of 'a': 0\.1 is a float"):
        split(5, [0.1], keys=["a"])  # type: ignore[list-item]


amounts = st.integers(min_value=-(10**7), max_value=10**7) | st.integers()
# Small whole weights make equal remainders likely; fractions make them unlikely.
weight = st.integers(min_value=0, max_value=4) | st.fractions(min_value=0, max_value=10, max_denominator=60)
members = st.dictionaries(st.text(max_size=3), weight, min_size=1, max_size=12)


def _given(amount: int, members: dict[str, int | Fraction]) -> dict[str, int]:
    return dict(zip(members, split(amount, list(members.values()), keys=list(members)), strict=True))


@given(amounts, members.filter(lambda found: sum(found.values()) > 0))
def test_the_parts_sum_to_the_amount_and_stay_within_one_unit(amount: int, members: dict[str, int | Fraction]) -> None:
    parts = _given(amount, members)
    whole = sum(members.values())
    assert sum(parts.values()) == amount
    for key, weight in members.items():
        quota = Fraction(amount) * weight / whole
        assert abs(parts[key] - quota) < 1
        if weight == 0:
            assert parts[key] == 0


@given(amounts, members.filter(lambda found: sum(found.values()) > 0), st.randoms(use_true_random=False))
def test_m008_the_order_of_members_does_not_matter(
    amount: int, members: dict[str, int | Fraction], random: Random
) -> None:
    shuffled = list(members.items())
    random.shuffle(shuffled)
    assert _given(amount, dict(shuffled)) == _given(amount, members)


@given(amounts, members.filter(lambda found: sum(found.values()) > 0))
def test_the_sign_only_mirrors(amount: int, members: dict[str, int | Fraction]) -> None:
    assert _given(-amount, members) == {key: -part for key, part in _given(amount, members).items()}


@given(amounts, members.filter(lambda found: sum(found.values()) > 0), st.fractions(min_value="1/9", max_value=9))
def test_only_the_proportion_of_weights_matters(
    amount: int, members: dict[str, int | Fraction], factor: Fraction
) -> None:
    assert _given(amount, {key: weight * factor for key, weight in members.items()}) == _given(amount, members)


@given(amounts, members.filter(lambda found: sum(found.values()) > 0))
def test_no_other_split_is_closer_to_the_exact_parts(amount: int, members: dict[str, int | Fraction]) -> None:
    """Moving one unit from anybody to anybody never lessens the sum of squared distances (what Hamilton minimises)."""
    parts = _given(amount, members)
    whole = sum(members.values())
    off = {key: parts[key] - Fraction(amount) * weight / whole for key, weight in members.items()}
    assert max(off.values()) - min(off.values()) <= 1

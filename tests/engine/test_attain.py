from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jointpay.engine.attain import attain_difference, attain_ratio, publish_ratio
from jointpay.money.rounding import round_half

rows = st.lists(
    st.tuples(st.integers(-(10**12), 10**12), st.integers(1, 10**9), st.integers(1, 10**9)), min_size=1, max_size=6
)


def columns(found: list[tuple[int, int, int]]) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    return [np.array(column, dtype=np.int64) for column in zip(*found, strict=True)]


@given(rows)
def test_a_ratio_is_value_over_target(found: list[tuple[int, int, int]]) -> None:
    above, below, targets = columns(found)
    # Unit factor 1/1000, target at 2 places, attainment at 4.
    attained = attain_ratio(above, below, targets, scale=10**6, divisor=1000, half_even=False)
    assert attained.tolist() == [
        round_half(Fraction(a, b) / 1000 / Fraction(t, 100) * 10**4, rounding="half_away_from_zero")
        for a, b, t in found
    ]


@given(rows, st.sampled_from([1, 100]))
def test_a_difference_is_value_minus_target(found: list[tuple[int, int, int]], hundred: int) -> None:
    above, below, targets = columns(found)
    attained = attain_difference(
        above,
        below,
        targets,
        value_scale=3 * 100 * 10**2 * hundred,
        target_scale=7 * 10**2 * hundred,
        divisor=7 * 100,
        half_even=True,
    )
    assert attained.tolist() == [
        round_half((Fraction(3 * a, 7 * b) - Fraction(t, 100)) * hundred * 10**2, rounding="half_even")
        for a, b, t in found
    ]


def test_the_value_itself_is_published() -> None:
    above, below = np.array([1, 2, 0], dtype=np.int64), np.array([3, 3, 5], dtype=np.int64)
    assert publish_ratio(above, below, scale=10**4, divisor=1, half_even=False).tolist() == [3333, 6667, 0]


def test_ties_signs_hints_and_room_are_passed_on() -> None:
    above, below, targets = (np.array(column, dtype=np.int64) for column in ([-5, 5, 3], [2, 2, 2], [1, 1, 1]))
    room = np.zeros(3, dtype=np.int64)
    assert publish_ratio(above, below, scale=1, divisor=1, half_even=False, out=room) is room
    assert room.tolist() == [-3, 3, 2]
    assert publish_ratio(above, below, scale=1, divisor=1, half_even=True).tolist() == [-2, 2, 2]
    assert attain_ratio(above, below, targets, scale=1, divisor=1, half_even=False, out=room) is room
    assert room.tolist() == [-3, 3, 2]
    assert attain_ratio(above, below, targets, scale=1, divisor=1, half_even=True).tolist() == [-2, 2, 2]
    # A hint of huge numbers sends the same quotient another way round.
    huge = (2**62, 2**62)
    assert publish_ratio(above, below, scale=1, divisor=1, half_even=True, most=huge).tolist() == [-2, 2, 2]
    assert attain_ratio(above, 2, targets, scale=1, divisor=1, half_even=False, most=huge).tolist() == [-3, 3, 2]
    told = publish_ratio(above[1:], below[1:], scale=1, divisor=1, half_even=False, signed=False)
    assert told.tolist() == [3, 2]


def test_a_difference_goes_through_large_numbers_and_one_denominator_for_all() -> None:
    above, targets = np.array([2**60, 7], dtype=np.int64), np.array([2**40, 3], dtype=np.int64)
    found = attain_difference(above, 2, targets, value_scale=1000, target_scale=999, divisor=2000, half_even=False)
    assert found.tolist() == [
        round_half(Fraction(a * 1000 - t * 2 * 999, 2 * 2000), rounding="half_away_from_zero")
        for a, t in zip(above.tolist(), targets.tolist(), strict=True)
    ]


def test_zeros_over_scales_beyond_whole_arithmetic_are_zeros() -> None:
    zeros, ones = np.zeros(2, dtype=np.int64), np.ones(2, dtype=np.int64)
    huge = 10**25
    found = attain_difference(zeros, ones, zeros, value_scale=huge, target_scale=1, divisor=1, half_even=False)
    assert found.tolist() == [0, 0]
    found = attain_difference(zeros, ones, zeros, value_scale=1, target_scale=huge, divisor=huge, half_even=False)
    assert found.tolist() == [0, 0]


def test_a_difference_over_a_large_divisor_and_at_a_tie() -> None:
    above, below = np.array([2**60, -(2**60)], dtype=np.int64), np.array([2**40, 2**40], dtype=np.int64)
    zeros = np.zeros(2, dtype=np.int64)
    large = attain_difference(above, below, zeros, value_scale=1, target_scale=1, divisor=10**9, half_even=False)
    assert large.tolist() == [0, 0]
    halves, ones = np.array([1, 3, -1], dtype=np.int64), np.ones(3, dtype=np.int64)
    for half_even, expected in ((False, [1, 2, -1]), (True, [0, 2, 0])):
        found = attain_difference(halves, ones, ones * 0, value_scale=1, target_scale=1, divisor=2, half_even=half_even)
        assert found.tolist() == expected

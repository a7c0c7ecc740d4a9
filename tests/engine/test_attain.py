from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jointpay.engine import attain
from jointpay.engine.attain import attain_difference, attain_quotient
from jointpay.engine.exact import round_rational
from jointpay.engine.room import Block, Room
from jointpay.money.rounding import Rounding, round_half

Whole = np.ndarray[tuple[int], np.dtype[np.int64]]

rows = st.lists(
    st.tuples(st.integers(-(10**12), 10**12), st.integers(1, 10**9), st.integers(1, 10**9)), min_size=1, max_size=6
)


def columns(found: list[tuple[int, int, int]]) -> list[Whole]:
    return [np.array(column, dtype=np.int64) for column in zip(*found, strict=True)]


def attained(
    numerators: Whole, below: list[Whole], scales: tuple[int, int], *, half_even: bool = False, cut: bool = False
) -> list[int]:
    """Publish all rows at once, or one block for each."""
    size = numerators.size
    out = np.zeros(size, dtype=np.int64)
    spans = [(int(column.min()), int(column.max())) for column in (numerators, *below)]
    room = Room()
    for start in range(size) if cut else (0,):
        block = Block(slice(start, start + 1 if cut else size), room)
        attain_quotient(
            block,
            numerators,
            below,
            scales=scales,
            spans=spans,
            absent=None,
            half_even=half_even,
            out=out[block.rows],
        )
    return out.tolist()


@given(
    found=rows,
    half_even=st.booleans(),
    cut=st.booleans(),
    scales=st.sampled_from([(10**6, 1000), (10**2, 7), (10**20, 3)]),
)
@example(found=[(3, 1, 1), (-3, 1, 1)], half_even=False, cut=True, scales=(1, 2))  # ties, by floats
@example(found=[(0, 1, 1)], half_even=True, cut=False, scales=(2**50, 1))
@example(found=[(1, 2**49, 1), (2**48, 2**49, 1)], half_even=True, cut=False, scales=(1, 1))
@example(found=[(2**50 - 1, 1, 1)], half_even=False, cut=False, scales=(3, 2))
def test_a_ratio_is_value_over_target(
    found: list[tuple[int, int, int]], *, half_even: bool, cut: bool, scales: tuple[int, int]
) -> None:
    above, below, targets = columns(found)
    rounding: Rounding = "half_even" if half_even else "half_away_from_zero"
    scale = Fraction(*scales)
    exact = [round_half(a * scale / (b * t), rounding=rounding) for a, b, t in found]
    if max(map(abs, exact)) < 2**61:
        assert attained(above, [below, targets], scales, half_even=half_even, cut=cut) == exact
    exact = [round_half(a * scale / b, rounding=rounding) for a, b, _ in found]
    if max(map(abs, exact)) < 2**61:
        assert attained(above, [below], scales, half_even=half_even, cut=cut) == exact
    exact = [round_half(a * scale, rounding=rounding) for a, _, _ in found]
    if max(map(abs, exact)) < 2**61:
        assert attained(above, [], scales, half_even=half_even, cut=cut) == exact


def test_a_row_that_is_absent_stops_neither_floats_nor_whole_numbers() -> None:
    above, below = np.array([6, 7, 2**40], dtype=np.int64), np.array([3, 0, -1], dtype=np.int64)
    for scale in (1, 2**40):
        out, block = np.zeros(3, dtype=np.int64), Block(slice(0, 3), Room())
        with np.errstate(all="ignore"):
            attain_quotient(
                block,
                above,
                [below],
                scales=(scale, 1),
                spans=[(6, 2**40), (-1, 3)],
                absent=np.array([1, 2]),
                half_even=False,
                out=out,
            )
        assert out[0] == 2 * scale
    assert above.tolist() == [6, 7, 2**40]


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


def test_a_whole_value_is_copied() -> None:
    above = np.array([1, -(2**62), 0], dtype=np.int64)
    assert attained(above, [], (1000, 1000)) == above.tolist()


def test_what_a_block_has_found_out_is_found_out_once() -> None:
    column, block = np.array([5, 0, 3, -1], dtype=np.int64), Block(slice(1, 4), Room())
    assert block.image(column).tolist() == [0.0, 3.0, -1.0]
    assert block.image(column) is block.image(column)
    assert block.below(column, 1).tolist() == [0, 2]
    assert block.below(column, 1) is block.below(column, 1)
    assert block.below(column, 4).tolist() == [0, 1, 2]


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


@pytest.mark.parametrize("sign", [1, -1])
def test_values_beyond_what_floats_hold_are_rounded_exactly(sign: int) -> None:
    # Halves of odd numbers of 54 bits: a float would round them before they are rounded.
    above = np.array([sign * (2**53 + 1), sign * (2**53 + 3)], dtype=np.int64)
    twos = np.full(2, 2, dtype=np.int64)
    for half_even, expected in ((False, [2**52 + 1, 2**52 + 2]), (True, [2**52, 2**52 + 2])):
        signed = [sign * number for number in expected]
        assert attained(above, [], (1, 2), half_even=half_even) == signed
        assert attained(above, [twos], (1, 1), half_even=half_even) == signed
        assert attained(above, [twos, twos], (2, 1), half_even=half_even, cut=True) == signed


def test_absent_rows_leave_the_others_as_they_are_and_fit_whatever_the_scale() -> None:
    above, below = np.array([5, 7, 0], dtype=np.int64), np.array([1, 0, 2], dtype=np.int64)
    for scale, expected in ((2**52 + 1, 5 * (2**52 + 1)), (10**18 // 5, 10**18), (10**25, 0)):
        out, block = np.zeros(3, dtype=np.int64), Block(slice(0, 3), Room())
        numerators = above if scale < 10**25 else above * np.array([0, 1, 1])
        attain_quotient(
            block,
            numerators,
            [below],
            scales=(scale, 1),
            spans=[(0, 7), (0, 2)],
            absent=np.array([1]),
            half_even=False,
            out=out,
        )
        assert out[[0, 2]].tolist() == [expected, 0]


def test_denominators_that_would_wrap_with_the_divisor_are_multiplied_exactly() -> None:
    # 3 * 2**32 * (2**32 + 1) wraps to 3 * 2**32.
    above, below = np.array([2**60, -(2**60)], dtype=np.int64), np.full(2, 3 * 2**32, dtype=np.int64)
    zeros = np.zeros(2, dtype=np.int64)
    for denominators in (below, 3 * 2**32):
        found = attain_difference(
            above, denominators, zeros, value_scale=1, target_scale=1, divisor=2**32 + 1, half_even=False
        )
        assert found.tolist() == [0, 0]


def test_differences_are_taken_in_int64_up_to_the_bound_of_exact_arithmetic(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []

    def noted(above: Any, below: Any, *, half_even: bool) -> Any:
        used.append(str(above.dtype))
        return round_rational(above, below, half_even=half_even)

    monkeypatch.setattr(attain, "round_rational", noted)
    bound = 2**61
    # Numerator, denominator, target, scale of the value, scale of the target, divisor.
    for row, kind in (
        ((1, 1, 1, bound - 2, 1, 1), "int64"),
        ((1, 1, 1, bound - 1, 1, 1), "object"),
        ((1, 1, -1, 1, bound - 2, 1), "int64"),
        ((1, 1, -1, 1, bound - 1, 1), "object"),
        ((0, 1, 0, 1, bound - 2, 1), "int64"),
        ((0, 1, 0, bound - 1, 1, 1), "object"),
        ((-(bound // 2), 1, bound // 2 - 1, 1, 1, 1), "int64"),
        ((-(bound // 2), 1, bound // 2, 1, 1, 1), "object"),
        ((1, 2**30, 1, 1, 2**31 - 1, 1), "int64"),
        ((1, 2**30, 1, 1, 2**31, 1), "object"),
        ((1, 1, 1, 1, 1, bound - 1), "int64"),
        ((1, 1, 1, 1, 1, bound), "object"),
        ((1, 2**30, 1, 1, 1, 2**31 - 1), "int64"),
        ((1, 2**30, 1, 1, 1, 2**31), "object"),
    ):
        above, below, target = (np.array([number], dtype=np.int64) for number in row[:3])
        exact = Fraction(row[0] * row[3] - row[2] * row[1] * row[4], row[1] * row[5])
        for denominators in (below, row[1]):
            found = attain_difference(
                above,
                denominators,
                target,
                value_scale=row[3],
                target_scale=row[4],
                divisor=row[5],
                half_even=False,
            )
            assert found.tolist() == [round_half(exact, rounding="half_away_from_zero")]
            assert found.dtype == np.int64
            assert used.pop() == kind

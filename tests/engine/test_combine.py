from fractions import Fraction
from math import isqrt, prod
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jointpay.engine import combine
from jointpay.engine.combine import LOGS, everything_left_out, geometric_mean, least, weighted_mean
from jointpay.money.rounding import Rounding, round_half

Row = tuple[list[int], list[bool], list[int]]
UNIT = 10_000


@st.composite
def tables(draw: st.DrawFn, *, lowest: int = -20_000) -> tuple[list[int], list[Row]]:
    weights = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
    size, factors = len(weights), draw(st.integers(0, 2))
    row = st.tuples(
        st.lists(
            st.one_of(st.integers(lowest, 20_000), st.sampled_from([0, 1, 2500, 10_000])), min_size=size, max_size=size
        ),
        st.lists(st.booleans(), min_size=size, max_size=size),
        st.lists(st.sampled_from([0, 5_000, 10_000, 12_345, -10_000]), min_size=factors, max_size=factors),
    )
    return weights, draw(st.lists(row, min_size=1, max_size=4))


def arrays(weights: list[int], rows: list[Row]):  # type: ignore[no-untyped-def] # noqa: ANN201
    points = [np.array([0 if row[1][k] else row[0][k] for row in rows], dtype=np.int64) for k in range(len(weights))]
    masks = [np.array([row[1][k] for row in rows]) for k in range(len(weights))]
    left_out = [np.flatnonzero(mask) if mask.any() else None for mask in masks]
    factors = [np.array(column, dtype=np.int64) for column in zip(*(row[2] for row in rows), strict=True)]
    return points, left_out, factors


def present(weights: list[int], row: Row) -> list[tuple[int, int]]:
    return [(point, weight) for point, weight, gone in zip(row[0], weights, row[1], strict=True) if not gone]


def times(row: Row) -> Fraction:
    return prod((Fraction(factor, UNIT) for factor in row[2]), start=Fraction(1))


def rule(*, half_even: bool) -> Rounding:
    return "half_even" if half_even else "half_away_from_zero"


@given(table=tables(), half_even=st.booleans())
def test_the_weighted_mean_is_taken_over_what_is_present(
    table: tuple[list[int], list[Row]], *, half_even: bool
) -> None:
    weights, rows = table
    points, left_out, factors = arrays(weights, rows)
    expected = []
    for row in rows:
        here = present(weights, row)
        mean = Fraction(sum(p * w for p, w in here), sum(w for _, w in here)) if here else Fraction(0)
        expected.append(round_half(mean * times(row), rounding=rule(half_even=half_even)))
    found = weighted_mean(points, weights, left_out, factors, factor_unit=UNIT, half_even=half_even)
    assert found.tolist() == expected


@given(table=tables(), half_even=st.booleans())
def test_the_minimum_is_the_least_of_what_is_present(table: tuple[list[int], list[Row]], *, half_even: bool) -> None:
    weights, rows = table
    points, left_out, factors = arrays(weights, rows)
    expected = [
        round_half(
            min((p for p, _ in present(weights, row)), default=0) * times(row), rounding=rule(half_even=half_even)
        )
        for row in rows
    ]
    assert least(points, left_out, factors, factor_unit=UNIT, half_even=half_even).tolist() == expected


def is_rounded_root(found: int, here: list[tuple[int, int]], factor: Fraction, *, half_even: bool) -> bool:
    """Whether |found| is the whole number nearest to |prod(p ** (w / W)) * factor|, by comparing whole powers."""
    degree = sum(w for _, w in here)
    power = prod((Fraction(p) ** w for p, w in here), start=Fraction(1)) * abs(factor) ** degree
    low, high = Fraction(2 * abs(found) - 1, 2), Fraction(2 * abs(found) + 1, 2)
    above = low < 0 or low**degree < power or (low**degree == power and (not half_even or found % 2 == 0))
    below = power < high**degree or (power == high**degree and half_even and found % 2 == 0)
    return above and below and (found <= 0 if factor < 0 else found >= 0)


@settings(max_examples=300)
@given(table=tables(lowest=0), half_even=st.booleans())
@example(table=([1, 1], [([1, 9], [False, False], [5_000])]), half_even=True)
@example(table=([1, 1], [([9, 25], [False, False], [5_000])]), half_even=True)
@example(table=([1, 1], [([9, 25], [False, False], [-5_000])]), half_even=False)
def test_the_geometric_mean_is_correctly_rounded(table: tuple[list[int], list[Row]], *, half_even: bool) -> None:
    weights, rows = table
    points, left_out, factors = arrays(weights, rows)
    found = geometric_mean(points, weights, left_out, factors, factor_unit=UNIT, half_even=half_even)
    for row, value in zip(rows, found.tolist(), strict=True):
        here = present(weights, row)
        if not here:
            assert value == 0
        else:
            assert is_rounded_root(value, here, times(row), half_even=half_even)


@pytest.mark.parametrize(("half_even", "expected"), [(True, [2, 8]), (False, [3, 8])])
def test_a_geometric_tie_is_met_exactly(*, half_even: bool, expected: list[int]) -> None:
    # sqrt(1 * 25) / 2 = 2.5 and sqrt(9 * 25) / 2 = 7.5: ties that a logarithm cannot be trusted with.
    points = [np.array([1, 9], dtype=np.int64), np.array([25, 25], dtype=np.int64)]
    half = [np.array([5_000, 5_000], dtype=np.int64)]
    found = geometric_mean(points, [1, 1], [None, None], half, factor_unit=UNIT, half_even=half_even)
    assert found.tolist() == expected


def test_one_zero_makes_the_geometric_mean_zero_but_not_if_it_is_left_out() -> None:
    points = [np.array([0, 0], dtype=np.int64), np.array([400, 400], dtype=np.int64)]
    gone = np.array([1])
    assert geometric_mean(points, [1, 1], [gone, None], [], factor_unit=UNIT, half_even=False).tolist() == [0, 400]


@pytest.mark.parametrize("half_even", [False, True])
def test_a_root_next_to_a_tie_is_not_taken_for_the_tie(*, half_even: bool) -> None:
    # sqrt(n * (n + 1)) lies 1 / 8n below n + 1/2, and sqrt(n * (n + 1) + 1) 3 / 8n above it: less than logarithms tell.
    n = 10**6
    below = [np.array([n], dtype=np.int64), np.array([n + 1], dtype=np.int64)]
    above = [np.array([n * (n + 1) + 1], dtype=np.int64), np.array([1], dtype=np.int64)]
    assert geometric_mean(below, [1, 1], [None, None], [], factor_unit=UNIT, half_even=half_even).tolist() == [n]
    assert geometric_mean(above, [1, 1], [None, None], [], factor_unit=UNIT, half_even=half_even).tolist() == [n + 1]
    # Two factors of one half and two quarter the root: (4n + 2) / 4 from 4n(4n + 4).
    halves = [np.array([5_000], dtype=np.int64), np.array([5_000], dtype=np.int64)]
    wide = [np.array([4 * n], dtype=np.int64), np.array([4 * n + 4], dtype=np.int64)]
    assert geometric_mean(wide, [1, 1], [None, None], halves, factor_unit=UNIT, half_even=half_even).tolist() == [n]
    # The weight of what is left out does not count in the exact decision either.
    three = [*below, np.array([0], dtype=np.int64)]
    gone = [None, None, np.array([0])]
    assert geometric_mean(three, [1, 1, 5], gone, [], factor_unit=UNIT, half_even=half_even).tolist() == [n]


def test_no_rows_give_no_rows() -> None:
    none = np.empty(0, dtype=np.int64)
    for kernel in (geometric_mean, weighted_mean):
        found = kernel([none, none], [1, 1], [None, None], [none], factor_unit=UNIT, half_even=False)
        assert found.tolist() == []
    assert least([none], [None], [none], factor_unit=UNIT, half_even=False).tolist() == []


def test_points_beyond_the_table_of_logarithms_and_at_its_end() -> None:
    for end in (LOGS.size - 1, LOGS.size, 10**9):
        points = [np.array([end, end, 0], dtype=np.int64), np.array([end, 1, 5], dtype=np.int64)]
        found = geometric_mean(points, [1, 1], [None, None], [], factor_unit=UNIT, half_even=False)
        root = isqrt(4 * end)
        assert found.tolist() == [end, (root + 1) // 2, 0]


def test_everything_left_out_is_told_row_by_row() -> None:
    some, other = np.array([0, 2, 3]), np.array([2, 4])
    assert everything_left_out([some, None]) is None
    assert everything_left_out([some, np.array([1])]) is None
    found = everything_left_out([some, other])
    assert found is not None
    assert found.tolist() == [2]


@pytest.mark.parametrize(("shift", "expected"), [(0, 10**6 - 1), (1, 10**6)])
def test_a_cube_root_next_to_a_tie_is_decided_beyond_what_floats_hold(shift: int, expected: int) -> None:
    # p * 1 * 1 to the third next to n - 1/2: (2n - 1)**3 is odd, so that p lies 1/8 or more to either side.
    point = (2 * 10**6 - 1) ** 3 // 8 + shift
    points = [np.array([point], dtype=np.int64), np.array([1], dtype=np.int64)]
    found = geometric_mean(points, [1, 2], [None, None], [], factor_unit=UNIT, half_even=False)
    assert found.tolist() == [expected]
    # Weights count by their proportion only.
    found = geometric_mean(points, [7, 14], [None, None], [], factor_unit=UNIT, half_even=False)
    assert found.tolist() == [expected]


@pytest.mark.parametrize(("half_even", "expected"), [(False, [0, 1, 1, 0, -1]), (True, [0, 0, 1, 0, 0])])
def test_a_root_near_one_half_is_nothing_or_one(*, half_even: bool, expected: list[int]) -> None:
    unit = 10**12
    ones = np.ones(5, dtype=np.int64)
    half = np.array([unit // 2 - 1, unit // 2, unit // 2 + 1, 1 - unit // 2, -unit // 2], dtype=np.int64)
    found = geometric_mean([ones, ones], [1, 1], [None, None], [half], factor_unit=unit, half_even=half_even)
    assert found.tolist() == expected


def test_only_roots_near_a_tie_are_done_again_in_whole_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    redone: list[list[int]] = []
    plain = combine._round_root

    def noted(points: list[int], *rest: Any, half_even: bool) -> int:
        redone.append(points)
        return plain(points, *rest, half_even=half_even)

    monkeypatch.setattr(combine, "_round_root", noted)
    points = [np.array([1, 0, 9, 5, 100], dtype=np.int64), np.array([25, 7, 25, 5, 3], dtype=np.int64)]
    half = np.full(5, 5_000, dtype=np.int64)
    found = geometric_mean(points, [1, 1], [None, None], [half], factor_unit=UNIT, half_even=False)
    # Halves of 5, 0, 15, 5 and 17.3.
    assert found.tolist() == [3, 0, 8, 3, 9]
    assert redone == [[1, 25], [9, 25], [5, 5]]
    redone.clear()
    sure = geometric_mean(points, [1, 1], [None, None], [half * 2], factor_unit=UNIT, half_even=False)
    assert sure.tolist() == [5, 0, 15, 5, 17]
    assert redone == []


def test_means_of_large_points_do_not_pass_through_floats() -> None:
    large = np.array([-(2**53) - 1, -1], dtype=np.int64)
    half = np.full(2, 5_000, dtype=np.int64)
    expected = [-(2**52) - 1, -1]
    assert weighted_mean([large], [1], [None], [half], factor_unit=UNIT, half_even=False).tolist() == expected
    assert least([large], [None], [half], factor_unit=UNIT, half_even=False).tolist() == expected


def test_weights_that_would_wrap_with_the_units_of_factors_are_multiplied_exactly() -> None:
    # The weight times two units of 10**4 is 2**64 and a little, which int64 would take for the little.
    weight = 2**64 // 10**8 + 1
    points = [np.array([10_000], dtype=np.int64), np.array([0], dtype=np.int64)]
    tenth = [np.array([1_000], dtype=np.int64), np.array([1], dtype=np.int64)]
    gone = [None, np.array([0])]
    found = weighted_mean(points, [weight, 1], gone, tenth, factor_unit=UNIT, half_even=False)
    # 10,000 * 0.1 * 0.0001
    assert found.tolist() == [0]
    points[0] *= 5
    tenth[1] *= 10
    # 50,000 * 0.1 * 0.001
    assert weighted_mean(points, [weight, 1], gone, tenth, factor_unit=UNIT, half_even=False).tolist() == [5]


@pytest.mark.parametrize("count", [1, 3])
def test_lists_of_unlike_length_are_refused(count: int) -> None:
    two, more = [np.array([3], dtype=np.int64)] * 2, [np.array([3], dtype=np.int64)] * count
    here: list[np.ndarray[tuple[int], np.dtype[np.intp]] | None] = [np.array([0])] * count
    weights = [1] * count
    for kernel in (weighted_mean, geometric_mean):
        for points, numbers, rows in ((more, [1, 1], [None, None]), (two, weights, [None, None]), (two, [1, 1], here)):
            with pytest.raises(ValueError, match=r"^zip\(\) argument \d is (shorter|longer) than argument"):
                kernel(points, numbers, rows, [], factor_unit=UNIT, half_even=False)
    with pytest.raises(ValueError, match=r"^zip\(\) argument 2 is (shorter|longer) than argument 1"):
        least(two, here, [], factor_unit=UNIT, half_even=False)

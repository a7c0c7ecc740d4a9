from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.engine import couple
from jointpay.engine.couple import link_points, shared_weights
from jointpay.engine.exact import round_rational
from jointpay.errors import TooLargeError
from jointpay.money.rounding import round_half

links = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(1, 50)), max_size=8)


def whole(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


@given(links, st.lists(st.integers(-(2**50), 2**50), min_size=3, max_size=3), st.sets(st.integers(0, 2)))
def test_a_link_is_the_mean_by_weight_of_the_partners_present(
    pairs: list[tuple[int, int, int]], points: list[int], gone: set[int]
) -> None:
    mask = np.array([partner in gone for partner in range(3)]) if gone else None
    rows, partners, weights = (whole([pair[k] for pair in pairs]) for k in range(3))
    found, alone = link_points(rows, partners, weights, whole(points), mask, size=4, half_even=False)
    for row in range(4):
        here = [(w, points[q]) for r, q, w in pairs if r == row and q not in gone]
        assert bool(alone[row]) == (not here)
        mean = Fraction(sum(w * p for w, p in here), sum(w for w, _ in here)) if here else Fraction(0)
        assert found[row] == round_half(mean, rounding="half_away_from_zero")


credit = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 6), st.integers(1, 6), st.integers(1, 9)), max_size=7
)


@given(credit, credit)
def test_shared_weights_are_share_times_share_times_days(
    own: list[tuple[int, int, int, int, int]], partner: list[tuple[int, int, int, int, int]]
) -> None:
    def side(rows: list[tuple[int, int, int, int, int]]):  # type: ignore[no-untyped-def] # noqa: ANN202
        return (
            whole([r[0] for r in rows]),
            whole([r[1] for r in rows]),
            whole([r[2] for r in rows]),
            whole([r[2] + r[3] for r in rows]),
            whole([r[4] for r in rows]),
        )

    expected: dict[tuple[int, int], int] = {}
    for a in own:
        for b in partner:
            days = min(a[2] + a[3], b[2] + b[3]) - max(a[2], b[2])
            if a[1] == b[1] and days > 0:
                expected[a[0], b[0]] = expected.get((a[0], b[0]), 0) + a[4] * b[4] * days
    rows, partners, weights = shared_weights(side(own), side(partner))
    assert [column.dtype for column in (rows, partners, weights)] == [np.dtype(np.int64)] * 3
    assert list(zip(rows.tolist(), partners.tolist(), weights.tolist(), strict=True)) == [
        (*pair, weight) for pair, weight in sorted(expected.items())
    ]


def test_credit_too_large_to_add_is_refused() -> None:
    def side(days: int) -> tuple[Any, Any, Any, Any, Any]:
        return whole([0, 0]), whole([0, 1]), whole([0, 0]), whole([days, days]), whole([2**20, 2**20])

    # Two items of 2**20 * 2**20 * 2**20 each reach 2**61; one day less does not.
    with pytest.raises(
        TooLargeError,
        match=r"^the credit that two payees share is too large to be added exactly; "
        r"next: use shares with a smaller common denominator$",
    ):
        shared_weights(side(2**20), side(2**20))
    assert shared_weights(side(2**20 - 1), side(2**20 - 1))[2].tolist() == [2**61 - 2**41]


@pytest.mark.parametrize(("half_even", "expected"), [(False, [3, -3, 0]), (True, [2, -2, 0])])
def test_a_link_at_a_tie_goes_where_the_plan_says(*, half_even: bool, expected: list[int]) -> None:
    rows, partners, weights = whole([0, 0, 1, 1]), whole([0, 1, 2, 3]), whole([7, 7, 2**40, 2**40])
    points = whole([2, 3, -2, -3])
    found, alone = link_points(rows, partners, weights, points, None, size=3, half_even=half_even)
    assert found.tolist() == expected
    assert alone.tolist() == [False, False, True]


def test_weights_and_points_beyond_whole_arithmetic_are_averaged_exactly() -> None:
    rows, partners, weights = whole([0, 0, 0]), whole([0, 1, 2]), whole([2**60, 2**60 - 1, 1])
    points = whole([2**40, 2**40 + 3, -(2**50)])
    mean = Fraction(sum(w * p for w, p in zip(weights.tolist(), points.tolist(), strict=True)), 2**61)
    found, _ = link_points(rows, partners, weights, points, None, size=1, half_even=False)
    assert found.tolist() == [round_half(mean, rounding="half_away_from_zero")]


@pytest.mark.parametrize("half", [2**55, 2**60 - 1, 2**61])
def test_a_mean_next_to_a_tie_is_decided_by_whole_numbers(half: int) -> None:
    # One half less or more 1 / 2w: less than a float can tell from it.
    rows, partners = whole([0, 0, 1, 1, 2, 2]), whole([0, 1, 0, 1, 0, 1])
    weights = whole([half + 1, half - 1, half, half, half - 1, half + 1])
    found, alone = link_points(rows, partners, weights, whole([0, 1]), None, size=4, half_even=False)
    assert found.tolist() == [0, 1, 1, 0]
    assert found.dtype == np.int64
    assert alone.tolist() == [False, False, False, True]
    assert alone.dtype == np.bool_


def test_many_weights_whose_sum_would_wrap_are_added_exactly() -> None:
    many = whole([0] * 8)
    found, _ = link_points(many, many, whole([2**60] * 8), whole([1]), None, size=1, half_even=False)
    assert found.tolist() == [1]


def test_links_are_averaged_in_int64_up_to_the_bound_of_exact_arithmetic(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []

    def noted(above: Any, below: Any, *, half_even: bool) -> Any:
        used.extend((str(above.dtype), str(below.dtype)))
        return round_rational(above, below, half_even=half_even)

    monkeypatch.setattr(couple, "round_rational", noted)
    for weights, point, kind in (
        ([], 1, "int64"),
        ([2**61 - 1], 1, "int64"),
        ([2**61 - 1], 0, "int64"),
        ([2**61], 1, "object"),
        ([2**61], 0, "object"),
        ([1, 2**60 - 1], -1, "int64"),
        ([1, 2**60], -1, "object"),
        ([2**40], 2**21 - 1, "int64"),
        ([2**40], -(2**21), "object"),
    ):
        nobody = whole([0] * len(weights))
        found, _ = link_points(nobody, nobody, whole(weights), whole([point]), None, size=1, half_even=False)
        assert found.tolist() == [point if weights else 0]
        assert used == [kind, kind]
        used.clear()

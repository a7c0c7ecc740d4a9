"""Orders are divided among their touches as a loop over orders and touches would."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jointpay.engine import attribute
from jointpay.engine.attribute import (
    MILLION,
    Paths,
    Splits,
    first_click,
    last_click,
    linear,
    order_paths,
    position_based,
    taken_back,
    time_decay,
)
from jointpay.engine.decay import decay_weights
from jointpay.errors import TooLargeError

Visits = list[tuple[int, int]]
Parts = dict[tuple[int, int], int]
touches_of_visitors = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12)), max_size=14).map(sorted)
orders_of_visitors = st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 14)), max_size=6)


def column(visits: Visits, place: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([visit[place] for visit in visits], dtype=np.int64)


def paths_of(touches: Visits, orders: Visits, window: int) -> Paths:
    sides = (column(touches, 0), column(touches, 1), column(orders, 0), column(orders, 1))
    return order_paths(*sides, window_us=window)


def listed(splits: Splits) -> Parts:
    triples = list(zip(splits.orders.tolist(), splits.touches.tolist(), splits.millionths.tolist(), strict=True))
    assert all(before[:2] < after[:2] for before, after in pairwise(triples))
    return {(order, touch): parts for order, touch, parts in triples}


def paths_slowly(touches: Visits, orders: Visits, window: int) -> list[list[int]]:
    return [
        [
            place
            for place, (visitor, time) in enumerate(touches)
            if visitor == buyer and bought - window <= time <= bought
        ]
        for buyer, bought in orders
    ]


def divided(paths: list[list[int]], weights: list[list[Fraction]]) -> Parts:
    """Divide a million by largest remainders; of equal ones the earlier touch is first."""
    found: Parts = {}
    for order, (touches, weight) in enumerate(zip(paths, weights, strict=True)):
        quotas = [MILLION * one / sum(weight) for one in weight]
        parts = [int(quota) for quota in quotas]
        for place in sorted(range(len(parts)), key=lambda at: (parts[at] - quotas[at], at))[: MILLION - sum(parts)]:
            parts[place] += 1
        found |= {(order, touch): part for touch, part in zip(touches, parts, strict=True) if part}
    return found


@given(touches_of_visitors, orders_of_visitors, st.integers(1, 13))
@example([(0, 3), (0, 5), (0, 9)], [(0, 9)], 4)
@example([(0, 3)], [(0, 7)], 4)
@example([(0, 3)], [(-1, 3)], 4)
@example([], [(0, 7), (-1, 0)], 4)
def test_paths_are_the_touches_inside_the_window_both_ends_included(
    touches: Visits, orders: Visits, window: int
) -> None:
    paths = paths_of(touches, orders, window)
    found = [
        list(range(first, first + count))
        for first, count in zip(paths.first.tolist(), paths.counts.tolist(), strict=True)
    ]
    assert found == paths_slowly(touches, orders, window)


@given(touches_of_visitors, orders_of_visitors, st.integers(1, 13))
def test_one_touch_gets_a_whole_order(touches: Visits, orders: Visits, window: int) -> None:
    paths, slowly = paths_of(touches, orders, window), paths_slowly(touches, orders, window)
    assert listed(first_click(paths)) == {(order, path[0]): MILLION for order, path in enumerate(slowly) if path}
    assert listed(last_click(paths)) == {(order, path[-1]): MILLION for order, path in enumerate(slowly) if path}


@given(touches_of_visitors, orders_of_visitors, st.integers(1, 13))
@example([(0, 1), (0, 2), (0, 3)], [(0, 3)], 9)
def test_equal_parts(touches: Visits, orders: Visits, window: int) -> None:
    slowly = paths_slowly(touches, orders, window)
    assert listed(linear(paths_of(touches, orders, window))) == divided(
        slowly, [[Fraction(1)] * len(p) for p in slowly]
    )


@given(touches_of_visitors, orders_of_visitors, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
@example([(0, 1), (0, 2), (0, 3)], [(0, 3)], 2, 2, 1)
def test_parts_by_position(touches: Visits, orders: Visits, first: int, last: int, rest: int) -> None:
    first = max(first, 1 - last)
    whole = first + last + rest
    slowly = paths_slowly(touches, orders, 9)
    weights = [
        [Fraction(1)] * len(path)
        if len(path) < 2
        else [Fraction(first), *[Fraction(rest, max(len(path) - 2, 1))] * (len(path) - 2), Fraction(last)]
        for path in slowly
    ]
    found = position_based(paths_of(touches, orders, 9), first=first, last=last, whole=whole)
    assert listed(found) == divided(slowly, weights)


@given(touches_of_visitors, orders_of_visitors, st.integers(1, 5))
@example([(0, 0), (0, 12)], [(0, 12)], 1)
def test_parts_by_age(touches: Visits, orders: Visits, half_life: int) -> None:
    slowly = paths_slowly(touches, orders, 13)
    weights = [
        [
            Fraction(int(decay_weights(np.array([touches[path[-1]][1] - touches[place][1]]), half_life)[0]))
            for place in path
        ]
        for path in slowly
    ]
    found = time_decay(paths_of(touches, orders, 13), column(touches, 1), half_life_us=half_life)
    assert listed(found) == divided(slowly, weights)


def test_an_order_in_three_parts_gives_the_millionth_left_over_to_the_first() -> None:
    assert linear(paths_of([(0, 1), (0, 2), (0, 3)], [(0, 3)], 9)).millionths.tolist() == [333_334, 333_333, 333_333]


def test_touches_that_get_nothing_are_left_out() -> None:
    touches = [(0, time) for time in (1, 2, 3)]
    assert listed(position_based(paths_of(touches, [(0, 3)], 9), first=1, last=0, whole=1)) == {(0, 0): MILLION}
    # Forty half-lives before the last touch nothing is left of a billionth.
    far = [(0, 0), (0, 40)]
    assert listed(time_decay(paths_of(far, [(0, 40)], 99), column(far, 1), half_life_us=1)) == {(0, 1): MILLION}


def test_more_touches_than_millionths() -> None:
    many = MILLION + 5
    splits = linear(Paths(np.array([7]), np.array([many])))
    assert splits.touches.tolist() == list(range(7, 7 + MILLION))
    assert set(splits.millionths.tolist()) == {1}


def test_so_many_touches_that_shares_would_not_be_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attribute, "_MOST_TOUCHES", 3)
    position_based(Paths(np.array([0]), np.array([3])), first=1, last=1, whole=3)
    with pytest.raises(
        TooLargeError, match=r"^an order has 4 touches; allowed: at most 3; next: give a shorter window"
    ):
        position_based(Paths(np.array([0]), np.array([4])), first=1, last=1, whole=3)


@given(touches_of_visitors, orders_of_visitors, st.lists(st.integers(0, 5), max_size=6))
def test_what_takes_an_order_back_is_divided_as_the_order_is(touches: Visits, orders: Visits, taken: list[int]) -> None:
    taken = [order for order in taken if order < len(orders)]
    splits = linear(paths_of(touches, orders, 9))
    parts = listed(splits)
    assert listed(taken_back(splits, np.array(taken, dtype=np.int64))) == {
        (taker, touch): part
        for taker, order in enumerate(taken)
        for (owner, touch), part in parts.items()
        if owner == order
    }

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.engine import order
from jointpay.engine.order import distinct_rows, sorted_order

WIDE = st.one_of(st.integers(-2, 2), st.sampled_from([-(2**61), 2**61]))
# On either side of where another part of 16 bits, or a part of 8, begins; and a distance of 64 bits.
PARTS = st.sampled_from([0, 1, 2**16 - 1, 2**16, 2**24 - 1, 2**24, 2**25, 2**40, -(2**63), 2**63 - 1])


@given(st.lists(st.tuples(WIDE, WIDE), max_size=8))
def test_rows_are_sorted_by_both_keys_and_ties_stay(rows: list[tuple[int, int]]) -> None:
    major, minor = (np.array([row[place] for row in rows], np.int64) for place in (0, 1))
    assert sorted_order(major, minor).tolist() == sorted(range(len(rows)), key=lambda place: rows[place])


@given(st.lists(st.tuples(PARTS, st.integers(0, 2)), max_size=8), st.sampled_from(["as they come", "rising"]))
def test_many_rows_are_sorted_by_counting_where_the_minor_key_rises(
    rows: list[tuple[int, int]], minor_keys: str
) -> None:
    rise = minor_keys == "rising"
    rows = sorted(rows, key=lambda row: row[1]) if rise else rows
    major, minor = (np.array([row[place] for row in rows], np.int64) for place in (0, 1))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(order, "MANY", 1)
        if rise:
            patched.setattr(np, "lexsort", not_called)
            patched.setattr(np, "arange", not_called)
        found = sorted_order(major, minor)
    assert found.tolist() == sorted(range(len(rows)), key=lambda place: rows[place])
    assert found.dtype == np.dtype(np.int64)


def test_a_hundred_thousand_rows_are_counted_as_they_are_compared() -> None:
    random = np.random.default_rng(3)
    for most in (5, 300, 70_000, 2**40):
        major = random.integers(0, most, 100_000)
        minor = np.sort(random.integers(0, 365, 100_000))
        assert (sorted_order(major, minor) == np.lexsort((minor, major))).all()


@given(
    st.lists(st.tuples(WIDE, st.integers(0, 2), WIDE), min_size=1, max_size=8)
    | st.lists(st.tuples(st.integers(-1, 1), st.integers(0, 1), st.integers(5, 6)), min_size=1, max_size=8),
    st.sampled_from([1, order.MANY]),
)
def test_rows_that_occur_are_told_once_and_in_order(rows: list[tuple[int, int, int]], many: int) -> None:
    columns = [np.array([row[place] for row in rows], np.int64) for place in range(3)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(order, "MANY", many)
        found, which = distinct_rows(columns)
    assert found == sorted({row: list(row) for row in rows}.values())
    assert [found[place] for place in which.tolist()] == [list(row) for row in rows]


def not_called(*_: Any, **__: Any) -> None:
    pytest.fail("the fast way is not taken")


def test_keys_and_row_of_63_bits_together_are_packed_and_more_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    # Two bits for the major key, two for the row, and 59 for the minor one.
    major, minor = np.array([7, 5, 6, 5]), np.array([0, 2**59 - 1, 0, 5])
    with monkeypatch.context() as patched:
        patched.setattr(np, "lexsort", not_called)
        packed = sorted_order(major, minor)
    assert packed.tolist() == [3, 1, 2, 0]
    slow = sorted_order(major, minor * 2)
    assert slow.tolist() == [3, 1, 2, 0]
    assert (packed.dtype, slow.dtype) == (np.dtype(np.int64), np.dtype(np.int64))
    # Five rows take a third bit.
    five = sorted_order(np.append(major, 4), np.append(minor, 9))
    assert five.tolist() == [4, 3, 1, 2, 0]
    negative = sorted_order(-major, -minor)
    assert negative.tolist() == [0, 2, 1, 3]


def test_numbers_are_counted_where_there_are_at_most_four_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(np, "unique", not_called)
        assert distinct_rows([np.array([7, 0])])[0] == [[0], [7]]
        assert distinct_rows([np.array([-3, -3, 8])])[0] == [[-3], [8]]
    sorted_places = distinct_rows([np.array([8, 0])])[1]
    assert sorted_places.tolist() == [1, 0]
    assert sorted_places.dtype == np.int64

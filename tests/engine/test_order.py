import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jointpay.engine.order import distinct_rows, sorted_order

WIDE = st.one_of(st.integers(-2, 2), st.sampled_from([-(2**61), 2**61]))


@given(st.lists(st.tuples(WIDE, WIDE), max_size=8))
def test_rows_are_sorted_by_both_keys_and_ties_stay(rows: list[tuple[int, int]]) -> None:
    major, minor = (np.array([row[place] for row in rows], np.int64) for place in (0, 1))
    assert sorted_order(major, minor).tolist() == sorted(range(len(rows)), key=lambda place: rows[place])


@given(st.lists(st.tuples(WIDE, st.integers(0, 2), WIDE), min_size=1, max_size=8))
def test_rows_that_occur_are_told_once_and_in_order(rows: list[tuple[int, int, int]]) -> None:
    found, which = distinct_rows([np.array([row[place] for row in rows], np.int64) for place in range(3)])
    assert found == sorted({row: list(row) for row in rows}.values())
    assert [found[place] for place in which.tolist()] == [list(row) for row in rows]

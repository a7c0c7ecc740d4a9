"""Totals by key and day are summed over any range of days, whatever tables make it fast."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jointpay.engine.day_index import BLOCK, day_index, differences

Whole = np.ndarray[tuple[int], np.dtype[np.int64]]
Range = tuple[int, int, int]
ranges = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-5, 12), st.integers(1, 8)).map(lambda r: (r[0], r[1], r[1] + r[2])),
    max_size=8,
)
NONE = np.empty(0, dtype=np.int64)


def columns(rows: list[Range]) -> list[Whole]:
    return [np.array([row[k] for row in rows], dtype=np.int64) for k in range(3)]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 12), st.integers(-(2**60), 2**60)), max_size=7),
    ranges,
)
@example([(0, 9, 5), (1, 0, 7)], [(1, -3, 1), (1, -5, -4), (0, -5, 12), (1, 10, 30)])
def test_a_day_index_sums_any_range_of_days(facts: list[tuple[int, int, int]], asked: list[Range]) -> None:
    # The running sums may pass int64 and wrap: the sums asked for are kept below it, as the caller promises.
    small = [(key, day, value // 8) for key, day, value in facts]
    keys, days, values = columns(small)
    index = day_index(keys, days, {"t": values})
    wanted = columns(asked)
    low, high = index.between(wanted[0], wanted[1], wanted[2])
    assert index.sums("t", low, high).tolist() == [
        sum(value for key, day, value in small if key == k and start <= day < end) for k, start, end in asked
    ]
    assert keys[index.order].tolist() == sorted(keys.tolist())


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 12), st.integers(-9, 9)), max_size=9),
    ranges,
    st.lists(st.integers(-7, 14), max_size=4),
    st.sampled_from([1, 2]),
)
def test_chosen_facts_and_cuts_change_no_sum(
    facts: list[tuple[int, int, int]], asked: list[Range], cuts: list[int], times: int
) -> None:
    keys, days, values = columns(facts)
    chosen = np.arange(keys.size).repeat(2) if times == 2 else None
    if chosen is not None:
        keys, days = keys[chosen], days[chosen]
    wanted = columns(asked)
    expected = [
        times * sum(value for key, day, value in facts if key == k and start <= day < end) for k, start, end in asked
    ]
    at = np.array(cuts, dtype=np.int64)
    index = day_index(keys, days, {"t": values}, facts=chosen, cuts=at, size=4)
    low, high = index.between(*wanted)
    assert index.sums("t", low, high).tolist() == expected


def test_no_facts_sum_to_nothing() -> None:
    index = day_index(NONE, NONE, {"t": NONE}, size=2)
    low, high = index.between(np.array([0, 1]), np.array([-9, 0]), np.array([9, 1]))
    assert index.sums("t", low, high).tolist() == [0, 0]


@pytest.mark.parametrize("size", [4, 10**6])
def test_totals_beyond_what_floats_hold_are_summed_exactly(size: int) -> None:
    # Facts are chosen, one of them twice.
    keys, days = np.array([3, 0, 3, 0]), np.array([2, 1, 2, 5])
    totals = {"t": np.array([7, 2**60 + 1, -(2**61) - 1, 3]), "u": np.array([1, 2, 4, 8])}
    index = day_index(keys, days, totals, facts=np.array([2, 1, 2, 3]), size=size)
    low, high = index.between(np.array([3, 0, 0, 3]), np.array([2, 1, 2, 3]), np.array([3, 6, 5, 9]))
    assert index.sums("t", low, high).tolist() == [-(2**62) - 2, 2**60 + 4, 0, 0]
    assert index.sums("u", low, high).tolist() == [8, 10, 0, 0]


def test_running_sums_that_wrap_differ_by_the_true_sums() -> None:
    # The sum over both keys passes int64, the sum over each does not.
    keys, days, values = np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([2**62, 2**62 - 1, 2**62])
    wanted = np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([2, 1, 2])
    index = day_index(keys, days, {"t": values})
    assert index.sums("t", *index.between(*wanted)).tolist() == [2**63 - 1, 2**62, 0]


def test_cuts_divide_the_days_that_occur_into_bands() -> None:
    days, cuts = np.arange(10, 20), np.array([5, 10, 11, 14, 14, 20, 30])
    index = day_index(np.zeros(10, dtype=np.int64), days, {}, cuts=cuts)
    # From the first day to the day after the last, which is in a band of its own.
    assert index._band_of_day.tolist() == [0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3]
    assert np.flatnonzero(index._inside).tolist() == [2, 3, 5, 6, 7, 8, 9]
    assert day_index(np.zeros(10, dtype=np.int64), days, {})._band_of_day.tolist() == [0] * 10 + [1]


@pytest.mark.parametrize(
    ("facts", "size", "begin"),
    [
        # Room for 2 * 6 // 4 = 3 of 10 cuts: every fourth.
        (6, 4, [1, 5, 9]),
        # Room for 2 * 5 // 4 = 2: every fifth.
        (5, 4, [1, 6]),
        # Room for all, and for one less.
        (10, 2, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        (9, 2, [1, 3, 5, 7, 9]),
        (4, 1, [1, 3, 5, 7, 9]),
        # Never fewer than one.
        (2, 5, [1]),
    ],
)
def test_cuts_are_thinned_out_where_facts_are_few(facts: int, size: int, begin: list[int]) -> None:
    keys, days = np.zeros(facts, dtype=np.int64), np.zeros(facts, dtype=np.int64)
    days[-1] = 10
    # A cut on the first day or after the last divides nothing, and takes no room.
    index = day_index(keys, days, {}, cuts=np.arange(12), size=size)
    band_of_day = index._band_of_day.tolist()
    assert [day for day in range(1, 11) if band_of_day[day] != band_of_day[day - 1]] == begin
    assert band_of_day[-1] == len(begin) + 1


@pytest.mark.parametrize("size", [1, 10**6])
def test_running_sums_take_the_memory_of_one_column(size: int) -> None:
    count = 50_000
    keys, days = np.zeros(count, dtype=np.int64), np.arange(count)[::-1].copy()
    index = day_index(keys, days, {"t": days}, size=size)
    low, high = index.between(np.array([0]), np.array([0]), np.array([4]))
    tracemalloc.start()
    try:
        assert index.sums("t", low, high).tolist() == [6]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < count * 8 * 3 // 2


@pytest.mark.parametrize("size", [1, 10**6])
def test_a_running_sum_is_made_once(size: int) -> None:
    values = np.array([5, 7, 11])
    index = day_index(values * 0, np.arange(3), {"t": values}, size=size)
    low, high = index.between(np.array([0]), np.array([1]), np.array([3]))
    assert index.sums("t", low, high).tolist() == [18]
    # Totals that change afterwards change no sum: what is added up is kept.
    values += 100
    assert index.sums("t", low, high).tolist() == [18]


@pytest.mark.parametrize("count", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 5])
def test_differences_are_taken_of_every_pair(count: int) -> None:
    random = np.random.default_rng(count)
    running = random.integers(-(2**62), 2**62, 1000)
    low, high = random.integers(0, 1000, count), random.integers(0, 1000, count)
    assert (differences(running, low, high) == running[high] - running[low]).all()

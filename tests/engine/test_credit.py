from itertools import pairwise

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from jointpay.engine.credit import day_index, merged, overlaps, spread
from jointpay.engine.day_index import DayIndex, DayTable, few_keys_index

Range = tuple[int, int, int]
ranges = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-5, 12), st.integers(1, 8)).map(lambda r: (r[0], r[1], r[1] + r[2])),
    max_size=8,
)


def columns(rows: list[Range]) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    return [np.array([row[k] for row in rows], dtype=np.int64) for k in range(3)]


def days_of(rows: list[Range]) -> set[tuple[int, int]]:
    return {(key, day) for key, start, end in rows for day in range(start, end)}


def test_members_are_numbered_by_group_and_place() -> None:
    owners, places = spread(np.array([2, 0, 1]))
    assert owners.tolist() == [0, 0, 2]
    assert places.tolist() == [0, 1, 0]


@given(ranges, ranges)
def test_overlaps_are_the_days_both_have(mine: list[Range], theirs: list[Range]) -> None:
    found = overlaps(*columns(mine), *columns(theirs))
    expected = sorted(
        (i, j, max(a[1], b[1]), min(a[2], b[2]))
        for i, a in enumerate(mine)
        for j, b in enumerate(theirs)
        if a[0] == b[0] and max(a[1], b[1]) < min(a[2], b[2])
    )
    assert sorted(zip(*(side.tolist() for side in found), strict=True)) == expected
    assert np.all(np.diff(found[0]) >= 0)


@given(ranges)
@example([(0, -5, 12), (1, -5, -4), (1, 0, 1)])
@example([(0, 0, 3), (0, 3, 5)])
def test_merged_ranges_cover_the_same_days_once(rows: list[Range]) -> None:
    keys, starts, ends = merged(*columns(rows))
    found = list(zip(keys.tolist(), starts.tolist(), ends.tolist(), strict=True))
    assert days_of(found) == days_of(rows)
    assert sum(end - start for _, start, end in found) == len(days_of(rows))
    assert all(a[0] < b[0] or a[2] < b[1] for a, b in pairwise(found))


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
def test_every_kind_of_index_sums_the_same(
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
    for index in (
        day_index(keys, days, {"t": values}, facts=chosen, cuts=at, size=4),
        few_keys_index(keys, days, {"t": values}, facts=chosen, cuts=at, size=4),
    ):
        low, high = index.between(*wanted)
        assert index.sums("t", low, high).tolist() == expected


def test_few_keys_make_a_table_and_many_are_sorted() -> None:
    keys, days = np.array([0, 1]), np.array([0, 400])
    none = np.empty(0, dtype=np.int64)
    assert isinstance(few_keys_index(keys, days, {}, facts=None, cuts=none, size=100), DayTable)
    assert isinstance(few_keys_index(keys, days, {}, facts=None, cuts=none, size=1000), DayIndex)


def test_keys_that_are_large_are_joined_all_the_same() -> None:
    one = np.array([2**40]), np.array([0]), np.array([3])
    assert [side.tolist() for side in overlaps(*one, *one)] == [[0], [0], [0], [3]]

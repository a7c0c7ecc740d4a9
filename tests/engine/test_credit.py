from itertools import pairwise

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from jointpay.engine.credit import merged, overlaps, spread

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


def test_keys_that_are_large_are_joined_all_the_same() -> None:
    # Keys that a float cannot tell apart.
    one = np.array([2**58 + 1]), np.array([0]), np.array([3])
    more = np.array([2**58, 2**58 + 1, 2**58 + 2]), np.array([1, 1, 1]), np.array([3, 3, 3])
    assert [side.tolist() for side in overlaps(*one, *more)] == [[0], [1], [1], [3]]
    assert [side.tolist() for side in overlaps(*more, *one)] == [[1], [0], [1], [3]]


def test_days_and_keys_of_32_bits_give_64() -> None:
    one = np.array([1, 1], np.int32), np.array([0, 2], np.int32), np.array([3, 5], np.int32)
    for found in (overlaps(*one, *one), merged(*one)):
        assert [side.dtype for side in found] == [np.dtype(np.int64)] * len(found)
    wide = np.array([1], np.int32), np.array([-(2**31)], np.int32), np.array([2**31 - 1], np.int32)
    assert [side.tolist() for side in overlaps(*wide, *wide)] == [[0], [0], [-(2**31)], [2**31 - 1]]
    assert [side.tolist() for side in merged(*wide)] == [[1], [-(2**31)], [2**31 - 1]]

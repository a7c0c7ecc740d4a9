"""Totals by key and day, where an item counts for several keys on some days, are the plain sums."""

import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jointpay.engine import day_table as module
from jointpay.engine.day_index import DayFacts, DayIndex
from jointpay.engine.day_table import DayTable, KeyRanges, key_index

Whole = np.ndarray[tuple[int], np.dtype[np.int64]]
Member = tuple[int, int, int, int]
"""Item, key, start, end."""
NONE = np.empty(0, dtype=np.int64)
ITEMS, KEYS = 4, 3

days = st.integers(-5, 12)
members_made = st.lists(
    st.tuples(st.integers(0, ITEMS - 1), st.integers(0, KEYS - 1), days, st.integers(1, 20)).map(
        lambda found: (*found[:3], found[2] + found[3])
    ),
    max_size=6,
)
facts_made = st.lists(st.tuples(days, st.integers(0, ITEMS - 1), st.integers(-9, 9)), max_size=9).map(sorted)
asked_made = st.lists(
    st.tuples(st.integers(0, KEYS - 1), days, st.integers(1, 8)).map(lambda r: (r[0], r[1], r[1] + r[2])), max_size=8
)


def column(rows: Sequence[tuple[int, ...]], place: int) -> Whole:
    return np.array([row[place] for row in rows], dtype=np.int64)


def facts_of(facts: Sequence[tuple[int, int, int]], items: int = ITEMS) -> DayFacts:
    numbers = column(facts, 2)
    return DayFacts(column(facts, 0).astype(np.int32), column(facts, 1), {"t": numbers, "u": 2 * numbers}, items)


def ranges_of(members: Sequence[Member], items: int = ITEMS) -> KeyRanges:
    rows = sorted(members)
    return KeyRanges(*(column(rows, place) for place in range(4)), size=items)


@pytest.mark.parametrize("block", [1, 3, 16_384])
@pytest.mark.parametrize("room", [0, 1 << 16])
@given(facts_made, members_made, asked_made)
@example([(0, 0, 1), (0, 1, 2), (3, 0, 4)], [(0, 0, -9, 1), (0, 2, 3, 9), (1, 2, -9, 9)], [(2, 0, 4), (0, 0, 9)])
def test_every_kind_of_index_sums_the_same(
    block: int, room: int, facts: list[tuple[int, int, int]], members: list[Member], asked: list[tuple[int, int, int]]
) -> None:
    wanted = tuple(column(asked, place) for place in range(3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        patch.setattr(module, "CELLS_OF_TABLE", room)
        patch.setattr(module, "CELLS_PER_FACT", 0)
        index = key_index(facts_of(facts), ranges_of(members), size=KEYS, cuts=NONE, together=("t",))
        assert isinstance(index, DayTable if room else DayIndex)
        low, high = index.between(*wanted)
        found, doubled = index.sums("t", low, high), index.sums("u", low, high)
    expected = [
        sum(
            number
            for day, item, number in facts
            for of, key, start, end in members
            if of == item and key == k and start <= day < end and first <= day < after
        )
        for k, first, after in asked
    ]
    assert found.tolist() == expected
    assert doubled.tolist() == [2 * number for number in expected]


@pytest.mark.parametrize("room", [0, 1 << 16])
def test_all_facts_have_one_key(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CELLS_OF_TABLE", room)
    monkeypatch.setattr(module, "CELLS_PER_FACT", 0)
    index = key_index(facts_of([(3, 0, 1), (3, 1, 2), (9, 0, 4)]), None, size=1, cuts=NONE)
    low, high = index.between(np.zeros(3, np.int64), np.array([0, 3, 4]), np.array([9, 10, 8]))
    assert index.sums("t", low, high).tolist() == [3, 7, 0]


@pytest.mark.parametrize("room", [0, 1 << 16])
def test_no_facts_sum_to_nothing(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CELLS_OF_TABLE", room)
    for ranges in (None, ranges_of([(0, 0, 0, 5)])):
        index = key_index(facts_of([]), ranges, size=2, cuts=NONE)
        low, high = index.between(np.array([0, 1]), np.array([-9, 0]), np.array([9, 1]))
        assert index.sums("t", low, high).tolist() == [0, 0]


def test_a_table_has_at_most_its_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CELLS_OF_TABLE", 7)
    # Four facts, of which each counts twice: 2 * 8 cells.
    facts, members = facts_of([(day, 1, 1) for day in range(4)]), [(0, 2, 0, 9), (1, 0, 0, 9), (1, 1, 0, 9)]
    assert isinstance(key_index(facts, ranges_of(members), size=4, cuts=NONE), DayTable)
    assert isinstance(key_index(facts, ranges_of(members), size=5, cuts=NONE), DayIndex)
    # Few facts have the room of seven cells.
    few = facts_of([(0, 0, 1)])
    assert isinstance(key_index(few, ranges_of(members[:1]), size=7, cuts=NONE), DayTable)
    assert isinstance(key_index(few, ranges_of(members[:1]), size=8, cuts=NONE), DayIndex)
    assert isinstance(key_index(facts, None, size=2, cuts=NONE), DayTable)
    assert isinstance(key_index(facts, None, size=3, cuts=NONE), DayIndex)


def test_totals_that_are_read_together_are_added_up_together() -> None:
    facts = facts_of([(0, 0, 1), (1, 1, 2)])
    index = DayTable(facts, None, size=1, together=("t", "u"))
    low, high = index.between(np.array([0]), np.array([0]), np.array([2]))
    assert index.sums("u", low, high).tolist() == [6]
    facts.totals["t"][:] = 100
    # What was added up with the other is kept.
    assert index.sums("t", low, high).tolist() == [3]
    alone = DayTable(facts, None, size=1, together=("t",))
    assert alone.sums("u", low, high).tolist() == [6]
    facts.totals["t"][:] = 7
    assert alone.sums("t", low, high).tolist() == [14]


def test_totals_beyond_what_floats_hold_are_summed_exactly() -> None:
    facts = facts_of([(1, 0, 2**60 + 1), (2, 1, -(2**61) - 1), (2, 1, -(2**61)), (5, 0, 3)])
    members = [(0, 0, -9, 9), (1, 2, -9, 9)]
    index = key_index(facts, ranges_of(members), size=3, cuts=NONE)
    low, high = index.between(np.array([2, 0, 0, 2]), np.array([2, 1, 2, 3]), np.array([3, 6, 5, 9]))
    assert index.sums("t", low, high).tolist() == [-(2**62) - 1, 2**60 + 4, 0, 0]


def test_running_sums_that_wrap_differ_by_the_true_sums() -> None:
    # The sum over both keys passes int64, the sum over each does not.
    facts = facts_of([(0, 0, 2**62), (0, 1, 2**62), (1, 0, 2**62 - 1)])
    index = key_index(facts, ranges_of([(0, 0, 0, 9), (1, 1, 0, 9)]), size=2, cuts=NONE)
    low, high = index.between(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([2, 1, 2]))
    assert index.sums("t", low, high).tolist() == [2**63 - 1, 2**62, 0]


def test_a_table_takes_the_memory_of_its_cells() -> None:
    count = 400_000
    rows = np.arange(count)
    facts = DayFacts((rows // 1000).astype(np.int32), rows % ITEMS, {"t": rows}, ITEMS)
    ranges = ranges_of([(item, key, -1000, 1000) for item in range(ITEMS) for key in range(KEYS)])
    index = key_index(facts, ranges, size=KEYS, cuts=NONE)
    low, high = index.between(np.array([0]), np.array([0]), np.array([1]))
    tracemalloc.start()
    try:
        assert index.sums("t", low, high).tolist() == [999 * 500]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # Each fact counts three times: listed whole, that would be 19 MB for a place and a key each.
    assert peak < 8 * 2**20

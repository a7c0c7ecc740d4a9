"""What holders are credited with over ranges of days is the plain sum over their credits, facts and days."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jointpay.engine import credited as module
from jointpay.engine.credited import Asked, CreditedSums, Held
from jointpay.engine.day_index import DayFacts, day_index

Whole = np.ndarray[tuple[int], np.dtype[np.int64]]
Fact = tuple[int, int, int]
"""Day, item, number."""
Credit = tuple[int, int, int, int, int]
"""Holder, item, share, start, end."""
Range = tuple[int, int]
ITEMS = 4

lengths = st.integers(1, 12)
days = st.integers(-3, 9)
ranges = st.tuples(days, lengths).map(lambda found: (found[0], found[0] + found[1]))
facts_made = st.lists(st.tuples(days, st.integers(0, ITEMS - 1), st.integers(-(2**50), 2**50)), max_size=12)
credits_made = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, ITEMS - 1), st.integers(1, 9), ranges).map(
        lambda found: (*found[:3], *found[3])
    ),
    max_size=9,
)


def column(rows: Sequence[tuple[int, ...]], place: int) -> Whole:
    return np.array([row[place] for row in rows], dtype=np.int64)


def made(facts: list[Fact], credits_: list[Credit], common: list[Range], alone: list[tuple[int, int, int]]) -> Whole:
    """Sum as the library does; holders are renumbered so that each has a credit."""
    facts, credits_ = sorted(facts), sorted(credits_)
    names = sorted({credit[0] for credit in credits_})
    holders = np.array([names.index(credit[0]) for credit in credits_], dtype=np.int64)
    held = Held(
        np.searchsorted(holders, np.arange(len(names) + 1)), *(column(credits_, place) for place in range(1, 5))
    )
    happened = DayFacts(column(facts, 0).astype(np.int32), column(facts, 1), {"t": column(facts, 2)}, ITEMS)
    index = day_index(happened.items, happened.days, happened.totals, size=ITEMS)
    asked = Asked(column(common, 0), column(common, 1), *(column(alone, place) for place in range(3)))
    return CreditedSums(held, happened, index, asked).sums("t")


def expected(facts: list[Fact], credits_: list[Credit], holder: int, asked: Range) -> int:
    return sum(
        share * number
        for who, item, share, start, end in credits_
        for day, of, number in facts
        if who == holder and of == item and start <= day < end and asked[0] <= day < asked[1]
    )


@pytest.mark.parametrize("block", [1, 9, 65_536])
@given(
    facts_made,
    credits_made,
    st.lists(ranges, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), ranges), max_size=4),
)
@example([(0, 0, 5)], [(0, 0, 1, -9, 20)], [(0, 5), (2, 5)], [])
@example([(0, 0, 5), (1, 0, 7)], [(0, 0, 2, 1, 20), (2, 0, 3, -3, 1)], [(0, 5)], [(0, (0, 1)), (2, (0, 2))])
@example([(0, 0, 5)], [], [(0, 5)], [])
def test_every_cell_is_the_sum_over_credits_facts_and_days(
    block: int, facts: list[Fact], credits_: list[Credit], common: list[Range], single: list[tuple[int, Range]]
) -> None:
    names = sorted({credit[0] for credit in credits_})
    alone = [(names.index(who), *asked) for who, asked in single if who in names]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        found = made(facts, credits_, common, alone)
    assert found.tolist() == [
        *(expected(facts, credits_, who, asked) for asked in common for who in names),
        *(expected(facts, credits_, names[who], (start, end)) for who, start, end in alone),
    ]


def test_facts_are_listed_where_they_are_few_and_run_up_where_they_are_many() -> None:
    facts = [(day, 0, 10**day) for day in range(6)]
    dated = [(0, 0, 1, 1, 20)]
    few = made(facts, dated, [(0, 6)], [])
    # Six more ranges that begin before the credit, one fact after the other: 5 + 4 + ... facts, more than there are.
    many = made(facts, dated, [(0, 6)], [(0, start, 6) for start in range(6)])
    assert few.tolist() == [111110]
    assert many.tolist() == [111110, 111110, 111110, 111100, 111000, 110000, 100000]


def test_sums_beyond_what_floats_hold_are_exact() -> None:
    facts = [(0, 0, 2**60 + 1), (1, 0, -(2**59) - 1), (2, 1, 3)]
    credits_ = [(0, 0, 1, -9, 9), (1, 0, 1, 1, 9), (1, 1, 1, -9, 9)]
    assert made(facts, credits_, [(0, 3), (0, 1)], [(0, 0, 1), (1, 1, 3)]).tolist() == [
        2**59,
        -(2**59) + 2,
        2**60 + 1,
        0,
        2**60 + 1,
        -(2**59) + 2,
    ]


def test_no_pair_is_made_of_credits_that_hold_throughout() -> None:
    facts = [(day, 0, 1) for day in range(6)]
    credits_ = [(0, 0, 1, 0, 6), (1, 0, 1, 2, 6)]
    held = Held(np.array([0, 1, 2]), *(column(credits_, place) for place in range(1, 5)))
    happened = DayFacts(column(facts, 0), column(facts, 1), {"t": column(facts, 2)}, 1)
    index = day_index(happened.items, happened.days, happened.totals, size=1)
    none = np.empty(0, dtype=np.int64)
    sums = CreditedSums(held, happened, index, Asked(np.array([0, 3]), np.array([3, 6]), none, none, none))
    # Of four pairs, only the one in which the second credit begins.
    assert sums._found is not None
    assert sums._found.cells.tolist() == [1]
    assert sums.sums("t").tolist() == [3, 1, 3, 3]

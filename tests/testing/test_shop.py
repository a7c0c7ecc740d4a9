from collections import Counter
from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from jointpay.testing.shop import CHANNELS, FIRST_DAY, KINDS, LAST_DAY, Shop, shop

EPOCH = date(1970, 1, 1)


@pytest.fixture(scope="module")
def small() -> Shop:
    return shop(rows=30_000)


def test_the_log_has_exactly_the_rows_asked_for(small: Shop) -> None:
    assert len(small.events.numbers) == 30_000
    assert len(shop(rows=1_000).events.numbers) == 1_000


def test_too_few_rows_make_no_shop() -> None:
    with pytest.raises(ValueError, match="rows: 999; allowed: at least 1000"):
        shop(rows=999)


def test_the_same_seed_makes_the_same_shop(small: Shop) -> None:
    again = shop(rows=30_000)
    for name in ("numbers", "times_s", "items", "channels", "kinds", "values", "bots"):
        assert np.array_equal(getattr(again.events, name), getattr(small.events, name))
    assert (again.seats, again.credits, again.monthly_pay) == (small.seats, small.credits, small.monthly_pay)
    assert not np.array_equal(shop(rows=30_000, seed=2).events.times_s, small.events.times_s)


def test_rows_arrive_twice_and_late(small: Shop) -> None:
    numbers = small.events.numbers
    assert len(numbers) - len(np.unique(numbers)) == 90
    assert Counter(Counter(numbers.tolist()).values()) == {1: 29_820, 2: 90}
    assert 100 < int((np.diff(small.events.times_s) < 0).sum()) < 1_000


def test_a_row_that_arrives_twice_is_the_same_row(small: Shop) -> None:
    order = np.argsort(small.events.numbers, kind="stable")
    twice = np.flatnonzero(np.diff(small.events.numbers[order]) == 0)
    for name in ("times_s", "items", "channels", "kinds", "values", "bots"):
        column = getattr(small.events, name)[order]
        assert np.array_equal(column[twice], column[twice + 1])


def test_every_kind_and_channel_occurs(small: Shop) -> None:
    assert {KINDS[kind] for kind in np.unique(small.events.kinds)} == set(KINDS)
    assert {CHANNELS[channel] for channel in np.unique(small.events.channels)} == set(CHANNELS)


def test_only_some_kinds_have_values(small: Shop) -> None:
    with_value = {KINDS[kind] for kind in np.unique(small.events.kinds[small.events.values >= 0])}
    assert with_value == {"dwell", "payment", "refund", "rating"}


def test_machines_only_look(small: Shop) -> None:
    assert {KINDS[kind] for kind in np.unique(small.events.kinds[small.events.bots])} <= {
        "impression",
        "click",
        "dwell",
    }


def test_events_happen_while_the_shop_is_open(small: Shop) -> None:
    days = (small.events.times_s + 8 * 3_600) // 86_400
    assert int(days.min()) >= (FIRST_DAY - EPOCH).days
    assert int(days.max()) <= (LAST_DAY - EPOCH).days


def test_shares_of_an_item_are_at_most_one(small: Shop) -> None:
    days = {(credit.item, credit.role, credit.start) for credit in small.credits}
    sums = {
        (item, role, day): sum(
            Fraction(credit.share.rstrip("%")) / (100 if credit.share.endswith("%") else 1)
            for credit in small.credits
            if (credit.item, credit.role) == (item, role) and credit.start <= day < credit.end
        )
        for item, role, day in days
    }
    assert max(sums.values()) == 1
    assert min(sums.values()) == Fraction(7, 10)


def test_forty_people_of_whom_some_move(small: Shop) -> None:
    seats = Counter(seat.person for seat in small.seats)
    assert len(seats) == 40
    assert [person for person, count in seats.items() if count == 2] == ["D05", "O03"]
    assert {seat.role for seat in small.seats if seat.person == "O03"} == {"designer", "operator"}
    assert set(small.monthly_pay) == set(seats)

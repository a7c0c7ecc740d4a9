import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jointpay.errors import MoneyError
from jointpay.money.split import split
from jointpay.pipeline.base_parts import base_parts

DAYS = st.lists(st.integers(1, 31), min_size=1, max_size=4)


def divided(cases: list[tuple[int, list[int]]]) -> list[int]:
    amounts, days = [amount for amount, _ in cases], [days for _, days in cases]
    found: list[int] = base_parts(
        np.array(amounts, np.int64),
        np.array([len(each) for each in days], np.int64),
        np.array([day for each in days for day in each], np.int64),
    ).tolist()
    return found


@given(st.lists(st.tuples(st.one_of(st.integers(-50, 50), st.integers(-(2**63) + 1, 2**63 - 1)), DAYS), max_size=5))
@example([(100, [10, 10, 10]), (-100, [10, 10, 10]), (0, [3, 4]), (7, [1]), (1, [5, 9, 9])])
@example([(2**62, [31, 1, 1]), (5, [1, 1])])
def test_every_base_is_divided_as_by_the_definition_of_a_split(cases: list[tuple[int, list[int]]]) -> None:
    expected = [
        part
        for amount, days in cases
        for part in split(amount, days, keys=[f"{place:03}" for place in range(len(days))])
    ]
    assert divided(cases) == expected


def test_an_odd_unit_goes_to_the_earlier_row() -> None:
    assert divided([(101, [15, 15]), (-101, [15, 15])]) == [51, 50, -51, -50]


def test_rows_without_a_day_cannot_share() -> None:
    with pytest.raises(MoneyError, match="sum to zero"):
        divided([(5, [0, 0])])

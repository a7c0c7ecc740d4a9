from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.engine.digits import BLOCK, written

WHOLE = st.integers(-(2**63), 2**63 - 1) | st.integers(-1200, 1200)


def one(number: int, places: int) -> str:
    sign, digits = int(number < 0), tuple(map(int, str(abs(number))))
    return format(Decimal((sign, digits, -places)), "f")


@given(st.lists(WHOLE), st.integers(0, 9))
def test_every_number_is_written_as_alone(numbers: list[int], places: int) -> None:
    found = written(np.array(numbers, dtype=np.int64), places=places)
    assert found == ",".join(one(number, places) for number in numbers)


@pytest.mark.parametrize("kind", [np.int8, np.int32, np.int64])
def test_the_ends_of_every_kind(kind: type[np.signedinteger]) -> None:
    limits = np.iinfo(kind)
    assert written(np.array([limits.min, 0, limits.max], dtype=kind), places=0) == f"{limits.min},0,{limits.max}"


def test_blocks_are_joined() -> None:
    numbers = np.arange(-5, BLOCK + 3)
    assert written(numbers, places=1).split(",") == [one(number, 1) for number in numbers.tolist()]


def test_short_and_long_numbers() -> None:
    assert written(np.array([2**32 - 1, 2**32, -(2**32)]), places=2) == "42949672.95,42949672.96,-42949672.96"

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.results.number_text import numbers_of, text_of

WHOLE = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(WHOLE), st.sampled_from([np.int64, np.int32, np.int8]))
def test_it_writes_what_json_writes(numbers: list[int], kind: type[np.signedinteger]) -> None:
    limits = np.iinfo(kind)
    array = np.array([number for number in numbers if limits.min <= number <= limits.max], dtype=kind)
    assert text_of(array) == json.dumps(array.tolist(), separators=(",", ":"))


@given(st.lists(st.integers(-(10**17) + 1, 10**17 - 1)))
def test_what_was_written_is_read(numbers: list[int]) -> None:
    found = numbers_of(text_of(np.array(numbers, dtype=np.int64)))
    assert found is not None
    assert found.tolist() == numbers
    assert found.dtype == np.dtype(np.int64)


@given(st.text("0123456789,- 1,0", max_size=12).map("[{}]".format))
def test_text_that_json_reads_otherwise_is_never_read(text: str) -> None:
    found = numbers_of(text)
    if found is not None:
        assert text == json.dumps(found.tolist(), separators=(",", ":"))


@pytest.mark.parametrize(
    "text",
    ["[1,]", "[,1]", "[1,,2]", "[-]", "[1-]", "[--1]", "[-0]", "[01]", "[-01]", "[1 2]", "[1, 2]", "[ ]", "[1\u00a02]"],
)
def test_other_text_is_not_read(text: str) -> None:
    assert numbers_of(text) is None


def test_numbers_that_may_not_fit_are_not_read() -> None:
    assert numbers_of("[999999999999999999]") == np.array([10**18 - 1])
    assert numbers_of("[1,-999999999999999999]") is None
    assert numbers_of("[9223372036854775808,1]") is None

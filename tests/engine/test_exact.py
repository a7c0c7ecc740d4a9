from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jointpay.engine import exact
from jointpay.engine.exact import (
    FLOAT_SAFE,
    WHOLE_SAFE,
    exact_sum,
    floats_do,
    largest,
    round_images,
    round_quotient,
    round_rational,
)
from jointpay.engine.room import Room
from jointpay.errors import TooLargeError
from jointpay.money.rounding import Rounding, round_half


def rounding(*, half_even: bool) -> Rounding:
    return "half_even" if half_even else "half_away_from_zero"


def whole(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


def test_ties_go_where_the_plan_says_and_mirror_in_sign() -> None:
    halves = whole(1, 3, 5, -1, -3, -5)
    assert round_quotient([halves], [2], half_even=False).tolist() == [1, 2, 3, -1, -2, -3]
    assert round_quotient([halves], [2], half_even=True).tolist() == [0, 2, 2, 0, -2, -2]


def test_no_rows_give_no_rows() -> None:
    assert round_quotient([whole()], [7], half_even=False).tolist() == []
    assert largest(whole()) == 0


@settings(max_examples=400)
@given(
    above=st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=6),
    below=st.integers(1, 2**30),
    scale=st.sampled_from([1, -3, 100, 10**6, 10**14, 10**20]),
    divisor=st.sampled_from([1, 2, 7, 10**4, 10**12]),
    half_even=st.booleans(),
)
@example(above=[2**40], below=1, scale=10**6, divisor=1, half_even=False)
def test_a_quotient_is_the_rounded_exact_quotient(
    above: list[int], below: int, scale: int, divisor: int, *, half_even: bool
) -> None:
    expected = [
        round_half(Fraction(value * scale, below * divisor), rounding=rounding(half_even=half_even)) for value in above
    ]
    if max(map(abs, expected)) >= 2**62:
        return
    denominators = np.full(len(above), below, dtype=np.int64)
    choices: tuple[list[np.ndarray[tuple[int], np.dtype[np.int64]] | int], ...] = (
        [denominators, divisor],
        [below, divisor],
    )
    for factors in choices:
        assert round_quotient([whole(*above), scale], factors, half_even=half_even).tolist() == expected


@pytest.mark.parametrize("size", [FLOAT_SAFE // 2, FLOAT_SAFE * 2, WHOLE_SAFE // 2 - 1, WHOLE_SAFE + 1])
@pytest.mark.parametrize("half_even", [False, True])
def test_exact_ties_are_met_in_every_range_of_size(size: int, *, half_even: bool) -> None:
    odd = size * 2 + 1 if size < FLOAT_SAFE else size | 1
    values = whole(odd, -odd, odd - 2, odd + 2)
    expected = [round_half(Fraction(value * 3, 6), rounding=rounding(half_even=half_even)) for value in values.tolist()]
    assert round_quotient([values, 3], [np.full(4, 6, dtype=np.int64)], half_even=half_even).tolist() == expected


def test_a_neighbour_of_a_tie_is_not_taken_for_the_tie() -> None:
    # 10**18 + 1 over 2 * 10**18 is above one half by 5e-19, far below the resolution of a float.
    big = 10**18
    values = whole(big - 1, big, big + 1)
    below = np.full(3, 2 * 10**9, dtype=np.int64)
    assert round_quotient([values, 10**3], [below, 10**12], half_even=True).tolist() == [0, 0, 1]


def test_a_result_too_large_is_refused() -> None:
    with pytest.raises(TooLargeError, match="beyond what is kept exactly"):
        round_quotient([whole(2**40), 2**40], [1], half_even=False)
    with pytest.raises(
        TooLargeError,
        match=rf"^a result reaches {2**62}, beyond what is kept exactly \({2**62}\); "
        r"next: publish fewer places, or use a larger unit$",
    ):
        round_rational(np.array([-3 * 2**62, 0], dtype=object), np.array([3, 3], dtype=object), half_even=False)
    # One less is the largest that is kept.
    most = np.array([2**62 - 1, 1 - 2**62], dtype=object)
    assert round_rational(most * 3, np.array(3, dtype=object), half_even=False).tolist() == most.tolist()
    none = np.empty(0, dtype=object)
    assert round_rational(none, none, half_even=False).tolist() == []


def test_a_product_that_is_one_column_is_that_column_whatever_its_size() -> None:
    column = whole(-(2**63), 2**63 - 1, 2**62, 0, -1)
    copied = round_quotient([column, 6], [3, 2], half_even=False)
    assert copied.tolist() == column.tolist()
    assert not np.shares_memory(copied, column)
    assert round_quotient([whole(3), whole(5)], [1], half_even=False).tolist() == [15]
    assert round_quotient([whole(2**62 - 1)], [2], half_even=False).tolist() == [2**61]


def test_floats_do_what_they_hold_exactly_with_room_to_spare() -> None:
    for scalar, most, told in (
        (1, 2**50 - 1, True),
        (1, 2**50, False),
        (2**50 - 1, 1, True),
        (2**50 - 1, 0, True),
        (2**50, 0, False),
        (-(2**50), 1, False),
        (2**25, 2**25 - 1, True),
        (2**25, 2**25, False),
        (0, 2**60, True),
    ):
        assert floats_do(scalar, most) is told


def kinds(above: list[Any], below: list[Any], monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], list[str]]:
    """Round, and tell in which kinds of whole number it was done."""
    used: list[str] = []
    plain = exact.round_rational

    def noted(top: Any, bottom: Any, *, half_even: bool) -> Any:
        used.extend((str(top.dtype), str(bottom.dtype)))
        return plain(top, bottom, half_even=half_even)

    with monkeypatch.context() as patched:
        patched.setattr(exact, "round_rational", noted)
        return round_quotient(above, below, half_even=False).tolist(), used


def test_whole_arithmetic_is_used_up_to_its_bound_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    whole_numbers, nothing = ["int64", "int64"], list[str]()
    beyond = ["object", "object"]
    bound = WHOLE_SAFE
    for above, below, kept, used in (
        ([whole(FLOAT_SAFE - 1)], [3], [(FLOAT_SAFE - 1) // 3], nothing),
        ([whole(FLOAT_SAFE)], [3], [FLOAT_SAFE // 3], whole_numbers),
        ([whole(bound - 1)], [3], [(bound - 1) // 3], whole_numbers),
        ([whole(bound)], [3], [(bound + 1) // 3], beyond),
        ([whole(1 - bound), 1], [3], [-((bound - 1) // 3)], whole_numbers),
        ([whole(1), bound - 1], [7], [round((bound - 1) / Fraction(7))], whole_numbers),
        ([whole(0), bound - 1], [7], [0], whole_numbers),
        ([whole(5), whole(1)], [2, bound - 1], [0], nothing),
        ([whole(2**55), 1], [bound - 1], [0], whole_numbers),
        ([whole(2**55), 1], [whole(1), bound - 1], [0], whole_numbers),
        ([whole(bound // 2), 1], [bound - 1], [1], whole_numbers),
        ([whole(bound // 2), 1], [whole(bound - 1)], [1], whole_numbers),
        ([whole(bound // 2), 1], [whole(bound + 1)], [0], beyond),
    ):
        assert kinds(above, below, monkeypatch) == (kept, used)


def test_divisors_that_would_wrap_together_are_not_multiplied_in_int64(monkeypatch: pytest.MonkeyPatch) -> None:
    # 2**32 * 2**32 wraps to 0, and 3 * 2**31 * (2**33 + 1) to a small number.
    below = [whole(2**32), 2**32]
    assert kinds([whole(2**59 + 1), whole(1)], below, monkeypatch) == ([0], [])
    wrapping: list[Any] = [whole(3 * 2**31), 2**33 + 1]
    assert round_quotient([whole(2**60 + 1)], wrapping, half_even=False).tolist() == [0]
    assert round_quotient([whole(2**60 + 1), 2**5], wrapping, half_even=False).tolist() == [1]


def test_a_quotient_that_rounds_to_zero_from_either_side_is_zero() -> None:
    assert round_rational(whole(-1, 0, 1, -2, 2), np.array(4), half_even=False).tolist() == [0, 0, 0, -1, 1]


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20))
def test_a_sum_never_wraps(values: list[int]) -> None:
    assert exact_sum(whole(*values)) == sum(values)


@given(
    st.lists(
        st.tuples(st.integers(-(2**20), 2**20), st.integers(1, 2**20), st.integers(1, 2**10)), min_size=1, max_size=5
    )
)
def test_factors_may_be_arrays_on_both_sides(rows: list[tuple[int, int, int]]) -> None:
    columns = [whole(*column) for column in zip(*rows, strict=True)]
    expected = [round_half(Fraction(prod((a, b, 5)), prod((b, c))), rounding="half_even") for a, b, c in rows]
    found = round_quotient([columns[0], columns[1], 5], [columns[1], columns[2]], half_even=True)
    assert found.tolist() == expected


@given(st.lists(st.integers(0, 2**30), min_size=1, max_size=6), st.sampled_from([1, 3, 10**9]))
def test_what_a_caller_knows_changes_nothing_but_time(values: list[int], divisor: int) -> None:
    above, room = whole(*values), whole(*values) * 0 - 1
    plain = round_quotient([above], [divisor], half_even=False)
    told = round_quotient([above], [divisor], half_even=False, most=(2**30, 1), signed=False, out=room)
    assert told is room
    assert told.tolist() == plain.tolist()
    assert plain is not above


@settings(max_examples=300)
@given(
    above=st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=6),
    below=st.integers(1, 2**20),
    half_even=st.booleans(),
)
@example(above=[0], below=1, half_even=False)
def test_products_beyond_whole_arithmetic_are_rounded_exactly(above: list[int], below: int, *, half_even: bool) -> None:
    # Nothing cancels between a power of three and a power of seven, so the floats filter and decide most rows.
    expected = [
        round_half(Fraction(value * 3**40, below * 7**20), rounding=rounding(half_even=half_even)) for value in above
    ]
    denominators = np.full(len(above), below, dtype=np.int64)
    found = round_quotient([whole(*above), 3**40], [denominators, 7**20], half_even=half_even)
    assert found.tolist() == expected


def test_only_rows_near_a_tie_are_done_again_in_whole_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    redone: list[int] = []
    plain = exact.round_rational

    def noted(above: Any, below: Any, *, half_even: bool) -> Any:
        redone.append(len(above))
        return plain(above, below, half_even=half_even)

    monkeypatch.setattr(exact, "round_rational", noted)
    unit = 3**40
    # 1/4, 1/2 and 3/4 over a unit that no float holds: only the half is too near to a tie.
    found = round_quotient([whole(1, 2, 3), unit], [4, unit + 1], half_even=False)
    assert found.tolist() == [0, 0, 1]
    assert redone == [1]
    # Far above the resolution of a float every row is done again.
    assert round_quotient([whole(2**40, 2**41), unit], [unit + 1], half_even=False).tolist() == [2**40, 2**41]
    assert redone == [1]
    large = round_quotient([whole(2**55 + 1), unit], [unit - 1], half_even=False)
    assert large.tolist() == [round_half(Fraction((2**55 + 1) * unit, unit - 1), rounding="half_away_from_zero")]
    assert redone == [1, 1]


@pytest.mark.parametrize("scale", [1, 2, 3])
@pytest.mark.parametrize("divisor", [1, 2, 3])
@pytest.mark.parametrize("half_even", [False, True])
def test_columns_that_are_floats_already_are_rounded_as_whole_numbers_are(
    scale: int, divisor: int, *, half_even: bool
) -> None:
    columns = [whole(5, -5, 1, -7, 0), whole(2, 2, 6, 4, 9), whole(1, 3, 1, 5, 1)]
    images = [column.astype(np.float64) for column in columns]
    for count in range(3):
        out, space = whole(*[-99] * 5), Room(5)
        below = columns[1 : 1 + count]
        round_images(
            images[0], images[1 : 1 + count], (scale, divisor), half_even=half_even, signed=True, out=out, room=space
        )
        assert out.tolist() == [
            round_half(Fraction(value * scale, prod(others) * divisor), rounding=rounding(half_even=half_even))
            for value, *others in zip(columns[0].tolist(), *(column.tolist() for column in below), strict=True)
        ]
        assert space.used == 0


@given(st.data(), st.sampled_from([0, 1, exact.FEW - 1, exact.FEW, exact.FEW + 1, 3 * exact.FEW]))
def test_a_span_is_the_same_whoever_looks(data: st.DataObject, size: int) -> None:
    numbers = data.draw(st.lists(st.integers(-(2**62), 2**62), min_size=size, max_size=size))
    found = exact.span(np.array(numbers, dtype=np.int64))
    assert found == ((min(numbers), max(numbers)) if numbers else (0, 0))
    assert [type(number) for number in found] == [int, int]
    flags = np.array([number % 3 for number in numbers], dtype=np.int8)
    assert exact.span(flags) == ((min(flags.tolist()), max(flags.tolist())) if numbers else (0, 0))

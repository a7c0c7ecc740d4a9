from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.engine import curve as kernel
from jointpay.engine.curve import Line, LineCurve, TableCurve, evaluate, make_curve
from jointpay.engine.exact import round_rational
from jointpay.money.rounding import Rounding, round_half

RAMP = [Line(0, 3, 5, 0, 2), Line(4, 4, 0, 99, 10), Line(5, 9, -1, 30, 3)]
LEFT = [Line(-6, -2, -3, 1, 2), Line(-1, 2, 7, 0, 2)]


def expected(lines: list[Line], x: int, rounding: Rounding) -> int:
    inside = min(max(x, lines[0].first), lines[-1].last)
    line = next(line for line in lines if line.first <= inside <= line.last)
    return round_half(Fraction(line.rise * inside + line.offset, line.divisor), rounding=rounding)


@given(
    xs=st.lists(st.integers(-20, 30), max_size=30),
    lines=st.sampled_from([RAMP, LEFT]),
    as_table=st.booleans(),
    half_even=st.booleans(),
)
def test_table_and_lines_give_the_definition(
    xs: list[int], lines: list[Line], *, as_table: bool, half_even: bool
) -> None:
    curve = (
        make_curve(lines, refuses_below=False, refuses_above=False, half_even=half_even)
        if as_table
        else LineCurve(tuple(lines), refuses_below=False, refuses_above=False)
    )
    room = np.full(len(xs), -99, dtype=np.int64)
    values, refused = evaluate(curve, np.array(xs, dtype=np.int64), half_even=half_even, out=room)
    assert values is room
    assert values.tolist() == [expected(lines, x, "half_even" if half_even else "half_away_from_zero") for x in xs]
    assert refused is None


def test_a_curve_refuses_beyond_the_ends_that_do_not_clamp() -> None:
    xs = np.array([-1, 0, 9, 10], dtype=np.int64)
    for below, above, told in ((True, False, [0]), (False, True, [3]), (True, True, [0, 3])):
        curve = make_curve(RAMP, refuses_below=below, refuses_above=above, half_even=False)
        refused = evaluate(curve, xs, half_even=False)[1]
        assert refused is not None
        assert np.flatnonzero(refused).tolist() == told
    inside = evaluate(
        make_curve(RAMP, refuses_below=True, refuses_above=True, half_even=False), xs[1:3], half_even=False
    )
    assert inside[1] is None


def test_a_long_curve_is_kept_as_lines_and_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    xs = np.arange(-3, 14, dtype=np.int64)
    table = make_curve(RAMP, refuses_below=False, refuses_above=False, half_even=True)
    monkeypatch.setattr(kernel, "LONGEST_TABLE", 9)
    lines = make_curve(RAMP, refuses_below=False, refuses_above=False, half_even=True)
    assert isinstance(table, TableCurve)
    assert isinstance(lines, LineCurve)
    assert evaluate(table, xs, half_even=True)[0].tolist() == evaluate(lines, xs, half_even=True)[0].tolist()
    for below, above in ((True, False), (False, True)):
        refusing = make_curve(RAMP, refuses_below=below, refuses_above=above, half_even=True)
        refused = evaluate(refusing, xs, half_even=True)[1]
        assert isinstance(refusing, LineCurve)
        assert refused is not None
        assert xs[refused].tolist() == ([-3, -2, -1] if below else [10, 11, 12, 13])
    monkeypatch.setattr(kernel, "LONGEST_TABLE", 10)
    # Ten numbers from 0 to 9 are a table of ten; the same ten further left or right are too.
    for shift in (0, -1_000, 1_000):
        moved = [Line(line.first + shift, line.last + shift, 0, 1, 1) for line in RAMP]
        assert isinstance(make_curve(moved, refuses_below=False, refuses_above=False, half_even=True), TableCurve)


def test_large_values_and_steep_lines_stay_exact() -> None:
    big = 2**40
    wide = make_curve([Line(0, 2, big, 1, 1)], refuses_below=False, refuses_above=False, half_even=False)
    assert isinstance(wide, TableCurve)
    assert wide.values.dtype == np.int64
    assert evaluate(wide, np.array([2]), half_even=False)[0].tolist() == [2 * big + 1]
    edge = 2**61 - 1
    beyond = (Line(1, 1, 2**62, 2**62, 3), Line(4, 4, 2**61, 1, 9), Line(1, 1, 2**62 + 2, 1 - 2**62, 2**63))
    for line in (
        *beyond,
        Line(1, 1, edge, 1, 3),
        Line(1, 1, 1, edge, 3),
        Line(1, 1, 1, 1, edge + 1),
        Line(-1, -1, edge, -1, 3),
    ):
        one = make_curve([line], refuses_below=False, refuses_above=False, half_even=False)
        exact = round_half(Fraction(line.rise * line.first + line.offset, line.divisor), rounding="half_away_from_zero")
        assert evaluate(one, np.array([line.first]), half_even=False)[0].tolist() == [exact]
    at_zero = make_curve([Line(0, 0, 10**30, 7, 2)], refuses_below=False, refuses_above=False, half_even=False)
    assert evaluate(at_zero, np.array([0]), half_even=False)[0].tolist() == [4]
    steep = make_curve([Line(0, 1, 10**30, 0, 10**27)], refuses_below=False, refuses_above=False, half_even=False)
    assert evaluate(steep, np.array([1]), half_even=False)[0].tolist() == [1000]


def test_a_curve_without_any_published_number_refuses_everything() -> None:
    # points between 1/3 and 1/2 at 0 places: no whole number lies there.
    nowhere = make_curve([], refuses_below=True, refuses_above=True, half_even=False)
    assert isinstance(nowhere, TableCurve)
    assert nowhere.values.dtype == np.int64
    values, refused = evaluate(nowhere, np.array([-(2**61), 0, 2**61, 2**62 + 1]), half_even=False)
    assert refused is not None
    assert refused.all()
    assert values.tolist() == [0, 0, 0, 0]


def test_a_line_is_computed_in_int64_up_to_the_bound_of_exact_arithmetic(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []

    def noted(above: Any, below: Any, *, half_even: bool) -> Any:
        used.append(str(above.dtype))
        assert above.dtype == below.dtype
        return round_rational(above, below, half_even=half_even)

    monkeypatch.setattr(kernel, "round_rational", noted)
    bound = 2**61
    for line, kind in (
        (Line(0, 0, bound - 1, 0, 5), "int64"),
        (Line(0, 0, bound, 0, 5), "object"),
        (Line(1, 1, bound - 8, 7, 5), "int64"),
        (Line(1, 1, bound - 8, 8, 5), "object"),
        (Line(1, 1, bound - 8, -8, 5), "object"),
        (Line(1, 1, 1, 1, bound - 1), "int64"),
        (Line(1, 1, 1, 1, bound), "object"),
        (Line(0, 4, bound // 4, 0, 5), "object"),
        (Line(-4, 0, bound // 4, 0, 5), "object"),
        (Line(-3, 3, -(bound // 4), 0, 5), "int64"),
    ):
        make_curve([line], refuses_below=False, refuses_above=False, half_even=False)
        assert used.pop() == kind


@pytest.mark.parametrize("line", [Line(-8, 1, 2**61 - 1, 0, 9), Line(-1, 8, 2**61 - 1, 0, 9)])
def test_a_line_that_is_steep_to_one_side_does_not_wrap(line: Line) -> None:
    xs = np.array([line.first, 0, line.last])
    curve = make_curve([line], refuses_below=False, refuses_above=False, half_even=False)
    assert evaluate(curve, xs, half_even=False)[0].tolist() == [
        round_half(Fraction(x * line.rise, 9), rounding="half_away_from_zero") for x in xs.tolist()
    ]

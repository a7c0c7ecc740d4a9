from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.engine import curve as kernel
from jointpay.engine.curve import Line, LineCurve, TableCurve, evaluate, make_curve
from jointpay.money.rounding import round_half

RAMP = [Line(0, 3, 5, 0, 2), Line(4, 4, 0, 99, 10), Line(5, 9, -1, 30, 3)]


def expected(x: int) -> int:
    inside = min(max(x, 0), 9)
    line = next(line for line in RAMP if line.first <= inside <= line.last)
    return round_half(Fraction(line.rise * inside + line.offset, line.divisor), rounding="half_away_from_zero")


@given(xs=st.lists(st.integers(-20, 30), max_size=30), as_table=st.booleans())
def test_table_and_lines_give_the_definition(xs: list[int], *, as_table: bool) -> None:
    curve = (
        make_curve(RAMP, refuses_below=False, refuses_above=False, half_even=False)
        if as_table
        else LineCurve(tuple(RAMP), refuses_below=False, refuses_above=False)
    )
    values, refused = evaluate(curve, np.array(xs, dtype=np.int64), half_even=False)
    assert values.tolist() == [expected(x) for x in xs]
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
    monkeypatch.setattr(kernel, "LONGEST_TABLE", 5)
    lines = make_curve(RAMP, refuses_below=False, refuses_above=False, half_even=True)
    assert isinstance(table, TableCurve)
    assert isinstance(lines, LineCurve)
    assert evaluate(table, xs, half_even=True)[0].tolist() == evaluate(lines, xs, half_even=True)[0].tolist()


def test_large_values_and_steep_lines_stay_exact() -> None:
    big = 2**40
    wide = make_curve([Line(0, 2, big, 1, 1)], refuses_below=False, refuses_above=False, half_even=False)
    assert isinstance(wide, TableCurve)
    assert wide.values.dtype == np.int64
    assert evaluate(wide, np.array([2]), half_even=False)[0].tolist() == [2 * big + 1]
    steep = make_curve([Line(0, 1, 10**30, 0, 10**27)], refuses_below=False, refuses_above=False, half_even=False)
    assert evaluate(steep, np.array([1]), half_even=False)[0].tolist() == [1000]


def test_a_curve_without_any_published_number_refuses_everything() -> None:
    # points between 1/3 and 1/2 at 0 places: no whole number lies there.
    nowhere = make_curve([], refuses_below=True, refuses_above=True, half_even=False)
    refused = evaluate(nowhere, np.array([-(2**61), 0, 2**61]), half_even=False)[1]
    assert refused is not None
    assert refused.all()

"""What each kind of curve means, worked by hand at its edges and beyond its ends."""

from fractions import Fraction
from typing import Any

import pytest
from pydantic import TypeAdapter

from jointpay.plan.curves import Curve
from jointpay.plan.pieces import Piece, pieces

CURVES: TypeAdapter[Any] = TypeAdapter(Curve)


def at(curve: dict[str, Any], x: str) -> str | None:
    """Evaluate by the pieces; a value on two pieces, or on none where none may refuse, would be a fault."""
    value = Fraction(x)
    holding = [piece for piece in pieces(CURVES.validate_python(curve)) if piece.holds(value)]
    assert len(holding) <= 1
    return str(holding[0].value(value)) if holding else None


POINTS = [{"at": 0, "gives": 0}, {"at": 1, "gives": 100}, {"at": 2, "gives": 120}]
STEPS = [{"at": 0, "gives": 0}, {"at": 1, "gives": 50}, {"at": 2, "gives": 100}]
BANDS = [{"from": 0, "to": 1, "gives": 10}, {"from": 1, "to": 2, "gives": 20, "gives_at_end": 40}]
THREE = {
    "threshold": {"at": "0.8", "gives": 50},
    "target": {"at": 1, "gives": 100},
    "stretch": {"at": "1.2", "gives": 150},
}


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        ({"kind": "points", "points": POINTS, "below": "clamp", "above": "clamp"}, {"-1": "0", "0": "0", "1/2": "50", "1": "100", "3/2": "110", "2": "120", "3": "120"}),
        ({"kind": "points", "points": POINTS, "below": "refuse", "above": "refuse"}, {"-1": None, "0": "0", "2": "120", "3": None}),
        ({"kind": "steps", "steps": STEPS, "edge": "upper", "below": "clamp"}, {"-1": "0", "0": "0", "1/2": "0", "1": "50", "2": "100", "9": "100"}),
        ({"kind": "steps", "steps": STEPS, "edge": "lower", "below": "refuse"}, {"-1": None, "0": "0", "1": "0", "3/2": "50", "2": "50", "9": "100"}),
        ({"kind": "bands", "bands": BANDS, "edge": "upper", "below": "clamp", "above": "clamp"}, {"-1": "10", "0": "10", "1": "20", "3/2": "30", "2": "40", "3": "40"}),
        ({"kind": "bands", "bands": BANDS, "edge": "lower", "below": "refuse", "above": "refuse"}, {"-1": None, "0": "10", "1": "10", "2": "40", "3": None}),
        ({"kind": "bands", "bands": BANDS, "edge": "upper", "below": "refuse", "above": "refuse"}, {"-1": None, "0": "10", "1": "20", "2": "40", "3": None}),
        ({"kind": "proportional", "times": 100, "origin": 0, "from": "0.5", "to": "1.5"}, {"0": "50", "0.5": "50", "0.87": "87", "1.5": "150", "2": "150"}),
        ({"kind": "proportional", "times": 200, "origin": "0.5", "from": "0.5", "to": "1.5"}, {"0": "0", "0.5": "0", "1": "100", "2": "200"}),
        ({"kind": "threshold", "at": 1, "below_gives": 0, "gives": 100, "edge": "upper"}, {"0.99": "0", "1": "100", "2": "100"}),
        ({"kind": "threshold", "at": 1, "below_gives": 0, "gives": 100, "edge": "lower"}, {"1": "0", "1.01": "100"}),
        ({"kind": "three_point", "below_gives": 0, "edge": "upper", **THREE}, {"0.79": "0", "0.8": "50", "0.9": "75", "1": "100", "1.1": "125", "1.2": "150", "2": "150"}),
        ({"kind": "three_point", "below_gives": 0, "edge": "lower", **THREE}, {"0.8": "0", "0.9": "75"}),
        ({"kind": "deduction", "full_at": 1, "full_gives": 100, "side": "below", "per": "0.01", "deduct": 2, "floor": 40}, {"0": "40", "0.7": "40", "0.95": "90", "1": "100", "2": "100"}),
        ({"kind": "deduction", "full_at": 1, "full_gives": 100, "side": "above", "per": "0.01", "deduct": 2, "floor": 40}, {"0": "100", "1": "100", "1.05": "90", "1.3": "40", "9": "40"}),
        ({"kind": "deduction", "full_at": 1, "full_gives": 100, "side": "above", "per": 1, "deduct": 2, "floor": 100}, {"0": "100", "9": "100"}),
        ({"kind": "rating_scale", "levels": POINTS, "between": "straight_line"}, {"-1": "0", "1/2": "50", "3": "120"}),
        ({"kind": "rating_scale", "levels": STEPS, "between": "lower_level"}, {"-1": "0", "1/2": "0", "1": "50", "9": "100"}),
    ],
)  # fmt: skip
def test_a_curve_gives_what_is_worked_by_hand(curve: dict[str, Any], expected: dict[str, str | None]) -> None:
    assert {x: at(curve, x) for x in expected} == expected


def test_a_level_piece_is_level_and_a_slope_is_not() -> None:
    assert Piece(None, None, Fraction(1), Fraction(1), owns_start=False, owns_end=False).level
    assert not Piece(Fraction(0), Fraction(1), Fraction(1), Fraction(2), owns_start=True, owns_end=True).level


def level(start: int | None, end: int | None, gives: int, *, owns_start: bool, owns_end: bool) -> Piece:
    return slope(start, end, gives, gives, owns_start=owns_start, owns_end=owns_end)


def slope(start: int | None, end: int | None, at_start: int, at_end: int, *, owns_start: bool, owns_end: bool) -> Piece:
    return Piece(
        None if start is None else Fraction(start),
        None if end is None else Fraction(end),
        Fraction(at_start),
        Fraction(at_end),
        owns_start=owns_start,
        owns_end=owns_end,
    )


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        (
            {"kind": "points", "points": POINTS, "below": "clamp", "above": "clamp"},
            (
                level(None, 0, 0, owns_start=False, owns_end=False),
                slope(0, 1, 0, 100, owns_start=True, owns_end=False),
                slope(1, 2, 100, 120, owns_start=True, owns_end=True),
                level(2, None, 120, owns_start=False, owns_end=False),
            ),
        ),
        (
            {"kind": "threshold", "at": 1, "below_gives": 0, "gives": 100, "edge": "upper"},
            (
                level(None, 1, 0, owns_start=False, owns_end=False),
                level(1, None, 100, owns_start=True, owns_end=False),
            ),
        ),
        (
            {
                "kind": "three_point",
                "below_gives": 0,
                "edge": "lower",
                "threshold": {"at": 1, "gives": 50},
                "target": {"at": 2, "gives": 100},
                "stretch": {"at": 3, "gives": 150},
            },
            (
                level(None, 1, 0, owns_start=False, owns_end=True),
                slope(1, 2, 50, 100, owns_start=False, owns_end=False),
                slope(2, 3, 100, 150, owns_start=True, owns_end=True),
                level(3, None, 150, owns_start=False, owns_end=False),
            ),
        ),
        (
            {"kind": "deduction", "full_at": 1, "full_gives": 9, "side": "below", "per": 1, "deduct": 2, "floor": 9},
            (level(None, None, 9, owns_start=False, owns_end=False),),
        ),
    ],
)
def test_nobody_owns_an_end_that_is_not_there(curve: dict[str, Any], expected: tuple[Piece, ...]) -> None:
    found = pieces(CURVES.validate_python(curve))
    assert found == expected
    assert {type(owned) for piece in found for owned in (piece.owns_start, piece.owns_end)} == {bool}


def test_a_curve_that_does_not_exist_has_no_pieces() -> None:
    with pytest.raises(AssertionError, match=r"unreachable.*'spline'"):
        pieces("spline")  # type: ignore[arg-type]

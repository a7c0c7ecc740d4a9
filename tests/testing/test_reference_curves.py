"""The two definitions of a curve, written apart from each other, say the same everywhere."""

from fractions import Fraction

import pytest
from pydantic import TypeAdapter

from jointpay.plan.curves import Curve
from jointpay.plan.pieces import pieces
from jointpay.testing.reference_curves import curve_value
from jointpay.testing.strategies_choose import SeededChoose
from jointpay.testing.strategies_curves import FAR, curve

PLACES = tuple(Fraction(text) for text in ("-1", "0", "1/3", "0.5", "0.8", "1", "1.25", "2"))
GIVES = tuple(Fraction(text) for text in ("0", "100", "50", "62.5", "-10", "100/3"))
LITTLE = Fraction(1, 10**9)
CURVES: TypeAdapter[Curve] = TypeAdapter(Curve)


def by_pieces(made: Curve, x: Fraction) -> Fraction | None:
    holding = [piece for piece in pieces(made) if piece.holds(x)]
    assert len(holding) <= 1
    return holding[0].value(x) if holding else None


@pytest.mark.parametrize("seed", range(40))
def test_pieces_and_words_give_the_same_at_edges_beside_them_and_far_out(seed: int) -> None:
    choose = SeededChoose(seed)
    edges = [*PLACES, Fraction(-7, 3), FAR, -FAR, 2 * FAR, -2 * FAR]
    for _ in range(25):
        made = CURVES.validate_python(curve(choose, PLACES, GIVES))
        for edge in edges:
            for x in (edge - LITTLE, edge, edge + LITTLE):
                assert curve_value(made, x) == by_pieces(made, x), (made, x)


def knots(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"at": at, "gives": gives} for at, gives in pairs]


@pytest.mark.parametrize(
    ("tree", "x", "expected"),
    [
        # straight line: from (0.8, 60) to (1, 100), at 0.9 half way
        (
            {"kind": "points", "points": knots(("0.8", "60"), ("1", "100")), "below": "clamp", "above": "refuse"},
            "0.9",
            "80",
        ),
        (
            {"kind": "points", "points": knots(("0.8", "60"), ("1", "100")), "below": "clamp", "above": "refuse"},
            "0.1",
            "60",
        ),
        (
            {"kind": "points", "points": knots(("0.8", "60"), ("1", "100")), "below": "clamp", "above": "refuse"},
            "1.01",
            None,
        ),
        # a staircase: exactly on the second step the edge decides
        ({"kind": "steps", "steps": knots(("0", "10"), ("1", "20")), "edge": "upper", "below": "refuse"}, "1", "20"),
        ({"kind": "steps", "steps": knots(("0", "10"), ("1", "20")), "edge": "lower", "below": "refuse"}, "1", "10"),
        # the first step owns its beginning whoever owns the edges between steps
        ({"kind": "steps", "steps": knots(("0", "10"), ("1", "20")), "edge": "lower", "below": "refuse"}, "0", "10"),
        ({"kind": "steps", "steps": knots(("0", "10"), ("1", "20")), "edge": "lower", "below": "refuse"}, "-0.1", None),
        # 5 points off per 2 units short of 100, never below 70: 100 - (100 - 93) / 2 * 5 = 82.5
        (
            {
                "kind": "deduction",
                "full_at": "100",
                "full_gives": "100",
                "side": "below",
                "per": "2",
                "deduct": "5",
                "floor": "70",
            },
            "93",
            "82.5",
        ),
        (
            {
                "kind": "deduction",
                "full_at": "100",
                "full_gives": "100",
                "side": "above",
                "per": "2",
                "deduct": "5",
                "floor": "70",
            },
            "500",
            "70",
        ),
        # 100 * (x - 0.2) between 0.5 and 1.5
        ({"kind": "proportional", "times": "100", "origin": "0.2", "from": "0.5", "to": "1.5"}, "0.4", "30"),
        ({"kind": "proportional", "times": "100", "origin": "0.2", "from": "0.5", "to": "1.5"}, "9", "130"),
        # rating scale: 4.5 of (4 -> 80, 5 -> 120)
        (
            {"kind": "rating_scale", "levels": knots(("4", "80"), ("5", "120")), "between": "straight_line"},
            "4.5",
            "100",
        ),
        ({"kind": "rating_scale", "levels": knots(("4", "80"), ("5", "120")), "between": "lower_level"}, "4.5", "80"),
    ],
)
def test_a_curve_gives_what_is_worked_out_by_hand(tree: dict[str, object], x: str, expected: str | None) -> None:
    made = CURVES.validate_python(tree)
    assert curve_value(made, Fraction(x)) == (None if expected is None else Fraction(expected))

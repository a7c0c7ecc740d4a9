"""Curves of every kind, with edges at places that data are likely to hit."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from jointpay.testing.strategies_choose import Choose

__all__ = ["curve"]

FAR = Fraction(1_000_000_000)
"""Farther out than any attainment or score of a generated case."""

_KINDS = ("points", "steps", "bands", "proportional", "threshold", "three_point", "deduction", "rating_scale")


def curve(choose: Choose, places: Sequence[Fraction], gives: Sequence[Fraction]) -> dict[str, Any]:
    """Choose a curve whose edges lie at some of `places` (at least 4, rising) and which gives some of `gives`.

    Where `gives` holds nothing negative the curve gives nothing negative either.
    """
    edge = choose.pick(("upper", "lower"))

    def level() -> Fraction:
        return choose.pick(gives)

    match choose.pick(_KINDS):
        case "points":
            return _points(choose, places, gives)
        case "steps":
            below = _beyond(choose)
            steps = _knots(choose, places, gives, at_least=1)
            if below == "refuse" and choose.chance(90):
                steps = [{"at": -FAR, "gives": level()}, *steps]
            return {"kind": "steps", "steps": steps, "edge": edge, "below": below}
        case "bands":
            return _bands(choose, places, gives, edge)
        case "proportional":
            start, end = choose.some(places, at_least=2, at_most=2)
            times = abs(level()) or Fraction(1)
            return {"kind": "proportional", "times": times, "origin": start, "from": start, "to": end}
        case "threshold":
            return {
                "kind": "threshold",
                "at": choose.pick(places),
                "below_gives": level(),
                "gives": level(),
                "edge": edge,
            }
        case "three_point":
            return _three_point(choose, places, gives)
        case "deduction":
            return _deduction(choose, places, gives)
        case _:
            return {
                "kind": "rating_scale",
                "levels": _knots(choose, places, gives, at_least=2),
                "between": choose.pick(("straight_line", "lower_level")),
            }


def _beyond(choose: Choose) -> str:
    return "refuse" if choose.chance(15) else "clamp"


def _knots(
    choose: Choose, places: Sequence[Fraction], gives: Sequence[Fraction], *, at_least: int
) -> list[dict[str, Fraction]]:
    chosen = choose.some(places, at_least=at_least, at_most=4)
    return [{"at": at, "gives": choose.pick(gives)} for at in chosen]


def _points(choose: Choose, places: Sequence[Fraction], gives: Sequence[Fraction]) -> dict[str, Any]:
    """Choose straight lines; where they refuse, they mostly reach farther than any data."""
    below, above = _beyond(choose), _beyond(choose)
    knots = _knots(choose, places, gives, at_least=2)
    if below == "refuse" and choose.chance(90):
        knots = [{"at": -FAR, "gives": choose.pick(gives)}, *knots]
    if above == "refuse" and choose.chance(90):
        knots = [*knots, {"at": FAR, "gives": choose.pick(gives)}]
    return {"kind": "points", "points": knots, "below": below, "above": above}


def _bands(choose: Choose, places: Sequence[Fraction], gives: Sequence[Fraction], edge: str) -> dict[str, Any]:
    """Choose bands that touch, level or sloped, with or without a jump between them."""
    below, above = _beyond(choose), _beyond(choose)
    cuts = choose.some(places, at_least=2, at_most=4)
    if below == "refuse" and choose.chance(90):
        cuts = [-FAR, *cuts]
    if above == "refuse" and choose.chance(90):
        cuts = [*cuts, FAR]
    bands = []
    for start, end in pairwise(cuts):
        band = {"from": start, "to": end, "gives": choose.pick(gives)}
        bands.append(band | ({"gives_at_end": choose.pick(gives)} if choose.chance(50) else {}))
    return {"kind": "bands", "bands": bands, "edge": edge, "below": below, "above": above}


def _three_point(choose: Choose, places: Sequence[Fraction], gives: Sequence[Fraction]) -> dict[str, Any]:
    names = ("threshold", "target", "stretch")
    knots = [{"at": at, "gives": choose.pick(gives)} for at in choose.some(places, at_least=3, at_most=3)]
    return {
        "kind": "three_point",
        "below_gives": choose.pick(gives),
        **dict(zip(names, knots, strict=True)),
        "edge": choose.pick(("upper", "lower")),
    }


def _deduction(choose: Choose, places: Sequence[Fraction], gives: Sequence[Fraction]) -> dict[str, Any]:
    floor, full = sorted((choose.pick(gives), choose.pick(gives)))
    return {
        "kind": "deduction",
        "full_at": choose.pick(places),
        "full_gives": full,
        "side": choose.pick(("below", "above")),
        "per": choose.pick((Fraction(1), Fraction(1, 100), Fraction(1, 3), Fraction(1, 20))),
        "deduct": choose.pick((Fraction(1), Fraction(5), Fraction(5, 2), Fraction(1, 7))),
        "floor": floor,
    }

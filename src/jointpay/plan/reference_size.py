"""A bound on every whole number that scoring forms from a plan alone, so that none can leave 64 bits.

With S = 10**places.points, a published number of points is a whole number p of 1/S. For each ingredient and modifier
its curve and its missing policy bound p from below and above; a link is bounded by the component it reads. With W the
weights times their common denominator, a component forms sum(W * p) and sum(W), publishes their quotient times
product(m / (100 * S)) over its modifiers, and a score forms sum(W * c). Each of these sums and published numbers is
kept below 2**62, which leaves one bit for rounding, and each m below 2**53, so that it is exact as a float too. A pay
curve's adjustment, in last places of per cent, is kept below 2**62.
"""

from collections.abc import Iterator
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from math import ceil, floor, lcm

from jointpay.plan.outline import Outline, Spot
from jointpay.plan.pieces import pieces
from jointpay.plan.reference_roles import graph
from jointpay.plan.roles import MOST_PARTS
from jointpay.plan.tree import Problem

__all__ = ["size_problems"]

LIMIT = 2**62
MODIFIER_LIMIT = 2**53

Range = tuple[int, int]
"""The least and the largest published number, in last places."""


def _outward(numbers: list[Fraction], scale: int) -> Range:
    """Give the published range of numbers, of which there is at least one."""
    return floor(min(numbers) * scale), ceil(max(numbers) * scale)


def _given(spot: Spot) -> list[Fraction]:
    """Give the points at the ends of a curve's pieces, between which all its points lie."""
    curve = spot.at("curve").curve
    return [end for piece in pieces(curve) for end in (piece.at_start, piece.at_end)] if curve else []


def _filled(missing: Spot) -> list[Fraction]:
    points = missing.at("points").number
    return [Fraction(0)] if points is None else [points]


def _hull(ranges: list[Range]) -> Range:
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _magnitude(found: Range) -> int:
    return max(abs(found[0]), abs(found[1]))


def _too_large(spot: Spot, what: str, size: int, hint: str, *, limit: int = LIMIT) -> Iterator[Problem]:
    if size >= limit:
        told = f"{what} could reach a whole number of {len(str(size))} digits, beyond what is computed exactly; next: {hint}"
        yield spot.problem("too_large", told)


def _weighted(weights: list[Fraction | None], ranges: list[Range]) -> int:
    """Bound sum(W * p), and sum(W) where the points are small."""
    known = [weight or Fraction(1) for weight in weights]
    common = lcm(*(weight.denominator for weight in known))
    return sum(int(weight * common) * max(_magnitude(found), 1) for weight, found in zip(known, ranges, strict=True))


class _Sizes:
    """Works through the components in the order in which they read each other."""

    def __init__(self, scale: int) -> None:
        self.scale = scale
        self.known: dict[tuple[str, str], Range] = {}

    def ingredient(self, spot: Spot) -> Range | None:
        if spot.at("kind").text != "link":
            given = _given(spot)
            return _outward([*given, *_filled(spot.at("missing"))], self.scale) if given else None
        partner = self.known.get((spot.at("role").text or "", spot.at("component").text or ""))
        return _hull([partner, _outward(_filled(spot.at("missing")), self.scale)]) if partner else None

    def component(self, node: tuple[str, str], spot: Spot) -> Iterator[Problem]:
        measures = [measure for _, measure in spot.at("measures").entries()]
        ranges = [self.ingredient(measure) for measure in measures]
        modifiers = [self.ingredient(modifier) for _, modifier in spot.at("modifiers").entries()]
        found, factors = [one for one in ranges if one], [one for one in modifiers if one]
        if not found or len(found) < len(ranges) or len(factors) < len(modifiers) or len(ranges) > MOST_PARTS:
            return
        for modifier, factor in zip(spot.at("modifiers").entries(), factors, strict=True):
            size = _magnitude(factor)
            yield from _too_large(modifier[1].at("curve"), "its points", size, "fewer points", limit=MODIFIER_LIMIT)
        above = _weighted([measure.at("weight").number for measure in measures], found)
        yield from _too_large(spot, "its weighted sum", above, "simpler weights, or fewer places.points")
        low, high = _hull(found)
        if spot.at("combine").text == "weighted_geometric":
            yield from self.negative_links(measures)
        whole = 100 * self.scale
        numbers = (Fraction(low), Fraction(high))
        for factor in factors:
            # a modifier that is left out multiplies by 1
            corners = [number * end / whole for number in numbers for end in (*factor, whole)]
            numbers = (min(corners), max(corners))
        own = (floor(numbers[0]), ceil(numbers[1]))
        size = _magnitude(own)
        yield from _too_large(spot, "what it publishes", size, "fewer modifiers, or fewer places.points")
        if max(size, above) < LIMIT:  # or everything that reads it would be told of too
            self.known[node] = _hull([own, _outward(_filled(spot.at("missing")), self.scale)])

    def negative_links(self, measures: list[Spot]) -> Iterator[Problem]:
        """Refuse a link to points that can be negative, of which a geometric mean has no root."""
        for measure in measures:
            if measure.at("kind").text == "link":
                found = self.ingredient(measure)
                if found and found[0] < 0:
                    told = (
                        "the component it reads can be negative, and a geometric mean has no root of a negative number"
                    )
                    yield measure.problem("geometric_negative", f"{told}; allowed: 0 or more")


def _adjustments(outline: Outline) -> Iterator[Problem]:
    for role in outline.roles.values():
        for rule in role.at("pay").each():
            given = _given(rule)
            if given:
                size = _magnitude(_outward(given, 100 * 10 ** (outline.adjustment_places or 0)))
                yield from _too_large(rule.at("curve"), "its adjustment", size, "smaller per cents")


def size_problems(outline: Outline) -> Iterator[Problem]:
    """Refuse a plan whose numbers could leave 64 bits; silent where links form a circle, which is refused elsewhere."""
    yield from _adjustments(outline)
    spots = {(role, name): spot for role, name, spot in outline.components()}
    sizes = _Sizes(10 ** (outline.points_places or 0))
    try:
        order = list(TopologicalSorter(graph(outline)).static_order())
    except CycleError:
        return
    for node in order:
        yield from sizes.component(node, spots[node])
    for name, role in outline.roles.items():
        components = dict(role.at("components").entries())
        ranges = [sizes.known[name, key] for key in components if (name, key) in sizes.known]
        if ranges and len(ranges) == len(components) <= MOST_PARTS:
            above = _weighted([spot.at("weight").number for spot in components.values()], ranges)
            yield from _too_large(role.at("components"), "the score", above, "simpler weights or fewer places.points")

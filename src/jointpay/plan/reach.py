"""What can be reached at all: the widest ranges of attainments, points and scores that a plan allows.

Every range is an outer bound: what lies outside it cannot happen, whatever the data. What lies inside may still never
happen, since measures move together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from graphlib import TopologicalSorter

from jointpay.money.rounding import published
from jointpay.plan.curves import Curve
from jointpay.plan.measures import Link, Measure, Missing, MissingLeaveOut, MissingNeutral, MissingZero, Modifier
from jointpay.plan.metrics import Metric, TotalMetric
from jointpay.plan.pieces import Piece, pieces
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Component, Role
from jointpay.plan.targets import FixedTarget

__all__ = ["PointsReach", "Reach", "attainment_reach", "never_negative", "reachable", "span"]


@dataclass(frozen=True, slots=True)
class Reach:
    """A closed range; an absent end has no bound."""

    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True, slots=True)
class _WeightedPoints:
    """A measure, link or component: its weight, the least and the most points, and whether it can be left out."""

    weight: Fraction
    low: Fraction
    high: Fraction
    optional: bool


def never_negative(plan: Plan, metric: Metric) -> bool:
    """Whether a metric that is present cannot be below zero: nothing is taken away from the total, or the numerator.

    Values of events are never negative themselves; what takes away is an event kind under `minus`.
    """
    return not plan.totals[metric.total if isinstance(metric, TotalMetric) else metric.numerator].minus


def attainment_reach(plan: Plan, reading: Measure | Modifier) -> Reach:
    """Bound the published attainment of a measure.

    There is no upper bound. The lower one is 0 for `value` and `ratio`, and minus the largest target for a difference
    from a fixed target, where the metric is never negative.
    """
    metric = plan.metrics[reading.metric]
    low: Fraction | None = None
    if never_negative(plan, metric):
        target = reading.target
        if reading.attainment in {"value", "ratio"}:
            low = Fraction(0)
        elif isinstance(target, FixedTarget):
            largest = _rounded(plan, target.value, metric.places)
            if isinstance(metric, TotalMetric) and plan.partial_period == "by_days":
                largest = max(largest, Fraction(0))
            times = 100 if reading.attainment == "percentage_points" else 1
            low = _rounded(plan, -largest * times, plan.places.attainment)
    return Reach(low, None)


def _rounded(plan: Plan, value: Fraction, places: int) -> Fraction:
    return Fraction(published(value, places=places, rounding=plan.rounding), 10**places)


def _clipped(piece: Piece, reach: Reach) -> Piece | None:
    """Give the part of a piece inside a range, or None where there is none."""
    start, owns_start, at_start = piece.start, piece.owns_start, piece.at_start
    if reach.low is not None and (start is None or start < reach.low):
        start, owns_start = reach.low, True
    end, owns_end, at_end = piece.end, piece.owns_end, piece.at_end
    if reach.high is not None and (end is None or end > reach.high):
        end, owns_end = reach.high, True
    if start is not None and end is not None and (start > end or (start == end and not (owns_start and owns_end))):
        return None
    if start is not None and start != piece.start:
        at_start = piece.value(start)
    if end is not None and end != piece.end:
        at_end = piece.value(end)
    return Piece(start, end, at_start, at_end, owns_start, owns_end)


def reachable(curve: Curve, reach: Reach) -> tuple[Piece, ...]:
    """Give the pieces of a curve inside a range, cut where the range ends."""
    cut = (_clipped(piece, reach) for piece in pieces(curve))
    return tuple(piece for piece in cut if piece is not None)


def span(parts: Sequence[Piece]) -> tuple[Fraction, Fraction] | None:
    """Give the least and the most that some pieces give, their open ends included; None where there are none."""
    ends = [gives for piece in parts for gives in (piece.at_start, piece.at_end)]
    return (min(ends), max(ends)) if ends else None


def _lowest_mean(parts: Sequence[tuple[Fraction, Fraction, bool]]) -> Fraction:
    """Give the lowest weighted mean of (weight, value, optional) when any optional ones may be left out.

    The lowest one leaves out every optional value that is above the mean of those kept, so the values are taken from
    the lowest up.
    """
    kept = [(weight, value) for weight, value, optional in parts if not optional]
    weights = sum((weight for weight, _ in kept), Fraction(0))
    total = sum((weight * value for weight, value in kept), Fraction(0))
    for weight, value, _ in sorted((part for part in parts if part[2]), key=lambda part: part[1]):
        if weights == 0 or value * weights < total:
            weights, total = weights + weight, total + weight * value
    return total / weights


def _mean(parts: Sequence[_WeightedPoints]) -> tuple[Fraction, Fraction]:
    low = _lowest_mean([(part.weight, part.low, part.optional) for part in parts])
    high = -_lowest_mean([(part.weight, -part.high, part.optional) for part in parts])
    return low, high


def _combined(component: Component, parts: Sequence[_WeightedPoints]) -> tuple[Fraction, Fraction]:
    """Bound a component before its modifiers.

    A geometric mean lies between the least value and the arithmetic mean, which are exact; the geometric mean of the
    bounds would be irrational.
    """
    if component.combine == "weighted_mean":
        return _mean(parts)
    least = min(part.low for part in parts)
    if component.combine == "weighted_geometric":
        return least, _mean(parts)[1]
    always = [part.high for part in parts if not part.optional]
    return least, min(always) if always else max(part.high for part in parts)


def _filled(low: Fraction, high: Fraction, missing: Missing | None) -> tuple[Fraction, Fraction]:
    """Widen a range by what a missing policy counts as."""
    match missing:
        case MissingNeutral(points=points):
            return min(low, points), max(high, points)
        case MissingZero():
            return min(low, Fraction(0)), max(high, Fraction(0))
        case _:
            return low, high


class PointsReach:
    """The points that every component and every score of a plan can have.

    A measure whose curve refuses everything that can happen has no range, and neither has what is made of it.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._components: dict[tuple[str, str], _WeightedPoints] = {}
        self._before_modifiers: dict[tuple[str, str], tuple[Fraction, Fraction]] = {}
        sorter: TopologicalSorter[tuple[str, str]] = TopologicalSorter()
        for role_name, role in plan.roles.items():
            for name, component in role.components.items():
                links = [part for part in component.measures.values() if isinstance(part, Link)]
                sorter.add((role_name, name), *((link.role, link.component) for link in links))
        for place in sorter.static_order():
            self._find(*place)

    def _find(self, role_name: str, name: str) -> None:
        """Work out one component whose links are known already."""
        component = self._plan.roles[role_name].components[name]
        found = [self._ingredient(ingredient) for ingredient in component.measures.values()]
        parts = [part for part in found if part is not None]
        if len(parts) < len(found):
            return
        low, high = _combined(component, parts)
        self._before_modifiers[role_name, name] = low, high
        for modifier in component.modifiers.values():
            low, high = self._modified(low, high, modifier)
        optional = False
        if all(part.optional for part in parts):
            low, high = _filled(low, high, component.missing)
            optional = isinstance(component.missing, MissingLeaveOut)
        low, high = (_rounded(self._plan, value, self._plan.places.points) for value in (low, high))
        self._components[role_name, name] = _WeightedPoints(component.weight, low, high, optional)

    def reading(self, reading: Measure | Modifier) -> tuple[Fraction, Fraction] | None:
        """Bound the points of a measure or modifier as (least, most).

        None where its curve refuses everything that can happen.
        """
        found = span(reachable(reading.curve, attainment_reach(self._plan, reading)))
        if found is None:
            return None
        low, high = (_rounded(self._plan, value, self._plan.places.points) for value in found)
        return _filled(low, high, reading.missing)

    def _ingredient(self, ingredient: Measure | Link) -> _WeightedPoints | None:
        optional = isinstance(ingredient.missing, MissingLeaveOut)
        if isinstance(ingredient, Measure):
            found = self.reading(ingredient)
        else:
            partner = self._components.get((ingredient.role, ingredient.component))
            found = _filled(partner.low, partner.high, ingredient.missing) if partner is not None else None
        return _WeightedPoints(ingredient.weight, *found, optional) if found is not None else None

    def _modified(self, low: Fraction, high: Fraction, modifier: Modifier) -> tuple[Fraction, Fraction]:
        found = self.reading(modifier)
        if found is None:
            return low, high
        factors = [points / 100 for points in found]
        if isinstance(modifier.missing, MissingLeaveOut):
            factors.append(Fraction(1))
        products = [points * factor for points in (low, high) for factor in factors]
        return min(products), max(products)

    def before_modifiers(self, role_name: str, name: str) -> tuple[Fraction, Fraction] | None:
        """Bound the points of a component before its modifiers as (least, most); None where it has no range."""
        return self._before_modifiers.get((role_name, name))

    def component(self, role_name: str, name: str) -> Reach | None:
        """Bound the published points of a component, or give None where it has no range."""
        part = self._components.get((role_name, name))
        return Reach(part.low, part.high) if part is not None else None

    def score(self, role_name: str, role: Role) -> Reach | None:
        """Bound the published score of a role, or give None where a component has no range."""
        parts = [self._components[role_name, name] for name in role.components if (role_name, name) in self._components]
        if len(parts) < len(role.components):
            return None
        low, high = (_rounded(self._plan, value, self._plan.places.points) for value in _mean(parts))
        return Reach(low, high)

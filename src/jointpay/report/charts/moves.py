"""Who moves whom: how many points of a score move when what a role drives gets one per cent better.

A metric that a role drives (`driven_by`) gets better by 1% of its published value, upwards or downwards as its
`direction` says; targets and every other metric stay as they are. Points are computed again from published attainments,
without rounding, with and without that change, links to partners included; the difference is what is said to move.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from jointpay.errors import MismatchError
from jointpay.plan.measures import Link, Measure, MissingLeaveOut, Modifier
from jointpay.plan.pieces import Piece, pieces
from jointpay.report.charts.rows import Row
from jointpay.results.explain_roots import geometric_root
from jointpay.results.scorecard import ComponentScores, LinkScores, MeasureScores, RoleScores, Scorecard

__all__ = ["Moves"]

Key = tuple[str, str, int, str | None]


@dataclass(slots=True)
class Moves:
    """Answers for one scorecard; what was computed is kept."""

    card: Scorecard
    _roles: dict[str, RoleScores] = field(init=False)
    _components: dict[Key, Fraction | None] = field(init=False, default_factory=dict)
    _curves: dict[int, Sequence[Piece]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.card.require_all("who moves whom")
        self._roles = {role.role: role for role in self.card.roles}

    def by(self, driver: str, row: Row) -> Fraction | None:
        """Give the points by which the score of a row moves; None where it has no score."""
        if row.role.states[row.place]:
            return None
        return self._score(row, driver) - self._score(row, None)

    def _score(self, row: Row, driver: str | None) -> Fraction:
        body = self.card.plan.roles[row.role.role].components
        read = [
            (body[each.name].weight, self._component(row.role.role, each, row.place, driver))
            for each in row.role.components
        ]
        return _mean([(weight, points) for weight, points in read if points is not None])

    def _component(self, role: str, scores: ComponentScores, place: int, driver: str | None) -> Fraction | None:
        key = (role, scores.name, place, driver)
        if key not in self._components:
            self._components[key] = self._computed(role, scores, place, driver)
        return self._components[key]

    def _computed(self, role: str, scores: ComponentScores, place: int, driver: str | None) -> Fraction | None:
        component = self.card.plan.roles[role].components[scores.name]
        if scores.states[place]:
            return self._filled(component.missing, scores, place)
        kept = []
        for part in scores.measures:
            asked = component.measures[part.name]
            points = self._ingredient(asked, part, place, driver)
            if points is not None:
                kept.append((asked.weight, points))
        match component.combine:
            case "weighted_mean":
                found = _mean(kept)
            case "minimum":
                found = min(points for _, points in kept)
            case "weighted_geometric":
                points_of, weights = [points for _, points in kept], [weight for weight, _ in kept]
                found = geometric_root(points_of, weights, Fraction(1)).low
        for factor in scores.modifiers:
            times = self._reading(component.modifiers[factor.name], factor, place, driver)
            found *= Fraction(1) if times is None else times / 100
        return found

    def _filled(self, missing: Any, scores: Any, place: int) -> Fraction | None:  # noqa: ANN401 - any part of a result
        """Give what something missing counts as; None where it is left out."""
        if isinstance(missing, MissingLeaveOut):
            return None
        return Fraction(int(scores.points[place]), 10**self.card.plan.places.points)

    def _ingredient(
        self, asked: Measure | Link, part: MeasureScores | LinkScores, place: int, driver: str | None
    ) -> Fraction | None:
        match asked, part:
            case Link(), LinkScores():
                return self._link(asked, part, place, driver)
            case Measure(), MeasureScores():
                return self._reading(asked, part, place, driver)
            case _:  # pragma: no cover - a result that was put together by hand
                raise MismatchError(f"{part.name}: the plan and the result do not agree on what is a link")

    def _link(self, link: Link, scores: LinkScores, place: int, driver: str | None) -> Fraction | None:
        if scores.states[place]:
            return self._filled(link.missing, scores, place)
        partner = self._roles[link.role]
        read = next(each for each in partner.components if each.name == link.component)
        pairs = [
            (Fraction(int(scores.weights[pair])), self._component(link.role, read, int(scores.partners[pair]), driver))
            for pair in (scores.rows == place).nonzero()[0].tolist()
        ]
        return _mean([(weight, points) for weight, points in pairs if points is not None])

    def _reading(
        self, reading: Measure | Modifier, scores: MeasureScores, place: int, driver: str | None
    ) -> Fraction | None:
        """Give the points of a measure without rounding, its metric moved where the driver drives it."""
        if scores.states[place]:
            return self._filled(reading.missing, scores, place)
        metric = self.card.plan.metrics[reading.metric]
        x = Fraction(int(scores.attainments[place]), 10**self.card.plan.places.attainment)
        if driver is not None and metric.driven_by == driver:
            value = Fraction(int(scores.values[place]), 10**metric.places)
            better = abs(value) / 100 * (1 if metric.direction == "higher_is_better" else -1)
            if reading.attainment == "ratio":
                x += better / Fraction(int(scores.targets[place]), 10**metric.places)
            else:
                x += better * (100 if reading.attainment == "percentage_points" else 1)
        curve = self._curves.setdefault(id(reading), pieces(reading.curve))
        found = next((piece.value(x) for piece in curve if piece.holds(x)), None)
        return Fraction(int(scores.points[place]), 10**self.card.plan.places.points) if found is None else found


def _mean(read: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    return sum((weight * points for weight, points in read), Fraction(0)) / sum(weight for weight, _ in read)

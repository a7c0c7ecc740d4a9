"""Scores in steps: from 100 points to the score, and from the score of one period to that of another.

A step puts what a payee reached in the place of what was there before, one measure after another in the order of the
plan, the modifiers of a component after its measures. After every step the score is rounded as it is published, so that
the steps are whole numbers of last places and sum up exactly, whatever puts the measures together. Under another order
the steps of a geometric mean, a minimum or a modifier would be others; those of a weighted mean would differ in their
last place at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.combine import everything_left_out, geometric_mean, least, weighted_mean
from jointpay.errors import MismatchError
from jointpay.panel.compiled import fill_points, whole_weights
from jointpay.plan.measures import Link, Measure, MissingLeaveOut, Modifier
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import ComponentScores, LinkScores, MeasureScores, RoleScores, Scorecard

__all__ = ["ScoreStep", "change_steps", "score_steps"]

Whole = NDArray[np.int64]
Rows = NDArray[np.intp]
Kind = Literal["measure", "link", "modifier", "component"]


@dataclass(frozen=True, slots=True, eq=False)
class ScoreStep:
    """What one measure, link or modifier did to the scores of a role."""

    component: str
    name: str
    kind: Kind
    """`component`: everything a component is made of is left out, and this is what that counts as."""
    driver: str | None
    """The role that drives the metric, or that a link reads; None where nobody in the plan does."""
    points: Whole
    """(P,) points added or taken, in last places; 0 where the payee has no score."""


def score_steps(card: Scorecard, role: RoleScores) -> tuple[ScoreStep, ...]:
    """Give the steps of all rows of a role from 100 points, which is on target, to the score.

    Formula: step k = score with the first k parts as they are and 100 points for all others, less the same with k - 1.
    What is left out is so from the start. The sum of all steps is score - 100, exactly. Shapes: (P,) each.

    Raises `MismatchError` where only a summary was kept, and where a score does not follow from its parts.
    """
    card.require_all("a score in steps")
    target = 100 * 10**card.plan.places.points
    every = np.arange(role.scores.size)
    components = [_Component(card.plan, role, scores) for scores in role.components]
    score = _Score(card.plan, role)
    levels: list[_Points] = []
    for component in components:
        left_out = component.scores.states if component.missing_points is None else None
        start = np.full(every.size, target, dtype=np.int64)
        levels.append(_points(start, left_out))
    without = np.flatnonzero(role.states)
    reached = score.of(levels, without, target)
    steps = []
    for place, component in enumerate(components):
        gone = np.flatnonzero(component.scores.states)
        parts = [_Points(np.full(every.size, target, dtype=np.int64), part.absent) for part in component.read(every)]
        parts = [_Points(_held(part.points, part.absent, 0), part.absent) for part in parts]
        for at, part in enumerate(component.read(every)):
            parts[at] = part
            level = _held(component.put_together(parts), gone, target)
            levels[place] = _Points(_held(level, levels[place].absent, 0), levels[place].absent)
            after = score.of(levels, without, target)
            steps.append(ScoreStep(component.name, *component.told[at], after - reached))
            reached = after
        if gone.size and component.missing_points is not None:
            levels[place] = _Points(_held(levels[place].points, gone, component.missing_points), None)
            after = score.of(levels, without, target)
            steps.append(ScoreStep(component.name, component.name, "component", None, after - reached))
            reached = after
    _hold(role, reached, np.where(role.states == 0, role.scores, target))
    return tuple(steps)


def change_steps(
    card: Scorecard, role: RoleScores, before: Sequence[int], after: Sequence[int]
) -> tuple[ScoreStep, ...]:
    """Give the steps from the scores of some rows of a role to those of others, such as of the period after.

    Formula: step k = score with the first k parts of the row after and all others of the row before, less the same with
    k - 1. The sum of all steps is the difference of the scores, exactly. Shapes: before and after (N,), one pair of rows
    each, and all rows with a score; steps (N,).

    Raises `MismatchError` as `score_steps`.
    """
    card.require_all("a change in steps")
    old, new = (np.asarray(rows, dtype=np.intp) for rows in (before, after))
    components = [_Component(card.plan, role, scores) for scores in role.components]
    score = _Score(card.plan, role)
    levels = [component.level(component.read(old)) for component in components]
    none = np.empty(0, dtype=np.intp)
    reached = score.of(levels, none, 0)
    _hold(role, reached, role.scores[old])
    steps = []
    for place, component in enumerate(components):
        parts = component.read(old)
        for at, part in enumerate(component.read(new)):
            parts[at] = part
            levels[place] = component.level(parts)
            now = score.of(levels, none, 0)
            steps.append(ScoreStep(component.name, *component.told[at], now - reached))
            reached = now
    _hold(role, reached, role.scores[new])
    return tuple(steps)


def _hold(role: RoleScores, reached: Whole, wanted: Whole) -> None:
    if not np.array_equal(reached, wanted):
        raise MismatchError(
            f"the scores of role {role.role!r} do not follow from their components; the result was changed; "
            "next: compute it again"
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """Points of some rows, and the rows in which they are left out, where they are 0; None: in none."""

    points: Whole
    absent: Rows | None


def _points(points: Whole, left_out: NDArray[np.int8] | None) -> _Points:
    """Take points apart from those that are left out; `left_out` is not 0 there."""
    rows = np.empty(0, dtype=np.intp) if left_out is None else np.flatnonzero(left_out)
    absent = rows if rows.size else None
    return _Points(_held(points, absent, 0), absent)


class _Score:
    """Puts components together as scoring does."""

    def __init__(self, plan: Plan, role: RoleScores) -> None:
        asked = plan.roles[role.role].components
        self._weights = whole_weights([asked[component.name].weight for component in role.components])
        self._half_even = plan.rounding == "half_even"

    def of(self, levels: Sequence[_Points], without: Rows, instead: int) -> Whole:
        """Give the scores, and `instead` in the rows that have none."""
        found = weighted_mean(
            [level.points for level in levels],
            self._weights,
            [level.absent for level in levels],
            [],
            factor_unit=1,
            half_even=self._half_even,
        )
        return _held(found, without, instead)


class _Component:
    """The parts of one component, measures first, and how they are put together."""

    def __init__(self, plan: Plan, role: RoleScores, scores: ComponentScores) -> None:
        self.scores, self.name = scores, scores.name
        self._asked = plan.roles[role.role].components[scores.name]
        self._unit = 100 * 10**plan.places.points
        self._half_even = plan.rounding == "half_even"
        self._weights = whole_weights([part.weight for part in self._asked.measures.values()])
        self._parts: list[tuple[MeasureScores | LinkScores, Measure | Link | Modifier]] = [
            *((part, self._asked.measures[part.name]) for part in scores.measures),
            *((part, self._asked.modifiers[part.name]) for part in scores.modifiers),
        ]
        missing = self._asked.missing
        self.missing_points = None if missing is None else fill_points(missing, plan)
        """What it counts as where everything is left out; None: it is left out, too."""
        self.told: list[tuple[str, Kind, str | None]] = [
            (part.name, "link", asked.role)
            if isinstance(asked, Link)
            else (
                part.name,
                "modifier" if isinstance(asked, Modifier) else "measure",
                plan.metrics[asked.metric].driven_by,
            )
            for part, asked in self._parts
        ]

    def read(self, rows: Rows) -> list[_Points]:
        """Give the points of every part in some rows."""
        return [
            _points(part.points[rows], part.states[rows] if isinstance(asked.missing, MissingLeaveOut) else None)
            for part, asked in self._parts
        ]

    def level(self, parts: Sequence[_Points]) -> _Points:
        """Give the points the parts make; where all are left out, what that counts as."""
        made = self.put_together(parts)
        gone = everything_left_out([part.absent for part in parts[: len(self._weights)]])
        if gone is None:
            return _Points(made, None)
        if self.missing_points is None:
            return _Points(_held(made, gone, 0), gone)
        return _Points(_held(made, gone, self.missing_points), None)

    def put_together(self, parts: Sequence[_Points]) -> Whole:
        """Combine the measures and multiply by the modifiers; one that is left out multiplies by 1."""
        count = len(self._weights)
        points, absent = [part.points for part in parts[:count]], [part.absent for part in parts[:count]]
        factors = [_held(part.points.copy(), part.absent, self._unit) for part in parts[count:]]
        unit, half_even = self._unit, self._half_even
        match self._asked.combine:
            case "weighted_mean":
                return weighted_mean(points, self._weights, absent, factors, factor_unit=unit, half_even=half_even)
            case "weighted_geometric":
                return geometric_mean(points, self._weights, absent, factors, factor_unit=unit, half_even=half_even)
            case "minimum":
                return least(points, absent, factors, factor_unit=unit, half_even=half_even)
            case _:
                assert_never(self._asked.combine)


def _held(points: Whole, rows: Rows | None, value: int | Whole) -> Whole:
    """Put a value into some rows, in place."""
    if rows is not None:
        points[rows] = value
    return points

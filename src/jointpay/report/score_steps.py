"""From 100 points to the score, one step for everything a score is made of, in the order of the plan.

100 points is on target. A step puts what a payee reached in the place of 100 points, one measure after another, the
modifiers of a component after its measures; what comes later in the plan still has 100 points. After every step the
score is rounded as it is published, so that the steps are whole numbers of last places and sum up exactly: 100 + all
steps = score, whatever puts the measures together. Under another order the steps of a geometric mean, a minimum or a
modifier would be others; those of a weighted mean would differ in their last place at most.
"""

from dataclasses import dataclass
from typing import Literal, assert_never

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.combine import geometric_mean, least, weighted_mean
from jointpay.errors import MismatchError
from jointpay.panel.compiled import whole_weights
from jointpay.plan.measures import Link, MissingLeaveOut
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Component
from jointpay.results.scorecard import ComponentScores, RoleScores, Scorecard

__all__ = ["ScoreStep", "score_steps"]

Whole = NDArray[np.int64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class ScoreStep:
    """What one measure, link or modifier did to the scores of a role."""

    component: str
    name: str
    kind: Literal["measure", "link", "modifier", "component"]
    """`component`: everything a component is made of is left out, and this is what that counts as."""
    driver: str | None
    """The role that drives the metric, or that a link reads; None where nobody in the plan does."""
    points: Whole
    """(P,) points added or taken, in last places; 0 where the payee has no score."""


def score_steps(card: Scorecard, role: RoleScores) -> tuple[ScoreStep, ...]:
    """Give the steps of all rows of a role, in the order of the plan.

    Formula: step k = score with the first k parts as they are and 100 points for all others, less the same with k - 1.
    The sum of all steps is score - 100, exactly. Shapes: (P,) each.

    Raises `MismatchError` where only a summary was kept, and where a score does not follow from its parts.
    """
    card.require_all("a score in steps")
    plan, asked = card.plan, card.plan.roles[role.role]
    target = 100 * 10**plan.places.points
    levels = [np.full(role.scores.size, target, dtype=np.int64) for _ in role.components]
    score = _Score(plan, role)
    reached = score.of(levels)
    steps = []
    for place, component in enumerate(role.components):
        for kind, name, driver, level in _levels(plan, asked.components[component.name], component, target):
            levels[place] = level
            after = score.of(levels)
            steps.append(ScoreStep(component.name, name, kind, driver, after - reached))
            reached = after
    if not np.array_equal(reached, np.where(role.states == 0, role.scores, target)):
        raise MismatchError(
            f"the scores of role {role.role!r} do not follow from their components; the result was changed; "
            "next: compute it again"
        )
    return tuple(steps)


class _Score:
    """Puts components together as scoring does; where a row has no score, it stays at 100 points."""

    def __init__(self, plan: Plan, role: RoleScores) -> None:
        asked = plan.roles[role.role].components
        self._weights = whole_weights([asked[component.name].weight for component in role.components])
        self._left_out = [
            _left_out(component.states, left_out=isinstance(asked[component.name].missing, MissingLeaveOut))
            for component in role.components
        ]
        self._without = np.flatnonzero(role.states)
        self._target = 100 * 10**plan.places.points
        self._half_even = plan.rounding == "half_even"

    def of(self, levels: list[Whole]) -> Whole:
        points = [level.copy() for level in levels]
        for level, rows in zip(points, self._left_out, strict=True):
            if rows is not None:
                level[rows] = 0
        found = weighted_mean(points, self._weights, self._left_out, [], factor_unit=1, half_even=self._half_even)
        found[self._without] = self._target
        return found


def _left_out(states: NDArray[np.int8], *, left_out: bool) -> Rows | None:
    """Give the rows in which something is left out; None where it is in none."""
    rows = np.flatnonzero(states) if left_out else np.empty(0, dtype=np.intp)
    return rows if rows.size else None


Level = tuple[Literal["measure", "link", "modifier", "component"], str, str | None, Whole]


def _levels(plan: Plan, asked: Component, scores: ComponentScores, target: int) -> list[Level]:
    """Give the points of a component as one part after the other takes its place. Shapes: (P,) each."""
    size = scores.points.size
    # Everything is left out: no part moves it, and what it counts as comes last.
    gone = np.flatnonzero(scores.states)
    absent = [
        _left_out(part.states, left_out=isinstance(asked.measures[part.name].missing, MissingLeaveOut))
        for part in scores.measures
    ]
    points = [_held(np.full(size, target, dtype=np.int64), rows, 0) for rows in absent]
    factors = [np.full(size, target, dtype=np.int64) for _ in scores.modifiers]
    weights = whole_weights([part.weight for part in asked.measures.values()])
    found: list[Level] = []

    def put_together() -> Whole:
        match asked.combine:
            case "weighted_mean":
                made = weighted_mean(points, weights, absent, factors, factor_unit=target, half_even=half_even)
            case "weighted_geometric":
                made = geometric_mean(points, weights, absent, factors, factor_unit=target, half_even=half_even)
            case "minimum":
                made = least(points, absent, factors, factor_unit=target, half_even=half_even)
            case _:
                assert_never(asked.combine)
        return _held(made, gone, target)

    half_even = plan.rounding == "half_even"
    for place, part in enumerate(scores.measures):
        ingredient = asked.measures[part.name]
        points[place] = _held(part.points.copy(), absent[place], 0)
        if isinstance(ingredient, Link):
            found.append(("link", part.name, ingredient.role, put_together()))
        else:
            found.append(("measure", part.name, plan.metrics[ingredient.metric].driven_by, put_together()))
    for place, modifier in enumerate(scores.modifiers):
        reading = asked.modifiers[modifier.name]
        without = _left_out(modifier.states, left_out=isinstance(reading.missing, MissingLeaveOut))
        factors[place] = _held(modifier.points.copy(), without, target)
        found.append(("modifier", modifier.name, plan.metrics[reading.metric].driven_by, put_together()))
    if gone.size:
        found.append(("component", scores.name, None, _held(found[-1][3].copy(), gone, scores.points[gone])))
    return found


def _held(points: Whole, rows: Rows | None, value: int | Whole) -> Whole:
    """Put a value into some rows, in place."""
    if rows is not None:
        points[rows] = value
    return points

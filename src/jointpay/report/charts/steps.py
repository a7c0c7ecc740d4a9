"""From target to score in steps that add up exactly: what each measure and each modifier adds or takes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from jointpay.display import visible
from jointpay.money.rounding import published
from jointpay.plan.measures import MissingLeaveOut
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Component
from jointpay.report.charts.rows import Row, ingredient_title
from jointpay.results.explain_roots import geometric_root
from jointpay.results.scorecard import ComponentScores, Scorecard

__all__ = ["MORE_PLACES", "Step", "steps_to_score"]

MORE_PLACES = 2
"""So many decimals more than points have the steps."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way from 100 to the score."""

    kind: Literal["measure", "together", "modifier", "component", "rounding"]
    """`together`: all measures of a component at once, where they cannot be told apart (geometric mean, minimum)."""
    component: str
    """Title of the component; empty for the rounding."""
    title: str
    points: Fraction | None
    """What was read: points of the measure, or of the modifier; None where it was missing and left out."""
    adds: Fraction
    """Points of the score it adds; negative takes."""


def steps_to_score(card: Scorecard, row: Row, *, by: str) -> list[Step]:
    """Give the steps from 100 to the published score of a row that has one, each with two places more than points.

    Formulas: a component adds w * (points - 100), w its weight among the components that are not left out. A measure
    of a weighted mean adds w * v * (points - 100), v its weight among the measures that are not left out. A modifier
    adds w * (product after it - product before it).
    Each is rounded, and what all roundings changed is the last step, left out where it is 0. Hence 100 + the steps = score.
    """
    plan, scale = card.plan, 10**card.plan.places.points
    body = plan.roles[row.role.role].components
    present = [each for each in row.role.components if not _left_out(body[each.name], each, row.place)]
    weights = sum((body[each.name].weight for each in present), Fraction(0))
    steps: list[Step] = []
    for each in row.role.components:
        component = body[each.name]
        title = visible(component.title or each.name)
        if each not in present:
            steps.append(Step("component", title, title, None, Fraction(0)))
            continue
        weight = component.weight / weights
        points = Fraction(int(each.points[row.place]), scale)
        if by == "components" or int(each.states[row.place]):
            steps.append(Step("component", title, title, points, weight * (points - 100)))
        else:
            steps += _inside(plan, component, each, row.place, weight)
    score = Fraction(int(row.role.scores[row.place]), scale)
    steps = [replace(step, adds=_rounded(plan, step.adds)) for step in steps]
    rest = score - 100 - sum(step.adds for step in steps)
    return [*steps, Step("rounding", "", "", None, rest)] if rest else steps


def _rounded(plan: Plan, adds: Fraction) -> Fraction:
    places = plan.places.points + MORE_PLACES
    return Fraction(published(adds, places=places, rounding=plan.rounding), 10**places)


def _left_out(component: Component, scores: ComponentScores, place: int) -> bool:
    return bool(scores.states[place]) and isinstance(component.missing, MissingLeaveOut)


def _inside(plan: Plan, component: Component, scores: ComponentScores, place: int, weight: Fraction) -> Iterator[Step]:
    """Give the steps inside a component: its measures, then its modifiers."""
    scale, group = 10**plan.places.points, visible(component.title or scores.name)
    read: list[tuple[str, Fraction, Fraction | None]] = []
    for part in scores.measures:
        asked = component.measures[part.name]
        out = bool(part.states[place]) and isinstance(asked.missing, MissingLeaveOut)
        points = None if out else Fraction(int(part.points[place]), scale)
        read.append((visible(ingredient_title(plan, asked) or part.name), asked.weight, points))
    kept = [(share, points) for _, share, points in read if points is not None]
    shares = sum((share for share, _ in kept), Fraction(0))
    if component.combine == "weighted_mean":
        running = sum((share * points for share, points in kept), Fraction(0)) / shares
        for title, share, points in read:
            adds = Fraction(0) if points is None else weight * share / shares * (points - 100)
            yield Step("measure", group, title, points, adds)
    else:
        if component.combine == "minimum":
            running = min(points for _, points in kept)
        else:
            root = geometric_root([points for _, points in kept], [share for share, _ in kept], Fraction(1))
            running = Fraction(root.published(places=plan.places.points, rounding=plan.rounding), scale)
        yield Step("together", group, ", ".join(title for title, _, points in read if points is not None), running, weight * (running - 100))  # fmt: skip
        for title, _, points in read:
            if points is None:
                yield Step("measure", group, title, None, Fraction(0))
    for factor in scores.modifiers:
        reading = component.modifiers[factor.name]
        title = visible(ingredient_title(plan, reading) or factor.name)
        if factor.states[place] and isinstance(reading.missing, MissingLeaveOut):
            yield Step("modifier", group, title, None, Fraction(0))
            continue
        points = Fraction(int(factor.points[place]), scale)
        after = running * points / 100
        yield Step("modifier", group, title, points, weight * (after - running))
        running = after

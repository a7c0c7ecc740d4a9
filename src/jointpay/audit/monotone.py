"""Monotone: a better result, one's own or a partner's, never lowers points; more points never pay less.

What is covered: one result at a time gets better by any amount, everything else staying as it is, in every measure and
modifier (gates included), through curves, operators, modifiers and links. What is not: a value that was missing and
now is there (a policy may have counted it as more), a denominator that grows past `min_count`, and a group's value or a
baseline that moves along with the result; these are choices of the author, and `check_plan` and the plan tell of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from jointpay.data.dataset import Dataset
from jointpay.engine.curve import evaluate
from jointpay.findings import Finding, Place
from jointpay.panel.panel import Panel, Reading, make_panel, ranges_of
from jointpay.panel.targets import Asked
from jointpay.pipeline.score import score_panel
from jointpay.plan.curves import Curve
from jointpay.plan.measures import Link, Measure, Modifier
from jointpay.plan.pieces import pieces
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import MeasureScores, RoleScores

__all__ = ["own_monotone", "partner_monotone"]

Whole = NDArray[np.int64]
Wanted = Callable[[str | None, str, str], bool]


@dataclass(frozen=True, slots=True, eq=False)
class _Spot:
    """One measure or modifier: where it stands in the panel, what the plan says of it, and its scores."""

    role: int
    component: int
    inner: int
    of_modifiers: bool
    reading: Reading
    declared: Measure | Modifier
    scores: MeasureScores


def _spots(plan: Plan, panel: Panel, scored: tuple[RoleScores, ...]) -> Iterator[_Spot]:
    for place, role in enumerate(panel.roles):
        for inner, component in enumerate(role.components):
            body = plan.roles[role.name].components[component.name]
            scores = scored[place].components[inner]
            for number, ingredient in enumerate(component.ingredients):
                made, declared = scores.measures[number], body.measures[ingredient.name]
                if (
                    isinstance(ingredient, Reading)
                    and isinstance(made, MeasureScores)
                    and isinstance(declared, Measure)
                ):
                    yield _Spot(place, inner, number, False, ingredient, declared, made)
            for number, modifier in enumerate(component.modifiers):
                found = scores.modifiers[number]
                yield _Spot(place, inner, number, True, modifier, body.modifiers[modifier.name], found)


def _readers(plan: Plan, role: str, component: str) -> set[str]:
    """Give the role itself and every role whose links lead to the component, directly or through others."""
    reached, open_keys = {(role, component)}, [(role, component)]
    while open_keys:
        goal = open_keys.pop()
        for name, body in plan.roles.items():
            for key, part in body.components.items():
                leads = any(
                    isinstance(link, Link) and (link.role, link.component) == goal for link in part.measures.values()
                )
                if leads and (name, key) not in reached:
                    reached.add((name, key))
                    open_keys.append((name, key))
    return {name for name, _ in reached}


def curve_corners(curve: Curve, unit: int) -> list[int]:
    """Give the whole numbers of 1 / unit at, just before and just after every corner of a curve that it answers.

    Between two of them the curve is one straight line, so it takes its least and its most at some of them.
    """
    parts = pieces(curve)
    edges = {edge * unit for part in parts for edge in (part.start, part.end) if edge is not None}
    near = {number for edge in edges for number in (floor(edge) - 1, floor(edge), ceil(edge), ceil(edge) + 1)}
    return sorted(number for number in near if any(part.holds(Fraction(number, unit)) for part in parts))


def _holding(panel: Panel, spot: _Spot, attainments: Whole) -> Panel:
    """Give the panel in which a measure has these attainments, and is missing where it was."""
    places = panel.scene.plan.places.attainment
    ones = np.ones(attainments.size, dtype=np.int64)
    asked = Asked(np.zeros_like(ones), spot.scores.states != 0)
    held = replace(
        spot.reading,
        share_denominator=1,
        numerators=attainments,
        denominators=ones,
        ranges=ranges_of(attainments, ones, asked),
        is_ratio=False,
        min_count=0,
        asked=asked,
        attainment="value",
        value_scale=(1, 10**places),
        value_places=places,
    )
    role = panel.roles[spot.role]
    component = role.components[spot.component]
    if spot.of_modifiers:
        modifiers = (*component.modifiers[: spot.inner], held, *component.modifiers[spot.inner + 1 :])
        component = replace(component, modifiers=modifiers)
    else:
        ingredients = (*component.ingredients[: spot.inner], held, *component.ingredients[spot.inner + 1 :])
        component = replace(component, ingredients=ingredients)
    components = (*role.components[: spot.component], component, *role.components[spot.component + 1 :])
    roles = (*panel.roles[: spot.role], replace(role, components=components), *panel.roles[spot.role + 1 :])
    return replace(panel, roles=roles)


def _extremes(panel: Panel, spot: _Spot, *, rising: bool) -> tuple[list[int], list[Whole]]:
    """Give the corners, and per row the better attainments at which the curve gives least and most."""
    unit = 10**panel.scene.plan.places.attainment
    corners = curve_corners(spot.declared.curve, unit)
    now = spot.scores.attainments
    better = np.stack([now, *((np.maximum if rising else np.minimum)(now, corner) for corner in corners)])
    half_even = panel.scene.plan.rounding == "half_even"
    points = np.stack([evaluate(spot.reading.curve, option, half_even=half_even)[0] for option in better])
    rows = np.arange(now.size)
    return corners, [better[points.argmin(axis=0), rows], better[points.argmax(axis=0), rows]]


def _stages(role: RoleScores, spot: _Spot, name: str) -> Iterator[tuple[str, Whole]]:
    """Give the published points that may not fall: of the measure itself, of every component, and the score."""
    path = f"roles.{role.role}"
    if name == role.role:
        component = role.components[spot.component]
        parts = component.modifiers if spot.of_modifiers else component.measures
        yield spot.reading.path, parts[spot.inner].points
    for component in role.components:
        yield f"{path}.components.{component.name}", component.points
    yield f"{path}.score", role.scores


@dataclass(frozen=True, slots=True)
class _Fall:
    """The smallest case found: a row of a role whose points fall when a result gets better."""

    role: int
    row: int
    path: str
    before: int
    after: int
    distance: int
    attainments: tuple[int, int] | None
    """Published attainment before and after, where it is the row's own."""


def _falls(
    before: tuple[RoleScores, ...], after: tuple[RoleScores, ...], spot: _Spot, moved: Whole, role: int
) -> _Fall | None:
    """Find the row of a role whose points fall first on the way to the score, by the smallest move."""
    own = role == spot.role
    distance = np.abs(moved - spot.scores.attainments)
    reader = before[spot.role].role if own else ""
    pairs = zip(_stages(before[role], spot, reader), _stages(after[role], spot, reader), strict=True)
    for (path, old), (_, new) in pairs:
        rows = np.flatnonzero(new < old)
        if rows.size:
            row = int(rows[distance[rows].argmin()] if own else rows[0])
            attainments = (int(spot.scores.attainments[row]), int(moved[row])) if own else None
            far = int(distance[row]) if own else int(distance.max())
            return _Fall(role, row, path, int(old[row]), int(new[row]), far, attainments)
    return None


def _smallest(plan: Plan, panel: Panel, scored: tuple[RoleScores, ...], spot: _Spot, role: int) -> _Fall | None:
    """Find the smallest improvement of a measure that lowers points of a role, or None."""
    rising = plan.metrics[spot.declared.metric].direction == "higher_is_better"
    corners, extremes = _extremes(panel, spot, rising=rising)
    now = spot.scores.attainments
    falls = [
        fall
        for moved in extremes
        if (fall := _falls(scored, score_panel(_holding(panel, spot, moved)), spot, moved, role)) is not None
    ]
    if not falls:
        return None
    for corner in corners:
        moved = (np.maximum if rising else np.minimum)(now, corner)
        fall = _falls(scored, score_panel(_holding(panel, spot, moved)), spot, moved, role)
        falls += [] if fall is None else [fall]
    return min(falls, key=lambda fall: (fall.distance, fall.row))


def _violations(plan: Plan, dataset: Dataset, wanted: Wanted, code: str, whose: str) -> tuple[Finding, ...]:
    panel = make_panel(plan, dataset)
    scored = score_panel(panel)
    found = []
    for spot in _spots(plan, panel, scored):
        reader = panel.roles[spot.role].name
        driver = plan.metrics[spot.declared.metric].driven_by
        component = panel.roles[spot.role].components[spot.component].name
        affected = _readers(plan, reader, component)
        for place, role in enumerate(panel.roles):
            if role.name not in affected or not wanted(driver, role.name, reader):
                continue
            if not (spot.scores.states == 0).any():
                continue
            fall = _smallest(plan, panel, scored, spot, place)
            if fall is not None:
                found.append(_told(plan, panel, spot, fall, code, whose))
    return tuple(found)


def _told(plan: Plan, panel: Panel, spot: _Spot, fall: _Fall, code: str, whose: str) -> Finding:
    rows = panel.roles[fall.role].rows
    person = panel.scene.dataset.people.person_ids[rows.persons[fall.row]]
    period = panel.scene.spans[rows.periods[fall.row]].id
    allowed = spot.declared.metric in plan.bounds.not_monotone
    moved = (
        (("attainment_before", str(fall.attainments[0])), ("attainment_after", str(fall.attainments[1])))
        if fall.attainments is not None
        else ()
    )
    return Finding(
        code=code,
        severity="info" if allowed else "error",
        message=f"{whose} result in {spot.declared.metric!r} ({spot.reading.path}) gets better, and {fall.path} falls from "
        f"{fall.before} to {fall.after} (in last places)"
        + (
            "; allowed, since the bounds name the metric under not_monotone"
            if allowed
            else "; next: correct the curve or the metric's direction there, or name the metric under bounds.not_monotone"
        ),
        place=Place(path=fall.path, who=f"person {person!r}, period {period!r}"),
        witness=(
            ("person", person),
            ("period", period),
            ("better", spot.reading.path),
            *moved,
            ("points_before", str(fall.before)),
            ("points_after", str(fall.after)),
        ),
    )


def own_monotone(plan: Plan, dataset: Dataset) -> tuple[Finding, ...]:
    """Find cases in which a better result of one's own lowers one's points.

    Own is what the metric's driver reads of it, directly or through links, and what nobody in the plan drives. The
    published attainment of one measure or modifier is moved, in the good direction of its metric, to the places where
    its curve gives least and most, and everything after it is computed again. One finding per measure and role, with
    the smallest move; severity `info` where the bounds name the metric under `not_monotone`.
    """

    def wanted(driver: str | None, role: str, reader: str) -> bool:
        return driver == role or (driver is None and role == reader)

    return _violations(plan, dataset, wanted, "own_not_monotone", "one's own")


def partner_monotone(plan: Plan, dataset: Dataset) -> tuple[Finding, ...]:
    """Find cases in which a better result of a partner lowers one's points.

    A partner's is what another role drives, and what is read through a link. Otherwise as `own_monotone`; the results of
    all partners get better at once.
    """

    def wanted(driver: str | None, role: str, reader: str) -> bool:
        return driver != role if driver is not None else role != reader

    return _violations(plan, dataset, wanted, "partner_not_monotone", "a partner's")

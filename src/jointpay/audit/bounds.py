"""Bounds hold: points stay within their curves, adjustments and amounts within their limits."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from jointpay.audit.difference import scorecard_of, who
from jointpay.findings import Finding, Place
from jointpay.money.currency import minor_digits
from jointpay.money.rounding import published
from jointpay.plan.curves import Curve
from jointpay.plan.measures import Link, Missing, MissingLeaveOut, MissingNeutral
from jointpay.plan.payout import AmountCap, Cap, Floor
from jointpay.plan.pieces import pieces
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Component
from jointpay.results.limits import adjustment_limits, amount_limits
from jointpay.results.scorecard import ComponentScores, RoleScores, Scorecard
from jointpay.results.settlement import RuleLines, Settlement

__all__ = ["bounds_hold"]

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]
Held = tuple[str, Whole, Whole, Whole]
"""Where, the numbers, and the lowest and highest they may be."""

UNBOUNDED = (np.iinfo(np.int64).min, np.iinfo(np.int64).max)


def bounds_hold(result: Scorecard | Settlement) -> tuple[Finding, ...]:
    """Find numbers outside what the plan says they lie between.

    Points of a measure: between the least and the most its curve gives, or what its missing policy says. Points of a
    component without modifiers, points of a link and the score: between the least and the most they are put together
    from. An adjustment: as its curve gives it, and after each limit within that limit; nothing where it read nothing. An
    amount: after each limit within that limit. One finding per number, with the first payee.
    """
    card = scorecard_of(result)
    found = []
    for role in card.roles:
        for path, values, lowest, highest in (*_of_measures(card, role), *_of_means(card, role)):
            found += _outside(card, role, path, values, lowest, highest)
    if isinstance(result, Settlement):
        for line in result.lines:
            role = next(role for role in card.roles if role.role == line.role)
            for path, values, lowest, highest in _of_lines(card.plan, line):
                found += _outside(card, role, path, values, lowest, highest)
    return tuple(found)


def _range(curve: Curve, plan: Plan, *, places: int, times: int = 1) -> tuple[int, int]:
    """Give the least and the most a curve gives, published."""
    ends = [gives for piece in pieces(curve) for gives in (piece.at_start, piece.at_end)]
    low, high = (published(end * times, places=places, rounding=plan.rounding) for end in (min(ends), max(ends)))
    return low, high


def _of_measures(card: Scorecard, role: RoleScores) -> Iterator[Held]:
    """Hold measures and modifiers to their curves, and filled ones to their policies."""
    plan = card.plan
    for component in role.components:
        body = plan.roles[role.role].components[component.name]
        declared = [
            *(("measures", measure, body.measures[measure.name]) for measure in component.measures),
            *(("modifiers", modifier, body.modifiers[modifier.name]) for modifier in component.modifiers),
        ]
        for word, scores, reading in declared:
            path = f"roles.{role.role}.components.{component.name}.{word}.{scores.name}.points"
            fill = _fill(plan, reading.missing)
            present = scores.states == 0
            if isinstance(reading, Link):
                partner = next(other for other in card.roles if other.role == reading.role)
                points = next(part for part in partner.components if part.name == reading.component).points
                low, high = (int(points.min()), int(points.max())) if points.size else (0, 0)
            else:
                low, high = _range(reading.curve, plan, places=plan.places.points)
            yield path, scores.points, np.where(present, low, fill), np.where(present, high, fill)


def _fill(plan: Plan, missing: Missing | None) -> int:
    """Give the points something missing counts as, 0 where it is left out."""
    if not isinstance(missing, MissingNeutral):
        return 0
    return published(missing.points, places=plan.places.points, rounding=plan.rounding)


def _present(states: NDArray[np.int8], missing: object) -> Mask:
    kept: Mask = (states == 0) | (not (missing is None or isinstance(missing, MissingLeaveOut)))
    return kept


def _between(parts: Sequence[tuple[Whole, Mask]], otherwise: Whole) -> tuple[Whole, Whole]:
    """Give the least and the most of what is present in a row; `otherwise` where nothing is."""
    points, kept = np.stack([part[0] for part in parts]), np.stack([part[1] for part in parts])
    lowest = np.where(kept, points, UNBOUNDED[1]).min(axis=0)
    highest = np.where(kept, points, UNBOUNDED[0]).max(axis=0)
    some = kept.any(axis=0)
    return np.where(some, lowest, otherwise), np.where(some, highest, otherwise)


def _of_means(card: Scorecard, role: RoleScores) -> Iterator[Held]:
    """Hold components without modifiers, and the score, to what they are put together from."""
    body = card.plan.roles[role.role]
    if not role.scores.size:
        return
    for component in role.components:
        if not component.modifiers:
            yield (
                f"roles.{role.role}.components.{component.name}.points",
                component.points,
                *_ingredients(card.plan, body.components[component.name], component),
            )
    parts = [
        (component.points, _present(component.states, body.components[component.name].missing))
        for component in role.components
    ]
    yield f"roles.{role.role}.score", role.scores, *_between(parts, np.zeros_like(role.scores))


def _ingredients(plan: Plan, body: Component, component: ComponentScores) -> tuple[Whole, Whole]:
    """Give the least and the most of what a component is put together from, or what its policy fills in."""
    parts = [
        (measure.points, _present(measure.states, body.measures[measure.name].missing))
        for measure in component.measures
    ]
    return _between(parts, np.full_like(component.points, _fill(plan, body.missing)))


def _of_lines(plan: Plan, line: RuleLines) -> Iterator[Held]:
    """Hold adjustments and amounts to their curve and limits; where nothing was read, everything is 0."""
    rule = next(rule for rule in plan.roles[line.role].pay if rule.id == line.rule_id)
    path = f"roles.{line.role}.pay.{line.rule_id}"
    read = line.states == 0
    places, digits = plan.places.adjustment, minor_digits(plan.currency)
    low, high = _range(rule.curve, plan, places=places, times=100)
    yield f"{path}.adjustments.0", line.adjustments[0], np.where(read, low, 0), np.where(read, high, 0)
    for step, limit in enumerate(adjustment_limits(rule), start=1):
        at = published(limit.at * 100, places=places, rounding=plan.rounding)
        lowest = None if isinstance(limit, Cap) else at if isinstance(limit, Floor) else -at
        yield _held(
            f"{path}.adjustments.{step}", line.adjustments[step], read, lowest, at if isinstance(limit, Cap) else None
        )
    for step, bound in enumerate(amount_limits(rule), start=1):
        at = published(Fraction(bound.amount), places=digits, rounding=plan.rounding)
        capped = isinstance(bound, AmountCap)
        yield _held(f"{path}.amounts.{step}", line.amounts[step], read, None if capped else at, at if capped else None)


def _held(path: str, values: Whole, read: Mask, lowest: int | None, highest: int | None) -> Held:
    """Apply a limit to the rows that were adjusted; the others are 0."""
    return (
        path,
        values,
        np.where(read, UNBOUNDED[0] if lowest is None else lowest, 0),
        np.where(read, UNBOUNDED[1] if highest is None else highest, 0),
    )


def _outside(
    card: Scorecard, role: RoleScores, path: str, values: Whole, lowest: Whole, highest: Whole
) -> list[Finding]:
    rows = np.flatnonzero((values < lowest) | (values > highest))
    if not rows.size:
        return []
    row = int(rows[0])
    person, period = who(card, role.payees, row)
    low, high = ("any" if bound in UNBOUNDED else str(bound) for bound in (int(lowest[row]), int(highest[row])))
    return [
        Finding(
            code="out_of_bounds",
            severity="error",
            message=f"{values[row]} lies outside {low} to {high} (in last places), as do {rows.size - 1} more here",
            place=Place(path=path, who=f"person {person!r}, period {period!r}"),
            witness=(
                ("person", person),
                ("period", period),
                ("number", str(values[row])),
                ("lowest", low),
                ("highest", high),
            ),
        )
    ]

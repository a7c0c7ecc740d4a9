"""The terms of a component, and of the score: what is put together, and how."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd

import numpy as np

from jointpay.money.number import decimal_text, fixed_text
from jointpay.plan.measures import Link, MissingLeaveOut
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Component
from jointpay.results.explain_ledger import Ledger, digits_text, number_text
from jointpay.results.explain_measure import counted_as, explain_measure, filled
from jointpay.results.explain_reading import RowSpan
from jointpay.results.explain_roots import geometric_root
from jointpay.results.scorecard import ComponentScores, LinkScores, RoleScores, Scorecard

__all__ = ["explain_component", "explain_score"]

_ALL_LEFT_OUT = 6
_COMBINED = {
    "weighted_mean": "the weighted mean of its measures",
    "weighted_geometric": "the weighted geometric mean of its measures",
    "minimum": "the least of its measures",
}


def percent(weight: Fraction) -> str:
    """Write a weight: `40%`, or `1/3` where no decimal ends."""
    return f"{decimal_text(weight * 100)}%" if 10**6 % weight.denominator == 0 else decimal_text(weight)


def explain_component(
    ledger: Ledger, card: Scorecard, role: RoleScores, scores: ComponentScores, span: RowSpan, path: tuple[str, ...]
) -> Fraction | None:
    """Write one component of one row, its measures and modifiers first; give its points, or None where it is left out."""
    plan, component = card.plan, card.plan.roles[role.role].components[scores.name]
    here = (*path, "components", scores.name)
    ledger.open(here, 1, f"{component.title or scores.name}, {percent(component.weight)} of the score")
    found: dict[str, Fraction | None] = {}
    for ingredient in scores.measures:
        asked = component.measures[ingredient.name]
        title = f"{_title(plan, ingredient.name, asked)}, {percent(asked.weight)} of {component.title or scores.name}"
        ledger.open((*here, "measures", ingredient.name), 2, title)
        if isinstance(asked, Link) and isinstance(ingredient, LinkScores):
            found[ingredient.name] = _link(ledger, card, asked, ingredient, span.row)
        elif not isinstance(asked, Link) and not isinstance(ingredient, LinkScores):
            found[ingredient.name] = explain_measure(ledger, plan, asked, ingredient, span)
        else:
            ledger.refuse("kind", "the plan and the result do not agree on what is a link")
    factors: dict[str, Fraction] = {}
    for modifier in scores.modifiers:
        reading = component.modifiers[modifier.name]
        title = f"{plan.metrics[reading.metric].title or modifier.name}, a factor of {component.title or scores.name}"
        ledger.open((*here, "modifiers", modifier.name), 2, title)
        points = explain_measure(ledger, plan, reading, modifier, span)
        if points is not None:
            factors[modifier.name] = points
    ledger.open((*here, "points"), 2, f"{component.title or scores.name}: {_COMBINED[component.combine]}")
    return _combined(ledger, plan, component, scores, span.row, found, factors)


def _title(plan: Plan, name: str, asked: object) -> str:
    metric = getattr(asked, "metric", None)
    return name if metric is None else plan.metrics[metric].title or name


def _link(ledger: Ledger, card: Scorecard, link: Link, scores: LinkScores, row: int) -> Fraction | None:
    """Write the partners of one row and the mean over them."""
    places = card.plan.places.points
    partner = next(role for role in card.roles if role.role == link.role)
    read = next(component for component in partner.components if component.name == link.component)
    asked = card.plan.roles[link.role].components[link.component]
    pairs = np.flatnonzero(scores.rows == row).tolist()
    weights = [int(scores.weights[place]) for place in pairs]
    common = gcd(*weights) or 1
    total, held = Fraction(0), 0
    terms: list[str] = []
    for number, (weight, place) in enumerate(zip(weights, pairs, strict=True), start=1):
        other = int(scores.partners[place])
        who = card.person_ids[int(partner.payees.persons[other])]
        points = int(read.points[other])
        title = f"{asked.title or link.component} of {who}"
        if int(read.states[other]) == _ALL_LEFT_OUT and isinstance(asked.missing, MissingLeaveOut):
            ledger.say(f"partner {number}", title, note="left out, because the partner has no such points")
            continue
        part = weight // common
        exact = Fraction(points, 10**places)
        total, held = total + part * exact, held + part
        terms.append(f"{part} * {fixed_text(points, places)}")
        ledger.say(
            f"partner {number}",
            title,
            exact=exact,
            text=fixed_text(points, places),
            note=f"with a weight of {part}, by the credit shared on items and days",
        )
    stored, missing = int(scores.points[row]), int(scores.states[row]) != 0
    if missing != (held == 0):
        ledger.refuse("state", "the result and its partners do not agree on whether there is any")
    if missing:
        ledger.hold("points", filled(link.missing, card.plan), stored, places)
        left_out = isinstance(link.missing, MissingLeaveOut)
        counts = None if left_out else Fraction(stored, 10**places)
        ledger.say(
            "points",
            "points",
            exact=counts,
            text="" if left_out else fixed_text(stored, places),
            note=f"nobody in role {link.role} shares an item and has these points; "
            f"{counted_as(link.missing, places, stored)}",
        )
        return counts
    ledger.publish(
        "points",
        "points",
        exact=total / held,
        stored=stored,
        places=places,
        formula=f"({' + '.join(terms)}) / {held}" if len(terms) > 1 else "",
    )
    return Fraction(stored, 10**places)


def _combined(
    ledger: Ledger,
    plan: Plan,
    component: Component,
    scores: ComponentScores,
    row: int,
    found: Mapping[str, Fraction | None],
    factors: Mapping[str, Fraction],
) -> Fraction | None:
    """Write how the measures are put together, multiplied and rounded."""
    places, stored, state = plan.places.points, int(scores.points[row]), int(scores.states[row])
    present = {name: points for name, points in found.items() if points is not None}
    if (state != 0) != (not present):
        ledger.refuse("state", "the result and its measures do not agree on whether there is any")
    if component.missing is not None and not present:
        ledger.hold("points", filled(component.missing, plan), stored, places)
        left_out = isinstance(component.missing, MissingLeaveOut)
        counts = None if left_out else Fraction(stored, 10**places)
        told = f"everything it is made of is left out; {counted_as(component.missing, places, stored)}"
        ledger.say("points", "points", exact=counts, text="" if left_out else fixed_text(stored, places), note=told)
        return counts
    weights = [component.measures[name].weight for name in present]
    points = list(present.values())
    factor = Fraction(1)
    for of_modifier in factors.values():
        factor *= of_modifier / 100
    times = "".join(f" * {fixed_text(int(value * 10**places), places)} / 100" for value in factors.values())
    if component.combine == "weighted_geometric":
        return _geometric(ledger, plan, points, weights, factor, times, stored)
    if component.combine == "minimum":
        exact, formula = min(points), f"min({', '.join(_points(value, places) for value in points)})"
    else:
        exact, formula = _mean(ledger, list(present), points, weights, places)
        if times and len(points) > 1 and sum(weights) == 1:
            formula = f"({formula})"
    ledger.publish(
        "points", "points", exact=exact * factor, stored=stored, places=places, formula=formula + times,
        note=_renormalised(weights, component.combine),
    )  # fmt: skip
    return Fraction(stored, 10**places)


def _points(value: Fraction, places: int) -> str:
    return fixed_text(int(value * 10**places), places)


def _mean(
    ledger: Ledger, names: Sequence[str], points: Sequence[Fraction], weights: Sequence[Fraction], places: int
) -> tuple[Fraction, str]:
    """Write every weighted term; give their sum over the sum of the weights."""
    for name, value, weight in zip(names, points, weights, strict=True):
        ledger.say(
            f"weighted {name}",
            name,
            exact=weight * value,
            formula=f"{number_text(weight)} * {_points(value, places)}",
            digits=digits_text(weight * value, places),
        )
    total = sum((weight * value for weight, value in zip(weights, points, strict=True)), Fraction(0))
    whole = sum(weights, Fraction(0))
    summed = " + ".join(number_text(weight * value) for weight, value in zip(weights, points, strict=True))
    if whole == 1:
        return total, summed
    return total / whole, f"({summed}) / {number_text(whole)}"


def _renormalised(weights: Sequence[Fraction], combine: str) -> str:
    whole = sum(weights, Fraction(0))
    if whole == 1 or combine == "minimum":
        return ""
    return f"the weights that remain sum to {percent(whole)}, so the sum is divided by it"


def _geometric(
    ledger: Ledger,
    plan: Plan,
    points: Sequence[Fraction],
    weights: Sequence[Fraction],
    factor: Fraction,
    times: str,
    stored: int,
) -> Fraction:
    """Write a weighted geometric mean; its digits come from a root."""
    places, whole = plan.places.points, sum(weights, Fraction(0))
    root = geometric_root(points, weights, factor)
    ledger.hold("points", root.published(places=places, rounding=plan.rounding), stored, places)
    powers = [
        f"{_points(value, places)} ^ {number_text(weight / whole)}"
        for value, weight in zip(points, weights, strict=True)
    ]
    note = "" if whole == 1 else f"the weights that remain sum to {percent(whole)}, so each is divided by it"
    if root.exact is None:
        note = "; ".join(part for part in ("a root, whose digits do not end", note) if part)
    ledger.say(
        "points",
        "points",
        exact=root.exact,
        formula=" * ".join(powers) + times,
        text=fixed_text(stored, places),
        digits=digits_text(root.low, places),
        note=note,
    )
    return Fraction(stored, 10**places)


def explain_score(
    ledger: Ledger,
    plan: Plan,
    role: RoleScores,
    row: int,
    path: tuple[str, ...],
    found: Mapping[str, Fraction | None],
) -> None:
    """Write the score of one row: the weighted mean of its components."""
    places, stored, state = plan.places.points, int(role.scores[row]), int(role.states[row])
    ledger.open((*path, "score"), 1, "Score")
    present = {name: points for name, points in found.items() if points is not None}
    if (state != 0) != (not present):
        ledger.refuse("state", "the result and its components do not agree on whether there is any")
    if not present:
        ledger.hold("score", 0, stored, places)
        ledger.say("score", "score", note="every component is left out, so there is no score")
        return
    weights = [plan.roles[role.role].components[name].weight for name in present]
    exact, formula = _mean(ledger, list(present), list(present.values()), weights, places)
    note = _renormalised(weights, "weighted_mean")
    ledger.publish("score", "score", exact=exact, stored=stored, places=places, formula=formula, note=note)

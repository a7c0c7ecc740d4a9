"""Who depends on whom: the steps of a score that partners drive, divided among those who share the items.

A step belongs to the role that drives its metric. Among the people of that role it is divided by the traffic they share
with the payee: sum over items of what is credited to the payee * what is credited to the partner / what the item made,
taken of the total below the line of a ratio, or of the total itself. What nobody in the role is credited with is
divided off as nobody's. A link is divided by its own weights. A step that reads more than own items is the whole
role's.
"""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from jointpay.money.split import split
from jointpay.plan.measures import Link
from jointpay.plan.metrics import RatioMetric
from jointpay.plan.scopes import OwnScope
from jointpay.report.dashboard.sums import PeriodSums
from jointpay.report.dashboard.view import Payee, View
from jointpay.report.score_steps import ScoreStep
from jointpay.results.scorecard import LinkScores

__all__ = ["NOBODY", "WHOLE_ROLE", "Partners", "partners_of"]

NOBODY, WHOLE_ROLE = -1, -2
"""In the place of a person: nobody in the role is credited; the role as a whole."""


@dataclass(frozen=True, slots=True)
class Partners:
    """The points of one payee's score, in last places, by who drives them. They sum to score - 100."""

    own: int
    """Driven by the payee's own role."""
    undriven: int
    """Driven by nobody in the plan."""
    by_partner: dict[tuple[str, int], int]
    """By (role, person), NOBODY and WHOLE_ROLE included, largest effect first."""

    @property
    def others(self) -> int:
        """All that other roles drive."""
        return sum(self.by_partner.values())


def partners_of(view: View, payee: Payee, steps: tuple[ScoreStep, ...], sums: PeriodSums) -> Partners:
    """Divide the steps of one payee of the period looked at."""
    own_role = view.card.roles[payee.role].role
    own = undriven = 0
    found: Counter[tuple[str, int]] = Counter()
    for step in steps:
        points = int(step.points[payee.row])
        if step.driver == own_role:
            own += points
        elif step.driver is None:
            undriven += points
        elif points:
            weights = _weights(view, payee, step, sums)
            persons = sorted(weights)
            parts = split(points, [weights[person] for person in persons], keys=[f"{person:012}" for person in persons])
            for person, part in zip(persons, parts, strict=True):
                found[step.driver, person] += part
    order = sorted(found, key=lambda key: (-abs(found[key]), key))
    return Partners(own, undriven, {key: found[key] for key in order if found[key]})


def _weights(view: View, payee: Payee, step: ScoreStep, sums: PeriodSums) -> dict[int, int | Fraction]:
    """Weigh the people of the driving role; at least one weight is above zero."""
    role = view.card.roles[payee.role]
    asked = view.plan.roles[role.role].components[step.component]
    if step.kind == "link":
        found = _link_weights(view, payee, step)
        return found or {NOBODY: 1}
    reading = asked.modifiers[step.name] if step.kind == "modifier" else asked.measures[step.name]
    if isinstance(reading, Link) or step.driver is None:  # pragma: no cover - a link is a step of its own kind
        raise AssertionError(step.name)
    if not isinstance(reading.scope, OwnScope):
        return {WHOLE_ROLE: 1}
    metric = view.plan.metrics[reading.metric]
    total = metric.denominator if isinstance(metric, RatioMetric) else metric.total
    shared = _shared_traffic(view, payee, step.driver, total, sums)
    return shared if any(shared.values()) else {NOBODY: 1}


def _shared_traffic(view: View, payee: Payee, driver: str, total: str, sums: PeriodSums) -> dict[int, int | Fraction]:
    work = view.work
    at = list(view.plan.totals).index(total)
    mine, theirs = work.roles.index(view.card.roles[payee.role].role), work.roles.index(driver)
    found: dict[int, int | Fraction] = {NOBODY: 0}
    for item, credited in sums.own_items.get((mine, payee.person), ()):
        made = sums.items[item,][at] * work.share_denominator
        if made <= 0 or credited[at] <= 0:
            continue
        rest = credited[at] * Fraction(1)
        for person, of_partner in sums.holders.get((theirs, item), ()):
            part = Fraction(credited[at] * max(of_partner[at], 0), made)
            found[person] = found.get(person, 0) + part
            rest -= part
        found[NOBODY] += max(rest, Fraction(0))
    return found


def _link_weights(view: View, payee: Payee, step: ScoreStep) -> dict[int, int | Fraction]:
    card = view.card
    component = next(part for part in card.roles[payee.role].components if part.name == step.component)
    scores = next(part for part in component.measures if part.name == step.name)
    if not isinstance(scores, LinkScores):  # pragma: no cover - the scorecard was held against its plan
        raise TypeError(step.name)
    persons = next(role for role in card.roles if role.role == step.driver).payees.persons
    found: dict[int, int | Fraction] = {}
    for place in np.flatnonzero(scores.rows == payee.row).tolist():
        person = int(persons[scores.partners[place]])
        found[person] = found.get(person, 0) + int(scores.weights[place])
    return found

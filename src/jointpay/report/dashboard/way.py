"""The way of one payee: the steps from 100 points to the score, and those from the score of the period before."""

from collections.abc import Sequence
from dataclasses import dataclass

from jointpay.report.dashboard.view import Payee, View
from jointpay.report.score_steps import ScoreStep, change_steps
from jointpay.results.scorecard import RoleScores

__all__ = ["Way", "WayStep", "ways_of"]


@dataclass(frozen=True, slots=True)
class WayStep:
    """What one measure, link or modifier did to one score."""

    step: ScoreStep
    points: int
    """From 100 points, in last places."""
    change: int
    """From the score of the period before, in last places; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Way:
    """All steps of one payee. Points sum to score - 100, changes to the difference of the scores."""

    steps: tuple[WayStep, ...]
    before: int | None
    """The row of the period before, where both have a score."""

    def driven(self, driver: str | None) -> tuple[int, int]:
        """Sum up the points and the changes of the steps that a role drives."""
        mine = [one for one in self.steps if one.step.driver == driver]
        return sum(one.points for one in mine), sum(one.change for one in mine)

    def drivers(self, own: str) -> tuple[str | None, ...]:
        """Give the roles that drive any step, the payee's own first; None (nobody) only where it moves something."""
        found = dict.fromkeys([own, *(one.step.driver for one in self.steps)])
        return tuple(driver for driver in found if driver is not None or any(self.driven(None)))


def ways_of(view: View, role: RoleScores, payees: Sequence[Payee], steps: Sequence[ScoreStep]) -> dict[str, Way]:
    """Give the way of every payee of a role, by key; `steps` are those of all rows of the role."""
    both = {
        payee.key: (payee.before, payee.row)
        for payee in payees
        if payee.before is not None and not role.states[payee.row] and not role.states[payee.before]
    }
    changes = change_steps(view.card, role, [pair[0] for pair in both.values()], [pair[1] for pair in both.values()])
    place = {key: at for at, key in enumerate(both)}
    changed = {(step.component, step.kind, step.name): step.points for step in changes}
    found = {}
    for payee in payees:
        at = place.get(payee.key)
        told = []
        for step in steps:
            points = int(step.points[payee.row])
            if step.kind == "component" and not points:
                continue
            of_change = changed.get((step.component, step.kind, step.name))
            told.append(WayStep(step, points, 0 if at is None or of_change is None else int(of_change[at])))
        found[payee.key] = Way(tuple(told), None if at is None else payee.before)
    return found

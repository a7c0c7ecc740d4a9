"""Rows of a result as charts speak of them: who, in which role, on which days, with which points."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from jointpay.display import visible
from jointpay.errors import MismatchError
from jointpay.money.number import decimal_text
from jointpay.plan.calendar import day_text
from jointpay.plan.measures import Ingredient, Link, Measure, Modifier
from jointpay.plan.plan import Plan
from jointpay.report.language import Language
from jointpay.results.looked_up import looked_up, looked_up_payee
from jointpay.results.scorecard import ComponentScores, LinkScores, MeasureScores, RoleScores, Scorecard

__all__ = ["Cell", "Row", "cells_of", "ingredient_title", "measure_of", "row_of", "rows_of"]


@dataclass(frozen=True, slots=True)
class Row:
    """One payee row of a role in the period asked for."""

    role: RoleScores
    place: int
    """Index into the arrays of the role."""
    label: str
    """Name of the payee, or the id where there is no name; with the days where the payee has several rows."""
    id: str

    @property
    def start(self) -> int:
        """First day."""
        return int(self.role.payees.starts[self.place])

    @property
    def end(self) -> int:
        """Day after the last."""
        return int(self.role.payees.ends[self.place])


@dataclass(frozen=True, slots=True)
class Cell:
    """Points of one column of a role: a component, a measure, a modifier or the score."""

    group: str
    """The component it belongs to; empty where it is one itself."""
    title: str
    note: str
    """Its weight, or that it multiplies."""
    scores: RoleScores | ComponentScores | MeasureScores | LinkScores
    """Whose points and states they are."""

    def points(self, place: int) -> int | None:
        """Give the published points of a row, in last places; None where they were missing."""
        if int(self.scores.states[place]):
            return None
        return int(self.scores.scores[place] if isinstance(self.scores, RoleScores) else self.scores.points[place])


def rows_of(
    card: Scorecard,
    said: Language,
    *,
    period: str,
    role: str | None = None,
    payees: Sequence[str] | None = None,
) -> list[Row]:
    """Give the rows of a period, by role in the order of the plan, then by id, then by day.

    Raises `MismatchError` for a period, role or payee that is not in the result.
    """
    within = looked_up(period, [span.id for span in card.periods], "period")
    if role is not None:
        looked_up(role, [each.role for each in card.roles], "role")
    wanted = None if payees is None else {looked_up_payee(payee, card.person_ids, card.names) for payee in payees}
    found = []
    for each in card.roles:
        if role in (None, each.role):
            here = np.flatnonzero(each.payees.periods == within).tolist()
            kept = [place for place in here if wanted is None or int(each.payees.persons[place]) in wanted]
            kept.sort(key=lambda place: (card.person_ids[each.payees.persons[place]], int(each.payees.starts[place])))
            found += [Row(each, place, *_called(card, said, each, place)) for place in kept]
    return found


def row_of(
    card: Scorecard, said: Language, *, payee: str, period: str, role: str | None = None, day: str | None = None
) -> Row:
    """Give the one row of a payee in a period; role and day (`2026-01-20`) choose where there are several.

    Raises `MismatchError` for a payee, period or role that is not in the result, and where no row or several are left.
    """
    found = rows_of(card, said, period=period, role=role, payees=[payee])
    if day is not None:
        found = [row for row in found if day_text(row.start) <= day < day_text(row.end)]
    if len(found) == 1:
        return found[0]
    every = rows_of(card, said, period=period, payees=[payee])
    listed = "; ".join(f"{row.role.role}, {day_text(row.start)} to {day_text(row.end - 1)}" for row in every)
    many = "holds several seats" if found else "holds no such seat"
    raise MismatchError(
        f"payee {payee!r} {many} in period {period!r}; next: name role= and day= of one of these: {listed or 'none'}"
    )


def _called(card: Scorecard, said: Language, role: RoleScores, place: int) -> tuple[str, str]:
    """Give the label and the id of a row."""
    payees = role.payees
    person, period = int(payees.persons[place]), int(payees.periods[place])
    start, end, span = int(payees.starts[place]), int(payees.ends[place]), card.periods[period]
    name = visible(card.names[person] or card.person_ids[person])
    whole = (start, end) == (span.start, span.end)
    label = name if whole else said.text("chart.part_of_period", name=name, days=said.days(start, end))
    return label, visible(card.person_ids[person])


def cells_of(card: Scorecard, role: RoleScores, said: Language, *, by: str) -> list[Cell]:
    """Give the columns of a role: its components and its score, or its measures, links and modifiers.

    Raises `MismatchError` for measures where only the summary was kept.
    """
    body = card.plan.roles[role.role]
    if by == "components":
        parts = [
            Cell("", visible(component.title or each.name), _weight(component.weight), each)
            for each, component in zip(role.components, body.components.values(), strict=True)
        ]
        return [*parts, Cell("", said.text("chart.score"), "", role)]
    card.require_all("a chart of measures")
    found = []
    for each, component in zip(role.components, body.components.values(), strict=True):
        group = visible(component.title or each.name)
        for part in each.measures:
            ingredient = component.measures[part.name]
            title = ingredient_title(card.plan, ingredient)
            found.append(Cell(group, visible(title or part.name), _weight(ingredient.weight), part))
        for factor in each.modifiers:
            title = ingredient_title(card.plan, component.modifiers[factor.name])
            found.append(Cell(group, visible(title or factor.name), said.text("terms.modifier"), factor))
    return found


def measure_of(card: Scorecard, row: Row, component: str, measure: str) -> tuple[Measure | Modifier, MeasureScores]:
    """Give what the plan says of a measure or modifier, and what the result has of it.

    Raises `MismatchError` where there is none of that name, and where it is a link, which has no value and no curve.
    """
    body = card.plan.roles[row.role.role].components
    scores = row.role.components[looked_up(component, list(body), "component")]
    parts = [*scores.measures, *scores.modifiers]
    part = parts[looked_up(measure, [each.name for each in parts], "measure")]
    asked = body[component].measures.get(measure) or body[component].modifiers[measure]
    if isinstance(part, LinkScores) or isinstance(asked, Link):
        raise MismatchError(
            f"{component}.{measure} is a link, which has no value and no curve of its own; "
            "next: name a measure or a modifier"
        )
    return asked, part


def ingredient_title(plan: Plan, part: Ingredient | Modifier) -> str | None:
    """Give what people call the metric a measure or modifier reads, or the component a link reads."""
    if isinstance(part, Link):
        return plan.roles[part.role].components[part.component].title
    return plan.metrics[part.metric].title


def _weight(weight: Fraction) -> str:
    return f"{decimal_text(weight * 100)}%"

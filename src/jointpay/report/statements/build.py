"""Make statements: read what a settlement keeps about one payee, after every number of it was recomputed."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from jointpay.errors import MismatchError
from jointpay.plan.measures import Link, MissingLeaveOut
from jointpay.plan.roles import Component
from jointpay.plan.scopes import AllScope, GroupScope, OwnScope, Scope
from jointpay.report.score_steps import ScoreStep, score_steps
from jointpay.report.statements.items import CreditedItems
from jointpay.report.statements.parts import Parts, weight_held
from jointpay.report.statements.record import (
    ComponentStatement,
    LineStatement,
    LinkStatement,
    MeasureStatement,
    RowStatement,
    Statement,
    Step,
)
from jointpay.report.work import SharedWork
from jointpay.results.explain import explain
from jointpay.results.explain_reading import RowSpan
from jointpay.results.scorecard import MISSING_REASONS, ComponentScores, LinkScores, RoleScores
from jointpay.results.settlement import Settlement

__all__ = ["GROUP_OF_AT_LEAST", "Statements", "statement"]

GROUP_OF_AT_LEAST = 3
"""Fewest people of a group whose sums are shown, where nothing else is asked for."""


def statement(
    settlement: Settlement,
    payee: str,
    period: str,
    *,
    work: SharedWork | None = None,
    group_of_at_least: int = GROUP_OF_AT_LEAST,
) -> Statement:
    """Give everything behind one payee's pay of one period; nothing is looked up again.

    Parameters
    ----------
    settlement
        The result; all intermediates must be kept.
    payee, period
        Ids.
    work
        Who belongs to which group, and what each item brought to whom. Without it nobody knows how many people a group
        has, so that its sums are not shown, and items are not listed.
    group_of_at_least
        Sums of a group with fewer people are not shown; 1 shows all. Its published target, value and attainment are
        always there, because a payee cannot follow her pay without them.

    Raises
    ------
    MismatchError
        No such payee, period or seat; a number that does not follow from its terms; work of another result.
    """
    return Statements(settlement, work=work, group_of_at_least=group_of_at_least).of(payee, period)


@dataclass(frozen=True)
class Statements:
    """The statements of one settlement; what they have in common is made once."""

    settlement: Settlement
    work: SharedWork | None = None
    group_of_at_least: int = GROUP_OF_AT_LEAST

    def __post_init__(self) -> None:
        card = self.settlement.scorecard
        card.require_all("a statement")
        if self.work is not None and self.work.data_digest != card.data_digest:
            raise MismatchError(
                f"the shared work is of the data {self.work.data_digest}, and the settlement of {card.data_digest}; "
                "next: make both from one dataset"
            )

    def of(self, payee: str, period: str) -> Statement:
        """Give the statement of one payee and period; as `statement`."""
        told = explain(self.settlement, payee, period)  # refuses what does not follow from its terms
        card = self.settlement.scorecard
        plan, person = card.plan, card.person_ids.index(payee)
        within = next(place for place, span in enumerate(card.periods) if span.id == period)
        rows = [
            self._row(
                role, RowSpan(row, int(role.payees.starts[row]), int(role.payees.ends[row]), card.periods[within])
            )
            for role in card.roles
            for row in np.flatnonzero((role.payees.persons == person) & (role.payees.periods == within)).tolist()
        ]
        return Statement(
            payee=payee,
            name=card.names[person],
            period=card.periods[within],
            plan_id=plan.id,
            plan_version=plan.version,
            plan_title=plan.title or plan.id,
            plan_digest=plan.digest,
            data_digest=card.data_digest,
            base_pay_digest=self.settlement.base_pay_digest,
            engine_version=card.engine_version,
            rounding=plan.rounding,
            currency=plan.currency,
            attainment_places=plan.places.attainment,
            points_places=plan.places.points,
            adjustment_places=plan.places.adjustment,
            group_of_at_least=self.group_of_at_least,
            rows=tuple(sorted(rows, key=lambda row: row.start)),
            items=None
            if self._items is None or period not in self._items.work.periods
            else self._items.of(payee, period),
            amount_minor=told.amount_minor or 0,
        )

    @cached_property
    def _items(self) -> CreditedItems | None:
        card = self.settlement.scorecard
        names = dict(zip(card.person_ids, card.names, strict=True))
        return None if self.work is None else CreditedItems(card.plan, self.work, names)

    @cached_property
    def _steps(self) -> Mapping[str, tuple[ScoreStep, ...]]:
        card = self.settlement.scorecard
        return {role.role: score_steps(card, role) for role in card.roles}

    def _row(self, role: RoleScores, span: RowSpan) -> RowStatement:
        plan, row = self.settlement.scorecard.plan, span.row
        asked, state = plan.roles[role.role], int(role.states[row])
        held = [
            asked.components[scores.name].weight
            for scores in role.components
            if not _gone(asked.components[scores.name], scores, row)
        ]
        parts = Parts(self.settlement.scorecard, lambda scope, at: self._few(role, scope, at))
        return RowStatement(
            role=role.role,
            title=asked.title or role.role,
            start=span.start,
            end=span.end,
            period=span.period,
            components=tuple(
                _component(parts, role.role, asked.components[scores.name], scores, span, held)
                for scores in role.components
            ),
            score=None if state else int(role.scores[row]),
            state=MISSING_REASONS[state],
            steps=()
            if state
            else tuple(
                Step(
                    component=step.component,
                    name=step.name,
                    kind=step.kind,
                    driven_by=step.driver,
                    partner_driven=step.driver is not None and step.driver != role.role,
                    points=int(step.points[row]),
                )
                for step in self._steps[role.role]
            ),
            lines=self._lines(parts, role.role, row),
        )

    def _lines(self, parts: Parts, role: str, row: int) -> tuple[LineStatement, ...]:
        rules = {rule.id: rule for rule in self.settlement.scorecard.plan.roles[role].pay}
        return tuple(parts.line(rules[line.rule_id], line, row) for line in self.settlement.lines if line.role == role)

    def _few(self, role: RoleScores, scope: Scope, span: RowSpan) -> bool:
        """Tell whether the people of a scope are too few, or not known, for its sums to be shown."""
        if isinstance(scope, OwnScope) or self.group_of_at_least <= 1:
            return False
        if self.work is None:
            return True
        members = self.work.members
        here = (members.starts < span.end) & (members.ends > span.start)
        match scope:
            case AllScope():
                pass
            case GroupScope(column=column):
                codes = members.groups[column]
                own = here & (members.persons == role.payees.persons[span.row]) & (codes >= 0)
                here &= np.isin(codes, codes[own])
        return np.unique(members.persons[here]).size < self.group_of_at_least


def _gone(asked: Component, scores: ComponentScores, row: int) -> bool:
    return bool(scores.states[row]) and isinstance(asked.missing, MissingLeaveOut)


def _component(
    parts: Parts, role: str, asked: Component, scores: ComponentScores, span: RowSpan, held: list[Fraction]
) -> ComponentStatement:
    """Read one component of one row; `held` are the weights of the components that are not left out."""
    row, gone = span.row, _gone(asked, scores, span.row)
    absent = {
        part.name: bool(part.states[row]) and isinstance(asked.measures[part.name].missing, MissingLeaveOut)
        for part in scores.measures
    }
    present = [asked.measures[name].weight for name, left_out in absent.items() if not left_out]
    measures: list[MeasureStatement | LinkStatement] = []
    for part in scores.measures:
        reading = asked.measures[part.name]
        weight = weight_held(reading.weight, present, left_out=absent[part.name])
        if isinstance(reading, Link) and isinstance(part, LinkScores):
            measures.append(parts.link(reading, part, row, held=weight))
        elif not isinstance(reading, Link) and not isinstance(part, LinkScores):
            measures.append(parts.measure(role, reading, part, span, held=weight))
    return ComponentStatement(
        name=scores.name,
        title=asked.title or scores.name,
        weight=asked.weight,
        weight_held=weight_held(asked.weight, held, left_out=gone),
        combine=asked.combine,
        measures=tuple(measures),
        modifiers=tuple(
            parts.measure(role, asked.modifiers[part.name], part, span, held=None) for part in scores.modifiers
        ),
        points=None if gone else int(scores.points[row]),
        state=MISSING_REASONS[int(scores.states[row])],
        missing=asked.missing,
    )

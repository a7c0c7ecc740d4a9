"""Whole explanations: all rows of one payee in one period, from facts to points and to the amount."""

from fractions import Fraction

import numpy as np

from jointpay.errors import MismatchError
from jointpay.money.number import shown
from jointpay.plan.calendar import day_text
from jointpay.plan.payout import PayRule, ReadsScore
from jointpay.results.explain_component import explain_component, explain_score
from jointpay.results.explain_ledger import Ledger
from jointpay.results.explain_pay import explain_pay, explain_sum
from jointpay.results.explain_reading import RowSpan
from jointpay.results.explanation import Explanation
from jointpay.results.looked_up import looked_up, looked_up_payee
from jointpay.results.scorecard import RoleScores, Scorecard
from jointpay.results.settlement import Settlement

__all__ = ["explain_payee"]

_NAMED = 10


def explain_payee(result: Scorecard | Settlement, payee: str, period: str) -> Explanation:
    """Write the sections of all the payee's rows of the period, and check every number against its terms on the way."""
    card = result.scorecard if isinstance(result, Settlement) else result
    card.require_all("an explanation")
    plan = card.plan
    person = looked_up_payee(payee, card.person_ids, card.names)
    within = looked_up(period, [span.id for span in card.periods], "period")
    ledger = Ledger(plan.rounding, card.engine_version)
    rows = _rows(card, person, within)
    if not rows:
        held = sorted(
            {int(place) for role in card.roles for place in role.payees.periods[role.payees.persons == person]}
        )
        others = ", ".join(card.periods[place].id for place in held[:_NAMED]) or "none"
        raise MismatchError(
            f"payee {shown(payee)} holds no seat in period {shown(period)}; periods with a seat: {others}"
        )
    amounts: list[int] = []
    for role, span in rows:
        path = (role.role, day_text(span.start))
        points = _explain_row(ledger, card, role, span, path)
        if isinstance(result, Settlement):
            amounts += _explain_lines(ledger, result, role, span, path, points)
    amount = explain_sum(ledger, plan, amounts) if isinstance(result, Settlement) else None
    ledger.close()
    return Explanation(
        payee=payee,
        name=card.names[person],
        period=period,
        plan_id=plan.id,
        plan_version=plan.version,
        plan_digest=plan.digest,
        data_digest=card.data_digest,
        engine_version=card.engine_version,
        rounding=plan.rounding,
        currency=plan.currency,
        amount_minor=amount,
        sections=tuple(ledger.sections),
    )


def _rows(card: Scorecard, person: int, within: int) -> list[tuple[RoleScores, RowSpan]]:
    """Find the payee's rows of the period, in order of time."""
    found = [
        (role, _span(card, role, row, within))
        for role in card.roles
        for row in np.flatnonzero((role.payees.persons == person) & (role.payees.periods == within)).tolist()
    ]
    return sorted(found, key=lambda pair: pair[1].start)


def _span(card: Scorecard, role: RoleScores, row: int, within: int) -> RowSpan:
    payees = role.payees
    return RowSpan(row, int(payees.starts[row]), int(payees.ends[row]), card.periods[within])


def _explain_row(
    ledger: Ledger, card: Scorecard, role: RoleScores, span: RowSpan, path: tuple[str, ...]
) -> dict[str, Fraction | None]:
    """Write the components and the score of one row; give the points of the components."""
    title = card.plan.roles[role.role].title or role.role
    days = f"{span.days} of {span.period.days} days"
    ledger.open(path, 0, f"{title}, {day_text(span.start)} to {day_text(span.end - 1)} ({days})")
    points = {
        component.name: explain_component(ledger, card, role, component, span, path) for component in role.components
    }
    explain_score(ledger, card.plan, role, span.row, path, points)
    return points


def _explain_lines(
    ledger: Ledger,
    settlement: Settlement,
    role: RoleScores,
    span: RowSpan,
    path: tuple[str, ...],
    points: dict[str, Fraction | None],
) -> list[int]:
    """Write the pay lines of one row; give their amounts in minor units."""
    plan, amounts = settlement.scorecard.plan, []
    rules = {rule.id: rule for rule in plan.roles[role.role].pay}
    for line in settlement.lines:
        if line.role == role.role:
            rule = rules[line.rule_id]
            explain_pay(ledger, plan, rule, line, span, path, _read(plan.places.points, role, rule, span.row, points))
            amounts.append(int(line.amount_minor[span.row]))
    return amounts


def _read(places: int, role: RoleScores, rule: PayRule, row: int, points: dict[str, Fraction | None]) -> int | None:
    """Give what a rule reads, in last places; None where that is missing."""
    if isinstance(rule.reads, ReadsScore):
        return None if int(role.states[row]) else int(role.scores[row])
    read = points[rule.reads.component]
    return None if read is None else int(read * 10**places)

"""One payee: from 100 points to the score, what changed, and what became of the traffic."""

from dataclasses import dataclass

from jointpay.report.dashboard.coupling import named_partner
from jointpay.report.dashboard.page import Page
from jointpay.report.dashboard.partners import Partners
from jointpay.report.dashboard.standing import points_cell, score_change
from jointpay.report.dashboard.table import Cell, Table
from jointpay.report.dashboard.traffic import traffic_answer, traffic_by_channel, traffic_by_item
from jointpay.report.dashboard.view import Payee
from jointpay.report.dashboard.waterfall import driver_name, step_title, waterfall
from jointpay.report.dashboard.way import Way
from jointpay.results.scorecard import RoleScores

__all__ = ["Detail", "detail"]

_CHANGES = 3
"""Measures named in the sentence on what changed."""
_PARTNERS = 12


@dataclass(frozen=True, slots=True)
class Detail:
    """What is shown of one payee."""

    key: str
    title: str
    role: str
    days: str
    score: Cell
    change: str
    answers: tuple[str, ...]
    """Sentences that answer why the score is what it is, and why it changed."""
    steps: Table
    traffic: tuple[Table, ...]


def detail(page: Page, role: RoleScores, payee: Payee, way: Way, partners: Partners) -> Detail:
    """Put together everything about one payee row of the period looked at."""
    writing, row = page.writing, payee.row
    days = page.view.span
    start, end = int(role.payees.starts[row]), int(role.payees.ends[row])
    cut = (start, end) != (days.start, days.end)
    answers = [
        *_why_changed(page, role, payee, way),
        *_adjusted(page, payee),
        *_partners(page, partners),
        *traffic_answer(page, role, payee),
    ]
    return Detail(
        key=payee.key,
        title=page.person(payee.person),
        role=writing.role(role.role),
        days=writing.language.days(start, end) if cut else "",
        score=points_cell(page, int(role.scores[row]), int(role.states[row]), left_out=True, strong=True),
        change=score_change(page, role, payee),
        answers=tuple(answers),
        steps=waterfall(page, role, payee, way),
        traffic=(*traffic_by_channel(page, role, payee), *traffic_by_item(page, role, payee)),
    )


def _why_changed(page: Page, role: RoleScores, payee: Payee, way: Way) -> list[str]:
    """Say by how much the score changed, what part of that who drives, and where most of it comes from."""
    writing, comma = page.writing, page.writing.text("dashboard.comma")
    if page.view.before is None:
        return []
    if way.before is None:
        return [writing.text("dashboard.no_comparison", period=page.earlier())]
    told = [
        writing.text(
            "dashboard.drives",
            role=driver_name(page, driver),
            points=writing.points(way.driven(driver)[1], signed=True),
        )
        for driver in way.drivers(role.role)
    ]
    found = [
        writing.text(
            "dashboard.changed",
            score=writing.points(int(role.scores[payee.row])),
            change=writing.points(sum(one.change for one in way.steps), signed=True),
            period=page.earlier(),
            before=writing.points(int(role.scores[way.before])),
            parts=comma.join(told),
        )
    ]
    most = sorted((one for one in way.steps if one.change), key=lambda one: -abs(one.change))[:_CHANGES]
    if most:
        named = comma.join(
            f"{step_title(page, role, one.step)} {writing.points(one.change, signed=True)}" for one in most
        )
        found.append(writing.text("dashboard.most_changed", measures=named))
    return found


def _partners(page: Page, partners: Partners) -> list[str]:
    if not partners.by_partner:
        return []
    named = [
        f"{named_partner(page, *key)} {page.writing.points(points, signed=True)}"
        for key, points in list(partners.by_partner.items())[:_PARTNERS]
    ]
    return [
        page.writing.text(
            "dashboard.partners",
            points=page.writing.points(partners.others, signed=True),
            partners=page.writing.text("dashboard.comma").join(named),
        )
    ]


def _adjusted(page: Page, payee: Payee) -> list[str]:
    """Say what every pay rule makes of it, and what it made before."""
    writing, places = page.writing, page.view.plan.places.adjustment
    found = []
    for line in page.view.lines(payee.role):
        rule = writing.named(line.rule_id)
        if line.states[payee.row]:
            found.append(writing.text("dashboard.not_adjusted", rule=rule))
            continue
        told = writing.text(
            "dashboard.adjusted", rule=rule, percent=writing.percent(int(line.adjustment[payee.row]), places)
        )
        if payee.before is not None and not line.states[payee.before]:
            earlier = writing.percent(int(line.adjustment[payee.before]), places)
            told += writing.text("dashboard.adjusted_before", percent=earlier, period=page.earlier())
        found.append(told)
    return found

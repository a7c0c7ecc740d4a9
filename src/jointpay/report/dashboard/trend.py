"""How it came there: scores by period against the target, and what all items made by period."""

from collections.abc import Sequence

from jointpay.report.dashboard.page import Page
from jointpay.report.dashboard.standing import points_cell
from jointpay.report.dashboard.sums import PeriodSums, added
from jointpay.report.dashboard.table import Cell, Group, Head, Row, Table
from jointpay.report.dashboard.view import Payee
from jointpay.results.scorecard import RoleScores

__all__ = ["metric_trend", "score_trend"]

_WIDTH, _HEIGHT = 60, 16
_FULL_AWAY = 100
"""Points away from 100 at which a line reaches its edge."""


def score_trend(page: Page, role: RoleScores, payees: Sequence[Payee]) -> Table:
    """Give the score of every payee of a role by period, and draw it against 100 points."""
    writing, view = page.writing, page.view
    heads = [Head(writing.text("dashboard.payee"))]
    heads += [Head(writing.label(view.card.periods[period].id)) for period in view.periods]
    heads.append(Head(writing.text("dashboard.line")))
    groups = []
    for payee in payees:
        cells = [
            Cell()
            if row is None
            else points_cell(page, int(role.scores[row]), int(role.states[row]), left_out=True)
            for row in payee.rows
        ]
        known = [None if row is None or role.states[row] else int(role.scores[row]) for row in payee.rows]
        cells.append(Cell(spark=_line(known, view.plan.places.points)))
        groups.append(Group((Row(Head(page.person(payee.person), link=payee.key), tuple(cells)),)))
    return Table(writing.role(role.role), tuple(heads), tuple(groups), (_reached(page, role),), sortable=True)


def _reached(page: Page, role: RoleScores) -> Row:
    """Count in every period who reached 100 points, among those looked at in the last."""
    writing, view = page.writing, page.view
    target = 100 * 10**view.plan.places.points
    cells = []
    for place in range(len(view.periods)):
        rows = [payee.rows[place] for payee in view.payees if view.card.roles[payee.role] is role]
        scored = [int(role.scores[row]) for row in rows if row is not None and not role.states[row]]
        told = writing.text(
            "dashboard.of",
            part=writing.number(sum(score >= target for score in scored)),
            whole=writing.number(len(scored)),
        )
        cells.append(Cell(told))
    return Row(Head(writing.text("dashboard.reached_target")), (*cells, Cell()))


def _line(scores: Sequence[int | None], places: int) -> str:
    """Give the points of a line through the scores that are there; fewer than two make none."""
    step = _WIDTH / max(len(scores) - 1, 1)
    middle = _HEIGHT / 2
    found = [
        (place * step, middle - max(-1.0, min(1.0, (score / 10**places - 100) / _FULL_AWAY)) * (middle - 1))
        for place, score in enumerate(scores)
        if score is not None
    ]
    return " ".join(f"{across:.1f},{down:.1f}" for across, down in found) if len(found) > 1 else ""


def metric_trend(page: Page) -> Table:
    """Give what all items looked at made in every period."""
    writing, view = page.writing, page.view
    by_period = [PeriodSums(view.work, period, page.now.people) for period in view.periods]
    totals = len(page.figures.totals)
    columns = [page.cells(added(list(sums.channels.values()), totals), 1) for sums in by_period]
    groups = tuple(
        Group((Row(head, tuple(column[place] for column in columns)),)) for place, head in enumerate(page.heads())
    )
    heads = [Head(writing.text("dashboard.figure"))]
    heads += [Head(writing.label(view.card.periods[period].id)) for period in view.periods]
    return Table(writing.text("dashboard.metric_trend_caption"), tuple(heads), groups)

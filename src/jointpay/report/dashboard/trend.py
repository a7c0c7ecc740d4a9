"""How it came there: scores by period against the target, and what all items made by period."""

from collections.abc import Sequence

from jointpay.report.dashboard.page import Page
from jointpay.report.dashboard.standing import payee_head, points_cell
from jointpay.report.dashboard.sums import PeriodSums, added
from jointpay.report.dashboard.table import Cell, Group, Head, Row, Table
from jointpay.report.dashboard.view import Payee
from jointpay.results.scorecard import RoleScores

__all__ = ["metric_trend", "score_trend"]

_WIDTH, _HEIGHT = 60, 16
_LEAST_AWAY = 20
"""Points away from 100 at which a line reaches its edge, where nobody is farther away."""


def score_trend(page: Page, role: RoleScores, payees: Sequence[Payee]) -> Table:
    """Give the score of every payee of a role by period, and draw it against 100 points."""
    writing, view = page.writing, page.view
    heads = [Head(writing.text("dashboard.payee"))]
    heads += [Head(writing.label(view.card.periods[period].id)) for period in view.periods]
    heads.append(Head(writing.text("dashboard.line")))
    unit = 10**view.plan.places.points
    lines = [
        [None if row is None or role.states[row] else int(role.scores[row]) for row in payee.rows] for payee in payees
    ]
    away = max((abs(score - 100 * unit) for line in lines for score in line if score is not None), default=0)
    groups = []
    for payee, line in zip(payees, lines, strict=True):
        cells = [
            Cell() if row is None else points_cell(page, int(role.scores[row]), int(role.states[row]), left_out=True)
            for row in payee.rows
        ]
        cells.append(Cell(spark=_drawn(line, 100 * unit, max(away, _LEAST_AWAY * unit))))
        groups.append(Group((Row(payee_head(page, role, payee), tuple(cells)),)))
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


def _drawn(scores: Sequence[int | None], target: int, away: int) -> str:
    """Give the points of a line through the scores that are there; fewer than two make none.

    The target is in the middle, and what is `away` from it at the edge: the same for all payees of a role.
    """
    step, middle = _WIDTH / max(len(scores) - 1, 1), _HEIGHT / 2
    found = [
        f"{place * step:.1f},{middle - (score - target) / away * middle:.1f}"
        for place, score in enumerate(scores)
        if score is not None
    ]
    return " ".join(found) if len(found) > 1 else ""


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

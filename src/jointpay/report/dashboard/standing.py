"""Where everybody stands: the heat map of payees by components and measures."""

from collections.abc import Sequence

from jointpay.plan.measures import MissingLeaveOut
from jointpay.report.dashboard.page import Page
from jointpay.report.dashboard.table import Cell, Group, Head, Row, Table
from jointpay.report.dashboard.view import Payee
from jointpay.results.scorecard import MISSING_REASONS, LinkScores, MeasureScores, RoleScores

__all__ = [
    "heat_map",
    "payee_head",
    "points_cell",
    "score_change",
    "shade",
    "signed_cell",
]

_EDGES = (60, 80, 95, 100)
"""Points below which a colour is one step stronger; above 100 they lie as far away on the other side."""


def shade(points: int, places: int) -> str:
    """Give the class that colours points: h0 far below 100 points, h4 exactly on target, h8 far above.

    >>> [shade(points, 2) for points in (2000, 6000, 9500, 9999, 10000, 10001, 20000)]
    ['h0', 'h1', 'h3', 'h3', 'h4', 'h5', 'h8']
    """
    unit = 10**places
    if points == 100 * unit:
        return "h4"
    if points < 100 * unit:
        return f"h{sum(points >= edge * unit for edge in _EDGES[:-1])}"
    return f"h{8 - sum(points <= (200 - edge) * unit for edge in _EDGES[:-1])}"


def points_cell(page: Page, points: int, state: int, *, left_out: bool, strong: bool = False) -> Cell:
    """Write points with their colour; what was missing is marked, and without a number where it is left out."""
    writing = page.writing
    style = " b" if strong else ""
    note = writing.text(f"dashboard.missing_{MISSING_REASONS[state]}") if state else ""
    if state and left_out:
        return Cell("–", f"m{style}", note)
    places = page.view.plan.places.points
    text = writing.points(points) + ("*" if state else "")
    return Cell(text, shade(points, places) + style, note)


def heat_map(page: Page, place: int, role: RoleScores, payees: Sequence[Payee]) -> Table:
    """Give the points of every payee of a role: score, adjustment, components, measures and modifiers."""
    writing, asked = page.writing, page.view.plan.roles[role.role]
    lines = page.view.lines(place)
    heads = [Head(writing.text("dashboard.payee")), Head(writing.text("dashboard.score"))]
    if page.view.before is not None:
        heads.append(Head(writing.text("dashboard.change")))
    heads += [Head(writing.named(line.rule_id), writing.text("dashboard.adjustment")) for line in lines]
    if page.pay:
        heads.append(Head(writing.text("dashboard.amount")))
    for component in asked.components:
        share = writing.part(asked.components[component].weight)
        heads.append(Head(writing.component(role.role, component), share, style="b"))
        heads += [
            Head(writing.ingredient(part), writing.part(part.weight))
            for part in asked.components[component].measures.values()
        ]
        heads += [
            Head(writing.ingredient(part), writing.text("dashboard.factor"))
            for part in asked.components[component].modifiers.values()
        ]
    groups = tuple(Group((Row(payee_head(page, role, payee), _standing(page, role, payee)),)) for payee in payees)
    return Table(writing.role(role.role), tuple(heads), groups, sortable=True)


def payee_head(page: Page, role: RoleScores, payee: Payee) -> Head:
    """Name a payee, with the days of a seat that is not held for the whole period, and lead to what is said of them."""
    days = int(role.payees.ends[payee.row] - role.payees.starts[payee.row])
    whole = page.view.span.days
    note = "" if days == whole else page.writing.text("dashboard.some_days", days=page.writing.number(days))
    return Head(page.person(payee.person), note, link=payee.key)


def _standing(page: Page, role: RoleScores, payee: Payee) -> tuple[Cell, ...]:
    writing, view, row = page.writing, page.view, payee.row
    asked = view.plan.roles[role.role]
    cells = [points_cell(page, int(role.scores[row]), int(role.states[row]), left_out=True, strong=True)]
    if view.before is not None:
        cells.append(Cell(score_change(page, role, payee)))
    lines = view.lines(payee.role)
    cells += [
        Cell("–", "m")
        if line.states[row]
        else Cell(writing.percent(int(line.adjustment[row]), view.plan.places.adjustment))
        for line in lines
    ]
    if page.pay:
        amount = sum(int(line.amount_minor[row]) for line in lines)
        cells.append(Cell(writing.language.money(amount, view.plan.currency)))
    for component in role.components:
        body = asked.components[component.name]
        left_out = isinstance(body.missing, MissingLeaveOut)
        points, state = int(component.points[row]), int(component.states[row])
        cells.append(points_cell(page, points, state, left_out=left_out, strong=True))
        cells += [
            _part_cell(page, part, row, left_out=isinstance(body.measures[part.name].missing, MissingLeaveOut))
            for part in component.measures
        ]
        cells += [
            _part_cell(page, part, row, left_out=isinstance(body.modifiers[part.name].missing, MissingLeaveOut))
            for part in component.modifiers
        ]
    return tuple(cells)


def _part_cell(page: Page, part: MeasureScores | LinkScores, row: int, *, left_out: bool) -> Cell:
    return points_cell(page, int(part.points[row]), int(part.states[row]), left_out=left_out)


def score_change(page: Page, role: RoleScores, payee: Payee) -> str:
    """Write by how many points a score changed; nothing where one of the two is not there."""
    if payee.before is None or role.states[payee.row] or role.states[payee.before]:
        return ""
    return page.writing.points(int(role.scores[payee.row] - role.scores[payee.before]), signed=True)


def signed_cell(page: Page, points: int) -> Cell:
    """Write points that were added or taken."""
    return Cell(page.writing.points(points, signed=True), "up" if points > 0 else "down" if points < 0 else "")

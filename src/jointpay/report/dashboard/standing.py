"""Where everybody stands: the heat map of payees by components and measures, and who depends on whom."""

from collections.abc import Mapping, Sequence

from jointpay.plan.check_coupling import partner_shares
from jointpay.plan.measures import MissingLeaveOut
from jointpay.report.dashboard.page import Page
from jointpay.report.dashboard.partners import NOBODY, WHOLE_ROLE, Partners
from jointpay.report.dashboard.table import Cell, Group, Head, Row, Table
from jointpay.report.dashboard.view import Payee
from jointpay.results.scorecard import MISSING_REASONS, LinkScores, MeasureScores, RoleScores

__all__ = [
    "coupling_table",
    "heat_map",
    "named_partner",
    "points_cell",
    "role_shares",
    "score_change",
    "shade",
    "signed_cell",
]

_EDGES = (60, 80, 95, 100)
"""Points below which a colour is one step stronger; above 100 they lie as far away on the other side."""
_NAMED = 3
"""Partners named in the table of who depends on whom."""


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
            Head(writing.ingredient(name, part), writing.part(part.weight))
            for name, part in asked.components[component].measures.items()
        ]
        heads += [
            Head(writing.ingredient(name, part), writing.text("dashboard.factor"))
            for name, part in asked.components[component].modifiers.items()
        ]
    groups = tuple(Group((Row(_payee_head(page, role, payee), _standing(page, role, payee)),)) for payee in payees)
    return Table(writing.role(role.role), tuple(heads), groups, sortable=True)


def _payee_head(page: Page, role: RoleScores, payee: Payee) -> Head:
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
    for line in lines:
        cells.append(
            Cell("–", "m") if line.states[row] else Cell(writing.percent(int(line.adjustment[row]), view.plan.places.adjustment))
        )
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


def named_partner(page: Page, role: str, person: int) -> str:
    """Name a partner; nobody in a role, and a role as a whole, have names too."""
    if person == NOBODY:
        return page.writing.text("dashboard.nobody", role=page.writing.role(role))
    if person == WHOLE_ROLE:
        return page.writing.text("dashboard.whole_role", role=page.writing.role(role))
    return page.short(person)


def role_shares(page: Page) -> tuple[str, ...]:
    """Say for every role in view what part of its score other roles drive, by the weights of the plan."""
    writing = page.writing
    shares = partner_shares(page.view.plan)
    return tuple(
        writing.text(
            "dashboard.role_share",
            role=writing.role(role.role),
            parts=writing.text("dashboard.comma").join(
                writing.text(
                    "dashboard.driven_part",
                    part=writing.part(part),
                    role=writing.text("dashboard.no_role") if driver is None else writing.role(driver),
                )
                for driver, part in shares[role.role].items()
            ),
        )
        for _, role, _ in page.view.roles()
    )


def coupling_table(
    page: Page, place: int, role: RoleScores, payees: Sequence[Payee], partners: Mapping[str, Partners]
) -> Table:
    """Give for every payee of a role what part of the way from 100 points to the score who drives."""
    writing = page.writing
    others = [name for name in page.view.plan.roles if name != role.role]
    driven = [name for name in others if any(key[0] == name for payee in payees for key in partners[payee.key].by_partner)]
    heads = [
        Head(writing.text("dashboard.payee")),
        Head(writing.text("dashboard.score")),
        Head(writing.text("dashboard.own_part")),
        *(Head(writing.text("dashboard.driven_by", role=writing.role(name))) for name in driven),
        Head(writing.text("dashboard.driven_by_nobody")),
        Head(writing.text("dashboard.most_by")),
    ]
    groups = []
    for payee in payees:
        parts = partners[payee.key]
        by_role = [sum(points for key, points in parts.by_partner.items() if key[0] == name) for name in driven]
        cells = [
            points_cell(page, int(role.scores[payee.row]), int(role.states[payee.row]), left_out=True, strong=True),
            *(signed_cell(page, points) for points in (parts.own, *by_role, parts.undriven)),
            Cell(
                writing.text("dashboard.comma").join(
                    f"{named_partner(page, *key)} {writing.points(points, signed=True)}"
                    for key, points in list(parts.by_partner.items())[:_NAMED]
                ),
                "t",
            ),
        ]
        groups.append(Group((Row(Head(page.person(payee.person), link=payee.key), tuple(cells)),)))
    return Table(writing.role(page.view.card.roles[place].role), tuple(heads), tuple(groups), sortable=True)


def signed_cell(page: Page, points: int) -> Cell:
    """Write points that were added or taken."""
    return Cell(page.writing.points(points, signed=True), "up" if points > 0 else "down" if points < 0 else "")


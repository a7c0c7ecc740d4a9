"""Who depends on whom, by how many points, looked at from both sides."""

from collections.abc import Mapping, Sequence

from jointpay.plan.check_coupling import partner_shares
from jointpay.report.dashboard.page import Page
from jointpay.report.dashboard.partners import NOBODY, WHOLE_ROLE, Partners
from jointpay.report.dashboard.standing import payee_head, points_cell, signed_cell
from jointpay.report.dashboard.table import Cell, Group, Head, Row, Table
from jointpay.report.dashboard.view import Payee
from jointpay.results.scorecard import RoleScores

__all__ = ["coupling_table", "moved_by", "named_partner", "role_shares"]

_NAMED = 3
"""People named on either side, those with most points."""


Moved = dict[tuple[str, int], list[tuple[str, int]]]
"""By (role, person): names and points of those whose scores they moved."""


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
    page: Page, role: RoleScores, payees: Sequence[Payee], partners: Mapping[str, Partners], moved: Moved
) -> Table:
    """Give for every payee of a role who drives what part of the way to the score, and whose scores the payee moved.

    `partners` are those of the payees, by key.
    """
    writing = page.writing
    driven = [
        name
        for name in page.view.plan.roles
        if any(key[0] == name for payee in payees for key in partners[payee.key].by_partner)
    ]
    undriven = any(partners[payee.key].undriven for payee in payees)
    heads = [
        Head(writing.text("dashboard.payee")),
        Head(writing.text("dashboard.score")),
        Head(writing.text("dashboard.own_part")),
        *(Head(writing.text("dashboard.driven_by", role=writing.role(name))) for name in driven),
        *([Head(writing.text("dashboard.driven_by_nobody"))] if undriven else []),
        Head(writing.text("dashboard.most_by"), style="t"),
        Head(writing.text("dashboard.moves"), style="t"),
    ]
    groups = []
    for payee in payees:
        parts = partners[payee.key]
        by_role = [sum(points for key, points in parts.by_partner.items() if key[0] == name) for name in driven]
        by_others = [(named_partner(page, *key), points) for key, points in parts.by_partner.items()]
        cells = [
            points_cell(page, int(role.scores[payee.row]), int(role.states[payee.row]), left_out=True, strong=True),
            *(signed_cell(page, points) for points in (parts.own, *by_role, *([parts.undriven] if undriven else []))),
            _named(page, by_others),
            _named(page, moved.get((role.role, payee.person), [])),
        ]
        groups.append(Group((Row(payee_head(page, role, payee), tuple(cells)),)))
    return Table(writing.role(role.role), tuple(heads), tuple(groups), sortable=True)


def moved_by(page: Page, partners: Mapping[str, Partners]) -> Moved:
    """Give for every (role, person) the payees in view whose scores they moved, those moved most first."""
    found: Moved = {}
    for payee in page.view.payees:
        for key, points in partners[payee.key].by_partner.items():
            found.setdefault(key, []).append((page.short(payee.person), points))
    return {key: sorted(moved, key=lambda pair: -abs(pair[1])) for key, moved in found.items()}


def _named(page: Page, named: Sequence[tuple[str, int]]) -> Cell:
    told = [f"{name} {page.writing.points(points, signed=True)}" for name, points in named[:_NAMED]]
    if len(named) > _NAMED:
        told.append(page.writing.text("dashboard.more_people", count=page.writing.number(len(named) - _NAMED)))
    return Cell(page.writing.text("dashboard.comma").join(told), "t")

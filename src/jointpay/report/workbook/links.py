"""The sheet of links: whose points a payee reads, with which weight, a line for each partner."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import gcd

import numpy as np

from jointpay.plan.measures import Link, MissingLeaveOut
from jointpay.report.workbook.book import Book, Points, fill_of
from jointpay.report.workbook.sums import exact_cell
from jointpay.report.workbook.table import Cell, RoleTable, decimals
from jointpay.report.workbook.whole import LIMIT, Whole, cell_of, fits, published_formula, quotient, read, times
from jointpay.results.explain_measure import filled
from jointpay.results.scorecard import LinkScores

__all__ = ["LINK_ROW", "LinkLine", "LinkSheet", "add_link"]

LINK_ROW = 4
"""Row of the first line, counted from 1."""


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One partner of one payee row."""

    labels: tuple[str, str, str, str, str]
    """Payee, period, what is read, partner, and the partner's period."""
    weight: Cell
    parts: int
    """The weight is a whole number of 1 / parts."""
    points: Cell
    points_formula: str | None
    """None: the partner is not in this workbook, and the points are an input."""
    product: Cell
    product_formula: str | None
    """None: the number stands as it is, being too large for a formula."""
    counted: Cell
    counted_formula: str | None


@dataclass
class LinkSheet:
    """The lines put down so far."""

    sheet: str
    lines: list[LinkLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Partner:
    """A partner of a row: the row of the partner role, the weight, and the points that are read."""

    row: int
    weight: int
    points: int | None


def add_link(
    table: RoleTable, book: Book, links: LinkSheet, link: Link, scores: LinkScores, path: tuple[str, ...]
) -> Points:
    """Add the points of a link, and a line for each partner to the sheet of links."""
    scale, plan = book.points_scale, book.plan
    partners = _partners(book, link, scores, table)
    shares = max(1, _common(partners))
    most = _most(book, link)
    formulas: list[str | None] = []
    stands = []
    fill_points = filled(link.missing, plan)
    fill = fill_of(link.missing, fill_points, scale)
    for place, found in enumerate(partners):
        first = LINK_ROW + len(links.lines)
        for partner in found:
            links.lines.append(_line(table, book, link, place, partner, shares, LINK_ROW + len(links.lines), most))
        last = LINK_ROW + len(links.lines) - 1
        above = sum(partner.weight // shares * (partner.points or 0) for partner in found)
        below = sum(partner.weight // shares for partner in found if partner.points is not None)
        stands.append(not fits(above, below))
        if not found:
            formulas.append(fill)
            continue
        products, counted = (f"SUM({links.sheet}!${column}${first}:${column}${last})" for column in "HI")
        rounded = quotient(read(products, scale, None), Whole.of(counted, None), half_even=book.half_even)
        formulas.append(f"IF({counted}=0,{fill},{published_formula(rounded, scale)})")
    left_out = isinstance(link.missing, MissingLeaveOut)
    points = [None if int(scores.states[row]) and left_out else int(scores.points[row]) for row in table.rows]
    reference = table.add(
        (*path, "points"),
        book.say("workbook.link_points"),
        ["" if whole is None else cell_of(whole, scale) for whole in points],
        kind="figure",
        look=decimals(plan.places.points),
        formula=formulas,
        stands=stands,
    )
    return Points(reference, tuple(points), max(most, abs(fill_points)), 1, left_out)


def _most(book: Book, link: Link) -> int:
    """Bound the points that a link reads."""
    known = book.components.get((link.role, link.component))
    if known is not None:
        return known.most
    role = next(role for role in book.settlement.scorecard.roles if role.role == link.role)
    component = next(component for component in role.components if component.name == link.component)
    return max((abs(int(points)) for points in component.points), default=0)


def _partners(book: Book, link: Link, scores: LinkScores, table: RoleTable) -> list[list[_Partner]]:
    """Collect the partners of every row, with the points that are read or None where those are left out."""
    role = next(role for role in book.settlement.scorecard.roles if role.role == link.role)
    component = next(component for component in role.components if component.name == link.component)
    missing = book.plan.roles[link.role].components[link.component].missing
    gone = missing is None or isinstance(missing, MissingLeaveOut)
    found = []
    for row in table.rows:
        low, high = (int(place) for place in np.searchsorted(scores.rows, [row, row + 1]))
        found.append(
            [
                _Partner(
                    int(scores.partners[place]),
                    int(scores.weights[place]),
                    None
                    if gone and int(component.states[scores.partners[place]])
                    else int(component.points[scores.partners[place]]),
                )
                for place in range(low, high)
            ]
        )
    return found


def _common(partners: Sequence[Sequence[_Partner]]) -> int:
    """Give the largest number that divides every weight."""
    return gcd(*(partner.weight for found in partners for partner in found))


def _line(
    table: RoleTable, book: Book, link: Link, place: int, partner: _Partner, shares: int, row: int, most: int
) -> LinkLine:
    card, scale = book.settlement.scorecard, book.points_scale
    own = table.role.payees
    role = next(role for role in card.roles if role.role == link.role)
    component = book.plan.roles[link.role].components[link.component]
    known = book.components.get((link.role, link.component))
    other = book.tables.get(link.role)
    formula = None
    if known is not None and other is not None and partner.row in other.place_of_row:
        formula = other.outside(known.reference, partner.row)
    weight = partner.weight // shares
    product = weight * (partner.points or 0)
    counted = weight if partner.points is not None else 0
    whole = times(read(f"F{row}", 1, None), read(f"G{row}", scale, most))
    guarded = f"IF(ABS({whole.text})>{LIMIT},NA(),{whole.text})"
    return LinkLine(
        labels=(
            card.person_ids[own.persons[table.rows[place]]],
            card.periods[own.periods[table.rows[place]]].id,
            " · ".join((book.plan.roles[link.role].title or link.role, component.title or link.component)),
            card.person_ids[role.payees.persons[partner.row]],
            card.periods[role.payees.periods[partner.row]].id,
        ),
        weight=exact_cell(weight, 1),
        parts=1,
        points="" if partner.points is None else cell_of(partner.points, scale),
        points_formula=formula,
        product=cell_of(product, scale),
        product_formula=f'IF(G{row}="",0,{published_formula(guarded, scale)})' if fits(weight, product) else None,
        counted=exact_cell(counted, 1),
        counted_formula=f'IF(G{row}="",0,ROUND(F{row},0))' if fits(weight) else None,
    )

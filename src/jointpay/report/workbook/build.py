"""Write a workbook: lay out every sheet, then paint it."""

from collections.abc import Sequence
from graphlib import TopologicalSorter
from pathlib import Path

import numpy as np

from jointpay.errors import MismatchError
from jointpay.plan.measures import Link
from jointpay.plan.plan import Plan
from jointpay.report.language import language as language_of
from jointpay.report.new_file import write_new
from jointpay.report.workbook.book import Book
from jointpay.report.workbook.links import LinkSheet
from jointpay.report.workbook.overview import overview_lines
from jointpay.report.workbook.paint import Sheets, paint
from jointpay.report.workbook.plan_sheet import PlanCell, PlanSheet
from jointpay.report.workbook.role_sheet import add_component, add_pay, add_payees, add_score
from jointpay.report.workbook.sheet_names import quoted, sheet_names
from jointpay.report.workbook.table import RoleTable
from jointpay.results.settlement import Settlement

__all__ = ["lay_out", "workbook", "write_workbook"]

_MOST_ROWS, _MOST_COLUMNS = 1_000_000, 16_000
"""What a sheet has room for, with some left for headings."""


def workbook(
    settlement: Settlement,
    *,
    payees: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    language: str = "en",
    tall: bool = False,
) -> bytes:
    """Write a settlement as a workbook in which every published number is a formula of the totals it comes from.

    A sheet for each role has a row for every payee row: its totals as inputs, then value, target, attainment, points,
    components, score, adjustment and amount, each computed from the cells before it by ROUND, SUM, IF, MIN, MATCH,
    INDEX and the like. Weights, targets, limits and curves stand on the sheet of the plan. So a total that is changed
    moves the pay as the library would. Every cell also holds what the library found, for whoever only reads.

    A number too large for the fifteen digits of a spreadsheet stands as it is, in grey italics, and a formula that
    would get numbers too large, once somebody changes a total, gives #N/A. Equal settlements give equal bytes.

    Parameters
    ----------
    settlement
        What was scored and paid; its scorecard must keep all numbers.
    payees
        Ids of the persons to show; None: all. A partner who is not among them is shown only as the points that a link
        reads.
    periods
        Ids of the periods to show; None: all that were scored.
    language
        `en` or `zh-CN`.
    tall
        Figures below one another and a column for every payee row, which reads like a statement and suits one payee or
        a few; else a row for every payee row.

    Raises
    ------
    MismatchError
        The result keeps only a summary, or has no such payee or period, or nothing is left to show.
    MissingExtraError
        xlsxwriter or Babel is not installed.
    """
    return paint(lay_out(settlement, payees=payees, periods=periods, language=language, tall=tall))


def write_workbook(
    path: Path | str,
    settlement: Settlement,
    *,
    payees: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    language: str = "en",
    tall: bool = False,
) -> None:
    """Write a settlement as a workbook, to a file that does not exist yet; it is there whole or not at all.

    Parameters and errors are those of `workbook`, and `OutputExistsError` where there is such a file.
    """
    write_new(Path(path), workbook(settlement, payees=payees, periods=periods, language=language, tall=tall))


def lay_out(
    settlement: Settlement,
    *,
    payees: Sequence[str] | None,
    periods: Sequence[str] | None,
    language: str,
    tall: bool,
) -> Sheets:
    """Decide what stands in which cell."""
    card = settlement.scorecard
    card.require_all("a workbook")
    told = language_of(language)
    persons = _chosen(payees, card.person_ids, "payee")
    within = _chosen(periods, [span.id for span in card.periods], "period")
    rows = {
        role.role: np.flatnonzero(np.isin(role.payees.persons, persons) & np.isin(role.payees.periods, within)).tolist()
        for role in card.roles
    }
    shown = [role for role in card.roles if rows[role.role]]
    if not shown:
        raise MismatchError("a workbook: none of the payees holds a seat in any of the periods; next: choose others")
    titles = [card.plan.roles[role.role].title or role.role for role in shown]
    fixed = [told.text(key) for key in ("workbook.sheet_overview", "workbook.sheet_links", "workbook.sheet_plan")]
    names = sheet_names([*fixed, *titles])
    tables = {
        role.role: RoleTable(role, title, quoted(name), rows[role.role], tall=tall)
        for role, title, name in zip(shown, titles, names[3:], strict=True)
    }
    book = Book(settlement, told, PlanSheet(card.plan, told, quoted(names[2])), tables)
    links = LinkSheet(quoted(names[1]))
    book.plan_sheet.title(told.text("workbook.numbers_title"))
    book.plan_sheet.put(PlanCell(told.text("workbook.help_plan"), kind="told"))
    book.plan_sheet.heads("workbook.what", "workbook.number", "workbook.weight_share")
    for table in tables.values():
        add_payees(table, book)
    for role, component in _order(card.plan):
        if role in tables:
            add_component(tables[role], book, links, component)
    scores = {role: add_score(table, book) for role, table in tables.items()}
    paid = {role: add_pay(table, book, scores[role]) for role, table in tables.items()}
    for table in tables.values():
        _refuse_too_many(table)
    book.plan_sheet.lay_curves()
    lines = overview_lines(book, list(tables.values()), scores, paid)
    return Sheets(book, names, list(tables.values()), links, lines)


def _refuse_too_many(table: RoleTable) -> None:
    """Refuse a role with more payee rows or figures than a sheet has room for."""
    rows, columns = len(table.rows), len(table.columns)
    down, across = (columns, rows) if table.tall else (rows, columns)
    if down > _MOST_ROWS or across > _MOST_COLUMNS:
        raise MismatchError(
            f"a workbook: role {table.role.role!r} has {rows:,} payee rows of {columns:,} figures; allowed: "
            f"{_MOST_ROWS:,} down and {_MOST_COLUMNS:,} across; next: choose payees or periods, or write statements"
        )


def _chosen(wanted: Sequence[str] | None, known: Sequence[str], what: str) -> list[int]:
    """Give the places of ids. Raises `MismatchError` for one that is not there."""
    if wanted is None:
        return list(range(len(known)))
    places = {identifier: place for place, identifier in enumerate(known)}
    strangers = [identifier for identifier in wanted if identifier not in places]
    if strangers:
        listed = ", ".join(map(repr, known[:10])) + (" ..." if len(known) > 10 else "")
        raise MismatchError(f"a workbook: there is no {what} {strangers[0]!r} in this result; {what}s in it: {listed}")
    return [places[identifier] for identifier in wanted]


def _order(plan: Plan) -> list[tuple[str, str]]:
    """Put components in the order of the plan, but after those that their links read."""
    places = [(role, name) for role, body in plan.roles.items() for name in body.components]
    sorter: TopologicalSorter[tuple[str, str]] = TopologicalSorter()
    for role, name in places:
        parts = plan.roles[role].components[name].measures.values()
        sorter.add((role, name), *((part.role, part.component) for part in parts if isinstance(part, Link)))
    sorter.prepare()
    found = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=places.index)
        found += ready
        sorter.done(*ready)
    return found

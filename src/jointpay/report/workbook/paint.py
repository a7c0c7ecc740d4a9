"""Paint the sheets with xlsxwriter: numbers, formulas with what they give, colours, widths, what stays in sight."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jointpay.money.currency import minor_digits
from jointpay.report.extras import extra_library
from jointpay.report.workbook.book import Book, safe_text
from jointpay.report.workbook.links import LINK_ROW, LinkSheet
from jointpay.report.workbook.looks import Looks
from jointpay.report.workbook.overview import OVERVIEW_ROW, OverviewLine, overview_sum
from jointpay.report.workbook.paint_table import paint_cell, paint_table, width_of
from jointpay.report.workbook.paint_tall import paint_tall
from jointpay.report.workbook.table import Cell, RoleTable, decimals, percents

__all__ = ["Sheets", "paint"]

_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""One and the same day in every file, so that equal results give equal bytes."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """Everything a workbook holds."""

    book: Book
    names: list[str]
    """Of the sheets: overview, links, plan, then one for each table."""
    tables: list[RoleTable]
    links: LinkSheet
    lines: list[OverviewLine]


def paint(sheets: Sheets) -> bytes:
    """Write the file and give its bytes."""
    xlsxwriter = extra_library("xlsxwriter", purpose="a workbook")
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True})
    made.set_properties({"title": safe_text(sheets.book.plan.id), "created": _CREATED})
    made.set_calc_mode("auto")
    looks = Looks(made)
    overview = made.add_worksheet(sheets.names[0])
    pages = [made.add_worksheet(name) for name in sheets.names[3:]]
    _overview(overview, sheets, looks)
    for number, (page, table) in enumerate(zip(pages, sheets.tables, strict=True)):
        (paint_tall if table.tall else paint_table)(page, table, sheets.book, looks, number)
    if sheets.links.lines:
        _links(made.add_worksheet(sheets.names[1]), sheets, looks)
    _plan(made.add_worksheet(sheets.names[2]), sheets.book, looks)
    for name, cells in sheets.book.plan_sheet.names.items():
        made.define_name(name, f"={cells}")
    made.close()
    return target.getvalue()


def _overview(page: Any, sheets: Sheets, looks: Looks) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """Paint the list of payees with score, adjustment and amount."""
    book, lines = sheets.book, sheets.lines
    plan, say, card = book.plan, book.say, book.settlement.scorecard
    page.write_string(0, 0, safe_text(plan.title or plan.id), looks.of("title"))
    version = say("workbook.version", plan=plan.id, version=plan.version, currency=plan.currency)
    digests = say(
        "workbook.digests", plan=card.plan_digest[:12], data=card.data_digest[:12], engine=card.engine_version
    )
    page.write_string(1, 0, safe_text(version), looks.of("told"))
    page.write_string(2, 0, safe_text(digests), looks.of("told"))
    page.write_string(3, 0, say("workbook.help_overview"), looks.of("told"))
    heads = [
        say("terms.period"),
        say("terms.payee"),
        say("workbook.name"),
        say("terms.role"),
        say("workbook.pay_rule"),
        say("workbook.first_day"),
        say("workbook.last_day"),
        say("terms.score"),
        say("workbook.adjustment"),
        say("workbook.amount_in", currency=plan.currency),
    ]
    numbers = {
        7: decimals(plan.places.points),
        8: percents(plan.places.adjustment),
        9: decimals(minor_digits(plan.currency)),
    }
    for place, head in enumerate(heads):
        page.write_string(
            OVERVIEW_ROW - 2, place, head, looks.of("head", align="right" if place in numbers else "left")
        )
    for row, line in enumerate(lines, start=OVERVIEW_ROW - 1):
        for place, label in enumerate(line.labels):
            page.write_string(row, place, label, looks.of("label"))
        for place, day in enumerate(line.days, start=5):
            page.write_number(row, place, day, looks.of("label", "yyyy-mm-dd", align="left"))
        for place, cell, formula in (
            (7, line.score, line.score_formula),
            (8, line.adjustment, line.adjustment_formula),
            (9, line.amount, line.amount_formula),
        ):
            kind = "result" if place == 9 else "figure"
            paint_cell(page, row, place, cell, formula, looks.of(kind, numbers[place], align="right"))
    end = OVERVIEW_ROW - 1 + len(lines)
    total, formula = overview_sum(book, lines)
    for place in range(9):
        page.write_blank(end, place, None, looks.of("sum"))
    page.write_string(end, 0, say("workbook.sum"), looks.of("sum"))
    paint_cell(page, end, 9, total, formula, looks.of("sum", numbers[9], align="right"))
    columns = [*zip(*(line.labels for line in lines), strict=True)]
    for place, head in enumerate(heads):
        cells: list[Cell] = list(columns[place]) if place < 5 else []
        if place >= 7:
            cells = [(line.score, line.adjustment, line.amount)[place - 7] for line in lines]
        page.set_column(
            place, place, width_of(head, cells, numbers.get(place, "yyyy-mm-dd" if place in {5, 6} else "General"))
        )
    page.freeze_panes(OVERVIEW_ROW - 1, 2)
    page.autofilter(OVERVIEW_ROW - 2, 0, end - 1, len(heads) - 1)
    page.repeat_rows(OVERVIEW_ROW - 2)
    _print(page, portrait=False)


def _print(page: Any, *, portrait: bool) -> None:  # noqa: ANN401 - the same
    """Fit the width of an A4 page."""
    if portrait:
        page.set_portrait()
    else:
        page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A&R&P / &N")
    page.hide_gridlines(2)


def _links(page: Any, sheets: Sheets, looks: Looks) -> None:  # noqa: ANN401 - the same
    """Paint whose points are read."""
    book, scale = sheets.book, decimals(sheets.book.plan.places.points)
    say = book.say
    page.write_string(0, 0, sheets.names[1], looks.of("title"))
    page.write_string(1, 0, say("workbook.help_links"), looks.of("told"))
    heads = [
        say("terms.payee"),
        say("terms.period"),
        say("workbook.link_reads"),
        say("workbook.partner"),
        say("workbook.partner_period"),
        say("workbook.link_weight"),
        say("workbook.partner_points"),
        say("workbook.link_product"),
        say("workbook.link_counted"),
    ]
    for place, head in enumerate(heads):
        page.write_string(LINK_ROW - 2, place, head, looks.of("head"))
        page.set_column(place, place, 24 if place == 2 else 14)
    for row, line in enumerate(sheets.links.lines, start=LINK_ROW - 1):
        for place, label in enumerate(line.labels):
            page.write_string(row, place, safe_text(label), looks.of("label"))
        paint_cell(page, row, 5, line.weight, None, looks.of("input", "#,##0", align="right"))
        kind = "input" if line.points_formula is None else "figure"
        paint_cell(page, row, 6, line.points, line.points_formula, looks.of(kind, scale, align="right"))
        for place, cell, formula, look in (
            (7, line.product, line.product_formula, scale),
            (8, line.counted, line.counted_formula, "#,##0"),
        ):
            kind = "stands" if formula is None else "step"
            paint_cell(page, row, place, cell, formula, looks.of(kind, look, align="right"))
    page.freeze_panes(LINK_ROW - 1, 2)
    page.repeat_rows(LINK_ROW - 2)
    page.autofilter(LINK_ROW - 2, 0, LINK_ROW - 2 + len(sheets.links.lines), len(heads) - 1)
    _print(page, portrait=False)


def _plan(page: Any, book: Book, looks: Looks) -> None:  # noqa: ANN401 - the same
    """Paint weights, targets, limits and curves."""
    sheet = book.plan_sheet
    for row, cells in enumerate(sheet.rows):
        for place, cell in enumerate(cells):
            if cell.kind == "error":
                page.write_formula(row, place, "=NA()", looks.of("error", align="right"), "#N/A")
                continue
            value = safe_text(cell.value) if isinstance(cell.value, str) else cell.value
            align = {"align": "left" if place == 0 else "right"}
            paint_cell(page, row, place, value, cell.formula, looks.of(cell.kind, cell.look, **align))
    page.set_column(0, 0, 60)
    page.set_column(1, 6, 16)
    _print(page, portrait=True)

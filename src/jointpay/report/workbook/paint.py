"""Paint the sheets with xlsxwriter: numbers, formulas with what they give, colours, widths, what stays in sight."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jointpay.report.extras import extra_library
from jointpay.report.workbook.book import Book, safe_text
from jointpay.report.workbook.links import LINK_ROW, LinkSheet
from jointpay.report.workbook.looks import Looks
from jointpay.report.workbook.overview import OverviewLine
from jointpay.report.workbook.paint_overview import paint_overview, print_a4
from jointpay.report.workbook.paint_table import paint_cell, paint_table
from jointpay.report.workbook.paint_tall import paint_tall
from jointpay.report.workbook.table import RoleTable, decimals

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
    paint_overview(overview, sheets.book, sheets.lines, looks)
    for number, (page, table) in enumerate(zip(pages, sheets.tables, strict=True)):
        (paint_tall if table.tall else paint_table)(page, table, sheets.book, looks, number)
    if sheets.links.lines:
        _links(made.add_worksheet(sheets.names[1]), sheets, looks)
    _plan(made.add_worksheet(sheets.names[2]), sheets.book, looks)
    for name, cells in sheets.book.plan_sheet.names.items():
        made.define_name(name, f"={cells}")
    made.close()
    return target.getvalue()


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
    print_a4(page, portrait=False)


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
    print_a4(page, portrait=True)

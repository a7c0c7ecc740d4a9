"""Paint the sheet of a role with figures below one another and a column for every payee row."""

from typing import Any

from jointpay.report.workbook.book import Book, safe_text
from jointpay.report.workbook.looks import ACCENTS, Looks
from jointpay.report.workbook.paint_table import PAY, look_of, paint_cell, validate, width_of
from jointpay.report.workbook.table import TALL_COLUMN, TALL_ROW, Column, RoleTable

__all__ = ["paint_tall"]

_WHO = 3
"""Payee, name and period stay in sight."""


def paint_tall(page: Any, table: RoleTable, book: Book, looks: Looks, number: int) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """Paint the sheet of a role."""
    accent = ACCENTS[number % len(ACCENTS)]
    page.write_string(0, 0, safe_text(table.role_title), looks.of("title", font_color=accent))
    page.write_string(1, 0, book.say("workbook.help_role"), looks.of("told"))
    last = TALL_COLUMN + len(table.rows) - 1
    before: Column | None = None
    for row, column in enumerate(table.columns, start=TALL_ROW - 1):
        colour = accent if column.path[0] == "components" else PAY
        edge = _labels(page, row, column, before, looks, colour)
        before = column
        for place, (cell, formula) in enumerate(zip(column.cells, column.formulas, strict=True), start=TALL_COLUMN):
            look = look_of(column, formula, looks, {**edge, "align": "right"})
            paint_cell(page, row, place, cell, formula, look)
        if column.kind == "input":
            validate(page, (row, TALL_COLUMN, row, last), column, book)
        page.set_row(row, None, None, {"level": 1} if column.inner else {})
    for place in range(TALL_COLUMN):
        texts = [(*column.bands, column.head)[place] for column in table.columns]
        page.set_column(place, place, max(12.0, width_of(max(texts, key=len), texts, "General")))
    widths = [width_of("", column.cells, column.look) for column in table.columns]
    page.set_column(TALL_COLUMN, last, max(widths))
    page.freeze_panes(TALL_ROW - 1 + _WHO, TALL_COLUMN)
    page.set_portrait()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(TALL_ROW - 1, TALL_ROW - 2 + _WHO)
    page.set_footer("&L&A&R&P / &N")
    page.hide_gridlines(2)


def _labels(
    page: Any,  # noqa: ANN401 - the same
    row: int,
    column: Column,
    before: Column | None,
    looks: Looks,
    colour: str,
) -> dict[str, Any]:
    """Write what a figure belongs to where that changes, and its name; give the edge of the row."""
    begun = [before is None or before.bands[: level + 1] != column.bands[: level + 1] for level in range(2)]
    edge: dict[str, Any] = {}
    if begun[0] and before is not None:
        edge = {"top": 1, "top_color": colour}
    elif begun[1]:
        edge = {"top": 1, "top_color": "#d5dce0"}
    for level in range(2):
        text = column.bands[level] if begun[level] else ""
        page.write_string(row, level, text, looks.of("label", bold=level == 0, font_color=colour, **edge))
    page.write_string(row, 2, column.head, looks.of("label", **edge))
    return edge

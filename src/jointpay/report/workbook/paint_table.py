"""Paint the sheet of a role: bands and headings, inputs to change, formulas with what they give."""

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from jointpay.report.workbook.book import Book, safe_text
from jointpay.report.workbook.looks import ACCENTS, Looks
from jointpay.report.workbook.table import FIRST_ROW, Cell, Column, RoleTable
from jointpay.report.workbook.whole import LIMIT
from jointpay.results.explain_text import display_width

__all__ = ["PAY", "look_of", "paint_cell", "paint_table", "validate", "width_of"]

PAY = "#37474f"
_HEAD_ROWS = 3
_NARROWEST, _WIDEST = 7, 28


def paint_cell(page: Any, row: int, place: int, cell: Cell, formula: str | None, look: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """Write a cell: a formula with what it gives, a number, or text that is never taken for anything else."""
    if formula is not None:
        page.write_formula(row, place, f"={formula}", look, cell)
    elif isinstance(cell, str):
        page.write_string(row, place, cell, look)
    else:
        page.write_number(row, place, cell, look)


def paint_table(page: Any, table: RoleTable, book: Book, looks: Looks, number: int) -> None:  # noqa: ANN401 - the same
    """Paint the sheet of a role."""
    accent = ACCENTS[number % len(ACCENTS)]
    page.write_string(0, 0, safe_text(table.role_title), looks.of("title", font_color=accent))
    page.write_string(1, 3, book.say("workbook.help_role"), looks.of("told"))
    page.set_row(FIRST_ROW - 2, 42)
    _bands(page, table.columns, looks, accent)
    last = FIRST_ROW + len(table.rows) - 2
    for place, column in enumerate(table.columns):
        begins = place > 0 and table.columns[place - 1].bands != column.bands
        edge: dict[str, Any] = {"left": 1, "left_color": "#b8c2c8"} if begins else {}
        align = "left" if column.kind == "label" else "right"
        page.write_string(FIRST_ROW - 2, place, column.head, looks.of("head", align=align, **edge))
        for row, (cell, formula) in enumerate(zip(column.cells, column.formulas, strict=True), start=FIRST_ROW - 1):
            paint_cell(page, row, place, cell, formula, look_of(column, formula, looks, edge))
        _options(page, place, column)
        if column.kind == "input":
            validate(page, (FIRST_ROW - 1, place, last, place), column, book)
    page.freeze_panes(FIRST_ROW - 1, 3)
    page.autofilter(FIRST_ROW - 2, 0, last, len(table.columns) - 1)
    page.set_landscape()
    page.set_paper(8)
    page.repeat_rows(FIRST_ROW - 1 - _HEAD_ROWS, FIRST_ROW - 2)
    page.repeat_columns(0, 2)
    page.set_footer("&L&A&R&P / &N")
    page.hide_gridlines(2)
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})


def _bands(page: Any, columns: Sequence[Column], looks: Looks, accent: str) -> None:  # noqa: ANN401 - the same
    """Write over columns what they belong to: first the component or pay rule, under it the measure."""
    for level in range(2):
        place = 0
        for key, found in groupby(columns, key=lambda column: (column.path[0], column.bands[: level + 1])):
            count = len(list(found))
            text = key[1][level]
            colour = accent if key[0] == "components" else PAY
            if text and level == 1:
                _band(page, 3, place, count, text, looks.band(colour, strong=False))
            elif text:
                _band(page, 2, place, count, text, looks.band(colour, strong=True))
            place += count


def _band(page: Any, row: int, place: int, count: int, text: str, look: Any) -> None:  # noqa: ANN401 - the same
    """Write text over some columns; it begins at their left, so that it is seen when scrolling starts there."""
    page.write_string(row, place, text, look)
    for further in range(1, count):
        page.write_blank(row, place + further, None, look)


def look_of(column: Column, formula: str | None, looks: Looks, edge: dict[str, Any]) -> Any:  # noqa: ANN401 - the same
    """Give the format of a cell: as its column's kind, but results bold and a number that stands alone in italics."""
    kind: str = column.kind
    if column.computes and formula is None:
        kind = "stands"
    elif column.path[-1] in {"points", "score", "amount"} and kind == "figure" and not column.bands[1]:
        kind = "result"
    align = "right" if column.computes or column.kind == "input" else "left"
    return looks.of(kind, column.look, **{"align": align, **edge})


def _options(page: Any, place: int, column: Column) -> None:  # noqa: ANN401 - the same
    level = 0
    if column.bands[1] or column.inner:
        level = 2 if column.inner else 1
    page.set_column(place, place, width_of(column.head, column.cells, column.look), None, {"level": level})


def width_of(head: str, cells: Sequence[Cell], look: str) -> float:
    """Give the width of a column: for its numbers, and for the longest word of its heading."""
    decimals = len(look.partition(".")[2].rstrip("%"))
    percent = look.endswith("%")
    widest = 0
    for cell in cells:
        if isinstance(cell, str):
            widest = max(widest, display_width(cell))
        else:
            whole = f"{abs(cell) * (100 if percent else 1):,.0f}"
            widest = max(widest, len(whole) + decimals + 2 + percent)
    if look.startswith("yyyy"):
        widest = 11
    word = max((display_width(part) for part in head.split()), default=0)
    # Chinese breaks anywhere.
    word = min(word, 12) if any(unicodedata.east_asian_width(char) in "WF" for char in head) else word
    return float(min(max(widest + 2, word + 2, _NARROWEST), _WIDEST))


def validate(page: Any, where: tuple[int, int, int, int], column: Column, book: Book) -> None:  # noqa: ANN401 - the same
    """Let only numbers be typed that formulas can compute with; `where` is first row and column, last row and column."""
    whole = column.parts == 1
    page.data_validation(
        *where,
        {
            "validate": "integer" if whole else "decimal",
            "criteria": "between",
            "minimum": -LIMIT,
            "maximum": LIMIT,
            "error_title": book.say("workbook.typed_title"),
            "error_message": book.say("workbook.typed_whole") if whole else book.say("workbook.typed_decimal"),
        },
    )

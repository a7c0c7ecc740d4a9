"""What is built only when somebody opens it: tables as data, with every text ready, for the script of the page.

A row is its head and its cells; a head or a cell is its text, or text and style. A table is its caption, its own heads,
which those of the figures follow, its rows, and its last rows.
"""

import json
from collections.abc import Iterable, Mapping

from jointpay.report.dashboard.table import Cell, Head, Row, Table

__all__ = ["RowData", "TableData", "page_data", "row_data", "table_data"]

Part = str | list[str]
"""A text, or a text and its style."""
RowData = list[Part]
TableData = list[str | list[Part] | list[RowData]]


def _part(part: Cell | Head) -> Part:
    return [part.text, part.style] if part.style else part.text


def row_data(rows: Iterable[Row]) -> list[RowData]:
    """Give rows as data. Bars, notes and links are left out: what is lazy has none."""
    return [[_part(row.head), *(_part(cell) for cell in row.cells)] for row in rows]


def table_data(table: Table, figures: int) -> TableData:
    """Give a table as data, whose last `figures` heads are those of the figures."""
    own = [_part(head) for head in table.heads[: len(table.heads) - figures]]
    rows = row_data(row for group in table.groups for row in group.rows)
    return [table.caption, own, rows, row_data(table.foot)]


def page_data(heads: Iterable[Head], parts: Mapping[str, list[RowData] | list[TableData]]) -> str:
    """Write all data of a page as JSON that can stand in HTML: no sign in it ends or opens anything there."""
    written = json.dumps(
        {"heads": [head.text for head in heads], "parts": parts}, ensure_ascii=False, separators=(",", ":")
    )
    for sign in "<>&\u2028\u2029":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return written

"""What is built only when somebody opens it: tables as data, with every text ready, for the script of the page.

A row is its head and its cells; a head or a cell is its text, or text and style. A table is its caption, its own heads,
whether the heads of the figures follow them, its rows, and its last rows.
"""

import json
from collections.abc import Iterable

from jointpay.report.dashboard.table import Cell, Head, Row, Table

__all__ = ["Data", "page_data", "row_data", "table_data"]

Data = list["str | Data"] | dict[str, "str | Data"]
"""Lists, objects and texts."""


def _part(part: Cell | Head) -> str | list[str]:
    return [part.text, part.style] if part.style else part.text


def row_data(rows: Iterable[Row]) -> list[Data]:
    """Give rows as data. Bars, notes and links are left out: what is lazy has none."""
    return [[_part(row.head), *(_part(cell) for cell in row.cells)] for row in rows]


def table_data(table: Table, figures: int) -> Data:
    """Give a table as data, whose last `figures` heads are those of the figures."""
    own = [_part(head) for head in table.heads[: len(table.heads) - figures]]
    return [
        table.caption,
        [*own],
        [*row_data(row for group in table.groups for row in group.rows)],
        [*row_data(table.foot)],
    ]


def page_data(heads: Iterable[Head], parts: dict[str, Data]) -> str:
    """Write all data of a page as JSON that can stand in HTML: no sign in it ends or opens anything there."""
    written = json.dumps(
        {"heads": [head.text for head in heads], "parts": parts}, ensure_ascii=False, separators=(",", ":")
    )
    for sign in "<>&\u2028\u2029":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return written

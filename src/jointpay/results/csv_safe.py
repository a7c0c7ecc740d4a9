"""Tables written as CSV in which no cell can act as a formula."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from jointpay.frames import Column, Flags, Texts, Wholes, as_cells

__all__ = ["csv_safe", "csv_text"]

_ACTS: Final = tuple("=+-@\t\r\n＝＋－＠")
"""A spreadsheet may take a cell that begins with one of these for a formula, in full width too."""
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?(/[0-9]+)?", re.ASCII)


def csv_safe(cell: object) -> str:
    """Write one cell so that a spreadsheet shows it and never computes it.

    Text that begins with `=`, `+`, `-`, `@`, a tab or a line break gets an apostrophe before it; plain numbers, negative
    ones too, stay as they are. None is the empty cell.

    >>> csv_safe("=1+1"), csv_safe("-12.50"), csv_safe(None)
    ("'=1+1", '-12.50', '')
    """
    if cell is None:
        return ""
    text = str(cell)
    return f"'{text}" if text.startswith(_ACTS) and not _NUMBER.fullmatch(text) else text


def csv_text(columns: Mapping[str, Column | Sequence[Any]]) -> str:
    r"""Write a table as CSV (RFC 4180): a header, commas, quotes where they are needed, CRLF.

    Columns of unequal length raise `ValueError`; no rows give the header alone.

    >>> csv_text({"person": ["p01"], "amount": ["-12.50"]})
    'person,amount\r\np01,-12.50\r\n'
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([csv_safe(name) for name in columns])
    writer.writerows(zip(*map(_safe_cells, columns.values()), strict=True))
    return written.getvalue()


def _safe_cells(column: Column | Sequence[Any]) -> Sequence[object]:
    """Give the cells of a column, each text made safe once however often it stands there."""
    match column:
        case Texts(texts=texts, codes=codes):
            return as_cells(Texts([csv_safe(text) for text in texts], codes))
        case Wholes() | Flags():
            # Numbers, yes and no cannot act, and the writer leaves an empty cell for None.
            return as_cells(column)
        case _:
            return [csv_safe(cell) for cell in column]

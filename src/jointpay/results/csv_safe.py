"""Tables written as CSV in which no cell can act as a formula."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from jointpay.frames import Column, Flags, Texts, Wholes, as_cells

__all__ = ["csv_safe", "csv_text"]

_ACTS: Final = tuple("=+-@\t\r\n＝＋－＠")
"""A spreadsheet may take a cell that begins with one of these for a formula, in full width too."""
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?(/[0-9]+)?", re.ASCII)
_PARTS: Final = re.compile('[,"\r\n]')


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
    alone = '""' if len(columns) == 1 else ""
    lines = map(",".join, zip(*(_written(column, alone) for column in columns.values()), strict=True))
    return "\r\n".join([",".join(_quoted(csv_safe(name)) or alone for name in columns), *lines, ""])


def _written(column: Column | Sequence[Any], alone: str) -> list[str]:
    """Write the cells of a column, each text made safe once however often it stands there; `alone` is an empty cell."""
    match column:
        case Texts(texts=texts, codes=codes):
            return as_cells(Texts([_quoted(csv_safe(text)) or alone for text in texts], codes))
        case Wholes():
            # Numbers cannot act.
            return [alone if cell is None else str(cell) for cell in as_cells(column)]
        case Flags(flags=flags):
            return as_cells(Texts(("False", "True"), flags.astype(np.int8)))
        case _:
            return [_quoted(csv_safe(cell)) or alone for cell in column]


def _quoted(cell: str) -> str:
    """Put a cell in quotes where it holds what parts cells or rows, or a quote."""
    return '"{}"'.format(cell.replace('"', '""')) if _PARTS.search(cell) else cell

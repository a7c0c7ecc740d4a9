"""Tables written as CSV in which no cell can act as a formula."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.digits import written
from jointpay.frames import Column, Flags, Texts, Wholes

__all__ = ["csv_safe", "csv_text"]

_ACTS: Final = tuple("=+-@\t\r\n＝＋－＠")
"""A spreadsheet may take a cell that begins with one of these for a formula, in full width too."""
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?(/[0-9]+)?", re.ASCII)
ROWS: Final = 8192
"""Rows written at a time, so that their cells stay in the cache."""
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
    writers = [_writer(column, alone) for column in columns.values()]
    blocks = [",".join(_quoted(csv_safe(name)) or alone for name in columns)]
    for start in range(0, max(map(len, columns.values()), default=0), ROWS):
        rows = slice(start, start + ROWS)
        blocks.append("\r\n".join(map(",".join, zip(*(write(rows) for write in writers), strict=True))))
    return "\r\n".join([*blocks, ""])


def _writer(column: Column | Sequence[Any], alone: str) -> Callable[[slice], list[str]]:
    """Give what writes some rows of a column, each text made safe once however often it stands there.

    `alone` is written for an empty cell.
    """
    match column:
        case Texts(codes=codes):
            # One more than there are, so that numpy takes no single text for a sequence of letters.
            safe = np.array([*_safe_texts(column, alone), ""], dtype=object)
            return lambda rows: list(safe[codes[rows]].tolist())
        case Wholes(numbers=numbers, empty=empty):
            return lambda rows: _numbers(numbers[rows], None if empty is None else empty[rows], alone)
        case Flags(flags=flags):
            return lambda rows: list(map(str, flags[rows].tolist()))
        case _:
            return lambda rows: [_quoted(csv_safe(cell)) or alone for cell in column[rows]]


def _safe_texts(column: Texts, alone: str) -> list[str]:
    """Make every text safe; decimals, of which there are many, cannot act and have nothing to quote."""
    if column.decimals:
        return [text or alone for text in column.texts]
    return [_quoted(csv_safe(text)) or alone for text in column.texts]


def _numbers(numbers: NDArray[Any], empty: NDArray[np.bool_] | None, alone: str) -> list[str]:
    """Write whole numbers, which cannot act."""
    whole = numbers.dtype == np.int64 and numbers.size
    texts = written(numbers, places=0).split(",") if whole else list(map(str, numbers.tolist()))
    for row in [] if empty is None else np.flatnonzero(empty).tolist():
        texts[row] = alone
    return texts


def _quoted(cell: str) -> str:
    """Put a cell in quotes where it holds what parts cells or rows, or a quote."""
    return '"{}"'.format(cell.replace('"', '""')) if _PARTS.search(cell) else cell

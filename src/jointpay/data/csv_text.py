"""CSV files as columns of text."""

import csv
from pathlib import Path

from jointpay.data.csv_structure import csv_shape
from jointpay.data.table_problems import TableProblems

__all__ = ["MOST_BYTES", "csv_columns"]

MOST_BYTES = 512 * 2**20
"""Bytes in a file that is read into memory whole."""


def csv_columns(path: Path, problems: TableProblems) -> dict[str, list[str]]:
    """Read a small CSV file into its columns; every cell is the text that stands there, an empty cell empty text.

    Raises `DataError` for a file that cannot be opened, is too large, or is not well formed as `csv_shape` has it.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            problems.refuse(
                "table_too_large",
                f"{size:,} bytes; allowed: at most {MOST_BYTES:,}; next: pass it as a dataframe",
            )
            raise problems.error()
        csv_shape(path, source=problems.source, write=problems.write)
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file, strict=True)
    except OSError as refused:
        problems.refuse("unreadable", f"cannot be read: {refused.strerror}; next: check the path {str(path)!r}")
        raise problems.error() from refused
    except csv.Error as refused:  # only where the program has lowered csv.field_size_limit
        problems.refuse("unreadable", f"the csv module refuses it: {refused}; next: check csv.field_size_limit")
        raise problems.error() from refused
    columns = [list(cells) for cells in zip(*rows, strict=True)] if rows else [[] for _ in header]
    return dict(zip(header, columns, strict=True))

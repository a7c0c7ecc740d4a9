"""Dataframes of any library: tables taken apart and made, files opened, and what only the library itself can compute."""

from jointpay.frames.columns import Column, Flags, Texts, Wholes, as_cells
from jointpay.frames.files import engine_for, scan_csv, scan_parquet
from jointpay.frames.tables import (
    Columns,
    Frame,
    backend_of,
    cells_of,
    columns_checked,
    columns_of,
    eager,
    first_line,
    frame_of,
    is_frame,
    is_table,
    make_frame,
)

__all__ = [
    "Column",
    "Columns",
    "Flags",
    "Frame",
    "Texts",
    "Wholes",
    "as_cells",
    "backend_of",
    "cells_of",
    "columns_checked",
    "columns_of",
    "eager",
    "engine_for",
    "first_line",
    "frame_of",
    "is_frame",
    "is_table",
    "make_frame",
    "scan_csv",
    "scan_parquet",
]

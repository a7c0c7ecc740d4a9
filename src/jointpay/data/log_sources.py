"""Where raw events come from: files of one log, a dataframe, or a mapping of columns."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from jointpay.data.csv_structure import csv_shape
from jointpay.data.log_columns import LogTable
from jointpay.data.table import SHEET_LIMITS
from jointpay.data.table_problems import TableProblems
from jointpay.frames import (
    Frame,
    backend_of,
    cells_of,
    columns_checked,
    eager,
    engine_for,
    frame_of,
    scan_csv,
    scan_parquet,
)

__all__ = ["LogSource", "log_sources", "sheet_limit_note"]

_ENGINES = ("polars", "pyarrow", "pandas")
"""Libraries that can work on events in memory."""
_RUNS_CODE = frozenset({".pickle", ".pkl", ".npy", ".npz", ".joblib", ".dill", ".rds", ".rdata"})
_HASHED = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class LogSource:
    """One table of events that has been opened and not read yet."""

    name: str
    found: tuple[str, ...]
    """Names of all its columns."""
    backend: str | None
    """The library the caller will get results back in."""
    take: Callable[[Sequence[str]], LogTable]
    """Read some of the columns."""


def log_sources(events: object, *, source: str | None) -> Iterator[LogSource]:
    """Open every table of events: a path, a list of paths (files of one log), a dataframe, or a mapping of columns.

    Raises `DataError` for what is none of these, for kinds of file that are not read, and for a file that is passed
    twice; `MissingExtraError` where no library can read it.
    """
    match events:
        case str() | PathLike():
            yield _of_path(Path(events), source)
        case list() | tuple():
            paths = _paths(events, source or "events")
            _refuse_same_files(paths)
            for path in paths:
                yield _of_path(path, None)
        case Mapping():
            yield _of_mapping(events, source or "events")
        case _:
            yield _of_frame(frame_of(events, name=source or "events"), source or "events", backend_of(events))


def _paths(events: Sequence[object], name: str) -> list[Path]:
    problems = TableProblems(name)
    if not events:
        problems.refuse("not_a_table", "an empty list of files; allowed: at least one path")
    for place, path in enumerate(events):
        if not isinstance(path, str | PathLike):
            told = f"element {place + 1} of the list is a {type(path).__name__}; allowed: paths of files of one log"
            problems.refuse("not_a_table", told)
    problems.stop()
    return [Path(path) for path in events if isinstance(path, str | PathLike)]


def _refuse_same_files(paths: Sequence[Path]) -> None:
    """Refuse two files of the same content: the same events twice."""
    by_size: dict[int, list[Path]] = {}
    for path in paths:
        if path.is_file():
            by_size.setdefault(path.stat().st_size, []).append(path)
    by_hash: dict[str, list[Path]] = {}
    for alike in by_size.values():
        if len(alike) > 1:
            for path in alike:
                by_hash.setdefault(_digest(path), []).append(path)
    problems = TableProblems("events")
    for digest, same in by_hash.items():
        if len(same) > 1:
            told = ", ".join(repr(str(path)) for path in same)
            problems.refuse("file_twice", f"{told} hold the same bytes (sha256 {digest}); allowed: each file once")
    problems.stop()


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while read := file.read(_HASHED):
            digest.update(read)
    return digest.hexdigest()


def _of_path(path: Path, source: str | None) -> LogSource:
    name = path.name if source is None else source
    problems = TableProblems(name)
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".parquet"}:
        problems.refuse("file_kind", _kind_refusal(suffix))
    elif not path.is_file():
        problems.refuse("unreadable", f"there is no such file; next: check the path {str(path)!r}")
    problems.stop()
    if suffix == ".parquet":
        return _of_frame(scan_parquet(path), name, engine_for(f"reading {path.name}"))
    shape = csv_shape(path, source=name)

    def take(columns: Sequence[str]) -> LogTable:
        table = _taken(scan_csv(path, shape.names), name, columns)
        if table.rows != shape.rows:
            told = f"the file has {shape.rows} rows and {table.engine} read {table.rows}; next: convert it to Parquet"
            problems.refuse("unreadable", told)
            problems.stop()
        return table

    return LogSource(name, shape.names, engine_for(f"reading {path.name}"), take)


def _kind_refusal(suffix: str) -> str:
    allowed = "allowed: .csv (UTF-8) and .parquet"
    if suffix in _RUNS_CODE:
        return f"files of kind {suffix!r} can run code when they are opened and are never read; {allowed}"
    if suffix in {".xlsx", ".xls", ".xlsm", ".ods"}:
        return f"spreadsheets ({suffix!r}) are not read; {allowed}; next: save the sheet as 'CSV UTF-8'"
    return f"files of kind {suffix!r} are not read; {allowed}; next: convert it, or pass a dataframe"


def _of_frame(frame: Frame, name: str, backend: str | None) -> LogSource:
    found = tuple(frame.collect_schema().names())
    return LogSource(name, found, backend, lambda columns: _taken(frame, name, columns))


def _taken(frame: Frame, name: str, columns: Sequence[str]) -> LogTable:
    read = eager(frame.select(*columns), name=name)
    engine = str(read.implementation.value)
    series: dict[str, nw.Series[Any] | list[Any]] = {column: read.get_column(column) for column in columns}
    return LogTable(name=name, rows=len(read), columns=series, engine=engine)


def _of_mapping(events: Mapping[Any, Any], name: str) -> LogSource:
    cells = columns_checked(events, name=name)
    rows = len(next(iter(cells.values()), ()))

    def take(columns: Sequence[str]) -> LogTable:
        engine = engine_for(f"measuring {name} from a mapping of columns", among=_ENGINES)
        return LogTable(name=name, rows=rows, columns={at: cells_of(cells[at]) for at in columns}, engine=engine)

    return LogSource(name, tuple(cells), None, take)


def sheet_limit_note(rows: int, problems: TableProblems) -> None:
    """Warn of a table that has exactly as many rows as a spreadsheet can hold: it may have been cut."""
    if rows in SHEET_LIMITS or rows + 1 in SHEET_LIMITS:
        problems.note(
            "sheet_limit",
            "warning",
            f"the table has exactly {rows} rows, which is where spreadsheets cut; next: check that none is missing",
        )

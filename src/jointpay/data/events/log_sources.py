"""Where raw events come from: files of one log, a dataframe, or a mapping of columns."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from glob import glob
from os import PathLike
from pathlib import Path
from typing import Any, cast

import narwhals.stable.v2 as nw

from jointpay.data.csv_structure import csv_shape
from jointpay.data.events.csv_log import CsvFile, taken
from jointpay.data.events.lazy_log import ROW, is_lazily_measured
from jointpay.data.events.log_columns import LogTable
from jointpay.data.events.log_files import LogFiles
from jointpay.data.table import SHEET_LIMITS
from jointpay.data.table_problems import TableProblems
from jointpay.frames import (
    Frame,
    backend_of,
    cells_of,
    columns_checked,
    engine_for,
    frame_of,
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
    lazy: nw.LazyFrame[Any] | None = None
    """The table as its library holds it, where that can judge and sum it."""
    numbered: Callable[[], nw.LazyFrame[Any]] | None = None
    """The same with its rows counted from 0, in the column `ROW`, where they have an order."""
    csv: CsvFile | None = None
    """The file behind the table, where it is one of CSV."""
    file_bytes: int = 0
    """How large the file behind it is; 0 where there is none."""


def log_sources(events: object, *, source: str | None, files: LogFiles) -> Iterator[LogSource]:
    """Open every table of events: a path, a list of paths (files of one log), a dataframe, or a mapping of columns.

    Raises `DataError` for what is none of these, for kinds of file that are not read, and for a file that is passed
    twice; `MissingExtraError` where no library can read it.
    """
    match events:
        case str() | PathLike():
            for path in _matching(Path(events)):
                yield _of_path(path, source, files)
        case list() | tuple():
            paths = [match for path in _paths(events, source or "events") for match in _matching(path)]
            _refuse_same_files(paths)
            for path in paths:
                yield _of_path(path, None, files)
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


def _matching(path: Path) -> list[Path]:
    """Give the files that a path with wildcards names, in order of their names; a file of that very name is meant itself."""
    if path.exists() or not any(sign in str(path) for sign in "*?["):
        return [path]
    found = sorted(Path(match) for match in glob(str(path), recursive=True))  # noqa: PTH207 -- Path.glob takes no absolute pattern
    if not found:
        problems = TableProblems(path.name)
        problems.refuse("unreadable", f"no file is named like {str(path)!r}; next: check the path")
        problems.stop()
    return found


def _of_path(path: Path, source: str | None, files: LogFiles) -> LogSource:
    name = path.name if source is None else source
    problems = TableProblems(name)
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".parquet"}:
        problems.refuse("file_kind", _kind_refusal(suffix))
    elif not path.is_file():
        problems.refuse("unreadable", f"there is no such file; next: check the path {str(path)!r}")
    problems.stop()
    if suffix == ".parquet":
        opened = replace(
            _of_frame(files.parquet(path), name, engine_for(f"reading {path.name}")), file_bytes=path.stat().st_size
        )
        return opened if opened.lazy is None else replace(opened, numbered=lambda: files.parquet(path, row=ROW).lazy())
    file = CsvFile(path, name, csv_shape(path, source=name))
    engine = engine_for(f"reading {path.name}")
    return LogSource(name, file.shape.names, engine, file.taken, csv=file, file_bytes=path.stat().st_size)


def _kind_refusal(suffix: str) -> str:
    allowed = "allowed: .csv (UTF-8) and .parquet"
    if suffix in _RUNS_CODE:
        return f"files of kind {suffix!r} can run code when they are opened and are never read; {allowed}"
    if suffix in {".xlsx", ".xls", ".xlsm", ".ods"}:
        return f"spreadsheets ({suffix!r}) are not read; {allowed}; next: save the sheet as 'CSV UTF-8'"
    return f"files of kind {suffix!r} are not read; {allowed}; next: convert it, or pass a dataframe"


def _of_frame(frame: Frame, name: str, backend: str | None) -> LogSource:
    found = tuple(frame.collect_schema().names())
    # What polars holds in memory it sums as fast as what it has not read yet.
    held = isinstance(frame, nw.DataFrame) and frame.implementation is not nw.Implementation.POLARS
    lazy = frame.lazy()
    if held or not is_lazily_measured(lazy):
        return LogSource(name, found, backend, lambda columns: taken(frame, name, columns))
    return LogSource(name, found, backend, lambda columns: taken(frame, name, columns), lazy, partial(_counted, lazy))


def _counted(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Count the rows of a lazy table, where its rows have an order."""
    if frame.implementation is not nw.Implementation.POLARS:
        return frame
    return cast("nw.LazyFrame[Any]", nw.from_native(nw.to_native(frame).with_row_index(ROW)))


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

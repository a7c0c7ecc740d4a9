"""CSV files of events: read whole, or typed piece by piece into Parquet, which a library sums without reading it whole.

Beside the typed cells stand those of the file: rows that are looked at again are judged as they were written, so that both
ways give the same facts and the same refusals.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, cast

import narwhals.stable.v2 as nw
import numpy as np

from jointpay.data.csv_structure import CsvShape
from jointpay.data.events.lazy_log import LazyLog
from jointpay.data.events.log_columns import LogColumns, LogTable
from jointpay.data.events.log_files import LogFiles
from jointpay.data.events.meaning import EventMeaning
from jointpay.data.events.rows import read_flag, read_rows, read_values
from jointpay.data.events.times import note_twice, read_times
from jointpay.data.table_problems import HEADER_ROWS, TableProblems
from jointpay.errors import DataError
from jointpay.frames import Frame, eager, scan_csv

__all__ = ["CsvFile", "taken", "typed_log"]


def taken(frame: Frame, name: str, columns: Sequence[str]) -> LogTable:
    """Read some columns of a table into memory. Raises `DataError` where its library fails."""
    read = eager(frame.select(*columns), name=name)
    engine = str(read.implementation.value)
    series: dict[str, nw.Series[Any] | list[Any]] = {column: read.get_column(column) for column in columns}
    return LogTable(name=name, rows=len(read), columns=series, engine=engine)


@dataclass(frozen=True, slots=True, eq=False)
class CsvFile:
    """A CSV file that is well formed."""

    path: Path
    name: str
    shape: CsvShape

    def taken(self, columns: Sequence[str]) -> LogTable:
        """Read some columns of all rows. Raises `DataError` where the library finds another number of rows."""
        return self._read(self.path, self.shape.rows, columns, there="")

    def pieces(self, columns: Sequence[str], folder: Path) -> Iterator[tuple[int, LogTable]]:
        """Read some columns piece by piece, and give the rows before each; `folder` holds one piece at a time."""
        cuts = [*self.shape.cuts, (self.path.stat().st_size, self.shape.rows)]
        piece = folder / "piece.csv"
        with self.path.open("rb") as whole:
            header = whole.read(cuts[0][0])
            for (start, before), (end, after) in pairwise(cuts):
                piece.write_bytes(header + whole.read(max(end - start, 0)))
                yield before, self._read(piece, after - before, columns, there=f" from row {before + HEADER_ROWS} on")
        piece.unlink()

    def _read(self, path: Path, rows: int, columns: Sequence[str], *, there: str) -> LogTable:
        table = taken(scan_csv(path, self.shape.names), self.name, columns)
        if table.rows != rows:
            problems = TableProblems(self.name)
            told = f"the file has {rows} rows{there} and {table.engine} read {table.rows}; next: convert it to Parquet"
            problems.refuse("unreadable", told)
            problems.stop()
        return table


def typed_log(
    file: CsvFile,
    names: Mapping[str, str],
    meaning: EventMeaning,
    files: LogFiles,
    *,
    zone: str,
    until: datetime | None,
    problems: TableProblems,
) -> LazyLog:
    """Type a CSV file of events piece by piece, and give it as a log that its library has not read yet.

    Times become instants, values whole numbers and flags booleans; everything else is judged when the log is measured.
    How many times came twice is noted in `problems`.

    Raises `DataError` with all problems of all columns where a cell is no time, number or flag.
    """
    listed = list(dict.fromkeys(names.values()))
    folder = Path(mkdtemp(dir=files.folder()))
    parts: list[Path] = []
    twice = 0
    for before, table in file.pieces(listed, folder):
        columns = LogColumns(table, names, zone=zone, problems=TableProblems(file.name))
        part, again = _typed(columns, before)
        if columns.problems:
            raise _all_problems(file, names, meaning, folder, zone=zone, until=until)
        twice += again
        parts.append(folder / f"{len(parts)}.parquet")
        part.write_parquet(parts[-1])
    note_twice(twice, zone, names["time"], problems)
    frame = files.parts(parts).lazy()
    written = {meant: _written(meant) for meant in names if _is_typed(meant)}
    return LazyLog(
        name=file.name,
        frame=frame.select("us", *names),
        numbered=lambda: frame,
        names=names,
        zoned=True,
        written=written,
    )


def _is_typed(meaning: str) -> bool:
    return meaning in {"time", "value"} or meaning.startswith("flag ")


def _written(meaning: str) -> str:
    """Name the column of the cells of a meaning as they stand in the file; no meaning has such a name."""
    return f"written {meaning}"


def _typed(columns: LogColumns, before: int) -> tuple[nw.DataFrame[Any], int]:
    """Type the columns of a piece; and count the times that came twice. What is refused is among its problems."""
    times = read_times(columns, until=None, instants=True)
    instants = cast("np.ndarray[Any, np.dtype[np.int64]]", times.instants_us)
    values, empty = read_values(columns)
    engine = cast("Any", columns.table.engine)

    def column(name: str, numbers: np.ndarray[Any, Any], kind: Any) -> nw.Series[Any]:  # noqa: ANN401 - a type of narwhals
        return nw.new_series(name, numbers, kind, backend=engine)

    found = column("us", instants, nw.Int64).to_frame()
    found = found.with_columns(
        column("row", before + np.arange(columns.rows), nw.Int64),
        column("time", instants.view("datetime64[us]"), nw.Datetime("us")).dt.replace_time_zone("UTC"),
    )
    for meaning in columns.names:
        written = cast("nw.Series[Any]", columns.column(meaning, allowed=()))
        found = found.with_columns(written.alias(_written(meaning) if _is_typed(meaning) else meaning))
        if meaning.startswith("flag "):
            found = found.with_columns(column(meaning, read_flag(columns, meaning.removeprefix("flag ")), nw.Boolean))
        elif meaning == "value":
            whole = nw.when(~nw.col("given")).then(nw.lit(None, nw.Int64)).otherwise(nw.col("value")).alias("value")
            found = found.with_columns(column("value", values, nw.Int64), column("given", ~empty, nw.Boolean))
            found = found.with_columns(whole).drop("given")
    return found, times.twice


def _all_problems(
    file: CsvFile,
    names: Mapping[str, str],
    meaning: EventMeaning,
    folder: Path,
    *,
    zone: str,
    until: datetime | None,
) -> DataError:
    """Let the strict reader say what is wrong with all pieces."""
    place = 0
    problems = TableProblems(file.name, rows=lambda row: place + row + HEADER_ROWS)
    for before, table in file.pieces(list(dict.fromkeys(names.values())), folder):
        place = before
        with suppress(DataError):  # what it told stays among the problems
            read_rows(LogColumns(table, names, zone=zone, problems=problems), meaning, until=until)
    return problems.error()

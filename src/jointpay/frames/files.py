"""Files opened as tables by whichever library is installed."""

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, cast

import narwhals.stable.v2 as nw

from jointpay.errors import DataError, MissingExtraError
from jointpay.findings import Finding, Place
from jointpay.frames.tables import Frame, first_line

__all__ = ["FileEngine", "duckdb_connection", "engine_for", "is_installed", "scan_csv", "scan_parquet", "scan_parts"]

FileEngine = Literal["duckdb", "polars"]
"""Libraries that sum a file without reading it whole."""
_READERS = ("polars", "duckdb", "pyarrow", "pandas")
"""Libraries that can read a file, the leanest with memory first."""


def is_installed(library: str) -> bool:
    """Tell whether a library of an extra is there."""
    return find_spec(library) is not None


def engine_for(purpose: str, *, among: Sequence[str] = _READERS) -> str:
    """Name the first installed library that can do it.

    Raises `MissingExtraError` where none of them is installed, naming the extras.
    """
    for library in among:
        if is_installed(library):
            return library
    raise MissingExtraError.of(" or ".join(among), among[0], purpose)


def scan_parquet(
    path: Path,
    *,
    engine: str | None = None,
    connection: Any = None,  # noqa: ANN401 - of a library of an extra
    row: str | None = None,
) -> Frame:
    """Open a Parquet file with a library: the one named, or else polars, duckdb, pyarrow or pandas, in this order.

    `connection` is duckdb's, and `row` the name of a column to add in which polars or duckdb count the rows from 0.

    Raises `MissingExtraError` where none is installed, `DataError` where the file cannot be read as Parquet.
    """
    chosen = engine or engine_for(f"reading {path.name}")
    options: dict[str, Any] = {}
    if chosen == "polars":
        options = {"glob": False} | ({} if row is None else {"row_index_name": row})
    elif chosen == "duckdb" and connection is not None:
        return _opened(path, "Parquet", lambda: _of_duckdb(connection, _file("duckdb", path), row))
    return _opened(
        path, "Parquet", lambda: nw.scan_parquet(_file(chosen, path), backend=cast("Any", chosen), **options)
    )


def scan_parts(paths: Sequence[Path], *, engine: str, connection: Any) -> Frame:  # noqa: ANN401 - of duckdb
    """Open Parquet files of the same columns as one table, with polars or with a connection of duckdb."""
    names = [_file(engine, path) for path in paths]
    if engine == "duckdb":
        return _of_duckdb(connection, names, None)
    return cast("Frame", nw.from_native(import_module("polars").scan_parquet(names, glob=False)))


def duckdb_connection(folder: str, *, memory_mb: int | None) -> Any:  # noqa: ANN401 - a library of an extra
    """Open a connection of duckdb that spills to a folder and reads neither the machine's zone nor its settings."""
    duckdb = import_module("duckdb")
    settings: dict[str, Any] = {
        "temp_directory": folder,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if memory_mb is not None:
        settings["memory_limit"] = f"{memory_mb}MiB"
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _of_duckdb(connection: Any, name: str | list[str], row: str | None) -> Frame:  # noqa: ANN401
    if row is None:
        return cast("Frame", nw.from_native(connection.read_parquet(name)))
    numbered = connection.read_parquet(name, file_row_number=True)
    duckdb = import_module("duckdb")
    number = duckdb.ColumnExpression("file_row_number").alias(row)
    return cast("Frame", nw.from_native(numbered.select(duckdb.StarExpression(exclude=["file_row_number"]), number)))


def scan_csv(path: Path, names: Sequence[str]) -> Frame:
    """Open a CSV file, every cell as text, with an installed library: polars, duckdb, pyarrow or pandas.

    The file is taken to be well formed: UTF-8, a header that holds `names`, rows of equal length, commas, quotes
    doubled inside quotes. An empty cell is empty text or missing, as the library likes; callers treat both the same.

    Raises `MissingExtraError` where no library is installed, `DataError` where the library refuses the file.
    """
    engine = engine_for(f"reading {path.name}")
    options = _text_options(engine, names)
    return _opened(path, "CSV", lambda: nw.scan_csv(_file(engine, path), backend=cast("Any", engine), **options))


def _file(engine: str, path: Path) -> str:
    """Name a file so that no character of its name is taken as a wildcard."""
    return re.sub(r"([\[*?])", r"[\1]", str(path)) if engine == "duckdb" else str(path)


def _opened(path: Path, kind: str, opening: Callable[[], Frame]) -> Frame:
    try:
        frame = opening()
        frame.collect_schema()
    except Exception as refused:  # every library has its own exceptions; none may reach the user bare
        told = f"cannot be read as {kind}: {first_line(refused)}; next: check that it is complete"
        finding = Finding(code="unreadable", severity="error", message=told, place=Place(source=path.name))
        raise DataError([finding]) from refused
    return frame


def _text_options(engine: str, names: Sequence[str]) -> dict[str, Any]:
    """Give the options under which a library reads every cell of a CSV file as the text that stands there."""
    match engine:
        case "polars":
            return {"infer_schema": False, "glob": False}
        case "duckdb":
            return {
                "columns": dict.fromkeys(names, "VARCHAR"),
                "header": True,
                "auto_detect": False,
                "quotechar": '"',
                "escapechar": '"',
            }
        case "pyarrow":
            csv, text = import_module("pyarrow.csv"), import_module("pyarrow").string()
            return {
                "convert_options": csv.ConvertOptions(
                    column_types=dict.fromkeys(names, text), strings_can_be_null=False
                ),
                "parse_options": csv.ParseOptions(newlines_in_values=True),
            }
        case _:
            return {"dtype": str, "keep_default_na": False, "na_filter": False}

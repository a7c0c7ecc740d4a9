"""Files of a log, opened by a library that computes without reading them whole, within a limit of memory if there is one."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Literal, Self

from jointpay.errors import DataError, MissingExtraError
from jointpay.findings import Finding, Place
from jointpay.frames import Frame, scan_parquet
from jointpay.frames.files import duckdb_connection, is_installed

__all__ = ["FileEngine", "LogFiles"]

FileEngine = Literal["duckdb", "polars"]


class LogFiles:
    """Opens Parquet files for one run of measuring; what it opened is closed with it.

    `engine` names the library; None takes duckdb where it is installed, then polars, then whatever reads Parquet.
    `memory_mb` is the most memory duckdb may use, in MiB; what does not fit goes to a temporary folder.
    """

    def __init__(self, engine: FileEngine | None, memory_mb: int | None) -> None:
        if engine is not None and not is_installed(engine):
            raise MissingExtraError.of(engine, engine, "reading files")
        self._engine = engine or next((name for name in ("duckdb", "polars") if is_installed(name)), None)
        self._memory_mb = memory_mb
        if memory_mb is not None and self._engine != "duckdb":
            message = (
                f"memory_mb is {memory_mb}, and {self._engine} keeps to no limit; allowed: memory_mb with duckdb; "
                f"next: pip install 'jointpay[duckdb]', or leave memory_mb out"
            )
            raise DataError(
                [Finding(code="memory_limit", severity="error", message=message, place=Place(source="memory_mb"))]
            )
        self._stack = ExitStack()
        self._connection: Any = None

    def __enter__(self) -> Self:
        """Open nothing yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened, and remove what was spilled."""
        self._stack.close()

    def parquet(self, path: Path, *, row: str | None = None) -> Frame:
        """Open a Parquet file, its rows counted from 0 in the column `row` if that is given."""
        if self._engine == "duckdb" and self._connection is None:
            folder = self._stack.enter_context(TemporaryDirectory(prefix="jointpay-"))
            self._connection = duckdb_connection(folder, memory_mb=self._memory_mb)
            self._stack.callback(self._connection.close)
        return scan_parquet(path, engine=self._engine, connection=self._connection, row=row)

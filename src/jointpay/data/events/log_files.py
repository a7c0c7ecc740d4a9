"""Files of a log, opened by a library that computes without reading them whole, within a limit of memory if there is one."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from jointpay.errors import DataError, MissingExtraError
from jointpay.findings import Finding, Place
from jointpay.frames import Frame, scan_parquet
from jointpay.frames.files import FileEngine, duckdb_connection, is_installed, scan_parts

__all__ = ["LARGE_BYTES", "LogFiles"]

LARGE_BYTES = 256 * 2**20
"""CSV files of one log that are larger than that together are not read into memory whole."""


class LogFiles:
    """Opens files for one run of measuring; what it opened is closed with it.

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
        self._folder: Path | None = None

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
        return scan_parquet(path, engine=self._engine, connection=self._connected(), row=row)

    def parts(self, paths: Sequence[Path]) -> Frame:
        """Open Parquet files of the same columns as one table."""
        return scan_parts(paths, engine=str(self._engine), connection=self._connected())

    def types(self, file_bytes: int) -> bool:
        """Tell whether files of a log, that would be read whole and have so many bytes, are typed into Parquet instead."""
        return self._engine is not None and (file_bytes > LARGE_BYTES or self._memory_mb is not None)

    def folder(self) -> Path:
        """Give a temporary folder, the same at every call."""
        if self._folder is None:
            self._folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="jointpay-")))
        return self._folder

    def _connected(self) -> Any:  # noqa: ANN401 - of a library of an extra
        """Give the connection of duckdb, if that is the library."""
        if self._engine == "duckdb" and self._connection is None:
            self._connection = duckdb_connection(str(self.folder()), memory_mb=self._memory_mb)
            self._stack.callback(self._connection.close)
        return self._connection

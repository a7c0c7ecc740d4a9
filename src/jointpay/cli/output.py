"""What the commands leave behind: a folder that is there whole or not at all."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jointpay.errors import OutputExistsError
from jointpay.frames import Column
from jointpay.results.csv_safe import csv_text

__all__ = ["Written", "new_folder", "sha256_of", "write_bytes", "write_json", "write_table", "write_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that was written, as the manifest tells it."""

    file: str
    rows: int | None
    """Rows of a table without its header; None for what is not a table."""
    sha256: str


def sha256_of(path: Path) -> str:
    """Give the sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse_existing(path: Path) -> None:
    """Refuse a path that is taken. Raises `OutputExistsError` with what to do next."""
    if os.path.lexists(path):
        raise OutputExistsError(
            f"{path}: exists already, and nothing is overwritten; next: give another folder, or move this one away"
        )


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give a folder to write into that becomes `path` in one step at the end.

    Until then it is a hidden sibling. If the work fails it is removed; if the process is killed it stays behind, hidden
    and named `.partial`; in no case does `path` exist half written.

    Raises `OutputExistsError` where `path` exists, before anything is written and again at the end.
    """
    refuse_existing(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}.", suffix=".partial"))
    try:
        yield partial
        partial.chmod(0o777 & ~_umask())
        refuse_existing(path)
        partial.rename(path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _umask() -> int:
    """Read the mask that says which permissions new files get; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def write_text(folder: Path, file: str, text: str, *, rows: int | None = None) -> Written:
    """Write text as UTF-8, line ends as they are, through to the disk."""
    return write_bytes(folder, file, text.encode(), rows=rows)


def write_bytes(folder: Path, file: str, content: bytes, *, rows: int | None = None) -> Written:
    """Write a file, through to the disk."""
    path = folder / file
    with path.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    return Written(file=file, rows=rows, sha256=hashlib.sha256(content).hexdigest())


def write_json(folder: Path, file: str, tree: Mapping[str, Any]) -> Written:
    """Write a tree of plain values as JSON that people can read."""
    return write_text(folder, file, json.dumps(tree, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def write_table(folder: Path, file: str, columns: Mapping[str, Column | Sequence[object]]) -> Written:
    """Write columns as CSV in UTF-8 in which no cell can act as a formula."""
    return write_text(folder, file, csv_text(columns), rows=len(next(iter(columns.values()))))

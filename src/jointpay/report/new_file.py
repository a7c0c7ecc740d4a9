"""One new file, there whole or not at all."""

import os
import tempfile
from pathlib import Path

from jointpay.errors import OutputExistsError

__all__ = ["write_new"]


def write_new(path: Path, content: bytes) -> None:
    """Write a file that does not exist yet.

    The bytes go to a hidden sibling first, which becomes `path` in one step; if the work fails it is removed.

    Raises `OutputExistsError` where `path` exists, before anything is written and again at the end.
    """
    _refuse_existing(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".partial")
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        partial.chmod(0o666 & ~_umask())
        _refuse_existing(path)
        partial.rename(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise OutputExistsError(
            f"{path}: exists already, and nothing is overwritten; next: give another name, or move this one away"
        )


def _umask() -> int:
    """Read the mask that says which permissions new files get; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask

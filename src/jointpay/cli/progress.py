"""A line that says what is being done, on a terminal only."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["doing"]


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Show what is being done while it is done; silent where stderr is not a terminal."""
    shown = sys.stderr.isatty()
    if shown:
        sys.stderr.write(f"\r\x1b[K{what} ...")
        sys.stderr.flush()
    try:
        yield
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

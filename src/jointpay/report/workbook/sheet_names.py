"""Names of sheets, made from titles that anybody may have written."""

import re
from collections.abc import Sequence

__all__ = ["quoted", "sheet_names"]

_LONGEST = 31
_TAKEN = {"history"}
"""A name that spreadsheets keep for themselves."""


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Give each title a name that a spreadsheet allows: letters, digits, spaces and hyphens, 31 at most, all different.

    >>> sheet_names(["Design/Ops", "design ops", "[?]"])
    ['Design Ops', 'design ops 2', 'Sheet 3']
    """
    found: list[str] = []
    used = set(_TAKEN)
    for number, title in enumerate(titles, start=1):
        plain = " ".join(re.sub(r"[^\w\- ]|_", " ", title).split()).strip("-")[:_LONGEST].strip() or f"Sheet {number}"
        name, again = plain, 2
        while name.casefold() in used:
            ending = f" {again}"
            name, again = plain[: _LONGEST - len(ending)].strip() + ending, again + 1
        used.add(name.casefold())
        found.append(name)
    return found


def quoted(name: str) -> str:
    """Write the name of a sheet as formulas do."""
    return f"'{name}'"

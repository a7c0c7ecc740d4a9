"""Collecting every problem of one table before refusing it: one error, all findings, sorted by row."""

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from jointpay.data.problems import MOST_TOLD, shown
from jointpay.errors import DataError
from jointpay.findings import Finding, Place, Severity

__all__ = ["HEADER_ROWS", "TableProblems", "row_list"]

HEADER_ROWS = 2
"""Row number of the first row of data: rows count from 1 and the header is row 1."""
_SHOWN_ROWS = 5


def row_list(rows: NDArray[Any]) -> str:
    """Write row numbers: `row 3`, `rows 3 and 7`, `rows 2, 3, 4, 5, 6 and 12 more`."""
    listed = sorted(rows.tolist())
    if len(listed) == 1:
        return f"row {listed[0]}"
    if len(listed) <= _SHOWN_ROWS:
        return f"rows {', '.join(map(str, listed[:-1]))} and {listed[-1]}"
    return f"rows {', '.join(map(str, listed[:_SHOWN_ROWS]))} and {len(listed) - _SHOWN_ROWS} more"


class TableProblems:
    """The findings of one table, collected while it is read.

    The first thousand errors are listed; how many more there were is the last finding. `write` writes content of the
    table for a message, where it is not known yet which cell it belongs to.
    """

    def __init__(
        self,
        source: str,
        *,
        write: Callable[[object], str] = shown,
        rows: Callable[[int], int | None] = lambda place: place + HEADER_ROWS,
    ) -> None:
        self.source = source
        self.write = write
        self.row_of = rows
        """The row of a place counted from 0 among what is read; None where rows have no order."""
        self.notes: list[Finding] = []
        self._errors: list[Finding] = []
        self._unlisted = 0

    def __bool__(self) -> bool:
        """Tell whether anything was refused."""
        return bool(self._errors)

    def refuse(self, code: str, message: str, *, row: int | None = None, column: str = "", who: str = "") -> None:
        """Add one error."""
        if len(self._errors) < MOST_TOLD:
            self._errors.append(self._finding(code, "error", message, row, column, who))
        else:
            self._unlisted += 1

    def refuse_rows(
        self,
        code: str,
        places: NDArray[Any],
        message: Callable[[int], str],
        *,
        column: str = "",
        who: Callable[[int], str] | None = None,
    ) -> None:
        """Add one error per place: (K,) places counted from 0 below the header. Only those listed are written out."""
        listed = places[: MOST_TOLD - len(self._errors)]
        for place in listed.tolist():
            self.refuse(
                code, message(place), row=self.row_of(place), column=column, who="" if who is None else who(place)
            )
        self._unlisted += len(places) - len(listed)

    def note(
        self,
        code: str,
        severity: Severity,
        message: str,
        *,
        row: int | None = None,
        column: str = "",
        who: str = "",
    ) -> None:
        """Add something worth knowing that refuses nothing."""
        self.notes.append(self._finding(code, severity, message, row, column, who))

    def _finding(self, code: str, severity: Severity, message: str, row: int | None, column: str, who: str) -> Finding:
        place = Place(source=self.source, row=row, column=column, who=who)
        return Finding(code=code, severity=severity, message=message, place=place)

    def leave_unlisted(self, count: int) -> None:
        """Count more errors of which nothing else is known."""
        self._unlisted += count

    def stop(self) -> None:
        """Raise everything found so far; do nothing where nothing was found."""
        if self._errors:
            raise self.error()

    def error(self) -> DataError:
        """Give everything found so far as one `DataError`, sorted by row."""
        listed = sorted(self._errors, key=lambda finding: finding.place.row or 0)
        if self._unlisted:
            told = f"{self._unlisted:,} more problems are not listed; next: mend these and read again"
            listed.append(self._finding("more_problems", "error", told, None, "", ""))
        return DataError(listed)

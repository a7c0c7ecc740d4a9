"""A finding: one problem or fact, as a value.

Checks return findings and never print or raise; whoever called them decides what an error stops.
"""

from dataclasses import dataclass, field
from typing import Literal

from jointpay.display import counted, html_note, html_table

__all__ = ["Finding", "Findings", "Place", "Severity"]

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something was found: in a plan file, in a table, or in a result.

    A place in a plan has `source`, `line`, `char` and `path` and prints as `plan.yaml:6:34: roles.designer.pay.0.base`.
    A place in a table has `source`, `row`, `column` and `who` and prints as
    `people.csv: row 3, column 'role', person 'p07'`. Rows count from 1 and the header is row 1.
    """

    source: str = ""
    line: int | None = None
    char: int | None = None
    path: str = ""
    row: int | None = None
    column: str = ""
    who: str = ""

    def __str__(self) -> str:
        head = self.source
        if self.line is not None:
            head += f":{self.line}" + (f":{self.char}" if self.char is not None else "")
        in_table = [
            f"row {self.row}" if self.row is not None else "",
            f"column {self.column!r}" if self.column else "",
            self.who,
        ]
        parts = [head, self.path, ", ".join(part for part in in_table if part)]
        return ": ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One problem or fact: a stable code, how severe, where, and a message that says what, what is allowed, what next.

    `witness` holds the smallest case that shows it, as pairs of name and text.
    """

    code: str
    severity: Severity
    message: str
    place: Place = field(default_factory=Place)
    witness: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        where = str(self.place)
        told = f"{where}: {self.message}" if where else self.message
        return f"{told} [{self.code}]"

    def _repr_html_(self) -> str:
        return Findings([self])._repr_html_()


class Findings(tuple[Finding, ...]):
    """Findings as a tuple that a notebook shows as a table. No findings are equal to `()`."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        if not self:
            return html_note("no findings")
        return html_table(
            ("severity", "code", "where", "message", "smallest case"),
            len(self),
            lambda place: _cells(self[place]),
            caption=counted(len(self), "finding"),
        )


def _cells(finding: Finding) -> tuple[object, ...]:
    witness = "; ".join(f"{name}: {text}" for name, text in finding.witness)
    return finding.severity, finding.code, finding.place, finding.message, witness

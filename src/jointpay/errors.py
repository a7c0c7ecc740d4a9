"""Everything jointpay raises.

::

    JointPayError
    ├── PlanError            (ValueError)       a plan that cannot be used; carries its findings
    ├── DataError            (ValueError)       a table that cannot be used; carries its findings
    │   └── MissingValueError                   a value is missing and the plan's policy says `error`
    ├── MoneyError           (ValueError)       an amount or a split that cannot be used
    │   └── FloatRefusedError (TypeError)       a binary float where an exact number is wanted
    ├── MismatchError        (ValueError)       two things that do not belong together (another plan's scorecard)
    ├── TooLargeError        (OverflowError)    a whole number beyond what is computed exactly
    ├── ConservationError    (RuntimeError)     a total that does not add up: a fault of jointpay, never of the input
    ├── MissingExtraError    (ImportError)      a library of an extra is not installed
    └── OutputExistsError    (FileExistsError)  refusing to overwrite
"""

from collections.abc import Sequence

from jointpay.findings import Finding, Findings

__all__ = [
    "ConservationError",
    "DataError",
    "FloatRefusedError",
    "JointPayError",
    "MismatchError",
    "MissingExtraError",
    "MissingValueError",
    "MoneyError",
    "OutputExistsError",
    "PlanError",
    "TooLargeError",
]

SHOWN_FINDINGS = 20


class JointPayError(Exception):
    """The base of everything jointpay raises on purpose."""


def _told(findings: Sequence[Finding]) -> str:
    lines = [str(finding) for finding in findings[:SHOWN_FINDINGS]]
    if len(findings) > SHOWN_FINDINGS:
        lines.append(f"... and {len(findings) - SHOWN_FINDINGS} more; all of them are in .findings")
    return "\n".join(lines)


class PlanError(JointPayError, ValueError):
    """A plan that cannot be used.

    `findings` holds every problem found in one pass; the text of the error shows the first twenty.
    """

    findings: tuple[Finding, ...]

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = Findings(findings)
        super().__init__(_told(self.findings))


class DataError(JointPayError, ValueError):
    """A table that cannot be used.

    `findings` holds every problem found in one pass; the text of the error shows the first twenty.
    """

    findings: tuple[Finding, ...]

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = Findings(findings)
        super().__init__(_told(self.findings))


class MissingValueError(DataError):
    """A value is missing for a payee and the plan's missing policy for it is `error`."""


class MoneyError(JointPayError, ValueError):
    """An amount or a split that cannot be used; nothing was paid."""


class FloatRefusedError(MoneyError, TypeError):
    """A binary float was given where an exact number is wanted."""

    @classmethod
    def of(cls, argument: str, value: object) -> "FloatRefusedError":
        """Name the argument and the value, and say what to write instead."""
        return cls(
            f"{argument}: {value!r} is a {type(value).__name__}, and binary floats are refused because most of them "
            f"are not the number that was written; give text ('0.1'), an int, a Decimal or a Fraction"
        )


class MismatchError(JointPayError, ValueError):
    """Two things that do not belong together, such as a scorecard and another plan."""


class TooLargeError(JointPayError, OverflowError):
    """A whole number is beyond what can be computed exactly; refused before it could wrap."""


class ConservationError(JointPayError, RuntimeError):
    """Credited + unattributed + excluded differs from the input: a fault of jointpay; no result is given."""


class MissingExtraError(JointPayError, ImportError):
    """A library that belongs to an extra is not installed."""

    @classmethod
    def of(cls, library: str, extra: str, purpose: str) -> "MissingExtraError":
        """Name the library, what it is wanted for, and the extra that brings it."""
        return cls(f"{purpose} needs {library}, which is not installed; next: pip install 'jointpay[{extra}]'")


class OutputExistsError(JointPayError, FileExistsError):
    """An output exists already and overwriting was not asked for."""

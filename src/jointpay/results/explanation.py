"""An explanation: how one payee's numbers of one period came about, as data."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

__all__ = ["Explanation", "Section", "Term"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One number, and how it follows from the ones before it."""

    path: tuple[str, ...]
    """Where it stands: role, first day of the row, then `components`, a component, `measures`, a measure, a stage."""
    label: str
    """What it is, in words."""
    formula: str
    """How it is computed, with the numbers put in; empty where it was read from the data."""
    exact: Fraction | None
    """The number before it is rounded; None where there is none, or where it is a root that no fraction equals."""
    published: str
    """The number as it stands in the result, with all its places; empty where it was missing."""
    unit: str = ""
    """What the number is in: `%`, a currency, the unit of a metric; empty for points and plain numbers."""
    digits: str = ""
    """The number before it is rounded, in as many decimals as the rounding needs; ends in `...` where more follow.

    Empty where the published number is the exact one.
    """
    note: str = ""
    """What else is worth knowing: a limit that bound, a value that was missing and what it counts as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The terms of one thing: a row, a component, a measure, a pay rule."""

    path: tuple[str, ...]
    depth: int
    """0 for a row, 1 for a component, the score and a pay rule, 2 for a measure."""
    title: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything that led to one payee's scores, and pay, of one period.

    Every published number in it was recomputed from the terms before it, exactly, when it was made; one that does not
    follow would have been an error instead of an explanation.
    """

    payee: str
    name: str
    period: str
    plan_id: str
    plan_version: str
    plan_digest: str
    data_digest: str
    engine_version: str
    rounding: str
    currency: str
    amount_minor: int | None
    """Sum of all lines of the payee in the period; None where only scores are explained."""
    sections: tuple[Section, ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms, in the order in which they follow from one another."""
        return tuple(term for section in self.sections for term in section.terms)

    def text(self) -> str:
        """Write it as plain text that can be followed with a calculator."""
        from jointpay.results.explain_text import explanation_text  # noqa: PLC0415 - the text imports this record

        return explanation_text(self)

    def __str__(self) -> str:
        return self.text()

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain dicts, lists and text for JSON; exact numbers are text such as `2/3`."""
        head = {name: getattr(self, name) for name in self.__slots__ if name != "sections"}
        return head | {
            "sections": [
                {
                    "path": list(section.path),
                    "depth": section.depth,
                    "title": section.title,
                    "terms": [_term_dict(term) for term in section.terms],
                }
                for section in self.sections
            ]
        }

    def __repr__(self) -> str:
        from jointpay.results import display  # noqa: PLC0415 - what shows this record imports it

        return display.explanation_line(self)

    def _repr_html_(self) -> str:
        from jointpay.results import display  # noqa: PLC0415 - the same

        return display.explanation_html(self)


def _term_dict(term: Term) -> dict[str, Any]:
    found = {name: getattr(term, name) for name in term.__slots__}
    return found | {"path": list(term.path), "exact": None if term.exact is None else str(term.exact)}

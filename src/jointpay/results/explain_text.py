"""An explanation as plain text: aligned columns, numbers that a calculator follows, nothing invisible."""

import unicodedata

from jointpay.display import visible
from jointpay.money.currency import format_minor
from jointpay.results.explanation import Explanation, Section, Term

__all__ = ["arithmetic", "display_width", "explanation_text", "visible"]

_INDENT = "  "


def display_width(text: str) -> int:
    """Count the columns text takes on a terminal: wide and full-width characters two, combining marks none.

    >>> display_width("点击 clicks")
    11
    """
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def explanation_text(explanation: Explanation) -> str:
    """Write the whole explanation; every line is a label, the arithmetic, and what it is rounded to."""
    who = explanation.payee + (f" ({explanation.name})" if explanation.name else "")
    lines = [
        f"{who}, {explanation.period}",
        f"plan {explanation.plan_id}, version {explanation.plan_version}, digest {explanation.plan_digest[:12]}",
        f"data digest {explanation.data_digest[:12]}, engine version {explanation.engine_version}",
    ]
    if explanation.amount_minor is not None:
        lines.append(f"amount: {format_minor(explanation.amount_minor, explanation.currency)}")
    for section in explanation.sections:
        lines += ["", *_section(section)] if section.depth < 2 else _section(section)
    ties = "away from zero" if explanation.rounding == "half_away_from_zero" else "to the even neighbour"
    lines += ["", f"'->' rounds to the nearest; a tie goes {ties}. '...' says that more digits follow. '^' is a power."]
    return "\n".join(visible(line) for line in lines)


def _section(section: Section) -> list[str]:
    indent = _INDENT * section.depth
    labels = [visible(term.label) for term in section.terms]
    widest = max(map(display_width, labels), default=0)
    told = [indent + section.title]
    for term, label in zip(section.terms, labels, strict=True):
        pad = " " * (widest - display_width(label))
        told.append(f"{indent}{_INDENT}{label}{pad}  {arithmetic(term)}".rstrip())
    return told


def arithmetic(term: Term) -> str:
    """Write formula = digits -> published, leaving out what would only say the same again."""
    unit = "" if not term.unit else "%" if term.unit == "%" else f" {term.unit}"
    parts = [term.formula] if term.formula and term.formula not in (term.digits, term.published) else []
    if term.digits and term.digits != term.published:
        parts.append(f"= {term.digits}" if parts else term.digits)
        if term.published:
            parts.append(f"-> {term.published}{unit}")
    elif term.published:
        parts.append(f"= {term.published}{unit}" if parts else f"{term.published}{unit}")
    if term.note:
        parts.append(f"({term.note})" if parts else term.note)
    return " ".join(parts)

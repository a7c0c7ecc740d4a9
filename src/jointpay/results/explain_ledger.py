"""The ledger of an explanation: terms are written into it, and every published number is recomputed on the way."""

from fractions import Fraction
from typing import NoReturn

from jointpay.errors import MismatchError
from jointpay.money.number import decimal_text, fixed_text
from jointpay.money.rounding import Rounding, published
from jointpay.results.explanation import Section, Term

__all__ = ["Ledger", "digits_text", "less", "number_text"]

_EXACT_DECIMALS = 12
_TAILS = range(4, 65, 10)
"""Decimals shown after the published ones: the first number of them that shows how the number is rounded."""


def number_text(value: Fraction) -> str:
    """Write a number for a formula: a decimal where it ends, or `(n / d)`, so that a calculator gives the same.

    >>> number_text(Fraction(1, 4)), number_text(Fraction(2, 3))
    ('0.25', '(2 / 3)')
    """
    if 10**_EXACT_DECIMALS % value.denominator == 0:
        return decimal_text(value)
    return f"({value.numerator} / {value.denominator})"


def less(value: Fraction) -> str:
    """Write `- value` for a formula, and `+ value` where the value is negative.

    >>> less(Fraction(3)), less(Fraction(-3))
    ('- 3', '+ 3')
    """
    return f"+ {number_text(-value)}" if value < 0 else f"- {number_text(value)}"


def digits_text(value: Fraction, places: int) -> str:
    """Write a number with the decimals it has, or, where they do not end, with enough to see how it is rounded.

    The digits are cut, not rounded, and `...` says that more follow.

    >>> digits_text(Fraction(2, 3), 2), digits_text(Fraction(1, 8), 2)
    ('0.666666...', '0.125')
    """
    if 10**_EXACT_DECIMALS % value.denominator == 0:
        return decimal_text(value)
    for tail in _TAILS:
        cut = abs(value.numerator) * 10 ** (places + tail) // value.denominator
        digits = str(cut)[-tail:]
        # A tail of 5000 or 4999 does not show on which side of the tie the number lies.
        if digits not in ("5".ljust(tail, "0"), "4".ljust(tail, "9")):
            break
    return fixed_text(-cut if value < 0 else cut, places + tail) + "..."


class Ledger:
    """Collects sections and terms, and refuses a published number that does not follow from its terms."""

    def __init__(self, rounding: Rounding, engine_version: str) -> None:
        self.rounding: Rounding = rounding
        self.engine_version = engine_version
        self.sections: list[Section] = []
        self._terms: list[Term] = []
        self._open: tuple[tuple[str, ...], int, str] | None = None

    def open(self, path: tuple[str, ...], depth: int, title: str) -> None:
        """Begin a section; the one before it is finished."""
        self.close()
        self._open = (path, depth, title)

    def close(self) -> None:
        """Finish the section that is open, if any."""
        if self._open is not None:
            path, depth, title = self._open
            self.sections.append(Section(path=path, depth=depth, title=title, terms=tuple(self._terms)))
        self._terms, self._open = [], None

    @property
    def _path(self) -> tuple[str, ...]:
        return self._open[0] if self._open is not None else ()

    def say(
        self,
        name: str,
        label: str,
        *,
        exact: Fraction | None = None,
        formula: str = "",
        text: str = "",
        digits: str = "",
        unit: str = "",
        note: str = "",
    ) -> None:
        """Write a term that is read or stated, not rounded."""
        self._terms.append(
            Term(
                path=(*self._path, name),
                label=label,
                formula=formula,
                exact=exact,
                published=text,
                unit=unit,
                digits=digits,
                note=note,
            )
        )

    def publish(
        self,
        name: str,
        label: str,
        *,
        exact: Fraction,
        stored: int,
        places: int,
        formula: str = "",
        unit: str = "",
        note: str = "",
    ) -> None:
        """Write a term that is rounded, and hold it against what the result says.

        Raises `MismatchError` where the number in the result is not the rounded number of the formula.
        """
        self.hold(name, published(exact, places=places, rounding=self.rounding), stored, places)
        self.say(
            name,
            label,
            exact=exact,
            formula=formula,
            text=fixed_text(stored, places),
            digits="" if (exact * 10**places).denominator == 1 else digits_text(exact, places),
            unit=unit,
            note=note,
        )

    def hold(self, name: str, computed: int, stored: int, places: int) -> None:
        """Refuse a stored number that its terms do not give."""
        if computed != stored:
            self.refuse(
                name, f"its terms give {fixed_text(computed, places)}, and the result says {fixed_text(stored, places)}"
            )

    def refuse(self, name: str, message: str) -> NoReturn:
        """Say what does not follow, and stop."""
        raise MismatchError(
            f"{'.'.join((*self._path, name))}: {message}, so it is not explained; the result was changed after it was "
            f"computed, or engine version {self.engine_version!r} meant something else; next: compute it again"
        )

"""Whole numbers in a spreadsheet: formulas whose rounding is the exact one, whatever rounds the last digits.

A spreadsheet computes in binary floats, and some functions of some of them round to fifteen digits on the way. Neither
can change a result here. A published number is read as a whole number of its last place, by ROUND; products and sums of
whole numbers up to `LIMIT` are exact; and of two whole numbers up to `LIMIT` the quotient, if it is no tie, is away
from the nearest tie by at least 1 part in 2 * `LIMIT` of itself, more than fifteen digits leave open, while a tie is a
float. So ROUND of the quotient is the rounded quotient. Where `LIMIT` could be passed, the formula gives #N/A.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from jointpay.money.number import fixed_text

__all__ = [
    "LIMIT",
    "SHOWN",
    "Whole",
    "any_of",
    "cell_of",
    "constant",
    "fits",
    "published_formula",
    "quotient",
    "read",
    "times",
]

LIMIT = 2 * 10**13
"""Largest dividend and divisor of a formula."""
SHOWN = 10**15
"""A cell holds fifteen digits; a longer number is written as text."""


@dataclass(frozen=True, slots=True)
class Whole:
    """An expression that gives a whole number."""

    text: str
    """Can stand as a factor."""
    checks: tuple[str, ...]
    """Expressions that must not pass `LIMIT` for it to be exact; none where they never can."""
    most: int | None
    """Largest magnitude it can have; None: it is whatever somebody types."""

    @classmethod
    def of(cls, text: str, most: int | None) -> "Whole":
        """Make one that is checked unless it stays within the limit by itself."""
        return cls(text, () if most is not None and most <= LIMIT else (text,), most)

    def plus(self, other: "Whole") -> "Whole":
        """Add another one, which may be negative."""
        most = None if self.most is None or other.most is None else self.most + other.most
        checks = tuple(dict.fromkeys((*self.checks, *other.checks)))
        return Whole(f"({self.text}+{other.text})", checks, most)


def constant(number: int) -> Whole:
    """Give a number as an expression."""
    return Whole.of(str(number) if number >= 0 else f"({number})", abs(number))


def read(reference: str, parts: Fraction | int, most: int | None) -> Whole:
    """Read a cell as a whole number of parts, which it is but for the last digits of a float."""
    parts = Fraction(parts)
    scaled = reference + ("" if parts.numerator == 1 else f"*{parts.numerator}")
    scaled += "" if parts.denominator == 1 else f"/{parts.denominator}"
    return Whole.of(f"ROUND({scaled},0)", most)


def times(*factors: Whole) -> Whole:
    """Multiply."""
    most: int | None = 1
    for factor in factors:
        most = None if most is None or factor.most is None else most * factor.most
    made = Whole.of("*".join([factor.text for factor in factors if factor.text != "1"] or ["1"]), most)
    # A product within the limit has factors within it, unless it is 0 whatever they are; only sums are checked by terms.
    sums = [check for factor in factors if factor.checks != (factor.text,) for check in factor.checks]
    return Whole(made.text, tuple(dict.fromkeys((*sums, *made.checks))), most)


def fits(*numbers: int) -> bool:
    """Whether a formula computes with these numbers exactly."""
    return all(abs(number) <= LIMIT for number in numbers)


def quotient(above: Whole, below: Whole, *, half_even: bool) -> str:
    """Give the formula of a quotient rounded to the nearest whole number.

    A tie goes away from zero, as ROUND does; with `half_even` a tie q gives 2 * ROUND(q / 2), which is the even one.
    """
    divisor = below.text if "*" not in below.text else f"({below.text})"
    exact = above.text if divisor == "1" else f"{above.text}/{divisor}"
    if half_even and divisor != "1":
        rounded = f"IF(ABS({exact}-TRUNC({exact}))=0.5,2*ROUND({exact}/2,0),ROUND({exact},0))"
    else:
        rounded = f"ROUND({exact},0)"
    checks = [f"ABS({check})" for check in dict.fromkeys((*above.checks, *below.checks))]
    return f"IF(MAX({','.join(checks)})>{LIMIT},NA(),{rounded})" if checks else rounded


def published_formula(whole: str, scale: int) -> str:
    """Give the formula of a published number from that of its last places."""
    return whole if scale == 1 else f"{whole}/{scale}"


def cell_of(whole: int, scale: int) -> float | int | str:
    """Give what a cell holds for a published number: the nearest float, or text where a cell has too few digits."""
    if abs(whole) >= SHOWN:
        return fixed_text(whole, len(str(scale)) - 1)
    return whole if scale == 1 else whole / scale


def any_of(conditions: Sequence[str]) -> str:
    """Give the condition that one of some holds."""
    return conditions[0] if len(conditions) == 1 else f"OR({','.join(conditions)})"

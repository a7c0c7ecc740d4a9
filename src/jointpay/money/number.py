"""The one grammar of numbers: decimal text, a percentage or a fraction, read exactly.

``-?digits[.digits][%]`` or ``-?digits/digits``, ASCII digits only, no exponent, no grouping, no sign but a leading
minus, no leading zeros, at most 18 digits before the point and 12 after it.
"""

import re
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real

from jointpay.errors import FloatRefusedError, MoneyError

__all__ = ["decimal_text", "exact", "fixed_text", "parse_number", "shown"]

MAX_WHOLE_DIGITS = 18
MAX_DECIMAL_DIGITS = 12
_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(%?)")
_FRACTION = re.compile(r"(-?)(0|[1-9][0-9]*)/([1-9][0-9]*)")
_SHOWN_CHARACTERS = 40
_SHOWN_BITS = 128
"""Python refuses to write whole numbers beyond some thousand digits."""


def shown(value: object) -> str:
    """Write a value for a message: its repr, cut where it is long.

    >>> shown("12,50"), len(shown("9" * 1000))
    ("'12,50'", 43)
    """
    if isinstance(value, int) and value.bit_length() > _SHOWN_BITS:
        return f"a whole number of {value.bit_length()} bits"
    told = repr(value)
    return told if len(told) <= _SHOWN_CHARACTERS else told[:_SHOWN_CHARACTERS] + "..."


def _hint(text: str) -> str:
    """Say what is most likely wrong with a text that is not a number."""
    stripped = text.strip()
    rules = (
        (not stripped, "it is empty"),
        (any(char.isdigit() and not char.isascii() for char in text), "its digits are not the plain 0-9"),
        (
            any(not 32 <= ord(char) < 127 for char in text),
            "it holds " + ", ".join(sorted({f"U+{ord(char):04X}" for char in text if not 32 <= ord(char) < 127})[:5]),
        ),
        ("_" in text, "underscores are not digits"),
        ("," in text, "write it without thousands separators and with a point"),
        (re.search(r"[0-9][eE]", text) is not None, "write it out without an exponent"),
        (stripped.startswith("+"), "leave out the plus sign"),
        (stripped != text, "it has spaces around it"),
        (stripped.startswith("(") or stripped.endswith("-"), "write a negative number as -12.50"),
        (re.match(r"-?0[0-9]", stripped) is not None, "leave out the leading zeros, or quote it where text is meant"),
    )
    return next((f"; {said}" for wrong, said in rules if wrong), "")


def parse_number(text: str) -> Fraction:
    """Read one number exactly.

    Formula: ``"40%"`` and ``"0.40"`` are both 2/5; ``"1/3"`` is one third.

    Raises `MoneyError` for anything outside the grammar of this module; the message shows the text and what is allowed.

    >>> parse_number("40%")
    Fraction(2, 5)
    """
    told = shown(text)
    match = _NUMBER.fullmatch(text)
    if match is not None:
        sign, whole, decimals, percent = match.groups(default="")
        _refuse_long(told, before=len(whole), after=len(decimals))
        value = Fraction(int(whole + decimals), 10 ** len(decimals) * (100 if percent else 1))
        return -value if sign else value
    match = _FRACTION.fullmatch(text)
    if match is not None:
        sign, numerator, denominator = match.groups()
        _refuse_long(told, before=max(len(numerator), len(denominator)), after=0)
        value = Fraction(int(numerator), int(denominator))
        return -value if sign else value
    raise MoneyError(f"{told} is not a number{_hint(text)}; allowed: 0.4, 40%, 1/3, -12.50")


def _refuse_long(told: str, *, before: int, after: int) -> None:
    """Refuse a number with more digits before or after its point than are read."""
    if before > MAX_WHOLE_DIGITS or after > MAX_DECIMAL_DIGITS:
        raise MoneyError(
            f"{told} has too many digits; allowed: at most {MAX_WHOLE_DIGITS} before the point "
            f"and {MAX_DECIMAL_DIGITS} after it"
        )


def _from_decimal(value: Decimal, argument: str) -> Fraction:
    """Take a Decimal as it stands: no arithmetic of the decimal module, so no context can touch it."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise MoneyError(f"{argument}: {value!r} is not finite; allowed: a finite number")
    written = "".join(map(str, digits))
    kept = written.rstrip("0")
    if not kept:
        return Fraction(0)
    exponent += len(written) - len(kept)
    # The limits are checked on the exponent alone, so that 10 ** 999999999 is never built.
    _refuse_long(f"{argument}: {shown(value)}", before=len(kept) + exponent, after=-exponent)
    size = int(kept) * Fraction(10) ** exponent
    return -size if sign else size


def exact(value: object, *, argument: str) -> Fraction:
    """Take an exact number from text, an int, a Decimal or a Fraction; refuse floats and booleans by type.

    A Decimal holds to the same limits on digits as text, trailing zeros aside; whole numbers of numpy are taken, its
    floats are refused like Python's.

    Raises `FloatRefusedError` for a float, `MoneyError` for anything else that is not a finite exact number.
    """
    match value:
        case bool():
            raise MoneyError(f"{argument}: {value!r} is a boolean, not a number; allowed: 0.4, 40%, 1/3")
        case Decimal():
            return _from_decimal(value, argument)
        case str():
            try:
                return parse_number(value)
            except MoneyError as refused:
                raise MoneyError(f"{argument}: {refused}") from None
        case Rational():
            # Whole numbers of numpy, also as the parts of a Fraction, would overflow in later sums.
            return Fraction(int(value.numerator), int(value.denominator))
        case Real():
            raise FloatRefusedError.of(argument, value)
        case _:
            raise MoneyError(
                f"{argument}: {shown(value)} is a {type(value).__name__}; allowed: text, an int, a Decimal or a Fraction"
            )


def decimal_text(value: Fraction) -> str:
    """Write a number in its canonical form: the shortest plain decimal, or ``n/d`` where no decimal ends.

    >>> decimal_text(Fraction(2, 5)), decimal_text(Fraction(-1, 3))
    ('0.4', '-1/3')
    """
    denominator, twos, fives = value.denominator, 0, 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    if denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[: len(digits) - places]}" + (f".{digits[len(digits) - places :]}" if places else "")


def fixed_text(number: int, places: int) -> str:
    """Write a whole number of last places with all its decimals.

    >>> fixed_text(9700, 2), fixed_text(-5, 2), fixed_text(7, 0)
    ('97.00', '-0.05', '7')
    """
    digits = str(abs(number)).rjust(places + 1, "0")
    whole, decimals = digits[: len(digits) - places], digits[len(digits) - places :]
    return ("-" if number < 0 else "") + whole + (f".{decimals}" if places else "")

import decimal
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from numbers import Rational

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.errors import FloatRefusedError, MoneyError
from jointpay.money.number import decimal_text, exact, fixed_text, parse_number, shown


@contextmanager
def _hostile_context() -> Iterator[None]:
    """What a caller may have done to the decimal module."""
    with decimal.localcontext() as context:
        context.prec = 2
        context.rounding = decimal.ROUND_UP
        context.Emax, context.Emin = 1, -1
        context.traps[decimal.Inexact] = True
        context.traps[decimal.Rounded] = True
        yield


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", Fraction(0)),
        ("-0", Fraction(0)),
        ("-0.00", Fraction(0)),
        ("0%", Fraction(0)),
        ("7", Fraction(7)),
        ("0.40", Fraction(2, 5)),
        ("40%", Fraction(2, 5)),
        ("-12.50", Fraction(-25, 2)),
        ("-12.5%", Fraction(-1, 8)),
        ("1/3", Fraction(1, 3)),
        ("-2/6", Fraction(-1, 3)),
        ("0/5", Fraction(0)),
        ("9" * 18 + "." + "9" * 12, Fraction(10**30 - 1, 10**12)),
        ("9" * 18 + "/" + "9" * 18, Fraction(1)),
    ],
)
def test_the_grammar_reads_exactly(text: str, value: Fraction) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r"^'' is not a number; it is empty; allowed: 0\.4, 40%, 1/3, -12\.50$"),
        ("  ", r"^'  ' is not a number; it is empty; "),
        ("١٢", "is not a number; its digits are not the plain 0-9; "),
        ("12\u00a0", r"is not a number; it holds U\+00A0; "),
        ("−5", r"is not a number; it holds U\+2212; "),
        ("−5 ", r"is not a number; it holds U\+2212; "),
        ("5\t", r"is not a number; it holds U\+0009; "),
        ("5\x7f", r"is not a number; it holds U\+007F; "),
        ("¥5€", r"is not a number; it holds U\+00A5, U\+20AC; "),
        ("¥¥abcdéèêëì", r"is not a number; it holds U\+00A5, U\+00E8, U\+00E9, U\+00EA, U\+00EB; "),
        ("1_000", "is not a number; underscores are not digits; "),
        ("1,000.50", "is not a number; write it without thousands separators and with a point; "),
        ("1e3", "is not a number; write it out without an exponent; "),
        ("1E3", "is not a number; write it out without an exponent; "),
        ("+5", "is not a number; leave out the plus sign; "),
        (" 5", "is not a number; it has spaces around it; "),
        ("5 ", "is not a number; it has spaces around it; "),
        ("(5)", r"is not a number; write a negative number as -12\.50; "),
        ("(5", r"is not a number; write a negative number as -12\.50; "),
        ("5-", r"is not a number; write a negative number as -12\.50; "),
        ("007", "is not a number; leave out the leading zeros, or quote it where text is meant; "),
        ("-007", "is not a number; leave out the leading zeros"),
        ("nan", r"^'nan' is not a number; allowed: 0\.4"),
        ("inf", r"^'inf' is not a number; allowed: 0\.4"),
        (".5", r"^'\.5' is not a number; allowed"),
        ("5.", r"^'5\.' is not a number; allowed"),
        ("1/0", "^'1/0' is not a number; allowed"),
        ("1/-3", "^'1/-3' is not a number; allowed"),
        ("1/3%", "^'1/3%' is not a number; allowed"),
        ("40%%", "^'40%%' is not a number; allowed"),
        ("--1/3", "^'--1/3' is not a number; allowed"),
        ("/3", "^'/3' is not a number; allowed"),
        ("01/3", "^'01/3' is not a number; leave out the leading zeros"),
        ("1/03", "^'1/03' is not a number; allowed"),
        ("1٢", "is not a number; its digits are not the plain 0-9; "),
        ("1.٢", "is not a number; its digits are not the plain 0-9; "),
        ("1٢/3", "is not a number; its digits are not the plain 0-9; "),
        ("1/3٢", "is not a number; its digits are not the plain 0-9; "),
        ("yes", "^'yes' is not a number; allowed"),
        ("0x5", "^'0x5' is not a number; allowed"),
        ("12 pieces", "^'12 pieces' is not a number; allowed"),
        ("--5", "^'--5' is not a number; allowed"),
        ("a" * 50, r"^'a{39}\.\.\. is not a number; allowed"),
        ("1" + "0" * 18, "has too many digits; allowed: at most 18 before the point and 12 after it$"),
        ("0." + "1" * 13, r"^'0\.1111111111111' has too many digits; allowed"),
        ("1" + "0" * 18 + "/3", "^'1000000000000000000/3' has too many digits; allowed"),
        ("3/1" + "0" * 18, "^'3/1000000000000000000' has too many digits; allowed"),
    ],
)
def test_everything_else_is_refused_with_a_hint(text: str, told: str) -> None:
    with pytest.raises(MoneyError, match=told):
        parse_number(text)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (3, Fraction(3)),
        (Fraction(1, 3), Fraction(1, 3)),
        (Fraction(np.int64(1), np.int64(3)), Fraction(1, 3)),  # type: ignore[call-overload] # numpy registers them
        (Decimal("0.1"), Fraction(1, 10)),
        (Decimal("-1.50"), Fraction(-3, 2)),
        (Decimal("-0"), Fraction(0)),
        (Decimal("0E+999999999"), Fraction(0)),
        (Decimal("1E+17"), Fraction(10**17)),
        (Decimal("9.9E+17"), Fraction(99 * 10**16)),
        (Decimal("1E-12"), Fraction(1, 10**12)),
        (Decimal("100." + "0" * 40), Fraction(100)),
        ("40%", Fraction(2, 5)),
        (np.int64(-7), Fraction(-7)),
        (np.uint8(255), Fraction(255)),
    ],
)
def test_exact_numbers_of_every_kind_are_taken(value: object, read: Fraction) -> None:
    found = exact(value, argument="x")
    assert (found, type(found)) == (read, Fraction)
    assert (type(found.numerator), type(found.denominator)) == (int, int)


class _ForeignRational:
    """A rational number of another library, as it registers itself."""

    numerator, denominator = np.int64(3), np.int64(4)


Rational.register(_ForeignRational)


def test_rational_numbers_of_other_libraries_are_taken() -> None:
    assert exact(_ForeignRational(), argument="x") == Fraction(3, 4)


@pytest.mark.parametrize("value", [0.1, 5.0, float("nan"), float("inf"), np.float64(1), np.float32(1)])
def test_m001_floats_are_refused_by_type(value: object) -> None:
    with pytest.raises(FloatRefusedError, match=r"^pay: .* is a float.*, and binary floats are refused") as caught:
        exact(value, argument="pay")
    assert isinstance(caught.value, TypeError)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Decimal("NaN"), r"^pay: Decimal\('NaN'\) is not finite; allowed: a finite number$"),
        (Decimal("sNaN"), r"^pay: Decimal\('sNaN'\) is not finite"),
        (Decimal("Infinity"), r"^pay: Decimal\('Infinity'\) is not finite"),
        (Decimal("-Infinity"), r"^pay: Decimal\('-Infinity'\) is not finite"),
        (
            Decimal("1E+18"),
            r"^pay: Decimal\('1E\+18'\) has too many digits; allowed: at most 18 before the point and 12",
        ),
        (Decimal("1E+999999999"), r"^pay: Decimal\('1E\+999999999'\) has too many digits"),
        (Decimal("1E-13"), r"^pay: Decimal\('1E-13'\) has too many digits"),
        (Decimal("1E-999999999"), r"^pay: Decimal\('1E-999999999'\) has too many digits"),
        (Decimal(0.1), r"^pay: Decimal\('0\.10000000000000000555111512312\.\.\. has too many digits"),  # noqa: RUF032 - the float made into a Decimal is the case
        (True, r"^pay: True is a boolean, not a number; allowed: 0\.4, 40%, 1/3$"),
        (None, "^pay: None is a NoneType; allowed: text, an int, a Decimal or a Fraction$"),
        (1j, "^pay: 1j is a complex; allowed"),
        ("1,5", "^pay: '1,5' is not a number; write it without thousands separators"),
    ],
)
def test_m011_what_is_not_an_exact_number_is_refused(value: object, told: str) -> None:
    with pytest.raises(MoneyError, match=told):
        exact(value, argument="pay")


def test_m012_the_callers_decimal_context_changes_nothing() -> None:
    value = Decimal("123456789.987654321")
    with _hostile_context():
        assert exact(value, argument="x") == Fraction(123456789987654321, 10**9)
        assert exact("123456789.987654321", argument="x") == Fraction(123456789987654321, 10**9)
        assert decimal_text(Fraction(123456789987654321, 10**9)) == "123456789.987654321"
        with pytest.raises(MoneyError, match="is not finite"):
            exact(Decimal("sNaN"), argument="x")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(5), "5"),
        (Fraction(-5, 2), "-2.5"),
        (Fraction(1, 8), "0.125"),
        (Fraction(1, 5), "0.2"),
        (Fraction(1, 40), "0.025"),
        (Fraction(3, 1000), "0.003"),
        (Fraction(100), "100"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-7, 6), "-7/6"),
        (Fraction(1, 30), "1/30"),
        # Beyond the whole numbers a float holds.
        (Fraction(7, 10**40), "0." + "0" * 39 + "7"),
        (Fraction(3**40 + 1, 3**40), "12157665459056928802/12157665459056928801"),
    ],
)
def test_the_canonical_text_of_a_number(value: Fraction, text: str) -> None:
    assert decimal_text(value) == text


@given(st.integers(min_value=-(10**18), max_value=10**18), st.integers(min_value=0, max_value=12))
def test_the_canonical_text_reads_back(number: int, places: int) -> None:
    value = Fraction(number, 10**places)
    if abs(value) < 10**18:
        assert parse_number(decimal_text(value)) == value


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        (0, 2, "0.00"),
        (9725, 2, "97.25"),
        (-5, 2, "-0.05"),
        (-125, 2, "-1.25"),
        (7, 0, "7"),
        (-7, 0, "-7"),
        (5, 1, "0.5"),
    ],
)
def test_the_fixed_text_has_all_its_decimals(number: int, places: int, text: str) -> None:
    assert fixed_text(number, places) == text


def test_values_in_messages_are_cut() -> None:
    assert shown("a" * 38) == repr("a" * 38)
    assert shown("a" * 39) == "'" + "a" * 39 + "..."
    assert shown(-(2**128) + 1) == "-340282366920938463463374607431768211455"
    assert shown(2**128) == "a whole number of 129 bits"

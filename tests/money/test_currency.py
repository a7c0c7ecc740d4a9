from decimal import Decimal
from fractions import Fraction

import iso4217
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.errors import FloatRefusedError, MoneyError, TooLargeError
from jointpay.money.currency import CURRENCIES, TABLE_DATE, format_minor, minor_digits, parse_amount

STANDARD = {currency.code: currency.exponent for currency in iso4217.Currency}
LARGEST = 2**63 - 1


def test_the_table_is_the_standard_one() -> None:
    assert {code: digits for code, digits in STANDARD.items() if digits is not None} == CURRENCIES
    assert iso4217.__published__.isoformat() == TABLE_DATE


@pytest.mark.parametrize("code", sorted(code for code, digits in STANDARD.items() if digits is None))
def test_codes_without_a_minor_unit_are_refused(code: str) -> None:
    with pytest.raises(MoneyError, match=f"^currency '{code}' has no minor unit in ISO 4217, so nothing can be paid"):
        minor_digits(code)


@pytest.mark.parametrize(("code", "digits"), [("CNY", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)])
def test_minor_digits(code: str, digits: int) -> None:
    assert minor_digits(code) == digits


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("RMB", "CNY"), ("rmb", "CNY"), ("人民币", "CNY"), ("元", "CNY"), ("CNH", "CNY"), ("cny", "CNY"), (" CNY ", "CNY"),
        ("YUAN", "CNY"), ("renminbi", "CNY"), ("yen", "JPY"), ("円", "JPY"), ("NTD", "TWD"), ("NT$", "TWD"), ("won", "KRW"),
        ("euro", "EUR"), ("€", "EUR"), ("dollar", "USD"), ("US$", "USD"), ("HK$", "HKD"), ("sterling", "GBP"), ("pound", "GBP"),
        ("UKP", "GBP"), ("£", "GBP"), ("franc", "CHF"), ("rupee", "INR"), ("RUR", "RUB"), ("BGN", "EUR"), ("HRK", "EUR"),
        ("DEM", "EUR"), ("FRF", "EUR"), ("ANG", "XCG"), ("SLL", "SLE"), ("ZWL", "ZWG"), ("VEF", "VES"),
        ("EURR", "EUR"), ("CNYY", "CNY"),
    ],
)  # fmt: skip
def test_the_code_that_was_meant_is_named(written: str, meant: str) -> None:
    with pytest.raises(MoneyError) as caught:
        minor_digits(written)
    assert str(caught.value) == (
        f"currency {written!r} is not an ISO 4217 code in use; did you mean {meant!r}?; "
        "allowed: three capital letters such as 'CNY', 'EUR' or 'USD'"
    )


def test_only_what_is_at_most_forty_characters_long_is_looked_up() -> None:
    with pytest.raises(MoneyError, match="did you mean 'CNY'"):
        minor_digits("CNY".ljust(40))


@pytest.mark.parametrize("written", ["$", "¥", "", "QQQ", 156, None, ["CNY"], "CNY" * 14, "CNY".ljust(41)])
def test_where_nothing_is_near_nothing_is_suggested(written: object) -> None:
    with pytest.raises(MoneyError, match=r"is not an ISO 4217 code in use; allowed: three capital letters"):
        minor_digits(written)  # type: ignore[arg-type]


def test_every_suggestion_is_a_currency_in_use() -> None:
    from jointpay.money import currency  # noqa: PLC0415 - only this test looks inside

    assert set(currency._MEANT.values()) <= set(CURRENCIES)
    assert not set(currency._MEANT) & set(CURRENCIES)


@pytest.mark.parametrize(
    ("value", "code", "minor"),
    [
        ("1234.5", "CNY", 123450),
        ("1234.50", "CNY", 123450),
        ("-0.01", "CNY", -1),
        ("-0", "CNY", 0),
        (Decimal("-0.00"), "CNY", 0),
        ("7", "JPY", 7),
        (7, "KWD", 7000),
        (Fraction(1, 4), "USD", 25),
        (Decimal("12.30"), "USD", 1230),
        (np.int64(3), "EUR", 300),
        ("92233720368547758.07", "CNY", LARGEST),
        ("-92233720368547758.07", "CNY", -LARGEST),
    ],
)
def test_amounts_are_read_exactly(value: object, code: str, minor: int) -> None:
    found = parse_amount(value, code, argument="base")
    assert (found, type(found)) == (minor, int)


@pytest.mark.parametrize(
    ("value", "code", "told"),
    [
        (
            "12.345",
            "CNY",
            r"^base: '12\.345' has more decimals than CNY; allowed: at most 2 \(0\.00 CNY\); next: round it ",
        ),
        ("0.5", "JPY", r"^base: '0\.5' has more decimals than JPY; allowed: at most 0 \(0 JPY\); "),
        (Fraction(1, 3), "CNY", r"^base: Fraction\(1, 3\) has more decimals than CNY; "),
        ("40%", "CNY", "^base: '40%' is not an amount of CNY; allowed: a plain decimal such as 1234.50$"),
        ("1/2", "CNY", "^base: '1/2' is not an amount of CNY; allowed: a plain decimal"),
        ("", "CNY", "^base: '' is not a number; it is empty; "),
        ("12.50 CNY", "CNY", "^base: '12.50 CNY' is not a number"),
        (True, "CNY", "^base: True is a boolean"),
        (Decimal("NaN"), "CNY", r"^base: Decimal\('NaN'\) is not finite"),
        (Decimal("1E27"), "CNY", r"^base: Decimal\('1E\+27'\) has too many digits"),
        ("5", "RMB", "^currency 'RMB' is not an ISO 4217 code in use; did you mean 'CNY'"),
    ],
)
def test_m002_amounts_that_the_currency_cannot_hold_are_refused(value: object, code: str, told: str) -> None:
    with pytest.raises(MoneyError, match=told):
        parse_amount(value, code, argument="base")


def test_m001_floats_are_refused() -> None:
    with pytest.raises(FloatRefusedError, match=r"^base: 12\.5 is a float"):
        parse_amount(12.5, "CNY", argument="base")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (
            "92233720368547758.08",
            r"^base: '92233720368547758\.08' CNY is too large; allowed: at most 92233720368547758\.07",
        ),
        ("-92233720368547758.08", r"^base: '-92233720368547758\.08' CNY is too large"),
        (
            10**27,
            "^base: 1000000000000000000000000000 CNY is too large; allowed: at most 92233720368547758.07 CNY in size$",
        ),
        pytest.param(10**5000, "^base: a whole number of 16610 bits CNY is too large", id="enormous"),
    ],
)
def test_m013_amounts_beyond_64_bits_are_refused(value: object, told: str) -> None:
    with pytest.raises(TooLargeError, match=told):
        parse_amount(value, "CNY", argument="base")


@pytest.mark.parametrize(
    ("minor", "code", "text"),
    [(123450, "CNY", "1234.50 CNY"), (-7, "JPY", "-7 JPY"), (-7, "KWD", "-0.007 KWD"), (0, "CLF", "0.0000 CLF")],
)
def test_amounts_are_written_with_every_digit(minor: int, code: str, text: str) -> None:
    assert format_minor(minor, code) == text


# Text holds 18 digits before the point, which 64 bits exceed in a currency without decimals.
@given(st.integers(min_value=-(10**18) + 1, max_value=10**18 - 1), st.sampled_from(sorted(CURRENCIES)))
def test_what_is_written_reads_back(minor: int, code: str) -> None:
    text = format_minor(minor, code).removesuffix(f" {code}")
    assert parse_amount(text, code, argument="base") == minor

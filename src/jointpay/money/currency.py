"""Currencies: the ISO 4217 table, and amounts read into whole minor units."""

import re
from difflib import get_close_matches
from typing import Final

from jointpay.errors import MoneyError, TooLargeError
from jointpay.money.number import exact, fixed_text, shown

__all__ = ["CURRENCIES", "TABLE_DATE", "format_minor", "minor_digits", "parse_amount"]

TABLE_DATE: Final = "2026-01-01"
"""Date of the ISO 4217 list this table was taken from."""

_CODES_BY_DIGITS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
        "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
        "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
        "MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
        "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG "
        "YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
CURRENCIES: Final = {code: digits for digits, codes in _CODES_BY_DIGITS.items() for code in codes.split()}
"""Digits of the minor unit by code: every ISO 4217 code in use that has a minor unit."""

_NO_MINOR_UNIT: Final = frozenset(
    ["XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"]
)

_MEANT: Final = {
    "RMB": "CNY", "CNH": "CNY", "YUAN": "CNY", "RENMINBI": "CNY", "人民币": "CNY", "元": "CNY",
    "YEN": "JPY", "円": "JPY", "NTD": "TWD", "NT$": "TWD", "WON": "KRW",
    "EURO": "EUR", "€": "EUR", "DOLLAR": "USD", "US$": "USD", "HK$": "HKD",
    "STERLING": "GBP", "POUND": "GBP", "UKP": "GBP", "£": "GBP", "FRANC": "CHF", "RUPEE": "INR", "RUR": "RUB",
    "BGN": "EUR", "HRK": "EUR", "DEM": "EUR", "FRF": "EUR", "ANG": "XCG", "SLL": "SLE", "ZWL": "ZWG", "VEF": "VES",
}  # fmt: skip
"""What people write, or used to write, and the code that is meant today. A bare $ or ¥ is not in it: it is ambiguous."""

MAX_AMOUNT_MINOR: Final = 2**63 - 1
_PLAIN: Final = re.compile(r"[^%/]*")
_LONGEST_WRITTEN: Final = 40


def minor_digits(currency: str) -> int:
    """Give the digits of a currency's minor unit: 2 for CNY, 0 for JPY, 3 for KWD.

    Raises `MoneyError` for a code that is not in ISO 4217 or has no minor unit, with the nearest code there is.

    >>> minor_digits("CNY"), minor_digits("JPY")
    (2, 0)
    """
    digits = CURRENCIES.get(currency) if isinstance(currency, str) else None
    if digits is not None:
        return digits
    if isinstance(currency, str) and currency in _NO_MINOR_UNIT:
        raise MoneyError(
            f"currency {currency!r} has no minor unit in ISO 4217, so nothing can be paid to the cent in it; "
            f"allowed: a currency that is paid in, such as 'CNY'"
        )
    nearest = _nearest(currency)
    raise MoneyError(
        f"currency {shown(currency)} is not an ISO 4217 code in use"
        + (f"; did you mean {nearest!r}?" if nearest else "")
        + "; allowed: three capital letters such as 'CNY', 'EUR' or 'USD'"
    )


def _nearest(currency: object) -> str | None:
    """Give the code most likely meant, if any is."""
    if not isinstance(currency, str) or len(currency) > _LONGEST_WRITTEN:
        return None
    written = currency.strip().upper()
    if written in CURRENCIES:
        return written
    if written in _MEANT:
        return _MEANT[written]
    return next(iter(get_close_matches(written, CURRENCIES)), None)


def parse_amount(value: object, currency: str, *, argument: str) -> int:
    """Read an amount written in the currency's own unit as a whole number of minor units.

    Formula: value * 10**digits, exactly: ``"1234.5"`` CNY is 123450, ``"7"`` JPY is 7. Nothing is rounded.
    Text is a plain decimal; an int, a Decimal or a Fraction counts whole units, too. A negative zero is 0.

    Raises `FloatRefusedError` for a binary float, `TooLargeError` beyond 64 bits of minor units, and `MoneyError` for
    more decimals than the currency has, a percentage, a fraction such as ``"1/3"``, anything not finite, and an
    unknown currency. The message names `argument`, the value and the currency.

    >>> parse_amount("1234.5", "CNY", argument="base")
    123450
    """
    digits = minor_digits(currency)
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        raise MoneyError(
            f"{argument}: {shown(value)} is not an amount of {currency}; allowed: a plain decimal such as 1234.50"
        )
    minor = exact(value, argument=argument) * 10**digits
    if minor.denominator != 1:
        raise MoneyError(
            f"{argument}: {shown(value)} has more decimals than {currency}; allowed: at most {digits} "
            f"({format_minor(0, currency)}); next: round it yourself, because jointpay does not round amounts it is given"
        )
    if abs(minor.numerator) > MAX_AMOUNT_MINOR:
        raise TooLargeError(
            f"{argument}: {shown(value)} {currency} is too large; "
            f"allowed: at most {format_minor(MAX_AMOUNT_MINOR, currency)} in size"
        )
    return int(minor)


def format_minor(amount_minor: int, currency: str) -> str:
    """Write an amount with all the digits of its currency and its code.

    No grouping and a decimal point, whatever the machine's locale, so that it reads back.

    >>> format_minor(123450, "CNY"), format_minor(-7, "JPY"), format_minor(-7, "KWD")
    ('1234.50 CNY', '-7 JPY', '-0.007 KWD')
    """
    return f"{fixed_text(amount_minor, minor_digits(currency))} {currency}"

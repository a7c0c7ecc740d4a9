"""A language of reports: its sentences, and how it writes numbers, money and days.

Numbers come here after they were rounded, as whole numbers of their last place, and no digit of them changes: what is
printed is what is paid. The locale data are Babel's (extra `report`); the machine's locale is never read.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from functools import cache
from types import ModuleType
from typing import Any

from jointpay.money.currency import minor_digits
from jointpay.report.catalogue import LANGUAGES, catalogue
from jointpay.report.extras import extra_library

__all__ = ["Language", "language"]

_EPOCH = date(1970, 1, 1)
_LOCALES = {"en": "en", "zh-CN": "zh_Hans_CN"}
_DIGITS = Context(prec=60, traps=[])
"""Enough for every whole number a result holds; the caller's decimal context has no say in what is printed."""


@dataclass(frozen=True, slots=True)
class Language:
    """Writes the texts and numbers of one language; made by `language`."""

    tag: str
    """One of `LANGUAGES`, as HTML's `lang` wants it."""
    locale: Any
    """Babel's locale."""

    def text(self, key: str, /, **values: object) -> str:
        """Give the sentence of a key, such as ``"terms.score"``, with values put in.

        Raises `KeyError` for a key or a value that is missing: both are faults of jointpay, which its tests find.
        """
        return catalogue(self.tag)[key].format_map(values)

    def number(self, whole: int, places: int = 0, *, signed: bool = False) -> str:
        """Write a whole number of last places with all its places: 123450 at 2 places is ``1,234.50``."""
        return self._applied(self.locale.decimal_formats[None].pattern, whole, places, signed=signed)

    def percent(self, whole: int, places: int = 0, *, signed: bool = False) -> str:
        """Write per cent in last places: 1234 at 2 places is ``12.34%``."""
        return self._applied(self.locale.percent_formats[None].pattern, whole, places, signed=signed)

    def money(self, amount_minor: int, currency: str, *, signed: bool = False) -> str:
        """Write an amount with all the digits of its currency, and its sign or code."""
        pattern = self.locale.currency_formats["standard"].pattern
        numbers = extra_library("babel.numbers", purpose="writing numbers")
        if numbers.get_currency_symbol(currency, locale=self.locale)[-1].isalpha():
            pattern = pattern.replace("¤", "¤\N{NO-BREAK SPACE}")
        return self._applied(pattern, amount_minor, minor_digits(currency), signed=signed, currency=currency)

    def exact(self, value: Fraction) -> str:
        """Write an exact number: a decimal where it ends within six places, and else a mixed fraction (``12 1/3``)."""
        if 10**6 % value.denominator == 0:
            places = next(places for places in range(7) if 10**places % value.denominator == 0)
            return self.number(int(value * 10**places), places)
        whole, rest = divmod(abs(value), 1)
        sign = self.locale.number_symbols["latn"]["minusSign"] if value < 0 else ""
        return sign + (f"{self.number(int(whole))} {rest}" if whole else str(rest))

    def day(self, day: int, *, length: str = "medium") -> str:
        """Write a day number since 1970-01-01; `length` is Babel's: short, medium, long or full."""
        written: str = self._dates().format_date(_EPOCH + timedelta(days=day), format=length, locale=self.locale)
        return written

    def days(self, start: int, end: int) -> str:
        """Write a half-open range of days with its first and its last day."""
        return self.text("terms.from_to", first=self.day(start), last=self.day(end - 1))

    def _applied(self, pattern: str, whole: int, places: int, *, signed: bool, currency: str | None = None) -> str:
        """Write by the locale's own pattern, with as many decimals as there are."""
        fixed = _pattern(pattern, places)
        with localcontext(_DIGITS):
            written: str = fixed.apply(
                Decimal(whole).scaleb(-places - fixed.scale),
                self.locale,
                currency=currency,
                currency_digits=False,
                decimal_quantization=True,
            )
        plus = self.locale.number_symbols["latn"]["plusSign"] if signed and whole > 0 else ""
        return plus + written

    @staticmethod
    def _dates() -> ModuleType:
        return extra_library("babel.dates", purpose="writing days")


@cache
def _pattern(pattern: str, places: int) -> Any:  # noqa: ANN401 - Babel's pattern
    """Parse a pattern of a locale once, and give it as many decimals as there are."""
    fixed = extra_library("babel.numbers", purpose="writing numbers").parse_pattern(pattern)
    fixed.frac_prec = (places, places)
    return fixed


def language(tag: str) -> Language:
    """Give a language by its tag: ``"en"`` or ``"zh-CN"``.

    Raises `ValueError` for another one, `MissingExtraError` without the extra `report`.

    >>> language("zh-CN").money(123450, "CNY"), language("en").percent(-250, 2)
    ('¥1,234.50', '-2.50%')
    """
    if tag not in LANGUAGES:
        raise ValueError(f"language {tag!r}; allowed: {', '.join(LANGUAGES)}")
    babel = extra_library("babel", purpose="a report")
    return Language(tag, babel.Locale.parse(_LOCALES[tag]))

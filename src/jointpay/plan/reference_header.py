"""Checks of the header: currency, time zone, and an effective range that cuts no period in two."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from zoneinfo import available_timezones

from jointpay.errors import MoneyError
from jointpay.money.currency import minor_digits
from jointpay.plan.outline import Outline, Spot
from jointpay.plan.structure import nearest
from jointpay.plan.tree import Problem, shown

__all__ = ["header_problems"]

_NOT_A_PLACE = {"Factory", "localtime", "posixrules"}
"""Names in the zone data that mean the machine's own zone, or none."""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - _NOT_A_PLACE)


def _currency(plan: Spot) -> Iterator[Problem]:
    currency = plan.at("currency")
    if currency.text is not None:
        try:
            minor_digits(currency.text)
        except MoneyError as refused:
            yield currency.problem("currency", str(refused))


def _time_zone(plan: Spot) -> Iterator[Problem]:
    zone = plan.at("time_zone")
    if zone.text is None or zone.text in _zones():
        return
    if not _zones():
        yield zone.problem("time_zone", "there is no time zone data here; next: pip install tzdata")
        return
    guess = nearest(zone.text, sorted(_zones()))
    told = f"{shown(zone.text)} is no time zone{guess}; allowed: an IANA name such as Asia/Shanghai"
    yield zone.problem("time_zone", told)


def _cuts(plan: Spot) -> set[date]:
    ranges = list(plan.at("period", "ranges").each())
    return {day for spot in ranges for day in (spot.at("from").day, spot.at("to").day) if day is not None}


def _effective(plan: Spot) -> Iterator[Problem]:
    kind = plan.at("period").kind
    for end in ("from", "to"):
        spot = plan.at("effective", end)
        day = spot.day
        match kind:
            case _ if day is None:
                continue
            case "month":
                fits, allowed = day.day == 1, "the first day of a month"
            case "quarter":
                fits, allowed = day.day == 1 and day.month % 3 == 1, "the first day of a quarter"
            case "iso_week":
                fits, allowed = day.isoweekday() == 1, "a Monday"
            case "table":
                fits, allowed = day in _cuts(plan), "a day on which a period of the table begins or ends"
            case _:
                continue
        if not fits:
            yield spot.problem("effective_cut", f"{day} would cut a period in two; allowed: {allowed}")


def header_problems(outline: Outline) -> Iterator[Problem]:
    """Check the header."""
    yield from _currency(outline.plan)
    yield from _time_zone(outline.plan)
    yield from _effective(outline.plan)

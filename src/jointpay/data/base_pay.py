"""Pay bases: what an adjustment is a part of, per person and period."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from jointpay.data.cell_values import CELL, Refusal, read_quantity
from jointpay.data.cells import Cells, Labels
from jointpay.data.digest import ContentDigest
from jointpay.data.problems import shown
from jointpay.data.table import read_table, source_of
from jointpay.data.table_problems import HEADER_ROWS, TableProblems
from jointpay.findings import Finding
from jointpay.money.currency import parse_amount
from jointpay.money.number import shown as shown_number
from jointpay.plan.calendar import periods
from jointpay.plan.plan import Plan

__all__ = ["BasePay", "read_base_pay"]

_DIGEST_KIND = "jointpay base pay 1"


@dataclass(frozen=True, slots=True)
class BasePay:
    """Amounts in minor units by (person, period, pay base)."""

    currency: str
    amounts: Mapping[tuple[str, str, str], int]
    digest: str
    notes: tuple[Finding, ...] = ()
    """What is worth knowing about the table."""


def read_base_pay(table: object, plan: Plan, *, source: str | None = None, show_amounts: bool = False) -> BasePay:
    """Read the amounts that adjustments are parts of: `person`, `period`, `base`, `amount` and perhaps `currency`.

    An amount is in the plan's currency, above 0 and exact: text such as 12000.50, an int or a Decimal. `base` is a pay
    base that a rule of the plan names, `period` a period of the plan. Messages show no digit of an amount, because
    they end up in logs, unless `show_amounts` is given.

    Raises `DataError` with every problem of the table: floats, more decimals than the currency has, empty, zero or
    negative amounts, another currency, the same base twice, unknown periods and bases.
    """
    write = shown if show_amounts else _shown_without_digits
    problems = TableProblems(source_of(table, source, "base pay"), write=write)
    read = read_table(
        table,
        problems,
        needed={"person": "", "period": "", "base": "", "amount": ""},
        optional=("currency",),
    )
    cells = Cells(read, problems)
    cells.note_others()
    persons = cells.persons()
    spans = cells.known(
        "period", [span.id for span in periods(plan)], what="a period of the plan", code="period_unknown"
    )
    rules = [rule for role in plan.roles.values() for rule in role.pay]
    bases = cells.known(
        "base",
        list(dict.fromkeys(rule.base for rule in rules)),
        what="a pay base that a rule of the plan names",
        code="base_unknown",
    )
    if "currency" in read.columns:
        cells.labels("currency", lambda cell: _read_currency(cell, plan.currency), needs=f"{plan.currency}")
    amounts = cells.read(
        "amount",
        lambda cell: _read_amount(cell, plan.currency, show_amounts=show_amounts),
        needs=f"an amount in {plan.currency}",
        write=write,
    )
    keyed = _keyed(cells, persons, spans, bases)
    problems.stop()
    codes = read.columns["amount"].codes
    minor = {key: amount for key, place in keyed.items() if (amount := amounts[codes[place]]) is not None}
    return BasePay(
        currency=plan.currency,
        amounts=MappingProxyType(minor),
        digest=_digest(plan.currency, minor),
        notes=tuple(problems.notes),
    )


def _read_currency(cell: object, currency: str) -> str | Refusal:
    if isinstance(cell, str) and cell == currency:
        return currency
    return Refusal(
        "currency", f"{shown(cell)} is not the plan's currency; allowed: {currency}; nothing is converted or added up"
    )


def _read_amount(cell: object, currency: str, *, show_amounts: bool) -> int | Refusal:
    minor = read_quantity(cell, lambda given: parse_amount(given, currency, argument=CELL))
    if isinstance(minor, Refusal):
        told = shown_number(cell)
        return minor if show_amounts else Refusal(minor.code, minor.message.replace(told, _hidden(told)))
    if minor <= 0:
        told = "negative" if minor < 0 else "zero"
        return Refusal("amount_not_positive", f"the amount is {told}; allowed: more than 0")
    return minor


def _shown_without_digits(cell: object) -> str:
    return _hidden(shown(cell))


def _hidden(told: str) -> str:
    """Hide the digits of an amount, in whatever script, and leave what makes it no amount to be seen."""
    return re.sub(r"\d", "#", told)


def _keyed(cells: Cells, persons: Labels, spans: Labels, bases: Labels) -> dict[tuple[str, str, str], int]:
    """Give the place of each (person, period, base); refuse the rows that repeat one."""
    keyed: dict[tuple[str, str, str], int] = {}
    again: dict[int, int] = {}
    for place in np.flatnonzero(cells.usable).tolist():
        first = keyed.setdefault((persons.at(place), spans.at(place), bases.at(place)), place)
        if first != place:
            again[place] = first
    cells.refuse(
        "base_repeated",
        np.array(list(again), np.intp),
        lambda place: (
            f"base {shown(bases.at(place))} of period {shown(spans.at(place))} stands on row "
            f"{again[place] + HEADER_ROWS} already; allowed: one amount per person, period and base"
        ),
    )
    return keyed


def _digest(currency: str, minor: Mapping[tuple[str, str, str], int]) -> str:
    digest = ContentDigest(_DIGEST_KIND)
    digest.texts([currency])
    keys = sorted(minor)
    for column in range(3):
        digest.texts(key[column] for key in keys)
    digest.numbers([minor[key] for key in keys])
    return digest.hexdigest()

"""Pay bases: what an adjustment is a part of, per person and period."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointpay.data.amounts import Amounts
from jointpay.data.cell_values import CELL, Refusal, read_quantity
from jointpay.data.cells import Cells, Labels
from jointpay.data.digest import ContentDigest
from jointpay.data.frozen import frozen
from jointpay.data.ordering import sorting
from jointpay.data.problems import shown
from jointpay.data.table import read_table, source_of
from jointpay.data.table_problems import HEADER_ROWS, TableProblems
from jointpay.findings import Finding
from jointpay.money.currency import minor_digits, parse_amount
from jointpay.money.number import shown as shown_number
from jointpay.plan.calendar import periods
from jointpay.plan.plan import Plan

__all__ = ["BasePay", "read_base_pay"]

_DIGEST_KIND = "jointpay base pay 1"
_SURELY_FITS = 10**12
"""Whole amounts up to this size are below 2**63 minor units in every currency; larger ones are judged one by one."""


@dataclass(frozen=True, slots=True)
class BasePay:
    """Amounts in minor units by (person, period, pay base)."""

    currency: str
    amounts: Mapping[tuple[str, str, str], int]
    digest: str
    notes: tuple[Finding, ...] = ()
    """What is worth knowing about the table."""

    def __repr__(self) -> str:
        from jointpay.data import display  # noqa: PLC0415 - what shows this record imports it

        return display.base_pay_line(self)


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
    amounts = _read_amounts(cells, plan.currency, show_amounts=show_amounts, write=write)
    places = _each_once(cells, persons, spans, bases)
    problems.stop()
    found = Amounts(
        persons.ids,
        spans.ids,
        bases.ids,
        frozen(persons.codes[places]),
        frozen(spans.codes[places]),
        frozen(bases.codes[places]),
        frozen(amounts[places]),
    )
    return BasePay(
        currency=plan.currency,
        amounts=found,
        digest=_digest(plan.currency, found),
        notes=tuple(problems.notes),
    )


def _read_amounts(
    cells: Cells, currency: str, *, show_amounts: bool, write: Callable[[object], str]
) -> NDArray[np.int64]:
    """Read the amounts of all rows in minor units, 0 where one was refused."""
    column = cells.table.columns["amount"]
    whole = column.numbers
    if whole is not None and whole.min() > 0 and whole.max() <= _SURELY_FITS:
        return whole * np.int64(10 ** minor_digits(currency))
    values = cells.read(
        "amount",
        lambda cell: _read_amount(cell, currency, show_amounts=show_amounts),
        needs=f"an amount in {currency}",
        write=write,
    )
    return np.array([value or 0 for value in values] + [0], np.int64)[column.codes]


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


def _each_once(cells: Cells, persons: Labels, spans: Labels, bases: Labels) -> NDArray[np.intp]:
    """Give the places of rows in order of (person, period, base); refuse the rows that repeat one."""
    columns = [labels.codes for labels in (persons, spans, bases)]
    usable = np.flatnonzero(cells.usable)
    order = usable[sorting([codes[usable] for codes in columns])]
    same = np.ones(max(order.size - 1, 0), np.bool_)
    for codes in columns:
        same &= codes[order[1:]] == codes[order[:-1]]
    again = np.flatnonzero(same) + 1
    # The first row of each combination comes before the rows that repeat it.
    first = np.flatnonzero(~np.concatenate([np.zeros(1, np.bool_), same]))
    before = dict(zip(order[again].tolist(), order[first[np.searchsorted(first, again) - 1]].tolist(), strict=True))
    cells.refuse(
        "base_repeated",
        np.array(sorted(before), np.intp),
        lambda place: (
            f"base {shown(bases.at(place))} of period {shown(spans.at(place))} stands on row "
            f"{before[place] + HEADER_ROWS} already; allowed: one amount per person, period and base"
        ),
    )
    return order


def _digest(currency: str, amounts: Amounts) -> str:
    digest = ContentDigest(_DIGEST_KIND)
    digest.texts([currency])
    for ids, codes in (
        (amounts.person_ids, amounts.persons),
        (amounts.period_ids, amounts.periods),
        (amounts.base_ids, amounts.bases),
    ):
        digest.coded_texts(ids, codes)
    digest.numbers(amounts.minor)
    return digest.hexdigest()

"""The first sheet: a line for every payee row and pay rule, each number taken from the role's sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from jointpay.money.currency import minor_digits
from jointpay.report.workbook.book import Book, Points, safe_text
from jointpay.report.workbook.pay import Paid
from jointpay.report.workbook.role_sheet import FIRST_DAY_1970
from jointpay.report.workbook.table import Cell, RoleTable
from jointpay.report.workbook.whole import SHOWN, cell_of

__all__ = ["OVERVIEW_ROW", "OverviewLine", "overview_lines", "overview_sum"]

OVERVIEW_ROW = 6
"""Row of the first line, counted from 1."""


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """One payee row under one pay rule, or under none."""

    labels: tuple[str, str, str, str, str]
    """Period, payee, name, role, pay rule."""
    days: tuple[int, int]
    score: Cell
    score_formula: str
    adjustment: Cell
    adjustment_formula: str | None
    amount: Cell
    amount_formula: str | None
    amount_minor: int


def overview_lines(
    book: Book, tables: Sequence[RoleTable], scores: dict[str, Points], paid: dict[str, list[Paid]]
) -> list[OverviewLine]:
    """List the lines by period, payee, first day of the row, and pay rule."""
    found = []
    for table in tables:
        payees = table.role.payees
        rules: Sequence[Paid | None] = paid[table.role.role] or [None]
        for place, row in enumerate(table.rows):
            key = (int(payees.periods[row]), int(payees.persons[row]), int(payees.starts[row]))
            for number, rule in enumerate(rules):
                found.append((*key, number, _line(book, table, place, scores[table.role.role], rule)))
    return [line for *_, line in sorted(found, key=lambda entry: entry[:4])]


def _line(book: Book, table: RoleTable, place: int, score: Points, rule: Paid | None) -> OverviewLine:
    card, payees, row = book.settlement.scorecard, table.role.payees, table.rows[place]
    person = int(payees.persons[row])
    unit, minor = 100 * 10**book.plan.places.adjustment, 10 ** minor_digits(book.plan.currency)
    whole = score.wholes[place]
    return OverviewLine(
        labels=(
            safe_text(card.periods[payees.periods[row]].id),
            safe_text(card.person_ids[person]),
            safe_text(card.names[person]),
            safe_text(table.role_title),
            "" if rule is None else safe_text(rule.rule_id),
        ),
        days=(int(payees.starts[row]) + FIRST_DAY_1970, int(payees.ends[row]) - 1 + FIRST_DAY_1970),
        score="" if whole is None else cell_of(whole, book.points_scale),
        score_formula=table.outside(score.reference, row),
        adjustment="" if rule is None else cell_of(rule.adjustments[place], unit),
        adjustment_formula=None if rule is None else table.outside(rule.adjustment, row),
        amount="" if rule is None else cell_of(rule.amounts[place], minor),
        amount_formula=None if rule is None else table.outside(rule.amount, row),
        amount_minor=0 if rule is None else rule.amounts[place],
    )


def overview_sum(book: Book, lines: Sequence[OverviewLine]) -> tuple[Cell, str | None]:
    """Give the sum of all amounts and its formula; none where a number is too long for a cell."""
    minor = 10 ** minor_digits(book.plan.currency)
    total = sum(line.amount_minor for line in lines)
    if any(abs(line.amount_minor) >= SHOWN for line in lines) or abs(total) >= SHOWN:
        return cell_of(total, minor), None
    column = f"J{OVERVIEW_ROW}:J{OVERVIEW_ROW + len(lines) - 1}"
    return cell_of(total, minor), f"ROUND(SUM({column})*{minor},0)/{minor}" if minor > 1 else f"SUM({column})"

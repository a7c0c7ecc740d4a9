"""Columns of a pay rule: pay base, adjustment, its limits one by one, amount, its limits one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from jointpay.money.currency import minor_digits
from jointpay.money.rounding import published
from jointpay.plan.payout import AmountCap, AmountFloor, Cap, Guard, Limit, PayRule, ReadsScore
from jointpay.report.workbook.book import Book, Points, safe_text
from jointpay.report.workbook.measures import on_curve
from jointpay.report.workbook.plan_sheet import PlanCell
from jointpay.report.workbook.table import RoleTable, decimals, percents
from jointpay.report.workbook.whole import SHOWN, cell_of, constant, fits, published_formula, quotient, read, times
from jointpay.results.limits import adjustment_limits, amount_limits
from jointpay.results.settlement import RuleLines

__all__ = ["Paid", "add_rule"]


@dataclass(frozen=True, slots=True)
class Paid:
    """Where the result of a pay rule stands."""

    rule_id: str
    adjustment: str
    amount: str
    adjustments: tuple[int, ...]
    amounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Steps:
    """Columns of which each limits the one before."""

    table: RoleTable
    book: Book
    path: tuple[str, ...]
    scale: int
    look: str
    points: str
    nothing: str
    """What stands where there are no points to pay by."""

    def add(self, name: str, first: str, steps: Sequence[Sequence[int]], limits: Sequence[Limit]) -> str:
        """Add a column for each limit; give the reference of the last."""
        reference = first
        for place, (limit, before, after) in enumerate(zip(limits, steps, steps[1:], strict=False), start=1):
            bound = self._bound(limit)
            taken = "MIN" if isinstance(limit, Cap | AmountCap) else "MAX"
            cells = [cell_of(whole, self.scale) for whole in after]
            reference = self.table.add(
                (*self.path, name, str(place)),
                safe_text(self.book.say(f"workbook.limit_part_{limit.kind}")),
                cells,
                kind="figure",
                look=self.look,
                formula=f'IF({self.points}="",{self.nothing},{taken}({reference},{bound}))',
                stands=[abs(whole) >= SHOWN for whole in before],
            )
        return reference

    def _bound(self, limit: Limit) -> str:
        """Put a limit on the sheet of the plan and give its reference."""
        plan = self.book.plan
        if isinstance(limit, AmountCap | AmountFloor):
            whole = published(limit.amount * self.scale, places=0, rounding=plan.rounding)
        else:
            whole = published(limit.at * self.scale, places=0, rounding=plan.rounding)
        label = " · ".join((self.table.role_title, self.path[1], self.book.say(f"workbook.bound_part_{limit.kind}")))
        sheet = self.book.plan_sheet
        row = sheet.put(PlanCell(label), PlanCell(cell_of(whole, self.scale), self.look, "input"))
        sign = "-" if isinstance(limit, Guard) else ""
        return sign + sheet.reference(row, 1)


def add_rule(table: RoleTable, book: Book, rule: PayRule, line: RuleLines, score: Points) -> Paid:
    """Add the columns of a pay rule; where there are no points to pay by, every step is nothing."""
    plan, rows = book.plan, table.rows
    digits, unit = minor_digits(plan.currency), 100 * 10**plan.places.adjustment
    path = ("pay", rule.id)
    bases = [int(line.base_minor[row]) for row in rows]
    money = decimals(digits)
    base = table.add(
        (*path, "base"),
        safe_text(book.say("workbook.base", base=rule.base)),
        [cell_of(whole, 10**digits) for whole in bases],
        kind="input",
        look=money,
        parts=10**digits,
    )
    points = score if isinstance(rule.reads, ReadsScore) else book.components[table.role.role, rule.reads.component]
    read_wholes = [None if int(line.states[row]) else int(line.points[row]) for row in rows]
    percent = percents(plan.places.adjustment)
    curve = book.plan_sheet.curve(
        rule.curve,
        scale_in=book.points_scale,
        scale_out=unit,
        caption=f"{table.role_title} · {rule.id}",
        looks=(decimals(plan.places.points), "0.00####%"),
    )
    nothing = "0" if plan.roles[table.role.role].missing == "no_adjustment" else "NA()"
    steps = [[int(step[row]) for row in rows] for step in line.adjustments]
    adjustment = on_curve(
        table,
        book,
        curve,
        points.reference,
        read_wholes,
        steps[0],
        path=path,
        scale_out=unit,
        fill=nothing,
        name="adjustment",
        look=percent,
    )
    of_adjustment = _Steps(table, book, path, unit, percent, points.reference, nothing)
    adjustment = of_adjustment.add("adjustment", adjustment, steps, adjustment_limits(rule))
    sums = [[int(step[row]) for row in rows] for step in line.amounts]
    most = max(curve.lines.most, *(abs(int(limit.at * unit)) for limit in adjustment_limits(rule)), 0)
    whole = times(read(base, 10**digits, None), read(adjustment, unit, most))
    amount = table.add(
        (*path, "amount"),
        book.say("terms.amount"),
        [cell_of(total, 10**digits) for total in sums[0]],
        kind="figure",
        look=money,
        formula=published_formula(quotient(whole, constant(unit), half_even=book.half_even), 10**digits),
        stands=[not fits(own, own * given) for own, given in zip(bases, steps[-1], strict=True)],
    )
    of_amount = _Steps(table, book, path, 10**digits, money, points.reference, nothing)
    amount = of_amount.add("amount", amount, sums, amount_limits(rule))
    return Paid(rule.id, adjustment, amount, tuple(steps[-1]), tuple(sums[-1]))

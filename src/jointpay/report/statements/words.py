"""Phrases of a statement: where a target came from, what a missing value counts as, whose items, which limit."""

from fractions import Fraction
from typing import assert_never

from jointpay.money.currency import minor_digits
from jointpay.plan.measures import Missing, MissingLeaveOut
from jointpay.plan.metrics import TotalMetric
from jointpay.plan.payout import AmountCap, AmountFloor, Cap, Floor, Guard, Limit
from jointpay.plan.pieces import Piece
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import AllScope, GroupScope, OwnScope, Scope
from jointpay.plan.targets import BenchmarkTarget, FixedTarget, GroupTarget, GrowthTarget, TableTarget
from jointpay.report.language import Language
from jointpay.report.statements.record import MeasureStatement, RowStatement, Statement
from jointpay.results.explain_text import visible

__all__ = ["Words"]


class Words:
    """Writes the phrases of the statements of one plan in one language."""

    def __init__(self, plan: Plan, language: Language) -> None:
        self.plan = plan
        self.language = language

    def text(self, key: str, **values: object) -> str:
        """Write a sentence of the topic `statement`; control and direction characters of values become visible."""
        told = {name: visible(value) if isinstance(value, str) else value for name, value in values.items()}
        return self.language.text(f"statement.{key}", **told)

    def role(self, name: str | None) -> str:
        """Name a role as its author does."""
        if name is None:
            return ""
        return visible(self.plan.roles[name].title or name) if name in self.plan.roles else visible(name)

    def points(self, whole: int, *, signed: bool = False) -> str:
        """Write points in last places."""
        return self.language.number(whole, self.plan.places.points, signed=signed)

    def percent(self, whole: int, *, signed: bool = False) -> str:
        """Write an adjustment in last places."""
        return self.language.percent(whole, self.plan.places.adjustment, signed=signed)

    def money(self, amount_minor: int, *, signed: bool = False) -> str:
        """Write an amount."""
        return self.language.money(amount_minor, self.plan.currency, signed=signed)

    def weight(self, part: Fraction) -> str:
        """Write a weight in per cent, or as a fraction where no decimal ends."""
        scaled = part * 100
        if 10**4 % scaled.denominator == 0:
            places = next(places for places in range(5) if 10**places % scaled.denominator == 0)
            return self.language.percent(int(scaled * 10**places), places)
        return str(part)

    def value(self, part: MeasureStatement, whole: int) -> str:
        """Write a value or target of a metric with its unit."""
        written = self.language.number(whole, part.places)
        return f"{written} {visible(part.unit)}" if part.unit else written

    def counted(self, unit: str, amount: Fraction) -> str:
        """Write what was counted of a total, with its unit."""
        if unit == "minor":
            amount, unit = amount / 10 ** minor_digits(self.plan.currency), self.plan.currency
        written = self.language.exact(amount)
        return written if unit == "count" else f"{written} {visible(unit)}"

    def scope(self, scope: Scope) -> str:
        """Say whose items were counted."""
        match scope:
            case OwnScope():
                return self.text("scope_own")
            case GroupScope(column=column):
                return self.text("scope_group", column=column)
            case AllScope():
                return self.text("scope_all")
            case _:
                assert_never(scope)

    def target_source(self, statement: Statement, row: RowStatement, part: MeasureStatement) -> str:
        """Say where a target came from."""
        target = part.target
        if target is None:
            return ""
        match target.asked:
            case FixedTarget():
                told = self.text("target_fixed")
            case GrowthTarget(by=by):
                days = "" if target.window is None else self.language.days(target.window.start, target.window.end)
                told = self.text("target_growth", days=days, by=self._by(by))
            case GroupTarget(scope=scope, by=by):
                told = self.text("target_group", scope=self.scope(scope), by=self._by(by))
            case TableTarget(name=name, keys=keys):
                told = self.text("target_table", name=name, keys=", ".join(keys))
            case BenchmarkTarget(series=series, by=by):
                told = self.text("target_benchmark", series=series, by=self._by(by))
            case _:
                assert_never(target.asked)
        held, whole = row.end - row.start, row.period.days
        is_total = isinstance(self.plan.metrics[part.metric], TotalMetric)
        if is_total and self.plan.partial_period == "by_days" and held != whole:
            told += self.text("target_part", days=held, of_days=whole)
        if target.suppressed:
            told += self.text("suppressed", number=statement.group_of_at_least)
        return told

    def _by(self, by: Fraction) -> str:
        return self.weight(by + 1)

    def missing(self, state: str, missing: Missing | None, points: int | None) -> str:
        """Say why something is missing and what it counts as."""
        why = self.text(f"state_{state}")
        if isinstance(missing, MissingLeaveOut) or points is None:
            return why + self.text("counts_left_out")
        return why + self.text("counts_as", points=self.points(points))

    def limit(self, limit: Limit) -> str:
        """Name a limit."""
        kind = self.text(f"limit_{limit.kind}")
        match limit:
            case Cap(at=at) | Floor(at=at) | Guard(at=at):
                return f"{kind} {self.weight(at)}"
            case AmountCap(amount=amount) | AmountFloor(amount=amount):
                return f"{kind} {self.language.exact(amount)} {self.plan.currency}"
            case _:
                assert_never(limit)

    def piece(self, piece: Piece, *, percent: bool) -> str:
        """Say for which numbers a piece of a curve is, and what it gives there."""
        left = "" if piece.start is None else f"{self.language.exact(piece.start)} {'≤' if piece.owns_start else '<'} "
        right = "" if piece.end is None else f" {'≤' if piece.owns_end else '<'} {self.language.exact(piece.end)}"
        write = self.weight if percent else self.language.exact
        gives = write(piece.at_start)
        if not piece.level:
            gives = self.text("curve_rises", first=gives, last=write(piece.at_end))
        return self.text("curve_piece", where=f"{left}x{right}", gives=gives)

    def on_piece(self, piece: Piece, x: Fraction, *, percent: bool) -> str:
        """Write the arithmetic of a sloped piece; empty on a level one."""
        if piece.level or piece.start is None or piece.end is None:
            return ""
        write = self.weight if percent else self.language.exact
        rise, run = piece.at_end - piece.at_start, piece.end - piece.start
        far = self.language.exact(x)
        if piece.start:
            far = f"({far} − {_bracket(self.language.exact(piece.start))})"
        told = f"{write(abs(rise))} × {far}" + ("" if run == 1 else f" ÷ {self.language.exact(run)}")
        if piece.at_start:
            return f"{write(piece.at_start)} {'+' if rise >= 0 else '−'} {told}"
        return told if rise >= 0 else f"−{told}"


def _bracket(written: str) -> str:
    return f"({written})" if written.startswith("-") else written

"""The pay lines of a statement in words: from points to the adjustment, through every limit, to the amount."""

from jointpay.money.currency import minor_digits
from jointpay.report.statements.record import LimitStep, LineStatement, RowStatement
from jointpay.report.statements.view_records import Line, PayView
from jointpay.report.statements.words import Words
from jointpay.results.explain_ledger import digits_text
from jointpay.results.explain_text import visible

__all__ = ["pay_views"]


def pay_views(words: Words, row: RowStatement) -> tuple[PayView, ...]:
    """Write the pay lines of a row."""
    titles = {component.name: component.title for component in row.components}
    return tuple(
        PayView(
            title=visible(line.rule),
            nature=words.text(f"nature_{line.nature}"),
            amount=words.money(line.amount_minor),
            lines=tuple(_lines(words, line, titles)),
        )
        for line in row.lines
    )


def _lines(words: Words, line: LineStatement, titles: dict[str, str]) -> list[Line]:
    reads = words.text("reads_score") if line.reads is None else titles[line.reads]
    base = Line(visible(line.base), "", words.money(line.base_minor), "")
    if line.points is None or line.curve is None:
        return [
            base,
            Line(words.text("amount"), "", words.money(line.amount_minor), words.text("no_adjustment", reads=reads)),
        ]
    piece = line.curve.pieces[line.curve.at]
    digits = minor_digits(words.plan.currency)
    exact = digits_text(line.amount_exact / 10**digits, digits)
    rounding = digits_text(line.rounding_minor / 10**digits, digits)
    formula = f"{words.language.number(line.base_minor, digits)} × {words.percent(line.adjustment)}"
    return [
        Line(visible(reads), "", words.points(line.points), ""),
        Line(
            words.text("adjustment"),
            words.on_piece(piece, line.curve.x, percent=True),
            words.percent(line.adjustment_given),
            words.piece(piece, percent=True),
        ),
        *(_limit(words, step, money=False) for step in line.adjustment_limits),
        base,
        Line(words.text("before_rounding"), formula, f"{exact} {words.plan.currency}", ""),
        Line(words.text("rounding"), "", f"{rounding} {words.plan.currency}", ""),
        *(_limit(words, step, money=True) for step in line.amount_limits),
        Line(words.text("amount"), "", words.money(line.amount_minor), ""),
    ]


def _limit(words: Words, step: LimitStep, *, money: bool) -> Line:
    write = words.money if money else words.percent
    note = words.text("limit_free") if not step.took else words.text("limit_took", took=write(-step.took, signed=True))
    return Line(words.limit(step.limit), "", write(step.after), note)

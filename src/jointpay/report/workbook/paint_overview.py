"""Paint the first sheet."""

from collections.abc import Sequence
from typing import Any

from jointpay.money.currency import minor_digits
from jointpay.report.workbook.book import Book, safe_text
from jointpay.report.workbook.looks import Looks
from jointpay.report.workbook.overview import OVERVIEW_ROW, OverviewLine, overview_sum
from jointpay.report.workbook.paint_table import paint_cell, width_of
from jointpay.report.workbook.table import Cell, decimals, percents

__all__ = ["paint_overview", "print_a4"]


def paint_overview(page: Any, book: Book, lines: Sequence[OverviewLine], looks: Looks) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """Paint the list of payees with score, adjustment and amount, and the sum of all amounts."""
    plan = book.plan
    _title(page, book, looks)
    heads = _heads(book)
    numbers = {
        7: decimals(plan.places.points),
        8: percents(plan.places.adjustment),
        9: decimals(minor_digits(plan.currency)),
    }
    for place, head in enumerate(heads):
        page.write_string(
            OVERVIEW_ROW - 2, place, head, looks.of("head", align="right" if place in numbers else "left")
        )
    for row, line in enumerate(lines, start=OVERVIEW_ROW - 1):
        for place, label in enumerate(line.labels):
            page.write_string(row, place, label, looks.of("label"))
        for place, day in enumerate(line.days, start=5):
            page.write_number(row, place, day, looks.of("label", "yyyy-mm-dd", align="left"))
        for place, cell, formula in (
            (7, line.score, line.score_formula),
            (8, line.adjustment, line.adjustment_formula),
            (9, line.amount, line.amount_formula),
        ):
            kind = "result" if place == 9 else "figure"
            paint_cell(page, row, place, cell, formula, looks.of(kind, numbers[place], align="right"))
    end = OVERVIEW_ROW - 1 + len(lines)
    total, formula = overview_sum(book, lines)
    for place in range(9):
        page.write_blank(end, place, None, looks.of("sum"))
    page.write_string(end, 0, book.say("workbook.sum"), looks.of("sum"))
    paint_cell(page, end, 9, total, formula, looks.of("sum", numbers[9], align="right"))
    columns = [*zip(*(line.labels for line in lines), strict=True)]
    for place, head in enumerate(heads):
        cells: list[Cell] = list(columns[place]) if place < 5 else []
        if place >= 7:
            cells = [(line.score, line.adjustment, line.amount)[place - 7] for line in lines]
        page.set_column(
            place, place, width_of(head, cells, numbers.get(place, "yyyy-mm-dd" if place in {5, 6} else "General"))
        )
    page.freeze_panes(OVERVIEW_ROW - 1, 2)
    page.autofilter(OVERVIEW_ROW - 2, 0, end - 1, len(heads) - 1)
    page.repeat_rows(OVERVIEW_ROW - 2)
    print_a4(page, portrait=False)


def _title(page: Any, book: Book, looks: Looks) -> None:  # noqa: ANN401 - the same
    """Say which plan paid, and that cells can be changed."""
    plan, say, card = book.plan, book.say, book.settlement.scorecard
    version = say("workbook.version", plan=plan.id, version=plan.version, currency=plan.currency)
    digests = say(
        "workbook.digests", plan=card.plan_digest[:12], data=card.data_digest[:12], engine=card.engine_version
    )
    page.write_string(0, 0, safe_text(plan.title or plan.id), looks.of("title"))
    page.write_string(1, 0, safe_text(version), looks.of("told"))
    page.write_string(2, 0, safe_text(digests), looks.of("told"))
    page.write_string(3, 0, say("workbook.help_overview"), looks.of("told"))


def _heads(book: Book) -> list[str]:
    """Give the headings."""
    say = book.say
    return [
        say("terms.period"),
        say("terms.payee"),
        say("workbook.name"),
        say("terms.role"),
        say("workbook.pay_rule"),
        say("workbook.first_day"),
        say("workbook.last_day"),
        say("terms.score"),
        say("workbook.adjustment"),
        say("workbook.amount_in", currency=book.plan.currency),
    ]


def print_a4(page: Any, *, portrait: bool) -> None:  # noqa: ANN401 - the same
    """Fit the width of an A4 page."""
    if portrait:
        page.set_portrait()
    else:
        page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A&R&P / &N")
    page.hide_gridlines(2)

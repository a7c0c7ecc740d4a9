"""That nothing is lost, and what was found: conservation, rows left out, findings."""

from fractions import Fraction
from typing import NamedTuple

from jointpay.plan.checks import check_plan
from jointpay.plan.units import total_scale
from jointpay.report.dashboard.page import Page
from jointpay.report.dashboard.table import Cell, Group, Head, Row, Table

__all__ = ["Noted", "conservation_table", "excluded", "findings"]


class Noted(NamedTuple):
    """One finding as it is shown."""

    severity: str
    title: str
    text: str


def conservation_table(page: Page) -> Table:
    """Give every total of every role: what was read is what was credited, and what was not."""
    writing, plan = page.writing, page.view.plan
    rows = []
    for line in page.view.card.conservation.lines:
        scale = total_scale(plan.totals[line.total], plan.events.attribution)
        excluded_amount = sum(amount for _, amount in line.excluded)
        values = (line.input, line.credited, line.unattributed, line.not_scored, excluded_amount, line.difference)
        cells = tuple(Cell(writing.language.exact(Fraction(value) / scale)) for value in values)
        rows.append(Row(Head(writing.total(line.total), writing.role(line.role)), cells))
    names = ("read", "credited", "unattributed", "not_scored", "excluded", "difference")
    heads = (Head(writing.text("dashboard.total")), *(Head(writing.text(f"dashboard.sum_{name}")) for name in names))
    caption = writing.text("dashboard.conservation_caption")
    return Table(caption, heads, tuple(Group((row,)) for row in rows))


def excluded(page: Page) -> tuple[str, ...]:
    """Say how many rows were read, and how many of them do not count and why."""
    writing, work = page.writing, page.view.work
    told = [writing.text("dashboard.rows_read", rows=writing.number(work.rows_read))]
    told += [writing.text(f"dashboard.excluded_{reason}", rows=writing.number(rows)) for reason, rows in work.excluded]
    return tuple(told)


def findings(page: Page) -> tuple[Noted, ...]:
    """Give every finding of the tables and of the plan, the most severe first."""
    order = {"error": 0, "warning": 1, "info": 2}
    found = [*page.view.work.findings]
    found += [(finding.severity, str(finding)) for finding in check_plan(page.view.plan)]
    return tuple(
        Noted(severity, page.writing.text(f"dashboard.severity_{severity}"), page.writing.label(told))
        for severity, told in sorted(found, key=lambda finding: order[finding[0]])
    )

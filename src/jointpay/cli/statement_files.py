"""Statements as files: a folder for each period, a file for each payee and form."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, assert_never

from jointpay.cli.file_names import file_names
from jointpay.cli.output import write_text
from jointpay.errors import MismatchError
from jointpay.report.statements.build import Statements
from jointpay.report.statements.record import Statement
from jointpay.report.statements.tree import statement_json
from jointpay.report.statements.write import StatementWriter
from jointpay.report.work import SharedWork
from jointpay.results.settlement import Settlement

__all__ = ["Form", "write_statements"]

Form = Literal["html", "text", "json"]
_ENDINGS = {"html": ".html", "text": ".txt", "json": ".json"}


def write_statements(
    settlement: Settlement,
    work: SharedWork,
    *,
    payees: Sequence[str],
    periods: Sequence[str],
    forms: Sequence[Form],
    language: str,
    folder: Path,
) -> Iterator[str]:
    """Write the statement of every payee in every period in which they hold a seat; give the folders.

    Each says what changed against the period before, where there is one with a seat.

    Raises `MismatchError` where nobody of them holds a seat in any of the periods.
    """
    card = settlement.scorecard
    seats = {
        (card.person_ids[person], card.periods[period].id)
        for role in card.roles
        for person, period in zip(role.payees.persons.tolist(), role.payees.periods.tolist(), strict=True)
    }
    spans = [span.id for span in card.periods]
    made, writer = Statements(settlement, work=work), StatementWriter(card.plan, lang=language)
    folders = file_names(periods, before="statements-", ending="")
    names = {form: file_names(payees, before="statement-", ending=_ENDINGS[form]) for form in forms}
    if not any((payee, period) in seats for payee in payees for period in periods):
        raise MismatchError(
            f"none of the payees {', '.join(map(repr, payees[:10]))} holds a seat in {', '.join(map(repr, periods[:10]))}; "
            "next: choose other payees or periods"
        )
    for period in periods:
        before = spans.index(period) - 1
        here = [payee for payee in payees if (payee, period) in seats]
        if here:
            (folder / folders[period]).mkdir()
            yield folders[period]
        for payee in here:
            statement = made.of(payee, period)
            has_earlier = before >= 0 and (payee, spans[before]) in seats
            earlier = made.of(payee, spans[before]) if has_earlier else None
            for form in forms:
                text = _written(writer, form, statement, earlier)
                write_text(folder / folders[period], names[form][payee], text)


def _written(writer: StatementWriter, form: Form, statement: Statement, earlier: Statement | None) -> str:
    match form:
        case "html":
            return writer.html(statement, earlier=earlier)
        case "text":
            return writer.text(statement, earlier=earlier)
        case "json":
            return statement_json(statement, earlier=earlier) + "\n"
        case _:
            assert_never(form)

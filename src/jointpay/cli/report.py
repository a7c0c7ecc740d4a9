"""The command `report`: from the folder of a run to pages for a team, statements for payees, a workbook for payroll."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jointpay.cli.file_names import file_names
from jointpay.cli.output import new_folder, refuse_existing, write_bytes, write_text
from jointpay.cli.progress import doing
from jointpay.cli.run_folder import StoredRun, read_run
from jointpay.cli.statement_files import Form, write_statements
from jointpay.errors import MismatchError
from jointpay.report.dashboard import dashboard
from jointpay.report.dashboard.view import View, values_seen, view_of
from jointpay.report.workbook import workbook
from jointpay.results.looked_up import looked_up_payee

__all__ = ["FORMATS", "Asked", "report", "write_report"]

Format = Literal["html", "text", "json", "xlsx"]
FORMATS: tuple[Format, ...] = ("html", "text", "json", "xlsx")
"""`html`: dashboards, and statements as pages; `text`, `json`: statements; `xlsx`: one workbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a report is to show."""

    language: str = "en"
    formats: Sequence[Format] = ("html", "xlsx")
    periods: Sequence[str] | None = None
    """The periods of the dashboard and the workbook, and, where they are named, of the statements; else of the last."""
    payees: Sequence[str] | None = None
    """Whose statements and lines are written; None: those of everybody in view."""
    dashboards: bool = True
    group: tuple[str, str | None] | None = None
    """A column of people and a value in it; a column alone asks for a dashboard for each of its values."""
    pay: bool = False
    """Whether dashboards show amounts."""


def report(folder: Path, asked: Asked, *, out: Path) -> list[str]:
    """Read the folder of a run and write its reports into a new folder `out`; give what is in it, by name.

    Raises `OutputExistsError` before anything is read where `out` exists; `DataError` and `MismatchError` for a folder
    that is not as it was written, or has not what is asked for; then nothing is left behind.
    """
    refuse_existing(out)
    with doing(f"reading {folder}"):
        stored = read_run(folder)
    return write_report(stored, asked, out=out)


def write_report(stored: StoredRun, asked: Asked, *, out: Path) -> list[str]:
    """Write the reports of a run into a new folder `out`; give what is in it, by name."""
    value = None if asked.group is None else asked.group[1]
    group = None if asked.group is None or value is None else (asked.group[0], value)
    view = view_of(stored.settlement, stored.work, group=group, periods=asked.periods)
    payees = _payees(view, asked.payees)
    with doing(f"writing {out}"), new_folder(out) as folder:
        return [
            *_dashboards(view, asked, folder),
            *_statements(view, asked, payees, folder),
            *_workbook(view, asked, payees, folder),
        ]


def _payees(view: View, wanted: Sequence[str] | None) -> tuple[str, ...]:
    """Give the ids of those whose statements are written."""
    card = view.card
    if wanted is not None:
        return tuple(
            dict.fromkeys(card.person_ids[looked_up_payee(one, card.person_ids, card.names)] for one in wanted)
        )
    return tuple(dict.fromkeys(card.person_ids[payee.person] for payee in view.payees))


def _dashboards(view: View, asked: Asked, folder: Path) -> Iterator[str]:
    """Write one dashboard, or one for each value of a column."""
    if not asked.dashboards or "html" not in asked.formats:
        return
    groups: dict[str, tuple[str, str] | None] = {"dashboard.html": view.group}
    if asked.group is not None and view.group is None:
        column = asked.group[0]
        values = values_seen(view, column)
        if not values:
            raise MismatchError(
                f"nobody in view has a value in column {column!r}; next: choose another column or period"
            )
        names = file_names(values, before="dashboard-", ending=".html")
        groups = {names[value]: (column, value) for value in values}
    for file, group in groups.items():
        page = dashboard(
            view.settlement, view.work, group=group, periods=asked.periods, language=asked.language, pay=asked.pay
        )
        yield write_text(folder, file, page).file


def _statements(view: View, asked: Asked, payees: Sequence[str], folder: Path) -> Iterator[str]:
    """Write the statements of every period that is named, or of the last one."""
    forms: list[Form] = [form for form in ("html", "text", "json") if form in asked.formats]
    if forms:
        periods = [view.card.periods[place].id for place in view.periods] if asked.periods else [view.span.id]
        yield from write_statements(
            view.settlement,
            view.work,
            payees=payees,
            periods=periods,
            forms=forms,
            language=asked.language,
            folder=folder,
        )


def _workbook(view: View, asked: Asked, payees: Sequence[str], folder: Path) -> Iterator[str]:
    if "xlsx" in asked.formats:
        book = workbook(view.settlement, payees=payees, periods=asked.periods, language=asked.language)
        yield write_bytes(folder, "workbook.xlsx", book).file

"""The command `report`: from the folder of a run to pages for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jointpay.cli.file_names import file_names
from jointpay.cli.output import Written, new_folder, refuse_existing, write_text
from jointpay.cli.progress import doing
from jointpay.cli.run_folder import StoredRun, read_run
from jointpay.errors import MismatchError
from jointpay.report.dashboard import dashboard
from jointpay.report.dashboard.view import values_seen, view_of

__all__ = ["Asked", "report", "write_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a report is to show."""

    language: str = "en"
    periods: Sequence[str] | None = None
    group: tuple[str, str | None] | None = None
    """A column of people and a value in it; a column alone asks for a dashboard for each of its values."""
    pay: bool = False


def report(folder: Path, asked: Asked, *, out: Path) -> list[Written]:
    """Read the folder of a run and write its reports into a new folder `out`.

    Raises `OutputExistsError` before anything is read where `out` exists; `DataError` and `MismatchError` for a folder
    that is not as it was written, or has not what is asked for; then nothing is left behind.
    """
    refuse_existing(out)
    with doing(f"reading {folder}"):
        stored = read_run(folder)
    return write_report(stored, asked, out=out)


def write_report(stored: StoredRun, asked: Asked, *, out: Path) -> list[Written]:
    """Write the reports of a run into a new folder `out`."""
    with doing(f"writing {out}"), new_folder(out) as folder:
        return [
            write_text(
                folder,
                file,
                dashboard(
                    stored.settlement,
                    stored.work,
                    group=group,
                    periods=asked.periods,
                    language=asked.language,
                    pay=asked.pay,
                ),
            )
            for file, group in _dashboards(stored, asked)
        ]


def _dashboards(stored: StoredRun, asked: Asked) -> list[tuple[str, tuple[str, str] | None]]:
    """Give the file of every dashboard, and whom it shows."""
    if asked.group is None:
        return [("dashboard.html", None)]
    column, value = asked.group
    if value is not None:
        return [("dashboard.html", (column, value))]
    everybody = view_of(stored.settlement, stored.work, group=None, periods=asked.periods)
    values = values_seen(everybody, column)
    if not values:
        raise MismatchError(f"nobody in view has a value in column {column!r}; next: choose another column or period")
    names = file_names(values, before="dashboard-", ending=".html")
    return [(names[value], (column, value)) for value in values]

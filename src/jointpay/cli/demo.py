"""The command `demo`: a made-up shop, the whole job on it, and one page that shows the result."""

import shlex
import shutil
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from jointpay.cli.output import new_folder, refuse_existing, write_table, write_text
from jointpay.cli.page import page, shown_payees
from jointpay.cli.progress import doing
from jointpay.cli.report import Asked, write_report
from jointpay.cli.run import Inputs, run
from jointpay.cli.run_folder import StoredRun
from jointpay.errors import DataError, MissingExtraError
from jointpay.findings import Finding
from jointpay.plan.calendar import periods
from jointpay.plan.load import plan_from_text
from jointpay.plan.presets import preset_text
from jointpay.testing.shop import CHANNELS, FIRST_DAY, KINDS, LAST_DAY, ROWS_AT_LEAST, Events, Shop, shop

__all__ = ["demo", "plan_text"]

_WITHOUT_BOTS = ("impression", "click", "dwell", "favorite")
_RESULTS, _REPORT = "results", "report"


def plan_text() -> str:
    """Give the preset `design_operations` under an id of its own, with the rows of known bots left out."""
    text = preset_text("design_operations").replace("id: design_operations\n", "id: demo_shop\n", 1)
    for kind in _WITHOUT_BOTS:
        text = text.replace(f"events: [{kind}]", f"events: [{kind}], where: {{without: [bot]}}", 1)
    return text


def _write_events(path: Path, events: Events, item_ids: tuple[str, ...]) -> None:
    """Write the log as CSV: a million rows in a fraction of a second."""
    polars = import_module("polars")
    time = polars.from_epoch(polars.Series("time", events.times_s), time_unit="s")
    polars.DataFrame(
        {
            "event_id": polars.Series(events.numbers).cast(polars.String).str.zfill(8),
            "time": time,
            "item": polars.Series(item_ids).gather(events.items),
            "channel": polars.Series(CHANNELS).gather(events.channels),
            "kind": polars.Series(KINDS).gather(events.kinds),
            "value": polars.Series(events.values),
            "bot": polars.Series(events.bots),
        }
    ).with_columns(
        polars.concat_str(polars.lit("e"), "event_id").alias("event_id"),
        polars.when(polars.col("value") >= 0).then("value").alias("value"),
    ).write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%SZ")


def _write_inputs(folder: Path, made: Shop, text: str) -> None:
    """Write what people would edit: the plan and five tables."""
    write_text(folder, "plan.yaml", text)
    _write_events(folder / "events.csv", made.events, made.item_ids)
    seats = made.seats
    write_table(
        folder,
        "people.csv",
        {
            "person": [seat.person for seat in seats],
            "role": [seat.role for seat in seats],
            "from": [seat.start for seat in seats],
            "to": [seat.end for seat in seats],
            "name": [seat.name for seat in seats],
            "department": [seat.department for seat in seats],
            "team": [seat.team for seat in seats],
        },
    )
    write_table(
        folder,
        "credits.csv",
        {
            "person": [credit.person for credit in made.credits],
            "role": [credit.role for credit in made.credits],
            "item": [credit.item for credit in made.credits],
            "share": [credit.share for credit in made.credits],
            "from": [credit.start for credit in made.credits],
            "to": [credit.end for credit in made.credits],
        },
    )
    plan = plan_from_text(text, format="yaml", source="plan.yaml")
    bases = sorted({rule.base for role in plan.roles.values() for rule in role.pay})
    rows = [
        (person, span.id, base, amount)
        for person, amount in made.monthly_pay.items()
        for span in periods(plan)
        for base in bases
    ]
    names = ("person", "period", "base", "amount")
    write_table(folder, "base_pay.csv", dict(zip(names, zip(*rows, strict=True), strict=True)))


def _command() -> str:
    """Give the command as it was typed."""
    typed = sys.argv[0]
    if Path(typed).name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m jointpay"
    if Path(typed).name != "jointpay" or shutil.which("jointpay") == typed:
        return "jointpay"
    return shlex.quote(typed)


def _again(inputs: Inputs, out: Path) -> str:
    """Give the command that runs the job again, one option on a line."""
    parts = [f"{_command()} run {shlex.quote(str(inputs.plan))}"]
    parts += [f"--{what.replace('_', '-')} {shlex.quote(str(path))}" for what, path in inputs.files()[1:]]
    parts += [f"--out {shlex.quote(str(out))}"]
    return "  " + " \\\n      ".join(parts)


def _opening(made: Shop, folder: Path) -> list[str]:
    """Say what was made up."""
    events = made.events
    twice = len(events.numbers) - len(set(events.numbers.tolist()))
    late = int((events.times_s[1:] < events.times_s[:-1]).sum())
    bots = int(events.bots.sum())
    people, items = len(made.monthly_pay), len(made.item_ids)
    return [
        f"A made-up shop in {folder}/: {FIRST_DAY} to {LAST_DAY}, {people} people, {items} posters and pages",
        f"{len(events.numbers):,} rows of events: {twice:,} arrived twice, {late:,} out of order, {bots:,} are from bots",
    ]


def demo(folder: Path, *, rows: int) -> None:
    """Make a shop in `folder`, run the whole job on its files, write the dashboard and a few statements, print one page.

    Raises `OutputExistsError` where the folder exists, `MissingExtraError` without polars, Babel or Jinja, `DataError`
    for too few rows.
    """
    refuse_existing(folder)
    for library in ("polars", "babel", "jinja2"):
        if find_spec(library) is None:
            raise MissingExtraError.of(library, "demo", "the demo")
    if rows < ROWS_AT_LEAST:
        message = f"--rows {rows}; allowed: at least {ROWS_AT_LEAST}"
        raise DataError([Finding(code="too_few_rows", severity="error", message=message)])
    with doing(f"making up a shop of {rows:,} events"), new_folder(folder) as made_in:
        made = shop(rows=rows)
        _write_inputs(made_in, made, plan_text())
    inputs = Inputs(
        plan=folder / "plan.yaml",
        events=(folder / "events.csv",),
        facts=(),
        credits=folder / "credits.csv",
        people=folder / "people.csv",
        base_pay=folder / "base_pay.csv",
    )
    ran = run(inputs, out=folder / _RESULTS)
    stored = StoredRun(settlement=ran.settlement, work=ran.work)
    wanted = Asked(formats=("html",), payees=shown_payees(ran.settlement))
    written = write_report(stored, wanted, out=folder / _REPORT)
    again = _again(inputs, folder / f"{_RESULTS}-2")
    look = [folder / _REPORT / name for name in written]
    told = page(ran, opening=_opening(made, folder), folder=folder, program=_command(), look=look, again=again)
    print(told)

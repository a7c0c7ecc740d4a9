"""The command `run`: from files to a folder of results."""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from jointpay.cli.output import Written, new_folder, refuse_existing, sha256_of, write_json
from jointpay.cli.progress import doing
from jointpay.cli.tables import write_results
from jointpay.data.base_pay import BasePay, read_base_pay
from jointpay.data.control import refuse_other_control
from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.events import measure
from jointpay.data.events.closed_days import Late
from jointpay.data.facts import Facts, input_totals, merge_facts
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.data.targets import read_targets
from jointpay.errors import DataError, PlanError
from jointpay.findings import Finding, Place
from jointpay.pipeline import score, settle
from jointpay.plan.checks import check_plan
from jointpay.plan.load import load_plan
from jointpay.plan.plan import Plan
from jointpay.report.work import SharedWork, work_of
from jointpay.results.settlement import Settlement

__all__ = ["Inputs", "Ran", "run"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The files of a run. At least one table of events or of facts."""

    plan: Path
    events: tuple[Path, ...]
    facts: tuple[Path, ...]
    credits: Path
    people: Path
    base_pay: Path
    targets: Path | None = None
    periods: tuple[str, ...] | None = None
    control: Mapping[str, int] | None = None
    """What events and facts together must hold, by `rows` or the name of a total."""
    closed: date | None = None
    """The first day whose events still count; facts are taken as they are."""
    late: Late | None = None
    """What happens to events before it."""

    def files(self) -> list[tuple[str, Path]]:
        """Give every file with what it holds, in the order of the manifest."""
        listed = [("plan", self.plan)]
        listed += [("events", path) for path in self.events]
        listed += [("facts", path) for path in self.facts]
        listed += [("credits", self.credits), ("people", self.people), ("base_pay", self.base_pay)]
        return listed + ([("targets", self.targets)] if self.targets is not None else [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a run made, for whoever wants to show it."""

    dataset: Dataset
    settlement: Settlement
    work: SharedWork
    run_id: str
    written: tuple[Written, ...]


class _Reading:
    """Reads one table after the other and keeps the findings of all of them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.findings: list[Finding] = []

    def of(self, paths: Path | list[Path], reader: Callable[[Path | list[Path], Plan], T]) -> T | None:
        """Give what the reader makes of a file, or of the files of one log; or None after keeping its findings."""
        named = paths.name if isinstance(paths, Path) else ", ".join(path.name for path in paths)
        try:
            with doing(f"reading {named}"):
                return reader(paths, self.plan)
        except DataError as error:
            self.findings += error.findings
            return None


def _read(inputs: Inputs, plan: Plan) -> tuple[Dataset, BasePay]:
    """Read all tables, and report the problems of all of them together."""
    reading = _Reading(plan)
    facts = [reading.of(path, read_facts) for path in inputs.facts]
    if inputs.events:
        facts.append(reading.of(list(inputs.events), partial(measure, closed=inputs.closed, late=inputs.late)))
    credits_ = reading.of(inputs.credits, read_credits)
    people = reading.of(inputs.people, read_people)
    base_pay = reading.of(inputs.base_pay, read_base_pay)
    targets = None if inputs.targets is None else reading.of(inputs.targets, read_targets)
    known = [table for table in facts if table is not None]
    reading.findings += _same_files(inputs.facts)
    if reading.findings or credits_ is None or people is None or base_pay is None or len(known) < len(facts):
        raise DataError(reading.findings)
    happened = ", ".join(path.name for path in (*inputs.facts, *inputs.events))
    merged = known[0] if len(known) == 1 else _merged(known, happened)
    refuse_other_control(inputs.control, input_totals(merged), plan, source=happened)
    return dataset(plan, facts=merged, credits=credits_, people=people, targets=targets), base_pay


def _same_files(paths: Sequence[Path]) -> list[Finding]:
    """Refuse tables of facts of the same content: they would be added up, and everything would count twice."""
    by_content: dict[str, list[Path]] = {}
    for path in paths:
        if path.is_file():
            by_content.setdefault(sha256_of(path), []).append(path)
    return [
        Finding(
            code="file_twice",
            severity="error",
            message=f"{', '.join(repr(str(path)) for path in same)} hold the same bytes (sha256 {digest}); "
            "allowed: each file once",
            place=Place(source="facts"),
        )
        for digest, same in by_content.items()
        if len(same) > 1
    ]


def _merged(parts: Sequence[Facts], happened: str) -> Facts:
    """Add up facts of several tables, and say where they meet: it may be an export that overlaps another."""
    merged = merge_facts(*parts)
    shared = sum(len(part.days) for part in parts) - len(merged.days)
    if not shared:
        return merged
    note = Finding(
        code="files_overlap",
        severity="warning",
        message=f"{shared} combinations of day, item and channel stand in more than one table, and are added up; "
        "next: check that no export overlaps another",
        place=Place(source=happened),
    )
    return replace(merged, notes=(*merged.notes, note))


def _checked(path: Path) -> Plan:
    plan = load_plan(path)
    findings = check_plan(plan)
    if any(finding.severity == "error" for finding in findings):
        raise PlanError(findings)
    _warn(findings)
    return plan


def _warn(findings: Sequence[Finding]) -> None:
    """Print the warnings; what is only information stays in the manifest."""
    for finding in findings:
        if finding.severity == "warning":
            print(f"warning: {finding}", file=sys.stderr)


def _run_id(settlement: Settlement) -> str:
    """Name a run by what went into it, so that the same run has the same name anywhere and at any time."""
    card = settlement.scorecard
    tree = {
        "plan": card.plan_digest,
        "data": card.data_digest,
        "base_pay": settlement.base_pay_digest,
        "engine_version": card.engine_version,
        "periods": [span.id for span in card.periods],
    }
    return hashlib.sha256(json.dumps(tree, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _manifest(inputs: Inputs, settlement: Settlement, data: Dataset, written: list[Written]) -> dict[str, object]:
    card = settlement.scorecard
    return {
        "run_id": _run_id(settlement),
        "engine_version": card.engine_version,
        "plan": {"id": card.plan.id, "version": card.plan.version, "digest": card.plan_digest},
        "data_digest": card.data_digest,
        "base_pay_digest": settlement.base_pay_digest,
        "periods": [span.id for span in card.periods],
        "closed": None if inputs.closed is None else inputs.closed.isoformat(),
        "rows_read": data.facts.rows_read,
        "facts": len(data.facts.days),
        "excluded": [
            {"reason": left.reason, "rows": left.rows, "totals": dict(left.totals)} for left in data.facts.excluded
        ],
        "findings": [f"{finding.severity}: {finding}" for finding in data.notes],
        "inputs": [
            {"what": what, "file": path.name, "bytes": path.stat().st_size, "sha256": sha256_of(path)}
            for what, path in inputs.files()
        ],
        "outputs": [{"file": file.file, "rows": file.rows, "sha256": file.sha256} for file in written],
    }


def run(inputs: Inputs, *, out: Path) -> Ran:
    """Read, score, settle and write everything into a new folder `out`.

    Raises `OutputExistsError` before anything is read where `out` exists; `PlanError` and `DataError` with all
    findings; then nothing is left behind.
    """
    refuse_existing(out)
    plan = _checked(inputs.plan)
    data, base_pay = _read(inputs, plan)
    with doing("scoring"):
        card = score(plan, data, periods=inputs.periods)
        settlement = settle(plan, card, base_pay)
        work = work_of(plan, data, [span.id for span in card.periods])
    _warn(data.notes)
    with doing(f"writing {out}"), new_folder(out) as folder:
        written = write_results(folder, settlement, work)
        written.append(write_json(folder, "manifest.json", _manifest(inputs, settlement, data, written)))
    return Ran(dataset=data, settlement=settlement, work=work, run_id=_run_id(settlement), written=tuple(written))

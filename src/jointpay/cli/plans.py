"""Commands that read one document and print: check, schema, preset, explain."""

import json
import sys
from pathlib import Path
from typing import get_args

from jointpay.errors import DataError
from jointpay.findings import Finding, Place
from jointpay.plan.checks import check_plan
from jointpay.plan.load import load_plan
from jointpay.plan.presets import PresetName, preset_text
from jointpay.plan.schema import plan_schema
from jointpay.results.explain import explain
from jointpay.results.settlement import Settlement

__all__ = ["check", "explained", "preset", "schema_text"]


def check(path: Path, *, strict: bool) -> int:
    """Print what can be said about a plan: findings on stderr, what it is on stdout.

    Gives 1 where there is an error, or, if strict, a warning; else 0.
    """
    plan = load_plan(path)
    findings = check_plan(plan)
    for finding in findings:
        print(f"{finding.severity}: {finding}", file=sys.stderr)
    counts = {name: sum(finding.severity == name for finding in findings) for name in ("error", "warning", "info")}
    print(f"{plan.id} {plan.version}: {', '.join(plan.roles)}; {plan.effective.start} to {plan.effective.end}")
    print(f"digest {plan.digest}")
    print(", ".join(f"{count} {name}{'s' if count != 1 and name != 'info' else ''}" for name, count in counts.items()))
    return 1 if counts["error"] or (strict and counts["warning"]) else 0


def schema_text() -> str:
    """Give the JSON Schema of plans."""
    return json.dumps(plan_schema(), ensure_ascii=False, indent=2)


def preset(name: str) -> str:
    """Give the text of a preset.

    Raises `DataError` for an unknown name.
    """
    for known in get_args(PresetName):
        if name == known:
            return preset_text(known)
    raise _unknown("unknown_preset", name, "preset", get_args(PresetName))


def explained(path: Path, person: str, period: str) -> str:
    """Explain one payee and period of a stored settlement, given as the folder of a run or as the file itself."""
    file = path / "settlement.json" if path.is_dir() else path
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text at byte {error.start}; allowed: the settlement.json that `jointpay run` wrote"
        place = Place(source=str(file))
        raise DataError([Finding(code="not_utf8", severity="error", message=message, place=place)]) from error
    settlement = Settlement.from_json(text)
    return str(explain(settlement, person, period))


def _unknown(code: str, value: str, what: str, allowed: tuple[str, ...]) -> DataError:
    message = f"{value!r} is not a {what}; allowed: {', '.join(allowed)}"
    return DataError([Finding(code=code, severity="error", message=message, place=Place())])

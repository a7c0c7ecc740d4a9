"""The folder of a run, read back: every file is what the manifest says it is, or nothing is read."""

from dataclasses import dataclass
from pathlib import Path

from jointpay.cli.output import sha256_of
from jointpay.cli.tables import SETTLEMENT_FILE, WORK_FILE
from jointpay.errors import DataError
from jointpay.findings import Finding, Place
from jointpay.report.work import SharedWork
from jointpay.report.work_store import work_from_json
from jointpay.results.settlement import Settlement
from jointpay.results.store import settlement_from_json
from jointpay.results.strict_json import root

__all__ = ["StoredRun", "read_run"]

_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """What a run left behind."""

    settlement: Settlement
    work: SharedWork


def read_run(folder: Path) -> StoredRun:
    """Read the settlement and the shared work of a run.

    Raises `DataError` where the folder is not that of a run, lacks a file, or holds one that was changed since, with
    every such file; `MismatchError` where what is in them does not belong together.
    """
    manifest = folder / _MANIFEST
    if not manifest.is_file():
        raise DataError(
            [_finding("not_a_run", folder, f"there is no {_MANIFEST}; allowed: a folder that `jointpay run` wrote")]
        )
    recorded = _recorded(manifest)
    findings = [found for file, digest in recorded.items() for found in _changed(folder, file, digest)]
    findings += [
        _finding(
            "not_a_run",
            manifest,
            f"it lists no {file}, which reports are made from; next: run again with this version of jointpay",
        )
        for file in (SETTLEMENT_FILE, WORK_FILE)
        if file not in recorded
    ]
    if findings:
        raise DataError(findings)
    settlement, work = folder / SETTLEMENT_FILE, folder / WORK_FILE
    return StoredRun(
        settlement=settlement_from_json(settlement.read_text(encoding="utf-8"), source=str(settlement)),
        work=work_from_json(work.read_text(encoding="utf-8"), source=str(work)),
    )


def _recorded(manifest: Path) -> dict[str, str]:
    """Give the sha256 of every output by its name."""
    try:
        text = manifest.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text at byte {error.start}; allowed: the manifest that `jointpay run` wrote"
        raise DataError([_finding("not_utf8", manifest, message)]) from error
    node = root(text, str(manifest))
    tree = dict(zip(node.mapping(), node.fields(*node.mapping()), strict=True))
    if "outputs" not in tree:
        message = "it lists no outputs; allowed: the manifest that `jointpay run` wrote"
        raise DataError([_finding("not_a_run", manifest, message)])
    recorded = {}
    for output in tree["outputs"].each():
        file, _, digest = output.fields("file", "rows", "sha256")
        if Path(file.text()).name != file.text():
            message = f"{file.text()!r} is not the name of a file in the folder; allowed: a name without a path"
            raise DataError([_finding("not_a_run", manifest, message)])
        recorded[file.text()] = digest.text()
    return recorded


def _changed(folder: Path, file: str, digest: str) -> list[Finding]:
    path = folder / file
    if not path.is_file():
        return [_finding("run_file_missing", path, "the manifest lists it, and it is not there; next: run again")]
    found = sha256_of(path)
    if found == digest:
        return []
    told = (
        f"its sha256 is {found}, but {digest} was recorded when it was written; it was changed since; next: run again"
    )
    return [_finding("run_file_changed", path, told)]


def _finding(code: str, path: Path, message: str) -> Finding:
    return Finding(code=code, severity="error", message=message, place=Place(source=str(path)))

"""The files a run leaves behind."""

from pathlib import Path

from jointpay.cli.output import Written, write_table, write_text
from jointpay.report.work import SharedWork
from jointpay.report.work_store import work_to_json
from jointpay.results.settlement import Settlement
from jointpay.results.tables import SCORECARD_TABLES, SETTLEMENT_TABLES, settlement_columns

__all__ = ["SETTLEMENT_FILE", "WORK_FILE", "write_results"]

SETTLEMENT_FILE, WORK_FILE = "settlement.json", "shared_work.json"


def write_results(folder: Path, settlement: Settlement, work: SharedWork) -> list[Written]:
    """Write every table as CSV, and the scorecard, the settlement and the shared work as JSON that reads back."""
    card = settlement.scorecard
    names = [*SCORECARD_TABLES, *(name for name in SETTLEMENT_TABLES if name not in SCORECARD_TABLES)]
    written = [write_table(folder, f"{name}.csv", settlement_columns(settlement, name)) for name in names]
    written.append(write_text(folder, "scorecard.json", card.to_json()))
    written.append(write_text(folder, SETTLEMENT_FILE, settlement.to_json()))
    written.append(write_text(folder, WORK_FILE, work_to_json(work)))
    return written

"""The files a run leaves behind."""

from pathlib import Path

from jointpay.cli.output import Written, write_table, write_text
from jointpay.results.settlement import Settlement
from jointpay.results.tables import SCORECARD_TABLES, SETTLEMENT_TABLES, settlement_columns

__all__ = ["write_results"]


def write_results(folder: Path, settlement: Settlement) -> list[Written]:
    """Write every table as CSV, and the scorecard and the settlement as JSON that reads back."""
    card = settlement.scorecard
    names = [*SCORECARD_TABLES, *(name for name in SETTLEMENT_TABLES if name not in SCORECARD_TABLES)]
    written = [write_table(folder, f"{name}.csv", settlement_columns(settlement, name)) for name in names]
    written.append(write_text(folder, "scorecard.json", card.to_json()))
    written.append(write_text(folder, "settlement.json", settlement.to_json()))
    return written

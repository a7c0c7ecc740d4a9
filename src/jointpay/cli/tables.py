"""The files a run leaves behind."""

from pathlib import Path

from jointpay.cli.output import Written, write_table, write_text
from jointpay.results.settlement import Settlement

__all__ = ["write_results"]

_OF_THE_SCORECARD = ("scores", "components", "measures", "links", "conservation")
_OF_THE_SETTLEMENT = ("lines", "steps")


def write_results(folder: Path, settlement: Settlement) -> list[Written]:
    """Write every table as CSV, and the scorecard and the settlement as JSON that reads back."""
    card = settlement.scorecard
    written = [write_table(folder, f"{name}.csv", card.frame(name, backend=None)) for name in _OF_THE_SCORECARD]
    written += [write_table(folder, f"{name}.csv", settlement.frame(name, backend=None)) for name in _OF_THE_SETTLEMENT]
    written.append(write_text(folder, "scorecard.json", card.to_json()))
    written.append(write_text(folder, "settlement.json", settlement.to_json()))
    return written

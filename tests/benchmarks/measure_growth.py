"""Draw how the time to measure grows from 1 to 50 million events, of either library, with and without a look for repeated ids.

Run it with ``python tests/benchmarks/measure_growth.py FOLDER CHART.svg``; it needs the extra `bench`, measures each case once in
a process of its own, keeps what they print in FOLDER/growth.txt, and draws from that. Where the file is there already,
it only draws.
"""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from line_chart import Line, line_chart

SIZES = (1_000_000, 5_000_000, 20_000_000, 50_000_000)
MEASURE = Path(__file__).with_name("measure_events.py")
LINE = re.compile(r"(\w+), (\w+), limit 0 MB: ([0-9,]+) events, .* processor ([0-9.]+) s")
MARKS = {
    ("duckdb", "not_checked"): ("#b45309", ""),
    ("polars", "not_checked"): ("#0369a1", ""),
    ("duckdb", "by_event_id"): ("#b45309", "6 4"),
    ("polars", "by_event_id"): ("#0369a1", "6 4"),
}
"""Colour and dashes of each line."""

Points = dict[tuple[str, str], list[tuple[int, float]]]


def measured(folder: Path) -> str:
    """Measure every case, or give what was printed when that was done."""
    kept = folder / "growth.txt"
    if not kept.exists():
        cases = [(rows, engine, rule) for rows in SIZES for engine in ("duckdb", "polars") for rule in ("not_checked", "by_event_id")]  # fmt: skip
        told = [
            subprocess.run(
                [sys.executable, str(MEASURE), str(rows), str(folder), "--once", engine, "0", rule],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            for rows, engine, rule in cases
        ]
        kept.write_text("".join(told), encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def points(text: str) -> Points:
    """Read events and processor seconds of each line of the chart."""
    found: Points = defaultdict(list)
    for engine, rule, rows, seconds in LINE.findall(text):
        found[engine, rule].append((int(rows.replace(",", "")), float(seconds)))
    return found


def chart(found: Points) -> str:
    """Draw processor seconds over events, both from zero."""
    lines = {", ".join(key): Line(colour, dashes, found[key]) for key, (colour, dashes) in MARKS.items()}
    title = "Processor seconds to measure 1 to 50 million events"
    return line_chart(lines, title=title, across=("million events", 1e6), up="processor seconds")


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(chart(points(measured(Path(sys.argv[1])))), encoding="utf-8")

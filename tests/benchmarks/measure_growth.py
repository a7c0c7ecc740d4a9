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
LEFT, TOP, WIDTH, HEIGHT = 60, 40, 600, 260

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
    most = max(seconds for line in found.values() for _, seconds in line)
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if most / step <= 6)
    top = step * (int(most / step) + 1)

    def at(rows: float, seconds: float) -> str:
        return f"{LEFT + WIDTH * rows / SIZES[-1]:.1f},{TOP + HEIGHT * (1 - seconds / top):.1f}"

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 40} {TOP + HEIGHT + 60}" role="img">',
        "<title>Processor seconds to measure 1 to 50 million events</title>",
        "<style>text { font: 13px system-ui, sans-serif; fill: #334155; } .line { fill: none; stroke-width: 2.5; }</style>",
        '<rect width="100%" height="100%" fill="#f8fafc"/>',
        f'<text x="{LEFT}" y="22">processor seconds</text>',
        f'<text x="{LEFT + WIDTH}" y="{TOP + HEIGHT + 46}" text-anchor="end">million events</text>',
    ]
    for seconds in range(0, top + 1, step):
        x, y = at(0, seconds).split(",")
        drawn.append(f'<path d="M{x} {y} h{WIDTH}" stroke="#cbd5e1"/>')
        drawn.append(f'<text x="{LEFT - 8}" y="{float(y) + 4:.1f}" text-anchor="end">{seconds}</text>')
    for rows in SIZES:
        x, y = at(rows, 0).split(",")
        drawn.append(f'<text x="{x}" y="{float(y) + 22:.1f}" text-anchor="middle">{rows // 1_000_000}</text>')
    for place, (key, (colour, dashes)) in enumerate(MARKS.items()):
        style = f'class="line" stroke="{colour}" stroke-dasharray="{dashes or "none"}"'
        drawn.append(f'<polyline {style} points="{" ".join(at(*point) for point in found[key])}"/>')
        drawn += [f'<circle r="4" fill="{colour}" cx="{x}" cy="{y}"/>' for x, y in (at(*point).split(",") for point in found[key])]  # fmt: skip
        row = TOP + 16 + 20 * place
        drawn.append(
            f'<path {style} d="M{LEFT + 20} {row} h36"/><text x="{LEFT + 64}" y="{row + 4}">{", ".join(key)}</text>'
        )
    return "\n".join([*drawn, "</svg>", ""])


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(chart(points(measured(Path(sys.argv[1])))), encoding="utf-8")

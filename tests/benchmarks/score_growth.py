"""Draw how the time to score and settle grows from 10,000 to 10 million payee-periods, beside a fused numba kernel.

Run it with ``python tests/benchmarks/score_growth.py CHART.svg`` (extra `bench`): the preset, every intermediate kept, outputs
reused, medians of five in turn in one process. Both axes are logarithmic, so that a straight line at 45 degrees is linear.
"""

import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import by_jointpay
import by_numba
from line_chart import Line, line_chart
from mixed_table import mixed_table

from jointpay.plan.presets import design_operations

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
REPETITIONS = 5


def milliseconds(rows: int) -> tuple[float, float]:
    """Time both on one table; the first run of each is thrown away."""
    plan = design_operations()
    grouped = by_jointpay.group_by_role(mixed_table(rows))
    panel = by_jointpay.panel_of(by_jointpay.template_panel(plan), grouped)
    kept, room = by_jointpay.run(plan, panel, grouped), by_numba.outputs(grouped)
    by_numba.run(grouped, room)
    calls = max(1, 400_000 // rows)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(REPETITIONS):
        start = perf_counter()
        for _ in range(calls):
            by_jointpay.run(plan, panel, grouped, out=kept)
        middle = perf_counter()
        for _ in range(calls):
            by_numba.run(grouped, room)
        for found, taken in zip(times, (middle - start, perf_counter() - middle), strict=True):
            found.append(taken / calls * 1e3)
    return median(times[0]), median(times[1])


if __name__ == "__main__":
    measured = []
    for size in SIZES:
        ours, fused = milliseconds(size)
        measured.append((size, ours, fused))
        print(
            f"{size:,} payee-periods: jointpay {ours:,.2f} ms, numba {fused:,.2f} ms, {ours / fused:.2f}x", flush=True
        )
    drawn = line_chart(
        {
            "jointpay": Line("#0369a1", "", [(size, ours) for size, ours, _ in measured]),
            "one fused numba kernel": Line("#b45309", "6 4", [(size, fused) for size, _, fused in measured]),
        },
        title="Milliseconds to score and settle 10,000 to 10 million payee-periods",
        across=("thousand payee-periods", 1e3),
        up="milliseconds",
        logarithmic=True,
    )
    Path(sys.argv[1]).write_text(drawn, encoding="utf-8")

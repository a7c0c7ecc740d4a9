"""Score and settle payee-periods of the preset `design_operations`, against numba, polars, DuckDB, pandas and numpy.

Run it with ``python tests/benchmarks/score_settle.py 5 10000 1000000 10000000``; it needs the extra `bench`. All engines
run in turn in one process, a warm-up first; medians, and ratios to jointpay. Amounts are compared before anything is
timed: the others round floats, so a few of theirs may differ by one minor unit; the count is printed.
"""

import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import by_duckdb
import by_jointpay
import by_numba
import by_numpy
import by_pandas
import by_polars
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from mixed_table import mixed_table

from jointpay.plan.presets import design_operations

REPETITIONS = 7
MOST_CALLS = 40


def seconds(work: Callable[[], Any], calls: int) -> float:
    """Time one call; what it returns is freed outside the time.

    Small inputs are run several times in a row, so that every engine finds its data and code in the cache, and the
    threads of the engine before it have gone to sleep.
    """
    found = []
    for _ in range(calls):
        start = perf_counter()
        kept = work()
        found.append(perf_counter() - start)
        del kept
    return median(found)


def differences(found: list[np.ndarray[Any, Any]], others: list[np.ndarray[Any, Any]]) -> int:
    """Count amounts that differ."""
    return sum(int((np.asarray(mine) != np.asarray(theirs)).sum()) for mine, theirs in zip(found, others, strict=True))


def compare(rows: int) -> None:
    """Compare all engines on one size."""
    plan, table = design_operations(), mixed_table(rows)
    frame = pl.DataFrame(table)
    template = by_jointpay.template_panel(plan)
    grouped = by_jointpay.group_by_role(table)
    panel = by_jointpay.panel_of(template, grouped)
    kept = by_jointpay.run(plan, panel, grouped)
    room = by_numba.run(grouped, by_numba.outputs(grouped))

    lines = kept[1]
    mine = [lines[0, 0].amount_minor, lines[1, 0].amount_minor, lines[1, 1].amount_minor]
    ours_of = [table["role"] == 0, table["role"] == 1, table["role"] == 1]
    naive = by_numpy.run(table)
    told = {
        "numpy": differences(
            mine, [naive[name][rows] for name, rows in zip(("amount", "amount", "bonus"), ours_of, strict=True)]
        ),
        "numba": differences(mine, [room[0][26], room[1][17], room[1][18]]),
    }
    both = by_polars.run(frame)
    told["polars"] = differences(
        mine, [both[0]["amount"].to_numpy(), both[1]["amount"].to_numpy(), both[1]["bonus"].to_numpy()]
    )
    arrow, data = pa.table(table), pd.DataFrame(table)
    for engine, (first, second) in (("duckdb", by_duckdb.run(arrow)), ("pandas", by_pandas.run(data))):
        told[engine] = differences(
            mine, [np.asarray(each) for each in (first["amount"], second["amount"], second["bonus"])]
        )
    del naive, both

    def fresh_mixed() -> Any:
        columns = by_jointpay.group_by_role(table)
        return by_jointpay.run(plan, by_jointpay.panel_of(template, columns), columns)

    def reused_mixed() -> Any:
        columns = by_jointpay.group_by_role(table, out=grouped)
        return by_jointpay.run(plan, by_jointpay.panel_of(template, columns), columns, out=kept)

    def fused_mixed() -> Any:
        return by_numba.run(by_jointpay.group_by_role(table, out=grouped), room)

    engines: dict[str, Callable[[], Any]] = {
        "jointpay, reused outputs": lambda: by_jointpay.run(plan, panel, grouped, out=kept),
        "jointpay, fresh outputs": lambda: by_jointpay.run(plan, panel, grouped),
        "jointpay, mixed table, fresh": fresh_mixed,
        "jointpay, mixed table, reused": reused_mixed,
        "numba, reused outputs": lambda: by_numba.run(grouped, room),
        "numba, fresh outputs": lambda: by_numba.run(grouped, by_numba.outputs(grouped)),
        "numba, grouping included, reused": fused_mixed,
        "polars when/then, mixed table, fresh": lambda: by_polars.run(frame),
        "duckdb CASE, mixed table, fresh": lambda: by_duckdb.run(arrow),
        "pandas, mixed table, fresh": lambda: by_pandas.run(data),
        "numpy whole arrays, mixed table, fresh": lambda: by_numpy.run(table),
    }
    times: dict[str, list[float]] = {name: [] for name in engines}
    for repetition in range(REPETITIONS + 1):
        for name, work in engines.items():
            taken = seconds(work, min(max(1, 400_000 // rows), MOST_CALLS))
            if repetition:
                times[name].append(taken)
    print(f"\n{rows:,} payee-periods; amounts that differ from the exact ones: {told}")
    unit = median(times["jointpay, reused outputs"])
    for name, found in times.items():
        middle = median(found)
        print(
            f"  {name:42} median {middle * 1e3:9.2f} ms, least {min(found) * 1e3:9.2f} ms "
            f"{middle / rows * 1e9:9.1f} ns/row {middle / unit:6.2f} x jointpay reused"
        )
    for word, chosen in (("medians", median), ("least times", min)):
        best = {name: chosen(found) for name, found in times.items()}
        ours = best["jointpay, mixed table, fresh"]
        faster = ", ".join(
            f"{name.split()[0].strip(',')} {best[name] / ours:.2f}"
            for name in engines
            if "mixed table" in name and "jointpay" not in name
        )
        numba = best["jointpay, reused outputs"] / best["numba, reused outputs"]
        limit = best["polars when/then, mixed table, fresh"] / best["numba, grouping included, reused"]
        print(
            f"  {word}: jointpay / numba, reused {numba:.2f}; from the mixed table, fresh, / jointpay: {faster}; "
            f"polars / numba with the grouping {limit:.2f}"
        )


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["10000", "1000000"]:
        compare(int(argument))

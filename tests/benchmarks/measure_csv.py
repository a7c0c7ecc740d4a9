"""Measure a large log of CSV: read whole, and typed piece by piece into Parquet; time and memory of a process each.

Run it with ``python tests/benchmarks/measure_csv.py 20000000 FOLDER``; it needs the extra `bench`, and makes the log in FOLDER
if it is not there yet. The facts of all are compared.
"""

import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import duckdb
from measure_events import plan_of
from measure_log import log_of

from jointpay.data.events import log_files, measure
from jointpay.data.facts import input_totals

CASES = (
    ("whole", "duckdb", "not_checked", ""),
    ("whole", "duckdb", "by_event_id", ""),
    ("pieces", "duckdb", "not_checked", ""),
    ("pieces", "duckdb", "by_event_id", ""),
    ("pieces", "duckdb", "by_event_id", "500"),
    ("pieces", "polars", "not_checked", ""),
)


def csv_of(rows: int, folder: Path) -> Path:
    """Write the log as CSV, if it is not there yet."""
    path = folder / f"log-{rows}.csv"
    if not path.exists():
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        time = "strftime(time, '%Y-%m-%dT%H:%M:%S.%fZ') as time"
        connection.execute(
            f"copy (select * replace ({time}) from read_parquet('{log_of(rows, folder)}')) to '{path}' (header)"
        )
    return path


def one(path: Path, way: str, engine: str, duplicates: str, memory: str) -> None:
    """Measure the log in this process, and print what it took."""
    log_files.LARGE_BYTES = -1 if way == "pieces" else 2**60
    start = perf_counter()
    facts = measure(path, plan_of(duplicates), engine=engine, memory_mb=int(memory) if memory else None)  # type: ignore[arg-type]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = f"{way:7} {engine:7} {duplicates:12} {memory:4} {perf_counter() - start:6.1f} s, peak {peak:6,.0f} MiB"
    print(told, len(facts.days), sorted(input_totals(facts).items()), sep="\t")


def main(rows: int, folder: Path) -> None:
    """Measure in a process for each case."""
    path = csv_of(rows, folder)
    print(f"{rows:,} events, {path.stat().st_size / 2**20:,.0f} MiB of CSV")
    seen = set()
    for case in CASES:
        command = [sys.executable, __file__, "one", str(path), *case]
        told, *facts = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().split("\t")
        print(f"  {told}, {int(facts[0]):,} facts")
        seen.add(tuple(facts))
    if len(seen) > 1:
        raise SystemExit("the sums differ")


if __name__ == "__main__":
    if sys.argv[1] == "one":
        one(Path(sys.argv[2]), *sys.argv[3:])
    else:
        main(int(sys.argv[1]), Path(sys.argv[2]))

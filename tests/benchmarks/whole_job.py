"""Time the whole job: raw events in Parquet to a settlement on disk, as `jointpay run` does it, and DuckDB's share of it.

Run it with ``python tests/benchmarks/whole_job.py 20000000 FOLDER``; it needs the extra `bench`, and makes the log in FOLDER
if it is not there yet. Two people share each of 2,000 items; 500 people are paid for twelve months. DuckDB's share is what
the library waits for it in that very run. What comes after is told by stage, each with all that it calls. `not_checked` as
the third argument leaves repeated event ids unlooked for, as in the plan of that name.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import narwhals.stable.v2 as nw
from measure_events import PLAN
from measure_log import ITEMS, log_of

from jointpay.cli import run as command

PEOPLE = 500
STAGES = ("measure", "read_credits", "read_people", "read_base_pay", "dataset", "score", "settle", "work_of", "write_results", "sha256_of")  # fmt: skip


def write_tables(folder: Path, duplicates: str) -> None:
    """Write a plan and the tables of people, credits and salaries."""
    (folder / "plan.yaml").write_text(
        PLAN.read_text(encoding="utf-8").replace("not_checked", duplicates), encoding="utf-8"
    )
    people = [f"p{at:03},designer,2025-06-01," for at in range(PEOPLE)]
    credits_ = [
        f"p{(item * 7 + who * 251) % PEOPLE:03},designer,item-{item:05},50%,2026-01-01,2027-01-01"
        for item in range(ITEMS)
        for who in range(2)
    ]
    pay = [f"p{at:03},2026-{month:02},monthly_salary,{9000 + at}.00" for at in range(PEOPLE) for month in range(1, 13)]
    for name, header, rows in (
        ("people.csv", "person,role,from,to", people),
        ("credits.csv", "person,role,item,share,from,to", credits_),
        ("base_pay.csv", "person,period,base,amount", pay),
    ):
        (folder / name).write_text("\n".join([header, *rows, ""]), encoding="utf-8")


class Clock:
    """Wall and processor seconds by name."""

    def __init__(self) -> None:
        self.spent: dict[str, tuple[float, float]] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Add the seconds of what runs within."""
        wall, spent = perf_counter(), process_time()
        yield
        before = self.spent.get(name, (0.0, 0.0))
        self.spent[name] = (before[0] + perf_counter() - wall, before[1] + process_time() - spent)

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give a function that is timed."""

        def timed(*arguments: Any, **named: Any) -> Any:
            with self.of(name):
                return function(*arguments, **named)

        return timed


def whole_job(rows: int, folder: Path, duplicates: str) -> None:
    """Run the job twice, and tell the second run."""
    log = log_of(rows, folder)
    plain = {name: getattr(command, name) for name in STAGES}
    collect = nw.LazyFrame.collect
    with TemporaryDirectory() as named:
        work = Path(named)
        write_tables(work, duplicates)
        inputs = command.Inputs(
            plan=work / "plan.yaml",
            events=(log,),
            facts=(),
            credits=work / "credits.csv",
            people=work / "people.csv",
            base_pay=work / "base_pay.csv",
        )
        for time in range(2):
            clock = Clock()
            for name, function in plain.items():
                setattr(command, name, clock.around(name, function))
            nw.LazyFrame.collect = clock.around("DuckDB", collect)  # type: ignore[method-assign]
            with clock.of("whole"):
                done = command.run(inputs, out=work / f"out{time}")
        size = sum(file.stat().st_size for file in (work / "out1").iterdir() if file.is_file())
    whole, duckdb = clock.spent["whole"], clock.spent["DuckDB"]
    print(
        f"{rows:,} events, {duplicates}, {len(done.dataset.facts.days):,} facts, {sum(file.rows or 0 for file in done.written):,} "
        f"rows and {size / 2**20:.1f} MiB written"
    )
    print(
        f"  whole {whole[0]:.2f} s, DuckDB's share {duckdb[0]:.2f} s, ratio {whole[0] / duckdb[0]:.2f}, of processor time "
        f"{whole[1]:.2f} s to {duckdb[1]:.2f} s, {whole[1] / duckdb[1]:.2f}"
    )
    for name, (wall, spent) in clock.spent.items():
        print(f"    {name:14} {wall:7.2f} s, processor {spent:7.2f} s")


if __name__ == "__main__":
    whole_job(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "by_event_id")

"""Measure raw events in Parquet, month x item x channel, against the same sums written by hand for the same library.

Run it with ``python tests/benchmarks/measure_events.py 50000000 FOLDER``; it needs the extra `bench`, makes the log in
FOLDER if it is not there yet (about 10 bytes an event), and compares all sums before it times anything. Each library runs
in turn in one process, a warm-up first; medians of wall and of processor seconds, and ratios to the work by hand in the
same library. By hand stands three times: the sums alone; the sums and the same rows judged; and event ids judged and
looked for repetitions too. `--once ENGINE MB DUPLICATES` measures once under a limit of memory (0: none), as the plan
says of duplicates, and prints the peak of the process.
"""

import resource
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, Literal

import duckdb
import polars as pl
from measure_log import log_of

from jointpay import Facts, measure, plan_from_text
from jointpay.data.cell_complaints import REWRITTEN_ID, TOTAL_WORDS
from jointpay.data.grain import Grain
from jointpay.plan.calendar import day_number, periods
from jointpay.plan.plan import Plan

PLAN = Path(__file__).with_name("measure_events.yaml")
KINDS = ("impression", "click", "dwell", "favorite", "order", "refund")
CHANNELS = ("search", "feed", "mail", "shop", "push")
WORDS = tuple(sorted(TOTAL_WORDS | {word.title() for word in TOTAL_WORDS}))


def plan_of(duplicates: str) -> Plan:
    """Give the plan, with its rule on repeated event ids."""
    text = PLAN.read_text(encoding="utf-8").replace("not_checked", duplicates)
    return plan_from_text(text, format="yaml")


SUMS = """
  select month(time + interval 8 hours) as month, item, channel,
    count(*) filter (where kind = 'impression') as impressions,
    count(*) filter (where kind = 'click') as clicks,
    sum(value) filter (where kind = 'dwell') as dwell,
    count(*) filter (where kind = 'favorite') as favorites,
    count(*) filter (where kind = 'order') as orders,
    count(*) filter (where kind = 'refund') as refunds{more}
  from read_parquet('{path}') group by all
"""
ODD = f""",
    count(*) filter (where time is null or kind is null or kind not in {KINDS}
      or (value is null and kind = 'dwell') or value < 0 or value > {10**18 - 1}) as odd
"""
ODD_KEYS = f"select count(*) from sums where odd > 0 or item is null or item = '' or channel not in {CHANNELS}"
IDS = f"""
  select event_id from (select event_id, count(*) as times from read_parquet('{{path}}') group by event_id)
  where times > 1 or event_id is null or event_id = '' or event_id in {WORDS} or regexp_matches(event_id, '{REWRITTEN_ID}')
"""


def by_duckdb(path: Path, *, rows: bool = False, ids: bool = False) -> Any:
    """Sum by SQL, as an analyst would write it; with rows judged, and ids judged and looked for repetitions."""
    connection = duckdb.connect(config={"preserve_insertion_order": False})
    connection.execute("set TimeZone = 'UTC'")
    sums = connection.sql(SUMS.format(path=path, more=ODD if rows else "")).to_arrow_table()
    refused = connection.sql(ODD_KEYS).fetchall()[0] if rows else None
    repeated = connection.sql(IDS.format(path=path)).fetchall() if ids else []
    if repeated or (refused is not None and refused[0]):
        raise AssertionError("the log is not clean")
    return sums


def by_polars(path: Path, *, rows: bool = False, ids: bool = False) -> pl.DataFrame:
    """Sum by streaming polars, as an analyst would write it; with rows judged, and ids judged and looked for repetitions."""
    kind, value, event_id = pl.col("kind"), pl.col("value"), pl.col("event_id")
    odd = pl.col("time").is_null() | kind.is_null() | ~kind.is_in(KINDS)
    odd |= (value.is_null() & (kind == "dwell")) | (value < 0) | (value > 10**18 - 1)
    log = pl.scan_parquet(path)
    sums = (
        log.group_by(pl.col("time").dt.convert_time_zone("Asia/Shanghai").dt.month().alias("month"), "item", "channel")
        .agg(
            impressions=(kind == "impression").sum(),
            clicks=(kind == "click").sum(),
            dwell=value.filter(kind == "dwell").sum(),
            favorites=(kind == "favorite").sum(),
            orders=(kind == "order").sum(),
            refunds=(kind == "refund").sum(),
            **({"odd": odd.sum()} if rows else {}),
        )
        .collect(engine="streaming")
    )
    refused = repeated = 0
    if rows:
        keyless = pl.col("item").is_null() | (pl.col("item") == "") | ~pl.col("channel").is_in(CHANNELS)
        refused = len(sums.filter((pl.col("odd") > 0) | keyless))
    if ids:
        wrong = event_id.is_null() | (event_id == "") | event_id.is_in(WORDS) | event_id.str.contains(REWRITTEN_ID)
        counted = log.group_by("event_id").agg(times=pl.len()).filter((pl.col("times") > 1) | wrong)
        repeated = len(counted.collect(engine="streaming"))
    if refused or repeated:
        raise AssertionError("the log is not clean")
    return sums


def months(plan: Plan) -> Grain:
    """Give the months of the plan as cells."""
    spans = periods(plan)
    return Grain((*(span.start for span in spans), spans[-1].end), frozenset())


def refuse_other_sums(facts: Facts, other: pl.DataFrame) -> None:
    """Demand that a table by hand holds the facts, every number of them."""
    starts = pl.Series([day_number(span) for span in pl.Series(facts.days).cast(pl.Date).to_list()], dtype=pl.Int32)
    mine = pl.DataFrame(
        {
            "month": starts.cast(pl.Date).dt.month().cast(pl.Int64),
            "item": pl.Series(facts.item_ids).gather(facts.items),
            "channel": pl.Series(facts.channel_ids).gather(facts.channels),
        }
        | dict(facts.totals)
    )
    keys = ["month", "item", "channel"]
    theirs = other.select(
        *(pl.col(key) for key in keys), *(pl.col(name).fill_null(0).cast(pl.Int64) for name in facts.totals)
    )
    theirs = theirs.with_columns(pl.col("month").cast(pl.Int64)).sort(keys)
    if not mine.sort(keys).equals(theirs):
        raise AssertionError("the sums differ")


def compare(rows: int, folder: Path, repetitions: int) -> None:
    """Compare both libraries on one log."""
    path = log_of(rows, folder)
    plain, checked = plan_of("not_checked"), plan_of("by_event_id")
    grain = months(plain)
    hands: dict[Literal["duckdb", "polars"], Callable[..., Any]] = {"duckdb": by_duckdb, "polars": by_polars}
    for library, hand in hands.items():
        runs: dict[str, Callable[[], Any]] = {
            "by hand, sums alone": partial(hand, path),
            "by hand, rows judged": partial(hand, path, rows=True),
            "jointpay, not_checked": partial(measure, path, plain, grain=grain, engine=library),
            "by hand, rows and ids judged": partial(hand, path, rows=True, ids=True),
            "jointpay, by_event_id": partial(measure, path, checked, grain=grain, engine=library),
        }
        kept = {name: run() for name, run in runs.items()}
        sums = kept["by hand, sums alone"]
        sums = sums if isinstance(sums, pl.DataFrame) else pl.DataFrame(pl.from_arrow(sums))
        for name in ("jointpay, not_checked", "jointpay, by_event_id"):
            refuse_other_sums(kept[name], sums)
        print(f"{library}: {rows:,} events, {len(sums):,} facts; all sums are equal", flush=True)
        del kept, sums
        print_times(timed(runs, repetitions))


def timed(runs: dict[str, Callable[[], Any]], repetitions: int) -> dict[str, tuple[float, float]]:
    """Give the median of wall and of processor seconds of runs that take turns."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for _ in range(repetitions):
        for name, run in runs.items():
            wall, spent = perf_counter(), process_time()
            found = run()
            times[name].append((perf_counter() - wall, process_time() - spent))
            del found
    return {name: (median(wall for wall, _ in told), median(cpu for _, cpu in told)) for name, told in times.items()}


def print_times(times: dict[str, tuple[float, float]]) -> None:
    """Print seconds, and the ratios of each run of the library to the runs by hand that came before it."""
    for name, (wall, spent) in times.items():
        print(f"  {name:30} {wall:7.2f} s, processor {spent:7.2f} s", flush=True)
        before = list(times)[: list(times).index(name)]
        for hand in before if name.startswith("jointpay") else []:
            if hand.startswith("by hand"):
                told = f"{wall / times[hand][0]:.2f}, of processor time {spent / times[hand][1]:.2f}"
                print(f"      ratio to {hand}: {told}", flush=True)


def once(rows: int, folder: Path, engine: Any, memory_mb: int, duplicates: str) -> None:
    """Measure once, under a limit of memory if that is not 0."""
    plan = plan_of(duplicates)
    path = log_of(rows, folder)
    wall, spent = perf_counter(), process_time()
    facts = measure(path, plan, grain=months(plan), engine=engine, memory_mb=memory_mb or None)
    wall, spent = perf_counter() - wall, process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{engine}, {duplicates}, limit {memory_mb} MB: {rows:,} events, {len(facts.days):,} facts, {wall:.1f} s, "
        f"processor {spent:.1f} s, peak {peak} MiB"
    )


if __name__ == "__main__":
    if "--once" in sys.argv:
        once(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[4], int(sys.argv[5]), sys.argv[6])
    else:
        compare(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 3)

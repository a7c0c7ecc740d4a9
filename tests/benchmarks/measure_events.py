"""Measure raw events in Parquet, month x item x channel, against the same sums written by hand for the same library.

Run it with ``python tests/benchmarks/measure_events.py 50000000 FOLDER``; it needs the extra `bench`, makes the log in
FOLDER if it is not there yet (about 10 bytes an event), and compares all sums before it times anything. Each library runs
in turn in one process, a warm-up first; medians, and ratios to the work by hand in the same library. `--once ENGINE MB`
measures once under a limit of memory and prints the peak of the process.
"""

import resource
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import duckdb
import polars as pl

from jointpay import Facts, measure, plan_from_text
from jointpay.data.grain import Grain
from jointpay.plan.calendar import day_number, periods
from jointpay.plan.plan import Plan

REPETITIONS = 5
PLAN = Path(__file__).with_name("measure_events.yaml")


def make_log(rows: int, path: Path) -> None:
    """Make a year of events in order of time: 100,000 items, each seen in a few months and channels."""
    duckdb.connect().execute(
        f"""
        copy (
          select 'e' || lpad(i::varchar, 10, '0') as event_id,
            timestamptz '2025-12-31 16:00:00+00' + to_microseconds((i * (365 * 86400e6 / {rows}))::bigint) as time,
            'item-' || lpad(item::varchar, 6, '0') as item,
            ['search','feed','mail','shop','push','ads','video','qr','partner','social','home','other']
              [(1 + (hash(item) + least(hash(i * 11 + 3) % 5, hash(i * 19 + 3) % 5)) % 12)::bigint] as channel,
            case when k < 70 then 'impression' when k < 85 then 'click' when k < 95 then 'dwell'
              when k < 97 then 'favorite' when k < 99 then 'order' else 'refund' end as kind,
            case when k >= 85 and k < 95 then (hash(i * 13 + 5) % 60000)::bigint
              when k >= 97 then (1000 + hash(i * 17 + 7) % 50000)::bigint end as value
          from (
            select i, hash(i * 5 + 2) % 100 as k,
              ((i * 50000) // {rows} + floor(50000 * pow((hash(i * 7 + 1) % 1000003) / 1000003.0, 3)))::bigint as item
            from range({rows}) t(i)
          )
        ) to '{path}' (format parquet, compression zstd)
        """
    )


BY_HAND = """
  select month(time + interval 8 hours) as month, item, channel,
    count(*) filter (where kind = 'impression') as impressions,
    count(*) filter (where kind = 'click') as clicks,
    sum(value) filter (where kind = 'dwell') as dwell,
    count(*) filter (where kind = 'favorite') as favorites,
    count(*) filter (where kind = 'order') as orders,
    count(*) filter (where kind = 'refund') as refunds
  from read_parquet('{path}') group by all
"""


def by_duckdb(path: Path) -> Any:
    """Sum by SQL, as an analyst would write it."""
    connection = duckdb.connect(config={"preserve_insertion_order": False})
    connection.execute("set TimeZone = 'UTC'")
    return connection.sql(BY_HAND.format(path=path)).to_arrow_table()


def by_polars(path: Path) -> pl.DataFrame:
    """Sum by streaming polars, as an analyst would write it."""
    kind = pl.col("kind")
    return (
        pl.scan_parquet(path)
        .group_by(pl.col("time").dt.convert_time_zone("Asia/Shanghai").dt.month().alias("month"), "item", "channel")
        .agg(
            impressions=(kind == "impression").sum(),
            clicks=(kind == "click").sum(),
            dwell=pl.col("value").filter(kind == "dwell").sum(),
            favorites=(kind == "favorite").sum(),
            orders=(kind == "order").sum(),
            refunds=(kind == "refund").sum(),
        )
        .collect(engine="streaming")
    )


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


def compare(rows: int, folder: Path) -> None:
    """Compare both libraries on one log."""
    path = folder / f"events-{rows}.parquet"
    if not path.exists():
        make_log(rows, path)
    plan = plan_from_text(PLAN.read_text(encoding="utf-8"), format="yaml")
    grain = months(plan)
    runs: dict[str, Callable[[], Any]] = {
        "duckdb by hand": lambda: by_duckdb(path),
        "jointpay on duckdb": lambda: measure(path, plan, grain=grain, engine="duckdb"),
        "polars by hand": lambda: by_polars(path),
        "jointpay on polars": lambda: measure(path, plan, grain=grain, engine="polars"),
    }
    kept = {name: run() for name, run in runs.items()}
    for name, hand in (("jointpay on duckdb", "duckdb by hand"), ("jointpay on polars", "polars by hand")):
        other = kept[hand]
        refuse_other_sums(kept[name], other if isinstance(other, pl.DataFrame) else pl.DataFrame(pl.from_arrow(other)))
    print(f"\n{rows:,} events, {len(kept['jointpay on duckdb'].days):,} facts; all sums are equal")
    del kept
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(REPETITIONS):
        for name, run in runs.items():
            start = perf_counter()
            found = run()
            times[name].append(perf_counter() - start)
            del found
    for library in ("duckdb", "polars"):
        plain, ours = median(times[f"{library} by hand"]), median(times[f"jointpay on {library}"])
        print(f"  {library}: by hand {plain:6.2f} s, jointpay {ours:6.2f} s, ratio {ours / plain:.2f}")


def once(rows: int, folder: Path, engine: Any, memory_mb: int) -> None:
    """Measure once under a limit of memory."""
    plan = plan_from_text(PLAN.read_text(encoding="utf-8"), format="yaml")
    start = perf_counter()
    facts = measure(
        folder / f"events-{rows}.parquet", plan, grain=months(plan), engine=engine, memory_mb=memory_mb or None
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{engine}, limit {memory_mb} MB: {len(facts.days):,} facts in {perf_counter() - start:.1f} s, peak {peak} MiB"
    )


if __name__ == "__main__":
    if "--once" in sys.argv:
        once(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[4], int(sys.argv[5]))
    else:
        compare(int(sys.argv[1]), Path(sys.argv[2]))

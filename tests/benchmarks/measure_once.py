"""Measure a log in which a visitor's clicks count once per item and day, against SQL written by hand for DuckDB.

Run it with ``python tests/benchmarks/measure_once.py 20000000 FOLDER``; it needs the extra `bench`, makes the log in FOLDER
if it is not there yet, and compares all sums before it times anything. All take turns in one process, a warm-up first;
medians of wall and of processor seconds. jointpay runs on DuckDB and on polars, by hand is DuckDB alone.
"""

import sys
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl
from measure_events import months, plan_of, print_times, refuse_other_sums, timed
from measure_log import log_of

from jointpay import Facts, measure, plan_from_text
from jointpay.data.events.meaning import once_per
from jointpay.plan.plan import Plan

PLAN = Path(__file__).with_name("measure_events.yaml")
CLICKS = "clicks: {kind: count, events: [click]"
BY_HAND = """
  with log as (from read_parquet('{path}')),
  firsts as (
    select item, month(day) as month, arg_min(channel, (time, channel)) as channel
    from (select visitor, item, channel, time, (time + interval 8 hours)::date as day from log where kind = 'click')
    group by visitor, item, day
  ),
  sums as (
    select month(time + interval 8 hours) as month, item, channel, count(*) filter (where kind = 'impression') as impressions,
      0 as clicks, sum(value) filter (where kind = 'dwell') as dwell, count(*) filter (where kind = 'favorite') as favorites,
      count(*) filter (where kind = 'order') as orders, count(*) filter (where kind = 'refund') as refunds
    from log group by all
    union all
    select month, item, channel, 0, count(*), 0, 0, 0, 0 from firsts group by all
  )
  select month, item, channel, sum(impressions) as impressions, sum(clicks) as clicks, sum(coalesce(dwell, 0)) as dwell,
    sum(favorites) as favorites, sum(orders) as orders, sum(refunds) as refunds from sums group by all
"""


def plan_once() -> Plan:
    """Give the plan, with clicks that count once."""
    text = PLAN.read_text(encoding="utf-8")
    rule = f"{CLICKS}, once_per: {{interval: day, unknown_visitor: exclude}}"
    return plan_from_text(text.replace(CLICKS, rule), format="yaml")


def by_hand(path: Path) -> Any:
    """Find the first clicks and sum by SQL, as an analyst would write it."""
    connection = duckdb.connect(config={"preserve_insertion_order": False})
    connection.execute("set TimeZone = 'UTC'")
    return connection.sql(BY_HAND.format(path=path)).to_arrow_table()


def measured(path: Path, plan: Plan, library: Literal["duckdb", "polars"]) -> Facts:
    """Measure the log by month."""
    columns = {"visitor": "visitor"} if once_per(plan.totals["clicks"]) else {}
    return measure(path, plan, columns=columns, grain=months(plan), engine=library)


def compare(rows: int, folder: Path, repetitions: int) -> None:
    """Compare all on one log."""
    path, plan, all_count = log_of(rows, folder), plan_once(), plan_of("not_checked")
    sums = pl.DataFrame(pl.from_arrow(by_hand(path)))
    for library in ("duckdb", "polars"):
        facts = measured(path, plan, library)
        refuse_other_sums(facts, sums)
    told = ", ".join(f"{left.reason} {left.rows:,}" for left in facts.excluded)
    print(f"{rows:,} events, {len(sums):,} facts; all sums are equal; left out: {told}", flush=True)
    del facts, sums
    runs = {
        "by hand": lambda: by_hand(path),
        "jointpay, duckdb": lambda: measured(path, plan, "duckdb"),
        "jointpay, polars": lambda: measured(path, plan, "polars"),
        "jointpay, every click, duckdb": lambda: measured(path, all_count, "duckdb"),
    }
    print_times(timed(runs, repetitions))


if __name__ == "__main__":
    compare(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 3)

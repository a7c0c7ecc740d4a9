"""Measure a log whose orders are credited to the last click, against SQL written by hand for DuckDB.

Run it with ``python tests/benchmarks/measure_last_click.py 20000000 FOLDER``; it needs the extra `bench`, makes the log in
FOLDER if it is not there yet, and compares all sums before it times anything. Both take turns in one process, a warm-up
first; medians of wall and of processor seconds. By hand stands twice: attribution and sums alone, and with the event ids
judged and looked for repetitions, without which jointpay credits no order.
"""

import sys
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from measure_events import IDS, months, print_times, refuse_other_sums, timed
from measure_log import log_of

from jointpay import Facts, measure, plan_from_text
from jointpay.plan.plan import Plan

PLAN = Path(__file__).with_name("measure_last_click.yaml")
BY_HAND = """
  with log as (from read_parquet('{path}')),
  touches as (
    select visitor, time, arg_max(item, event_id) as item, arg_max(channel, event_id) as channel from log
    where kind = 'click' and visitor in (select visitor from log where kind = 'order') group by visitor, time
  ),
  placed as (
    select o.event_id, o.time, o.value, t.item, t.channel
    from (select event_id, visitor, time, value from log where kind = 'order') o
    asof join touches t on o.visitor = t.visitor and o.time >= t.time
    where epoch_us(o.time) - epoch_us(t.time) <= 7 * 86400000000
  ),
  parts as (
    select time, item, channel, 1 as number, value from placed
    union all
    select r.time, p.item, p.channel, -1, -r.value
    from (select time, value, order_id from log where kind = 'refund') r join placed p on r.order_id = p.event_id
  ),
  sums as (
    select month(time + interval 8 hours) as month, item, channel, count(*) filter (where kind = 'impression') as impressions,
      count(*) filter (where kind = 'click') as clicks, sum(value) filter (where kind = 'dwell') as dwell,
      count(*) filter (where kind = 'favorite') as favorites, 0 as orders, 0 as revenue
    from log where kind not in ('order', 'refund') group by all
    union all
    select month(time + interval 8 hours), item, channel, 0, 0, 0, 0, sum(number), sum(value) from parts group by all
  )
  select month, item, channel, sum(impressions) as impressions, sum(clicks) as clicks, sum(coalesce(dwell, 0)) as dwell,
    sum(favorites) as favorites, sum(orders) * 1000000 as orders, sum(revenue) * 1000000 as revenue from sums group by all
"""


def plan_of() -> Plan:
    """Give the plan."""
    return plan_from_text(PLAN.read_text(encoding="utf-8"), format="yaml")


def by_hand(path: Path, *, ids: bool) -> Any:
    """Attribute and sum by SQL, as an analyst would write it; and look for repeated ids."""
    connection = duckdb.connect(config={"preserve_insertion_order": False})
    connection.execute("set TimeZone = 'UTC'")
    if ids and connection.sql(IDS.format(path=path)).fetchall():
        raise AssertionError("the log is not clean")
    return connection.sql(BY_HAND.format(path=path)).to_arrow_table()


def measured(path: Path, plan: Plan) -> Facts:
    """Measure the log by month."""
    return measure(path, plan, columns={"visitor": "visitor"}, grain=months(plan), engine="duckdb")


def compare(rows: int, folder: Path, repetitions: int) -> None:
    """Compare both on one log."""
    path, plan = log_of(rows, folder), plan_of()
    facts, sums = measured(path, plan), pl.DataFrame(pl.from_arrow(by_hand(path, ids=False)))
    refuse_other_sums(facts, sums)
    told = ", ".join(f"{left.reason} {left.rows:,}" for left in facts.excluded)
    print(f"{rows:,} events, {len(sums):,} facts; all sums are equal; not credited: {told}", flush=True)
    del facts, sums
    runs = {
        "by hand, orders and sums": lambda: by_hand(path, ids=False),
        "by hand, and ids judged": lambda: by_hand(path, ids=True),
        "jointpay, by_event_id": lambda: measured(path, plan),
    }
    print_times(timed(runs, repetitions))


if __name__ == "__main__":
    compare(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 3)

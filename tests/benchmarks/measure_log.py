"""The log that the benchmarks of measuring read: a year of events of 2,000 items in five channels, the same for the same size."""

from pathlib import Path

import duckdb

__all__ = ["log_of"]

ITEMS = 2_000
_ROW_GROUP = 1_000_000

_LOG = """
  select 'e' || lpad(i::varchar, 10, '0') as event_id,
    timestamptz '2025-12-31 16:00:00+00' + to_microseconds((i * (365 * 86400e6 / {rows}))::bigint) as time,
    'v' || (hash(i * 29 + 11) % greatest({rows} // 20, 1))::varchar as visitor,
    'item-' || lpad(floor({items} * pow((hash(i * 7 + 1) % 1000003) / 1000003.0, 2))::bigint::varchar, 5, '0') as item,
    ['search','feed','mail','shop','push'][(1 + least(hash(i * 11 + 3) % 5, hash(i * 19 + 3) % 5))::bigint] as channel,
    kind,
    case kind when 'dwell' then (hash(i * 13 + 5) % 60000)::bigint
      when 'order' then (1000 + hash(i * 17 + 7) % 50000)::bigint
      when 'refund' then (1000 + hash((i - 142) * 17 + 7) % 50000)::bigint end as value,
    case when kind = 'refund' then 'e' || lpad((i - 142)::varchar, 10, '0') end as order_id
  from (
    select i, case when i % 50 = 17 then 'order' when i % 100 = 59 and i >= 159 then 'refund' else
        case when k < 70 then 'impression' when k < 85 then 'click' when k < 97 then 'dwell' else 'favorite' end
      end as kind
    from (select i, hash(i * 5 + 2) % 100 as k from range({rows}) t(i))
  )
"""
"""Of a hundred events two are orders and one takes an order of an hour or so before back; every visitor has about twenty."""


def log_of(rows: int, folder: Path) -> Path:
    """Give the Parquet file of a log of so many events, in order of time; about 20 bytes an event. It is made once."""
    path = folder / f"log-{rows}.parquet"
    if not path.exists():
        made = path.with_suffix(".part")
        log = _LOG.format(rows=rows, items=ITEMS)
        connection = duckdb.connect(config={"memory_limit": "4GB"})
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"copy ({log}) to '{made}' (format parquet, compression zstd, row_group_size {_ROW_GROUP})")
        made.rename(path)
    return path

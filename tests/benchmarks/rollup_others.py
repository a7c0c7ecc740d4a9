"""The same rollup in DuckDB, polars and pandas: text keys in, sums by (person, month) and (department, month) out.

Own sums are sum(total * share), the share in whole parts; a department's sums count an item's facts once on every day on
which anybody of the department is credited with it in the role of a seat. Shares come as whole numbers already, which is
work that jointpay does and these do not.
"""

from typing import Any

import duckdb
import pandas as pd
import polars as pl
from rollup_tables import TOTALS

_EDGES = """
edges AS (
    SELECT c.person, c.item, c.parts, s.department,
        greatest(coalesce(c."from", DATE '0001-01-01'), coalesce(s."from", DATE '0001-01-01')) AS first,
        least(coalesce(c."to", DATE '9999-12-31'), coalesce(s."to", DATE '9999-12-31')) AS after
    FROM credits c JOIN people s ON c.person = s.person AND c.role = s.role
)"""
_OWN = f"""
WITH {_EDGES}
SELECT person, month(day) AS month, {", ".join(f"sum({name} * parts)::BIGINT AS {name}" for name in TOTALS)}
FROM facts JOIN edges ON facts.item = edges.item AND day >= first AND day < after
GROUP BY person, month(day)"""
_DEPARTMENT = f"""
WITH {_EDGES},
marked AS (
    SELECT department, item, first, after, first > coalesce(max(after) OVER (
        PARTITION BY department, item ORDER BY first, after ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ), DATE '0001-01-01' - 1) AS begins FROM edges WHERE first < after
),
numbered AS (
    SELECT *, sum(begins::INT) OVER (PARTITION BY department, item ORDER BY first, after ROWS UNBOUNDED PRECEDING) AS n
    FROM marked
),
ranges AS (
    SELECT department, item, min(first) AS first, max(after) AS after FROM numbered GROUP BY department, item, n
)
SELECT department, month(day) AS month, {", ".join(f"sum({name})::BIGINT AS {name}" for name in TOTALS)}
FROM facts JOIN ranges ON facts.item = ranges.item AND day >= first AND day < after
GROUP BY department, month(day)"""


def by_duckdb(connection: duckdb.DuckDBPyConnection) -> tuple[Any, Any]:
    """Run both sums on registered Arrow tables."""
    return connection.sql(_OWN).to_arrow_table(), connection.sql(_DEPARTMENT).to_arrow_table()


def connect(facts: pl.DataFrame, credit: pl.DataFrame, people: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    """Give a connection that sees the three frames, on two threads."""
    connection = duckdb.connect(config={"threads": 2})
    for name, frame in (("facts", facts), ("credits", credit), ("people", people)):
        connection.register(name, frame.to_arrow())
    return connection


def by_polars(facts: pl.DataFrame, credit: pl.DataFrame, people: pl.DataFrame, engine: Any) -> tuple[Any, Any]:
    """Run both sums as lazy queries, collected together."""
    open_start, open_end = pl.date(1, 1, 1), pl.date(9999, 12, 31)
    edges = (
        credit.lazy()
        .join(people.lazy(), on=["person", "role"], suffix="_seat")
        .select(
            "person",
            "item",
            "parts",
            "department",
            first=pl.max_horizontal(pl.col("from").fill_null(open_start), pl.col("from_seat").fill_null(open_start)),
            after=pl.min_horizontal(pl.col("to").fill_null(open_end), pl.col("to_seat").fill_null(open_end)),
        )
        .filter(pl.col("first") < pl.col("after"))
    )
    inside = pl.col("day").is_between("first", "after", closed="left")
    own = (
        facts.lazy()
        .join(edges.select("person", "item", "parts", "first", "after"), on="item")
        .filter(inside)
        .group_by("person", pl.col("day").dt.month().alias("month"))
        .agg((pl.col(name) * pl.col("parts")).sum() for name in TOTALS)
    )
    ordered = edges.sort("department", "item", "first", "after")
    group = ["department", "item"]
    ranges = (
        ordered.with_columns(reach=pl.col("after").cum_max().shift(1).over(group))
        .with_columns(n=(pl.col("reach").is_null() | (pl.col("first") > pl.col("reach"))).cum_sum())
        .group_by("department", "item", "n")
        .agg(pl.col("first").min(), pl.col("after").max())
        .drop("n")
    )
    department = (
        facts.lazy()
        .join(ranges, on="item")
        .filter(inside)
        .group_by("department", pl.col("day").dt.month().alias("month"))
        .agg(pl.col(name).sum() for name in TOTALS)
    )
    return tuple(pl.collect_all([own, department], engine=engine))  # type: ignore[return-value]


def by_pandas(facts: pd.DataFrame, credit: pd.DataFrame, people: pd.DataFrame) -> tuple[Any, Any]:
    """Run both sums; the own sums in pieces of facts, since the joined rows of all do not fit beside one another."""
    open_start, open_end = pd.Timestamp("1700-01-01"), pd.Timestamp("2200-01-01")
    edges = credit.merge(people, on=["person", "role"], suffixes=("", "_seat"))
    edges["first"] = edges[["from", "from_seat"]].fillna(open_start).max(axis=1)
    edges["after"] = edges[["to", "to_seat"]].fillna(open_end).min(axis=1)
    edges = edges.loc[edges["first"] < edges["after"], ["person", "item", "parts", "department", "first", "after"]]
    names = list(TOTALS)
    joined = facts.merge(edges[["person", "item", "parts", "first", "after"]], on="item")
    joined = joined[(joined["day"] >= joined["first"]) & (joined["day"] < joined["after"])]
    joined[names] = joined[names].mul(joined["parts"], axis=0)
    own = joined.groupby(["person", joined["day"].dt.month.rename("month")], sort=False)[names].sum()
    del joined
    ordered = edges.sort_values(["department", "item", "first", "after"])
    same = (ordered["department"] == ordered["department"].shift()) & (ordered["item"] == ordered["item"].shift())
    reach = ordered.groupby(["department", "item"], sort=False)["after"].cummax().shift()
    begins = ~same | (ordered["first"] > reach)
    ordered["n"] = begins.cumsum()
    ranges = (
        ordered.groupby(["department", "item", "n"], sort=False).agg({"first": "min", "after": "max"}).reset_index()
    )
    joined = facts.merge(ranges[["department", "item", "first", "after"]], on="item")
    joined = joined[(joined["day"] >= joined["first"]) & (joined["day"] < joined["after"])]
    department = joined.groupby(["department", joined["day"].dt.month.rename("month")], sort=False)[names].sum()
    return own.reset_index(), department.reset_index()

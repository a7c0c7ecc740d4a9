"""Measure a log on a Spark cluster, and leave the facts as Parquet and what was excluded as text.

spark-submit --master spark://host:7077 facts_on_spark.py PLAN EVENTS FACTS
"""

import sys

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

import jointpay as jp
from jointpay.data.facts_table import facts_columns


def main(plan_path: str, events_path: str, facts_path: str) -> None:
    """Sum on the cluster; only the sums come to the driver."""
    plan = jp.load_plan(plan_path)
    session = SparkSession.builder.appName("jointpay facts").getOrCreate()
    facts = jp.measure(session.read.parquet(events_path), plan)
    pq.write_table(pa.table(facts_columns(facts)), facts_path)
    for left in facts.excluded:
        print("excluded", left.reason, left.rows, dict(left.totals))  # noqa: T201 - what it is for
    session.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])

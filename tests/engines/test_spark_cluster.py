"""Twenty million events on a real cluster of which one worker dies: the job ends, and the facts are the same.

The script of the docs is submitted as the docs say, to a master and two workers that are processes of their own.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from java_home import missing_for_spark
from spark_cluster import HOST, Cluster, asked, ended, free_port, spark_cluster, wait_for

from jointpay.data.events import measure
from jointpay.data.facts import Facts
from jointpay.data.facts_table import read_facts
from jointpay.plan.load import load_plan
from jointpay.plan.plan import Plan

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(
        os.environ.get("JOINTPAY_CLUSTER") != "1",
        reason="takes minutes: JOINTPAY_CLUSTER=1 pytest tests/engines -m cluster",
    ),
    pytest.mark.skipif(bool(missing_for_spark()), reason=f"not installed: {missing_for_spark()}"),
]

HOWTO = Path(__file__).resolve().parents[2] / "docs" / "howto"
ROWS, FILES, REPEATED = 20_000_000, 16, 500
FIRST_US = 1_767_225_600_000_000  # 2026-01-01T00:00Z
SPAN_US = 90 * 86_400_000_000


def part(number: int, rows: int) -> pl.DataFrame:
    """Make one file of a log: everything follows from the number of the event."""
    ids = pl.int_range(number * rows, (number + 1) * rows, eager=True, dtype=pl.UInt64)
    chance = ids * 0x9E3779B97F4A7C15 % 2**61  # scattered, and the same everywhere
    kinds = pl.Series(["click", "click", "click", "dwell", "payment", "refund", "hover", "click"])
    channels = pl.Series(["search", "feed", "other", "pigeon post"])
    kind = kinds.gather(chance // 1009 % 8)
    return pl.DataFrame(
        {
            "event_id": ids.cast(pl.Int64),
            "logged_at": (chance % SPAN_US + FIRST_US).cast(pl.Int64).cast(pl.Datetime("us", "UTC")),
            "item": "poster " + (chance // 7919 % 300).cast(pl.String),
            "channel": channels.gather(chance // 104_729 % 4),
            "kind": kind,
            "value": (chance // 1_299_709 % 2_000_000).cast(pl.Int64),
            "bot": chance // 15_485_863 % 10 == 0,
        }
    )


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(HOWTO / "database" / "plan.yaml")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the log as Parquet files; some rows of the first stand in it twice."""
    folder = tmp_path_factory.mktemp("log")
    for number in range(FILES):
        frame = part(number, ROWS // FILES)
        if number == 0:
            frame = pl.concat([frame, frame.head(REPEATED)])
        frame.write_parquet(folder / f"{number:02}.parquet")
    return folder


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with spark_cluster(tmp_path) as running:
        yield running


def as_rows(facts: Facts) -> tuple[object, ...]:
    arrays: list[Any] = [facts.days, facts.items, facts.channels, *facts.totals.values()]
    return (*(array.tobytes() for array in arrays), facts.item_ids, facts.channel_ids, tuple(facts.totals))


def stages(application: str) -> list[dict[str, Any]]:
    """Give the stages of the running job that have begun."""
    found = asked(f"{application}/stages")
    return [stage for stage in found or [] if stage["numTasks"]]


def application_of(port: int) -> str:
    """Give the address under which the driver tells about its one application; empty where it does not yet."""
    listed = f"http://{HOST}:{port}/api/v1/applications"
    found = asked(listed)
    return f"{listed}/{found[0]['id']}" if found else ""


def summing(application: str) -> bool:
    """Tell whether the cluster is in the middle of a stage over the whole log: some tasks done, and some to do."""
    return any(
        stage["status"] == "ACTIVE" and stage["numTasks"] >= FILES and 0 < stage["numCompleteTasks"] < stage["numTasks"]
        for stage in stages(application)
        if stage["stageId"] > 2  # past the schema and the survey
    )


def test_a_worker_dies_and_the_facts_are_the_same(cluster: Cluster, plan: Plan, log: Path, tmp_path: Path) -> None:
    port, facts_path, told = free_port(), tmp_path / "facts.parquet", tmp_path / "driver.log"
    conf = {
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.driver.memory": "1g",
        "spark.executor.memory": "1500m",
        "spark.ui.port": str(port),
        "spark.sql.files.maxPartitionBytes": "8m",
        "spark.sql.session.timeZone": "America/New_York",
    }
    script, words = HOWTO / "spark" / "facts_on_spark.py", [HOWTO / "database" / "plan.yaml", log, facts_path]
    driver = cluster.submit(script, [str(word) for word in words], conf=conf, log=told)
    with ended(driver):
        wait_for(lambda: application_of(port) or driver.poll() is not None, seconds=120, what="the driver")
        application = application_of(port)
        wait_for(lambda: summing(application) or driver.poll() is not None, seconds=300, what="the middle of the job")
        assert driver.poll() is None, told.read_text("utf-8")[-3000:]
        cluster.kill(1)
        wait_for(lambda: cluster.states() == ["ALIVE", "DEAD"], seconds=120, what="the master to miss a worker")
        assert driver.poll() is None
        assert driver.wait(timeout=600) == 0, told.read_text("utf-8")[-3000:]
    lost = told.read_text("utf-8")
    assert "Lost executor" in lost

    here = measure(sorted(log.glob("*.parquet")), plan, engine="duckdb", memory_mb=1000)
    assert here.rows_read == ROWS + REPEATED
    assert as_rows(read_facts(facts_path, plan)) == as_rows(here)
    reasons = [line.split() for line in lost.splitlines() if line.startswith("excluded ")]
    assert [(reason, int(rows)) for _, reason, rows, *_ in reasons] == [
        (left.reason, left.rows) for left in here.excluded
    ]
    assert {left.reason: left.rows for left in here.excluded}["duplicate"] == REPEATED

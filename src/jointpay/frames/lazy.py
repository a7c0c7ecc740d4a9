"""What only the library itself can do with a table that it has not read yet: microseconds of its times, and collecting.

narwhals has one form of nearly everything. Of the few things that it has not for all libraries, each has one function here.
"""

from importlib import import_module
from typing import Any, cast

import narwhals.stable.v2 as nw

from jointpay.errors import DataError
from jointpay.findings import Finding, Place
from jointpay.frames.tables import first_line

__all__ = ["collected", "with_microseconds"]


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
            quoted = column.replace("`", "``")
            start = "TIMESTAMP '1970-01-01 00:00:00Z'" if _is_zoned(frame, column) else "TIMESTAMP_NTZ '1970-01-01'"
            functions = import_module("pyspark.sql.functions")
            taken = functions.expr(f"timestampdiff(MICROSECOND, {start}, `{quoted}`)")
            return cast("nw.LazyFrame[Any]", nw.from_native(native.withColumn(name, taken)))
        case nw.Implementation.IBIS:
            return cast("nw.LazyFrame[Any]", nw.from_native(native.mutate(**{name: _of_ibis(native[column])})))
        case _:
            return frame.with_columns(nw.col(column).dt.timestamp("us").alias(name))


def _is_zoned(frame: nw.LazyFrame[Any], column: str) -> bool:
    dtype = frame.collect_schema()[column]
    return isinstance(dtype, nw.Datetime) and dtype.time_zone is not None


def _of_ibis(column: Any) -> Any:  # noqa: ANN401 - a column of ibis
    """Seconds and the microseconds in the second, since ibis has no microseconds since 1970 for every database."""
    return column.epoch_seconds().cast("int64") * 1_000_000 + column.microsecond().cast("int64")


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

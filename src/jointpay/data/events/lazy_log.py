"""A log that its library has not read yet: its columns under the names of what they mean, typed so that nothing is guessed.

A lazy table whose columns have types (times, whole numbers, text, booleans) is judged and summed by its library, and only
sums and refused rows are ever brought here. Where a column is of another type, the table is read into memory instead,
and judged cell by cell.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals.stable.v2 as nw

from jointpay.data.events.zone_days import DAY_SECONDS
from jointpay.frames.lazy import is_known_to_ibis, with_microseconds

__all__ = ["DAY_US", "ROW", "LazyLog", "is_lazily_measured", "lazy_log"]

ROW = "row in the source"
"""Name of the column by which a source counts its rows from 0."""

DAY_US = DAY_SECONDS * 1_000_000
"""Microseconds of a day."""

_LIBRARIES = frozenset(
    {
        nw.Implementation.POLARS,
        nw.Implementation.DUCKDB,
        nw.Implementation.PYSPARK,
        nw.Implementation.PYSPARK_CONNECT,
        nw.Implementation.DASK,
    }
)
_WHOLE = (nw.Int8, nw.Int16, nw.Int32, nw.Int64, nw.UInt8, nw.UInt16, nw.UInt32)
"""Whole numbers that fit into int64 whatever they are."""
_LABELS = frozenset({"item", "channel", "kind", "event_id", "visitor", "order"})
_TEXT = (nw.String, nw.Categorical, nw.Enum)


@dataclass(frozen=True, slots=True, eq=False)
class LazyLog:
    """One lazy table of events.

    Its columns have the names of their meanings: `time`, `item`, `kind` and, where the plan reads them, `channel`,
    `value`, `event_id`, `visitor`, `order` and `flag` with the flag's name; `us` holds the microseconds of the time.
    """

    name: str
    frame: nw.LazyFrame[Any]
    numbered: Callable[[], nw.LazyFrame[Any]]
    """The same, with `row`, counted from 0, where the source counts its rows."""
    names: Mapping[str, str]
    """The source's column for each meaning."""
    zoned: bool
    """Whether a time is an instant, and not what a clock in the plan's zone showed."""
    written: Mapping[str, str] = field(default_factory=dict)
    """The column that holds the cells as the source has them, for meanings whose columns were typed here; in `numbered`."""

    def reads(self, meaning: str) -> bool:
        """Tell whether there is a column of this meaning."""
        return meaning in self.names


def is_lazily_measured(frame: nw.LazyFrame[Any]) -> bool:
    """Tell whether a library can judge and sum a log by itself."""
    return frame.implementation in _LIBRARIES or is_known_to_ibis(frame)


def lazy_log(
    frame: nw.LazyFrame[Any], names: Mapping[str, str], *, name: str, numbered: Callable[[], nw.LazyFrame[Any]]
) -> LazyLog | None:
    """Take a lazy table as a log; None where a column has a type that needs to be judged cell by cell.

    `numbered` opens the same table with a column `row`, or without where its rows have no order.
    """
    schema = frame.collect_schema()
    if not all(_is_typed(meaning, schema[column]) for meaning, column in names.items()):
        return None
    time = schema[names["time"]]

    def taken(table: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        listed = table.collect_schema().names()
        microseconds = _free(listed)
        columns = [_column(meaning, column, schema[column]).alias(meaning) for meaning, column in names.items()]
        counted = [nw.col(ROW).alias("row")] if ROW in listed else []
        timed = with_microseconds(table, names["time"], microseconds)
        return timed.select(nw.col(microseconds).alias("us"), *columns, *counted)

    zoned = isinstance(time, nw.Datetime) and time.time_zone is not None
    return LazyLog(name, taken(frame), lambda: taken(numbered()), names, zoned)


def _free(taken: list[str]) -> str:
    """Find a name that no column has."""
    name = "us"
    while name in taken:
        name += "_"
    return name


def _column(meaning: str, column: str, dtype: nw.dtypes.DType) -> nw.Expr:
    """Take a column, labels as text."""
    is_label = meaning in _LABELS
    return nw.col(column).cast(nw.String) if is_label and dtype != nw.String else nw.col(column)


def _is_typed(meaning: str, dtype: nw.dtypes.DType) -> bool:
    match meaning:
        case "time":
            return isinstance(dtype, nw.Datetime)
        case "value":
            return dtype in _WHOLE
        case _ if meaning in _LABELS:
            return dtype in _WHOLE or isinstance(dtype, _TEXT)
        case _:
            return dtype == nw.Boolean

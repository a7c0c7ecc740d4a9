"""Measuring: raw events become facts, integer totals per day, item and channel in the plan's time zone."""

from collections.abc import Mapping
from datetime import date, datetime

from jointpay.data.events.closed_days import Late, closed_days
from jointpay.data.facts import Facts
from jointpay.data.grain import Grain
from jointpay.frames.files import FileEngine
from jointpay.plan.plan import Plan

__all__ = ["measure"]


def measure(
    events: object,
    plan: Plan,
    *,
    source: str | None = None,
    columns: Mapping[str, str] | None = None,
    until: datetime | None = None,
    closed: date | None = None,
    late: Late | None = None,
    control: Mapping[str, int] | None = None,
    grain: Grain | None = None,
    engine: FileEngine | None = None,
    memory_mb: int | None = None,
) -> Facts:
    """Measure raw events: sum them into facts per day, item and channel, exactly.

    `events` is a path (.csv in UTF-8, .parquet; wildcards name several), a list of paths that are files of one log, a
    dataframe of any library narwhals knows, or a mapping of column names to sequences. The index of a pandas dataframe
    is not read. A table whose columns have types is judged and summed by its own library, if that is DuckDB, polars,
    Spark, Dask, or Ibis on DuckDB or PostgreSQL; other tables are read into memory. The facts are the same.

    CSV files that are together larger than 256 MiB, and any under `memory_mb`, are typed piece by piece into Parquet in a
    temporary folder, and summed from there, where DuckDB or polars is installed. Where the plan looks for visitors in all
    files (touches, `once_per`), Parquet files beside them count towards the 256 MiB too.

    `engine` names the library that sums such files; None takes DuckDB where it is installed, then polars. `memory_mb`
    is the most memory that DuckDB may use for it, in MiB. `grain` gives cells of days in which facts may be added up
    (see `coarsest_grain`); None keeps them by day.

    `columns` says which column holds what where it differs from the plan: `{"item": "item_id"}`. `source` is what the
    table is called in messages. `until` is the cut-off of the run, an instant of a whole second: an event at or after
    it is refused. The clock of the machine is never asked. Days before `closed`, a date, are closed: `late` says
    whether their events are left out and listed as `closed_period` (`"exclude"`), or refused (`"refuse"`). `control`
    declares what must be in the log, as whoever exported it counted: `{"rows": 1_000_000, "revenue": 123456789}`, the
    number of rows and sums of the plan's totals in the smallest unit, repeated rows included. Another count is refused.

    Times are ISO 8601 with an offset, or without one what a clock in the plan's zone showed: a local time that never
    was is refused, and one that came twice counts as the first. Ids are text, or whole numbers taken as their decimal
    digits. A value is a whole number in the smallest unit. Every cell is read strictly or refused; nothing is guessed.

    A repeated identical row counts once. What does not count is listed in `excluded` with what it would have added, by
    reason: `duplicate`, `ignored_kind`, `value_limit` (beyond a limit that excludes), `value_cap` (rows that count, as
    the cap; the rest of their value). No events give facts of no rows.

    Where the plan credits orders by touch, the log is measured as a whole: orders and their touches may stand in
    different files, and the touches before the first order belong to the log too. Facts of totals that orders change
    are in millionths; `control` stays in the smallest unit. Excluded then are also `no_touch`, `order_unknown` and
    `order_excluded`. Where a total has `once_per`, all files of the log are looked through for its visitors too; what it
    leaves out is listed as `repeated_in_interval` and `visitor_unknown`, and counts in other totals.

    Raises `DataError` with all problems of a table; `TooLargeError` where a sum could pass 2**63; `MissingExtraError`
    where no installed library can do it; `ConservationError` if facts and exclusions were not the input.
    """
    # Most who import the package have facts, and need none of what reads raw events, a tenth of the import.
    from jointpay.data.events.measuring import measured  # noqa: PLC0415

    return measured(
        events,
        plan,
        source=source,
        columns=columns,
        until=until,
        closed=closed_days(closed, late),
        control=control,
        grain=grain,
        engine=engine,
        memory_mb=memory_mb,
    )

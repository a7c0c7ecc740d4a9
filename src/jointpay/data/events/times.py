"""When the events happened: a column of times as days of the plan's zone.

A time with an offset is an instant. A time without one is what a clock in the plan's zone showed: one that the clock
never showed is refused, and one that it showed twice is taken as the first (fold 0) and noted.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay.data.cell_complaints import CLOCK, YEARS, time_complaint
from jointpay.data.events.closed_days import Closed, late_complaint
from jointpay.data.events.log_columns import LogColumns
from jointpay.data.events.zone_days import DAY_SECONDS, zone_days
from jointpay.data.problems import shown
from jointpay.data.table_problems import TableProblems
from jointpay.plan.calendar import day_number

__all__ = ["EventTimes", "note_twice", "read_times"]

_FIRST = day_number(date(YEARS[0], 1, 1)) * DAY_SECONDS
_END = day_number(date(YEARS[-1] + 1, 1, 1)) * DAY_SECONDS
_MANY_ENDINGS = 5_000
_MILLION = 1_000_000
_HOUR_SECONDS = 3_600


@dataclass(frozen=True, slots=True, eq=False)
class _Times:
    """Times of R rows in whole seconds since 1970: of UTC, or of the zone's clock where `local`."""

    seconds: NDArray[np.int64]
    local: NDArray[np.bool_]
    micros: NDArray[np.int64] | None
    """Microseconds on top of the seconds, where they are asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class EventTimes:
    """When R events happened."""

    days: NDArray[np.int32]
    """(R,) days since 1970-01-01 in the plan's zone."""
    instants_us: NDArray[np.int64] | None
    """(R,) microseconds since 1970 in UTC, where they are asked for; what is finer is cut off."""
    clock_hours: NDArray[np.int64] | None
    """(R,) hours since 1970-01-01T00:00 on a clock of the plan's zone, where instants are asked for."""
    twice: int = 0
    """How many times came twice on that clock, of those without an offset."""


def read_times(
    columns: LogColumns, *, until: datetime | None, instants: bool, closed: Closed | None = None
) -> EventTimes:
    """Give the day of every event in the plan's zone, and its instant if that is asked for; zeros where it is refused.

    An event at midnight belongs to the day that begins. Every text that is not a time, every time outside the years
    1970 to 2200, every local time that does not exist and every event at or after `until` is refused; so is every event
    of a closed day, where late ones are not to be left out.
    """
    zeros = np.zeros(columns.rows, np.int64) if instants else None
    nothing = EventTimes(np.zeros(columns.rows, np.int32), zeros, zeros)
    series = columns.column("time", allowed=("time",))
    if series is None or not columns.rows:
        return nothing
    read = _of_text if series.dtype == nw.String else _of_datetimes
    times = read(columns, series, micros=instants)
    if times is None:
        return nothing
    rules = zone_days(columns.zone, int(times.seconds.min()), int(times.seconds.max()))
    local = times.local
    twice = 0
    if local.any():
        _refuse_skipped(columns, local & rules.skipped(times.seconds))
        twice = int((local & rules.repeated(times.seconds)).sum())
    wall = np.where(local, times.seconds, rules.wall(times.seconds))
    utc = times.seconds
    if local.any() and (until is not None or instants):
        utc = np.where(local, rules.instants(times.seconds), times.seconds)
    if until is not None:
        late = utc >= int(until.timestamp())
        _refuse(
            columns,
            late,
            lambda cell: (
                f"{shown(cell)} is not before the cut-off {until.isoformat()}; allowed: events before it; "
                f"next: check the clock that logged it, or give a later `until`"
            ),
            code="time_after_cut_off",
        )
    days = (wall // DAY_SECONDS).astype(np.int32)
    if closed is not None and closed.late == "refuse":
        _refuse(columns, days < closed.before, lambda cell: late_complaint(shown(cell), closed), code="closed_period")
    if times.micros is None:
        return EventTimes(days, None, None, twice)
    return EventTimes(days, utc * _MILLION + times.micros, wall // _HOUR_SECONDS, twice)


def _refuse(columns: LogColumns, mask: NDArray[np.bool_], message: Any, *, code: str = "time") -> None:  # noqa: ANN401 - a function of the cell's text
    if not mask.any():
        return

    def told(place: int) -> str:
        cell = columns.cells("time", [place])[0]
        return str(message("" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)))

    columns.refuse(code, mask, told, meaning="time")


def _refuse_skipped(columns: LogColumns, skipped: NDArray[np.bool_]) -> None:
    _refuse(
        columns,
        skipped,
        lambda cell: (
            f"{shown(cell)} never was in {columns.zone}: the clocks were put forward over it; "
            f"next: log times with their offset"
        ),
        code="time_skipped",
    )


def note_twice(count: int, zone: str, column: str, problems: TableProblems) -> None:
    """Note local times that a clock in the zone showed twice."""
    if count:
        problems.note(
            "time_repeated",
            "warning",
            f"{count} local times came twice in {zone}, when the clocks were put back; each is taken as the first; "
            f"next: log times with their offset",
            column=column,
        )


def _of_datetimes(columns: LogColumns, series: nw.Series[Any], *, micros: bool) -> _Times | None:
    missing = series.is_null().to_numpy()
    if missing.any():
        _refuse(columns, missing, lambda cell: time_complaint(cell, columns.zone))
        return None
    seconds, rest = np.divmod(series.dt.timestamp("us").to_numpy().astype(np.int64), _MILLION)
    outside = (seconds < _FIRST) | (seconds >= _END)
    if outside.any():
        _refuse(columns, outside, lambda cell: time_complaint(cell, columns.zone))
        return None
    zoned = isinstance(series.dtype, nw.Datetime) and series.dtype.time_zone is not None
    local = np.full(len(seconds), not zoned, dtype=np.bool_)
    return _Times(seconds=seconds, local=local, micros=rest if micros else None)


def _of_text(columns: LogColumns, text: nw.Series[Any], *, micros: bool) -> _Times | None:
    shaped = (text.str.contains(CLOCK) & ~text.str.contains("\n", literal=True)).to_numpy().astype(np.bool_)
    frame = text.alias("t").to_frame()
    time = nw.col("t")
    dates = (
        frame.filter(shaped.tolist()).select(time.str.slice(0, 10))
        if not shaped.all()
        else frame.select(time.str.slice(0, 10))
    )
    days = {day: _day(day) for day in dates.get_column("t").unique().to_list()}
    impossible = [day for day, number in days.items() if number is None]
    wrong = ~shaped
    if impossible:
        wrong |= frame.select(time.str.slice(0, 10).is_in(impossible)).get_column("t").to_numpy().astype(np.bool_)
    if wrong.any():
        _refuse(columns, wrong, lambda cell: time_complaint(cell, columns.zone))
        return None
    colon = frame.select(time.str.slice(16, 1) == ":").get_column("t")
    if not colon.all():
        whole = nw.concat_str(time.str.slice(0, 16), nw.lit(":00"), time.str.slice(16))
        frame = frame.select(nw.when(time.str.slice(16, 1) == ":").then(time).otherwise(whole).alias("t"))
    ending = time.str.slice(19)
    endings = frame.select(ending).get_column("t").unique().to_list()
    if len(endings) > _MANY_ENDINGS:
        ending = ending.str.replace(r"^[.][0-9]+", "")
        endings = frame.select(ending).get_column("t").unique().to_list()
    offsets = [_offset(end) for end in endings]
    seconds = frame.select(
        time.str.slice(0, 10).replace_strict(list(days), list(days.values()), return_dtype=nw.Int64) * DAY_SECONDS
        + time.str.slice(11, 2).cast(nw.Int64) * 3600
        + time.str.slice(14, 2).cast(nw.Int64) * 60
        + time.str.slice(17, 2).cast(nw.Int64)
        - ending.replace_strict(endings, [offset or 0 for offset in offsets], return_dtype=nw.Int64)
    )
    without = [end for end, offset in zip(endings, offsets, strict=True) if offset is None]
    local = (
        frame.select(ending.is_in(without)).get_column("t").to_numpy().astype(np.bool_)
        if without
        else np.zeros(len(text), dtype=np.bool_)
    )
    return _Times(
        seconds=seconds.get_column("t").to_numpy().astype(np.int64),
        local=local,
        micros=_micros(frame) if micros else None,
    )


def _micros(frame: nw.DataFrame[Any]) -> NDArray[np.int64]:
    """Read the decimals of the second of times `t` that are written whole, to the sixth."""
    decimals = nw.col("t").str.slice(19).str.replace(r"[Z+-].*$", "").str.replace(r"^[.]", "")
    six = nw.concat_str(decimals, nw.lit("000000")).str.slice(0, 6).cast(nw.Int64)
    return frame.select(six.alias("t")).get_column("t").to_numpy().astype(np.int64)


def _day(text: str) -> int | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day_number(day) if day.year in YEARS else None


def _offset(ending: str) -> int | None:
    """Read the offset at the end of a time, in seconds east of UTC; None where there is none."""
    ending = ending.lstrip(".0123456789")
    if not ending:
        return None
    if ending == "Z":
        return 0
    digits = ending[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:] or "0") * 60
    return seconds if ending[0] == "+" else -seconds

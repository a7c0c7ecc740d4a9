"""Sums of a lazy log, taken by its library: one pass, one group for each place, item and channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay.data.events.lazy_log import LazyLog
from jointpay.data.events.lazy_rows import Survey, of_kinds
from jointpay.data.events.meaning import EventMeaning
from jointpay.data.events.totals import refuse_unsafe_parts
from jointpay.frames.lazy import collected
from jointpay.plan.filters import Filter
from jointpay.plan.plan import Plan
from jointpay.plan.totals import SumTotal, Total
from jointpay.plan.units import total_scale

__all__ = ["Groups", "group_sums", "is_meant"]

_CAPPED = "capped rows"


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Sums by place, item and channel, in no order. Shapes: G groups."""

    places: NDArray[np.int64]
    """(G,) day, or what stands for rows that do not count."""
    items: nw.Series[Any]
    channels: nw.Series[Any] | None
    rows: NDArray[np.int64]
    totals: Mapping[str, NDArray[np.int64]]
    """(G,) with values cut to their caps."""
    cut: Mapping[str, NDArray[np.int64]]
    """(G,) what the caps took from a total, for totals that read a capped kind."""
    capped_rows: NDArray[np.int64] | None
    """(G,) rows whose value was cut."""

    def part(self, here: NDArray[np.bool_]) -> "Groups":
        """Take some of the groups."""
        return Groups(
            places=self.places[here],
            items=_chosen(self.items, here),
            channels=None if self.channels is None else _chosen(self.channels, here),
            rows=self.rows[here],
            totals={name: total[here] for name, total in self.totals.items()},
            cut={name: total[here] for name, total in self.cut.items()},
            capped_rows=None if self.capped_rows is None else self.capped_rows[here],
        )


def _chosen(series: nw.Series[Any], here: NDArray[np.bool_]) -> nw.Series[Any]:
    """Take some rows of a column. A list of booleans would not do: an empty one is no mask to pyarrow."""
    mask = nw.new_series("mask", here, nw.Boolean, backend=series.implementation)
    return series.filter(mask)


def group_sums(
    log: LazyLog, frame: nw.LazyFrame[Any], place: nw.Expr, plan: Plan, meaning: EventMeaning, known: Survey
) -> Groups:
    """Sum the rows of every place, item and channel.

    Formula: total = number, or sum of values, of the rows of its kinds that pass its filter, less the same over the kinds
    of `minus`. Counting rows that have a mark and summing values are the forms that every library takes, and gives as
    whole numbers.

    Raises `DataError` where the library fails.
    """
    caps = _limits(meaning, known, "cap")
    dask = frame.implementation is nw.Implementation.DASK
    if dask and log.reads("value"):
        # Dask cannot cast whole numbers with gaps. Rows that miss a value they need are set apart already, by `place`.
        frame = frame.with_columns(place=place).with_columns(nw.col("value").fill_null(0))
        place = nw.col("place")
    marks = _Marks(meaning, zero=dask)
    value = _capped(caps)
    if caps:
        over = [(nw.col("kind") == kind) & (nw.col("value") > most) for kind, most in caps.items()]
        marks.count(_CAPPED, nw.any_horizontal(*over, ignore_nulls=True))
    for name, total in plan.totals.items():
        marks.total(name, total, nw.col("value").cast(nw.Int64) if log.reads("value") else nw.lit(1))
        if caps.keys() & {*total.events, *total.minus}:
            marks.total(f"capped {name}", total, value.cast(nw.Int64), column=value)
    keys = ["place", "item", *(["channel"] if log.reads("channel") else [])]
    marked = frame.with_columns(place=place).with_columns(**marks.columns)
    grouped = (
        marked.group_by(*keys)
        .agg(nw.len().alias("rows"), *marks.sums)
        .select(*keys, *(nw.col(name).cast(nw.Int64) for name in ("rows", *marks.columns)))
    )
    found = collected(grouped, name=log.name)
    sums = {name: _whole(found, name) for name in ("rows", *marks.columns)}
    scales = {name: total_scale(total, plan.events.attribution) for name, total in plan.totals.items()}
    plain = {name: _scaled(name, marks.put_together(name, sums), scales[name]) for name in plan.totals}
    capped = {
        name: _scaled(name, marks.put_together(f"capped {name}", sums), scales[name])
        for name in plan.totals
        if f"capped {name}" in marks.parts
    }
    return Groups(
        places=_whole(found, "place"),
        items=found.get_column("item"),
        channels=found.get_column("channel") if log.reads("channel") else None,
        rows=sums["rows"],
        totals={name: capped.get(name, plain[name]) for name in plan.totals},
        cut={name: plain[name] - capped[name] for name in capped},
        capped_rows=sums.get(_CAPPED),
    )


def _scaled(name: str, sums: NDArray[np.int64], scale: int) -> NDArray[np.int64]:
    """Bring sums to millionths, where the total counts in them. Raises `TooLargeError` where that could pass 2**63."""
    if scale > 1:
        refuse_unsafe_parts(name, max(int(np.abs(sums).sum()), 1) * scale)
    return sums * scale if scale > 1 else sums


class _Marks:
    """Columns that are counted or summed, each named once, and which of them make up a total.

    A row that a column does not concern is missing in it, so that the library passes over it; where a library would turn
    whole numbers with gaps into floats, it is zero in columns that are summed.
    """

    def __init__(self, meaning: EventMeaning, *, zero: bool) -> None:
        self._meaning = meaning
        self._zero = zero
        self.columns: dict[str, nw.Expr] = {}
        self.sums: list[nw.Expr] = []
        self.parts: dict[str, list[tuple[str, int]]] = {}

    def count(self, name: str, condition: nw.Expr) -> None:
        """Count the rows of a condition."""
        self.columns[name] = nw.when(condition).then(nw.lit(value=True))  # the mark that takes the least memory
        self.sums.append(nw.col(name).count())

    def total(self, name: str, total: Total, value: nw.Expr, *, column: nw.Expr | None = None) -> None:
        """Count or sum what adds to a total and what takes away from it. Filters read `column`, which is `value` by default.

        Rows that count where their touches are add nothing here: they are measured apart.
        """
        self.parts[name] = []
        for named, sign in ((total.events, 1), (total.minus, -1)):
            kinds = [kind for kind in named if kind not in self._meaning.placed_by_touch]
            if not kinds:
                continue
            part = f"{'plus' if sign > 0 else 'minus'} {name}"
            condition = of_kinds(kinds)
            for passes in _passes(total.where, self._meaning, nw.col("value") if column is None else column):
                condition &= passes
            if isinstance(total, SumTotal):
                taken = nw.when(condition).then(value)
                self.columns[part] = taken.otherwise(nw.lit(0)).cast(nw.Int64) if self._zero else taken
                self.sums.append(nw.col(part).sum())
            else:
                self.count(part, condition)
            self.parts[name].append((part, sign))

    def put_together(self, name: str, sums: Mapping[str, NDArray[np.int64]]) -> NDArray[np.int64]:
        """Give a total of every group."""
        parts = [sums[part] if sign > 0 else -sums[part] for part, sign in self.parts[name]]
        return sum(parts[1:], start=parts[0]) if parts else np.zeros_like(sums["rows"])


def is_meant(total: Total, meaning: EventMeaning, known: Survey) -> nw.Expr:
    """Tell the rows that a total counts, of those that count at all: of its kinds, within limits, and through its filter."""
    meant = of_kinds(total.events)
    for kind, most in _limits(meaning, known, "exclude").items():
        meant &= (nw.col("kind") != kind) | nw.col("value").is_null() | (nw.col("value") <= most)
    for passes in _passes(total.where, meaning, _capped(_limits(meaning, known, "cap"))):
        meant &= passes
    return meant


def _limits(meaning: EventMeaning, known: Survey, beyond: str) -> dict[str, int]:
    """Give the limits of values that some row is beyond, by kind."""
    return {
        kind: limit.at_most
        for kind, limit in meaning.limits.items()
        if limit.beyond == beyond and known.most > limit.at_most
    }


def _capped(caps: Mapping[str, int]) -> nw.Expr:
    """Give the value of a row, cut to the cap of its kind."""
    value = nw.col("value")
    for kind, most in caps.items():
        value = nw.when((nw.col("kind") == kind) & (nw.col("value") > most)).then(nw.lit(most)).otherwise(value)
    return value


def _passes(where: Filter, meaning: EventMeaning, value: nw.Expr) -> list[nw.Expr]:
    conditions: list[nw.Expr] = []
    if where.channels is not None:
        wanted = nw.col("channel").is_in(list(where.channels))
        if meaning.known_channels is not None and meaning.other_channel in where.channels:
            # What the plan does not know is counted as this channel, and so passes with it.
            wanted |= ~nw.col("channel").is_in([*meaning.known_channels, ""])
        conditions.append(wanted)
    if where.at_least is not None:
        conditions.append(value >= where.at_least)
    if where.at_most is not None:
        conditions.append(value <= where.at_most)
    conditions += [nw.col(f"flag {flag}") for flag in where.flags]
    conditions += [~nw.col(f"flag {flag}") for flag in where.without]
    return conditions


def _whole(frame: nw.DataFrame[Any], column: str) -> NDArray[np.int64]:
    return frame.get_column(column).to_numpy().astype(np.int64, copy=False)

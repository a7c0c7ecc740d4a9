"""The rows of one event table, judged and turned into numbers."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay.data.cell_complaints import (
    FLAGS,
    LARGEST,
    REWRITTEN_ID,
    TOTAL_WORDS,
    WHOLE,
    flag_complaint,
    whole_complaint,
)
from jointpay.data.cell_values import FLOAT_DIGITS, Refusal, read_id, rounded_ids
from jointpay.data.events.log_columns import LogColumns
from jointpay.data.events.meaning import EventMeaning
from jointpay.data.events.times import note_twice, read_times
from jointpay.data.problems import shown
from jointpay.data.table_problems import TableProblems
from jointpay.data.typed_columns import coded_labels

__all__ = ["EventRows", "Events", "Labelled", "judge_item", "note_moved", "read_flag", "read_rows", "read_values"]


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """The labels of R rows: `labels[codes[r]]`, sorted by code point; -1 where the label was refused or is not read."""

    codes: NDArray[np.int32]
    labels: tuple[str, ...]

    def part(self, rows: NDArray[np.bool_]) -> "Labelled":
        """Take some of the rows; labels that occur in none of them stay."""
        return Labelled(codes=self.codes[rows], labels=self.labels)

    def among(self, named: Collection[str]) -> NDArray[np.bool_]:
        """Tell the rows whose label is one of these, (R,); a row without a label is none of them."""
        return np.array([*(label in named for label in self.labels), False])[self.codes]


@dataclass(frozen=True, slots=True, eq=False)
class EventRows:
    """R events of one table."""

    days: NDArray[np.int32]
    items: Labelled
    channels: Labelled
    kinds: Labelled
    values: NDArray[np.int64]
    """(R,) zero where the event has none."""
    flags: Mapping[str, NDArray[np.bool_]]
    ids: nw.Series[Any] | None
    """(R,) event ids, unless duplicates are not checked."""
    instants_us: NDArray[np.int64] | None
    """(R,) microseconds since 1970 in UTC, where the plan asks who did what when."""
    clock_hours: NDArray[np.int64] | None
    """(R,) hours since 1970-01-01T00:00 on a clock of the plan's zone, where instants are read."""
    visitors: nw.Series[Any] | None
    """(R,) who it was, as text, empty where nobody knows; where the plan asks who did what when."""
    orders: nw.Series[Any] | None
    """(R,) the event that a row takes back, as text, where the plan reads that."""


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """R events of all tables of a log, as numbers."""

    days: NDArray[np.int32]
    items: Labelled
    channels: Labelled
    kinds: Labelled
    values: NDArray[np.int64]
    flags: Mapping[str, NDArray[np.bool_]]
    counted: NDArray[np.bool_]
    """(R,) false for the repetitions of an event."""

    def part(self, rows: NDArray[np.bool_]) -> "Events":
        """Take some of the rows."""
        return Events(
            days=self.days[rows],
            items=self.items.part(rows),
            channels=self.channels.part(rows),
            kinds=self.kinds.part(rows),
            values=self.values[rows],
            flags={name: flag[rows] for name, flag in self.flags.items()},
            counted=self.counted[rows],
        )


def read_rows(columns: LogColumns, meaning: EventMeaning, *, until: datetime | None) -> EventRows:
    """Read every column of an event table.

    Raises `DataError` with all problems of all columns.
    """
    everywhere = np.ones(columns.rows, np.bool_)
    ids = _ids(columns) if "event_id" in columns.names else None
    times = read_times(columns, until=until, instants=meaning.needs_visitor, closed=meaning.closed)
    note_twice(times.twice, columns.zone, columns.names["time"], columns.problems)
    kinds = _labelled(columns, "kind", meaning.judge_kind, everywhere)
    placed = ~kinds.among(meaning.placed_by_touch) if meaning.placed_by_touch else everywhere
    items = _labelled(columns, "item", judge_item, placed, empty=meaning.leaves_out_empty)
    _refuse_rounded(columns, items)
    channels = _channels(columns, meaning, placed)
    values = _values(columns, meaning, kinds)
    flags = {name: read_flag(columns, name) for name in meaning.flags}
    visitors, orders = _names(columns, "visitor"), _names(columns, "order")
    columns.problems.stop()
    return EventRows(
        days=times.days,
        items=items,
        channels=channels,
        kinds=kinds,
        values=values,
        flags=flags,
        ids=ids,
        instants_us=times.instants_us,
        clock_hours=times.clock_hours,
        visitors=visitors,
        orders=orders,
    )


def _mask(series: nw.Series[Any]) -> NDArray[np.bool_]:
    return series.to_numpy().astype(np.bool_)


def _is_rewritten(text: nw.Series[Any]) -> NDArray[np.bool_]:
    """Tell the ids that went through a float."""
    # A character is found several times as fast as a pattern, and hardly any column of ids holds one of these.
    if not any(text.str.contains(sign, literal=True).any() for sign in ".+"):
        return np.zeros(len(text), np.bool_)
    return _mask(text.str.contains(REWRITTEN_ID))


def _ids(columns: LogColumns) -> nw.Series[Any] | None:
    series = columns.column("event_id", allowed=("whole",))
    if series is None:
        return None
    if series.dtype != nw.String:
        missing, rewritten = _mask(series.is_null()), np.zeros(columns.rows, np.bool_)
        totals = rewritten
    else:
        missing = _mask(series == "")
        rewritten = _is_rewritten(series)
        totals = _mask(series.is_in(sorted(TOTAL_WORDS | {word.title() for word in TOTAL_WORDS})))

    def told(place: int) -> str:
        return shown(columns.cells("event_id", [place])[0])

    columns.refuse(
        "cell_empty",
        missing,
        lambda _: "the cell is empty; allowed: the unique id of the event; next: fill it in",
        meaning="event_id",
    )
    columns.refuse(
        "id_rewritten",
        rewritten,
        lambda place: (
            f"{told(place)} looks like an id that a spreadsheet or a float rewrote; allowed: the id as text; "
            f"next: read the column as text (dtype=str) and export it again"
        ),
        meaning="event_id",
    )
    columns.refuse("total_row", totals, lambda place: _total_row(told(place)), meaning="event_id")
    return series


def _names(columns: LogColumns, meaning: str) -> nw.Series[Any] | None:
    """Read the ids of visitors or of orders as text, if the plan reads them; a cell may be empty."""
    series = columns.column(meaning, allowed=("whole",)) if meaning in columns.names else None
    if series is None:
        return None
    text = series if series.dtype == nw.String else series.cast(nw.String).fill_null("")
    columns.refuse(
        "id_rewritten",
        _is_rewritten(text),
        lambda place: (
            f"{shown(text[place])} looks like an id that a spreadsheet or a float rewrote; allowed: the id as text, or "
            f"an empty cell; next: read the column as text (dtype=str) and export it again"
        ),
        meaning=meaning,
    )
    return text


def _total_row(told: str) -> str:
    return f"{told} is the label of a total row, not an event; next: drop total rows"


def judge_item(label: str) -> str | Refusal:
    """Read the id of an item."""
    if not label:
        return Refusal(
            "cell_empty", "the cell is empty; allowed: the id of an item; next: fill it in, or drop total rows"
        )
    if label.casefold() in TOTAL_WORDS:
        return Refusal("total_row", _total_row(shown(label)))
    return read_id(label)


def _refuse_rounded(columns: LogColumns, items: Labelled) -> None:
    """Refuse ids of many digits that have all been through a float: what is behind the 15th digit is zeros in each."""
    rounded = rounded_ids(items.labels)
    if rounded:
        columns.refuse(
            "id_rewritten",
            items.among(rounded),
            lambda place: (
                f"{shown(items.labels[items.codes[place]])} has more than {FLOAT_DIGITS} digits, and in every "
                f"such id the rest are zeros, as when a spreadsheet or a float has rounded them; allowed: the id as text; "
                f"next: format the column as text (dtype=str) and export it again"
            ),
            meaning="item",
        )


def _labelled(
    columns: LogColumns,
    meaning: str,
    judge: Callable[[str], str | Refusal],
    placed: NDArray[np.bool_],
    *,
    empty: bool = False,
) -> Labelled:
    """Read a column of labels in the rows of `placed` (R,): each distinct label is judged once, and may be read as another.

    Where a cell may be `empty`, such a row is as one that is not read.
    """
    nothing = Labelled(codes=np.zeros(columns.rows, np.int32), labels=())
    series = columns.column(meaning, allowed=("whole",))
    if series is None or not columns.rows:
        return nothing
    codes, written = coded_labels(series if series.dtype == nw.String else series.cast(nw.String).fill_null(""))
    "".join(written).encode()  # raises where a character is half of one, which only Python's own text can be
    if empty and "" in written:
        placed = placed & (codes != written.index(""))
    occurs = np.bincount(codes, weights=placed, minlength=len(written)) > 0
    read = {label: judge(label) for label, found in zip(written, occurs.tolist(), strict=True) if found}
    refused = {label: refusal for label, refusal in read.items() if isinstance(refusal, Refusal)}
    for code in sorted({refusal.code for refusal in refused.values()}):
        wrong = np.array([label in refused and refused[label].code == code for label in written])

        def told(place: int) -> str:
            return refused[written[codes[place]]].message

        columns.refuse(code, placed & wrong[codes], told, meaning=meaning)
    labels = sorted({label for label in read.values() if isinstance(label, str)})
    rank: dict[object, int] = {label: code for code, label in enumerate(labels)}
    ranks = np.array([rank.get(read.get(label), -1) for label in written], np.int32)
    return Labelled(codes=np.where(placed, ranks[codes], np.int32(-1)), labels=tuple(labels))


def _channels(columns: LogColumns, meaning: EventMeaning, placed: NDArray[np.bool_]) -> Labelled:
    if "channel" not in columns.names:
        return Labelled(codes=np.zeros(columns.rows, np.int32), labels=("",) if columns.rows else ())
    channels = _labelled(columns, "channel", meaning.judge_channel, placed, empty=meaning.leaves_out_empty)
    if meaning.other_channel is not None:
        series = columns.column("channel", allowed=("whole",))
        if series is not None and columns.rows:
            text = series if series.dtype == nw.String else series.cast(nw.String).fill_null("")
            known = meaning.known_channels or ()
            moved = [label for label in text.unique().to_list() if label and label not in known]
            counts = {label: int((placed & _mask(text == label)).sum()) for label in moved}
            note_moved(counts, meaning, columns.names["channel"], columns.problems)
    return channels


def note_moved(rows: Mapping[str, int], meaning: EventMeaning, column: str, problems: TableProblems) -> None:
    """Say how many rows of unknown channels were counted as the channel the plan names for them."""
    for label, count in sorted(rows.items()):
        if count and label not in (meaning.known_channels or ()):
            problems.note(
                "channel_moved",
                "warning",
                f"{count} rows of channel {shown(label)}, which the plan does not know, "
                f"are counted as {shown(meaning.other_channel)}",
                column=column,
            )


def _values(columns: LogColumns, meaning: EventMeaning, kinds: Labelled) -> NDArray[np.int64]:
    values, empty = read_values(columns)
    if "value" in columns.names:
        _refuse_missing(columns, meaning, kinds, empty)
        _refuse_beyond(columns, meaning, kinds, values)
    return values


def read_values(columns: LogColumns) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Read the values of events, (R,), all zeros where any is refused; and tell which cells are empty, (R,).

    A table without the column has zeros, and no empty cell.
    """
    nothing = np.zeros(columns.rows, np.int64), np.zeros(columns.rows, np.bool_)
    if "value" not in columns.names or not columns.rows:
        return nothing
    series = columns.column("value", allowed=("whole",))
    if series is None:
        return nothing
    if series.dtype == nw.String:
        empty = _mask(series == "")
        wrong = ~empty & ~_mask(series.str.contains(WHOLE) & ~series.str.contains("\n", literal=True))
        frame = series.alias("value").to_frame()
        whole = nw.when(nw.col("value") == "").then(nw.lit("0")).otherwise(nw.col("value"))
    else:
        empty = _mask(series.is_null())
        wrong = _mask(((series < 0) | (series > LARGEST)).fill_null(value=False))
        frame = series.fill_null(0).alias("value").to_frame()
        whole = nw.col("value")
    columns.refuse(
        "value", wrong, lambda place: whole_complaint(str(columns.cells("value", [place])[0])), meaning="value"
    )
    if wrong.any():
        return nothing[0], empty
    return frame.select(whole.cast(nw.Int64).alias("value")).get_column("value").to_numpy().astype(np.int64), empty


def _refuse_missing(columns: LogColumns, meaning: EventMeaning, kinds: Labelled, empty: NDArray[np.bool_]) -> None:
    needed = empty & kinds.among(meaning.valued_kinds)
    columns.refuse(
        "value_missing",
        needed,
        lambda place: (
            f"the cell is empty, and every {shown(kinds.labels[kinds.codes[place]])} needs its value; missing "
            f"is not zero; next: fill it in, or write 0 where it is zero"
        ),
        meaning="value",
    )


def _refuse_beyond(columns: LogColumns, meaning: EventMeaning, kinds: Labelled, values: NDArray[np.int64]) -> None:
    for kind, limit in meaning.limits.items():
        if limit.beyond == "refuse":
            told = f"is more than a {shown(kind)} can be; the plan allows at most {limit.at_most}"
            columns.refuse(
                "value_beyond",
                kinds.among([kind]) & (values > limit.at_most),
                lambda place, told=told: f"{values[place]} {told}",  # type: ignore[misc]
                meaning="value",
            )


def read_flag(columns: LogColumns, name: str) -> NDArray[np.bool_]:
    """Read a flag of events, (R,); a cell that is refused is false."""
    meaning = f"flag {name}"
    series = columns.column(meaning, allowed=("boolean", "whole"))
    if series is None or not columns.rows:
        return np.zeros(columns.rows, np.bool_)
    if series.dtype == nw.Boolean:
        empty, read = _mask(series.is_null()), series.fill_null(value=False)
        told = {None: flag_complaint("")}
        columns.refuse("flag", empty, lambda _: told[None], meaning=meaning)
        return _mask(read)
    text = series if series.dtype == nw.String else series.cast(nw.String).fill_null("")
    wrong = [label for label in text.unique().to_list() if label not in FLAGS]
    if wrong:
        columns.refuse("flag", _mask(text.is_in(wrong)), lambda place: flag_complaint(text[place]), meaning=meaning)
    return _mask(text.is_in([label for label, is_true in FLAGS.items() if is_true]))

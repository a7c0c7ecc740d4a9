"""From events to facts: every event adds to the totals that name its kind, and the sums are taken per day, item, channel.

The dataframe library does the sums: first a column of whole numbers per total, then plain sums, cast back to whole
numbers. That is the one form in which all of them give the same integers.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay.data.events.meaning import EventMeaning, once_per
from jointpay.data.events.once import LeftOut, Visits, kept_once
from jointpay.data.events.paths import Trail, placed_by_touch
from jointpay.data.events.rows import Events, Labelled
from jointpay.data.events.states import BEYOND, CAPPED, CLOSED, COUNTED, DUPLICATE, EMPTY_KEY, IGNORED, REASONS
from jointpay.data.facts import Exclusion, Facts
from jointpay.data.frozen import frozen
from jointpay.errors import ConservationError, TooLargeError
from jointpay.plan.attribution import MILLION
from jointpay.plan.filters import Filter
from jointpay.plan.plan import Plan
from jointpay.plan.totals import SumTotal, Total
from jointpay.plan.units import total_scale

__all__ = [
    "Events",
    "Sums",
    "check_conservation",
    "facts_of",
    "in_memory",
    "refuse_unsafe_parts",
    "refuse_unsafe_sums",
    "sum_events",
]

_NO_CHANNEL = -2
_ROOM = 2**63
"""Sums stay below this."""
_MOST_PLACES = 2**62
"""Days x items x channels."""


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Facts sorted by day, item and channel, and what was left out. Shapes: F facts."""

    days: NDArray[np.int64]
    items: NDArray[np.int64]
    channels: NDArray[np.int64]
    totals: dict[str, NDArray[np.int64]]
    excluded: tuple[Exclusion, ...]


def sum_events(
    events: Events,
    plan: Plan,
    meaning: EventMeaning,
    *,
    engine: str,
    trail: Trail | None = None,
    without: Collection[str] = (),
    visits: Visits | None = None,
) -> Sums:
    """Sum the events of every day, item and channel.

    Formula: total = sum over events of its kinds that pass its filter of 1 or the value, less the same over the kinds
    of `minus`. An event that no total counts still makes a fact, of zeros: something happened on that day. An event of
    an ignored kind, a repetition, and one beyond an excluding limit make none; they are listed as excluded with what
    they would have added. A capped event counts as the cap, and the rest of its value is listed as excluded.

    With a `trail` orders count where their touches are; without, no order is among the events. Totals that orders change
    are in millionths of their units. An order that is left out is in no channel, and would add nothing to a total that asks for one.
    Events of the kinds in `without`, of which none is an order, are touches and nothing else: they are summed elsewhere.

    Events of closed days are listed as such, whatever else they are; touches among them, and orders that are taken back
    later, place what is open.

    With `visits` totals with `once_per` count an event of each visitor, item and interval; without, they count every event.

    Raises `TooLargeError` where a sum could pass 2**63, and `ConservationError` where facts and exclusions do not add
    up to the input.
    """
    refuse_unsafe_sums(len(events.values), int(events.values.max(initial=1)))
    names = list(plan.totals)
    raw = {name: f"raw {at}" for at, name in enumerate(names)}
    state, values = _states(events, meaning)
    rows, parts = np.arange(len(state)), None
    if trail is not None:
        _refuse_unsafe_totals(events, plan)
        placed = placed_by_touch(events, state, values, trail, plan)
        if without:
            placed = placed.part(~placed.events.kinds.among(without))
        rows, parts, state = placed.rows, placed.parts, placed.state
        events, values = placed.events, values[rows]
    elif plan.events.attribution is not None:
        parts = np.full(len(state), MILLION)
    if meaning.closed is not None:
        # Last of all: an event of a closed day still is a touch, and an order that what comes later takes back.
        state = np.where(events.days < meaning.closed.before, CLOSED, state)
    added = {raw[name]: _added(total, events, plan) for name, total in plan.totals.items()}
    frame = _frame(events, state, parts, engine)
    with_raw = frame.with_columns(**added)
    excluded = _excluded(with_raw, raw, rows)
    input_sums = {name: int(with_raw.get_column(raw[name]).sum()) if len(frame) else 0 for name in names}
    capped = (values != events.values) & (state == COUNTED)
    if capped.any():
        limited = nw.new_series("value", values, nw.Int64, backend=cast("Any", engine))
        with_capped = frame.with_columns(limited).with_columns(**added)
        mask = capped.tolist()
        before, after = with_raw.filter(mask), with_capped.filter(mask)
        cut = {name: int(before.get_column(raw[name]).sum()) - int(after.get_column(raw[name]).sum()) for name in names}
        excluded.append(Exclusion(reason=CAPPED, rows=len(np.unique(rows[capped])), totals=cut))
        with_raw = with_capped
    if visits is not None:
        with_raw, left_out = _once(with_raw, events, plan, visits, rows)
        excluded += left_out
    groups = (
        with_raw.filter(nw.col("state") == COUNTED).group_by("place").agg(*(nw.col(raw[name]).sum() for name in names))
    )
    places = _whole(groups, "place")
    order = np.argsort(places)
    days, items, channels = _unpacked(places[order], events)
    sums = Sums(
        days=days,
        items=items,
        channels=channels,
        totals={name: _whole(groups, raw[name])[order] for name in names},
        excluded=tuple(sorted(excluded, key=lambda exclusion: exclusion.reason)),
    )
    check_conservation(input_sums, sums)
    return sums


def _once(
    frame: nw.DataFrame[Any], events: Events, plan: Plan, visits: Visits, rows: NDArray[np.int64]
) -> tuple[nw.DataFrame[Any], list[Exclusion]]:
    """Let totals with `once_per` count some of the events that they mean; give what they leave out."""
    left_out = LeftOut(list(plan.totals))
    counts = _whole(frame, "state") == COUNTED
    for at, (name, total) in enumerate(plan.totals.items()):
        rule = once_per(total)
        if rule is None:
            continue
        column = f"raw {at}"
        meant = counts & (_whole(frame, column) == 1)
        kept = kept_once(rule, events, visits, rows, meant)
        unknown = meant & (visits.visitors[rows] < 0)
        if rule.unknown_visitor == "exclude":
            kept &= ~unknown
        left_out.add(name, repeated=int((meant & ~kept & ~unknown).sum()), unknown=int((unknown & ~kept).sum()))
        numbers = nw.new_series(column, kept.astype(np.int64), nw.Int64, backend=frame.implementation)
        frame = frame.with_columns(numbers)
    return frame, left_out.exclusions()


def refuse_unsafe_sums(rows: int, largest: int) -> None:
    """Raise `TooLargeError` where a sum of so many values could pass 2**63."""
    if rows * max(largest, 1) >= _ROOM:
        raise TooLargeError(
            f"{rows} events with values up to {largest} could sum to more than 2**63; "
            f"next: measure the log in parts, or check the largest value"
        )


def _refuse_unsafe_totals(events: Events, plan: Plan) -> None:
    """Raise `TooLargeError` where the millionths of a total could pass 2**63; the sums of whole values cannot."""
    for name, total in plan.totals.items():
        scale = total_scale(total, plan.events.attribution)
        kinds = {*total.events, *total.minus}
        most = int(events.values[events.kinds.among(kinds)].sum()) if isinstance(total, SumTotal) else 0
        refuse_unsafe_parts(name, scale * max(most, len(events.values)))


def refuse_unsafe_parts(name: str, most: int) -> None:
    """Raise `TooLargeError` where a total could pass 2**63."""
    if most >= _ROOM:
        raise TooLargeError(
            f"total {name!r} counts in millionths, so that orders can be divided, and could reach {most}, which is more "
            f"than 2**63; next: measure fewer days at once, or use a larger unit"
        )


def in_memory(library: str) -> str:
    """Give the library that sums what is in memory: the one that read, if it works in memory."""
    return library if library in {"polars", "pandas", "modin", "pyarrow"} else "pyarrow"


def facts_of(sums: Sums, events: Events) -> Facts:
    """Make facts of the sums; only labels that occur are kept."""
    items = _occurring(sums.items, events.items.labels)
    channels = _occurring(sums.channels, events.channels.labels)
    return Facts(
        days=frozen(sums.days.astype(np.int32)),
        items=items.codes,
        channels=channels.codes,
        totals=MappingProxyType({name: frozen(total) for name, total in sums.totals.items()}),
        item_ids=items.labels,
        channel_ids=channels.labels,
        excluded=sums.excluded,
        rows_read=len(events.days),
    )


def _occurring(codes: NDArray[np.int64], labels: Sequence[str]) -> Labelled:
    occurring, recoded = np.unique(codes, return_inverse=True)
    return Labelled(codes=frozen(recoded.astype(np.int32)), labels=tuple(labels[code] for code in occurring.tolist()))


def _states(events: Events, meaning: EventMeaning) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give why each event counts or not, (R,), and its value after caps, (R,)."""
    state = np.where(events.counted, COUNTED, DUPLICATE)
    values = events.values
    if meaning.ignored:
        state[(state == COUNTED) & events.kinds.among(meaning.ignored)] = IGNORED
    if meaning.leaves_out_empty:
        empty = (events.items.codes < 0) | (events.channels.codes < 0)
        state[(state == COUNTED) & empty & ~events.kinds.among(meaning.placed_by_touch)] = EMPTY_KEY
    for code, kind in enumerate(events.kinds.labels):
        limit = meaning.limits.get(kind)
        if limit is None:
            continue
        beyond = (events.kinds.codes == code) & (events.values > limit.at_most)
        if limit.beyond == "cap":
            values = np.where(beyond, limit.at_most, values)
        else:
            state[(state == COUNTED) & beyond] = BEYOND
    return state.astype(np.int64), values


def _packed(events: Events) -> NDArray[np.int64]:
    """Give day, item and channel as one whole number, (R,): its order is theirs."""
    days = events.days.astype(np.int64) - int(events.days.min(initial=0))
    items, channels = len(events.items.labels), len(events.channels.labels)
    if (int(days.max(initial=0)) + 1) * items * channels >= _MOST_PLACES:
        raise TooLargeError(f"{items} items in {channels} channels are too many; next: measure the log in parts")
    return (days * items + events.items.codes) * channels + events.channels.codes


def _unpacked(
    places: NDArray[np.int64], events: Events
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Undo `_packed`."""
    rest, channels = np.divmod(places, max(len(events.channels.labels), 1))
    days, items = np.divmod(rest, max(len(events.items.labels), 1))
    return days + int(events.days.min(initial=0)), items, channels


def _frame(events: Events, state: NDArray[np.int64], parts: NDArray[np.int64] | None, engine: str) -> nw.DataFrame[Any]:
    columns: dict[str, NDArray[Any]] = {
        "place": _packed(events),
        "channel": events.channels.codes.astype(np.int64),
        "kind": events.kinds.codes.astype(np.int64),
        "value": events.values,
        "state": state,
    }
    if parts is not None:
        columns["parts"] = parts
    columns.update({f"flag {name}": flag for name, flag in events.flags.items()})
    return nw.from_dict(columns, backend=cast("Any", engine))


def _added(total: Total, events: Events, plan: Plan) -> nw.Expr:
    """Give what each event, or part of one, adds to a total."""
    amount = nw.col("value") if isinstance(total, SumTotal) else nw.lit(1)
    if total_scale(total, plan.events.attribution) > 1:
        amount *= nw.col("parts")
    passes = _passes(total.where, events)
    added: nw.Expr | None = None
    for kinds, sign in ((total.events, 1), (total.minus, -1)):
        codes = [code for code, kind in enumerate(events.kinds.labels) if kind in kinds]
        if codes:
            counts = nw.col("kind").is_in(codes)
            for condition in passes:
                counts &= condition
            part = nw.when(counts).then(amount * sign).otherwise(nw.lit(0)).cast(nw.Int64)
            added = part if added is None else added + part
    return (nw.col("kind") * 0 if added is None else added).cast(nw.Int64)


def _passes(where: Filter, events: Events) -> list[nw.Expr]:
    conditions: list[nw.Expr] = []
    if where.channels is not None:
        wanted = [code for code, channel in enumerate(events.channels.labels) if channel in where.channels]
        # pyarrow refuses to look for a number in an empty list; -1 is the channel of orders without touches.
        conditions.append(nw.col("channel").is_in(wanted or [_NO_CHANNEL]))
    if where.at_least is not None:
        conditions.append(nw.col("value") >= where.at_least)
    if where.at_most is not None:
        conditions.append(nw.col("value") <= where.at_most)
    conditions += [nw.col(f"flag {flag}") for flag in where.flags]
    conditions += [~nw.col(f"flag {flag}") for flag in where.without]
    return conditions


def _excluded(frame: nw.DataFrame[Any], raw: Mapping[str, str], rows: NDArray[np.int64]) -> list[Exclusion]:
    """List what does not count by its state. Shape: `rows` (E,), the row that each event is a part of."""
    groups = (
        frame.filter(nw.col("state") != COUNTED)
        .group_by("state")
        .agg(*(nw.col(column).sum() for column in raw.values()))
    )
    state = _whole(frame, "state")
    sums = {name: _whole(groups, column).tolist() for name, column in raw.items()}
    return [
        Exclusion(
            reason=REASONS[found],
            rows=_distinct(rows[state == found]),
            totals={name: listed[at] for name, listed in sums.items()},
        )
        for at, found in enumerate(_whole(groups, "state").tolist())
    ]


def _distinct(rows: NDArray[np.int64]) -> int:
    """Count the rows that occur, which is many times faster than sorting or hashing them."""
    occurs = np.zeros(int(rows.max(initial=-1)) + 1, np.bool_)
    occurs[rows] = True
    return int(occurs.sum())


def _whole(frame: nw.DataFrame[Any], column: str) -> NDArray[np.int64]:
    return frame.get_column(column).cast(nw.Int64).to_numpy().astype(np.int64)


def check_conservation(input_sums: Mapping[str, int], sums: Sums | Facts) -> None:
    """Hold the library to its word: facts and exclusions together are the input, per total."""
    for name, given in input_sums.items():
        counted = int(sums.totals[name].sum())
        left_out = sum(exclusion.totals[name] for exclusion in sums.excluded)
        if counted + left_out != given:
            raise ConservationError(
                f"total {name!r}: {counted} in facts and {left_out} excluded are not the {given} of the input"
            )

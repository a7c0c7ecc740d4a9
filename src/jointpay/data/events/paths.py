"""Paths to orders: which touches each order of a log has, and the rows that its parts become."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay.data.events.attribution import divide_orders
from jointpay.data.events.rows import EventRows, Events, Labelled
from jointpay.data.events.states import COUNTED, NO_TOUCH, ORDER_EXCLUDED, ORDER_UNKNOWN
from jointpay.data.typed_columns import numbered_by_library
from jointpay.engine.attribute import MILLION, taken_back
from jointpay.errors import ConservationError
from jointpay.plan.attribution import Attribution
from jointpay.plan.filters import Filter
from jointpay.plan.plan import Plan

__all__ = ["Placed", "Trail", "placed_by_touch", "trail_of", "visitor_codes"]

_LATEST = 2**62
_PACKED = 2**63
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Trail:
    """Who did what when, of the R events of a log."""

    instants_us: Whole
    """(R,) microseconds since 1970 in UTC."""
    visitors: Whole
    """(R,) a code for each visitor; -1 where nobody knows who it was."""
    ids: nw.Series[Any]
    """(R,) event ids as text."""
    orders: Whole
    """(R,) the row of the order that a row takes back; -1 where there is no such order, or nothing is taken back."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Parts of events: the row each is a part of, and the day, item and channel that it counts in. Shapes: (E,)."""

    events: Events
    state: Whole
    rows: Whole
    parts: Whole
    """In millionths of the event."""

    def part(self, here: Mask) -> "Placed":
        """Take some of the parts."""
        return Placed(self.events.part(here), self.state[here], self.rows[here], self.parts[here])


def trail_of(tables: Sequence[EventRows], kinds: Labelled, counted: Mask, rule: Attribution) -> Trail:
    """Give the visitors of all tables of a log numbers, and find the orders that are taken back.

    Shapes: (R,) rows of all tables, one after the other; `counted` is false for the repetitions of an event.
    """
    ids = _together([table.ids for table in tables])
    orders = np.full(len(counted), -1, np.int64)
    if rule.reversed_by:
        sold = np.flatnonzero(kinds.among(rule.credited) & counted)
        takers = np.flatnonzero(kinds.among(rule.reversed_by))
        named = _together([table.orders for table in tables])
        orders[takers] = _rows_of(ids, sold, named, takers)
    return Trail(
        instants_us=np.concatenate([cast("Whole", table.instants_us) for table in tables]),
        visitors=visitor_codes(tables),
        ids=ids,
        orders=orders,
    )


def visitor_codes(tables: Sequence[EventRows]) -> Whole:
    """Give every visitor of a log a number, in no order; -1 where nobody knows who it was. Shape: (R,)."""
    return _codes(_together([table.visitors for table in tables]))


def _together(columns: Sequence[nw.Series[Any] | None]) -> nw.Series[Any]:
    """Put the columns of several tables under one another, as text of the library of the first."""
    read = [cast("nw.Series[Any]", column) for column in columns]
    engine = read[0].implementation
    same = [
        (text if text.dtype == nw.String else text.cast(nw.String))
        if text.implementation is engine
        else nw.new_series("text", text.cast(nw.String).to_list(), nw.String, backend=cast("Any", engine))
        for text in read
    ]
    return nw.concat([text.alias("text").to_frame() for text in same]).get_column("text")


def _codes(text: nw.Series[Any]) -> Whole:
    """Give every distinct text a number, in no order; -1 for empty ones."""
    coded = numbered_by_library(text)
    if coded is not None:
        return coded.astype(np.int64)
    rows = text.alias("text").to_frame().with_row_index("row")
    known = rows.select("text").filter(nw.col("text") != "").unique().with_row_index("code")
    return _looked_up(rows, known, len(text))


def _rows_of(ids: nw.Series[Any], sold: Whole, named: nw.Series[Any], takers: Whole) -> Whole:
    """Find the row of the order that each taker names; -1 where there is none."""
    engine = cast("Any", ids.implementation)
    column = nw.new_series("code", sold, nw.Int64, backend=engine)
    known = ids[sold.tolist()].alias("text").to_frame().with_columns(column)
    rows = named[takers.tolist()].alias("text").to_frame().with_row_index("row")
    return _looked_up(rows, known, len(takers))


def _looked_up(rows: nw.DataFrame[Any], known: nw.DataFrame[Any], count: int) -> Whole:
    """Give the code of the text of every row, (count,); -1 where it is not known."""
    joined = rows.join(known, on="text", how="inner").select("row", "code")
    codes = np.full(count, -1, np.int64)
    codes[joined.get_column("row").to_numpy().astype(np.int64)] = joined.get_column("code").to_numpy().astype(np.int64)
    return codes


def placed_by_touch(events: Events, state: Whole, values: Whole, trail: Trail, plan: Plan) -> Placed:
    """Divide the orders of a log, and what takes them back, into parts that count where their touches are.

    Shapes: state and values, after caps, (R,). Every other event is one part of a million, and so is an order that is
    left out, which has a new state.

    Raises `TooLargeError` where an order has more touches than can be divided exactly, `ConservationError` where the
    parts of an event are not a million.
    """
    rule = cast("Attribution", plan.events.attribution)
    sold = np.flatnonzero(events.kinds.among(rule.credited) & (state == COUNTED))
    touches = _touches(events, state, values, trail, rule, sold)
    splits = divide_orders(
        rule, trail.visitors[touches], trail.instants_us[touches], trail.visitors[sold], trail.instants_us[sold]
    )
    state = state.copy()
    state[sold[np.bincount(splits.orders, minlength=sold.size) == 0]] = NO_TOUCH
    takers = np.flatnonzero(events.kinds.among(rule.reversed_by) & (state == COUNTED))
    orders = trail.orders[takers]
    found = np.where(orders < 0, ORDER_UNKNOWN, state[orders])
    found[(found != COUNTED) & (found != NO_TOUCH) & (orders >= 0)] = ORDER_EXCLUDED
    state[takers] = found
    takers, orders = takers[found == COUNTED], orders[found == COUNTED]
    back = taken_back(splits, np.searchsorted(sold, orders))
    whole = np.ones(len(state), np.bool_)
    whole[sold[splits.orders]] = False
    whole[takers] = False
    kept = np.flatnonzero(whole)
    rows = np.concatenate([kept, sold[splits.orders], takers[back.orders]])
    places = np.concatenate([kept, touches[splits.touches], touches[back.touches]])
    parts = np.concatenate([np.full(kept.size, MILLION), splits.millionths, back.millionths])
    _check_parts(rows, parts, len(state))
    part = replace(
        events,
        days=events.days[rows],
        items=replace(events.items, codes=events.items.codes[places]),
        channels=replace(events.channels, codes=events.channels.codes[places]),
        kinds=replace(events.kinds, codes=events.kinds.codes[rows]),
        values=events.values[rows],
        flags={name: flag[rows] for name, flag in events.flags.items()},
        counted=events.counted[rows],
    )
    return Placed(events=part, state=state[rows], rows=rows, parts=parts)


def _check_parts(rows: Whole, parts: Whole, count: int) -> None:
    """Hold the library to its word: the parts of every event are a million."""
    sums = np.bincount(rows, weights=parts, minlength=count)
    if np.any(sums != MILLION):
        wrong = int(np.argmax(sums != MILLION))
        raise ConservationError(f"the parts of event {wrong + 1} sum to {int(sums[wrong])} millionths, not to one")


def _touches(events: Events, state: Whole, values: Whole, trail: Trail, rule: Attribution, sold: Whole) -> Whole:
    """Give the rows of touches that an order can have, sorted by visitor, instant and event id."""
    buys = np.zeros(int(trail.visitors.max(initial=0)) + 2, np.bool_)
    buys[trail.visitors[sold]] = True
    buys[-1] = False  # where nobody knows who it was
    meant = events.kinds.among(rule.touches.events) & (state == COUNTED) & buys[trail.visitors]
    rows = np.flatnonzero(meant & _passes(rule.touches.where, events, values))
    rows = rows[_order(trail.visitors[rows], trail.instants_us[rows])]
    visitors, instants = trail.visitors[rows], trail.instants_us[rows]
    same = (visitors[1:] == visitors[:-1]) & (instants[1:] == instants[:-1])
    if same.any():
        tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
        ids = trail.ids[rows[tied].tolist()].to_list()
        rank = {text: place for place, text in enumerate(sorted(ids))}
        ranks = np.array([rank[text] for text in ids])
        rows[tied] = rows[tied][np.lexsort((ranks, instants[tied], visitors[tied]))]
    return rows


def _order(visitors: Whole, instants: Whole) -> NDArray[np.intp]:
    """Sort by visitor and instant; as one number, which is faster, where both fit into it."""
    first = int(instants.min(initial=_LATEST))
    span = max(int(instants.max(initial=first)) - first, 0) + 1
    if (int(visitors.max(initial=0)) + 1) * span < _PACKED:
        return np.argsort(visitors * span + (instants - first))
    return np.lexsort((instants, visitors))


def _passes(where: Filter, events: Events, values: Whole) -> Mask:
    """Tell the events that a filter means, by their values after caps."""
    passes = np.ones(len(values), np.bool_)
    if where.channels is not None:
        passes &= events.channels.among(where.channels)
    if where.at_least is not None:
        passes &= values >= where.at_least
    if where.at_most is not None:
        passes &= values <= where.at_most
    for flag in where.flags:
        passes &= events.flags[flag]
    for flag in where.without:
        passes &= ~events.flags[flag]
    return passes

"""A made-up online shop: seeded, realistic raw events and the tables that go with them.

It is what `jointpay demo` runs on, and it is useful wherever a table of plausible size and untidiness is wanted: rows
arrive late and twice, bots click, orders are refunded weeks later, credits are shared in thirds, leave a rest and
change hands, and people change seats in the middle of a month. The same rows and seed give the same shop.

Axes: N event rows, U items, H seats, C cells (one item on one day).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from jointpay.testing.shop_people import Credit, Seat, staff_of, work_of

__all__ = ["CHANNELS", "FIRST_DAY", "KINDS", "LAST_DAY", "ROWS_AT_LEAST", "Events", "Shop", "shop"]

FIRST_DAY = date(2025, 12, 1)
"""First day of the log; December is what January is compared with."""
LAST_DAY = date(2026, 4, 30)
"""Last day of the log."""
ROWS_AT_LEAST = 1_000
"""Fewer rows do not make a shop."""

CHANNELS = ("search", "feed", "live", "ads", "share")
KINDS = (
    "impression",
    "click",
    "dwell",
    "favorite",
    "order",
    "payment",
    "refund",
    "repeat_order",
    "rating",
)

_DAYS = (LAST_DAY - FIRST_DAY).days + 1
_ITEMS = 420
_SECONDS_PER_DAY = 86_400
_ZONE_OFFSET_S = 8 * 3_600
_EPOCH_S = (FIRST_DAY - date(1970, 1, 1)).days * _SECONDS_PER_DAY - _ZONE_OFFSET_S
"""Instant at which the first day begins in Asia/Shanghai, in seconds since 1970-01-01 UTC."""
_NO_VALUE = -1

_PROMOTION = (date(2026, 4, 10), date(2026, 4, 20))
"""The spring sale: many more visits, and a larger part of them buys."""
_HOLIDAY = (date(2026, 2, 14), date(2026, 2, 23))
"""The spring festival: few visits."""

_CLICKED = 0.30
"""Clicks per row of the log. What follows from the clicks makes up most of the rest; impressions fill the log up."""
_DUPLICATED = 0.003
_LATE = 0.01
_BOTS = 0.006
_NIGHT_MS = 8 * 3_600_000
"""A page left open over night."""


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """The raw log, in the order in which it arrived."""

    numbers: NDArray[np.int64]
    """(N,) number of the event; a row that arrived twice has the same number twice."""
    times_s: NDArray[np.int64]
    """(N,) seconds since 1970-01-01 UTC."""
    items: NDArray[np.int32]
    """(N,) index into the shop's `item_ids`."""
    channels: NDArray[np.int8]
    """(N,) index into CHANNELS."""
    kinds: NDArray[np.int8]
    """(N,) index into KINDS."""
    values: NDArray[np.int64]
    """(N,) milliseconds of a dwell, minor units of a payment or refund, stars of a rating; -1 where there is none."""
    bots: NDArray[np.bool_]
    """(N,) whether the row is known to come from a machine."""


@dataclass(frozen=True, slots=True, eq=False)
class Shop:
    """The log and the tables that go with it."""

    events: Events
    item_ids: tuple[str, ...]
    seats: tuple[Seat, ...]
    credits: tuple[Credit, ...]
    monthly_pay: Mapping[str, str]
    """By person: base pay of a full month, as decimal text."""


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Rows of one kind before they are put in order; the fields are those of Events."""

    times_s: NDArray[np.int64]
    items: NDArray[np.int32]
    channels: NDArray[np.int8]
    kind: str
    values: NDArray[np.int64]

    def drawn(self, kept: NDArray[np.bool_] | NDArray[np.intp], kind: str, values: NDArray[np.int64]) -> "_Rows":
        """Make rows of another kind out of some of these; values are given for all of these."""
        return _Rows(self.times_s[kept], self.items[kept], self.channels[kept], kind, values[kept])

    def later(self, seconds: NDArray[np.int64]) -> "_Rows":
        """Move the rows in time; those that leave the log are dropped."""
        moved = self.times_s + seconds
        inside = moved < _EPOCH_S + _DAYS * _SECONDS_PER_DAY
        return _Rows(moved[inside], self.items[inside], self.channels[inside], self.kind, self.values[inside])


@dataclass(frozen=True, slots=True, eq=False)
class _Draw:
    """What clicks are drawn from: chances by cell, and the habits of items."""

    cell_items: NDArray[np.int32]
    cell_days: NDArray[np.int32]
    visits: NDArray[np.float64]
    """(C,) how large a part of all visits falls into the cell."""
    channel_parts: NDArray[np.float64]
    """(U, channels) running sum of the channels' parts, per item."""
    dwell: NDArray[np.float64]
    """(U,) how long people look at it, compared with the usual."""
    buys: NDArray[np.float64]
    """(U,) part of the clicks that ends in an order."""
    prices_minor: NDArray[np.int64]
    """(U,) price in minor units."""


def _season() -> NDArray[np.float64]:
    """Visits per day compared with the usual: weekends, the sale, the holiday, and a slow rise over the months."""
    days = [FIRST_DAY + timedelta(days=number) for number in range(_DAYS)]
    weekend = np.array([1.25 if day.weekday() >= 5 else 1.0 for day in days])
    promoted = np.array([2.6 if _PROMOTION[0] <= day < _PROMOTION[1] else 1.0 for day in days])
    away = np.array([0.55 if _HOLIDAY[0] <= day < _HOLIDAY[1] else 1.0 for day in days])
    seasons: NDArray[np.float64] = weekend * promoted * away * np.linspace(0.85, 1.2, _DAYS)
    return seasons


def _draw(chance: np.random.Generator, credits_: Sequence[Credit], item_ids: Sequence[str]) -> _Draw:
    """Give every item a life, and the chances that follow from who made it and who runs it."""
    skill: dict[str, float] = {}
    drawing, running = np.ones(_ITEMS), np.ones(_ITEMS)
    number = {item: place for place, item in enumerate(item_ids)}
    opens, closes = np.full(_ITEMS, _DAYS), np.zeros(_ITEMS, dtype=np.int64)
    for credit in credits_:
        own = skill.setdefault(credit.person, float(np.exp(chance.normal(0.0, 0.16))))
        place = number[credit.item]
        (drawing if credit.role == "designer" else running)[place] *= own**0.7
        opens[place] = min(opens[place], (credit.start - FIRST_DAY).days)
        closes[place] = max(closes[place], (credit.end - FIRST_DAY).days)
    opens, closes = np.clip(opens, 0, _DAYS - 1), np.clip(closes, 1, _DAYS)
    lengths = np.maximum(closes - opens, 1)
    cell_items = np.repeat(np.arange(_ITEMS, dtype=np.int32), lengths)
    ages = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    cell_days = (opens[cell_items] + ages).astype(np.int32)
    popular = np.exp(chance.normal(0.0, 0.4, _ITEMS)) * drawing * running
    fresh = 0.35 + np.exp(-ages / 25.0)
    visits = popular[cell_items] * fresh * _season()[np.minimum(cell_days, _DAYS - 1)]
    parts = chance.dirichlet((6.0, 5.0, 2.0, 3.0, 1.0), _ITEMS)
    return _Draw(
        cell_items=cell_items,
        cell_days=cell_days,
        visits=visits / visits.sum(),
        channel_parts=np.cumsum(parts, axis=1),
        dwell=drawing * np.exp(chance.normal(0.0, 0.08, _ITEMS)),
        buys=np.minimum(0.05 * drawing**0.5 * running * np.exp(chance.normal(0.0, 0.12, _ITEMS)), 0.4),
        prices_minor=100 * chance.integers(29, 600, _ITEMS) - 10,
    )


def _visits(chance: np.random.Generator, draw: _Draw, rows: int, kind: str) -> _Rows:
    """Draw visits: a cell by its chance, a channel by the item's habit, a second of the day with an evening peak."""
    counts = chance.multinomial(rows, draw.visits)
    items = np.repeat(draw.cell_items, counts)
    days = np.repeat(draw.cell_days, counts).astype(np.int64)
    picked = chance.random(rows)
    channels = np.zeros(rows, dtype=np.int8)
    for place in range(len(CHANNELS) - 1):
        channels += picked > draw.channel_parts[items, place]
    evening = (chance.random(rows) + chance.random(rows) + chance.random(rows)) / 3.0
    seconds = ((evening + 0.2) % 1.0 * _SECONDS_PER_DAY).astype(np.int64)
    times = _EPOCH_S + days * _SECONDS_PER_DAY + seconds
    return _Rows(times, items, channels, kind, np.full(rows, _NO_VALUE))


def _seconds(chance: np.random.Generator, rows: _Rows, first: int, last: int) -> NDArray[np.int64]:
    """Draw one delay per row, between two numbers of days."""
    return chance.integers(first * _SECONDS_PER_DAY, last * _SECONDS_PER_DAY, len(rows.times_s))


def _consequences(chance: np.random.Generator, draw: _Draw, clicks: _Rows) -> list[_Rows]:
    """Draw what follows from clicks: looking, liking, buying, giving back, buying again."""
    size = len(clicks.times_s)
    none = np.full(size, _NO_VALUE)
    looked = np.exp(chance.normal(9.0, 0.9, size)) * draw.dwell[clicks.items]
    looked_ms: NDArray[np.int64] = np.where(chance.random(size) < 0.0004, _NIGHT_MS, looked).astype(np.int64)
    dwells = clicks.drawn(chance.random(size) < 0.9, "dwell", looked_ms)
    favorites = clicks.drawn(chance.random(size) < 0.06 * draw.dwell[clicks.items], "favorite", none)

    promoted = [_EPOCH_S + (day - FIRST_DAY).days * _SECONDS_PER_DAY for day in _PROMOTION]
    eager = np.where((clicks.times_s >= promoted[0]) & (clicks.times_s < promoted[1]), 1.3, 1.0)
    paid_minor = draw.prices_minor[clicks.items] * chance.integers(1, 3, size)
    bought = chance.random(size) < draw.buys[clicks.items] * eager
    orders = clicks.drawn(bought, "order", none).later(chance.integers(30, 1_800, int(bought.sum())))
    payments = clicks.drawn(bought, "payment", paid_minor).later(chance.integers(1_800, 3_600, int(bought.sum())))

    back = payments.drawn(chance.random(len(payments.times_s)) < 0.07, "refund", payments.values)
    unhappy = back.later(_seconds(chance, back, 2, 14))
    again = orders.drawn(chance.random(len(orders.times_s)) < 0.2, "repeat_order", orders.values)
    return [
        dwells,
        favorites,
        orders,
        payments,
        unhappy,
        again.later(_seconds(chance, again, 5, 35)),
    ]


def _operators_say(chance: np.random.Generator, draw: _Draw) -> _Rows:
    """Operators rate every design once a week, with one to five stars."""
    weekly = draw.cell_days % 7 == draw.cell_items % 7
    items = draw.cell_items[weekly]
    opinion = 3.6 + 2.5 * (draw.dwell[items] - 1.0) + chance.normal(0.0, 0.5, len(items))
    seconds = chance.integers(9 * 3_600, 18 * 3_600, len(items))
    times = _EPOCH_S + draw.cell_days[weekly].astype(np.int64) * _SECONDS_PER_DAY + seconds
    stars = np.clip(np.rint(opinion), 1, 5).astype(np.int64)
    return _Rows(times, items, np.zeros(len(items), dtype=np.int8), "rating", stars)


def _log(chance: np.random.Generator, draw: _Draw, rows: int) -> Events:
    """Draw clicks and what follows, fill up with impressions, and let some rows arrive late or twice."""
    repeated = int(rows * _DUPLICATED)
    clicks = _visits(chance, draw, int(rows * _CLICKED), "click")
    parts = [clicks, *_consequences(chance, draw, clicks)]
    said = _operators_say(chance, draw)
    wanted = rows - repeated - sum(len(part.times_s) for part in parts)
    if len(said.times_s) < wanted // 2:
        parts.append(said)
        wanted -= len(said.times_s)
    parts.append(_visits(chance, draw, wanted, "impression"))

    times = np.concatenate([part.times_s for part in parts])
    order = np.argsort(times, kind="stable")
    kinds = np.repeat(
        np.array([KINDS.index(part.kind) for part in parts], dtype=np.int8), [len(part.times_s) for part in parts]
    )[order]
    machine = kinds <= KINDS.index("dwell")
    delay = np.where(chance.random(len(times)) < _LATE, chance.integers(0, 5 * _SECONDS_PER_DAY, len(times)), 0)
    twice = np.sort(chance.choice(len(times), repeated, replace=False))
    arrived = np.concatenate([times[order] + delay, times[order][twice] + chance.integers(1, 3_600, repeated)])
    arrival = np.argsort(arrived, kind="stable")
    source = np.concatenate([np.arange(len(times)), twice])[arrival]
    bots = (chance.random(len(times)) < _BOTS) & machine
    return Events(
        numbers=source + 1,
        times_s=times[order][source],
        items=np.concatenate([part.items for part in parts])[order][source],
        channels=np.concatenate([part.channels for part in parts])[order][source],
        kinds=kinds[source],
        values=np.concatenate([part.values for part in parts])[order][source],
        bots=bots[source],
    )


def shop(*, rows: int = 1_000_000, seed: int = 1) -> Shop:
    """Make a shop whose log has exactly `rows` rows, duplicates included.

    Five months from FIRST_DAY to LAST_DAY, 40 people in four departments, 420 items, five channels. With few rows the
    operators' ratings are left out, because they alone would fill the log.

    Raises ValueError for fewer than ROWS_AT_LEAST rows.

    >>> small = shop(rows=5_000)
    >>> len(small.events.times_s), len(small.item_ids), len({seat.person for seat in small.seats})
    (5000, 420, 40)
    """
    if rows < ROWS_AT_LEAST:
        raise ValueError(f"rows: {rows}; allowed: at least {ROWS_AT_LEAST}")
    chance = np.random.Generator(np.random.PCG64(seed))
    staff = staff_of(chance, FIRST_DAY, LAST_DAY)
    item_ids, made_by = work_of(chance, staff, _ITEMS, FIRST_DAY, _DAYS)
    draw = _draw(chance, made_by, item_ids)
    return Shop(
        events=_log(chance, draw, rows),
        item_ids=item_ids,
        seats=staff.seats,
        credits=made_by,
        monthly_pay=staff.monthly_pay,
    )

"""Which rows of a lazy log count, on which day, and which must be looked at: all as expressions for its library."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import narwhals.stable.v2 as nw

from jointpay.data.cell_complaints import LARGEST, REWRITTEN_ID, TOTAL_WORDS, YEARS
from jointpay.data.events.closed_days import Closed
from jointpay.data.events.lazy_log import DAY_US, LazyLog
from jointpay.data.events.meaning import EventMeaning
from jointpay.data.events.times import note_twice
from jointpay.data.events.zone_days import ZoneDays, zone_days
from jointpay.data.grain import Grain
from jointpay.data.table_problems import TableProblems
from jointpay.frames.lazy import collected, with_microseconds
from jointpay.plan.calendar import day_number

__all__ = [
    "BEYOND",
    "CLOSED",
    "EMPTY_KEY",
    "IGNORED",
    "ODD",
    "PLACED",
    "Survey",
    "day_of",
    "is_odd",
    "is_odd_id",
    "is_without_key",
    "lacks_key",
    "note_repeated",
    "of_kinds",
    "place_of",
    "survey",
    "with_wall",
]

ODD, IGNORED, BEYOND, PLACED, CLOSED, EMPTY_KEY = -1, -2, -3, -4, -5, -6
"""What stands for the day of a row that does not count: it must be looked at; its kind is ignored; its value is beyond a
limit; it counts where its touches are, and is measured apart; its day is closed; it lacks its item or channel."""

_FIRST_US = day_number(date(YEARS[0], 1, 1)) * DAY_US
_END_US = day_number(date(YEARS[-1] + 1, 1, 1)) * DAY_US


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of all rows together before any is judged; where there is none, zeros."""

    rows: int
    first_us: int
    last_us: int
    least: int
    """Smallest value."""
    most: int
    """Largest value."""


def survey(log: LazyLog) -> Survey:
    """Count the rows and find the range of times and values. Raises `DataError` where the library fails."""
    # Of the columns as they stand, a library that knows what a file says of their ranges reads no rows for this.
    asked = [nw.len().alias("rows"), nw.col("time").min().alias("first"), nw.col("time").max().alias("last")]
    if log.reads("value"):
        asked += [nw.col("value").min().alias("least"), nw.col("value").max().alias("most")]
    ranges = log.frame.select(*asked)
    for end in ("first", "last"):
        ranges = with_microseconds(ranges, end, f"{end}_us")
    found = collected(ranges.drop("first", "last"), name=log.name)
    listed = ["rows", "first_us", "last_us", *(["least", "most"] if log.reads("value") else [])]
    told = [found.get_column(name).to_list()[0] for name in listed]
    numbers = [0 if cell is None or cell != cell else int(cell) for cell in told]  # noqa: PLR0124 - only NaN differs from itself
    return Survey(*numbers, *[0] * (5 - len(numbers)))


def _steps(column: nw.Expr, cuts: Sequence[int], leaves: Sequence[nw.Expr]) -> nw.Expr:
    """Give leaves[k] where k cuts are at or below the column: a balanced tree of comparisons."""
    if not cuts:
        return leaves[0]
    middle = len(cuts) // 2
    upper = _steps(column, cuts[middle + 1 :], leaves[middle + 1 :])
    return nw.when(column >= cuts[middle]).then(upper).otherwise(_steps(column, cuts[:middle], leaves[: middle + 1]))


def _rules(zone: str, known: Survey) -> ZoneDays:
    first, last = (min(max(us, _FIRST_US), _END_US) // 1_000_000 for us in (known.first_us, known.last_us))
    return zone_days(zone, first, last)


def with_wall(log: LazyLog, zone: str, known: Survey) -> nw.LazyFrame[Any]:
    """Add `wall`: the microseconds since 1970-01-01T00:00 that the zone's clock shows."""
    if not log.zoned:
        return log.frame.with_columns(wall=nw.col("us"))
    rules = _rules(zone, known)
    low, high = known.first_us // 1_000_000, known.last_us // 1_000_000
    inside = [at for at, cut in enumerate(rules.cuts.tolist()) if low < cut <= high]
    before = int((rules.cuts <= low).sum())
    offsets = [rules.offsets.tolist()[before], *(rules.offsets.tolist()[at + 1] for at in inside)]
    shift = _steps(
        nw.col("us"),
        [rules.cuts.tolist()[at] * 1_000_000 for at in inside],
        [nw.lit(offset * 1_000_000, nw.Int64) for offset in offsets],
    )
    return log.frame.with_columns(wall=nw.col("us") + shift)


def _clock_gaps(log: LazyLog, zone: str, known: Survey) -> list[tuple[int, int]]:
    """Give the stretches that a clock in the zone never showed, in microseconds; none where times are instants."""
    if log.zoned:
        return []
    rules = _rules(zone, known)
    found = zip((rules.cuts + rules.offsets[:-1]).tolist(), (rules.cuts + rules.offsets[1:]).tolist(), strict=True)
    return [(start * 1_000_000, end * 1_000_000) for start, end in found if start < end]


def _instant_of(log: LazyLog, zone: str, known: Survey, until: datetime) -> list[tuple[int, int | None]]:
    """Give the stretches of `us` that are at or after an instant."""
    cut = int(until.timestamp()) * 1_000_000
    if log.zoned:
        return [(cut, None)]
    rules = _rules(zone, known)
    # A clock that is put back shows some times twice, and the first is meant: what it shows is one run of instants
    # after another, each with its own offset.
    starts = [None, *(rules.cuts + rules.offsets[:-1]).tolist()]
    ends = [*(rules.cuts + rules.offsets[:-1]).tolist(), None]
    found = []
    for start, end, offset in zip(starts, ends, rules.offsets.tolist(), strict=True):
        first = cut + offset * 1_000_000
        low = first if start is None else max(first, start * 1_000_000)
        if end is None or low < end * 1_000_000:
            found.append((low, None if end is None else end * 1_000_000))
    return found


def _before(log: LazyLog, zone: str, known: Survey, day: int) -> list[tuple[int, int]]:
    """Give the stretches of `us` at which the zone's clock shows a time before a day: one between each two clock changes."""
    if not log.zoned:
        return [(_FIRST_US, day * DAY_US)]
    rules = _rules(zone, known)
    cuts = [cut * 1_000_000 for cut in rules.cuts.tolist()]
    ends = [day * DAY_US - offset * 1_000_000 for offset in rules.offsets.tolist()]
    found = zip([_FIRST_US, *cuts], map(min, ends, [*cuts, _END_US]), strict=True)
    return [(start, end) for start, end in found if start < end]


def is_odd(log: LazyLog, meaning: EventMeaning, known: Survey, *, zone: str, until: datetime | None) -> nw.Expr:
    """Tell the rows that the strict reader must look at, which are those that it refuses, but for their keys.

    Items, channels and event ids are judged after they have been grouped, once for each that occurs.
    """
    kind = nw.col("kind")
    unknown = ~of_kinds(sorted(meaning.kinds | meaning.ignored))
    odd = _odd_time(log, known, zone, until, meaning.closed) | kind.is_null() | unknown
    for name in sorted(log.names):
        if name.startswith("flag "):
            odd |= nw.col(name).is_null()
    if log.reads("value"):
        odd |= _odd_value(meaning, known)
    for name in ("visitor", "order"):
        if log.reads(name):
            odd |= _is_rewritten(log, name)
    return odd


def lacks_key(log: LazyLog, meaning: EventMeaning) -> nw.Expr:
    """Tell the rows that lack an item or a channel and are refused for it, or have no id that an event can have."""
    odd = nw.lit(value=False) if meaning.leaves_out_empty else is_without_key(log, meaning)
    return odd | is_odd_id(log) if log.reads("event_id") else odd


def of_kinds(kinds: Sequence[str]) -> nw.Expr:
    """Tell the rows of some kinds; missing where the kind is."""
    return nw.col("kind") == kinds[0] if len(kinds) == 1 else nw.col("kind").is_in(list(kinds))


def _odd_time(log: LazyLog, known: Survey, zone: str, until: datetime | None, closed: Closed | None) -> nw.Expr:
    """Tell the rows without a time, of a time outside the years that are read, that never was, after the cut-off, or late."""
    time = nw.col("us")
    odd = time.is_null()
    if known.first_us < _FIRST_US:
        odd |= time < _FIRST_US
    if known.last_us >= _END_US:
        odd |= time >= _END_US
    stretches: list[tuple[int, int | None]] = list(_clock_gaps(log, zone, known))
    if until is not None:
        stretches += _instant_of(log, zone, known, until)
    if closed is not None and closed.late == "refuse":
        stretches += _before(log, zone, known, closed.before)
    for start, end in stretches:
        if end is None:
            odd |= time >= start
        elif start <= known.last_us and end > known.first_us:
            odd |= (time >= start) & (time < end)
    return odd


def is_without_key(log: LazyLog, meaning: EventMeaning) -> nw.Expr:
    """Tell the rows that lack their item or channel, but for those that count where their touches are."""
    empty = nw.col("item").is_null() | (nw.col("item") == "")
    if log.reads("channel"):
        empty |= nw.col("channel").is_null() | (nw.col("channel") == "")
    return empty & ~nw.col("kind").is_in(sorted(meaning.placed_by_touch)) if meaning.placed_by_touch else empty


def _odd_value(meaning: EventMeaning, known: Survey) -> nw.Expr:
    value, kind = nw.col("value"), nw.col("kind")
    odd = value.is_null() & of_kinds(sorted(meaning.valued_kinds))
    if known.least < 0:
        odd |= value < 0
    if known.most > LARGEST:
        odd |= value > LARGEST
    for name, limit in meaning.limits.items():
        if limit.beyond == "refuse" and known.most > limit.at_most:
            odd |= (kind == name) & (value > limit.at_most)
    return odd


def is_odd_id(log: LazyLog) -> nw.Expr:
    """Tell the event ids that the strict reader refuses."""
    event_id = nw.col("event_id")
    words = sorted(TOTAL_WORDS | {word.title() for word in TOTAL_WORDS})
    return event_id.is_null() | (event_id == "") | event_id.is_in(words) | _is_rewritten(log, "event_id")


def _is_rewritten(log: LazyLog, name: str) -> nw.Expr:
    """Tell the ids that went through a float; what is missing is none, or is missing here."""
    text = nw.col(name).str
    rewritten = text.contains(REWRITTEN_ID)
    if log.frame.implementation is not nw.Implementation.DUCKDB:
        return rewritten.fill_null(value=False)
    # DuckDB takes several times as long for a pattern as for a character, and looks for it only where there is the character.
    return (text.contains(".", literal=True) | text.contains("+", literal=True)) & rewritten


def place_of(odd: nw.Expr, log: LazyLog, meaning: EventMeaning, known: Survey, grain: Grain | None) -> nw.Expr:
    """Give the first day of the cell that a row counts in, or why it does not count. Reads `wall`."""
    wall, kind = nw.col("wall"), nw.col("kind")
    day = day_of(wall, known, grain)
    place = nw.when(odd).then(nw.lit(ODD, nw.Int64))
    if meaning.placed_by_touch:
        place = place.when(kind.is_in(sorted(meaning.placed_by_touch))).then(nw.lit(PLACED, nw.Int64))
    if meaning.closed is not None:
        place = place.when(wall < meaning.closed.before * DAY_US).then(nw.lit(CLOSED, nw.Int64))
    if meaning.ignored:
        place = place.when(kind.is_in(sorted(meaning.ignored))).then(nw.lit(IGNORED, nw.Int64))
    if meaning.leaves_out_empty:
        place = place.when(is_without_key(log, meaning)).then(nw.lit(EMPTY_KEY, nw.Int64))
    for name, limit in meaning.limits.items():
        if limit.beyond == "exclude" and known.most > limit.at_most:
            place = place.when((kind == name) & (nw.col("value") > limit.at_most)).then(nw.lit(BEYOND, nw.Int64))
    return place.otherwise(day).cast(nw.Int64)


def day_of(wall: nw.Expr, known: Survey, grain: Grain | None) -> nw.Expr:
    """Give the day of a row, or the first day of its cell. Reads `item` where some items are kept by day."""
    by_day = (wall // DAY_US).cast(nw.Int64)
    if grain is None:
        return by_day
    inside = [cut for cut in grain.cuts if (cut - 2) * DAY_US <= known.last_us]
    cells = _steps(wall, [cut * DAY_US for cut in inside[1:]], [nw.lit(cut, nw.Int64) for cut in inside or [0]])
    day = nw.when(wall < grain.cuts[0] * DAY_US).then(by_day)
    if known.last_us + 2 * DAY_US >= grain.cuts[-1] * DAY_US:
        day = day.when(wall >= grain.cuts[-1] * DAY_US).then(by_day)
    if grain.by_day:
        day = day.when(nw.col("item").is_in(sorted(grain.by_day))).then(by_day)
    return day.otherwise(cells)


def note_repeated(log: LazyLog, zone: str, known: Survey, problems: TableProblems) -> None:
    """Note how many local times came twice in the zone; each is taken as the first."""
    if log.zoned:
        return
    rules = _rules(zone, known)
    found = zip((rules.cuts + rules.offsets[1:]).tolist(), (rules.cuts + rules.offsets[:-1]).tolist(), strict=True)
    stretches = [(start * 1_000_000, end * 1_000_000) for start, end in found if start < end]
    inside = [(start, end) for start, end in stretches if start <= known.last_us and end > known.first_us]
    if inside:
        time = nw.col("us")
        twice = nw.any_horizontal(*((time >= start) & (time < end) for start, end in inside), ignore_nulls=True)
        counted = collected(log.frame.filter(twice).select(nw.len().alias("rows")), name=log.name)
        note_twice(int(counted.get_column("rows").to_list()[0]), zone, log.names["time"], problems)

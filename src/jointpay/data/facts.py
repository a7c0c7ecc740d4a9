"""Facts: totals per day, item and channel, summed by others or measured here; merged by addition."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import lt
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointpay.data.cell_values import Refusal, read_day, read_id
from jointpay.data.cells import Cells, Labels
from jointpay.data.control import refuse_other_control
from jointpay.data.event_cells import LARGEST, TOTAL_WORDS, as_digits, whole_complaint
from jointpay.data.frozen import frozen
from jointpay.data.occurring import occurring_codes
from jointpay.data.ordering import packed, sorting
from jointpay.data.problems import shown
from jointpay.data.table import EMPTY, read_table, source_of
from jointpay.data.table_problems import HEADER_ROWS, TableProblems
from jointpay.engine.exact import exact_sum
from jointpay.errors import MismatchError, TooLargeError
from jointpay.findings import Finding
from jointpay.frames import backend_of
from jointpay.plan.calendar import day_text
from jointpay.plan.plan import Plan
from jointpay.plan.totals import Total

__all__ = [
    "Exclusion",
    "Facts",
    "facts_columns",
    "input_totals",
    "less_facts",
    "merge_facts",
    "read_facts",
    "summed_facts",
]

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows that were read but do not count, with what they would have added to every total.

    The reason `value_cap` is the exception: its rows count, as the cap, and the totals are what the cap took from them.
    """

    reason: str
    rows: int
    totals: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Totals per day x item x channel, sorted by (day, item, channel, end), each combination once.

    Shapes: F facts. `item_ids` and `channel_ids` are sorted by code point, and hold only labels that occur.
    """

    days: NDArray[np.int32]
    """(F,) day number since 1970-01-01 in the plan's zone."""
    items: NDArray[np.int32]
    """(F,) index into `item_ids`."""
    channels: NDArray[np.int32]
    """(F,) index into `channel_ids`."""
    totals: Mapping[str, NDArray[np.int64]]
    """By name of the plan's total: (F,) whole numbers in the smallest unit."""
    item_ids: tuple[str, ...]
    channel_ids: tuple[str, ...]
    excluded: tuple[Exclusion, ...]
    """What was read and left out, by reason, sorted by reason. Input = sum of facts + sum of excluded, per total."""
    rows_read: int
    """Rows of input behind these facts."""
    ends: NDArray[np.int32] | None = None
    """(F,) the day after the last day of each fact; None: each fact is of one day."""
    backend: str | None = None
    """Name of the dataframe library the input came in, so that results can be given back in the same kind."""
    notes: tuple[Finding, ...] = ()
    """What is worth knowing about the tables these facts came from; nothing in it stops a run."""


def read_facts(
    table: object, plan: Plan, *, source: str | None = None, control: Mapping[str, int] | None = None
) -> Facts:
    """Read facts that come summed already: `day`, `item`, `channel` and one column for each total of the plan.

    `table` is a path (.csv, .parquet), a dataframe, or a mapping of column names to sequences. `channel` may be absent,
    or empty in every row, where the plan declares no channels. Where facts are of several days each, `end` holds the day
    after the last. Totals are whole numbers in the smallest unit; negative only in a total that has `minus`; where the
    plan credits orders by touch, a total that orders change is in millionths of its unit. Filters of the plan are taken
    as applied. Other columns are not read, and listed
    once in the notes. `control` declares what must be in the table, as in `measure`.

    Raises `DataError` with every problem of the table: cells that are not what they should be, unknown channels, a
    total of the plan without a column, and a day, item and channel that stands twice, which is how a double export
    looks; `TooLargeError` where a sum could pass 2**63.
    """
    problems = TableProblems(source_of(table, source, "facts"))
    needed = {"day": "", "item": ""} | ({} if plan.channels is None else {"channel": ""})
    needed |= dict.fromkeys(plan.totals, "give every total of the plan a column")
    read = read_table(table, problems, needed=needed, optional=("channel", "end"))
    cells = _FactCells(read, problems)
    items = cells.labels("item", _item_reader(read.columns["item"].distinct), needs="the id of an item")
    cells.items = items
    days = _days(cells, "day")
    ends = _ends_read(cells, days) if "end" in read.columns else None
    channels = _read_channels(cells, plan)
    totals = {name: _read_total(cells, name, total) for name, total in plan.totals.items()}
    _refuse_repeated(cells, days, items, channels)
    problems.stop()
    cells.note_others()
    moved = _moved(cells, channels, plan)
    facts = summed_facts(
        days=days,
        items=items.codes,
        channels=moved.codes,
        totals=totals,
        item_ids=items.ids,
        channel_ids=moved.ids,
        ends=ends,
    )
    found = replace(facts, rows_read=read.rows, backend=backend_of(table), notes=tuple(problems.notes))
    refuse_other_control(control, input_totals(found), plan, source=problems.source)
    return found


def input_totals(facts: Facts) -> dict[str, int]:
    """Sum up what was read, by name: the number of `rows`, and every total of the plan, what was excluded included."""
    totals = {
        name: int(total.sum()) + sum(left.totals[name] for left in facts.excluded)
        for name, total in facts.totals.items()
    }
    return {"rows": facts.rows_read} | totals


class _FactCells(Cells):
    """The cells of a table of facts: rows are about items."""

    items: Labels | None = None

    def who(self, place: int) -> str:
        """Name the item of a row."""
        item = self.items.at(place) if self.items is not None else ""
        return f"item {shown(item)}" if item else ""


def _item_reader(cells: Sequence[object]) -> Callable[[object], str | Refusal]:
    """Give the reader of ids, which judges plain ones all at once, where no cell is the label of a total row."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    return read_id if TOTAL_WORDS.isdisjoint(map(str.casefold, texts)) else _read_item


def _read_item(cell: object) -> str | Refusal:
    label = read_id(cell)
    if isinstance(label, str) and label.casefold() in TOTAL_WORDS:
        return Refusal("total_row", f"{shown(label)} is the label of a total row; next: drop total rows")
    return label


def _days(cells: Cells, name: str) -> NDArray[np.int32]:
    values = cells.read(name, read_day, needs="a day")
    return np.array([value or 0 for value in values] + [0], np.int32)[cells.table.columns[name].codes]


def _ends_read(cells: Cells, days: NDArray[np.int32]) -> NDArray[np.int32]:
    """Read the days after the last of each fact."""
    ends = _days(cells, "end")
    wrong = np.flatnonzero(cells.usable & (ends <= days))
    cells.refuse(
        "facts_end",
        wrong,
        lambda place: (
            f"the facts of {day_text(int(days[place]))} end before {day_text(int(ends[place]))}; "
            f"allowed: the day after the last one, which is later than `day`; next: correct it, or leave the column out"
        ),
    )
    return ends


def _read_channels(cells: Cells, plan: Plan) -> Labels:
    """Read the channels as they stand; where the plan declares none, a table may do without."""
    column = cells.table.columns.get("channel")
    if plan.channels is None and (column is None or not (column.codes != EMPTY).any()):
        return Labels(codes=np.zeros(cells.table.rows, np.int32), ids=("",))
    known = plan.channels.known if plan.channels is not None else None
    if known is None or (plan.channels is not None and plan.channels.other is not None):
        return cells.labels("channel", needs="a channel")
    return cells.known("channel", known, what="a channel of the plan", code="channel_unknown")


def _read_total(cells: Cells, name: str, total: Total) -> NDArray[np.int64]:
    signed = bool(total.minus)
    whole = cells.table.columns[name].numbers
    if whole is not None and whole.min() >= (-LARGEST if signed else 0) and whole.max() <= LARGEST:
        return whole

    def read(cell: object) -> int | Refusal:
        if type(cell) is int and (signed or cell >= 0) and abs(cell) <= LARGEST:
            return cell
        if isinstance(cell, str) and _WHOLE.fullmatch(cell) and (signed or cell[0] != "-"):
            return int(cell)
        if isinstance(cell, str | int) and not isinstance(cell, bool):
            text = cell if isinstance(cell, str) else as_digits(cell)
            return Refusal("total", whole_complaint(text, signed=signed))
        return Refusal(
            "total_type", f"{shown(cell)} is a {type(cell).__name__}; allowed: whole numbers, as numbers or as text"
        )

    values = cells.read(name, read, needs="a whole number, 0 where nothing happened")
    numbers = np.array([value or 0 for value in values] + [0], np.int64)
    return numbers[cells.table.columns[name].codes]


def _refuse_repeated(cells: Cells, days: NDArray[np.int32], items: Labels, channels: Labels) -> None:
    """Refuse a day, item and channel that stands twice."""
    if cells.usable.all() and _all_different(packed((days, items.codes, channels.codes))):
        return
    order = sorting((days, items.codes, channels.codes))
    order = order[cells.usable[order]]
    same = np.ones(max(len(order) - 1, 0), np.bool_)
    for codes in (days, items.codes, channels.codes):
        same &= codes[order[1:]] == codes[order[:-1]]
    before = dict(zip(order[1:][same].tolist(), order[:-1][same].tolist(), strict=True))

    def told(place: int) -> str:
        label = channels.at(place)
        return (
            f"the facts of {day_text(int(days[place]))}, item {shown(items.at(place))}"
            + (f", channel {shown(label)}," if label else "")
            + f" stand on row {before[place] + HEADER_ROWS} too; allowed: one row for each; "
            f"next: look for a double export, or pass the tables one by one to merge_facts"
        )

    cells.refuse("facts_repeated", np.array(sorted(before), np.int64), told)


def _all_different(found: tuple[NDArray[np.int64], int] | None) -> bool:
    """Tell whether packed rows are known to be all different."""
    if found is None:
        return False
    numbers = found[0]
    if np.all(numbers[1:] > numbers[:-1]):
        return True
    numbers.sort()
    return bool(np.all(numbers[1:] > numbers[:-1]))


def _moved(cells: Cells, channels: Labels, plan: Plan) -> Labels:
    """Count rows of unknown channels as the channel the plan names for them, and say so."""
    if plan.channels is None or plan.channels.other is None:
        return channels
    for code, label in enumerate(channels.ids):
        if label not in plan.channels.known:
            cells.problems.note(
                "channel_moved",
                "warning",
                f"{int((channels.codes == code).sum())} rows of channel {shown(label)}, which the plan does not know, "
                f"are counted as {shown(plan.channels.other)}",
                column="channel",
            )
    return Labels(
        codes=channels.codes,
        ids=tuple(label if label in plan.channels.known else plan.channels.other for label in channels.ids),
    )


def summed_facts(
    *,
    days: NDArray[np.int32],
    items: NDArray[np.int32],
    channels: NDArray[np.int32],
    totals: Mapping[str, NDArray[np.int64]],
    item_ids: Sequence[str],
    channel_ids: Sequence[str],
    ends: NDArray[np.int32] | None = None,
) -> Facts:
    """Add up rows of the same day, item, channel and end, and put them into the one order facts have.

    Labels may repeat and need no order; only those that occur are kept.
    """
    items, item_names = _recoded(items, item_ids)
    channels, channel_names = _recoded(channels, channel_ids)
    for name, total in totals.items():
        largest = max(int(total.max(initial=0)), -int(total.min(initial=0)))
        # The sum of magnitudes bounds every sum of some of the rows; it is only taken where the quick bound fails.
        if largest * max(len(total), 1) >= 2**63 and exact_sum(np.abs(total)) >= 2**63:
            raise TooLargeError(
                f"total {name!r}: {len(total)} rows with numbers up to {largest} could sum to more than 2**63"
            )
    keys = [days, items, channels, *([] if ends is None else [ends])]
    sums = dict(totals)
    found = packed(keys)
    if found is None or not np.all(found[0][1:] > found[0][:-1]):
        order = sorting(keys)
        keys = [codes[order] for codes in keys]
        sums = {name: total[order] for name, total in sums.items()}
        starts = np.zeros(len(order), np.bool_)
        starts[:1] = True
        for codes in keys:
            starts[1:] |= codes[1:] != codes[:-1]
        if not starts.all():
            first = np.flatnonzero(starts)
            keys = [codes[first] for codes in keys]
            sums = {name: np.add.reduceat(total, first) for name, total in sums.items()}
    return Facts(
        days=frozen(keys[0]),
        items=frozen(keys[1]),
        channels=frozen(keys[2]),
        totals=MappingProxyType({name: frozen(total) for name, total in sums.items()}),
        ends=None if ends is None or (keys[3] == keys[0] + 1).all() else frozen(keys[3]),
        item_ids=item_names,
        channel_ids=channel_names,
        excluded=(),
        rows_read=len(days),
    )


def _recoded(codes: NDArray[np.int32], ids: Sequence[str]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Code labels by their place among those that occur, sorted by code point."""
    used = occurring_codes(codes)
    named = [ids[code] for code in used]
    if len(named) == len(ids) and all(map(lt, named, named[1:])):
        return codes, tuple(named)
    occurring = sorted(set(named))
    place = {label: at for at, label in enumerate(occurring)}
    recode = np.zeros(len(ids) + 1, np.int32)
    recode[used] = [place[label] for label in named]
    return recode[codes], tuple(occurring)


def merge_facts(*facts: Facts) -> Facts:
    """Add facts up: the totals of every day, item and channel, the excluded by reason, and the rows read.

    The result is the same whatever the order of the parts and however the events were split into them, except that a
    repetition of one event in two parts cannot be seen here; `measure` a list of files to have it refused.

    Raises `MismatchError` for no facts at all and for facts of different totals, `TooLargeError` where a sum could pass
    2**63.
    """
    if not facts:
        raise MismatchError("there are no facts to merge; allowed: one Facts or more")
    names = set(facts[0].totals)
    for part in facts[1:]:
        if set(part.totals) != names:
            raise MismatchError(
                f"facts of different totals: {', '.join(sorted(names))} and {', '.join(sorted(part.totals))}; "
                f"next: measure or read all of them with one plan"
            )
    items_before = np.cumsum([0, *(len(part.item_ids) for part in facts)]).tolist()
    channels_before = np.cumsum([0, *(len(part.channel_ids) for part in facts)]).tolist()
    summed = summed_facts(
        days=np.concatenate([part.days for part in facts]),
        items=np.concatenate([part.items + shift for part, shift in zip(facts, items_before, strict=False)]),
        channels=np.concatenate([part.channels + shift for part, shift in zip(facts, channels_before, strict=False)]),
        totals={name: np.concatenate([part.totals[name] for part in facts]) for name in facts[0].totals},
        item_ids=[label for part in facts for label in part.item_ids],
        channel_ids=[label for part in facts for label in part.channel_ids],
        ends=np.concatenate([_ends(part) for part in facts]) if any(part.ends is not None for part in facts) else None,
    )
    notes = {str(note): note for part in facts for note in part.notes}
    return replace(
        summed,
        excluded=_excluded_together(facts),
        rows_read=sum(part.rows_read for part in facts),
        backend=next((part.backend for part in facts if part.backend is not None), None),
        notes=tuple(note for _, note in sorted(notes.items())),
    )


def less_facts(facts: Facts, part: Facts) -> Facts:
    """Take facts away from facts that hold them: their totals, what was excluded with them, and their rows.

    Days, items and channels that are left with nothing stay, as facts of zeros.
    """
    negative = replace(part, totals={name: -total for name, total in part.totals.items()})
    others = {left.reason: left for left in part.excluded}
    excluded = []
    for left in facts.excluded:
        other = others.get(left.reason, Exclusion(left.reason, 0, dict.fromkeys(left.totals, 0)))
        totals = {name: number - other.totals[name] for name, number in left.totals.items()}
        if left.rows > other.rows:
            excluded.append(Exclusion(left.reason, left.rows - other.rows, MappingProxyType(totals)))
    summed = merge_facts(replace(facts, excluded=()), replace(negative, excluded=()))
    return replace(summed, excluded=tuple(excluded), rows_read=facts.rows_read - part.rows_read, backend=facts.backend)


def _ends(facts: Facts) -> NDArray[np.int32]:
    return facts.days + np.int32(1) if facts.ends is None else facts.ends


def _excluded_together(facts: Sequence[Facts]) -> tuple[Exclusion, ...]:
    by_reason: dict[str, list[Exclusion]] = {}
    for part in facts:
        for exclusion in part.excluded:
            by_reason.setdefault(exclusion.reason, []).append(exclusion)
    return tuple(
        Exclusion(
            reason=reason,
            rows=sum(exclusion.rows for exclusion in listed),
            totals=MappingProxyType(
                {name: sum(exclusion.totals[name] for exclusion in listed) for name in facts[0].totals}
            ),
        )
        for reason, listed in sorted(by_reason.items())
    )


def facts_columns(facts: Facts) -> dict[str, list[Any] | NDArray[np.int64]]:
    """Write facts as columns: `day` as text, `item`, `channel`, `end` where there is one, and the totals.

    `read_facts` reads them back. What was excluded is not among them.
    """
    days = {int(day): day_text(int(day)) for day in np.unique(facts.days)}
    columns: dict[str, list[Any] | NDArray[np.int64]] = {
        "day": [days[day] for day in facts.days.tolist()],
        "item": [facts.item_ids[code] for code in facts.items.tolist()],
        "channel": [facts.channel_ids[code] for code in facts.channels.tolist()],
    }
    if facts.ends is not None:
        ends = {int(day): day_text(int(day)) for day in np.unique(facts.ends)}
        columns["end"] = [ends[day] for day in facts.ends.tolist()]
    columns.update(facts.totals)
    return columns

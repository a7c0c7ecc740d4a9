"""Facts as a table: read where they come summed already, and written down so that they can be read back."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointpay.data.cell_complaints import LARGEST, TOTAL_WORDS, as_digits, whole_complaint
from jointpay.data.cell_values import Refusal, read_day, read_id
from jointpay.data.cells import Cells, Labels
from jointpay.data.control import refuse_other_control
from jointpay.data.facts import Facts, input_totals, summed_facts
from jointpay.data.ordering import packed, sorting
from jointpay.data.problems import shown
from jointpay.data.table import EMPTY, read_table, source_of
from jointpay.data.table_problems import HEADER_ROWS, TableProblems
from jointpay.frames import backend_of
from jointpay.plan.calendar import day_text
from jointpay.plan.plan import Plan
from jointpay.plan.totals import Total

__all__ = ["facts_columns", "read_facts"]

_LONGEST_TOTAL_WORD = max(map(len, TOTAL_WORDS))
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)


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
    order = _refuse_repeated(cells, days, items, channels)
    problems.stop()
    cells.note_others()
    moved = _moved(cells, channels, plan)
    rows = slice(None) if order is None else order
    facts = summed_facts(
        days=days[rows],
        items=items.codes[rows],
        channels=moved.codes[rows],
        totals={name: total[rows] for name, total in totals.items()},
        item_ids=items.ids,
        channel_ids=moved.ids,
        ends=None if ends is None else ends[rows],
    )
    found = replace(facts, rows_read=read.rows, backend=backend_of(table), notes=tuple(problems.notes))
    refuse_other_control(control, input_totals(found), plan, source=problems.source)
    return found


class _FactCells(Cells):
    """The cells of a table of facts: rows are about items."""

    items: Labels | None = None

    def who(self, place: int) -> str:
        """Name the item of a row."""
        item = self.items.at(place) if self.items is not None else ""
        return f"item {shown(item)}" if item else ""


def _item_reader(cells: Sequence[object]) -> Callable[[object], str | Refusal]:
    """Give the reader of ids, which judges plain ones all at once, where no cell is the label of a total row."""
    # No text is shorter when its case is folded, so only short ones can be such a label.
    texts = [cell.casefold() for cell in cells if isinstance(cell, str) and len(cell) <= _LONGEST_TOTAL_WORD]
    return read_id if TOTAL_WORDS.isdisjoint(texts) else _read_item


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


def _refuse_repeated(cells: Cells, days: NDArray[np.int32], items: Labels, channels: Labels) -> NDArray[np.intp] | None:
    """Refuse a day, item and channel that stands twice, and give the rows in order; None where they stand in it."""
    keys = (days, items.codes, channels.codes)
    found = packed(keys)
    if found is not None and np.all(found[0][1:] > found[0][:-1]):
        return None
    rows = sorting(keys)
    order = rows[cells.usable[rows]]
    same = np.ones(max(len(order) - 1, 0), np.bool_)
    for codes in keys:
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
    return rows


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

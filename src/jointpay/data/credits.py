"""Credits: who worked on what, with which share, on which days."""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from jointpay.data.cell_values import Refusal, read_number
from jointpay.data.cells import Cells, Labels
from jointpay.data.frozen import frozen
from jointpay.data.intervals import FIRST_DAY, LAST_DAY, overlapping, range_text, read_intervals
from jointpay.data.ordering import sorting
from jointpay.data.problems import shown
from jointpay.data.shares import LARGEST_DENOMINATOR, common_denominator, excesses
from jointpay.data.table import read_table, source_of
from jointpay.data.table_problems import HEADER_ROWS, TableProblems, row_list
from jointpay.findings import Finding
from jointpay.money.number import decimal_text
from jointpay.plan.plan import Plan

__all__ = ["FIRST_DAY", "LAST_DAY", "Credits", "read_credits"]


@dataclass(frozen=True, slots=True, eq=False)
class Credits:
    """Credit edges, sorted by (person, role, item, start).

    Shapes: E edges. A share is `shares / share_denominator`; the shares of one role on one item and day sum to at most 1.
    """

    persons: NDArray[np.int32]
    """(E,) index into `person_ids`."""
    roles: NDArray[np.int32]
    """(E,) index into `role_ids`."""
    items: NDArray[np.int32]
    """(E,) index into `item_ids`."""
    shares: NDArray[np.int64]
    """(E,) numerators of the shares."""
    starts: NDArray[np.int32]
    """(E,) first day."""
    ends: NDArray[np.int32]
    """(E,) day after the last."""
    share_denominator: int
    """Common denominator of all shares, at most 1,000,000."""
    person_ids: tuple[str, ...]
    role_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    source: str = "credits"
    """What the table is called in messages."""
    rows: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    """(E,) row numbers in the table, the header being row 1; empty where they are not known."""
    notes: tuple[Finding, ...] = ()
    """What is worth knowing about the table."""

    def __repr__(self) -> str:
        from jointpay.data import display  # noqa: PLC0415 - what shows this record imports it

        return display.credits_line(self)


def read_credits(table: object, plan: Plan, *, source: str | None = None) -> Credits:
    """Read who worked on what: `person`, `role`, `item`, `share`, `from`, `to`.

    A share is an exact fraction of the item in that role: more than 0, at most 1, written 0.35, 35% or 1/3. An empty
    `from` or `to` is open. Shares that sum to less than 1 leave the rest unattributed.

    Raises `DataError` with every problem of the table: floats as shares, an unknown role, ranges that run backwards,
    the same person twice on an item in one role on one day, shares of a role on an item and day that sum to more than
    1, denominators without a common one up to 1,000,000.
    """
    problems = TableProblems(source_of(table, source, "credits"))
    read = read_table(
        table,
        problems,
        needed={
            "person": "",
            "role": "",
            "item": "",
            "share": "add a column `share`, with 1 where one person did all of it; nothing is split by guess",
        },
        optional=("from", "to"),
    )
    cells = Cells(read, problems)
    cells.note_others()
    persons = cells.persons()
    rows = _Rows(
        cells=cells,
        persons=persons,
        roles=cells.known("role", tuple(plan.roles), what="a role of the plan", code="role_unknown"),
        items=cells.labels("item", needs="the id of an item"),
    )
    shares = cells.read("share", _read_share, needs="a share such as 0.35, 35%, 1/3 or 1")
    starts, ends = read_intervals(cells)
    denominator = _denominator(problems, [share for share in shares if share is not None])
    whole = np.array([0 if share is None else int(share * denominator) for share in shares] + [0], np.int64)
    numerators = whole[read.columns["share"].codes]
    order = sorting((persons.codes, rows.roles.codes, rows.items.codes, starts))
    _refuse_overlaps(rows, numerators, starts, ends, order)
    _refuse_excesses(rows, numerators, denominator, starts, ends)
    problems.stop()
    return Credits(
        persons=frozen(persons.codes[order]),
        roles=frozen(rows.roles.codes[order]),
        items=frozen(rows.items.codes[order]),
        shares=frozen(numerators[order]),
        starts=frozen(starts[order]),
        ends=frozen(ends[order]),
        share_denominator=denominator,
        person_ids=persons.ids,
        role_ids=rows.roles.ids,
        item_ids=rows.items.ids,
        source=problems.source,
        rows=frozen((order + HEADER_ROWS).astype(np.int32)),
        notes=tuple(problems.notes),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Who, as what, on what: the labels of the table's rows, and where problems with them go."""

    cells: Cells
    persons: Labels
    roles: Labels
    items: Labels

    def work(self) -> NDArray[np.int64]:
        """(R,) one number per role and item."""
        return self.roles.codes.astype(np.int64) * (len(self.items.ids) + 1) + self.items.codes

    def edges(self) -> NDArray[np.int64]:
        """(R,) one number per person, role and item; below 2**63, since a table has at most five million rows."""
        width = (len(self.roles.ids) + 1) * (len(self.items.ids) + 1)
        return self.persons.codes.astype(np.int64) * width + self.work()


def _read_share(cell: object) -> Fraction | Refusal:
    share = read_number(cell)
    if isinstance(share, Refusal) or 0 < share <= 1:
        return share
    return Refusal("share_range", f"{shown(cell)} is not a share; allowed: more than 0, at most 1 (100%)")


def _denominator(problems: TableProblems, shares: list[Fraction]) -> int:
    denominator = common_denominator(shares)
    if denominator <= LARGEST_DENOMINATOR:
        return denominator
    largest = sorted({share.denominator for share in shares}, reverse=True)
    told = ", ".join(map(str, largest[:10])) + (" ..." if len(largest) > 10 else "")
    problems.refuse(
        "share_denominators",
        f"the shares have no common denominator up to {LARGEST_DENOMINATOR:,}; their denominators are {told}; "
        f"next: write the shares with the same few decimals, or as fractions of one number of parts",
        column="share",
    )
    raise problems.error()


def _refuse_overlaps(
    rows: _Rows,
    numerators: NDArray[np.int64],
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    order: NDArray[np.intp],
) -> None:
    cells = rows.cells
    order = order[cells.usable[order]]
    found = {later: earlier for earlier, later in overlapping(rows.edges(), starts, ends, order)}

    def is_same(place: int) -> bool:
        first = found[place]
        return bool(
            starts[place] == starts[first] and ends[place] == ends[first] and numerators[place] == numerators[first]
        )

    def what(place: int) -> str:
        return f"item {shown(rows.items.at(place))} as {shown(rows.roles.at(place))}"

    def days(place: int) -> str:
        return range_text(int(starts[place]), int(ends[place]))

    places = np.array(sorted(found), np.intp)
    same = np.array([is_same(place) for place in places.tolist()], np.bool_)
    cells.refuse(
        "credit_repeated",
        places[same],
        lambda place: (
            f"the same credit for {what(place)} stands on row {found[place] + HEADER_ROWS}, and would count twice; "
            f"next: drop one of the rows"
        ),
    )
    cells.refuse(
        "credits_overlap",
        places[~same],
        lambda place: (
            f"the credit for {what(place)}, {days(place)}, overlaps row {found[place] + HEADER_ROWS}, "
            f"{days(found[place])}; allowed: one credit on a day; next: end the earlier one with `to`"
        ),
    )


def _refuse_excesses(
    rows: _Rows, numerators: NDArray[np.int64], denominator: int, starts: NDArray[np.int32], ends: NDArray[np.int32]
) -> None:
    usable = np.flatnonzero(rows.cells.usable)
    found = {
        int(usable[excess.rows].max()): excess
        for excess in excesses(rows.work()[usable], starts[usable], ends[usable], numerators[usable], denominator)
    }

    def message(place: int) -> str:
        excess = found[place]
        return (
            f"shares of role {shown(rows.roles.at(place))} on item {shown(rows.items.at(place))} sum to "
            f"{decimal_text(Fraction(excess.numerator, denominator))} from {range_text(excess.start, excess.end)} "
            f"({row_list(usable[excess.rows] + HEADER_ROWS)}); allowed: at most 1 on a day"
        )

    rows.cells.refuse("shares_exceed_one", np.array(sorted(found), np.intp), message, column="share")

"""The shared work: what every item made, and how much of it is credited to whom.

A dashboard shows it beside the results, which say only what was made of it. It is summed here from facts and credits
exactly as scoring sums them, by channel, and holds no pay and no target.

Shapes: N cells (period x item x channel), C credited cells (period x role x person x item x channel), H seats.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from jointpay.data.dataset import Dataset
from jointpay.data.frozen import frozen
from jointpay.engine.credit import spread
from jointpay.engine.day_index import DayIndex, day_index
from jointpay.engine.order import occurring
from jointpay.panel.scene import Scene, make_scene
from jointpay.panel.scopes import ScopeSums, role_sums
from jointpay.plan.plan import Plan

__all__ = ["CreditedTotals", "ItemTotals", "Members", "SharedWork", "work_of"]

Whole = NDArray[np.int64]
Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class ItemTotals:
    """What every item made in a period through a channel, sorted by (period, item, channel), each once."""

    periods: Codes
    """(N,) index into `SharedWork.periods`."""
    items: Codes
    """(N,) index into `SharedWork.item_ids`."""
    channels: Codes
    """(N,) index into `SharedWork.channel_ids`."""
    totals: Mapping[str, Whole]
    """By total of the plan: (N,) whole numbers in what facts count in."""


@dataclass(frozen=True, slots=True, eq=False)
class CreditedTotals:
    """What is credited to whom, sorted by (role, period, person, item, channel), each once.

    Formula: sum over the days on which the person holds the seat and the credit of total * share.
    """

    roles: Codes
    """(C,) index into `SharedWork.roles`."""
    periods: Codes
    """(C,) index into `SharedWork.periods`."""
    persons: Codes
    """(C,) index into `SharedWork.person_ids`."""
    items: Codes
    """(C,) index into `SharedWork.item_ids`."""
    channels: Codes
    """(C,) index into `SharedWork.channel_ids`."""
    totals: Mapping[str, Whole]
    """By total of the plan: (C,) whole numbers of 1 / `SharedWork.share_denominator` of what facts count in."""


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Who holds which seat and belongs to which groups, sorted by (person, start)."""

    persons: Codes
    """(H,) index into `SharedWork.person_ids`."""
    roles: Codes
    """(H,) index into `SharedWork.roles`."""
    starts: Codes
    """(H,) first day."""
    ends: Codes
    """(H,) day after the last."""
    groups: Mapping[str, Codes]
    """By group column: (H,) index into `group_values[column]`, or -1 for none."""
    group_values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class SharedWork:
    """The work of some periods, by item and channel, and whose it is."""

    plan_digest: str
    data_digest: str
    periods: tuple[str, ...]
    """Ids of the periods, in order of time."""
    roles: tuple[str, ...]
    """Names of the roles, in the order of the plan."""
    person_ids: tuple[str, ...]
    """The same as the scorecard's."""
    item_ids: tuple[str, ...]
    """Items that have any fact."""
    channel_ids: tuple[str, ...]
    share_denominator: int
    """Credited totals are whole numbers of 1 / share_denominator."""
    items: ItemTotals
    credited: CreditedTotals
    members: Members
    rows_read: int
    """Rows of input behind the facts, of all periods."""
    excluded: tuple[tuple[str, int], ...]
    """Rows that were read and left out, by reason."""
    findings: tuple[tuple[str, str], ...]
    """What is worth knowing about the tables: severity and text."""


class _Cells:
    """The facts of a scene by (item, channel) and day, for combinations that occur. Shapes: K combinations."""

    def __init__(self, scene: Scene) -> None:
        facts = scene.dataset.facts
        keys = scene.facts.items * max(len(facts.channel_ids), 1) + facts.channels
        known, cells = occurring(keys)
        self.items, self.channels = np.divmod(known, max(len(facts.channel_ids), 1))
        self.first = np.searchsorted(self.items, np.arange(len(scene.item_ids) + 1))
        """Where the cells of each item begin."""
        cuts = np.array([day for span in scene.spans for day in (span.start, span.end)], dtype=np.int64)
        self.index: DayIndex = day_index(cells, facts.days, facts.totals, cuts=cuts, size=known.size)


def _item_totals(scene: Scene, cells: _Cells, names: Sequence[str]) -> ItemTotals:
    """Sum every total over each period, item and channel that has a fact."""
    spans, every = len(scene.spans), cells.items.size
    cell = np.tile(np.arange(every), spans)
    period = np.repeat(np.arange(spans), every)
    starts = np.array([span.start for span in scene.spans], dtype=np.int64)[period]
    ends = np.array([span.end for span in scene.spans], dtype=np.int64)[period]
    low, high = cells.index.between(cell, starts, ends)
    here = np.flatnonzero(high > low)
    cell, low, high = cell[here], low[here], high[here]
    return ItemTotals(
        periods=_codes(period[here]),
        items=_codes(cells.items[cell]),
        channels=_codes(cells.channels[cell]),
        totals=MappingProxyType({name: frozen(cells.index.sums(name, low, high)) for name in names}),
    )


def _credited(cells: _Cells, sums: ScopeSums, names: Sequence[str]) -> dict[str, Whole]:
    """Sum what is credited in one role, as columns."""
    rows = sums.rows
    pairs = sums.own_pairs(sums.now)
    owner, place = spread(cells.first[pairs.items + 1] - cells.first[pairs.items])
    cell = cells.first[pairs.items[owner]] + place
    low, high = cells.index.between(cell, pairs.starts[owner], pairs.ends[owner])
    here = np.flatnonzero(high > low)
    owner, cell, low, high = owner[here], cell[here], low[here], high[here]
    persons = len(sums.scene.dataset.people.person_ids)
    payee = rows.periods[pairs.rows[owner]] * persons + rows.persons[pairs.rows[owner]]
    known, at = occurring(payee * max(cells.items.size, 1) + cell)
    payee, cell = np.divmod(known, max(cells.items.size, 1))
    period, person = np.divmod(payee, max(persons, 1))
    found = {
        "roles": np.full(known.size, rows.role, dtype=np.int64),
        "periods": period,
        "persons": person,
        "items": cells.items[cell],
        "channels": cells.channels[cell],
    }
    shares = pairs.shares[owner]
    for name in names:
        summed = np.zeros(known.size, dtype=np.int64)
        np.add.at(summed, at, cells.index.sums(name, low, high) * shares)
        found[f"total {name}"] = summed
    return found


def _codes(values: Whole) -> Codes:
    return frozen(values.astype(np.int32))


def work_of(plan: Plan, dataset: Dataset, periods: Sequence[str] | None = None) -> SharedWork:
    """Sum the shared work of the periods named (None: all that have a fact), by item and channel.

    Formulas: an item's total is the sum of its facts; a credited total is the sum of fact * share over the days on
    which the person holds both the credit and the role, as in scoring. Hence, for every role and item, what is credited
    and what is credited to nobody make up the item's total.

    No facts, or no period, give tables without rows.

    Raises `MismatchError` for a dataset of another plan or a name that is no period, `TooLargeError` as `score` does.
    """
    scene = make_scene(plan, dataset, periods)
    cells = _Cells(scene)
    names = tuple(plan.totals)
    blocks = [_credited(cells, sums, names) for sums in role_sums(scene)]
    credited = {column: np.concatenate([block[column] for block in blocks]) for column in blocks[0]}
    facts, seats = dataset.facts, scene.seats
    return SharedWork(
        plan_digest=plan.digest,
        data_digest=dataset.digest,
        periods=tuple(span.id for span in scene.spans),
        roles=scene.role_names,
        person_ids=dataset.people.person_ids,
        item_ids=facts.item_ids,
        channel_ids=facts.channel_ids,
        share_denominator=dataset.credits.share_denominator,
        items=_item_totals(scene, cells, names),
        credited=CreditedTotals(
            roles=_codes(credited["roles"]),
            periods=_codes(credited["periods"]),
            persons=_codes(credited["persons"]),
            items=_codes(credited["items"]),
            channels=_codes(credited["channels"]),
            totals=MappingProxyType({name: frozen(credited[f"total {name}"]) for name in names}),
        ),
        members=Members(
            persons=_codes(seats.persons),
            roles=_codes(seats.roles),
            starts=_codes(seats.starts),
            ends=_codes(seats.ends),
            groups=dataset.people.groups,
            group_values=dataset.people.group_values,
        ),
        rows_read=facts.rows_read,
        excluded=tuple((left.reason, left.rows) for left in facts.excluded),
        findings=tuple((finding.severity, str(finding)) for finding in dataset.notes),
    )

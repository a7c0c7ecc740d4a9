"""Shared work of one period, summed as a dashboard shows it: by item, by channel, and by whom it is credited to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jointpay.report.dashboard.figures import Sums
from jointpay.report.work import SharedWork

__all__ = ["PeriodSums", "added"]

Key = tuple[int, ...]
Whole = NDArray[np.int64]


def added(each: Sequence[Sums], totals: int) -> Sums:
    """Add sums up; none give zeros."""
    return tuple(sum(column) for column in zip(*each, strict=True)) if each else (0,) * totals


@dataclass(frozen=True)
class PeriodSums:
    """The sums of one period, for the items of some people or for all items.

    Sums of items are whole numbers of what facts count in, credited ones of 1 / share_denominator of it. Roles are
    numbered as in the work.
    """

    work: SharedWork
    period: int
    people: frozenset[tuple[int, int]] | None
    """(role, person) of those whose items are looked at; None: all items."""

    @cached_property
    def items(self) -> dict[Key, Sums]:
        """Give what each (item,) made."""
        return self._of_items(channels=False, items=True)

    @cached_property
    def item_channels(self) -> dict[Key, Sums]:
        """Give what each (item, channel) made."""
        return self._of_items(channels=True, items=True)

    @cached_property
    def channels(self) -> dict[Key, Sums]:
        """Give what all items made by (channel,)."""
        return self._of_items(channels=True, items=False)

    @cached_property
    def credited_channels(self) -> dict[Key, Sums]:
        """Give what is credited to each (role, person, channel)."""
        told = self.work.credited
        return _summed(told.totals, self._credited_rows, (told.roles, told.persons, told.channels))

    @cached_property
    def credited_items(self) -> dict[Key, Sums]:
        """Give what is credited to each (role, person, item)."""
        told = self.work.credited
        return _summed(told.totals, self._credited_rows, (told.roles, told.persons, told.items))

    @cached_property
    def holders(self) -> dict[Key, list[tuple[int, Sums]]]:
        """Give for each (role, item) the people credited with it, in order of id, and with what."""
        found: dict[Key, list[tuple[int, Sums]]] = {}
        for (role, person, item), sums in self.credited_items.items():
            found.setdefault((role, item), []).append((person, sums))
        return found

    @cached_property
    def own_items(self) -> dict[Key, list[tuple[int, Sums]]]:
        """Give for each (role, person) the items credited to them, in order of id, and what of them."""
        found: dict[Key, list[tuple[int, Sums]]] = {}
        for (role, person, item), sums in self.credited_items.items():
            found.setdefault((role, person), []).append((item, sums))
        return found

    @cached_property
    def _credited_rows(self) -> NDArray[np.intp]:
        return np.flatnonzero(self.work.credited.periods == self.period)

    @cached_property
    def _item_rows(self) -> NDArray[np.intp]:
        rows = np.flatnonzero(self.work.items.periods == self.period)
        if self.people is None:
            return rows
        theirs = {item for role, person, item in self.credited_items if (role, person) in self.people}
        return rows[np.isin(self.work.items.items[rows], sorted(theirs))]

    def _of_items(self, *, channels: bool, items: bool) -> dict[Key, Sums]:
        made = self.work.items
        keys = [made.items] * items + [made.channels] * channels
        return _summed(made.totals, self._item_rows, keys)


def _summed(totals: Mapping[str, Whole], rows: NDArray[np.intp], keys: Sequence[NDArray[np.int32]]) -> dict[Key, Sums]:
    """Sum the rows given by their keys, in order of the keys. Shapes: totals and keys (N,), rows any of them."""
    if not rows.size:
        return {}
    known, at = np.unique(np.stack([key[rows] for key in keys], axis=1), axis=0, return_inverse=True)
    sums = np.zeros((len(known), len(totals)), dtype=np.int64)
    np.add.at(sums, at.reshape(-1), np.stack([total[rows] for total in totals.values()], axis=1))
    return {tuple(key): tuple(each) for key, each in zip(known.tolist(), sums.tolist(), strict=True)}

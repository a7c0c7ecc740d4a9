"""Amounts by person, period and pay base, kept as sorted arrays and read like a mapping."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jointpay.data.frozen import frozen
from jointpay.data.ordering import sorting

__all__ = ["Amounts"]

Key = tuple[str, str, str]


@dataclass(frozen=True, eq=False)
class Amounts(Mapping[Key, int]):
    """Amounts in minor units, sorted by (person, period, pay base), each combination once.

    Shapes: N amounts. The ids are sorted by code point. As a mapping it gives the amount of each
    (person, period, pay base); equal mappings are equal. Nothing in it can be changed.
    """

    person_ids: tuple[str, ...]
    period_ids: tuple[str, ...]
    base_ids: tuple[str, ...]
    persons: NDArray[np.int32]
    """(N,) index into `person_ids`."""
    periods: NDArray[np.int32]
    """(N,) index into `period_ids`."""
    bases: NDArray[np.int32]
    """(N,) index into `base_ids`."""
    minor: NDArray[np.int64]
    """(N,) minor units."""

    @classmethod
    def of(cls, amounts: Mapping[Key, int]) -> "Amounts":
        """Take any mapping of amounts; one of this kind stays as it is."""
        if isinstance(amounts, cls):
            return amounts
        columns: list[list[str]] = [[], [], []]
        for key in amounts:
            for labels, label in zip(columns, key, strict=True):
                labels.append(label)
        ids = [tuple(sorted(set(labels))) for labels in columns]
        codes = []
        for known, labels in zip(ids, columns, strict=True):
            place = {label: code for code, label in enumerate(known)}
            codes.append(np.array([place[label] for label in labels], np.int32))
        order = sorting(codes)
        return cls(
            ids[0],
            ids[1],
            ids[2],
            frozen(codes[0][order]),
            frozen(codes[1][order]),
            frozen(codes[2][order]),
            frozen(np.array(list(amounts.values()), np.int64)[order]),
        )

    @cached_property
    def _by_key(self) -> dict[Key, int]:
        labels = [
            map(ids.__getitem__, codes.tolist())
            for ids, codes in (
                (self.person_ids, self.persons),
                (self.period_ids, self.periods),
                (self.base_ids, self.bases),
            )
        ]
        return dict(zip(zip(*labels, strict=True), self.minor.tolist(), strict=True))

    def __getitem__(self, key: Key) -> int:
        return self._by_key[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return self.minor.size

    def of_base(
        self,
        base: str,
        persons: NDArray[np.integer],
        periods: NDArray[np.integer],
        *,
        person_ids: Sequence[str],
        period_ids: Sequence[str],
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Look up the amounts of one pay base, by codes into other ids; give them, 0 and a mark where there is none.

        Shapes: `persons` and `periods` (W,), at most as many of each as there are ids; returns (W,) and (W,).
        """
        mine = np.flatnonzero(self.bases == (self.base_ids.index(base) if base in self.base_ids else -1))
        width = len(self.period_ids) + 1
        keys = self.persons[mine].astype(np.int64) * width + self.periods[mine]
        person, period = (
            _translated(person_ids, self.person_ids)[persons],
            _translated(period_ids, self.period_ids)[periods],
        )
        wanted = np.where((person < 0) | (period < 0), -1, person * width + period)
        if not mine.size:
            return np.zeros(wanted.size, np.int64), np.ones(wanted.size, np.bool_)
        at = np.minimum(np.searchsorted(keys, wanted), mine.size - 1)
        absent = keys[at] != wanted
        return np.where(absent, 0, self.minor[mine[at]]), absent


def _translated(others: Sequence[str], ids: tuple[str, ...]) -> NDArray[np.int64]:
    """Give the code here of every id of others, -1 where it is unknown."""
    if tuple(others) == ids:
        return np.arange(len(ids))
    place = {label: code for code, label in enumerate(ids)}
    return np.array([place.get(label, -1) for label in others], np.int64)

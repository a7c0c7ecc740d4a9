"""Facts: totals per day, item and channel. What scoring reads of the raw events."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointpay.findings import Finding

__all__ = ["Exclusion", "Facts"]


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
    """Totals per day x item x channel, sorted by (day, item, channel), each combination once.

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
    backend: str | None = None
    """Name of the dataframe library the input came in, so that results can be given back in the same kind."""
    notes: tuple[Finding, ...] = ()
    """What is worth knowing about the tables these facts came from; nothing in it stops a run."""

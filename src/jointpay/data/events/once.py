"""Totals that a visitor counts in once per interval: which events they keep, and which they leave out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from jointpay.data.events.paths import Trail, visitor_codes
from jointpay.data.events.rows import EventRows, Events
from jointpay.data.events.states import REPEATED, UNKNOWN_VISITOR
from jointpay.data.facts import Exclusion
from jointpay.plan.totals import OncePer

__all__ = ["LeftOut", "Visits", "kept_once", "visits_of"]

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Who was there when, of the R events of a log."""

    visitors: Whole
    """(R,) a code for each visitor; -1 where nobody knows who it was."""
    instants_us: Whole
    """(R,) microseconds since 1970 in UTC."""
    clock_hours: Whole
    """(R,) hours since 1970-01-01T00:00 on a clock of the plan's zone."""


class LeftOut:
    """How many events each total left out, by reason."""

    def __init__(self, totals: Sequence[str]) -> None:
        self._totals = totals
        self._counts: dict[str, dict[str, int]] = {}

    def add(self, name: str, *, repeated: int, unknown: int) -> None:
        """Count what a total left out."""
        for reason, count in ((REPEATED, repeated), (UNKNOWN_VISITOR, unknown)):
            if count:
                self._counts.setdefault(reason, dict.fromkeys(self._totals, 0))[name] += count

    def exclusions(self) -> list[Exclusion]:
        """List what was left out. An event that two totals leave out is two rows: in each it is left out on its own."""
        return [Exclusion(reason, sum(counts.values()), counts) for reason, counts in self._counts.items()]


def visits_of(tables: Sequence[EventRows], trail: Trail | None) -> Visits:
    """Put who was there when of all tables of a log under one another; visitors as in the trail, if there is one."""
    return Visits(
        visitors=visitor_codes(tables) if trail is None else trail.visitors,
        instants_us=np.concatenate([cast("Whole", table.instants_us) for table in tables]),
        clock_hours=np.concatenate([cast("Whole", table.clock_hours) for table in tables]),
    )


def kept_once(rule: OncePer, events: Events, visits: Visits, rows: Whole, meant: Mask) -> Mask:
    """Tell the events that a total keeps, (E,).

    Shapes: `rows` (E,) is the row in `visits` of each event; `meant` (E,) tells the events that count and that the total
    means. Of those of one visitor, item and interval the first is kept, and at one instant the one in the first channel;
    of those of unknown visitors all.
    """
    kept = meant & (visits.visitors[rows] < 0)
    known = np.flatnonzero(meant & ~kept)
    of = rows[known]
    interval = events.days[known].astype(np.int64) if rule.interval == "day" else visits.clock_hours[of]
    keys = (visits.visitors[of], events.items.codes[known], interval)
    # The labels of channels are sorted, and so their codes are in the order of their texts.
    order = np.lexsort((events.channels.codes[known], visits.instants_us[of], *keys))
    first = np.zeros(len(order), np.bool_)
    first[:1] = True
    for key in keys:
        first[1:] |= np.diff(key[order]) != 0
    kept[known[order[first]]] = True
    return kept

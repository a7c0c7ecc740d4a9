"""Indexes of the facts that count for a group, and of all facts: made once for all roles."""

import numpy as np

from jointpay.engine.credit import merged, spread
from jointpay.engine.day_index import DayIndex, DayTable, few_keys_index
from jointpay.panel.scene import Scene

__all__ = ["FactIndexes"]


class FactIndexes:
    """The facts of a scene by group and day, for every group column asked for, and of all facts by day."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._cuts = np.array([day for span in scene.spans for day in (span.start, span.end)], dtype=np.int64)
        self._groups: dict[str, DayIndex | DayTable] = {}
        self._all: DayIndex | DayTable | None = None

    def by_group(self, column: str) -> DayIndex | DayTable:
        """Index, by group and day, the facts of items that count for a member of the group, each once."""
        if column not in self._groups:
            scene, facts = self._scene, self._scene.dataset.facts
            edge, seat, starts, ends = scene.counting
            group, item = scene.seats.groups[column][seat], scene.edges.items[edge]
            here = group >= 0
            items = len(scene.item_ids)
            key, first, after = merged(group[here] * items + item[here], starts[here], ends[here])
            group, item = np.divmod(key, items) if items else (key, key)
            low, high = scene.by_item.between(item, first, after)
            owner, place = spread(high - low)
            place += low[owner]
            fact = scene.by_item.order[place]
            self._groups[column] = few_keys_index(
                group[owner],
                facts.days[fact],
                facts.totals,
                facts=fact,
                cuts=self._cuts,
                size=len(scene.dataset.people.group_values[column]),
            )
        return self._groups[column]

    def of_all(self) -> DayIndex | DayTable:
        """Index all facts by day."""
        if self._all is None:
            facts = self._scene.dataset.facts
            everything = np.zeros(facts.days.size, dtype=np.int64)
            self._all = few_keys_index(everything, facts.days, facts.totals, facts=None, cuts=self._cuts, size=1)
        return self._all

"""Indexes of the facts that count for a group, and of all facts: made once for all roles."""

from collections.abc import Iterator

import numpy as np

from jointpay.engine.credit import merged
from jointpay.engine.day_index import DayIndex
from jointpay.engine.day_table import DayTable, KeyRanges, key_index
from jointpay.panel.rules import MeasureRule, PlanRules, compiled_plan
from jointpay.panel.scene import Scene
from jointpay.plan.metrics import RatioMetric
from jointpay.plan.scopes import AllScope, GroupScope, Scope
from jointpay.plan.targets import GroupTarget

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
            scene = self._scene
            edge, seat, starts, ends = scene.counting
            group, item = scene.seats.groups[column][seat], scene.edges.items[edge]
            here = group >= 0
            groups = len(scene.dataset.people.group_values[column])
            key, first, after = merged(item[here] * groups + group[here], starts[here], ends[here])
            item, group = np.divmod(key, groups) if groups else (key, key)
            self._groups[column] = key_index(
                scene.facts,
                KeyRanges(item, group, first, after, size=scene.facts.size),
                cuts=self._cuts,
                size=groups,
                together=_totals_read(scene, GroupScope(kind="group", column=column)),
            )
        return self._groups[column]

    def of_all(self) -> DayIndex | DayTable:
        """Index all facts by day."""
        if self._all is None:
            together = _totals_read(self._scene, AllScope(kind="all"))
            self._all = key_index(self._scene.facts, None, cuts=self._cuts, size=1, together=together)
        return self._all


def _totals_read(scene: Scene, scope: Scope) -> list[str]:
    """Name the totals that the plan reads in a scope, in a fixed order: they are added up together."""
    found: dict[str, None] = {}
    for rule in _measures(compiled_plan(scene.plan)):
        target = rule.target.scope if isinstance(rule.target, GroupTarget) else None
        if scope in (rule.scope, target):
            metric = rule.metric
            names = (metric.numerator, metric.denominator) if isinstance(metric, RatioMetric) else (metric.total,)
            found |= dict.fromkeys(names)
    return list(found)


def _measures(rules: PlanRules) -> Iterator[MeasureRule]:
    for role in rules.roles:
        for component in role.components:
            yield from (part for part in component.ingredients if isinstance(part, MeasureRule))
            yield from component.modifiers

"""Room for the numbers of a panel, made once and filled block by block."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.room import planes
from jointpay.panel.panel import ComponentPanel, LinkPanel, Panel, Reading, RolePanel
from jointpay.panel.rows import Rows
from jointpay.panel.targets import Asked
from jointpay.results.scorecard import (
    BaselineSums,
    ComponentScores,
    LinkScores,
    MeasureScores,
    PayeeRows,
    RoleScores,
)

__all__ = ["Known", "allocate"]

Array = NDArray[Any]
Key = tuple[object, ...]


class _Supply:
    """Hands out arrays for one role: those that an earlier call filled while there are any, then new ones."""

    def __init__(self, role: RolePanel, old: RoleScores | None) -> None:
        self._size = role.rows.size
        parts = [part for component in role.components for part in (*component.ingredients, *component.modifiers)]
        self._parts, self._components = len(parts), len(role.components)
        self._left: dict[type[np.int64 | np.int8], list[Array]] = {np.int64: [], np.int8: []}
        # By id, because measures may share an array.
        for array in {id(array): array for array in _filled(old)}.values() if old else ():
            self._left[np.int64 if array.dtype == np.int64 else np.int8].append(array)
        for left in self._left.values():
            left.reverse()

    def take(self, kind: type[np.int64 | np.int8] = np.int64) -> Array:
        """Give an array; its content is arbitrary."""
        left = self._left[kind]
        if not left:
            # As many as there can be at the most, in one piece; those that are not taken take no memory.
            each = 3 if kind is np.int64 else 1
            left += planes(each * self._parts + self._components + 1, self._size, kind)
        return left.pop()


def _filled(old: RoleScores) -> Iterator[Array]:
    """Give the arrays that scoring has filled, in the order in which they were handed out."""
    for component in old.components:
        for made in (*component.measures, *component.modifiers):
            if isinstance(made, MeasureScores):
                # A value that is its numerator belongs to whoever made the panel.
                yield from () if made.values is made.numerators else (made.values,)
                yield made.attainments
            yield from (made.states, made.points)
        yield from (component.points, component.states)
    yield from (old.scores, old.states)


def _baseline(asked: Asked | None) -> BaselineSums | None:
    made_of = None if asked is None else asked.baseline
    if made_of is None:
        return None
    return BaselineSums(made_of.share_denominator, made_of.numerators, made_of.denominators, made_of.days)


def _what(reading: Reading) -> Key:
    """Say what attainments are made of; readings that agree in it have the same, whatever their curves."""
    asked = reading.asked
    return (
        id(reading.numerators),
        id(reading.denominators),
        reading.share_denominator,
        reading.is_ratio,
        reading.min_count,
        None if asked is None else (id(asked.targets), id(asked.missing)),
        reading.attainment,
        reading.value_scale,
        reading.value_places,
    )


def _points(reading: Reading) -> Key:
    """Say what points are made of. A curve is one and the same object wherever it is the same curve."""
    return (_what(reading), reading.curve, reading.fill, reading.stops)


def _made_of(panel: Panel, place: int, inner: int) -> Key:
    """Say what a component is made of, down to the components that its links lead to."""
    component = panel.roles[place].components[inner]
    parts: list[Key] = []
    for part in (*component.ingredients, *component.modifiers):
        if isinstance(part, Reading):
            parts.append(_points(part))
        else:
            names = [other.name for other in panel.roles[part.role].components]
            partner = _made_of(panel, part.role, names.index(part.component))
            parts.append((id(part.rows), id(part.partners), id(part.weights), part.fill, part.stops, partner))
    return (component.combine, tuple(component.weights), component.fill, component.stops, tuple(parts))


class Known:
    """What was computed from a panel: shared with other panels on the same totals wherever they agree with it."""

    def __init__(self, panel: Panel, roles: tuple[RoleScores, ...]) -> None:
        # The keys name arrays by their id, so the panel that owns them is kept.
        self._panel = panel
        self.attained: dict[Key, MeasureScores] = {}
        self.points: dict[Key, Array] = {}
        self.components: dict[Key, ComponentScores] = {}
        for place, (role, out) in enumerate(zip(panel.roles, roles, strict=True)):
            for inner, (component, scores) in enumerate(zip(role.components, out.components, strict=True)):
                self.components[place, _made_of(panel, place, inner)] = scores
                parts = (*component.ingredients, *component.modifiers)
                for part, made in zip(parts, (*scores.measures, *scores.modifiers), strict=True):
                    if isinstance(part, Reading) and isinstance(made, MeasureScores):
                        self.attained[_what(part)] = made
                        self.points[_points(part)] = made.points

    def filled(self) -> frozenset[int]:
        """Give the ids of the arrays that need not be computed again."""
        arrays = (
            *(scores.attainments for scores in self.attained.values()),
            *self.points.values(),
            *(scores.points for scores in self.components.values()),
        )
        return frozenset(map(id, arrays))


def _is_its_value(reading: Reading) -> bool:
    """Whether the published value is the numerator itself: a total, in its own unit, at no places."""
    above, below = reading.value_scale
    return not reading.is_ratio and above * 10**reading.value_places == below * reading.share_denominator


@dataclass(frozen=True, slots=True)
class _Making:
    """The record of one role in the making."""

    panel: Panel
    place: int
    supply: _Supply
    known: Known | None
    attained: dict[Key, MeasureScores]
    made: dict[str, MeasureScores | LinkScores]

    def measure(self, reading: Reading) -> MeasureScores:
        """Give a measure its arrays; one that is attained like an earlier one shares all but the points."""
        what = _what(reading)
        twin = self.attained.get(what)
        if twin is not None:
            values, attainments, states = twin.values, twin.attainments, twin.states
        else:
            values = reading.numerators if _is_its_value(reading) else self.supply.take()
            attainments, states = self.supply.take(), self.supply.take(np.int8)
        points = self.known.points.get(_points(reading)) if self.known else None
        asked, size = reading.asked, reading.numerators.size
        scores = MeasureScores(
            name=reading.name,
            share_denominator=reading.share_denominator,
            numerators=reading.numerators,
            denominators=reading.denominators,
            values=values,
            targets=np.zeros(size, dtype=np.int64) if asked is None else asked.targets,
            attainments=attainments,
            points=self.supply.take() if points is None else points,
            states=states,
            baseline=_baseline(asked),
        )
        self.attained[what] = self.made[reading.path] = scores
        return scores

    def link(self, link: LinkPanel) -> LinkScores:
        """Give a link its arrays."""
        rows, partners = link.rows.astype(np.int32), link.partners.astype(np.int32)
        scores = LinkScores(link.name, rows, partners, link.weights, self.supply.take(), self.supply.take(np.int8))
        self.made[link.path] = scores
        return scores

    def component(self, inner: int, component: ComponentPanel, keep: Literal["all", "summary"]) -> ComponentScores:
        """Give a component its arrays, and what it is made of."""
        measures: list[MeasureScores | LinkScores] = []
        for part in component.ingredients:
            if isinstance(part, LinkPanel):
                measures.append(self.link(part))
            elif keep == "all":
                measures.append(self.measure(part))
        modifiers = tuple(self.measure(part) for part in component.modifiers) if keep == "all" else ()
        twin = self.known.components.get((self.place, _made_of(self.panel, self.place, inner))) if self.known else None
        points, states = (twin.points, twin.states) if twin else (self.supply.take(), self.supply.take(np.int8))
        kept = tuple(measures) if keep == "all" else ()
        return ComponentScores(component.name, kept, modifiers, points, states)


def _payees(rows: Rows) -> PayeeRows:
    return PayeeRows(
        rows.periods.astype(np.int32, copy=False),
        rows.persons.astype(np.int32, copy=False),
        rows.starts.astype(np.int32, copy=False),
        rows.ends.astype(np.int32, copy=False),
    )


def allocate(
    panel: Panel,
    *,
    keep: Literal["all", "summary"] = "all",
    out: tuple[RoleScores, ...] | None = None,
    known: Known | None = None,
) -> tuple[tuple[RoleScores, ...], dict[str, MeasureScores | LinkScores], frozenset[int]]:
    """Make the arrays that scoring fills, or take those of an earlier call for the same payee rows.

    Returns them as records, one per role in the order of the plan; the records of measures and links by path; and the
    ids of arrays that are filled already. The content of the others is arbitrary until they are filled. New arrays of
    one role lie together in memory, which is freed when the last of them is. Measures that are attained alike share
    what they share, and a value that is its numerator is that array.
    """
    made: dict[str, MeasureScores | LinkScores] = {}
    roles = []
    for place, role in enumerate(panel.roles):
        old = out[place] if out else None
        attained = dict(known.attained) if known else {}
        making = _Making(panel, place, _Supply(role, old), known, attained, made)
        components = tuple(making.component(inner, component, keep) for inner, component in enumerate(role.components))
        payees = old.payees if old else _payees(role.rows)
        roles.append(RoleScores(role.name, payees, components, making.supply.take(), making.supply.take(np.int8)))
    return tuple(roles), made, known.filled() if known else frozenset()

"""Room for the numbers of a panel, made once and filled block by block."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.room import planes
from jointpay.panel.panel import ComponentPanel, LinkPanel, Panel, Reading, RolePanel
from jointpay.panel.targets import Asked
from jointpay.results.scorecard import (
    BaselineSums,
    ComponentScores,
    LinkScores,
    MeasureScores,
    PayeeRows,
    RoleScores,
)

__all__ = ["allocate"]

Array = NDArray[Any]


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


def _what(reading: Reading) -> tuple[object, ...]:
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


def _is_its_value(reading: Reading) -> bool:
    """Whether the published value is the numerator itself: a total, in its own unit, at no places."""
    above, below = reading.value_scale
    return not reading.is_ratio and above * 10**reading.value_places == below * reading.share_denominator


def _measure(reading: Reading, supply: _Supply, made: dict[tuple[object, ...], MeasureScores]) -> MeasureScores:
    """Give a measure its arrays; one that is attained like an earlier one shares all but the points."""
    what = _what(reading)
    twin = made.get(what)
    if twin is not None:
        values, attainments, states = twin.values, twin.attainments, twin.states
    else:
        values = reading.numerators if _is_its_value(reading) else supply.take()
        attainments, states = supply.take(), supply.take(np.int8)
    made[what] = MeasureScores(
        name=reading.name,
        share_denominator=reading.share_denominator,
        numerators=reading.numerators,
        denominators=reading.denominators,
        values=values,
        targets=np.zeros(reading.numerators.size, dtype=np.int64) if reading.asked is None else reading.asked.targets,
        attainments=attainments,
        points=supply.take(),
        states=states,
        baseline=_baseline(reading.asked),
    )
    return made[what]


def _link(link: LinkPanel, supply: _Supply) -> LinkScores:
    rows, partners = link.rows.astype(np.int32), link.partners.astype(np.int32)
    return LinkScores(link.name, rows, partners, link.weights, supply.take(), supply.take(np.int8))


def _component(
    component: ComponentPanel, supply: _Supply, made: dict[tuple[object, ...], MeasureScores]
) -> ComponentScores:
    return ComponentScores(
        component.name,
        tuple(
            _measure(ingredient, supply, made) if isinstance(ingredient, Reading) else _link(ingredient, supply)
            for ingredient in component.ingredients
        ),
        tuple(_measure(modifier, supply, made) for modifier in component.modifiers),
        supply.take(),
        supply.take(np.int8),
    )


def _role(role: RolePanel, old: RoleScores | None) -> RoleScores:
    rows, supply = role.rows, _Supply(role, old)
    made: dict[tuple[object, ...], MeasureScores] = {}
    payees = (
        old.payees
        if old
        else PayeeRows(
            rows.periods.astype(np.int32, copy=False),
            rows.persons.astype(np.int32, copy=False),
            rows.starts.astype(np.int32, copy=False),
            rows.ends.astype(np.int32, copy=False),
        )
    )
    components = tuple(_component(component, supply, made) for component in role.components)
    return RoleScores(role.name, payees, components, supply.take(), supply.take(np.int8))


def allocate(panel: Panel, out: tuple[RoleScores, ...] | None = None) -> tuple[RoleScores, ...]:
    """Make the arrays that scoring fills, or take those of an earlier call for the same payee rows.

    Their content is arbitrary until they are filled. One per role, in the order of the plan. New arrays of one
    role lie together in memory, which is freed when the last of them is. Measures that are attained alike share what they share,
    and a value that is its numerator is that array.
    """
    return tuple(_role(role, out[place] if out else None) for place, role in enumerate(panel.roles))

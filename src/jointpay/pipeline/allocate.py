"""Room for the numbers of a panel, made once and filled block by block."""

import numpy as np

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


def _baseline(asked: Asked | None) -> BaselineSums | None:
    made_of = None if asked is None else asked.baseline
    if made_of is None:
        return None
    return BaselineSums(made_of.share_denominator, made_of.numerators, made_of.denominators, made_of.days)


def _measure(reading: Reading) -> MeasureScores:
    size = reading.numerators.size
    return MeasureScores(
        name=reading.name,
        share_denominator=reading.share_denominator,
        numerators=reading.numerators,
        denominators=reading.denominators,
        values=np.empty(size, dtype=np.int64),
        targets=np.zeros(size, dtype=np.int64) if reading.asked is None else reading.asked.targets,
        attainments=np.empty(size, dtype=np.int64),
        points=np.empty(size, dtype=np.int64),
        states=np.empty(size, dtype=np.int8),
        baseline=_baseline(reading.asked),
    )


def _link(link: LinkPanel, size: int) -> LinkScores:
    return LinkScores(
        link.name,
        link.rows.astype(np.int32),
        link.partners.astype(np.int32),
        link.weights,
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int8),
    )


def _component(component: ComponentPanel, size: int) -> ComponentScores:
    return ComponentScores(
        component.name,
        tuple(
            _measure(ingredient) if isinstance(ingredient, Reading) else _link(ingredient, size)
            for ingredient in component.ingredients
        ),
        tuple(_measure(modifier) for modifier in component.modifiers),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int8),
    )


def _role(role: RolePanel) -> RoleScores:
    rows, size = role.rows, role.rows.size
    return RoleScores(
        role.name,
        PayeeRows(
            rows.periods.astype(np.int32),
            rows.persons.astype(np.int32),
            rows.starts.astype(np.int32),
            rows.ends.astype(np.int32),
        ),
        tuple(_component(component, size) for component in role.components),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int8),
    )


def allocate(panel: Panel) -> tuple[RoleScores, ...]:
    """Make the arrays that scoring fills; their content is arbitrary until it has. One per role, in the order of the plan."""
    return tuple(_role(role) for role in panel.roles)

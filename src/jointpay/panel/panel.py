"""The panel: for every role, the rows, totals, targets and compiled rules that the engine reads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from jointpay.data.dataset import Dataset
from jointpay.engine.couple import shared_weights
from jointpay.engine.curve import LineCurve, TableCurve
from jointpay.engine.exact import span
from jointpay.errors import DataError
from jointpay.findings import Finding
from jointpay.panel.rows import Rows
from jointpay.panel.rules import ComponentRule, LinkRule, MeasureRule, compiled_plan
from jointpay.panel.scene import Scene, make_scene
from jointpay.panel.scopes import ScopeSums, role_sums
from jointpay.panel.targets import Asked, Asking, publish_targets, ratio_parts
from jointpay.plan.measures import Attainment
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Combine
from jointpay.plan.scopes import OwnScope

__all__ = ["ComponentPanel", "LinkPanel", "Panel", "Ranges", "Reading", "RolePanel", "make_panel", "ranges_of"]

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ranges:
    """Smallest and largest of a reading's numbers, taken once so that no block needs to look."""

    numerators: tuple[int, int]
    denominators: tuple[int, int]
    targets: tuple[int, int]


def ranges_of(
    numerators: Whole, denominators: Whole, asked: Asked | None, find: Callable[[Whole], tuple[int, int]] = span
) -> Ranges:
    """Take the ranges of a reading, each as `find` gives it; nothing, or no target, gives (0, 0)."""
    targets = (0, 0) if asked is None else find(asked.targets)
    return Ranges(find(numerators), find(denominators), targets)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A measure or modifier, ready to be computed. Shapes: (P,)."""

    name: str
    path: str
    share_denominator: int
    numerators: Whole
    denominators: Whole
    ranges: Ranges
    is_ratio: bool
    min_count: int
    """In 1 / share_denominator of what facts count in; 0 where none is asked for."""
    asked: Asked | None
    attainment: Attainment
    value_scale: tuple[int, int]
    """Factor from facts to the unit, as numerator and denominator."""
    value_places: int
    curve: TableCurve | LineCurve
    fill: int | None
    """Points a missing value counts as; None: it is left out, or an error."""
    stops: bool
    """Whether a missing value is an error."""


@dataclass(frozen=True, slots=True, eq=False)
class LinkPanel:
    """A link, ready to be averaged. Shapes: (L,)."""

    name: str
    path: str
    role: int
    component: str
    rows: Whole
    partners: Whole
    weights: Whole
    fill: int | None
    stops: bool


@dataclass(frozen=True, slots=True, eq=False)
class ComponentPanel:
    """A component: what it is made of, and how it is put together."""

    name: str
    path: str
    combine: Combine
    ingredients: tuple[Reading | LinkPanel, ...]
    weights: list[int]
    modifiers: tuple[Reading, ...]
    fill: int | None
    stops: bool


@dataclass(frozen=True, slots=True, eq=False)
class RolePanel:
    """A role: its rows and components."""

    name: str
    rows: Rows
    components: tuple[ComponentPanel, ...]
    weights: list[int]


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """All roles, and the order in which components can be computed."""

    scene: Scene
    roles: tuple[RolePanel, ...]
    order: tuple[tuple[int, int], ...]
    """(role, component), a component after all that it links to."""
    own_totals: tuple[dict[str, int], ...]
    """Per role: the sum of every total credited to its rows, in 1 / share_denominator."""


@dataclass(frozen=True, slots=True)
class _Making:
    """A role's panel in the making."""

    own: ScopeSums
    all_roles: Sequence[ScopeSums]
    published: dict[int, Asked]
    findings: list[Finding]


def _reading(rule: MeasureRule, making: _Making) -> Reading:
    sums = making.own
    asking = Asking(sums, rule, making.published, making.findings)
    above, below, shares = ratio_parts(asking, rule.scope, sums.now)
    asked = publish_targets(asking)
    return Reading(
        name=rule.name,
        path=rule.path,
        share_denominator=shares,
        numerators=above,
        denominators=below,
        ranges=ranges_of(above, below, asked, sums.span),
        is_ratio=rule.is_ratio,
        min_count=rule.min_count * shares,
        asked=asked,
        attainment=rule.attainment,
        value_scale=rule.value_scale,
        value_places=rule.metric.places,
        curve=rule.curve,
        fill=rule.fill,
        stops=rule.stops,
    )


def _link(rule: LinkRule, own: ScopeSums, partner: ScopeSums) -> LinkPanel:
    sides = []
    for sums in (own, partner):
        pairs = sums.own_pairs(sums.now)
        keys = sums.rows.periods[pairs.rows] * len(sums.scene.item_ids) + pairs.items
        sides.append((pairs.rows, keys, pairs.starts, pairs.ends, pairs.shares))
    rows, partners, weights = shared_weights(sides[0], sides[1])
    return LinkPanel(
        rule.name,
        rule.path,
        rule.role,
        rule.component,
        rows.astype(np.int64),
        partners.astype(np.int64),
        weights,
        rule.fill,
        rule.stops,
    )


def _component(rule: ComponentRule, making: _Making) -> ComponentPanel:
    ingredients: list[Reading | LinkPanel] = []
    for part in rule.ingredients:
        match part:
            case MeasureRule():
                ingredients.append(_reading(part, making))
            case LinkRule():
                ingredients.append(_link(part, making.own, making.all_roles[part.role]))
            case _:
                assert_never(part)
    return ComponentPanel(
        rule.name,
        rule.path,
        rule.combine,
        tuple(ingredients),
        rule.weights,
        tuple(_reading(modifier, making) for modifier in rule.modifiers),
        rule.fill,
        rule.stops,
    )


def make_panel(plan: Plan, dataset: Dataset, wanted: Sequence[str] | None = None) -> Panel:
    """Build the panel of the periods wanted (None: all that have a fact).

    Raises `DataError` listing every missing cell of the targets table, `MismatchError`, `TooLargeError`.
    """
    scene = make_scene(plan, dataset, wanted)
    rules = compiled_plan(plan)
    sums = role_sums(scene)
    findings: list[Finding] = []
    roles = []
    for role, own in zip(rules.roles, sums, strict=True):
        making = _Making(own, sums, {}, findings)
        components = tuple(_component(component, making) for component in role.components)
        roles.append(RolePanel(role.name, own.rows, components, role.weights))
    if findings:
        raise DataError(list(dict.fromkeys(findings)))
    everything = OwnScope(kind="own")
    # What is credited is at most all there is, and no product of a sum of magnitudes and a share denominator reaches
    # 2**61 (see `make_scene`): plain sums are exact.
    own_totals = tuple(
        {total: int(own.sums(everything, total, own.now).sum()) for total in plan.totals} for own in sums
    )
    return Panel(scene, tuple(roles), rules.order, own_totals)

"""The panel: for every role, the rows, totals, targets and compiled rules that the engine reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from jointpay.data.dataset import Dataset
from jointpay.engine.couple import shared_weights
from jointpay.engine.curve import LineCurve, TableCurve
from jointpay.engine.exact import exact_sum
from jointpay.errors import DataError
from jointpay.findings import Finding
from jointpay.panel.compiled import compile_curve, fill_points, whole_weights
from jointpay.panel.fact_indexes import FactIndexes
from jointpay.panel.rows import Rows, payee_rows
from jointpay.panel.scene import Scene, make_scene
from jointpay.panel.scopes import ScopeSums
from jointpay.panel.targets import Asked, Asking, publish_targets, ratio_parts
from jointpay.plan.measures import Attainment, Link, Measure, MissingError, MissingLeaveOut, Modifier
from jointpay.plan.metrics import RatioMetric
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Combine, Component
from jointpay.plan.scopes import OwnScope
from jointpay.plan.units import facts_factor, total_scale

__all__ = ["ComponentPanel", "LinkPanel", "Panel", "Ranges", "Reading", "RolePanel", "make_panel", "ranges_of"]

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ranges:
    """Smallest and largest of a reading's numbers, taken once so that no block needs to look."""

    numerators: tuple[int, int]
    denominators: tuple[int, int]
    targets: tuple[int, int]


def ranges_of(numerators: Whole, denominators: Whole, asked: Asked | None) -> Ranges:
    """Take the ranges of a reading; nothing, or no target, gives (1, 1)."""
    found = (numerators, denominators, asked.targets if asked else numerators[:0])
    return Ranges(*((int(values.min()), int(values.max())) if values.size else (1, 1) for values in found))


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


def _reading(name: str, measure: Measure | Modifier, sums: ScopeSums, path: str, findings: list[Finding]) -> Reading:
    plan = sums.scene.plan
    metric = plan.metrics[measure.metric]
    factor = facts_factor(metric, dict(plan.totals), plan.currency, plan.events.attribution)
    if factor is None:  # pragma: no cover - the plan was refused when it was read
        raise AssertionError(path)
    min_count = measure.min_count or 0
    if isinstance(metric, RatioMetric):
        min_count *= total_scale(plan.totals[metric.denominator], plan.events.attribution)
    asking = Asking(sums, metric, factor, measure.scope, min_count, path, findings)
    above, below, shares = ratio_parts(asking, measure.scope, sums.now)
    asked = None if measure.target is None else publish_targets(asking, measure.target)
    return Reading(
        name=name,
        path=path,
        share_denominator=shares,
        numerators=above,
        denominators=below,
        ranges=ranges_of(above, below, asked),
        is_ratio=isinstance(metric, RatioMetric),
        min_count=min_count * shares,
        asked=asked,
        attainment=measure.attainment,
        value_scale=(factor.numerator, factor.denominator),
        value_places=metric.places,
        curve=compile_curve(
            measure.curve, places_in=plan.places.attainment, scale_out=10**plan.places.points, plan=plan
        ),
        fill=fill_points(measure.missing, plan),
        stops=isinstance(measure.missing, MissingError),
    )


def _link(name: str, link: Link, own: ScopeSums, partner: ScopeSums, path: str) -> LinkPanel:
    plan, scene = own.scene.plan, own.scene
    sides = []
    for sums in (own, partner):
        pairs = sums.own_pairs(sums.now)
        keys = sums.rows.periods[pairs.rows] * len(scene.item_ids) + pairs.items
        sides.append((pairs.rows, keys, pairs.starts, pairs.ends, pairs.shares))
    rows, partners, weights = shared_weights(sides[0], sides[1])
    return LinkPanel(
        name,
        path,
        scene.role_names.index(link.role),
        link.component,
        rows.astype(np.int64),
        partners.astype(np.int64),
        weights,
        fill_points(link.missing, plan),
        isinstance(link.missing, MissingError),
    )


def _component(
    name: str, component: Component, role: int, sums: Sequence[ScopeSums], findings: list[Finding]
) -> ComponentPanel:
    own = sums[role]
    scene = own.scene
    path = f"roles.{scene.role_names[role]}.components.{name}"
    ingredients: list[Reading | LinkPanel] = []
    for key, ingredient in component.measures.items():
        where = f"{path}.measures.{key}"
        match ingredient:
            case Measure():
                ingredients.append(_reading(key, ingredient, own, where, findings))
            case Link():
                partner = sums[scene.role_names.index(ingredient.role)]
                ingredients.append(_link(key, ingredient, own, partner, where))
            case _:
                assert_never(ingredient)
    missing = component.missing or MissingLeaveOut(kind="leave_out")
    return ComponentPanel(
        name,
        path,
        component.combine,
        tuple(ingredients),
        whole_weights([ingredient.weight for ingredient in component.measures.values()]),
        tuple(
            _reading(key, modifier, own, f"{path}.modifiers.{key}", findings)
            for key, modifier in component.modifiers.items()
        ),
        fill_points(missing, scene.plan),
        isinstance(missing, MissingError),
    )


def _order(plan: Plan) -> tuple[tuple[int, int], ...]:
    """Order components so that each comes after those it links to. The plan has no cycle."""
    nodes = {
        (role_name, name): [
            (link.role, link.component) for link in component.measures.values() if isinstance(link, Link)
        ]
        for role_name, role in plan.roles.items()
        for name, component in role.components.items()
    }
    done: dict[tuple[str, str], None] = {}

    def visit(node: tuple[str, str]) -> None:
        if node not in done:
            for earlier in nodes[node]:
                visit(earlier)
            done[node] = None

    for node in nodes:
        visit(node)
    places = {
        (role_name, name): (place, inner)
        for place, (role_name, role) in enumerate(plan.roles.items())
        for inner, name in enumerate(role.components)
    }
    return tuple(places[node] for node in done)


def make_panel(plan: Plan, dataset: Dataset, wanted: Sequence[str] | None = None) -> Panel:
    """Build the panel of the periods wanted (None: all that have a fact).

    Raises `DataError` listing every missing cell of the targets table, `MismatchError`, `TooLargeError`.
    """
    scene = make_scene(plan, dataset, wanted)
    indexes = FactIndexes(scene)
    sums = [ScopeSums(scene, payee_rows(scene, place), indexes) for place in range(len(scene.role_names))]
    findings: list[Finding] = []
    roles = []
    for place, (name, role) in enumerate(plan.roles.items()):
        components = tuple(
            _component(key, component, place, sums, findings) for key, component in role.components.items()
        )
        weights = whole_weights([component.weight for component in role.components.values()])
        roles.append(RolePanel(name, sums[place].rows, components, weights))
    if findings:
        raise DataError(list(dict.fromkeys(findings)))
    own_totals = tuple(
        {total: exact_sum(own.sums(OwnScope(kind="own"), total, own.now)) for total in plan.totals} for own in sums
    )
    return Panel(scene, tuple(roles), _order(plan), own_totals)

"""The rules of a plan, compiled once: what the panel asks of the data for every measure, link and component."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple, assert_never

from jointpay.engine.curve import LineCurve, TableCurve
from jointpay.panel.compiled import compile_curve, fill_points, whole_weights
from jointpay.plan.calendar import Span, periods
from jointpay.plan.measures import Attainment, Link, Measure, MissingError, MissingLeaveOut, Modifier
from jointpay.plan.metrics import Metric, RatioMetric
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Combine, Component, Role
from jointpay.plan.scopes import Scope
from jointpay.plan.targets import BenchmarkTarget, FixedTarget, GroupTarget, GrowthTarget, TableTarget, Target
from jointpay.plan.units import facts_factor, total_scale

__all__ = ["ComponentRule", "LinkRule", "MeasureRule", "PlanRules", "RoleRule", "compile_plan", "compiled_plan"]


class MeasureRule(NamedTuple):
    """A measure or modifier, as far as the plan alone says it."""

    name: str
    path: str
    metric: Metric
    like: int
    """The same number for all measures of the role that ask the same of the same facts, whatever they do with it."""
    is_ratio: bool
    scope: Scope
    target: Target | None
    times: Fraction
    """What a baseline or a group's value is multiplied by, from facts to last places of the metric."""
    min_count: int
    """In what facts count in; 0 where none is asked for."""
    attainment: Attainment
    value_scale: tuple[int, int]
    """Factor from facts to the unit, as numerator and denominator."""
    curve: TableCurve | LineCurve
    fill: int | None
    """Points a missing value counts as; None: it is left out, or an error."""
    stops: bool
    """Whether a missing value is an error."""


class LinkRule(NamedTuple):
    """A link, as far as the plan alone says it."""

    name: str
    path: str
    role: int
    component: str
    fill: int | None
    stops: bool


class ComponentRule(NamedTuple):
    """A component: what it is made of, and how it is put together."""

    name: str
    path: str
    combine: Combine
    ingredients: tuple[MeasureRule | LinkRule, ...]
    weights: list[int]
    modifiers: tuple[MeasureRule, ...]
    fill: int | None
    stops: bool


class RoleRule(NamedTuple):
    """A role."""

    name: str
    components: tuple[ComponentRule, ...]
    weights: list[int]


class PlanRules(NamedTuple):
    """All roles of a plan, the order in which components can be computed, and the periods."""

    roles: tuple[RoleRule, ...]
    order: tuple[tuple[int, int], ...]
    """(role, component), a component after all that it links to."""
    spans: tuple[Span, ...]
    """All periods of the plan, in order of time."""


def _times(target: Target | None, factor: Fraction, places: int) -> Fraction:
    match target:
        case GrowthTarget(by=by) | GroupTarget(by=by):
            times: Fraction = factor * (1 + by) * 10**places
            return times
        case FixedTarget() | TableTarget() | BenchmarkTarget() | None:
            return Fraction(1)
        case _:
            assert_never(target)


def _measure(plan: Plan, name: str, measure: Measure | Modifier, path: str, asked: list[object]) -> MeasureRule:
    metric = plan.metrics[measure.metric]
    factor = facts_factor(metric, dict(plan.totals), plan.currency, plan.events.attribution)
    if factor is None:  # pragma: no cover - the plan was refused when it was read
        raise AssertionError(path)
    min_count = measure.min_count or 0
    if isinstance(metric, RatioMetric):
        min_count *= total_scale(plan.totals[metric.denominator], plan.events.attribution)
    asks = metric, measure.scope, measure.target, min_count
    if asks not in asked:
        asked.append(asks)
    return MeasureRule(
        name=name,
        path=path,
        metric=metric,
        like=asked.index(asks),
        is_ratio=isinstance(metric, RatioMetric),
        scope=measure.scope,
        target=measure.target,
        times=_times(measure.target, factor, metric.places),
        min_count=min_count,
        attainment=measure.attainment,
        value_scale=(factor.numerator, factor.denominator),
        curve=compile_curve(
            measure.curve, places_in=plan.places.attainment, scale_out=10**plan.places.points, plan=plan
        ),
        fill=fill_points(measure.missing, plan),
        stops=isinstance(measure.missing, MissingError),
    )


def _link(plan: Plan, name: str, link: Link, path: str) -> LinkRule:
    role = list(plan.roles).index(link.role)
    stops = isinstance(link.missing, MissingError)
    return LinkRule(name, path, role, link.component, fill_points(link.missing, plan), stops)


def _component(plan: Plan, name: str, component: Component, path: str, asked: list[object]) -> ComponentRule:
    ingredients: list[MeasureRule | LinkRule] = []
    for key, ingredient in component.measures.items():
        where = f"{path}.measures.{key}"
        match ingredient:
            case Measure():
                ingredients.append(_measure(plan, key, ingredient, where, asked))
            case Link():
                ingredients.append(_link(plan, key, ingredient, where))
            case _:
                assert_never(ingredient)
    missing = component.missing or MissingLeaveOut(kind="leave_out")
    return ComponentRule(
        name,
        path,
        component.combine,
        tuple(ingredients),
        whole_weights([ingredient.weight for ingredient in component.measures.values()]),
        tuple(
            _measure(plan, key, modifier, f"{path}.modifiers.{key}", asked)
            for key, modifier in component.modifiers.items()
        ),
        fill_points(missing, plan),
        isinstance(missing, MissingError),
    )


def _role(plan: Plan, name: str, role: Role) -> RoleRule:
    asked: list[object] = []
    components = tuple(
        _component(plan, key, component, f"roles.{name}.components.{key}", asked)
        for key, component in role.components.items()
    )
    return RoleRule(name, components, whole_weights([component.weight for component in role.components.values()]))


def _order(roles: Sequence[RoleRule]) -> tuple[tuple[int, int], ...]:
    """Order components so that each comes after those it links to. The plan has no cycle."""
    places = {
        (place, component.name): (place, inner)
        for place, role in enumerate(roles)
        for inner, component in enumerate(role.components)
    }
    done: dict[tuple[int, int], None] = {}

    def visit(node: tuple[int, int]) -> None:
        if node not in done:
            for part in roles[node[0]].components[node[1]].ingredients:
                if isinstance(part, LinkRule):
                    visit(places[part.role, part.component])
            done[node] = None

    for node in places.values():
        visit(node)
    return tuple(done)


def compile_plan(plan: Plan) -> PlanRules:
    """Compile a plan: nothing in it depends on the data."""
    roles = tuple(_role(plan, name, role) for name, role in plan.roles.items())
    return PlanRules(roles, _order(roles), periods(plan))


class _Itself:
    """A plan as a key that is equal to itself alone: equal plans may name their roles in another order."""

    __slots__ = ("plan",)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return id(self.plan)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.plan is other.plan


@lru_cache(maxsize=64)
def _compiled(key: _Itself) -> PlanRules:
    return compile_plan(key.plan)


def compiled_plan(plan: Plan) -> PlanRules:
    """Compile a plan once, however often it is asked for."""
    return _compiled(_Itself(plan))

"""What-ifs: the same data under many variants of a plan, everything reused up to the first stage that differs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from jointpay.data.dataset import Dataset, dataset
from jointpay.errors import MismatchError
from jointpay.panel.panel import ComponentPanel, LinkPanel, Panel, Reading, RolePanel, make_panel
from jointpay.panel.rules import ComponentRule, LinkRule, MeasureRule, compile_plan
from jointpay.pipeline.allocate import Known
from jointpay.pipeline.score import score_panel, scorecard_of
from jointpay.plan.measures import Link, Measure, Modifier
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Component
from jointpay.results.scorecard import Scorecard

__all__ = ["score_variants"]

Asked = tuple[object, ...]
Asking = Callable[[Measure | Modifier | Link], Asked]
Read = dict[Asked, Reading | LinkPanel]

FREE = {"id", "version", "title", "metrics", "roles", "bounds"}
"""What a variant may change; the rest says how data are read and numbers published."""


def _asked(plan: Plan, place: int, part: Measure | Modifier | Link) -> Asked:
    """Say what a measure or link takes from the data; what agrees in it has the same totals and targets."""
    if isinstance(part, Link):
        return place, part.role
    return place, plan.metrics[part.metric], part.scope, part.target, part.min_count, part.attainment


def _parts(plan: Plan) -> Iterator[tuple[str, Asked]]:
    """Give the path of every measure, modifier and link, and what it asks."""
    for place, (name, role) in enumerate(plan.roles.items()):
        for key, component in role.components.items():
            for kind, parts in (("measures", component.measures), ("modifiers", component.modifiers)):
                for label, part in parts.items():
                    yield f"roles.{name}.components.{key}.{kind}.{label}", _asked(plan, place, part)


def _links(plan: Plan) -> list[tuple[str, list[str], list[tuple[str, str]]]]:
    """Give what the order of computation depends on."""
    return [
        (
            name,
            list(role.components),
            [
                (link.role, link.component)
                for component in role.components.values()
                for link in component.measures.values()
                if isinstance(link, Link)
            ],
        )
        for name, role in plan.roles.items()
    ]


def _read(plan: Plan, panel: Panel) -> Read:
    """Give what a panel has read, by what was asked."""
    by_path = {
        part.path: part
        for role in panel.roles
        for component in role.components
        for part in (*component.ingredients, *component.modifiers)
    }
    return {asked: by_path[path] for path, asked in _parts(plan)}


def _component(rule: ComponentRule, parts: Component, asked: Asking, read: Read) -> ComponentPanel:
    """Put a component of a variant onto totals and targets that have been read."""

    def onto(part: MeasureRule | LinkRule, written: Measure | Modifier | Link) -> Any:  # noqa: ANN401 - a Reading, or LinkPanel
        changes: dict[str, Any] = {"name": part.name, "path": part.path, "fill": part.fill, "stops": part.stops}
        if isinstance(part, LinkRule):
            changes["component"] = part.component
        else:
            changes["curve"] = part.curve
        return replace(read[asked(written)], **changes)

    return ComponentPanel(
        rule.name,
        rule.path,
        rule.combine,
        tuple(onto(part, parts.measures[part.name]) for part in rule.ingredients),
        rule.weights,
        tuple(onto(part, parts.modifiers[part.name]) for part in rule.modifiers),
        rule.fill,
        rule.stops,
    )


def _panel(plan: Plan, panel: Panel, read: Read) -> Panel:
    """Compile a variant onto a panel; its components are computed in the panel's order."""
    roles = []
    for place, (rule, role) in enumerate(zip(compile_plan(plan).roles, plan.roles.values(), strict=True)):
        asked = partial(_asked, plan, place)
        components = tuple(_component(each, role.components[each.name], asked, read) for each in rule.components)
        roles.append(RolePanel(rule.name, panel.roles[place].rows, components, rule.weights))
    return replace(panel, scene=replace(panel.scene, plan=plan), roles=tuple(roles))


def _refuse_other_data(plan: Plan, variant: Plan) -> None:
    """Refuse a variant that reads the data in another way."""
    mine, theirs = plan.model_dump(exclude=FREE), variant.model_dump(exclude=FREE)
    other = [name for name in mine if mine[name] != theirs[name]]
    if list(plan.roles) != list(variant.roles):
        other.append("roles")
    if other:
        raise MismatchError(
            f"variant {variant.id!r}, version {variant.version!r}, differs from plan {plan.id!r} in {', '.join(other)}, "
            "which says how data are read or numbers published; next: read the tables with it, and score it on its own"
        )


def score_variants(
    plan: Plan,
    data: Dataset,
    variants: Iterable[Plan],
    *,
    periods: Sequence[str] | None = None,
    threads: int | None = None,
) -> Iterator[Scorecard]:
    """Score the data under variants of a plan, each as `score` would, sharing what is the same as under the plan.

    Totals and targets are read again only for a variant that asks for others; values and attainments are computed again
    where those differ, points where the curve or the missing policy does, a component where anything in it does.
    Arrays that are the same are shared by the scorecards, so that a thousand of them take little memory.

    Parameters
    ----------
    plan
        The plan that `data` was read with.
    data
        What happened.
    variants
        Plans that differ from it in metrics, components and pay at the most: same totals, roles, periods and places.
    periods
        As in `score`.
    threads
        As in `score`.

    Yields
    ------
    Scorecard
        One for each variant, in their order, when it is asked for.

    Raises
    ------
    MismatchError
        A variant reads the data in another way.
    DataError
        A variant reads group columns or targets that the data lack; and whatever `score` raises under the plan or a
        variant.
    """
    panel = make_panel(plan, data, periods)
    known = Known(panel, score_panel(panel, threads=threads))
    read = _read(plan, panel)
    first: Scorecard | None = None
    for variant in variants:
        _refuse_other_data(plan, variant)
        here, reads = panel, read
        if _links(variant) != _links(plan) or any(asked not in read for _, asked in _parts(variant)):
            again = dataset(variant, facts=data.facts, credits=data.credits, people=data.people, targets=data.targets)
            here = make_panel(variant, again, periods)
            reads = _read(variant, here) | read
        made = _panel(variant, here, reads)
        roles = score_panel(made, threads=threads, known=known)
        card = scorecard_of(made, roles, keep="all", conservation=first.conservation if first else None)
        first = first or card
        yield card

"""jointpay's own kernels on the mixed table: grouped by role, scored, settled, every intermediate kept."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from mixed_table import READINGS, Table

from jointpay.panel.panel import ComponentPanel, Panel, Reading, RolePanel, ranges_of
from jointpay.panel.targets import Asked
from jointpay.pipeline.score import score_panel
from jointpay.pipeline.settle import pay_rule
from jointpay.plan.plan import Plan

Grouped = dict[int, Table]


def group_by_role(table: Table) -> Grouped:
    """Take the rows of each role apart; only the columns that the role reads."""
    needed: dict[int, set[str]] = {0: {"base"}, 1: {"base"}}
    for path, columns in READINGS.items():
        needed[int(path.startswith("roles.operator"))] |= {column for column in columns if column}
    grouped: Grouped = {}
    for role in (0, 1):
        rows = np.flatnonzero(table["role"] == role)
        grouped[role] = {column: table[column].take(rows) for column in sorted(needed[role])}
    return grouped


def panel_of(template: Panel, grouped: Grouped) -> Panel:
    """Put the columns into a panel that was compiled from the preset."""
    roles = []
    for code, role in enumerate(template.roles):
        columns = grouped[code]
        size = columns["base"].size
        ones = np.ones(size, dtype=np.int64)

        def filled(reading: Reading, columns: Table = columns, ones: Any = ones) -> Reading:  # noqa: ANN401
            above, below, target = READINGS[reading.path]
            asked = Asked(columns[target], None) if target else None
            denominators = columns[below] if below else ones
            return replace(
                reading,
                share_denominator=1,
                numerators=columns[above],
                denominators=denominators,
                ranges=ranges_of(columns[above], denominators, asked),
                asked=asked,
            )

        rows = replace(role.rows, **dict.fromkeys(("periods", "persons", "seats", "starts", "ends", "period_days"), ones))
        roles.append(replace(role, rows=rows, components=tuple(_component(c, filled) for c in role.components)))
    return replace(template, roles=tuple(roles))


def _component(component: ComponentPanel, filled: Callable[[Reading], Reading]) -> ComponentPanel:
    return replace(
        component,
        ingredients=tuple(filled(cast("Reading", ingredient)) for ingredient in component.ingredients),
        modifiers=tuple(filled(modifier) for modifier in component.modifiers),
    )


def run(plan: Plan, panel: Panel, grouped: Grouped, out: Any = None, threads: int | None = None) -> Any:  # noqa: ANN401
    """Score and settle; `out` of an earlier run is filled again."""
    scored = score_panel(panel, threads=threads, out=out[0] if out else None)
    lines = []
    for code, role in enumerate(scored):
        for place, rule in enumerate(plan.roles[role.role].pay):
            reuse = out[1][code, place] if out else None
            lines.append(((code, place), pay_rule(plan, role, rule, grouped[code]["base"], threads, out=reuse)[0]))
    return scored, dict(lines)


def template_panel(plan: Plan) -> Panel:
    """Compile the preset without data."""
    from jointpay.panel.compiled import compile_curve, fill_points, whole_weights  # noqa: PLC0415
    from jointpay.panel.rows import Rows  # noqa: PLC0415
    from jointpay.plan.measures import MissingError  # noqa: PLC0415
    from jointpay.plan.metrics import RatioMetric  # noqa: PLC0415
    from jointpay.plan.units import unit_factor  # noqa: PLC0415

    empty = np.empty(0, dtype=np.int64)
    roles = []
    for code, (name, role) in enumerate(plan.roles.items()):
        components = []
        for key, component in role.components.items():
            path = f"roles.{name}.components.{key}"

            def reading(kind: str, inner: str, measure: Any, path: str = path) -> Reading:  # noqa: ANN401
                metric = plan.metrics[measure.metric]
                factor = unit_factor(metric, dict(plan.totals), plan.currency)
                if factor is None:
                    raise ValueError(path)
                return Reading(
                    inner, f"{path}.{kind}.{inner}", 1, empty, empty, ranges_of(empty, empty, None), isinstance(metric, RatioMetric), 0, None,
                    measure.attainment, (factor.numerator, factor.denominator), metric.places,
                    compile_curve(measure.curve, places_in=plan.places.attainment, scale_out=10**plan.places.points, plan=plan),
                    fill_points(measure.missing, plan), isinstance(measure.missing, MissingError),
                )

            components.append(
                ComponentPanel(
                    key, path, component.combine,
                    tuple(reading("measures", inner, m) for inner, m in component.measures.items()),
                    whole_weights([m.weight for m in component.measures.values()]),
                    tuple(reading("modifiers", inner, m) for inner, m in component.modifiers.items()),
                    None, stops=False,
                )
            )
        rows = Rows(code, *([empty] * 6))
        roles.append(RolePanel(name, rows, tuple(components), whole_weights([c.weight for c in role.components.values()])))
    order = tuple((place, inner) for place, role in enumerate(roles) for inner in range(len(role.components)))
    return Panel(cast("Any", SimpleNamespace(plan=plan)), tuple(roles), order, ())

"""jointpay's own kernels on the mixed table: grouped by role, scored, settled, every intermediate kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import numpy as np
from mixed_table import READINGS, Table, Whole

from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.facts import read_facts
from jointpay.data.people import read_people
from jointpay.panel.panel import ComponentPanel, Panel, Ranges, Reading, make_panel
from jointpay.panel.targets import Asked
from jointpay.pipeline.score import score_panel
from jointpay.pipeline.settle import pay_rule
from jointpay.plan.plan import Plan

Grouped = dict[int, Table]
THREADED_ROWS = 200_000
"""Fewer rows gain nothing from a second thread, in the library as here."""


def group_by_role(table: Table, out: Grouped | None = None) -> Grouped:
    """Take the rows of each role apart, only the columns that the role reads; into `out` where that is given."""
    needed: dict[int, set[str]] = {0: {"base"}, 1: {"base"}}
    for path, columns in READINGS.items():
        needed[int(path.startswith("roles.operator"))] |= {column for column in columns if column}
    rows = {role: np.flatnonzero(table["role"] == role) for role in (0, 1)}

    def taken(role: int, column: str) -> Whole:
        return table[column].take(rows[role], mode="clip", out=out[role][column] if out else None)

    wanted = [(role, column) for role in (0, 1) for column in sorted(needed[role])]
    if table["role"].size < THREADED_ROWS:
        found = [taken(*each) for each in wanted]
    else:
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda each: taken(*each), wanted))
    grouped: Grouped = {0: {}, 1: {}}
    for (role, column), values in zip(wanted, found, strict=True):
        grouped[role][column] = values
    return grouped


def panel_of(template: Panel, grouped: Grouped) -> Panel:
    """Put the columns into a panel that was compiled from the preset."""
    roles = []
    for code, role in enumerate(template.roles):
        columns = grouped[code]
        size = columns["base"].size
        ones = np.ones(size, dtype=np.int64)
        ranges = {name: (int(values.min()), int(values.max())) for name, values in columns.items()}

        def filled(reading: Reading, columns: Table = columns, ones: Any = ones, ranges: Any = ranges) -> Reading:
            above, below, target = READINGS[reading.path]
            asked = Asked(columns[target], None) if target else None
            denominators = columns[below] if below else ones
            return replace(
                reading,
                share_denominator=1,
                numerators=columns[above],
                denominators=denominators,
                ranges=Ranges(ranges[above], ranges[below] if below else (1, 1), ranges[target] if target else (1, 1)),
                asked=asked,
            )

        rows = replace(role.rows, periods=ones, persons=ones, seats=ones, starts=ones, ends=ones, period_days=ones)
        roles.append(replace(role, rows=rows, components=tuple(_component(c, filled) for c in role.components)))
    return replace(template, roles=tuple(roles))


def _component(component: ComponentPanel, filled: Callable[[Reading], Reading]) -> ComponentPanel:
    return replace(
        component,
        ingredients=tuple(filled(cast("Reading", ingredient)) for ingredient in component.ingredients),
        modifiers=tuple(filled(modifier) for modifier in component.modifiers),
    )


def run(plan: Plan, panel: Panel, grouped: Grouped, out: Any = None, threads: int | None = None) -> Any:
    """Score and settle; `out` of an earlier run is filled again."""
    scored = score_panel(panel, threads=threads, out=out[0] if out else None)
    lines = []
    for code, role in enumerate(scored):
        for place, rule in enumerate(plan.roles[role.role].pay):
            reuse = out[1][code, place] if out else None
            lines.append(((code, place), pay_rule(plan, role, rule, grouped[code]["base"], threads, out=reuse)[0]))
    return scored, dict(lines)


def template_panel(plan: Plan) -> Panel:
    """Compile the preset with next to no data, to be filled with columns."""
    people = read_people(
        {
            "person": ["d", "o"],
            "role": ["designer", "operator"],
            "from": ["", ""],
            "to": ["", ""],
            "department": ["x"] * 2,
        },
        plan,
    )
    credit = read_credits(
        {"person": ["d", "o"], "role": ["designer", "operator"], "item": ["i"] * 2, "share": ["1"] * 2}, plan
    )
    facts = read_facts(
        {"day": ["2026-01-05"], "item": ["i"], "channel": ["c"]} | {name: [1] for name in plan.totals}, plan
    )
    return make_panel(plan, dataset(plan, facts=facts, credits=credit, people=people))

"""jointpay's own kernels on the mixed table: grouped by role, scored, settled, every intermediate kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import numpy as np
from mixed_table import READINGS, Table, Whole

from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.engine.exact import span
from jointpay.engine.room import planes
from jointpay.panel.panel import ComponentPanel, Panel, Ranges, Reading, RolePanel, make_panel
from jointpay.panel.targets import Asked
from jointpay.pipeline.score import Keep, score_panel
from jointpay.pipeline.settle import pay_rule
from jointpay.plan.plan import Plan

Grouped = dict[int, Table]
THREADED_ROWS = 200_000
"""Fewer rows gain nothing from a second thread, in the library as here."""


CHUNK = 32_768
"""Rows of a role that are taken at a time, so that the places of the rows stay in the cache for all columns."""


def needed() -> list[list[str]]:
    """Name the columns that each role reads."""
    columns: list[set[str]] = [{"base"}, {"base"}]
    for path, names in READINGS.items():
        columns[int(path.startswith("roles.operator"))] |= {name for name in names if name}
    return [sorted(names) for names in columns]


NEEDED = needed()


def group_by_role(table: Table, out: Grouped | None = None) -> Grouped:
    """Take the rows of each role apart, only the columns that the role reads; into `out` where that is given."""
    chosen = table["role"] == 1
    rows = [np.flatnonzero(~chosen), np.flatnonzero(chosen)]
    grouped = out or {
        role: dict(zip(NEEDED[role], planes(len(NEEDED[role]), rows[role].size), strict=True)) for role in (0, 1)
    }

    def take(piece: tuple[int, int]) -> None:
        role, start = piece
        places = rows[role][start : start + CHUNK]
        for name, column in grouped[role].items():
            table[name].take(places, mode="clip", out=column[start : start + CHUNK])

    pieces = [(role, start) for role in (0, 1) for start in range(0, rows[role].size, CHUNK)]
    if table["role"].size < THREADED_ROWS:
        for piece in pieces:
            take(piece)
    else:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(take, pieces))
    return grouped


def panel_of(template: Panel, grouped: Grouped) -> Panel:
    """Put the columns into a panel that was compiled from the preset."""
    return replace(template, roles=tuple(_role(role, grouped[code]) for code, role in enumerate(template.roles)))


def _role(role: RolePanel, columns: Table) -> RolePanel:
    size = columns["base"].size
    # Who the rows are plays no part here: nothing is read from these.
    nobody = np.empty(size, dtype=np.int32)
    unread = cast("Whole", nobody)
    rows = replace(
        role.rows, periods=unread, persons=unread, seats=unread, starts=unread, ends=unread, period_days=unread
    )
    ones = np.broadcast_to(np.ones(1, dtype=np.int64), size)
    spans = {name: span(column) for name, column in columns.items()}

    def filled(reading: Reading) -> Reading:
        above, below, target = READINGS[reading.path]
        return replace(
            reading,
            share_denominator=1,
            numerators=columns[above],
            denominators=columns[below] if below else ones,
            ranges=Ranges(spans[above], spans[below] if below else (1, 1), spans[target] if target else (1, 1)),
            asked=Asked(columns[target], None) if target else None,
        )

    return replace(role, rows=rows, components=tuple(_component(each, filled) for each in role.components))


def _component(component: ComponentPanel, filled: Callable[[Reading], Reading]) -> ComponentPanel:
    return replace(
        component,
        ingredients=tuple(filled(cast("Reading", ingredient)) for ingredient in component.ingredients),
        modifiers=tuple(filled(modifier) for modifier in component.modifiers),
    )


def run(
    plan: Plan, panel: Panel, grouped: Grouped, out: Any = None, threads: int | None = None, keep: Keep = "all"
) -> Any:
    """Score and settle; `out` of an earlier run is filled again."""
    scored = score_panel(panel, threads=threads, keep=keep, out=out[0] if out else None)
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

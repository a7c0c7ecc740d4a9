"""Standings scored after each batch of events are those of all events so far, and cost only the new rows."""

from typing import Any

import numpy as np

from jointpay import Facts, dataset, measure, merge_facts, read_credits, read_people, score
from jointpay.plan.plan import Plan
from jointpay.plan.presets import design_operations

DAYS = range(1, 8)
KINDS = ("impression", "impression", "click", "click", "dwell", "favorite", "order", "repeat_order")


def events_of(day: int, chance: np.random.Generator) -> list[dict[str, Any]]:
    """Draw a day of events, in no order of time."""
    return [
        {
            "event_id": f"e{day}-{number}",
            "time": f"2026-03-{day:02}T{chance.integers(24):02}:{chance.integers(60):02}:00+08:00",
            "item": str(chance.choice(["poster", "banner", "page"])),
            "kind": (kind := str(chance.choice(KINDS))),
            "value": int(chance.integers(100, 60_000)) if kind == "dwell" else None,
        }
        for number in range(40)
    ]


def measured(plan: Plan, rows: list[dict[str, Any]]) -> Facts:
    return measure({name: [row[name] for row in rows] for name in rows[0]}, plan)


def test_standings_after_each_batch_are_those_of_all_events_so_far() -> None:
    plan, chance = design_operations(), np.random.default_rng(3)
    people = read_people(
        {"person": ["dora", "olga", "otto"], "role": ["designer", "operator", "operator"], "department": ["n"] * 3},
        plan,
    )
    credit = read_credits(
        {
            "person": ["dora", "dora", "dora", "olga", "otto", "otto"],
            "role": ["designer"] * 3 + ["operator"] * 3,
            "item": ["poster", "banner", "page", "poster", "banner", "page"],
            "share": ["1", "1/3", "0.5", "1", "1", "0.25"],
            "from": ["", "", "2026-03-03", "", "", ""],
        },
        plan,
    )
    rows: list[dict[str, Any]] = []
    standing: Facts | None = None
    cards: set[str] = set()
    for day in DAYS:
        new = events_of(day, chance)
        rows += new
        facts = measured(plan, new)
        assert facts.rows_read == len(new)
        standing = facts if standing is None else merge_facts(standing, facts)
        after_batch = score(plan, dataset(plan, facts=standing, credits=credit, people=people))
        at_once = score(plan, dataset(plan, facts=measured(plan, rows), credits=credit, people=people))
        assert after_batch.to_json() == at_once.to_json()
        cards.add(after_batch.to_json())
    assert len(cards) == len(DAYS)

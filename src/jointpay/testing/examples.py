"""Small plans and tables, to write a case down by hand.

A measure reads the value of `clicks` (or of `rate`, orders / clicks) with the curve y = x, unless said otherwise, so
that points show what is meant.
"""

from collections.abc import Mapping
from typing import Any

from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.data.targets import read_targets
from jointpay.plan.plan import Plan

__all__ = ["component", "credits_table", "facts_table", "measure", "people_table", "plan", "read", "table"]

Cells = dict[str, list[object]]

_STRAIGHT = {
    "kind": "points",
    "points": [{"at": "-1000", "gives": "-1000"}, {"at": "100000", "gives": "100000"}],
    "below": "clamp",
    "above": "clamp",
}
_TOTAL = {"kind": "total", "total": "clicks", "direction": "higher_is_better", "unit": "count", "places": 2}
_RATIO = {
    "kind": "ratio",
    "numerator": "orders",
    "denominator": "clicks",
    "direction": "higher_is_better",
    "unit": "ratio",
    "places": 4,
}


def measure(metric: str = "clicks", scope: object = "own", **changed: object) -> dict[str, Any]:
    """Make a measure; `changed` says what else it should be."""
    return {
        "kind": "measure",
        "metric": metric,
        "scope": scope,
        "attainment": "value",
        "curve": _STRAIGHT,
        "missing": "leave_out",
        "weight": "1",
    } | changed


def component(*measures: dict[str, Any], **changed: object) -> dict[str, Any]:
    """Make a component of measures named p0, p1 and so on."""
    named = {f"p{number}": each for number, each in enumerate(measures)}
    return {"weight": "1", "combine": "weighted_mean", "measures": named} | changed


def plan(roles: Mapping[str, dict[str, Any]], **changed: object) -> Plan:
    """Make a plan over the first six months of 2026; a role may be given by its components alone."""
    bodies = {name: body if "components" in body else {"components": body} for name, body in roles.items()}
    tree = {
        "schema_version": "1",
        "id": "by hand",
        "version": "1",
        "effective": {"from": "2026-01-01", "to": "2026-07-01"},
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "period": "month",
        "rounding": "half_away_from_zero",
        "places": {"attainment": 4, "points": 2, "adjustment": 2},
        "partial_period": "by_days",
        "totals": {
            "clicks": {"kind": "count", "events": ["click"]},
            "orders": {"kind": "count", "events": ["order"], "minus": ["refund"]},
        },
        "metrics": {"clicks": _TOTAL, "rate": _RATIO},
        "roles": bodies,
        "bounds": {"not_monotone": ["clicks", "rate"]},
    }
    return Plan.model_validate(tree | changed)


def table(columns: str, *rows: tuple[object, ...]) -> Cells:
    """Make a table of rows; the names of the columns are one text with spaces."""
    return {name: [row[place] for row in rows] for place, name in enumerate(columns.split())}


def people_table(*rows: tuple[object, ...]) -> Cells:
    """Make a table of seats: person, role, from, to, team."""
    return table("person role from to team", *rows)


def credits_table(*rows: tuple[object, ...]) -> Cells:
    """Make a table of credits: person, role, item, share, from, to."""
    return table("person role item share from to", *rows)


def facts_table(*rows: tuple[object, ...]) -> Cells:
    """Make a table of facts: day, item, channel, clicks, orders."""
    return table("day item channel clicks orders", *rows)


def read(
    made: Plan,
    seats: Cells,
    shares: Cells,
    happened: Cells,
    targets: Cells | None = None,
) -> Dataset:
    """Read the tables of a case for a plan."""
    return dataset(
        made,
        facts=read_facts(happened, made),
        credits=read_credits(shares, made),
        people=read_people(seats, made),
        targets=None if targets is None else read_targets(targets, made),
    )

"""One small team with every kind of result a report has to show: missing points, a link, a seat that changes."""

from collections.abc import Callable
from typing import Any

import pytest

from jointpay.data.base_pay import read_base_pay
from jointpay.pipeline import score, settle
from jointpay.results.scorecard import Scorecard
from jointpay.results.settlement import Settlement
from jointpay.testing.examples import component, credits_table, facts_table, measure, people_table, plan, read, table

GATE = {"kind": "threshold", "at": "50", "below_gives": "50", "gives": "110", "edge": "upper"}


def roles() -> dict[str, dict[str, Any]]:
    """Make a designer with a gate and a rate that may be missing, and an operator who reads the designer."""
    target = {"kind": "fixed", "value": "100"}
    ratio = {"kind": "proportional", "times": "100", "origin": "0", "from": "0", "to": "2"}
    clicks = measure(target=target, attainment="ratio", curve=ratio, weight="3/4")
    rate = measure("rate", weight="1/4")
    gate = {name: value for name, value in measure(curve=GATE).items() if name not in {"kind", "weight"}}
    quality = component(clicks, rate, title="Design & <quality>", modifiers={"gate": gate}, missing="leave_out")
    link = {"kind": "link", "role": "designer", "component": "quality", "weight": "1", "missing": "leave_out"}
    pay = {
        "id": "bonus",
        "base": "salary",
        "reads": "score",
        "curve": {"kind": "proportional", "times": "1%", "origin": "100", "from": "0", "to": "200"},
        "limits": [{"kind": "cap", "at": "5%"}],
    }
    return {
        "designer": {"title": "Designer", "components": {"quality": quality}, "pay": [pay], "missing": "no_adjustment"},
        "operator": {
            "components": {
                "reach": component(
                    measure(scope="all", target=target, attainment="ratio", curve=ratio), weight="1/2", missing="zero"
                ),
                "partners": component(link, weight="1/2", missing="leave_out"),
            },
            "pay": [pay],
        },
    }


def make_settlement(*, names: dict[str, str] | None = None, **changed: object) -> Settlement:
    """Score and settle January and February; `bo` designs until January 15, and `cy` operates nobody's item."""
    made = plan(roles(), **{"effective": {"from": "2026-01-01", "to": "2026-03-01"}} | changed)
    seats = people_table(
        ("ann", "designer", "", "", "north"),
        ("bo", "designer", "", "2026-01-16", "north"),
        ("bo", "operator", "2026-01-16", "", "north"),
        ("cy", "operator", "", "", "south"),
    )
    seats["name"] = [(names or {}).get(str(person), "") for person in seats["person"]]
    shares = credits_table(
        ("ann", "designer", "poster", "1", "", ""),
        ("bo", "designer", "page", "1", "", "2026-01-16"),
        ("bo", "operator", "poster", "1", "2026-01-16", ""),
    )
    happened = facts_table(
        ("2026-01-05", "poster", "feed", 60, 6),
        ("2026-01-20", "poster", "search", 60, 9),
        ("2026-02-10", "poster", "feed", 40, 4),
    )
    card = score(made, read(made, seats, shares, happened))
    base = table(
        "person period base amount",
        *((person, month, "salary", "1000") for person in ("ann", "bo", "cy") for month in ("2026-01", "2026-02")),
    )
    return settle(made, card, read_base_pay(base, made))


@pytest.fixture(scope="session")
def settled() -> Callable[..., Settlement]:
    """Give what settles the team under other names or another plan."""
    return make_settlement


@pytest.fixture(scope="session")
def settlement() -> Settlement:
    return make_settlement()


@pytest.fixture(scope="session")
def card(settlement: Settlement) -> Scorecard:
    return settlement.scorecard

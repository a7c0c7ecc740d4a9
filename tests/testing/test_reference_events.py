"""The reference of measuring on a log worked by hand."""

from typing import Any

from jointpay.plan.plan import Plan
from jointpay.testing.reference_events import reference_facts

CURVE = {"kind": "threshold", "at": "1", "below_gives": "0", "gives": "100", "edge": "upper"}


def plan(**changed: Any) -> Plan:
    measure = {"metric": "m", "scope": "all", "attainment": "value", "curve": CURVE, "missing": "zero", "weight": "1"}
    component = {"weight": "1", "combine": "minimum", "measures": {"p": measure}}
    metric = {"kind": "total", "total": "clicks", "direction": "higher_is_better", "unit": "count", "places": 0}
    tree = {
        "schema_version": "1",
        "id": "by hand",
        "version": "1",
        "effective": {"from": "2026-01-01", "to": "2026-04-01"},
        "currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "period": "month",
        "rounding": "half_even",
        "places": {"attainment": 2, "points": 2, "adjustment": 2},
        "partial_period": "whole",
        "channels": {"known": ["feed", "mail"], "other": "feed"},
        "events": {
            "ignored_kinds": ["ping"],
            "value_limits": {
                "dwell": {"at_most": "9000", "beyond": "cap"},
                "order": {"at_most": "100", "beyond": "exclude"},
            },
        },
        "totals": {
            "clicks": {"kind": "count", "events": ["click"], "where": {"channels": ["feed"], "without": ["bot"]}},
            "dwell": {"kind": "sum", "events": ["dwell"], "unit": "ms", "where": {"at_most": "9000"}},
            "revenue": {"kind": "sum", "events": ["order"], "minus": ["refund"], "unit": "minor"},
        },
        "metrics": {"m": metric},
        "roles": {"designer": {"components": {"c": component}}},
    }
    return Plan.model_validate(tree | changed)


def log(*rows: tuple[object, ...]) -> dict[str, list[object]]:
    names = ("event_id", "time", "item", "channel", "kind", "value", "bot")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def test_a_log_is_measured_by_hand() -> None:
    events = log(
        # 17:00 of the 31st in London is 01:00 of the 1st in Shanghai: day 20485 is 2026-02-01
        ("e1", "2026-01-31T17:00:00Z", "poster", "feed", "click", None, False),
        ("e1", "2026-01-31T17:00:00Z", "poster", "feed", "click", None, False),  # once more: counts once
        ("e2", "2026-02-01T00:00:00", "poster", "elsewhere", "click", None, False),  # moved to feed
        ("e3", "2026-02-01T09:00:00", "poster", "feed", "click", None, True),  # a bot
        ("e4", "2026-02-01T09:00:00", "poster", "mail", "click", None, False),  # not of the channel meant
        ("e5", "2026-02-01T09:00:00", "poster", "mail", "ping", None, False),
        ("e6", "2026-02-01T09:00:00", "poster", "feed", "order", 70, False),
        ("e7", "2026-02-01T09:00:00", "poster", "feed", "refund", 20, False),
        ("e8", "2026-02-01T09:00:00", "poster", "feed", "order", 101, False),  # beyond what an order can be
    )
    found = reference_facts(plan(), events)
    assert found.totals == {
        (20485, "poster", "feed"): {"clicks": 2, "dwell": 0, "revenue": 50},
        (20485, "poster", "mail"): {"clicks": 0, "dwell": 0, "revenue": 0},
    }
    assert found.excluded == (
        ("duplicate", 1, {"clicks": 1, "dwell": 0, "revenue": 0}),
        ("ignored_kind", 1, {"clicks": 0, "dwell": 0, "revenue": 0}),
        ("value_limit", 1, {"clicks": 0, "dwell": 0, "revenue": 101}),
    )


def test_what_a_cap_cuts_off_is_listed_and_a_filter_reads_the_value_that_counts() -> None:
    events = log(("e1", "2026-02-01T09:00:00", "poster", "feed", "dwell", 9500, False))
    # as it stands 9500 does not pass at_most 9000; as the cap it does: 9000 count, and 0 - 9000 was "cut off"
    found = reference_facts(plan(), events)
    assert found.totals == {(20485, "poster", "feed"): {"clicks": 0, "dwell": 9000, "revenue": 0}}
    assert found.excluded == (("value_cap", 1, {"clicks": 0, "dwell": -9000, "revenue": 0}),)


def test_without_ids_every_row_counts() -> None:
    made = plan(events={"duplicates": "not_checked"})
    row = ("", "2026-02-01T09:00:00", "poster", "feed", "click", None, False)
    assert reference_facts(made, log(row, row)).totals[20485, "poster", "feed"]["clicks"] == 2

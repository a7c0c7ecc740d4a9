"""Plans that use every construct of the plan language, valid by construction: choices are drawn, never filtered."""

from fractions import Fraction
from typing import Any

from jointpay.money.currency import minor_digits
from jointpay.plan.plan import Plan
from jointpay.testing.strategies_attribution import attribution
from jointpay.testing.strategies_choose import Choose
from jointpay.testing.strategies_measures import Draft, ingredient, missing_policy, modifier, tie_measure, tie_modifier
from jointpay.testing.strategies_metrics import CHANNELS, may_count_once, metrics, once_per, totals
from jointpay.testing.strategies_pay import pay_rules

__all__ = ["draw_plan", "plan_tree"]

_WEIGHTS = (2, 3, 4, 5, 7, 10, 20, 100, 2)
_LONG_WEIGHT = Fraction("0.333333333333")
"""As many decimals as a plan may write."""

_CALENDARS: tuple[tuple[dict[str, Any], tuple[str, str], list[tuple[str, str]]], ...] = (
    ({"kind": "month"}, ("2026-01-01", "2026-04-01"), [("2025-12-01", "2026-01-01"), ("2026-01-10", "2026-01-17")]),
    ({"kind": "month"}, ("2024-02-01", "2024-03-01"), [("2024-01-01", "2024-02-15"), ("2023-02-01", "2023-03-01")]),
    ({"kind": "quarter"}, ("2025-10-01", "2026-04-01"), [("2025-07-01", "2025-10-01"), ("2025-12-30", "2026-01-02")]),
    ({"kind": "iso_week"}, ("2026-12-21", "2027-01-11"), [("2026-12-21", "2026-12-28"), ("2025-12-22", "2026-01-05")]),
    ({"kind": "iso_week"}, ("2026-03-02", "2026-03-16"), [("2026-02-23", "2026-03-02"), ("2026-03-01", "2026-03-02")]),
    (
        {
            "kind": "table",
            "ranges": [
                {"id": "spring", "from": "2026-02-27", "to": "2026-03-29"},
                {"id": "sale", "from": "2026-03-29", "to": "2026-04-02"},
                {"id": "late", "from": "2026-04-05", "to": "2026-05-01"},
            ],
        },
        ("2026-02-27", "2026-05-01"),
        [("2026-02-01", "2026-02-27"), ("2026-03-01", "2026-04-01")],
    ),
)
"""A calendar, when the plan holds, and date ranges a growth target may look back at."""


def plan_tree(choose: Choose) -> dict[str, Any]:
    """Choose a plan as the tree a plan file holds."""
    period, (start, end), dates = choose.pick(_CALENDARS)
    roles = ["designer", "operator", "sales"][: choose.pick((2, 1, 3))]
    channels = choose.chance(40)
    declared = totals(choose, channels=channels)
    metric_tree, drafts = metrics(choose, declared, roles)
    places = {
        "attainment": choose.pick((4, 2, 3, 0, 1, 6, 8)),
        "points": choose.pick((2, 0, 1, 3, 4, 6)),
        "adjustment": choose.pick((2, 0, 1, 3, 4, 6)),
    }
    draft = Draft(
        choose=choose,
        metrics=drafts,
        points_places=places["points"],
        period_kind=period["kind"],
        dates=dates,
    )
    currency = choose.pick(("CNY", "JPY", "KWD", "EUR"))
    tree: dict[str, Any] = {
        "schema_version": "1",
        "id": "generated",
        "version": "1",
        "effective": {"from": start, "to": end},
        "currency": currency,
        "time_zone": choose.pick(("Asia/Shanghai", "UTC", "America/New_York")),
        "period": period,
        "rounding": choose.pick(("half_away_from_zero", "half_even")),
        "places": places,
        "partial_period": choose.pick(("by_days", "whole")),
        "events": _event_rules(choose, declared),
        "totals": declared,
        "metrics": metric_tree,
        "roles": _roles(draft, roles, places["adjustment"], minor_digits(currency)),
        "bounds": {"not_monotone": list(metric_tree)},
    }
    if channels:
        tree["channels"] = {"known": list(CHANNELS), **({"other": CHANNELS[0]} if choose.chance(50) else {})}
    placed = tree["events"].get("attribution", {}).get("credited", [])
    for total in declared.values():
        if choose.chance(60) and may_count_once(total, placed):
            total["once_per"] = once_per(choose)
    return tree


def draw_plan(choose: Choose) -> Plan:
    """Choose a plan."""
    return Plan.model_validate(plan_tree(choose))


def _event_rules(choose: Choose, declared: dict[str, Any]) -> dict[str, Any]:
    """Choose how raw events are read."""
    rules: dict[str, Any] = {"duplicates": choose.pick(("by_event_id", "not_checked")), "ignored_kinds": ["heartbeat"]}
    if choose.chance(40):
        rules["columns"] = {"time": "at", "value": "amount"}
    rule = attribution(choose, declared) if choose.chance(60) else None
    if rule is not None:
        rules["attribution"], rules["duplicates"] = rule, "by_event_id"
        if choose.chance(30):
            rules["columns"] = {"visitor": "who", "order": "takes back"}
    if choose.chance(40) and any("dwell" in total["events"] for total in declared.values()):
        rules["value_limits"] = {"dwell": {"at_most": 60_000, "beyond": choose.pick(("exclude", "cap"))}}
    if choose.chance(30):
        rules["empty_keys"] = "exclude"
    if rule is not None and choose.chance(30):
        limits = rules.setdefault("value_limits", {})
        limits["order"] = {"at_most": 2999, "beyond": choose.pick(("exclude", "cap"))}
    return rules


def _roles(draft: Draft, names: list[str], adjustment_places: int, digits: int) -> dict[str, Any]:
    """Choose components of all roles in turns, so that links can lead to and fro without a cycle."""
    choose = draft.choose
    counts = {name: choose.whole(1, 3) for name in names}
    weights = {name: choose.shares(count, _WEIGHTS) for name, count in counts.items()}
    components: dict[str, dict[str, Any]] = {name: {} for name in names}
    for place in range(max(counts.values())):
        for name in names:
            if place < counts[name]:
                component = f"c{place}"
                components[name][component], negative = _component(draft, name, weights[name][place])
                draft.link_targets.append((name, component, negative))
    tree: dict[str, Any] = {}
    for name in names:
        rules = pay_rules(choose, list(components[name]), adjustment_places, digits)
        tree[name] = {"components": components[name], "pay": rules}
        if _reads_missing(components[name], rules):
            tree[name]["missing"] = "error" if choose.chance(25) else "no_adjustment"
    return tree


def _component(draft: Draft, role: str, weight: Fraction) -> tuple[dict[str, Any], bool]:
    """Choose a component, and say whether it can be negative; a geometric one must not be."""
    choose = draft.choose
    if choose.chance(12):
        return _tie_component(draft, weight), False
    combine = choose.pick(("weighted_mean", "weighted_geometric", "minimum"))
    negative = combine != "weighted_geometric" and choose.chance(25)
    measures: dict[str, Any] = {}
    can_be_negative = False
    parts = choose.shares(choose.pick((2, 1, 3)), _WEIGHTS)
    room = combine != "weighted_geometric" and draft.points_places < 2
    if len(parts) == 2 and room and choose.chance(15):
        parts = [_LONG_WEIGHT, 1 - _LONG_WEIGHT]
    for number, part in enumerate(parts):
        measures[f"p{number}"], below_zero = ingredient(draft, part, role=role, negative=negative)
        can_be_negative = can_be_negative or below_zero
    body: dict[str, Any] = {"weight": weight, "combine": combine, "measures": measures}
    if choose.chance(30):
        turned = choose.chance(10)
        can_be_negative = can_be_negative or turned
        gates = range(choose.pick((1, 2)))
        body["modifiers"] = {f"gate{number}": modifier(draft, negative=turned) for number in gates}
    if all(measure["missing"]["kind"] == "leave_out" for measure in measures.values()):
        body["missing"] = missing_policy(draft, negative=negative)
        can_be_negative = can_be_negative or body["missing"].get("points", 0) < 0
    return body, can_be_negative


def _tie_component(draft: Draft, weight: Fraction) -> dict[str, Any]:
    """Choose a geometric mean of two squares, halved: mostly an exact tie at the places published."""
    half = Fraction(1, 2)
    measures = {f"p{number}": tie_measure(draft, half) for number in range(2)}
    body: dict[str, Any] = {"weight": weight, "combine": "weighted_geometric", "measures": measures}
    body["modifiers"] = {"gate0": tie_modifier(draft)}
    if all(measure["missing"]["kind"] == "leave_out" for measure in measures.values()):
        body["missing"] = missing_policy(draft, negative=False)
    return body


def _reads_missing(components: dict[str, Any], rules: list[dict[str, Any]]) -> bool:
    """Whether a pay rule reads a component that can be left out, or a score all of whose components can."""
    optional = {name for name, body in components.items() if body.get("missing", {}).get("kind") == "leave_out"}
    return any(
        rule["reads"].get("component", "") in optional or _reads_score(rule, optional, components) for rule in rules
    )


def _reads_score(rule: dict[str, Any], optional: set[str], components: dict[str, Any]) -> bool:
    return rule["reads"]["kind"] == "score" and len(optional) == len(components)

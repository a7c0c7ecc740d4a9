"""Totals and metrics: every kind of total with every filter, every conversion of units."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from jointpay.testing.strategies_choose import Choose

__all__ = [
    "CHANNELS",
    "EVENT_KINDS",
    "FLAGS",
    "VALUED_KINDS",
    "MetricDraft",
    "grid",
    "may_count_once",
    "metrics",
    "once_per",
    "totals",
]

CHANNELS = ("search", "feed", "mail")
FLAGS = ("bot", "paid")
EVENT_KINDS = ("click", "bounce", "dwell", "order", "refund", "rating")
VALUED_KINDS = {"dwell": "ms", "order": "minor", "refund": "minor", "rating": "stars"}
"""Kinds of event that carry a value, and its unit."""

_TOTALS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("clicks", {"kind": "count", "events": ["click"]}),
    ("orders", {"kind": "count", "events": ["order"], "minus": ["refund"]}),
    ("dwell", {"kind": "sum", "events": ["dwell"], "unit": "ms"}),
    ("revenue", {"kind": "sum", "events": ["order"], "minus": ["refund"], "unit": "minor"}),
    ("stars", {"kind": "sum", "events": ["rating"], "unit": "stars"}),
    ("ratings", {"kind": "count", "events": ["rating"]}),
    ("dwell_s", {"kind": "sum", "events": ["dwell"], "unit": "s"}),
    ("visits", {"kind": "count", "events": ["click", "dwell"], "minus": ["bounce"]}),
)


@dataclass(frozen=True, slots=True)
class MetricDraft:
    """What the rest of a plan must know of a metric."""

    name: str
    ratio: bool
    unit: str
    places: int


def _unit_of(total: dict[str, Any]) -> str:
    return str(total.get("unit", "count"))


def totals(choose: Choose, *, channels: bool) -> dict[str, dict[str, Any]]:
    """Choose two to five totals, some of them filtered."""
    chosen = choose.some(_TOTALS, at_least=2, at_most=5)
    return {
        name: body | ({"where": _filter(choose, channels=channels)} if choose.chance(30) else {})
        for name, body in chosen
    }


def _filter(choose: Choose, *, channels: bool) -> dict[str, Any]:
    where: dict[str, Any] = {}
    if channels and choose.chance(50):
        where["channels"] = choose.some(CHANNELS, at_least=1)
    if choose.chance(40):
        where["at_least"] = choose.pick((0, 1, 2, 3000))
    if choose.chance(30):
        where["at_most"] = choose.pick((3000, 5000, 100_000))
    if choose.chance(30):
        where["flags"] = ["paid"]
    if choose.chance(40):
        where["without"] = ["bot"]
    return where


def may_count_once(total: dict[str, Any], placed: Collection[str]) -> bool:
    """Tell whether a total can count each visitor once per interval: it takes nothing away, and reads no divided orders."""
    return total["kind"] == "count" and "minus" not in total and not set(total["events"]) & set(placed)


def once_per(choose: Choose) -> dict[str, Any]:
    """Choose how often a visitor counts."""
    return {"interval": choose.pick(("day", "hour")), "unknown_visitor": choose.pick(("count", "exclude"))}


def metrics(
    choose: Choose, declared: dict[str, dict[str, Any]], roles: list[str]
) -> tuple[dict[str, Any], list[MetricDraft]]:
    """Choose one to four metrics of the declared totals: as a tree, and as drafts."""
    tree: dict[str, Any] = {}
    drafts = []
    for number in range(choose.whole(1, 4)):
        name = f"m{number}"
        ratio = choose.chance(60)
        above, below = choose.some(list(declared), at_least=2, at_most=2)
        if choose.chance(50):
            above, below = below, above
        units = _ratio_units(declared[above], declared[below]) if ratio else _total_units(declared[above])
        body: dict[str, Any] = {
            "kind": "ratio" if ratio else "total",
            "direction": choose.pick(("higher_is_better", "lower_is_better")),
            "unit": choose.pick(units),
            "places": choose.pick((2, 0, 1, 3, 4, 8)),
        }
        body |= {"numerator": above, "denominator": below} if ratio else {"total": above}
        if choose.chance(60):
            body["driven_by"] = choose.pick(roles)
        tree[name] = body
        drafts.append(MetricDraft(name, ratio, body["unit"], body["places"]))
    return tree, drafts


def _converted(unit: str) -> tuple[str, ...]:
    """Units in which a number of this unit may be published."""
    if unit in {"ms", "s"}:
        return ("s", "min", unit, "ms", "h")
    return ("major", "minor") if unit == "minor" else (unit,)


def _total_units(total: dict[str, Any]) -> tuple[str, ...]:
    return _converted(_unit_of(total))


def _ratio_units(above: dict[str, Any], below: dict[str, Any]) -> tuple[str, ...]:
    """Units in which a ratio may be published: without one, converted from its numerator, or one unit per another."""
    numerator, denominator = _unit_of(above), _unit_of(below)
    if denominator == numerator or {numerator, denominator} <= {"ms", "s"}:
        return ("ratio",)
    return _converted(numerator) if denominator == "count" else (f"{numerator}/{denominator}",)


def grid(attainment: str, draft: MetricDraft) -> tuple[Fraction, ...]:
    """Places on the axis of an attainment that small data hit often, rising."""
    texts: tuple[str, ...]
    match attainment:
        case "ratio":
            texts = ("0", "1/3", "0.5", "2/3", "0.8", "0.9", "1", "1.1", "1.25", "1.5", "2", "3")
        case "percentage_points":
            texts = ("-100", "-50", "-25", "-5", "0", "5", "25", "50", "100")
        case "difference":
            texts = ("-10", "-3", "-1", "-0.5", "0", "0.5", "1", "2", "5", "10")
        case _ if draft.ratio:
            texts = ("0", "0.2", "1/3", "0.5", "0.75", "1", "2", "3", "5", "100")
        case _:
            texts = ("0", "0.5", "1", "2", "3", "5", "7", "10", "12", "60", "100")
    return tuple(Fraction(text) for text in texts)

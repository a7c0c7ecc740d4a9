"""Measures, modifiers and links: every scope, target, attainment and missing policy, where each is allowed."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from jointpay.testing.strategies_choose import Choose
from jointpay.testing.strategies_curves import curve
from jointpay.testing.strategies_metrics import MetricDraft, grid

__all__ = ["GROUP_COLUMNS", "Draft", "ingredient", "missing_policy", "modifier", "tie_measure", "tie_modifier"]

GROUP_COLUMNS = ("team", "department")
GIVES = tuple(
    Fraction(text)
    for text in ("0", "100", "50", "60", "62.5", "80", "99.5", "110", "120", "100/3", "7.125", "25", "81", "1")
)
GIVES_ROOTS = tuple(Fraction(text) for text in ("25", "1", "81", "9", "49", "100", "121"))
"""Squares: the geometric mean of two of them is whole, and mostly odd."""
GIVES_NEGATIVE = (*GIVES, Fraction(-10), Fraction(-1, 3))
GATES = tuple(Fraction(text) for text in ("50", "0", "100", "120", "66.67", "50"))
_BY = tuple(Fraction(text) for text in ("0", "0.1", "0.25", "0.5", "-0.2", "1/3", "1"))
_BY_DIFFERENCE = (*_BY, Fraction(-1), Fraction(-3, 2))
_FIXED_RATIO = tuple(Fraction(text) for text in ("1", "2", "3", "0.5", "5", "2.5", "10", "2/3", "7"))
_FIXED_DIFFERENCE = (*_FIXED_RATIO, Fraction(1, 20), Fraction(0), Fraction(-1))


@dataclass
class Draft:
    """What a plan has so far, for the parts that refer to it."""

    choose: Choose
    metrics: list[MetricDraft]
    points_places: int
    period_kind: str
    dates: list[tuple[str, str]]
    """Date ranges a growth target may look back at."""
    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys by the name of each table target used."""
    series: list[str] = field(default_factory=list)
    """Names of the benchmark series used."""
    link_targets: list[tuple[str, str, bool]] = field(default_factory=list)
    """(role, component, whether it can be negative) of the components made so far."""


def missing_policy(draft: Draft, *, negative: bool) -> dict[str, Any]:
    """Choose a missing policy, seldom `error`; neutral points have no more decimals than points are published with."""
    choose = draft.choose
    if choose.chance(1):
        return {"kind": "error"}
    match choose.pick(("leave_out", "neutral", "zero", "leave_out")):
        case "neutral":
            gives = GIVES_NEGATIVE if negative else GIVES
            exact = [points for points in gives if (points * 10**draft.points_places).denominator == 1]
            return {"kind": "neutral", "points": choose.pick(exact)}
        case kind:
            return {"kind": kind}


def _scope(choose: Choose) -> dict[str, Any]:
    match choose.pick(("own", "group", "own", "all", "own")):
        case "group":
            return {"kind": "group", "column": choose.pick(GROUP_COLUMNS)}
        case kind:
            return {"kind": kind}


def _by(choose: Choose, attainment: str) -> Fraction:
    """Choose what is asked for beyond; a target that is divided by must not vanish for that alone."""
    return choose.pick(_BY if attainment == "ratio" else _BY_DIFFERENCE)


def _fixed(metric: MetricDraft, attainment: str) -> list[Fraction]:
    """Give the fixed targets to choose from: one that is divided by must not be published as zero."""
    if attainment != "ratio":
        return list(_FIXED_DIFFERENCE)
    return [value for value in _FIXED_RATIO if value * 10**metric.places > Fraction(1, 2)]


def _growth(draft: Draft, attainment: str) -> dict[str, Any]:
    choose = draft.choose
    kinds = ["last_period", "dates"]
    if draft.period_kind != "table":
        kinds.append("same_period_last_year")
    over: dict[str, Any] = {"kind": choose.pick(kinds)}
    if over["kind"] == "dates":
        start, end = choose.pick(draft.dates)
        over |= {"from": start, "to": end}
    return {"kind": "growth", "over": over, "by": _by(choose, attainment)}


def _table(draft: Draft, *, own: bool) -> dict[str, Any]:
    choose = draft.choose
    keys = ["person", "period", *GROUP_COLUMNS, *(["item", "item"] if own else [])]
    chosen = tuple(dict.fromkeys(choose.some(keys, at_least=1, at_most=3)))
    if own and choose.chance(50):
        chosen = tuple(dict.fromkeys(("item", *chosen)))
    name = f"asked_{len(draft.tables)}"
    draft.tables[name] = chosen
    return {"kind": "table", "name": name, "keys": list(chosen)}


def _target(draft: Draft, metric: MetricDraft, scope: dict[str, Any], attainment: str) -> dict[str, Any]:
    choose = draft.choose
    kinds = ["fixed", "growth", "table", "benchmark", "growth", "table"]
    if metric.ratio:
        kinds.append("group")
    match choose.pick(kinds):
        case "growth":
            return _growth(draft, attainment)
        case "table":
            return _table(draft, own=scope["kind"] == "own")
        case "benchmark":
            series = f"industry_{len(draft.series)}"
            draft.series.append(series)
            return {"kind": "benchmark", "series": series, "by": _by(choose, attainment)}
        case "group":
            wide = {"kind": "all"} if choose.chance(50) else {"kind": "group", "column": choose.pick(GROUP_COLUMNS)}
            return {"kind": "group", "scope": wide, "by": _by(choose, attainment)}
        case _:
            return {"kind": "fixed", "value": choose.pick(_fixed(metric, attainment)), "unit": metric.unit}


def _reading(draft: Draft, gives: tuple[Fraction, ...], *, negative: bool) -> dict[str, Any]:
    choose = draft.choose
    metric = choose.pick(draft.metrics)
    scope = _scope(choose)
    kinds = ["ratio", "ratio", "value", "difference"]
    if metric.ratio:
        kinds.append("percentage_points")
    attainment = choose.pick(kinds)
    body: dict[str, Any] = {
        "metric": metric.name,
        "scope": scope,
        "attainment": attainment,
        "curve": curve(choose, grid(attainment, metric), gives),
        "missing": missing_policy(draft, negative=negative),
    }
    if attainment != "value":
        body["target"] = _target(draft, metric, scope, attainment)
    if metric.ratio and choose.chance(40):
        body["min_count"] = choose.whole(1, 6)
    return body


def modifier(draft: Draft, *, negative: bool) -> dict[str, Any]:
    """Choose a modifier; only where it may be negative does it turn points round."""
    return _reading(draft, (*GATES, Fraction(-50)) if negative else GATES, negative=negative)


def ingredient(draft: Draft, weight: Fraction, *, role: str, negative: bool) -> tuple[dict[str, Any], bool]:
    """Choose a measure, or a link to a component of another role made before; say whether it can be negative."""
    targets = [target for target in draft.link_targets if target[0] != role and (negative or not target[2])]
    if targets and draft.choose.chance(40):
        partner, component, can_be_negative = draft.choose.pick(targets)
        policy = missing_policy(draft, negative=negative)
        return {
            "kind": "link",
            "role": partner,
            "component": component,
            "weight": weight,
            "missing": policy,
        }, can_be_negative or _negative_points(policy)
    gives = GIVES_NEGATIVE if negative else GIVES
    return {"kind": "measure", "weight": weight, **_reading(draft, gives, negative=negative)}, negative


def tie_measure(draft: Draft, weight: Fraction) -> dict[str, Any]:
    """Choose a measure that gives nothing but squares."""
    body = _reading(draft, GIVES_ROOTS, negative=False)
    at = draft.choose.pick((Fraction(1), Fraction(0), Fraction(1, 2)))
    return {"kind": "measure", "weight": weight, **body, "curve": _threshold(draft.choose, at, GIVES_ROOTS)}


def tie_modifier(draft: Draft) -> dict[str, Any]:
    """Choose a modifier that always turns an odd whole number of points into a tie at the places published."""
    half = Fraction(50, 10**draft.points_places)
    return {**_reading(draft, GATES, negative=False), "curve": _threshold(draft.choose, Fraction(1), (half,))}


def _threshold(choose: Choose, at: Fraction, gives: tuple[Fraction, ...]) -> dict[str, Any]:
    below, above = choose.pick(gives), choose.pick(gives)
    return {
        "kind": "threshold",
        "at": at,
        "below_gives": below,
        "gives": above,
        "edge": choose.pick(("upper", "lower")),
    }


def _negative_points(policy: dict[str, Any]) -> bool:
    return bool(policy.get("points", Fraction(0)) < 0)

"""What every property starts from: generated cases that can be paid, and one small shop worked by hand."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, reject, settings

from jointpay.data.base_pay import BasePay, read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.errors import DataError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.plan.plan import Plan
from jointpay.plan.presets import design_operations
from jointpay.results.settlement import Settlement

# Drawing a plan takes many choices, and shrinking one that fails takes minutes: add Phase.shrink to look into it.
settings.register_profile(
    "properties",
    derandomize=True,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


class Shop(NamedTuple):
    """A plan, what happened, what there is to pay on, and what was paid."""

    plan: Plan
    dataset: Dataset
    base_pay: BasePay
    settlement: Settlement


@pytest.fixture(scope="session")
def settled() -> Callable[[Plan, Dataset, BasePay], Settlement]:
    """Score and settle a generated case; cases that are refused on purpose are not examples."""

    def run(plan: Plan, data: Dataset, base_pay: BasePay) -> Settlement:
        try:
            return settle(plan, score(plan, data), base_pay)
        except (DataError, TooLargeError):
            reject()

    return run


def _gives(curve: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Give the places of a curve that say what it gives, in rising order of what it maps from."""
    match curve["kind"]:
        case "points":
            return [(knot, "gives") for knot in curve["points"]]
        case "steps":
            return [(knot, "gives") for knot in curve["steps"]]
        case "rating_scale":
            return [(knot, "gives") for knot in curve["levels"]]
        case "threshold":
            return [(curve, "below_gives"), (curve, "gives")]
        case "three_point":
            knots = [(curve[name], "gives") for name in ("threshold", "target", "stretch")]
            return [(curve, "below_gives"), *knots]
        case "bands":
            both = [
                [(band, "gives"), *([(band, "gives_at_end")] if "gives_at_end" in band else [])]
                for band in curve["bands"]
            ]
            return [place for band in both for place in band]
        case _:
            return []


def _turn(curve: dict[str, Any], *, rising: bool) -> None:
    """Turn a curve so that it never rewards the wrong direction and never gives less than 0."""
    places = _gives(curve)
    numbers = sorted((max(Fraction(holder[key]), Fraction(0)) for holder, key in places), reverse=not rising)
    for (holder, key), number in zip(places, numbers, strict=True):
        holder[key] = str(number)
    if curve["kind"] == "deduction":
        curve["side"] = "below" if rising else "above"
        curve["full_gives"] = str(max(Fraction(curve["full_gives"]), Fraction(0)))
        curve["floor"] = str(max(Fraction(curve["floor"]), Fraction(0)))
    if curve["kind"] == "proportional":
        times = abs(Fraction(curve["times"]))
        curve["times"] = str(times if rising else -times)
        curve["origin"] = curve["from"] if rising else curve["to"]


def _readings(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for role in tree["roles"].values():
        for component in role["components"].values():
            yield from component["measures"].values()
            yield from component.get("modifiers", {}).values()
            yield component


@pytest.fixture(scope="session")
def mended() -> Callable[[Plan], Plan]:
    """Turn all curves of a generated plan the right way, fill nothing with less than 0, and promise monotone metrics."""

    def mend(plan: Plan) -> Plan:
        tree = plan.to_json_tree()
        for reading in _readings(tree):
            if "curve" in reading:
                direction = tree["metrics"][reading["metric"]]["direction"]
                _turn(reading["curve"], rising=direction == "higher_is_better")
            missing = reading.get("missing", {})
            if "points" in missing:
                missing["points"] = str(max(Fraction(missing["points"]), Fraction(0)))
        for role in tree["roles"].values():
            for rule in role["pay"]:
                _turn(rule["curve"], rising=True)
                rule["allow_decreasing"] = False
        tree["bounds"].pop("not_monotone", None)
        return Plan.model_validate(tree)

    return mend


@pytest.fixture(scope="session")
def shop() -> Shop:
    """Two designers, two operators, four posters, January and February 2026, under the founding plan."""
    plan = design_operations()
    numbers = {
        # impressions, clicks, dwell in ms, favorites, orders, repeat orders, stars, ratings
        ("2026-01-10", "poster a"): (9000, 300, 2_700_000, 30, 15, 3, 8, 2),
        ("2026-01-20", "poster b"): (4000, 120, 960_000, 6, 4, 1, 4, 1),
        ("2026-01-25", "poster c"): (5000, 200, 1_500_000, 20, 11, 2, 9, 2),
        ("2026-02-03", "poster a"): (9500, 390, 3_700_000, 44, 22, 6, 9, 2),
        ("2026-02-11", "poster b"): (3000, 100, 700_000, 5, 2, 0, 3, 1),
        ("2026-02-14", "poster c"): (6000, 260, 2_100_000, 31, 12, 3, 5, 1),
        ("2026-02-20", "poster d"): (800, 40, 300_000, 2, 1, 0, 0, 0),
    }
    totals = ("impressions", "clicks", "dwell", "favorites", "orders", "repeat_orders", "stars", "ratings")
    facts = {
        "day": [day for day, _ in numbers],
        "item": [item for _, item in numbers],
        **{total: [row[place] for row in numbers.values()] for place, total in enumerate(totals)},
    }
    people = {
        "person": ["dora", "dan", "olga", "otto"],
        "role": ["designer", "designer", "operator", "operator"],
        "department": ["north", "north", "north", "south"],
    }
    credit = {
        "person": ["dora", "dora", "dan", "dan", "olga", "olga", "otto", "otto"],
        "role": ["designer"] * 4 + ["operator"] * 4,
        "item": ["poster a", "poster b", "poster b", "poster c", "poster a", "poster b", "poster c", "poster b"],
        "share": ["1", "1/3", "2/3", "1", "1", "0.5", "1", "0.25"],
    }
    pay = {
        "person": [person for person in people["person"] for _ in range(2)],
        "period": ["2026-01", "2026-02"] * 4,
        "base": ["monthly_salary"] * 8,
        "amount": ["10000.00", "10000.00", "9000.50", "9000.50", "12345.67", "12345.67", "8000", "8000"],
    }
    read = dataset(
        plan,
        facts=read_facts(facts, plan),
        credits=read_credits(credit, plan),
        people=read_people(people, plan),
    )
    base_pay = read_base_pay(pay, plan)
    return Shop(plan, read, base_pay, settle(plan, score(plan, read), base_pay))


@pytest.fixture(scope="session")
def shop_with(shop: Shop) -> Callable[[Callable[[dict[str, Any]], None]], Shop]:
    """Change the plan of the shop, as a tree of plain text, and pay by it."""

    def make(change: Callable[[dict[str, Any]], None]) -> Shop:
        tree = shop.plan.to_json_tree()
        change(tree)
        plan = Plan.model_validate(tree)
        data = replace(shop.dataset, plan_digest=plan.digest)
        return Shop(plan, data, shop.base_pay, settle(plan, score(plan, data), shop.base_pay))

    return make

"""Score and settle a team of five, one month, against plain Python loops over the same formulas.

Run it with ``python tests/benchmarks/five_people.py``. The team is five people of the preset `design_operations` with a
baseline month before the month that is paid. What is timed, in turn in one process, medians:

- jointpay, `score` and `settle` from the dataset: facts are credited, targets made, conservation checked;
- jointpay, `score_panel` and `settle` from the panel: the same credited totals and targets that the first loop gets;
- a loop from credited totals and targets, floats rounded as an analyst would round them;
- a loop from facts and credits: who is credited with what is added up too, then the first loop;
- the definition of the library in fractions, row by row, from the dataset: exact, and every number kept.

The first two loops keep every number by name but round floats and check nothing. Their amounts are compared before anything is timed.
"""

from collections import defaultdict
from collections.abc import Callable
from math import floor
from statistics import median
from time import perf_counter
from typing import Any

from jointpay.data.base_pay import BasePay, read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.panel.panel import make_panel
from jointpay.pipeline import score, settle
from jointpay.pipeline.score import score_panel
from jointpay.plan.plan import Plan
from jointpay.plan.presets import design_operations
from jointpay.results.settlement import Settlement
from jointpay.testing.reference import reference_settlement

Totals = dict[str, int]
Credits = list[tuple[str, str]]
Facts = list[tuple[str, str, Totals]]
REPETITIONS, CALLS = 9, 60
PAID = "2026-03"
ITEMS = ("poster", "banner", "film")
SEATS = {"ming": "designer", "hua": "designer", "yan": "designer", "lin": "operator", "wei": "operator"}
CREDITS: Credits = [
    ("ming", "poster"),
    ("hua", "banner"),
    ("yan", "film"),
    ("lin", "poster"),
    ("wei", "banner"),
    ("wei", "film"),
]
BASE = {"ming": 812_345, "hua": 790_000, "yan": 845_050, "lin": 765_432, "wei": 801_000}
FACTS: Facts = [
    (
        month,
        item,
        {
            "impressions": 20_000 + 1_000 * place + 700 * step,
            "clicks": 1_000 + 40 * place + 110 * step,
            "dwell": 20_000_000 + 500_000 * place + 900_000 * step,
            "favorites": 100 + 7 * place + 3 * step,
            "orders": 40 + 3 * place + 5 * step,
            "repeat_orders": 8 + place + step,
            "stars": 8 + place,
            "ratings": 2,
        },
    )
    for step, month in enumerate(("2026-02", PAID))
    for place, item in enumerate(ITEMS)
]
X, Y = (0, 10_000, 15_000), (0, 10_000, 20_000)


def half_up(value: float) -> int:
    """Round to a whole number of last places."""
    return floor(value + 0.5)


def attained(found: float, asked: float) -> int:
    """Compare a value with its target."""
    return half_up(found / asked * 1e4)


def line(value: int, xs: tuple[int, ...], ys: tuple[int, ...]) -> int:
    """Go along a curve of straight pieces, level beyond its ends."""
    if value <= xs[0]:
        return ys[0]
    for left, right, low, high in zip(xs, xs[1:], ys, ys[1:], strict=False):
        if value <= right:
            return half_up(low + (value - left) * (high - low) / (right - left))
    return ys[-1]


def designer(now: Totals, asked: dict[str, float], base: int) -> dict[str, int]:
    """Score and pay one designer."""
    clicks = attained(now["clicks"], asked["clicks"])
    p_clicks = line(clicks, X, Y)
    rating = half_up(now["stars"] / now["ratings"] * 1e4)
    p_rating = line(rating, (10_000, 30_000, 40_000, 50_000), (0, 7_000, 10_000, 20_000))
    favorites = attained(now["favorites"] / now["clicks"], asked["favorite_rate"])
    p_favorites = line(favorites, X, Y)
    dwell = attained(now["dwell"] / now["clicks"] / 1000, asked["dwell"])
    p_dwell = line(dwell, X, Y)
    order_rate = attained(now["orders"] / now["clicks"], asked["order_rate"])
    p_order = line(order_rate, X, Y)
    repurchase = attained(now["repeat_orders"] / now["orders"], asked["repurchase_rate"])
    p_repurchase = line(repurchase, X, Y)
    quality = half_up((50 * p_clicks + 20 * p_rating + 15 * p_favorites + 15 * p_dwell) / 100)
    contribution = half_up(p_order**0.6 * p_repurchase**0.4 * min(clicks, 10_000) / 10_000)
    points = half_up((2 * quality + 3 * contribution) / 5)
    adjustment = min(max(points - 10_000, 0), 3_000)
    return {
        "clicks": clicks,
        "p_clicks": p_clicks,
        "rating": rating,
        "p_rating": p_rating,
        "favorites": favorites,
        "p_favorites": p_favorites,
        "dwell": dwell,
        "p_dwell": p_dwell,
        "order_rate": order_rate,
        "p_order": p_order,
        "repurchase": repurchase,
        "p_repurchase": p_repurchase,
        "quality": quality,
        "contribution": contribution,
        "score": points,
        "adjustment": adjustment,
        "amount": half_up(base * adjustment / 10_000),
    }


def operator(now: Totals, asked: dict[str, float], department: float, base: int) -> dict[str, int]:
    """Score and pay one operator."""
    conversion = attained(department, asked["department"])
    p_conversion = line(conversion, X, Y)
    clicks = attained(now["clicks"], asked["clicks"])
    dwell = attained(now["dwell"] / now["clicks"] / 1000, asked["dwell"])
    impressions = attained(now["impressions"], asked["impressions"])
    collaboration = half_up((min(clicks, 10_000) * min(dwell, 10_000)) ** 0.5 * min(impressions, 10_000) / 10_000)
    points = half_up((2 * p_conversion + 3 * collaboration) / 5)
    adjustment = min(max(points - 10_000, 0), 4_000, 3_000)
    bonus = 2_000 if collaboration >= 10_000 else 0
    return {
        "conversion": conversion,
        "p_conversion": p_conversion,
        "clicks": clicks,
        "dwell": dwell,
        "impressions": impressions,
        "collaboration": collaboration,
        "score": points,
        "adjustment": adjustment,
        "bonus": bonus,
        "amount": half_up(base * adjustment / 10_000) + half_up(base * bonus / 10_000),
    }


def from_totals(
    now: dict[str, Totals], asked: dict[str, dict[str, float]], department: float
) -> dict[str, dict[str, int]]:
    """Score and pay everybody from credited totals and published targets."""
    return {
        person: designer(now[person], asked[person], BASE[person])
        if seat == "designer"
        else operator(now[person], asked[person], department, BASE[person])
        for person, seat in SEATS.items()
    }


def credited(facts: Facts) -> tuple[dict[str, Totals], dict[str, dict[str, float]], float]:
    """Add up what everybody is credited with, and publish targets from the month before."""
    sums: dict[str, dict[str, Totals]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    team: dict[str, Totals] = defaultdict(lambda: defaultdict(int))
    holders = defaultdict(list)
    for person, item in CREDITS:
        holders[item].append(person)
    for month, item, totals in facts:
        for name, value in totals.items():
            team[month][name] += value
            for person in holders[item]:
                sums[month][person][name] += value
    before, now = sums["2026-02"], sums[PAID]
    liked = half_up(team[PAID]["favorites"] / team[PAID]["clicks"] * 1e6) / 1e6
    bought = half_up(team["2026-02"]["orders"] / team["2026-02"]["clicks"] * 1e6) / 1e6
    asked: dict[str, dict[str, float]] = {}
    for person, old in before.items():
        asked[person] = {
            "impressions": old["impressions"],
            "clicks": old["clicks"],
            "dwell": half_up(old["dwell"] / old["clicks"] / 10) / 100,
            "order_rate": half_up(old["orders"] / old["clicks"] * 1e6) / 1e6,
            "repurchase_rate": half_up(old["repeat_orders"] / old["orders"] * 1e6) / 1e6,
            "favorite_rate": liked,
            "department": bought,
        }
    return now, asked, team[PAID]["orders"] / team[PAID]["clicks"]


def from_facts() -> dict[str, dict[str, int]]:
    """Do the whole by hand."""
    return from_totals(*credited(FACTS))


def inputs(plan: Plan) -> tuple[Dataset, BasePay]:
    """Read the same team with the library."""
    names = list(SEATS)
    people = read_people(
        {
            "person": names,
            "role": [SEATS[name] for name in names],
            "from": ["2026-01-01"] * 5,
            "to": [""] * 5,
            "department": ["content"] * 5,
        },
        plan,
    )
    credit = read_credits(
        {
            "person": [person for person, _ in CREDITS],
            "role": [SEATS[person] for person, _ in CREDITS],
            "item": [item for _, item in CREDITS],
            "share": ["1"] * len(CREDITS),
        },
        plan,
    )
    facts = read_facts(
        {
            "day": [f"{month}-10" for month, _, _ in FACTS],
            "item": [item for _, item, _ in FACTS],
            "channel": ["app"] * len(FACTS),
        }
        | {name: [totals[name] for _, _, totals in FACTS] for name in plan.totals},
        plan,
    )
    pay = read_base_pay(
        {
            "person": names,
            "period": [PAID] * 5,
            "base": ["monthly_salary"] * 5,
            "currency": ["CNY"] * 5,
            "amount": [f"{BASE[name] // 100}.{BASE[name] % 100:02}" for name in names],
        },
        plan,
    )
    return dataset(plan, facts=facts, credits=credit, people=people), pay


def amounts(settlement: Settlement) -> dict[str, int]:
    """Add up the lines of every person, in minor units."""
    found: dict[str, int] = defaultdict(int)
    card = settlement.scorecard
    rows = {role.role: role.payees.persons.tolist() for role in card.roles}
    for told in settlement.lines:
        for person, amount in zip(rows[told.role], told.amount_minor.tolist(), strict=True):
            found[card.person_ids[person]] += amount
    return found


def main() -> None:
    """Compare, then time."""
    plan = design_operations()
    data, pay = inputs(plan)
    card = score(plan, data, periods=[PAID])
    ready = credited(FACTS)
    paid = amounts(settle(plan, card, pay))
    by_hand = {person: found["amount"] for person, found in from_facts().items()}
    print(f"amounts that differ: {sum(paid[person] != by_hand[person] for person in SEATS)} of {len(SEATS)}")
    panel = make_panel(plan, data, [PAID])
    engines: dict[str, Callable[[], Any]] = {
        "jointpay, score and settle from the dataset": lambda: settle(plan, score(plan, data, periods=[PAID]), pay),
        "jointpay, score alone from the dataset": lambda: score(plan, data, periods=[PAID]),
        "jointpay, make_panel alone": lambda: make_panel(plan, data, [PAID]),
        "jointpay, score_panel alone": lambda: score_panel(panel),
        "jointpay, settle alone": lambda: settle(plan, card, pay),
        "plain loop from totals and targets": lambda: from_totals(*ready),
        "plain loop from facts and credits": from_facts,
        "exact loop in fractions from the dataset": lambda: reference_settlement(plan, data, pay, (PAID,)),
    }
    times: dict[str, list[float]] = {name: [] for name in engines}
    for repetition in range(REPETITIONS + 1):
        for name, work in engines.items():
            start = perf_counter()
            for _ in range(CALLS):
                work()
            if repetition:
                times[name].append((perf_counter() - start) / CALLS)
    for name, found in times.items():
        print(f"  {name:46} {median(found) * 1e6:9.1f} us   (least {min(found) * 1e6:9.1f})")


if __name__ == "__main__":
    main()

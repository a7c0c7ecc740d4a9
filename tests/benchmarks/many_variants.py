"""Score a thousand variants of the preset, sharing what is the same, against scoring each alone.

Run it with ``python tests/benchmarks/many_variants.py 1000 40``: variants, and how many of them are also scored alone.
Variants change a curve and two weights of one component. Their scores are compared.
"""

import sys
from collections.abc import Iterator
from itertools import islice
from time import perf_counter

import numpy as np

from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.pipeline import score
from jointpay.pipeline.variants import score_variants
from jointpay.plan.plan import Plan
from jointpay.plan.presets import design_operations


def shop(plan: Plan, designers: int = 2_000, operators: int = 500, items: int = 5_000, facts: int = 200_000) -> Dataset:
    """Make designers and operators who share items for half a year, two of a role to an item."""
    rng = np.random.default_rng(7)
    roles = ["designer"] * designers + ["operator"] * operators
    names = [f"p{number:05}" for number in range(designers + operators)]
    people = read_people(
        {
            "person": names,
            "role": roles,
            "from": [""] * len(names),
            "to": [""] * len(names),
            "department": [f"d{number % 20}" for number in range(len(names))],
        },
        plan,
    )
    makers = np.array([rng.choice(designers, 2, replace=False) for _ in range(items)]).ravel()
    sellers = np.array([designers + rng.choice(operators, 2, replace=False) for _ in range(items)]).ravel()
    who = np.concatenate([makers, sellers])
    credit = read_credits(
        {
            "person": [names[place] for place in who],
            "role": [roles[place] for place in who],
            "item": [f"i{place:05}" for place in np.tile(np.repeat(np.arange(items), 2), 2)],
            "share": ["1/2"] * who.size,
        },
        plan,
    )
    days = np.datetime64("2026-01-01") + rng.integers(0, 181, facts)
    where = rng.integers(0, items, facts)
    _, first = np.unique(days.astype(np.int64) * items + where, return_index=True)
    clicks = rng.integers(0, 200, first.size)
    orders = rng.binomial(clicks, 0.03)
    ratings = rng.integers(0, 4, first.size)
    columns = {
        "impressions": clicks * 30,
        "clicks": clicks,
        "dwell": clicks * rng.integers(2_000, 40_000, first.size),
        "favorites": rng.binomial(clicks, 0.1),
        "orders": orders,
        "repeat_orders": rng.binomial(orders, 0.3),
        "stars": ratings * 4,
        "ratings": ratings,
    }
    happened = read_facts(
        {
            "day": days[first].astype(str).tolist(),
            "item": [f"i{place:05}" for place in where[first]],
            "channel": ["web"] * first.size,
        }
        | {name: values.tolist() for name, values in columns.items()},
        plan,
    )
    return dataset(plan, facts=happened, credits=credit, people=people)


def variants(plan: Plan, count: int) -> Iterator[Plan]:
    """Give variants with other weights and another curve in the designers' quality."""
    for number in range(count):
        tree = plan.to_json_tree()
        tree["version"] = f"variant {number}"
        measures = tree["roles"]["designer"]["components"]["quality"]["measures"]
        share = 1 + number % 49
        measures["clicks"]["weight"], measures["rating"]["weight"] = f"{share}%", f"{70 - share}%"
        measures["clicks"]["curve"]["points"][-1]["gives"] = str(150 + number % 50)
        yield Plan.model_validate(tree)


def main(count: int, alone: int) -> None:
    """Time both ways."""
    plan = design_operations()
    data = shop(plan)
    made = list(variants(plan, count))
    start = perf_counter()
    together = [card.roles for card in score_variants(plan, data, made)]
    shared = (perf_counter() - start) / count
    times = []
    for variant, roles in islice(zip(made, together, strict=True), alone):
        own = dataset(variant, facts=data.facts, credits=data.credits, people=data.people, targets=data.targets)
        start = perf_counter()
        card = score(variant, own)
        times.append(perf_counter() - start)
        assert all(np.array_equal(mine.scores, other.scores) for mine, other in zip(card.roles, roles, strict=True))
    each = sum(times) / alone
    rows = sum(role.scores.size for role in together[0])
    print(
        f"{count} variants, {rows} payee rows: {shared * 1e3:.2f} ms each; alone {each * 1e3:.2f} ms; {each / shared:.1f}x"
    )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:] or ["1000", "40"]))

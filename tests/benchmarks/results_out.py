"""Results of many payee-periods as tables and as JSON, there and back.

Run it with ``python tests/benchmarks/results_out.py 100000``. The payee-periods are of the preset `design_operations`: a
year of months, as many items a month as there are people, each item shared by one designer and one operator. What is
timed, in turn in one process, medians: every table as a dict of columns and as frames, the settlement as JSON (the
scorecard is in it), and back.
"""

import gc
import sys
from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from jointpay.data.amounts import Amounts
from jointpay.data.base_pay import BasePay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.pipeline import score, settle
from jointpay.plan.calendar import day_text, periods
from jointpay.plan.presets import design_operations
from jointpay.results.csv_safe import csv_text
from jointpay.results.settlement import Settlement
from jointpay.results.tables import SETTLEMENT_TABLES, settlement_columns

REPETITIONS = 3
MONTHS = 12


def settled(rows: int) -> Settlement:
    """Settle so many payee-periods of made-up people."""
    plan, persons, random = design_operations(), rows // MONTHS // 2 * 2, np.random.default_rng(3)
    months = periods(plan)[:MONTHS]
    names = [f"p{number:06}" for number in range(persons)]
    role = ["designer", "operator"] * (persons // 2)
    items = [f"item-{number:06}" for number in range(persons // 2)]
    people = read_people(
        {"person": names, "role": role, "from": [""] * persons, "to": [""] * persons, "department": ["d"] * persons},
        plan,
    )
    shared = [items[number // 2] for number in range(persons)]
    credit = read_credits({"person": names, "role": role, "item": shared, "share": ["1"] * persons}, plan)
    most = {"impressions": 90_000, "clicks": 9_000, "dwell": 90_000_000, "stars": 50, "ratings": 10}
    count = len(items) * len(months)
    facts = read_facts(
        {
            "day": [day_text(month.start + 9) for month in months for _ in items],
            "item": items * len(months),
            "channel": ["app"] * count,
        }
        | {total: random.integers(most.get(total, 900) // 10, most.get(total, 900), count) for total in plan.totals},
        plan,
    )
    amounts = Amounts(
        tuple(names),
        tuple(month.id for month in months),
        ("monthly_salary",),
        np.repeat(np.arange(persons, dtype=np.int32), len(months)),
        np.tile(np.arange(len(months), dtype=np.int32), persons),
        np.zeros(persons * len(months), np.int32),
        random.integers(500_000, 3_000_000, persons * len(months)),
    )
    data = dataset(plan, facts=facts, credits=credit, people=people)
    return settle(plan, score(plan, data), BasePay(plan.currency, amounts, "0" * 64))


def as_csv(settlement: Settlement, name: str) -> str:
    """Write one table as the command writes it."""
    return csv_text(settlement_columns(settlement, name))


def run(rows: int) -> None:
    """Time what goes out and what comes back."""
    settlement = settled(rows)
    text = settlement.to_json()
    found = sum(role.scores.size for role in settlement.scorecard.roles)
    cells = {name: settlement.frame(name, backend=None) for name in SETTLEMENT_TABLES}
    print(f"\n{found:,} payee-periods; JSON of {len(text) / 1e6:.1f} MB")
    works: dict[str, Callable[[], Any]] = {}
    for name, columns in cells.items():
        rows = len(next(iter(columns.values())))
        for backend in (None, "polars", "pyarrow", "pandas"):
            works[f"{name} ({rows:,} rows), {backend}"] = partial(settlement.frame, name, backend=backend)
        works[f"{name}, CSV"] = partial(as_csv, settlement, name)
    works["settlement to JSON"] = settlement.to_json
    works["settlement from JSON"] = partial(Settlement.from_json, text)
    del cells
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(REPETITIONS):
        for name, work in works.items():
            gc.collect()
            start = perf_counter()
            kept = work()
            times[name].append(perf_counter() - start)
            del kept
    for name, taken in times.items():
        print(f"  {name:40} {median(taken) * 1e3:9.1f} ms")


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["100000"]:
        run(int(argument))

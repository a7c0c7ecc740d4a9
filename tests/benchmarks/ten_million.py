"""Score and settle ten million payee-periods from a dataset, in one process: stages, and the peak of memory.

Run it with ``python tests/benchmarks/ten_million.py 10000000`` (or fewer). Every payee has a seat for the whole year,
one in twenty changes the department within it, and shares two to three of as many items as there are payees. Tables are
Arrow tables in memory; the pay bases of all periods, which are more rows than a table may have, are arrays.
"""

import resource
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
import polars as pl
from rollup_tables import TOTALS, facts_frame, people_frame, rollup_plan

from jointpay.data.amounts import Amounts
from jointpay.data.base_pay import BasePay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.panel.panel import make_panel
from jointpay.pipeline.conserve import conserve
from jointpay.pipeline.score import score
from jointpay.pipeline.settle import settle
from jointpay.plan.calendar import periods

MOST_FACTS = 5_000_000


def peak_mib() -> float:
    """Give the most memory that the process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def staged(name: str, work: Callable[[], Any]) -> Any:
    """Run one stage and print what it took."""
    start = perf_counter()
    found = work()
    print(f"  {name:44} {perf_counter() - start:8.2f} s   peak {peak_mib():9,.0f} MiB", flush=True)
    return found


def credits_of(persons: int, seed: int = 11) -> pl.DataFrame:
    """Give two credits of a half each to every person, of a role on as many items as there are persons."""
    random = np.random.default_rng(seed)
    person = np.tile(np.arange(persons), 2)
    item = np.concatenate([np.arange(persons) // 2, persons // 2 + random.permutation(persons) // 2 % (persons // 2)])
    # The second half deals every item to two people of the one role and two of the other, at a quarter each.
    shares = np.concatenate([np.zeros(persons, np.int64), np.ones(persons, np.int64)])
    names = pl.Series([f"item-{number:07}" for number in range(int(item.max()) + 1)])
    return pl.DataFrame(
        {
            "person": pl.Series([f"p{number:06}" for number in range(persons)]).gather(person),
            "role": pl.Series(["designer", "operator"]).gather(person % 2),
            "item": names.gather(item),
            "share": pl.Series(["1/2", "0.25"]).gather(shares),
        }
    )


def run(rows: int) -> None:
    """Carry so many payee-periods from tables to pay."""
    plan, persons = rollup_plan(), rows // 12
    months = [span.id for span in periods(plan)]
    facts = facts_frame(min(rows, MOST_FACTS), persons, in_order=True)
    people, credit = people_frame(persons, 200), credits_of(persons)
    amounts = Amounts(
        tuple(f"p{number:06}" for number in range(persons)),
        tuple(months),
        ("monthly_salary",),
        np.repeat(np.arange(persons, dtype=np.int32), 12),
        np.tile(np.arange(12, dtype=np.int32), persons),
        np.zeros(12 * persons, np.int32),
        np.random.default_rng(12).integers(500_000, 3_000_000, 12 * persons),
    )
    base_pay = BasePay(plan.currency, amounts, "0" * 64)
    print(f"\n{12 * persons:,} payee-periods: {len(facts):,} facts, {len(credit):,} credits, {len(TOTALS)} totals")
    print(f"  {'tables in memory':44} {'':8}     peak {peak_mib():9,.0f} MiB")
    read = {
        "facts": staged("read facts", lambda: read_facts(facts, plan)),
        "credits": staged("read credits", lambda: read_credits(credit, plan)),
        "people": staged("read people", lambda: read_people(people, plan)),
    }
    data = staged("dataset: checks and digest", lambda: dataset(plan, **read))
    staged("of which scoring builds the panel", lambda: conserve_only(plan, data))
    card = staged("score, everything kept", lambda: score(plan, data))
    paid = staged("settle", lambda: settle(plan, card, base_pay))
    lines = sum(line.points.size for line in paid.lines)
    print(f"  {lines:,} lines, {sum(int(line.amount_minor.sum()) for line in paid.lines):,} minor units")


def conserve_only(plan: Any, data: Any) -> None:
    """Build a panel and check conservation, keeping nothing."""
    conserve(make_panel(plan, data))


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["1000000"]:
        run(int(argument))

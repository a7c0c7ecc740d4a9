"""Facts of the coarsest grain give the scores and the pay that facts by day give."""

from collections import Counter
from dataclasses import replace

from jointpay.data.dataset import Dataset, dataset
from jointpay.data.facts import Facts
from jointpay.data.grain import coarsest_grain, in_cells
from jointpay.errors import DataError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.plan.plan import Plan
from jointpay.testing.strategies_seeded import random_case


def with_facts(plan: Plan, data: Dataset, facts: Facts) -> Dataset:
    return dataset(plan, facts=facts, credits=data.credits, people=data.people, targets=data.targets)


def test_the_coarsest_grain_changes_no_number() -> None:
    seen: Counter[str] = Counter()
    for seed in range(150):
        plan, daily, base_pay = random_case(seed)
        grain = coarsest_grain(plan, people=daily.people, credits=daily.credits)
        if grain is None:
            seen["by day"] += 1
            continue
        facts = in_cells(daily.facts, grain)
        try:
            card = score(plan, daily)
            paid = settle(plan, card, base_pay)
        except (DataError, TooLargeError):
            continue
        coarser = score(plan, with_facts(plan, daily, facts))
        seen["coarser"] += len(facts.days) < len(daily.facts.days)
        seen["some by day"] += bool(grain.by_day)
        found = settle(plan, replace(coarser, data_digest=card.data_digest), base_pay)
        assert (seed, found.to_json()) == (seed, paid.to_json())
    assert min(seen["coarser"], seen["some by day"]) > 10

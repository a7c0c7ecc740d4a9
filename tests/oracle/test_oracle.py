"""Every number the library publishes is the number the reference publishes: difference zero."""

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, given, settings

from jointpay.testing.agreement import Outcome, agree, agree_on_seed
from jointpay.testing.strategies import cases
from jointpay.testing.strategies_seeded import Case

PLANS = 100
BATCHES = 12
DATASETS = 2
"""Datasets for each plan."""
LONG_PLANS = 25_000
LONG_DATASETS = 4
LONG_START = 1_000_000
"""First seed of the long run: other cases than those of every day."""


def outcomes(first: int, count: int, datasets: int) -> Counter[Outcome]:
    """Demand agreement on the cases of some seeds, and count how they went."""
    return sum((agree_on_seed(seed, datasets=datasets) for seed in range(first, first + count)), Counter[Outcome]())


@pytest.mark.parametrize("batch", range(BATCHES))
def test_library_and_reference_agree_on_seeded_cases(batch: int) -> None:
    found = outcomes(batch * PLANS, PLANS, DATASETS)
    assert found.total() == PLANS * DATASETS
    # most cases must really be compared to the end, and refusals must occur too
    assert found["same"] > found.total() * 3 // 4
    assert found["refused"] > 0


@settings(max_examples=250, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_library_and_reference_agree_on_drawn_cases(case: Case) -> None:
    agree(case, None)


@pytest.mark.long
@pytest.mark.skipif(
    os.environ.get("JOINTPAY_LONG") != "1", reason="a long run: JOINTPAY_LONG=1 pytest tests/oracle -m long -s"
)
def test_library_and_reference_agree_on_a_hundred_thousand_cases() -> None:
    step = 50
    starts = range(LONG_START, LONG_START + LONG_PLANS, step)
    found: Counter[Outcome] = Counter()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for batch in pool.map(outcomes, starts, repeat(step), repeat(LONG_DATASETS)):
            found.update(batch)
            print(f"\r{found.total():,} cases", end="", flush=True)  # noqa: T201  a long run shows where it is
    told = ", ".join(f"{name} {count:,}" for name, count in sorted(found.items()))
    print(f"\r{found.total():,} pairs of plan and data, difference zero: {told}")  # noqa: T201  the figure is the result
    assert found.total() == LONG_PLANS * LONG_DATASETS
    assert found["same"] > found.total() * 3 // 4

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

BATCH = 250
BATCHES = 10
LONG_CASES = 100_000
LONG_START = 1_000_000
"""First seed of the long run: other cases than those of every day."""


def outcomes(first: int, count: int) -> Counter[Outcome]:
    """Demand agreement on the cases of some seeds, and count how they went."""
    found: Counter[Outcome] = Counter()
    for seed in range(first, first + count):
        try:
            found[agree_on_seed(seed)] += 1
        except Exception as failed:
            failed.add_note(f"next: jointpay.testing.agreement.agree_on_seed({seed})")
            raise
    return found


@pytest.mark.parametrize("batch", range(BATCHES))
def test_library_and_reference_agree_on_seeded_cases(batch: int) -> None:
    found = outcomes(batch * BATCH, BATCH)
    # most cases must really be compared to the end, and refusals must occur too
    assert found["same"] > BATCH * 3 // 4
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
    starts = range(LONG_START, LONG_START + LONG_CASES, BATCH)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found: Counter[Outcome] = sum(pool.map(outcomes, starts, repeat(BATCH)), Counter())
    told = ", ".join(f"{name} {count:,}" for name, count in sorted(found.items()))
    print(f"\n{found.total():,} cases of plan and data, difference zero: {told}")  # noqa: T201  the figure is the result
    assert found.total() == LONG_CASES
    assert found["same"] > LONG_CASES * 3 // 4

"""However sums are credited, item by item or pair by pair, in a table or sorted, the scores are the same bytes."""

from collections import Counter
from collections.abc import Callable

import pytest

from jointpay.engine import credited, day_table
from jointpay.engine.credited import CreditedSums
from jointpay.errors import DataError, TooLargeError
from jointpay.panel import own_sums
from jointpay.pipeline import score
from jointpay.testing.strategies_seeded import random_case

Patch = Callable[[pytest.MonkeyPatch], None]


def one_by_one(patch: pytest.MonkeyPatch) -> None:
    """Ask every range of days of each holder alone."""
    patch.setattr(own_sums, "OFTEN", 0)


def often_enough(patch: pytest.MonkeyPatch) -> None:
    """Ask of all holders together only what every holder is asked."""
    patch.setattr(own_sums, "OFTEN", 1)


def run_up(patch: pytest.MonkeyPatch) -> None:
    """Look facts up in running sums, never one by one."""
    patch.setattr(CreditedSums, "_listed", lambda *_: None)


def in_small_blocks(patch: pytest.MonkeyPatch) -> None:
    """Work on one range, and on one fact, at a time."""
    patch.setattr(credited, "BLOCK", 1)
    patch.setattr(day_table, "BLOCK", 1)


def sorted_facts(patch: pytest.MonkeyPatch) -> None:
    """Make no table of days."""
    patch.setattr(day_table, "CELLS_OF_TABLE", 0)
    patch.setattr(day_table, "CELLS_PER_FACT", 0)


@pytest.mark.parametrize("changed", [one_by_one, often_enough, run_up, in_small_blocks, sorted_facts])
def test_every_way_of_crediting_gives_the_same_bytes(changed: Patch) -> None:
    seen: Counter[str] = Counter()
    for seed in range(100):
        plan, data, _ = random_case(seed)
        try:
            usual = score(plan, data).to_json()
        except (DataError, TooLargeError):
            seen["refused"] += 1
            continue
        with pytest.MonkeyPatch.context() as patch:
            changed(patch)
            assert (seed, score(plan, data).to_json()) == (seed, usual)
        seen["same"] += 1
    assert seen["same"] > 50

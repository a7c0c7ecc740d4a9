"""Cases from seeds: the same description that Hypothesis draws from, driven by a seeded generator."""

from collections.abc import Iterator
from typing import NamedTuple

from jointpay.data.base_pay import BasePay
from jointpay.data.dataset import Dataset
from jointpay.plan.plan import Plan
from jointpay.testing.strategies_choose import Choose, SeededChoose
from jointpay.testing.strategies_data import draw_tables, read_tables
from jointpay.testing.strategies_plan import draw_plan

__all__ = ["Case", "draw_case", "random_case", "random_cases"]


class Case(NamedTuple):
    """A plan, what happened, and what there is to pay on."""

    plan: Plan
    dataset: Dataset
    base_pay: BasePay


def draw_case(choose: Choose) -> Case:
    """Choose a case."""
    plan = draw_plan(choose)
    return Case(plan, *read_tables(plan, draw_tables(choose, plan)))


def random_cases(seed: int, *, datasets: int) -> Iterator[Case]:
    """Give some cases of one plan; the same seed gives the same plan and, one by one, the same datasets."""
    plan = draw_plan(SeededChoose(seed))
    for number in range(datasets):
        yield Case(plan, *read_tables(plan, draw_tables(SeededChoose(f"{seed}/{number}"), plan)))


def random_case(seed: int) -> Case:
    """Give the first case of a seed; the same seed gives the same case."""
    return next(random_cases(seed, datasets=1))

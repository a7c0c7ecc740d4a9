"""Generated cases that can be paid."""

from collections.abc import Callable

import pytest

from jointpay.errors import DataError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.testing.strategies_seeded import Case, random_case


@pytest.fixture(scope="session")
def payable() -> Callable[[int], Case]:
    """Give the first case from a seed on that is not refused on purpose."""

    def find(seed: int) -> Case:
        while True:
            try:
                case = random_case(seed)
                settle(case.plan, score(case.plan, case.dataset), case.base_pay)
            except (DataError, TooLargeError):
                seed += 1
            else:
                return case

    return find

import numpy as np
import pytest

from jointpay.data.amounts import Amounts
from jointpay.data.base_pay import BasePay, read_base_pay
from jointpay.plan.plan import Plan

SALARIES = {("p2", "2026-02", "salary"): 5, ("p1", "2026-02", "salary"): 7, ("p1", "2026-01", "bonus"): 9}


def test_amounts_read_like_the_mapping_they_were_made_of() -> None:
    amounts = Amounts.of(SALARIES)
    assert amounts == SALARIES
    assert list(amounts) == sorted(SALARIES)
    assert len(amounts) == 3
    assert amounts["p1", "2026-01", "bonus"] == 9
    assert ("p2", "2026-01", "bonus") not in amounts
    assert Amounts.of(amounts) is amounts
    assert amounts.minor.tolist() == [9, 7, 5]
    with pytest.raises(ValueError, match="read-only"):
        amounts.minor[0] = 1


def looked_up(amounts: Amounts, base: str) -> list[tuple[int, bool]]:
    persons, periods = np.array([0, 1, 1, 2, 2]), np.array([1, 0, 1, 1, 2])
    found, absent = amounts.of_base(
        base, persons, periods, person_ids=("p0", "p1", "p2"), period_ids=["2026-01", "2026-02", "2026-03"]
    )
    return list(zip(found.tolist(), absent.tolist(), strict=True))


def test_amounts_are_looked_up_by_the_codes_of_others() -> None:
    amounts = Amounts.of(SALARIES)
    assert looked_up(amounts, "salary") == [(0, True), (0, True), (7, False), (5, False), (0, True)]
    assert looked_up(amounts, "bonus") == [(0, True), (9, False), (0, True), (0, True), (0, True)]
    assert looked_up(amounts, "none") == [(0, True)] * 5
    assert looked_up(Amounts.of({}), "salary") == [(0, True)] * 5


def test_whole_amounts_are_read_as_their_text_is(plan: Plan) -> None:
    table = {"person": ["p1", "p2"], "period": ["2026-01"] * 2, "base": ["monthly_salary"] * 2}
    texts = read_base_pay(table | {"amount": ["12000", "1"]}, plan)
    numbers = read_base_pay(table | {"amount": np.array([12000, 1])}, plan)
    large = read_base_pay(table | {"amount": np.array([10**13, 1])}, plan)
    assert (numbers.digest, numbers.amounts) == (texts.digest, texts.amounts)
    assert large.amounts["p1", "2026-01", "monthly_salary"] == 10**15
    assert isinstance(numbers, BasePay)


def test_the_digest_is_the_one_of_before_amounts_were_arrays(plan: Plan) -> None:
    table = {
        "person": ["王", "p1", "p1"],
        "period": ["2026-01", "2026-01", "2026-02"],
        "base": ["monthly_salary"] * 3,
        "amount": ["12000", "8000.5", "0.01"],
    }
    assert read_base_pay(table, plan).digest == "af1f38917f090a0f61dbb12d8bf195d3868fec3edd0daa820b28336813964d8f"

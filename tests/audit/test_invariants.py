import importlib
import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

import jointpay.audit
from jointpay.audit import audit_by_rerun, audit_result
from jointpay.data.base_pay import read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.findings import Finding
from jointpay.pipeline import score, settle
from jointpay.plan.presets import minimal
from jointpay.testing.strategies_seeded import Case

ENTRIES = {"audit_by_rerun", "audit_result", "units_that_convert"}
INVARIANTS = [name for name in jointpay.audit.__all__ if name not in ENTRIES]


def test_the_table_names_every_invariant() -> None:
    told = re.findall(r"^`(\w+)`  ", jointpay.audit.__doc__ or "", re.MULTILINE)
    assert sorted(told) == sorted(INVARIANTS)


@pytest.mark.parametrize("name", INVARIANTS)
def test_an_invariant_returns_findings(name: str) -> None:
    returned = inspect.signature(getattr(jointpay.audit, name)).return_annotation
    assert returned == tuple[Finding, ...]


@pytest.mark.parametrize("seed", [0, 100, 200, 300, 400])
def test_all_at_once_find_nothing_worse_than_a_warning(seed: int, payable: Callable[[int], Case]) -> None:
    plan, data, base_pay = payable(seed)
    paid = settle(plan, score(plan, data), base_pay)
    found = (*audit_result(paid, dataset=data, base_pay=base_pay), *audit_by_rerun(plan, data, base_pay))
    # Generated plans promise nothing and name every metric under not_monotone.
    assert {finding.severity for finding in found} <= {"info", "warning"}
    assert all(finding.message and finding.code for finding in found)


def small() -> Case:
    """One seller, one order."""
    plan = minimal()
    seller = {"person": ["ann"], "role": ["seller"]}
    read = dataset(
        plan,
        facts=read_facts({"day": ["2026-01-02"], "item": ["x"], "orders": [1]}, plan),
        credits=read_credits({**seller, "item": ["x"], "share": ["1"]}, plan),
        people=read_people(seller, plan),
    )
    pay = {"person": ["ann"], "period": ["2026-01"], "base": ["monthly_salary"], "amount": ["100"]}
    return Case(plan, read, read_base_pay(pay, plan))


def called(monkeypatch: pytest.MonkeyPatch, run: Callable[[], Any]) -> set[str]:
    """Name the invariants that a run calls."""
    seen: set[str] = set()
    module = importlib.import_module("jointpay.audit.invariants")
    for name in INVARIANTS:
        if hasattr(module, name):

            def noted(*_: object, of: str = name, **__: object) -> tuple[Finding, ...]:
                seen.add(of)
                return ()

            monkeypatch.setattr(module, name, noted)
    run()
    return seen


def test_together_the_two_entries_call_every_invariant_of_plans_data_and_results(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan, data, base_pay = small()
    paid = settle(plan, score(plan, data), base_pay)

    def both() -> None:
        audit_result(paid, dataset=data, base_pay=base_pay)
        audit_by_rerun(plan, data, base_pay)

    # Tables and methods are not at hand there, and refunds are measured from events that are made up.
    assert called(monkeypatch, both) == set(INVARIANTS) - {
        "refund_nets_to_zero",
        "row_order_invariant",
        "splits_exactly",
    }


def test_without_pay_nothing_of_pay_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, data, _ = small()
    card = score(plan, data)

    def both() -> None:
        audit_result(card)
        audit_by_rerun(plan, data)

    assert called(monkeypatch, both).isdisjoint({"pay_monotone", "pay_blind_scoring"})

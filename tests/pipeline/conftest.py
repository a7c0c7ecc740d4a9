"""A small shop for the pipeline's tests: one plan per test, made from the preset `minimal`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from jointpay.data.base_pay import BasePay, read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.data.targets import read_targets
from jointpay.plan.load import plan_from_text
from jointpay.plan.plan import Plan
from jointpay.plan.presets import preset_text

Edit = tuple[str, str]


@pytest.fixture
def plan_with() -> Callable[..., Plan]:
    """Make the preset `minimal` with pieces of its text replaced; each piece must be there."""

    def make(*edits: Edit) -> Plan:
        text = preset_text("minimal")
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        return plan_from_text(text, format="yaml")

    return make


@pytest.fixture
def shop() -> Callable[..., Dataset]:
    """Two sellers and three posters in January and February 2026."""

    def make(
        plan: Plan,
        *,
        facts: Mapping[str, Sequence[Any]] | None = None,
        targets: Mapping[str, Sequence[Any]] | None = None,
    ) -> Dataset:
        people = read_people(
            {
                "person": ["an", "bo", "bo"],
                "role": ["seller"] * 3,
                "from": ["2026-01-01", "2026-01-01", "2026-01-12"],
                "to": ["", "2026-01-11", ""],
            },
            plan,
        )
        credit = read_credits(
            {
                "person": ["an", "bo", "bo"],
                "role": ["seller"] * 3,
                "item": ["p1", "p1", "p2"],
                "share": ["1/3", "1/2", "1"],
            },
            plan,
        )
        found = facts or {
            "day": ["2026-01-05", "2026-01-20", "2026-02-03", "2026-02-03"],
            "item": ["p1", "p1", "p2", "p3"],
            "channel": ["web"] * 4,
            "orders": [90, 30, 200, 7],
        }
        asked = None if targets is None else read_targets(targets, plan)
        return dataset(plan, facts=read_facts(found, plan), credits=credit, people=people, targets=asked)

    return make


@pytest.fixture
def salaries() -> Callable[..., BasePay]:
    """Pay 1000.01 a month to everybody."""

    def make(
        plan: Plan, people: Sequence[str] = ("an", "bo"), periods: Sequence[str] = ("2026-01", "2026-02")
    ) -> BasePay:
        rows = [(person, period) for person in people for period in periods]
        return read_base_pay(
            {
                "person": [person for person, _ in rows],
                "period": [period for _, period in rows],
                "base": ["monthly_salary"] * len(rows),
                "amount": ["1000.01"] * len(rows),
            },
            plan,
        )

    return make

from collections.abc import Callable
from pathlib import Path

import pytest

from jointpay.errors import PlanError
from jointpay.findings import Finding
from jointpay.plan.load import PlanFormat, plan_from_text


@pytest.fixture(scope="session")
def full_text() -> str:
    """A plan that uses every construct of the language, as YAML."""
    return (Path(__file__).parent / "full_plan.yaml").read_text(encoding="utf-8")


@pytest.fixture
def refused() -> Callable[..., tuple[Finding, ...]]:
    """Read a text that must be refused, and give the findings."""

    def read(text: str, form: PlanFormat = "yaml") -> tuple[Finding, ...]:
        with pytest.raises(PlanError, match="plan") as caught:
            plan_from_text(text, format=form, source=f"plan.{form}")
        return caught.value.findings

    return read

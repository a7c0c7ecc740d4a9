"""The presets load, keep their promises, and can be copied as text."""

from collections.abc import Callable
from fractions import Fraction
from typing import get_args

import pytest

from jointpay.errors import PlanError
from jointpay.plan.checks import check_plan
from jointpay.plan.load import plan_from_text
from jointpay.plan.plan import Plan
from jointpay.plan.presets import PresetName, design_operations, design_operations_sales, minimal, preset_text

PRESETS = [design_operations, design_operations_sales, minimal]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_has_neither_errors_nor_warnings(preset: Callable[[], Plan]) -> None:
    assert [str(finding) for finding in check_plan(preset()) if finding.severity != "info"] == []


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_named_as_its_file_and_equal_to_its_text(preset: Callable[[], Plan]) -> None:
    plan = preset()
    [name] = [known for known in get_args(PresetName) if known == plan.id]
    assert plan == plan_from_text(preset_text(name), format="yaml")


def test_every_preset_name_has_its_function() -> None:
    assert sorted(get_args(PresetName)) == sorted(preset().id for preset in PRESETS)


def test_a_preset_is_explained_beside_its_numbers() -> None:
    for name in get_args(PresetName):
        assert preset_text(name).count("#") >= 5


def test_a_name_that_is_no_preset_is_refused_with_the_names_that_are() -> None:
    allowed = "allowed: design_operations, design_operations_sales, minimal"
    with pytest.raises(PlanError, match=f"^'somebody_elses' is not a preset; {allowed}"):
        preset_text("somebody_elses")  # type: ignore[arg-type]  # what is shown is that it is refused


def test_the_founding_plan_has_the_weights_of_its_text() -> None:
    plan = design_operations()
    weights = {
        role_name: {name: component.weight for name, component in role.components.items()}
        for role_name, role in plan.roles.items()
    }
    assert weights == {
        "designer": {"quality": Fraction(40, 100), "contribution": Fraction(60, 100)},
        "operator": {"conversion": Fraction(40, 100), "collaboration": Fraction(60, 100)},
    }
    assert list(plan.roles["designer"].components["contribution"].measures) == ["order_rate", "repurchase_rate"]
    assert plan.bounds.max_partner_share == Fraction(60, 100)

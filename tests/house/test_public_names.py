"""What the package promises by name."""

import types

import jointpay

AT_MOST = 30

PUBLIC = {
    "DataError",
    "Dataset",
    "Explanation",
    "Facts",
    "Finding",
    "JointPayError",
    "MoneyError",
    "Plan",
    "PlanError",
    "Scorecard",
    "Settlement",
    "__version__",
    "check_plan",
    "coarsest_grain",
    "dataset",
    "explain",
    "load_plan",
    "measure",
    "merge_facts",
    "plan_from_text",
    "plan_schema",
    "presets",
    "read_base_pay",
    "read_credits",
    "read_facts",
    "read_people",
    "read_targets",
    "score",
    "settle",
}


def test_the_public_names_are_these() -> None:
    assert set(jointpay.__all__) == PUBLIC


def test_there_are_few() -> None:
    assert len(jointpay.__all__) <= AT_MOST
    assert len(set(jointpay.__all__)) == len(jointpay.__all__)


def test_every_public_name_is_there() -> None:
    assert [name for name in jointpay.__all__ if not hasattr(jointpay, name)] == []


def test_nothing_else_looks_public() -> None:
    submodules = {name for name, value in vars(jointpay).items() if isinstance(value, types.ModuleType)}
    visible = {name for name in vars(jointpay) if not name.startswith("_")}
    assert visible - submodules - PUBLIC == set()


def test_every_public_function_and_class_is_documented() -> None:
    undocumented = [
        name
        for name in jointpay.__all__
        if name != "__version__" and not (getattr(jointpay, name).__doc__ or "").strip()
    ]
    assert undocumented == []

"""Plans to start from: YAML files in the open, with every number explained beside it.

A preset is a whole plan, not a default: copy its text, give it an id of your own, and change what does not suit you.
"""

from typing import Literal, get_args

from jointpay.errors import PlanError
from jointpay.findings import Finding
from jointpay.plan.load import plan_from_text
from jointpay.plan.plan import Plan

__all__ = ["PresetName", "design_operations", "design_operations_sales", "minimal", "preset_text"]

PresetName = Literal["design_operations", "design_operations_sales", "minimal"]
"""The names of the presets, which are also their ids."""


def preset_text(name: PresetName) -> str:
    """Give the text of a preset, comments included, to be saved and changed.

    Raises `PlanError` for a name that is none of the presets.

    >>> print(preset_text("minimal").splitlines()[0])
    # The smallest plan that pays: one role, one metric, one curve.
    """
    known = get_args(PresetName)
    if name not in known:
        message = f"{name!r} is not a preset; allowed: {', '.join(known)}"
        raise PlanError([Finding(code="unknown_preset", severity="error", message=message)])
    # It brings tempfile and zipfile with it, and most plans are none of these.
    from importlib.resources import files  # noqa: PLC0415

    return (files("jointpay.plan") / "presets_data" / f"{name}.yaml").read_text(encoding="utf-8")


def _preset(name: PresetName) -> Plan:
    return plan_from_text(preset_text(name), format="yaml", source=f"{name}.yaml")


def design_operations() -> Plan:
    """Give the plan of designers and operators who share designs: 60% of each one's score is what the other drives.

    The designer's conversion contribution falls when nobody clicks the design, however well the operator converts; the
    operator's collaboration falls when no traffic was brought, however well the design draws clicks.

    >>> design_operations().bounds.max_partner_share
    Fraction(3, 5)
    """
    return _preset("design_operations")


def design_operations_sales() -> Plan:
    """Give the plan of designers, operators and sales people along the whole chain, coupled by items and links.

    >>> list(design_operations_sales().roles)
    ['designer', 'operator', 'sales']
    """
    return _preset("design_operations_sales")


def minimal() -> Plan:
    """Give the smallest plan that pays: one role, one metric, one curve.

    >>> list(minimal().roles)
    ['seller']
    """
    return _preset("minimal")

"""A plan never changes, and its digest says all of it."""

import copy
import hashlib
import json
import pickle
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from pydantic import ValidationError

from jointpay.plan.header import Effective
from jointpay.plan.load import plan_from_text
from jointpay.plan.payout import Cap
from jointpay.plan.plan import Plan
from jointpay.plan.presets import minimal
from jointpay.plan.values import Sealed


@pytest.fixture(scope="module")
def plan(full_text: str) -> Plan:
    return plan_from_text(full_text, format="yaml")


def test_the_canonical_form_is_sorted_json_without_spaces_or_absent_keys(plan: Plan) -> None:
    tree = json.loads(plan.canonical)
    assert tree == plan.to_json_tree()
    assert plan.canonical == json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert plan.digest == hashlib.sha256(plan.canonical).hexdigest()
    assert '"title":"设计：运营"'.encode() in plan.canonical
    assert b"null" not in plan.canonical


def test_the_canonical_form_writes_defaults_and_canonical_numbers(plan: Plan) -> None:
    tree = plan.to_json_tree()
    assert tree["events"]["columns"]["kind"] == "kind"
    assert tree["roles"]["designer"]["components"]["draw"]["weight"] == "0.4"
    assert tree["roles"]["designer"]["components"]["draw"]["measures"]["clicks"]["weight"] == "1/3"
    assert tree["roles"]["designer"]["components"]["draw"]["measures"]["clicks"]["kind"] == "measure"
    assert tree["effective"] == {"from": "2026-01-01", "to": "2027-01-01"}
    assert tree["period"] == {"kind": "month"}


def test_nothing_in_a_plan_can_be_changed(plan: Plan) -> None:
    digest = plan.digest
    with pytest.raises(ValidationError, match="frozen"):
        plan.id = "other"  # type: ignore[misc]
    totals = plan.totals
    changes: list[Callable[[], object]] = [
        lambda: totals.__setitem__("x", totals["clicks"]),
        lambda: totals.__delitem__("clicks"),
        lambda: totals.__ior__({}),
        totals.clear,
        totals.popitem,
        lambda: totals.pop("clicks"),
        lambda: totals.setdefault("clicks", totals["clicks"]),
        lambda: totals.update({}),
    ]
    for change in changes:
        with pytest.raises(TypeError, match="a plan never changes; make another one with model_copy"):
            change()
    role = plan.roles["designer"]
    for mapping in (
        plan.metrics,
        plan.roles,
        plan.events.value_limits,
        role.components,
        role.components["draw"].measures,
        role.components["draw"].modifiers,
        minimal().events.value_limits,
    ):
        assert isinstance(mapping, Sealed)
    assert plan.digest == digest


def test_plans_can_be_copied_pickled_and_hashed(plan: Plan) -> None:
    assert plan.digest == copy.deepcopy(plan).digest
    assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301 -- our own bytes
    assert hash(copy.copy(plan)) == hash(plan)
    assert {plan: 1}[plan.model_copy()] == 1


def test_a_copy_with_another_value_is_checked_and_has_its_own_digest(plan: Plan) -> None:
    before = plan.digest
    other = plan.model_copy(update={"id": "other"})
    assert (other.id, plan.id) == ("other", "full")
    assert other.digest != before
    assert plan.model_copy(deep=True).digest == before
    with pytest.raises(ValidationError, match=r"\[currency\]"):
        plan.model_copy(update={"currency": "RMB"})
    with pytest.raises(ValidationError, match="Extra inputs"):
        plan.model_copy(update={"colour": "red"})


@pytest.mark.parametrize("written", ["0.3", Decimal("0.30"), Fraction(3, 10), "30%"])
def test_numbers_in_python_are_exact(written: object) -> None:
    assert Cap(kind="cap", at=written).at == Fraction(3, 10)


@pytest.mark.parametrize("written", [0.3, True, None, Decimal("NaN")])
def test_numbers_in_python_that_are_not_exact_are_refused(written: object) -> None:
    with pytest.raises(ValidationError, match=r"allowed|binary floats are refused"):
        Cap(kind="cap", at=written)


def test_names_in_python_are_text() -> None:
    tree = minimal().to_json_tree()
    with pytest.raises(ValidationError, match=r"12 is not text; allowed: a name, in quotes if it looks like a number"):
        Plan.model_validate({**tree, "id": 12})


def test_a_time_is_no_day() -> None:
    assert Effective(start=date(2026, 1, 1), end=date(2026, 2, 1)).end == date(2026, 2, 1)
    with pytest.raises(ValidationError, match="is not a day"):
        Effective(start=datetime(2026, 1, 1), end=date(2026, 2, 1))  # noqa: DTZ001 -- a day with a time on purpose

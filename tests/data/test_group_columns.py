"""Which columns of people a plan reads."""

import pytest

from jointpay.data.group_columns import groups_read
from jointpay.plan.load import plan_from_text
from jointpay.plan.plan import Plan
from jointpay.plan.presets import minimal, preset_text

_RATIO = """
  rate: {kind: ratio, numerator: orders, denominator: orders, unit: ratio, direction: higher_is_better, places: 4}
roles:"""
_GATE = """        modifiers:
          gate:
            metric: rate
            scope: SCOPE
            target: TARGET
            attainment: difference
            curve: {kind: proportional, times: 1, origin: 0, from: 0, to: 9}
            missing: zero
    pay:"""


def with_gate(scope: str, target: str) -> Plan:
    text = preset_text("minimal").replace("\nroles:", _RATIO)
    return plan_from_text(
        text.replace("    pay:", _GATE.replace("SCOPE", scope).replace("TARGET", target)), format="yaml"
    )


@pytest.mark.parametrize(
    ("scope", "target", "columns"),
    [
        ("own", "{kind: fixed, value: 1}", ()),
        ("all", "{kind: fixed, value: 1}", ()),
        ("{kind: group, column: team}", "{kind: fixed, value: 1}", ("team",)),
        ("own", "{kind: group, scope: {kind: group, column: city}, by: 0}", ("city",)),
        ("own", "{kind: group, scope: all, by: 0}", ()),
        ("{kind: group, column: team}", "{kind: group, scope: {kind: group, column: city}, by: 0}", ("city", "team")),
        ("own", "{kind: table, name: t, keys: [person, grade, item, period]}", ("grade",)),
        ("own", "{kind: benchmark, series: s, by: 0}", ()),
    ],
)
def test_scopes_and_targets_of_measures_and_modifiers_read_group_columns(
    scope: str, target: str, columns: tuple[str, ...]
) -> None:
    assert groups_read(with_gate(scope, target)) == {"seller": columns}


def test_links_and_measures_without_groups_read_none(plan: Plan) -> None:
    assert groups_read(plan) == {"designer": ("team",), "operator": ()}
    assert groups_read(minimal()) == {"seller": ()}

"""What was read says how much it is, and pay bases say no amount."""

from dataclasses import replace
from typing import Any

import pytest

from jointpay.data.base_pay import read_base_pay
from jointpay.data.dataset import Dataset
from jointpay.data.facts import Exclusion
from jointpay.data.facts_table import read_facts
from jointpay.data.targets import Targets
from jointpay.findings import Finding
from jointpay.plan.plan import Plan
from jointpay.testing.examples import component, credits_table, facts_table, measure, people_table, plan, read, table

PAY: dict[str, Any] = {
    "id": "bonus",
    "base": "salary",
    "reads": "score",
    "curve": {"kind": "proportional", "times": "1%", "origin": "100", "from": "0", "to": "200"},
}


@pytest.fixture
def made() -> Plan:
    quality = component(
        measure(attainment="difference", target={"kind": "table", "name": "asked", "keys": ["period"]}), missing="zero"
    )
    return plan({"designer": {"components": {"quality": quality}, "pay": [PAY]}})


@pytest.fixture
def data(made: Plan) -> Dataset:
    return read(
        made,
        people_table(("ann", "designer", "", "", "north")),
        credits_table(("ann", "designer", "<b>poster", "1", "", "")),
        facts_table(("2026-01-05", "<b>poster", "feed", 1200, 0), ("2026-01-20", "<b>poster", "feed", 30, 2)),
        table("target period value", *(("asked", f"2026-0{month}", "9") for month in range(1, 7))),
    )


def test_facts(data: Dataset) -> None:
    facts = data.facts
    assert repr(facts) == "<Facts: 2 rows, 1 item, 1 channel, 2026-01-05 to 2026-01-20; totals clicks, orders>"
    shown = facts._repr_html_()
    assert "&lt;b&gt;poster" in shown
    assert "<b>" not in shown
    assert ">1,200</td>" in shown
    assert ">1,230</th>" in shown


def test_facts_of_several_days_name_the_first_and_the_last(made: Plan) -> None:
    daily = read_facts(facts_table(("2026-01-05", "poster", "feed", 1, 0)), made)
    facts = replace(daily, ends=daily.days + 7)
    assert ">2026-01-05 to 2026-01-11</td>" in facts._repr_html_()
    assert repr(facts).startswith("<Facts: 1 row, 1 item, 1 channel, 2026-01-05 to 2026-01-11;")
    none = replace(daily, days=daily.days[:0], excluded=(Exclusion("duplicate", 2, {"clicks": 2, "orders": 0}),))
    assert repr(none) == "<Facts: 0 rows, 1 item, 1 channel; totals clicks, orders>"
    assert "<p>left out: 2 rows, duplicate</p>" in none._repr_html_()


def test_a_dataset_and_its_tables(data: Dataset) -> None:
    assert repr(data.people) == "<People: 1 seat of 1 person; groups team>"
    assert repr(data.credits) == "<Credits: 1 credit of 1 person on 1 item>"
    assert repr(data) == (
        f"<Dataset of plan {data.plan_digest[:12]}, digest {data.digest[:12]}: "
        f"{'; '.join(repr(part)[1:-1] for part in (data.facts, data.credits, data.people))}; Targets: asked (6)>"
    )
    shown = data._repr_html_()
    assert shown.count("<li>") == 4
    assert ("<table" in shown) == bool(data.notes)
    note = Finding(code="note", severity="info", message="<i>worth knowing")
    assert "&lt;i&gt;worth knowing" in replace(data, notes=(note,))._repr_html_()
    alone = replace(data, targets={}, people=replace(data.people, groups={}), notes=())
    assert repr(alone).endswith("People: 1 seat of 1 person>")
    assert "<table" not in alone._repr_html_()
    assert repr(Targets({})) == "<Targets: none>"


def test_pay_bases_show_no_amount(made: Plan) -> None:
    base_pay = read_base_pay(table("person period base amount", ("ann", "2026-01", "salary", "98765.43")), made)
    assert repr(base_pay) == f"<BasePay: 1 amount in CNY, digest {base_pay.digest[:12]}>"
    assert "98765" not in f"{base_pay}{base_pay!r}"

"""P061: a metric named <script>alert(1)</script> is accepted, and escaped wherever it is shown."""

import pytest

import jointpay as jp
from jointpay.errors import DataError
from jointpay.findings import Findings
from jointpay.plan.presets import preset_text
from jointpay.report import charts

NAME = "<script>alert(1)</script>"


def job(name: str) -> tuple[jp.Plan, jp.Settlement]:
    """Pay one seller under a plan whose metric has this name; the seller and the item are called so, too."""
    plan = jp.plan_from_text(preset_text("minimal").replace("orders", name), format="yaml")
    facts = jp.read_facts({"day": ["2026-01-05"], "item": [name], name: [120]}, plan)
    people = jp.read_people({"person": ["ann"], "name": [name], "role": ["seller"]}, plan)
    shares = jp.read_credits({"person": ["ann"], "role": ["seller"], "item": [name], "share": ["1"]}, plan)
    card = jp.score(plan, jp.dataset(plan, facts=facts, people=people, credits=shares), periods=["2026-01"])
    base = {"person": ["ann"], "period": ["2026-01"], "base": ["monthly_salary"], "amount": ["9000.00"]}
    return plan, jp.settle(plan, card, jp.read_base_pay(base, plan))


def test_a_name_that_is_a_script_is_text_in_every_display() -> None:
    plan, settlement = job(NAME)
    card = settlement.scorecard
    assert list(plan.metrics) == [NAME]
    facts = jp.read_facts({"day": ["2026-01-05"], "item": [NAME], NAME: [120]}, plan)
    shown = [
        each._repr_html_()
        for each in (plan, facts, card, settlement, card.conservation, jp.explain(settlement, "ann", "2026-01"))
    ]
    component = next(iter(plan.roles["seller"].components))
    measure = next(iter(plan.roles["seller"].components[component].measures))
    pictures = [
        charts.heat_map(card, period="2026-01", by="measures"),
        charts.waterfall(card, payee="ann", period="2026-01"),
        charts.trend(card, payee="ann", component=component, measure=measure),
        charts.attainment_on_curve(card, payee="ann", period="2026-01", component=component, measure=measure),
        charts.funnel(charts.channel_totals(facts, plan), plan=plan, what=NAME),
    ]
    shown += [chart.svg() for chart in pictures] + [chart.html() for chart in pictures]
    assert [text for text in shown if "<script" in text] == []
    assert [text for text in shown if "&lt;script&gt;alert(1)" not in text] == []


def test_findings_about_it_are_escaped_too() -> None:
    plan = jp.presets.minimal()
    with pytest.raises(DataError, match="<script>") as caught:
        jp.read_facts({"day": ["2026-01-05"], "item": ["poster"], "orders": [NAME]}, plan)
    shown = Findings(caught.value.findings)._repr_html_()
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown

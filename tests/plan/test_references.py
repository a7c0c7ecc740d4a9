"""What the parts of a plan must be to each other: one line of a good plan is changed, and the error must say so."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from pydantic import ValidationError

from jointpay.errors import PlanError
from jointpay.findings import Finding
from jointpay.plan.load import plan_from_text, plan_from_tree
from jointpay.plan.outline import Spot
from jointpay.plan.plan import Plan
from jointpay.plan.presets import minimal
from jointpay.plan.references import reference_problems

Refused = Callable[..., tuple[Finding, ...]]


class Case(NamedTuple):
    old: str
    new: str
    path: str
    code: str
    message: str
    line_of: str = ""


D = "roles.designer.components"
O = "roles.operator.components.bring"  # noqa: E741 -- D and O, as in designer and operator
PAY = "roles.designer.pay"

CASES = {
    # header
    "currency RMB": Case("CNY", "RMB", "currency", "currency", "CNY"),
    "zone misspelt": Case("Asia/Shanghai", "Asia/Shangai", "time_zone", "time_zone", "did you mean Asia/Shanghai?"),
    "zone of the machine": Case("Asia/Shanghai", "localtime", "time_zone", "time_zone", "'localtime' is no time zone"),
    "zone that is a path": Case("Asia/Shanghai", "../etc/passwd", "time_zone", "time_zone", "is no time zone"),
    "cut in a month": Case("{from: 2026-01-01,", "{from: 2026-01-02,", "effective.from", "effective_cut", "first day of a month"),
    "cut in a quarter": Case("from: 2026-01-01, to: 2027-01-01}\ncurrency: CNY\ntime_zone: Asia/Shanghai\nperiod: month", "from: 2026-02-01, to: 2027-01-01}\ncurrency: CNY\ntime_zone: Asia/Shanghai\nperiod: quarter", "effective.from", "effective_cut", "2026-02-01 would cut a period in two; allowed: the first day of a quarter"),
    # totals and events
    "unknown channel": Case("channels: [search]", "channels: [serch]", "totals.clicks.where.channels.0", "unknown_channel", "there is no channel 'serch'; did you mean search?; allowed: search, feed"),
    "limits of a filter crossed": Case("at_least: 0", "at_least: 11", "totals.clicks.where", "filter", "at_least 11 is above at_most 10"),
    "flag both ways": Case("without: [bot]", "without: [signed_in]", "totals.clicks.where.without.0", "filter", "the flag 'signed_in' is in `flags` and in `without`"),
    "flag is a column": Case("flags: [signed_in]", "flags: [item]", "totals.clicks.where.flags.0", "event_columns", "'item' is the column of something else"),
    "column used twice": Case("{time: at}", "{time: item}", "events.columns", "event_columns", "'item' is the column of time, item"),
    "kind ignored and read": Case("[heartbeat]", "[click]", "events.ignored_kinds.0", "ignored_kind", "the kind 'click' is ignored here and read by the total 'clicks'"),
    "limit of an unread kind": Case("    dwell: {at_most", "    dwel: {at_most", "events.value_limits.dwel", "unknown_event_kind", "no total reads events of the kind 'dwel'; did you mean dwell?"),
    # metrics
    "unknown total": Case("total: clicks", "total: click", "metrics.clicks.total", "unknown_total", "there is no total 'click'; did you mean clicks?; allowed: clicks, orders, dwell, sales"),
    "unknown numerator": Case("numerator: orders", "numerator: order", "metrics.order_rate.numerator", "unknown_total", "did you mean orders?"),
    "unknown role": Case("driven_by: designer", "driven_by: desinger", "metrics.clicks.driven_by", "unknown_role", "there is no role 'desinger'; did you mean designer?; allowed: designer, operator"),
    "unit of a ratio": Case("unit: ratio", "unit: ms", "metrics.order_rate.unit", "unit_fit", "the unit 'ms' does not fit totals in count / count; allowed: count, ratio"),
    "unit of a total": Case("unit: major", "unit: yuan", "metrics.sales.unit", "unit_fit", "the unit 'yuan' does not fit totals in minor; allowed: minor, major"),
    # measures
    "unknown metric": Case("metric: dwell", "metric: dwel", f"{D}.draw.measures.dwell.metric", "unknown_metric", "there is no metric 'dwel'; did you mean dwell?; allowed: clicks, order_rate, dwell, sales"),
    "unknown metric in bounds": Case("not_monotone: [sales]", "not_monotone: [sale]", "bounds.not_monotone.0", "unknown_metric", "did you mean sales?"),
    "reserved group": Case("column: team", "column: person", f"{D}.draw.measures.dwell.scope.column", "reserved_column", "'person' is no group of people"),
    "reserved group of a target": Case("column: department", "column: period", f"{D}.convert.measures.rate.target.scope.column", "reserved_column", "'period' is no group of people"),
    "reserved key of a table": Case("keys: [item, period]", "keys: [item, day]", f"{O}.measures.clicks.target.keys.1", "reserved_column", "'day' is no group of people"),
    "key twice": Case("keys: [item, period]", "keys: [item, item]", f"{O}.measures.clicks.target.keys", "target_keys", "the key 'item' is named twice"),
    "item key in a wide scope": Case("            scope: own\n            target: {kind: table", "            scope: all\n            target: {kind: table", f"{O}.measures.clicks.target.keys.0", "item_target", "a target by item needs the payee's own items, and the scope is all", "kind: table"),
    "points for a total": Case("50%}\n            attainment: ratio", "50%}\n            attainment: percentage_points", f"{D}.draw.measures.clicks.attainment", "ratio_only", "`percentage_points` is for ratios, and the metric 'clicks' is a total; allowed: ratio, difference, value"),
    "min_count for a total": Case("            missing: {kind: neutral, points: 100}", "            missing: error\n            min_count: 3", f"{D}.draw.measures.clicks.min_count", "ratio_only", "`min_count` is for ratios, and the metric 'clicks' is a total", "min_count: 3"),
    "group target of a total": Case("target: {kind: growth, over: last_period, by: 50%}", "target: {kind: group, scope: all, by: 50%}", f"{D}.draw.measures.clicks.target", "ratio_only", "a group target is for ratios"),
    "target under value": Case("            attainment: value", "            attainment: value\n            target: {kind: fixed, value: 1}", f"{D}.draw.modifiers.gate.target", "target_unwanted", "which compares with nothing", "target: {kind: fixed, value: 1}"),
    "no target": Case("            target: {kind: growth, over: last_period, by: 50%}\n", "", f"{D}.draw.measures.clicks", "target_wanted", "the attainment is `ratio` and target is missing", "          clicks:"),
    "target of zero": Case("target: {kind: growth, over: last_period, by: 50%}", "target: {kind: fixed, value: 0}", f"{D}.draw.measures.clicks.target.value", "target_zero", "the target 0 cannot be divided by; allowed: more than 0"),
    "target below zero": Case("target: {kind: growth, over: last_period, by: 50%}", "target: {kind: fixed, value: -5}", f"{D}.draw.measures.clicks.target.value", "target_zero", "the target -5 cannot be divided by"),
    "target published as zero": Case("target: {kind: growth, over: last_period, by: 50%}", "target: {kind: fixed, value: 0.4}", f"{D}.draw.measures.clicks.target.value", "target_zero", "the target 0.4 is published as 0 at 0 places"),
    "growth to nothing": Case("over: last_period, by: 50%", "over: last_period, by: -100%", f"{D}.draw.measures.clicks.target.by", "target_zero", "by -1 asks for nothing or less"),
    "benchmark of nothing": Case("series: industry, by: 5%", "series: industry, by: -2", f"{O}.measures.sales.target.by", "target_zero", "by -2 asks for nothing or less"),
    "no unit on a duration": Case("value: 12.5, unit: s", "value: 12.5", f"{D}.draw.measures.dwell.target", "target_unit", "the unit of the target is missing, and the metric is a duration in s; next: write unit: s"),
    "minutes for seconds": Case("value: 12.5, unit: s", "value: 12.5, unit: min", f"{D}.draw.measures.dwell.target.unit", "target_unit", "the target is in 'min' and the metric in 's'"),
    "neutral points too fine": Case("points: 100}\n          dwell", "points: 100.005}\n          dwell", f"{D}.draw.measures.clicks.missing.points", "neutral_places", "100.005 points have more decimals than points are published with; allowed: at most 2"),
    # roles
    "weights too little": Case("weight: 1/3", "weight: 0.3", f"{D}.draw.measures", "weights_sum", "the weights sum to 29/30, which is 1/30 too little (0.3 + 2/3); allowed: exactly 1 (100%)", "        measures:"),
    "weights too much": Case("weight: 40%", "weight: 41%", D, "weights_sum", "the weights sum to 1.01, which is 0.01 too much (0.41 + 0.6); allowed: exactly 1 (100%)", "    components:"),
    "link to no role": Case("role: operator\n", "role: operater\n", f"{D}.convert.measures.partner.role", "unknown_role", "there is no role 'operater'; did you mean operator?"),
    "link to no component": Case("component: bring", "component: brin", f"{D}.convert.measures.partner.component", "unknown_component", "there is no component of 'operator' named 'brin'; did you mean bring?"),
    "link to oneself": Case("role: operator\n            component: bring", "role: designer\n            component: draw", f"{D}.convert.measures.partner.role", "own_role", "'designer' is the role's own name; allowed: another role"),
    "geometric below zero": Case("{at: -2, gives: 0}", "{at: -2, gives: -5}", f"{D}.convert.measures.rate", "geometric_negative", "it can give -5 points, and a geometric mean has no root", "          rate:"),
    "geometric neutral below zero": Case("120}], below: clamp, above: clamp}\n            missing: leave_out", "120}], below: clamp, above: clamp}\n            missing: {kind: neutral, points: -1}", f"{D}.convert.measures.rate", "geometric_negative", "it can give -1 points", "          rate:"),
    "geometric weights too fine": Case("weight: 0.5\n            metric", "weight: 0.50001\n            metric", f"{D}.convert.measures", "geometric_weights", "the weights of a geometric mean have the common denominator 100000; allowed: at most 10000", "        measures:\n          rate"),
    "component policy wanted": Case("            missing: leave_out\n        missing: leave_out\n", "            missing: leave_out\n", f"{D}.convert", "missing_wanted", "all its measures can be left out, and missing is not written", "      convert:"),
    "component policy not wanted": Case("        missing: leave_out\n    pay", "        missing: zero\n    pay", "roles.designer.missing", "missing_unwanted", "no pay rule reads points that can be missing", "    missing: no_adjustment"),
    "component policy of what is never missing": Case("        combine: minimum", "        combine: minimum\n        missing: zero", f"{O}.missing", "missing_unwanted", "not all its measures can be left out", "missing: zero\n        measures"),
    "role policy wanted": Case("    missing: no_adjustment\n", "", "roles.designer", "missing_wanted", "a pay rule reads points that can be missing", "  designer:\n"),
    # pay
    "rule id twice": Case("id: together", "id: bonus", f"{PAY}.1.id", "rule_id", "the rule id 'bonus' is used twice in the role 'designer'"),
    "rule reads nothing": Case("component: convert}", "component: convrt}", f"{PAY}.1.reads.component", "unknown_component", "there is no component 'convrt'; did you mean convert?"),
    "pay falls within a band": Case("        allow_decreasing: true\n", "", f"{PAY}.1.curve", "pay_decreases", "it falls from 0.05 to 0 up to a score of 100; allowed: never less for more points, or allow_decreasing: true", "levels:"),
    "pay falls at an edge": Case("gives: -10%}", "gives: 1%}", f"{PAY}.0.curve", "pay_decreases", "it falls from 0.01 to 0 up to a score of 80"),
    "cap too fine": Case("kind: cap, at: 30%", "kind: cap, at: 30.005%", f"{PAY}.0.limits.0.at", "limit_places", "30.005% has more decimals than adjustments are published with; allowed: at most 2"),
    "amount too fine": Case("amount: 5000.50", "amount: 5000.505", f"{PAY}.0.limits.3.amount", "amount_places", "5000.505 has more decimals than CNY has; allowed: at most 2"),
    "amount too fine for yen": Case("CNY", "JPY", f"{PAY}.0.limits.3.amount", "amount_places", "5000.5 has more decimals than JPY has; allowed: at most 0", "amount: 5000.50"),
    "floor above cap": Case("kind: floor, at: -10%", "kind: floor, at: 120%", f"{PAY}.0.limits.1", "limits_crossed", "the floor holds at 1.2, above the cap 0.3; allowed: floor <= cap"),
    "guard above cap": Case("kind: cap, at: 30%", "kind: cap, at: -25%", f"{PAY}.0.limits.2", "limits_crossed", "the guard holds at -0.2, above the cap -0.25; allowed: guard <= cap", "kind: guard"),
    "amount floor above amount cap": Case("amount: -100", "amount: 6000", f"{PAY}.0.limits.4", "limits_crossed", "the amount_floor holds at 6000, above the amount_cap 5000.5"),
    "amount before per cent": Case("          - {kind: amount_cap, amount: 5000.50}", "          - {kind: amount_cap, amount: 5000.50}\n          - {kind: cap, at: 31%}", f"{PAY}.0.limits.4", "limit_order", "a cap comes after an amount_cap; allowed: limits on the adjustment first", "at: 31%"),
    # sizes
    "points of a modifier too large": Case("below_gives: 0, gives: 100, edge: upper}\n            missing: leave_out", "below_gives: 0, gives: 99999999999999, edge: upper}\n            missing: leave_out", f"{D}.draw.modifiers.gate.curve", "too_large", "its points could reach a whole number of 16 digits"),
    "weighted sum too large": Case("edge: upper, below: clamp}\n            missing: zero", "edge: upper, below: clamp}\n            missing: {kind: neutral, points: 99999999999999999}", f"{D}.draw", "too_large", "its weighted sum could reach a whole number of 20 digits", "      draw:"),
    "adjustment too large": Case("curve: {kind: threshold, at: 100, below_gives: 0, gives: 20%", "curve: {kind: threshold, at: 100, below_gives: 0, gives: 999999999999999", "roles.operator.pay.0.curve", "too_large", "its adjustment could reach a whole number of 19 digits"),
}  # fmt: skip


def line_number(text: str, part: str) -> int:
    assert part in text
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize("name", CASES)
def test_a_broken_reference_is_refused_where_it_stands(name: str, full_text: str, refused: Refused) -> None:
    case = CASES[name]
    assert full_text.count(case.old) >= 1
    text = full_text.replace(case.old, case.new, 1)
    found = [
        finding
        for finding in refused(text)
        if (finding.place.path, finding.code) == (case.path, case.code) and case.message in finding.message
    ]
    assert len(found) == 1, [str(finding) for finding in refused(text)]
    finding = found[0]
    lines, before = text.splitlines(), full_text.splitlines()
    first_changed = next(place for place, line in enumerate(lines) if place >= len(before) or line != before[place]) + 1
    assert finding.place.line == (line_number(text, case.line_of) if case.line_of else first_changed)
    assert str(finding).startswith(f"plan.yaml:{finding.place.line}:{finding.place.char}: {case.path}")
    assert str(finding).endswith(f"[{case.code}]")


def test_a_plan_made_in_python_passes_the_same_checks(full_text: str) -> None:
    tree = plan_from_text(full_text, format="yaml").to_json_tree()
    tree["roles"]["designer"]["components"]["draw"]["weight"] = "0.3"
    tree["metrics"]["clicks"]["driven_by"] = "nobody"
    with pytest.raises(ValidationError, match=r"metrics.clicks.driven_by: there is no role 'nobody'.*\[unknown_role\]"):
        Plan.model_validate(tree)
    with pytest.raises(ValidationError, match=r"the weights sum to 0.9, which is 0.1 too little"):
        Plan(**tree)
    with pytest.raises(PlanError, match=r"^<tree>: metrics.clicks.driven_by: there is no role 'nobody'") as caught:
        plan_from_tree(tree)
    assert [finding.code for finding in caught.value.findings] == ["unknown_role", "weights_sum"]


def test_an_explicit_table_of_periods_has_no_year_before(full_text: str, refused: Refused) -> None:
    text = full_text.replace(
        "period: month", "period: {kind: table, ranges: [{id: year, from: 2026-01-01, to: 2027-01-01}]}"
    )
    assert plan_from_text(text, format="yaml").period.kind == "table"
    (finding,) = refused(text.replace("over: last_period", "over: same_period_last_year"))
    assert str(finding).endswith(
        "target.over: an explicit table of periods has no year before; allowed: last_period, or dates [baseline]"
    )
    assert (
        refused(text.replace("over: last_period", "over: {kind: same_period_last_year}"))[0].message == finding.message
    )


def test_a_circle_of_links_is_printed_as_its_path(full_text: str, refused: Refused) -> None:
    circle = full_text.replace(
        "            kind: measure\n",
        "            kind: measure\n",
    ).replace(
        """          sales:
            weight: 0.75
            metric: sales
            scope: own
            target: {kind: benchmark, series: industry, by: 5%}
            attainment: ratio
            curve: {kind: deduction, full_at: 1, full_gives: 100, side: below, per: 1%, deduct: 2, floor: 0}
""",
        """          sales:
            kind: link
            weight: 0.75
            role: designer
            component: convert
""",
    )
    (finding,) = refused(circle)
    assert finding.code == "cycle"
    assert finding.place.path == f"{D}.convert.measures.partner"
    assert finding.message == (
        "these components read each other in a circle: designer.convert -> operator.bring -> designer.convert; "
        "allowed: no circle; next: take one link out"
    )


def test_every_circle_is_found_up_to_twenty() -> None:
    def component(partners: list[str]) -> dict[str, object]:
        links = {
            f"to_{name}": {"kind": "link", "role": name, "component": "c", "weight": "1", "missing": "error"}
            for name in partners
        }
        return {"components": {"c": {"weight": "1", "combine": "weighted_mean", "measures": links}}}

    names = [f"r{number}" for number in range(7)]
    roles = {name: component([other for other in names if other != name]) for name in names}
    cycles = [problem for problem in reference_problems({"roles": roles}) if problem.code == "cycle"]
    assert len(cycles) == 20
    assert len({problem.path for problem in cycles}) == 20


def test_a_chain_of_links_of_any_length_is_read() -> None:
    def component(partner: int) -> dict[str, object]:
        link = {"kind": "link", "role": f"r{partner}", "component": "c", "weight": "1", "missing": "error"}
        return {"components": {"c": {"weight": "1", "combine": "weighted_mean", "measures": {"link": link}}}}

    chain = {"roles": {f"r{number}": component(number + 1) for number in range(3000)}}
    problems = list(reference_problems(chain))
    (problem,) = problems
    told = "there is no role 'r3000'; did you mean r30?; allowed: r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11"
    assert problem.message == f"{told} and 2988 more"


def test_a_geometric_mean_may_not_link_to_points_below_zero(full_text: str, refused: Refused) -> None:
    text = full_text.replace("curve: {kind: three_point, below_gives: 0", "curve: {kind: three_point, below_gives: -1")
    (finding,) = refused(text)
    assert finding.place.path == f"{D}.convert.measures.partner"
    assert finding.code == "geometric_negative"
    assert finding.message.startswith("the component it reads can be negative")


def test_what_a_component_publishes_is_bounded() -> None:
    tree = minimal().to_json_tree()
    (component,) = tree["roles"]["seller"]["components"].values()
    (measure,) = component["measures"].values()
    measure["curve"] = {"kind": "threshold", "at": 1, "below_gives": 0, "gives": 10**11, "edge": "upper"}
    modifier = {key: value for key, value in measure.items() if key not in {"weight", "kind"}}
    # 10**13 last places, times 10**11 / 100 per modifier: 10**22 with one, beyond 2**62
    component["modifiers"] = {"gate": modifier}
    tree["roles"]["seller"]["pay"] = []
    (problem,) = reference_problems(tree)
    assert problem.path == ("roles", "seller", "components", "orders")
    assert problem.message == (
        "what it publishes could reach a whole number of 23 digits, beyond what is computed exactly; "
        "next: fewer modifiers, or fewer places.points"
    )


def test_weights_too_fine_to_be_summed_are_refused(full_text: str, refused: Refused) -> None:
    text = full_text.replace("weight: 40%", "weight: 1/999999999999999989").replace(
        "weight: 0.6\n", "weight: 999999999999999988/999999999999999989\n"
    )
    (finding,) = refused(text)
    assert finding.place.path == D
    assert finding.message.startswith("the score could reach a whole number of")


def test_a_pay_rule_that_reads_a_component_that_is_always_there_needs_no_policy(full_text: str) -> None:
    text = full_text.replace("{kind: component, component: convert}", "{kind: component, component: draw}")
    text = text.replace("        reads: score\n", "        reads: {kind: component, component: draw}\n")
    with pytest.raises(PlanError, match="no pay rule reads points that can be missing"):
        plan_from_text(text, format="yaml")
    plan = plan_from_text(text.replace("    missing: no_adjustment\n", ""), format="yaml")
    assert plan.roles["designer"].missing is None


def test_no_time_zone_data_is_told_apart_from_an_unknown_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jointpay.plan.reference_header._zones", frozenset)
    (problem,) = reference_problems({"time_zone": "Asia/Shanghai"})
    assert problem.message == "there is no time zone data here; next: pip install tzdata"


def test_a_spot_reads_what_is_not_there_as_nothing() -> None:
    spot = Spot({"a": ["x", "5", "1/3", "2026-01-01"], "b": 5}, ())
    assert spot.at("a", 0).text == "x"
    assert spot.at("a", "x").node is None
    assert spot.at("b", "c", 0).node is None
    assert spot.at("b").whole == 5
    assert spot.at("a", 2).whole is None
    assert spot.at("a", 0).number is None
    assert spot.at("a", 0).day is None
    assert list(spot.at("b").entries()) == []
    assert list(spot.at("b").each()) == []
    assert spot.curve is None

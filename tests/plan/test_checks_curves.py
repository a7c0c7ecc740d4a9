"""What `check_plan` says about the curves of measures."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.findings import Finding
from jointpay.money.number import decimal_text, parse_number
from jointpay.plan.check_curves import check_measure_curves
from jointpay.plan.pieces import pieces
from jointpay.plan.plan import Plan
from jointpay.plan.presets import minimal

PATH = "roles.seller.components.orders.measures.orders.curve"
RATIO = {
    "kind": "ratio",
    "numerator": "orders",
    "denominator": "clicks",
    "unit": "ratio",
    "direction": "higher_is_better",
    "places": 4,
}


def plan_with(curve: Mapping[str, object], *, metric: Mapping[str, object] | None = None, **changes: Any) -> Plan:
    tree = minimal().to_json_tree()
    measure = tree["roles"]["seller"]["components"]["orders"]["measures"]["orders"]
    measure["curve"] = curve
    measure.update(changes.pop("measure", {}))
    tree["metrics"]["orders"].update(metric or {})
    tree["totals"]["orders"].update(changes.pop("total", {}))
    tree.update(changes)
    return Plan.model_validate(tree)


def found_in(curve: Mapping[str, object], **changes: Any) -> list[tuple[str, str, dict[str, str]]]:
    findings = check_measure_curves(plan_with(curve, **changes))
    assert {finding.place.path for finding in findings} <= {PATH}
    return [(finding.code, finding.severity, dict(finding.witness)) for finding in findings]


def knots(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"at": at, "gives": gives} for at, gives in pairs]


def staircase(*pairs: tuple[str, str], edge: str = "upper", below: str = "clamp") -> dict[str, object]:
    return {"kind": "steps", "steps": knots(*pairs), "edge": edge, "below": below}


def line(*pairs: tuple[str, str], below: str = "clamp", above: str = "clamp") -> dict[str, object]:
    return {"kind": "points", "points": knots(*pairs), "below": below, "above": above}


def threshold(at: str, edge: str = "upper") -> dict[str, object]:
    return {"kind": "threshold", "at": at, "below_gives": "0", "gives": "100", "edge": edge}


HUNDRED_AT_TARGET = line(("0%", "0"), ("100%", "100"))


def test_a_rising_line_from_zero_has_nothing_to_say() -> None:
    assert found_in(HUNDRED_AT_TARGET) == []


# --- cliffs -----------------------------------------------------------------------------------------------------


def test_a_cliff_is_told_with_its_size() -> None:
    assert found_in(staircase(("80%", "60"), ("100%", "100")), bounds={}) == [
        ("cliff", "info", {"at": "100%", "jump": "40 points"})
    ]


@pytest.mark.parametrize(
    ("bound", "code", "severity"), [("39.9", "cliff_beyond_bound", "error"), ("40", "cliff", "info")]
)
def test_a_cliff_is_held_to_the_bound(bound: str, code: str, severity: str) -> None:
    assert found_in(staircase(("80%", "60"), ("100%", "100")), bounds={"max_cliff_points": bound}) == [
        (code, severity, {"at": "100%", "jump": "40 points"})
    ]


def test_a_cliff_beyond_its_bound_says_what_is_allowed() -> None:
    findings = check_measure_curves(
        plan_with(staircase(("80%", "60"), ("100%", "100"), edge="lower"), bounds={"max_cliff_points": "5"})
    )
    assert [str(finding) for finding in findings] == [
        (
            f"{PATH}: at 100% it jumps by 40 points, from 60 points to 100 points; exactly there it gives what holds before "
            "the jump; allowed: at most 5 points (max_cliff_points); next: put a slope there [cliff_beyond_bound]"
        )
    ]


def test_a_fall_is_a_cliff_by_its_size_whatever_its_sign() -> None:
    lower = {"direction": "lower_is_better"}
    assert found_in(staircase(("80%", "100"), ("100%", "60")), metric=lower, bounds={"max_cliff_points": "39"}) == [
        ("cliff_beyond_bound", "error", {"at": "100%", "jump": "-40 points"})
    ]


def test_a_threshold_at_zero_has_no_cliff_where_zero_is_on_its_upper_side() -> None:
    assert found_in(threshold("0")) == [
        ("unreachable_curve", "warning", {"reach_ends_at": "0%", "curve_goes_to": "0%"})
    ]


def test_a_threshold_at_zero_has_a_cliff_where_zero_is_on_its_lower_side() -> None:
    assert found_in(threshold("0", edge="lower"), bounds={}) == [("cliff", "info", {"at": "0%", "jump": "100 points"})]


# --- what can never be reached ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("curve", "goes_to"),
    [
        (line(("-50%", "-50"), ("100%", "100")), "-50%"),
        ({"kind": "proportional", "times": "100", "origin": "0", "from": "-10%", "to": "100%"}, "-10%"),
        (
            # half a point off for every 1% short: the floor would be reached at 100% - 200%
            {
                "kind": "deduction",
                "full_at": "100%",
                "full_gives": "100",
                "side": "below",
                "per": "1%",
                "deduct": "0.5",
                "floor": "0",
            },
            "-100%",
        ),
    ],
)
def test_parts_below_zero_are_unreachable_where_nothing_is_taken_away(
    curve: Mapping[str, object], goes_to: str
) -> None:
    assert found_in(curve) == [("unreachable_curve", "warning", {"reach_ends_at": "0%", "curve_goes_to": goes_to})]
    assert found_in(curve, total={"minus": ["refund"]}) == []


def test_a_level_curve_has_no_unreachable_part() -> None:
    level = {
        "kind": "deduction",
        "full_at": "100%",
        "full_gives": "70",
        "side": "below",
        "per": "1%",
        "deduct": "1",
        "floor": "70",
    }
    assert found_in(level) == []


def test_a_curve_wholly_out_of_reach_is_told_on_both_counts() -> None:
    assert found_in(line(("-2", "0"), ("-1", "100"), below="refuse", above="refuse")) == [
        ("unreachable_curve", "warning", {"reach_ends_at": "0%", "curve_goes_to": "-200%"}),
        ("curve_can_refuse", "warning", {"refuses_above": "-100%"}),
    ]


def test_a_difference_from_a_fixed_target_reaches_down_to_minus_the_target() -> None:
    curve = line(("-101", "0"), ("0", "100"))
    measure = {"attainment": "difference"}
    below = [("unreachable_curve", "warning", {"reach_ends_at": "-100", "curve_goes_to": "-101"})]
    assert found_in(curve, measure=measure) == below
    assert found_in(curve, measure=measure, partial_period="whole") == below
    assert found_in(line(("-100", "0"), ("0", "100")), measure=measure) == []


@pytest.mark.parametrize(("partial_period", "low"), [("by_days", "0"), ("whole", "5")])
def test_a_negative_target_of_half_a_month_may_be_almost_nothing(partial_period: str, low: str) -> None:
    measure = {"attainment": "difference", "target": {"kind": "fixed", "value": "-5"}}
    assert found_in(line(("-10", "0"), ("10", "100")), measure=measure, partial_period=partial_period) == [
        ("unreachable_curve", "warning", {"reach_ends_at": low, "curve_goes_to": "-10"})
    ]


def ratio_plan(curve: Mapping[str, object], **measure: Any) -> Plan:
    tree = minimal().to_json_tree()
    tree["totals"]["clicks"] = {"kind": "count", "events": ["click"]}
    tree["metrics"]["orders"] = RATIO
    tree["roles"]["seller"]["components"]["orders"]["measures"]["orders"].update(curve=curve, **measure)
    return Plan.model_validate(tree)


def test_percentage_points_reach_down_to_the_published_target_times_a_hundred() -> None:
    plan = ratio_plan(
        line(("-6", "0"), ("0", "100")),
        attainment="percentage_points",
        target={"kind": "fixed", "value": "5.123456%"},
    )
    # the target is published as 0.0512 before it is used
    assert [dict(finding.witness) for finding in check_measure_curves(plan)] == [
        {"reach_ends_at": "-5.12", "curve_goes_to": "-6"}
    ]


def test_a_difference_from_a_baseline_has_no_lower_bound() -> None:
    measure = {"attainment": "difference", "target": {"kind": "growth", "over": "last_period", "by": "0%"}}
    assert found_in(line(("-1000000", "0"), ("0", "100")), measure=measure) == []


# --- what is refused ------------------------------------------------------------------------------------------------


def test_what_can_happen_and_is_refused_is_a_missing_range() -> None:
    assert found_in(line(("50%", "0"), ("200%", "200"), below="refuse", above="refuse")) == [
        ("curve_can_refuse", "warning", {"refuses_below": "50%"}),
        ("curve_can_refuse", "warning", {"refuses_above": "200%"}),
    ]


def test_refusing_what_cannot_happen_is_no_missing_range() -> None:
    assert found_in(line(("0%", "0"), ("200%", "200"), below="refuse")) == []


# --- the wrong direction --------------------------------------------------------------------------------------------

HILL = line(("0%", "0"), ("100%", "100"), ("120%", "90"), ("150%", "70"), ("200%", "80"))


def test_a_hill_is_told_once_with_both_ends_of_its_fall() -> None:
    assert found_in(HILL) == [
        ("not_monotone", "error", {"from": "100%", "to": "150%", "points_from": "100", "points_to": "70"})
    ]


def test_every_place_that_rewards_the_wrong_direction_is_told() -> None:
    lower = {"direction": "lower_is_better"}
    assert found_in(HILL, metric=lower) == [
        ("not_monotone", "error", {"from": "0%", "to": "100%", "points_from": "0", "points_to": "100"}),
        ("not_monotone", "error", {"from": "150%", "to": "200%", "points_from": "70", "points_to": "80"}),
    ]


def test_a_metric_named_in_the_bounds_may_turn() -> None:
    assert [entry[:2] for entry in found_in(HILL, bounds={"not_monotone": ["orders"]})] == [
        ("declared_not_monotone", "info")
    ]


def test_the_message_names_the_better_direction_and_the_next_step() -> None:
    [finding] = check_measure_curves(plan_with(line(("0%", "0"), ("1", "1")), metric={"direction": "lower_is_better"}))
    assert finding.message == (
        "less of 'orders' is better, but from 0% to 100% the points go from 0 to 1; next: turn the curve there, correct "
        "the metric's direction, or name the metric under bounds.not_monotone"
    )


@pytest.mark.parametrize(
    ("edge", "witness"),
    [
        # the step before the fall is [80%, 100%): its middle is 90%; the step after it has no end
        ("upper", {"from": "90%", "to": "100%", "points_from": "60", "points_to": "50"}),
        ("lower", {"from": "100%", "to": "200%", "points_from": "60", "points_to": "50"}),
    ],
)
def test_the_witness_of_a_falling_step_lies_on_both_steps(edge: str, witness: dict[str, str]) -> None:
    curve = staircase(("0%", "40"), ("80%", "60"), ("100%", "50"), edge=edge)
    assert [entry for entry in found_in(curve, bounds={}) if entry[0] == "not_monotone"] == [
        ("not_monotone", "error", witness)
    ]


def test_a_fall_outside_what_can_be_reached_rewards_nobody() -> None:
    curve = line(("-100%", "50"), ("0%", "0"), ("100%", "100"))
    assert [entry[0] for entry in found_in(curve)] == ["unreachable_curve"]
    assert [entry[0] for entry in found_in(curve, total={"minus": ["refund"]})] == ["not_monotone"]


exact_numbers = st.fractions(min_value=-3, max_value=3, max_denominator=8)
band_curves = st.builds(
    lambda cuts, gives, edge, beyond: {
        "kind": "bands",
        "bands": [
            {
                "from": decimal_text(start),
                "to": decimal_text(end),
                "gives": decimal_text(first),
                "gives_at_end": decimal_text(last),
            }
            for (start, end), (first, last) in zip(pairwise(sorted(cuts)), gives, strict=False)
        ],
        "edge": edge,
        "below": beyond,
        "above": beyond,
    },
    st.sets(exact_numbers, min_size=2, max_size=5),
    st.lists(st.tuples(exact_numbers, exact_numbers), min_size=4, max_size=4),
    st.sampled_from(["upper", "lower"]),
    st.sampled_from(["clamp", "refuse"]),
)


def _number(text: str) -> Fraction:
    """Read what a finding wrote: 33.5%, or 100/3%."""
    return parse_number(text) if "/" not in text else parse_number(text.rstrip("%")) / 100


def _given(plan: Plan, x: Fraction) -> Fraction | None:
    measure = plan.roles["seller"].components["orders"].measures["orders"]
    assert measure.kind == "measure"
    return next((piece.value(x) for piece in pieces(measure.curve) if piece.holds(x)), None)


@given(band_curves, st.sampled_from([(), ("refund",)]), st.lists(exact_numbers, min_size=2, max_size=20))
def test_a_curve_without_a_finding_never_falls_and_a_finding_shows_a_fall(
    curve: dict[str, object], minus: tuple[str, ...], samples: list[Fraction]
) -> None:
    plan = plan_with(curve, total={"minus": list(minus)}, bounds={})
    findings = [finding for finding in check_measure_curves(plan) if finding.code == "not_monotone"]
    for finding in findings:
        _shows_a_fall(plan, finding)
    if not findings:
        reached = sorted(x for x in samples if minus or x >= 0)
        points = [given for given in (_given(plan, x) for x in reached) if given is not None]
        assert points == sorted(points)


def _shows_a_fall(plan: Plan, finding: Finding) -> None:
    told = dict(finding.witness)
    left, right = _given(plan, _number(told["from"])), _given(plan, _number(told["to"]))
    assert left is not None
    assert right is not None
    assert (decimal_text(left), decimal_text(right)) == (told["points_from"], told["points_to"])
    assert _number(told["from"]) < _number(told["to"])
    assert left > right

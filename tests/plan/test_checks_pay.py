"""What `check_plan` says about pay rules, and the ranges of points it rests on."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.plan.check_pay import check_pay
from jointpay.plan.plan import Plan
from jointpay.plan.presets import design_operations, minimal
from jointpay.plan.reach import PointsReach, Reach, _lowest_mean

SLOPE = {"kind": "proportional", "times": "1%", "origin": "100", "from": "100", "to": "150"}


def line(*pairs: tuple[str, str], below: str = "clamp", above: str = "clamp") -> dict[str, object]:
    return {
        "kind": "points",
        "points": [{"at": at, "gives": gives} for at, gives in pairs],
        "below": below,
        "above": above,
    }


def measure(curve: dict[str, object], weight: str = "1", missing: object = "error") -> dict[str, object]:
    return {
        "kind": "measure",
        "weight": weight,
        "metric": "orders",
        "scope": "own",
        "target": {"kind": "fixed", "value": "100"},
        "attainment": "ratio",
        "curve": curve,
        "missing": missing,
    }


def modifier(curve: dict[str, object], missing: object = "error") -> dict[str, object]:
    return {key: value for key, value in measure(curve, missing=missing).items() if key not in {"kind", "weight"}}


def between(low: int, high: int) -> dict[str, object]:
    return line(("0", str(low)), ("1", str(high)))


def paid(rule: dict[str, object], **component: object) -> Plan:
    tree = minimal().to_json_tree()
    role = tree["roles"]["seller"]
    role["components"]["orders"].update(component)
    role["pay"] = [{"id": "performance", "base": "monthly_salary", "reads": "score", **rule}]
    tree["bounds"] = {}
    return Plan.model_validate(tree)


def found_in(plan: Plan) -> list[tuple[str, str, str, dict[str, str]]]:
    return [
        (finding.code, finding.severity, finding.place.path.removeprefix("roles.seller.pay.0."), dict(finding.witness))
        for finding in check_pay(plan)
    ]


def test_a_pay_curve_that_ends_where_the_score_ends_has_nothing_to_say() -> None:
    assert found_in(paid({"curve": SLOPE})) == []


def test_a_pay_curve_beyond_the_score_is_unreachable() -> None:
    curve = line(("-10", "-10%"), ("100", "0%"), ("200", "100%"))
    assert found_in(paid({"curve": curve})) == [
        ("unreachable_curve", "warning", "curve", {"reach_ends_at": "0", "curve_goes_to": "-10"}),
        ("unreachable_curve", "warning", "curve", {"reach_ends_at": "150", "curve_goes_to": "200"}),
    ]


def test_a_jump_of_pay_is_a_cliff_in_per_cent_and_held_to_its_bound() -> None:
    bonus = {"kind": "threshold", "at": "100", "below_gives": "0%", "gives": "20%", "edge": "upper"}
    plan = paid({"curve": bonus})
    witness = {"at": "100", "jump": "20%"}
    assert found_in(plan) == [("cliff", "info", "curve", witness)]
    tree = {**plan.to_json_tree(), "bounds": {"max_cliff_adjustment": "19.99%"}}
    assert found_in(Plan.model_validate(tree)) == [("cliff_beyond_bound", "error", "curve", witness)]


def test_a_bonus_above_everything_is_never_paid() -> None:
    bonus = {"kind": "threshold", "at": "150", "below_gives": "0%", "gives": "20%", "edge": "lower"}
    assert found_in(paid({"curve": bonus})) == [
        ("unreachable_curve", "warning", "curve", {"reach_ends_at": "150", "curve_goes_to": "150"})
    ]


def test_scores_that_the_pay_curve_refuses_are_a_missing_range() -> None:
    curve = line(("60", "0%"), ("140", "40%"), below="refuse", above="refuse")
    assert found_in(paid({"curve": curve})) == [
        ("curve_can_refuse", "warning", "curve", {"refuses_below": "60"}),
        ("curve_can_refuse", "warning", "curve", {"refuses_above": "140"}),
    ]


def test_refusing_scores_that_cannot_happen_is_no_missing_range() -> None:
    curve = line(("0", "0%"), ("150", "50%"), below="refuse", above="refuse")
    assert found_in(paid({"curve": curve})) == []


def limits(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"kind": kind, "at": at} for kind, at in pairs]


@pytest.mark.parametrize(
    ("written", "idle"),
    [
        (limits(("cap", "50%")), [("limits.0", {"limit": "50%", "reach_ends_at": "50%"})]),
        (limits(("cap", "49.99%")), []),
        (limits(("floor", "-100%")), [("limits.0", {"limit": "-100%", "reach_ends_at": "-100%"})]),
        (limits(("floor", "-99%")), []),
        (limits(("guard", "100%")), [("limits.0", {"limit": "100%", "reach_ends_at": "-100%"})]),
        (limits(("guard", "99%")), []),
        # what an earlier limit did counts for the later one
        (limits(("cap", "30%"), ("cap", "40%")), [("limits.1", {"limit": "40%", "reach_ends_at": "30%"})]),
        (limits(("floor", "-10%"), ("guard", "20%")), [("limits.1", {"limit": "20%", "reach_ends_at": "-10%"})]),
        (limits(("guard", "20%"), ("floor", "-10%"), ("cap", "-10%")), []),
        ([{"kind": "amount_cap", "amount": "1000"}, {"kind": "amount_floor", "amount": "0"}], []),
    ],
)
def test_limits_that_never_bind(written: list[dict[str, str]], idle: list[tuple[str, dict[str, str]]]) -> None:
    curve = line(("0", "-100%"), ("100", "0%"), ("150", "50%"))
    assert found_in(paid({"curve": curve, "limits": written})) == [
        ("limit_never_binds", "info", path, witness) for path, witness in idle
    ]


def test_the_adjustment_is_published_before_it_meets_a_limit() -> None:
    curve = line(("0", "0%"), ("150", "30.004%"))  # published with two places: 30.00%
    assert [entry[0] for entry in found_in(paid({"curve": curve, "limits": limits(("cap", "30%"))}))] == [
        "limit_never_binds"
    ]


def test_a_rule_that_reads_a_component_is_held_to_the_points_of_the_component() -> None:
    curve = line(("0", "0%"), ("120", "20%"))
    tree = design_operations().to_json_tree()
    tree["roles"]["operator"]["pay"] = [
        {
            "id": "bonus",
            "base": "monthly_salary",
            "reads": {"kind": "component", "component": "collaboration"},
            "curve": curve,
        }
    ]
    [finding] = check_pay(Plan.model_validate(tree))
    assert finding.place.path == "roles.operator.pay.0.curve"
    assert dict(finding.witness) == {"reach_ends_at": "100", "curve_goes_to": "120"}


REFUSES_ALL = line(("-2", "0"), ("-1", "100"), below="refuse", above="refuse")


def test_a_rule_that_reads_points_which_are_always_refused_is_passed_over() -> None:
    assert found_in(paid({"curve": SLOPE}, measures={"a": measure(REFUSES_ALL)})) == []


def test_a_pay_curve_that_refuses_every_score_has_no_limits_to_judge() -> None:
    curve = line(("-20", "0%"), ("-10", "10%"), below="refuse", above="refuse")
    assert [entry[0] for entry in found_in(paid({"curve": curve, "limits": limits(("cap", "1%"))}))] == [
        "unreachable_curve",
        "curve_can_refuse",
    ]


# --- the ranges of points -------------------------------------------------------------------------------------------


def reach_of(**component: object) -> tuple[Fraction | None, Fraction | None] | None:
    reach = PointsReach(paid({"curve": SLOPE}, **component)).component("seller", "orders")
    return None if reach is None else (reach.low, reach.high)


TWO = {"a": measure(between(10, 110), "0.25"), "b": measure(between(20, 200), "0.75")}


@pytest.mark.parametrize(
    ("component", "low", "high"),
    [
        ({"measures": TWO, "combine": "weighted_mean"}, "17.5", "177.5"),
        ({"measures": TWO, "combine": "minimum"}, "10", "110"),
        # the geometric mean lies between the least value and the arithmetic mean
        ({"measures": TWO, "combine": "weighted_geometric"}, "10", "177.5"),
        # one that can be left out: alone, the other may be less or more than the mean
        (
            {
                "measures": {**TWO, "b": measure(between(20, 200), "0.75", "leave_out")},
                "combine": "weighted_mean",
            },
            "10",
            "177.5",
        ),
        (
            {"measures": {**TWO, "a": measure(between(10, 110), "0.25", "leave_out")}, "combine": "minimum"},
            "10",
            "200",
        ),
        # both can be left out, and then the component counts as 300, or 0
        (
            {
                "measures": {name: {**part, "missing": "leave_out"} for name, part in TWO.items()},
                "missing": {"kind": "neutral", "points": "300"},
                "combine": "minimum",
            },
            "10",
            "300",
        ),
        (
            {
                "measures": {name: {**part, "missing": "leave_out"} for name, part in TWO.items()},
                "missing": "zero",
                "combine": "weighted_mean",
            },
            "0",
            "200",
        ),
        # a missing measure counts as what its policy says
        ({"measures": {"a": measure(between(10, 110), "1", "zero")}}, "0", "110"),
        ({"measures": {"a": measure(between(10, 110), "1", {"kind": "neutral", "points": "120"})}}, "10", "120"),
        # published with two places
        ({"measures": {"a": measure(line(("0", "0.004"), ("1", "100.005")))}}, "0", "100.01"),
        # modifiers multiply; left out they multiply by 1
        ({"modifiers": {"m": modifier(between(50, 80))}}, "0", "120"),
        ({"modifiers": {"m": modifier(between(50, 80), "leave_out")}}, "0", "150"),
        ({"modifiers": {"m": modifier(between(-50, 80))}}, "-75", "120"),
    ],
)
def test_the_range_of_a_component(component: dict[str, object], low: str, high: str) -> None:
    assert reach_of(**component) == (Fraction(low), Fraction(high))


def test_a_modifier_without_a_range_is_passed_over() -> None:
    assert reach_of(modifiers={"m": modifier(REFUSES_ALL)}) == (Fraction(0), Fraction(150))


def linked(missing: object, *, curve: dict[str, object] | None = None) -> Plan:
    tree = paid({"curve": SLOPE}).to_json_tree()
    if curve is not None:
        tree["roles"]["seller"]["components"]["orders"]["measures"]["orders"]["curve"] = curve
    link = {"kind": "link", "weight": "1", "role": "seller", "component": "orders", "missing": missing}
    component = {"weight": "1", "combine": "weighted_mean", "measures": {"link": link}}
    tree["roles"]["reader"] = {
        "components": {"read": {**component, "missing": "error"} if missing == "leave_out" else component}
    }
    return Plan.model_validate(tree)


@pytest.mark.parametrize(
    ("missing", "high"), [("zero", "150"), ({"kind": "neutral", "points": "160"}, "160"), ("leave_out", "150")]
)
def test_a_link_ranges_as_the_component_it_reads(missing: object, high: str) -> None:
    plan = linked(missing)
    assert PointsReach(plan).score("reader", plan.roles["reader"]) == Reach(Fraction(0), Fraction(high))


def test_what_is_made_of_points_that_are_always_refused_has_no_range() -> None:
    plan = linked("zero", curve=REFUSES_ALL)
    reach = PointsReach(plan)
    assert reach.component("reader", "read") is None
    assert reach.before_modifiers("reader", "read") is None
    assert reach.score("reader", plan.roles["reader"]) is None


def test_a_component_that_can_be_left_out_widens_the_score() -> None:
    tree: dict[str, Any] = paid({"curve": SLOPE}).to_json_tree()
    components = tree["roles"]["seller"]["components"]
    components["orders"]["weight"] = "0.5"
    components["extra"] = {
        "weight": "0.5",
        "combine": "weighted_mean",
        "measures": {"extra": measure(between(50, 100), missing="leave_out")},
        "missing": "leave_out",
    }
    plan = Plan.model_validate(tree)
    # orders ranges from 0 to 150; with extra the mean ranges from 25 to 125, without it from 0 to 150
    assert PointsReach(plan).score("seller", plan.roles["seller"]) == Reach(Fraction(0), Fraction(150))


def _every_mean(parts: Sequence[tuple[Fraction, Fraction, bool]]) -> list[Fraction]:
    kept = [part for part in parts if not part[2]]
    optional = [part for part in parts if part[2]]
    chosen = [
        [*kept, *some] for size in range(len(optional) + 1) for some in combinations(optional, size) if kept or some
    ]
    return [sum(w * v for w, v, _ in some) / Fraction(sum(w for w, _, _ in some)) for some in chosen]


weighted_parts = st.tuples(
    st.fractions(min_value=Fraction(1, 20), max_value=1, max_denominator=20),
    st.fractions(min_value=-100, max_value=200, max_denominator=4),
    st.booleans(),
)


@given(st.lists(weighted_parts, min_size=1, max_size=5))
def test_the_lowest_mean_is_the_lowest_over_all_choices(parts: list[tuple[Fraction, Fraction, bool]]) -> None:
    assert _lowest_mean(parts) == min(_every_mean(parts))

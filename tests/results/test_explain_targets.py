"""Every way to make a target, and what an explanation can show of it."""

import dataclasses
from collections.abc import Callable
from fractions import Fraction

import pytest

from jointpay.data.targets import TargetTable
from jointpay.errors import MismatchError
from jointpay.results.explain import explain
from jointpay.results.explanation import Explanation, Term
from jointpay.results.scorecard import MeasureScores, Scorecard

Scored = Callable[..., Scorecard]

HEAD = """
schema_version: "1"
id: targets
version: "1"
effective: {from: 2026-01-01, to: 2026-04-01}
currency: CNY
time_zone: Asia/Shanghai
period: month
rounding: half_even
places: {attainment: 4, points: 2, adjustment: 2}
partial_period: PARTIAL
totals:
  clicks: {kind: count, events: [click]}
  orders: {kind: count, events: [order]}
metrics:
  clicks: {kind: total, total: clicks, unit: count, direction: higher_is_better, places: 0}
  rate: {kind: ratio, numerator: orders, denominator: clicks, unit: ratio, direction: higher_is_better, places: 4}
roles:
  designer:
    components:
      work:
        weight: 100%
        combine: weighted_mean
        measures:
          it:
            weight: 100%
            metric: METRIC
            scope: SCOPE
            target: TARGET
            attainment: ATTAINMENT
            curve: {kind: points, points: [{at: 0, gives: 0}, {at: 100000, gives: 100000}], below: clamp, above: clamp}
            missing: MISSING
        missing: COMPONENT
  operator:
    components:
      work:
        weight: 100%
        combine: weighted_mean
        measures:
          it:
            weight: 100%
            metric: clicks
            scope: all
            attainment: value
            curve: {kind: points, points: [{at: 0, gives: 0}, {at: 100000, gives: 100000}], below: clamp, above: clamp}
            missing: zero
"""


def _plan(
    target: str, *, metric: str = "clicks", scope: str = "own", attainment: str = "ratio", partial: str = "by_days",
    missing: str = "zero",
) -> str:  # fmt: skip
    text = HEAD if missing == "leave_out" else HEAD.replace("        missing: COMPONENT\n", "")
    for name, value in (
        ("TARGET", target), ("METRIC", metric), ("SCOPE", scope), ("ATTAINMENT", attainment), ("PARTIAL", partial),
        ("MISSING", missing), ("COMPONENT", "leave_out"),
    ):  # fmt: skip
        text = text.replace(name, value)
    return text


def _target(told: Explanation, name: str = "target") -> Term:
    return next(term for term in told.terms if term.path[0] == "designer" and term.path[-1] == name)


@pytest.mark.parametrize(
    ("target", "options", "payee", "period", "formula", "published", "note"),
    [
        ("{kind: fixed, value: 1/3}", {"metric": "rate"}, "p01", "2026-02", "", "0.3333", "fixed"),
        ("{kind: fixed, value: 100}", {}, "p02", "2026-02", "100 * 14 / 28", "50", "fixed, for the days held"),
        ("{kind: fixed, value: 100}", {"partial": "whole"}, "p02", "2026-02", "", "100", "fixed"),
        ("{kind: growth, over: last_period, by: 1/3}", {}, "p01", "2026-02", "(1300 / 3) * (4 / 3)", "578",
         "the baseline, 2026-01-01 to 2026-01-31, times (4 / 3)"),
        ("{kind: growth, over: last_period, by: 0}", {"metric": "rate"}, "p01", "2026-02",
         "(67 / 3) / (1300 / 3) * 1", "0.0515", "the baseline, 2026-01-01 to 2026-01-31, times 1"),
        ("{kind: growth, over: last_period, by: 0}", {"scope": "all"}, "p01", "2026-02", "500 * 1", "500",
         "the baseline, 2026-01-01 to 2026-01-31, times 1"),
        ("{kind: growth, over: last_period, by: 0}", {"scope": "{kind: group, column: team}"}, "p01", "2026-02", "500 * 1",
         "500", "the baseline, 2026-01-01 to 2026-01-31, times 1"),
        ("{kind: growth, over: {kind: dates, from: 2026-01-01, to: 2026-01-15}, by: 0}", {}, "p02", "2026-02",
         "(200 / 3) * 28 / 14 * 1 * 14 / 28", "67", "the baseline, 2026-01-01 to 2026-01-14, times 1"),
        ("{kind: group, scope: {kind: group, column: team}, by: 10%}", {"metric": "rate"}, "p01", "2026-02",
         "44 / 905 * 1.1", "0.0535", "the same metric over items of the whole team in the same days, times 1.1"),
        ("{kind: table, name: t, keys: [person]}", {}, "p01", "2026-02", "", "300", "target t of the targets table, by person"),
        ("{kind: benchmark, series: s, by: 10%}", {}, "p02", "2026-02", "", "110",
         "series s of the targets table in this period, times 1.1, times 14 / 28 days"),
    ],
)  # fmt: skip
def test_targets(
    scored: Scored,
    target: str,
    options: dict[str, str],
    payee: str,
    period: str,
    formula: str,
    published: str,
    note: str,
) -> None:
    tables = {
        "t": TargetTable(("person",), {("p01",): Fraction(300), ("p02",): Fraction(200)}),
        "s": TargetTable(("period",), {("2026-01",): Fraction(100), ("2026-02",): Fraction(200)}),
    }
    term = _target(explain(scored(_plan(target, **options), tables), payee, period))
    assert (term.formula, term.published, term.note) == (formula, published, note)


def test_a_baseline_held_in_part_is_scaled_to_its_length(scored: Scored) -> None:
    text = _plan("{kind: growth, over: {kind: dates, from: 2026-02-01, to: 2026-03-01}, by: 0}")
    told = explain(scored(text), "p02", "2026-01")
    assert _target(told, "baseline numerator").exact == Fraction(400, 3)
    # Held for 14 of the 28 days of the baseline; the dates are those of a scored period.
    assert _target(told).formula == "(400 / 3) * 28 / 14 * 31 / 28 * 1"


def test_the_first_row_of_a_table_of_periods_has_no_baseline(scored: Scored) -> None:
    table = (
        "{kind: table, ranges: [{id: a, from: 2026-01-01, to: 2026-02-01}, {id: b, from: 2026-02-01, to: 2026-03-01}]}"
    )
    text = _plan("{kind: growth, over: last_period, by: 0}").replace("period: month", f"period: {table}")
    card = scored(text.replace("to: 2026-04-01}\ncurrency", "to: 2026-03-01}\ncurrency"))
    points = _target(explain(card, "p01", "a"), "points")
    assert points.note == (
        "there is no baseline or group value to make a target of; the plan's policy is zero: it counts as 0.00 points"
    )
    assert _target(explain(card, "p01", "b")).formula == "(1300 / 3) * 1"


def test_a_target_of_zero_leaves_no_ratio(scored: Scored) -> None:
    card = scored(_plan("{kind: growth, over: last_period, by: -99.99%}", missing="leave_out"))
    told = explain(card, "p01", "2026-02")
    assert _target(told).published == "0"
    assert _target(told, "points").note == (
        "the target is zero or less, and nothing can be a ratio of it; it is left out"
    )
    score = next(term for term in told.terms if term.path[-2:] == ("score", "score"))
    assert (score.published, score.note) == ("", "every component is left out, so there is no score")


def test_a_negative_target_is_taken_away_with_a_plus(scored: Scored) -> None:
    card = scored(_plan("{kind: fixed, value: -5}", attainment="difference", partial="whole"))
    attainment = _target(explain(card, "p01", "2026-02"), "attainment")
    assert attainment.formula == "(2305 / 3) + 5"


def _sums(told: Explanation, kind: str) -> list[tuple[str, str, str, str]]:
    found = (_target(told, f"{kind} {name}") for name in ("numerator", "denominator"))
    return [(term.label, term.formula, term.published, term.note) for term in found]


def test_a_baseline_that_was_not_scored_is_shown_all_the_same(scored: Scored) -> None:
    text = _plan("{kind: growth, over: last_period, by: 50%}", metric="rate")
    told = explain(scored(text, periods=["2026-02"]), "p01", "2026-02")
    days = "own items, by share, 2026-01-01 to 2026-01-31"
    assert _sums(told, "baseline") == [
        ("orders in the baseline", "268 / 12", "67/3", days),
        ("clicks in the baseline", "5200 / 12", "1300/3", days),
    ]
    assert (_target(told).formula, _target(told).published) == ("(67 / 3) / (1300 / 3) * 1.5", "0.0773")


def test_the_value_of_a_group_is_shown(scored: Scored) -> None:
    text = _plan("{kind: group, scope: {kind: group, column: team}, by: 0}", metric="rate")
    assert _sums(explain(scored(text), "p01", "2026-02"), "group") == [
        ("orders in the group", "", "44", "items of the whole team, 2026-02-01 to 2026-02-28"),
        ("clicks in the group", "", "905", "items of the whole team, 2026-02-01 to 2026-02-28"),
    ]


def test_days_of_a_baseline_on_which_the_role_was_not_held_are_told(scored: Scored) -> None:
    text = _plan("{kind: growth, over: {kind: dates, from: 2026-02-01, to: 2026-03-01}, by: 0}", partial="whole")
    told = explain(scored(text), "p02", "2026-01")
    assert _target(told, "baseline numerator").note == (
        "own items, by share, 2026-02-01 to 2026-02-28, 14 of 28 days held"
    )
    # Under `whole` the days not held ask for nothing less.
    assert _target(told).formula == "(400 / 3) * 31 / 28 * 1"


@pytest.mark.parametrize(
    ("dates", "reason", "sums"),
    [
        ("from: 2026-01-01, to: 2026-02-01", ", because its denominator is 1300/3, and 500 are asked for", ["67/3", "1300/3"]),
        # Nothing at all was recorded in these days, which is not a zero.
        ("from: 2026-01-01, to: 2026-01-07", "", []),
    ],
)  # fmt: skip
def test_a_baseline_that_is_missing_is_told_with_its_sums(
    scored: Scored, dates: str, reason: str, sums: list[str]
) -> None:
    text = _plan(f"{{kind: growth, over: {{kind: dates, {dates}}}, by: 0}}", metric="rate")
    text = text.replace("            scope: own", "            min_count: 500\n            scope: own")
    told = explain(scored(text), "p01", "2026-02")
    assert _target(told, "points").note == (
        f"there is no baseline or group value to make a target of{reason}; "
        "the plan's policy is zero: it counts as 0.00 points"
    )
    assert [term.published for term in told.terms if term.path[-1].startswith("baseline")] == sums


def test_a_baseline_without_a_denominator_is_told(scored: Scored) -> None:
    """Bo's baseline has facts, but not one click of his own."""
    text = _plan("{kind: growth, over: {kind: dates, from: 2026-01-05, to: 2026-01-08}, by: 0}", metric="rate")
    told = explain(scored(text), "p02", "2026-02")
    assert _target(told, "points").note.startswith(
        "there is no baseline or group value to make a target of, because its denominator is 0; the plan's"
    )


def _rebased(card: Scorecard, **changes: object) -> Scorecard:
    """Change the sums that p01's target in 2026-02 was made of."""
    role = card.roles[0]
    component = role.components[0]
    measure = component.measures[0]
    assert isinstance(measure, MeasureScores)
    sums = measure.baseline
    assert sums is not None
    for name, value in changes.items():
        numbers = getattr(sums, name).copy()
        numbers[2] = value
        sums = dataclasses.replace(sums, **{name: numbers})
    measure = dataclasses.replace(measure, baseline=sums if changes else None)
    component = dataclasses.replace(component, measures=(measure,))
    return dataclasses.replace(card, roles=(dataclasses.replace(role, components=(component,)), *card.roles[1:]))


GROWTH = "{kind: growth, over: last_period, by: 0}"
GROUP = "{kind: group, scope: all, by: 0}"


@pytest.mark.parametrize(
    ("target", "options", "changes", "told"),
    [
        (GROWTH, {}, {}, r"it\.baseline: the plan compares with other facts, and the result does not hold their sums"),
        (GROWTH, {}, {"numerators": 5300}, r"it\.target: its terms give 442, and the result says 433"),
        (GROWTH, {}, {"denominators": 11}, r"it\.target: its terms give 473, and the result says 433"),
        (GROWTH, {}, {"days": 30}, r"it\.target: its terms give 448, and the result says 433"),
        (GROWTH, {}, {"days": 32}, r"it\.baseline days: the result counted 32 days of a baseline of 31"),
        (GROWTH, {}, {"days": 0}, r"it\.state: the result says 'present', and its numbers say otherwise"),
        (GROWTH, {"metric": "rate"}, {"denominators": 0}, r"it\.state: the result says 'present', and its numbers"),
        (GROWTH, {"scope": "all"}, {"days": 30}, r"it\.baseline days: the result counted 30 days of a baseline of 31"),
        (GROUP, {"metric": "rate"}, {"days": 0}, r"it\.baseline days: the result counted 0 days of a baseline of 28"),
        (GROUP, {"metric": "rate"}, {"numerators": 70}, r"it\.target: its terms give 0\.0733, and the result says 0\.0555"),
    ],
)  # fmt: skip
def test_sums_from_which_the_target_does_not_follow_are_never_explained(
    scored: Scored, target: str, options: dict[str, str], changes: dict[str, object], told: str
) -> None:
    with pytest.raises(MismatchError, match=told):
        explain(_rebased(scored(_plan(target, **options)), **changes), "p01", "2026-02")

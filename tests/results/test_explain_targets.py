"""Every way to make a target, and what an explanation can show of it."""

import dataclasses
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from jointpay.data.targets import TargetTable
from jointpay.results.explain import explain
from jointpay.results.explanation import Explanation, Term
from jointpay.results.scorecard import Scorecard

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
        ("{kind: growth, over: last_period, by: 0}", {"scope": "{kind: group, column: team}"}, "p01", "2026-02", "",
         "500", "the baseline, 2026-01-01 to 2026-01-31, times 1"),
        ("{kind: growth, over: {kind: dates, from: 2026-01-01, to: 2026-01-15}, by: 0}", {}, "p02", "2026-02", "",
         "67", "the baseline, 2026-01-01 to 2026-01-14, times 1, times 14 / 28 days"),
        ("{kind: group, scope: {kind: group, column: team}, by: 10%}", {"metric": "rate"}, "p01", "2026-02", "",
         "0.0535", "the same metric over items of the whole team in the same days, times 1.1"),
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


def test_a_baseline_that_no_row_holds_whole_is_not_shown(scored: Scored) -> None:
    card = scored(_plan("{kind: growth, over: last_period, by: 0}", scope="all"))
    role = card.roles[0]
    later = dataclasses.replace(role.payees, starts=role.payees.starts + np.int32(1))
    shifted = dataclasses.replace(card, roles=(dataclasses.replace(role, payees=later), *card.roles[1:]))
    told = explain(shifted, "p01", "2026-02")
    assert (_target(told).formula, _target(told).published) == ("", "500")
    assert not [term for term in told.terms if term.path[-1].startswith("baseline")]

"""Combining, links and refusals that the team of conftest.py does not meet."""

import dataclasses
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from jointpay.errors import MismatchError
from jointpay.plan.load import plan_from_text
from jointpay.plan.plan import Plan
from jointpay.results.explain import explain
from jointpay.results.explanation import Explanation, Term
from jointpay.results.scorecard import Scorecard
from jointpay.results.settlement import Settlement

Scored = Callable[..., Scorecard]

PLAN = """
schema_version: "1"
id: combining
version: "1"
effective: {from: 2026-01-01, to: 2026-04-01}
currency: CNY
time_zone: Asia/Shanghai
period: month
rounding: half_even
places: {attainment: 4, points: 2, adjustment: 2}
partial_period: whole
totals:
  clicks: {kind: count, events: [click]}
  stars: {kind: sum, events: [rating], unit: stars}
  ratings: {kind: count, events: [rating]}
metrics:
  clicks: {kind: total, total: clicks, unit: count, direction: higher_is_better, places: 0}
  rating: {kind: ratio, numerator: stars, denominator: ratings, unit: stars, direction: higher_is_better, places: 1}
roles:
  designer:
    components:
      work:
        weight: 100%
        combine: COMBINE
        measures:
          low: {weight: 25%, metric: clicks, scope: own, attainment: value, curve: LOW, missing: zero}
          high: {weight: 25%, metric: clicks, scope: own, attainment: value, curve: HIGH, missing: zero}
          rated:
            weight: 50%
            metric: rating
            scope: own
            attainment: value
            min_count: 100
            curve: {kind: rating_scale, levels: [{at: 1, gives: 0}, {at: 5, gives: 150}], between: straight_line}
            missing: leave_out
        modifiers:
          half: {metric: clicks, scope: own, attainment: value, curve: HALF, missing: zero}
  operator:
    components:
      rated:
        weight: 50%
        combine: weighted_mean
        measures:
          rated:
            weight: 100%
            metric: rating
            scope: own
            attainment: value
            min_count: 3
            curve: {kind: rating_scale, levels: [{at: 1, gives: 0}, {at: 5, gives: 150}], between: straight_line}
            missing: leave_out
        missing: leave_out
      work:
        weight: 50%
        combine: weighted_mean
        measures:
          it: {weight: 100%, metric: clicks, scope: own, attainment: value, curve: LOW, missing: zero}
  lead:
    components:
      team:
        weight: 100%
        combine: weighted_mean
        measures:
          operators: {kind: link, weight: 1, role: operator, component: rated, missing: zero}
"""


def _plan(combine: str, low: str = "100", high: str = "400", half: str = "50") -> str:
    text = PLAN.replace("COMBINE", combine)
    for name, gives in (("LOW", low), ("HIGH", high), ("HALF", half)):
        text = text.replace(name, f"{{kind: threshold, at: 0, below_gives: 0, gives: {gives}, edge: upper}}")
    return text


def _points(told: Explanation) -> Term:
    return next(term for term in told.terms if term.path[2:] == ("components", "work", "points", "points"))


def test_a_mean_is_put_in_brackets_before_it_is_multiplied(scored: Scored) -> None:
    term = _points(explain(scored(_plan("weighted_mean")), "p01", "2026-02"))
    assert term.formula == "(25 + 100) / 0.5 * 50.00 / 100"
    assert term.published == "125.00"
    without = _plan("weighted_mean").replace(
        "weight: 50%\n            metric: rating", "weight: 1%\n            metric: rating"
    )
    without = without.replace("weight: 25%, metric", "weight: 49.5%, metric").replace("min_count: 100", "min_count: 1")
    term = _points(explain(scored(without), "p01", "2026-02"))
    assert term.formula == "(49.5 + 198 + 1.1625) * 50.00 / 100"
    assert (term.digits, term.published) == ("124.33125", "124.33")


def test_a_geometric_mean_that_a_fraction_equals(scored: Scored) -> None:
    term = _points(explain(scored(_plan("weighted_geometric")), "p01", "2026-02"))
    assert term.formula == "100.00 ^ 0.5 * 400.00 ^ 0.5 * 50.00 / 100"
    assert (term.exact, term.published) == (Fraction(100), "100.00")
    assert term.note == "the weights that remain sum to 50%, so each is divided by it"


def test_a_geometric_mean_with_a_zero(scored: Scored) -> None:
    term = _points(explain(scored(_plan("weighted_geometric", low="0")), "p01", "2026-02"))
    assert (term.exact, term.published) == (Fraction(0), "0.00")


def test_a_root_of_the_weights_that_remain(scored: Scored) -> None:
    term = _points(explain(scored(_plan("weighted_geometric", high="300")), "p01", "2026-02"))
    assert (term.exact, term.digits, term.published) == (None, "86.602540...", "86.60")
    assert term.note == "a root, whose digits do not end; the weights that remain sum to 50%, so each is divided by it"


def test_partners_without_the_component_are_left_out_of_a_link(scored: Scored) -> None:
    # The people of the team are designers and operators: here the designers are paid by what `lead` says above.
    card = scored(_plan("weighted_mean").replace("  designer:", "  DESIGNER:").replace("  lead:", "  designer:")
                  .replace("  DESIGNER:", "  lead:"))  # fmt: skip
    told = explain(card, "p01", "2026-02")
    partners = [term for term in told.terms if term.path[-1].startswith("partner ")]
    assert [(term.label, term.published, term.note) for term in partners] == [
        ("rated of p02", "", "left out, because the partner has no such points"),
        ("rated of p03", "125.00", "with a weight of 12, by the credit shared on items and days"),
    ]
    points = next(term for term in told.terms if term.path[-2:] == ("operators", "points"))
    assert (points.formula, points.published) == ("", "125.00")


def _replanned(card: Scorecard, text: str) -> Scorecard:
    return dataclasses.replace(card, plan=plan_from_text(text, format="yaml"))


def test_a_curve_that_refuses_is_not_explained(scored: Scored) -> None:
    text = _plan("minimum")
    steps = "{kind: steps, steps: [{at: 1000, gives: 100}], edge: upper, below: refuse}"
    refusing = text.replace("{kind: threshold, at: 0, below_gives: 0, gives: 100, edge: upper}", steps, 1)
    with pytest.raises(
        MismatchError, match=r"low\.points: the curve refuses to answer at 768\.3333, and the result has points"
    ):
        explain(_replanned(scored(text), refusing), "p01", "2026-02")


def test_a_pay_curve_that_refuses_is_not_explained(settlement: Settlement) -> None:
    plan = settlement.scorecard.plan
    tree = plan.to_json_tree()
    tree["roles"]["designer"]["pay"][0]["curve"]["below"] = "refuse"
    tree["roles"]["designer"]["pay"][0]["curve"]["points"][0]["at"] = "159"
    card = dataclasses.replace(settlement.scorecard, plan=Plan.model_validate(tree))
    with pytest.raises(
        MismatchError, match=r"performance\.adjustment: the pay curve refuses to answer at 79\.23, and the"
    ):
        explain(dataclasses.replace(settlement, scorecard=card), "p01", "2026-01")


def test_the_text_of_a_scorecard(card: Scorecard) -> None:
    told = explain(card, "p04", "2026-01")
    text = str(told)
    assert text == told.text()
    assert text.startswith("p04, 2026-01\nplan team, version 3, digest ")
    assert "amount" not in text
    assert text.isprintable() or "\n" in text
    assert "a tie goes away from zero" in text


def test_the_text_of_another_rounding(scored: Scored) -> None:
    assert "a tie goes to the even neighbour" in explain(scored(_plan("minimum")), "p01", "2026-02").text()


def test_names_in_the_text_show_their_invisible_characters(settlement: Settlement) -> None:
    assert str(explain(settlement, "p03", "2026-02")).startswith("p03 (=Cai\\u202e), 2026-02\n")


def test_nothing_of_the_result_is_changed_by_explaining_it(settlement: Settlement) -> None:
    before = settlement.to_json()
    explain(settlement, "p02", "2026-02")
    assert settlement.to_json() == before
    assert isinstance(settlement.lines[0].points, np.ndarray)

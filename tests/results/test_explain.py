"""Expected numbers were worked out by hand from the tables in conftest.py."""

import dataclasses
import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from jointpay.errors import MismatchError
from jointpay.plan.plan import Plan
from jointpay.results.explain import explain
from jointpay.results.explanation import Explanation, Term
from jointpay.results.scorecard import MeasureScores, RoleScores, Scorecard
from jointpay.results.settlement import Settlement


def _term(explanation: Explanation, *path: str) -> Term:
    found = [term for term in explanation.terms if term.path[2:] == path]
    assert len(found) == 1, [term.path for term in explanation.terms]
    return found[0]


def test_a_measure_from_credited_clicks_to_points(settlement: Settlement) -> None:
    # 700 of item i0 whole, and 205 of item i1 at 4/12: 768 1/3 clicks against 700.
    told = explain(settlement, "p01", "2026-02")
    where = ("components", "quality", "measures", "clicks")
    assert _term(told, *where, "numerator").exact == Fraction(2305, 3)
    assert _term(told, *where, "value").published == "768"
    assert _term(told, *where, "target").published == "700"
    attainment = _term(told, *where, "attainment")
    assert attainment.formula == "(2305 / 3) / 700"
    assert attainment.exact == Fraction(2305, 2100)
    assert (attainment.digits, attainment.published) == ("1.09761904...", "1.0976")
    points = _term(told, *where, "points")
    assert (points.formula, points.published) == ("150 * 1.0976 / 1.5", "109.76")
    assert points.note == "the curve for 0 <= x <= 1.5 gives 0 to 150"


def test_a_component_and_the_score_add_up(settlement: Settlement) -> None:
    told = explain(settlement, "p01", "2026-02")
    quality = ("components", "quality", "points")
    weighted = [_term(told, *quality, f"weighted {name}").exact for name in ("clicks", "rating", "dwell")]
    assert weighted == [Fraction("54.88"), Fraction("34.2"), Fraction(20)]
    assert _term(told, *quality, "points").exact == sum(w for w in weighted if w is not None)
    assert _term(told, "score", "score").formula == "65.448 + 45.496"
    assert _term(told, "score", "score").published == "110.94"


def test_a_growth_target_shows_its_baseline_where_the_period_was_scored(settlement: Settlement) -> None:
    where = ("components", "contribution", "measures", "clicks")
    told = explain(settlement, "p01", "2026-02")
    assert _term(told, *where, "baseline numerator").exact == Fraction(1300, 3)
    assert _term(told, *where, "target").formula == "(1300 / 3) * 1.1"
    assert _term(told, *where, "target").published == "477"
    part_time = [term for term in explain(settlement, "p02", "2026-02").terms if term.path[2:] == (*where, "target")]
    assert [term.formula for term in part_time] == ["(200 / 3) * 1.1 * 14 / 28"]


def test_a_geometric_mean_is_shown_as_powers_with_enough_digits(settlement: Settlement) -> None:
    points = _term(explain(settlement, "p01", "2026-02"), "components", "contribution", "points", "points")
    assert points.formula == "99.16 ^ 0.5 * 161.08 ^ 0.5 * 90.00 / 100"
    assert points.exact is None
    assert (points.digits, points.published) == ("113.744807...", "113.74")
    assert points.note == "a root, whose digits do not end"


def test_limits_say_whether_they_bind(settlement: Settlement) -> None:
    told = explain(settlement, "p01", "2026-01")
    where = ("pay", "performance")
    assert _term(told, *where, "adjustment").formula == "-40 + 100 * (79.23 - 60) / 100"
    assert _term(told, *where, "limit 2").note == "it does not bind"
    assert _term(told, *where, "limit 3").label == "guard 20%"
    assert _term(told, *where, "limit 3").note == "it binds, by 0.77%"
    assert _term(told, *where, "amount").formula == "10000.00 * -20 / 100"
    assert _term(told, *where, "amount limit 2").formula == "max(-2000.00, -1000.50)"
    assert _term(told, *where, "amount limit 2").note == "it binds, by 999.50"
    assert told.amount_minor == -50050
    assert told.terms[-1].formula == "-1000.50 + 500.00"


def test_missing_values_say_why_and_what_they_count_as(settlement: Settlement) -> None:
    told = explain(settlement, "p01", "2026-01")
    thin = _term(told, "components", "quality", "measures", "rating", "points")
    assert thin.note == "the sample is too thin: a denominator of 7/3, and 3 are asked for; it is left out"
    assert (thin.exact, thin.published) == (None, "")
    neutral = _term(told, "components", "quality", "measures", "dwell", "points")
    assert neutral.exact == 100
    assert neutral.note == (
        "there is no baseline or group value to make a target of; "
        "the plan's policy is neutral: it counts as 100.00 points"
    )
    together = _term(told, "components", "quality", "points", "points")
    assert together.formula == "(30.95 + 20) / 0.7"
    assert together.note == "the weights that remain sum to 70%, so the sum is divided by it"


def test_a_payee_who_changes_seat_has_two_rows(settlement: Settlement) -> None:
    told = explain(settlement, "p02", "2026-02")
    rows = [section for section in told.sections if section.depth == 0]
    assert [section.title for section in rows] == [
        "Designer, 2026-02-01 to 2026-02-14 (14 of 28 days)",
        "operator, 2026-02-15 to 2026-02-28 (14 of 28 days)",
        "All lines together",
    ]
    bases = [term for term in told.terms if term.path[-1] == "base" and term.path[0] == "designer"]
    assert {term.published for term in bases} == {"4000.01"}
    assert bases[0].note == "the part that falls on these 14 days, divided by days over the seats held"


def test_links_name_the_partners_and_their_weights(settlement: Settlement) -> None:
    told = explain(settlement, "p02", "2026-02")
    where = ("components", "partners", "measures", "designs")
    assert _term(told, *where, "partner 1").label == "设计质量 of p01"
    assert _term(told, *where, "points").published == "109.08"
    alone = explain(settlement, "p04", "2026-01")
    assert _term(alone, *where, "points").note == (
        "nobody in role designer shares an item and has these points; it is left out"
    )
    assert _term(alone, "components", "partners", "points", "points").note == (
        "everything it is made of is left out; it is left out"
    )
    assert _term(alone, "pay", "partners", "amount").note == "partners is missing, so the plan makes no adjustment"


def test_a_filled_component_says_so(settlement: Settlement) -> None:
    told = explain(settlement, "p04", "2026-01")
    filled = _term(told, "components", "ratings", "points", "points")
    assert (filled.exact, filled.published) == (Fraction(100), "100.00")
    assert _term(told, "score", "score").formula == "(0 + 30) / 0.6"


def test_a_scorecard_is_explained_up_to_the_score(card: Scorecard, settlement: Settlement) -> None:
    told = explain(card, "p01", "2026-02")
    assert told.amount_minor is None
    assert not [term for term in told.terms if "pay" in term.path]
    assert told.sections == tuple(s for s in explain(settlement, "p01", "2026-02").sections if "pay" not in s.path)


def test_every_row_of_the_result_is_explained(settlement: Settlement) -> None:
    total = 0
    for person in settlement.scorecard.person_ids:
        for period in settlement.scorecard.periods:
            amount = explain(settlement, person, period.id).amount_minor
            assert amount is not None
            total += amount
    assert total == sum(int(line.amount_minor.sum()) for line in settlement.lines)


def test_it_is_plain_data(settlement: Settlement) -> None:
    told = explain(settlement, "p01", "2026-02")
    tree = told.to_dict()
    assert json.loads(json.dumps(tree)) == tree
    assert tree["payee"] == "p01"
    assert tree["rounding"] == "half_away_from_zero"
    term = next(term for term in tree["sections"][2]["terms"] if term["path"][-1] == "attainment")
    assert (term["exact"], term["published"]) == ("461/420", "1.0976")
    root = [term for section in tree["sections"] for term in section["terms"] if term["note"].startswith("a root")]
    assert [term["exact"] for term in root] == [None]


@pytest.mark.parametrize(
    ("payee", "period", "told"),
    [
        ("p1", "2026-01", "^there is no payee 'p1' in this result; did you mean 'p01'.; payees in it: 'p01', 'p02', "),
        ("Bo", "2026-01", "^there is no payee 'Bo' in this result; did you mean 'p02'.;"),
        ("x", "2026-01", "^there is no payee 'x' in this result; payees in it: 'p01', 'p02', 'p03', 'p04'$"),
        ("p01", "2026-1", "^there is no period '2026-1' in this result; did you mean '2026-01'.; periods in it: "),
        ("p01", "2026-03", "^there is no period '2026-03' in this result; did you mean "),
    ],
)
def test_unknown_payees_and_periods(settlement: Settlement, payee: str, period: str, told: str) -> None:
    with pytest.raises(MismatchError, match=told):
        explain(settlement, payee, period)


def test_a_payee_without_a_seat_in_the_period(card: Scorecard) -> None:
    roles = tuple(
        _changed_rows(role, ~((role.payees.persons == 3) & (role.payees.periods == 0))) for role in card.roles
    )
    # Without p04's first row: links of the operators still point at designers, whose rows are as they were.
    with pytest.raises(
        MismatchError, match=r"^payee 'p04' holds no seat in period '2026-01'; periods with a seat: 2026-02$"
    ):
        explain(dataclasses.replace(card, roles=roles), "p04", "2026-01")


def _changed_rows(role: RoleScores, kept: np.ndarray) -> RoleScores:
    rows = dataclasses.replace(
        role.payees, periods=role.payees.periods[kept], persons=role.payees.persons[kept],
        starts=role.payees.starts[kept], ends=role.payees.ends[kept],
    )  # fmt: skip
    return dataclasses.replace(role, payees=rows)


def _with_measure(card: Scorecard, name: str, value: int) -> Scorecard:
    """Change one number of the first measure of the first component of p01 in 2026-01."""
    role = card.roles[0]
    component = role.components[0]
    measure = component.measures[0]
    assert isinstance(measure, MeasureScores)
    numbers = getattr(measure, name).copy()
    numbers[0] = value
    measure = dataclasses.replace(measure, **{name: numbers})
    component = dataclasses.replace(component, measures=(measure, *component.measures[1:]))
    role = dataclasses.replace(role, components=(component, *role.components[1:]))
    return dataclasses.replace(card, roles=(role, *card.roles[1:]))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        (
            "numerators",
            5210,
            r"quality\.measures\.clicks\.value: its terms give 434, and the result says 433, so it is not",
        ),
        ("values", 434, r"clicks\.value: its terms give 433, and the result says 434"),
        ("targets", 701, r"clicks\.target: its terms give 700, and the result says 701"),
        ("attainments", 6191, r"clicks\.attainment: its terms give 0\.6190, and the result says 0\.6191"),
        ("points", 6189, r"clicks\.points: its terms give 61\.90, and the result says 61\.89"),
        ("states", 2, r"clicks\.state: the result says 'thin_sample', and its numbers say otherwise"),
        ("states", 6, r"clicks\.state: the result says 'all_left_out', and its numbers say otherwise"),
        ("states", 3, r"clicks\.state: the result says 'no_baseline', and its numbers say otherwise"),
    ],
)
def test_a_number_that_does_not_follow_is_never_explained(card: Scorecard, name: str, value: int, told: str) -> None:
    with pytest.raises(MismatchError, match=told):
        explain(_with_measure(card, name, value), "p01", "2026-01")


def test_scores_and_states_that_do_not_follow_are_refused(card: Scorecard) -> None:
    role = card.roles[0]
    wrong = dataclasses.replace(role, scores=role.scores + 1)
    with pytest.raises(MismatchError, match=r"score\.score: its terms give 79\.23, and the result says 79\.24"):
        explain(dataclasses.replace(card, roles=(wrong, *card.roles[1:])), "p01", "2026-01")
    wrong = dataclasses.replace(role, states=role.states + np.int8(6))
    with pytest.raises(MismatchError, match="the result and its components do not agree on whether there is any"):
        explain(dataclasses.replace(card, roles=(wrong, *card.roles[1:])), "p01", "2026-01")
    for change, told in (
        (
            {"points": role.components[0].points + 1},
            r"quality\.points\.points: its terms give 72\.79, and the result says",
        ),
        ({"states": role.components[0].states + np.int8(6)}, "the result and its measures do not agree"),
    ):
        component = dataclasses.replace(role.components[0], **change)
        wrong = dataclasses.replace(role, components=(component, *role.components[1:]))
        with pytest.raises(MismatchError, match=told):
            explain(dataclasses.replace(card, roles=(wrong, *card.roles[1:])), "p01", "2026-01")
    component = dataclasses.replace(role.components[1], points=role.components[1].points - 1)
    wrong = dataclasses.replace(role, components=(role.components[0], component))
    with pytest.raises(
        MismatchError, match=r"contribution\.points\.points: its terms give 88\.89, and the result says 88\.88"
    ):
        explain(dataclasses.replace(card, roles=(wrong, *card.roles[1:])), "p01", "2026-01")


def test_links_that_do_not_follow_are_refused(card: Scorecard) -> None:
    operator = card.roles[1]
    partners = operator.components[1]
    link = partners.measures[0]
    for change, told in (
        ({"points": link.points + 1}, r"designs\.points: its terms give 72\.79, and the result says 72\.80"),
        ({"states": link.states + np.int8(5)}, "the result and its partners do not agree on whether there is any"),
    ):
        component = dataclasses.replace(partners, measures=(dataclasses.replace(link, **change),))
        wrong = dataclasses.replace(operator, components=(operator.components[0], component, operator.components[2]))
        with pytest.raises(MismatchError, match=told):
            explain(dataclasses.replace(card, roles=(card.roles[0], wrong)), "p03", "2026-01")
    component = dataclasses.replace(partners, measures=card.roles[0].components[0].measures[:1])
    component = dataclasses.replace(component, measures=(dataclasses.replace(component.measures[0], name="designs"),))
    wrong = dataclasses.replace(operator, components=(operator.components[0], component, operator.components[2]))
    with pytest.raises(MismatchError, match="the plan and the result do not agree on what is a link"):
        explain(dataclasses.replace(card, roles=(card.roles[0], wrong)), "p03", "2026-01")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"adjustments": 0}, r"performance\.adjustment: its terms give -20\.77, and the result says -20\.76"),
        ({"adjustments": 3}, r"performance\.limit 3: its terms give -20\.00, and the result says -19\.99"),
        ({"amounts": 0}, r"performance\.amount: its terms give -2000\.00, and the result says -1999\.99"),
        ({"amounts": 2}, r"performance\.amount limit 2: its terms give -1000\.50, and the result says -1000\.49"),
        ({"points": None}, r"performance\.points: its terms give 79\.23, and the result says 79\.24"),
        (
            {"states": None},
            r"performance\.points: the line and the scorecard do not agree on whether 'score' is missing",
        ),
    ],
)
def test_lines_that_do_not_follow_are_refused(settlement: Settlement, change: dict[str, int | None], told: str) -> None:
    line = settlement.lines[0]
    for name, place in change.items():
        now = getattr(line, name)
        more = now + np.array(1, now.dtype) if place is None else (*now[:place], now[place] + 1, *now[place + 1 :])
        changes: dict[str, Any] = {name: more}
        line = dataclasses.replace(line, **changes)
    with pytest.raises(MismatchError, match=told):
        explain(dataclasses.replace(settlement, lines=(line, *settlement.lines[1:])), "p01", "2026-01")


def test_a_line_without_points_pays_nothing(settlement: Settlement) -> None:
    lines = list(settlement.lines)
    lines[3] = dataclasses.replace(lines[3], amounts=(lines[3].amounts[0] + 1,))
    with pytest.raises(MismatchError, match=r"partners\.amount: its terms give 0\.00, and the result says 0\.01"):
        explain(dataclasses.replace(settlement, lines=tuple(lines)), "p04", "2026-01")


def test_the_plan_of_the_example_has_no_errors(plan: Plan) -> None:
    assert plan.roles["operator"].missing == "no_adjustment"

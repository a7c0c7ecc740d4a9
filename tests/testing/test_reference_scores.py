"""The reference of scoring on small cases worked by hand, one for each rule that is easy to get wrong."""

from collections.abc import Sequence

import pytest

from jointpay.errors import DataError, MissingValueError
from jointpay.plan.plan import Plan
from jointpay.testing.examples import component, credits_table, facts_table, measure, people_table, plan, read, table
from jointpay.testing.reference import reference_scorecard
from jointpay.testing.reference_records import (
    ReferenceBaseline,
    ReferenceComponent,
    ReferenceLink,
    ReferenceMeasure,
    ReferenceRow,
)


def only(rows: Sequence[ReferenceRow], place: int = 0) -> ReferenceMeasure:
    found = rows[place].components[0].measures[0]
    assert isinstance(found, ReferenceMeasure)
    return found


ADA = people_table(("ada", "designer", "", "", "north"))


def test_own_scope_adds_shares_on_the_days_credited_only() -> None:
    made = plan({"designer": {"quality": component(measure(), missing="zero")}})
    data = read(
        made,
        ADA,
        credits_table(
            ("ada", "designer", "poster", "1/3", "", "2026-01-10"), ("ada", "designer", "film", "0.5", "", "")
        ),
        facts_table(
            ("2026-01-09", "poster", "feed", 10, 0),  # 10 / 3
            ("2026-01-10", "poster", "feed", 100, 0),  # the credit has ended
            ("2026-01-10", "film", "mail", 7, 0),  # 7 / 2
            ("2026-01-10", "page", "feed", 999, 0),  # nobody's
        ),
    )
    scored = only(reference_scorecard(made, data).roles["designer"])
    # 10/3 + 7/2 = 41/6 = 6.8333..., over the common denominator 6: 41
    assert (scored.share_denominator, scored.numerator, scored.denominator) == (6, 41, 6)
    assert (scored.value, scored.attainment, scored.points, scored.state) == (683, 68333, 683, 0)


def test_group_scope_counts_each_fact_once_and_whole() -> None:
    scope = {"kind": "group", "column": "team"}
    made = plan(
        {role: {"quality": component(measure(scope=scope), missing="zero")} for role in ("designer", "operator")}
    )
    data = read(
        made,
        people_table(
            ("ada", "designer", "", "", "north"),
            ("bo", "operator", "", "2026-01-16", "north"),
            ("bo", "operator", "2026-01-16", "", "south"),
        ),
        credits_table(
            ("ada", "designer", "poster", "1/3", "", "2026-01-16"), ("bo", "operator", "poster", "1/2", "", "")
        ),
        facts_table(
            ("2026-01-15", "poster", "feed", 10, 0),  # both are north: 10 once, not 10 * (1/3 + 1/2), not 20
            ("2026-01-16", "poster", "feed", 5, 0),  # only bo is credited, and bo is south now
            ("2026-01-16", "page", "feed", 99, 0),  # nobody's
        ),
    )
    rows = reference_scorecard(made, data).roles
    assert [only(rows["designer"]).numerator, only(rows["operator"]).numerator] == [10, 10]
    # bo's second row: days from the 16th, team south
    assert only(rows["operator"], 1).numerator == 5
    assert only(rows["designer"]).share_denominator == 1


def test_a_credit_does_not_count_on_a_day_without_the_seat() -> None:
    made = plan({"designer": {"quality": component(measure(), missing="zero")}})
    data = read(
        made,
        people_table(("ada", "designer", "2026-01-10", "2026-01-20", "north")),
        credits_table(("ada", "designer", "poster", "1", "", "")),
        facts_table(("2026-01-09", "poster", "feed", 10, 0), ("2026-01-19", "poster", "feed", 3, 0)),
    )
    card = reference_scorecard(made, data)
    assert only(card.roles["designer"]).numerator == 3
    # 13 clicks came in; 3 are ada's, 10 nobody's
    clicks = next(line for line in card.conservation if line.total == "clicks")
    assert (clicks.input, int(clicks.credited), int(clicks.unattributed), clicks.not_scored) == (13, 3, 10, 0)


def test_undefined_comes_before_thin_and_thin_counts_credited_clicks() -> None:
    made = plan(
        {"designer": {"quality": component(measure("rate", min_count=3), missing={"kind": "neutral", "points": "90"})}}
    )
    shares = credits_table(("ada", "designer", "poster", "1/2", "", ""))
    thin = read(made, ADA, shares, facts_table(("2026-01-09", "poster", "feed", 5, 5)))
    # 5 clicks * 1/2 = 2.5 < 3: thin, the component's policy fills in 90
    row = reference_scorecard(made, thin).roles["designer"][0]
    assert (only([row]).state, only([row]).value, row.components[0].state, row.components[0].points) == (2, 0, 6, 9000)
    assert (row.score, row.state) == (9000, 0)
    enough = read(made, ADA, shares, facts_table(("2026-01-09", "poster", "feed", 6, 5)))
    # 6 * 1/2 = 3 is enough: 5/6 = 0.8333
    assert only(reference_scorecard(made, enough).roles["designer"]).value == 8333
    empty = read(made, ADA, shares, facts_table(("2026-01-09", "poster", "feed", 0, 5)))
    assert only(reference_scorecard(made, empty).roles["designer"]).state == 1


def test_growth_over_last_month_with_partial_periods_on_both_sides() -> None:
    target = {"kind": "growth", "over": "last_period", "by": "10%"}
    made = plan({"designer": {"quality": component(measure(target=target, attainment="ratio"), missing="zero")}})
    data = read(
        made,
        people_table(("ada", "designer", "2026-01-22", "2026-02-15", "north")),
        credits_table(("ada", "designer", "poster", "1", "", "")),
        facts_table(
            ("2026-01-05", "poster", "feed", 400, 0),  # before the seat: nobody's
            ("2026-01-30", "poster", "feed", 20, 0),
            ("2026-02-02", "poster", "feed", 22, 0),
        ),
    )
    card = reference_scorecard(made, data)
    assert card.periods == ("2026-01", "2026-02")
    # January looks at December, in which there is no fact
    assert only(card.roles["designer"]).state == 3
    # January: 20 clicks in 10 of 31 days; asked: 20 * 1.1 * 31/10 * 14/28 = 34.1; 22 / 34.1 = 0.64516...
    scored = only(card.roles["designer"], 1)
    assert (scored.target, scored.attainment, scored.points, scored.state) == (3410, 6452, 65, 0)
    assert scored.baseline == ReferenceBaseline(share_denominator=1, numerator=20, denominator=1, days=10)
    assert only(card.roles["designer"]).baseline == ReferenceBaseline(1, 0, 1, 0)


def test_growth_over_dates_scales_a_total_to_the_period_and_leaves_a_ratio_alone() -> None:
    target = {"kind": "growth", "over": {"kind": "dates", "from": "2026-01-01", "to": "2026-01-11"}, "by": "0"}
    measures = [
        measure(target=target, attainment="difference", weight="1/2"),
        measure("rate", target=target, attainment="percentage_points", weight="1/2"),
    ]
    made = plan({"designer": {"quality": component(*measures, missing="zero")}}, partial_period="whole")
    data = read(
        made,
        people_table(("ada", "designer", "2026-01-06", "", "north")),
        credits_table(("ada", "designer", "poster", "1", "", "")),
        facts_table(("2026-01-08", "poster", "feed", 20, 5), ("2026-03-02", "poster", "feed", 70, 21)),
    )
    march = reference_scorecard(made, data, periods=("2026-03",)).roles["designer"][0].components[0].measures
    assert isinstance(march[0], ReferenceMeasure)
    assert isinstance(march[1], ReferenceMeasure)
    # clicks: 20 in 10 days, asked in 31: 62; 70 - 62 = 8 (under `whole` the five days without the seat change nothing)
    assert (march[0].target, march[0].attainment) == (6200, 80000)
    # rate: 5/20 = 0.25 asked, 21/70 = 0.30: 5 points more
    assert (march[1].target, march[1].value, march[1].attainment) == (2500, 3000, 50000)


def test_a_target_table_by_item_is_put_together_by_credit() -> None:
    target = {"kind": "table", "name": "asked", "keys": ["item"]}
    measures = [
        measure(target=target, attainment="ratio", weight="1/2"),
        measure("rate", target={**target, "name": "rates"}, attainment="ratio", weight="1/2"),
    ]
    made = plan({"designer": {"quality": component(*measures, missing="zero")}})
    shares = credits_table(
        ("ada", "designer", "poster", "1/2", "", "2026-01-11"),
        ("ada", "designer", "film", "1", "2026-01-22", ""),
    )
    happened = facts_table(("2026-01-05", "poster", "feed", 40, 4), ("2026-01-25", "film", "feed", 10, 5))
    asked = table("target item value", ("asked", "poster", "62"), ("asked", "film", "31"), ("rates", "poster", "10%"))
    with pytest.raises(DataError, match=r"'rates' for 'film'"):
        reference_scorecard(made, read(made, ADA, shares, happened, asked))
    asked = {name: [*cells, cell] for (name, cells), cell in zip(asked.items(), ("rates", "film", "40%"), strict=True)}
    scored = (
        reference_scorecard(made, read(made, ADA, shares, happened, asked)).roles["designer"][0].components[0].measures
    )
    assert isinstance(scored[0], ReferenceMeasure)
    assert isinstance(scored[1], ReferenceMeasure)
    # clicks: 62 * 1/2 * 10/31 + 31 * 1 * 10/31 = 10 + 10; value 40/2 + 10 = 30; 30/20
    assert (scored[0].target, scored[0].attainment) == (2000, 15000)
    # rates: (10% * 20 + 40% * 10) / 30 = 20%; value (2 + 5) / 30 = 0.23333; / 0.2 = 1.16667
    assert (scored[1].target, scored[1].attainment) == (2000, 11667)


def test_a_group_value_as_target_and_a_target_of_zero() -> None:
    target = {"kind": "group", "scope": "all", "by": "0"}
    made = plan(
        {"designer": {"quality": component(measure("rate", target=target, attainment="ratio"), missing="zero")}}
    )
    shares = credits_table(("ada", "designer", "poster", "1", "", ""))
    data = read(
        made, ADA, shares, facts_table(("2026-01-05", "poster", "feed", 10, 3), ("2026-01-05", "x", "feed", 10, 2))
    )
    scored = only(reference_scorecard(made, data).roles["designer"])
    # all: 5/20 = 0.25; own 0.3; 0.3/0.25 = 1.2
    assert (scored.target, scored.attainment, scored.state) == (2500, 12000, 0)
    assert scored.baseline == ReferenceBaseline(share_denominator=1, numerator=5, denominator=20, days=31)
    data = read(
        made, ADA, shares, facts_table(("2026-01-05", "poster", "feed", 10, 3), ("2026-01-05", "x", "feed", 10, -3))
    )
    # all: 0/20: a ratio to nothing has no answer, though the value has one
    scored = only(reference_scorecard(made, data).roles["designer"])
    assert (scored.value, scored.target, scored.attainment, scored.points, scored.state) == (3000, 0, 0, 0, 4)


def test_a_link_weighs_partners_by_shared_credit_and_days() -> None:
    link = {"kind": "link", "role": "operator", "component": "traffic", "weight": "1", "missing": "zero"}
    made = plan(
        {
            "designer": {"together": component(link)},
            "operator": {"traffic": component(measure(), missing="zero")},
        }
    )
    data = read(
        made,
        people_table(
            ("ada", "designer", "", "", "north"),
            ("bo", "operator", "", "", "north"),
            ("chen", "operator", "", "2026-01-21", "north"),
            ("dina", "operator", "", "", "north"),
        ),
        credits_table(
            ("ada", "designer", "poster", "1/2", "", ""),
            ("bo", "operator", "poster", "1/3", "", ""),
            ("chen", "operator", "poster", "2/3", "2026-01-11", ""),
            ("dina", "operator", "film", "1", "", ""),
        ),
        facts_table(("2026-01-15", "poster", "feed", 30, 0), ("2026-01-15", "film", "feed", 500, 0)),
    )
    card = reference_scorecard(made, data)
    # bo: 30/3 = 10 points, weight 1/2 * 1/3 * 31 days = 31/6; chen: 20 points, 1/2 * 2/3 * 10 days = 20/6; dina: none
    # weights in 1/36: 186 and 120; (10 * 31 + 20 * 20) / 51 = 13.92
    scored = card.roles["designer"][0].components[0].measures[0]
    assert scored == ReferenceLink("p0", ((0, 186), (1, 120)), 1392, 0, counts=True)
    assert card.roles["designer"][0].score == 1392


def test_a_link_without_partner_follows_its_policy() -> None:
    link = {"kind": "link", "role": "operator", "component": "traffic", "weight": "1"}
    tree = {
        "designer": {"together": component({**link, "missing": {"kind": "neutral", "points": "100"}})},
        "operator": {"traffic": component(measure(), missing="zero")},
    }
    made = plan(tree)
    shares = credits_table(("ada", "designer", "poster", "1", "", ""))
    happened = facts_table(("2026-01-15", "poster", "feed", 30, 0))
    scored = reference_scorecard(made, read(made, ADA, shares, happened)).roles["designer"][0].components[0].measures[0]
    assert scored == ReferenceLink("p0", (), 10000, 5, counts=True)
    tree["designer"] = {"together": component({**link, "missing": "error"})}
    made = plan(tree)
    with pytest.raises(MissingValueError, match=r"together.measures.p0.*person 'ada', period '2026-01'.*missing_value"):
        reference_scorecard(made, read(made, ADA, shares, happened))


def component_of(made: Plan, *happened: tuple[object, ...]) -> ReferenceComponent:
    data = read(made, ADA, credits_table(("ada", "designer", "poster", "1", "", "")), facts_table(*happened))
    return reference_scorecard(made, data).roles["designer"][0].components[0]


@pytest.mark.parametrize(("rounding", "expected"), [("half_away_from_zero", 3), ("half_even", 2)])
def test_a_geometric_mean_that_is_a_tie_is_seen_as_one(rounding: str, expected: int) -> None:
    # clicks 25, all clicks 25: sqrt(25 * 25) = 25, times the modifier 10/100: 2.5 exactly
    gate = measure(curve={"kind": "threshold", "at": "1", "below_gives": "0", "gives": "10", "edge": "upper"})
    gate = {key: cell for key, cell in gate.items() if key not in {"weight", "kind"}}
    level = {"kind": "proportional", "times": "1", "origin": "0", "from": "0", "to": "1000"}
    halves = [measure(weight="1/2", curve=level), measure(scope="all", weight="1/2", curve=level)]
    made = plan(
        {
            "designer": {
                "quality": component(*halves, combine="weighted_geometric", modifiers={"gate": gate}, missing="zero")
            }
        },
        rounding=rounding,
        places={"attainment": 4, "points": 0, "adjustment": 2},
    )
    assert component_of(made, ("2026-01-15", "poster", "feed", 25, 0)).points == expected


def test_weights_of_what_remains_are_scaled_up_and_a_modifier_left_out_multiplies_by_one() -> None:
    gate = measure("rate", curve={"kind": "threshold", "at": "1", "below_gives": "0", "gives": "10", "edge": "upper"})
    gate = {key: cell for key, cell in gate.items() if key not in {"weight", "kind"}}
    three = [
        measure(weight="0.5"),
        measure(weight="0.3", scope="all"),
        measure("rate", weight="0.2"),
    ]
    made = plan({"designer": {"quality": component(*three, modifiers={"gate": gate}, missing="zero")}})
    # rate is 2/0: left out; (0.5 * 0 + 0.3 * 8) / 0.8 = 3
    data = read(
        made,
        ADA,
        credits_table(("ada", "designer", "poster", "1", "", "")),
        facts_table(("2026-01-15", "poster", "feed", 0, 2), ("2026-01-15", "film", "feed", 8, 0)),
    )
    found = reference_scorecard(made, data).roles["designer"][0].components[0]
    assert (found.points, found.state, found.modifiers[0].counts) == (300, 0, False)


def test_a_curve_that_refuses_names_the_payee() -> None:
    curve = {
        "kind": "points",
        "points": [{"at": "0", "gives": "0"}, {"at": "1", "gives": "100"}],
        "below": "clamp",
        "above": "refuse",
    }
    made = plan({"designer": {"quality": component(measure(curve=curve), missing="zero")}})
    data = read(
        made,
        ADA,
        credits_table(("ada", "designer", "poster", "1", "", "")),
        facts_table(("2026-01-15", "poster", "feed", 2, 0)),
    )
    with pytest.raises(DataError, match=r"quality.measures.p0: person 'ada', period '2026-01': .*\[curve_refuses\]"):
        reference_scorecard(made, data)


def test_conservation_tells_days_outside_the_periods_scored() -> None:
    made = plan({"designer": {"quality": component(measure(), missing="zero")}})
    data = read(
        made,
        ADA,
        credits_table(("ada", "designer", "poster", "2/7", "", "")),
        facts_table(
            ("2025-12-31", "poster", "feed", 4, 0),
            ("2026-01-01", "poster", "feed", 7, 0),
            ("2026-02-01", "poster", "feed", 8, 0),
        ),
    )
    line = reference_scorecard(made, data, periods=("2026-01",)).conservation[0]
    assert (line.input, int(line.credited), int(line.unattributed), line.not_scored) == (19, 2, 5, 12)

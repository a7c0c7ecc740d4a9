"""The waterfall: its steps add up exactly to the published score, whatever the plan is made of."""

import itertools
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from jointpay.errors import JointPayError, MismatchError
from jointpay.pipeline import score
from jointpay.report import charts
from jointpay.report.charts.rows import Row, row_of
from jointpay.report.charts.steps import steps_to_score
from jointpay.report.language import language
from jointpay.results.scorecard import Scorecard
from jointpay.testing.examples import component, credits_table, facts_table, measure, people_table, plan, read
from jointpay.testing.strategies import random_case


def test_each_step_is_weight_times_points_away_from_100(card: Scorecard) -> None:
    """Ann: 3/4 * (120 - 100) = 15; 1/4 * (0.13 - 100) = -24.9675; 90.0325 * 0.1 = 9.0033; 99.04 is published."""
    chart = charts.waterfall(card, payee="ann", period="2026-01")
    assert list(zip(*chart.table.values(), strict=True)) == [
        ("On target", "", "100"),
        ("p0", "120 points, Design & <quality>", "+15.0000"),
        ("p1", "0.13 points, Design & <quality>", "-24.9675"),
        ("Multiplied by gate", "× 110 / 100, Design & <quality>", "+9.0033"),
        ("Rounding", "", "+0.0042"),
        ("Score", "", "99.04"),
    ]


VALUE = {"kind": "proportional", "times": "1", "origin": "0", "from": "0", "to": "1000"}


def scorecards(wanted: int) -> Iterator[Scorecard]:
    """Make scorecards of generated plans and data; a case whose plan asks to stop on missing values makes none."""
    found = 0
    for seed in itertools.count():
        case = random_case(seed)
        try:
            yield score(case.plan, case.dataset)
        except JointPayError:
            continue
        found += 1
        if found == wanted:
            return


def test_the_steps_add_up_to_the_score_in_generated_plans() -> None:
    seen = 0
    for card in scorecards(50):
        scale = 10**card.plan.places.points
        for role in card.roles:
            for place in np.flatnonzero(role.states == 0).tolist():
                for by in ("measures", "components"):
                    steps = steps_to_score(card, Row(role, place, "", ""), by=by)
                    assert 100 + sum(step.adds for step in steps) == Fraction(int(role.scores[place]), scale)
                    roundings = [abs(step.adds) for step in steps if step.kind == "rounding"]
                    assert sum(roundings) <= Fraction(len(steps) + len(role.components), scale)
                    seen += 1
    assert seen > 300


def test_a_geometric_mean_is_one_step_and_what_is_left_out_none() -> None:
    """Half of sqrt(64 * 100) = 80: -10; the rate is left out, so the other half is the clicks alone: 64, -18."""
    both = component(
        measure(weight="1/2", curve=VALUE), measure(target={"kind": "fixed", "value": "64"}, attainment="ratio", weight="1/2",
        curve={"kind": "proportional", "times": "100", "origin": "0", "from": "0", "to": "2"}),
        combine="weighted_geometric", weight="1/2", missing="leave_out",
    )  # fmt: skip
    alone = component(measure(weight="1/2"), measure("rate", min_count=1000, weight="1/2"), weight="1/2", missing="leave_out")  # fmt: skip
    made = plan({"designer": {"both": both, "alone": alone}})
    data = read(
        made,
        people_table(("ann", "designer", "", "", "north")),
        credits_table(("ann", "designer", "poster", "1", "", "")),
        facts_table(("2026-01-05", "poster", "feed", 64, 6)),
    )
    chart = charts.waterfall(score(made, data, periods=["2026-01"]), payee="ann", period="2026-01")
    assert list(zip(*chart.table.values(), strict=True)) == [
        ("On target", "", "100"),
        ("both", "80 points: p0, p1", "-10.0000"),
        ("p0", "64 points, alone", "-18.0000"),
        ("p1", "missing, left out of alone", "0.0000"),
        ("Score", "", "72.00"),
    ]


def test_a_cut_axis_is_marked_and_said(card: Scorecard) -> None:
    chart = charts.waterfall(card, payee="ann", period="2026-01")
    assert any("The axis begins at 85, not at 0." in str(layer) for layer in chart.spec["layer"])
    assert any(layer["mark"]["type"] == "line" for layer in chart.spec["layer"])
    low = charts.waterfall(card, payee="ann", period="2026-02")
    assert not any("The axis begins" in str(layer) or layer["mark"]["type"] == "line" for layer in low.spec["layer"])


def test_several_seats_are_told_apart_by_role_or_day(card: Scorecard) -> None:
    with pytest.raises(
        MismatchError,
        match="payee 'bo' holds several seats in period '2026-01'; next: name role= and day= of one of these: "
        "designer, 2026-01-01 to 2026-01-15; operator, 2026-01-16 to 2026-01-31",
    ):
        row_of(card, language("en"), payee="bo", period="2026-01")
    by_role = row_of(card, language("en"), payee="bo", period="2026-01", role="operator")
    by_day = row_of(card, language("en"), payee="bo", period="2026-01", day="2026-01-16")
    assert (by_role.role.role, by_role.place) == (by_day.role.role, by_day.place)
    with pytest.raises(MismatchError, match=r"payee 'bo' holds no such seat .* designer, 2026-01-01"):
        charts.waterfall(card, payee="bo", period="2026-01", day="2026-02-01")


def test_without_a_score_there_is_nothing_to_explain() -> None:
    made = plan({"designer": {"rate": component(measure("rate"), missing="leave_out")}})
    seats = people_table(("ann", "designer", "", "", "north"))
    shares = credits_table(("ann", "designer", "page", "1", "", ""))
    card = score(made, read(made, seats, shares, facts_table(("2026-01-05", "poster", "feed", 1, 1))))
    with pytest.raises(MismatchError, match="payee 'ann' has no score in period '2026-01'"):
        charts.waterfall(card, payee="ann", period="2026-01")


def test_a_summary_has_no_measures_to_draw(card: Scorecard) -> None:
    from dataclasses import replace  # noqa: PLC0415

    roles = tuple(
        replace(role, components=tuple(replace(each, measures=(), modifiers=()) for each in role.components))
        for role in card.roles
    )
    summary = replace(card, roles=roles, keep="summary")
    with pytest.raises(MismatchError, match="a waterfall by measures needs the numbers of measures"):
        charts.waterfall(summary, payee="ann", period="2026-01")
    assert charts.waterfall(summary, payee="ann", period="2026-01", by="components").table["points"][-1] == "99.04"

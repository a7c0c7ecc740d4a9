"""The waterfall: its steps are those of every report, and add up to the published score."""

from dataclasses import replace

import pytest

from jointpay.errors import MismatchError
from jointpay.pipeline import score
from jointpay.report import charts
from jointpay.report.charts.rows import row_of
from jointpay.report.language import language
from jointpay.results.scorecard import Scorecard
from jointpay.testing.examples import component, credits_table, facts_table, measure, people_table, plan, read


def told(chart: charts.Chart) -> list[tuple[str, ...]]:
    return list(zip(*chart.table.values(), strict=True))


def test_each_step_puts_what_was_reached_in_the_place_of_100_points(card: Scorecard) -> None:
    """Ann: (3 * 120 + 100) / 4 = 115; (3 * 120 + 0.13) / 4 = 90.0325; * 1.1 = 99.04."""
    assert told(charts.waterfall(card, payee="ann", period="2026-01")) == [
        ("On target", "", "100"),
        ("p0", "120.00 points, Design & <quality>", "+15.00"),
        ("p1", "0.13 points, Design & <quality>", "-24.97"),
        ("Multiplied by gate", "× 110.00 / 100, Design & <quality>", "+9.01"),
        ("Score", "", "99.04"),
    ]


def test_components_are_the_sums_of_their_steps(card: Scorecard) -> None:
    """Bo reaches 116.26 and 99.04 points, half of each: 108.13, then 107.65."""
    assert told(charts.waterfall(card, payee="bo", period="2026-01", role="operator", by="components")) == [
        ("On target", "", "100"),
        ("reach", "116.26 points", "+8.13"),
        ("partners", "99.04 points", "-0.48"),
        ("Score", "", "107.65"),
    ]


def test_what_is_left_out_adds_nothing_and_shows_a_dash(card: Scorecard) -> None:
    assert told(charts.waterfall(card, payee="cy", period="2026-01"))[2:] == [
        ("Design & <quality>", "missing, left out of partners", "–"),
        ("Score", "", "120.00"),
    ]
    assert told(charts.waterfall(card, payee="cy", period="2026-01", by="components"))[2] == (
        "partners",
        "missing",
        "–",
    )


def test_what_is_missing_but_counts_says_as_what_and_who_drives_is_named() -> None:
    """No clicks: 0 / 0 orders per click counts as 100 points; the component without any measure as 80, of a half."""
    rate = measure("rate", missing={"kind": "neutral", "points": "100"})
    filled = component(measure("rate"), weight="1/2", missing={"kind": "neutral", "points": "80"})
    made = plan({"designer": {"rates": component(rate, weight="1/2"), "others": filled}, "operator": {"x": component(measure(), missing="zero")}})  # fmt: skip
    tree = made.to_json_tree()
    tree["metrics"]["rate"]["driven_by"] = "operator"
    made = type(made).model_validate(tree)
    data = read(
        made,
        people_table(("ann", "designer", "", "", "north")),
        credits_table(("ann", "designer", "page", "1", "", "")),
        facts_table(("2026-01-05", "poster", "feed", 64, 6)),
    )
    chart = charts.waterfall(score(made, data, periods=["2026-01"]), payee="ann", period="2026-01")
    assert told(chart) == [
        ("On target", "", "100"),
        ("p0", "driven by operator; missing, counts as 100.00 points, rates", "0.00"),
        ("p0", "missing, left out of others", "–"),
        ("others", "everything is missing; counts as 80.00 points", "-10.00"),
        ("Score", "", "90.00"),
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
    roles = tuple(
        replace(role, components=tuple(replace(each, measures=(), modifiers=()) for each in role.components))
        for role in card.roles
    )
    with pytest.raises(MismatchError, match="a score in steps needs the numbers of measures"):
        charts.waterfall(replace(card, roles=roles, keep="summary"), payee="ann", period="2026-01")

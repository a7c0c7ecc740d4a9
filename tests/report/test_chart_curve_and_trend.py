"""An attainment on its curve, and a trend by period."""

from datetime import date, timedelta

import pytest

from jointpay.errors import MismatchError
from jointpay.pipeline import score
from jointpay.report import charts
from jointpay.results.scorecard import Scorecard
from jointpay.testing.examples import component, credits_table, facts_table, measure, people_table, plan, read


def layers(chart: charts.Chart, mark: str) -> list[list[dict[str, object]]]:
    return [each["data"]["values"] for each in chart.spec["layer"] if each["mark"]["type"] == mark]


def test_an_edge_shows_who_owns_it(card: Scorecard) -> None:
    """The gate steps up at 50, which the upper side owns: open dot at 50 points, filled dot at 110."""
    chart = charts.attainment_on_curve(card, payee="ann", period="2026-01", component="quality", measure="gate")
    empty, filled, here = layers(chart, "point")
    assert (empty, filled) == ([{"x": 50.0, "y": 50.0}], [{"x": 50.0, "y": 110.0}])
    assert [(dot["x"], dot["y"], dot["text"]) for dot in here] == [(120.0, 110.0, "120.0000 gives 110.00 points")]
    assert list(zip(*chart.table.values(), strict=True)) == [("x < 50.0000", "50", "50"), ("50.0000 ≤ x", "110", "110")]


def test_a_ratio_is_written_as_per_cent_and_a_smooth_curve_has_no_dots(card: Scorecard) -> None:
    chart = charts.attainment_on_curve(card, payee="ann", period="2026-01", component="quality", measure="p0")
    assert "120.00% gives 120.00 points" in chart.svg()
    assert layers(chart, "point")[:2] == [[], []]
    assert "150%" in chart.svg()


def test_a_missing_attainment_leaves_the_curve_alone(card: Scorecard) -> None:
    chart = charts.attainment_on_curve(card, payee="bo", period="2026-01", role="designer", component="quality", measure="p1")  # fmt: skip
    assert len(layers(chart, "point")) == 2
    assert "missing: a ratio with nothing below the line" in chart.svg()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"component": "qualty", "measure": "p0"}, "there is no component 'qualty' .* did you mean 'quality'"),
        (
            {"component": "quality", "measure": "p9"},
            "there is no measure 'p9' in this result; measures in it: 'p0', 'p1', 'gate'",
        ),
        ({"component": "partners", "measure": "p0", "payee": "cy"}, "partners.p0 is a link, which has no value"),
    ],
)
def test_only_measures_have_a_curve(card: Scorecard, names: dict[str, str], message: str) -> None:
    with pytest.raises(MismatchError, match=message):
        charts.attainment_on_curve(card, **({"payee": "ann", "period": "2026-01"} | names))


def told(chart: charts.Chart) -> list[tuple[str, ...]]:
    return list(zip(*chart.table.values(), strict=True))


def test_the_score_by_period(card: Scorecard) -> None:
    assert told(charts.trend(card, payee="ann")) == [
        ("2026-01", "99.04", "100.00", "present"),
        ("2026-02", "15.01", "100.00", "present"),
    ]


def test_a_measure_by_period_in_its_unit_against_its_target(card: Scorecard) -> None:
    chart = charts.trend(card, payee="ann", component="quality", measure="p0")
    assert told(chart) == [("2026-01", "120.00", "100.00", "present"), ("2026-02", "40.00", "100.00", "present")]
    rate = charts.trend(card, payee="ann", component="quality", measure="p1", language="zh-CN")
    assert told(rate) == [("2026-01", "12.50%", "–", "有数据"), ("2026-02", "10.00%", "–", "有数据")]


def test_what_is_missing_is_a_gap_and_no_zero(card: Scorecard) -> None:
    chart = charts.trend(card, payee="cy", component="partners")
    assert told(chart)[0] == ("2026-01", "–", "100.00", "missing: everything in it is")
    assert layers(chart, "point")[0] == []
    assert chart.svg().count(">missing</text>") == 2


def test_a_seat_that_begins_inside_a_period_says_when(card: Scorecard) -> None:
    assert [row[0] for row in told(charts.trend(card, payee="bo", role="operator"))] == ["2026-01 (01-16)", "2026-02"]


def test_whoever_holds_several_roles_names_one(card: Scorecard) -> None:
    with pytest.raises(
        MismatchError, match="payee 'bo' holds seats in these roles: designer, operator; next: name one"
    ):
        charts.trend(card, payee="bo")


def test_of_many_periods_only_the_telling_numbers_are_written() -> None:
    """Twenty weeks: the first, the last, the least and the most of the values, and every third week's name."""
    made = plan({"designer": {"quality": component(measure(), missing="leave_out")}}, period="iso_week", effective={"from": "2026-01-05", "to": "2026-05-25"})  # fmt: skip
    days = [(date(2026, 1, 5) + timedelta(weeks=week)).isoformat() for week in range(20)]
    data = read(
        made,
        people_table(("ann", "designer", "", "", "north")),
        credits_table(("ann", "designer", "poster", "1", "", "")),
        facts_table(*((day, "poster", "feed", 50 + (7 * week) % 20, 0) for week, day in enumerate(days))),
    )
    chart = charts.trend(score(made, data), payee="ann")
    written = [row["text"] for row in layers(chart, "text")[3]] + [row["text"] for row in layers(chart, "text")[5]]
    assert len(chart.table["value"]) == 20
    assert sorted(map(str, written)) == ["50.00", "63.00", "69.00"]
    assert chart.svg().count(">2026-W") == 7

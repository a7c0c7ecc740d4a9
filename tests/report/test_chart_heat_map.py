"""The heat map: every published point is in it, what is missing shows as missing, and every number can be read."""

from fractions import Fraction

import pytest

from jointpay.errors import MismatchError
from jointpay.report import charts
from jointpay.report.charts.colours import MISSING, NEUTRAL, contrast, ink_on, points_colour
from jointpay.results.scorecard import Scorecard


def cells(chart: charts.Chart) -> dict[tuple[str, str, str], str]:
    ids, roles, columns, points = (chart.table[name] for name in ("id", "role", "column", "points"))
    return dict(zip(zip(ids, roles, columns, strict=True), points, strict=True))


def test_it_shows_the_points_and_scores_as_published(card: Scorecard) -> None:
    """Ann: 120 clicks of 100 are 120 points, and 15 / 120 orders are 0.13: (3 * 120 + 0.13) / 4 = 90.0325, * 1.1 = 99.04."""
    shown = cells(charts.heat_map(card, period="2026-01"))
    assert shown["ann", "Designer", "Design & <quality>"] == "99.04"
    assert shown["ann", "Designer", "Score"] == "99.04"
    frame = card.frame("components", backend=None)
    wanted = {
        (person, component): points
        for person, component, points, period in zip(
            frame["person"], frame["component"], frame["points"], frame["period"], strict=True
        )
        if period == "2026-01" and component in {"reach", "partners"}
    }
    assert {(who, column): points for (who, role, column), points in shown.items() if column in {"reach", "partners"}} == {key: points or "–" for key, points in wanted.items()}  # fmt: skip


def test_what_was_missing_is_a_dash_and_says_why(card: Scorecard) -> None:
    chart = charts.heat_map(card, period="2026-01", role="operator", payees=["cy"])
    assert chart.table["column"] == ("reach", "partners", "Score")
    assert chart.table["points"][1] == "–"
    assert chart.table["state"][1] == "missing: everything in it is"
    assert f'fill="{MISSING}"' in chart.svg()


def test_a_seat_for_part_of_the_period_says_which_days(card: Scorecard) -> None:
    chart = charts.heat_map(card, period="2026-01", payees=["bo"])
    assert sorted(set(chart.table["payee"])) == ["bo, Jan 1, 2026 to Jan 15, 2026", "bo, Jan 16, 2026 to Jan 31, 2026"]


def test_measures_have_links_and_modifiers_beside_them(card: Scorecard) -> None:
    shown = cells(charts.heat_map(card, period="2026-01", by="measures", role="designer"))
    assert [(column, points) for (who, _, column), points in shown.items() if who == "ann"] == [
        ("Design & <quality>: p0", "120.00"),
        ("Design & <quality>: p1", "0.13"),
        ("Design & <quality>: gate", "110.00"),
    ]


def test_the_picture_has_what_the_table_has(card: Scorecard) -> None:
    for by in ("components", "measures"):
        chart = charts.heat_map(card, period="2026-02", by=by)
        svg = chart.svg()
        assert [points for points in chart.table["points"] if f">{points}</text>" not in svg] == []


def test_chinese_is_written_in_chinese(card: Scorecard) -> None:
    chart = charts.heat_map(card, period="2026-01", language="zh-CN")
    assert chart.title == "2026-01 绩效热力图"
    assert '<html lang="zh-CN">' in chart.html()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"period": "2026-13"}, "there is no period '2026-13' in this result; did you mean '2026-01'"),
        ({"period": "2026-01", "role": "designers"}, "there is no role 'designers' .* did you mean 'designer'"),
        ({"period": "2026-01", "payees": ["anne"]}, "there is no payee 'anne' .* did you mean 'ann'"),
        ({"period": "2026-02", "role": "designer", "payees": ["bo"]}, "nobody .* holds a seat in period '2026-02'"),
    ],
)
def test_what_is_not_there_is_named(card: Scorecard, asked: dict[str, object], message: str) -> None:
    with pytest.raises(MismatchError, match=message):
        charts.heat_map(card, **asked)  # type: ignore[arg-type]


def test_every_number_can_be_read_on_its_colour() -> None:
    """WCAG 2 asks for 4.5 to 1."""
    for hundredths in range(0, 20_001, 50):
        colour = points_colour(Fraction(hundredths, 100))
        assert contrast(ink_on(colour), colour) >= 4.5


def test_colours_are_neutral_on_target_and_full_at_50_points_away() -> None:
    assert [points_colour(Fraction(points)) for points in (100, 0, 50, 150, 300)] == [
        NEUTRAL,
        "#d55e00",
        "#d55e00",
        "#0072b2",
        "#0072b2",
    ]

"""The coupling map and the funnel."""

from fractions import Fraction
from typing import Any

import pytest

from jointpay.data.facts_table import read_facts
from jointpay.errors import MismatchError
from jointpay.pipeline import score
from jointpay.report import charts
from jointpay.report.charts.moves import Moves
from jointpay.report.charts.rows import rows_of
from jointpay.report.language import language
from jointpay.report.work import work_of
from jointpay.results.scorecard import Scorecard
from jointpay.testing.examples import component, credits_table, facts_table, measure, people_table, plan, read

TOTAL = {"kind": "total", "total": "clicks", "direction": "higher_is_better", "unit": "count", "places": 2}
RATIO = {"kind": "ratio", "numerator": "orders", "denominator": "clicks", "direction": "higher_is_better", "unit": "ratio", "places": 4}  # fmt: skip
PER_CENT = {"kind": "proportional", "times": "100", "origin": "0", "from": "0", "to": "2"}


def coupled(**changed: object) -> Scorecard:
    """Score a designer, who drives clicks, and an operator, who drives orders per click and reads the designer."""
    clicks = measure(target={"kind": "fixed", "value": "100"}, attainment="ratio", curve=PER_CENT, weight="1/2")
    rate = measure("rate", target={"kind": "fixed", "value": "0.1"}, attainment="ratio", curve=PER_CENT, weight="1/2")
    link = {"kind": "link", "role": "designer", "component": "quality", "weight": "1/2", "missing": "leave_out"}
    metrics = {"clicks": TOTAL | {"driven_by": "designer"}, "rate": RATIO | {"driven_by": "operator"}} | changed
    operator = component(measure("rate", target={"kind": "fixed", "value": "0.1"}, attainment="ratio", curve=PER_CENT, weight="1/2"), link)  # fmt: skip
    operator["missing"] = "leave_out"
    made = plan(
        {
            "designer": {"quality": component(clicks, rate, missing="leave_out")},
            "operator": {"selling": operator},
        },
        metrics=metrics,
    )
    data = read(
        made,
        people_table(
            ("ann", "designer", "", "", "n"), ("cy", "operator", "", "", "n"), ("di", "operator", "", "", "n")
        ),
        credits_table(("ann", "designer", "poster", "1", "", ""), ("cy", "operator", "poster", "1", "", "")),
        facts_table(("2026-01-05", "poster", "feed", 120, 12)),
    )
    return score(made, data, periods=["2026-01"])


def moved(card: Scorecard) -> dict[tuple[str, str], Fraction | None]:
    moves = Moves(card)
    return {
        (driver, row.id): moves.by(driver, row)
        for row in rows_of(card, language("en"), period="2026-01")
        for driver in ("designer", "operator")
    }


def test_one_per_cent_moves_as_many_points_as_weights_and_links_say() -> None:
    """Clicks at 120%: 1% of 120 points * 1/2 = 0.6; the rate at 100%: 1 * 1/2 = 0.5. The operator reads half of that."""
    assert moved(coupled()) == {
        ("designer", "ann"): Fraction(6, 10),
        ("operator", "ann"): Fraction(5, 10),
        ("designer", "cy"): Fraction(3, 10),
        ("operator", "cy"): Fraction(1, 2) + Fraction(1, 4),
        ("designer", "di"): None,
        ("operator", "di"): None,
    }


def test_less_is_better_where_the_metric_says_so() -> None:
    """1% fewer clicks are 1.2 points less of a half."""
    fewer = coupled(clicks=TOTAL | {"driven_by": "designer", "direction": "lower_is_better"})
    assert moved(fewer)["designer", "ann"] == Fraction(-6, 10)


def test_a_metric_that_nobody_drives_moves_nothing() -> None:
    capped = coupled(clicks=TOTAL)
    assert moved(capped)["designer", "ann"] == 0


RATE_TARGET = {"kind": "fixed", "value": "0.1"}
STRAIGHT = {"kind": "points", "points": [{"at": "-100", "gives": "0"}, {"at": "100000", "gives": "100100"}], "below": "clamp", "above": "clamp"}  # fmt: skip


def every_kind(clicks: int, orders: int) -> Scorecard:
    """Score one designer by every way to put measures together and every way to compare, with many decimals."""
    asked = {"kind": "fixed", "value": "90000"}
    ratio = measure(target=asked, attainment="ratio", curve=PER_CENT, weight="1/2")
    difference = measure(target=asked, attainment="difference", curve=STRAIGHT, weight="1/2")
    percentage = measure("rate", target=RATE_TARGET, attainment="percentage_points", curve=STRAIGHT, weight="1/2")
    rate = measure("rate", target=RATE_TARGET, attainment="ratio", curve=PER_CENT, weight="1/2")
    missing = measure(
        "rate", min_count=10**9, curve=PER_CENT, missing={"kind": "neutral", "points": "90"}, weight="1/2"
    )
    factor = {name: value for name, value in rate.items() if name not in {"kind", "weight"}}
    gone = measure("rate", min_count=10**9)
    components = {
        "mean": component(ratio, percentage, weight="1/5", combine="weighted_mean", missing="zero"),
        "root": component(difference, missing, weight="1/5", combine="weighted_geometric"),
        "least": component(ratio, rate, weight="1/5", combine="minimum", modifiers={"m": factor}, missing="zero"),
        "filled": component(gone, weight="1/5", missing={"kind": "neutral", "points": "70"}),
        "left": component(gone, weight="1/5", missing="leave_out"),
    }
    made = plan(
        {"designer": {"components": components}},
        metrics={"clicks": TOTAL | {"driven_by": "designer"}, "rate": RATIO | {"driven_by": "designer", "places": 8}},
        places={"attainment": 8, "points": 6, "adjustment": 2},
    )
    data = read(
        made,
        people_table(("ann", "designer", "", "", "n")),
        credits_table(("ann", "designer", "poster", "1", "", "")),
        facts_table(("2026-01-05", "poster", "feed", clicks, orders)),
    )
    return score(made, data, periods=["2026-01"])


def test_what_is_said_to_move_is_what_scoring_again_gives() -> None:
    """100,000 clicks and 10,000 orders, a rate of 10%; then 101,000 and 10,201: both are exactly 1% better."""
    before, after = every_kind(100_000, 10_000), every_kind(101_000, 10_201)
    row = rows_of(before, language("en"), period="2026-01")[0]
    said = Moves(before).by("designer", row)
    scored = Fraction(int(after.roles[0].scores[0]) - int(before.roles[0].scores[0]), 10**6)
    assert said is not None
    assert round(said, 4) == round(scored, 4) > 0


def test_the_map_shows_the_mean_of_a_role_or_every_payee() -> None:
    by_roles = charts.coupling_map(coupled(), period="2026-01")
    assert list(zip(*by_roles.table.values(), strict=True)) == [
        ("designer", "mean of 1", "designer", "+0.60"),
        ("designer", "mean of 1", "operator", "+0.50"),
        ("operator", "mean of 1", "designer", "+0.30"),
        ("operator", "mean of 1", "operator", "+0.75"),
    ]
    by_payees = charts.coupling_map(coupled(), period="2026-01", by="payees", payees=["di"], language="zh-CN")
    assert by_payees.table["分"] == ("–", "–")
    assert ">–</text>" in by_payees.svg()


def test_nobody_is_named() -> None:
    with pytest.raises(MismatchError, match="nobody of those asked for holds a seat in period '2026-01'"):
        charts.coupling_map(coupled(), period="2026-01", role="designer", payees=["cy"])


def test_a_plan_that_says_nothing_of_who_drives_is_refused(card: Scorecard) -> None:
    with pytest.raises(MismatchError, match="no metric of the plan says which role drives it; next: write driven_by"):
        charts.coupling_map(card, period="2026-01")


def test_facts_are_summed_by_channel() -> None:
    made = plan({"designer": {"quality": component(measure(), missing="leave_out")}})
    facts = read_facts(
        facts_table(
            ("2026-01-05", "poster", "feed", 60, 6),
            ("2026-01-06", "poster", "feed", 40, 4),
            ("2026-01-06", "page", "search", 7, 0),
        ),
        made,
    )
    assert charts.channel_totals(facts, made) == {"channel": ["feed", "search"], "clicks": [100, 7], "orders": [10, 0]}
    assert charts.channel_totals(facts, made, items=["page"])["clicks"] == [7]
    with pytest.raises(MismatchError, match="there is no item 'pag' in this result; did you mean 'page'"):
        charts.channel_totals(facts, made, items=["pag"])


def test_the_shared_work_of_a_run_is_summed_like_its_facts() -> None:
    made = plan({"designer": {"quality": component(measure(), missing="leave_out")}})
    data = read(
        made,
        people_table(("ann", "designer", "", "", "n")),
        credits_table(("ann", "designer", "poster", "1/2", "", "")),
        facts_table(
            ("2026-01-05", "poster", "feed", 60, 6),
            ("2026-02-01", "poster", "feed", 40, 4),
            ("2026-01-31", "page", "search", 7, 0),
        ),
    )
    work = work_of(made, data)
    for source in (data.facts, work):
        assert charts.channel_totals(source, made)["clicks"] == [100, 7]
        assert charts.channel_totals(source, made, period="2026-01")["clicks"] == [60, 7]
        february = charts.channel_totals(source, made, period="2026-02", items=["poster"])
        assert february == {"channel": ["feed"], "clicks": [40], "orders": [4]}
        with pytest.raises(MismatchError, match="there is no period '2026-00' in this result; did you mean '2026-0"):
            charts.channel_totals(source, made, period="2026-00")


def test_each_stage_shows_its_part_of_the_one_before(card: Scorecard) -> None:
    work: dict[str, list[Any]] = {"channel": ["feed", "feed", ""], "clicks": [60, 40, 0], "orders": [6, 3, None]}
    chart = charts.funnel(work, plan=card.plan, what="<poster>")
    assert list(zip(*chart.table.values(), strict=True)) == [
        ("no channel", "clicks", "0", ""),
        ("no channel", "orders", "–", "–"),
        ("feed", "clicks", "100", ""),
        ("feed", "orders", "9", "9.00%"),
    ]
    assert "by channel: &lt;poster&gt;" in chart.svg()
    assert "占上一环节" in charts.funnel(work, plan=card.plan, stages=["orders"], language="zh-CN").table


@pytest.mark.parametrize(
    ("work", "asked", "message"),
    [
        ({"clicks": [1]}, {}, "the columns are clicks; a funnel needs a column 'channel'"),
        ({"channel": ["a"], "clicks": [1, 2]}, {}, "columns of different length: channel has 1, clicks has 2"),
        (
            {"channel": ["a"], "clicks": [1]},
            {"stages": ["click"]},
            "there is no total 'click' .* did you mean 'clicks'",
        ),
        ({"channel": []}, {}, "there is no stage or no channel to draw"),
    ],
)
def test_columns_that_do_not_fit_are_refused(
    card: Scorecard, work: dict[str, list[object]], asked: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(MismatchError, match=message):
        charts.funnel(work, plan=card.plan, **asked)  # type: ignore[arg-type]

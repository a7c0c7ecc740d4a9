"""What a dashboard shows is what was computed: read from the page and held against the results."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from jointpay.errors import DataError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.plan.measures import MissingLeaveOut
from jointpay.report.dashboard import dashboard
from jointpay.report.dashboard.standing import shade
from jointpay.report.language import language
from jointpay.report.work import work_of
from jointpay.results.scorecard import Scorecard
from jointpay.testing.examples import component, credits_table, measure, people_table, plan
from jointpay.testing.strategies_seeded import random_case

CY = "<i>Cy</i> </script><b>\"&'=1"


def expected_rows(card: Scorecard, place: int, period: int) -> list[list[str]]:
    """Write the points of every payee of a role: score, then each component with what it is made of."""
    english, role = language("en"), card.roles[place]
    asked = card.plan.roles[role.role]

    def told(points: int, state: int, *, left_out: bool) -> str:
        if state and left_out:
            return "–"
        return english.number(points, card.plan.places.points) + ("*" if state else "")

    found = []
    for row in range(len(role.scores)):
        if role.payees.periods[row] != period:
            continue
        cells = [told(int(role.scores[row]), int(role.states[row]), left_out=True)]
        for made in role.components:
            body = asked.components[made.name]
            parts: list[tuple[Any, Any]] = [(made, body), *((part, body.measures[part.name]) for part in made.measures)]
            parts += [(part, body.modifiers[part.name]) for part in made.modifiers]
            cells += [
                told(int(part.points[row]), int(part.states[row]), left_out=isinstance(rule.missing, MissingLeaveOut))
                for part, rule in parts
            ]
        found.append(cells)
    return found


def points_shown(page: Any, card: Scorecard, place: int) -> list[list[str]]:
    """Give the cells of a heat map without those of changes and adjustments."""
    role = card.roles[place]
    heads = page.sections["standing"]
    title = card.plan.roles[role.role].title or (role.role[:1].upper() + role.role[1:]).replace("_", " ")
    made = next(table for table in heads if table.caption == title)
    between = sum(head == "Change" or head.endswith(" adjustment") for head in made.heads)
    return [[cells[0], *cells[1 + between :]] for cells in made.rows.values()]


def test_the_heat_map_is_the_scorecard(ran: Any, page: Any) -> None:
    card = ran.settlement.scorecard
    for place in range(2):
        assert points_shown(page, card, place) == expected_rows(card, place, 1)
    designers = page.table("standing", "Designer")
    assert designers.heads[3:] == [
        "Bonus adjustment",
        "Quality 100.0%",
        "Clicks 50.0%",
        "Rate 50.0%",
        "Dwell all factor",
    ]
    assert designers.rows["Ann Lee ann"] == ["58.33", "-104.17", "-41.67%", "58.33", "100.00", "133.30", "50.00"]


def test_every_colour_is_that_of_the_points(page: Any) -> None:
    styles = page.table("standing", "Operator").styles
    assert styles["dan"] == ["h0 b", "", "", "m", "h0 b", "h0", "h8", "m b", "m"]
    assert [shade(points, 0) for points in (59, 60, 79, 80, 94, 95, 99, 100, 101, 105, 106, 120, 121, 140, 141)] == [
        f"h{step}" for step in (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6, 7, 7, 8)
    ]


def test_what_was_missing_is_marked_with_its_reason(page: Any) -> None:
    assert page.table("standing", "Designer").rows["bo"][-2] == "100.00*"
    assert 'title="nothing to divide by"' in page.html
    assert 'title="no partner shares an item"' in page.html


def test_adjustments_are_those_of_the_settlement(ran: Any, page: Any) -> None:
    assert page.table("standing", "Operator").rows["dan"][1:4] == ["-28.00", "-50.50%", "–"]
    line = ran.settlement.lines[1]
    assert [int(adjustment) for adjustment in line.adjustment[3:]] == [-4608, -5050, -4608]


def test_the_steps_of_every_payee_sum_up_to_the_score(page: Any) -> None:
    assert len(page.details) == 5
    for tables in page.details.values():
        rows = dict(tables[0].rows)
        score_, start = rows.pop("Score"), rows.pop("On target")
        drivers = [rows.pop(head) for head in list(rows) if head.startswith("Driven by")]
        for column in (-2, -1):
            whole = Fraction(score_[column])
            assert sum(Fraction(cells[column]) for cells in rows.values()) == whole
            assert sum(Fraction(cells[column]) for cells in drivers) == whole
        assert Fraction(start[4]) + Fraction(score_[-2]) == Fraction(score_[4])
        assert Fraction(score_[5]) + Fraction(score_[-1]) == Fraction(score_[4])


def test_a_payee_step_by_step(page: Any) -> None:
    """Ann has 60 clicks of 60 asked, and had 120; 8 orders are 133.30 points; 0.67 minutes fall short of the gate.

    From January: (200 + 125) / 2 = 162.50, then (100 + 125) / 2 = 112.50, (100 + 133.30) / 2 = 116.65, and half of it.
    """
    (steps,) = page.details["p0-2"]
    assert steps.heads[5:] == ["Points", "Points 2026-01", "Way to the score", "Step", "Change"]
    assert steps.rows == {
        "On target": ["", "", "", "", "100.00", "", "", "", ""],
        "Clicks Quality": ["Designer", "60.0000", "60.0000", "100.00%", "100.00", "200.00", "", "0.00", "-50.00"],
        "Rate Quality": ["Operator", "13.33%", "", "", "133.30", "125.00", "", "+16.65", "+4.15"],
        "Dwell all (factor) Quality": [
            *("nobody in the plan", "0.6667 min", "", "", "50.00", "100.00", "", "-58.32", "-58.32"),
        ],
        "Score": ["", "", "", "", "58.33", "162.50", "", "-41.67", "-104.17"],
        "Driven by Designer": ["", "", "", "", "", "", "", "0.00", "-50.00"],
        "Driven by Operator": ["", "", "", "", "", "", "", "+16.65", "+4.15"],
        "Driven by nobody in the plan": ["", "", "", "", "", "", "", "-58.32", "-58.32"],
    }


def test_sentences_answer_why(page: Any) -> None:
    told = page.texts["payees"]
    assert (
        "58.33 points, -104.17 against 2026-01 (162.50): -50.00 driven by Designer, +4.15 driven by Operator, "
        "-58.32 driven by nobody in the plan."
    ) in told
    assert "Most of the change: Dwell all (factor) -58.32, Clicks -50.00, Rate +4.15." in told
    assert "Bonus: -41.67% (62.50% in 2026-01)" in told
    assert "Extra: no adjustment, because there are no points" in told
    assert "The credited work against the period before: Clicks -50.0%, Orders -46.7%." in told


def test_partners_are_divided_by_the_traffic_they_share(page: Any) -> None:
    """Cy holds 2/3 of Ann's poster and Eve 1/4; the twelfth that is left is nobody's. 16.65 = 11.10 + 4.16 + 1.39."""
    told = "Partners moved the score by +16.65 against target: <i>Cy</i> +11.10, Eve +4.16, nobody as Operator +1.39."
    assert told in page.texts["payees"]
    designers, operators = page.sections["depends"]
    assert designers.rows["Ann Lee ann"] == [
        *("58.33", "0.00", "+16.65", "-58.32"),
        "<i>Cy</i> +11.10, Eve +4.16, nobody as Operator +1.39",
        "<i>Cy</i> -20.83, Eve -20.83",
    ]
    assert operators.rows["dan"] == ["49.50", "-75.50", "+25.00", "all as Designer +25.00", ""]
    assert operators.rows["Eve eve"][3:] == ["Ann Lee -20.83, all as Designer +12.50", "Ann Lee +4.16"]


def test_the_parts_of_everybody_sum_up_to_score_less_100(page: Any) -> None:
    for made in page.sections["depends"]:
        for cells in made.rows.values():
            parts = [Fraction(cell) for cell in cells[1:-2]]
            assert 100 + sum(parts) == Fraction(cells[0])


def test_roles_are_told_by_the_weights_of_the_plan(page: Any) -> None:
    assert (
        "Operator, by the weights of the plan: 25.0% driven by Operator, 75.0% driven by Designer"
        in (page.texts["depends"])
    )


def test_the_way_is_what_all_items_made(page: Any) -> None:
    told = page.texts["way"]
    assert told[told.index("Clicks") :] == ["Clicks", "90", "-25.0%", "Orders", "9", "10.0% of Clicks", "-40.0%"]
    (channels,) = page.sections["way"]
    assert channels.rows == {
        "feed": ["70", "5", "7.14%", "0.5000 s", "0.5833 min"],
        "live": ["20", "4", "20.00%", "0.5000 s", "0.1667 min"],
        "All channels": ["90", "9", "10.00%", "0.5000 s", "0.7500 min"],
        "2026-01": ["120", "15", "12.50%", "1.2500 s", "2.5000 min"],
    }


def test_every_item_says_who_and_opens_to_its_channels(page: Any) -> None:
    (items,) = page.sections["items"]
    assert items.rows["poster"] == [
        "Ann Lee",
        "<i>Cy</i> 66.7%, Eve 25.0%",
        "60",
        "8",
        "13.33%",
        "0.6667 s",
        "0.6667 min",
    ]
    assert page.data["parts"]["i1"] == [
        [["feed", "k c0"], "", "", "40", "4", "10.00%", "0.7500 s", "0.5000 min"],
        [["live", "k c1"], "", "", "20", "4", "20.00%", "0.5000 s", "0.1667 min"],
    ]


def test_the_traffic_of_a_payee_by_channel_and_item(page: Any) -> None:
    channels, items = page.data["parts"]["p1-3"]
    assert channels[0] == "Credited work by channel, and what became of it"
    assert [row[:3] for row in channels[2]] == [[["feed", "k c0"], "26.7", "2.7"], [["live", "k c1"], "13.3", "2.7"]]
    assert [row[:3] for row in channels[3]] == [["All channels", "40", "5.3"], ["2026-01", "40", "6"]]
    assert items[2] == [["poster", "66.7%", ["Ann Lee, Eve", "t"], "40", "5.3", "13.33%", "0.6667 s", "0.4444 min"]]
    assert "p1-4" not in page.data["parts"]


def test_the_trend_against_target(page: Any) -> None:
    designers, _, made = page.sections["trend"]
    assert designers.rows == {
        "Ann Lee ann": ["162.50", "58.33", ""],
        "bo": ["25.00", "25.00", ""],
        "Scores of 100 or more": ["1 of 2", "0 of 2", ""],
    }
    # 75 points away is the edge: Ann begins 62.5 above and ends 41.67 below the middle.
    assert '<polyline points="0.0,1.3 60.0,12.4"/>' in page.html
    assert made.rows["Rate"] == ["12.50%", "10.00%"]


def test_the_record_is_the_conservation_report(ran: Any, page: Any) -> None:
    (made,) = page.sections["record"]
    english = language("en")
    assert list(made.rows.values()) == [
        [english.exact(Fraction(value)) for value in values]
        for line in ran.settlement.scorecard.conservation.lines
        for values in [(line.input, line.credited, line.unattributed, line.not_scored, 0, 0)]
    ]
    assert "5 rows were read" in page.texts["record"]
    assert any("[item_without_facts]" in told for told in page.texts["record"])
    assert any("[partner_share]" in told for told in page.texts["record"])


def test_the_figures_above_everything(page: Any) -> None:
    head = page.texts[""]
    assert head[head.index("Payees") : head.index("Items") + 2] == [
        *("Payees", "5", "Scores of 100 or more", "0 of 5", "Items", "2"),
    ]


def test_generated_cases(reread: Callable[[str], Any]) -> None:
    """Whatever the plan: the heat map is the scorecard, steps sum up, and both languages are there."""
    shown = 0
    for seed in range(40):
        try:
            case = random_case(seed)
            settlement = settle(case.plan, score(case.plan, case.dataset), case.base_pay)
        except (DataError, TooLargeError):
            continue
        card = settlement.scorecard
        work = work_of(case.plan, case.dataset)
        last = len(card.periods) - 1
        if not any((role.payees.periods == last).any() for role in card.roles):
            continue
        page = reread(dashboard(settlement, work))
        for place, role in enumerate(card.roles):
            if (role.payees.periods == last).any():
                # People who hold a role twice in a period have two rows of one name; the reader keeps the later one.
                rows = expected_rows(card, place, last)
                assert points_shown(page, card, place) == rows or len(points_shown(page, card, place)) < len(rows)
                shown += len(rows)
        dashboard(settlement, work, language="zh-CN", pay=True)
    assert shown > 60


def test_what_nobody_shares_is_nobodys(run_of: Callable[..., Any]) -> None:
    """A designer without any operator on the item, in a table without channels: the operators' part is nobody's."""
    pay: dict[str, Any] = {"id": "bonus", "base": "salary", "reads": "score"}
    pay["curve"] = {"kind": "proportional", "times": "1%", "origin": "100", "from": "0", "to": "200"}
    body = {"components": {"a": component(measure(missing="error"))}, "pay": [pay]}
    metric = {"direction": "higher_is_better", "unit": "count", "places": 2}
    made = plan(
        {"designer": body, "operator": body},
        metrics={
            "clicks": metric | {"kind": "total", "total": "clicks", "driven_by": "operator"},
            "rate": metric | {"kind": "ratio", "numerator": "orders", "denominator": "clicks", "unit": "ratio"},
        },
    )
    seats = people_table(("ann", "designer", "", "", "x"), ("bo", "operator", "", "", "x"))
    shares = credits_table(("ann", "designer", "poster", "1", "", ""))
    happened = {"day": ["2026-01-05"], "item": ["poster"], "clicks": [120], "orders": [0]}
    page = run_of(made, seats, shares, happened).page()
    assert page.table("depends", "Designer").rows["ann"] == [
        "120.00",
        "0.00",
        "+20.00",
        "nobody as Operator +20.00",
        "",
    ]
    assert list(page.table("way", "By channel").rows) == ["no channel", "All channels"]

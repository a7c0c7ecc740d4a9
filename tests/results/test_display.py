"""Results in a notebook: the numbers that were published, with their units, and names that are only names."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np

import jointpay as jp
from jointpay.results.conservation import Conservation, ConservationLine
from jointpay.results.scorecard import Scorecard
from jointpay.results.settlement import Settlement


def test_a_scorecard(card: Scorecard) -> None:
    assert repr(card).startswith("<Scorecard: 9 rows of 4 persons, 2026-01 to 2026-02; plan 'team', version '3', plan digest ")  # fmt: skip
    shown = card._repr_html_()
    frame = card.frame("scores", backend=None)
    assert [score for score in frame["score"] if f">{score or '–'}</td>" not in shown] == []
    assert "=Cai\\u202e" in shown


def test_a_missing_score_is_a_dash_and_says_why(card: Scorecard) -> None:
    first = replace(card.roles[0], states=np.full(len(card.roles[0].states), 6, np.int8))
    shown = replace(card, roles=(first,))._repr_html_()
    assert shown.count(">–</td>") == shown.count(">all_left_out</td>") == len(first.states)


def test_a_scorecard_of_no_period_is_still_something(card: Scorecard) -> None:
    assert "of 4 persons, no period; plan" in repr(replace(card, periods=(), roles=()))


def test_a_settlement_has_its_sum_and_currency(settlement: Settlement) -> None:
    frame = settlement.frame("lines", backend=None)
    total = f"{sum(frame['amount_minor']) / 100:,.2f}"
    assert repr(settlement).startswith(f"<Settlement: 18 lines, {total} CNY in all; plan 'team'")
    shown = settlement._repr_html_()
    assert ">amount, CNY</th>" in shown
    assert f">{total}</th>" in shown
    first = {name: cells[0] for name, cells in frame.items()}
    assert f">{first['adjustment']}%</td>" in shown
    assert shown.count("<tr>") == 1 + 18 + 1


def test_pay_bases_are_not_shown(settlement: Settlement) -> None:
    shown = settlement._repr_html_() + repr(settlement)
    assert all(base not in shown for base in ("10,000.00", "10000.00", "8,000.01", "7,000.00"))


def test_an_explanation(settlement: Settlement, card: Scorecard) -> None:
    explained = jp.explain(settlement, "p01", "2026-02")
    amount = explained.terms[-1].published
    assert repr(explained).startswith("<Explanation: p01, 2026-02, ")
    assert amount.replace(",", "") in repr(explained).replace(",", "")
    shown = explained._repr_html_()
    assert shown.count("<strong>") == len(explained.sections)
    assert shown.count("<tr>") == len(explained.terms)
    assert repr(jp.explain(card, "p01", "2026-02")).startswith("<Explanation: p01, 2026-02, ")


def test_an_explanation_is_escaped(settlement: Settlement) -> None:
    explained = jp.explain(settlement, "p01", "2026-02")
    section = replace(explained.sections[0], title="<img src=x onerror=alert(1)>\u202e")
    hostile = replace(explained, payee="<script>", sections=(section, *explained.sections[1:]))
    assert "<img" not in hostile._repr_html_()
    assert "<script" not in hostile._repr_html_()
    assert "\u202e" not in hostile._repr_html_()


def test_conservation() -> None:
    line = ConservationLine("designer", "clicks", 12_345, Fraction(24_681, 2), Fraction(4, 3), 0, (("duplicate", 3),))
    report = Conservation((line,))
    assert repr(report) == "<Conservation: 1 sum, 1 with a difference>"
    shown = report._repr_html_()
    assert [text for text in (">12,345<", ">12,340.5<", ">4/3<", ">0<", ">3<", ">1/6<") if text not in shown] == []


def test_what_is_shown_needs_no_numbers_that_json_lacks(settlement: Settlement) -> None:
    again = Settlement.from_json(json.dumps(json.loads(settlement.to_json())))
    assert again._repr_html_() == settlement._repr_html_()

"""Designers, an operator and sales people along the whole chain, worked by hand: shares, links and the weaker neighbour.

Two items, February against March 2026. Ming has two thirds of the design of `poster`, Hua one third of it and all of
`banner`. Lin operates both. Zhao sells `poster`, Qian sells `banner`.

Facts                   February                   March
                    poster     banner         poster      banner
impressions         10,000     10,000         12,000       9,000
clicks                 900        600          1,200         540
dwell (ms)      18,000,000  9,000,000     24,000,000   8,100,000
orders                  90         60             96          54
payments                80         50             84          36
revenue          80,000.00  50,000.00      88,200.00   42,000.00
ratings                                            5           3     (stars, one rating each)

Points are 100 * attainment, 150 at most, but for the rating (three stars 70, four 100, five 150).

Ming        own = 2/3 of poster
  quality   rating 5 -> 150.00; clicks 800 / 600 = 1.3333 -> 133.33; dwell 20 s / 20 s -> 100.00
            30% * 150 + 40% * 133.33 + 30% * 100 = 128.332                                                = 128.33
  contribution   order rate 8% / 10% = 0.8 -> 80.00
            payments 84 / 96 = 87.5% / 88.8889% (80 / 90, published with six places) = 0.98437... -> 98.44
            80^0.6 * 98.44^0.4 = 86.9205..., clicks reached in full                                       =  86.92
  score     50% * 128.33 + 50% * 86.92 = 107.625, a tie, away from zero                                   = 107.63
Hua         own = 1/3 of poster + banner
  quality   rating (5/3 + 3) / (1/3 + 1) = 3.5 -> 85.00
            clicks 400 + 540 = 940 against 300 + 600 = 900: 1.0444 -> 104.44
            dwell (8,000 + 8,100) s / 940 = 17.12765... s against 15,000 s / 900 = 16.67 s, published before it is used:
            1.027454... -> 1.0275 -> 102.75
            30% * 85 + 40% * 104.44 + 30% * 102.75 = 98.101                                               =  98.10
  contribution   orders (32 + 54) / 940 = 9.14893...% / 10% = 0.9149 -> 91.49
            payments (28 + 36) / 86 = 74.41860...% / 85.1852% (76 2/3 / 90) = 0.87361... -> 87.36
            91.49^0.6 * 87.36^0.4 = 89.8150..., clicks reached in full                                    =  89.82
  score     50% * 98.10 + 50% * 89.82 = 93.96                                                             =  93.96
Lin         own = poster + banner
  reach     impressions 21,000 / 20,000 = 1.05 -> 105.00; orders 150 / 1,740 = 8.62068...% / 10% -> 86.21
            105^0.5 * 86.21^0.5 = 95.1422...                                                              =  95.14
  collaboration   link to quality: Ming by 2/3, Hua by 1/3 + 1 (shares times shared days, 31 each)
            (2 * 128.33 + 4 * 98.10) / 6 = 108.1766...                                          -> 108.18
            payments 120 / 150 = 80% / 86.6667% = 0.92307... -> 92.31
            the lesser, traffic reached in full                                                           =  92.31
  score     50% * 95.14 + 50% * 92.31 = 93.725, a tie, away from zero                                     =  93.73
Zhao        own = poster
  closing   payments -> 98.44 as for Ming; revenue 88,200.00 / (80,000.00 * 1.05) = 1.05 -> 105.00
            40% * 98.44 + 60% * 105 = 102.376                                                             = 102.38
  collaboration   link to quality over poster alone: (2 * 128.33 + 98.10) / 3 = 118.2533... -> 118.25; link to reach 95.14
            40% * 118.25 + 60% * 95.14 = 104.384                                                          = 104.38
  score     50% * 102.38 + 50% * 104.38                                                                   = 103.38
  pay       3.38% of 6,000.00                                                                             = 202.80
Qian        own = banner
  closing   payments 36 / 54 = 66.6666...% / 83.3333% = 0.8000 -> 80.00; revenue 42,000.00 / 52,500.00 -> 80.00
  collaboration   40% * 98.10 + 60% * 95.14 = 96.324                                                      =  96.32
  score     50% * 80.00 + 50% * 96.32                                                                     =  88.16
"""

from fractions import Fraction

import pytest

from jointpay.data.base_pay import read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.pipeline import score, settle
from jointpay.plan.presets import design_operations_sales
from jointpay.results.scorecard import LinkScores, Scorecard

PLAN = design_operations_sales()
PEOPLE = {
    "person": ["hua", "lin", "ming", "qian", "zhao"],
    "role": ["designer", "operator", "designer", "sales", "sales"],
    "from": ["2026-01-01"] * 5,
    "to": [""] * 5,
}
CREDITS = {
    "person": ["ming", "hua", "hua", "lin", "lin", "zhao", "qian"],
    "role": ["designer", "designer", "designer", "operator", "operator", "sales", "sales"],
    "item": ["poster", "poster", "banner", "poster", "banner", "poster", "banner"],
    "share": ["2/3", "1/3", "1", "1", "1", "1", "1"],
    "from": ["2026-01-01"] * 7,
    "to": [""] * 7,
}
FACTS = {
    "day": ["2026-02-10", "2026-02-10", "2026-03-10", "2026-03-10"],
    "item": ["poster", "banner", "poster", "banner"],
    "impressions": [10_000, 10_000, 12_000, 9_000],
    "clicks": [900, 600, 1_200, 540],
    "dwell": [18_000_000, 9_000_000, 24_000_000, 8_100_000],
    "orders": [90, 60, 96, 54],
    "payments": [80, 50, 84, 36],
    "revenue": [80_000_00, 50_000_00, 88_200_00, 42_000_00],
    "stars": [0, 0, 5, 3],
    "ratings": [0, 0, 1, 1],
}
BASE_PAY = {
    "person": ["hua", "lin", "ming", "qian", "zhao"],
    "period": ["2026-03"] * 5,
    "base": ["monthly_salary"] * 5,
    "amount": ["8000.00", "7000.00", "9000.00", "6000.00", "6000.00"],
}


@pytest.fixture(scope="module")
def scorecard() -> Scorecard:
    case = dataset(
        PLAN,
        facts=read_facts(FACTS, PLAN),
        credits=read_credits(CREDITS, PLAN),
        people=read_people(PEOPLE, PLAN),
    )
    return score(PLAN, case, periods=["2026-03"])


def points_by_person(scorecard: Scorecard) -> dict[str, dict[str, int]]:
    """Give by person the published points of every measure, link, modifier and component, and the score."""
    found: dict[str, dict[str, int]] = {}
    for role in scorecard.roles:
        for row, person in enumerate(role.payees.persons):
            told = found.setdefault(scorecard.person_ids[person], {})
            for component in role.components:
                for part in (*component.measures, *component.modifiers):
                    told[f"{component.name}.{part.name}"] = int(part.points[row])
                told[component.name] = int(component.points[row])
            told["score"] = int(role.scores[row])
    return found


def test_the_points_of_the_designers(scorecard: Scorecard) -> None:
    points = points_by_person(scorecard)
    assert points["ming"] == {
        "quality.rating": 150_00,
        "quality.clicks": 133_33,
        "quality.dwell": 100_00,
        "quality": 128_33,
        "contribution.order_rate": 80_00,
        "contribution.payment_rate": 98_44,
        "contribution.clicks_reached": 100_00,
        "contribution": 86_92,
        "score": 107_63,
    }
    assert points["hua"] == {
        "quality.rating": 85_00,
        "quality.clicks": 104_44,
        "quality.dwell": 102_75,
        "quality": 98_10,
        "contribution.order_rate": 91_49,
        "contribution.payment_rate": 87_36,
        "contribution.clicks_reached": 100_00,
        "contribution": 89_82,
        "score": 93_96,
    }


def test_the_geometric_means_are_the_only_numbers_of_two_places_they_can_be() -> None:
    # x^0.6 * y^0.4 lies between a and b exactly where x^3 * y^2 lies between their fifth powers.
    assert Fraction("86.915") ** 5 < Fraction("80") ** 3 * Fraction("98.44") ** 2 < Fraction("86.925") ** 5
    assert Fraction("89.815") ** 5 < Fraction("91.49") ** 3 * Fraction("87.36") ** 2 < Fraction("89.825") ** 5
    assert Fraction("95.135") ** 2 < Fraction("105") * Fraction("86.21") < Fraction("95.145") ** 2


def test_the_points_of_the_operator(scorecard: Scorecard) -> None:
    assert points_by_person(scorecard)["lin"] == {
        "reach.traffic": 105_00,
        "reach.order_rate": 86_21,
        "reach": 95_14,
        "collaboration.design_quality": 108_18,
        "collaboration.payment_rate": 92_31,
        "collaboration.traffic_brought": 100_00,
        "collaboration": 92_31,
        "score": 93_73,
    }


def test_the_points_of_the_sales_people(scorecard: Scorecard) -> None:
    points = points_by_person(scorecard)
    assert points["zhao"] == {
        "closing.payment_rate": 98_44,
        "closing.revenue": 105_00,
        "closing": 102_38,
        "collaboration.design_quality": 118_25,
        "collaboration.operator_reach": 95_14,
        "collaboration": 104_38,
        "score": 103_38,
    }
    assert points["qian"] == {
        "closing.payment_rate": 80_00,
        "closing.revenue": 80_00,
        "closing": 80_00,
        "collaboration.design_quality": 98_10,
        "collaboration.operator_reach": 95_14,
        "collaboration": 96_32,
        "score": 88_16,
    }


def test_a_link_weighs_partners_by_shares_times_shared_days(scorecard: Scorecard) -> None:
    [operator] = [role for role in scorecard.roles if role.role == "operator"]
    [link] = [part for component in operator.components for part in component.measures if isinstance(part, LinkScores)]
    # shares count in thirds, a pair of shares in ninths: Hua 31 days * (1/3 + 1) = 372 ninths, Ming 31 * 2/3 = 186
    assert (link.rows.tolist(), link.partners.tolist(), link.weights.tolist()) == ([0, 0], [0, 1], [372, 186])


def test_what_they_are_paid(scorecard: Scorecard) -> None:
    settlement = settle(PLAN, scorecard, read_base_pay(BASE_PAY, PLAN))
    amounts = {
        scorecard.person_ids[person]: int(line.amount_minor[row])
        for line, role in zip(settlement.lines, scorecard.roles, strict=True)
        for row, person in enumerate(role.payees.persons)
    }
    # Ming: 7.63% of 9,000.00. Zhao: 3.38% of 6,000.00. Below 100 points nothing is deducted.
    assert amounts == {"hua": 0, "lin": 0, "ming": 686_70, "qian": 0, "zhao": 202_80}

"""The founding plan's own case, worked by hand from the facts to the cent.

"A designer with clicks +50% and order rate +25% over last month earns +30% (the cap); her operator, collaboration
target met, earns +20%."

Two posters in one department, February against March 2026. Ming designs `poster`, Lin brings traffic to it. Hua and Wei
do the same with `banner`. Whatever the case does not name stays exactly on its target.

Facts                     February                March
                     poster    banner        poster    banner
impressions          20,000    20,000        30,000    20,000
clicks                1,000     1,000         1,500     1,000      poster: +50%
dwell (ms)       20,000,000 20,000,000   30,000,000 20,000,000      20 s per click throughout
favorites               100       100           150       100      10% of clicks throughout
orders                   40        60            75        50      poster: 4% -> 5% of clicks, which is +25%
repeat orders             8        12            15        10      20% of orders throughout
ratings                                  4, 4 (stars)       4

Ming, designer, March
  design quality (40%)
    clicks       1,500 / target 1,000 (February) = 1.5      -> 100 + 2 * 50                = 200.00  * 50% = 100.00
    rating       8 stars / 2 ratings = 4.00                 -> four stars                  = 100.00  * 20% =  20.00
    favorites    150 / 1,500 = 10%; department 250 / 2,500 = 10%; 1.0                      = 100.00  * 15% =  15.00
    dwell        30,000 s / 1,500 = 20 s; February 20 s; 1.0                               = 100.00  * 15% =  15.00
                                                                                                          150.00
  conversion contribution (60%)
    order rate   75 / 1,500 = 5%; February 4%; 1.25         -> 100 + 2 * 25                = 150.00, weight 60%
    repurchase   15 / 75 = 20%; February 8 / 40 = 20%; 1.0                                 = 100.00, weight 40%
    geometric    150^0.6 * 100^0.4 = 127.5424...
    clicks reached  1.5 of the target, which is all of it   -> * 100.00 / 100
                                                                                                          127.54
  score          40% * 150.00 + 60% * 127.54 = 60 + 76.524 = 136.524                                      136.52
  performance    136.52 - 100 = 36.52% -> cap 30.00% of 8,123.45 = 2,437.035                             2,437.04

Lin, operator, March
  conversion effect (40%)
    department   125 orders / 2,500 clicks = 5%; February 100 / 2,000 = 5%; 1.0                           100.00
  design collaboration (60%)
    clicks       1.5 of the target: reached                 -> 100.00, weight 50%
    dwell        1.0 of the target: reached                 -> 100.00, weight 50%
    geometric    100; traffic brought 30,000 / 20,000 = 1.5 -> * 100.00 / 100                             100.00
  score                                                                                                   100.00
  performance            0.00%  of 7,654.32                                                                 0.00
  collaboration bonus   20.00%  of 7,654.32 = 1,530.864                                                 1,530.86
"""

from fractions import Fraction

import pytest

from jointpay.data.base_pay import BasePay, read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.pipeline import score, settle
from jointpay.plan.presets import design_operations
from jointpay.results.scorecard import ComponentScores, MeasureScores, RoleScores, Scorecard
from jointpay.results.settlement import RuleLines, Settlement

PLAN = design_operations()

PEOPLE = {
    "person": ["hua", "lin", "ming", "wei"],
    "role": ["designer", "operator", "designer", "operator"],
    "from": ["2026-01-01"] * 4,
    "to": [""] * 4,
    "department": ["content"] * 4,
}
CREDITS = {
    "person": ["ming", "lin", "hua", "wei"],
    "role": ["designer", "operator", "designer", "operator"],
    "item": ["poster", "poster", "banner", "banner"],
    "share": ["1", "1", "1", "1"],
    "from": ["2026-01-01"] * 4,
    "to": [""] * 4,
}
# March of the poster comes in two days, so that something is added up.
FACTS = {
    "day": ["2026-02-10", "2026-02-11", "2026-03-03", "2026-03-20", "2026-03-21"],
    "item": ["poster", "banner", "poster", "poster", "banner"],
    "impressions": [20_000, 20_000, 11_000, 19_000, 20_000],
    "clicks": [1_000, 1_000, 600, 900, 1_000],
    "dwell": [20_000_000, 20_000_000, 9_000_000, 21_000_000, 20_000_000],
    "favorites": [100, 100, 90, 60, 100],
    "orders": [40, 60, 25, 50, 50],
    "repeat_orders": [8, 12, 3, 12, 10],
    "stars": [0, 0, 4, 4, 4],
    "ratings": [0, 0, 1, 1, 1],
}
BASE_PAY = {
    "person": ["hua", "lin", "ming", "wei"],
    "period": ["2026-03"] * 4,
    "base": ["monthly_salary"] * 4,
    "amount": ["8000.00", "7654.32", "8123.45", "7000.00"],
}


@pytest.fixture(scope="module")
def case() -> Dataset:
    return dataset(
        PLAN,
        facts=read_facts(FACTS, PLAN),
        credits=read_credits(CREDITS, PLAN),
        people=read_people(PEOPLE, PLAN),
    )


@pytest.fixture(scope="module")
def base_pay() -> BasePay:
    return read_base_pay(BASE_PAY, PLAN)


@pytest.fixture(scope="module")
def scorecard(case: Dataset) -> Scorecard:
    return score(PLAN, case, periods=["2026-03"])


@pytest.fixture(scope="module")
def settlement(scorecard: Scorecard, base_pay: BasePay) -> Settlement:
    return settle(PLAN, scorecard, base_pay)


def role_of(scorecard: Scorecard, role: str) -> RoleScores:
    [found] = [scores for scores in scorecard.roles if scores.role == role]
    return found


def row_of(scorecard: Scorecard, role: str, person: str) -> int:
    persons = role_of(scorecard, role).payees.persons
    [row] = [row for row, index in enumerate(persons) if scorecard.person_ids[index] == person]
    return row


def shown(component: ComponentScores, row: int) -> dict[str, tuple[Fraction, int, int, int, int]]:
    """Give, by measure and modifier: the exact total or ratio, and the published value, target, attainment and points."""
    found = {}
    for measure in (*component.measures, *component.modifiers):
        assert isinstance(measure, MeasureScores)
        found[measure.name] = (
            Fraction(int(measure.numerators[row]), int(measure.denominators[row])),
            int(measure.values[row]),
            int(measure.targets[row]),
            int(measure.attainments[row]),
            int(measure.points[row]),
        )
    return found


def component_of(scorecard: Scorecard, role: str, name: str) -> ComponentScores:
    [found] = [component for component in role_of(scorecard, role).components if component.name == name]
    return found


# In every tuple below: the exact value in the totals' units, then what is published of value, target, attainment (four
# places) and points (two places). Clicks have no places, seconds and stars two, rates six.


def test_the_quality_of_the_design(scorecard: Scorecard) -> None:
    row = row_of(scorecard, "designer", "ming")
    quality = component_of(scorecard, "designer", "quality")
    assert shown(quality, row) == {
        "clicks": (Fraction(1500), 1500, 1000, 1_5000, 200_00),
        "rating": (Fraction(4), 4_00, 0, 4_0000, 100_00),
        "favorites": (Fraction(1, 10), 100_000, 100_000, 1_0000, 100_00),
        "dwell": (Fraction(20_000), 20_00, 20_00, 1_0000, 100_00),
    }
    assert int(quality.points[row]) == 150_00


def test_the_contribution_to_conversion(scorecard: Scorecard) -> None:
    row = row_of(scorecard, "designer", "ming")
    contribution = component_of(scorecard, "designer", "contribution")
    assert shown(contribution, row) == {
        "order_rate": (Fraction(5, 100), 50_000, 40_000, 1_2500, 150_00),
        "repurchase_rate": (Fraction(20, 100), 200_000, 200_000, 1_0000, 100_00),
        "clicks_reached": (Fraction(1500), 1500, 1000, 1_5000, 100_00),
    }
    # 150^0.6 * 100^0.4 is 127.54 and no other number of two places: its fifth power is 150^3 * 100^2.
    assert Fraction("127.535") ** 5 < 150**3 * 100**2 < Fraction("127.545") ** 5
    assert int(contribution.points[row]) == 127_54


def test_the_score_of_the_designer(scorecard: Scorecard) -> None:
    row = row_of(scorecard, "designer", "ming")
    assert int(role_of(scorecard, "designer").scores[row]) == 136_52


def test_the_operator_meets_the_collaboration_target(scorecard: Scorecard) -> None:
    row = row_of(scorecard, "operator", "lin")
    conversion = component_of(scorecard, "operator", "conversion")
    collaboration = component_of(scorecard, "operator", "collaboration")
    assert shown(conversion, row) == {
        "department_order_rate": (Fraction(5, 100), 50_000, 50_000, 1_0000, 100_00),
    }
    assert shown(collaboration, row) == {
        "clicks": (Fraction(1500), 1500, 1000, 1_5000, 100_00),
        "dwell": (Fraction(20_000), 20_00, 20_00, 1_0000, 100_00),
        "traffic_brought": (Fraction(30_000), 30_000, 20_000, 1_5000, 100_00),
    }
    assert int(conversion.points[row]) == 100_00
    assert int(collaboration.points[row]) == 100_00
    assert int(role_of(scorecard, "operator").scores[row]) == 100_00


def line_of(settlement: Settlement, role: str, rule: str) -> RuleLines:
    [found] = [lines for lines in settlement.lines if (lines.role, lines.rule_id) == (role, rule)]
    return found


def test_the_designer_earns_thirty_per_cent_which_is_the_cap(settlement: Settlement) -> None:
    row = row_of(settlement.scorecard, "designer", "ming")
    line = line_of(settlement, "designer", "performance")
    assert int(line.points[row]) == 136_52
    assert int(line.base_minor[row]) == 8_123_45
    assert [int(step[row]) for step in line.adjustments] == [36_52, 30_00]
    # 8,123.45 * 30% = 2,437.035: a tie, which goes away from zero
    assert int(line.amount_minor[row]) == 2_437_04


def test_her_operator_earns_twenty_per_cent(settlement: Settlement) -> None:
    row = row_of(settlement.scorecard, "operator", "lin")
    performance = line_of(settlement, "operator", "performance")
    bonus = line_of(settlement, "operator", "collaboration_bonus")
    assert (int(performance.adjustment[row]), int(performance.amount_minor[row])) == (0, 0)
    assert (int(bonus.points[row]), int(bonus.adjustment[row])) == (100_00, 20_00)
    # 7,654.32 * 20% = 1,530.864
    assert int(bonus.amount_minor[row]) == 1_530_86
    assert int(performance.adjustment[row]) + int(bonus.adjustment[row]) == 20_00


def test_the_two_who_stayed_where_they_were_earn_what_the_same_sum_gives(settlement: Settlement) -> None:
    # Hua: clicks, rating, favorites and dwell at 100; order rate 50 / 1,000 = 5% against 6%: 0.8333 -> 83.33 points;
    # repurchase 10 / 50 = 20% against 12 / 60: 100. 83.33^0.6 * 100^0.4 = 89.6356... -> 89.64.
    # Score 40% * 100 + 60% * 89.64 = 93.784 -> 93.78, and below 100 nothing is deducted.
    assert Fraction("89.635") ** 5 < Fraction("83.33") ** 3 * 100**2 < Fraction("89.645") ** 5
    scorecard = settlement.scorecard
    row = row_of(scorecard, "designer", "hua")
    assert int(component_of(scorecard, "designer", "contribution").points[row]) == 89_64
    assert int(role_of(scorecard, "designer").scores[row]) == 93_78
    assert int(line_of(settlement, "designer", "performance").amount_minor[row]) == 0
    # Wei: everything exactly on target: 20% of 7,000.00.
    wei = row_of(scorecard, "operator", "wei")
    assert int(line_of(settlement, "operator", "collaboration_bonus").amount_minor[wei]) == 1_400_00

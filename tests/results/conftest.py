"""One small team whose plan uses every construct an explanation has to explain."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from jointpay.data.base_pay import BasePay
from jointpay.data.credits import Credits
from jointpay.data.dataset import Dataset
from jointpay.data.facts import Facts
from jointpay.data.people import People
from jointpay.data.targets import TargetTable
from jointpay.pipeline import score, settle
from jointpay.plan.load import plan_from_text
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import Scorecard
from jointpay.results.settlement import Settlement

PLAN = """
schema_version: "1"
id: team
version: "3"
effective: {from: 2026-01-01, to: 2026-04-01}
currency: CNY
time_zone: Asia/Shanghai
period: month
rounding: half_away_from_zero
places: {attainment: 4, points: 2, adjustment: 2}
partial_period: by_days
totals:
  clicks: {kind: count, events: [click]}
  orders: {kind: count, events: [order]}
  dwell: {kind: sum, events: [dwell], unit: ms}
  stars: {kind: sum, events: [rating], unit: stars}
  ratings: {kind: count, events: [rating]}
  revenue: {kind: sum, events: [payment], unit: minor}
metrics:
  clicks: {title: 点击, kind: total, total: clicks, unit: count, direction: higher_is_better, places: 0}
  revenue: {kind: total, total: revenue, unit: major, direction: higher_is_better, places: 2}
  dwell: {kind: ratio, numerator: dwell, denominator: clicks, unit: s, direction: higher_is_better, places: 2}
  order_rate: {kind: ratio, numerator: orders, denominator: clicks, unit: ratio, direction: higher_is_better, places: 4}
  rating: {kind: ratio, numerator: stars, denominator: ratings, unit: stars, direction: higher_is_better, places: 1}
roles:
  designer:
    title: Designer
    components:
      quality:
        title: 设计质量
        weight: 60%
        combine: weighted_mean
        measures:
          clicks:
            weight: 50%
            metric: clicks
            scope: own
            target: {kind: fixed, value: 700}
            attainment: ratio
            curve: {kind: proportional, times: 100, origin: 0, from: 0, to: 150%}
            missing: zero
          rating:
            weight: 30%
            metric: rating
            scope: own
            attainment: value
            min_count: 3
            curve:
              kind: rating_scale
              levels: [{at: 1, gives: 0}, {at: 3, gives: 70}, {at: 5, gives: 150}]
              between: straight_line
            missing: leave_out
          dwell:
            weight: 20%
            metric: dwell
            scope: {kind: group, column: team}
            target: {kind: growth, over: last_period, by: 0%}
            attainment: difference
            curve:
              kind: bands
              bands: [{from: -5, to: 0, gives: 40, gives_at_end: 90}, {from: 0, to: 5, gives: 100}]
              edge: lower
              below: clamp
              above: clamp
            missing: {kind: neutral, points: 100}
      contribution:
        weight: 40%
        combine: weighted_geometric
        measures:
          order_rate:
            weight: 50%
            metric: order_rate
            scope: own
            target: {kind: group, scope: all, by: 0%}
            attainment: percentage_points
            curve:
              kind: points
              points: [{at: -10, gives: 0}, {at: 10, gives: 200}]
              below: clamp
              above: clamp
            missing: {kind: neutral, points: 100}
          clicks:
            weight: 50%
            metric: clicks
            scope: own
            target: {kind: growth, over: last_period, by: 10%}
            attainment: ratio
            curve: {kind: proportional, times: 100, origin: 0, from: 0, to: 2}
            missing: {kind: neutral, points: 100}
        modifiers:
          gate:
            metric: clicks
            scope: own
            target: {kind: fixed, value: 10}
            attainment: ratio
            curve: {kind: threshold, at: 1, below_gives: 0, gives: 90, edge: upper}
            missing: leave_out
    pay:
      - id: performance
        base: salary
        reads: score
        nature: loss_compensation
        curve:
          kind: points
          points: [{at: 60, gives: -40%}, {at: 160, gives: 60%}]
          below: clamp
          above: clamp
        limits:
          - {kind: cap, at: 30%}
          - {kind: floor, at: -30%}
          - {kind: guard, at: 20%}
          - {kind: amount_cap, amount: 2500}
          - {kind: amount_floor, amount: -1000.50}
      - id: together
        base: salary
        reads: {kind: component, component: contribution}
        curve: {kind: threshold, at: 80, below_gives: 0%, gives: 5%, edge: upper}
  operator:
    components:
      reach:
        weight: 30%
        combine: minimum
        measures:
          revenue:
            weight: 50%
            metric: revenue
            scope: own
            target: {kind: fixed, value: 1000, unit: major}
            attainment: ratio
            curve: {kind: deduction, full_at: 1, full_gives: 100, side: below, per: 1%, deduct: 1, floor: 0}
            missing: zero
          order_rate:
            weight: 50%
            metric: order_rate
            scope: all
            target: {kind: fixed, value: 5%}
            attainment: ratio
            curve:
              kind: three_point
              below_gives: 0
              threshold: {at: 50%, gives: 50}
              target: {at: 100%, gives: 100}
              stretch: {at: 150%, gives: 150}
              edge: upper
            missing: zero
        modifiers:
          rated:
            metric: rating
            scope: own
            attainment: value
            min_count: 3
            curve: {kind: steps, steps: [{at: 1, gives: 50}, {at: 3, gives: 110}], edge: upper, below: clamp}
            missing: leave_out
      partners:
        weight: 40%
        combine: weighted_mean
        measures:
          designs: {kind: link, weight: 1, role: designer, component: quality, missing: leave_out}
        missing: leave_out
      ratings:
        weight: 30%
        combine: weighted_mean
        measures:
          rating:
            weight: 1
            metric: rating
            scope: own
            attainment: value
            min_count: 5
            curve: {kind: rating_scale, levels: [{at: 1, gives: 0}, {at: 5, gives: 150}], between: lower_level}
            missing: leave_out
        missing: {kind: neutral, points: 100}
    pay:
      - id: performance
        base: salary
        reads: score
        curve: {kind: proportional, times: 1%, origin: 100, from: 50, to: 150}
      - id: partners
        base: salary
        reads: {kind: component, component: partners}
        curve: {kind: proportional, times: 1%, origin: 100, from: 50, to: 150}
    missing: no_adjustment
"""

FACTS: Mapping[tuple[int, int], dict[str, int]] = {
    # (day since 1970-01-01, item): 20454 is 2026-01-01, 20485 is 2026-02-01.
    (20460, 0): {"clicks": 400, "orders": 20, "dwell": 1_200_000, "stars": 9, "ratings": 2, "revenue": 50_000},
    (20461, 1): {"clicks": 100, "orders": 7, "dwell": 333_333, "stars": 4, "ratings": 1, "revenue": 20_001},
    (20490, 0): {"clicks": 700, "orders": 41, "dwell": 2_800_001, "stars": 13, "ratings": 3, "revenue": 90_000},
    (20491, 1): {"clicks": 200, "orders": 3, "dwell": 500_000, "stars": 2, "ratings": 1, "revenue": 10_000},
    (20505, 1): {"clicks": 5, "orders": 0, "dwell": 50_000, "stars": 0, "ratings": 0, "revenue": 0},
    (20506, 2): {"clicks": 50, "orders": 9, "dwell": 90_000, "stars": 10, "ratings": 2, "revenue": 7_777},
}

# person, role, start, end, team; Bo changes from designer to operator on 2026-02-15.
SEATS = (
    (0, 0, 20454, 20544, 0),
    (1, 0, 20454, 20499, 0),
    (1, 1, 20499, 20544, 0),
    (2, 1, 20454, 20544, 1),
    (3, 1, 20454, 20544, 1),
)
# person, role, item, share in twelfths.
CREDITS = ((0, 0, 0, 12), (0, 0, 1, 4), (1, 0, 1, 8), (1, 1, 1, 6), (2, 1, 0, 12), (3, 1, 2, 12))
PERSONS = ("p01", "p02", "p03", "p04")
NAMES = {"p01": "安丽", "p02": "Bo", "p03": "=Cai\u202e"}


def _column(rows: Any, place: int, dtype: Any = np.int32) -> Any:
    return np.array([row[place] for row in rows], dtype=dtype)


def make_dataset(plan: Plan, targets: Mapping[str, TargetTable] | None = None) -> Dataset:
    facts = Facts(
        days=_column(FACTS, 0),
        items=_column(FACTS, 1),
        channels=np.zeros(len(FACTS), dtype=np.int32),
        totals={name: np.array([row[name] for row in FACTS.values()], dtype=np.int64) for name in plan.totals},
        item_ids=("i0", "i1", "i2"),
        channel_ids=("",),
        excluded=(),
        rows_read=len(FACTS),
    )
    people = People(
        persons=_column(SEATS, 0),
        roles=_column(SEATS, 1),
        starts=_column(SEATS, 2),
        ends=_column(SEATS, 3),
        groups={"team": _column(SEATS, 4)},
        group_values={"team": ("north", "south")},
        person_ids=PERSONS,
        role_ids=("designer", "operator"),
        names=NAMES,
    )
    always = np.full(len(CREDITS), 20454, dtype=np.int32)
    credits_of_work = Credits(
        persons=_column(CREDITS, 0),
        roles=_column(CREDITS, 1),
        items=_column(CREDITS, 2),
        shares=_column(CREDITS, 3, np.int64),
        starts=always,
        ends=always + 90,
        share_denominator=12,
        person_ids=PERSONS,
        role_ids=("designer", "operator"),
        item_ids=("i0", "i1", "i2"),
    )
    return Dataset(facts, credits_of_work, people, targets or {}, plan.digest, "d" * 64)


@pytest.fixture(scope="session")
def plan() -> Plan:
    return plan_from_text(PLAN, format="yaml")


@pytest.fixture(scope="session")
def card(plan: Plan) -> Scorecard:
    return score(plan, make_dataset(plan))


@pytest.fixture(scope="session")
def settlement(plan: Plan, card: Scorecard) -> Settlement:
    salaries = {"p01": 1_000_000, "p02": 800_001, "p03": 700_000, "p04": 600_000}
    amounts = {(who, span.id, "salary"): pay for who, pay in salaries.items() for span in card.periods}
    return settle(plan, card, BasePay("CNY", amounts, "b" * 64))


@pytest.fixture(scope="session")
def scored() -> Callable[..., Scorecard]:
    """Score the same team under another plan."""

    def make(
        text: str, targets: Mapping[str, TargetTable] | None = None, periods: Sequence[str] | None = None
    ) -> Scorecard:
        plan = plan_from_text(text, format="yaml")
        return score(plan, make_dataset(plan, targets), periods=periods)

    return make

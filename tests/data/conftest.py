"""A plan whose readers need every kind of table: two roles, a team, looked-up targets, a benchmark, one pay base."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from jointpay.errors import DataError
from jointpay.plan.load import plan_from_text
from jointpay.plan.plan import Plan

_PLAN = """
schema_version: 1
id: studio
version: 1
effective: {from: 2026-01-01, to: 2026-07-01}
currency: CNY
time_zone: Asia/Shanghai
period: month
rounding: half_away_from_zero
places: {attainment: 4, points: 2, adjustment: 2}
partial_period: by_days
totals:
  clicks: {kind: count, events: [click]}
  orders: {kind: count, events: [order]}
metrics:
  clicks: {kind: total, total: clicks, unit: count, direction: higher_is_better, places: 2}
  order_rate: {kind: ratio, numerator: orders, denominator: clicks, unit: ratio, direction: higher_is_better, places: 4}
roles:
  designer:
    components:
      draw:
        weight: 1
        combine: weighted_mean
        measures:
          clicks:
            weight: 0.5
            metric: clicks
            scope: own
            target: {kind: table, name: clicks_of_item, keys: [item, period]}
            attainment: ratio
            curve: {kind: proportional, times: 100, origin: 0, from: 0, to: 2}
            missing: leave_out
          team_clicks:
            weight: 0.5
            metric: clicks
            scope: {kind: group, column: team}
            target: {kind: table, name: clicks_of_team, keys: [team]}
            attainment: difference
            curve: {kind: proportional, times: 1, origin: 0, from: 0, to: 200}
            missing: leave_out
        missing: zero
    pay:
      - id: bonus
        base: monthly_salary
        reads: score
        curve: {kind: proportional, times: 1%, origin: 100, from: 100, to: 150}
  operator:
    components:
      convert:
        weight: 1
        combine: weighted_mean
        measures:
          order_rate:
            weight: 0.5
            metric: order_rate
            scope: own
            target: {kind: benchmark, series: industry, by: 0}
            attainment: percentage_points
            curve: {kind: proportional, times: 1, origin: 0, from: 0, to: 200}
            missing: leave_out
          draw: {kind: link, role: designer, component: draw, weight: 0.5, missing: leave_out}
        missing: zero
"""


@pytest.fixture(scope="session")
def plan() -> Plan:
    return plan_from_text(_PLAN, format="yaml")


@pytest.fixture(scope="session")
def refusals() -> Callable[[Callable[[], Any]], list[str]]:
    """Give every line of the error that a reading raises."""

    def lines(reading: Callable[[], Any]) -> list[str]:
        with pytest.raises(DataError, match=r"\[\w+\]") as caught:
            reading()
        return [str(finding) for finding in caught.value.findings]

    return lines


@pytest.fixture(scope="session")
def changed() -> Callable[..., dict[str, Any]]:
    """Give a copy of a table with some columns replaced, or dropped where the replacement is None."""

    def change(table: Mapping[str, Any], **columns: Any) -> dict[str, Any]:
        given = {name.rstrip("_"): cells for name, cells in columns.items()}
        return {name: cells for name, cells in {**table, **given}.items() if cells is not None}

    return change

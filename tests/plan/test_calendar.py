"""Periods and baselines by calendar arithmetic alone."""

from datetime import date
from typing import Any

import pytest

from jointpay.plan.calendar import Span, baseline_span, day_number, day_text, periods
from jointpay.plan.plan import Plan
from jointpay.plan.presets import minimal
from jointpay.plan.targets import DateRange, LastPeriod, SameLastYear

TABLE = {
    "kind": "table",
    "ranges": [
        {"id": "winter", "from": "2026-01-01", "to": "2026-02-15"},
        {"id": "spring", "from": "2026-03-01", "to": "2026-05-01"},
        {"id": "rest", "from": "2026-05-01", "to": "2027-01-01"},
    ],
}


def plan_with(period: Any, start: str, end: str) -> Plan:
    tree = minimal().to_json_tree()
    return Plan.model_validate({**tree, "period": period, "effective": {"from": start, "to": end}})


def named(spans: tuple[Span, ...]) -> list[tuple[str, str, str]]:
    return [(span.id, day_text(span.start), day_text(span.end)) for span in spans]


def test_days_are_counted_from_1970() -> None:
    assert day_number(date(1970, 1, 1)) == 0
    assert day_number(date(2026, 1, 1)) == 20454
    assert day_text(20454) == "2026-01-01"


def test_months() -> None:
    found = named(periods(plan_with("month", "2024-12-01", "2025-04-01")))
    assert found == [
        ("2024-12", "2024-12-01", "2025-01-01"),
        ("2025-01", "2025-01-01", "2025-02-01"),
        ("2025-02", "2025-02-01", "2025-03-01"),
        ("2025-03", "2025-03-01", "2025-04-01"),
    ]
    assert periods(plan_with("month", "2024-02-01", "2024-03-01"))[0].days == 29


def test_quarters() -> None:
    assert named(periods(plan_with("quarter", "2025-10-01", "2026-07-01"))) == [
        ("2025-Q4", "2025-10-01", "2026-01-01"),
        ("2026-Q1", "2026-01-01", "2026-04-01"),
        ("2026-Q2", "2026-04-01", "2026-07-01"),
    ]


def test_iso_weeks_run_over_the_year() -> None:
    assert named(periods(plan_with("iso_week", "2020-12-21", "2021-01-11"))) == [
        ("2020-W52", "2020-12-21", "2020-12-28"),
        ("2020-W53", "2020-12-28", "2021-01-04"),
        ("2021-W01", "2021-01-04", "2021-01-11"),
    ]


def test_a_table_gives_its_rows_within_the_range() -> None:
    assert named(periods(plan_with(TABLE, "2026-03-01", "2027-01-01"))) == [
        ("spring", "2026-03-01", "2026-05-01"),
        ("rest", "2026-05-01", "2027-01-01"),
    ]


@pytest.mark.parametrize(
    ("period", "start", "end", "last", "year"),
    [
        ("month", "2026-01-01", "2026-02-01", "2025-12", "2025-01"),
        ("quarter", "2026-01-01", "2026-04-01", "2025-Q4", "2025-Q1"),
        ("iso_week", "2026-01-05", "2026-01-12", "2026-W01", "2025-W02"),
        ("iso_week", "2020-12-28", "2021-01-04", "2020-W52", "2019-W52"),
    ],
)
def test_the_period_before_and_the_year_before(period: str, start: str, end: str, last: str, year: str) -> None:
    plan = plan_with(period, start, end)
    (span,) = periods(plan)
    before = baseline_span(plan, span, LastPeriod(kind="last_period"))
    assert before is not None
    assert (before.id, before.end) == (last, span.start)
    earlier = baseline_span(plan, span, SameLastYear(kind="same_period_last_year"))
    assert earlier is not None
    assert earlier.id == year


def test_fixed_dates() -> None:
    plan = plan_with("month", "2026-01-01", "2026-02-01")
    over = DateRange.model_validate({"kind": "dates", "from": "2025-11-28", "to": "2025-12-01"})
    span = baseline_span(plan, periods(plan)[0], over)
    assert span == Span("2025-11-28/2025-12-01", day_number(date(2025, 11, 28)), day_number(date(2025, 12, 1)))
    assert span.days == 3


def test_the_first_row_of_a_table_has_nothing_before_it_and_no_row_a_year_before() -> None:
    plan = plan_with(TABLE, "2026-01-01", "2027-01-01")
    first, second, _ = periods(plan)
    assert baseline_span(plan, first, LastPeriod(kind="last_period")) is None
    assert baseline_span(plan, second, LastPeriod(kind="last_period")) == first
    assert baseline_span(plan, second, SameLastYear(kind="same_period_last_year")) is None

"""The periods of a plan as day numbers, by calendar arithmetic alone: no clock, no zone of the machine.

A day number counts days since 1970-01-01. Ranges are half open.
"""

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from jointpay.plan.header import IsoWeeks, Months, PeriodTable, Quarters
from jointpay.plan.plan import Plan
from jointpay.plan.targets import Baseline, DateRange, LastPeriod, SameLastYear

__all__ = ["Span", "baseline_span", "day_number", "day_text", "periods"]

_EPOCH = date(1970, 1, 1).toordinal()
_LAST_WEEK_OF_EVERY_YEAR = 52


@dataclass(frozen=True, slots=True)
class Span:
    """A named half-open range of days."""

    id: str
    start: int
    end: int

    @property
    def days(self) -> int:
        """Length in days."""
        return self.end - self.start


def day_number(day: date) -> int:
    """Days since 1970-01-01.

    >>> day_number(date(1970, 1, 2))
    1
    """
    return day.toordinal() - _EPOCH


def day_text(number: int) -> str:
    """Write a day number as a date.

    >>> day_text(1)
    '1970-01-02'
    """
    return date.fromordinal(number + _EPOCH).isoformat()


def _month(year: int, month: int) -> Span:
    """Give the calendar month; month 0 is the December before, month 13 the January after."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    return Span(f"{year:04}-{month:02}", day_number(date(year, month, 1)), day_number(after))


def _quarter(year: int, quarter: int) -> Span:
    year, quarter = year + (quarter - 1) // 4, (quarter - 1) % 4 + 1
    first, last = _month(year, 3 * quarter - 2), _month(year, 3 * quarter)
    return Span(f"{year:04}-Q{quarter}", first.start, last.end)


def _iso_week(day: int) -> Span:
    """Give the ISO week that holds a day."""
    calendar = date.fromordinal(day + _EPOCH).isocalendar()
    start = day_number(date.fromisocalendar(calendar.year, calendar.week, 1))
    return Span(f"{calendar.year:04}-W{calendar.week:02}", start, start + 7)


def _holding(plan: Plan, day: int) -> Span:
    """Give the calendar period that holds a day; not for explicit tables."""
    holder = date.fromordinal(day + _EPOCH)
    match plan.period:
        case Months():
            return _month(holder.year, holder.month)
        case Quarters():
            return _quarter(holder.year, (holder.month + 2) // 3)
        case IsoWeeks():
            return _iso_week(day)
        case PeriodTable():  # pragma: no cover
            raise AssertionError
        case _:  # pragma: no cover
            assert_never(plan.period)


def periods(plan: Plan) -> tuple[Span, ...]:
    """Give the plan's periods inside its effective range, which cuts none in two, in order of time."""
    start, end = day_number(plan.effective.start), day_number(plan.effective.end)
    if isinstance(plan.period, PeriodTable):
        listed = (Span(row.id, day_number(row.start), day_number(row.end)) for row in plan.period.ranges)
        return tuple(span for span in listed if start <= span.start < end)
    spans = []
    span = _holding(plan, start)
    while span.start < end:
        spans.append(span)
        span = _holding(plan, span.end)
    return tuple(spans)


def baseline_span(plan: Plan, period: Span, over: Baseline) -> Span | None:
    """Give the days a growth target looks back at, or None where the calendar has none.

    The period before; the same period of the year before (ISO week 53 looks at week 52); or the fixed dates. The first
    row of an explicit table has no period before it, and a table has no year.
    """
    match over:
        case DateRange(start=start, end=end):
            return Span(f"{start}/{end}", day_number(start), day_number(end))
        case LastPeriod():
            if isinstance(plan.period, PeriodTable):
                listed = [Span(row.id, day_number(row.start), day_number(row.end)) for row in plan.period.ranges]
                place = next(place for place, span in enumerate(listed) if span.id == period.id)
                return listed[place - 1] if place else None
            return _holding(plan, period.start - 1)
        case SameLastYear():
            first = date.fromordinal(period.start + _EPOCH)
            match plan.period:
                case Months():
                    return _month(first.year - 1, first.month)
                case Quarters():
                    return _quarter(first.year - 1, (first.month + 2) // 3)
                case IsoWeeks():
                    calendar = first.isocalendar()
                    week = min(calendar.week, _LAST_WEEK_OF_EVERY_YEAR)
                    return _iso_week(day_number(date.fromisocalendar(calendar.year - 1, week, 1)))
                case PeriodTable():
                    return None
                case _:  # pragma: no cover
                    assert_never(plan.period)
        case _:  # pragma: no cover
            assert_never(over)

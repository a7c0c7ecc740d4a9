"""Days that are closed: what was paid for them stands, and what comes late is left out and listed, or refused."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from jointpay.errors import DataError
from jointpay.findings import Finding, Place
from jointpay.plan.calendar import day_number, day_text

__all__ = ["Closed", "Late", "closed_days", "late_complaint"]

Late = Literal["exclude", "refuse"]


@dataclass(frozen=True, slots=True)
class Closed:
    """The days before a day, and what happens to their events."""

    before: int
    """The first open day, as days since 1970-01-01."""
    late: Late


def closed_days(closed: date | None, late: Late | None) -> Closed | None:
    """Take the first open day, and what happens to events before it; None for both where no day is closed.

    Raises `DataError` for one without the other, for what is no day, and for another word than `exclude` and `refuse`.
    """
    if closed is None and late is None:
        return None
    if closed is None or late is None:
        there, missing = ("late", "closed") if closed is None else ("closed", "late")
        raise _refusal(f"{there} is given without {missing}; allowed: the first open day, and 'exclude' or 'refuse'")
    if isinstance(closed, datetime) or not isinstance(closed, date):
        raise _refusal(f"closed is {closed!r}; allowed: a date, the first open day")
    if late not in get_args(Late):
        raise _refusal(f"late is {late!r}; allowed: 'exclude' or 'refuse'")
    return Closed(day_number(closed), late)


def _refusal(message: str) -> DataError:
    return DataError([Finding(code="closed_days", severity="error", message=message, place=Place(source="closed"))])


def late_complaint(told: str, closed: Closed) -> str:
    """Say that an event lies on a closed day."""
    return (
        f"{told} lies before {day_text(closed.before)}, and those days are closed; allowed: events from that day on; "
        f"next: leave it out, or state late='exclude', which lists such events with their amounts"
    )

"""Targets: what was asked. Each is rounded to the metric's places and published before it is used."""

from typing import Annotated, Literal

from pydantic import Field

from jointpay.plan.header import Effective
from jointpay.plan.scopes import SharedScope
from jointpay.plan.values import Exact, Model, Name

__all__ = [
    "Baseline",
    "BenchmarkTarget",
    "DateRange",
    "FixedTarget",
    "GroupTarget",
    "GrowthTarget",
    "LastPeriod",
    "SameLastYear",
    "TableTarget",
    "Target",
]

from jointpay.plan.values import kind_alone


class FixedTarget(Model):
    """The same number for everybody."""

    kind: Literal["fixed"]
    value: Exact
    """The target, in the metric's unit."""
    unit: Name | None = None
    """The unit the author had in mind; must be the metric's unit, and must be given where that is a duration."""


class LastPeriod(Model):
    """The period before this one."""

    kind: Literal["last_period"]


class SameLastYear(Model):
    """The same month, quarter or ISO week of the year before (week 53 looks at week 52). Not for explicit tables."""

    kind: Literal["same_period_last_year"]


class DateRange(Effective):
    """A fixed range of days, half open. A total is scaled to the length of the period scored: by days."""

    kind: Literal["dates"]


Baseline = Annotated[
    Annotated[LastPeriod | SameLastYear | DateRange, Field(discriminator="kind")],
    kind_alone("last_period", "same_period_last_year"),
]


class GrowthTarget(Model):
    """Growth over the same metric of the same payee or group in a baseline: baseline * (1 + by)."""

    kind: Literal["growth"]
    over: Baseline
    """The baseline."""
    by: Exact
    """Growth asked for: `10%` asks for 1.1 times the baseline, `0%` for no less than it."""


class GroupTarget(Model):
    """The value of the same ratio metric in a wider scope in the same days: value * (1 + by). Not for totals."""

    kind: Literal["group"]
    scope: SharedScope
    """Whose value is the target."""
    by: Exact
    """How much more than the group's value is asked for; `0%` asks for the group's value."""


class TableTarget(Model):
    """A number looked up in the targets table by some of payee, item, period and group columns.

    With `item` among the keys, the targets of the items are put together by credit. For a total: the sum over items of
    target * share * credited days / days of the period. For a ratio: the mean of the items' targets weighted by their
    credited denominators. Only for measures whose scope is `own`.
    """

    kind: Literal["table"]
    name: Name
    """Name of the target in the column `target` of the targets table."""
    keys: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The columns that identify a number: `person`, `item`, `period`, or a group column of people."""


class BenchmarkTarget(Model):
    """A number per period from outside the company, such as an industry series: value * (1 + by)."""

    kind: Literal["benchmark"]
    series: Name
    """Name of the series in the column `target` of the targets table, keyed by period."""
    by: Exact
    """How much more than the benchmark is asked for."""


Target = Annotated[
    FixedTarget | GrowthTarget | GroupTarget | TableTarget | BenchmarkTarget, Field(discriminator="kind")
]

"""Metrics: a total, or a ratio of two totals. Never an average of averages."""

from typing import Annotated, Literal

from pydantic import Field

from jointpay.plan.values import Model, Name, Whole

__all__ = ["DURATION_MS", "Metric", "RatioMetric", "TotalMetric"]

DURATION_MS = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}
"""Durations that convert into each other, in milliseconds."""


class _Metric(Model):
    title: str | None = None
    """What people call it, in any language; shown in explanations."""
    direction: Literal["higher_is_better", "lower_is_better"]
    """Which way is better. Curves of a metric must never reward the other way, unless the bounds say so by name."""
    unit: Name
    """Unit of the value: `count`, `ratio`, a duration (`ms`, `s`, `min`, `h`), money (`minor`, `major`) or any name.

    A total in one duration may be published in another, and money in `minor` may be published in `major`. A ratio of
    two totals of one unit, or of two durations, is in `ratio` (and its targets may be written `5%`). A ratio to a count
    has the unit of its numerator, or one that unit converts to. Any other ratio has the unit `numerator/denominator`.
    """
    driven_by: Name | None = None
    """The role whose work moves this metric; absent where nobody in the plan does."""
    places: Annotated[Whole, Field(ge=0, le=8)]
    """Decimals with which its value and its targets are published."""


class TotalMetric(_Metric):
    """The credited total itself: 1,200 clicks."""

    kind: Literal["total"]
    total: Name
    """The total."""


class RatioMetric(_Metric):
    """One total divided by another: orders / clicks. 0/0 is undefined and follows the measure's missing policy."""

    kind: Literal["ratio"]
    numerator: Name
    """The total above the line."""
    denominator: Name
    """The total below the line. Zero or less makes the metric undefined."""


Metric = Annotated[TotalMetric | RatioMetric, Field(discriminator="kind")]

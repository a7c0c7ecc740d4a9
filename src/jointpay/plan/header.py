"""What a plan says about itself: when it holds, in which periods, zone and currency, and how it publishes numbers."""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from jointpay.plan.values import Day, Model, Name, Whole, kind_alone

__all__ = ["Channels", "Effective", "IsoWeeks", "Months", "Period", "PeriodRange", "PeriodTable", "Places", "Quarters"]


class Effective(Model):
    """The days on which the plan holds, half open: `from` is the first day, `to` is the day after the last.

    Both must be cuts of the plan's periods, so that no period is half inside.
    """

    start: Day = Field(alias="from")
    """First day on which the plan holds."""
    end: Day = Field(alias="to")
    """The day after the last day on which the plan holds."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start >= self.end:
            raise PydanticCustomError(
                "range",
                "it begins {start} and ends {end}; allowed: `to` after `from` (half open)",
                {"start": str(self.start), "end": str(self.end)},
            )
        return self


class Months(Model):
    """Calendar months, named `2026-01`."""

    kind: Literal["month"]


class Quarters(Model):
    """Calendar quarters, named `2026-Q1`."""

    kind: Literal["quarter"]


class IsoWeeks(Model):
    """ISO weeks, Monday to Sunday, named `2026-W01`."""

    kind: Literal["iso_week"]


class PeriodRange(Effective):
    """One named period of an explicit table, half open."""

    id: Name
    """Name of the period as it appears in every result."""


class PeriodTable(Model):
    """An explicit table of periods, for instance a 4-4-5 calendar or a campaign season."""

    kind: Literal["table"]
    ranges: Annotated[tuple[PeriodRange, ...], Field(min_length=1)]
    """The periods in order of time; they may leave gaps but must not overlap, and each id is used once."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for earlier, later in pairwise(self.ranges):
            if later.start < earlier.end:
                raise PydanticCustomError(
                    "ranges",
                    "{later} begins before {earlier} ends; allowed: periods in order that do not overlap",
                    {"earlier": repr(earlier.id), "later": repr(later.id)},
                )
        if len({named.id for named in self.ranges}) < len(self.ranges):
            raise PydanticCustomError("ranges", "a period id is used twice; allowed: each id once", {})
        return self


Period = Annotated[
    Annotated[Months | Quarters | IsoWeeks | PeriodTable, Field(discriminator="kind")],
    kind_alone("month", "quarter", "iso_week"),
]


class Places(Model):
    """How many decimals each stage publishes. The next stage starts from the published number."""

    attainment: Annotated[Whole, Field(ge=0, le=8)]
    """Decimals of an attainment as a plain number: 4 publishes 104.37% as 1.0437."""
    points: Annotated[Whole, Field(ge=0, le=6)]
    """Decimals of measure points, component points and the score: 2 publishes 97.25."""
    adjustment: Annotated[Whole, Field(ge=0, le=6)]
    """Decimals of an adjustment in per cent: 2 publishes 12.34%."""


class Channels(Model):
    """The channels the data may name."""

    known: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Every channel that may occur. A row with another channel is refused, or counted as `other`."""
    other: Name | None = None
    """The known channel to which rows of an unknown channel are moved; absent: they are refused."""

    @model_validator(mode="after")
    def _other_is_known(self) -> Self:
        if len(set(self.known)) < len(self.known):
            raise PydanticCustomError("channels", "a channel is named twice; allowed: each channel once", {})
        if self.other is not None and self.other not in self.known:
            raise PydanticCustomError(
                "channels",
                "other is {other}; allowed: one of the known channels {known}",
                {"other": repr(self.other), "known": ", ".join(map(repr, self.known))},
            )
        return self

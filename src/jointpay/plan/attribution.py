"""Order attribution: whose touches an order is credited to, in whole millionths that sum to one."""

from math import lcm
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from jointpay.money.number import decimal_text
from jointpay.plan.filters import Filter
from jointpay.plan.values import Exact, Model, Name, Whole

__all__ = [
    "MILLION",
    "Attribution",
    "FirstClick",
    "LastClick",
    "Linear",
    "PositionBased",
    "TimeDecay",
    "Touches",
    "Window",
]

MILLION = 1_000_000
"""An order is credited in so many parts."""
_DAY_SECONDS = 86_400
_MOST_DAYS = 36_600
_LARGEST_DENOMINATOR = 1_000_000


class Touches(Model):
    """Which events are touches."""

    events: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Kinds of event that are touches, such as `click`. A kind that is credited cannot be one."""
    where: Filter = Field(default_factory=Filter)
    """Which of these events are meant: `{at_least: 3000}` on dwells lets only those of three seconds and more be touches."""


class Window(Model):
    """How far back touches count, in elapsed time: a day is 86,400 seconds, whatever the clocks do."""

    days: Annotated[Whole, Field(ge=0, le=_MOST_DAYS)] = 0
    """Whole days."""
    seconds: Annotated[Whole, Field(ge=0, le=_MOST_DAYS * _DAY_SECONDS)] = 0
    """Whole seconds, on top of the days."""

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if not self.whole_seconds:
            raise PydanticCustomError("attribution_window", "it has no length; allowed: days or seconds above 0", {})
        return self

    @property
    def whole_seconds(self) -> int:
        """Its length."""
        return self.days * _DAY_SECONDS + self.seconds


class _ByTouch(Model):
    credited: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Kinds of event that are credited by touch, such as `order` and `payment`. Item and channel of such a row are not
    read and may be empty: it counts on the items and in the channels of its touches, on its own day."""
    reversed_by: tuple[Name, ...] = ()
    """Kinds of event that take a credited event back, such as `refund`. Such a row names the event id of what it takes
    back in the column `order`, and counts where that was credited, in the same parts, on its own day."""
    touches: Touches
    """Which events are touches."""
    window: Window
    """How long before an order a touch of the same visitor may lie. Both ends are inside: a touch exactly so long before
    the order counts, and so does one at the very same instant."""

    @model_validator(mode="after")
    def _each_kind_once(self) -> Self:
        kinds = [*self.credited, *self.reversed_by, *self.touches.events]
        if len(set(kinds)) < len(kinds):
            raise PydanticCustomError(
                "attribution_kinds",
                "an event kind is named twice; allowed: each kind once, in `credited`, in `reversed_by` or in `touches`",
                {},
            )
        return self


class LastClick(_ByTouch):
    """All of an order is credited to the last touch before it."""

    kind: Literal["last_click"]


class FirstClick(_ByTouch):
    """All of an order is credited to the first touch in the window."""

    kind: Literal["first_click"]


class Linear(_ByTouch):
    """An order is credited to all touches in equal parts."""

    kind: Literal["linear"]


class PositionBased(_ByTouch):
    """The first and the last touch get shares of their own, and the touches between them get equal parts of the rest.

    A single touch gets everything. Of two touches the first gets first / (first + last).
    """

    kind: Literal["position_based"]
    first: Exact
    """Share of the first touch, such as 40%."""
    last: Exact
    """Share of the last touch, such as 40%."""

    @model_validator(mode="after")
    def _shares(self) -> Self:
        both = self.first + self.last
        fine = lcm(self.first.denominator, self.last.denominator) <= _LARGEST_DENOMINATOR
        if min(self.first, self.last) < 0 or not 0 < both <= 1 or not fine:
            raise PydanticCustomError(
                "attribution_shares",
                "first and last are {both} together; allowed: 0 or more each, above 0 and at most 1 together, "
                "in parts of at most {parts}",
                {"both": decimal_text(both), "parts": _LARGEST_DENOMINATOR},
            )
        return self


class TimeDecay(_ByTouch):
    """Every touch weighs half as much for each half-life that it lies before the last one.

    Formula: weight = 2 ** (-age / half_life) in billionths, rounded to the nearest whole one, a half up; age is the time
    from the touch to the last touch of the order. Only proportions matter, so these are those of the ages at the order.
    """

    kind: Literal["time_decay"]
    half_life: Annotated[Whole, Field(ge=1, le=_MOST_DAYS * _DAY_SECONDS)]
    """Whole seconds after which a touch weighs half as much: 604800 is a week."""


Attribution = Annotated[
    LastClick | FirstClick | Linear | PositionBased | TimeDecay,
    Field(discriminator="kind"),
]

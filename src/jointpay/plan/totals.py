"""Totals: additive whole numbers made of events, and how the raw event table is read."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from jointpay.plan.values import Model, Name, Whole, sealed

__all__ = ["CountTotal", "EventColumns", "EventRules", "Filter", "SumTotal", "Total", "ValueLimit"]


class Filter(Model):
    """Which events of the named kinds are meant. All conditions must hold; an absent condition always holds.

    Conditions are applied when raw events are measured. Facts that come pre-aggregated are taken as filtered already.
    """

    channels: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    """Only events of these channels."""
    at_least: Whole | None = None
    """Only events whose value is at least this, in the smallest unit: a qualified click is a dwell of at least 3000 ms."""
    at_most: Whole | None = None
    """Only events whose value is at most this, in the smallest unit."""
    flags: tuple[Name, ...] = ()
    """Only events on which every one of these flag columns is true."""
    without: tuple[Name, ...] = ()
    """Only events on which none of these flag columns is true, for instance `bot`."""


class _Events(Model):
    events: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Kinds of event that add to the total."""
    minus: tuple[Name, ...] = ()
    """Kinds of event that take away from it: orders minus refunds, so that a sale and its full refund net to zero."""
    where: Filter = Field(default_factory=Filter)
    """Which of these events are meant."""

    @model_validator(mode="after")
    def _each_kind_once(self) -> Self:
        kinds = [*self.events, *self.minus]
        if len(set(kinds)) < len(kinds):
            raise PydanticCustomError(
                "events", "an event kind is named twice; allowed: each kind once, in `events` or in `minus`", {}
            )
        return self


class CountTotal(_Events):
    """How many events there were."""

    kind: Literal["count"]


class SumTotal(_Events):
    """The sum of the events' values, each a whole number in the smallest unit."""

    kind: Literal["sum"]
    unit: Name
    """Unit of one event value: `ms`, `s`, `minor` (the currency's minor unit), or any other name such as `stars`."""


Total = Annotated[CountTotal | SumTotal, Field(discriminator="kind")]


class EventColumns(Model):
    """Which column of the raw event table holds what."""

    event_id: Name = "event_id"
    """Unique id of the event; needed unless `duplicates` is `not_checked`."""
    time: Name = "time"
    """Instant of the event: a time with its offset, or a local time of the plan's zone."""
    item: Name = "item"
    """Id of the item the event happened on."""
    channel: Name = "channel"
    """Channel through which it came."""
    kind: Name = "kind"
    """Kind of event: impression, click, dwell, order ..."""
    value: Name = "value"
    """Whole number in the smallest unit; empty for events that are only counted."""


class ValueLimit(Model):
    """What happens to an event whose value is implausibly large, such as a page left open over night."""

    at_most: Whole
    """Largest plausible value, in the smallest unit."""
    beyond: Literal["exclude", "cap", "refuse"]
    """`exclude`: the event is left out and counted as excluded; `cap`: it counts as `at_most`; `refuse`: an error."""


class EventRules(Model):
    """How the raw event table is read."""

    columns: EventColumns = Field(default_factory=EventColumns)
    """Names of the columns, where they differ from the usual ones."""
    duplicates: Literal["by_event_id", "not_checked"] = "by_event_id"
    """`by_event_id`: a repeated identical row is kept once and counted; the same id with other content is refused.

    `not_checked`: every row counts; the event id column may be absent.
    """
    ignored_kinds: tuple[Name, ...] = ()
    """Kinds of event that may occur in the log but mean nothing to this plan; counted as ignored. Others are refused."""
    value_limits: Annotated[dict[Name, ValueLimit], sealed] = {}
    """By kind of event, the largest plausible value."""

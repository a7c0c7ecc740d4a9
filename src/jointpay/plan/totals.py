"""Totals: additive whole numbers made of events, and how the raw event table is read."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from jointpay.plan.attribution import Attribution
from jointpay.plan.filters import Filter
from jointpay.plan.values import Model, Name, Whole, sealed

__all__ = [
    "ORDER_COLUMN",
    "VISITOR_COLUMN",
    "CountTotal",
    "EventColumns",
    "EventRules",
    "OncePer",
    "SumTotal",
    "Total",
    "ValueLimit",
]

VISITOR_COLUMN, ORDER_COLUMN = "visitor_id", "order_id"
"""Columns that only some plans read; their usual names are no part of a plan's canonical form."""


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


class OncePer(Model):
    """At most one event of each visitor on each item counts in an interval, such as one click a day."""

    interval: Literal["hour", "day"]
    """`day`: a day of the plan's zone. `hour`: an hour as a clock in that zone shows it; where clocks are put back, the
    hour that comes twice is one interval."""
    unknown_visitor: Literal["count", "exclude"]
    """What becomes of an event of which nobody knows whose it was. `count`: it counts, since none can be told to be a
    repetition; `exclude`: it is left out of the total and counted as `visitor_unknown`."""


class CountTotal(_Events):
    """How many events there were."""

    kind: Literal["count"]
    once_per: OncePer | None = None
    """How often one visitor can count on one item; absent: every event counts.

    Of the events that `where` means, the first of each visitor, item and interval counts, on its day and in its channel; of
    several at one instant, the one whose channel comes first as text. The others are left out of this total alone, and
    counted as `repeated_in_interval`; an event that two totals leave out is counted twice there. It may be of any of the
    total's kinds, but not of one that is credited by touch.
    """

    @model_validator(mode="after")
    def _nothing_taken_away(self) -> Self:
        if self.once_per is not None and self.minus:
            told = (
                "once_per and minus stand together, and nobody can say which event is taken back; allowed: one of them"
            )
            raise PydanticCustomError("once_per", "{told}", {"told": told})
        return self


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
    visitor: Annotated[Name, Field(exclude_if=lambda name: name == VISITOR_COLUMN)] = VISITOR_COLUMN
    """Who it was: the same text on all events of one visitor, empty where nobody knows. Read only where orders are credited
    by touch, or where a total has `once_per`."""
    order: Annotated[Name, Field(exclude_if=lambda name: name == ORDER_COLUMN)] = ORDER_COLUMN
    """On an event that takes an order back, the event id of that order. Read only where `attribution` has `reversed_by`."""


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
    empty_keys: Annotated[Literal["refuse", "exclude"], Field(exclude_if=lambda word: word == "refuse")] = "refuse"
    """What happens to an event without an item or a channel, where they are read. `refuse`: an error that names the row;
    `exclude`: it is left out and counted as `empty_key`, in no channel where that is what it lacks."""
    ignored_kinds: tuple[Name, ...] = ()
    """Kinds of event that may occur in the log but mean nothing to this plan; counted as ignored. Others are refused."""
    value_limits: Annotated[dict[Name, ValueLimit], sealed] = {}
    """By kind of event, the largest plausible value."""
    attribution: Attribution | None = None
    """How orders are credited by touch; absent: an order counts on the item and in the channel that its own row names.

    An order is divided into a million parts by the weights of its touches: each touch gets the whole part of its quota,
    and the parts left over go one each to the largest remainders, among equal ones to the earlier touch. Touches are in
    order of time, and at one instant in order of their event ids as text. Facts of a total that a credited kind changes
    are in millionths of its unit; metrics, targets and `min_count` stay in the unit itself. A filter of such a total on
    channels means the channels of the touches. An order without a touch, and what takes it back, are left out and
    counted as `no_touch`, a row that takes back an order that is not in the log as `order_unknown`, and one whose order
    is left out itself as `order_excluded`.
    """

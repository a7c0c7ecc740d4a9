"""Filters: which events of a kind are meant."""

from typing import Annotated

from pydantic import Field

from jointpay.plan.values import Model, Name, Whole

__all__ = ["Filter"]


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

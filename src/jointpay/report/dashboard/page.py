"""What the parts of a dashboard share: the view, its figures and sums, how they are written, and names of people."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from jointpay.report.dashboard.figures import Figures, Sums
from jointpay.report.dashboard.sums import PeriodSums
from jointpay.report.dashboard.table import Bar, Cell, Head
from jointpay.report.dashboard.view import View
from jointpay.report.dashboard.writing import Writing

__all__ = ["Page"]

_CHANNEL_COLOURS = 7
"""Channels that have a colour of their own; all further ones share one."""
_NONE = "–"


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a part of the page is made from."""

    view: View
    figures: Figures
    writing: Writing
    now: PeriodSums
    before: PeriodSums | None
    pay: bool
    channels: tuple[int, ...] = field(default=())
    """The channels of the period, the one with most traffic first."""

    @property
    def shares(self) -> int:
        """The denominator of credited sums."""
        return self.view.work.share_denominator

    def earlier(self) -> str:
        """Name the period it is compared with; nothing where there is none."""
        before = self.view.before
        return "" if before is None else self.writing.label(self.view.card.periods[before].id)

    def person(self, person: int) -> str:
        """Name a person: the name, and the id where it is another."""
        card = self.view.card
        name, own_id = card.names[person], card.person_ids[person]
        return self.writing.label(f"{name} {own_id}" if name and name != own_id else own_id)

    def short(self, person: int) -> str:
        """Name a person among others: the name, or the id where there is none."""
        return self.writing.label(self.view.card.names[person] or self.view.card.person_ids[person])

    def channel(self, channel: int) -> str:
        """Name a channel; an empty one has no name."""
        found = self.view.work.channel_ids[channel]
        return self.writing.label(found) if found else self.writing.text("dashboard.no_channel")

    def item(self, item: int) -> str:
        """Name an item."""
        return self.writing.label(self.view.work.item_ids[item])

    def colour(self, channel: int) -> str:
        """Give the class that colours a channel."""
        return f"c{min(self.channels.index(channel), _CHANNEL_COLOURS)}" if channel in self.channels else "c7"

    def heads(self) -> tuple[Head, ...]:
        """Give the heads of the columns that `cells` fills."""
        writing, figures = self.writing, self.figures
        return (
            *(Head(writing.total(stage)) for stage in figures.stages),
            *(Head(f"{writing.total(stage)} / {writing.total(figures.above[stage])}") for stage in figures.parts),
            *(Head(writing.metric(metric)) for metric in figures.metrics),
        )

    def cells(self, sums: Sums, shares: int) -> tuple[Cell, ...]:
        """Write sums: the stages, their parts of one another, and the metrics."""
        writing, figures, plan = self.writing, self.figures, self.view.plan
        amounts = (figures.of(sums, stage) for stage in figures.stages)
        found = [
            Cell(writing.counted(stage, amount if shares == 1 else Fraction(amount, shares)))
            for stage, amount in zip(figures.stages, amounts, strict=True)
        ]
        parts = (figures.part(sums, stage) for stage in figures.parts)
        found += [Cell(_NONE if part is None else writing.part(part)) for part in parts]
        for name in figures.metrics:
            value = figures.value(sums, name, shares)
            found.append(
                Cell(_NONE if value is None else writing.value(plan.metrics[name], value, figures.places(name)))
            )
        return tuple(found)

    def change(self, now: int, before: int) -> str:
        """Write by how much a sum changed; nothing where there was none."""
        if before <= 0:
            return ""
        part = Fraction(now - before, before)
        return ("+" if part > 0 else "") + self.writing.part(part)

    def mix(self, by_channel: Sequence[tuple[int, int]]) -> tuple[Bar, ...]:
        """Draw how channels share a sum; negative sums are left out."""
        whole = sum(max(amount, 0) for _, amount in by_channel)
        found, start = [], Fraction(0)
        for channel, amount in sorted(by_channel, key=lambda pair: self.channels.index(pair[0])):
            if amount > 0:
                width = Fraction(100 * amount, whole)
                found.append(Bar(round(float(start), 1), round(float(width), 1), self.colour(channel)))
                start += width
        return tuple(found)

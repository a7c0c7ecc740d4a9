"""The way of the shared work: how much of every stage there was, through which channel, and item by item."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from jointpay.report.dashboard.figures import Sums
from jointpay.report.dashboard.page import Page
from jointpay.report.dashboard.sums import added
from jointpay.report.dashboard.table import Bar, Cell, Group, Head, Row, Table

__all__ = ["Stage", "channel_table", "item_table", "stages"]

_ITEMS = 300
"""Items that have rows of their own, those with most traffic; the others are summed up in one."""
_HOLDERS = 3
"""People named on an item, by role."""


class Stage(NamedTuple):
    """One stage of the way."""

    title: str
    amount: str
    part: str
    """What part of the stage above it is."""
    change: str
    """Against the period before."""
    bars: tuple[Bar, ...]
    """How the channels share it."""
    said: str
    """The same in words."""


def stages(page: Page) -> tuple[Stage, ...]:
    """Give every stage of all items looked at."""
    figures, writing = page.figures, page.writing
    totals = len(figures.totals)
    now = added(list(page.now.channels.values()), totals)
    before = None if page.before is None else added(list(page.before.channels.values()), totals)
    found = []
    for stage in figures.stages:
        count = figures.of(now, stage)
        by_channel = [(channel, figures.of(sums, stage)) for (channel,), sums in page.now.channels.items()]
        part = figures.part(now, stage)
        told = (
            ""
            if part is None
            else writing.text("dashboard.part_of", part=writing.part(part), stage=writing.total(figures.above[stage]))
        )
        change = "" if before is None else page.change(count, figures.of(before, stage))
        said = ", ".join(
            f"{page.channel(channel)} {writing.counted(stage, dict(by_channel).get(channel, 0))}"
            for channel in page.channels
        )
        found.append(
            Stage(writing.total(stage), writing.counted(stage, count), told, change, page.mix(by_channel), said)
        )
    return tuple(found)


def channel_table(page: Page) -> Table:
    """Give every channel of all items looked at, and their sum."""
    rows = [
        Row(Head(page.channel(channel), style=f"k {page.colour(channel)}"), page.cells(page.now.channels[channel,], 1))
        for channel in page.channels
    ]
    whole = added(list(page.now.channels.values()), len(page.figures.totals))
    foot = [Row(Head(page.writing.text("dashboard.all_channels")), page.cells(whole, 1))]
    if page.before is not None:
        earlier = added(list(page.before.channels.values()), len(page.figures.totals))
        foot.append(Row(Head(page.earlier()), page.cells(earlier, 1)))
    return Table(
        page.writing.text("dashboard.channel_caption"),
        (Head(page.writing.text("dashboard.channel")), *page.heads()),
        tuple(Group((row,)) for row in rows),
        tuple(foot),
    )


def item_table(page: Page) -> Table:
    """Give every item with its channels and with who is credited; items beyond the first 300 are summed up."""
    figures, writing, work = page.figures, page.writing, page.view.work
    roles = [role for role in range(len(work.roles)) if any(holder[0] == role for holder in page.now.holders)]
    order = sorted(page.now.items, key=lambda key: (-figures.of(page.now.items[key], figures.lead), key))
    by_item: dict[int, list[tuple[int, Sums]]] = {}
    for (item, channel), sums in page.now.item_channels.items():
        by_item.setdefault(item, []).append((channel, sums))
    groups = [_item(page, item, by_item[item], roles) for (item,) in order[:_ITEMS]]
    rest = [page.now.items[key] for key in order[_ITEMS:]]
    foot = []
    if rest:
        head = Head(writing.text("dashboard.further_items", count=writing.number(len(rest))))
        blank = tuple(Cell() for _ in roles)
        foot.append(Row(head, (*blank, *page.cells(added(rest, len(figures.totals)), 1))))
    heads = (Head(writing.text("dashboard.item")), *(Head(writing.role(work.roles[role]), style="t") for role in roles))
    return Table(
        writing.text("dashboard.item_caption"),
        (*heads, *page.heads()),
        tuple(groups),
        tuple(foot),
        sortable=True,
    )


def _item(page: Page, item: int, by_channel: Sequence[tuple[int, Sums]], roles: Sequence[int]) -> Group:
    """Give one item: all channels together, with how they share each stage, then each of them."""
    figures = page.figures
    whole = page.now.items[item,]
    cells = list(page.cells(whole, 1))
    for place, stage in enumerate(figures.stages):
        mix = page.mix([(channel, figures.of(sums, stage)) for channel, sums in by_channel])
        cells[place] = cells[place]._replace(bars=mix)
    rows = [Row(Head(page.item(item)), (*(_holders(page, role, item, whole) for role in roles), *cells))]
    blank = tuple(Cell() for _ in roles)
    for channel, sums in sorted(by_channel, key=lambda pair: page.channels.index(pair[0])):
        rows.append(Row(Head(page.channel(channel), style=f"k {page.colour(channel)}"), (*blank, *page.cells(sums, 1))))
    return Group(tuple(rows), f"i{item}")


def _holders(page: Page, role: int, item: int, whole: Sums) -> Cell:
    """Name who is credited with an item in a role, and with what part of its traffic where it is not all."""
    figures, writing = page.figures, page.writing
    made = figures.of(whole, figures.lead) * page.shares
    held = sorted(
        ((figures.of(sums, figures.lead), person) for person, sums in page.now.holders.get((role, item), ())),
        key=lambda pair: (-pair[0], pair[1]),
    )
    told = [
        page.short(person)
        if made <= 0 or credited == made
        else f"{page.short(person)} {writing.part(Fraction(credited, made))}"
        for credited, person in held[:_HOLDERS]
    ]
    if len(held) > _HOLDERS:
        told.append(writing.text("dashboard.more_people", count=writing.number(len(held) - _HOLDERS)))
    return Cell(writing.text("dashboard.comma").join(told), style="t")

"""What became of one payee's traffic: by channel, by item, and against the period before."""

from collections.abc import Sequence
from fractions import Fraction

from jointpay.report.dashboard.figures import Sums
from jointpay.report.dashboard.page import Page
from jointpay.report.dashboard.sums import PeriodSums, added
from jointpay.report.dashboard.table import Cell, Group, Head, Row, Table
from jointpay.report.dashboard.view import Payee
from jointpay.results.scorecard import RoleScores

__all__ = ["traffic_answer", "traffic_by_channel", "traffic_by_item"]

_ITEMS = 6
"""Items of a payee that have rows of their own; the others are summed up in one."""


def _by_channel(page: Page, sums: PeriodSums | None, role: RoleScores, payee: Payee) -> list[tuple[int, Sums]]:
    if sums is None:
        return []
    code = page.view.work.roles.index(role.role)
    keys = ((channel, (code, payee.person, channel)) for channel in range(len(page.view.work.channel_ids)))
    found = [(channel, sums.credited_channels[key]) for channel, key in keys if key in sums.credited_channels]
    # A channel that was there only in the period before has no place in the order.
    place = {channel: at for at, channel in enumerate(page.channels)}
    return sorted(found, key=lambda pair: (place.get(pair[0], len(place)), pair[0]))


def _all(page: Page, each: Sequence[tuple[int, Sums]]) -> Sums:
    return added([sums for _, sums in each], len(page.figures.totals))


def traffic_answer(page: Page, role: RoleScores, payee: Payee) -> list[str]:
    """Say how every stage changed against the period before."""
    now = _all(page, _by_channel(page, page.now, role, payee))
    before = _all(page, _by_channel(page, page.before, role, payee))
    writing, figures = page.writing, page.figures
    told = []
    for stage in figures.stages:
        change = page.change(figures.of(now, stage), figures.of(before, stage))
        if change:
            told.append(f"{writing.total(stage)} {change}")
    for stage in figures.parts:
        parts = figures.part(now, stage), figures.part(before, stage)
        if parts[0] is not None and parts[1] is not None:
            title = f"{writing.total(stage)} / {writing.total(figures.above[stage])}"
            told.append(
                writing.text(
                    "dashboard.part_changed", title=title, now=writing.part(parts[0]), before=writing.part(parts[1])
                )
            )
    return [writing.text("dashboard.traffic_changed", parts=writing.text("dashboard.comma").join(told))] if told else []


def traffic_by_channel(page: Page, role: RoleScores, payee: Payee) -> list[Table]:
    """Give what is credited to the payee by channel, and the sum of the period before."""
    writing = page.writing
    now = _by_channel(page, page.now, role, payee)
    if not now:
        return []
    rows = [
        Row(Head(page.channel(channel), style=f"k {page.colour(channel)}"), page.cells(sums, page.shares))
        for channel, sums in now
    ]
    foot = [Row(Head(writing.text("dashboard.all_channels")), page.cells(_all(page, now), page.shares))]
    before = _by_channel(page, page.before, role, payee)
    if before:
        foot.append(Row(Head(page.earlier()), page.cells(_all(page, before), page.shares)))
    heads = (Head(writing.text("dashboard.channel")), *page.heads())
    caption = writing.text("dashboard.own_channels")
    return [Table(caption, heads, tuple(Group((row,)) for row in rows), tuple(foot))]


def traffic_by_item(page: Page, role: RoleScores, payee: Payee) -> list[Table]:
    """Give the payee's items with most traffic: what part of it is theirs, who shares it, and how it converted."""
    writing, figures, work = page.writing, page.figures, page.view.work
    code = work.roles.index(role.role)
    own = page.now.own_items.get((code, payee.person), [])
    if not own:
        return []
    order = sorted(own, key=lambda pair: (-figures.of(pair[1], figures.lead), pair[0]))
    rows = [
        Row(
            Head(page.item(item)),
            (
                Cell(_own_part(page, item, sums)),
                Cell(_others(page, code, payee.person, item), "t"),
                *page.cells(sums, page.shares),
            ),
        )
        for item, sums in order[:_ITEMS]
    ]
    rest = [sums for _, sums in order[_ITEMS:]]
    foot = []
    if rest:
        head = Head(writing.text("dashboard.further_items", count=writing.number(len(rest))))
        foot.append(Row(head, (Cell(), Cell(), *page.cells(added(rest, len(figures.totals)), page.shares))))
    heads = (
        Head(writing.text("dashboard.item")),
        Head(writing.text("dashboard.own_share", total=writing.total(figures.lead))),
        Head(writing.text("dashboard.with"), style="t"),
        *page.heads(),
    )
    return [Table(writing.text("dashboard.own_items"), heads, tuple(Group((row,)) for row in rows), tuple(foot))]


def _own_part(page: Page, item: int, sums: Sums) -> str:
    figures = page.figures
    made = figures.of(page.now.items[item,], figures.lead) * page.shares
    return "–" if made <= 0 else page.writing.part(Fraction(figures.of(sums, figures.lead), made))


def _others(page: Page, role: int, person: int, item: int) -> str:
    """Name everybody else who is credited with an item, in any role."""
    named = [
        page.short(other)
        for code in range(len(page.view.work.roles))
        for other, _ in page.now.holders.get((code, item), ())
        if (code, other) != (role, person)
    ]
    return page.writing.text("dashboard.comma").join(dict.fromkeys(named))

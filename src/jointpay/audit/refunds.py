"""Refunds: a sale and its full refund leave every total as if neither had happened."""

from collections.abc import Collection, Iterator
from fractions import Fraction
from itertools import product

from jointpay.data.events import measure
from jointpay.data.events.meaning import event_meaning
from jointpay.data.facts import Facts
from jointpay.findings import Finding, Place
from jointpay.money.number import decimal_text
from jointpay.plan.attribution import Attribution
from jointpay.plan.plan import Plan
from jointpay.plan.units import total_scale

__all__ = ["refund_nets_to_zero"]

_Case = tuple[tuple[str, str], int, str, str | None]
"""Sale and refund, value, channel and flag."""


def refund_nets_to_zero(plan: Plan) -> tuple[Finding, ...]:
    """Find totals in which a sale and its full refund, measured from events, do not net to zero.

    A refund is any kind of event that some total takes away (`minus`), a sale any kind that the same total adds. For
    every such pair two events of the same value, day, item and channel are measured: with values at and around every
    filter and limit of the plan, in every known channel, with every flag. Where orders are credited by touch, one touch
    lies before the sale, on an item and in a channel of its own, and the refund names the sale. One finding per total and
    pair, with the smallest value. A total that adds the sale and never takes the refund away is told as information: there the sale
    still counts. A plan without refunds satisfies it.

    Raises `MissingExtraError` where no library is installed that sums events.
    """
    pairs = _pairs(plan)
    if not pairs:
        return ()
    cases = [
        (pair, value, channel, flag)
        for pair in pairs
        for value, channel, flag in product(_values(plan, pair), _channels(plan), [None, *_flags(plan)])
    ]
    touches = [] if plan.events.attribution is None else _touches(plan, plan.events.attribution, cases)
    sums = _by_item(measure(_table(plan, [*touches, *_events(plan, cases)]), plan))
    before = _by_item(measure(_table(plan, touches), plan)) if touches else {}
    found: dict[tuple[str, tuple[str, str]], Finding] = {}
    for number, (pair, value, channel, flag) in enumerate(cases):
        for name, total in plan.totals.items():
            places = [(item, name) for item in (_item(number), _touched(number))]
            left = [sums.get(place, 0) - before.get(place, 0) for place in places]
            rest = next((number for number in left if number), 0)
            if rest and pair[0] in total.events and (name, pair) not in found:
                scale = total_scale(total, plan.events.attribution)
                found[name, pair] = _told(plan, name, pair, value, channel, flag, Fraction(rest, scale))
    return tuple(found.values())


def _by_item(facts: Facts) -> dict[tuple[str, str], int]:
    """Sum every total of every item."""
    sums: dict[tuple[str, str], int] = {}
    for name, total in facts.totals.items():
        for item, number in zip(facts.items.tolist(), total.tolist(), strict=True):
            place = facts.item_ids[item], name
            sums[place] = sums.get(place, 0) + number
    return sums


def _pairs(plan: Plan) -> list[tuple[str, str]]:
    """Give every (sale, refund) of which some total adds the one and takes the other away."""
    return sorted({(sale, refund) for total in plan.totals.values() for refund in total.minus for sale in total.events})


def _values(plan: Plan, pair: tuple[str, str]) -> list[int]:
    """Give the values at which filters and limits change their mind, and their neighbours; none that is refused."""
    edges = {1}
    for total in plan.totals.values():
        edges.update(edge for edge in (total.where.at_least, total.where.at_most) if edge is not None)
    limits = [plan.events.value_limits[kind] for kind in pair if kind in plan.events.value_limits]
    edges.update(limit.at_most for limit in limits)
    near = {value for edge in edges for value in (edge - 1, edge, edge + 1) if value >= 0}
    most = min((limit.at_most for limit in limits if limit.beyond == "refuse"), default=None)
    return sorted(value for value in near if most is None or value <= most)


def _channels(plan: Plan) -> list[str]:
    known = set(plan.channels.known) if plan.channels is not None else {"any"}
    for total in plan.totals.values():
        known.update(total.where.channels or ())
    return sorted(known)


def _flags(plan: Plan) -> list[str]:
    filters = [total.where for total in plan.totals.values()]
    if plan.events.attribution is not None:
        filters.append(plan.events.attribution.touches.where)
    return sorted({flag for where in filters for flag in (*where.flags, *where.without)})


def _item(number: int) -> str:
    return f"case {number:07}"


def _touched(number: int) -> str:
    return f"{_item(number)} touched"


def _row(plan: Plan, number: int, kind: str, value: int, channel: str, flags: Collection[str]) -> dict[str, object]:
    columns = plan.events.columns
    return {
        columns.visitor: _item(number),
        columns.order: "",  # first, since another column may have the name of one that is not read
        columns.event_id: f"{_item(number)} {kind}",
        columns.time: f"{plan.effective.start.isoformat()}T12:00:00",
        columns.item: _item(number),
        columns.channel: channel,
        columns.kind: kind,
        columns.value: value,
        **{name: name in flags for name in _flags(plan)},
    }


def _events(plan: Plan, cases: list[_Case]) -> list[dict[str, object]]:
    """Make two events per case, each case on an item and by a visitor of its own; the refund names the sale."""
    order, names_order = plan.events.columns.order, event_meaning(plan).needs_order
    rows = []
    for number, ((sale, refund), value, channel, flag) in enumerate(cases):
        flags = () if flag is None else (flag,)
        sold = _row(plan, number, sale, value, channel, flags)
        back = _row(plan, number, refund, value, channel, flags)
        rows += [sold, {**back, order: sold[plan.events.columns.event_id]} if names_order else back]
    return rows


def _touches(plan: Plan, rule: Attribution, cases: list[_Case]) -> list[dict[str, object]]:
    """Make one event per case that is a touch, if any can be, on another item than the sale."""
    kind, where = rule.touches.events[0], rule.touches.where
    least = where.at_least or 0
    limit = plan.events.value_limits.get(kind)
    value = least if limit is None else min(least, limit.at_most)
    rows = []
    for number, (_, _, channel, _) in enumerate(cases):
        seen = channel if where.channels is None or channel in where.channels else where.channels[0]
        touch = _row(plan, number, kind, value, seen, where.flags)
        rows.append(
            touch | {plan.events.columns.item: _touched(number), plan.events.columns.event_id: _touched(number)}
        )
    return rows


def _table(plan: Plan, rows: list[dict[str, object]]) -> dict[str, list[object]]:
    columns, meaning = dict(plan.events.columns), event_meaning(plan)
    if not meaning.needs_visitor:
        del columns["visitor"]
    if not meaning.needs_order:
        del columns["order"]
    read = {*columns.values(), *_flags(plan)}
    return {name: [row[name] for row in rows] for name in rows[0] if name in read}


def _told(
    plan: Plan, name: str, pair: tuple[str, str], value: int, channel: str, flag: str | None, rest: Fraction
) -> Finding:
    (sale, refund), total, rule = pair, plan.totals[name], plan.events.attribution
    netted = refund in total.minus
    apart = rule is not None and (sale in rule.credited) != (refund in rule.reversed_by)
    ways = "name both in events.attribution, or neither" if apart else "give both kinds the same limits"
    return Finding(
        code="refund_leaves_rest" if netted else "refund_not_taken_away",
        severity="error" if netted else "info",
        message=f"{sale!r} and {refund!r} of the same value {value} leave {decimal_text(rest)} in total {name!r}"
        + (f"; next: {ways}" if netted else f", which adds {sale!r} and does not take {refund!r} away"),
        place=Place(path=f"totals.{name}"),
        witness=tuple(_witness(pair, value, channel, flag, rest)),
    )


def _witness(
    pair: tuple[str, str], value: int, channel: str, flag: str | None, rest: Fraction
) -> Iterator[tuple[str, str]]:
    yield "sale", pair[0]
    yield "refund", pair[1]
    yield "value", str(value)
    yield "channel", channel
    if flag is not None:
        yield "flag", flag
    yield "rest", decimal_text(rest)

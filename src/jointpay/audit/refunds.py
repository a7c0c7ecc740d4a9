"""Refunds: a sale and its full refund leave every total as if neither had happened."""

from collections.abc import Iterator
from itertools import product

from jointpay.data.events import measure
from jointpay.findings import Finding, Place
from jointpay.plan.plan import Plan
from jointpay.plan.totals import Total

__all__ = ["refund_nets_to_zero"]


def refund_nets_to_zero(plan: Plan) -> tuple[Finding, ...]:
    """Find totals in which a sale and its full refund, measured from events, do not net to zero.

    A refund is any kind of event that some total takes away (`minus`), a sale any kind that the same total adds. For
    every such pair two events of the same value, day, item and channel are measured: with values at and around every
    filter and limit of the plan, in every known channel, with every flag. One finding per total and pair, with the
    smallest value. A total that adds the sale and never takes the refund away is told as information: there the sale
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
    facts = measure(_events(plan, cases), plan)
    of_item = {label: code for code, label in enumerate(facts.item_ids)}
    found: dict[tuple[str, tuple[str, str]], Finding] = {}
    for number, (pair, value, channel, flag) in enumerate(cases):
        rows = facts.items == of_item.get(_item(number), -1)
        for name, total in plan.totals.items():
            rest = int(facts.totals[name][rows].sum())
            if rest and pair[0] in total.events and (name, pair) not in found:
                found[name, pair] = _told(name, total, pair, value, channel, flag, rest)
    return tuple(found.values())


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
    return sorted({flag for total in plan.totals.values() for flag in (*total.where.flags, *total.where.without)})


def _item(number: int) -> str:
    return f"case {number:07}"


def _events(plan: Plan, cases: list[tuple[tuple[str, str], int, str, str | None]]) -> dict[str, list[object]]:
    """Make two events per case, each case on an item of its own."""
    columns, flags = plan.events.columns, _flags(plan)
    rows: list[dict[str, object]] = [
        {
            columns.event_id: f"{_item(number)} {kind}",
            columns.time: f"{plan.effective.start.isoformat()}T12:00:00",
            columns.item: _item(number),
            columns.channel: channel,
            columns.kind: kind,
            columns.value: value,
            **{name: name == flag for name in flags},
        }
        for number, (pair, value, channel, flag) in enumerate(cases)
        for kind in pair
    ]
    return {name: [row[name] for row in rows] for name in rows[0]}


def _told(
    name: str, total: Total, pair: tuple[str, str], value: int, channel: str, flag: str | None, rest: int
) -> Finding:
    sale, refund = pair
    netted = refund in total.minus
    return Finding(
        code="refund_leaves_rest" if netted else "refund_not_taken_away",
        severity="error" if netted else "info",
        message=f"{sale!r} and {refund!r} of the same value {value} leave {rest} in total {name!r}"
        + (
            "; next: give both kinds the same limits"
            if netted
            else f", which adds {sale!r} and does not take {refund!r} away"
        ),
        place=Place(path=f"totals.{name}"),
        witness=tuple(_witness(pair, value, channel, flag, rest)),
    )


def _witness(pair: tuple[str, str], value: int, channel: str, flag: str | None, rest: int) -> Iterator[tuple[str, str]]:
    yield "sale", pair[0]
    yield "refund", pair[1]
    yield "value", str(value)
    yield "channel", channel
    if flag is not None:
        yield "flag", flag
    yield "rest", str(rest)

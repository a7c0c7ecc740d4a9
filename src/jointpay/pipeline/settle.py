"""Settle: points become money, here and nowhere else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointpay.data.amounts import Amounts
from jointpay.data.base_pay import BasePay
from jointpay.data.ordering import sorting
from jointpay.data.table import MOST_SUGGESTED, nearest
from jointpay.engine.adjust import amounts, limit
from jointpay.engine.curve import evaluate
from jointpay.engine.room import Block, planes
from jointpay.errors import DataError, MismatchError, MissingValueError
from jointpay.findings import Finding, Place
from jointpay.money.currency import minor_digits
from jointpay.money.rounding import published
from jointpay.panel.compiled import compile_curve
from jointpay.pipeline.base_parts import base_parts
from jointpay.pipeline.blocks import in_blocks
from jointpay.plan.measures import MissingLeaveOut
from jointpay.plan.payout import AmountCap, AmountFloor, Cap, Floor, Guard, PayRule, ReadsScore
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import RoleScores, Scorecard
from jointpay.results.settlement import RuleLines, Settlement

__all__ = ["pay_rule", "settle"]

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]


def _limits(
    rule: PayRule, plan: Plan
) -> tuple[list[tuple[int | None, int | None]], list[tuple[int | None, int | None]]]:
    """Give the limits on the adjustment and on the amount, each as (lowest, highest) in last places."""
    on_adjustment: list[tuple[int | None, int | None]] = []
    on_amount: list[tuple[int | None, int | None]] = []
    places, digits = plan.places.adjustment, minor_digits(plan.currency)
    for bound in rule.limits:
        match bound:
            case Cap(at=at):
                on_adjustment.append((None, published(at * 100, places=places, rounding=plan.rounding)))
            case Floor(at=at):
                on_adjustment.append((published(at * 100, places=places, rounding=plan.rounding), None))
            case Guard(at=at):
                on_adjustment.append((-published(at * 100, places=places, rounding=plan.rounding), None))
            case AmountCap(amount=amount):
                on_amount.append((None, published(amount, places=digits, rounding=plan.rounding)))
            case AmountFloor(amount=amount):
                on_amount.append((published(amount, places=digits, rounding=plan.rounding), None))
    return on_adjustment, on_amount


@dataclass(frozen=True, slots=True, eq=False)
class _Shares:
    """Which rows divide a person's pay base of a period: all rows of all roles, in order of person, period, start."""

    order: Whole
    offsets: Whole
    counts: Whole
    days: Whole
    starts: Whole
    persons: Whole
    periods: Whole
    first_of_role: tuple[int, ...]


def _stack(scorecard: Scorecard) -> _Shares:
    payees = [role.payees for role in scorecard.roles]
    persons = np.concatenate([rows.persons for rows in payees]).astype(np.int64)
    periods = np.concatenate([rows.periods for rows in payees]).astype(np.int64)
    starts = np.concatenate([rows.starts for rows in payees]).astype(np.int64)
    ends = np.concatenate([rows.ends for rows in payees]).astype(np.int64)
    order = sorting((persons, periods, starts))
    person, period = persons[order], periods[order]
    begins = np.ones(order.size, dtype=np.bool_)
    begins[1:] = (person[1:] != person[:-1]) | (period[1:] != period[:-1])
    offsets = np.flatnonzero(begins)
    counts = np.diff(np.append(offsets, order.size))
    sizes = np.cumsum([0, *(rows.persons.size for rows in payees)])
    return _Shares(order, offsets, counts, ends - starts, starts, persons, periods, tuple(sizes.tolist()))


def _bases(shares: _Shares, scorecard: Scorecard, base: str, base_pay: BasePay) -> tuple[Whole, Mask]:
    """Give every row its part of the pay base, and where the base pay table has none. Shapes: all rows of all roles."""
    found = np.empty(shares.order.size, dtype=np.int64)
    absent = np.empty(shares.order.size, dtype=np.bool_)
    heads = shares.order[shares.offsets]
    whole, absent_heads = Amounts.of(base_pay.amounts).of_base(
        base,
        shares.persons[heads],
        shares.periods[heads],
        person_ids=scorecard.person_ids,
        period_ids=[span.id for span in scorecard.periods],
    )
    absent[shares.order] = np.repeat(absent_heads, shares.counts)
    several = shares.counts > 1
    divided = np.repeat(several, shares.counts)
    alone = shares.order[~divided]
    found[alone] = whole[~several]
    rows = shares.order[divided]
    found[rows] = base_parts(whole[several], shares.counts[several], shares.days[rows])
    return found, absent


def _tell_bases(
    scorecard: Scorecard, role: RoleScores, rule: PayRule, absent: Mask, base_pay: BasePay
) -> list[Finding]:
    """Make one finding per person and period that has no pay base; of somebody without any, name the id that is near."""
    if not absent.any():
        return []
    keys = dict.fromkeys(
        (scorecard.person_ids[role.payees.persons[row]], scorecard.periods[role.payees.periods[row]].id)
        for row in np.flatnonzero(absent).tolist()
    )
    paid = set(Amounts.of(base_pay.amounts).person_ids)
    unpaid = list(dict.fromkeys(person for person, _ in keys if person not in paid))[:MOST_SUGGESTED]
    strangers = sorted(paid.difference(scorecard.person_ids)) if unpaid else []
    meant = {person: nearest(person, strangers) for person in unpaid}
    return [
        Finding(
            code="base_pay_missing",
            severity="error",
            place=Place(source="base_pay", who=f"person {person!r}, period {period!r}"),
            message=f"there is no pay base {rule.base!r}, which rule {rule.id!r} of role {role.role!r} is a part of"
            f"{meant.get(person, '')}; next: add the row to the base pay table",
        )
        for person, period in keys
    ]


def _read(plan: Plan, role: RoleScores, rule: PayRule) -> tuple[Whole, NDArray[np.int8]]:
    """Give the points a rule reads, and the states of rows in which they are left out."""
    if isinstance(rule.reads, ReadsScore):
        return role.scores, role.states
    name = rule.reads.component
    scores = next(component for component in role.components if component.name == name)
    missing = plan.roles[role.role].components[name].missing
    if missing is None or isinstance(missing, MissingLeaveOut):
        return scores.points, scores.states
    return scores.points, np.zeros(scores.states.size, dtype=np.int8)


def pay_rule(
    plan: Plan, role: RoleScores, rule: PayRule, base_minor: Whole, threads: int | None, *, out: RuleLines | None = None
) -> tuple[RuleLines, NDArray[np.intp]]:
    """Pay one rule of one role; give its lines, and the rows whose points its curve refuses.

    `out` is what an earlier call on as many rows returned: its arrays are filled again.
    """
    points, states = _read(plan, role, rule)
    half_even = plan.rounding == "half_even"
    unit = 100 * 10**plan.places.adjustment
    curve = compile_curve(rule.curve, places_in=plan.places.points, scale_out=unit, plan=plan)
    on_adjustment, on_amount = _limits(rule, plan)
    size, count = points.size, len(on_adjustment) + 1
    room = (*out.adjustments, *out.amounts) if out else tuple(planes(count + len(on_amount) + 1, size))
    made = RuleLines(role.role, rule.id, "adjustment", points, states, base_minor, room[:count], room[count:])
    refused = np.zeros(size, dtype=np.bool_) if curve.refuses_below or curve.refuses_above else None

    def work(block: Block) -> None:
        rows, room = block.rows, block.room
        raw, *steps = (kept[rows] for kept in made.adjustments)
        first, *sums = (kept[rows] for kept in made.amounts)
        _, beyond = evaluate(curve, points[rows], half_even=half_even, out=raw, room=room)
        absent = np.flatnonzero(states[rows])
        if refused is not None and beyond is not None:
            refused[rows] = beyond
            refused[rows][absent] = False
        paid = limit(raw, on_adjustment, out=steps)[-1]
        amounts(base_minor[rows], paid, adjustment_unit=unit, half_even=half_even, out=first, room=room)
        limit(first, on_amount, out=sums)
        for kept in (raw, *steps, first, *sums):
            kept[absent] = 0

    in_blocks([(size, work)], threads=threads)
    return made, np.flatnonzero(refused) if refused is not None else np.empty(0, dtype=np.intp)


def settle(plan: Plan, scorecard: Scorecard, base_pay: BasePay, *, threads: int | None = None) -> Settlement:
    """Turn scores into money: one line per payee row and pay rule, rounded once, in minor units.

    Formula: adjustment = round(curve(points)) in per cent, then the limits on it in their order;
    amount = round(base * adjustment), then the limits on it in their order. A person's pay base of a period is split
    over all rows of that person in it by days held, to the minor unit.

    Parameters
    ----------
    plan
        The plan that scored.
    scorecard
        The scores.
    base_pay
        The pay bases.
    threads
        Threads to use; None picks one or two by size. The result is the same for any number.

    Raises
    ------
    MismatchError
        The scorecard is of another plan, or the pay bases are in another currency.
    DataError
        A pay base is missing, or a pay curve refuses a score; everybody concerned is listed.
    MissingValueError
        What a rule reads is missing, and the role says `error`.
    """
    _refuse_strangers(plan, scorecard, base_pay)
    shares = _stack(scorecard)
    bases: dict[str, tuple[Whole, Mask]] = {}
    without_base: list[Finding] = []
    undefined: list[Finding] = []
    refused: list[Finding] = []
    lines = []
    for place, role in enumerate(scorecard.roles):
        here = slice(shares.first_of_role[place], shares.first_of_role[place + 1])
        for rule in plan.roles[role.role].pay:
            if rule.base not in bases:
                bases[rule.base] = _bases(shares, scorecard, rule.base, base_pay)
            base_minor, absent = bases[rule.base]
            without_base += _tell_bases(scorecard, role, rule, absent[here], base_pay)
            made, beyond = pay_rule(plan, role, rule, base_minor[here], threads)
            refused += _tell_refused(scorecard, role, rule, beyond)
            if plan.roles[role.role].missing != "no_adjustment":
                undefined += _tell_missing(scorecard, role, rule, np.flatnonzero(made.states))
            lines.append(made)
    if without_base:
        raise DataError(list(dict.fromkeys(without_base)))
    if undefined:
        raise MissingValueError(undefined)
    if refused:
        raise DataError(refused)
    return Settlement(scorecard, base_pay.digest, tuple(lines))


def _refuse_strangers(plan: Plan, scorecard: Scorecard, base_pay: BasePay) -> None:
    """Refuse a scorecard of another plan, and pay bases in another currency."""
    if scorecard.plan_digest != plan.digest:
        raise MismatchError(
            f"the scorecard is of the plan with digest {scorecard.plan_digest[:12]}, and this is plan {plan.id!r} with "
            f"digest {plan.digest[:12]}; next: settle with the plan that scored, or score again"
        )
    if base_pay.currency != plan.currency:
        raise MismatchError(
            f"the pay bases are in {base_pay.currency}, and plan {plan.id!r} pays in {plan.currency}; "
            "next: give the base pay in the currency of the plan"
        )


def _place(scorecard: Scorecard, role: RoleScores, rule: PayRule, row: int) -> Place:
    """Say which rule, and whose row."""
    person = scorecard.person_ids[role.payees.persons[row]]
    period = scorecard.periods[role.payees.periods[row]].id
    return Place(path=f"roles.{role.role}.pay.{rule.id}", who=f"person {person!r}, period {period!r}")


def _tell_missing(scorecard: Scorecard, role: RoleScores, rule: PayRule, rows: NDArray[np.intp]) -> list[Finding]:
    """Make one finding per row whose points are missing."""
    return [
        Finding(
            code="points_missing",
            severity="error",
            place=_place(scorecard, role, rule, row),
            message="there are no points to pay by, and the role's missing policy is `error`; "
            "next: add the data, or set the role's `missing` to `no_adjustment`",
        )
        for row in rows.tolist()
    ]


def _tell_refused(scorecard: Scorecard, role: RoleScores, rule: PayRule, rows: NDArray[np.intp]) -> list[Finding]:
    """Make one finding per row whose points lie where the pay curve refuses."""
    return [
        Finding(
            code="curve_refuses",
            severity="error",
            place=_place(scorecard, role, rule, row),
            message="the points lie where the pay curve refuses to answer; next: say what the curve gives there",
        )
        for row in rows.tolist()
    ]

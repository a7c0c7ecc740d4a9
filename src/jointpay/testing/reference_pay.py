"""From points to money: the pay base of a row, the adjustment with its limits, the amount with its limits."""

from fractions import Fraction

from jointpay.data.base_pay import BasePay
from jointpay.errors import DataError, MissingValueError
from jointpay.findings import Finding, Place
from jointpay.money.currency import minor_digits
from jointpay.money.rounding import published, round_half
from jointpay.plan.payout import AmountCap, AmountFloor, Cap, Floor, Guard, PayRule, ReadsComponent
from jointpay.plan.plan import Plan
from jointpay.testing.reference_curves import curve_value
from jointpay.testing.reference_data import Row
from jointpay.testing.reference_records import ReferenceLine, ReferenceRow, ReferenceScorecard, ReferenceSettlement

__all__ = ["base_of_row", "settle_rows"]

_ALL_LEFT_OUT = 6

Rows = dict[str, tuple[Row, ...]]


def settle_rows(plan: Plan, card: ReferenceScorecard, rows: Rows, base_pay: BasePay) -> ReferenceSettlement:
    """Make the lines of every pay rule; everybody whose points are missing is named before any curve that refuses."""
    needed = {
        (row.person, row.period.id, rule.base)
        for role, body in plan.roles.items()
        for rule in body.pay
        for row in rows[role]
    }
    without = sorted(needed - set(base_pay.amounts))
    if without:
        raise DataError([_no_base(*key) for key in without])
    missing: list[Finding] = []
    refused: list[Finding] = []
    rules = {
        (role, rule.id): _lines(plan, role, rule, card.roles[role], rows, base_pay, missing=missing, refused=refused)
        for role, body in plan.roles.items()
        for rule in body.pay
    }
    if missing:
        raise MissingValueError(missing)
    if refused:
        raise DataError(refused)
    return ReferenceSettlement(rules)


def _no_base(person: str, period: str, base: str) -> Finding:
    return Finding(
        code="base_pay_missing",
        severity="error",
        message=f"there is no base pay {base!r} in period {period!r}",
        place=Place(who=f"person {person!r}"),
    )


def base_of_row(row: Row, rows: Rows, whole_base: int) -> int:
    """Split the base of a person and period over all rows of that person in it, by days, to the minor unit.

    Every row gets the whole minor units of its part; those that remain go one each to the rows with the largest rest,
    ties to the earlier row. The parts sum to the base.
    """
    own = sorted(
        (
            other
            for held in rows.values()
            for other in held
            if other.person == row.person and other.period == row.period
        ),
        key=lambda other: other.start,
    )
    days = sum(other.days for other in own)
    exact = [Fraction(whole_base * other.days, days) for other in own]
    parts = [part.numerator // part.denominator for part in exact]
    left = whole_base - sum(parts)
    by_rest = sorted(range(len(own)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_rest[:left]:
        parts[place] += 1
    return parts[own.index(row)]


def _read(rule: PayRule, row: ReferenceRow) -> int | None:
    """Give the published points a rule reads, or None where they are left out."""
    match rule.reads:
        case ReadsComponent(component=name):
            component = next(component for component in row.components if component.name == name)
            return component.points if component.counts else None
        case _:
            return row.score if row.state == 0 else None


def _lines(
    plan: Plan,
    role: str,
    rule: PayRule,
    scored: tuple[ReferenceRow, ...],
    rows: Rows,
    base_pay: BasePay,
    *,
    missing: list[Finding],
    refused: list[Finding],
) -> tuple[ReferenceLine, ...]:
    """Make the lines of a rule; what stops the run is added to `missing` and `refused`."""
    found = []
    for row, score in zip(rows[role], scored, strict=True):
        base = base_of_row(row, rows, base_pay.amounts[row.person, row.period.id, rule.base])
        points = _read(rule, score)
        if points is None:
            if plan.roles[role].missing != "no_adjustment":
                missing.append(_stopped("missing_value", role, rule, row))
            found.append(_no_adjustment(rule, base))
            continue
        gives = curve_value(rule.curve, Fraction(points, 10**plan.places.points))
        if gives is None:
            refused.append(_stopped("curve_refuses", role, rule, row))
            continue
        found.append(_adjusted(plan, rule, points, gives, base))
    return tuple(found)


def _stopped(code: str, role: str, rule: PayRule, row: Row) -> Finding:
    return Finding(
        code=code,
        severity="error",
        message=f"pay rule {rule.id!r} of role {role!r} cannot be applied in period {row.period.id!r}",
        place=Place(who=f"person {row.person!r}"),
    )


def _steps(rule: PayRule) -> tuple[list[Cap | Floor | Guard], list[AmountCap | AmountFloor]]:
    """Part the limits into those on the adjustment and those on the amount, each in the order written."""
    on_adjustment = [limit for limit in rule.limits if isinstance(limit, Cap | Floor | Guard)]
    on_amount = [limit for limit in rule.limits if isinstance(limit, AmountCap | AmountFloor)]
    return on_adjustment, on_amount


def _no_adjustment(rule: PayRule, base: int) -> ReferenceLine:
    on_adjustment, on_amount = _steps(rule)
    return ReferenceLine(
        points=0,
        state=_ALL_LEFT_OUT,
        base_minor=base,
        adjustments=(0,) * (1 + len(on_adjustment)),
        amounts=(0,) * (1 + len(on_amount)),
    )


def _adjusted(plan: Plan, rule: PayRule, points: int, gives: Fraction, base: int) -> ReferenceLine:
    """Publish the adjustment, limit it, multiply the base by it, round once, limit the amount."""
    last_places = 100 * 10**plan.places.adjustment
    adjustments = [published(gives * 100, places=plan.places.adjustment, rounding=plan.rounding)]
    on_adjustment, on_amount = _steps(rule)
    for limit in on_adjustment:
        at = _whole(limit.at * last_places)
        match limit:
            case Cap():
                adjustments.append(min(adjustments[-1], at))
            case Floor():
                adjustments.append(max(adjustments[-1], at))
            case Guard():
                adjustments.append(max(adjustments[-1], -at))
    amounts = [round_half(Fraction(base * adjustments[-1], last_places), rounding=plan.rounding)]
    for bound in on_amount:
        minor = _whole(bound.amount * 10 ** minor_digits(plan.currency))
        amounts.append(min(amounts[-1], minor) if isinstance(bound, AmountCap) else max(amounts[-1], minor))
    return ReferenceLine(
        points=points, state=0, base_minor=base, adjustments=tuple(adjustments), amounts=tuple(amounts)
    )


def _whole(number: Fraction) -> int:
    if number.denominator != 1:
        message = f"the limit {number} has more places than are published"
        raise ArithmeticError(message)
    return number.numerator

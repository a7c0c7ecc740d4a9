"""One measure of one payee row: value, target, attainment, points, each published before the next is made."""

from fractions import Fraction

from jointpay.findings import Finding, Place
from jointpay.money.rounding import published
from jointpay.plan.measures import Measure, MissingError, MissingLeaveOut, MissingNeutral, MissingZero, Modifier
from jointpay.plan.metrics import Metric
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import OwnScope
from jointpay.plan.units import unit_factor
from jointpay.testing.reference_curves import curve_value
from jointpay.testing.reference_data import PlainData, Row
from jointpay.testing.reference_records import ReferenceBaseline, ReferenceMeasure
from jointpay.testing.reference_targets import Compared, compared, exact_target
from jointpay.testing.reference_totals import NO_BASELINE, PRESENT, TARGET_NOT_POSITIVE, Reading, reading

__all__ = ["Problems", "policy_points", "score_measure"]


class Problems:
    """What stops a run, collected so that everybody concerned is named."""

    def __init__(self) -> None:
        self.missing: list[Finding] = []
        self.refused: list[Finding] = []

    def miss(self, path: str, row: Row) -> None:
        """Note a missing value whose policy is `error`."""
        self.missing.append(_finding("missing_value", "the value is missing and its policy is `error`", path, row))

    def refuse(self, path: str, row: Row) -> None:
        """Note a value outside a curve that refuses."""
        self.refused.append(_finding("curve_refuses", "the curve gives nothing there", path, row))


def _finding(code: str, message: str, path: str, row: Row) -> Finding:
    who = f"person {row.person!r}, period {row.period.id!r}"
    return Finding(code=code, severity="error", message=message, place=Place(path=path, who=who))


def policy_points(
    policy: MissingError | MissingLeaveOut | MissingNeutral | MissingZero,
    plan: Plan,
    *,
    problems: Problems,
    at: str,
    row: Row,
) -> int | None:
    """Give the published points that a missing number counts as, or None where it is left out.

    Under `error` the problem is noted, and the number stands for nothing: the run stops.
    """
    match policy:
        case MissingNeutral(points=points):
            return published(points, places=plan.places.points, rounding=plan.rounding)
        case MissingZero():
            return 0
        case MissingLeaveOut():
            return None
        case MissingError():
            problems.miss(at, row)
            return 0


def _attained(measure: Measure | Modifier, metric: Metric, value: Fraction, target: int) -> Fraction | None:
    """Compare the exact value with the published target; None where a ratio's target is zero or less."""
    asked = Fraction(target, 10**metric.places)
    match measure.attainment:
        case "value":
            return value
        case "difference":
            return value - asked
        case "percentage_points":
            return (value - asked) * 100
        case "ratio":
            return value / asked if asked > 0 else None


def score_measure(
    plan: Plan, data: PlainData, row: Row, measure: Measure | Modifier, *, name: str, at: str, problems: Problems
) -> ReferenceMeasure:
    """Score one measure or modifier for one payee row.

    The target is published wherever it exists, also where the value is missing; a missing value (states 1, 2) is said
    before a missing target (states 3, 4).
    """
    metric = plan.metrics[measure.metric]
    factor = _factor(plan, metric)
    read = reading(
        plan, data, metric, measure.scope, row, (row.start, row.end), factor=factor, min_count=measure.min_count
    )
    seen = compared(plan, data, measure, row, factor=factor)
    exact = None if measure.target is None else exact_target(plan, data, measure, row, seen)
    target = 0 if exact is None else published(exact, places=metric.places, rounding=plan.rounding)
    state, attainment = read.state, 0
    if read.value is not None:
        attained = _attained(measure, metric, read.value, target)
        if measure.target is not None and exact is None:
            state = NO_BASELINE
        elif attained is None:
            state = TARGET_NOT_POSITIVE
        else:
            attainment = published(attained, places=plan.places.attainment, rounding=plan.rounding)
    if state == PRESENT:
        counted = _on_curve(plan, measure, attainment, problems=problems, at=at, row=row)
    else:
        counted = policy_points(measure.missing, plan, problems=problems, at=at, row=row)
    share_denominator = data.share_denominator if isinstance(measure.scope, OwnScope) else 1
    return ReferenceMeasure(
        name=name,
        share_denominator=share_denominator,
        numerator=_whole(read.numerator * share_denominator),
        denominator=_whole(read.denominator * share_denominator),
        value=_published_value(plan, metric, read),
        target=target,
        attainment=attainment,
        points=0 if counted is None else counted,
        state=state,
        counts=counted is not None,
        baseline=None if seen is None else _baseline(seen),
    )


def _baseline(seen: Compared) -> ReferenceBaseline:
    shares = seen.share_denominator
    return ReferenceBaseline(
        shares, _whole(seen.read.numerator * shares), _whole(seen.read.denominator * shares), seen.days
    )


def _factor(plan: Plan, metric: Metric) -> Fraction:
    factor = unit_factor(metric, dict(plan.totals), plan.currency)
    if factor is None:
        message = f"the unit {metric.unit!r} of a metric does not fit its totals"
        raise ValueError(message)
    return factor


def _published_value(plan: Plan, metric: Metric, read: Reading) -> int:
    return 0 if read.value is None else published(read.value, places=metric.places, rounding=plan.rounding)


def _whole(number: Fraction) -> int:
    if number.denominator != 1:
        message = f"{number} is not a whole number of the share denominator"
        raise ArithmeticError(message)
    return number.numerator


def _on_curve(
    plan: Plan, measure: Measure | Modifier, attainment: int, *, problems: Problems, at: str, row: Row
) -> int | None:
    """Give the published points at a published attainment; None, and a problem, where the curve refuses."""
    points = curve_value(measure.curve, Fraction(attainment, 10**plan.places.attainment))
    if points is None:
        problems.refuse(at, row)
        return None
    return published(points, places=plan.places.points, rounding=plan.rounding)

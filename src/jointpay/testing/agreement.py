"""One generated case, scored and settled twice: by the library and by the reference."""

from collections import Counter
from collections.abc import Callable
from typing import Literal, TypeVar

from jointpay.errors import DataError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.plan.calendar import periods
from jointpay.plan.plan import Plan
from jointpay.testing.assertions import assert_same_scorecard, assert_same_settlement
from jointpay.testing.reference import reference_scorecard, reference_settlement
from jointpay.testing.strategies_choose import Choose, SeededChoose
from jointpay.testing.strategies_seeded import Case, random_cases

__all__ = ["Outcome", "agree", "agree_on_seed", "some_periods"]

T = TypeVar("T")

Outcome = Literal["same", "refused", "too_large"]
"""Every number is the same; both refused; or the library alone refused numbers too large to be computed exactly."""


def _attempted(work: Callable[[], T]) -> tuple[T | None, Exception | None]:
    """Give what a piece of work gives, or how it refused."""
    try:
        return work(), None
    except (DataError, TooLargeError) as refused:
        return None, refused


def some_periods(choose: Choose, plan: Plan) -> tuple[str, ...] | None:
    """Choose periods to score by name, now and then."""
    ids = [span.id for span in periods(plan)]
    return tuple(choose.some(ids, at_least=1, at_most=3)) if choose.chance(15) else None


def agree(case: Case, chosen: tuple[str, ...] | None) -> Outcome:
    """Demand that library and reference give the same numbers, or the same kind of refusal; say which it was.

    Raises `AssertionError` naming the first difference.
    """
    plan, data, base_pay = case
    wanted, expected = _attempted(lambda: reference_scorecard(plan, data, chosen))
    card, refused = _attempted(lambda: score(plan, data, periods=chosen))
    if isinstance(refused, TooLargeError):
        return "too_large"
    _same_refusal("score", refused, expected)
    if card is None or wanted is None:
        return "refused"
    assert_same_scorecard(card, wanted)
    lines, expected = _attempted(lambda: reference_settlement(plan, data, base_pay, chosen, scorecard=wanted))
    settlement, refused = _attempted(lambda: settle(plan, card, base_pay))
    if isinstance(refused, TooLargeError):
        return "too_large"
    _same_refusal("settle", refused, expected)
    if settlement is None or lines is None:
        return "refused"
    assert_same_settlement(settlement, lines)
    return "same"


def _same_refusal(verb: str, refused: Exception | None, expected: Exception | None) -> None:
    if type(refused) is not type(expected):
        raise AssertionError(f"{verb} refused with {refused!r}, the reference with {expected!r}")


def agree_on_seed(seed: int, *, datasets: int = 1) -> Counter[Outcome]:
    """Make the plan of a seed and some datasets for it, demand agreement on each, and count how they went."""
    found: Counter[Outcome] = Counter()
    for number, case in enumerate(random_cases(seed, datasets=datasets)):
        try:
            found[agree(case, some_periods(SeededChoose(f"{seed}/{number}/periods"), case.plan))] += 1
        except Exception as failed:
            failed.add_note(f"next: jointpay.testing.agreement.agree_on_seed({seed}, datasets={number + 1})")
            raise
    return found

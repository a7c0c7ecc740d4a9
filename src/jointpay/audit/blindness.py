"""Blind to pay: what somebody earns moves neither their score nor the per cent they are adjusted by."""

from collections.abc import Callable
from dataclasses import replace

from jointpay.audit.difference import differences
from jointpay.data.base_pay import BasePay
from jointpay.data.dataset import Dataset
from jointpay.findings import Finding
from jointpay.pipeline import score, settle
from jointpay.plan.plan import Plan

__all__ = ["pay_blind_scoring"]

_OTHER_PAY: tuple[tuple[str, Callable[[int, int], int]], ...] = (
    ("twice the pay base", lambda amount, _: 2 * amount),
    ("a pay base of zero", lambda _, __: 0),
    ("another pay base for each", lambda amount, place: 7919 * place + amount % 1000),
)


def pay_blind_scoring(plan: Plan, dataset: Dataset, base_pay: BasePay) -> tuple[Finding, ...]:
    """Find scores and adjustments that change when only pay bases change.

    `score` takes no pay at all; this holds `settle` to it: with twice the pay bases, with zeros, and with other ones for
    everybody, every number up to the adjustment must stay as it is. A metric that stands for pay is not found here.
    """
    before = settle(plan, score(plan, dataset), base_pay)
    found: list[Finding] = []
    for said, change in _OTHER_PAY:
        other = {key: change(amount, place) for place, (key, amount) in enumerate(sorted(base_pay.amounts.items()))}
        after = settle(plan, score(plan, dataset), replace(base_pay, amounts=other))
        found += differences(
            before,
            after,
            code="pay_changes_score",
            said=f"{said} must change no score and no adjustment",
            stages=(
                "numerators",
                "denominators",
                "values",
                "targets",
                "attainments",
                "points",
                "states",
                "score",
                "state",
                "adjustments",
            ),
        )
    return tuple(found)

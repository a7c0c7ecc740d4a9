"""All invariants at once: the cheap ones that read results, and those that compute again."""

from jointpay.audit.better_facts import better_facts_never_lower_points
from jointpay.audit.blindness import pay_blind_scoring
from jointpay.audit.bounds import bounds_hold
from jointpay.audit.conservation import conserved
from jointpay.audit.difference import scorecard_of
from jointpay.audit.monotone import own_monotone, partner_monotone
from jointpay.audit.partition import partition_invariant
from jointpay.audit.pay_order import pay_monotone
from jointpay.audit.promises import (
    coupled_both_ways,
    no_cliff_beyond_bound,
    spill_over_within_bound,
    weights_sum_to_one,
)
from jointpay.audit.symmetry import anonymous, equal_treatment, null_player
from jointpay.audit.units import unit_invariant
from jointpay.data.base_pay import BasePay
from jointpay.data.dataset import Dataset
from jointpay.findings import Finding, Findings
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import Scorecard
from jointpay.results.settlement import Settlement

__all__ = ["audit_by_rerun", "audit_result"]


def audit_result(
    result: Scorecard | Settlement, *, dataset: Dataset | None = None, base_pay: BasePay | None = None
) -> tuple[Finding, ...]:
    """Hold a result to every invariant that can be read off it, without computing anything again.

    The plan is the one the result carries. With the dataset and the pay bases it came from, conservation is checked from
    the facts to the parts of the pay bases. Nothing found is (). Raises `MismatchError` where the result keeps only a
    summary.
    """
    card = scorecard_of(result)
    card.require_all("the audit of a result")
    return Findings(
        (
            *weights_sum_to_one(card.plan),
            *coupled_both_ways(card.plan),
            *spill_over_within_bound(card.plan, card),
            *no_cliff_beyond_bound(card.plan),
            *equal_treatment(result),
            *bounds_hold(result),
            *(pay_monotone(result) if isinstance(result, Settlement) else ()),
            *conserved(result, dataset=dataset, base_pay=base_pay),
        )
    )


def audit_by_rerun(plan: Plan, dataset: Dataset, base_pay: BasePay | None = None) -> tuple[Finding, ...]:
    """Hold a plan to every invariant that shows only when something changes, on one's own data.

    Scores, and with pay bases settles, some dozens of times: twice per measure and modifier, and once per other change.
    Raises what `score` and `settle` raise on the data as they are.
    """
    return Findings(
        (
            *own_monotone(plan, dataset),
            *partner_monotone(plan, dataset),
            *better_facts_never_lower_points(plan, dataset),
            *anonymous(plan, dataset, base_pay),
            *null_player(plan, dataset, base_pay),
            *unit_invariant(plan, dataset, base_pay),
            *partition_invariant(plan, dataset, base_pay),
            *(() if base_pay is None else pay_blind_scoring(plan, dataset, base_pay)),
        )
    )

"""The invariants: what holds whoever is paid by a plan, each as one function that returns findings with a witness.

Nothing found is ``()``: the plan, the data or the result satisfies the invariant. Nothing here raises for a violation,
and every finding names the smallest case that was found. The same functions serve at run time, in this library's own
property tests, and in tests of your own plan::

    def test_our_plan_is_blind_to_who_somebody_is():
        assert anonymous(our_plan, last_month) == ()

=================================== ==========================================================================
on a plan alone
`weights_sum_to_one`                the weights of every component and role sum to exactly 1
`coupled_both_ways`                 nobody depends on a role that does not depend on them
`spill_over_within_bound`           partners drive no more of a score than declared; with a scorecard: of anyone's
`no_cliff_beyond_bound`             no curve jumps further than declared
`refund_nets_to_zero`               a sale and its full refund leave every total as it was
on a result
`equal_treatment`                   the same facts give the same points, and with the same base the same pay
`bounds_hold`                       points within their curves, adjustments and amounts within their limits
`conserved`                         nothing is lost or counted twice, from facts to parts of pay bases
`pay_monotone`                      more points never pay less
on a plan and a dataset, by computing again with one thing changed
`own_monotone`                      a better result of one's own never lowers one's points
`partner_monotone`                  nor does a better result of a partner
`better_facts_never_lower_points`   nor does a total that gets better
`anonymous`                         other ids change nothing
`null_player`                       who or what takes no part changes nothing for others
`unit_invariant`                    seconds or milliseconds change nothing
`partition_invariant`               facts split and merged, threads, and periods one by one change nothing
`pay_blind_scoring`                 other pay bases change no score and no adjustment
on tables, or on a method
`row_order_invariant`               rows in another order change nothing
`splits_exactly`                    parts sum to the pool, mirror its sign, and know no order
=================================== ==========================================================================

`audit_result` runs what can be read off a result, `audit_by_rerun` what needs computing again.
"""

from jointpay.audit.better_facts import better_facts_never_lower_points
from jointpay.audit.blindness import pay_blind_scoring
from jointpay.audit.bounds import bounds_hold
from jointpay.audit.conservation import conserved
from jointpay.audit.invariants import audit_by_rerun, audit_result
from jointpay.audit.monotone import own_monotone, partner_monotone
from jointpay.audit.partition import partition_invariant, row_order_invariant
from jointpay.audit.pay_order import pay_monotone
from jointpay.audit.promises import (
    coupled_both_ways,
    no_cliff_beyond_bound,
    spill_over_within_bound,
    weights_sum_to_one,
)
from jointpay.audit.refunds import refund_nets_to_zero
from jointpay.audit.splits import splits_exactly
from jointpay.audit.symmetry import anonymous, equal_treatment, null_player
from jointpay.audit.units import unit_invariant, units_that_convert

__all__ = [
    "anonymous",
    "audit_by_rerun",
    "audit_result",
    "better_facts_never_lower_points",
    "bounds_hold",
    "conserved",
    "coupled_both_ways",
    "equal_treatment",
    "no_cliff_beyond_bound",
    "null_player",
    "own_monotone",
    "partition_invariant",
    "partner_monotone",
    "pay_blind_scoring",
    "pay_monotone",
    "refund_nets_to_zero",
    "row_order_invariant",
    "spill_over_within_bound",
    "splits_exactly",
    "unit_invariant",
    "units_that_convert",
    "weights_sum_to_one",
]

"""What the parts of a plan must be to each other, checked on the plain tree.

The checks need no whole plan: they run on the outline of what can be read, so that a reader gets the errors of
structure and these in one pass. A plan built in Python passes the same checks.
"""

from collections.abc import Iterator

from jointpay.plan.outline import outlined
from jointpay.plan.reference_header import header_problems
from jointpay.plan.reference_measures import measure_problems
from jointpay.plan.reference_pay import pay_problems
from jointpay.plan.reference_roles import role_problems
from jointpay.plan.reference_size import size_problems
from jointpay.plan.reference_totals import total_problems
from jointpay.plan.tree import Problem

__all__ = ["reference_problems"]


def reference_problems(root: object) -> Iterator[Problem]:
    """Give every problem between the parts of a plan, by path; nothing for what is missing or broken in itself."""
    outline = outlined(root)
    for check in (header_problems, total_problems, measure_problems, role_problems, pay_problems, size_problems):
        yield from check(outline)

"""Static checks: what can be said about a plan before it meets any data."""

from jointpay.findings import Finding, Findings
from jointpay.plan.plan import Plan

__all__ = ["check_plan"]


def check_plan(plan: Plan) -> tuple[Finding, ...]:
    """Check a plan without any data; problems and facts come back as findings, and nothing is raised.

    Errors break a promise of the plan's bounds or reward the wrong direction. Warnings are parts that do nothing or
    would stop a run. Information is what an author should know: cliffs and their size, who drives whose score.

    What can be reached is bounded from outside: what is called unreachable can never happen; what is called reachable
    may still never happen.

    Mistakes that make a plan unusable (unknown names, weights that do not sum to 1, circles of links) never come this
    far: no plan can be made with them.
    """
    # Authors check a plan; a job that runs one that was checked need not load the checks.
    from jointpay.plan.check_whole import check_whole  # noqa: PLC0415

    return Findings(check_whole(plan))

"""What a plan promises of itself: whole weights, coupling both ways, bounded spill-over, no large cliff."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from jointpay.audit.difference import who
from jointpay.findings import Finding, Place
from jointpay.money.number import decimal_text
from jointpay.plan.check_coupling import check_coupling
from jointpay.plan.check_curves import check_measure_curves
from jointpay.plan.check_pay import check_pay
from jointpay.plan.measures import Link, Measure, MissingLeaveOut
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Component
from jointpay.results.scorecard import ComponentScores, RoleScores, Scorecard

__all__ = ["coupled_both_ways", "no_cliff_beyond_bound", "spill_over_within_bound", "weights_sum_to_one"]

Mask = NDArray[np.bool_]


def weights_sum_to_one(plan: Plan) -> tuple[Finding, ...]:
    """Find the components of a role, and the measures of a component, whose weights do not sum to exactly 1.

    A plan that was loaded satisfies it; this looks at a plan from anywhere.

    >>> from jointpay.plan.presets import design_operations
    >>> weights_sum_to_one(design_operations())
    ()
    """
    sums = {
        f"roles.{name}.components": sum((part.weight for part in role.components.values()), Fraction(0))
        for name, role in plan.roles.items()
    }
    for name, role in plan.roles.items():
        for key, component in role.components.items():
            weights = (part.weight for part in component.measures.values())
            sums[f"roles.{name}.components.{key}.measures"] = sum(weights, Fraction(0))
    return tuple(
        Finding(
            code="weights_not_one",
            severity="error",
            message=f"the weights sum to {decimal_text(total)}; allowed: exactly 1 (100%)",
            place=Place(path=path),
            witness=(("sum", decimal_text(total)),),
        )
        for path, total in sums.items()
        if total != 1
    )


def coupled_both_ways(plan: Plan) -> tuple[Finding, ...]:
    """Find pairs of roles of which one depends on what the other does, but not the other way round.

    Looks at measures, modifiers and links, whatever their weights. A plan of roles that leave each other alone
    satisfies it.

    >>> from jointpay.plan.presets import design_operations
    >>> coupled_both_ways(design_operations())
    ()
    """
    return tuple(finding for finding in check_coupling(plan) if finding.code == "coupling_one_way")


def no_cliff_beyond_bound(plan: Plan) -> tuple[Finding, ...]:
    """Find jumps of measure curves and pay curves beyond `max_cliff_points` and `max_cliff_adjustment`.

    A plan that declares no bound satisfies it; `check_plan` tells of every jump.

    >>> from jointpay.plan.presets import design_operations
    >>> no_cliff_beyond_bound(design_operations())
    ()
    """
    found = (*check_measure_curves(plan), *check_pay(plan))
    return tuple(finding for finding in found if finding.code == "cliff_beyond_bound")


def spill_over_within_bound(plan: Plan, scorecard: Scorecard | None = None) -> tuple[Finding, ...]:
    """Find roles, and with a scorecard payees, of whose score partners drive more than `max_partner_share`.

    Formula: share = sum of component weight * measure weight over the measures whose metric a partner drives, and over
    links, whole. For a payee the weights are those that held: what was left out has none, and the rest is scaled up to
    1, so that a payee can be beyond a bound that the plan as written keeps.

    Modifiers have no weight and are not counted. A plan that declares no bound satisfies it.

    >>> from jointpay.plan.presets import design_operations
    >>> spill_over_within_bound(design_operations())
    ()
    """
    bound = plan.bounds.max_partner_share
    if bound is None:
        return ()
    found = [finding for finding in check_coupling(plan) if finding.code == "partner_share_beyond_bound"]
    if scorecard is not None:
        for role in scorecard.roles:
            found += _payees_beyond(plan, scorecard, role, bound)
    return tuple(found)


def _left_out(states: NDArray[np.int8], missing: object) -> Mask:
    """Give the rows in which something was left out: missing, and not filled by its policy."""
    gone: Mask = (states != 0) & (missing is None or isinstance(missing, MissingLeaveOut))
    return gone


def _patterns(plan: Plan, role: RoleScores) -> dict[tuple[bool, ...], int]:
    """Give every combination of what is left out that occurs, and its first row.

    The order is: per component whether it is left out, then whether each of its ingredients is.
    """
    masks: list[Mask] = []
    for scores, component in zip(role.components, plan.roles[role.role].components.values(), strict=True):
        masks.append(_left_out(scores.states, component.missing))
        masks += _ingredients_left_out(scores, component)
    found: dict[tuple[bool, ...], int] = {}
    if role.scores.size:
        patterns, first = np.unique(np.stack(masks), axis=1, return_index=True)
        for pattern, row in zip(patterns.T.tolist(), first.tolist(), strict=True):
            found[tuple(pattern)] = row
    return found


def _ingredients_left_out(scores: ComponentScores, component: Component) -> list[Mask]:
    return [
        _left_out(measure.states, ingredient.missing)
        for measure, ingredient in zip(scores.measures, component.measures.values(), strict=True)
    ]


def _share(plan: Plan, role: str, pattern: tuple[bool, ...]) -> Fraction:
    """Give the part of a score that partners drive where some of it is left out; 0 where all of it is.

    A component that was filled by its policy, because all it is made of was left out, is driven by nobody.
    """
    driven = kept = Fraction(0)
    flags = iter(pattern)
    for component in plan.roles[role].components.values():
        gone = next(flags)
        parts = [(ingredient, next(flags)) for ingredient in component.measures.values()]
        if gone:
            continue
        kept += component.weight
        present = [ingredient for ingredient, left_out in parts if not left_out]
        whole = sum((ingredient.weight for ingredient in present), Fraction(0))
        by_partners = sum((part.weight for part in present if _partner_drives(plan, role, part)), Fraction(0))
        driven += component.weight * by_partners / whole if whole else 0
    return driven / kept if kept else Fraction(0)


def _partner_drives(plan: Plan, role: str, ingredient: Measure | Link) -> bool:
    driver = ingredient.role if isinstance(ingredient, Link) else plan.metrics[ingredient.metric].driven_by
    return driver not in {role, None}


def _payees_beyond(plan: Plan, card: Scorecard, role: RoleScores, bound: Fraction) -> list[Finding]:
    found = []
    for pattern, row in _patterns(plan, role).items():
        share = _share(plan, role.role, pattern)
        if share > bound:
            person, period = who(card, role.payees, row)
            found.append(
                Finding(
                    code="payee_share_beyond_bound",
                    severity="warning",
                    message=f"with what was missing left out, partners drive {decimal_text(share * 100)}% of this score; "
                    f"allowed: at most {decimal_text(bound * 100)}% (max_partner_share); next: choose another missing "
                    f"policy than leave_out, or lower the weights of what partners drive",
                    place=Place(path=f"roles.{role.role}", who=f"person {person!r}, period {period!r}"),
                    witness=(("person", person), ("period", period), ("share", f"{decimal_text(share * 100)}%")),
                )
            )
    return found

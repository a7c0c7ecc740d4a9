"""Static checks of coupling: who drives how much of whose score, and whether both sides look at each other."""

from collections.abc import Mapping
from fractions import Fraction

from jointpay.findings import Finding, Place
from jointpay.money.number import decimal_text
from jointpay.plan.measures import Link
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Role

__all__ = ["check_coupling", "drivers", "metrics_seen", "partner_shares"]


def partner_shares(plan: Plan) -> dict[str, dict[str | None, Fraction]]:
    """Give, for every role, the part of its score that each role drives; None stands for nobody in the plan.

    Formula: share(role, driver) = sum of component weight * measure weight over the measures whose metric the driver
    drives, whatever their scope, and over the links to the driver, whole. The shares of a role sum to 1.

    A weight is the part of a score that a measure makes up when all have the same points. Modifiers have no weight and
    are not counted; `check_plan` names those that partners drive.
    """
    shares: dict[str, dict[str | None, Fraction]] = {}
    for role_name, role in plan.roles.items():
        found = shares.setdefault(role_name, {})
        for component in role.components.values():
            for ingredient in component.measures.values():
                driver = ingredient.role if isinstance(ingredient, Link) else plan.metrics[ingredient.metric].driven_by
                found[driver] = found.get(driver, Fraction(0)) + component.weight * ingredient.weight
    return shares


def drivers(plan: Plan, role: Role) -> set[str]:
    """Give the roles that move the score of a role through any measure, link or modifier."""
    found = set()
    for component in role.components.values():
        for ingredient in component.measures.values():
            found.add(ingredient.role if isinstance(ingredient, Link) else plan.metrics[ingredient.metric].driven_by)
        found.update(plan.metrics[modifier.metric].driven_by for modifier in component.modifiers.values())
    return {driver for driver in found if driver is not None}


def metrics_seen(plan: Plan) -> Mapping[str, set[str]]:
    """Give the metrics that move each role's score, those behind links included."""
    direct: dict[tuple[str, str], set[str]] = {}
    links: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for role_name, role in plan.roles.items():
        for name, component in role.components.items():
            key = (role_name, name)
            direct[key] = {modifier.metric for modifier in component.modifiers.values()}
            links[key] = set()
            for ingredient in component.measures.values():
                if isinstance(ingredient, Link):
                    links[key].add((ingredient.role, ingredient.component))
                else:
                    direct[key].add(ingredient.metric)
    return {
        role_name: set().union(*(direct[key] for key in _behind(links, role_name, role)))
        for role_name, role in plan.roles.items()
    }


def _behind(links: Mapping[tuple[str, str], set[tuple[str, str]]], role_name: str, role: Role) -> set[tuple[str, str]]:
    """Give the components of a role and all that links lead to from there."""
    open_keys = [(role_name, name) for name in role.components]
    reached: set[tuple[str, str]] = set()
    while open_keys:
        key = open_keys.pop()
        if key not in reached:
            reached.add(key)
            open_keys += links[key]
    return reached


def check_coupling(plan: Plan) -> list[Finding]:
    """Report the share of each score that partners drive, hold it to the bound, and find coupling that runs one way."""
    found: list[Finding] = []
    bound = plan.bounds.max_partner_share
    for role_name, shares in partner_shares(plan).items():
        by_partner = {driver: share for driver, share in shares.items() if driver not in {role_name, None}}
        total = sum(by_partner.values(), Fraction(0))
        told = ", ".join(f"{driver} {_percent(share)}" for driver, share in by_partner.items())
        message = f"partners drive {_percent(total)} of the score" + (f" ({told})" if told else "")
        scaling = _partners_modifiers(plan, role_name)
        if scaling:
            message += f"; besides, partners drive the modifiers {', '.join(scaling)}"
        beyond = bound is not None and total > bound
        if bound is not None and beyond:
            message += f"; allowed: at most {_percent(bound)} (max_partner_share)"
        found.append(
            Finding(
                code="partner_share_beyond_bound" if beyond else "partner_share",
                severity="error" if beyond else "info",
                message=message,
                place=Place(path=f"roles.{role_name}"),
                witness=tuple((str(driver), _percent(share)) for driver, share in by_partner.items()),
            )
        )
    return found + _one_way(plan)


def _percent(share: Fraction) -> str:
    return f"{decimal_text(share * 100)}%"


def _partners_modifiers(plan: Plan, role_name: str) -> list[str]:
    return [
        f"{component_name}.{name}"
        for component_name, component in plan.roles[role_name].components.items()
        for name, modifier in component.modifiers.items()
        if plan.metrics[modifier.metric].driven_by not in {role_name, None}
    ]


def _one_way(plan: Plan) -> list[Finding]:
    moved_by = {role_name: drivers(plan, role) for role_name, role in plan.roles.items()}
    return [
        Finding(
            code="coupling_one_way",
            severity="warning",
            message=f"the score of {reader!r} depends on what {driver!r} does, but not the other way round; "
            f"next: let {driver!r} read something {reader!r} drives, or let {reader!r} alone",
            place=Place(path=f"roles.{driver}"),
            witness=(("reads", reader), ("is_not_read_by", driver)),
        )
        for reader, read in moved_by.items()
        for driver in plan.roles
        if driver in read and driver != reader and reader not in moved_by[driver]
    ]

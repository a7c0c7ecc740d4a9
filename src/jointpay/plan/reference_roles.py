"""Checks of components and roles: weights, links without cycles, and missing policies where they are needed."""

from collections.abc import Iterator
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from math import lcm

from jointpay.money.number import decimal_text
from jointpay.plan.outline import Outline, Spot, unknown
from jointpay.plan.pieces import pieces
from jointpay.plan.roles import MOST_PARTS
from jointpay.plan.tree import Problem, shown

__all__ = ["Graph", "graph", "role_problems"]

MOST_CYCLES_SHOWN = 20
LARGEST_GEOMETRIC_DENOMINATOR = 10_000

Graph = dict[tuple[str, str], dict[tuple[str, str], Spot]]
"""For each component (role, name) the components it reads, and the link that reads them."""


def graph(outline: Outline) -> Graph:
    """Give which component reads which by links; links to nothing, or within a role, are left out."""
    found: Graph = {(role, name): {} for role, name, _ in outline.components()}
    for role, name, link in outline.links():
        partner = (link.at("role").text or "", link.at("component").text or "")
        if partner in found and partner[0] != role:
            found[role, name].setdefault(partner, link)
    return found


def _cycles(reads: Graph) -> Iterator[Problem]:
    """Name every cycle, one after the other: the link that closes the one found is taken out to find the next."""
    reads = {node: dict(partners) for node, partners in reads.items()}
    places = {node: place for place, node in enumerate(reads)}
    for _ in range(MOST_CYCLES_SHOWN):
        try:
            TopologicalSorter(reads).prepare()
        except CycleError as refused:
            # graphlib names each node before the one that reads it, and the first again at the end
            nodes = refused.args[1][:0:-1]
            first = min(range(len(nodes)), key=lambda place: places[nodes[place]])
            nodes = [*nodes[first:], *nodes[:first]]
            link = reads[nodes[0]].pop(nodes[1 % len(nodes)])
            told = " -> ".join(f"{role}.{component}" for role, component in [*nodes, nodes[0]])
            yield link.problem(
                "cycle",
                f"these components read each other in a circle: {told}; allowed: no circle; next: take one link out",
            )
        else:
            return


def _links(outline: Outline) -> Iterator[Problem]:
    for role, _, link in outline.links():
        yield from unknown(link.at("role"), "unknown_role", "role", outline.roles)
        partner = link.at("role").text
        if partner == role:
            told = f"{shown(role)} is the role's own name; allowed: another role"
            yield link.at("role").problem("own_role", told)
        elif partner in outline.roles:
            known = dict(outline.roles[partner].at("components").entries())
            yield from unknown(link.at("component"), "unknown_component", f"component of {shown(partner)} named", known)


def _weights(owner: Spot, key: str) -> Iterator[Problem]:
    """Refuse weights that do not sum to exactly 1; silent where one of them is no weight at all."""
    written = {name: spot.at("weight").number for name, spot in owner.at(key).entries()}
    weights = {name: weight for name, weight in written.items() if weight is not None and 0 < weight <= 1}
    if not weights or len(weights) < len(written) or len(written) > MOST_PARTS:
        return
    total = sum(weights.values(), start=Fraction(0))
    if total != 1:
        listed = " + ".join(decimal_text(weight) for weight in weights.values())
        off = f"{decimal_text(abs(total - 1))} too {'much' if total > 1 else 'little'}"
        told = f"the weights sum to {decimal_text(total)}, which is {off} ({listed}); allowed: exactly 1 (100%)"
        yield owner.at(key).problem("weights_sum", told)


def _lowest(reading: Spot) -> Fraction:
    """Give the fewest points that a curve, or neutral points, can give; 0 where neither can be read."""
    curve, neutral = reading.at("curve").curve, reading.at("missing", "points").number
    ends = [end for piece in pieces(curve) for end in (piece.at_start, piece.at_end)] if curve else []
    return min([*ends, Fraction(0) if neutral is None else neutral])


def _geometric(component: Spot) -> Iterator[Problem]:
    weights = [spot.at("weight").number for _, spot in component.at("measures").entries()][:MOST_PARTS]
    common = lcm(*(weight.denominator for weight in weights if weight is not None))
    if common > LARGEST_GEOMETRIC_DENOMINATOR:
        told = f"the weights of a geometric mean have the common denominator {common}; allowed: at most {LARGEST_GEOMETRIC_DENOMINATOR}"
        yield component.at("measures").problem("geometric_weights", f"{told}; next: write simpler weights")
    for _, measure in component.at("measures").entries():
        lowest = _lowest(measure)
        if lowest < 0:
            told = f"it can give {decimal_text(lowest)} points, and a geometric mean has no root of a negative number"
            yield measure.problem("geometric_negative", f"{told}; allowed: 0 or more")


def _all_left_out(component: Spot) -> bool | None:
    """Whether all ingredients of a component can be left out; None where a policy cannot be read."""
    policies = [measure.at("missing").kind for _, measure in component.at("measures").entries()]
    return all(policy == "leave_out" for policy in policies) if policies and None not in policies else None


def _component_missing(component: Spot) -> Iterator[Problem]:
    wanted, there = _all_left_out(component), component.at("missing").there
    if wanted and not there:
        told = "all its measures can be left out, and missing is not written; next: write error, leave_out, zero or neutral points"
        yield component.problem("missing_wanted", told)
    if wanted is False and there:
        told = "not all its measures can be left out, so this never happens; next: leave it out"
        yield component.at("missing").problem("missing_unwanted", told)


def _role_missing(role: Spot) -> Iterator[Problem]:
    components = dict(role.at("components").entries())
    policies = {
        name: _all_left_out(spot) and spot.at("missing").kind == "leave_out" for name, spot in components.items()
    }
    if not policies or any(_all_left_out(spot) is None for spot in components.values()):
        return
    score = all(policies.values())
    wanted = False
    for rule in role.at("pay").each():
        reads = rule.at("reads")
        if reads.kind == "component":
            wanted = wanted or bool(policies.get(reads.at("component").text or ""))
        else:
            wanted = wanted or score
    if wanted and not role.at("missing").there:
        told = "a pay rule reads points that can be missing, and missing is not written; allowed: error, no_adjustment"
        yield role.problem("missing_wanted", told)
    if not wanted and role.at("missing").there:
        told = "no pay rule reads points that can be missing, so this never happens; next: leave it out"
        yield role.at("missing").problem("missing_unwanted", told)


def role_problems(outline: Outline) -> Iterator[Problem]:
    """Check components and roles."""
    yield from _links(outline)
    yield from _cycles(graph(outline))
    for role in outline.roles.values():
        yield from _weights(role, "components")
        yield from _role_missing(role)
    for _, _, component in outline.components():
        yield from _weights(component, "measures")
        yield from _component_missing(component)
        if component.at("combine").text == "weighted_geometric":
            yield from _geometric(component)

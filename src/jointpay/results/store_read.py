"""Stored results read back: the JSON tree turned into records, every part held against the plan stored with it."""

from fractions import Fraction

import numpy as np

from jointpay.errors import MismatchError
from jointpay.plan.calendar import Span
from jointpay.plan.load import plan_from_tree
from jointpay.plan.measures import Link, Measure, Modifier
from jointpay.plan.payout import PayRule
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Component, Role
from jointpay.plan.targets import GroupTarget, GrowthTarget
from jointpay.results.conservation import Conservation, ConservationLine
from jointpay.results.limits import adjustment_limits, amount_limits
from jointpay.results.scorecard import (
    MISSING_REASONS,
    BaselineSums,
    ComponentScores,
    LinkScores,
    MeasureScores,
    PayeeRows,
    RoleScores,
    Scorecard,
)
from jointpay.results.settlement import RuleLines, Settlement
from jointpay.results.strict_json import Node

__all__ = ["read_scorecard", "read_settlement"]

_STATES = len(MISSING_REASONS)
_MEASURE_ARRAYS = ("numerators", "denominators", "values", "targets", "attainments", "points")
_PLACE_TEXTS = ("source", "path", "column", "who")
_PLACE_NUMBERS = ("line", "char", "row")


def _plan(tree: Node, digest: Node) -> Plan:
    plan = plan_from_tree(tree.mapping(), source=f"{tree.source}: {tree.path}")
    if digest.text() != plan.digest:
        raise MismatchError(
            f"{tree.source}: the plan stored in it has the digest {plan.digest}, but the result was computed with "
            f"{digest.value}; next: take the result that belongs to the plan, or compute it again"
        )
    return plan


def read_scorecard(node: Node) -> Scorecard:
    """Read a scorecard from its JSON tree, checking that everything fits the plan stored in it."""
    (plan_tree, plan_digest, data_digest, version, spans, person_ids, names, roles, conservation, backend) = (
        node.fields(
            "plan",
            "plan_digest",
            "data_digest",
            "engine_version",
            "periods",
            "person_ids",
            "names",
            "roles",
            "conservation",
            "backend",
        )
    )
    plan = _plan(plan_tree, plan_digest)
    periods = tuple(_span(span) for span in spans.each())
    ids = person_ids.texts()
    found = tuple(
        _role(role, name, plan.roles[name], periods=len(periods), persons=len(ids))
        for role, name in zip(roles.each(count=len(plan.roles)), plan.roles, strict=True)
    )
    return Scorecard(
        plan=plan,
        data_digest=data_digest.text(),
        engine_version=version.text(),
        periods=periods,
        person_ids=ids,
        names=tuple(name.text() for name in names.each(count=len(ids))),
        roles=_checked_links(found, plan, roles),
        conservation=Conservation(tuple(_conservation(line) for line in conservation.each())),
        backend=None if backend.value is None else backend.text(),
    )


def _span(node: Node) -> Span:
    name, start, end = node.each(count=3)
    return Span(name.text(), start.whole(), end.whole())


def _role(node: Node, name: str, role: Role, *, periods: int, persons: int) -> RoleScores:
    named, in_periods, of_persons, starts, ends, components, scores, states = node.fields(
        "role", "periods", "persons", "starts", "ends", "components", "scores", "states"
    )
    named.exactly(name)
    rows = in_periods.array(np.int32, low=0, below=periods)
    count = len(rows)
    return RoleScores(
        role=name,
        payees=PayeeRows(
            periods=rows,
            persons=of_persons.array(np.int32, count=count, low=0, below=persons),
            starts=starts.array(np.int32, count=count),
            ends=ends.array(np.int32, count=count),
        ),
        components=tuple(
            _component(component, title, role.components[title], count)
            for component, title in zip(components.each(count=len(role.components)), role.components, strict=True)
        ),
        scores=scores.array(np.int64, count=count),
        states=states.array(np.int8, count=count, low=0, below=_STATES),
    )


def _component(node: Node, name: str, component: Component, count: int) -> ComponentScores:
    named, measures, modifiers, points, states = node.fields("name", "measures", "modifiers", "points", "states")
    named.exactly(name)
    return ComponentScores(
        name=name,
        measures=tuple(
            _link(measure, title, count)
            if isinstance(ingredient, Link)
            else _measure(measure, title, ingredient, count)
            for measure, (title, ingredient) in zip(
                measures.each(count=len(component.measures)), component.measures.items(), strict=True
            )
        ),
        modifiers=tuple(
            _measure(modifier, title, reading, count)
            for modifier, (title, reading) in zip(
                modifiers.each(count=len(component.modifiers)), component.modifiers.items(), strict=True
            )
        ),
        points=points.array(np.int64, count=count),
        states=states.array(np.int8, count=count, low=0, below=_STATES),
    )


def _measure(node: Node, name: str, reading: Measure | Modifier, count: int) -> MeasureScores:
    named, states, shares, baseline, *arrays = node.fields(
        "name", "states", "share_denominator", "baseline", *_MEASURE_ARRAYS
    )
    named.exactly(name)
    numerators, denominators, values, targets, attainments, points = (
        array.array(np.int64, count=count) for array in arrays
    )
    return MeasureScores(
        name=name,
        share_denominator=shares.denominator(),
        numerators=numerators,
        denominators=denominators,
        values=values,
        targets=targets,
        attainments=attainments,
        points=points,
        states=states.array(np.int8, count=count, low=0, below=_STATES),
        baseline=_baseline(baseline, reading, count),
    )


def _baseline(node: Node, reading: Measure | Modifier, count: int) -> BaselineSums | None:
    """Read what a growth or group target was made of; for any other target there must be nothing."""
    if not isinstance(reading.target, GrowthTarget | GroupTarget):
        node.exactly(None)
        return None
    shares, numerators, denominators, days = node.fields("share_denominator", "numerators", "denominators", "days")
    return BaselineSums(
        share_denominator=shares.denominator(),
        numerators=numerators.array(np.int64, count=count),
        denominators=denominators.array(np.int64, count=count),
        days=days.array(np.int64, count=count, low=0),
    )


def _link(node: Node, name: str, count: int) -> LinkScores:
    named, points, states, rows, partners, weights = node.fields(
        "name", "points", "states", "rows", "partners", "weights"
    )
    named.exactly(name)
    own = rows.array(np.int32, low=0, below=count)
    return LinkScores(
        name=name,
        rows=own,
        partners=partners.array(np.int32, count=len(own), low=0),
        weights=weights.array(np.int64, count=len(own)),
        points=points.array(np.int64, count=count),
        states=states.array(np.int8, count=count, low=0, below=_STATES),
    )


def _checked_links(found: tuple[RoleScores, ...], plan: Plan, roles: Node) -> tuple[RoleScores, ...]:
    """Check that every link points at a row there is, which is known only when all roles are read."""
    counts = {role.role: len(role.scores) for role in found}
    for role in found:
        for component in role.components:
            for scores in component.measures:
                link = plan.roles[role.role].components[component.name].measures[scores.name]
                if isinstance(link, Measure) or isinstance(scores, MeasureScores):
                    continue
                if scores.partners.size and int(scores.partners.max()) >= counts[link.role]:
                    roles.refuse(
                        f"the link {scores.name!r} of {role.role!r} points at row {int(scores.partners.max())} of "
                        f"{link.role!r}; allowed: 0 to {counts[link.role] - 1}"
                    )
    return found


def _conservation(node: Node) -> ConservationLine:
    role, total, given, credited, unattributed, not_scored, excluded = node.fields(
        "role", "total", "input", "credited", "unattributed", "not_scored", "excluded"
    )
    return ConservationLine(
        role=role.text(),
        total=total.text(),
        input=given.whole(),
        credited=_fraction(credited),
        unattributed=_fraction(unattributed),
        not_scored=not_scored.whole(),
        excluded=tuple(_exclusion(pair) for pair in excluded.each()),
    )


def _exclusion(node: Node) -> tuple[str, int]:
    reason, amount = node.each(count=2)
    return reason.text(), amount.whole()


def _fraction(node: Node) -> Fraction:
    numerator, denominator = node.each(count=2)
    return Fraction(numerator.whole(), denominator.denominator())


def read_settlement(node: Node) -> Settlement:
    """Read a settlement from its JSON tree, checking that everything fits the plan stored in it."""
    scorecard, digest, lines = node.fields("scorecard", "base_pay_digest", "lines")
    card = read_scorecard(scorecard)
    wanted = [(role.role, rule, len(role.scores)) for role in card.roles for rule in card.plan.roles[role.role].pay]
    return Settlement(
        scorecard=card,
        base_pay_digest=digest.text(),
        lines=tuple(
            _rule_lines(line, role, rule, count)
            for line, (role, rule, count) in zip(lines.each(count=len(wanted)), wanted, strict=True)
        ),
    )


def _rule_lines(node: Node, role: str, rule: PayRule, count: int) -> RuleLines:
    of_role, rule_id, kind, points, states, base, adjustments, amounts = node.fields(
        "role", "rule_id", "kind", "points", "states", "base_minor", "adjustments", "amounts"
    )
    of_role.exactly(role)
    rule_id.exactly(rule.id)
    kind.exactly("adjustment")
    return RuleLines(
        role=role,
        rule_id=rule.id,
        kind="adjustment",
        points=points.array(np.int64, count=count),
        states=states.array(np.int8, count=count, low=0, below=_STATES),
        base_minor=base.array(np.int64, count=count),
        adjustments=tuple(
            step.array(np.int64, count=count) for step in adjustments.each(count=1 + len(adjustment_limits(rule)))
        ),
        amounts=tuple(step.array(np.int64, count=count) for step in amounts.each(count=1 + len(amount_limits(rule)))),
    )

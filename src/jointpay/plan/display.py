"""How a plan shows itself: what each role's score is made of, and what it pays."""

from collections.abc import Iterator
from fractions import Fraction

from jointpay.display import cell_text, counted, html_table
from jointpay.money.number import decimal_text
from jointpay.plan.measures import Link, Measure, Modifier
from jointpay.plan.payout import ReadsComponent
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Component
from jointpay.plan.scopes import GroupScope

__all__ = ["plan_html", "plan_line"]


def plan_line(plan: Plan) -> str:
    """Say in one line which plan it is."""
    parts = (counted(len(plan.roles), "role"), counted(len(plan.metrics), "metric"), plan.currency)
    return f"<Plan {plan.id!r}, version {plan.version!r}: {', '.join(parts)}, digest {plan.digest[:12]}>"


def plan_html(plan: Plan) -> str:
    """Write the plan as tables: components and measures with their weights, then pay rules."""
    parts = list(_parts(plan))
    rules = [(name, rule) for name, role in plan.roles.items() for rule in role.pay]
    title = plan.title or plan.id
    head = (
        f"<p><strong>{cell_text(title)}</strong><br>{cell_text(plan_line(plan)[1:-1])}<br>{cell_text(_holds(plan))}</p>"
    )
    tables = html_table(
        ("role", "component", "weight", "put together by", "measure", "weight in it", "reads", "scope", "target"),
        len(parts),
        parts.__getitem__,
        caption="what scores are made of",
        right=("weight", "weight in it"),
    )
    if rules:
        tables += html_table(
            ("role", "pay rule", "reads", "base", "curve", "limits"),
            len(rules),
            lambda place: (
                rules[place][0],
                rules[place][1].id,
                _source(rules[place][1].reads),
                rules[place][1].base,
                rules[place][1].curve.kind,
                ", ".join(limit.kind for limit in rules[place][1].limits),
            ),
            caption="what they pay",
        )
    return head + tables


def _holds(plan: Plan) -> str:
    """Say when the plan holds, and how time is cut."""
    return (
        f"from {plan.effective.start} to {plan.effective.end} (the day after the last), by {plan.period.kind}, "
        f"days of {plan.time_zone}"
    )


def _parts(plan: Plan) -> Iterator[tuple[str, ...]]:
    """Give a row for every measure, link and modifier; role and component stand in their first row alone."""
    for name, role in plan.roles.items():
        of_role = role.title or name
        for key, component in role.components.items():
            named: tuple[str, ...] = (component.title or key, _percent(component.weight), component.combine)
            for cells in _ingredients(plan, component):
                yield of_role, *named, *cells
                of_role, named = "", ("", "", "")


def _ingredients(plan: Plan, component: Component) -> Iterator[tuple[str, ...]]:
    for label, part in component.measures.items():
        if isinstance(part, Link):
            yield label, _percent(part.weight), f"component {part.component} of {part.role}", "partners", ""
        else:
            yield label, _percent(part.weight), *_reading(plan, part)
    for label, modifier in component.modifiers.items():
        yield label, "multiplies", *_reading(plan, modifier)


def _reading(plan: Plan, part: Measure | Modifier) -> tuple[str, str, str]:
    scope = part.scope.column if isinstance(part.scope, GroupScope) else part.scope.kind
    return plan.metrics[part.metric].title or part.metric, scope, "" if part.target is None else part.target.kind


def _source(reads: object) -> str:
    return f"component {reads.component}" if isinstance(reads, ReadsComponent) else "score"


def _percent(weight: Fraction) -> str:
    return f"{decimal_text(weight * 100)}%"

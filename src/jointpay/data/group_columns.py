"""Which columns of people a plan reads, and for which roles."""

from collections.abc import Iterator

from jointpay.plan.measures import Link
from jointpay.plan.plan import Plan
from jointpay.plan.roles import Role
from jointpay.plan.scopes import GroupScope, Scope
from jointpay.plan.targets import GroupTarget, TableTarget, Target

__all__ = ["OWN_KEYS", "RESERVED", "groups_read"]

OWN_KEYS = frozenset({"person", "item", "period"})
"""Keys of a targets table that are not group columns."""
RESERVED = frozenset({"item", "period", "target", "value"})
"""Names that no column of people may have: in a targets table they mean something else."""


def groups_read(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Give, by role, the group columns that its measures, modifiers and their targets read, sorted."""
    return {role: tuple(sorted(set(_of_role(rules)))) for role, rules in plan.roles.items()}


def _of_role(role: Role) -> Iterator[str]:
    for component in role.components.values():
        for reading in (*component.measures.values(), *component.modifiers.values()):
            if not isinstance(reading, Link):
                yield from _of_scope(reading.scope)
                yield from _of_target(reading.target)


def _of_scope(scope: Scope) -> Iterator[str]:
    if isinstance(scope, GroupScope):
        yield scope.column


def _of_target(target: Target | None) -> Iterator[str]:
    match target:
        case GroupTarget(scope=scope):
            yield from _of_scope(scope)
        case TableTarget(keys=keys):
            yield from (key for key in keys if key not in OWN_KEYS)
        case _:
            return

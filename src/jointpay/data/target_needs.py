"""Which tables of targets a plan looks up, by which keys, and who reads them."""

from collections.abc import Iterator
from dataclasses import dataclass

from jointpay.plan.measures import Link, Measure, Modifier
from jointpay.plan.plan import Plan
from jointpay.plan.targets import BenchmarkTarget, TableTarget

__all__ = ["NeededTable", "tables_needed"]


@dataclass(frozen=True, slots=True)
class NeededTable:
    """One named target as the plan uses it."""

    keys: tuple[str, ...]
    divides: bool
    """Whether anything divides by it: zero or less is refused then."""
    readers: tuple[str, ...]
    """Where the plan reads it, such as `designer.quality.clicks`."""


def tables_needed(plan: Plan) -> dict[str, NeededTable]:
    """Give, by name of the target or series, what the plan looks up. A benchmark series is keyed by period.

    Where a name is used with two different lists of keys, the first counts; the checks of the plan refuse the other.
    """
    needs: dict[str, NeededTable] = {}
    for path, reading in _readings(plan):
        match reading.target:
            case TableTarget(name=name, keys=keys):
                pass
            case BenchmarkTarget(series=name):
                keys = ("period",)
            case _:
                continue
        known = needs.get(name, NeededTable(keys=keys, divides=False, readers=()))
        needs[name] = NeededTable(
            keys=known.keys,
            divides=known.divides or reading.attainment == "ratio",
            readers=(*known.readers, path),
        )
    return needs


def _readings(plan: Plan) -> Iterator[tuple[str, Measure | Modifier]]:
    for role, rules in plan.roles.items():
        for name, component in rules.components.items():
            for label, reading in (*component.measures.items(), *component.modifiers.items()):
                if not isinstance(reading, Link):
                    yield f"{role}.{name}.{label}", reading

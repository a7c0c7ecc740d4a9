"""Targets that come as a table, and external benchmark series."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["TargetTable"]


@dataclass(frozen=True, slots=True)
class TargetTable:
    """The numbers of one named target, by the values of its key columns."""

    keys: tuple[str, ...]
    """Names of the key columns, in the order of the plan: `person`, `item`, `period`, or a group column."""
    values: Mapping[tuple[str, ...], Fraction]

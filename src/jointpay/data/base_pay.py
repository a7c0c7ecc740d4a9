"""Pay bases: what an adjustment is a part of, per person and period."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["BasePay"]


@dataclass(frozen=True, slots=True)
class BasePay:
    """Amounts in minor units by (person, period, pay base)."""

    currency: str
    amounts: Mapping[tuple[str, str, str], int]
    digest: str

"""What the reference gives back: plain records of whole numbers, one per payee row.

Published numbers are whole numbers of their last place, as in the scorecard: points 97.25 at 2 places are 9725.
"""

from dataclasses import dataclass
from fractions import Fraction

__all__ = [
    "ReferenceBaseline",
    "ReferenceComponent",
    "ReferenceConservation",
    "ReferenceLine",
    "ReferenceLink",
    "ReferenceMeasure",
    "ReferenceRow",
    "ReferenceScorecard",
    "ReferenceSettlement",
]


@dataclass(frozen=True, slots=True)
class ReferenceBaseline:
    """What the growth or group target of one payee row was made of."""

    share_denominator: int
    numerator: int
    denominator: int
    days: int
    """Days whose facts were counted; 0 where there is no baseline."""


@dataclass(frozen=True, slots=True)
class ReferenceMeasure:
    """One measure or modifier of one payee row."""

    name: str
    share_denominator: int
    numerator: int
    denominator: int
    value: int
    target: int
    attainment: int
    points: int
    state: int
    counts: bool
    """False where it is left out."""
    baseline: ReferenceBaseline | None
    """None for targets of any other kind, and without a target."""


@dataclass(frozen=True, slots=True)
class ReferenceLink:
    """One link of one payee row."""

    name: str
    partners: tuple[tuple[int, int], ...]
    """(row of the partner role, weight in 1 / share_denominator ** 2), rising by row; every weight above zero."""
    points: int
    state: int
    counts: bool
    """False where it is left out."""


@dataclass(frozen=True, slots=True)
class ReferenceComponent:
    """One component of one payee row."""

    name: str
    measures: tuple[ReferenceMeasure | ReferenceLink, ...]
    modifiers: tuple[ReferenceMeasure, ...]
    points: int
    state: int
    counts: bool
    """False where it is left out."""


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One payee row: a seat in a period, from its first day to the day after its last."""

    period: str
    person: str
    start: int
    end: int
    components: tuple[ReferenceComponent, ...]
    score: int
    state: int


@dataclass(frozen=True, slots=True)
class ReferenceConservation:
    """Where all of one total went, seen from one role."""

    role: str
    total: str
    input: int
    credited: Fraction
    unattributed: Fraction
    not_scored: int
    excluded: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ReferenceScorecard:
    """The scores of all payees, by role in the order of the plan, and the conservation lines."""

    periods: tuple[str, ...]
    roles: dict[str, tuple[ReferenceRow, ...]]
    conservation: tuple[ReferenceConservation, ...]


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """One pay line of one payee row."""

    points: int
    state: int
    base_minor: int
    adjustments: tuple[int, ...]
    amounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReferenceSettlement:
    """The pay lines by (role, pay rule), one per payee row of the role."""

    rules: dict[tuple[str, str], tuple[ReferenceLine, ...]]

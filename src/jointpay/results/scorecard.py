"""The scorecard: every number between the facts and the score, kept as it was computed.

Shapes: P payee rows of one role. Published numbers are whole numbers of their last place: points 97.25 at 2 places are
9725. A number whose state is not 0 was missing; `MISSING_REASONS` names the states.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jointpay.errors import MismatchError
from jointpay.plan.calendar import Span
from jointpay.plan.plan import Plan
from jointpay.results.conservation import Conservation

__all__ = [
    "MISSING_REASONS",
    "BaselineSums",
    "ComponentScores",
    "LinkScores",
    "MeasureScores",
    "PayeeRows",
    "RoleScores",
    "Scorecard",
]

MISSING_REASONS = (
    "present",
    "undefined_ratio",
    "thin_sample",
    "no_baseline",
    "target_not_positive",
    "no_partner",
    "all_left_out",
)
"""What a state says. 1: a denominator of zero or less. 2: a denominator below `min_count`. 3: the baseline or group
value a target is made of is missing itself. 4: a target of zero or less under attainment `ratio`. 5: no partner shares
an item, or none has the component. 6: everything it is made of was left out."""


@dataclass(frozen=True, slots=True, eq=False)
class PayeeRows:
    """Who is scored: one row per seat and period; a seat that changes inside a period makes two rows."""

    periods: NDArray[np.int32]
    """(P,) index into the scorecard's `periods`."""
    persons: NDArray[np.int32]
    """(P,) index into the scorecard's `person_ids`."""
    starts: NDArray[np.int32]
    """(P,) first day of the row: the later of the period's and the seat's."""
    ends: NDArray[np.int32]
    """(P,) day after the last."""


@dataclass(frozen=True, slots=True, eq=False)
class BaselineSums:
    """What a target was made of that looks at other facts: those of a baseline (growth), or of a group (group target)."""

    share_denominator: int
    """Numerators and denominators are whole numbers of 1 / share_denominator (1 unless growth is over own items)."""
    numerators: NDArray[np.int64]
    """(P,) total, or numerator of the ratio; 0 where no day was counted."""
    denominators: NDArray[np.int64]
    """(P,) denominator of the ratio; for a metric that is a total, share_denominator throughout."""
    days: NDArray[np.int64]
    """(P,) days whose facts were counted: of a baseline those on which the payee held the role (own items) or all of
    them (other scopes), of a group those of the row; 0 where there is no baseline."""


@dataclass(frozen=True, slots=True, eq=False)
class MeasureScores:
    """One measure or modifier of one component."""

    name: str
    share_denominator: int
    """Numerators and denominators are whole numbers of 1 / share_denominator (1 unless the scope is `own`)."""
    numerators: NDArray[np.int64]
    """(P,) credited total, or numerator of the ratio."""
    denominators: NDArray[np.int64]
    """(P,) denominator of the ratio; for a metric that is a total, share_denominator throughout."""
    values: NDArray[np.int64]
    """(P,) published value of the metric; 0 where the value is missing (states 1 and 2)."""
    targets: NDArray[np.int64]
    """(P,) published target; 0 where there is none."""
    attainments: NDArray[np.int64]
    """(P,) published attainment; 0 where missing."""
    points: NDArray[np.int64]
    """(P,) published points, or what the missing policy counts it as; 0 where it is left out."""
    states: NDArray[np.int8]
    """(P,) index into MISSING_REASONS."""
    baseline: BaselineSums | None = None
    """What the target was made of, for a growth or group target; None for every other."""


@dataclass(frozen=True, slots=True, eq=False)
class LinkScores:
    """One link of one component: pairs of (own row, partner's row, weight), and the mean that results."""

    name: str
    rows: NDArray[np.int32]
    """(L,) own row, rising."""
    partners: NDArray[np.int32]
    """(L,) row of the partner role's RoleScores."""
    weights: NDArray[np.int64]
    """(L,) sum over shared items and days of own share * partner's share, in 1 / share_denominator ** 2."""
    points: NDArray[np.int64]
    """(P,) published points, or what the missing policy counts it as; 0 where it is left out."""
    states: NDArray[np.int8]
    """(P,) index into MISSING_REASONS."""


@dataclass(frozen=True, slots=True, eq=False)
class ComponentScores:
    """One component of one role."""

    name: str
    measures: tuple[MeasureScores | LinkScores, ...]
    """In the order of the plan."""
    modifiers: tuple[MeasureScores, ...]
    """In the order of the plan."""
    points: NDArray[np.int64]
    """(P,) published points after the modifiers, or what the missing policy counts it as."""
    states: NDArray[np.int8]
    """(P,) 0 or all_left_out."""


@dataclass(frozen=True, slots=True, eq=False)
class RoleScores:
    """Everything about one role."""

    role: str
    payees: PayeeRows
    components: tuple[ComponentScores, ...]
    """In the order of the plan."""
    scores: NDArray[np.int64]
    """(P,) published score; 0 where missing."""
    states: NDArray[np.int8]
    """(P,) 0 or all_left_out."""


@dataclass(frozen=True, slots=True, eq=False)
class Scorecard:
    """The scores of all payees in all periods scored, with every intermediate."""

    plan: Plan
    data_digest: str
    engine_version: str
    periods: tuple[Span, ...]
    """The periods scored, in order of time."""
    person_ids: tuple[str, ...]
    names: tuple[str, ...]
    """Name per person, empty where there is none; same order as person_ids."""
    roles: tuple[RoleScores, ...]
    """In the order of the plan; a role without payees has empty arrays."""
    conservation: Conservation
    backend: str | None
    """Kind of dataframe the facts came in."""
    keep: Literal["all", "summary"] = "all"
    """`summary`: the components hold no measures, modifiers and links."""

    def require_all(self, purpose: str) -> None:
        """Raise `MismatchError` where only the summary was kept."""
        if self.keep == "summary":
            raise MismatchError(
                f"{purpose} needs the numbers of measures and links, and this scorecard keeps only its summary; "
                "next: score again with keep='all'"
            )

    @property
    def plan_digest(self) -> str:
        """Digest of the plan that scored."""
        return self.plan.digest

    def frame(self, name: str, *, backend: str | None = "own") -> Any:  # noqa: ANN401 - the caller's own kind
        """Give a tidy table: `scores`, `components`, `measures`, `links` or `conservation`.

        `backend` names the dataframe library; `own`: the one the facts came in. None, or `own` where the facts came in
        no dataframe, gives a dict of columns. The columns are described in `jointpay.results.tables`.

        Raises `ValueError` for another name, `MissingExtraError` where the library is not installed.
        """
        from jointpay.results import tables  # noqa: PLC0415 - tables import this record

        return tables.scorecard_frame(self, name, backend=self.backend if backend == "own" else backend)

    def to_json(self) -> str:
        """Write everything as JSON, the plan included; equal scorecards give equal bytes."""
        from jointpay.results import store  # noqa: PLC0415 - the store imports this record

        return store.scorecard_to_json(self)

    @classmethod
    def from_json(cls, text: str) -> "Scorecard":
        """Read a scorecard that `to_json` wrote.

        Raises `MismatchError` where the text was changed since, `DataError` where it is not a stored scorecard.
        """
        from jointpay.results import store  # noqa: PLC0415 - the store imports this record

        return store.scorecard_from_json(text)

    def __repr__(self) -> str:
        from jointpay.results import display  # noqa: PLC0415 - what shows this record imports it

        return display.scorecard_line(self)

    def _repr_html_(self) -> str:
        from jointpay.results import display  # noqa: PLC0415 - the same

        return display.scorecard_html(self)

"""The settlement: money lines in minor units that a payroll can post.

Shapes: P payee rows of one role, the same rows as in the scorecard.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointpay.results.scorecard import Scorecard

__all__ = ["RuleLines", "Settlement"]


@dataclass(frozen=True, slots=True, eq=False)
class RuleLines:
    """The lines of one pay rule of one role."""

    role: str
    rule_id: str
    kind: str
    """`adjustment`: a per cent of a pay base. Later kinds of line will stand beside it."""
    points: NDArray[np.int64]
    """(P,) what the rule read."""
    states: NDArray[np.int8]
    """(P,) state of what it read; not 0: no adjustment was made."""
    base_minor: NDArray[np.int64]
    """(P,) pay base of the row: the person's base of the period, split by days over their rows to the minor unit."""
    adjustments: tuple[NDArray[np.int64], ...]
    """First as the curve gives it, then after each limit on the adjustment, in order: per cent in last places."""
    amounts: tuple[NDArray[np.int64], ...]
    """First base * adjustment rounded once, then after each limit on the amount, in order: minor units."""

    @property
    def adjustment(self) -> NDArray[np.int64]:
        """(P,) the adjustment that holds: per cent in last places (12.34% at 2 places is 1234)."""
        return self.adjustments[-1]

    @property
    def amount_minor(self) -> NDArray[np.int64]:
        """(P,) the amount that is paid (or, negative, withheld), in minor units."""
        return self.amounts[-1]


@dataclass(frozen=True, slots=True, eq=False)
class Settlement:
    """Every pay line of every payee and period, and the scorecard they come from."""

    scorecard: Scorecard
    base_pay_digest: str
    lines: tuple[RuleLines, ...]
    """By role in the order of the plan, then by pay rule in the order of the role."""

    def frame(self, name: str, *, backend: str | None = "own") -> Any:  # noqa: ANN401 - the caller's own kind
        """Give a tidy table: `lines` or `steps`, or any table of the scorecard.

        `backend` names the dataframe library; `own`: the one the facts came in. None, or `own` where the facts came in
        no dataframe, gives a dict of columns. The columns are described in `jointpay.results.tables`.

        Raises `ValueError` for another name, `MissingExtraError` where the library is not installed.
        """
        from jointpay.results import tables  # noqa: PLC0415 - tables import this record

        chosen = self.scorecard.backend if backend == "own" else backend
        return tables.settlement_frame(self, name, backend=chosen)

    def to_json(self) -> str:
        """Write everything as JSON, scorecard and plan included; equal settlements give equal bytes."""
        from jointpay.results import store  # noqa: PLC0415 - the store imports this record

        return store.settlement_to_json(self)

    @classmethod
    def from_json(cls, text: str) -> "Settlement":
        """Read a settlement that `to_json` wrote.

        Raises `MismatchError` where the text was changed since, `DataError` where it is not a stored settlement.
        """
        from jointpay.results import store  # noqa: PLC0415 - the store imports this record

        return store.settlement_from_json(text)

    def __repr__(self) -> str:
        from jointpay.results import display  # noqa: PLC0415 - what shows this record imports it

        return display.settlement_line(self)

    def _repr_html_(self) -> str:
        from jointpay.results import display  # noqa: PLC0415 - the same

        return display.settlement_html(self)

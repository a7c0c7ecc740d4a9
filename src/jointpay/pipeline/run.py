"""One run: what it reads, where it writes, and the rows that it marks."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.room import Block
from jointpay.panel.panel import Panel
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import LinkScores, MeasureScores, RoleScores

__all__ = ["Marks", "Run"]

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]


class Marks:
    """Rows marked by several blocks, by name; nothing is kept for a name without marks."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._marks: dict[str, Mask] = {}

    def add(self, name: str, block: Block, marks: Mask | Rows | None) -> None:
        """Mark rows of a block."""
        if marks is None:
            return
        # setdefault is one step for the interpreter, so two threads get the same array.
        whole = self._marks.get(name)
        if whole is None:
            whole = self._marks.setdefault(name, np.zeros(self._size, dtype=np.bool_))
        whole[block.rows][marks] = True

    def of(self, name: str) -> Mask | None:
        """Give the marks of a name, None where there are none."""
        return self._marks.get(name)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what it reads, where it writes, and the rows that stop it."""

    panel: Panel
    out: tuple[RoleScores, ...]
    made: Mapping[str, MeasureScores | LinkScores]
    """By path of measure, modifier or link; a measure whose numbers nobody keeps is absent."""
    filled: frozenset[int]
    """Ids of arrays that hold what is wanted already."""
    marks: tuple[Marks, ...]
    """Per role: rows without a value that must have one, and rows that a curve refuses."""

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.panel.scene.plan

    @property
    def half_even(self) -> bool:
        """Whether a tie goes to the even neighbour."""
        return self.plan.rounding == "half_even"

    def left_out(self, place: int, inner: int, rows: slice) -> Rows | None:
        """Give the rows of a slice in which a component is left out of what reads it, None where there are none."""
        if self.panel.roles[place].components[inner].fill is not None:
            return None
        found = self.out[place].components[inner].states[rows].nonzero()[0]
        return found if found.size else None

"""One way to make a choice, so that one description of plans and data serves two drivers.

Hypothesis drives it where a counterexample should be shrunk, a seeded generator where a hundred thousand cases should
be cheap. Everything is made of one choice, a whole number in a range; the first option is the simplest.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import TypeVar

__all__ = ["Choose", "SeededChoose"]

T = TypeVar("T")


class Choose(ABC):
    """Makes choices."""

    @abstractmethod
    def whole(self, low: int, high: int) -> int:
        """Choose a whole number between two others, both included."""

    def pick(self, options: Sequence[T]) -> T:
        """Choose one of some options; the first is the simplest."""
        return options[self.whole(0, len(options) - 1)]

    def chance(self, per_cent: int) -> bool:
        """Say yes with about this chance; no is simpler."""
        return self.whole(0, 99) >= 100 - per_cent

    def some(self, options: Sequence[T], *, at_least: int, at_most: int | None = None) -> list[T]:
        """Choose different options, in the order in which they stand."""
        most = len(options) if at_most is None else min(at_most, len(options))
        wanted = self.whole(min(at_least, most), most)
        chosen: list[T] = []
        for place, option in enumerate(options):
            missing, left = wanted - len(chosen), len(options) - place
            if missing and (missing == left or self.whole(0, left - 1) < missing):
                chosen.append(option)
        return chosen

    def shares(self, count: int, denominators: Sequence[int]) -> list[Fraction]:
        """Choose as many shares, each above zero, that sum to exactly 1.

        At least one of the denominators must be as large as the count.
        """
        denominator = self.pick([d for d in denominators if d >= count])
        cuts = self.some(range(1, denominator), at_least=count - 1, at_most=count - 1)
        ends = [0, *cuts, denominator]
        return [Fraction(after - before, denominator) for before, after in pairwise(ends)]


class SeededChoose(Choose):
    """Choices from a seed: the same seed gives the same choices on every machine."""

    def __init__(self, seed: int | str) -> None:
        self._random = Random(seed)  # noqa: S311  choices for tests, not secrets

    def whole(self, low: int, high: int) -> int:
        """Choose a whole number between two others, both included."""
        return self._random.randint(low, high)

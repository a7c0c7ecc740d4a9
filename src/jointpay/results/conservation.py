"""The conservation report: nothing that happened is lost or counted twice."""

from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Conservation", "ConservationLine"]


@dataclass(frozen=True, slots=True)
class ConservationLine:
    """One total of one role.

    Formula: input = credited + unattributed + not_scored + sum of excluded, exactly.
    """

    role: str
    total: str
    input: int
    """All that was read, the excluded rows included."""
    credited: Fraction
    """Credited to payees of the role in the periods scored."""
    unattributed: Fraction
    """In the periods scored, but credited to nobody in the role: shares that leave a rest, gaps between credits, days on which the person does not hold the seat."""
    not_scored: int
    """On days outside the periods scored."""
    excluded: tuple[tuple[str, int], ...]
    """By reason: read and left out."""

    @property
    def difference(self) -> Fraction:
        """What is missing; zero in every result."""
        return (
            self.input
            - self.credited
            - self.unattributed
            - self.not_scored
            - sum(amount for _, amount in self.excluded)
        )


@dataclass(frozen=True, slots=True)
class Conservation:
    """The whole report: one line per role and total, in the order of the plan."""

    lines: tuple[ConservationLine, ...]

    def __repr__(self) -> str:
        from jointpay.results import display  # noqa: PLC0415 - what shows this record imports it

        return display.conservation_line(self)

    def _repr_html_(self) -> str:
        from jointpay.results import display  # noqa: PLC0415 - the same

        return display.conservation_html(self)

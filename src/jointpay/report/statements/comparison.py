"""Why pay differs from an earlier period: every measure's part of it, in whole numbers that sum up exactly.

The points of the earlier period are replaced by those of the later one, one measure after the other in the order of the
plan, and score, adjustments and amounts are computed and rounded after each. Pay bases change last. Under another order
the parts of a geometric mean, a minimum, a modifier, a bent pay curve or a limit would be others; those of a weighted
mean and a straight pay curve differ in a last place at most.
"""

from dataclasses import dataclass, replace
from typing import Literal

from jointpay.report.statements.recompute import BeyondCurveError, from_points
from jointpay.report.statements.record import LinkStatement, MeasureStatement, RowStatement, Statement

__all__ = ["Comparison", "Difference", "compare"]

Kind = Literal["measure", "link", "modifier", "base", "rest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one measure, the pay base, or what cannot be put to either, changed."""

    kind: Kind
    component: str
    name: str
    before: MeasureStatement | LinkStatement | None
    after: MeasureStatement | LinkStatement | None
    driven_by: str | None
    partner_driven: bool
    score: int
    """In last places."""
    adjustment: int
    """Of the first pay rule: per cent in last places."""
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two rows of one role, and what made the difference between them."""

    before: RowStatement
    after: RowStatement
    differences: tuple[Difference, ...]
    """They sum to the differences of score, adjustment and amount; no pay base and no rest where they change nothing."""

    def part(self, *, partner_driven: bool) -> tuple[int, int, int]:
        """Sum up what partners' work made, or everything else: score, adjustment, amount."""
        chosen = [one for one in self.differences if one.partner_driven == partner_driven]
        return (
            sum(one.score for one in chosen),
            sum(one.adjustment for one in chosen),
            sum(one.amount_minor for one in chosen),
        )


def compare(earlier: Statement, later: Statement) -> tuple[Comparison, ...]:
    """Compare the rows of two statements of one payee under one plan, role by role.

    Only roles with one row and a score in both are compared: a seat that changed inside a period was two seats, and
    without a score there is nothing to take apart. Empty where there is none.
    """
    found = []
    for after in later.rows:
        befores = [row for row in earlier.rows if row.role == after.role]
        alone = len(befores) == 1 and [row.role for row in later.rows].count(after.role) == 1
        if alone and befores[0].score is not None and after.score is not None:
            comparison = _compared(later, befores[0], after)
            if comparison is not None:
                found.append(comparison)
    return tuple(found)


Reached = tuple[int, int, int]


def _compared(statement: Statement, before: RowStatement, after: RowStatement) -> Comparison | None:
    """Replace the earlier points by the later ones; None where the plan gives no answer on the way."""
    bases = {line.rule: line.base_minor for line in before.lines}
    at_old_bases = replace(after, lines=tuple(replace(line, base_minor=bases[line.rule]) for line in after.lines))
    earlier, points = _parts(before), {key: part.points for key, part in _parts(before).items()}
    reached = _reached(before)
    differences: list[Difference] = []

    def step(
        kind: Kind, component: str, name: str, now: Reached, part: MeasureStatement | LinkStatement | None
    ) -> None:
        nonlocal reached
        differences.append(
            Difference(
                kind=kind,
                component=component,
                name=name,
                before=earlier.get((component, name)),
                after=part,
                driven_by=part.role if isinstance(part, LinkStatement) else None if part is None else part.driven_by,
                partner_driven=part is not None and part.partner_driven,
                score=now[0] - reached[0],
                adjustment=now[1] - reached[1],
                amount_minor=now[2] - reached[2],
            )
        )
        reached = now

    try:
        step("rest", "", "", _at(statement, at_old_bases, points), None)
        for (component, name), part in _parts(after).items():
            points[component, name] = part.points
            kind: Kind = "link" if isinstance(part, LinkStatement) else part.kind
            step(kind, component, name, _at(statement, at_old_bases, points), part)
    except BeyondCurveError:
        return None
    step("base", "", "", _at(statement, after, points), None)
    step("rest", "", "", _reached(after), None)
    kept = [
        one
        for one in differences
        if one.kind not in ("rest", "base") or one.score or one.adjustment or one.amount_minor
    ]
    return Comparison(before=before, after=after, differences=tuple(kept))


def _parts(row: RowStatement) -> dict[tuple[str, str], MeasureStatement | LinkStatement]:
    return {
        (component.name, part.name): part
        for component in row.components
        for part in (*component.measures, *component.modifiers)
    }


def _reached(row: RowStatement) -> Reached:
    adjustment = row.lines[0].adjustment if row.lines else 0
    return row.score or 0, adjustment, sum(line.amount_minor for line in row.lines)


def _at(statement: Statement, row: RowStatement, points: dict[tuple[str, str], int | None]) -> Reached:
    found = from_points(statement, row, points)
    adjustment = found.adjustments[row.lines[0].rule] if row.lines else 0
    return found.score or 0, adjustment, found.amount_minor

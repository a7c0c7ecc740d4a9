"""Columns of credited totals: what everything else is computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from jointpay.plan.metrics import RatioMetric
from jointpay.plan.plan import Plan
from jointpay.report.workbook.book import safe_text
from jointpay.report.workbook.table import Cell, RoleTable, decimals
from jointpay.report.workbook.whole import SHOWN, Whole, constant, read
from jointpay.results.explain_reading import factor_of, scales_of, totals_of

__all__ = ["Sums", "add_sums", "exact_cell"]


@dataclass(frozen=True, slots=True)
class Sums:
    """Totals above and below a metric's line; below a metric that is a total stands 1."""

    above: Whole
    below: Whole
    numerators: tuple[int, ...]
    denominators: tuple[int, ...]
    factor: Fraction
    """The value of the metric is above / below * factor."""
    least: int | None
    """Smallest denominator with which a ratio counts; None for a total, which always does."""

    def counts(self, place: int) -> bool:
        """Whether there is a value in a row."""
        return self.least is None or self.denominators[place] >= self.least

    @property
    def missing(self) -> str | None:
        """The condition under which there is no value; None where there always is."""
        return None if self.least is None else f"{self.below.text}<{self.least}"


def exact_cell(number: int, parts: int) -> Cell:
    """Give the cell of an exact number of parts: the nearest float, or text where a cell has too few digits."""
    if abs(number) >= SHOWN:
        exact = Fraction(number, parts)
        return str(exact)
    return number if parts == 1 else number / parts


def add_sums(
    table: RoleTable,
    plan: Plan,
    metric: str,
    path: tuple[str, ...],
    columns: tuple[Sequence[int], Sequence[int]],
    *,
    heads: Sequence[str],
    origin: tuple[str, ...],
    share_denominator: int,
    min_count: int | None,
) -> Sums:
    """Add the inputs of a metric: its total, or the two totals of a ratio.

    `origin` says which facts are summed. A total that stands in an earlier column already is taken from there, so that
    it is changed in one place.
    """
    is_ratio = isinstance(plan.metrics[metric], RatioMetric)
    parts = [share_denominator * scale for scale in scales_of(plan, metric)]
    references = []
    for side, (head, numbers) in enumerate(zip(heads, columns[: len(heads)], strict=True)):
        cells = [exact_cell(number, parts[side]) for number in numbers]
        look = decimals(0 if parts[side] == 1 else 2)
        name = ("numerator", "denominator")[side]
        key = (*origin, totals_of(plan, metric)[side], str(parts[side]))
        before, same = table.inputs.get(key, ("", ()))
        known = before if before and same == tuple(cells) else None
        reference = table.add(
            (*path, name),
            safe_text(head),
            cells,
            kind="step" if known else "input",
            look=look,
            formula=known,
            parts=parts[side],
        )
        table.inputs.setdefault(key, (reference, tuple(cells)))
        references.append(reference)
    factor = factor_of(plan, metric) / parts[0]
    if not is_ratio:
        above = read(references[0], parts[0], None)
        return Sums(above, constant(1), tuple(columns[0]), (1,) * len(columns[0]), factor, None)
    return Sums(
        read(references[0], parts[0], None),
        read(references[1], parts[1], None),
        tuple(columns[0]),
        tuple(columns[1]),
        factor * parts[1],
        max(1, (min_count or 0) * parts[1]),
    )

"""Columns of targets: an input, a number of the plan, or a formula of what the target is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from jointpay.plan.calendar import Span, baseline_span
from jointpay.plan.measures import Measure, Modifier
from jointpay.plan.metrics import RatioMetric
from jointpay.plan.targets import DateRange, FixedTarget, GroupTarget, GrowthTarget, Target
from jointpay.report.workbook.book import Book
from jointpay.report.workbook.plan_sheet import PlanCell
from jointpay.report.workbook.sums import add_sums
from jointpay.report.workbook.table import RoleTable
from jointpay.report.workbook.whole import (
    Whole,
    any_of,
    cell_of,
    constant,
    fits,
    published_formula,
    quotient,
    read,
    times,
)
from jointpay.results.explain_reading import totals_of
from jointpay.results.scorecard import BaselineSums, MeasureScores

__all__ = ["Asked", "add_target"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A column of targets."""

    reference: str
    whole: Whole
    wholes: tuple[int | None, ...]
    """In last places of the metric; None where there is none."""
    optional: bool
    """Whether there can be none."""


@dataclass(frozen=True, slots=True)
class _Making:
    """What the parts of a target share."""

    table: RoleTable
    book: Book
    reading: Measure | Modifier
    stored: tuple[int, ...]
    path: tuple[str, ...]
    look: str

    @property
    def scale(self) -> int:
        """Last places in a unit of the metric."""
        return int(10 ** self.book.plan.metrics[self.reading.metric].places)

    @property
    def by_days(self) -> bool:
        """Whether less is asked of somebody who holds the seat for part of a period."""
        is_ratio = isinstance(self.book.plan.metrics[self.reading.metric], RatioMetric)
        return self.book.plan.partial_period == "by_days" and not is_ratio

    @property
    def spans(self) -> list[Span]:
        """The period of every row."""
        periods = self.table.role.payees.periods
        return [self.book.settlement.scorecard.periods[periods[row]] for row in self.table.rows]

    @property
    def held(self) -> list[int]:
        """The days of every row."""
        payees = self.table.role.payees
        return [int(payees.ends[row] - payees.starts[row]) for row in self.table.rows]

    def publish(
        self,
        up: Sequence[tuple[Whole, Sequence[int]]],
        down: Sequence[tuple[Whole, Sequence[int]]],
        *,
        missing: tuple[str, Sequence[bool]] | None = None,
    ) -> Asked:
        """Add the column of a quotient of products; `missing` says, as a formula and by row, where there is none."""
        absent = [False] * len(self.stored) if missing is None else list(missing[1])
        formula = published_formula(
            quotient(
                times(*(factor for factor, _ in up)),
                times(*(factor for factor, _ in down)),
                half_even=self.book.half_even,
            ),
            self.scale,
        )
        if missing is not None:
            formula = f'IF({missing[0]},"",{formula})'
        stands = [
            not gone and not fits(_product(up, place), _product(down, place)) for place, gone in enumerate(absent)
        ]
        wholes = tuple(None if gone else whole for gone, whole in zip(absent, self.stored, strict=True))
        return self.column("figure", wholes, formula=formula, stands=stands, optional=missing is not None)

    def column(
        self,
        kind: str,
        wholes: Sequence[int | None],
        *,
        formula: str | None = None,
        stands: Sequence[bool] | None = None,
        optional: bool = False,
    ) -> Asked:
        """Add the column."""
        reference = self.table.add(
            (*self.path, "target"),
            self.book.say("terms.target"),
            ["" if whole is None else cell_of(whole, self.scale) for whole in wholes],
            kind="input" if kind == "input" else "figure",
            look=self.look,
            formula=formula,
            stands=stands,
            parts=self.scale if kind == "input" else 0,
        )
        return Asked(reference, read(reference, self.scale, None), tuple(wholes), optional)


def _product(factors: Sequence[tuple[Whole, Sequence[int]]], place: int) -> int:
    product = 1
    for _, numbers in factors:
        product *= numbers[place]
    return product


def _same(number: int, count: int) -> tuple[Whole, Sequence[int]]:
    return constant(number), [number] * count


def add_target(
    table: RoleTable,
    book: Book,
    reading: Measure | Modifier,
    target: Target,
    scores: MeasureScores,
    path: tuple[str, ...],
    look: str,
) -> Asked:
    """Add the target of a measure, and before it what it is made of where the result holds that."""
    making = _Making(table, book, reading, tuple(int(scores.targets[row]) for row in table.rows), path, look)
    if isinstance(target, GrowthTarget | GroupTarget) and scores.baseline is not None:
        return _compared(making, target, scores.baseline)
    if not isinstance(target, FixedTarget):
        return making.column("input", making.stored)
    value, count = target.value * making.scale, len(making.stored)
    if making.by_days:
        up = [_same(value.numerator, count), (read(making.table.days, 1, None), making.held)]
        spans = [span.days for span in making.spans]
        return making.publish(up, [_same(value.denominator, count), (read(making.table.period_days, 1, None), spans)])
    row = book.plan_sheet.put(
        PlanCell(" · ".join((table.role_title, *table.bands))),
        PlanCell(cell_of(making.stored[0], making.scale), look, "input"),
    )
    return making.column("figure", making.stored, formula=book.plan_sheet.reference(row, 1))


def _compared(making: _Making, target: GrowthTarget | GroupTarget, baseline: BaselineSums) -> Asked:
    """Add the sums over a baseline or group, and the target they make."""
    rows, book, reading = making.table.rows, making.book, making.reading
    of = "workbook.of_group" if isinstance(target, GroupTarget) else "workbook.of_baseline"
    path = (*making.path, "baseline")
    sums = add_sums(
        making.table,
        book.plan,
        reading.metric,
        path,
        ([int(baseline.numerators[row]) for row in rows], [int(baseline.denominators[row]) for row in rows]),
        heads=[book.say(of, total=total) for total in totals_of(book.plan, reading.metric)],
        origin=_origin(reading, target),
        share_denominator=baseline.share_denominator,
        min_count=reading.min_count,
    )
    grown = sums.factor * (1 + target.by) * making.scale
    count = len(rows)
    up = [(sums.above, sums.numerators), _same(grown.numerator, count)]
    down = [(sums.below, sums.denominators), _same(grown.denominator, count)]
    conditions = [] if sums.missing is None else [sums.missing]
    absent = [not sums.counts(place) for place in range(count)]
    if isinstance(target, GrowthTarget):
        days = [int(baseline.days[row]) for row in rows]
        held = making.table.add(
            (*path, "days"), book.say("workbook.baseline_days"), days, kind="input", look="0", parts=1, inner=True
        )
        conditions.append(f"{held}=0")
        absent = [gone or not counted for gone, counted in zip(absent, days, strict=True)]
        _lengths(making, target, held, days, up, down)
    if not conditions:
        return making.publish(up, down)
    return making.publish(up, down, missing=(any_of(conditions), absent))


def _origin(reading: Measure | Modifier, target: GrowthTarget | GroupTarget) -> tuple[str, ...]:
    """Say which facts a target looks at: the row's own days in a group, or other days in the measure's scope."""
    if isinstance(target, GroupTarget):
        return "row", target.scope.model_dump_json()
    return target.over.model_dump_json(), reading.scope.model_dump_json()


def _lengths(
    making: _Making,
    target: GrowthTarget,
    held: str,
    days: list[int],
    up: list[tuple[Whole, Sequence[int]]],
    down: list[tuple[Whole, Sequence[int]]],
) -> None:
    """Bring a total to the length of the row: of the period over the baseline's, and by days held."""
    if isinstance(making.book.plan.metrics[making.reading.metric], RatioMetric):
        return
    windows = [baseline_span(making.book.plan, span, target.over) for span in making.spans]
    whole = [1 if window is None else window.days for window in windows]
    spans = [span.days for span in making.spans]
    fixed = isinstance(target.over, DateRange)
    if making.by_days:
        up.append((read(making.table.days, 1, None), making.held))
        down.append((read(held, 1, None), days))
        if not fixed:
            of = making.table.add(
                (*making.path, "baseline", "span"),
                making.book.say("workbook.baseline_span"),
                whole,
                kind="input",
                look="0",
                parts=1,
                inner=True,
            )
            up.append((read(of, 1, None), whole))
            down.append((read(making.table.period_days, 1, None), spans))
    elif fixed:
        up.append((read(making.table.period_days, 1, None), spans))
        down.append(_same(whole[0] if whole else 1, len(whole)))

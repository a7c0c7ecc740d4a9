"""Columns of a measure or modifier: totals, value, target, attainment, where on the curve, points."""

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

from jointpay.plan.measures import Measure, MissingLeaveOut, MissingNeutral, Modifier
from jointpay.report.workbook.book import Book, Points, fill_of
from jointpay.report.workbook.plan_sheet import LaidCurve
from jointpay.report.workbook.sums import Sums, add_sums
from jointpay.report.workbook.table import RoleTable, decimals, percents
from jointpay.report.workbook.targets import Asked, add_target
from jointpay.report.workbook.whole import (
    LIMIT,
    SHOWN,
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
from jointpay.results.explain_measure import filled
from jointpay.results.explain_reading import totals_of
from jointpay.results.scorecard import MeasureScores

__all__ = ["add_measure", "on_curve"]

_WITHOUT_VALUE = (1, 2)


def _look(places: int, *, is_share: bool) -> str:
    """Give the format of a value: per cent where it is a share of one and has the decimals for it."""
    return percents(places - 2) if is_share and places >= 2 else decimals(places)


def add_measure(
    table: RoleTable, book: Book, reading: Measure | Modifier, scores: MeasureScores, path: tuple[str, ...]
) -> Points:
    """Add all columns of a measure or modifier."""
    plan, rows = book.plan, table.rows
    metric = plan.metrics[reading.metric]
    sums = add_sums(
        table,
        plan,
        reading.metric,
        path,
        ([int(scores.numerators[row]) for row in rows], [int(scores.denominators[row]) for row in rows]),
        heads=totals_of(plan, reading.metric),
        origin=("row", reading.scope.model_dump_json()),
        share_denominator=scores.share_denominator,
        min_count=reading.min_count,
    )
    look = _look(metric.places, is_share=metric.unit == "ratio")
    value = _value(table, book, sums, scores, path, 10**metric.places, look)
    asked = None
    if reading.target is not None:
        asked = add_target(table, book, reading, reading.target, scores, path, look)
    states = [int(scores.states[row]) for row in rows]
    wholes = [None if state else int(scores.attainments[row]) for state, row in zip(states, rows, strict=True)]
    is_share = reading.attainment == "ratio" or (reading.attainment != "percentage_points" and look.endswith("%"))
    attainment_look = _look(plan.places.attainment, is_share=is_share)
    attainment = _attainment(table, book, reading, sums, value, asked, wholes, path, attainment_look)
    left_out = isinstance(reading.missing, MissingLeaveOut)
    made = [None if state and left_out else int(scores.points[row]) for state, row in zip(states, rows, strict=True)]
    curve = book.plan_sheet.curve(
        reading.curve,
        scale_in=10**plan.places.attainment,
        scale_out=book.points_scale,
        caption=" · ".join((table.role_title, *table.bands)),
        looks=(attainment_look, "General"),
    )
    fill = filled(reading.missing, plan) if isinstance(reading.missing, MissingNeutral) else 0
    reference = on_curve(
        table,
        book,
        curve,
        attainment,
        wholes,
        made,
        path=path,
        scale_out=book.points_scale,
        fill=fill_of(reading.missing, fill, book.points_scale),
    )
    return Points(
        reference, tuple(made), max(curve.lines.most, abs(fill)), gcd(curve.lines.grain, fill), optional=left_out
    )


def _attainment(
    table: RoleTable,
    book: Book,
    reading: Measure | Modifier,
    sums: Sums,
    value: str,
    asked: Asked | None,
    wholes: Sequence[int | None],
    path: tuple[str, ...],
    look: str,
) -> str:
    """Add the attainment; there is none without a value or a target, nor as a ratio to a target of zero or less."""
    scale = 10**book.plan.places.attainment
    metric_scale = 10 ** book.plan.metrics[reading.metric].places
    above, below, fitting = _compared(sums, asked, reading.attainment, metric_scale, scale)
    formula = published_formula(quotient(above, below, half_even=book.half_even), scale)
    if asked is not None and reading.attainment == "ratio":
        formula = f'IF({asked.reference}<=0,"",{formula})'
    conditions = [] if sums.missing is None else [f'{value}=""']
    if asked is not None and asked.optional:
        conditions.append(f'{asked.reference}=""')
    if conditions:
        formula = f'IF({any_of(conditions)},"",{formula})'
    return table.add(
        (*path, "attainment"),
        book.say("terms.attainment"),
        ["" if whole is None else cell_of(whole, scale) for whole in wholes],
        kind="figure",
        look=look,
        formula=formula,
        stands=[whole is not None and not fitting(place) for place, whole in enumerate(wholes)],
    )


def _value(
    table: RoleTable, book: Book, sums: Sums, scores: MeasureScores, path: tuple[str, ...], scale: int, look: str
) -> str:
    """Add the published value of the metric."""
    factor = sums.factor * scale
    above, below = times(sums.above, constant(factor.numerator)), times(sums.below, constant(factor.denominator))
    formula = published_formula(quotient(above, below, half_even=book.half_even), scale)
    if sums.missing is not None:
        formula = f'IF({sums.missing},"",{formula})'
    cells: list[float | int | str] = []
    stands = []
    for place, row in enumerate(table.rows):
        present = int(scores.states[row]) not in _WITHOUT_VALUE
        cells.append(cell_of(int(scores.values[row]), scale) if present else "")
        numbers = sums.numerators[place] * factor.numerator, sums.denominators[place] * factor.denominator
        stands.append(present and not fits(*numbers))
    return table.add(
        (*path, "value"), book.say("workbook.value"), cells, kind="figure", look=look, formula=formula, stands=stands
    )


class _Fitting:
    """Says in which rows the numbers of an attainment are small enough for a formula."""

    def __init__(self, *products: Sequence[int]) -> None:
        self._products = products

    def __call__(self, place: int) -> bool:
        return fits(*(numbers[place] for numbers in self._products))


def _compared(
    sums: Sums, asked: Asked | None, attainment: str, metric_scale: int, scale: int
) -> tuple[Whole, Whole, _Fitting]:
    """Give what an attainment is the quotient of: value, value / target, or value - target, in last places."""
    tops, bottoms = sums.numerators, sums.denominators
    if asked is None:
        factor = sums.factor * scale
        up, down = factor.numerator, factor.denominator
        fitting = _Fitting([top * up for top in tops], [bottom * down for bottom in bottoms])
        return times(sums.above, constant(up)), times(sums.below, constant(down)), fitting
    targets = [0 if whole is None else whole for whole in asked.wholes]
    if attainment == "ratio":
        factor = sums.factor * metric_scale * scale
        up, down = factor.numerator, factor.denominator
        below = [bottom * target * down for bottom, target in zip(bottoms, targets, strict=True)]
        fitting = _Fitting([top * up for top in tops], below)
        return times(sums.above, constant(up)), times(sums.below, asked.whole, constant(down)), fitting
    last_places = scale * (100 if attainment == "percentage_points" else 1)
    value, target, down = _over_one(sums.factor * last_places, Fraction(last_places, metric_scale))
    taken = [wanted * bottom * target for wanted, bottom in zip(targets, bottoms, strict=True)]
    fitting = _Fitting([top * value for top in tops], taken, [bottom * down for bottom in bottoms])
    above = times(sums.above, constant(value)).plus(times(asked.whole, sums.below, constant(-target)))
    return above, times(sums.below, constant(down)), fitting


def _over_one(value: Fraction, target: Fraction) -> tuple[int, int, int]:
    """Bring two fractions over one denominator."""
    down = value.denominator * target.denominator // gcd(value.denominator, target.denominator)
    return int(value * down), int(target * down), down


def on_curve(
    table: RoleTable,
    book: Book,
    curve: LaidCurve,
    read_from: str,
    read_wholes: Sequence[int | None],
    given: Sequence[int | None],
    *,
    path: tuple[str, ...],
    scale_out: int,
    fill: str,
    name: str = "points",
    look: str = "",
) -> str:
    """Add the line of a curve that a number lies on, and what the curve gives there."""
    lines = curve.lines
    places = [None if whole is None else lines.place(whole) for whole in read_wholes]
    far = [whole is not None and abs(whole) >= SHOWN for whole in read_wholes]
    segment = table.add(
        (*path, "segment"),
        book.say("workbook.segment"),
        ["" if place is None else place + 1 for place in places],
        kind="step",
        look="0",
        formula=f'IF({read_from}="","",MATCH({read_from},{curve.starts},1))',
        stands=far,
        inner=True,
    )
    sloped = any(line.b for line in lines.lines)
    above = curve.at("a", segment)
    if sloped:
        above = f"({above}+{curve.at('b', segment)}*{read(read_from, curve.scale_in, None).text})"
    below = Whole.of(curve.at("c", segment), LIMIT)
    if all(line.c in {0, 1} for line in lines.lines):
        below = constant(1)
    formula = published_formula(quotient(Whole.of(above, LIMIT), below, half_even=book.half_even), scale_out)
    stands = [
        beyond or (place is not None and not lines.lines[place].exact)
        for beyond, place in zip(far, places, strict=True)
    ]
    return table.add(
        (*path, name),
        book.say("workbook.points") if name == "points" else book.say("workbook.adjustment"),
        ["" if whole is None else cell_of(whole, scale_out) for whole in given],
        kind="figure",
        look=look or decimals(book.plan.places.points),
        formula=f'IF({read_from}="",{fill},{formula})',
        stands=stands,
    )

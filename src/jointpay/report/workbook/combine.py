"""Columns that put points together: sum of weight times points, or mean, or smallest, then modifiers, then rounding."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, gcd, lcm, prod

from jointpay.money.rounding import Rounding
from jointpay.plan.roles import Combine
from jointpay.report.workbook.book import Book, Points
from jointpay.report.workbook.plan_sheet import PlanCell
from jointpay.report.workbook.table import RoleTable, decimals
from jointpay.report.workbook.whole import (
    LIMIT,
    Whole,
    cell_of,
    constant,
    fits,
    published_formula,
    quotient,
    read,
    times,
)

__all__ = ["Part", "add_combined"]

_ROOT_LIMIT = 10**10
"""Largest root, in last places, that a float is near enough to."""
_NEAR = 1e-13
"""A root this near to a tie, relative to itself, is taken for the tie; computing it errs by less."""


@dataclass(frozen=True, slots=True)
class Part:
    """Points that are put together, with their weight."""

    name: str
    points: Points
    weight: Fraction


@dataclass(frozen=True, slots=True)
class _Mixed:
    """What modifiers multiply: a column, as a whole number over another, and the rows' numbers."""

    above: Whole
    below: Whole
    up: int
    """The mean in last places is above / below * up."""
    aboves: list[int]
    belows: list[int]
    most: int
    """Largest magnitude of the mean, in last places."""


def add_combined(
    table: RoleTable,
    book: Book,
    parts: Sequence[Part],
    modifiers: Sequence[Points],
    given: Sequence[int | None],
    *,
    combine: Combine,
    path: tuple[str, ...],
    head: str,
    fill: str,
) -> tuple[str, int]:
    """Add the published points of a component, or the score, and the steps before them.

    Gives the reference, and the largest magnitude of what is put together.
    """
    weights = _Weights(table, book, parts, path)
    scale = book.points_scale
    unit = 100 * scale
    factors = [_factor(modifier, unit, scale) for modifier in modifiers]
    most = ceil(
        max(part.points.most for part in parts)
        * prod((Fraction(max(m.most, unit if m.optional else 0), unit) for m in modifiers), start=Fraction(1))
    )
    if combine == "weighted_geometric":
        formula, stands = _root(table, book, parts, weights, factors, given, path, most)
    else:
        mixed = (_mean if combine == "weighted_mean" else _least)(table, book, parts, weights, path)
        whole = Fraction(mixed.up * prod(factor.grain for factor in factors), unit ** len(factors))
        above = times(mixed.above, *(factor.whole for factor in factors), constant(whole.numerator))
        below = times(mixed.below, constant(whole.denominator))
        formula = quotient(above, below, half_even=book.half_even)
        stands = [
            not fits(
                mixed.aboves[place] * prod(factor.wholes[place] for factor in factors) * whole.numerator,
                mixed.belows[place] * whole.denominator,
            )
            for place in range(len(table.rows))
        ]
    text = published_formula(formula, scale)
    if weights.optional:
        text = f"IF({weights.reference}=0,{fill},{text})"
    reference = table.add(
        path,
        head,
        ["" if whole is None else cell_of(whole, scale) for whole in given],
        kind="figure",
        look=decimals(book.plan.places.points),
        formula=text,
        stands=[stand and weights.present[place] > 0 for place, stand in enumerate(stands)],
    )
    return reference, most


class _Weights:
    """The weights of parts as whole numbers on the sheet of the plan, and their sum over what counts."""

    def __init__(self, table: RoleTable, book: Book, parts: Sequence[Part], path: tuple[str, ...]) -> None:
        common = lcm(*(part.weight.denominator for part in parts))
        self.wholes = [int(part.weight * common) for part in parts]
        self.cells = []
        sheet = book.plan_sheet
        first = len(sheet.rows) + 1
        for part, whole in zip(parts, self.wholes, strict=True):
            label = " · ".join((table.role_title, *(band for band in table.bands if band), part.name))
            row = sheet.put(PlanCell(label), PlanCell(whole, "#,##0", "fixed"), PlanCell(float(part.weight), "0.00%"))
            self.cells.append(sheet.reference(row, 1))
        self.optional = any(part.points.optional for part in parts)
        places = range(len(table.rows))
        self.present = [
            sum(w for part, w in zip(parts, self.wholes, strict=True) if part.points.wholes[place] is not None)
            for place in places
        ]
        if self.optional:
            terms = [
                f'IF({part.points.reference}="",0,{cell})' if part.points.optional else cell
                for part, cell in zip(parts, self.cells, strict=True)
            ]
            self.reference = table.add(
                (*path, "weights"),
                book.say("workbook.weights"),
                self.present,
                kind="step",
                look="#,##0",
                formula="+".join(terms),
                inner=True,
            )
        else:
            column = self.cells[0].rpartition("!")[2].replace("$", "")[0]
            label = book.say("workbook.weights_whole")
            last = len(sheet.rows)
            formula = f"SUM({column}{first}:{column}{last})"
            row = sheet.put(PlanCell(label), PlanCell(common, "#,##0", "step", formula))
            self.reference = sheet.reference(row, 1)
        self.whole = Whole.of(self.reference, common)


@dataclass(frozen=True, slots=True)
class _Factor:
    """A modifier as a whole number of grains; one that is left out is a whole unit."""

    whole: Whole
    wholes: list[int]
    grain: int


def _factor(modifier: Points, unit: int, scale: int) -> _Factor:
    grain = gcd(modifier.grain, unit if modifier.optional else 0) or 1
    most = max(modifier.most, unit if modifier.optional else 0) // grain
    whole = read(modifier.reference, Fraction(scale, grain), most)
    if modifier.optional:
        whole = Whole(f'IF({modifier.reference}="",{unit // grain},{whole.text})', whole.checks, whole.most)
    return _Factor(whole, [(unit if number is None else number) // grain for number in modifier.wholes], grain)


def _mean(table: RoleTable, book: Book, parts: Sequence[Part], weights: _Weights, path: tuple[str, ...]) -> _Mixed:
    """Add the sum of weight times points."""
    scale = book.points_scale
    grain = gcd(*(part.points.grain for part in parts)) or 1
    most = sum(whole * part.points.most for part, whole in zip(parts, weights.wholes, strict=True))
    terms = []
    for part, cell in zip(parts, weights.cells, strict=True):
        reference = f"N({part.points.reference})" if part.points.optional else part.points.reference
        terms.append(f"{cell}*{read(reference, scale, part.points.most).text}")
    sums = [
        sum(w * (part.points.wholes[place] or 0) for part, w in zip(parts, weights.wholes, strict=True))
        for place in range(len(table.rows))
    ]
    text = "+".join(terms)
    total = f"({text})" if most <= LIMIT else f"IF(ABS({text})>{LIMIT},NA(),{text})"
    reference = table.add(
        (*path, "sum"),
        book.say("workbook.weighted_sum"),
        [cell_of(number, scale) for number in sums],
        kind="step",
        look=decimals(book.plan.places.points),
        formula=published_formula(total, scale),
        stands=[not fits(number) for number in sums],
        inner=True,
    )
    above = read(reference, Fraction(scale, grain), most // grain)
    highest = max(part.points.most for part in parts)
    # A sum that stands as it is may be text, so what is made of it stands too.
    aboves = [number // grain if fits(number) else number for number in sums]
    return _Mixed(above, weights.whole, grain, aboves, weights.present, highest)


def _least(table: RoleTable, book: Book, parts: Sequence[Part], weights: _Weights, path: tuple[str, ...]) -> _Mixed:
    """Add the smallest points that count."""
    scale = book.points_scale
    grain = gcd(*(part.points.grain for part in parts)) or 1
    most = max(part.points.most for part in parts)
    present = [
        [whole for part in parts if (whole := part.points.wholes[place]) is not None]
        for place in range(len(table.rows))
    ]
    smallest = [min(wholes, default=None) for wholes in present]
    text = f"MIN({','.join(part.points.reference for part in parts)})"
    reference = table.add(
        (*path, "smallest"),
        book.say("workbook.smallest"),
        ["" if number is None else cell_of(number, scale) for number in smallest],
        kind="step",
        look=decimals(book.plan.places.points),
        formula=f'IF({weights.reference}=0,"",{text})' if weights.optional else text,
        inner=True,
    )
    above = read(reference, Fraction(scale, grain), most // grain)
    return _Mixed(above, constant(1), grain, [(number or 0) // grain for number in smallest], [1] * len(smallest), most)


def _root(
    table: RoleTable,
    book: Book,
    parts: Sequence[Part],
    weights: _Weights,
    factors: Sequence[_Factor],
    given: Sequence[int | None],
    path: tuple[str, ...],
    most: int,
) -> tuple[str, list[bool]]:
    """Add the weighted geometric mean as a float, and give the formula that rounds it with the modifiers.

    A root that is not rational never lies on a tie, and one that does is met to within `_NEAR`; so that near a tie is
    taken for it. Whether this gives what the engine found is tried for every row; where not, the number stands.
    """
    scale, unit = book.points_scale, 100 * book.points_scale
    terms = []
    for part, cell in zip(parts, weights.cells, strict=True):
        whole = read(part.points.reference, scale, None).text
        base = f'IF({part.points.reference}="",1,{whole})' if part.points.optional else whole
        terms.append(f"POWER({base},{cell}/{weights.reference})")
    roots = [_power_product(parts, weights, place) for place in range(len(table.rows))]
    text = "*".join(terms)
    mean = f"{text}/{scale}" if scale > 1 else text
    reference = table.add(
        (*path, "root"),
        book.say("workbook.geometric"),
        ["" if root is None else root / scale for root in roots],
        kind="step",
        look=decimals(book.plan.places.points + 4),
        formula=f'IF({weights.reference}=0,"",{mean})' if weights.optional else mean,
        inner=True,
    )
    times_unit = [factor.whole.text for factor in factors]
    grains = prod(factor.grain for factor in factors)
    exact = "*".join([f"{reference}*{scale}" if scale > 1 else reference, *times_unit])
    ratio = Fraction(grains, unit ** len(factors))
    exact += ("" if ratio.numerator == 1 else f"*{ratio.numerator}") + (
        "" if ratio.denominator == 1 else f"/{ratio.denominator}"
    )
    rounded = f"ROUND({exact}*(1+1E-13),0)"
    if book.half_even:
        near = f"ABS(ABS({exact}-TRUNC({exact}))-0.5)<=ABS({exact})*1E-13"
        rounded = f"IF({near},2*ROUND({exact}/2,0),ROUND({exact},0))"
    if most > _ROOT_LIMIT:
        rounded = f"IF(ABS({exact})>{_ROOT_LIMIT},NA(),{rounded})"
    stands = []
    for place, root in enumerate(roots):
        value = 0.0 if root is None else root * prod(factor.wholes[place] for factor in factors) * float(ratio)
        found = _rounded_root(value, rounding=book.plan.rounding)
        stands.append(abs(value) > _ROOT_LIMIT or found != given[place])
    return rounded, stands


def _power_product(parts: Sequence[Part], weights: _Weights, place: int) -> float | None:
    present = weights.present[place]
    if not present:
        return None
    made = 1.0
    for part, weight in zip(parts, weights.wholes, strict=True):
        points = part.points.wholes[place]
        made *= 1.0 if points is None else float(points) ** (weight / present)
    return made


def _rounded_root(value: float, *, rounding: Rounding) -> int:
    """Round as the formula does."""
    size = abs(value)
    part = size - int(size)
    if rounding == "half_even" and abs(part - 0.5) <= size * _NEAR:
        whole = int(size) + (int(size) % 2)
    else:
        whole = int(size * (1 + _NEAR) + 0.5) if rounding != "half_even" else int(size + 0.5)
    return -whole if value < 0 else whole

"""Targets: what was asked of each payee row, published before it is used."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, prod
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.exact import largest, round_quotient, round_rational
from jointpay.engine.order import distinct_rows
from jointpay.engine.room import filled, plane, read_off
from jointpay.findings import Finding, Place
from jointpay.money.rounding import published
from jointpay.panel.rules import MeasureRule
from jointpay.panel.scopes import ScopeSums
from jointpay.panel.windows import Windows
from jointpay.plan.metrics import RatioMetric
from jointpay.plan.scopes import OwnScope, Scope
from jointpay.plan.targets import (
    BenchmarkTarget,
    DateRange,
    FixedTarget,
    GroupTarget,
    GrowthTarget,
    TableTarget,
)

__all__ = ["Asked", "Asking", "Baseline", "publish_targets", "ratio_parts"]

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]
WHOLE_SAFE = 2**61


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """The sums that a growth or group target was made of. Shapes: (P,)."""

    share_denominator: int
    numerators: Whole
    denominators: Whole
    days: Whole
    """Days whose facts were counted: those held in the role for own items, else all; 0 where there is no baseline."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Published targets, and where there is none for want of a baseline. Shapes: (P,)."""

    targets: Whole
    missing: Mask | None
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """What a target is made from: the sums of a role, and the measure."""

    sums: ScopeSums
    rule: MeasureRule
    published: dict[int, Asked]
    """Targets made of other facts, by what the rule asks: added here, and taken from here."""
    findings: list[Finding]
    """Cells that a target table lacks are added here."""

    @property
    def half_even(self) -> bool:
        """Where a tie goes."""
        return self.sums.scene.plan.rounding == "half_even"

    @property
    def scales_by_days(self) -> bool:
        """Whether a row that holds the seat for part of the period is asked for part of the target."""
        return self.sums.scene.plan.partial_period == "by_days" and not self.rule.is_ratio


def ratio_parts(asking: Asking, scope: Scope, windows: Windows) -> tuple[Whole, Whole, int]:
    """Give numerators, denominators and share denominator of the metric over windows. Shapes: (P,).

    A metric that is a total has its share denominator as denominator.
    """
    sums = asking.sums
    shares = sums.scene.dataset.credits.share_denominator if isinstance(scope, OwnScope) else 1
    metric = asking.rule.metric
    if isinstance(metric, RatioMetric):
        above = sums.sums(scope, metric.numerator, windows)
        return above, sums.sums(scope, metric.denominator, windows), shares
    return sums.sums(scope, metric.total, windows), sums.constant(shares), shares


def _publish(asking: Asking, values: Iterable[Fraction]) -> Whole:
    """Publish numbers in last places of the metric."""
    plan, places = asking.sums.scene.plan, asking.rule.metric.places
    return np.array([published(value, places=places, rounding=plan.rounding) for value in values], dtype=np.int64)


def _scaled(asking: Asking, values: Sequence[Fraction], keys: Whole | None = None) -> Asked:
    """Publish values[key] of every row, by days where the metric asks for it; no keys: the one value for all.

    A number is published once for each combination of key and days that occurs.
    """
    rows = asking.sums.rows
    if not rows.size:
        return Asked(np.empty(0, dtype=np.int64), None)
    if not asking.scales_by_days:
        if keys is None:
            return Asked(filled(rows.size, int(_publish(asking, values)[0])), None)
        return Asked(read_off(_publish(asking, values), keys), None)
    lengths, which = asking.sums.lengths
    if keys is None:
        return Asked(read_off(_publish(asking, (values[0] * Fraction(*length) for length in lengths)), which), None)
    pairs, each = distinct_rows([keys, which])
    return Asked(
        read_off(_publish(asking, (values[key] * Fraction(*lengths[length]) for key, length in pairs)), each), None
    )


def _key_codes(
    asking: Asking, keys: Sequence[str], rows: Whole, items: Whole | None
) -> tuple[Whole, list[tuple[str, ...]]]:
    """Give each entry the code of its combination of key values, and each code its values."""
    sums, scene = asking.sums, asking.sums.scene
    columns, labels = [], []
    for key in keys:
        match key:
            case "person":
                columns.append(sums.rows.persons[rows])
                labels.append(scene.dataset.people.person_ids)
            case "period":
                columns.append(sums.rows.periods[rows])
                labels.append(tuple(span.id for span in scene.spans))
            case "item":
                columns.append(items if items is not None else rows)
                labels.append(scene.item_ids)
            case _:
                columns.append(scene.seats.groups[key][sums.rows.seats[rows]])
                labels.append(scene.dataset.people.group_values[key])
    combinations, which = distinct_rows(columns)
    values = [tuple(names[code] for names, code in zip(labels, codes, strict=True)) for codes in combinations]
    return which, values


def _cells(asking: Asking, name: str, keys: Sequence[str], wanted: list[tuple[str, ...]]) -> list[Fraction]:
    """Look the cells up; a missing cell becomes a finding and counts as 0 until the findings are raised."""
    table = asking.sums.scene.dataset.targets[name]
    order = [table.keys.index(key) for key in keys]
    by_key = {tuple(values[place] for place in order): number for values, number in table.values.items()}
    found = []
    for values in wanted:
        if values not in by_key:
            told = ", ".join(f"{key} {value!r}" for key, value in zip(keys, values, strict=True))
            asking.findings.append(
                Finding(
                    code="target_missing",
                    severity="error",
                    place=Place(source="targets", path=asking.rule.path, who=told),
                    message=f"target {name!r} has no row for {told}; next: add the row to the targets table",
                )
            )
        found.append(by_key.get(values, Fraction(0)))
    return found


def _from_table(asking: Asking, target: TableTarget) -> Asked:
    sums = asking.sums
    if not sums.rows.size:
        return Asked(np.empty(0, dtype=np.int64), None)
    if "item" in target.keys:
        return _by_item(asking, target)
    codes, values = _key_codes(asking, target.keys, np.arange(sums.rows.size), None)
    cells = _cells(asking, target.name, target.keys, values)
    return _scaled(asking, cells, codes)


def _by_item(asking: Asking, target: TableTarget) -> Asked:
    """Put the targets of a row's items together by credit: by days for a total, by denominators for a ratio."""
    sums, metric = asking.sums, asking.rule.metric
    pairs = sums.own_pairs(sums.now)
    if not pairs.rows.size:
        return Asked(np.zeros(sums.rows.size, dtype=np.int64), None)
    codes, values = _key_codes(asking, target.keys, pairs.rows, pairs.items)
    cells = _cells(asking, target.name, target.keys, values)
    common = lcm(*(cell.denominator for cell in cells))
    numbers = [int(cell * common) for cell in cells]
    if isinstance(metric, RatioMetric):
        amounts = sums.scene.by_item.sums(metric.denominator, pairs.low, pairs.high) * pairs.shares
        divisor = sums.sums(OwnScope(kind="own"), metric.denominator, sums.now)
    else:
        amounts = (pairs.ends - pairs.starts) * pairs.shares
        divisor = sums.rows.period_days * sums.scene.dataset.credits.share_denominator
    scale = 10**metric.places
    # At least 1 each, so that the targets alone are inside the bound too where nothing is credited.
    most = max(largest(amounts), 1) * max(1, *map(abs, numbers)) * pairs.rows.size * scale
    kind = np.int64 if max(most, max(largest(divisor), 1) * common) < WHOLE_SAFE else object
    above = np.zeros(sums.rows.size, dtype=kind)
    np.add.at(above, pairs.rows, amounts.astype(kind) * np.array(numbers, dtype=kind)[codes])
    below = divisor.astype(kind) * common
    undefined = (below <= 0).astype(np.bool_)
    below[undefined] = 1
    found = round_rational(above * scale, below, half_even=asking.half_even)
    return Asked(np.where(undefined, 0, found), None)


def _growth(asking: Asking, target: GrowthTarget) -> Asked:
    """Publish baseline * (1 + by), scaled for lengths where the metric is a total."""
    sums, rows, rule = asking.sums, asking.sums.rows, asking.rule
    own = isinstance(rule.scope, OwnScope)
    days = sums.baseline(target.over, own=own)
    above, below, shares = ratio_parts(asking, rule.scope, days.windows)
    up, down = [above], [below]
    if not rule.is_ratio:
        if isinstance(target.over, DateRange):
            up.append(rows.period_days)
            down.append(days.in_span)
        if asking.scales_by_days:
            up.append(rows.days)
            down.append(rows.period_days)
            if own:
                up.append(days.in_span)
                down.append(days.counted)
    missing = _too_thin(asking, below, shares)
    if sums.span(days.counted)[0] == 0:
        missing = _also(missing, days.counted == 0)
    return _times(asking, up, down, missing, Baseline(shares, above, below, days.counted))


def _of_group(asking: Asking, target: GroupTarget) -> Asked:
    """Publish the group's value of the same ratio over the same days, times 1 + by."""
    above, below, shares = ratio_parts(asking, target.scope, asking.sums.now)
    missing = _too_thin(asking, below, shares)
    return _times(asking, [above], [below], missing, Baseline(shares, above, below, asking.sums.rows.days))


def _too_thin(asking: Asking, denominators: Whole, shares: int) -> Mask | None:
    """Give the rows where a ratio is undefined or its sample too thin; None: there are none, as in any total."""
    least = max(asking.rule.min_count * shares, 1)
    return denominators < least if asking.rule.is_ratio and asking.sums.span(denominators)[0] < least else None


def _also(rows: Mask | None, others: Mask) -> Mask:
    """Unite rows."""
    return others if rows is None else rows | others


def _times(asking: Asking, up: list[Whole], down: list[Whole], missing: Mask | None, baseline: Baseline) -> Asked:
    """Publish prod(up) / prod(down) * what the rule multiplies by; 0 where there is no baseline."""
    times, span = asking.rule.times, asking.sums.span
    spans = [span(column) for column in up]
    most = prod(max(-low, high) for low, high in spans), prod(max(span(column)[1], 1) for column in down)
    found = round_quotient(
        [*up, times.numerator],
        [*(column if missing is None else np.maximum(column, 1) for column in down), times.denominator],
        half_even=asking.half_even,
        most=most,
        signed=times < 0 or any(low < 0 for low, _ in spans),
        out=plane(asking.sums.rows.size),
        room=asking.sums.room,
    )
    if missing is not None:
        found[missing] = 0
    return Asked(found, missing, baseline)


def _of_other_facts(asking: Asking, target: GrowthTarget | GroupTarget) -> Asked:
    """Publish a target that is made of other facts."""
    return _growth(asking, target) if isinstance(target, GrowthTarget) else _of_group(asking, target)


def publish_targets(asking: Asking) -> Asked | None:
    """Publish the target of every payee row, in last places of the metric; None where the rule has none. Shapes: (P,).

    What was published for one measure is given to all that ask the same, except where a table may lack cells for each.
    """
    rows, rule = asking.sums.rows, asking.rule
    match rule.target:
        case None:
            return None
        case FixedTarget(value=value):
            return _scaled(asking, [value])
        case BenchmarkTarget(series=series, by=by):
            if not rows.size:
                return Asked(np.empty(0, dtype=np.int64), None)
            codes, values = _key_codes(asking, ("period",), np.arange(rows.size), None)
            cells = _cells(asking, series, ("period",), values)
            return _scaled(asking, [cell * (1 + by) for cell in cells], codes)
        case TableTarget():
            return _from_table(asking, rule.target)
        case GrowthTarget() | GroupTarget():
            if rule.like not in asking.published:
                asking.published[rule.like] = _of_other_facts(asking, rule.target)
            return asking.published[rule.like]
        case _:
            assert_never(rule.target)

"""Evaluate curves on published numbers: whole numbers in, whole numbers out, so a curve is a table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.exact import WHOLE_SAFE, round_rational
from jointpay.engine.room import Room

__all__ = ["LONGEST_TABLE", "Line", "LineCurve", "TableCurve", "evaluate", "make_curve"]

Whole = NDArray[np.int64]

LONGEST_TABLE = 2**17
"""A longer table would fall out of the cache; such curves are evaluated line by line."""

NOWHERE = 2**62
"""Beyond every published number."""


@dataclass(frozen=True, slots=True)
class Line:
    """One straight line over whole numbers: y = (rise * x + offset) / divisor for first <= x <= last, rounded."""

    first: int
    last: int
    rise: int
    offset: int
    divisor: int


@dataclass(frozen=True, slots=True, eq=False)
class TableCurve:
    """A curve as the list of its values; level beyond both ends.

    Shapes: values (X,), values[k] belongs to x = first + k.
    """

    first: int
    values: Whole
    refuses_below: bool
    refuses_above: bool


@dataclass(frozen=True, slots=True, eq=False)
class LineCurve:
    """A curve too long for a table: lines in rising order, without gap; level beyond both ends."""

    lines: tuple[Line, ...]
    refuses_below: bool
    refuses_above: bool


def _on_line(line: Line, x: Whole, *, half_even: bool) -> Whole:
    # At least 1, so that the slope alone is inside the bound too on a line that holds only 0.
    reach = max(abs(line.first), abs(line.last), 1)
    small = abs(line.rise) * reach + abs(line.offset) < WHOLE_SAFE and line.divisor < WHOLE_SAFE
    kind = np.int64 if small else object
    above = x.astype(kind) * line.rise + line.offset
    return round_rational(above, np.array(line.divisor, dtype=kind), half_even=half_even)


def make_curve(
    lines: Sequence[Line], *, refuses_below: bool, refuses_above: bool, half_even: bool
) -> TableCurve | LineCurve:
    """Make a curve of lines that follow one another; beyond the first and last it is level, or refuses.

    Formula: table[x - first] = round((rise * x + offset) / divisor). No line at all (a curve that refuses both sides and
    has no published number between) refuses everything.
    """
    if not lines:
        return TableCurve(NOWHERE, np.zeros(1, dtype=np.int64), refuses_below=True, refuses_above=True)
    first, last = lines[0].first, lines[-1].last
    if last - first >= LONGEST_TABLE:
        return LineCurve(tuple(lines), refuses_below, refuses_above)
    values = np.concatenate(
        [_on_line(line, np.arange(line.first, line.last + 1, dtype=np.int64), half_even=half_even) for line in lines]
    )
    return TableCurve(first, values, refuses_below, refuses_above)


def evaluate(
    curve: TableCurve | LineCurve, x: Whole, *, half_even: bool, out: Whole | None = None, room: Room | None = None
) -> tuple[Whole, NDArray[np.bool_] | None]:
    """Give a curve's value at every x, and where it refuses to answer (None: nowhere).

    Shapes: x (n,) int64; returns (n,) int64, in `out` where that is given, and (n,) bool or None. Where it refuses, the
    value is the nearest end's. `room` is where to work, optional.
    """
    values = np.empty(x.size, dtype=np.int64) if out is None else out
    if isinstance(curve, TableCurve):
        first, last = curve.first, curve.first + curve.values.size - 1
        room = Room(x.size) if room is None else room
        used = room.used
        places = np.subtract(x, first, out=room.whole()) if first else x
        # Cutting off at both ends of the table is what level ends mean.
        curve.values.take(places, mode="clip", out=values)
        room.used = used
    else:
        first, last = curve.lines[0].first, curve.lines[-1].last
        inside = np.clip(x, first, last)
        starts = np.array([line.first for line in curve.lines], dtype=np.int64)
        which = np.searchsorted(starts, inside, side="right") - 1
        for place, line in enumerate(curve.lines):
            here = np.flatnonzero(which == place)
            values[here] = _on_line(line, inside[here], half_even=half_even)
    refused = None
    if curve.refuses_below or curve.refuses_above:
        mask = np.zeros(x.size, dtype=np.bool_)
        if curve.refuses_below:
            mask |= x < first
        if curve.refuses_above:
            mask |= x > last
        refused = mask if mask.any() else None
    return values, refused

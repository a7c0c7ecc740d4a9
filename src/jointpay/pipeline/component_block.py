"""One block of one role: its components, each made of measures, links and modifiers, and the score they make."""

from collections.abc import Sequence
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.combine import everything_left_out, geometric_mean, least, weighted_mean
from jointpay.engine.room import Block
from jointpay.panel.panel import Reading
from jointpay.pipeline.measure_block import attain_block, points_block
from jointpay.pipeline.run import Run
from jointpay.results.scorecard import MISSING_REASONS, MeasureScores

__all__ = ["ALL_LEFT_OUT", "component_block", "score_block"]

Whole = NDArray[np.int64]
Rows = NDArray[np.intp]
Attained = dict[int, Rows | None]

ALL_LEFT_OUT = np.int8(MISSING_REASONS.index("all_left_out"))


def _measure(run: Run, place: int, reading: Reading, block: Block, attained: Attained) -> tuple[Whole, Rows | None]:
    """Fill one block of a measure; give its points, and the rows in which it has no value."""
    scores, rows, room = run.made.get(reading.path), block.rows, block.room
    values: Whole | None = None
    if isinstance(scores, MeasureScores):
        key, attainments, points = id(scores.attainments), scores.attainments[rows], scores.points[rows]
        states = scores.states[rows]
        if scores.values is not reading.numerators:
            values = scores.values[rows]
    else:
        # Nobody keeps them. The room is not given back before the block ends, because images are taken in between.
        key, attainments, points = id(reading), room.whole(), room.whole()
        states = room.whole().view(np.int8)[: room.size]
    if key in run.filled and key not in attained:
        gone = np.flatnonzero(states)
        attained[key] = gone if gone.size else None
    elif key not in attained:
        # Otherwise another measure of this block is attained alike, and shares the arrays.
        attained[key] = attain_block(reading, block, run.plan, values=values, attainments=attainments, states=states)
    absent, marks = attained[key], run.marks[place]
    if reading.stops:
        marks.add(f"missing {reading.path}", block, absent)
    if scores is None or id(scores.points) not in run.filled:
        refused = points_block(
            reading, block, attainments=attainments, points=points, absent=absent, half_even=run.half_even
        )
        marks.add(f"refused {reading.path}", block, refused)
    return points, absent


def component_block(run: Run, place: int, inner: int, block: Block, attained: Attained) -> None:
    """Fill one block: measures, modifiers, and the component they make.

    `attained` keeps, for this block, which attainments are there and the rows they are missing in.
    """
    component, out = run.panel.roles[place].components[inner], run.out[place].components[inner]
    if id(out.points) in run.filled:
        return
    unit, room, half_even = 100 * 10**run.plan.places.points, block.room, run.half_even
    points: list[Whole] = []
    left_out: list[Rows | None] = []
    for part in (*component.ingredients, *component.modifiers):
        if isinstance(part, Reading):
            made, gone = _measure(run, place, part, block, attained)
        else:
            link = run.made[part.path]
            made, alone = link.points[block.rows], np.flatnonzero(link.states[block.rows])
            gone = alone if alone.size else None
        points.append(made)
        left_out.append(gone if part.fill is None else None)
    count = len(component.ingredients)
    factors = [_present(*each, unit) for each in zip(points[count:], left_out[count:], strict=True)]
    points, left_out = points[:count], left_out[:count]
    made, weights = out.points[block.rows], component.weights
    match component.combine:
        case "weighted_mean":
            weighted_mean(
                points, weights, left_out, factors, factor_unit=unit, half_even=half_even, out=made, room=room
            )
        case "weighted_geometric":
            geometric_mean(
                points, weights, left_out, factors, factor_unit=unit, half_even=half_even, out=made, room=room
            )
        case "minimum":
            least(points, left_out, factors, factor_unit=unit, half_even=half_even, out=made, room=room)
        case _:
            assert_never(component.combine)
    _leave_out(made, out.states[block.rows], left_out, component.fill or 0)


def _present(factor: Whole, gone: Rows | None, unit: int) -> Whole:
    """Give a factor with one unit where it is left out."""
    if gone is None:
        return factor
    filled = factor.copy()
    filled[gone] = unit
    return filled


def _leave_out(made: Whole, states: NDArray[np.int8], left_out: Sequence[Rows | None], fill: int) -> None:
    """Write the states, and what is given where everything is left out."""
    states.fill(0)
    absent = everything_left_out(left_out)
    if absent is not None:
        made[absent] = fill
        states[absent] = ALL_LEFT_OUT


def score_block(run: Run, place: int, block: Block) -> None:
    """Put the components of a role together."""
    role, out, rows = run.panel.roles[place], run.out[place], block.rows
    left_out = [run.left_out(place, inner, rows) for inner in range(len(role.components))]
    points, made = [component.points[rows] for component in out.components], out.scores[rows]
    weighted_mean(points, role.weights, left_out, [], factor_unit=1, half_even=run.half_even, out=made, room=block.room)
    _leave_out(made, out.states[rows], left_out, 0)

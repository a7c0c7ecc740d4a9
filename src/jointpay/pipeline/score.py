"""Score: every measure, component and score of all payees and periods at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from jointpay.data.dataset import Dataset
from jointpay.engine.combine import everything_left_out, geometric_mean, least, weighted_mean
from jointpay.engine.couple import link_points
from jointpay.engine.room import Block
from jointpay.errors import DataError, MissingValueError
from jointpay.findings import Finding, Place
from jointpay.panel.panel import ComponentPanel, LinkPanel, Panel, Reading, RolePanel, make_panel
from jointpay.pipeline.allocate import allocate
from jointpay.pipeline.blocks import in_blocks
from jointpay.pipeline.conserve import conserve
from jointpay.pipeline.measure_block import attain_block, points_block
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import (
    MISSING_REASONS,
    LinkScores,
    MeasureScores,
    RoleScores,
    Scorecard,
)

__all__ = ["ENGINE_VERSION", "score", "score_panel"]

ENGINE_VERSION = "1"
"""Raised whenever a published number of any plan could differ from the version before."""

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

NO_PARTNER = np.int8(MISSING_REASONS.index("no_partner"))
ALL_LEFT_OUT = np.int8(MISSING_REASONS.index("all_left_out"))

VALUE_MISSING = (
    "there is no value (a ratio without or with too small a denominator, or no usable target), and the missing policy is "
    "`error`; next: add the data, or choose another policy"
)
CURVE_REFUSES = (
    "the attainment lies where the curve refuses to answer; next: check the data, or say in the plan what the curve "
    "gives there"
)
COMPONENT_MISSING = (
    "everything it is made of is left out, and its missing policy is `error`; next: add the data, or choose another "
    "policy"
)


class _Marks:
    """Rows marked by several blocks, by name; nothing is kept for a name without marks."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._marks: dict[str, Mask] = {}

    def add(self, name: str, block: Block, marks: Mask | Rows | None) -> None:
        """Mark rows of a block."""
        if marks is None:
            return
        # setdefault is one step for the interpreter, so two threads get the same array.
        whole = self._marks.get(name)
        if whole is None:
            whole = self._marks.setdefault(name, np.zeros(self._size, dtype=np.bool_))
        whole[block.rows][marks] = True

    def of(self, name: str) -> Mask | None:
        """Give the marks of a name, None where there are none."""
        return self._marks.get(name)


@dataclass(frozen=True, slots=True)
class _Run:
    """One run: what it reads, where it writes, and the rows that it has marked."""

    panel: Panel
    out: tuple[RoleScores, ...]
    marks: tuple[_Marks, ...]

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.panel.scene.plan

    @property
    def half_even(self) -> bool:
        """Whether a tie goes to the even neighbour."""
        return self.plan.rounding == "half_even"

    def left_out(self, place: int, component: ComponentPanel) -> Mask | None:
        """Give the rows in which a component is left out of what reads it, None where there are none."""
        return self.marks[place].of(component.path) if component.fill is None else None

    def tell(self, role: RolePanel, rows: Mask | None, path: str, code: str, says: str) -> list[Finding]:
        """Make one finding per row, naming person and period."""
        scene = self.panel.scene
        return [
            Finding(
                code=code,
                severity="error",
                place=Place(
                    path=path,
                    who=f"person {scene.dataset.people.person_ids[role.rows.persons[row]]!r}, "
                    f"period {scene.spans[role.rows.periods[row]].id!r}",
                ),
                message=says,
            )
            for row in ([] if rows is None else np.flatnonzero(rows).tolist())
        ]


def _link(run: _Run, place: int, link: LinkPanel, out: LinkScores) -> None:
    """Average the partners of every row."""
    partner = run.panel.roles[link.role]
    inner = next(inner for inner, component in enumerate(partner.components) if component.name == link.component)
    points, alone = link_points(
        link.rows,
        link.partners,
        link.weights,
        run.out[link.role].components[inner].points,
        run.left_out(link.role, partner.components[inner]),
        size=run.panel.roles[place].rows.size,
        half_even=run.half_even,
    )
    points[alone] = link.fill or 0
    out.points[:] = points
    out.states[:] = np.where(alone, NO_PARTNER, np.int8(0))


def _measure_block(
    run: _Run, place: int, reading: Reading, out: MeasureScores, block: Block, attained: dict[int, Rows | None]
) -> tuple[Whole, Rows | None]:
    """Fill one block of a measure; give its points, and the rows in which they are left out."""
    rows, key = block.rows, id(out.attainments)
    attainments, points = out.attainments[rows], out.points[rows]
    if key not in attained:
        # Otherwise another measure of this block is attained alike, and shares the arrays.
        values = None if out.values is reading.numerators else out.values[rows]
        attained[key] = attain_block(
            reading, block, run.plan, values=values, attainments=attainments, states=out.states[rows]
        )
    absent = attained[key]
    refused = points_block(
        reading, block, attainments=attainments, points=points, absent=absent, half_even=run.half_even
    )
    if reading.stops:
        run.marks[place].add(f"missing {reading.path}", block, absent)
    run.marks[place].add(f"refused {reading.path}", block, refused)
    return points, absent if reading.fill is None else None


def _component_block(run: _Run, place: int, inner: int, block: Block, attained: dict[int, Rows | None]) -> None:
    """Fill one block: measures, modifiers, and the component they make."""
    component, out = run.panel.roles[place].components[inner], run.out[place].components[inner]
    unit = 100 * 10**run.plan.places.points
    points: list[Whole] = []
    left_out: list[Rows | None] = []
    for reading, scores in zip(
        (*component.ingredients, *component.modifiers), (*out.measures, *out.modifiers), strict=True
    ):
        if isinstance(reading, Reading) and isinstance(scores, MeasureScores):
            made, gone = _measure_block(run, place, reading, scores, block, attained)
        else:
            made = scores.points[block.rows]
            alone = np.flatnonzero(scores.states[block.rows])
            gone = alone if alone.size and reading.fill is None else None
        points.append(made)
        left_out.append(gone)
    count = len(component.ingredients)
    factors = [_present(*each, unit) for each in zip(points[count:], left_out[count:], strict=True)]
    points, left_out = points[:count], left_out[:count]
    room, target, half_even = block.room, out.points[block.rows], run.half_even
    match component.combine:
        case "weighted_mean":
            weights = component.weights
            weighted_mean(
                points, weights, left_out, factors, factor_unit=unit, half_even=half_even, out=target, room=room
            )
        case "weighted_geometric":
            weights = component.weights
            geometric_mean(
                points, weights, left_out, factors, factor_unit=unit, half_even=half_even, out=target, room=room
            )
        case "minimum":
            least(points, left_out, factors, factor_unit=unit, half_even=half_even, out=target, room=room)
        case _:
            assert_never(component.combine)
    absent = _leave_out(target, out.states[block.rows], left_out, component.fill or 0)
    run.marks[place].add(component.path, block, absent)


def _present(factor: Whole, gone: Rows | None, unit: int) -> Whole:
    """Give a factor with one unit where it is left out."""
    if gone is None:
        return factor
    filled = factor.copy()
    filled[gone] = unit
    return filled


def _leave_out(made: Whole, states: NDArray[np.int8], left_out: Sequence[Rows | None], fill: int) -> Rows | None:
    """Write states, and what is given where everything is left out; give those rows, None for none."""
    states.fill(0)
    absent = everything_left_out(left_out)
    if absent is not None:
        made[absent] = fill
        states[absent] = ALL_LEFT_OUT
    return absent


def _score_block(run: _Run, place: int, block: Block) -> None:
    """Put the components of a role together."""
    role, out, rows = run.panel.roles[place], run.out[place], block.rows
    masks = [run.left_out(place, component) for component in role.components]
    gone = [None if mask is None else np.flatnonzero(mask[rows]) for mask in masks]
    left_out = [None if each is None or not each.size else each for each in gone]
    points = [component.points[rows] for component in out.components]
    made = out.scores[rows]
    weighted_mean(points, role.weights, left_out, [], factor_unit=1, half_even=run.half_even, out=made, room=block.room)
    _leave_out(made, out.states[rows], left_out, 0)


def _stages(panel: Panel) -> list[dict[int, list[int]]]:
    """Group components so that each comes after all that it links to: per stage, those of every role."""
    levels: dict[tuple[str, str], int] = {}
    stages: list[dict[int, list[int]]] = []
    for place, inner in panel.order:
        component = panel.roles[place].components[inner]
        links = [ingredient for ingredient in component.ingredients if isinstance(ingredient, LinkPanel)]
        level = max((levels[panel.roles[link.role].name, link.component] + 1 for link in links), default=0)
        levels[panel.roles[place].name, component.name] = level
        if level == len(stages):
            stages.append({})
        stages[level].setdefault(place, []).append(inner)
    return stages


def _fill(run: _Run, threads: int | None) -> None:
    """Compute everything, stage by stage; a role's score in the stage of its last component."""
    stages = _stages(run.panel)
    for level, stage in enumerate(stages):
        works: list[tuple[int, Callable[[Block], None]]] = []
        for place, inners in stage.items():
            role, out = run.panel.roles[place], run.out[place]
            for inner in inners:
                for ingredient, scores in zip(
                    role.components[inner].ingredients, out.components[inner].measures, strict=True
                ):
                    if isinstance(ingredient, LinkPanel) and isinstance(scores, LinkScores):
                        _link(run, place, ingredient, scores)
            last = not any(place in later for later in stages[level + 1 :])

            def work(block: Block, place: int = place, inners: list[int] = inners, *, last: bool = last) -> None:
                attained: dict[int, Rows | None] = {}
                for inner in inners:
                    _component_block(run, place, inner, block, attained)
                if last:
                    _score_block(run, place, block)

            works.append((role.rows.size, work))
        in_blocks(works, threads=threads)


def _tell(run: _Run) -> None:
    """Raise for the rows that stop the run."""
    missing: list[Finding] = []
    refused: list[Finding] = []
    missing_later: list[Finding] = []
    for place, inner in run.panel.order:
        role, marks, out = run.panel.roles[place], run.marks[place], run.out[place].components[inner]
        component = role.components[inner]
        for ingredient, scores in zip(component.ingredients, out.measures, strict=True):
            if isinstance(ingredient, LinkPanel) and ingredient.stops:
                partner = f"role {run.panel.roles[ingredient.role].name!r}"
                says = (
                    f"nobody in {partner} shares an item or has component {ingredient.component!r}, "
                    "and the missing policy is `error`; next: add the credits, or choose another policy"
                )
                missing_later += run.tell(role, scores.states == NO_PARTNER, ingredient.path, "no_partner", says)
        for reading in (*component.ingredients, *component.modifiers):
            if isinstance(reading, Reading):
                missing += run.tell(
                    role, marks.of(f"missing {reading.path}"), reading.path, "value_missing", VALUE_MISSING
                )
                refused += run.tell(
                    role, marks.of(f"refused {reading.path}"), reading.path, "curve_refuses", CURVE_REFUSES
                )
        if component.stops:
            missing_later += run.tell(
                role, marks.of(component.path), component.path, "component_missing", COMPONENT_MISSING
            )
    if missing:
        raise MissingValueError(missing)
    if refused:
        raise DataError(refused)
    if missing_later:
        raise MissingValueError(missing_later)


def score_panel(
    panel: Panel, *, threads: int | None = None, out: tuple[RoleScores, ...] | None = None
) -> tuple[RoleScores, ...]:
    """Score a panel that has been made already.

    `out` is what an earlier call for the same plan and payee rows returned, whatever the totals and targets were: its
    arrays are filled again, which saves the memory of new ones.

    Raises `MissingValueError` listing every value whose missing policy is `error`, and `DataError` (curve_refuses)
    listing every attainment that a curve refuses.
    """
    run = _Run(panel, allocate(panel, out), tuple(_Marks(role.rows.size) for role in panel.roles))
    _fill(run, threads)
    _tell(run)
    return run.out


def score(
    plan: Plan, dataset: Dataset, *, periods: Sequence[str] | None = None, threads: int | None = None
) -> Scorecard:
    """Score everybody in every period: from facts to scores, every number between kept.

    The stages are: credited totals, metric values, published targets, attainments, measure points, component points,
    score; each is the correctly rounded value of an exact formula. Scoring never sees a salary.

    Parameters
    ----------
    plan
        The plan that `dataset` was read with.
    dataset
        What happened.
    periods
        Ids of the periods to score; None scores every period of the plan in which there is a fact.
    threads
        Threads to use; None picks one or two by size. The result is the same for any number.

    Returns
    -------
    Scorecard
        One row per seat and period. A period without facts, named in `periods`, gives rows whose totals are zero.

    Raises
    ------
    MismatchError
        The dataset was read with another plan, or a period is not one of the plan's.
    MissingValueError
        A value is missing and its policy is `error`; everybody concerned is listed.
    DataError
        The targets table lacks cells, or a curve refuses an attainment; everything is listed.
    TooLargeError
        Numbers too large to be exact.
    """
    panel = make_panel(plan, dataset, periods)
    people = dataset.people
    return Scorecard(
        plan=plan,
        data_digest=dataset.digest,
        engine_version=ENGINE_VERSION,
        periods=panel.scene.spans,
        person_ids=people.person_ids,
        names=tuple(people.names.get(person, "") for person in people.person_ids),
        roles=score_panel(panel, threads=threads),
        conservation=conserve(panel),
        backend=dataset.facts.backend,
    )

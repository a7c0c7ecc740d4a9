"""Score: every measure, component and score of all payees and periods at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from jointpay.data.dataset import Dataset
from jointpay.engine.combine import geometric_mean, least, weighted_mean
from jointpay.engine.couple import link_points
from jointpay.errors import DataError, MissingValueError
from jointpay.findings import Finding, Place
from jointpay.panel.panel import ComponentPanel, LinkPanel, Panel, Reading, RolePanel, make_panel
from jointpay.pipeline.allocate import allocate
from jointpay.pipeline.blocks import in_blocks
from jointpay.pipeline.conserve import conserve
from jointpay.pipeline.measure_block import measure_block
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import (
    MISSING_REASONS,
    ComponentScores,
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

NO_PARTNER = np.int8(MISSING_REASONS.index("no_partner"))
ALL_LEFT_OUT = np.int8(MISSING_REASONS.index("all_left_out"))


@dataclass(frozen=True, slots=True)
class _Run:
    """One run: what it reads, where it writes, and the problems it has met."""

    panel: Panel
    out: tuple[RoleScores, ...]
    threads: int | None
    left_out: dict[tuple[int, str], Mask | None] = field(default_factory=dict)
    missing: list[Finding] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    missing_later: list[Finding] = field(default_factory=list)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.panel.scene.plan

    @property
    def half_even(self) -> bool:
        """Whether a tie goes to the even neighbour."""
        return self.plan.rounding == "half_even"

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


class _Marks:
    """Rows marked by several blocks, by name; nothing is kept for a name without marks."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._marks: dict[str, Mask] = {}

    def add(self, name: str, rows: slice, marks: Mask | None) -> None:
        """Mark rows of a block."""
        if marks is None:
            return
        if name not in self._marks:
            # setdefault is one step for the interpreter, so two threads get the same array.
            self._marks.setdefault(name, np.zeros(self._size, dtype=np.bool_))
        self._marks[name][rows] = marks

    def of(self, name: str) -> Mask | None:
        """Give the marks of a name, None where there are none."""
        return self._marks.get(name)


def _all_of(masks: Sequence[Mask | None]) -> Mask | None:
    """Give the rows in which everything is left out, or None."""
    known = [mask for mask in masks if mask is not None]
    if len(known) < len(masks):
        return None
    absent: Mask = np.logical_and.reduce(known)
    return absent if absent.any() else None


def _link(run: _Run, role: RolePanel, link: LinkPanel, out: LinkScores) -> None:
    """Average the partners of every row."""
    partner = next(scores for scores in run.out[link.role].components if scores.name == link.component)
    points, alone = link_points(
        link.rows,
        link.partners,
        link.weights,
        partner.points,
        run.left_out[link.role, link.component],
        size=role.rows.size,
        half_even=run.half_even,
    )
    points[alone] = link.fill or 0
    out.points[:] = points
    out.states[:] = np.where(alone, NO_PARTNER, np.int8(0))
    if link.stops:
        run.missing_later.extend(
            run.tell(
                role,
                alone,
                link.path,
                "no_partner",
                f"nobody in role {run.panel.roles[link.role].name!r} shares an item or has component {link.component!r}, "
                "and the missing policy is `error`; next: add the credits, or choose another policy",
            )
        )


def _component_block(run: _Run, component: ComponentPanel, out: ComponentScores, rows: slice, marks: _Marks) -> None:
    """Fill one block: measures, modifiers, and the component they make."""
    unit = 100 * 10**run.plan.places.points
    points: list[Whole] = []
    left_out: list[Mask | None] = []
    for reading, scores in zip(
        (*component.ingredients, *component.modifiers), (*out.measures, *out.modifiers), strict=True
    ):
        if isinstance(reading, Reading) and isinstance(scores, MeasureScores):
            missing, refused = measure_block(reading, scores, rows, run.plan)
            marks.add(f"missing {reading.path}", rows, missing)
            marks.add(f"refused {reading.path}", rows, refused)
        else:
            alone = scores.states[rows] != 0
            missing = alone if alone.any() else None
        points.append(scores.points[rows])
        left_out.append(missing if reading.fill is None else None)
    count = len(component.ingredients)
    factors = [
        factor if gone is None else np.where(gone, unit, factor)
        for factor, gone in zip(points[count:], left_out[count:], strict=True)
    ]
    points, left_out = points[:count], left_out[:count]
    half_even = run.half_even
    match component.combine:
        case "weighted_mean":
            made = weighted_mean(points, component.weights, left_out, factors, factor_unit=unit, half_even=half_even)
        case "weighted_geometric":
            made = geometric_mean(points, component.weights, left_out, factors, factor_unit=unit, half_even=half_even)
        case "minimum":
            made = least(points, left_out, factors, factor_unit=unit, half_even=half_even)
        case _:
            assert_never(component.combine)
    out.states[rows] = 0
    absent = _all_of(left_out)
    if absent is not None:
        made[absent] = component.fill or 0
        out.states[rows][absent] = ALL_LEFT_OUT
        marks.add("absent", rows, absent)
    out.points[rows] = made


def _component(run: _Run, place: int, inner: int) -> None:
    """Compute one component of one role."""
    role = run.panel.roles[place]
    component, out = role.components[inner], run.out[place].components[inner]
    marks = _Marks(role.rows.size)
    for ingredient, scores in zip(component.ingredients, out.measures, strict=True):
        if isinstance(ingredient, LinkPanel) and isinstance(scores, LinkScores):
            _link(run, role, ingredient, scores)
    in_blocks(role.rows.size, lambda rows: _component_block(run, component, out, rows, marks), threads=run.threads)
    for reading in (*component.ingredients, *component.modifiers):
        if isinstance(reading, Reading):
            _tell_reading(run, role, reading, marks)
    absent = marks.of("absent")
    if component.stops:
        run.missing_later.extend(
            run.tell(
                role,
                absent,
                component.path,
                "component_missing",
                "everything it is made of is left out, and its missing policy is `error`; "
                "next: add the data, or choose another policy",
            )
        )
    run.left_out[place, component.name] = absent if component.fill is None else None


def _tell_reading(run: _Run, role: RolePanel, reading: Reading, marks: _Marks) -> None:
    """Note the rows that stop the run."""
    if reading.stops:
        run.missing.extend(
            run.tell(
                role,
                marks.of(f"missing {reading.path}"),
                reading.path,
                "value_missing",
                "there is no value (a ratio without or with too small a denominator, or no usable target), and the "
                "missing policy is `error`; next: add the data, or choose another policy",
            )
        )
    run.refused.extend(
        run.tell(
            role,
            marks.of(f"refused {reading.path}"),
            reading.path,
            "curve_refuses",
            "the attainment lies where the curve refuses to answer; "
            "next: check the data, or say in the plan what the curve gives there",
        )
    )


def _role_scores(run: _Run, place: int) -> None:
    """Put the components of a role together."""
    role, out = run.panel.roles[place], run.out[place]
    left_out = [run.left_out[place, component.name] for component in role.components]

    def block(rows: slice) -> None:
        masks = [None if mask is None else mask[rows] for mask in left_out]
        points = [component.points[rows] for component in out.components]
        made = weighted_mean(points, role.weights, masks, [], factor_unit=1, half_even=run.half_even)
        out.states[rows] = 0
        absent = _all_of(masks)
        if absent is not None:
            made[absent] = 0
            out.states[rows][absent] = ALL_LEFT_OUT
        out.scores[rows] = made

    in_blocks(role.rows.size, block, threads=run.threads)


def score_panel(
    panel: Panel, *, threads: int | None = None, out: tuple[RoleScores, ...] | None = None
) -> tuple[RoleScores, ...]:
    """Score a panel that has been made already.

    `out` is what an earlier call on a panel of the same shape returned: its arrays are filled again, which saves the
    memory of new ones.

    Raises `MissingValueError` listing every value whose missing policy is `error`, and `DataError` (curve_refuses)
    listing every attainment that a curve refuses.
    """
    run = _Run(panel, allocate(panel) if out is None else out, threads)
    for place, inner in panel.order:
        _component(run, place, inner)
    if run.missing:
        raise MissingValueError(run.missing)
    if run.refused:
        raise DataError(run.refused)
    if run.missing_later:
        raise MissingValueError(run.missing_later)
    for place in range(len(panel.roles)):
        _role_scores(run, place)
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

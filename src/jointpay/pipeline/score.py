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
from jointpay.panel.conserve import conserve
from jointpay.panel.panel import ComponentPanel, LinkPanel, Panel, Reading, RolePanel, make_panel
from jointpay.pipeline.blocks import in_blocks
from jointpay.pipeline.measure_block import empty_scores, measure_block
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import (
    MISSING_REASONS,
    ComponentScores,
    LinkScores,
    MeasureScores,
    PayeeRows,
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


@dataclass(slots=True)
class _Run:
    """What a run has found so far."""

    panel: Panel
    threads: int | None
    left_out: dict[tuple[int, str], Mask | None] = field(default_factory=dict)
    done: dict[tuple[int, str], ComponentScores] = field(default_factory=dict)
    missing: list[Finding] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    missing_later: list[Finding] = field(default_factory=list)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.panel.scene.plan

    @property
    def half_even(self) -> bool:
        """Where a tie goes."""
        return self.plan.rounding == "half_even"

    def tell(self, role: RolePanel, rows: Whole, path: str, code: str, says: str) -> list[Finding]:
        """Make one finding per row, naming person and period."""
        scene = self.panel.scene
        found = []
        for row in rows.tolist():
            person = scene.dataset.people.person_ids[role.rows.persons[row]]
            period = scene.spans[role.rows.periods[row]].id
            found.append(
                Finding(
                    code=code,
                    severity="error",
                    place=Place(path=path, who=f"person {person!r}, period {period!r}"),
                    message=says,
                )
            )
        return found


def _left_out(missing: Mask | None, fill: int | None) -> Mask | None:
    """Give the rows to be left out: none where a policy fills them."""
    return missing if fill is None else None


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """The arrays of one component while its blocks are filled."""

    scores: tuple[MeasureScores | LinkScores, ...]
    modifiers: tuple[MeasureScores, ...]
    points: Whole
    states: NDArray[np.int8]
    missing: dict[str, Mask]
    refused: dict[str, Mask]


def _linked(run: _Run, role: RolePanel, link: LinkPanel) -> tuple[LinkScores, Mask]:
    """Average the partners of every row; give the rows that have none."""
    partner = run.done[link.role, link.component]
    size = role.rows.size
    points, alone = link_points(
        link.rows,
        link.partners,
        link.weights,
        partner.points,
        run.left_out[link.role, link.component],
        size=size,
        half_even=run.half_even,
    )
    points[alone] = link.fill or 0
    if link.stops:
        run.missing_later += run.tell(
            role,
            np.flatnonzero(alone),
            link.path,
            "no_partner",
            f"nobody in role {run.panel.roles[link.role].name!r} shares an item or has component {link.component!r}, "
            "and the missing policy is `error`; next: add the credits, or choose another policy",
        )
    states = np.where(alone, NO_PARTNER, np.int8(0)).astype(np.int8)
    scores = LinkScores(
        link.name, link.rows.astype(np.int32), link.partners.astype(np.int32), link.weights, points, states
    )
    return scores, alone


def _component_block(run: _Run, component: ComponentPanel, parts: _Parts, rows: slice) -> None:
    """Fill one block: measures, modifiers, and the component they make."""
    unit = 100 * 10**run.plan.places.points
    points: list[Whole] = []
    left_out: list[Mask | None] = []
    factors: list[Whole] = []
    for reading, scores in zip(
        (*component.ingredients, *component.modifiers), (*parts.scores, *parts.modifiers), strict=True
    ):
        if isinstance(reading, Reading) and isinstance(scores, MeasureScores):
            missing, refused = measure_block(reading, scores, rows, run.plan)
            if missing is not None:
                parts.missing[reading.path][rows] = missing
            if refused is not None:
                parts.refused[reading.path][rows] = refused
        else:
            alone = scores.states[rows] != 0
            missing = alone if alone.any() else None
        gone = _left_out(missing, reading.fill)
        if len(points) < len(component.ingredients):
            points.append(scores.points[rows])
            left_out.append(gone)
        else:
            factors.append(scores.points[rows] if gone is None else np.where(gone, unit, scores.points[rows]))
    match component.combine:
        case "weighted_mean":
            combined = weighted_mean(
                points, component.weights, left_out, factors, factor_unit=unit, half_even=run.half_even
            )
        case "weighted_geometric":
            combined = geometric_mean(
                points, component.weights, left_out, factors, factor_unit=unit, half_even=run.half_even
            )
        case "minimum":
            combined = least(points, left_out, factors, factor_unit=unit, half_even=run.half_even)
        case _:
            assert_never(component.combine)
    absent = _all_of(left_out)
    if absent is not None:
        combined[absent] = component.fill or 0
        parts.states[rows] = np.where(absent, ALL_LEFT_OUT, np.int8(0))
    parts.points[rows] = combined


def _all_of(masks: Sequence[Mask | None]) -> Mask | None:
    """Give the rows in which everything is left out, or None."""
    known = [mask for mask in masks if mask is not None]
    if len(known) < len(masks):
        return None
    absent: Mask = np.logical_and.reduce(known)
    return absent if absent.any() else None


def _component(run: _Run, place: int, component: ComponentPanel) -> None:
    """Compute one component of one role."""
    role = run.panel.roles[place]
    size = role.rows.size
    scores: list[MeasureScores | LinkScores] = [
        empty_scores(ingredient) if isinstance(ingredient, Reading) else _linked(run, role, ingredient)[0]
        for ingredient in component.ingredients
    ]
    readings = [reading for reading in (*component.ingredients, *component.modifiers) if isinstance(reading, Reading)]
    parts = _Parts(
        tuple(scores),
        tuple(empty_scores(modifier) for modifier in component.modifiers),
        np.empty(size, dtype=np.int64),
        np.zeros(size, dtype=np.int8),
        {reading.path: np.zeros(size, dtype=np.bool_) for reading in readings},
        {reading.path: np.zeros(size, dtype=np.bool_) for reading in readings},
    )
    in_blocks(size, lambda rows: _component_block(run, component, parts, rows), threads=run.threads)
    for reading in readings:
        if reading.stops:
            run.missing += run.tell(
                role,
                np.flatnonzero(parts.missing[reading.path]),
                reading.path,
                "value_missing",
                "there is no value (a ratio without or with too small a denominator, or no usable target), and the "
                "missing policy is `error`; next: add the data, or choose another policy",
            )
        run.refused += run.tell(
            role,
            np.flatnonzero(parts.refused[reading.path]),
            reading.path,
            "curve_refuses",
            "the attainment lies where the curve refuses to answer; next: check the data, or say what the curve gives there",
        )
    key = (place, component.name)
    absent: Mask = parts.states != 0
    if component.stops:
        run.missing_later += run.tell(
            role,
            np.flatnonzero(absent),
            component.path,
            "component_missing",
            "everything it is made of is left out, and its missing policy is `error`; next: add the data, or choose another policy",
        )
    run.left_out[key] = _left_out(absent, component.fill) if absent.any() else None
    run.done[key] = ComponentScores(component.name, parts.scores, parts.modifiers, parts.points, parts.states)


def _role_scores(run: _Run, place: int) -> RoleScores:
    """Put the components of a role together."""
    role = run.panel.roles[place]
    components = [run.done[place, component.name] for component in role.components]
    left_out = [run.left_out[place, component.name] for component in role.components]
    scores, states = np.empty(role.rows.size, dtype=np.int64), np.zeros(role.rows.size, dtype=np.int8)

    def block(rows: slice) -> None:
        masks = [None if mask is None else mask[rows] for mask in left_out]
        scores[rows] = weighted_mean(
            [component.points[rows] for component in components],
            role.weights,
            masks,
            [],
            factor_unit=1,
            half_even=run.half_even,
        )
        absent = _all_of(masks)
        if absent is not None:
            states[rows] = np.where(absent, ALL_LEFT_OUT, np.int8(0))
            scores[rows][absent] = 0

    in_blocks(role.rows.size, block, threads=run.threads)
    payees = PayeeRows(
        role.rows.periods.astype(np.int32),
        role.rows.persons.astype(np.int32),
        role.rows.starts.astype(np.int32),
        role.rows.ends.astype(np.int32),
    )
    return RoleScores(role.name, payees, tuple(components), scores, states)


def score_panel(panel: Panel, *, threads: int | None = None) -> tuple[RoleScores, ...]:
    """Score a panel that has been made already.

    Raises `MissingValueError` listing every value whose missing policy is `error`, and `DataError` (curve_refuses)
    listing every attainment that a curve refuses.
    """
    run = _Run(panel, threads)
    for place, inner in panel.order:
        _component(run, place, panel.roles[place].components[inner])
    if run.missing:
        raise MissingValueError(run.missing)
    if run.refused:
        raise DataError(run.refused)
    if run.missing_later:
        raise MissingValueError(run.missing_later)
    return tuple(_role_scores(run, place) for place in range(len(panel.roles)))


def score(
    plan: Plan, dataset: Dataset, *, periods: Sequence[str] | None = None, threads: int | None = None
) -> Scorecard:
    """Score everybody in every period: from facts to scores, every number between kept.

    The stages and their formulas are those of `docs/concepts`: credited totals, metric values, published targets,
    attainments, measure points, component points, score. It never sees a salary.

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
        findings=(),
        backend=dataset.facts.backend,
    )

"""Score: every measure, component and score of all payees and periods at once."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jointpay.data.dataset import Dataset
from jointpay.engine.couple import link_points
from jointpay.engine.room import Block
from jointpay.errors import DataError, MissingValueError
from jointpay.findings import Finding, Place
from jointpay.panel.panel import LinkPanel, Panel, Reading, RolePanel, make_panel
from jointpay.pipeline.allocate import Known, allocate
from jointpay.pipeline.blocks import in_blocks
from jointpay.pipeline.component_block import component_block, score_block
from jointpay.pipeline.conserve import conserve
from jointpay.pipeline.run import Marks, Run
from jointpay.plan.plan import Plan
from jointpay.results.conservation import Conservation
from jointpay.results.scorecard import MISSING_REASONS, LinkScores, MeasureScores, RoleScores, Scorecard

__all__ = ["ENGINE_VERSION", "Keep", "score", "score_panel", "scorecard_of"]

ENGINE_VERSION = "1"
"""Raised whenever a published number of any plan could differ from the version before."""

Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
Keep = Literal["all", "summary"]

NO_PARTNER = np.int8(MISSING_REASONS.index("no_partner"))

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


def _link(run: Run, place: int, link: LinkPanel, out: MeasureScores | LinkScores) -> None:
    """Average the partners of every row."""
    partner = run.panel.roles[link.role]
    inner = next(inner for inner, component in enumerate(partner.components) if component.name == link.component)
    gone = run.left_out(link.role, inner, slice(None))
    left_out: Mask | None = None
    if gone is not None:
        left_out = np.zeros(partner.rows.size, dtype=np.bool_)
        left_out[gone] = True
    points, alone = link_points(
        link.rows,
        link.partners,
        link.weights,
        run.out[link.role].components[inner].points,
        left_out,
        size=run.panel.roles[place].rows.size,
        half_even=run.half_even,
    )
    points[alone] = link.fill or 0
    out.points[:] = points
    out.states[:] = np.where(alone, NO_PARTNER, np.int8(0))


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


def _fill(run: Run, threads: int | None) -> None:
    """Compute everything, stage by stage; a role's score in the stage of its last component."""
    stages = _stages(run.panel)
    for level, stage in enumerate(stages):
        works: list[tuple[int, Callable[[Block], None]]] = []
        for place, inners in stage.items():
            for inner in inners:
                for ingredient in run.panel.roles[place].components[inner].ingredients:
                    if isinstance(ingredient, LinkPanel):
                        _link(run, place, ingredient, run.made[ingredient.path])
            last = not any(place in later for later in stages[level + 1 :])

            def work(block: Block, place: int = place, inners: list[int] = inners, *, last: bool = last) -> None:
                attained: dict[int, Rows | None] = {}
                for inner in inners:
                    component_block(run, place, inner, block, attained)
                if last:
                    score_block(run, place, block)

            works.append((run.panel.roles[place].rows.size, work))
        in_blocks(works, threads=threads)


def _found(run: Run, role: RolePanel, rows: Mask | None, path: str, code: str, says: str) -> list[Finding]:
    """Make one finding per row, naming person and period."""
    scene = run.panel.scene
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


def _tell(run: Run) -> None:
    """Raise for the rows that stop the run."""
    missing: list[Finding] = []
    refused: list[Finding] = []
    missing_later: list[Finding] = []
    for place, inner in run.panel.order:
        role, marks = run.panel.roles[place], run.marks[place]
        component, states = role.components[inner], run.out[place].components[inner].states
        for part in (*component.ingredients, *component.modifiers):
            if isinstance(part, Reading):
                rows = marks.of(f"missing {part.path}")
                missing += _found(run, role, rows, part.path, "value_missing", VALUE_MISSING)
                rows = marks.of(f"refused {part.path}")
                refused += _found(run, role, rows, part.path, "curve_refuses", CURVE_REFUSES)
            elif part.stops:
                says = (
                    f"nobody in role {run.panel.roles[part.role].name!r} shares an item or has component "
                    f"{part.component!r}, and the missing policy is `error`; "
                    "next: add the credits, or choose another policy"
                )
                rows = run.made[part.path].states == NO_PARTNER
                missing_later += _found(run, role, rows, part.path, "no_partner", says)
        if component.stops:
            missing_later += _found(run, role, states != 0, component.path, "component_missing", COMPONENT_MISSING)
    if missing:
        raise MissingValueError(missing)
    if refused:
        raise DataError(refused)
    if missing_later:
        raise MissingValueError(missing_later)


def score_panel(
    panel: Panel,
    *,
    threads: int | None = None,
    keep: Keep = "all",
    out: tuple[RoleScores, ...] | None = None,
    known: Known | None = None,
) -> tuple[RoleScores, ...]:
    """Score a panel that has been made already.

    `keep="summary"` keeps no measure, modifier or link. `out` is what an earlier call for the same plan and payee rows
    returned, whatever the totals and targets were: its arrays are filled again, which saves the memory of new ones.
    `known` is what was computed from the same totals under a plan that may differ; what is the same is shared.

    Raises `MissingValueError` listing every value whose missing policy is `error`, and `DataError` (curve_refuses)
    listing every attainment that a curve refuses.
    """
    roles, made, filled = allocate(panel, keep=keep, out=out, known=known)
    run = Run(panel, roles, made, filled, tuple(Marks(role.rows.size) for role in panel.roles))
    _fill(run, threads)
    _tell(run)
    return run.out


def scorecard_of(
    panel: Panel, roles: tuple[RoleScores, ...], *, keep: Keep, conservation: Conservation | None = None
) -> Scorecard:
    """Put what was computed from a panel into a scorecard; `conservation` is that of the same totals, where known."""
    scene, people = panel.scene, panel.scene.dataset.people
    return Scorecard(
        plan=scene.plan,
        data_digest=scene.dataset.digest,
        engine_version=ENGINE_VERSION,
        periods=scene.spans,
        person_ids=people.person_ids,
        names=tuple(people.names.get(person, "") for person in people.person_ids),
        roles=roles,
        conservation=conservation or conserve(panel),
        backend=scene.dataset.facts.backend,
        keep=keep,
    )


def score(
    plan: Plan,
    dataset: Dataset,
    *,
    periods: Sequence[str] | None = None,
    threads: int | None = None,
    keep: Keep = "all",
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
    keep
        ``all`` keeps every number between facts and scores; ``summary`` only components and scores, a
        fraction of the memory. What is not kept can be neither explained nor stored; it can be settled.

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
    return scorecard_of(panel, score_panel(panel, threads=threads, keep=keep), keep=keep)

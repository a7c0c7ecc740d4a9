"""Conservation: what was credited, and, counted fact by fact, what was not, make up what was read."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from jointpay.errors import ConservationError
from jointpay.panel.panel import Panel
from jointpay.panel.scene import Scene
from jointpay.results.conservation import Conservation, ConservationLine

__all__ = ["conserve"]


def _uncredited(scene: Scene, role: int) -> NDArray[np.int64]:
    """Give, for every fact, the part of it credited to nobody in the role, in 1 / D. Shapes: (F,)."""
    edge, _, starts, ends = scene.counting
    here = np.flatnonzero(scene.edges.roles[edge] == role)
    edge = edge[here]
    low, high = scene.by_item.between(scene.edges.items[edge], starts[here], ends[here])
    change = np.zeros(scene.facts.items.size + 1, dtype=np.int64)
    np.add.at(change, low, scene.edges.shares[edge])
    np.subtract.at(change, high, scene.edges.shares[edge])
    rest = np.empty(scene.facts.items.size, dtype=np.int64)
    rest[scene.by_item.order] = scene.dataset.credits.share_denominator - np.cumsum(change)[:-1]
    return rest


def _scored(scene: Scene) -> NDArray[np.bool_]:
    """Tell which facts lie on a day that is scored. Shapes: (F,)."""
    days = scene.dataset.facts.days
    scored = np.zeros(days.size, dtype=np.bool_)
    for span in scene.spans:
        scored |= (days >= span.start) & (days < span.end)
    return scored


def conserve(panel: Panel) -> Conservation:
    """Report, per role and total, that input = credited + unattributed + not scored + excluded.

    Raises `ConservationError` where it is not so, which only a fault of this library can cause.
    """
    scene, plan = panel.scene, panel.scene.plan
    facts, shares = scene.dataset.facts, scene.dataset.credits.share_denominator
    scored = _scored(scene)
    beside = None if scored.all() else (~scored).astype(np.int64)
    # No product of a sum of magnitudes and a share denominator reaches 2**61 (see `make_scene`): plain sums are exact.
    read = {total: int(facts.totals[total].sum()) for total in plan.totals}
    not_scored = {total: 0 if beside is None else int(np.dot(facts.totals[total], beside)) for total in plan.totals}
    excluded = {
        total: tuple((left.reason, left.totals.get(total, 0)) for left in facts.excluded) for total in plan.totals
    }
    lines = []
    for role, name in enumerate(scene.role_names):
        rest = _uncredited(scene, role)
        rest *= scored
        for total in plan.totals:
            credited, unattributed = panel.own_totals[role][total], int(np.dot(facts.totals[total], rest))
            given = read[total] + sum(amount for _, amount in excluded[total])
            # Whole numbers of 1 / shares; the excluded are on both sides.
            difference = (read[total] - not_scored[total]) * shares - credited - unattributed
            if difference != 0:
                raise ConservationError(
                    f"total {total!r} of role {name!r}: {given} was read, but credited, unattributed, not scored and "
                    f"excluded differ from it by {Fraction(difference, shares)}; nothing was scored; next: report this as "
                    "a fault"
                )
            lines.append(
                ConservationLine(
                    role=name,
                    total=total,
                    input=given,
                    credited=Fraction(credited, shares),
                    unattributed=Fraction(unattributed, shares),
                    not_scored=not_scored[total],
                    excluded=excluded[total],
                )
            )
    return Conservation(tuple(lines))

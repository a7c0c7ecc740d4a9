"""Conservation: what was credited, and, counted fact by fact, what was not, make up what was read."""

from fractions import Fraction

import numpy as np

from jointpay.engine.exact import exact_sum
from jointpay.errors import ConservationError
from jointpay.panel.panel import Panel
from jointpay.panel.scene import Scene
from jointpay.results.conservation import Conservation, ConservationLine

__all__ = ["conserve"]


def _uncredited(scene: Scene, role: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give, for every fact in order of (item, day), the part of it credited to nobody in the role, in 1 / D."""
    edge, _, starts, ends = scene.counting()
    here = np.flatnonzero(scene.edges.roles[edge] == role)
    edge = edge[here]
    low, high = scene.by_item.between(scene.edges.items[edge], starts[here], ends[here])
    change = np.zeros(scene.fact_items.size + 1, dtype=np.int64)
    np.add.at(change, low, scene.edges.shares[edge])
    np.subtract.at(change, high, scene.edges.shares[edge])
    return scene.dataset.credits.share_denominator - np.cumsum(change)[:-1]


def conserve(panel: Panel) -> Conservation:
    """Report, per role and total, that input = credited + unattributed + not scored + excluded.

    Raises `ConservationError` where it is not so, which only a fault of this library can cause.
    """
    scene, plan = panel.scene, panel.scene.plan
    facts, shares = scene.dataset.facts, scene.dataset.credits.share_denominator
    scored = np.zeros(facts.days.size, dtype=np.bool_)
    for span in scene.spans:
        scored |= (facts.days >= span.start) & (facts.days < span.end)
    in_order = scored[scene.by_item.order]
    lines = []
    for role, name in enumerate(scene.role_names):
        rest = np.where(in_order, _uncredited(scene, role), 0)
        for total in plan.totals:
            values = facts.totals[total]
            excluded = tuple((left.reason, left.totals.get(total, 0)) for left in facts.excluded)
            line = ConservationLine(
                role=name,
                total=total,
                input=exact_sum(values) + sum(amount for _, amount in excluded),
                credited=Fraction(panel.own_totals[role][total], shares),
                unattributed=Fraction(exact_sum(values[scene.by_item.order] * rest), shares),
                not_scored=exact_sum(np.where(scored, 0, values)),
                excluded=excluded,
            )
            if line.difference != 0:
                raise ConservationError(
                    f"total {total!r} of role {name!r}: {line.input} was read, but credited, unattributed, not scored and "
                    f"excluded differ from it by {line.difference}; nothing was scored; next: report this as a fault"
                )
            lines.append(line)
    return Conservation(tuple(lines))

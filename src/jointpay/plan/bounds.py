"""Bounds: what the author of a plan promises, so that the checks can hold the plan to it."""

from jointpay.plan.values import Model, Name, NonNegative

__all__ = ["Bounds"]


class Bounds(Model):
    """Promises about the plan as a whole."""

    max_partner_share: NonNegative | None = None
    """Largest part of any role's score that other roles drive: `60%`. Absent: no promise."""
    max_cliff_points: NonNegative | None = None
    """Largest jump, in points, of any measure's curve. Absent: no promise."""
    max_cliff_adjustment: NonNegative | None = None
    """Largest jump of any pay curve, such as `5%`. Absent: no promise."""
    not_monotone: tuple[Name, ...] = ()
    """Metrics whose curves may reward the wrong direction. Every other metric never lowers points by getting better."""

"""Components and roles."""

from typing import Annotated, Literal

from pydantic import Field

from jointpay.plan.measures import Ingredient, Missing, Modifier
from jointpay.plan.payout import PayRule
from jointpay.plan.values import Model, Name, Weight, sealed

__all__ = ["MOST_PARTS", "Combine", "Component", "Role"]

MOST_PARTS = 100
"""Most components of a role, and most measures of a component."""

Combine = Literal["weighted_mean", "weighted_geometric", "minimum"]
"""How the measures of a component are put together.

`weighted_mean` compensates fully, `weighted_geometric` partly (one zero makes zero), `minimum` not at all.
"""


class Component(Model):
    """Weighted measures put together by one operator, then multiplied by its modifiers."""

    title: str | None = None
    """What people call it; shown in explanations."""
    weight: Weight
    """Its part of the score; the weights of a role's components sum to exactly 1."""
    combine: Combine
    """`weighted_mean`, `weighted_geometric` or `minimum`."""
    measures: Annotated[dict[Name, Ingredient], Field(min_length=1, max_length=MOST_PARTS), sealed]
    """Measures and links by name; their weights sum to exactly 1 (also under `minimum`, where they only document)."""
    modifiers: Annotated[dict[Name, Modifier], Field(max_length=4), sealed] = {}
    """Modifiers by name, at most four; their points / 100 multiply the component.

    A modifier left out as missing multiplies by 1.
    """
    missing: Missing | None = None
    """What the component counts as where all its measures are left out. Needed exactly where that can happen."""


class Role(Model):
    """A seat in the plan: how its score is made and what it pays."""

    title: str | None = None
    """What people call it; shown in explanations."""
    components: Annotated[dict[Name, Component], Field(min_length=1, max_length=MOST_PARTS), sealed]
    """Components by name; their weights sum to exactly 1."""
    pay: tuple[PayRule, ...] = ()
    """The pay rules; each makes a line of its own."""
    missing: Literal["error", "no_adjustment"] | None = None
    """What happens where the points a pay rule reads are missing: stop, or a line with no adjustment.

    Needed exactly where a component or the score can be missing.
    """

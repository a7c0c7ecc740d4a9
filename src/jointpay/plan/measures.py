"""Measures, links and modifiers: what a component is made of."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from jointpay.plan.curves import Curve
from jointpay.plan.scopes import Scope
from jointpay.plan.targets import Target
from jointpay.plan.values import Exact, Model, Name, Weight, Whole, kind_alone

__all__ = [
    "Attainment",
    "Ingredient",
    "Link",
    "Measure",
    "Missing",
    "MissingError",
    "MissingLeaveOut",
    "MissingNeutral",
    "MissingZero",
    "Modifier",
]


class MissingError(Model):
    """A missing value stops the run, naming everybody it is missing for."""

    kind: Literal["error"]


class MissingLeaveOut(Model):
    """It is left out, and the weights that remain are scaled up to 1."""

    kind: Literal["leave_out"]


class MissingNeutral(Model):
    """It counts as the points stated here."""

    kind: Literal["neutral"]
    points: Exact
    """The points it counts as; 100 is on target."""


class MissingZero(Model):
    """It counts as 0 points."""

    kind: Literal["zero"]


Missing = Annotated[
    Annotated[MissingError | MissingLeaveOut | MissingNeutral | MissingZero, Field(discriminator="kind")],
    kind_alone("error", "leave_out", "zero"),
]

Attainment = Literal["ratio", "difference", "percentage_points", "value"]
"""How the value is compared with the target.

`ratio`: value / target. `difference`: value - target, in the metric's unit. `percentage_points`: the same times 100,
for ratios. `value`: the value itself; no target.
"""


class _Reading(Model):
    metric: Name
    """The metric that is read."""
    scope: Scope
    """Whose facts it is read from: `own`, a group column, or `all`."""
    target: Target | None = None
    """What was asked. Absent exactly where the attainment is `value`."""
    attainment: Attainment
    """How the value is compared with the target."""
    curve: Curve
    """From the attainment to points."""
    missing: Missing
    """What a missing value counts as: `error`, `leave_out`, `{kind: neutral, points: 100}` or `zero`.

    Missing is: a ratio with a denominator of zero or less, or below `min_count`; and, where there is a target, a
    baseline that is missing itself, or a target that is zero or less under attainment `ratio`.
    """
    min_count: Annotated[Whole, Field(ge=1)] | None = None
    """Smallest credited denominator with which a ratio counts; fewer make it missing. Only for ratio metrics."""


class Measure(_Reading):
    """A metric, read in a scope, compared with a target, mapped to points, weighted."""

    kind: Literal["measure"] = "measure"
    weight: Weight
    """Its part of the component; the weights of a component sum to exactly 1."""


class Link(Model):
    """The points of a partner role's component, averaged over the partners by credit shared.

    The weight of a partner is the sum over shared items and days of own share * partner's share.
    """

    kind: Literal["link"]
    role: Name
    """The partner role."""
    component: Name
    """The component of that role that is read, after its modifiers."""
    weight: Weight
    """Its part of the component; the weights of a component sum to exactly 1."""
    missing: Missing
    """What it counts as where there is no partner, or where no partner has the component."""


def _measure_unless_named(value: object) -> object:
    """Let an author leave out `kind: measure`, which is what almost every ingredient is."""
    return {"kind": "measure", **value} if isinstance(value, dict) and "kind" not in value else value


Ingredient = Annotated[Annotated[Measure | Link, Field(discriminator="kind")], BeforeValidator(_measure_unless_named)]


class Modifier(_Reading):
    """A measure whose points / 100 multiply the component: with a staircase of 0 and 100 it is a gate."""

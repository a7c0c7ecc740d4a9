"""Pay rules: from points to an adjustment of a named pay base, and the limits around it."""

from typing import Annotated, Literal

from pydantic import Field

from jointpay.plan.curves import Curve
from jointpay.plan.values import Exact, Flag, Model, Name, NonNegative, kind_alone

__all__ = [
    "AmountCap",
    "AmountFloor",
    "Cap",
    "Floor",
    "Guard",
    "Limit",
    "PayRule",
    "ReadsComponent",
    "ReadsScore",
    "Source",
]


class ReadsScore(Model):
    """The score of the payee."""

    kind: Literal["score"]


class ReadsComponent(Model):
    """The points of one component of the payee."""

    kind: Literal["component"]
    component: Name
    """The component."""


Source = Annotated[Annotated[ReadsScore | ReadsComponent, Field(discriminator="kind")], kind_alone("score")]


class Cap(Model):
    """The adjustment is at most this."""

    kind: Literal["cap"]
    at: Exact
    """Largest adjustment, such as `30%`."""


class Floor(Model):
    """The adjustment is at least this."""

    kind: Literal["floor"]
    at: Exact
    """Smallest adjustment, such as `-10%`."""


class Guard(Model):
    """A deduction is at most this part of the pay base, and what it held back is reported."""

    kind: Literal["guard"]
    at: NonNegative
    """Largest deduction, such as `20%`."""


class AmountCap(Model):
    """The amount is at most this."""

    kind: Literal["amount_cap"]
    amount: Exact
    """Largest amount, in the plan's currency."""


class AmountFloor(Model):
    """The amount is at least this."""

    kind: Literal["amount_floor"]
    amount: Exact
    """Smallest amount, in the plan's currency."""


Limit = Annotated[Cap | Floor | Guard | AmountCap | AmountFloor, Field(discriminator="kind")]


class PayRule(Model):
    """One line of pay: reads points, gives an adjustment in per cent of a pay base, within limits.

    Formula: adjustment = round(curve(points)), then the limits in the order written; amount = round(base * adjustment),
    then the limits on the amount in the order written.
    """

    id: Name
    """Name of the rule; every settlement line carries it."""
    nature: Literal["agreed_variable", "loss_compensation"] = "agreed_variable"
    """What the money is: pay agreed as variable, or compensation of a loss. A guard needs it on a deduction."""
    base: Name
    """The pay base it is a part of, as named in the base pay table."""
    reads: Source
    """`score`, or `{kind: component, component: ...}`."""
    curve: Curve
    """From points to an adjustment; its `gives` are per cents such as `10%`."""
    limits: tuple[Limit, ...] = ()
    """Applied in the order written; limits on the amount come after limits on the adjustment."""
    allow_decreasing: Flag = False
    """Allow a curve that pays less for more points. Refused otherwise."""

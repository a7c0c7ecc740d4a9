"""The statement: everything behind one payee's pay of one period, as exact numbers in no language.

Every form of a statement (text, HTML, JSON, workbook) is written from this record. Published numbers are whole numbers of
their last place, with the places beside them; exact ones are fractions. It holds nothing about anybody else but what
moved this payee: the partners' points that a link reads, and sums of groups that are large enough.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from jointpay.money.rounding import Rounding
from jointpay.plan.calendar import Span
from jointpay.plan.measures import Missing
from jointpay.plan.payout import Limit
from jointpay.plan.pieces import Piece
from jointpay.plan.scopes import Scope
from jointpay.plan.targets import Target

__all__ = [
    "ComponentStatement",
    "CountedTotal",
    "CurvePlace",
    "ItemStatement",
    "LimitStep",
    "LineStatement",
    "LinkStatement",
    "MeasureStatement",
    "Partner",
    "PartnerPoints",
    "RowStatement",
    "Statement",
    "Step",
    "TargetSource",
    "TargetStatement",
]

TargetSource = Literal["fixed", "growth", "group", "table", "benchmark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedTotal:
    """What was counted of one total."""

    total: str
    """Name of the total in the plan."""
    unit: str
    """`count`, or the unit of the values summed."""
    amount: Fraction
    """Credited, in that unit; a fraction where shares or attribution divide it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetStatement:
    """What was asked."""

    source: TargetSource
    asked: Target
    """As the plan says it."""
    published: int
    """In last places of the metric; 0 where there is none."""
    counted: tuple[CountedTotal, ...]
    """What a growth or group target was made of; empty for every other, and where the group is too small to be shown."""
    window: Span | None
    """The days those were counted on; None for every other target, and where there is no baseline."""
    days: int
    """How many of these days were counted."""
    suppressed: bool
    """Whether the sums are left out because too few people make up the group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePlace:
    """Where a number lies on its curve."""

    pieces: tuple[Piece, ...]
    at: int
    """Index of the piece it lies on."""
    x: Fraction
    """The number that was looked up."""
    exact: Fraction
    """What the curve gives, before rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureStatement:
    """One measure or modifier, from what was counted to its points."""

    kind: Literal["measure", "modifier"]
    name: str
    title: str
    metric: str
    unit: str
    """Unit of value and target."""
    places: int
    """Decimals of value and target."""
    driven_by: str | None
    """Role whose work moves the metric; None where nobody's in the plan does."""
    partner_driven: bool
    """Whether that is another role than the payee's."""
    scope: Scope
    counted: tuple[CountedTotal, ...]
    """The total, or numerator and denominator; empty where a group is too small to be shown."""
    suppressed: bool
    """Whether they are left out because too few people make up the group."""
    is_ratio: bool
    factor: Fraction
    """value = counted * factor, or numerator / denominator * factor."""
    value: int | None
    """Published, in last places; None where it is missing."""
    value_exact: Fraction | None
    target: TargetStatement | None
    attainment_kind: Literal["ratio", "difference", "percentage_points", "value"]
    attainment: int | None
    """Published, in last places of the plan's attainments; None where it is missing."""
    attainment_exact: Fraction | None
    curve: CurvePlace | None
    """None where there was nothing to look up."""
    points: int | None
    """Published, or what a missing value counts as; None where it is left out."""
    state: str
    """`present`, or why it is missing: see MISSING_REASONS."""
    missing: Missing
    min_count: int | None
    weight: Fraction | None
    """Its part of the component as the plan says; None for a modifier."""
    weight_held: Fraction | None
    """Its part after those left out; None for a modifier and where it is left out itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerPoints:
    """A partner's component, as a link reads it."""

    payee: str
    name: str
    points: int | None
    """None where the partner has no such points and is left out."""
    weight: Fraction
    """Part of the mean over all partners: own share * partner's share, summed over shared items and days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatement:
    """One link: the mean of the partners' component."""

    name: str
    title: str
    role: str
    """The partner role."""
    component: str
    """The component that is read."""
    partners: tuple[PartnerPoints, ...]
    exact: Fraction | None
    points: int | None
    state: str
    missing: Missing
    weight: Fraction
    weight_held: Fraction | None

    @property
    def partner_driven(self) -> bool:
        """A link is moved by partners only."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentStatement:
    """One component: what it is made of, and how that was put together."""

    name: str
    title: str
    weight: Fraction
    """Its part of the score as the plan says."""
    weight_held: Fraction | None
    """Its part after components left out; None where it is left out itself."""
    combine: Literal["weighted_mean", "weighted_geometric", "minimum"]
    measures: tuple[MeasureStatement | LinkStatement, ...]
    modifiers: tuple[MeasureStatement, ...]
    points: int | None
    state: str
    missing: Missing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one measure, link or modifier did to the score, on the way from 100 points; see `report.score_steps`."""

    component: str
    name: str
    kind: Literal["measure", "link", "modifier", "component"]
    driven_by: str | None
    partner_driven: bool
    points: int
    """In last places; all steps of a row sum to its score less 100 points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitStep:
    """One limit, and what it did."""

    limit: Limit
    bound: int
    """The limit as published: per cent in last places, or minor units."""
    before: int
    after: int

    @property
    def took(self) -> int:
        """What the limit took away; negative where it gave."""
        return self.before - self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStatement:
    """One pay line: from points to the adjustment to the amount."""

    rule: str
    nature: Literal["agreed_variable", "loss_compensation"]
    reads: str | None
    """The component whose points it reads; None: the score."""
    points: int | None
    """None where what it reads is missing: then nothing is adjusted."""
    base: str
    base_minor: int
    curve: CurvePlace | None
    """The pay curve gives parts: 1/10 is 10%."""
    adjustment_given: int
    """As the curve gives it: per cent in last places."""
    adjustment_limits: tuple[LimitStep, ...]
    adjustment: int
    amount_exact: Fraction
    """Base * adjustment, in minor units, before it is rounded."""
    amount_given: int
    """The same, rounded."""
    amount_limits: tuple[LimitStep, ...]
    amount_minor: int

    @property
    def rounding_minor(self) -> Fraction:
        """What rounding added to the amount, in minor units; negative where it took."""
        return self.amount_given - self.amount_exact


@dataclass(frozen=True, slots=True, kw_only=True)
class RowStatement:
    """One seat in the period; a seat that changes inside it makes two rows."""

    role: str
    title: str
    start: int
    end: int
    period: Span
    components: tuple[ComponentStatement, ...]
    score: int | None
    state: str
    steps: tuple[Step, ...]
    """From 100 points to the score; empty where there is none."""
    lines: tuple[LineStatement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Somebody else who is credited on an item."""

    role: str
    payee: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatement:
    """What one item brought the payee in a role, over all channels, and who else worked on it."""

    role: str
    item: str
    counted: tuple[CountedTotal, ...]
    """The totals that the role's measures of own items read, in the order of the plan: what is credited of each."""
    partners: tuple[Partner, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Everything behind one payee's pay of one period."""

    payee: str
    name: str
    period: Span
    plan_id: str
    plan_version: str
    plan_title: str
    plan_digest: str
    data_digest: str
    base_pay_digest: str
    engine_version: str
    rounding: Rounding
    currency: str
    attainment_places: int
    points_places: int
    adjustment_places: int
    group_of_at_least: int
    rows: tuple[RowStatement, ...]
    items: tuple[ItemStatement, ...] | None
    """The items behind what was counted of own items, by role, most of its first total first; None where the statement
    was made without the shared work."""
    amount_minor: int
    """All lines together."""

"""What a statement says in words, part by part: texts only, ready to be laid out."""

from dataclasses import dataclass

__all__ = [
    "ChangeView",
    "ComparisonView",
    "ComponentView",
    "DifferenceView",
    "ItemsView",
    "Line",
    "PartView",
    "PayView",
    "RowView",
    "StatementView",
    "StepView",
]


@dataclass(frozen=True, slots=True)
class Line:
    """One number: what it is, how it is made, what it is, and what else is worth knowing."""

    label: str
    formula: str
    result: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """A measure, modifier or link."""

    kind: str
    title: str
    badge: str
    partner_driven: bool
    weight: str
    held: str
    points: str
    note: str
    lines: tuple[Line, ...]
    drawing: str
    """An SVG of the curve, safe to be put into a page; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentView:
    """A component."""

    title: str
    weight: str
    held: str
    points: str
    combine: str
    formula: str
    note: str
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step from 100 points to the score."""

    component: str
    title: str
    driven_by: str
    partner_driven: bool
    points: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayView:
    """One pay line."""

    title: str
    nature: str
    amount: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """What one per cent more of a metric would do."""

    title: str
    driven_by: str
    partner_driven: bool
    score: str
    adjustment: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One seat."""

    role: str
    days: str
    score: str
    start: str
    steps: tuple[StepView, ...]
    own: str
    partner: str
    largest: int
    components: tuple[ComponentView, ...]
    pay: tuple[PayView, ...]
    changes: tuple[ChangeView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceView:
    """One part of a difference to the period before."""

    title: str
    component: str
    driven_by: str
    partner_driven: bool
    moved: str
    """What the value was and is."""
    score: str
    adjustment: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonView:
    """The difference to the period before."""

    title: str
    summary: str
    differences: tuple[DifferenceView, ...]
    own: DifferenceView
    partner: DifferenceView
    whole: DifferenceView


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsView:
    """The items behind the counts of one role."""

    title: str
    heads: tuple[str, ...]
    """Names of the totals."""
    rows: tuple[tuple[str, tuple[str, ...], str], ...]
    """Item, what was counted of each total, who else worked on it."""
    more: str
    """How many are not listed; empty where all are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """The whole statement."""

    tag: str
    title: str
    who: str
    period: str
    plan: str
    amount: str
    answer: tuple[Line, ...]
    sentences: tuple[str, ...]
    comparisons: tuple[ComparisonView, ...]
    rows: tuple[RowView, ...]
    items: tuple[ItemsView, ...]
    held_fixed: str
    recompute: str
    record: tuple[Line, ...]

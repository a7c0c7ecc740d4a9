"""What every part of a workbook is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jointpay.plan.measures import Missing, MissingError, MissingLeaveOut, MissingNeutral
from jointpay.plan.plan import Plan
from jointpay.report.language import Language
from jointpay.report.workbook.plan_sheet import PlanSheet
from jointpay.report.workbook.table import RoleTable
from jointpay.results.csv_safe import csv_safe
from jointpay.results.explain_text import visible
from jointpay.results.settlement import Settlement

__all__ = ["Book", "Points", "fill_of", "safe_text"]


def safe_text(text: str) -> str:
    """Make text that is shown as it is: nothing invisible in it, and nothing that acts as a formula once exported.

    Text that begins with `<r>` gets an apostrophe too: xlsxwriter would copy it into the file as marked-up text.
    """
    shown = csv_safe(visible(text))
    return f"'{shown}" if shown.startswith("<r>") else shown


@dataclass(frozen=True, slots=True)
class Points:
    """A column of points and what is known about it."""

    reference: str
    wholes: tuple[int | None, ...]
    """Points in last places; None where they are left out."""
    most: int
    """Largest magnitude they can have."""
    grain: int
    """They are always a multiple of this."""
    optional: bool
    """Whether they can be left out."""


@dataclass
class Book:
    """The plan, its sheet, and the tables of the roles made so far."""

    settlement: Settlement
    language: Language
    plan_sheet: PlanSheet
    tables: Mapping[str, RoleTable]
    """By role."""
    components: dict[tuple[str, str], Points] = field(default_factory=dict)
    """Points by role and component."""

    @property
    def plan(self) -> Plan:
        """The plan that paid."""
        return self.settlement.scorecard.plan

    @property
    def half_even(self) -> bool:
        """Where a tie goes."""
        return self.plan.rounding == "half_even"

    @property
    def points_scale(self) -> int:
        """Last places in a point."""
        return int(10**self.plan.places.points)

    def say(self, key: str, /, **values: object) -> str:
        """Give a text of the workbook's language."""
        return self.language.text(key, **values)


def fill_of(missing: Missing | None, points: int, scale: int) -> str:
    """Write what a missing number counts as; what stops a run is an error in the cell, too."""
    match missing:
        case None | MissingError():
            return "NA()"
        case MissingLeaveOut():
            return '""'
        case MissingNeutral():
            return str(points) if scale == 1 else f"{points}/{scale}"
        case _:
            return "0"

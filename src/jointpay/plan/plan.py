"""The plan: the whole document that is signed, hashed and paid by."""

import hashlib
import json
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from jointpay.money.rounding import Rounding
from jointpay.plan.bounds import Bounds
from jointpay.plan.header import Channels, Effective, Period, Places
from jointpay.plan.metrics import Metric
from jointpay.plan.references import reference_problems
from jointpay.plan.roles import Role
from jointpay.plan.structure import REFERENCES
from jointpay.plan.totals import EventRules, Total
from jointpay.plan.values import Model, Name, sealed

__all__ = ["SCHEMA_VERSION", "Plan"]

SCHEMA_VERSION = "1"


class Plan(Model):
    """A pay plan.

    A plan is a closed document: it holds no code, only the kinds of rule this library knows.

    Made in Python, by `Plan(...)` or `Plan.model_validate`, it passes the same checks as a plan that is read, and what
    they refuse is raised as pydantic's `ValidationError`; `load_plan`, `plan_from_text` and `plan_from_tree` raise
    `PlanError` with findings instead.
    """

    schema_version: Literal["1"]
    """Version of the plan language; this library reads `1`."""
    id: Name
    """Name of the plan; with `version` it says which document paid."""
    version: Name
    """Version of this plan, as its author counts."""
    title: str | None = None
    """What people call the plan."""
    effective: Effective
    """When it holds."""
    currency: Name
    """ISO 4217 code of all money in it, such as `CNY`."""
    time_zone: Name
    """IANA name of the zone in which days begin and end, such as `Asia/Shanghai`. The machine's zone is never read."""
    period: Period
    """How time is cut: `month`, `quarter`, `iso_week`, or a table of ranges."""
    rounding: Rounding
    """Where a tie goes at every rounding: `half_away_from_zero` or `half_even`."""
    places: Places
    """How many decimals each stage publishes."""
    partial_period: Literal["by_days", "whole"]
    """What is asked of somebody who holds a seat for part of a period, in metrics that are totals.

    `by_days`: the target times days held / days of the period. `whole`: the whole target. Ratios are not scaled.
    """
    channels: Channels | None = None
    """The channels the data may name; absent: any."""
    events: EventRules = Field(default_factory=EventRules)
    """How raw events are read."""
    totals: Annotated[dict[Name, Total], Field(min_length=1), sealed]
    """Totals by name."""
    metrics: Annotated[dict[Name, Metric], Field(min_length=1), sealed]
    """Metrics by name."""
    roles: Annotated[dict[Name, Role], Field(min_length=1), sealed]
    """Roles by name."""
    bounds: Bounds = Field(default_factory=Bounds)
    """What the author promises."""

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        problems = list(reference_problems(self.to_json_tree()))
        if problems:
            told = "\n".join(f"{'.'.join(map(str, one.path))}: {one.message} [{one.code}]" for one in problems)
            raise PydanticCustomError(REFERENCES, "{told}", {"told": told})
        return self

    def to_json_tree(self) -> dict[str, Any]:
        """Give the plan as plain dicts, lists and text, every default written out; numbers are canonical text."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    @cached_property
    def canonical(self) -> bytes:
        """The canonical form: JSON in UTF-8, keys sorted, no spaces, every default written out, absent keys left out."""
        return json.dumps(
            self.to_json_tree(), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        ).encode()

    @cached_property
    def digest(self) -> str:
        """The sha256 of the canonical form, in hexadecimal: equal plans have equal digests."""
        return hashlib.sha256(self.canonical).hexdigest()

    def __repr__(self) -> str:
        from jointpay.plan import display  # noqa: PLC0415 - what shows this record imports it

        return display.plan_line(self)

    def _repr_html_(self) -> str:
        from jointpay.plan import display  # noqa: PLC0415 - the same

        return display.plan_html(self)

    def __str__(self) -> str:
        return repr(self)

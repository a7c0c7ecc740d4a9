"""The outline of a plan that may be broken: what can be read of it, part by part, and what cannot is left out.

The checks between the parts work on it, so that one broken part does not hide what is wrong with the others.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import islice
from typing import Any

from pydantic import TypeAdapter, ValidationError

from jointpay.errors import MoneyError
from jointpay.money.currency import minor_digits
from jointpay.money.number import exact
from jointpay.plan.curves import Curve
from jointpay.plan.metrics import Metric
from jointpay.plan.structure import nearest
from jointpay.plan.totals import Total
from jointpay.plan.tree import Path, Problem, shown

__all__ = ["Outline", "Spot", "outlined", "unknown"]

_SHOWN_NAMES = 12


@dataclass(frozen=True, slots=True)
class Spot:
    """A node and its path. Whatever is not there, or is not of the shape asked for, reads as nothing."""

    node: object
    path: Path

    def at(self, *steps: str | int) -> "Spot":
        """Step down by keys and list places."""
        node = self.node
        for step in steps:
            if isinstance(node, dict):
                node = node.get(step)
            elif isinstance(node, list | tuple) and isinstance(step, int):
                node = node[step]
            else:
                node = None
        return Spot(node, (*self.path, *steps))

    def entries(self) -> Iterator[tuple[str, "Spot"]]:
        """Go through a mapping."""
        if isinstance(self.node, dict):
            for key in self.node:
                yield str(key), self.at(key)

    def each(self) -> Iterator["Spot"]:
        """Go through a list."""
        if isinstance(self.node, list | tuple):
            for place in range(len(self.node)):
                yield self.at(place)

    @property
    def there(self) -> bool:
        """Whether anything is written here."""
        return self.node is not None

    @property
    def text(self) -> str | None:
        """The text that stands here."""
        return self.node if isinstance(self.node, str) else None

    @property
    def kind(self) -> str | None:
        """The kind of what stands here, also where it is written alone."""
        return self.text or self.at("kind").text

    @property
    def number(self) -> Fraction | None:
        """The number that stands here."""
        try:
            return exact(self.node, argument="value")
        except MoneyError:
            return None

    @property
    def whole(self) -> int | None:
        """The whole number that stands here."""
        number = self.number
        return int(number) if number is not None and number.denominator == 1 else None

    @property
    def day(self) -> date | None:
        """The day that stands here."""
        try:
            return date.fromisoformat(self.text or "")
        except ValueError:
            return None

    @property
    def curve(self) -> Curve | None:
        """The curve that stands here."""
        curve: Curve | None = _read(self.node, _curves())
        return curve

    def problem(self, code: str, message: str) -> Problem:
        """Say what is wrong here."""
        return Problem(self.path, code, message)


@cache
def _curves() -> TypeAdapter[Any]:
    return TypeAdapter(Curve)


@cache
def _metrics() -> TypeAdapter[Any]:
    return TypeAdapter(Metric)


@cache
def _totals() -> TypeAdapter[Any]:
    return TypeAdapter(Total)


def _read(node: object, adapter: TypeAdapter[Any]) -> Any:  # noqa: ANN401 -- the adapter says what it is
    try:
        return adapter.validate_python(node)
    except ValidationError:
        return None


@dataclass(frozen=True, slots=True)
class Outline:
    """What could be read of a plan. A model that could not be read is None; a section that is no mapping has no names."""

    plan: Spot
    totals: dict[str, Total | None]
    metrics: dict[str, Metric | None]
    roles: dict[str, Spot]
    minor_digits: int | None
    attainment_places: int | None
    points_places: int | None
    adjustment_places: int | None

    def components(self) -> Iterator[tuple[str, str, Spot]]:
        """Go through the components: role, name, where."""
        for role, spot in self.roles.items():
            for name, component in spot.at("components").entries():
                yield role, name, component

    def readings(self) -> Iterator[Spot]:
        """Go through everything that reads a metric: measures and modifiers."""
        for _, _, component in self.components():
            for _, measure in component.at("measures").entries():
                if measure.at("kind").text != "link":
                    yield measure
            for _, modifier in component.at("modifiers").entries():
                yield modifier

    def links(self) -> Iterator[tuple[str, str, Spot]]:
        """Go through the links: the role and the component that read, and where."""
        for role, name, component in self.components():
            for _, measure in component.at("measures").entries():
                if measure.at("kind").text == "link":
                    yield role, name, measure


def _places(plan: Spot, stage: str) -> int | None:
    places = plan.at("places", stage).whole
    return places if places is not None and 0 <= places <= 8 else None


def _digits(currency: str | None) -> int | None:
    try:
        return minor_digits(currency or "")
    except MoneyError:
        return None


def outlined(root: object) -> Outline:
    """Read what can be read."""
    plan = Spot(root, ())
    return Outline(
        plan=plan,
        totals={name: _read(spot.node, _totals()) for name, spot in plan.at("totals").entries()},
        metrics={name: _read(spot.node, _metrics()) for name, spot in plan.at("metrics").entries()},
        roles=dict(plan.at("roles").entries()),
        minor_digits=_digits(plan.at("currency").text),
        attainment_places=_places(plan, "attainment"),
        points_places=_places(plan, "points"),
        adjustment_places=_places(plan, "adjustment"),
    )


def unknown(spot: Spot, code: str, what: str, known: Collection[str]) -> Iterator[Problem]:
    """Refuse a name that is not among the known ones; silent where there is no name, or none is known at all."""
    name = spot.text
    if name is not None and known and name not in known:
        listed = ", ".join(shown(one)[1:-1] for one in islice(known, _SHOWN_NAMES))
        more = f" and {len(known) - _SHOWN_NAMES} more" if len(known) > _SHOWN_NAMES else ""
        told = f"there is no {what} {shown(name)}{nearest(name, known)}; allowed: {listed}{more}"
        yield spot.problem(code, told)

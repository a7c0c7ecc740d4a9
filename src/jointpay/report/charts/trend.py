"""A trend: what one payee reached, period by period, against what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from jointpay.display import visible
from jointpay.errors import MismatchError
from jointpay.plan.calendar import day_text
from jointpay.report.charts.axis import places_of, ticks, widened
from jointpay.report.charts.chart import Chart
from jointpay.report.charts.colours import ABOVE, BELOW
from jointpay.report.charts.drawing import GRID, QUIET, Layer, by_field, document, haloed, layer, shortened, text_layer
from jointpay.report.charts.rows import Row, measure_of, rows_of
from jointpay.report.language import Language
from jointpay.report.language import language as language_of
from jointpay.results.explain_reading import unit_of
from jointpay.results.looked_up import looked_up
from jointpay.results.scorecard import MISSING_REASONS, Scorecard

__all__ = ["trend"]

_STEP, _NARROW, _HEIGHT, _LEFT, _BELOW = 104, 44, 220, 84, 52
_MANY = 12
"""More periods than this stand closer, and only some of the numbers are written."""
_WITHOUT_VALUE, _WITHOUT_TARGET = (1, 2), (1, 2, 3)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one row had: a value, where it was there, and the target, where one was asked."""

    label: str
    value: int | None
    target: int | None
    state: int


def trend(
    scorecard: Scorecard,
    *,
    payee: str,
    role: str | None = None,
    component: str | None = None,
    measure: str | None = None,
    language: str = "en",
) -> Chart:
    """Draw a payee's score period by period against 100; or a component; or the value of a measure against its target.

    A period in which the value is missing shows a gap, never a zero. Up to twelve values have their numbers beside them;
    of more, the first, the last, the least and the most.

    Parameters
    ----------
    scorecard
        The result.
    payee
        Id.
    role
        Id of the role, where the payee holds several.
    component, measure
        Names in the plan. Neither: the score; a component alone: its points; both: the value of the measure (or
        modifier) and its target, in the unit of its metric.
    language
        `en` or `zh-CN`.

    Raises
    ------
    MismatchError
        There is no such payee, role, component or measure, the payee holds no seat or seats in several roles, the
        measure is a link, or the result keeps no measures.
    """
    said = language_of(language)
    rows = [
        row for span in scorecard.periods for row in rows_of(scorecard, said, period=span.id, role=role, payees=[payee])
    ]
    held = list(dict.fromkeys(row.role.role for row in rows))
    if len(held) != 1:
        listed = ", ".join(held) or "none"
        raise MismatchError(f"payee {payee!r} holds seats in these roles: {listed}; next: name one of them with role=")
    body = scorecard.plan.roles[held[0]]
    if component is None:
        seen = [_of_points(scorecard, row, row.role.scores, row.role.states) for row in rows]
        title = said.text("chart.score")
    else:
        place = looked_up(component, list(body.components), "component")
        title = visible(body.components[component].title or component)
        if measure is None:
            parts = [row.role.components[place] for row in rows]
            seen = [_of_points(scorecard, row, part.points, part.states) for row, part in zip(rows, parts, strict=True)]
    places, unit, percent = scorecard.plan.places.points, said.text("terms.points"), False
    if component is not None and measure is not None:
        scorecard.require_all("a trend of a measure")
        reading, _ = measure_of(scorecard, rows[0], component, measure)
        metric = scorecard.plan.metrics[reading.metric]
        seen = [_of_measure(scorecard, row, component, measure) for row in rows]
        title = visible(metric.title or measure)
        percent = metric.unit == "ratio" and metric.places >= 2
        places, unit = metric.places - 2 if percent else metric.places, visible(unit_of(scorecard.plan, reading.metric))
    whole = said.text("chart.trend_title", what=title, name=visible(scorecard.names[_person(rows)] or payee))
    return _Drawn(said, seen, places, unit, percent=percent).chart(whole)


def _person(rows: Sequence[Row]) -> int:
    return int(rows[0].role.payees.persons[rows[0].place])


def _label(card: Scorecard, row: Row) -> str:
    """Name the period, and the first day where the row begins inside it."""
    span = card.periods[int(row.role.payees.periods[row.place])]
    return visible(span.id) if row.start == span.start else f"{visible(span.id)} ({day_text(row.start)[5:]})"


def _of_points(card: Scorecard, row: Row, points: Any, states: Any) -> _Seen:  # noqa: ANN401 - arrays
    state = int(states[row.place])
    return _Seen(_label(card, row), None if state else int(points[row.place]), 100 * 10**card.plan.places.points, state)


def _of_measure(card: Scorecard, row: Row, component: str, measure: str) -> _Seen:
    reading, scores = measure_of(card, row, component, measure)
    state = int(scores.states[row.place])
    value = None if state in _WITHOUT_VALUE else int(scores.values[row.place])
    asked = reading.target is not None and state not in _WITHOUT_TARGET
    return _Seen(_label(card, row), value, int(scores.targets[row.place]) if asked else None, state)


class _Drawn:
    """The marks of a trend."""

    def __init__(self, said: Language, seen: Sequence[_Seen], places: int, unit: str, *, percent: bool) -> None:
        self._said, self._seen, self._places, self._unit, self._percent = said, seen, places, unit, percent
        numbers = [number for one in seen for number in (one.value, one.target) if number is not None]
        self._up = widened(Fraction(min(numbers, default=0)), Fraction(max(numbers, default=1)))
        self._many = len(seen) > _MANY
        self._step = _NARROW if self._many else _STEP
        self._width = max(3, len(seen)) * self._step

    def _write(self, number: int) -> str:
        written = self._said.percent if self._percent else self._said.number
        return written(number, self._places)

    def _middle(self, place: int) -> float:
        return place * self._step + self._step / 2

    def _layers(self) -> list[Layer]:
        area: dict[str, Any] = {
            "x": by_field("x", (0, self._width)),
            "y": by_field("y", (float(self._up[0]), float(self._up[1]))),
        }
        ends: dict[str, Any] = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
        places = list(enumerate(self._seen))
        targets = [
            {"x": place * self._step + 4, "x2": (place + 1) * self._step - 4, "y": one.target, "y2": one.target}
            for place, one in places
            if one.target is not None
        ]
        values = [
            {"x": self._middle(place), "y": one.value, "text": self._write(one.value)}
            for place, one in places
            if one.value is not None
        ]
        lines = [
            {"x": self._middle(place), "x2": self._middle(place + 1), "y": one.value, "y2": self._seen[place + 1].value}
            for place, one in places[:-1]
            if one.value is not None and self._seen[place + 1].value is not None
        ]
        gaps = [
            {"x": self._middle(place), "text": self._said.text("chart.missing")}
            for place, one in places
            if one.value is None
        ]
        numbered = self._numbered(values)
        over = [row for row in numbered if not self._below_target(row)]
        under = [row for row in numbered if self._below_target(row)]
        texts = [text_layer(over, align="center", **area), text_layer(under, align="center", **area)]
        texts[0]["mark"]["dy"], texts[1]["mark"]["dy"] = -14, 15
        dot: dict[str, Any] = {"filled": True, "size": 70, "opacity": 1, "color": ABOVE}
        return [
            *self._axis(area),
            layer("rule", targets, style={"color": BELOW, "strokeWidth": 2, "strokeDash": [6, 3]}, **area, **ends),
            layer("rule", lines, style={"color": ABOVE, "strokeWidth": 2}, **area, **ends),
            layer("point", values, style=dot, **area),
            text_layer(gaps, align="center", ink=QUIET, x=area["x"], y={"value": _HEIGHT - 10}),
            *haloed(texts[0]),
            *haloed(texts[1]),
            *self._legend(),
        ]

    def _numbered(self, values: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Give the values that have a number beside them: all of few; the first, last, least and most of many."""
        if not self._many or not values:
            return values
        by_size = sorted(values, key=lambda row: (row["y"], row["x"]))
        kept = {row["x"] for row in (values[0], values[-1], by_size[0], by_size[-1])}
        return [row for row in values if row["x"] in kept]

    def _below_target(self, row: dict[str, Any]) -> bool:
        target = self._seen[int(row["x"] // self._step)].target
        return target is not None and bool(row["y"] < target)

    def _axis(self, area: dict[str, Any]) -> list[Layer]:
        scale = 10**self._places
        marked = ticks(self._up[0] / scale, self._up[1] / scale, about=4)
        places = places_of(marked)
        write = self._said.percent if self._percent else self._said.number
        rows = [
            {"y": float(tick * scale), "x": 0, "x2": self._width, "text": write(int(tick * 10**places), places)}
            for tick in marked
        ]
        names = [
            {"x": self._middle(place), "text": shortened(one.label, 17)}
            for place, one in enumerate(self._seen)
            if not self._many or place % 3 == 0
        ]
        small: dict[str, Any] = {"size": 11, "ink": QUIET}
        return [
            layer("rule", rows, style={"color": GRID}, **area, x2={"field": "x2"}),
            text_layer(rows, align="right", **small, x={"value": -8}, y=area["y"]),
            text_layer(names, align="center", **small, x=area["x"], y={"value": _HEIGHT + 16}),
        ]

    def _legend(self) -> list[Layer]:
        """Say which mark is the value and which the target."""
        y = {"value": _HEIGHT + 38}
        words = [{"x": 28, "text": self._said.text("chart.value")}, {"x": 138, "text": self._said.text("terms.target")}]
        across = by_field("x", (0, self._width))
        keys = [{"x": 0, "x2": 22}]
        dashes = [{"x": 110, "x2": 132}]
        ends: dict[str, Any] = {"x2": {"field": "x2"}}
        return [
            layer("rule", keys, style={"color": ABOVE, "strokeWidth": 2}, x=across, y=y, **ends),
            layer(
                "point", [{"x": 11}], style={"filled": True, "size": 70, "opacity": 1, "color": ABOVE}, x=across, y=y
            ),
            layer(
                "rule", dashes, style={"color": BELOW, "strokeWidth": 2, "strokeDash": [6, 3]}, x=across, y=y, **ends
            ),
            text_layer(words, size=11, ink=QUIET, x=across, y=y),
        ]

    def chart(self, title: str) -> Chart:
        """Put the marks together."""
        said = self._said
        subtitle = said.text("chart.trend_unit", unit=self._unit) if self._unit else said.text("chart.trend_plain")
        table = {
            said.text("terms.period"): tuple(one.label for one in self._seen),
            said.text("chart.value"): tuple("–" if one.value is None else self._write(one.value) for one in self._seen),
            said.text("terms.target"): tuple(
                "–" if one.target is None else self._write(one.target) for one in self._seen
            ),
            said.text("chart.state"): tuple(
                said.text(f"chart.state_{MISSING_REASONS[one.state]}") for one in self._seen
            ),
        }
        return Chart(
            title=title,
            description=said.text("chart.trend_description", periods=len(self._seen)),
            language=said.tag,
            spec=document(
                self._layers(), width=self._width, height=_HEIGHT, title=shortened(title, 64), subtitle=subtitle,
                left=_LEFT, bottom=_BELOW,
            ),
            table=table,
        )  # fmt: skip

"""The waterfall: from target to score, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any, Literal

from jointpay.display import visible
from jointpay.errors import MismatchError
from jointpay.plan.measures import MissingLeaveOut
from jointpay.report.charts.axis import places_of, ticks
from jointpay.report.charts.chart import Chart
from jointpay.report.charts.colours import ABOVE, BELOW
from jointpay.report.charts.drawing import GRID, QUIET, Layer, by_field, document, layer, shortened, text_layer
from jointpay.report.charts.rows import Row, ingredient_title, row_of
from jointpay.report.language import Language
from jointpay.report.language import language as language_of
from jointpay.report.score_steps import ScoreStep, score_steps
from jointpay.results.scorecard import Scorecard

__all__ = ["waterfall"]

Marks = list[dict[str, Any]]

_LABELS, _PLOT, _NUMBERS, _ROW, _AXIS = 312, 336, 84, 34, 34
_BREAK_FROM = 40
"""Below this the axis begins at zero (or lower), and nothing is cut off."""


def waterfall(
    scorecard: Scorecard,
    *,
    payee: str,
    period: str,
    by: Literal["measures", "components"] = "measures",
    role: str | None = None,
    day: str | None = None,
    language: str = "en",
) -> Chart:
    """Draw how one payee's score came about: from 100, on target, what every measure and modifier added or took.

    A step puts what the payee reached in the place of 100 points, one measure after another in the order of the plan, the
    modifiers of a component after its measures; after every step the score is rounded as it is published. So the steps
    are points with all their places, and add up: 100 + the steps = the score. Where the axis does not begin at zero, the
    bars of the target and the score are drawn broken and the line below the title says so.

    Parameters
    ----------
    scorecard
        The result.
    payee, period
        Ids.
    by
        `measures`: a step for each measure, link and modifier. `components`: a step for each component.
    role, day
        Which row, where the payee has several in the period; a day is written `2026-01-20`.
    language
        `en` or `zh-CN`.

    Raises
    ------
    MismatchError
        There is no such row, or several; its score is missing; or the result keeps no measures.
    """
    said = language_of(language)
    row = row_of(scorecard, said, payee=payee, period=period, role=role, day=day)
    if row.role.states[row.place]:
        raise MismatchError(f"payee {payee!r} has no score in period {period!r}: everything it is made of was left out")
    steps = [
        _step(scorecard, said, row, step) for step in score_steps(scorecard, row.role) if _told(scorecard, row, step)
    ]
    if by == "components":
        steps = _by_component(scorecard, said, row, steps)
    seat = scorecard.plan.roles[row.role.role]
    title = said.text("chart.waterfall_title", name=row.label, period=visible(period))
    drawn = _Drawn(said, steps, scorecard.plan.places.points)
    return drawn.chart(title, visible(seat.title or row.role.role))


@dataclass(frozen=True, slots=True)
class _Step:
    """One step as it is drawn."""

    component: str
    """Name of the component."""
    title: str
    note: str
    adds: int
    """Points it adds, in last places; negative takes."""
    missing: bool


def _told(card: Scorecard, row: Row, step: ScoreStep) -> bool:
    """Whether a step is one of this row: what a component counts as where all of it is missing is one only there."""
    if step.kind != "component":
        return True
    scores = next(each for each in row.role.components if each.name == step.component)
    asked = card.plan.roles[row.role.role].components[step.component]
    return bool(scores.states[row.place]) and not isinstance(asked.missing, MissingLeaveOut)


def _step(card: Scorecard, said: Language, row: Row, step: ScoreStep) -> _Step:
    """Say of a step what was read, where it belongs and who drives it."""
    place, places, asked = row.place, card.plan.places.points, card.plan.roles[row.role.role].components[step.component]
    scores = next(each for each in row.role.components if each.name == step.component)
    group = visible(asked.title or step.component)
    adds = int(step.points[place])
    if step.kind == "component":
        points = said.number(int(scores.points[place]), places)
        return _Step(step.component, group, said.text("chart.read_filled", points=points), adds, missing=False)
    parts = scores.modifiers if step.kind == "modifier" else scores.measures
    part = next(each for each in parts if each.name == step.name)
    ingredient = asked.modifiers[step.name] if step.kind == "modifier" else asked.measures[step.name]
    title = visible(ingredient_title(card.plan, ingredient) or step.name)
    if step.kind == "modifier":
        title = said.text("chart.modifier_title", title=title)
    missing = bool(part.states[place])
    if missing and isinstance(ingredient.missing, MissingLeaveOut):
        return _Step(step.component, title, said.text("chart.left_out", component=group), adds, missing=True)
    points = said.number(int(part.points[place]), places)
    key = "chart.read_modifier" if step.kind == "modifier" else "chart.read_measure"
    note = said.text("chart.read_missing" if missing else key, points=points, component=group)
    if step.driver not in (None, row.role.role):
        driver = visible(card.plan.roles[str(step.driver)].title or str(step.driver))
        note = said.text("chart.driven_by", note=note, role=driver)
    return _Step(step.component, title, note, adds, missing=False)


def _by_component(card: Scorecard, said: Language, row: Row, steps: Sequence[_Step]) -> list[_Step]:
    """Add up the steps of each component."""
    found = []
    for scores in row.role.components:
        asked = card.plan.roles[row.role.role].components[scores.name]
        missing = bool(scores.states[row.place]) and isinstance(asked.missing, MissingLeaveOut)
        points = said.number(int(scores.points[row.place]), card.plan.places.points)
        note = said.text("chart.missing") if missing else said.text("chart.read_points", points=points)
        adds = sum(step.adds for step in steps if step.component == scores.name)
        found.append(_Step(scores.name, visible(asked.title or scores.name), note, adds, missing=missing))
    return found


class _Drawn:
    """The marks of a waterfall."""

    def __init__(self, said: Language, steps: Sequence[_Step], places: int) -> None:
        self._said, self._steps, self._places = said, steps, places
        ends = [Fraction(100)]
        for step in steps:
            ends.append(ends[-1] + Fraction(step.adds, 10**places))
        self._ends = ends
        self._score_text = said.number(int(ends[-1] * 10**places), places)
        low, high = min(ends), max(ends)
        air = max((high - low) / 10, Fraction(1))
        self._broken = low > _BREAK_FROM
        self._low = Fraction(floor(low - 2 * air)) if self._broken else low - air if low < 0 else Fraction(0)
        self._high = high + air

    def _rows(self) -> tuple[Marks, Marks, Marks, Marks, Marks]:
        """Give bars, connectors, labels, notes and numbers of the steps."""
        bars, links, labels, notes, numbers = ([] for _ in range(5))  # type: tuple[Marks, Marks, Marks, Marks, Marks]
        last = len(self._steps) + 1
        for place, text, number, end in (
            (0, "chart.on_target", self._said.number(100), self._ends[0]),
            (last, "chart.score", self._score_text, self._ends[-1]),
        ):
            y = place * _ROW
            bars.append({"from": float(self._low), "to": float(end), "y": y + 6, "y2": y + _ROW - 6, "color": QUIET})
            labels.append({"x": 0, "y": y + _ROW / 2, "text": self._said.text(text)})
            numbers.append({"x": _LABELS + _PLOT + _NUMBERS, "y": y + _ROW / 2, "text": number})
        for place, step in enumerate(self._steps, start=1):
            y, before, after = place * _ROW, self._ends[place - 1], self._ends[place]
            if step.adds:
                colour = ABOVE if step.adds > 0 else BELOW
                bars.append(
                    {"from": float(before), "to": float(after), "y": y + 6, "y2": y + _ROW - 6, "color": colour}
                )
            if abs(after - before) * 200 < self._high - self._low:
                links.append({"from": float(after), "y": y + 6, "y2": y + _ROW - 6})
            labels.append({"x": 0, "y": y + _ROW / 2 - 7, "text": shortened(step.title, 44)})
            notes.append({"x": 0, "y": y + _ROW / 2 + 8, "text": shortened(step.note, 56)})
            numbers.append({"x": _LABELS + _PLOT + _NUMBERS, "y": y + _ROW / 2, "text": self._adds(step)})
        for place, end in enumerate(self._ends):
            links.append({"from": float(end), "y": (place + 1) * _ROW - 6, "y2": (place + 1) * _ROW + 6})
        return bars, links, labels, notes, numbers

    def _adds(self, step: _Step) -> str:
        return "–" if step.missing else self._said.number(step.adds, self._places, signed=True)

    def chart(self, title: str, seat: str) -> Chart:
        """Put the marks together."""
        said, rows = self._said, len(self._steps) + 2
        width, height = _LABELS + _PLOT + _NUMBERS, rows * _ROW + _AXIS
        bars, links, labels, notes, numbers = self._rows()
        scale = self._scale
        for mark in bars:
            mark |= {"x": scale(mark.pop("from")), "x2": scale(mark.pop("to"))}
        for mark in links:
            mark["x"] = scale(mark.pop("from"))
        marked = ticks(self._low, self._high)
        lines = [{"x": scale(float(tick)), "y": 0, "y2": rows * _ROW} for tick in marked]
        places = places_of(marked)
        under = [
            {"x": line["x"], "y": rows * _ROW + 14, "text": said.number(int(tick * 10**places), places)}
            for line, tick in zip(lines, marked, strict=True)
        ]
        area: dict[str, Any] = {"x": by_field("x", (0, width)), "y": by_field("y", (0, height), falling=True)}
        to_end: dict[str, Any] = {"y2": {"field": "y2"}}
        layers: list[Layer] = [
            layer("rule", lines, style={"color": GRID}, **area, **to_end),
            layer("rule", links, style={"color": QUIET, "strokeDash": [2, 2]}, **area, **to_end),
            layer("rect", bars, style={}, color=by_field("color"), x2={"field": "x2"}, **area, **to_end),
            *(self._breaks(rows, area) if self._broken else ()),
            text_layer(labels, **area),
            text_layer(notes, size=11, ink=QUIET, **area),
            text_layer(numbers, align="right", **area),
            text_layer(under, align="center", size=11, ink=QUIET, **area),
        ]
        first = said.number(int(self._low))
        subtitle = said.text("chart.waterfall_broken", role=seat, first=first) if self._broken else said.text("chart.waterfall_subtitle", role=seat)  # fmt: skip
        told = [(said.text("chart.on_target"), "", said.number(100))]
        told += [(step.title, step.note, self._adds(step)) for step in self._steps]
        told.append((said.text("chart.score"), "", self._score_text))
        heads = (said.text("chart.step"), said.text("chart.read"), said.text("terms.points"))
        return Chart(
            title=title,
            description=said.text("chart.waterfall_description", steps=len(self._steps), score=self._score_text),
            language=said.tag,
            spec=document(layers, width=width, height=height, title=title, subtitle=subtitle),
            table=dict(zip(heads, zip(*told, strict=True), strict=True)),
        )

    def _scale(self, points: float) -> float:
        return _LABELS + 12 + (points - float(self._low)) / float(self._high - self._low) * (_PLOT - 12)

    def _breaks(self, rows: int, area: dict[str, Any]) -> list[Layer]:
        """Draw a slanted gap through the bars whose beginning is not shown."""
        gaps = []
        for number, y in enumerate((0, (rows - 1) * _ROW)):
            for shift in (22, 27):
                gaps += [
                    {"x": _LABELS + shift + 4, "y": y + 3, "gap": f"{number} {shift}"},
                    {"x": _LABELS + shift - 4, "y": y + _ROW - 3, "gap": f"{number} {shift}"},
                ]
        style: dict[str, Any] = {"color": "white", "strokeWidth": 2}
        return [layer("line", gaps, style=style, detail={"field": "gap", "type": "nominal"}, **area)]

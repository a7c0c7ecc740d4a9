"""The waterfall: from target to score, step by step."""

from fractions import Fraction
from math import floor
from typing import Any, Literal

from jointpay.display import visible
from jointpay.errors import MismatchError
from jointpay.report.charts.axis import places_of, ticks
from jointpay.report.charts.chart import Chart
from jointpay.report.charts.colours import ABOVE, BELOW
from jointpay.report.charts.drawing import GRID, QUIET, Layer, by_field, document, layer, shortened, text_layer
from jointpay.report.charts.rows import row_of
from jointpay.report.charts.steps import MORE_PLACES, Step, steps_to_score
from jointpay.report.language import Language
from jointpay.report.language import language as language_of
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

    The numbers are exact and add up: 100 + the steps = the score. Measures that a geometric mean or a minimum puts
    together are one step, since no part of it belongs to one of them; what the roundings changed is a step of its own.
    Where the axis does not begin at zero, the bars of the target and the score are drawn broken and the title says so.

    Parameters
    ----------
    scorecard
        The result.
    payee, period
        Ids.
    by
        `measures`: a step for each measure and modifier. `components`: a step for each component.
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
    if by == "measures":
        scorecard.require_all("a waterfall by measures")
    row = row_of(scorecard, said, payee=payee, period=period, role=role, day=day)
    if row.role.states[row.place]:
        raise MismatchError(f"payee {payee!r} has no score in period {period!r}: everything it is made of was left out")
    places, score = scorecard.plan.places.points, int(row.role.scores[row.place])
    steps = steps_to_score(scorecard, row, by=by)
    seat = scorecard.plan.roles[row.role.role]
    title = said.text("chart.waterfall_title", name=row.label, period=visible(period))
    drawn = _Drawn(said, steps, score, places)
    return drawn.chart(title, visible(seat.title or row.role.role))


class _Drawn:
    """The marks of a waterfall."""

    def __init__(self, said: Language, steps: list[Step], score: int, places: int) -> None:
        self._said, self._steps, self._places = said, steps, places
        ends, running = [Fraction(100)], Fraction(100)
        for step in steps:
            running += step.adds
            ends.append(running)
        self._ends, self._score_text = ends, said.number(score, places)
        low, high = min(ends), max(ends)
        air = max((high - low) / 10, Fraction(1))
        self._broken = low > _BREAK_FROM
        self._low = Fraction(floor(low - 2 * air)) if self._broken else low - air if low < 0 else Fraction(0)
        self._high = high + air

    def _told(self, step: Step) -> tuple[str, str]:
        """Give what a step is, and the note below it."""
        said = self._said
        if step.kind == "rounding":
            return said.text("chart.rounding"), ""
        title = said.text("chart.modifier_title", title=step.title) if step.kind == "modifier" else step.title
        if step.points is None:
            return title, said.text("chart.left_out", component=step.component)
        points = said.exact(step.points)
        match step.kind:
            case "measure":
                return title, said.text("chart.read_measure", points=points, component=step.component)
            case "modifier":
                return title, said.text("chart.read_modifier", points=points, component=step.component)
            case "together":
                return step.component, said.text("chart.read_together", points=points, parts=step.title)
            case _:
                return title, said.text("chart.read_points", points=points)

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
            y, (label, note) = place * _ROW, self._told(step)
            before, after = self._ends[place - 1], self._ends[place]
            colour = ABOVE if step.adds > 0 else BELOW
            if step.adds:
                bars.append(
                    {"from": float(before), "to": float(after), "y": y + 6, "y2": y + _ROW - 6, "color": colour}
                )
            if abs(step.adds) * 200 < self._high - self._low:
                links.append({"from": float(after), "y": y + 6, "y2": y + _ROW - 6})
            labels.append({"x": 0, "y": y + (_ROW / 2 - 7 if note else _ROW / 2), "text": shortened(label, 44)})
            notes.append({"x": 0, "y": y + _ROW / 2 + 8, "text": shortened(note, 54)})
            shown = "–" if step.points is None and step.kind != "rounding" else self._signed(step.adds)
            numbers.append({"x": _LABELS + _PLOT + _NUMBERS, "y": y + _ROW / 2, "text": shown})
        for place, end in enumerate(self._ends):
            links.append({"from": float(end), "y": (place + 1) * _ROW - 6, "y2": (place + 1) * _ROW + 6})
        return bars, links, labels, notes, numbers

    def _signed(self, adds: Fraction) -> str:
        places = self._places + MORE_PLACES
        return self._said.number(int(adds * 10**places), places, signed=True)

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
        told += [(*self._told(step), self._signed(step.adds)) for step in self._steps]
        told.append((said.text("chart.score"), "", self._score_text))
        heads = (said.text("chart.step"), said.text("chart.read"), said.text("terms.points"))
        return Chart(
            title=title,
            description=said.text("chart.waterfall_description", steps=len(self._steps), score=self._score_text),
            language=said.code,
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

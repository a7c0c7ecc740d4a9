"""The heat map: who reached what, in one picture."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any, Literal

from jointpay.display import visible
from jointpay.errors import MismatchError
from jointpay.report.charts.chart import Chart
from jointpay.report.charts.colours import FULL_AWAY, MISSING, ROLES, ink_on, points_colour
from jointpay.report.charts.drawing import (
    GRID,
    QUIET,
    Layer,
    by_field,
    document,
    layer,
    lines_of,
    shortened,
    text_layer,
)
from jointpay.report.charts.rows import Cell, Row, cells_of, rows_of
from jointpay.report.language import Language
from jointpay.report.language import language as language_of
from jointpay.results.scorecard import MISSING_REASONS, Scorecard

__all__ = ["heat_map"]

Marks = list[dict[str, Any]]

_NAMES, _COLUMN, _ROW, _HEAD, _GAP, _LEGEND = 184, 104, 30, 84, 20, 64
"""Sizes in pixels: the column of names, the other columns, a row, the head of a role, the space after it, the legend."""
_DASH = "–"


def heat_map(
    scorecard: Scorecard,
    *,
    period: str,
    by: Literal["components", "measures"] = "components",
    role: str | None = None,
    payees: Sequence[str] | None = None,
    language: str = "en",
) -> Chart:
    """Draw the points of every payee of a period: rows are payees, columns are components and score, or measures.

    100 is on target and neutral; the colour is full at 50 points above or below. Each cell shows its points as they were
    published, in an ink that is readable on its colour. What was missing shows a dash, whatever it was counted as.

    Parameters
    ----------
    scorecard
        The result.
    period
        Id of the period.
    by
        `components`: the components of the role, and the score. `measures`: its measures, links and modifiers (100
        multiplies by one).
    role
        Id of the only role to show; None shows all, each with columns of its own.
    payees
        Ids of those to show; None shows all.
    language
        `en` or `zh-CN`.

    Raises
    ------
    MismatchError
        The result has no such period, role or payee, none of them holds a seat in the period, or it keeps no measures.
    """
    said = language_of(language)
    rows = rows_of(scorecard, said, period=period, role=role, payees=payees)
    if not rows:
        raise MismatchError(
            f"nobody of those asked for holds a seat in period {period!r}, and there is nothing to draw"
        )
    drawn = _Drawn(scorecard, said, by)
    for _, block in groupby(rows, key=lambda row: row.role.role):
        drawn.add(list(block))
    return drawn.chart(period)


class _Drawn:
    """The marks of a heat map, role under role."""

    def __init__(self, card: Scorecard, said: Language, by: str) -> None:
        self._card, self._said, self._by = card, said, by
        self._boxes: Marks = []
        self._numbers: Marks = []
        self._names: Marks = []
        self._heads: Marks = []
        self._quiet: Marks = []
        self._roles: Marks = []
        self._groups: Marks = []
        self._rules: Marks = []
        self._table: dict[str, list[str]] = {
            said.text(key): []
            for key in ("terms.payee", "chart.id", "terms.role", "chart.column", "terms.points", "chart.state")
        }
        self._height = 0
        self._width = _NAMES + 3 * _COLUMN

    def add(self, rows: Sequence[Row]) -> None:
        """Add a role: its title, the heads of its columns, its rows."""
        role = rows[0].role
        plan, cells = self._card.plan, cells_of(self._card, role, self._said, by=self._by)
        top = self._height + (_GAP if self._height else 0)
        title = visible(plan.roles[role.role].title or role.role)
        accent = ROLES[list(plan.roles).index(role.role) % len(ROLES)]
        self._roles.append({"x": 0, "y": top + 16, "text": shortened(title, 24), "color": accent})
        for number, cell in enumerate(cells):
            self._head(cell, _NAMES + number * _COLUMN + _COLUMN / 2, top)
            if cell.group and (number == 0 or cells[number - 1].group != cell.group):
                count = sum(other.group == cell.group for other in cells)
                x = _NAMES + number * _COLUMN + 1
                self._groups.append({"x": x, "y": top + 14, "text": shortened(cell.group, 15 * count)})
                self._rules.append({"x": x, "x2": x + count * _COLUMN - 2, "y": top + 25})
        for number, row in enumerate(rows):
            y = top + _HEAD + number * _ROW
            self._names.append({"x": 0, "y": y + _ROW / 2, "text": shortened(row.label, 25)})
            for column, cell in enumerate(cells):
                self._cell(row, cell, title, _NAMES + column * _COLUMN, y)
        self._height = top + _HEAD + len(rows) * _ROW
        self._width = max(self._width, _NAMES + len(cells) * _COLUMN)

    def _head(self, cell: Cell, middle: float, top: int) -> None:
        lines = lines_of(cell.title, columns=15, most=2)
        for number, text in enumerate(lines):
            self._heads.append({"x": middle, "y": top + 56 - 15 * (len(lines) - 1 - number), "text": text})
        self._quiet.append({"x": middle, "y": top + 72, "text": cell.note})

    def _cell(self, row: Row, cell: Cell, title: str, x: int, y: int) -> None:
        places, points = self._card.plan.places.points, cell.points(row.place)
        fill = MISSING if points is None else points_colour(Fraction(points, 10**places))
        text = _DASH if points is None else self._said.number(points, places)
        self._boxes.append({"x": x + 1, "x2": x + _COLUMN - 1, "y": y + 1, "y2": y + _ROW - 1, "color": fill})
        self._numbers.append({"x": x + _COLUMN / 2, "y": y + _ROW / 2, "text": text, "color": ink_on(fill)})
        state = self._said.text(f"chart.state_{MISSING_REASONS[int(cell.scores.states[row.place])]}")
        column_name = f"{cell.group}: {cell.title}" if cell.group else cell.title
        told = (row.label, row.id, title, column_name, text, state)
        for column, said in zip(self._table.values(), told, strict=True):
            column.append(said)

    def _legend(self) -> tuple[Marks, Marks]:
        """Draw what the colours say, from 50 points below to 50 above, and what is missing."""
        steps, width, top = 11, 20, self._height + 28
        boxes, texts = [], []
        for number in range(steps):
            points = 100 + Fraction(FULL_AWAY * (2 * number - steps + 1), steps - 1)
            x = _NAMES + number * width
            boxes.append({"x": x, "x2": x + width, "y": top, "y2": top + 12, "color": points_colour(points)})
        for number, key in ((0, "chart.legend_below"), (5, "chart.legend_on_target"), (10, "chart.legend_above")):
            text = self._said.text(key, points=100 + FULL_AWAY * (number - 5) // 5)
            texts.append({"x": _NAMES + number * width + width / 2, "y": top + 24, "text": text})
        gap = _NAMES + (steps + 3) * width
        boxes.append({"x": gap, "x2": gap + width, "y": top, "y2": top + 12, "color": MISSING})
        texts.append({"x": gap + width / 2, "y": top + 24, "text": f"{_DASH} {self._said.text('chart.missing')}"})
        return boxes, texts

    def chart(self, period: str) -> Chart:
        """Put the marks together under a title."""
        boxes, texts = self._legend()
        width, height = self._width, self._height + _LEGEND
        area: dict[str, Any] = {"x": by_field("x", (0, width)), "y": by_field("y", (0, height), falling=True)}
        corner: dict[str, Any] = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
        layers: list[Layer] = [
            layer("rect", [*self._boxes, *boxes], style={}, color=by_field("color"), **area, **corner),
            text_layer(self._numbers, align="center", color=by_field("color"), **area),
            text_layer(self._names, **area),
            text_layer(self._groups, size=11, ink=QUIET, **area),
            layer("rule", self._rules, style={"color": GRID}, x2={"field": "x2"}, **area),
            text_layer(self._heads, align="center", **area),
            text_layer([*self._quiet, *texts], align="center", size=11, ink=QUIET, **area),
            text_layer(self._roles, size=14, bold=True, color=by_field("color"), **area),
        ]
        said = self._said
        title = said.text("chart.heat_map_title", period=visible(period))
        missing = sum(mark["text"] == _DASH for mark in self._numbers)
        return Chart(
            title=title,
            description=said.text("chart.heat_map_description", cells=len(self._boxes), missing=missing),
            language=said.tag,
            spec=document(
                layers, width=width, height=height, title=title, subtitle=said.text("chart.heat_map_subtitle")
            ),
            table={name: tuple(cells) for name, cells in self._table.items()},
        )

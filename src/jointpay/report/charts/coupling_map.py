"""The coupling map: who moves whom, and by how many points."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

from jointpay.display import visible
from jointpay.errors import MismatchError
from jointpay.money.rounding import Rounding, published
from jointpay.report.charts.chart import Chart
from jointpay.report.charts.colours import BELOW, MISSING, NEUTRAL, ROLES, ink_on, mixed
from jointpay.report.charts.drawing import QUIET, Layer, by_field, document, layer, lines_of, shortened, text_layer
from jointpay.report.charts.moves import Moves
from jointpay.report.charts.rows import Row, rows_of
from jointpay.report.language import Language
from jointpay.report.language import language as language_of
from jointpay.results.scorecard import Scorecard

__all__ = ["coupling_map"]

_NAMES, _COLUMN, _ROW, _HEAD = 220, 132, 40, 66


def coupling_map(
    scorecard: Scorecard,
    *,
    period: str,
    by: Literal["roles", "payees"] = "roles",
    role: str | None = None,
    payees: Sequence[str] | None = None,
    language: str = "en",
) -> Chart:
    """Draw who moves whom: by how many points a score moves when what a role drives gets 1% better.

    Columns are the roles that drive metrics (`driven_by` in the plan), rows those who are moved: all payees of a role,
    as the mean of their scores, or every payee. What a metric is better by is 1% of its value, upwards or downwards as
    its direction says; targets and every other metric stay as they are. The points are computed from published
    attainments without rounding, links included, and are rounded once, to be shown.

    Parameters
    ----------
    scorecard
        The result.
    period
        Id of the period.
    by
        `roles` or `payees`.
    role, payees
        Only these rows; None shows all.
    language
        `en` or `zh-CN`.

    Raises
    ------
    MismatchError
        The result has no such period, role or payee, none of them holds a seat in it, no metric of the plan says who
        drives it, or the result keeps no measures.
    """
    said = language_of(language)
    plan = scorecard.plan
    driven = {metric.driven_by for metric in plan.metrics.values()}
    drivers = [name for name in plan.roles if name in driven]
    if not drivers:
        raise MismatchError("no metric of the plan says which role drives it; next: write driven_by where one does")
    rows = rows_of(scorecard, said, period=period, role=role, payees=payees)
    if not rows:
        raise MismatchError(
            f"nobody of those asked for holds a seat in period {period!r}, and there is nothing to draw"
        )
    moves = Moves(scorecard)
    found = [(row, [moves.by(driver, row) for driver in drivers]) for row in rows]
    titles = [(_title(scorecard, driver), ROLES[list(plan.roles).index(driver) % len(ROLES)]) for driver in drivers]
    if by == "payees":
        lines = [(row.label, _title(scorecard, row.role.role), cells) for row, cells in found]
    else:
        lines = [_together(scorecard, said, name, found) for name in dict.fromkeys(row.role.role for row in rows)]
    drawn = _Drawn(said, titles, lines, plan.places.points, plan.rounding)
    return drawn.chart(said.text("chart.coupling_title", period=visible(period)))


Line = tuple[str, str, list[Fraction | None]]


def _title(card: Scorecard, role: str) -> str:
    return visible(card.plan.roles[role].title or role)


def _together(card: Scorecard, said: Language, role: str, found: Sequence[tuple[Row, list[Fraction | None]]]) -> Line:
    """Give the mean over the payees of a role that have a score."""
    of_role = [cells for row, cells in found if row.role.role == role and None not in cells]
    sums = [sum((cell for cell in column if cell is not None), Fraction(0)) for column in zip(*of_role, strict=True)]
    width = len(found[0][1])
    cells: list[Fraction | None] = [total / len(of_role) for total in sums] if of_role else [None] * width
    return _title(card, role), said.text("chart.mean_of", count=len(of_role)), cells


class _Drawn:
    """The marks of a coupling map."""

    def __init__(
        self, said: Language, drivers: Sequence[tuple[str, str]], lines: Sequence[Line], places: int, rounding: Rounding
    ) -> None:
        self._said, self._drivers, self._lines, self._places, self._rounding = said, drivers, lines, places, rounding
        numbers = [abs(cell) for _, _, cells in lines for cell in cells if cell is not None]
        self._most = max([*numbers, Fraction(1, 100)])

    def _number(self, cell: Fraction | None) -> str:
        if cell is None:
            return "–"
        return self._said.number(
            published(cell, places=self._places, rounding=self._rounding), self._places, signed=True
        )

    def chart(self, title: str) -> Chart:
        """Put the marks together."""
        said = self._said
        width = _NAMES + max(len(self._drivers), 2) * _COLUMN
        height = _HEAD + len(self._lines) * _ROW
        boxes, numbers, heads = [], [], []
        told: list[tuple[str, str, str, str]] = []
        for column, (driver, accent) in enumerate(self._drivers):
            texts = lines_of(driver, columns=17, most=2)
            for number, text in enumerate(texts):
                y = 36 + 15 * number
                heads.append({"x": _NAMES + (column + 0.5) * _COLUMN, "y": y, "text": text, "color": accent})
        for number, (label, note, cells) in enumerate(self._lines):
            y = _HEAD + number * _ROW
            for column, cell in enumerate(cells):
                fill = (
                    MISSING
                    if cell is None
                    else mixed(NEUTRAL, ROLES[0] if cell >= 0 else BELOW, abs(cell) / self._most)
                )
                x, text = _NAMES + column * _COLUMN, self._number(cell)
                boxes.append({"x": x + 1, "x2": x + _COLUMN - 1, "y": y + 1, "y2": y + _ROW - 1, "color": fill})
                numbers.append({"x": x + _COLUMN / 2, "y": y + _ROW / 2, "text": text, "color": ink_on(fill)})
                told.append((label, note, self._drivers[column][0], text))
        labels = [
            {"x": 0, "y": _HEAD + place * _ROW + 13, "text": shortened(line[0], 30)}
            for place, line in enumerate(self._lines)
        ]
        notes = [
            {"x": 0, "y": _HEAD + place * _ROW + 28, "text": shortened(line[1], 34)}
            for place, line in enumerate(self._lines)
        ]
        corners = [
            {"x": _NAMES + 1, "y": 12, "text": said.text("chart.coupling_drivers")},
            {"x": 0, "y": 50, "text": said.text("chart.coupling_moved")},
        ]
        area: dict[str, Any] = {"x": by_field("x", (0, width)), "y": by_field("y", (0, height), falling=True)}
        layers: list[Layer] = [
            layer("rect", boxes, style={}, color=by_field("color"), x2={"field": "x2"}, y2={"field": "y2"}, **area),
            text_layer(numbers, align="center", color=by_field("color"), **area),
            text_layer(heads, align="center", bold=True, color=by_field("color"), **area),
            text_layer(labels, **area),
            text_layer([*notes, *corners], size=11, ink=QUIET, **area),
        ]
        names = (
            said.text("chart.coupling_moved"),
            said.text("chart.coupling_who"),
            said.text("chart.coupling_drivers"),
            said.text("terms.points"),
        )
        return Chart(
            title=title,
            description=said.text("chart.coupling_description", rows=len(self._lines), roles=len(self._drivers)),
            language=said.tag,
            spec=document(
                layers, width=width, height=height, title=title, subtitle=said.text("chart.coupling_subtitle")
            ),
            table=dict(zip(names, zip(*told, strict=True), strict=True)),
        )

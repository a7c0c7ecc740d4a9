"""An attainment on its curve: where it fell, what it gave, and which side owns every edge."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from jointpay.display import visible
from jointpay.plan.measures import Measure, Modifier
from jointpay.plan.pieces import Piece, pieces
from jointpay.report.charts.axis import places_of, ticks, widened
from jointpay.report.charts.chart import Chart
from jointpay.report.charts.colours import ABOVE, BELOW
from jointpay.report.charts.drawing import GRID, QUIET, Layer, by_field, document, haloed, layer, shortened, text_layer
from jointpay.report.charts.rows import measure_of, row_of
from jointpay.report.language import Language
from jointpay.report.language import language as language_of
from jointpay.results.scorecard import MISSING_REASONS, MeasureScores, Scorecard

__all__ = ["attainment_on_curve"]

_WIDTH, _HEIGHT, _LEFT, _BELOW = 480, 260, 72, 56


def attainment_on_curve(
    scorecard: Scorecard,
    *,
    payee: str,
    period: str,
    component: str,
    measure: str,
    role: str | None = None,
    day: str | None = None,
    language: str = "en",
) -> Chart:
    """Draw the curve of one measure or modifier, and where a payee's attainment lies on it.

    At an edge where the curve jumps, a filled dot is the side that owns the edge and an open dot the side that does not.
    Where the curve refuses to answer, no line is drawn. A missing attainment leaves the curve alone, and the title says
    why it is missing.

    Parameters
    ----------
    scorecard
        The result.
    payee, period
        Ids.
    component, measure
        Names in the plan; `measure` may be a modifier.
    role, day
        Which row, where the payee has several in the period; a day is written `2026-01-20`.
    language
        `en` or `zh-CN`.

    Raises
    ------
    MismatchError
        There is no such row, or several; no such measure, or it is a link, which has no curve; or the result keeps no
        measures.
    """
    said = language_of(language)
    scorecard.require_all("a chart of a curve")
    row = row_of(scorecard, said, payee=payee, period=period, role=role, day=day)
    reading, scores = measure_of(scorecard, row, component, measure)
    drawn = _Drawn(scorecard, said, reading, scores, row.place)
    name = visible(scorecard.plan.metrics[reading.metric].title or measure)
    return drawn.chart(said.text("chart.curve_title", measure=name, name=row.label, period=visible(period)))


class _Drawn:
    """The marks of one curve."""

    def __init__(
        self, card: Scorecard, said: Language, reading: Measure | Modifier, scores: MeasureScores, place: int
    ) -> None:
        self._said, self._reading = said, reading
        self._attainment_places, self._points_places = card.plan.places.attainment, card.plan.places.points
        self._state = int(scores.states[place])
        self._x = Fraction(int(scores.attainments[place]), 10**self._attainment_places)
        self._y = Fraction(int(scores.points[place]), 10**self._points_places)
        self._pieces = pieces(reading.curve)
        edges = [edge for piece in self._pieces for edge in (piece.start, piece.end) if edge is not None]
        wanted = [*edges, *([] if self._state else [self._x])] or [Fraction(1)]
        self._across = widened(min(wanted), max(wanted))
        gives = [end for piece in self._pieces for end in (piece.at_start, piece.at_end)]
        self._up = widened(min(gives), max(gives))

    def _segments(self) -> list[dict[str, Any]]:
        """Give the pieces, those without end up to the edge of the picture."""
        low, high = self._across
        found = []
        for piece in self._pieces:
            start, end = (low if piece.start is None else piece.start), (high if piece.end is None else piece.end)
            found.append({"x": start, "x2": end, "y": piece.at_start, "y2": piece.at_end})
        return found

    def _dots(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Give the filled and the open dots: both sides of every jump, and where the curve begins or ends."""
        filled: list[dict[str, Any]] = []
        empty: list[dict[str, Any]] = []
        for number, piece in enumerate(self._pieces):
            before = self._pieces[number - 1] if number else None
            after = self._pieces[number + 1] if number + 1 < len(self._pieces) else None
            for at, gives, owned, beside in (
                (piece.start, piece.at_start, piece.owns_start, None if before is None else before.at_end),
                (piece.end, piece.at_end, piece.owns_end, None if after is None else after.at_start),
            ):
                if at is not None and gives != beside:
                    (filled if owned else empty).append({"x": at, "y": gives})
        return filled, empty

    def _attainment(self, value: Fraction) -> str:
        """Write an attainment: a ratio as per cent, anything else as a number."""
        places = self._attainment_places
        whole = int(value * 10**places)
        if self._reading.attainment == "ratio" and places >= 2:
            return self._said.percent(whole, places - 2)
        return self._said.number(whole, places)

    def _axes(self, area: dict[str, Any]) -> list[Layer]:
        """Draw round numbers along both axes."""
        (low, high), (least, most) = self._across, self._up
        across, up = ticks(low, high), ticks(least, most)
        ratio = self._reading.attainment == "ratio"
        places = places_of([tick * 100 for tick in across] if ratio else across)
        write = self._said.percent if ratio else self._said.number
        whole = [int(tick * (100 if ratio else 1) * 10**places) for tick in across]
        up_places = places_of(up)
        verticals = [{"x": tick, "x2": tick, "y": least, "y2": most} for tick in across]
        levels = [{"x": low, "x2": high, "y": tick, "y2": tick} for tick in up]
        below = [{"x": tick, "text": write(number, places)} for tick, number in zip(across, whole, strict=True)]
        beside = [{"y": tick, "text": self._said.number(int(tick * 10**up_places), up_places)} for tick in up]
        ends: dict[str, Any] = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
        small: dict[str, Any] = {"size": 11, "ink": QUIET}
        word = [{"text": self._said.text("terms.attainment")}]
        return [
            layer("rule", _plain([*verticals, *levels]), style={"color": GRID}, **area, **ends),
            text_layer(_plain(below), align="center", **small, x=area["x"], y={"value": _HEIGHT + 14}),
            text_layer(_plain(beside), align="right", **small, x={"value": -8}, y=area["y"]),
            text_layer(word, align="right", **small, x={"value": _WIDTH}, y={"value": _HEIGHT + 34}),
            text_layer([{"text": self._said.text("terms.points")}], **small, x={"value": 6}, y={"value": 8}),
        ]

    def _fallen(self, area: dict[str, Any]) -> list[Layer]:
        """Draw where the attainment fell, with guides to both axes and the numbers beside it."""
        if self._state:
            return []
        low, least = self._across[0], self._up[0]
        guides = [
            {"x": self._x, "x2": self._x, "y": least, "y2": self._y},
            {"x": low, "x2": self._x, "y": self._y, "y2": self._y},
        ]
        ends: dict[str, Any] = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
        here = [{"x": self._x, "y": self._y, "text": self._told()}]
        left = self._x > (self._across[0] + self._across[1]) / 2
        high = self._y > (self._up[0] + self._up[1]) / 2
        style: dict[str, Any] = {
            "filled": True,
            "size": 110,
            "color": BELOW,
            "opacity": 1,
            "stroke": "white",
            "strokeWidth": 1.5,
        }
        text = text_layer(_plain(here), align="right" if left else "left", bold=True, **area)
        text["mark"] |= {"dx": -10 if left else 10, "dy": 18 if high else -14}
        return [
            layer("rule", _plain(guides), style={"color": BELOW, "strokeDash": [4, 3]}, **area, **ends),
            layer("point", _plain(here), style=style, **area),
            *haloed(text),
        ]

    def _told(self) -> str:
        points = self._said.number(int(self._y * 10**self._points_places), self._points_places)
        return self._said.text("chart.curve_gives", attainment=self._attainment(self._x), points=points)

    def chart(self, title: str) -> Chart:
        """Put the marks together."""
        said = self._said
        area: dict[str, Any] = {"x": by_field("x", _floats(self._across)), "y": by_field("y", _floats(self._up))}
        ends: dict[str, Any] = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
        filled, empty = self._dots()
        dot: dict[str, Any] = {"filled": True, "size": 60, "opacity": 1, "stroke": ABOVE, "strokeWidth": 2}
        layers = [
            *self._axes(area),
            layer("rule", _plain(self._segments()), style={"color": ABOVE, "strokeWidth": 2.5}, **area, **ends),
            layer("point", _plain(empty), style={**dot, "color": "white"}, **area),
            layer("point", _plain(filled), style={**dot, "color": ABOVE}, **area),
            *self._fallen(area),
        ]
        subtitle = said.text(f"chart.state_{MISSING_REASONS[self._state]}") if self._state else self._told()
        return Chart(
            title=title,
            description=said.text("chart.curve_description", told=subtitle, pieces=len(self._pieces)),
            language=said.tag,
            spec=document(
                layers, width=_WIDTH, height=_HEIGHT, title=shortened(title, 60), subtitle=subtitle,
                left=_LEFT, bottom=_BELOW,
            ),
            table=self._table(),
        )  # fmt: skip

    def _table(self) -> dict[str, tuple[str, ...]]:
        """Write the pieces with their edges."""
        said = self._said
        rows = [
            (_range(piece, self._attainment), said.exact(piece.at_start), said.exact(piece.at_end))
            for piece in self._pieces
        ]
        heads = (said.text("terms.attainment"), said.text("chart.points_at_start"), said.text("chart.points_at_end"))
        return dict(zip(heads, zip(*rows, strict=True), strict=True))


def _range(piece: Piece, write: Any) -> str:  # noqa: ANN401 - a function from a number to text
    left = "" if piece.start is None else f"{write(piece.start)} {'≤' if piece.owns_start else '<'} "
    right = "" if piece.end is None else f" {'≤' if piece.owns_end else '<'} {write(piece.end)}"
    return f"{left}x{right}"


def _plain(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write fractions as floats: where a mark stands needs no more."""
    return [{name: float(cell) if isinstance(cell, Fraction) else cell for name, cell in row.items()} for row in rows]


def _floats(pair: tuple[Fraction, Fraction]) -> tuple[float, float]:
    return float(pair[0]), float(pair[1])

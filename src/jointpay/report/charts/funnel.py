"""The funnel: what became of what was shown, stage by stage, channel by channel."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointpay.data.facts import Facts
from jointpay.display import visible
from jointpay.engine.exact import exact_sum
from jointpay.errors import MismatchError
from jointpay.money.rounding import published
from jointpay.plan.calendar import periods
from jointpay.plan.plan import Plan
from jointpay.plan.totals import CountTotal
from jointpay.plan.units import total_scale
from jointpay.report.charts.chart import Chart
from jointpay.report.charts.colours import ROLES
from jointpay.report.charts.drawing import QUIET, Layer, by_field, document, layer, shortened, text_layer
from jointpay.report.language import Language
from jointpay.report.language import language as language_of
from jointpay.report.work import SharedWork
from jointpay.results.looked_up import looked_up

__all__ = ["channel_totals", "funnel"]

Marks = list[dict[str, Any]]

_NAMES, _PANEL, _GAP, _ROW, _HEAD, _BESIDE = 128, 152, 24, 44, 34, 4


def channel_totals(
    work: Facts | SharedWork, plan: Plan, *, items: Collection[str] | None = None, period: str | None = None
) -> dict[str, list[Any]]:
    """Sum facts, or the shared work of a run, by channel: columns for `funnel`, exact, in the unit of each total.

    `items` are the ids of those to count, `period` is the id of a period of the plan; None counts all. Facts of several
    days count in the period in which they begin. Channels without a fact are left out.

    Raises `MismatchError` for an item or a period that is not there.
    """
    known = work.item_ids
    wanted = range(len(known)) if items is None else [looked_up(item, known, "item") for item in items]
    table = work.items if isinstance(work, SharedWork) else work
    here = np.isin(table.items, np.array(list(wanted), dtype=np.int32))
    if period is not None:
        here &= _within(work, plan, period)
    channels = np.unique(table.channels[here]).tolist()
    found: dict[str, list[Any]] = {"channel": [work.channel_ids[channel] for channel in channels]}
    for name, total in plan.totals.items():
        scale = total_scale(total, plan.events.attribution)
        numbers = table.totals[name]
        sums = [exact_sum(numbers[here & (table.channels == channel)]) for channel in channels]
        found[name] = [Fraction(number, scale) for number in sums]
    return found


def _within(work: Facts | SharedWork, plan: Plan, period: str) -> NDArray[np.bool_]:
    """Say which rows lie in a period."""
    if isinstance(work, SharedWork):
        return np.equal(work.items.periods, looked_up(period, work.periods, "period"))
    spans = periods(plan)
    span = spans[looked_up(period, [each.id for each in spans], "period")]
    return np.logical_and(work.days >= span.start, work.days < span.end)


def funnel(
    work: Mapping[str, Sequence[Any]],
    *,
    plan: Plan,
    stages: Sequence[str] | None = None,
    what: str | None = None,
    language: str = "en",
) -> Chart:
    """Draw how far people went in each channel: a bar for each stage, and what part of the stage before it is.

    All bars are on one scale, so that channels can be compared. The share of an empty stage is no number and shows a
    dash, as does a stage that is missing.

    Parameters
    ----------
    work
        Columns: `channel`, and for each stage whole numbers or fractions; None is missing. Rows of one channel are
        added up. `channel_totals` makes it of facts.
    plan
        Says which totals there are, and in which order.
    stages
        Names of totals, in the order to draw; None takes the plan's counts that are in `work`, in the order of the plan.
    what
        What it is the funnel of, such as the name of an item; None says it is everything.
    language
        `en` or `zh-CN`.

    Raises
    ------
    MismatchError
        A stage is no total of the plan or no column, there is no column `channel`, columns differ in length, or there
        is nothing to draw.
    """
    said = language_of(language)
    chosen = [name for name, total in plan.totals.items() if isinstance(total, CountTotal) and name in work]
    if stages is not None:
        known = [name for name in plan.totals if name in work]
        chosen = [known[looked_up(name, known, "total")] for name in stages]
    summed = _summed(work, chosen)
    if not chosen or not summed:
        raise MismatchError(
            "there is no stage or no channel to draw; next: give a column 'channel' and one for each stage"
        )
    title = said.text("chart.funnel_title", what=said.text("chart.everything") if what is None else visible(what))
    return _Drawn(said, chosen, summed).chart(title)


def _summed(work: Mapping[str, Sequence[Any]], stages: Sequence[str]) -> dict[str, list[Fraction | None]]:
    """Add up the rows of each channel; what is missing in one row is missing in the sum."""
    if "channel" not in work:
        raise MismatchError(f"the columns are {', '.join(work) or 'none'}; a funnel needs a column 'channel'")
    lengths = {name: len(work[name]) for name in ("channel", *stages)}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} has {count}" for name, count in lengths.items())
        raise MismatchError(f"columns of different length: {listed}; next: give every column one cell a row")
    found: dict[str, list[Fraction | None]] = {}
    for row, channel in enumerate(work["channel"]):
        cells = [None if work[name][row] is None else Fraction(work[name][row]) for name in stages]
        before: Sequence[Fraction | None] = found.get(str(channel), [Fraction(0)] * len(stages))
        found[str(channel)] = [
            None if one is None or other is None else one + other for one, other in zip(before, cells, strict=True)
        ]
    return dict(sorted(found.items()))


class _Drawn:
    """The marks of a funnel: a panel for each channel beside the next."""

    def __init__(
        self, said: Language, stages: Sequence[str], channels: Mapping[str, Sequence[Fraction | None]]
    ) -> None:
        self._said, self._stages, self._channels = said, stages, channels
        numbers = [cell for cells in channels.values() for cell in cells if cell is not None]
        self._most = max([*numbers, Fraction(1)])

    def _number(self, cell: Fraction | None) -> str:
        if cell is None:
            return "–"
        places = 0 if cell.denominator == 1 else 2
        return self._said.number(published(cell, places=places, rounding="half_away_from_zero"), places)

    def _rate(self, cell: Fraction | None, before: Fraction | None) -> str:
        if cell is None or before is None or before <= 0:
            return "–"
        return self._said.percent(published(cell / before * 100, places=2, rounding="half_away_from_zero"), 2)

    def chart(self, title: str) -> Chart:
        """Put the panels side by side."""
        said, rows = self._said, len(self._stages)
        beside = min(len(self._channels), _BESIDE)
        block = _HEAD + rows * _ROW + _GAP
        width = _NAMES + beside * (_PANEL + _GAP) - _GAP
        height = -(-len(self._channels) // beside) * block - _GAP
        bars, numbers, rates, heads, names = ([] for _ in range(5))  # type: tuple[Marks, Marks, Marks, Marks, Marks]
        told: list[tuple[str, str, str, str]] = []
        for number, (channel, cells) in enumerate(self._channels.items()):
            left, top = _NAMES + number % beside * (_PANEL + _GAP), number // beside * block
            label = visible(channel) or said.text("chart.no_channel")
            heads.append({"x": left, "y": top + 12, "text": shortened(label, 24)})
            for place, cell in enumerate(cells):
                y = top + _HEAD + place * _ROW
                rate = self._rate(cell, cells[place - 1]) if place else ""
                length = float(max(cell or 0, 0) / self._most) * _PANEL
                bars.append({"x": left, "x2": left + length, "y": y + 24, "y2": y + 34})
                numbers.append({"x": left, "y": y + 14, "text": self._number(cell)})
                rates.append({"x": left + _PANEL, "y": y + 14, "text": rate})
                told.append((label, visible(self._stages[place]), self._number(cell), rate))
                if number % beside == 0:
                    names.append({"x": 0, "y": y + 14, "text": shortened(self._stages[place], 18)})
        area: dict[str, Any] = {"x": by_field("x", (0, width)), "y": by_field("y", (0, height), falling=True)}
        ends: dict[str, Any] = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
        layers: list[Layer] = [
            layer("rect", bars, style={"color": ROLES[0]}, **area, **ends),
            text_layer(names, **area),
            text_layer(heads, bold=True, **area),
            text_layer(numbers, **area),
            text_layer(rates, align="right", size=11, ink=QUIET, **area),
        ]
        columns = (
            said.text("terms.channel"),
            said.text("chart.stage"),
            said.text("chart.number"),
            said.text("chart.rate"),
        )
        return Chart(
            title=title,
            description=said.text("chart.funnel_description", stages=rows, channels=len(self._channels)),
            language=said.tag,
            spec=document(
                layers,
                width=width,
                height=height,
                title=shortened(title, 60),
                subtitle=said.text("chart.funnel_subtitle"),
            ),
            table=dict(zip(columns, zip(*told, strict=True), strict=True)),
        )

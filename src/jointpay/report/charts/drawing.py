"""The parts of a Vega-Lite document: layers of rows, channels, and a page whose layout no font changes.

Nothing is placed by the size of a text: every picture has the sizes and the paddings that are said here, so that its SVG
is the same on every machine. Labels are data, never parts of an expression; every field name is one of ours.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from jointpay.display import visible
from jointpay.results.explain_text import display_width

__all__ = [
    "FONT",
    "GRID",
    "INK",
    "QUIET",
    "Layer",
    "at",
    "by_field",
    "document",
    "layer",
    "lines_of",
    "shortened",
    "text_layer",
]

Layer = dict[str, Any]
"""A Vega-Lite layer."""

FONT = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans', sans-serif"
INK, QUIET, GRID = "#1f2933", "#5b6670", "#dfe3e8"
"""Text, text of second rank (contrast of 5.9 on white), and lines behind the data."""


def by_field(field: str, domain: tuple[float, float] | None = None, *, falling: bool = False) -> dict[str, Any]:
    """Place or paint by a field of the rows: on a linear scale of this domain, or as the field says where it is None.

    `falling` turns a scale round: the start of the domain is at the right, or at the top.
    """
    if domain is None:
        return {"field": field, "type": "nominal", "scale": None}
    scale = {"domain": list(domain), "nice": False, "zero": False} | ({"reverse": True} if falling else {})
    return {"field": field, "type": "quantitative", "scale": scale, "axis": None}


def at(value: object) -> dict[str, Any]:
    """Give every row the same place in pixels, the same colour or the same text."""
    return {"value": value}


def layer(mark: str, rows: Sequence[Mapping[str, object]], *, style: Mapping[str, object], **channels: Any) -> Layer:  # noqa: ANN401 - Vega-Lite's own trees
    """Draw one mark a row."""
    return {
        "data": {"values": [dict(row) for row in rows]},
        "mark": {"type": mark, **style},
        "encoding": {_camel(name): channel for name, channel in channels.items()},
    }


def text_layer(
    rows: Sequence[Mapping[str, object]],
    *,
    align: str = "left",
    size: int = 12,
    ink: str = INK,
    bold: bool = False,
    **channels: Any,  # noqa: ANN401 - the same
) -> Layer:
    """Write the field `text` of each row, with its middle at the height given."""
    style = {
        "align": align,
        "baseline": "middle",
        "fontSize": size,
        "fontWeight": "bold" if bold else "normal",
        "limit": 0,
        **({} if "color" in channels else {"color": ink}),
    }
    return layer("text", rows, style=style, text={"field": "text", "type": "nominal"}, **channels)


def haloed(written: Layer) -> list[Layer]:
    """Put white around a text, so that it can be read where it lies over a line."""
    style = {name: value for name, value in written["mark"].items() if name != "color"}
    channels = {name: channel for name, channel in written["encoding"].items() if name != "color"}
    around = {**style, "color": "white", "stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}
    return [{**written, "mark": around, "encoding": channels}, written]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def document(
    layers: Sequence[Layer],
    *,
    width: int,
    height: int,
    title: str,
    subtitle: str,
    left: int = 16,
    right: int = 16,
    bottom: int = 16,
) -> dict[str, Any]:
    """Put layers on one page under a title; `width` and `height` are those of the area the scales fill."""
    top = 64
    heading = [
        text_layer([{"text": title}], size=16, bold=True, x=at(16 - left), y=at(24 - top)),
        text_layer([{"text": subtitle}], ink=QUIET, x=at(16 - left), y=at(44 - top)),
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "autosize": {"type": "none", "contains": "content"},
        "padding": {"left": left, "right": right, "top": top, "bottom": bottom},
        "background": "white",
        "config": {"aria": False, "font": FONT, "view": {"stroke": None}},
        "layer": [*layers, *heading],
    }


def shortened(text: str, columns: int) -> str:
    """Cut text to a number of columns, of which a Chinese character takes two; nothing invisible is left in it."""
    shown = visible(text)
    if display_width(shown) <= columns:
        return shown
    kept = shown
    while display_width(kept) > columns - 1:
        kept = kept[:-1]
    return f"{kept}…"


def lines_of(text: str, *, columns: int, most: int) -> list[str]:
    """Break text into lines of a number of columns, between words where there are any; the last line may be cut."""
    rest = visible(text)
    lines: list[str] = []
    while rest and len(lines) < most - 1 and display_width(rest) > columns:
        end = len(rest)
        while display_width(rest[:end]) > columns:
            end -= 1
        space = max(rest.rfind(" ", 1, end + 1), rest.rfind("_", 1, end) + 1)
        cut = space if space > 0 else end
        lines.append(rest[:cut])
        rest = rest[cut:].lstrip()
    return [*lines, shortened(rest, columns)]

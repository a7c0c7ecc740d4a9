"""From a Vega-Lite document to an SVG that stands in a page: small, with a title that is read aloud, and no ids but ours."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from jointpay.report.charts.drawing import FONT
from jointpay.report.extras import extra_library

__all__ = ["picture"]

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_LEFT_OUT = ("role", "aria-", "pointer-events", "class", "{http://www.w3.org/1999/xlink}")
"""Attributes that serve a page in which parts of a picture can be pointed at."""
_DRAWN_IN = "sans-serif"
_USUAL = {"font-family": _DRAWN_IN, "font-weight": "normal", "transform": "translate(0,0)", "opacity": "1"}
"""What is said once for the whole picture, or what holds anyway."""
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-\d+)?")


def picture(document: Mapping[str, Any], *, title: str, description: str) -> str:
    """Draw a document. Equal documents give equal text, on every machine.

    Raises `MissingExtraError` without the extra `report`.
    """
    numbered, texts = _numbered(document)
    drawn = extra_library("vl_convert", purpose="a chart").vegalite_to_svg(numbered, allowed_base_urls=[])
    root = ET.fromstring(drawn)  # noqa: S314 - the text was made by the renderer a line before
    for element in root.iter(f"{_NAMESPACE}text"):
        element.text = texts[int(str(element.text))]
    _tidied(root)
    told = json.dumps([document, title, description], sort_keys=True)
    name = f"chart-{hashlib.sha256(told.encode()).hexdigest()[:12]}"
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        part = ET.Element(tag, {"id": f"{name}-{tag}"})
        part.text = text
        root.insert(place, part)
    size = {key: root.attrib[key] for key in ("width", "height", "viewBox")}
    root.attrib.clear()
    root.attrib.update(
        {
            "xmlns": "http://www.w3.org/2000/svg",
            **size,
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-desc",
            "font-family": FONT,
            "font-variant-numeric": "tabular-nums",
        }
    )
    return ET.tostring(root, encoding="unicode")


def _numbered(document: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Put numbers in the place of texts, to be drawn in any font; the texts are put back into the picture.

    No place depends on a text. But the renderer measures each, in every font that is asked for: with numbers it is ten
    times as fast. Nor does it ever see what strangers wrote.
    """
    texts: list[str] = []
    layers = []
    for layer in document["layer"]:
        rows = layer["data"]["values"]
        if layer["mark"]["type"] == "text":
            start = len(texts)
            texts += [str(row["text"]) for row in rows]
            rows = [{**row, "text": str(start + place)} for place, row in enumerate(rows)]
        layers.append({**layer, "data": {"values": rows}})
    return {**document, "layer": layers, "config": {**document["config"], "font": _DRAWN_IN}}, texts


def _tidied(element: ET.Element) -> None:
    """Take away what only an interactive page needs, and digits that nobody sees."""
    element.tag = element.tag.removeprefix(_NAMESPACE)
    for name, value in list(element.attrib.items()):
        if name.startswith(_LEFT_OUT) or _USUAL.get(name) == value:
            del element.attrib[name]
        elif name in {"d", "transform", "x", "y", "x2", "y2"}:
            element.attrib[name] = _LONG_NUMBER.sub(_two_places, value)
    for child in list(element):
        _tidied(child)
        empty = child.tag == "path" and (child.get("display") == "none" or not _painted(child))
        if empty or (child.tag == "g" and not len(child)) or (child.tag == "text" and not child.text):
            element.remove(child)


def _painted(path: ET.Element) -> bool:
    return any(path.get(name, "none") != "none" for name in ("fill", "stroke"))


def _two_places(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")

"""Which characters no installed font can draw: a picture of them would be boxes."""

import unicodedata
import warnings
from collections.abc import Callable
from html import escape

from jointpay.report.charts.drawing import FONT
from jointpay.report.extras import extra_library

__all__ = ["MissingFontWarning", "boxes", "warn_of_boxes"]

Render = Callable[[str], bytes]
"""Draws an SVG as PNG with the fonts of this machine."""

_NEVER_DRAWN = "\U0010ffff"
"""A code point that is no character: every font draws its box for it."""


class MissingFontWarning(UserWarning):
    """No font of this machine has some characters of a picture, which shows boxes in their place."""


def _render(svg: str) -> bytes:
    drawn: bytes = extra_library("vl_convert", purpose="a PNG").svg_to_png(svg)
    return drawn


def _alone(character: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
        f'<text x="4" y="30" font-size="24" font-family="{FONT}">{escape(character)}</text></svg>'
    )


def boxes(text: str, *, render: Render = _render) -> str:
    """Give the characters of a text that would be drawn as boxes, each once, in order of code points.

    A character is compared, as it is drawn, with a code point that no font has. ASCII is always drawn: the renderer
    brings a font for it.
    """
    asked = sorted({character for character in text if not character.isascii() and not character.isspace()})
    if not asked:
        return ""
    box = render(_alone(_NEVER_DRAWN))
    return "".join(character for character in asked if render(_alone(character)) == box)


def warn_of_boxes(text: str, *, render: Render = _render) -> None:
    """Warn, naming what to install, where a text has characters that no installed font can draw."""
    found = boxes(text, render=render)
    if not found:
        return
    chinese = any(unicodedata.name(character, "").startswith("CJK") for character in found)
    what, fonts = (
        ("Chinese characters", "Noto Sans CJK (Debian and Ubuntu: fonts-noto-cjk; Fedora: google-noto-sans-cjk-fonts)")
        if chinese
        else ("some characters", "the Noto font of their script (Debian and Ubuntu: fonts-noto)")
    )
    warnings.warn(
        f"no font on this machine has {what} of this chart, and the PNG shows boxes in their place; "
        f"next: install {fonts}, or save an SVG, which is drawn with the fonts of whoever opens it",
        MissingFontWarning,
        stacklevel=4,
    )

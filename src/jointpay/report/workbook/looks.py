"""Formats of cells, each made once."""

from typing import Any

__all__ = ["ACCENTS", "Looks"]

ACCENTS = ("#0072b2", "#b35900", "#00795c", "#a3487a", "#5b6670")
"""One for each role in the order of the plan: hues of Okabe and Ito, dark enough for white text."""

_FONT = {"font_name": "Arial", "font_size": 10, "font_color": "#1f2a30", "valign": "vcenter"}
_KINDS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "told": {"font_color": "#53626b"},
    "head": {
        "bold": True,
        "text_wrap": True,
        "valign": "top",
        "bg_color": "#eceff1",
        "bottom": 1,
        "bottom_color": "#9aa7af",
    },
    "label": {},
    "input": {"bg_color": "#fff7d6", "font_color": "#174a7c"},
    "figure": {},
    "step": {"font_color": "#6b7980"},
    "stands": {"italic": True, "font_color": "#6b7980"},
    "fixed": {},
    "error": {"font_color": "#6b7980"},
    "result": {"bold": True},
    "sum": {"bold": True, "top": 1, "top_color": "#53626b"},
}


class Looks:
    """Gives formats of one workbook."""

    def __init__(self, made: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
        self._made = made
        self._known: dict[tuple[Any, ...], Any] = {}

    def of(self, kind: str, look: str = "General", **more: object) -> Any:  # noqa: ANN401 - the same
        """Give the format of a kind of cell whose numbers look so."""
        key = (kind, look, *sorted(more.items()))
        if key not in self._known:
            self._known[key] = self._made.add_format({**_FONT, **_KINDS[kind], "num_format": look, **more})
        return self._known[key]

    def band(self, colour: str, *, strong: bool) -> Any:  # noqa: ANN401 - the same
        """Give the format of a band over columns: white on the colour, or the colour on white."""
        if strong:
            return self.of("head", bg_color=colour, font_color="#ffffff", text_wrap=False, bottom=0)
        return self.of("head", bg_color="#ffffff", font_color=colour, text_wrap=False, bottom=1, bottom_color=colour)

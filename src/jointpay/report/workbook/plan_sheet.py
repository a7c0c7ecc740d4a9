"""The sheet of the plan: weights, targets, limits and curves, each in a cell that formulas refer to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from jointpay.plan.curves import Curve
from jointpay.plan.plan import Plan
from jointpay.report.language import Language
from jointpay.report.workbook.lines import CurveLines, Line, curve_lines
from jointpay.report.workbook.table import Cell, column_letters, decimals
from jointpay.report.workbook.whole import SHOWN

__all__ = ["LaidCurve", "PlanCell", "PlanSheet"]


@dataclass(frozen=True, slots=True)
class PlanCell:
    """A cell of the plan sheet."""

    value: Cell
    look: str = "General"
    kind: str = "label"
    """`title`, `told`, `head`, `label`, `input`, `fixed`, `step` or `error`."""
    formula: str | None = None


@dataclass(frozen=True, slots=True)
class LaidCurve:
    """A curve that lies on the sheet: the names of its columns, and its lines."""

    name: str
    lines: CurveLines
    scale_in: int

    @property
    def starts(self) -> str:
        """Name of where the lines begin."""
        return f"{self.name}_from"

    def at(self, column: str, segment: str) -> str:
        """Look up `a`, `b` or `c` of the line whose number is in a cell."""
        return f"INDEX({self.name}_{column},{segment})"


@dataclass
class PlanSheet:
    """The cells put down so far."""

    plan: Plan
    language: Language
    sheet: str
    """Its name, in quotes."""
    rows: list[list[PlanCell]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """Cells by the name they are called in formulas."""
    curves: dict[tuple[str, int, int], LaidCurve] = field(default_factory=dict)
    laid: list[tuple[LaidCurve, str, str, str]] = field(default_factory=list)
    """Curves to be put down at the end: curve, caption, format of what goes in and of what comes out."""

    def put(self, *cells: PlanCell) -> int:
        """Put down a row and give its number, counted from 1."""
        self.rows.append(list(cells))
        return len(self.rows)

    def reference(self, row: int, place: int) -> str:
        """Give the absolute reference of a cell, as formulas on other sheets write it."""
        return f"{self.sheet}!${column_letters(place)}${row}"

    def title(self, text: str) -> None:
        """Put down a heading, with an empty row before it."""
        if self.rows:
            self.put()
        self.put(PlanCell(text, kind="title"))

    def heads(self, *keys: str) -> None:
        """Put down the headings of a table."""
        self.put(*(PlanCell(self.language.text(key), kind="head") for key in keys))

    def curve(self, curve: Curve, *, scale_in: int, scale_out: int, caption: str, looks: tuple[str, str]) -> LaidCurve:
        """Lay a curve down, once for all that read it at the same places."""
        key = (curve.model_dump_json(), scale_in, scale_out)
        if key not in self.curves:
            lines = curve_lines(curve, scale_in=scale_in, scale_out=scale_out, rounding=self.plan.rounding)
            laid = LaidCurve(f"curve_{len(self.curves) + 1}", lines, scale_in)
            self.curves[key] = laid
            self.laid.append((laid, caption, *looks))
        return self.curves[key]

    def lay_curves(self) -> None:
        """Put all curves down, each as a table with names for its columns."""
        say = self.language.text
        if self.laid:
            self.put()
            self.put(PlanCell(say("workbook.curve_help"), kind="told"))
        for laid, caption, look_in, look_out in self.laid:
            self.title(say("workbook.curve_title", number=laid.name.removeprefix("curve_"), caption=caption))
            self.heads(*(f"workbook.curve_part_{head}" for head in ("from", "gives", "to", "gives_to", "a", "b", "c")))
            first = len(self.rows) + 1
            for place, line in enumerate(laid.lines.lines):
                after = laid.lines.lines[place + 1].first if place + 1 < len(laid.lines.lines) else None
                self.put(*self._line(line, after, laid.scale_in, (look_in, look_out)))
            last = len(self.rows)
            for head, place in (("from", 0), ("a", 4), ("b", 5), ("c", 6)):
                column = column_letters(place)
                self.names[f"{laid.name}_{head}"] = f"{self.sheet}!${column}${first}:${column}${last}"

    def _line(self, line: Line, after: int | None, scale_in: int, looks: Sequence[str]) -> list[PlanCell]:
        """Write one line of a curve: in words, then in the whole numbers that formulas use."""
        say = self.language.text
        nearest = max(1 - SHOWN, min(line.first if line.first is not None else 1 - SHOWN, SHOWN - 1))
        look = looks[0] if line.first is not None else '"' + say("workbook.from_lowest") + '"'
        begins = PlanCell(nearest / scale_in, look, "fixed")
        if line.piece is None:
            words = [PlanCell(say("workbook.refuses")), PlanCell(""), PlanCell("")]
        else:
            gives = [float(end) for end in (line.piece.at_start, line.piece.at_end)]
            ends = PlanCell("") if after is None else PlanCell((after - 1) / scale_in, looks[0])
            words = [PlanCell(gives[0], looks[1]), ends, PlanCell(gives[1], looks[1])]
        if not line.exact:
            return [begins, *words, PlanCell("#N/A", kind="error"), PlanCell("#N/A", kind="error"), PlanCell(1)]
        whole = decimals(0)
        return [begins, *words, *(PlanCell(number, whole, "fixed") for number in (line.a, line.b, line.c))]

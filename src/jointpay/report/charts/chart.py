"""A chart: a picture that a notebook shows, that a page takes in, and that saves to SVG, PNG and HTML without a browser."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jointpay.report.charts.glyphs import warn_of_boxes
from jointpay.report.charts.picture import picture
from jointpay.report.extras import extra_library
from jointpay.report.language import language as language_of
from jointpay.report.new_file import write_new
from jointpay.report.page_template import page_template

__all__ = ["Chart"]


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """One picture, with the numbers it shows. Made by the functions of `jointpay.report.charts`."""

    title: str
    """What it shows."""
    description: str
    """The same for somebody who cannot see it: what the marks stand for, and what stands out."""
    language: str
    """`en` or `zh-CN`."""
    spec: Mapping[str, Any]
    """The picture as a Vega-Lite document."""
    table: Mapping[str, tuple[str, ...]]
    """The numbers of the picture as columns of text, as they are written in it."""

    def svg(self) -> str:
        """Draw it as SVG text, to stand in a page or in a file.

        It has a title and a description, its text is text, it names no address and holds no script, and the same chart
        gives the same text on every machine. The fonts are those of whoever opens it.

        Raises `MissingExtraError` without the extra `report`.
        """
        return picture(self.spec, title=self.title, description=self.description)

    def png(self, *, scale: float = 2) -> bytes:
        """Draw it as PNG, `scale` pixels for each of the SVG's.

        Warns with `MissingFontWarning` where no installed font has some character of it.
        """
        return self._png(scale)

    def html(self) -> str:
        """Write a page of its own: the picture and, below it, its numbers as a table. It needs no network and no script."""
        written: str = page_template("chart.html.j2").render(
            chart=self,
            svg=self.svg(),
            numbers=language_of(self.language).text("chart.numbers"),
            rows=list(zip(*self.table.values(), strict=True)),
        )
        return written

    def save(self, path: str | Path, *, scale: float = 2) -> None:
        """Write it into a new file: `.svg`, `.png` or `.html`, as the name ends. `scale` is that of a PNG.

        The file is there whole or not at all.

        Raises `ValueError` for another ending, `OutputExistsError` where the file exists, `MissingExtraError` without
        the extra `report`.
        """
        file = Path(path)
        match file.suffix.lower():
            case ".svg":
                content = self.svg().encode()
            case ".png":
                content = self._png(scale)
            case ".html":
                content = self.html().encode()
            case _:
                raise ValueError(f"a chart cannot be saved as {file.name!r}; allowed endings: .svg, .png, .html")
        write_new(file, content)

    def altair(self) -> Any:  # noqa: ANN401 - Altair's own type
        """Give it as an Altair chart, to be changed or put beside others.

        Raises `MissingExtraError` where Altair is not installed.
        """
        return extra_library("altair", purpose="an Altair chart").Chart.from_dict(dict(self.spec))

    def _png(self, scale: float) -> bytes:
        svg = self.svg()
        warn_of_boxes(svg)
        drawn: bytes = extra_library("vl_convert", purpose="a PNG").svg_to_png(svg, scale=scale)
        return drawn

    def __repr__(self) -> str:
        rows = len(next(iter(self.table.values()), ()))
        return f"<Chart: {self.title}; {rows} rows>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Give a notebook the picture as SVG; what it asks to include or exclude, it picks itself."""
        del include, exclude
        return {"image/svg+xml": self.svg(), "text/plain": repr(self)}

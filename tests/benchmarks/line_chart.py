"""A chart of lines as SVG, for figures that a benchmark measured: numbers over rows, both from zero or both logarithmic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

__all__ = ["Line", "line_chart"]

LEFT, TOP, WIDTH, HEIGHT = 60, 40, 600, 260
STYLE = "text { font: 13px system-ui, sans-serif; fill: #334155; } .line { fill: none; stroke-width: 2.5; }"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its colour, its dashes (empty: none), and its points."""

    colour: str
    dashes: str
    points: Sequence[tuple[float, float]]


def line_chart(
    lines: Mapping[str, Line], *, title: str, across: tuple[str, float], up: str, logarithmic: bool = False
) -> str:
    """Draw named lines; `across` names the axis of rows and what a number on it is divided by."""
    sizes = sorted({x for line in lines.values() for x, _ in line.points})
    heights = [y for line in lines.values() for _, y in line.points]
    if logarithmic:
        ticks = [10.0**power for power in range(floor(log10(min(heights))), ceil(log10(max(heights))) + 1)]
        span = log10(sizes[-1] / sizes[0])
        places = {x: log10(x / sizes[0]) / span for x in sizes}
    else:
        step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if max(heights) / step <= 6)
        ticks = [float(tick) for tick in range(0, step * (int(max(heights) / step) + 1) + 1, step)]
        places = {x: x / sizes[-1] for x in sizes}

    def at(x: float, y: float) -> tuple[float, float]:
        height = log10(y / ticks[0]) / log10(ticks[-1] / ticks[0]) if logarithmic else y / ticks[-1]
        return round(LEFT + WIDTH * places[x], 1), round(TOP + HEIGHT * (1 - height), 1)

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 40} {TOP + HEIGHT + 60}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        '<rect width="100%" height="100%" fill="#f8fafc"/>',
        f'<text x="{LEFT}" y="22">{escape(up)}</text>',
        f'<text x="{LEFT + WIDTH}" y="{TOP + HEIGHT + 46}" text-anchor="end">{escape(across[0])}</text>',
    ]
    for tick in ticks:
        _, y = at(sizes[0], tick)
        drawn.append(f'<path d="M{LEFT} {y} h{WIDTH}" stroke="#cbd5e1"/>')
        drawn.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:,.15g}</text>')
    for x in sizes:
        place, _ = at(x, ticks[-1])
        drawn.append(f'<text x="{place}" y="{TOP + HEIGHT + 22}" text-anchor="middle">{x / across[1]:,.15g}</text>')
    for number, (name, line) in enumerate(lines.items()):
        style = f'class="line" stroke="{line.colour}" stroke-dasharray="{line.dashes or "none"}"'
        spots = [at(*point) for point in line.points]
        drawn.append(f'<polyline {style} points="{" ".join(f"{x},{y}" for x, y in spots)}"/>')
        drawn += [f'<circle r="4" fill="{line.colour}" cx="{x}" cy="{y}"/>' for x, y in spots]
        row = TOP + 16 + 20 * number
        drawn.append(
            f'<path {style} d="M{LEFT + 20} {row} h36"/><text x="{LEFT + 64}" y="{row + 4}">{escape(name)}</text>'
        )
    return "\n".join([*drawn, "</svg>", ""])

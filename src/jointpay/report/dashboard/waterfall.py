"""The waterfall of one payee: a table of the steps from 100 points to the score, drawn as they follow one another."""

from jointpay.plan.measures import Link, MissingLeaveOut
from jointpay.report.dashboard.page import Page
from jointpay.report.dashboard.standing import points_cell, signed_cell
from jointpay.report.dashboard.table import Bar, Cell, Group, Head, Row, Table
from jointpay.report.dashboard.view import Payee
from jointpay.report.dashboard.way import Way
from jointpay.report.score_steps import ScoreStep
from jointpay.results.scorecard import LinkScores, MeasureScores, RoleScores

__all__ = ["driver_name", "step_title", "waterfall"]

_BEFORE_POINTS = 4
"""Columns between the head of a row and its points."""


def driver_name(page: Page, driver: str | None) -> str:
    """Name who drives a step."""
    return page.writing.text("dashboard.no_role") if driver is None else page.writing.role(driver)


def step_title(page: Page, role: RoleScores, step: ScoreStep) -> str:
    """Name what a step is about."""
    component = page.view.plan.roles[role.role].components[step.component]
    if step.kind == "component":
        return page.writing.component(role.role, step.component)
    asked = component.modifiers[step.name] if step.kind == "modifier" else component.measures[step.name]
    title = page.writing.ingredient(asked)
    return page.writing.text("dashboard.as_factor", title=title) if step.kind == "modifier" else title


def waterfall(page: Page, role: RoleScores, payee: Payee, way: Way) -> Table:
    """Lay out the steps; where there is a period before, also its points and what each measure changed since."""
    writing = page.writing
    target = 100 * 10**page.view.plan.places.points
    levels = [target]
    for one in way.steps:
        levels.append(levels[-1] + one.points)
    compared = way.before is not None
    start = Cell(writing.points(target), "h4")
    groups = [Group((_row(Head(writing.text("dashboard.target_row")), [start, *[Cell()] * (2 + 2 * compared)]),))]
    for place, one in enumerate(way.steps):
        head = Head(step_title(page, role, one.step), writing.component(role.role, one.step.component))
        cells = [
            Cell(driver_name(page, one.step.driver), style=_role_style(page, one.step.driver)),
            *_reading(page, role, one.step, payee.row),
        ]
        if way.before is not None:
            cells.append(_reading(page, role, one.step, way.before)[-1])
        cells += [
            Cell(bars=_bar(levels[place], levels[place + 1], min(levels), max(levels))),
            signed_cell(page, one.points),
        ]
        cells += [signed_cell(page, one.change)] * compared
        groups.append(Group((Row(head, tuple(cells)),)))
    return Table(
        writing.text("dashboard.step_caption"),
        _heads(page, compared=compared),
        tuple(groups),
        _foot(page, role, payee, way),
    )


def _heads(page: Page, *, compared: bool) -> tuple[Head, ...]:
    text = page.writing.text
    heads = [Head(text("dashboard.step_what")), Head(text("dashboard.step_driver"), style="t")]
    heads += [Head(text("dashboard.step_reached")), Head(text("dashboard.step_asked"))]
    heads += [Head(text("dashboard.step_attained")), Head(text("dashboard.step_points"))]
    if compared:
        heads.append(Head(text("dashboard.step_points"), page.earlier()))
    heads += [Head(text("dashboard.step_waterfall"), style="t"), Head(text("dashboard.step_step"))]
    if compared:
        heads.append(Head(text("dashboard.change")))
    return tuple(heads)


def _row(head: Head, cells: list[Cell], style: str = "") -> Row:
    """Make a row that has nothing before its points."""
    return Row(head, (*[Cell()] * _BEFORE_POINTS, *cells), style)


def _foot(page: Page, role: RoleScores, payee: Payee, way: Way) -> tuple[Row, ...]:
    """Give the score, then what of the way to it who drives."""
    writing, row = page.writing, payee.row
    if role.states[row]:
        return (_row(Head(writing.text("dashboard.no_score")), [Cell("–", "m"), Cell(), Cell()]),)
    compared = way.before is not None
    earlier = [] if way.before is None else [points_cell(page, int(role.scores[way.before]), 0, left_out=True)]
    steps, changes = sum(one.points for one in way.steps), sum(one.change for one in way.steps)
    score = [points_cell(page, int(role.scores[row]), 0, left_out=True), *earlier, Cell(), signed_cell(page, steps)]
    found = [_row(Head(writing.text("dashboard.score")), [*score, *[signed_cell(page, changes)] * compared], "b")]
    for driver in way.drivers(role.role):
        points, change = way.driven(driver)
        head = Head(writing.text("dashboard.driven_by", role=driver_name(page, driver)))
        cells = [*[Cell()] * (2 + compared), signed_cell(page, points), *[signed_cell(page, change)] * compared]
        found.append(_row(head, cells))
    return tuple(found)


def _bar(start: int, end: int, low: int, high: int) -> tuple[Bar, ...]:
    width = max(high - low, 1)
    left, right = sorted((start, end))
    style = "g" if start == end else "up" if end > start else "down"
    return (Bar(round(100 * (left - low) / width, 1), max(round(100 * (right - left) / width, 1), 0.8), style),)


def _role_style(page: Page, driver: str | None) -> str:
    """Give the class of a role's accent; None has none."""
    names = list(page.view.plan.roles)
    return "t" if driver is None else f"t r{min(names.index(driver), 4)}"


def _reading(page: Page, role: RoleScores, step: ScoreStep, row: int) -> tuple[Cell, ...]:
    """Give what was reached, what was asked, how far it was attained, and the points."""
    component = next(component for component in role.components if component.name == step.component)
    asked = page.view.plan.roles[role.role].components[step.component]
    blank = [Cell()] * 3
    if step.kind == "component":
        return (*blank, points_cell(page, int(component.points[row]), int(component.states[row]), left_out=False))
    listed = component.modifiers if step.kind == "modifier" else component.measures
    part: MeasureScores | LinkScores = next(part for part in listed if part.name == step.name)
    reading = asked.modifiers[step.name] if step.kind == "modifier" else asked.measures[step.name]
    state = int(part.states[row])
    points = points_cell(page, int(part.points[row]), state, left_out=isinstance(reading.missing, MissingLeaveOut))
    if isinstance(reading, Link) or isinstance(part, LinkScores):
        return (*blank, points)
    metric, writing = page.view.plan.metrics[reading.metric], page.writing
    reached = "–" if state in (1, 2) else writing.value(metric, int(part.values[row]), metric.places)
    wanted = "–" if state in (1, 2, 3) else writing.value(metric, int(part.targets[row]), metric.places)
    attained = "" if state else writing.attained(reading.attainment, int(part.attainments[row]))
    return (Cell(reached), Cell("" if reading.target is None else wanted), Cell(attained), points)

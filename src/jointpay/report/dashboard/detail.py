"""One payee: from 100 points to the score, what changed, and what became of the traffic."""

from collections.abc import Sequence
from dataclasses import dataclass

from jointpay.plan.measures import Link, MissingLeaveOut
from jointpay.report.dashboard.coupling import named_partner
from jointpay.report.dashboard.page import Page
from jointpay.report.dashboard.partners import Partners
from jointpay.report.dashboard.standing import points_cell, signed_cell
from jointpay.report.dashboard.table import Bar, Cell, Group, Head, Row, Table
from jointpay.report.dashboard.traffic import traffic_answer, traffic_by_channel, traffic_by_item
from jointpay.report.dashboard.view import Payee
from jointpay.report.score_steps import ScoreStep
from jointpay.results.scorecard import LinkScores, MeasureScores, RoleScores

__all__ = ["Detail", "detail"]

_CHANGES = 3
"""Measures named in the sentence on what changed."""
_PARTNERS = 12


@dataclass(frozen=True, slots=True)
class Detail:
    """What is shown of one payee."""

    key: str
    title: str
    role: str
    days: str
    score: Cell
    change: str
    answers: tuple[str, ...]
    """Sentences that answer why the score is what it is, and why it changed."""
    steps: Table
    traffic: tuple[Table, ...]


def detail(
    page: Page, role: RoleScores, payee: Payee, steps: Sequence[ScoreStep], partners: Partners, change: str
) -> Detail:
    """Put together everything about one payee row of the period looked at."""
    writing, row = page.writing, payee.row
    steps = [step for step in steps if step.kind != "component" or _moves(step, payee)]
    days = page.view.span
    start, end = int(role.payees.starts[row]), int(role.payees.ends[row])
    cut = (start, end) != (days.start, days.end)
    answers = [
        *_why_changed(page, role, payee, steps),
        *_adjusted(page, payee),
        *_partners(page, partners),
        *traffic_answer(page, role, payee),
    ]
    return Detail(
        key=payee.key,
        title=page.person(payee.person),
        role=writing.role(role.role),
        days=writing.language.days(start, end) if cut else "",
        score=points_cell(page, int(role.scores[row]), int(role.states[row]), left_out=True, strong=True),
        change=change,
        answers=tuple(answers),
        steps=_step_table(page, role, payee, steps),
        traffic=(*traffic_by_channel(page, role, payee), *traffic_by_item(page, role, payee)),
    )


def _moves(step: ScoreStep, payee: Payee) -> bool:
    """Tell whether a step did anything, now or in the period before."""
    return any(row is not None and bool(step.points[row]) for row in (payee.row, payee.before))


def _both(role: RoleScores, payee: Payee) -> int | None:
    """Give the row of the period before where it and the row looked at have a score."""
    if payee.before is None or role.states[payee.row] or role.states[payee.before]:
        return None
    return payee.before


def _earlier(page: Page) -> str:
    return "" if page.view.before is None else page.writing.label(page.view.card.periods[page.view.before].id)


def _why_changed(page: Page, role: RoleScores, payee: Payee, steps: Sequence[ScoreStep]) -> list[str]:
    """Say by how much the score changed, what part of that who drives, and where most of it comes from."""
    writing, before = page.writing, _both(role, payee)
    if page.view.before is None:
        return []
    if before is None:
        return [writing.text("dashboard.no_comparison", period=_earlier(page))]
    changes = [(int(step.points[payee.row] - step.points[before]), step) for step in steps]
    by_driver: dict[str | None, int] = {role.role: 0}
    for change, step in changes:
        by_driver[step.driver] = by_driver.get(step.driver, 0) + change
    comma = writing.text("dashboard.comma")
    told = [
        writing.text("dashboard.drives", role=_driver(page, driver), points=writing.points(change, signed=True))
        for driver, change in by_driver.items()
        if change or driver is not None
    ]
    score = sum(change for change, _ in changes)
    most = sorted((pair for pair in changes if pair[0]), key=lambda pair: -abs(pair[0]))[:_CHANGES]
    found = [
        writing.text(
            "dashboard.changed",
            score=writing.points(int(role.scores[payee.row])),
            change=writing.points(score, signed=True),
            period=_earlier(page),
            before=writing.points(int(role.scores[before])),
            parts=comma.join(told),
        )
    ]
    if most:
        named = comma.join(f"{_title(page, role, step)} {writing.points(change, signed=True)}" for change, step in most)
        found.append(writing.text("dashboard.most_changed", measures=named))
    return found


def _partners(page: Page, partners: Partners) -> list[str]:
    if not partners.by_partner:
        return []
    named = [
        f"{named_partner(page, *key)} {page.writing.points(points, signed=True)}"
        for key, points in list(partners.by_partner.items())[:_PARTNERS]
    ]
    return [
        page.writing.text(
            "dashboard.partners",
            points=page.writing.points(partners.others, signed=True),
            partners=page.writing.text("dashboard.comma").join(named),
        )
    ]


def _adjusted(page: Page, payee: Payee) -> list[str]:
    """Say what every pay rule makes of it, and what it made before."""
    writing, places = page.writing, page.view.plan.places.adjustment
    found = []
    for line in page.view.lines(payee.role):
        rule = writing.named(line.rule_id)
        if line.states[payee.row]:
            found.append(writing.text("dashboard.not_adjusted", rule=rule))
            continue
        told = writing.text(
            "dashboard.adjusted", rule=rule, percent=writing.percent(int(line.adjustment[payee.row]), places)
        )
        if payee.before is not None and not line.states[payee.before]:
            earlier = writing.percent(int(line.adjustment[payee.before]), places)
            told += writing.text("dashboard.adjusted_before", percent=earlier, period=_earlier(page))
        found.append(told)
    return found


def _driver(page: Page, driver: str | None) -> str:
    return page.writing.text("dashboard.no_role") if driver is None else page.writing.role(driver)


def _title(page: Page, role: RoleScores, step: ScoreStep) -> str:
    component = page.view.plan.roles[role.role].components[step.component]
    if step.kind == "component":
        return page.writing.component(role.role, step.component)
    asked = component.modifiers[step.name] if step.kind == "modifier" else component.measures[step.name]
    title = page.writing.ingredient(asked)
    return page.writing.text("dashboard.as_factor", title=title) if step.kind == "modifier" else title


def _step_table(page: Page, role: RoleScores, payee: Payee, steps: Sequence[ScoreStep]) -> Table:
    """Give every step from 100 points to the score, drawn as a waterfall, and the same step in the period before."""
    writing, row, before = page.writing, payee.row, _both(role, payee)
    target = 100 * 10**page.view.plan.places.points
    levels = [target]
    for step in steps:
        levels.append(levels[-1] + int(step.points[row]))
    parts = {
        (component.name, kind, part.name): part
        for component in role.components
        for kind, listed in (("part", component.measures), ("modifier", component.modifiers))
        for part in listed
    }
    groups = [Group((Row(Head(writing.text("dashboard.target_row")), _target(page, target, before)),))]
    for place, step in enumerate(steps):
        part = parts.get((step.component, "modifier" if step.kind == "modifier" else "part", step.name))
        cells = [
            Cell(_driver(page, step.driver), style=_role_style(page, step.driver)),
            *_reading(page, role, step, part, row),
            Cell(bars=_bar(levels[place], levels[place + 1], min(levels), max(levels))),
            signed_cell(page, int(step.points[row])),
        ]
        if before is not None:
            cells += [
                Cell(writing.points(int(step.points[before]), signed=True)),
                signed_cell(page, int(step.points[row] - step.points[before])),
            ]
        head = Head(_title(page, role, step), writing.component(role.role, step.component))
        groups.append(Group((Row(head, tuple(cells)),)))
    heads = ["what", "driver", "reached", "asked", "attained", "points", "waterfall", "step"]
    left = {"driver", "waterfall"}
    heads_written = [Head(writing.text(f"dashboard.step_{name}"), style="t" if name in left else "") for name in heads]
    if before is not None:
        heads_written += [Head(_earlier(page)), Head(writing.text("dashboard.change"))]
    return Table(
        writing.text("dashboard.step_caption"),
        tuple(heads_written),
        tuple(groups),
        _step_foot(page, role, payee, steps, before),
    )


def _step_foot(
    page: Page, role: RoleScores, payee: Payee, steps: Sequence[ScoreStep], before: int | None
) -> tuple[Row, ...]:
    """Give the score, then what who drives of the way to it."""
    writing = page.writing
    if role.states[payee.row]:
        return (Row(Head(writing.text("dashboard.no_score")), _sums(page, None, None)),)
    earlier = None if before is None else int(role.scores[before])
    found = [Row(Head(writing.text("dashboard.score")), _sums(page, int(role.scores[payee.row]), earlier), "b")]
    drivers = list(dict.fromkeys([role.role, *(step.driver for step in steps)]))
    for driver in drivers:
        mine = [step.points for step in steps if step.driver == driver]
        now = sum(int(points[payee.row]) for points in mine)
        past = None if before is None else sum(int(points[before]) for points in mine)
        head = Head(writing.text("dashboard.driven_by", role=_driver(page, driver)))
        found.append(Row(head, _sums(page, now, past, signed=True)))
    return tuple(found)


def _target(page: Page, target: int, before: int | None) -> tuple[Cell, ...]:
    """Fill the row that everything starts from."""
    cells = _sums(page, target, None)
    return cells if before is None else (*cells, cells[-1], Cell())


def _sums(page: Page, now: int | None, before: int | None, *, signed: bool = False) -> tuple[Cell, ...]:
    """Fill the columns of a row that is a sum: only the last ones have something."""
    writing = page.writing
    blank = [Cell()] * 6
    shown = Cell("" if now is None else writing.points(now, signed=signed))
    if before is None or now is None:
        return (*blank, shown)
    return (*blank, shown, Cell(writing.points(before, signed=signed)), signed_cell(page, now - before))


def _bar(start: int, end: int, low: int, high: int) -> tuple[Bar, ...]:
    width = max(high - low, 1)
    left, right = sorted((start, end))
    style = "g" if start == end else "up" if end > start else "down"
    return (Bar(round(100 * (left - low) / width, 1), max(round(100 * (right - left) / width, 1), 0.8), style),)


def _role_style(page: Page, driver: str | None) -> str:
    """Give the class of a role's accent; None has none."""
    names = list(page.view.plan.roles)
    return "t" if driver is None else f"t r{min(names.index(driver), 4)}"


def _reading(
    page: Page, role: RoleScores, step: ScoreStep, part: MeasureScores | LinkScores | None, row: int
) -> tuple[Cell, ...]:
    """Give what was reached, what was asked, how far it was attained, and the points."""
    asked = page.view.plan.roles[role.role].components[step.component]
    if part is None:
        component = next(component for component in role.components if component.name == step.component)
        points, state = int(component.points[row]), int(component.states[row])
        return (*[Cell()] * 3, points_cell(page, points, state, left_out=False))
    reading = asked.modifiers[step.name] if step.kind == "modifier" else asked.measures[step.name]
    left_out = isinstance(reading.missing, MissingLeaveOut)
    points_shown = points_cell(page, int(part.points[row]), int(part.states[row]), left_out=left_out)
    if isinstance(reading, Link) or isinstance(part, LinkScores):
        return (*[Cell()] * 3, points_shown)
    metric, writing, state = page.view.plan.metrics[reading.metric], page.writing, int(part.states[row])
    reached = "–" if state in (1, 2) else writing.value(metric, int(part.values[row]), metric.places)
    wanted = (
        ""
        if reading.target is None
        else "–"
        if state in (1, 2, 3)
        else writing.value(metric, int(part.targets[row]), metric.places)
    )
    attained = "" if state else writing.attained(reading.attainment, int(part.attainments[row]))
    return (Cell(reached), Cell(wanted), Cell(attained), points_shown)

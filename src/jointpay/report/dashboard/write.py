"""Write a dashboard: choose, sum up, lay out, and fill the template."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jointpay.report.dashboard.coupling import coupling_table, moved_by, role_shares
from jointpay.report.dashboard.detail import Detail, detail
from jointpay.report.dashboard.figures import figures_of
from jointpay.report.dashboard.funnel import channel_table, item_table, stages
from jointpay.report.dashboard.lazy import RowData, TableData, page_data, row_data, table_data
from jointpay.report.dashboard.page import Page
from jointpay.report.dashboard.partners import partners_of
from jointpay.report.dashboard.record import conservation_table, excluded, findings
from jointpay.report.dashboard.standing import heat_map
from jointpay.report.dashboard.sums import PeriodSums
from jointpay.report.dashboard.table import Table
from jointpay.report.dashboard.trend import metric_trend, score_trend
from jointpay.report.dashboard.view import View, view_of
from jointpay.report.dashboard.way import ways_of
from jointpay.report.dashboard.writing import Writing
from jointpay.report.extras import extra_library
from jointpay.report.language import language as language_of
from jointpay.report.page_template import page_template
from jointpay.report.score_steps import score_steps
from jointpay.report.work import SharedWork
from jointpay.results.settlement import Settlement

__all__ = ["dashboard"]


def dashboard(
    settlement: Settlement,
    work: SharedWork,
    *,
    group: tuple[str, str] | None = None,
    periods: Sequence[str] | None = None,
    language: str = "en",
    pay: bool = False,
) -> str:
    """Write the dashboard of a team as one page of HTML.

    It looks at the last of the periods, compares it with the one before, and shows the way there over all of them. It
    holds no address, loads nothing, and can be read, searched by the browser and printed without its script. Equal
    results give equal bytes.

    Parameters
    ----------
    settlement
        What was scored and paid.
    work
        The shared work of the same run.
    group
        A column of people and a value in it, such as ``("team", "blue")``: only those who belong to it, and the items
        they are credited with. None: everybody, and all items.
    periods
        Ids of periods; None: all that were scored.
    language
        `en` or `zh-CN`.
    pay
        Whether amounts of money are shown. Scores and adjustments in per cent always are, pay bases never.

    Raises
    ------
    MismatchError
        The work is of another run; there is no such period, column or value; or nobody is left to show.
    MissingExtraError
        The extra `report` is not installed.
    ValueError
        An unknown language.
    """
    settlement.scorecard.require_all("a dashboard")
    view = view_of(settlement, work, group=group, periods=periods)
    page = _page(view, Writing(view.plan, language_of(language)), pay=pay)
    script = _text("dashboard.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    markup = extra_library("markupsafe", purpose="a page").Markup
    written: str = page_template("dashboard.html.j2").render(
        page=page,
        text=page.writing.text,
        language=language,
        script=markup(script),
        script_digest=digest,
        style=markup(_text("dashboard.css")),
        **_head(page),
        **_parts(page),
    )
    return written


def _page(view: View, writing: Writing, *, pay: bool) -> Page:
    code = {name: at for at, name in enumerate(view.work.roles)}
    people = None
    if view.group is not None:
        people = frozenset((code[view.card.roles[payee.role].role], payee.person) for payee in view.payees)
    figures = figures_of(view.plan)
    now = PeriodSums(view.work, view.now, people)
    before = None if view.before is None else PeriodSums(view.work, view.before, people)
    lead = figures.totals.index(figures.lead)
    channels = tuple(
        sorted((key[0] for key in now.channels), key=lambda channel: (-now.channels[channel,][lead], channel))
    )
    return Page(view, figures, writing, now, before, pay, channels)


def _head(page: Page) -> dict[str, Any]:
    """Give the title and the few figures that stand above everything."""
    view, writing, plan = page.view, page.writing, page.view.plan
    span, first = view.span, view.card.periods[view.periods[0]]
    target = 100 * 10**plan.places.points
    scores = [
        int(role.scores[payee.row])
        for _, role, payees in view.roles()
        for payee in payees
        if not role.states[payee.row]
    ]
    tiles = [
        (writing.text("dashboard.payees"), writing.number(len({payee.person for payee in view.payees}))),
        (
            writing.text("dashboard.reached_target"),
            writing.text(
                "dashboard.of",
                part=writing.number(sum(score >= target for score in scores)),
                whole=writing.number(len(scores)),
            ),
        ),
        (writing.text("dashboard.items"), writing.number(len(page.now.items))),
    ]
    if page.pay:
        paid = sum(int(line.amount_minor[payee.row]) for payee in view.payees for line in view.lines(payee.role))
        tiles.append((writing.text("dashboard.paid"), writing.language.money(paid, plan.currency)))
    group = view.group
    return {
        "title": writing.label(plan.title or plan.id),
        "period": writing.label(span.id),
        "days": writing.language.days(span.start, span.end),
        "version": writing.text("dashboard.version", plan=writing.label(plan.id), version=writing.label(plan.version)),
        "reach": ""
        if first is span
        else writing.text("dashboard.reach", first=writing.label(first.id), last=writing.label(span.id)),
        "group": ""
        if group is None
        else writing.text("dashboard.group", column=writing.named(group[0]), value=writing.label(group[1])),
        "tiles": tiles,
        "digests": writing.text(
            "dashboard.digests",
            plan=plan.digest[:12],
            data=view.card.data_digest[:12],
            version=view.card.engine_version,
        ),
    }


def _parts(page: Page) -> dict[str, Any]:
    """Lay out every part of the page."""
    steps = {role.role: score_steps(page.view.card, role) for _, role, _ in page.view.roles()}
    partners = {
        payee.key: partners_of(page.view, payee, steps[role.role], page.now)
        for _, role, payees in page.view.roles()
        for payee in payees
    }
    moved = moved_by(page, partners)
    heat, coupling, trend, details = [], [], [], []
    for place, role, payees in page.view.roles():
        heat.append(heat_map(page, place, role, payees))
        coupling.append(coupling_table(page, role, payees, partners, moved))
        trend.append(score_trend(page, role, payees))
        ways = ways_of(page.view, role, payees, steps[role.role])
        details += [detail(page, role, payee, ways[payee.key], partners[payee.key]) for payee in payees]
    items = item_table(page)
    return {
        "heat": heat,
        "stages": stages(page),
        "legend": [(page.channel(channel), page.colour(channel)) for channel in page.channels],
        "channels": channel_table(page),
        "role_shares": role_shares(page),
        "coupling": coupling,
        "trend": trend if len(page.view.periods) > 1 else [],
        "metric_trend": metric_trend(page) if len(page.view.periods) > 1 else None,
        "items": items,
        "details": details,
        "data": extra_library("markupsafe", purpose="a page").Markup(_data(page, details, items)),
        "conservation": conservation_table(page),
        "excluded": excluded(page),
        "findings": findings(page),
    }


def _data(page: Page, details: Sequence[Detail], items: Table) -> str:
    """Write what is built when it is opened: the traffic of payees, and the channels of items."""
    heads = page.heads()
    parts: dict[str, list[RowData] | list[TableData]] = {
        detail.key: [table_data(table, len(heads)) for table in detail.traffic] for detail in details if detail.traffic
    }
    parts |= {group.key: row_data(group.rows[1:]) for group in items.groups}
    return page_data(heads, parts)


def _text(name: str) -> str:
    return (files("jointpay.report") / "templates" / name).read_text(encoding="utf-8")

"""One small team that sees everything a dashboard shows, and a reader of the page."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any, NamedTuple

import pytest

from jointpay.data.base_pay import read_base_pay
from jointpay.data.dataset import Dataset
from jointpay.pipeline import score, settle
from jointpay.plan.plan import Plan
from jointpay.report.dashboard import dashboard
from jointpay.report.work import SharedWork, work_of
from jointpay.results.settlement import Settlement
from jointpay.testing.examples import component, credits_table, facts_table, measure, people_table, plan, read, table

RATIO = {"kind": "proportional", "times": "100", "origin": "0", "from": "0", "to": "2"}
HOSTILE = "</script><b>\"&'=1"


class Ran(NamedTuple):
    """A run, and what it was made of."""

    plan: Plan
    dataset: Dataset
    settlement: Settlement
    work: SharedWork

    def page(self, **asked: Any) -> "Read":
        return Read(dashboard(self.settlement, self.work, **asked))


def team_plan(**changed: object) -> Plan:
    """Make a designer who is half driven by operators, an operator who reads the designer through a link, and a gate."""
    metrics = {
        "clicks": {"title": "Clicks", "kind": "total", "total": "clicks", "unit": "count", "driven_by": "designer"},
        "rate": {"kind": "ratio", "numerator": "orders", "denominator": "clicks", "unit": "ratio"},
        "orders": {"kind": "total", "total": "orders", "unit": "count", "driven_by": "operator"},
        "dwell": {"kind": "ratio", "numerator": "dwell", "denominator": "clicks", "unit": "s"},
        "dwell_all": {"kind": "total", "total": "dwell", "unit": "min"},
    }
    metrics["rate"]["driven_by"] = "operator"
    metrics["dwell"]["driven_by"] = "designer"
    fixed = {"kind": "fixed", "value": "60"}
    clicks = measure(target=fixed, attainment="ratio", curve=RATIO, weight="1/2", missing="error")
    rate_curve = {"kind": "proportional", "times": "1000", "origin": "0", "from": "0", "to": "1"}
    rate = measure("rate", weight="1/2", curve=rate_curve, missing={"kind": "neutral", "points": "100"})
    gate: dict[str, Any] = {"metric": "dwell_all", "scope": "own", "attainment": "value", "missing": "leave_out"}
    gate["curve"] = {"kind": "threshold", "at": "1", "below_gives": "50", "gives": "100", "edge": "upper"}
    link = {"kind": "link", "role": "designer", "component": "quality", "weight": "1", "missing": "leave_out"}
    group = measure("orders", scope="all", target=fixed, attainment="difference", weight="1/2", missing="leave_out")
    driven = measure("clicks", scope="all", target=fixed, attainment="ratio", curve=RATIO, weight="1/2")
    pay: dict[str, Any] = {
        "base": "salary",
        "reads": "score",
        "curve": {"kind": "proportional", "times": "1%", "origin": "100"},
    }
    pay["curve"] |= {"from": "0", "to": "200"}
    roles = {
        "designer": {
            "title": "Designer",
            "components": {"quality": component(clicks, rate, title="Quality", modifiers={"gate": gate})},
            "pay": [pay | {"id": "bonus"}],
        },
        "operator": {
            "title": "Operator",
            "missing": "no_adjustment",
            "components": {
                "reach": component(group, driven, weight="1/2", missing="leave_out"),
                "partners": component(link, weight="1/2", missing="leave_out"),
            },
            "pay": [
                pay | {"id": "bonus"},
                pay | {"id": "extra", "reads": {"kind": "component", "component": "partners"}},
            ],
        },
    }
    return plan(
        roles,
        totals={
            "clicks": {"kind": "count", "events": ["click"]},
            "orders": {"kind": "count", "events": ["order"]},
            "dwell": {"kind": "sum", "events": ["dwell"], "unit": "ms"},
        },
        metrics={name: {"direction": "higher_is_better", "places": 4} | body for name, body in metrics.items()},
        bounds={"not_monotone": list(metrics)},
        title="Team & <plan>",
        **changed,
    )


def ran_of(made: Plan, seats: Any, shares: Any, happened: Any) -> Ran:
    data = read(made, seats, shares, happened)
    card = score(made, data)
    rows = [(person, span.id, "salary", "7777.77") for person in card.person_ids for span in card.periods]
    base = table("person period base amount", *rows)
    return Ran(made, data, settle(made, card, read_base_pay(base, made)), work_of(made, data))


@pytest.fixture(scope="session")
def ran() -> Ran:
    """Two months. `dan` operates nobody's item, `bo` has no clicks, `cy` begins in the middle of January."""
    seats = people_table(
        ("ann", "designer", "", "", "north"),
        ("bo", "designer", "", "", "south"),
        (HOSTILE, "operator", "2026-01-16", "", "north"),
        ("dan", "operator", "", "", "south"),
        ("eve", "operator", "", "", "north"),
    )
    seats["name"] = ["Ann Lee", "", "<i>Cy</i>", "", "Eve"]
    shares = credits_table(
        ("ann", "designer", "poster", "1", "", ""),
        ("bo", "designer", "page", "1/2", "", ""),
        (HOSTILE, "operator", "poster", "2/3", "", ""),
        ("eve", "operator", "poster", "1/4", "", ""),
        ("eve", "operator", HOSTILE, "1", "", ""),
    )
    happened = facts_table(
        ("2026-01-05", "poster", "feed", 60, 6),
        ("2026-01-20", "poster", "<search>", 60, 9),
        ("2026-02-10", "poster", "feed", 40, 4),
        ("2026-02-11", "poster", "live", 20, 4),
        ("2026-02-12", HOSTILE, "feed", 30, 1),
    )
    happened["dwell"] = [90_000, 60_000, 30_000, 10_000, 5_000]
    return ran_of(team_plan(), seats, shares, happened)


class Tables(NamedTuple):
    """One table: its caption, its heads, its rows by their own head, each with the cells as text and as classes."""

    caption: str
    heads: list[str]
    rows: dict[str, list[str]]
    styles: dict[str, list[str]]


class Read(HTMLParser):
    """A page as a reader sees it: sections with their tables and texts. Text for screen readers alone is left out."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.sections: dict[str, list[Tables]] = {"": []}
        self.texts: dict[str, list[str]] = {"": []}
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.details: dict[str, list[Tables]] = {}
        self.data: dict[str, Any] = {}
        self._section = self._detail = ""
        self._open: list[str] = []
        self._cells: list[tuple[str, str]] = []
        self._raw: list[str] = []
        self._hidden = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if tag == "section":
            self._section = found["id"]
            self.sections[self._section], self.texts[self._section] = [], []
        elif tag == "details":
            self._detail = found["id"]
            self.details[self._detail] = []
        elif tag == "table":
            made = Tables("", [], {}, {})
            self.sections[self._section].append(made)
            if self._detail:
                self.details[self._detail].append(made)
        elif tag == "tr":
            self._cells = []
        elif tag in {"td", "th"}:
            self._cells.append(("", found.get("class", "")))
        elif tag == "span":
            self._hidden += found.get("class") == "sr"
        elif tag == "script" and found.get("id") == "data":
            self._raw = [""]
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if tag == "tr":
            here = self.sections[self._section][-1]
            if "thead" in self._open:
                here.heads.extend(text for text, _ in self._cells)
            else:
                (head, _), *cells = self._cells
                here.rows[head] = [text for text, _ in cells]
                here.styles[head] = [style for _, style in cells]
        elif tag == "details":
            self._detail = ""
        elif tag == "span":
            self._hidden = 0
        elif tag == "script" and self._raw:
            self.data = json.loads("".join(self._raw))
            self._raw = []

    def handle_data(self, data: str) -> None:
        if self._raw:
            self._raw.append(data)
        elif "style" in self._open or "script" in self._open or self._hidden:
            return
        elif "caption" in self._open:
            made = self.sections[self._section].pop()
            replaced = made._replace(caption=made.caption + data)
            self.sections[self._section].append(replaced)
            if self._detail:
                self.details[self._detail][-1] = replaced
        elif self._cells and ("td" in self._open or "th" in self._open):
            text, style = self._cells[-1]
            self._cells[-1] = (text + data.replace("\n", ""), style)
        elif data.strip():
            self.texts[self._section].append(data.strip())

    def table(self, section: str, caption: str) -> Tables:
        return next(made for made in self.sections[section] if made.caption == caption)


@pytest.fixture(scope="session")
def page(ran: Ran) -> Read:
    return ran.page()


@pytest.fixture(scope="session")
def run_of() -> Callable[..., Ran]:
    return ran_of


@pytest.fixture(scope="session")
def reread() -> Callable[[str], Read]:
    return Read

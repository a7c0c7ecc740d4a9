"""A real browser opens the dashboard and a statement of the demo from disk: nothing loads, all reads, all can be operated.

Needs Playwright (extra `browser`) and a Chromium: JOINTPAY_CHROMIUM, or one on the path. Accessibility is checked by
axe-core, whose file JOINTPAY_AXE names.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from jointpay.cli import main
from jointpay.report.language import language
from jointpay.results.settlement import Settlement

sync = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install 'jointpay[browser]'")

CHROMIUM = os.environ.get("JOINTPAY_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
AXE = os.environ.get("JOINTPAY_AXE", "")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: set JOINTPAY_CHROMIUM, or install one")

WIDE, PHONE = (1280, 900), (360, 740)
STATEMENT = {"folder": "statements", "file": "statements-2026-04/statement-D04.html"}
CELLS = "rows => rows.map(row => [...row.cells].map(cell => cell.firstChild ? cell.firstChild.textContent.trim() : ''))"


class Shown(NamedTuple):
    """A page of a browser, and what it complained of and asked for."""

    page: Any
    complaints: list[str]
    requests: list[str]

    def cells(self, rows: str) -> list[list[str]]:
        """Give the texts of the cells of some rows, without what is said to screen readers alone."""
        found: list[list[str]] = self.page.eval_on_selector_all(rows, CELLS)
        return found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a demo with dashboards in both languages."""
    folder = tmp_path_factory.mktemp("browser") / "shop"
    assert main(["demo", "--dir", str(folder), "--rows", "20000"]) == 0
    assert (
        main(["report", str(folder / "results"), "--lang", "zh-CN", "--format", "html", "--out", str(folder / "zh-CN")])
        == 0
    )
    asked = ["--payee", "D04", "--format", "html", "--out", str(folder / "statements")]
    assert main(["report", str(folder / "results"), *asked]) == 0
    return folder


@pytest.fixture(scope="module")
def settlement(demo: Path) -> Settlement:
    return Settlement.from_json((demo / "results" / "settlement.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync.sync_playwright() as play:
        launched = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture
def shown(browser: Any, demo: Path, request: pytest.FixtureRequest) -> Iterator[Shown]:
    """Open the dashboard; parametrized indirectly with the size, the language and whether scripts run."""
    asked = {"size": WIDE, "folder": "report", "file": "dashboard.html", "script": True} | getattr(request, "param", {})
    width, height = asked["size"]
    context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=asked["script"])
    context.set_offline(True)
    page = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda told: complaints.append(f"{told.type}: {told.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked_for: requests.append(asked_for.url))
    page.goto((demo / asked["folder"] / asked["file"]).as_uri())
    yield Shown(page, complaints, requests)
    context.close()


def test_it_opens_without_a_complaint_and_asks_for_nothing(shown: Shown) -> None:
    shown.page.locator("details.payee summary").first.click()
    shown.page.locator("button.opens").first.click()
    assert shown.complaints == []
    assert [url for url in shown.requests if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in shown.requests if url.startswith("file:")]) == 1


def test_the_heat_map_is_the_settlement(shown: Shown, settlement: Settlement) -> None:
    card, english = settlement.scorecard, language("en")
    last, places = len(card.periods) - 1, card.plan.places
    tables = shown.page.locator("#standing table").count()
    assert tables == 2
    for place, role in enumerate(card.roles):
        lines = [line for line in settlement.lines if line.role == role.role]
        rows = [row for row in range(len(role.scores)) if role.payees.periods[row] == last]
        read = shown.cells(f"#standing .wide:nth-of-type({place + 1}) tbody tr")
        assert len(read) == len(rows)
        for row, cells in zip(rows, read, strict=True):
            person = int(role.payees.persons[row])
            assert cells[0] == f"{card.names[person]} {card.person_ids[person]}"
            assert cells[1] == english.number(int(role.scores[row]), places.points)
            adjusted = [english.percent(int(line.adjustment[row]), places.adjustment) for line in lines]
            assert cells[3 : 3 + len(lines)] == adjusted
            parts = [
                part for component in role.components for part in (component, *component.measures, *component.modifiers)
            ]
            points = [cell.removesuffix("*") for cell in cells[3 + len(lines) :]]
            assert points == [
                "–" if cell == "–" else english.number(int(part.points[row]), places.points)
                for part, cell in zip(parts, points, strict=True)
            ]


def test_every_waterfall_sums_up_to_the_score(shown: Shown, settlement: Settlement) -> None:
    card = settlement.scorecard
    last = len(card.periods) - 1
    scores = {
        f"p{place}-{row}": int(role.scores[row])
        for place, role in enumerate(card.roles)
        for row in range(len(role.scores))
        if role.payees.periods[row] == last
    }
    assert shown.page.locator("details.payee").count() == len(scores)
    for key, score in scores.items():
        at = shown.cells(f"#{key} table.steps thead tr")[0].index("Step")
        rows = shown.cells(f"#{key} table.steps tbody tr")
        steps = [round(float(cells[at]) * 100) for cells in rows[1:]]
        assert 10_000 + sum(steps) == score


@pytest.mark.parametrize("shown", [{"size": PHONE}, {"size": PHONE, "folder": "zh-CN"}], indirect=True)
def test_a_phone_scrolls_down_and_never_sideways(shown: Shown) -> None:
    page = shown.page
    page.evaluate("document.querySelectorAll('details.payee').forEach((part, place) => part.open = place < 3)")
    page.locator("button.opens").first.click()
    page.evaluate("document.querySelectorAll('section').forEach(part => part.style.contentVisibility = 'visible')")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    assert page.evaluate("document.querySelectorAll('.wide').length") > 6


def test_a_person_is_found_by_typing(shown: Shown) -> None:
    page = shown.page
    page.get_by_label("Find a person or an item").fill("anna keller")
    names = page.locator("#standing tbody tr:visible th").all_inner_texts()
    assert names == ["Anna Keller D22"]
    assert page.locator("details.payee:not([hidden])").count() == 1
    told = page.locator("output").inner_text()
    assert told.endswith(" rows shown")
    page.get_by_label("Find a person or an item").fill("")
    assert page.locator("#standing tbody tr:visible").count() > 30
    assert page.locator("output").inner_text() == ""


def test_columns_sort_by_keyboard(shown: Shown) -> None:
    page = shown.page
    head = page.locator("#standing table").first.locator("thead th").nth(1)
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    scores = [float(cells[1]) for cells in shown.cells("#standing .wide:nth-of-type(1) tbody tr")]
    assert scores == sorted(scores, reverse=True)
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    scores = [float(cells[1]) for cells in shown.cells("#standing .wide:nth-of-type(1) tbody tr")]
    assert scores == sorted(scores)


def test_items_sort_with_their_channels(shown: Shown) -> None:
    page = shown.page
    first = page.locator("#items tbody").first
    first.locator("button.opens").click()
    name, rows = first.locator("th").first.inner_text(), first.locator("tr").count()
    assert rows > 1
    page.locator("#items thead th").first.locator("button").click()
    moved = page.locator("#items tbody", has=page.locator("tr:nth-child(2)"))
    assert (moved.locator("th").first.inner_text(), moved.locator("tr").count()) == (name, rows)
    names = page.locator("#items tbody tr:first-child th button").all_inner_texts()
    assert names == sorted(names)


def test_the_first_thing_a_keyboard_reaches_leads_to_the_scores(shown: Shown) -> None:
    shown.page.keyboard.press("Tab")
    assert shown.page.evaluate("document.activeElement.className") == "skip"
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_function("location.hash == '#standing'")


def test_a_name_leads_to_what_is_behind_it(shown: Shown) -> None:
    page = shown.page
    link = page.locator("#standing tbody a").nth(3)
    link.focus()
    page.keyboard.press("Enter")
    opened = page.locator("details.payee[open]")
    assert opened.count() == 1
    assert opened.locator("h3").inner_text() == link.inner_text()
    opened.locator("table").nth(2).wait_for()
    captions = opened.locator("caption").all_inner_texts()
    assert captions == [
        "From target to score",
        "Credited work by channel, and what became of it",
        "Credited items with most traffic",
    ]


def test_a_name_leads_there_again_after_what_it_opened_was_closed(shown: Shown) -> None:
    page = shown.page
    link, opened = page.locator("#standing tbody a").nth(3), page.locator("details.payee[open]")
    link.click()
    assert opened.count() == 1
    opened.locator("summary").click()
    opened.wait_for(state="detached")
    link.click()
    assert opened.count() == 1


def test_a_payee_opens_once_by_keyboard(shown: Shown) -> None:
    page = shown.page
    assert page.locator(".needs").first.is_hidden()
    part = page.locator("details.payee").first
    part.locator("summary").focus()
    for _ in range(3):
        page.keyboard.press("Enter")
        page.wait_for_timeout(50)
    assert part.locator("table").count() == 3


@pytest.mark.parametrize("shown", [{"script": False}], indirect=True)
def test_without_its_script_it_can_be_read(shown: Shown) -> None:
    page = shown.page
    assert page.locator("#standing tbody tr:visible").count() > 30
    needs = page.locator(".needs").first
    needs.scroll_into_view_if_needed()
    needs.wait_for()
    assert needs.text_content().startswith("The script of this page does not run")
    assert page.locator(".search").is_hidden()
    part = page.locator("details.payee").first
    part.locator("summary").click()
    assert part.locator("table.steps").is_visible()


def test_printed_it_has_no_controls(shown: Shown) -> None:
    shown.page.emulate_media(media="print")
    assert shown.page.locator("nav").is_hidden()
    assert shown.page.locator(".search").is_hidden()
    assert shown.page.locator("#standing table").first.is_visible()


@pytest.mark.parametrize("shown", [STATEMENT, STATEMENT | {"folder": "zh-CN"}], indirect=True)
def test_a_statement_opens_and_its_sum_is_the_settlement(shown: Shown, settlement: Settlement) -> None:
    card = settlement.scorecard
    person, last = card.person_ids.index("D04"), len(card.periods) - 1
    amount = sum(
        int(line.amount_minor[row])
        for line, role in (
            (line, next(role for role in card.roles if role.role == line.role)) for line in settlement.lines
        )
        for row in range(len(role.scores))
        if role.payees.persons[row] == person and role.payees.periods[row] == last
    )
    asked_in = shown.page.evaluate("document.documentElement.lang")
    written = language(asked_in).money(amount, card.plan.currency)
    assert written in shown.page.locator("body").inner_text()
    assert shown.complaints == []
    assert [url for url in shown.requests if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("shown", [STATEMENT | {"size": PHONE}], indirect=True)
def test_a_statement_fits_a_phone(shown: Shown) -> None:
    shown.page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert shown.page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


@pytest.mark.skipif(not AXE, reason="axe-core is not there: npm install axe-core, and name axe.min.js by JOINTPAY_AXE")
@pytest.mark.parametrize("shown", [{}, {"folder": "zh-CN"}, {"size": PHONE}, STATEMENT], indirect=True)
def test_axe_finds_nothing_serious(shown: Shown) -> None:
    page = shown.page
    page.evaluate("document.querySelectorAll('details').forEach((part, place) => part.open = place < 2)")
    page.evaluate("document.querySelector('button.opens')?.click()")
    page.evaluate("document.querySelectorAll('section').forEach(part => part.style.contentVisibility = 'visible')")
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [
        (violation["id"], violation["impact"], violation["nodes"][0]["html"][:120], len(violation["nodes"]))
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
    ] == []
    assert len(found["passes"]) > 10

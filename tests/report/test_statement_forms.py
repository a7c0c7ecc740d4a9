"""Statements as text and as a page: complete, in both languages, safe to open, and with the numbers of the record."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest

import jointpay as jp
from jointpay.errors import DataError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.report.catalogue import LANGUAGES
from jointpay.report.language import language
from jointpay.report.statements import Statement, Statements, StatementWriter, metric_changes, statement
from jointpay.report.work import work_of
from jointpay.results.settlement import Settlement
from jointpay.testing.strategies_seeded import random_case

VOID = {"meta", "br", "line", "circle", "rect", "path"}


class Page(HTMLParser):
    """What a browser would find: every tag closed, the cells of every table, the attributes of everything."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.words = ""
        self._table = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.attributes += [(tag, name, value) for name, value in values.items()]
        if tag == "table":
            self._table = values.get("class", "")
            self.tables.setdefault(self._table, [])
        if tag == "tr":
            self.tables[self._table].append([])
        if tag in ("th", "td"):
            self.tables[self._table][-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words += data
        if "td" in self.open or "th" in self.open:
            self.tables[self._table][-1][-1] += data


def told(seeds: range) -> Iterator[tuple[jp.Plan, Statement, Statement | None]]:
    """Statements of generated plans, each with the one of the period before where there is one."""
    for seed in seeds:
        try:
            case = random_case(seed)
            settlement = settle(case.plan, score(case.plan, case.dataset), case.base_pay)
        except (DataError, TooLargeError):
            continue
        card = settlement.scorecard
        work = work_of(case.plan, case.dataset, [span.id for span in card.periods])
        made = Statements(settlement, work=work, group_of_at_least=1 + seed % 3)
        seats = {
            (int(person), int(period))
            for role in card.roles
            for person, period in zip(role.payees.persons, role.payees.periods, strict=True)
        }
        for person, period in sorted(seats):
            payee = card.person_ids[person]
            before = made.of(payee, card.periods[period - 1].id) if (person, period - 1) in seats else None
            yield case.plan, made.of(payee, card.periods[period].id), before


@pytest.mark.parametrize("tag", LANGUAGES)
def test_pages_of_generated_plans_are_whole_and_ask_for_nothing(tag: str) -> None:
    seen = compared = 0
    for plan, one, earlier in told(range(25)):
        text = StatementWriter(plan, lang=tag).html(one, earlier=earlier)
        page = Page(text)
        assert ("html", "lang", tag) in page.attributes
        assert not re.search(r"<script|https?:|url\(|@import|\son\w+=", text)
        assert {name for _, name, _ in page.attributes} & {"src", "href", "srcset", "action"} == set()
        assert language(tag).money(one.amount_minor, one.currency) in page.words
        assert not re.search(r"\{\w+\}", page.words)
        seen += 1
        compared += 'class="comparison"' in text
    assert seen > 40
    assert compared > 5


@pytest.mark.parametrize("tag", LANGUAGES)
def test_texts_of_generated_plans_name_every_number(tag: str) -> None:
    seen = 0
    for plan, one, earlier in told(range(25)):
        text = StatementWriter(plan, lang=tag).text(one, earlier=earlier)
        written = language(tag)
        assert written.money(one.amount_minor, one.currency) in text
        for row in one.rows:
            for component in row.components:
                if component.points is not None:
                    assert written.number(component.points, one.points_places) in text
            for line in row.lines:
                assert written.percent(line.adjustment, one.adjustment_places) in text
                assert written.money(line.amount_minor, one.currency) in text
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]|\{\w+\}", text)
        assert text.endswith("\n")
        assert [line for line in text.split("\n") if line != line.rstrip()] == []
        seen += 1
    assert seen > 40


def hundredths(cell: str) -> int:
    """Read a number as it stands on a page, without believing the library that wrote it."""
    found = re.search(r"^[^0-9]*([0-9,]+)\.([0-9]{2})%?$", cell)
    assert found is not None
    number = int(found[1].replace(",", "")) * 100 + int(found[2])
    return -number if cell.startswith("-") else number


@pytest.mark.parametrize("tag", LANGUAGES)
def test_what_a_reader_adds_up_on_the_page_is_the_score_and_the_difference(tag: str, settlement: Settlement) -> None:
    made = Statements(settlement)
    january, february = (made.of("ann", period) for period in ("2026-01", "2026-02"))
    page = Page(StatementWriter(settlement.scorecard.plan, lang=tag).html(february, earlier=january))
    start, *steps, total, partner, own = [hundredths(row[2]) for row in page.tables["steps bars"][1:]]
    assert (start, total) == (10_000, february.rows[0].score)
    assert start + sum(steps) == total
    assert partner + own == total - start
    cells = [[hundredths(cell) for cell in row[2:5]] for row in page.tables["steps wide"] if row[3].endswith("%")]
    changes = metric_changes(february, february.rows[0])
    *parts, partners, rest, whole = cells[: len(cells) - len(changes)]
    assert [sum(column) for column in zip(*parts, strict=True)] == whole
    assert [sum(column) for column in zip(partners, rest, strict=True)] == whole
    assert whole[2] == february.amount_minor - january.amount_minor
    assert [row[2] for row in cells[len(cells) - len(changes) :]] == [change.amount_minor for change in changes]


def test_the_text_by_hand() -> None:
    """110 orders of 100: 110 points, 10% of 9,000.00; 1% more orders are 1.10 points, 1.10% and 99.00 more."""
    one = statement(sold(), "ann", "2026-01")
    text = StatementWriter(jp.presets.minimal()).text(one)
    for line in (
        "Statement of pay: ann",
        "Amount  CN¥900.00",
        "110 (own items, by share)",
        "100.00 (fixed by the plan)",
        "110 ÷ 100.00 = 1.1 → 1.1000",
        "150 × 1.1 ÷ 1.5 → 110.00",
        "9,000.00 × 10.00% → 900 CNY",
        "+1.10  +1.10%  +CN¥99.00",
    ):
        assert line in text


def sold(name: str = "") -> Settlement:
    plan = jp.presets.minimal()
    facts = jp.read_facts({"day": ["2026-01-05"], "item": ["poster"], "orders": [110]}, plan)
    people = jp.read_people({"person": ["ann"], "role": ["seller"], "from": [""], "to": [""], "name": [name]}, plan)
    own = {"person": ["ann"], "role": ["seller"], "item": ["poster"], "share": ["1"], "from": [""], "to": [""]}
    pay = {"person": ["ann"], "period": ["2026-01"], "base": ["monthly_salary"], "amount": ["9000.00"]}
    data = jp.dataset(plan, facts=facts, people=people, credits=jp.read_credits(own, plan))
    return jp.settle(plan, jp.score(plan, data), jp.read_base_pay(pay, plan))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_name_that_is_markup_or_turns_the_line_round_stays_text(tag: str, settled: Callable[..., Settlement]) -> None:
    name = "<img src=x onerror=alert(1)>\u202e{title}"
    settlement = settled(names={"ann": name, "bo": name})
    writer, made = StatementWriter(settlement.scorecard.plan, lang=tag), Statements(settlement)
    for payee in ("ann", "bo"):
        one = made.of(payee, "2026-02")
        page = Page(writer.html(one))
        assert "img" not in {tag for tag, _, _ in page.attributes}
        assert "<img src=x onerror=alert(1)>\\u202e{title}" in page.words
        assert "\u202e" not in page.words + writer.text(one)


def test_a_partner_is_shown_by_the_points_that_were_read_and_nothing_else(
    settled: Callable[..., Settlement],
) -> None:
    """`bo` reads the component of ann, whose name and points are told; her score, her base and her pay are not."""
    settlement = settled(names={"ann": "Ann Example"})
    made = Statements(settlement)
    ann, bo = (made.of(payee, "2026-02") for payee in ("ann", "bo"))
    text = StatementWriter(settlement.scorecard.plan).text(bo)
    quality = ann.rows[0].components[0].points
    assert quality is not None
    assert "Ann Example (ann)" in text
    assert language("en").number(quality, 2) in text
    (told_of_ann,) = [line for line in text.split("\n") if "Ann" in line]
    assert re.findall(r"[0-9]+(?:\.[0-9]+)?%?", told_of_ann) == [language("en").number(quality, 2), "100%"]


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^language 'fr'; allowed: en, zh-CN$"):
        StatementWriter(jp.presets.minimal(), lang="fr")

"""What leaves: nothing that runs, nothing that loads, no pay that was not asked for, nobody who was not meant."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest

from jointpay.data.events.states import CAPPED, REASONS, REPEATED, UNKNOWN_VISITOR
from jointpay.errors import MismatchError
from jointpay.pipeline import score
from jointpay.report.catalogue import LANGUAGES, catalogue
from jointpay.report.dashboard import dashboard, funnel
from jointpay.results.scorecard import MISSING_REASONS

HOSTILE = "</script><b>\"&'=1"
STYLE = (files("jointpay.report") / "templates" / "dashboard.css").read_text(encoding="utf-8")


def test_it_names_no_address_and_loads_nothing(page: Any) -> None:
    assert re.search(r"(?i)https?:|//[a-z]|url\(|@import|javascript:", page.html.replace("// ", "")) is None
    for tag, attributes in page.tags:
        assert not {"src", "srcset", "action", "formaction", "background", "poster"} & set(attributes), tag
        assert attributes.get("href", "#").startswith(("#", "data:,"))
        assert not [name for name in attributes if name.startswith("on")]
    assert {tag for tag, _ in page.tags} & {"iframe", "img", "object", "embed", "form", "base"} == set()


def test_only_its_own_script_may_run(page: Any) -> None:
    policy = next(found["content"] for tag, found in page.tags if found.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; ")
    (script,) = re.findall(r"<script>(.*?)</script>", page.html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy


def test_names_of_strangers_stay_text(page: Any) -> None:
    assert HOSTILE not in page.html
    assert page.html.count("<script") == 2
    assert {tag for tag, _ in page.tags} & {"b", "i"} == set()
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page.html, re.DOTALL)
    assert not set("<>&") & set(data)
    assert page.data["parts"]["p1-5"][1][2][0][0] == HOSTILE
    assert "Team & <plan>" in page.texts[""]


def test_what_cannot_be_seen_is_written_out(ran: Any) -> None:
    card = ran.settlement.scorecard
    names = tuple(name and f"{name}\u202e" for name in card.names)
    page = dashboard(replace(ran.settlement, scorecard=replace(card, names=names)), ran.work)
    assert "\u202e" not in page
    assert r"Ann Lee\u202e ann" in page


def test_equal_results_give_equal_bytes(ran: Any, page: Any) -> None:
    assert dashboard(ran.settlement, ran.work) == page.html


def test_amounts_are_shown_only_where_they_are_asked_for(ran: Any, page: Any) -> None:
    amounts = [f"{int(amount) / 100:,.2f}" for line in ran.settlement.lines for amount in line.amount_minor if amount]
    assert len(amounts) > 10
    assert not [amount for amount in amounts if amount in page.html]
    paid = ran.page(pay=True)
    assert "Amount" in paid.table("standing", "Designer").heads
    assert paid.table("standing", "Designer").rows["Ann Lee ann"][3] == "-CN¥3,241.00"
    lines = [line for line in ran.settlement.lines if line.role == "operator"]
    total = sum(int(line.amount_minor[row]) for line in lines for row in (3, 4, 5))
    total += sum(int(ran.settlement.lines[0].amount_minor[row]) for row in (2, 3))
    assert f"-CN¥{-total / 100:,.2f}" in paid.texts[""]


@pytest.mark.parametrize("pay", [True, False])
def test_pay_bases_are_never_shown(ran: Any, pay: bool) -> None:  # noqa: FBT001 - both are tried
    html = ran.page(pay=pay).html
    for base in ("7,777.77", "7777.77", "777777"):
        assert base not in html


def test_a_group_shows_its_members_and_their_items_alone(ran: Any) -> None:
    page = ran.page(group=("team", "north"))
    assert list(page.table("standing", "Designer").rows) == ["Ann Lee ann"]
    assert list(page.table("standing", "Operator").rows) == [f"<i>Cy</i> {HOSTILE}", "Eve eve"]
    assert list(page.sections["items"][0].rows) == ["poster", HOSTILE]
    assert "Team: north" in " ".join(page.texts[""])
    south = ran.page(group=("team", "south"))
    assert [list(made.rows) for made in south.sections["standing"]] == [["bo"], ["dan"]]
    assert south.sections["items"][0].rows == {}
    assert "58.33" not in south.html


def test_one_period_has_no_trend_and_nothing_to_compare_with(ran: Any) -> None:
    page = ran.page(periods=["2026-01"])
    assert "trend" not in page.sections
    designers = page.table("standing", "Designer")
    assert "Change" not in designers.heads
    assert designers.rows["Ann Lee ann"][0] == "162.50"
    (steps,) = next(iter(page.details.values()))
    assert steps.heads[-1] == "Step"


def test_the_last_of_the_periods_is_looked_at(ran: Any) -> None:
    page = ran.page(periods=["2026-02"])
    assert page.table("standing", "Designer").rows["Ann Lee ann"][:2] == ["58.33", "-104.17"]
    assert "trend" not in page.sections


def test_somebody_new_has_nothing_to_compare_with(ran: Any) -> None:
    """In January, too, everybody has a row; here one of them is taken out of it."""
    card = ran.settlement.scorecard
    states = card.roles[0].states.copy()
    states[0] = 6
    work = replace(card.roles[0], states=states)
    page = dashboard(replace(ran.settlement, scorecard=replace(card, roles=(work, card.roles[1]))), ran.work)
    assert "There is no score of 2026-01 to compare with." in page


def test_items_beyond_the_most_are_summed_up(ran: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(funnel, "_ITEMS", 1)
    rows = ran.page().sections["items"][0].rows
    assert list(rows) == ["poster", "1 further items"]
    assert rows["1 further items"] == ["", "", "30", "1", "3.33%", "0.1667 s", "0.0833 min"]


def test_many_holders_are_counted(ran: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(funnel, "_HOLDERS", 1)
    assert ran.page().sections["items"][0].rows["poster"][1] == "<i>Cy</i> 66.7%, and 1 more"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"periods": ["2026-03"]}, r"^there is no period '2026-03'; did you mean '2026-02'\?; there is: '2026-01',"),
        ({"periods": []}, r"^there is no period to show; allowed: at least one that was scored$"),
        ({"group": ("tema", "x")}, r"^there is no group column 'tema'; did you mean 'team'\?; there is: 'team'$"),
        ({"group": ("team", "x")}, r"^there is no team 'x'; there is: 'north', 'south'$"),
    ],
)
def test_what_is_not_there_is_refused(ran: Any, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(MismatchError, match=told):
        dashboard(ran.settlement, ran.work, **asked)


def test_work_of_another_run_is_refused(ran: Any) -> None:
    with pytest.raises(MismatchError, match=r"^the shared work is not that of the settlement: plan, data, people"):
        dashboard(ran.settlement, replace(ran.work, data_digest="0"))


def test_a_summary_is_refused(ran: Any) -> None:
    card = score(ran.plan, ran.dataset, keep="summary")
    with pytest.raises(MismatchError, match=r"^a dashboard needs the numbers of measures and links"):
        dashboard(replace(ran.settlement, scorecard=card), ran.work)


def test_an_unknown_language_is_refused(ran: Any) -> None:
    with pytest.raises(ValueError, match=r"^language 'fr'; allowed: en, zh-CN$"):
        dashboard(ran.settlement, ran.work, language="fr")


@pytest.mark.parametrize("code", LANGUAGES)
def test_everything_that_can_be_left_out_or_missing_has_words(code: str) -> None:
    keys = {f"dashboard.excluded_{reason}" for reason in (*REASONS.values(), CAPPED, REPEATED, UNKNOWN_VISITOR)}
    keys |= {f"dashboard.missing_{reason}" for reason in MISSING_REASONS if reason != "present"}
    keys |= {f"dashboard.severity_{severity}" for severity in ("error", "warning", "info")}
    assert keys <= set(catalogue(code))


def test_excluded_rows_are_counted(ran: Any, reread: Callable[[str], Any]) -> None:
    excluded = (("duplicate", 1234), ("value_cap", 5))
    page = reread(dashboard(ran.settlement, replace(ran.work, excluded=excluded)))
    assert "1,234 rows arrived again and count once" in page.texts["record"]
    assert "5 rows have an implausible value and count as the cap" in page.texts["record"]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio that WCAG 2 defines."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_numbers_are_readable_on_every_colour() -> None:
    ink = re.search(r"\.h0,\.h1.*?\{color:(#\w+)\}", STYLE)
    backgrounds = re.findall(r"\.h(\d)\{background:(#\w+)\}", STYLE)
    assert ink is not None
    assert [step for step, _ in backgrounds] == [str(step) for step in range(9)]
    assert min(contrast(ink[1], colour) for _, colour in backgrounds) >= 4.5


def test_texts_are_readable_on_the_page() -> None:
    inks = dict(re.findall(r"--(ink|quiet|accent|up|down):(#\w+)", STYLE))
    inks |= dict(re.findall(r"\.(r\d)\{color:(#\w+)\}", STYLE))
    assert len(inks) == 9
    assert {name: ink for name, ink in inks.items() if contrast(ink, "#ffffff") < 4.5} == {}

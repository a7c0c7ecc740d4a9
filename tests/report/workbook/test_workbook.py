"""What a workbook shows of whom, what strangers' text becomes in it, and what it refuses."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jointpay.data.base_pay import read_base_pay
from jointpay.errors import MismatchError, OutputExistsError
from jointpay.pipeline import score, settle
from jointpay.report.workbook import workbook, write_workbook
from jointpay.report.workbook.book import safe_text
from jointpay.report.workbook.sheet_names import sheet_names
from jointpay.results.settlement import Settlement
from jointpay.testing.examples import component, credits_table, facts_table, measure, people_table, plan, read, table

RATIO = {"kind": "proportional", "times": "100", "origin": "0", "from": "0", "to": "2"}
LINK = {"kind": "link", "role": "designer", "component": "quality", "weight": "1", "missing": "leave_out"}
PAY = {
    "id": "bonus",
    "base": "salary",
    "reads": "score",
    "curve": {"kind": "proportional", "times": "1%", "origin": "100", "from": "0", "to": "200"},
    "limits": [{"kind": "cap", "at": "30%"}],
}


def settled(
    *,
    names: tuple[str, str, str] = ("Ann", "Bo", "Cy"),
    ids: tuple[str, str, str] = ("ann", "bo", "cy"),
    title: str = "Designer",
    clicks: int = 60,
    keep: Any = "all",
) -> Settlement:
    """Make two designers and an operator who reads their points; all is on target at 120 clicks."""
    clicked = measure(target={"kind": "fixed", "value": "120"}, attainment="ratio", curve=RATIO, weight="3/4")
    rate = measure("rate", weight="1/4", target={"kind": "fixed", "value": "0.1"}, attainment="ratio", curve=RATIO)
    quality = component(clicked, rate, title=title, missing="leave_out")
    roles = {
        "designer": {"title": title, "components": {"quality": quality}, "pay": [PAY], "missing": "no_adjustment"},
        "operator": {"components": {"partners": component(LINK, missing="zero")}, "pay": [PAY]},
    }
    made = plan(roles, effective={"from": "2026-01-01", "to": "2026-03-01"})
    ann, bo, cy = ids
    seats = people_table((ann, "designer", "", "", "x"), (bo, "designer", "", "", "x"), (cy, "operator", "", "", "x"))
    seats["name"] = list(names)
    shares = credits_table(
        (ann, "designer", "poster", "1", "", ""),
        (bo, "designer", "page", "1", "", ""),
        (cy, "operator", "poster", "1/3", "", ""),
        (cy, "operator", "page", "2/3", "", ""),
    )
    happened = facts_table(
        ("2026-01-05", "poster", "feed", clicks, 6),
        ("2026-01-20", "poster", "search", 60, 9),
        ("2026-01-21", "page", "search", 150, 20),
        ("2026-02-10", "poster", "feed", 40, 4),
    )
    card = score(made, read(made, seats, shares, happened), keep=keep)
    amounts = {ann: "1000.00", bo: "2345.67", cy: "8888.00"}
    rows = [(person, month, "salary", amounts[person]) for person in ids for month in ("2026-01", "2026-02")]
    return settle(made, card, read_base_pay(table("person period base amount", *rows), made))


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def texts(content: bytes) -> set[str]:
    return {
        str(cell.value)
        for page in openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets
        for line in page.iter_rows()
        for cell in line
        if cell.value is not None
    }


def place_of(page: Any, band: str, head: str) -> int:
    """Find a column by the measure it belongs to and its heading."""
    current = ""
    for place in range(1, page.max_column + 1):
        current = page.cell(4, place).value or current
        if (current, page.cell(5, place).value) == (band, head):
            return place
    raise AssertionError((band, head))


def test_the_overview_by_hand() -> None:
    """Ann: 120 of 120 clicks are 100 points, 15 of 120 orders are 125.00%; 3/4 and 1/4 make 106.25, and 6.25%."""
    page = opened(workbook(settled()))["Overview"]
    head = [cell.value for cell in page[5]]
    assert head[7:] == ["score", "adjustment", "amount, CNY"]
    found = openpyxl.load_workbook(io.BytesIO(workbook(settled())), data_only=True)["Overview"]
    assert [cell.value for cell in found[6]][:5] == ["2026-01", "ann", "Ann", "Designer", "bonus"]
    assert [cell.value for cell in found[6]][7:] == [106.25, 0.0625, 62.5]
    assert str(page["H6"].value).startswith("='Designer'!")


@pytest.mark.parametrize("tall", [False, True])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_equal_settlements_give_equal_bytes(language: str, tall: bool) -> None:  # noqa: FBT001 - pytest passes it
    first = workbook(settled(), language=language, tall=tall)
    assert workbook(settled(), language=language, tall=tall) == first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {entry.date_time[:3] for entry in parts.infolist()} == {(1980, 1, 1)}


def test_every_published_number_is_a_formula_of_old_functions() -> None:
    made = opened(workbook(settled()))
    formulas = [
        str(cell.value)
        for page in made.worksheets
        for line in page.iter_rows()
        for cell in line
        if cell.data_type == "f"
    ]
    called = {name for formula in formulas for name in re.findall(r"[A-Z]+(?=\()", formula)}
    assert called <= {"IF", "ROUND", "MAX", "MIN", "ABS", "SUM", "N", "NA", "OR", "MATCH", "INDEX", "TRUNC", "POWER"}
    page = made["Designer"]
    for head in ("value", "target", "attainment", "points"):
        assert page.cell(6, place_of(page, "p0", head)).data_type == "f"


def test_a_changed_total_moves_the_pay_of_the_payee_and_of_the_partner(
    recalculate: Callable[[Sequence[bytes]], list[Any]],
) -> None:
    """Thirty clicks more on the poster: the designer's pay moves, and the operator's by a third of her points."""
    made = opened(workbook(settled(clicks=60)))
    page = made["Designer"]
    place = place_of(page, "p0", "clicks")
    assert page.cell(6, place).value == 120
    page.cell(6, place).value = 150
    target = io.BytesIO()
    made.save(target)
    (found,) = recalculate([target.getvalue()])
    wanted = openpyxl.load_workbook(io.BytesIO(workbook(settled(clicks=90))), data_only=True)["Overview"]
    before = openpyxl.load_workbook(io.BytesIO(workbook(settled(clicks=60))), data_only=True)["Overview"]
    moved = 0
    for row in range(6, wanted.max_row + 1):
        for column in (8, 9, 10):
            assert found.sheets["Overview"][row, column] == wanted.cell(row, column).value
            moved += wanted.cell(row, column).value != before.cell(row, column).value
    assert moved == 7  # three numbers of the designer, three of the operator, and the sum


def test_a_number_too_large_for_a_formula_gives_no_wrong_cent(
    recalculate: Callable[[Sequence[bytes]], list[Any]],
) -> None:
    made = opened(workbook(settled()))
    page = made["Designer"]
    page.cell(6, place_of(page, "p0", "clicks")).value = 3 * 10**13
    target = io.BytesIO()
    made.save(target)
    (found,) = recalculate([target.getvalue()])
    assert [found.sheets["Overview"][6, column] for column in (8, 9, 10)] == ["#N/A"] * 3
    assert found.sheets["Overview"][7, 10] == 635.21


def test_what_is_too_large_already_stands_as_it_is(recalculate: Callable[[Sequence[bytes]], list[Any]]) -> None:
    content = workbook(settled(clicks=10**12))
    page = opened(content)["Designer"]
    value, points = place_of(page, "p0", "value"), place_of(page, "p0", "points")
    assert page.cell(6, value).value == 1000000000060
    assert page.cell(6, value).font.italic
    assert page.cell(6, points).data_type == "f"
    assert not page.cell(7, value).font.italic
    (found,) = recalculate([content])
    assert found.sheets["Designer"][6, points] == 200


def test_chosen_payees_only_and_of_a_partner_only_the_points() -> None:
    content = workbook(settled(), payees=["cy"], periods=["2026-01"])
    made = opened(content)
    assert made.sheetnames == ["Overview", "operator", "Partners", "Plan"]
    partners = made["Partners"]
    rows = [[cell.value for cell in line] for line in partners.iter_rows(min_row=4)]
    assert [(row[0], row[3], row[5], row[6]) for row in rows] == [("cy", "ann", 1, 106.25), ("cy", "bo", 2, 127.08)]
    shown = texts(content)
    assert "8888" in shown
    assert not {"1000", "2345.67", "Ann", "Bo"} & shown
    assert not any("2345" in text for text in shown)


def test_who_and_what_is_not_there_is_refused() -> None:
    with pytest.raises(
        MismatchError, match=r"^a workbook: there is no payee 'an' in this result; payees in it: 'ann', "
    ):
        workbook(settled(), payees=["an"])
    with pytest.raises(MismatchError, match=r"^a workbook: there is no period '2026' in this result; periods in it: "):
        workbook(settled(), periods=["2026"])
    with pytest.raises(
        MismatchError, match=r"^a workbook: none of the payees holds a seat in any of the periods; next"
    ):
        workbook(settled(), payees=[])
    with pytest.raises(MismatchError, match=r"^a workbook needs the numbers of measures and links"):
        workbook(settled(keep="summary"))
    with pytest.raises(ValueError, match=r"^language 'fr'; allowed: en, zh-CN$"):
        workbook(settled(), language="fr")


HOSTILE = ("=1+1", '@SUM("a")', "<r><t>x</t></r>", "-2+3", "+cmd|' /C calc'!A0")


def test_text_of_strangers_stays_text(recalculate: Callable[[Sequence[bytes]], list[Any]]) -> None:
    content = workbook(
        settled(names=("=1+1", "<r><t>x</t></r>", "An\u202eLi"), ids=("-2+3", "@b", "+c"), title="=HYPERLINK('a')#&[]")
    )
    made = opened(content)
    assert made.sheetnames == ["Overview", "HYPERLINK a", "operator", "Partners", "Plan"]
    assert all(
        cell.data_type != "f" or re.match(r"=('[\w ]+'!|(IF|ROUND|SUM|NA)?\(|[A-Z]+\d+$)", str(cell.value))
        for page in made.worksheets
        for line in page.iter_rows()
        for cell in line
    )
    shown = texts(content)
    assert {"'=1+1", "'<r><t>x</t></r>", "An\\u202eLi", "'-2+3", "'@b", "'+c", "'=HYPERLINK('a')#&[]"} <= shown
    (found,) = recalculate([content])
    assert found.sheets["Overview"][7, 3] == "'=1+1"
    assert found.sheets["Overview"][7, 8] == 106.25
    # numbers below zero stay numbers
    assert found.sheets["Overview"][10, 9] == -0.5


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_gets_an_apostrophe(text: str) -> None:
    assert safe_text(text) == f"'{text}"


def test_names_of_sheets_are_allowed_and_differ() -> None:
    titles = ["Overview", "overview", "a/b\\c?*[]:'d", "", "#REF!", "History", "长" * 40, "长" * 40, "x_y", "-"]
    found = sheet_names(titles)
    assert found == [
        "Overview",
        "overview 2",
        "a b c d",
        "Sheet 4",
        "REF",
        "History 2",
        "长" * 31,
        "长" * 29 + " 2",
        "x y",
        "Sheet 10",
    ]


def test_chinese_labels() -> None:
    shown = texts(workbook(settled(), language="zh-CN"))
    assert {"总览", "搭档"} <= set(opened(workbook(settled(), language="zh-CN")).sheetnames)
    assert {"达成", "目标", "得分", "调薪比例", "金额（CNY）", "封顶后", "权重 × 分数之和"} <= shown


def test_inputs_take_numbers_only() -> None:
    page = opened(workbook(settled()))["Designer"]
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    letter = page.cell(6, place_of(page, "p0", "clicks")).column_letter
    rule = next(rule for where, rule in rules.items() if where.startswith(f"{letter}6"))
    assert (rule.type, rule.formula1, rule.formula2) == ("decimal", "-20000000000000", "20000000000000")


def test_a_file_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "january.xlsx"
    write_workbook(path, settled(), language="zh-CN")
    assert path.read_bytes() == workbook(settled(), language="zh-CN")
    with pytest.raises(OutputExistsError, match="exists already, and nothing is overwritten"):
        write_workbook(path, settled())
    assert [each.name for each in tmp_path.iterdir()] == ["january.xlsx"]

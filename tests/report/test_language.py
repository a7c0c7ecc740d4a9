"""Languages: the same keys everywhere, and numbers as a locale writes them, after rounding and never before."""

import ast
import decimal
import re
import string
from fractions import Fraction
from pathlib import Path

import pytest

from jointpay.errors import MissingExtraError
from jointpay.report import extras
from jointpay.report.catalogue import LANGUAGES, catalogue
from jointpay.report.language import language

SOURCE = Path(__file__).resolve().parents[2] / "src" / "jointpay" / "report"


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_the_same_keys_with_the_same_values(code: str) -> None:
    assert {key: fields(text) for key, text in catalogue(code).items()} == {
        key: fields(text) for key, text in catalogue("en").items()
    }


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_message_is_empty(code: str) -> None:
    assert [key for key, text in catalogue(code).items() if not text.strip()] == []


def test_chinese_is_chinese() -> None:
    """A sentence that was not translated has no Chinese character in it; one of values and signs alone needs none."""
    words = {key: re.sub(r"\{\w+\}", "", text) for key, text in catalogue("zh-CN").items()}
    assert [
        key for key, text in words.items() if re.search("[A-Za-z]{4}", text) and not re.search("[一-鿿]", text)
    ] == []


ROOMS = {"statement": "statements"}
"""Folders whose code asks for the keys of one topic without its name before them."""


def in_room(room: str) -> tuple[set[str], set[str]]:
    """Texts of a folder's code and of its templates, and the beginnings of f-strings."""
    nodes = [
        node for path in (SOURCE / room).rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    begun = {
        str(node.values[0].value)
        for node in nodes
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant)
    }
    for path in (SOURCE / "templates").glob(f"{room.removesuffix('s')}*.j2"):
        texts |= set(re.findall(r"text\([\"']([a-z_0-9]+)[\"']", path.read_text(encoding="utf-8")))
    return texts, begun


def asked_for() -> tuple[set[str], tuple[str, ...]]:
    """Every text in the code and the templates that could be a key, and the beginnings of keys made of parts."""
    nodes = [node for path in SOURCE.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    begun = {
        str(node.values[0].value)
        for node in nodes
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant)
    }
    templates = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.j2"))
    texts |= set(re.findall(r"[\"']([a-z_]+\.[a-z_0-9]+)[\"']", templates))
    begun |= set(re.findall(r"[\"']([a-z_]+\.[a-z_0-9]+)[\"'] *~", templates))
    for topic, room in ROOMS.items():
        own_texts, own_begun = in_room(room)
        texts |= {f"{topic}.{text}" for text in own_texts}
        begun |= {f"{topic}.{start}" for start in own_begun if start}
    return texts, tuple(start for start in begun if re.fullmatch(r"[a-z_]+\.[a-z_0-9]+", start))


def test_every_message_is_used() -> None:
    texts, begun = asked_for()
    words = (key for key in catalogue("en") if not key.startswith("terms."))
    assert [key for key in words if key not in texts and not key.startswith(begun)] == []


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^language 'fr'; allowed: en, zh-CN$"):
        language("fr")


def test_numbers_keep_all_their_places() -> None:
    english, chinese = language("en"), language("zh-CN")
    assert [english.number(123450, 2), english.number(-5, 3), english.number(0), english.number(5, 1, signed=True)] == [
        "1,234.50",
        "-0.005",
        "0",
        "+0.5",
    ]
    assert [
        english.percent(1234, 2),
        chinese.percent(-3000, 2),
        english.percent(7),
        english.percent(0, signed=True),
    ] == [
        "12.34%",
        "-30.00%",
        "7%",
        "0%",
    ]


def test_money_has_the_digits_of_its_currency() -> None:
    english, chinese = language("en"), language("zh-CN")
    assert [chinese.money(123450, "CNY"), english.money(123450, "CNY")] == ["¥1,234.50", "CN¥1,234.50"]
    assert [english.money(-1234, "JPY"), english.money(1234, "KWD")] == ["-¥1,234", "KWD\xa01.234"]
    assert english.money(100, "USD", signed=True) == "+$1.00"


def test_the_callers_decimal_context_changes_nothing() -> None:
    with decimal.localcontext(decimal.Context(prec=2, traps=[])):
        assert language("en").number(12345678901234567890, 2) == "123,456,789,012,345,678.90"


def test_exact_numbers() -> None:
    english = language("en")
    values = [Fraction(1200), Fraction(5, 4), Fraction(37, 3), Fraction(-1, 3), Fraction(-4, 3), Fraction(3001, 3)]
    assert [english.exact(value) for value in values] == ["1,200", "1.25", "12 1/3", "-1/3", "-1 1/3", "1,000 1/3"]


def test_days() -> None:
    assert language("en").days(20454, 20485) == "Jan 1, 2026 to Jan 31, 2026"
    assert language("zh-CN").days(20454, 20485) == "2026年1月1日至2026年1月31日"


def test_braces_in_a_value_stay_text() -> None:
    assert language("en").text("terms.from_to", first="{last}", last="{0}") == "{last} to {0}"


def test_a_missing_library_names_the_extra() -> None:
    with pytest.raises(MissingExtraError, match=r"^charts needs not_there, .*pip install 'jointpay\[report\]'$"):
        extras.extra_library("not_there", purpose="charts")

"""Reading one cell: nothing is trimmed, cast or guessed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.data.cell_values import (
    LONGEST_ID,
    Refusal,
    are_plain_ids,
    read_day,
    read_id,
    read_number,
    read_person,
    rounded_ids,
)


@pytest.mark.parametrize(
    "cell",
    [
        "p07",
        "00123",
        "110101199003074518",
        "SKU 1 (red)",
        "1.1",
        "1-2",
        "海报-春季",
        "海报 春季",
        "海报～！",
        "设计部（上海）",
        "𠮷野家",
        "NA",
        "null",
        "TRUE",
        "None",
        "王NaN",
        "=1+1",
        "#1",
        "é",
        "🎨",
        "x" * LONGEST_ID,
        "中" * LONGEST_ID,
    ],
)
def test_an_id_is_exact_text(cell: str) -> None:
    assert read_id(cell) == cell


@pytest.mark.parametrize(
    ("cell", "text"),
    [(0, "0"), (123, "123"), (110101199003074518, "110101199003074518"), (2**500 - 1, str(2**500 - 1))],
)
def test_a_whole_number_is_an_id_as_its_digits(cell: int, text: str) -> None:
    assert read_id(cell) == text


@pytest.mark.parametrize(
    ("cell", "code", "told"),
    [
        (123.0, "id_float", "123.0 is a float, which loses leading zeros and every digit beyond the 15th"),
        (1.10101199003074518e17, "id_float", "is a float"),
        ("123.0", "id_rewritten", "'123.0' looks like an id that a spreadsheet or a float rewrote"),
        ("-7.00", "id_rewritten", "dtype=str"),
        ("1.10101E+17", "id_rewritten", "format the column as text"),
        ("1e5", "id_rewritten", "'1e5' looks like"),
        ("1." + "0" * (LONGEST_ID - 2), "id_rewritten", "looks like"),
        ("'123", "id_rewritten", '"\'123" looks like'),
        ("#REF!", "sheet_error", "'#REF!' is a spreadsheet error"),
        ("#N/A", "sheet_error", "'#N/A' is a spreadsheet error"),
        ("  ", "id_blank", "'  ' is only spaces"),
        ("\u3000", "id_blank", "'\\u3000' is only spaces"),
        ("sku1 ", "id_spaced", "'sku1 ' has spaces around it"),
        ("\u00a0sku1", "id_spaced", "'\\xa0sku1' has spaces around it"),
        ("x" * (LONGEST_ID + 1), "id_too_long", "(501 characters) is too long; allowed: at most 500 characters"),
        ("1." + "0" * (LONGEST_ID - 1), "id_too_long", "(501 characters) is too long"),
        (2**500, "id_too_long", "a whole number of 501 bits is too long; allowed: at most 500 bits, or text"),
        ("ab\u202ecd", "id_invisible", "'ab\\u202ecd' holds U+202E, which cannot be seen"),
        ("a\u200bb", "id_invisible", "holds U+200B"),
        ("a\u00a0b", "id_invisible", "holds U+00A0"),
        ("a\nb", "id_invisible", "'a\\nb' holds U+000A"),
        ("a\0\1\2\3\4\5b", "id_invisible", "holds U+0000, U+0001, U+0002, U+0003, U+0004, which cannot be seen"),
        ("ＳＫＵ１", "id_full_width", "'ＳＫＵ１' holds full-width letters or digits"),
        ("e\u0301", "id_not_nfc", "'e\\u0301' is not in Unicode form NFC; next: write it as '\\xe9'"),
        (True, "id_type", "True is a bool; allowed: text or whole numbers"),
        (Decimal(1), "id_type", "Decimal('1') is a Decimal"),
        (["p"], "id_type", "['p'] is a list"),
    ],
)
def test_what_is_no_id_is_refused(cell: object, code: str, told: str) -> None:
    read = read_id(cell)
    assert isinstance(read, Refusal)
    assert read.code == code
    assert told in read.message


REWRITTEN = (
    "{} is a number of more than 15 digits, and a spreadsheet or a float keeps no more of them; "
    "allowed: the id as text; next: format the column as text (dtype=str) and export it again"
)


@pytest.mark.parametrize("cell", [10**15, -(10**15), 110101199003074518])
def test_a_person_is_no_number_of_more_digits_than_a_float_keeps(cell: int) -> None:
    assert read_person(cell) == Refusal("id_rewritten", REWRITTEN.format(cell))


@pytest.mark.parametrize("cell", [10**15 - 1, 1 - 10**15, "110101199003074518", "an", 0])
def test_a_person_may_be_a_shorter_number_or_any_text(cell: object) -> None:
    assert read_person(cell) == str(cell)


def test_a_truth_value_is_no_person() -> None:
    assert read_person(True) == Refusal("id_type", "True is a bool; allowed: text or whole numbers")


ROUNDED = frozenset({"1101011990030740", "1101011990030750"})


@pytest.mark.parametrize(
    ("labels", "rounded"),
    [
        (ROUNDED, ROUNDED),
        ({*ROUNDED, "120", "an", "a" * 20}, ROUNDED),
        ({"1101011990030740"}, frozenset()),
        ({*ROUNDED, "1101011990030761"}, frozenset()),
        ({"110101199003070", "110101199003080"}, frozenset()),
        ({*ROUNDED, "110101199003071"}, ROUNDED),
        ({"110101199003074000", "1101011990030750"}, frozenset({"110101199003074000", "1101011990030750"})),
        ({"11010119900307X", "1101011990030X"}, frozenset()),
        (frozenset(), frozenset()),
    ],
)
def test_ids_have_been_floats_where_all_of_many_digits_end_in_zeros(labels: set[str], rounded: frozenset[str]) -> None:
    assert rounded_ids(labels) == rounded


def test_full_width_text_is_told_as_what_it_should_be() -> None:
    read = read_id("ＳＫＵ１")
    assert isinstance(read, Refusal)
    assert read.message.endswith(r"('\uff33\uff2b\uff35\uff11'); next: write 'SKU1'")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1970-01-02", 1),
        (date(1970, 1, 2), 1),
        (datetime(1970, 1, 2), 1),  # noqa: DTZ001 - a timestamp without a zone is what frames hold for a day
        (pd.Timestamp("1970-01-02"), 1),
        ("0001-01-01", -719_162),
        ("9999-12-31", 2_932_896),
        ("2024-02-29", 19_782),
    ],
)
def test_a_day_is_a_day_number(cell: object, number: int) -> None:
    assert read_day(cell) == number


@pytest.mark.parametrize(
    ("cell", "code", "told"),
    [
        ("2024-02-30", "day_text", "'2024-02-30' is not a day: the calendar has no such day; allowed: text such as"),
        ("2023-02-29", "day_text", "the calendar has no such day"),
        ("20240131", "day_text", "it may be a spreadsheet's day number or 20260131"),
        ("45321", "day_text", "it may be a spreadsheet's day number"),
        ("2026-01-01T00:00:00", "day_text", "leave out the time of day"),
        ("2026-1-1", "day_text", "'2026-1-1' is not a day; allowed"),
        ("2026-W01-1", "day_text", "'2026-W01-1' is not a day; allowed"),
        ("01/02/2026", "day_text", "'01/02/2026' is not a day; allowed"),
        (" 2026-01-01", "day_text", "' 2026-01-01' is not a day; allowed"),
        ("２０２６-01-01", "day_text", "is not a day; allowed"),
        (45321, "day_type", "45321 is a int; allowed: a date, or text such as 2026-01-31; a spreadsheet's day number"),
        (45321.0, "day_type", "a spreadsheet's day number is not a date"),
        (Decimal(1), "day_type", "Decimal('1') is a Decimal; allowed: a date, or text such as 2026-01-31"),
        (datetime(2026, 1, 1, 12), "day_time", "'2026-01-01 12:00:00' is a time, not a day"),  # noqa: DTZ001 - as above
        (datetime(2026, 1, 1, tzinfo=UTC), "day_time", "'2026-01-01 00:00:00+00:00' is a time, not a day"),
    ],
)
def test_what_is_no_day_is_refused(cell: object, code: str, told: str) -> None:
    read = read_day(cell)
    assert isinstance(read, Refusal)
    assert read.code == code
    assert told in read.message


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("2026-1-1", "'2026-1-1' is not a day; allowed: text such as 2026-01-31"),
        (
            "2026-01-01 00:00",
            "'2026-01-01 00:00' is not a day: leave out the time of day; allowed: text such as 2026-01-31",
        ),
        (
            "45321",
            "'45321' is not a day: it may be a spreadsheet's day number or 20260131; allowed: text such as 2026-01-31",
        ),
        (["2026"], "['2026'] is a list; allowed: a date, or text such as 2026-01-31"),
        (
            45321,
            "45321 is a int; allowed: a date, or text such as 2026-01-31; a spreadsheet's day number is not a date",
        ),
    ],
)
def test_the_whole_message_about_a_day(cell: object, told: str) -> None:
    read = read_day(cell)
    assert isinstance(read, Refusal)
    assert read.message == told


def test_the_whole_message_about_a_number() -> None:
    assert read_number(None) == Refusal("number", "None is a NoneType; allowed: text, an int, a Decimal or a Fraction")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("0.35", Fraction(7, 20)),
        ("35%", Fraction(7, 20)),
        ("1/3", Fraction(1, 3)),
        (1, Fraction(1)),
        (Decimal("0.1"), Fraction(1, 10)),
        (Fraction(2, 7), Fraction(2, 7)),
    ],
)
def test_a_number_is_exact(cell: object, number: Fraction) -> None:
    assert read_number(cell) == number


@pytest.mark.parametrize(
    ("cell", "code", "told"),
    [
        (0.35, "number_float", "0.35 is a float"),
        (0.35, "number_float", "next: read the column as text, dtype=str"),
        (True, "number", "True is a boolean"),
        (Decimal("Infinity"), "number", "is not finite"),
        (Decimal("sNaN"), "number", "is not finite"),
        ("1,000", "number", "'1,000' is not a number; write it without thousands separators"),
        ("１２３", "number", "its digits are not the plain 0-9"),
        ("1_000", "number", "underscores are not digits"),
        ("1e400", "number", "write it out without an exponent"),
        ("(120.50)", "number", "write a negative number as -12.50"),
        ("−120.50", "number", "U+2212"),
        ("\u00a0120", "number", "U+00A0"),
        ("'123", "number", "is not a number"),
        ("inf", "number", "'inf' is not a number"),
        ("9" * 100_000, "number", "too many digits"),
        ("#DIV/0!", "sheet_error", "'#DIV/0!' is a spreadsheet error"),
        ("N/A", "number_missing", "'N/A' stands for a missing value"),
        ("—", "number_missing", "'—' stands for a missing value"),
        ("NULL", "number_missing", "'NULL' stands for a missing value"),
    ],
)
def test_what_is_no_exact_number_is_refused(cell: object, code: str, told: str) -> None:
    read = read_number(cell)
    assert isinstance(read, Refusal)
    assert read.code == code
    assert told in read.message
    assert not read.message.startswith("cell")


@given(
    st.lists(
        st.sampled_from(["a1", "A b", "0a", "", "x" * 500, "x" * 501, "a\nb", "#N/A", "王", "1E5", "_"]), max_size=4
    )
)
def test_cells_that_are_plain_ids_all_at_once_are_so_one_by_one(cells: list[str]) -> None:
    if are_plain_ids(cells):
        assert [read_id(cell) for cell in cells] == cells
        assert [read_person(cell) for cell in cells] == cells


def test_ids_are_plain_where_they_begin_as_names_do() -> None:
    assert are_plain_ids(["item-0001", "_x", "p#1"])
    assert are_plain_ids([])
    for cells in (["a", 1], ["1"], ["a b"], ["a\nb"], ["x" * 501], [""], ["a", "\n"]):
        assert not are_plain_ids(cells)

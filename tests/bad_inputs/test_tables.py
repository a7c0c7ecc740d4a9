"""People, credits, pay bases and targets that cannot be meant, alone and beside one another. Ids are of the case list."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

import jointpay as jp
from jointpay.errors import DataError
from jointpay.plan.presets import preset_text

Run = Callable[..., tuple[int, list[str]]]
Spoil = Callable[..., Path]

PLAN = jp.presets.minimal()
READERS: dict[str, Callable[..., Any]] = {
    "people": jp.read_people,
    "credits": jp.read_credits,
    "base pay": jp.read_base_pay,
    "targets": jp.read_targets,
    "facts": jp.read_facts,
}
ZEROS_LOST = (
    "they are never merged; next: read the column as text (dtype=str) where the zeros were lost [ids_lost_zeros]"
)


def errors(reading: Callable[[], object]) -> list[str]:
    with pytest.raises(DataError, match=r"\[\w+\]") as caught:
        reading()
    return [str(finding) for finding in caught.value.findings]


# --- ids that changed on the way


def test_an_id_that_lost_its_zeros_in_the_credits(run: Run, spoil: Spoil) -> None:
    """H002: never equal as numbers, and told with both files."""
    spoil("people.csv", "D1", "00123")
    spoil("credits.csv", "D1", "123")
    code, told = run()
    assert code == 1
    assert told[:2] == [
        (
            "error: credits.csv: row 2, column 'person', person '123': not in the people table (people.csv); did you mean "
            "'00123'?, and credited on row 2; next: add the person there, or correct the id [person_unknown]"
        ),
        (
            "error: people.csv and credits.csv: person ids that look alike and are not equal: '00123' in people.csv, '123' in "
            f"credits.csv; {ZEROS_LOST}"
        ),
    ]


def test_an_id_that_lost_its_zeros_in_the_pay_bases(run: Run, spoil: Spoil) -> None:
    """H002: somebody without a pay base is never paid nothing, and the id that was meant is named."""
    for name in ("people.csv", "credits.csv"):
        spoil(name, "D1", "00123")
    path = spoil("base_pay.csv", "D1", "123")
    path.write_text(path.read_text(encoding="utf-8").replace("D1", "123"), encoding="utf-8")
    code, told = run()
    assert code == 1
    assert told[:2] == [
        f"error: base_pay: person '00123', period '{period}': there is no pay base 'monthly_salary', which rule "
        "'performance' of role 'seller' is a part of; did you mean '123'?; next: add the row to the base pay table "
        "[base_pay_missing]"
        for period in ("2026-01", "2026-02")
    ]


def test_nobody_is_suggested_who_is_paid_already(run: Run, spoil: Spoil) -> None:
    spoil("base_pay.csv", "D1,2026-01,monthly_salary,98765.43\n", "")
    spoil("base_pay.csv", "D1,2026-02,monthly_salary,98765.43\n", "")
    assert "did you mean" not in " ".join(run()[1])


REWRITTEN = "allowed: the id as text; next: format the column as text (dtype=str) and export it again [id_rewritten]"


@pytest.mark.parametrize("make", [dict, pd.DataFrame, pl.DataFrame], ids=["mapping", "pandas", "polars"])
def test_numbers_that_a_float_may_have_changed_are_no_ids_of_people(make: Callable[[Any], object]) -> None:
    """H004: 110101199003074518 comes out of a float as ...512, and nothing of it shows."""
    table = make({"person": [110101199003074512, 999_999_999_999_999], "role": ["seller"] * 2})
    assert errors(lambda: jp.read_people(table, PLAN)) == [
        (
            "people: row 2, column 'person': 110101199003074512 is a number of more than 15 digits, and a spreadsheet or a float "
            f"keeps no more of them; {REWRITTEN}"
        )
    ]


def test_text_that_a_spreadsheet_has_rounded_is_no_id() -> None:
    """H004: every id of many digits ends in zeros behind the 15th."""
    rounded = ["110101199003074000", "110101199003075000"]
    assert errors(lambda: jp.read_people({"person": rounded, "role": ["seller"] * 2}, PLAN)) == [
        f"people: row {row}, column 'person': '{label}' has more than 15 digits, and in every such id the rest are zeros, as "
        f"when a spreadsheet or a float has rounded them; {REWRITTEN}"
        for row, label in enumerate(rounded, start=2)
    ]


@pytest.mark.parametrize(
    "ids", [["110101199003074000", "p2"], ["110101199003074000", "110101199003075018"], ["x" * 20, "y" * 20]]
)
def test_long_ids_that_are_whole_are_taken(ids: list[str]) -> None:
    assert jp.read_people({"person": ids, "role": ["seller"] * 2}, PLAN).person_ids == tuple(sorted(ids))


# --- kinds of file


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".ods", ".pickle", ".npy", ".joblib", ".json", ""])
def test_no_other_kind_of_file_is_opened(tmp_path: Path, reader: Callable[..., object], ending: str) -> None:
    """E073, and the spreadsheets: refused by name, before a byte is read."""
    path = tmp_path / f"table{ending}"
    assert errors(lambda: reader(path, PLAN)) == [
        (
            f"table{ending}: 'table{ending}' is neither .csv nor .parquet, and no other kind of file is opened; next: read it "
            "yourself and pass the dataframe [file_kind]"
        )
    ]


# --- what is not there


def test_every_missing_target_is_named_before_anything_is_computed() -> None:
    """P017."""
    plan = jp.plan_from_text(
        preset_text("minimal").replace(
            "{kind: fixed, value: 100}", "{kind: table, name: asked, keys: [person, period]}"
        ),
        format="yaml",
    )
    data = jp.dataset(
        plan,
        facts=jp.read_facts({"day": ["2026-01-05", "2026-02-05"], "item": ["x"] * 2, "orders": [1, 1]}, plan),
        credits=jp.read_credits(
            {"person": ["an", "bo"], "role": ["seller"] * 2, "item": ["x"] * 2, "share": ["1/2"] * 2}, plan
        ),
        people=jp.read_people({"person": ["an", "bo"], "role": ["seller"] * 2}, plan),
        targets=jp.read_targets({"target": ["asked"], "value": ["5"], "person": ["bo"], "period": ["2026-01"]}, plan),
    )
    assert errors(lambda: jp.score(plan, data)) == [
        f"targets: roles.seller.components.orders.measures.orders: person {person!r}, period {period!r}: target 'asked' has "
        f"no row for person {person!r}, period {period!r}; next: add the row to the targets table [target_missing]"
        for person, period in (("an", "2026-01"), ("an", "2026-02"), ("bo", "2026-02"))
    ]


def test_a_person_in_the_credits_alone(run: Run, spoil: Spoil) -> None:
    """H016, A006."""
    spoil("credits.csv", "D2,seller,poster,1/3\n", "D2,seller,poster,1/3\nD9,seller,poster,1/6\nD9,seller,banner,1\n")
    code, told = run()
    assert code == 1
    assert told[0] == (
        "error: credits.csv: row 4, column 'person', person 'D9': not in the people table (people.csv), and credited on "
        "rows 4 and 5; next: add the person there, or correct the id [person_unknown]"
    )


def test_a_credited_item_that_nothing_happened_to_is_told(case: Path, run: Run, spoil: Spoil) -> None:
    """A006: it may be new, or misspelt."""
    spoil("credits.csv", "D2,seller,poster", "D2,seller,postr")
    code, told = run()
    assert code == 0
    assert "warning: credits.csv: 1 credited items have no facts: 'postr' [item_without_facts]" in told
    assert (case / "out").exists()


# --- names

NAMES = [
    "NA", "null", "TRUE", "None", "王NaN", '=HYPERLINK("http://x","y")', "+cmd", "@SUM(A1)", "-x", "\tx", "\rx", "=1\nx",
    'O"Neil, Jr.', "\u202eabc", "𠮷野", "👩‍🎨", "e\u0301", "<script>alert(1)</script>", "王伟",
]  # fmt: skip


@pytest.fixture(scope="module")
def settlement() -> jp.Settlement:
    """Pay one person of each name, and another who is called like the last."""
    names = [*NAMES, NAMES[-1]]
    persons = [f"p{number:02}" for number in range(len(names))]
    everybody = {"person": persons, "role": ["seller"] * len(names)}
    data = jp.dataset(
        PLAN,
        facts=jp.read_facts({"day": ["2026-01-05"], "item": ["poster"], "orders": [5000]}, PLAN),
        credits=jp.read_credits(
            {**everybody, "item": ["poster"] * len(names), "share": [f"1/{len(names)}"] * len(names)}, PLAN
        ),
        people=jp.read_people({**everybody, "name": names}, PLAN),
    )
    pay = {"person": persons, "period": ["2026-01"] * len(names), "base": ["monthly_salary"] * len(names)}
    return jp.settle(PLAN, jp.score(PLAN, data), jp.read_base_pay({**pay, "amount": ["1000"] * len(names)}, PLAN))


def test_names_come_out_as_they_went_in(settlement: jp.Settlement) -> None:
    """H007, H020, H022: through frames of every library, JSON and back."""
    again = jp.Settlement.from_json(settlement.to_json())
    for made in (settlement, again):
        assert made.frame("lines", backend=None)["name"] == [*NAMES, NAMES[-1]]
        assert made.frame("lines", backend="polars")["name"].to_list() == [*NAMES, NAMES[-1]]
        assert made.frame("lines", backend="pandas")["name"].tolist() == [*NAMES, NAMES[-1]]
    assert settlement.to_json().isascii()


def test_people_of_one_name_are_told_apart(settlement: jp.Settlement) -> None:
    """H008."""
    lines = settlement.frame("lines", backend=None)
    alike = [person for person, name in zip(lines["person"], lines["name"], strict=True) if name == NAMES[-1]]
    assert alike == ["p18", "p19"]


def test_no_name_acts_in_a_csv_file(settlement: jp.Settlement) -> None:
    """H018, H020: quoted so that it reads back, and no cell begins as a formula does."""
    from jointpay.results.csv_safe import csv_text  # noqa: PLC0415 - not public

    header, *rows = csv.reader(io.StringIO(csv_text(settlement.frame("lines", backend=None)), newline=""))
    found = [row[header.index("name")] for row in rows]
    assert [name.removeprefix("'") for name in found] == [*NAMES, NAMES[-1]]
    assert not [name for name in found if name.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


def test_no_name_poses_as_other_text_in_an_explanation(settlement: jp.Settlement) -> None:
    """H020: control characters and changes of direction are written out."""
    for number, name in enumerate(NAMES):
        told = str(jp.explain(settlement, f"p{number:02}", "2026-01"))
        assert not {"\u202e", "\t", "\r", "\x1b"} & set(told), name
    assert "\\u202eabc" in str(jp.explain(settlement, f"p{NAMES.index(chr(0x202E) + 'abc'):02}", "2026-01"))

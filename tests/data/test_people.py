"""People: who holds which seat, on which days."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from jointpay.data.intervals import FIRST_DAY, LAST_DAY
from jointpay.data.people import People, read_people
from jointpay.errors import DataError
from jointpay.plan.calendar import day_number
from jointpay.plan.plan import Plan

Refusals = Callable[[Callable[[], Any]], list[str]]
Changed = Callable[..., dict[str, Any]]

STAFF = {
    "person": ["p2", "p1", "p1"],
    "role": ["operator", "designer", "operator"],
    "from": ["", "2026-01-01", "2026-03-15"],
    "to": ["2026-06-01", "2026-03-15", ""],
    "team": ["red", "blue", "red"],
}


def seats(people: People) -> list[tuple[str, str, int, int, dict[str, str]]]:
    return [
        (
            people.person_ids[people.persons[seat]],
            people.role_ids[people.roles[seat]],
            int(people.starts[seat]),
            int(people.ends[seat]),
            {name: people.group_values[name][codes[seat]] for name, codes in people.groups.items() if codes[seat] >= 0},
        )
        for seat in range(len(people.persons))
    ]


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


def test_seats_are_sorted_by_person_and_start(plan: Plan) -> None:
    people = read_people(STAFF, plan)
    assert seats(people) == [
        ("p1", "designer", day("2026-01-01"), day("2026-03-15"), {"team": "blue"}),
        ("p1", "operator", day("2026-03-15"), LAST_DAY, {"team": "red"}),
        ("p2", "operator", FIRST_DAY, day("2026-06-01"), {"team": "red"}),
    ]
    assert people.rows.tolist() == [3, 4, 2]
    assert people.source == "people"
    assert people.names == {}
    assert people.notes == ()


def test_records_cannot_be_written_to(plan: Plan) -> None:
    people = read_people(STAFF, plan)
    for array in (people.persons, people.roles, people.starts, people.ends, people.rows, *people.groups.values()):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(TypeError, match="does not support item assignment"):
        people.groups["x"] = people.persons  # type: ignore[index]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pl.LazyFrame])
def test_any_frame_and_any_order_of_rows_gives_the_same_seats(plan: Plan, make: Callable[[Any], object]) -> None:
    turned = {name: cells[::-1] for name, cells in STAFF.items()}
    assert seats(read_people(make(turned), plan)) == seats(read_people(STAFF, plan))


def test_a_file_names_the_source(plan: Plan, tmp_path: Any) -> None:
    pl.DataFrame(STAFF).write_csv(tmp_path / "staff.csv")
    assert read_people(tmp_path / "staff.csv", plan).source == "staff.csv"
    assert read_people(tmp_path / "staff.csv", plan, source="HR export").source == "HR export"


def test_open_ranges_need_no_columns(plan: Plan, changed: Changed) -> None:
    people = read_people(changed(STAFF, person=["a", "b", "c"], from_=None, to_=None), plan)
    assert people.starts.tolist() == [FIRST_DAY] * 3
    assert people.ends.tolist() == [LAST_DAY] * 3


@pytest.mark.parametrize(
    "name",
    [
        "NA",
        "null",
        "TRUE",
        "None",
        "王NaN",
        '=HYPERLINK("http://x","y")',
        "+cmd",
        "@SUM",
        "\tx",
        "\rx",
        "𠮷",
        "👩‍🎨",
        "e\u0301",
        ' O"Neil, Jr.\n',
        "\u202eabc",
        "李 ",
    ],
)
def test_people_may_be_called_anything(plan: Plan, changed: Changed, tmp_path: Any, name: str) -> None:
    table = changed(STAFF, name=[name, "", "Ann"])
    pl.DataFrame(table).write_csv(tmp_path / "p.csv")
    pl.DataFrame(table).write_parquet(tmp_path / "p.parquet")
    for source in (table, pd.DataFrame(table), pl.DataFrame(table), tmp_path / "p.csv", tmp_path / "p.parquet"):
        assert read_people(source, plan).names == {"p1": "Ann", "p2": name}


def test_two_people_may_have_one_name(plan: Plan, changed: Changed) -> None:
    people = read_people(changed(STAFF, name=["王伟", "王伟", "王伟"]), plan)
    assert people.names == {"p1": "王伟", "p2": "王伟"}
    assert people.notes == ()


def test_a_name_that_is_no_text_is_refused(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    assert refusals(lambda: read_people(changed(STAFF, name=["a", "\ud800", ""]), plan)) == [
        (
            "people: row 3, column 'name', person 'p1': a name that holds half a character; allowed: text; "
            "next: decode it again [name_surrogate]"
        )
    ]
    assert refusals(lambda: read_people(changed(STAFF, name=[1, 2, 3]), plan))[0] == (
        "people: row 2, column 'name', person 'p2': a name of type int; allowed: text [name_type]"
    )


def test_a_new_name_is_told_and_the_latest_seat_decides(plan: Plan, changed: Changed) -> None:
    people = read_people(changed(STAFF, name=["x", "old", "new"]), plan)
    assert people.names["p1"] == "new"
    assert [str(note) for note in people.notes] == [
        (
            "people: row 4, column 'name', person 'p1': another name than on row 3, which is an earlier seat; "
            "the name of the latest seat is used; next: check that this is one person [person_renamed]"
        )
    ]


def test_no_name_of_anybody_is_in_a_message(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    lines = refusals(lambda: read_people(changed(STAFF, name=["王伟", 7, "李娜"], role=["x", "designer", "y"]), plan))
    assert len(lines) == 3
    assert not any("王伟" in line or "李娜" in line for line in lines)


def test_ids_keep_leading_zeros_and_are_never_numbers(plan: Plan, changed: Changed) -> None:
    people = read_people(changed(STAFF, person=["00123", "123", "0123"]), plan)
    assert people.person_ids == ("00123", "0123", "123")
    assert read_people(changed(STAFF, person=[9, 10, 11]), plan).person_ids == ("10", "11", "9")


def test_ids_of_people_that_a_float_has_changed_are_refused(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    numbers = changed(STAFF, person=[110101199003074518, 999_999_999_999_999, 10**15])
    assert [line.split(";")[0] for line in refusals(lambda: read_people(numbers, plan))] == [
        (
            "people: row 2, column 'person': 110101199003074518 is a number of more than 15 digits, and a spreadsheet or a "
            "float keeps no more of them"
        ),
        (
            "people: row 4, column 'person': 1000000000000000 is a number of more than 15 digits, and a spreadsheet or a "
            "float keeps no more of them"
        ),
    ]
    rounded = changed(STAFF, person=["110101199003074000", "p1", "110101199003075000"])
    assert [line.split(";")[0] for line in refusals(lambda: read_people(rounded, plan))] == [
        f"people: row {row}, column 'person': '{label}' has more than 15 digits, and in every such id the rest are zeros, "
        "as when a spreadsheet or a float has rounded them"
        for row, label in ((2, "110101199003074000"), (4, "110101199003075000"))
    ]


@pytest.mark.parametrize(
    "ids",
    [
        ["110101199003074518", "110101199003075000", "p1"],
        ["110101199003074000", "p1", "p2"],
        ["110101199003000", "110101199004000", "p"],
    ],
)
def test_long_ids_that_no_float_has_changed_are_kept(plan: Plan, changed: Changed, ids: list[str]) -> None:
    assert read_people(changed(STAFF, person=ids), plan).person_ids == tuple(sorted(ids))


def test_every_problem_is_told_with_row_column_and_person(plan: Plan, refusals: Refusals) -> None:
    lines = refusals(
        lambda: read_people(
            {
                "person": ["p1", "p2 ", "", "p4", "p5", "1e5"],
                "role": ["desiner", "operator", "operator", "", "Operator", "operator"],
                "from": ["2026-02-30", "2026-11-30", "", "", "", ""],
                "to": ["", "2026-11-01", "", "", "", ""],
                "team": ["x", "", "", "", "", ""],
            },
            plan,
            source="people.csv",
        )
    )
    assert lines == [
        (
            "people.csv: row 2, column 'role', person 'p1': 'desiner' is not a role of the plan; did you mean 'designer'?; "
            "allowed: 'designer', 'operator' [role_unknown]"
        ),
        (
            "people.csv: row 2, column 'from', person 'p1': '2026-02-30' is not a day: the calendar has no such day; "
            "allowed: text such as 2026-01-31 [day_text]"
        ),
        "people.csv: row 3, column 'person': 'p2 ' has spaces around it; next: remove them [id_spaced]",
        (
            "people.csv: row 4, column 'person': the cell is empty; allowed: the id of a person; next: fill it in "
            "[cell_empty]"
        ),
        (
            "people.csv: row 5, column 'role', person 'p4': the cell is empty; allowed: a role of the plan; next: fill it in "
            "[cell_empty]"
        ),
        (
            "people.csv: row 6, column 'role', person 'p5': 'Operator' is not a role of the plan; did you mean 'operator'?; "
            "allowed: 'designer', 'operator' [role_unknown]"
        ),
        (
            "people.csv: row 7, column 'person': '1e5' looks like an id that a spreadsheet or a float rewrote; allowed: the "
            "id as text; next: format the column as text (dtype=str) and export it again [id_rewritten]"
        ),
    ]


def test_a_range_that_runs_backwards_is_refused(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    table = changed(STAFF, from_=["2026-11-30", "2026-01-01", "2026-03-15"], to=["2026-11-01", "2026-01-01", ""])
    assert refusals(lambda: read_people(table, plan)) == [
        (
            "people: row 2, person 'p2': from 2026-11-30 to 2026-11-01 holds no day; "
            "allowed: `to` after `from` ('to' is the day after the last) [range_backwards]"
        ),
        (
            "people: row 3, person 'p1': from 2026-01-01 to 2026-01-01 holds no day; "
            "allowed: `to` after `from` ('to' is the day after the last) [range_backwards]"
        ),
    ]


def test_a_column_of_floats_is_told_once(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    assert refusals(lambda: read_people(changed(STAFF, person=[1.0, 2.0, np.float64(3)]), plan)) == [
        (
            "people: row 2, column 'person': 1.0 is a float, which loses leading zeros and every digit beyond the 15th; "
            "allowed: text or whole numbers; next: read the column as text, dtype=str (and so in all 3 cells of the column) "
            "[id_float]"
        )
    ]


def test_a_column_of_the_wrong_type_is_told_with_the_cell_of_the_row_that_is_named(
    plan: Plan, changed: Changed, refusals: Refusals
) -> None:
    (told,) = refusals(lambda: read_people(changed(STAFF, **{"from": [46030, 46020, 46010]}), plan))
    assert told.startswith("people: row 2, column 'from', person 'p2': 46030 is a int")
    assert told.endswith("(and so in all 3 cells of the column) [day_type]")


def test_kinds_of_cell_are_not_mixed_in_a_column(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    table = changed(STAFF, person=["p1", 2, 3.0], from_=[date(2026, 1, 1), "2026-01-01", None])
    assert refusals(lambda: read_people(table, plan)) == [
        (
            "people: row 3, column 'person': 2 is a number, and row 2 of the column holds a text ('p1'); "
            "allowed: one kind of cell in a column [cell_mixed]"
        ),
        (
            "people: row 3, column 'from': '2026-01-01' is a text, and row 2 of the column holds a date "
            "(datetime.date(2026, 1, 1)); allowed: one kind of cell in a column [cell_mixed]"
        ),
        (
            "people: row 4, column 'person': 3.0 is a float, which loses leading zeros and every digit beyond the 15th; "
            "allowed: text or whole numbers; next: read the column as text, dtype=str [id_float]"
        ),
    ]
    mixed = changed(STAFF, person=["p1", True, b"x"])
    assert [line.split("; ")[0] for line in refusals(lambda: read_people(mixed, plan))] == [
        "people: row 3, column 'person': True is a boolean, and row 2 of the column holds a text ('p1')",
        "people: row 4, column 'person': b'x' is a bytes, and row 2 of the column holds a text ('p1')",
    ]


def test_the_same_person_twice_is_refused_with_both_rows(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    table = changed(STAFF, person=["p1", "p2", "p1"], from_=None, to=None)
    assert refusals(lambda: read_people(table, plan)) == [
        (
            "people: row 4, person 'p1': 'operator' ... to ... overlaps 'operator' ... to ... on row 2; "
            "allowed: one seat on a day; next: drop one of the rows, or end the earlier one with `to` [seats_overlap]"
        )
    ]


def test_overlapping_seats_are_refused_with_their_days(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    table = changed(STAFF, from_=["", "2026-01-01", "2026-03-14"])
    assert refusals(lambda: read_people(table, plan)) == [
        (
            "people: row 4, person 'p1': 'operator' 2026-03-14 to ... overlaps 'designer' 2026-01-01 to 2026-03-15 on row "
            "3; allowed: one seat on a day; next: drop one of the rows, or end the earlier one with `to` [seats_overlap]"
        )
    ]


def test_every_overlap_is_told_against_the_longest_seat_before_it(plan: Plan, refusals: Refusals) -> None:
    table = {
        "person": ["b", "a", "a", "a", "a"],
        "role": ["operator"] * 5,
        "team": [""] * 5,
        "from": ["2026-01-01", "2026-01-01", "2026-01-02", "2026-02-01", "2026-05-01"],
        "to": ["2026-12-01", "2026-04-01", "2026-01-03", "2026-03-01", "2026-06-01"],
    }
    lines = refusals(lambda: read_people(table, plan))
    assert [line.split(";")[0] for line in lines] == [
        (
            "people: row 4, person 'a': 'operator' 2026-01-02 to 2026-01-03 overlaps 'operator' 2026-01-01 to 2026-04-01 on "
            "row 3"
        ),
        (
            "people: row 5, person 'a': 'operator' 2026-02-01 to 2026-03-01 overlaps 'operator' 2026-01-01 to 2026-04-01 on "
            "row 3"
        ),
    ]


def test_a_row_of_totals_is_refused(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    for total in ("合计", "Total"):
        table = changed(STAFF, person=["p2", "p1", total])
        assert refusals(lambda table=table: read_people(table, plan)) == [  # type: ignore[misc]
            f"people: row 4, column 'person': {total!r} looks like a row of totals; next: drop it [total_row]"
        ]


def test_a_group_column_that_the_plan_reads_must_be_there(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    assert refusals(lambda: read_people(changed(STAFF, team=None, teem=[1, 2, 3]), plan)) == [
        (
            "people: row 1: column 'team' is missing; did you mean 'teem'?; expected: person, role, team "
            "(and, where wanted, from, to, name); found: 'person', 'role', 'from', 'to', 'teem'; "
            "next: the plan reads it for role designer [column_missing]"
        )
    ]


def test_a_group_is_empty_only_where_no_measure_reads_it(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    assert seats(read_people(changed(STAFF, team=["", "blue", None]), plan))[1][4] == {}
    assert refusals(lambda: read_people(changed(STAFF, team=["red", None, "red"]), plan)) == [
        (
            "people: row 3, column 'team', person 'p1': the cell is empty, and the plan reads this column for role "
            "'designer'; next: fill it in [group_empty]"
        )
    ]


def test_a_group_column_has_no_name_that_targets_need(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    assert refusals(lambda: read_people(changed(STAFF, period=["a", "b", "c"]), plan)) == [
        (
            "people: row 1, column 'period': column 'period' has a name that means something else in a table of targets; "
            "next: rename it [column_reserved]"
        )
    ]


def test_columns_that_the_plan_does_not_read_are_kept_as_labels_or_left(plan: Plan, changed: Changed) -> None:
    people = read_people(
        changed(STAFF, city=["上海", "", " x"], level=[3, 2, None], fte=[0.5, 1.0, 1.7], big=[2**200, 1, 1]), plan
    )
    assert sorted(people.groups) == ["city", "level", "team"]
    assert people.group_values["city"] == (" x", "上海")
    assert people.group_values["level"] == ("2", "3")
    assert [str(note) for note in people.notes] == [
        (
            "people: columns that are not kept, because the plan does not read them and they do not hold labels: "
            "'fte', 'big' [column_ignored]"
        )
    ]


def test_rows_that_differ_in_nothing_the_plan_reads_are_one_seat(plan: Plan) -> None:
    people = read_people(
        {
            "person": ["p1", "p1", "p1", "p1"],
            "role": ["designer"] * 4,
            "from": ["2026-03-01", "", "2026-02-01", "2026-05-01"],
            "to": ["2026-04-01", "2026-02-01", "2026-03-01", ""],
            "team": ["red", "blue", "red", "red"],
            "city": ["A", "B", "C", "A"],
        },
        plan,
    )
    assert seats(people) == [
        ("p1", "designer", FIRST_DAY, day("2026-02-01"), {"city": "B", "team": "blue"}),
        ("p1", "designer", day("2026-02-01"), day("2026-04-01"), {"city": "A", "team": "red"}),
        ("p1", "designer", day("2026-05-01"), LAST_DAY, {"city": "A", "team": "red"}),
    ]
    assert people.rows.tolist() == [3, 4, 5]
    assert [str(note) for note in people.notes] == [
        (
            "people: row 2, column 'city': person 'p1' changes 'city' on 2026-03-01, which the plan does not read: "
            "the seat is not cut, and the latest value is kept [group_change_unread]"
        )
    ]


def test_a_new_role_is_a_new_seat(plan: Plan) -> None:
    people = read_people(
        {
            "person": ["p1", "p1", "p2"],
            "role": ["designer", "operator", "operator"],
            "from": ["2026-01-01", "2026-02-01", "2026-02-01"],
            "to": ["2026-02-01", "2026-03-01", "2026-03-01"],
            "team": ["x"] * 3,
        },
        plan,
    )
    assert people.starts.tolist() == [day("2026-01-01"), day("2026-02-01"), day("2026-02-01")]


def test_people_without_anybody_are_refused(plan: Plan) -> None:
    with pytest.raises(DataError, match="the table has no rows"):
        read_people({name: [] for name in STAFF}, plan)


def test_the_nearest_name_is_looked_up_for_the_first_twenty_wrong_ones(plan: Plan, refusals: Refusals) -> None:
    count = 25
    lines = refusals(
        lambda: read_people(
            {
                "person": list(range(count)),
                "role": [f"operator{place:02}" for place in range(count)],
                "team": ["x"] * count,
            },
            plan,
        )
    )
    assert [place for place, line in enumerate(lines) if "did you mean 'operator'?" in line] == list(range(20))
    assert len(lines) == count


def test_every_check_holds_without_assertions() -> None:
    program = (
        "from jointpay.data.credits import read_credits\n"
        "from jointpay.errors import DataError\n"
        "from jointpay.plan.presets import minimal\n"
        "table = {'person': ['p', 'q'], 'role': ['seller'] * 2, 'item': ['i'] * 2, 'share': ['2/3'] * 2}\n"
        "try:\n"
        "    read_credits(table, minimal())\n"
        "except DataError as refused:\n"
        "    print(refused)\n"
    )
    ran = subprocess.run([sys.executable, "-O", "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip().endswith("(rows 2 and 3); allowed: at most 1 on a day [shares_exceed_one]")


@pytest.mark.parametrize("make", [dict, pl.DataFrame])
def test_the_first_wrong_names_from_the_top_get_a_suggestion(
    plan: Plan, refusals: Refusals, make: Callable[[Any], Any]
) -> None:
    roles = [f"designer{letter}" for letter in "zyxwvutsrqponmlkjihgfedcba"]
    table = {"person": [f"p{at}" for at in range(26)], "role": roles, "from": ["2026-01-01"] * 26, "to": [None] * 26}
    table |= {"team": ["red"] * 26}
    told = refusals(lambda: read_people(make(table), plan))
    assert [("did you mean 'designer'" in line) for line in told] == [True] * 20 + [False] * 6

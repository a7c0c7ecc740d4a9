"""Credits: who worked on what, with which share, on which days."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from jointpay.data.credits import Credits, read_credits
from jointpay.data.intervals import FIRST_DAY, LAST_DAY, overlapping, range_text
from jointpay.data.shares import common_denominator, excesses
from jointpay.errors import DataError
from jointpay.plan.calendar import day_number
from jointpay.plan.plan import Plan

Refusals = Callable[[Callable[[], Any]], list[str]]
Changed = Callable[..., dict[str, Any]]

WORK = {
    "person": ["p2", "p1", "p1"],
    "role": ["operator", "designer", "designer"],
    "item": ["poster", "poster", "banner"],
    "share": ["1", "1/3", "35%"],
    "from": ["", "2026-01-01", "2026-03-15"],
    "to": ["2026-06-01", "2026-03-15", ""],
}


def edges(read: Credits) -> list[tuple[str, str, str, Fraction, int, int]]:
    return [
        (
            read.person_ids[read.persons[edge]],
            read.role_ids[read.roles[edge]],
            read.item_ids[read.items[edge]],
            Fraction(int(read.shares[edge]), read.share_denominator),
            int(read.starts[edge]),
            int(read.ends[edge]),
        )
        for edge in range(len(read.persons))
    ]


def test_credits_are_sorted_and_shares_are_exact(plan: Plan) -> None:
    read = read_credits(WORK, plan)
    assert edges(read) == [
        ("p1", "designer", "banner", Fraction(7, 20), 20_527, LAST_DAY),
        ("p1", "designer", "poster", Fraction(1, 3), 20_454, 20_527),
        ("p2", "operator", "poster", Fraction(1), FIRST_DAY, 20_605),
    ]
    assert read.share_denominator == 60
    assert read.shares.tolist() == [21, 20, 60]
    assert read.rows.tolist() == [4, 3, 2]
    assert (read.source, read.notes) == ("credits", ())
    with pytest.raises(ValueError, match="read-only"):
        read.shares[0] = 1


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pl.LazyFrame])
def test_any_frame_and_any_order_of_rows_gives_the_same_credits(plan: Plan, make: Callable[[Any], object]) -> None:
    turned = {name: cells[::-1] for name, cells in WORK.items()}
    assert edges(read_credits(make(turned), plan)) == edges(read_credits(WORK, plan))


@pytest.mark.parametrize("share", [1, Decimal("1.00"), Fraction(1), "1", "100%", "1.0"])
def test_a_share_is_written_in_any_exact_way(plan: Plan, changed: Changed, share: object) -> None:
    assert read_credits(changed(WORK, share=[share] * 3), plan).shares.tolist() == [1, 1, 1]


def test_days_may_be_left_out(plan: Plan, changed: Changed) -> None:
    read = read_credits(changed(WORK, from_=None, to=None), plan)
    assert set(read.starts.tolist()) == {FIRST_DAY}
    assert set(read.ends.tolist()) == {LAST_DAY}


def test_columns_that_are_not_read_are_noted(plan: Plan, changed: Changed) -> None:
    read = read_credits(changed(WORK, note=["a", "b", "c"]), plan, source="work.csv")
    assert [str(note) for note in read.notes] == ["work.csv: columns that are not read: 'note' [column_ignored]"]


def test_a_column_of_floats_is_refused_and_told_once(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    assert refusals(lambda: read_credits(changed(WORK, share=[0.35, 1.0, 0.5]), plan)) == [
        (
            "credits: row 2, column 'share', person 'p2': 0.35 is a float, and binary floats are refused because most of "
            "them are not the number that was written; give text ('0.1'), an int, a Decimal or a Fraction; next: read the "
            "column as text, dtype=str (and so in all 3 cells of the column) [number_float]"
        )
    ]


@pytest.mark.parametrize(
    ("share", "told"),
    [
        ("0", "'0' is not a share; allowed: more than 0, at most 1 (100%) [share_range]"),
        ("-1/3", "'-1/3' is not a share; allowed: more than 0, at most 1 (100%) [share_range]"),
        ("101%", "'101%' is not a share; allowed: more than 0, at most 1 (100%) [share_range]"),
        ("", "the cell is empty; allowed: a share such as 0.35, 35%, 1/3 or 1; next: fill it in [cell_empty]"),
        ("#REF!", "'#REF!' is a spreadsheet error; next: correct it in the spreadsheet [sheet_error]"),
        ("0,35", "'0,35' is not a number; write it without thousands separators and with a point"),
    ],
)
def test_what_is_no_share_is_refused(
    plan: Plan, changed: Changed, refusals: Refusals, share: object, told: str
) -> None:
    [line] = refusals(lambda: read_credits(changed(WORK, share=["1", share, "1"]), plan))
    assert line.startswith("credits: row 3, column 'share', person 'p1': " + told)


def test_a_share_of_thousands_of_digits_is_refused(plan: Plan, changed: Changed) -> None:
    with pytest.raises(DataError, match=r"row 2, column 'share'.*a value of type Fraction.*share_range"):
        read_credits(changed(WORK, share=[Fraction(10**5_000, 3), 1, 1]), plan)


def test_a_missing_share_column_is_not_filled_by_guess(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    assert refusals(lambda: read_credits(changed(WORK, share=None), plan)) == [
        (
            "credits: row 1: column 'share' is missing; expected: person, role, item, share (and, where wanted, from, to); "
            "found: 'person', 'role', 'item', 'from', 'to'; next: add a column `share`, with 1 where one person did all of "
            "it; nothing is split by guess [column_missing]"
        )
    ]


def test_shares_need_a_common_denominator(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    read = read_credits(changed(WORK, share=["1/999983", "1", "1"]), plan)
    assert read.share_denominator == 999_983
    assert refusals(lambda: read_credits(changed(WORK, share=["1/999983", "1/7", "0.5"]), plan)) == [
        (
            "credits: column 'share': the shares have no common denominator up to 1,000,000; their denominators are 999983, "
            "7, 2; next: write the shares with the same few decimals, or as fractions of one number of parts "
            "[share_denominators]"
        )
    ]
    many = changed(WORK, **{name: cells * 20 for name, cells in WORK.items()})
    many["share"] = [f"1/{place + 5}" for place in range(60)]
    with pytest.raises(DataError, match=r"denominators are 64, 63, 62, 61, 60, 59, 58, 57, 56, 55 \.\.\.; next"):
        read_credits(many, plan)


def test_every_problem_is_told_with_row_column_and_person(plan: Plan, refusals: Refusals) -> None:
    table = {
        "person": ["p1", None, "p3", "合计"],
        "role": ["desinger", "operator", "operator", None],
        "item": ["poster", 2.5, " x", None],
        "share": ["1", "1", "1", "3"],
        "from": ["2026-05-01", "", "", ""],
        "to": ["2026-04-01", "20260131", "", ""],
    }
    assert [line.split(";")[0] for line in refusals(lambda: read_credits(table, plan))] == [
        "credits: row 2, column 'role', person 'p1': 'desinger' is not a role of the plan",
        "credits: row 3, column 'person': the cell is empty",
        "credits: row 3, column 'item': 2.5 is a float, which loses leading zeros and every digit beyond the 15th",
        "credits: row 3, column 'to': '20260131' is not a day: it may be a spreadsheet's day number or 20260131",
        "credits: row 4, column 'item', person 'p3': ' x' has spaces around it",
        "credits: row 5, column 'person': '合计' looks like a row of totals",
        "credits: row 5, column 'role', person '合计': the cell is empty",
        "credits: row 5, column 'item', person '合计': the cell is empty",
        "credits: row 5, column 'share', person '合计': '3' is not a share",
    ]


def test_a_range_that_runs_backwards_is_refused(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    table = changed(WORK, from_=["2026-06-01", "", ""])
    assert refusals(lambda: read_credits(table, plan)) == [
        (
            "credits: row 2, person 'p2': from 2026-06-01 to 2026-06-01 holds no day; allowed: `to` after `from` "
            "('to' is the day after the last) [range_backwards]"
        )
    ]


def test_an_empty_table_is_refused(plan: Plan, refusals: Refusals) -> None:
    assert refusals(lambda: read_credits({name: [] for name in WORK}, plan)) == [
        "credits: the table has no rows; allowed: at least one row below the header [table_empty]"
    ]


def test_an_identical_row_would_count_twice_and_is_refused(plan: Plan, refusals: Refusals) -> None:
    table = {name: [cells[1], cells[0], cells[1]] for name, cells in WORK.items()}
    assert refusals(lambda: read_credits(table, plan)) == [
        (
            "credits: row 4, person 'p1': the same credit for item 'poster' as 'designer' stands on row 2, and would count "
            "twice; next: drop one of the rows [credit_repeated]"
        )
    ]


def test_overlapping_credits_of_one_person_are_refused(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    table = changed(
        WORK, item=["a", "poster", "poster"], from_=["", "2026-01-01", "2026-03-14"], share=["1", "0.3", "0.2"]
    )
    assert refusals(lambda: read_credits(table, plan)) == [
        (
            "credits: row 4, person 'p1': the credit for item 'poster' as 'designer', 2026-03-14 to ..., overlaps row 3, "
            "2026-01-01 to 2026-03-15; allowed: one credit on a day; next: end the earlier one with `to` [credits_overlap]"
        )
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"share": ["1/4", "1/5"]},
        {"from": ["", "2026-02-01"]},
        {"to": ["", "2026-02-01"]},
    ],
)
def test_rows_that_overlap_and_differ_are_not_called_identical(
    plan: Plan, refusals: Refusals, other: dict[str, list[str]]
) -> None:
    table = {
        "person": ["p", "p"],
        "role": ["designer"] * 2,
        "item": ["i", "i"],
        "share": ["1/4", "1/4"],
        "from": ["", ""],
        "to": ["", ""],
        **other,
    }
    [line] = refusals(lambda: read_credits(table, plan))
    assert line.endswith("[credits_overlap]")


def test_credits_that_follow_one_another_or_differ_in_role_or_item_do_not_overlap(plan: Plan) -> None:
    table = {
        "person": ["p"] * 4,
        "role": ["designer", "designer", "operator", "designer"],
        "item": ["i", "i", "i", "j"],
        "share": ["1"] * 4,
        "from": ["", "2026-02-01", "", ""],
        "to": ["2026-02-01", "", "", ""],
    }
    assert len(read_credits(table, plan).persons) == 4


def test_shares_of_a_role_on_an_item_and_day_sum_to_one_at_most(plan: Plan, refusals: Refusals) -> None:
    table = {
        "person": ["a", "b", "c", "d"],
        "role": ["designer", "designer", "designer", "operator"],
        "item": ["poster"] * 4,
        "share": ["0.5", "0.5", "1/3", "1"],
        "from": ["", "2026-01-10", "2026-01-20", ""],
        "to": ["2026-02-01", "2026-03-01", "2026-01-25", ""],
    }
    assert refusals(lambda: read_credits(table, plan)) == [
        (
            "credits: row 4, column 'share', person 'c': shares of role 'designer' on item 'poster' sum to 4/3 from "
            "2026-01-20 to 2026-01-25 (rows 2, 3 and 4); allowed: at most 1 on a day [shares_exceed_one]"
        )
    ]


def test_shares_that_sum_to_one_or_less_are_fine(plan: Plan) -> None:
    table = {
        "person": ["a", "b", "c", "d"],
        "role": ["designer"] * 4,
        "item": ["poster"] * 3 + ["banner"],
        "share": ["0.5", "0.3", "0.7", "0.8"],
        "from": ["", "", "2026-02-01", ""],
        "to": ["2026-02-01", "", "", ""],
    }
    assert len(read_credits(table, plan).persons) == 4


def test_rows_with_other_problems_are_left_out_of_the_sums(plan: Plan, refusals: Refusals) -> None:
    table = {
        "person": ["a", "b ", "c"],
        "role": ["designer"] * 3,
        "item": ["poster"] * 3,
        "share": ["0.5", "0.6", "0.5"],
    }
    [line] = refusals(lambda: read_credits(table, plan))
    assert line.endswith("[id_spaced]")


def test_a_thousand_problems_are_told_and_the_rest_is_counted(plan: Plan) -> None:
    count = 1_500
    table = {
        "person": [f"p{number}" for number in range(2 * count)],
        "role": ["designer"] * (2 * count),
        "item": [f"i{number // 2}" for number in range(2 * count)],
        "share": ["2/3"] * (2 * count),
    }
    with pytest.raises(DataError, match="shares_exceed_one") as caught:
        read_credits(table, plan)
    findings = caught.value.findings
    assert [finding.place.row for finding in findings[:-1]] == [2 * number + 3 for number in range(1_000)]
    assert findings[-1].message == "500 more problems are not listed; next: mend these and read again"


def test_the_first_stretch_beyond_one_is_told_per_item() -> None:
    keys = np.array([5, 5, 5, 9, 9], np.int64)
    starts = np.array([0, 2, 6, 0, 0], np.int32)
    ends = np.array([10, 4, 8, 3, 3], np.int32)
    found = list(excesses(keys, starts, ends, np.array([2, 1, 1, 2, 1], np.int64), 2))
    assert [(sorted(excess.rows.tolist()), excess.start, excess.end, excess.numerator) for excess in found] == [
        ([0, 1], 2, 4, 3),
        ([3, 4], 0, 3, 3),
    ]


def test_the_sums_agree_with_counting_day_by_day() -> None:
    chance = np.random.default_rng(7)
    for _ in range(200):
        count = int(chance.integers(1, 12))
        keys = chance.integers(0, 3, count)
        starts = chance.integers(0, 12, count).astype(np.int32)
        ends = (starts + chance.integers(1, 8, count)).astype(np.int32)
        shares = chance.integers(1, 4, count)
        expected = {}
        for key in np.unique(keys).tolist():
            sums = [int(shares[(keys == key) & (starts <= day) & (day < ends)].sum()) for day in range(21)]
            beyond = [day for day in range(21) if sums[day] > 4]
            if beyond:
                expected[key] = (beyond[0], sums[beyond[0]])
        found = list(excesses(keys, starts, ends, shares, 4))
        assert {int(keys[excess.rows[0]]): (excess.start, excess.numerator) for excess in found} == expected
        for excess in found:
            rows = (keys == keys[excess.rows[0]]) & (starts <= excess.start) & (excess.start < ends)
            assert sorted(excess.rows.tolist()) == np.flatnonzero(rows).tolist()
            assert int(shares[rows].sum()) == excess.numerator
            assert excess.start < excess.end


def test_overlaps_agree_with_comparing_every_pair() -> None:
    chance = np.random.default_rng(11)
    for _ in range(200):
        count = int(chance.integers(1, 12))
        keys = chance.integers(0, 3, count)
        starts = chance.integers(FIRST_DAY, FIRST_DAY + 12, count).astype(np.int32)
        ends = (starts + chance.integers(1, 8, count)).astype(np.int32)
        order = sorted(range(count), key=lambda place: (keys[place], starts[place], place))
        late = {
            place
            for at, place in enumerate(order)
            if any(keys[other] == keys[place] and ends[other] > starts[place] for other in order[:at])
        }
        pairs = list(overlapping(keys, starts, ends, np.lexsort((starts, keys))))
        assert {later for _, later in pairs} == late
        assert len(pairs) == len(late)
        for earlier, later in pairs:
            assert keys[earlier] == keys[later]
            assert starts[earlier] <= starts[later] < ends[earlier]


def test_open_ends_are_the_ends_of_the_calendar() -> None:
    assert day_number(date.min) == FIRST_DAY
    assert day_number(date.max) == LAST_DAY


def test_a_range_is_written_with_open_ends() -> None:
    assert range_text(FIRST_DAY, LAST_DAY) == "... to ..."
    assert range_text(0, 31) == "1970-01-01 to 1970-02-01"


def test_the_common_denominator_is_the_least() -> None:
    assert common_denominator([]) == 1
    assert common_denominator([Fraction(1, 4), Fraction(1, 6), Fraction(1)]) == 12

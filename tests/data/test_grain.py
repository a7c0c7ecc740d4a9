"""How coarse facts may be: the cells chosen, the facts made of them, and what is refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from jointpay.data.credits import Credits, read_credits
from jointpay.data.dataset import dataset
from jointpay.data.events import measure
from jointpay.data.facts import merge_facts
from jointpay.data.facts_table import facts_columns, read_facts
from jointpay.data.grain import MOST_CELLS, Grain, coarsest_grain
from jointpay.data.people import People, read_people
from jointpay.plan.calendar import day_number
from jointpay.plan.plan import Plan
from jointpay.plan.presets import minimal

Refusals = Callable[[Callable[[], Any]], list[str]]


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


MONTHS = (*(day(f"2026-{month:02}-01") for month in range(1, 13)), day("2027-01-01"))


@pytest.fixture
def orders() -> Plan:
    return minimal()


def people_of(plan: Plan, seats: list[tuple[str, str, str]]) -> People:
    persons, starts, ends = zip(*seats, strict=True)
    return read_people({"person": persons, "role": ["seller"] * len(seats), "from": starts, "to": ends}, plan)


def credits_of(plan: Plan, rows: list[tuple[str, str, str, str]]) -> Credits:
    persons, items, starts, ends = zip(*rows, strict=True)
    table = {"person": persons, "role": ["seller"] * len(rows), "item": items, "share": ["1/2"] * len(rows)}
    return read_credits(table | {"from": starts, "to": ends}, plan)


ALWAYS = [("ann", "", ""), ("bo", "", "")]


def test_periods_are_cells_where_nothing_changes_inside(orders: Plan) -> None:
    work = credits_of(orders, [("ann", "poster", "", ""), ("bo", "poster", "2026-03-01", "")])
    grain = coarsest_grain(orders, people=people_of(orders, ALWAYS), credits=work)
    assert grain == Grain(MONTHS, frozenset())


def test_items_whose_credit_or_payees_change_inside_are_kept_by_day(orders: Plan) -> None:
    seats = [("ann", "", ""), ("bo", "2026-02-10", "2026-11-01")]
    work = credits_of(orders, [("ann", "poster", "2026-03-05", ""), ("bo", "banner", "", ""), ("ann", "page", "", "")])
    grain = coarsest_grain(orders, people=people_of(orders, seats), credits=work)
    assert grain == Grain(MONTHS, frozenset({"poster", "banner"}))


def test_with_too_many_such_items_their_days_are_cuts_for_all(orders: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jointpay.data.grain.MOST_ITEMS_BY_DAY", 1)
    work = credits_of(orders, [("ann", "poster", "2026-03-05", ""), ("bo", "banner", "", "2026-03-05")])
    grain = coarsest_grain(orders, people=people_of(orders, ALWAYS), credits=work)
    assert grain == Grain(tuple(sorted((*MONTHS, day("2026-03-05")))), frozenset())


def test_with_too_many_cells_facts_are_kept_by_day(orders: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jointpay.data.grain.MOST_CELLS", 11)
    work = credits_of(orders, [("ann", "poster", "", "")])
    assert coarsest_grain(orders, people=people_of(orders, ALWAYS), credits=work) is None
    assert MOST_CELLS == 128


def test_the_cells_of_days() -> None:
    grain = Grain((10, 20, 25), frozenset({"b"}))
    days, items = np.array([9, 10, 19, 20, 24, 25, 15], np.int64), np.array([0, 0, 0, 0, 0, 0, 1], np.int32)
    first = grain.first_days(days, items, ("a", "b"))
    assert first.tolist() == [9, 10, 10, 20, 20, 25, 15]
    assert grain.ends(first, items, ("a", "b")).tolist() == [10, 20, 20, 25, 25, 26, 16]


def log(times: list[str], items: list[str]) -> pl.DataFrame:
    ids = [f"e{at}" for at in range(len(times))]
    table = pl.DataFrame({"event_id": ids, "time": times, "item": items, "kind": ["order"] * len(times)})
    return table.with_columns(pl.col("time").str.to_datetime("%Y-%m-%dT%H:%M", time_zone="UTC"))


TIMES = [
    "2025-12-31T15:59",
    "2025-12-31T16:00",
    "2026-01-20T00:00",
    "2026-01-31T16:00",
    "2026-12-31T15:59",
    "2026-12-31T16:00",
]


def test_a_log_measured_in_cells(orders: Plan) -> None:
    events = log([*TIMES, *TIMES[1:3]], ["poster"] * 6 + ["banner"] * 2)
    events = pl.concat([events, events[2:3], events[7:]])
    grain = Grain(MONTHS, frozenset({"banner"}))
    facts = measure(events, orders, grain=grain)
    assert facts_columns(facts) | {"orders": facts.totals["orders"].tolist()} == {
        "day": ["2025-12-31", "2026-01-01", "2026-01-01", "2026-01-20", "2026-02-01", "2026-12-01", "2027-01-01"],
        "item": ["poster", "banner", "poster", "banner", "poster", "poster", "poster"],
        "channel": [""] * 7,
        "end": ["2026-01-01", "2026-01-02", "2026-02-01", "2026-01-21", "2026-03-01", "2027-01-01", "2027-01-02"],
        "orders": [1, 1, 2, 1, 1, 1, 1],
    }
    assert [(left.reason, left.rows) for left in facts.excluded] == [("duplicate", 2)]
    again = read_facts(facts_columns(facts), orders)
    assert facts_columns(again)["end"] == facts_columns(facts)["end"]


def test_facts_of_different_grain_are_added_up_apart(orders: Plan) -> None:
    events = log(TIMES[1:3], ["poster"] * 2)
    merged = merge_facts(measure(events, orders, grain=Grain(MONTHS, frozenset())), measure(events, orders))
    columns = facts_columns(merged)
    assert columns["day"] == ["2026-01-01", "2026-01-01", "2026-01-20"]
    assert columns["end"] == ["2026-01-02", "2026-02-01", "2026-01-21"]
    assert merged.totals["orders"].tolist() == [1, 2, 1]


def test_a_table_that_is_read_cell_by_cell_has_the_same_cells(orders: Plan) -> None:
    events, grain = log(TIMES, ["poster"] * 6), Grain(MONTHS, frozenset())
    lazily, slowly = measure(events, orders, grain=grain), measure(events.to_arrow(), orders, grain=grain)
    assert facts_columns(slowly)["end"] == facts_columns(lazily)["end"]
    assert slowly.totals["orders"].tolist() == lazily.totals["orders"].tolist()


def test_facts_too_coarse_for_a_credit_or_a_seat(orders: Plan, refusals: Refusals) -> None:
    facts = measure(
        log(TIMES, ["poster", "poster", "banner", "poster", "poster", "poster"]),
        orders,
        grain=Grain(MONTHS, frozenset()),
    )
    seats = people_of(orders, [("ann", "", ""), ("bo", "", "2026-02-27")])
    work = credits_of(
        orders, [("ann", "banner", "2026-01-31", ""), ("bo", "poster", "", ""), ("ann", "page", "2026-05-05", "")]
    )
    found = refusals(lambda: dataset(orders, facts=facts, people=seats, credits=work))
    parted = (
        "a period, the days of a baseline, a seat or the credit of the item begins or ends; next: measure by day, or "
    )
    grain = "with the grain that coarsest_grain gives for these people and credits [facts_too_coarse]"
    assert found == [
        f"facts: item {item}: its facts from {first} to before {end} are one, and on {cut} {parted}{grain}"
        for item, first, end, cut in (
            ("'banner'", "2026-01-01", "2026-02-01", "2026-01-31"),
            ("'poster'", "2026-02-01", "2026-03-01", "2026-02-27"),
        )
    ]
    edge = credits_of(orders, [("ann", "banner", "2026-01-01", "2026-02-01"), ("ann", "poster", "", "")])
    assert dataset(orders, facts=facts, people=people_of(orders, ALWAYS), credits=edge).facts is facts


def test_facts_too_coarse_for_a_period(orders: Plan, refusals: Refusals) -> None:
    table = {"day": ["2026-01-01"], "end": ["2026-02-02"], "item": ["poster"], "orders": [3]}
    work = credits_of(orders, [("ann", "poster", "", "")])
    (found,) = refusals(
        lambda: dataset(orders, facts=read_facts(table, orders), people=people_of(orders, ALWAYS), credits=work)
    )
    assert "from 2026-01-01 to before 2026-02-02 are one, and on 2026-02-01 a period" in found


def test_grain_is_content(orders: Plan) -> None:
    people, work = people_of(orders, ALWAYS), credits_of(orders, [("ann", "poster", "", "")])
    table = {"day": ["2026-01-01"], "item": ["poster"], "orders": [3]}
    digests = {
        dataset(orders, facts=read_facts(given, orders), people=people, credits=work).digest
        for given in (table, table | {"end": ["2026-01-02"]}, table | {"end": ["2026-02-01"]})
    }
    assert len(digests) == 2


def test_an_end_that_is_no_end(orders: Plan, refusals: Refusals) -> None:
    table = {"day": ["2026-01-01", "2026-01-02"], "end": ["2026-01-01", "x"], "item": ["poster"] * 2, "orders": [3, 4]}
    first, second = refusals(lambda: read_facts(table, orders))
    assert first == (
        "facts: row 2, item 'poster': the facts of 2026-01-01 end before 2026-01-01; allowed: the day after the last one, "
        "which is later than `day`; next: correct it, or leave the column out [facts_end]"
    )
    assert second.startswith("facts: row 3, column 'end', item 'poster': 'x' is not a day")

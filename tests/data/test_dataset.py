"""The tables of one plan, put together: whether they fit it and one another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from jointpay.data.confusable import confusable_ids
from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.facts import Exclusion, Facts
from jointpay.data.people import People, read_people
from jointpay.data.targets import Targets, TargetTable, read_targets
from jointpay.plan.calendar import day_number
from jointpay.plan.plan import Plan

Refusals = Callable[[Callable[[], Any]], list[str]]
Changed = Callable[..., dict[str, Any]]

STAFF = {
    "person": ["p1", "p2", "p3"],
    "role": ["designer", "operator", "operator"],
    "from": ["", "2026-01-01", ""],
    "to": ["", "2026-03-01", ""],
    "team": ["red", "red", "blue"],
}
WORK = {
    "person": ["p1", "p2", "p3"],
    "role": ["designer", "operator", "operator"],
    "item": ["poster", "poster", "banner"],
    "share": ["1/3", "0.5", "1"],
}
ASKED = {
    "target": ["clicks_of_item", "clicks_of_team", "clicks_of_team", "industry"],
    "value": ["120", "3", "4", "5%"],
    "item": ["poster", "", "", ""],
    "period": ["2026-01", "", "", "2026-01"],
    "team": ["", "red", "blue", ""],
}
HAPPENED = [("2026-01-05", "poster", "feed", 10, 1), ("2025-01-05", "banner", "", 20, 2)]


def facts_of(rows: Sequence[tuple[str, str, str, int, int]], **changes: Any) -> Facts:
    """Write facts down as they come: not sorted, labels coded in order of appearance."""
    items = list(dict.fromkeys(row[1] for row in rows))
    channels = list(dict.fromkeys(row[2] for row in rows))
    facts = Facts(
        days=np.array([day_number(date.fromisoformat(row[0])) for row in rows], np.int32),
        items=np.array([items.index(row[1]) for row in rows], np.int32),
        channels=np.array([channels.index(row[2]) for row in rows], np.int32),
        totals={
            "clicks": np.array([row[3] for row in rows], np.int64),
            "orders": np.array([row[4] for row in rows], np.int64),
        },
        item_ids=tuple(items),
        channel_ids=tuple(channels),
        excluded=(),
        rows_read=len(rows),
    )
    return replace(facts, **changes)


def put_together(
    plan: Plan,
    *,
    facts: Facts | None = None,
    work: Mapping[str, Any] | None = None,
    staff: Mapping[str, Any] | None = None,
    asked: Mapping[str, Any] | None = None,
) -> Dataset:
    return dataset(
        plan,
        facts=facts_of(HAPPENED) if facts is None else facts,
        credits=read_credits(work or WORK, plan),
        people=read_people(staff or STAFF, plan),
        targets=read_targets(asked or ASKED, plan),
    )


def test_tables_that_fit_make_a_dataset(plan: Plan) -> None:
    made = put_together(plan)
    assert made.notes == ()
    assert made.plan_digest == plan.digest
    assert len(made.digest) == 64
    assert sorted(made.targets) == ["clicks_of_item", "clicks_of_team", "industry"]
    with pytest.raises(TypeError, match="does not support item assignment"):
        made.targets["x"] = made.targets["industry"]  # type: ignore[index]


def test_a_dataset_holds_no_pay() -> None:
    assert [field.name for field in fields(Dataset)] == [
        "facts",
        "credits",
        "people",
        "targets",
        "plan_digest",
        "digest",
        "notes",
    ]


def test_the_totals_of_the_facts_are_those_of_the_plan(plan: Plan, refusals: Refusals) -> None:
    facts = facts_of(HAPPENED)
    facts = replace(facts, totals={"order": facts.totals["orders"], "clicks": facts.totals["clicks"]})
    assert refusals(lambda: put_together(plan, facts=facts)) == [
        "facts: the facts lack total 'orders' of the plan; found: clicks, order [total_missing]",
        (
            "facts: the facts hold 'order', which is not a total of the plan; did you mean 'orders'?; next: read the facts "
            "with this plan [total_unknown]"
        ),
    ]
    assert refusals(lambda: put_together(plan, facts=replace(facts, totals={})))[0] == (
        "facts: the facts lack total 'clicks' of the plan; found: none [total_missing]"
    )


def test_credits_of_strangers_are_told_once_per_person_with_their_rows(
    plan: Plan, changed: Changed, refusals: Refusals
) -> None:
    work = changed(
        WORK, person=["p1", "p22", "p22"], role=["designer", "operator", "operator"], item=["poster", "a", "b"]
    )
    assert refusals(lambda: put_together(plan, work=work)) == [
        (
            "credits: row 3, column 'person', person 'p22': not in the people table (people); did you mean 'p2'?, and "
            "credited on rows 3 and 4; next: add the person there, or correct the id [person_unknown]"
        )
    ]


def test_records_without_rows_count_credits(plan: Plan, refusals: Refusals) -> None:
    people = read_people(STAFF, plan)
    work = read_credits({**WORK, "person": ["p1", "zzz", "zzz"]}, plan)
    bare = replace(work, rows=np.zeros(0, np.int32))
    assert refusals(lambda: dataset(plan, facts=facts_of(HAPPENED), credits=bare, people=people))[0] == (
        "credits: column 'person', person 'zzz': not in the people table (people), and credited on 2 credits; next: add "
        "the person there, or correct the id [person_unknown]"
    )


def test_a_credit_in_a_role_never_held_is_refused(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    work = changed(WORK, role=["operator", "operator", "designer"])
    assert refusals(lambda: put_together(plan, work=work)) == [
        (
            "credits: row 2, column 'role', person 'p1': credited as 'operator' on row 2, and never holds this role, so that "
            "it cannot count; seats held: designer ... to ...; next: correct the role or the days, here or in people "
            "[credit_without_seat]"
        ),
        (
            "credits: row 4, column 'role', person 'p3': credited as 'designer' on row 4, and never holds this role, so that "
            "it cannot count; seats held: operator ... to ...; next: correct the role or the days, here or in people "
            "[credit_without_seat]"
        ),
    ]


@pytest.mark.parametrize(
    ("start", "end", "noted"),
    [
        ("", "2026-01-01", True),
        ("", "2026-01-02", False),
        ("2026-02-28", "", False),
        ("2026-03-01", "", True),
        ("2026-01-15", "2026-01-16", False),
        ("", "", False),
    ],
)
def test_a_credit_outside_the_days_of_the_seat_is_noted(
    plan: Plan, changed: Changed, start: str, end: str, *, noted: bool
) -> None:
    work = changed(WORK, from_=["", start, ""], to=["", end, ""])
    notes = [str(note) for note in put_together(plan, work=work).notes]
    days = f"{start or '...'} to {end or '...'}"
    assert notes == (
        [
            (
                "credits: row 3, column 'role', person 'p2': credited as 'operator' on row 3, and on none of the days "
                "credited holds this role, so that it cannot count; seats held: operator 2026-01-01 to 2026-03-01; next: "
                "correct the role or the days, here or in people [credit_off_seat]"
            )
        ]
        if noted
        else []
    ), days


def test_a_credit_after_the_last_seat_of_all_is_noted(plan: Plan, changed: Changed) -> None:
    staff = changed(STAFF, to=["", "2026-03-01", "2026-03-01"])
    work = changed(WORK, from_=["", "", "2026-03-01"], to=["", "", ""])
    assert [(note.code, note.place.who) for note in put_together(plan, staff=staff, work=work).notes] == [
        ("credit_off_seat", "person 'p3'")
    ]


def test_five_are_named_and_nobody_more_is_counted(plan: Plan) -> None:
    facts = facts_of([("2026-01-05", item, "", 1, 0) for item in ("poster", "banner", "a", "b", "c", "d", "e")])
    assert [str(note) for note in put_together(plan, facts=facts).notes] == [
        (
            "facts: 5 items have facts and no credits, so that these facts stay unattributed: 'a', 'b', 'c', 'd', 'e' "
            "[item_without_credits]"
        )
    ]


def test_seats_on_the_days_of_credits_agree_with_looking_day_by_day(plan: Plan) -> None:
    chance = np.random.default_rng(3)
    roles = ["designer", "operator"]

    def day(number: int) -> str:
        return f"2026-01-{number:02}"

    for _ in range(60):
        cuts = sorted(chance.choice(np.arange(1, 30), 6, replace=False).tolist())
        staff = {
            "person": ["p1", "p1", "p1", "p2", "p2"],
            "role": [*chance.choice(roles, 3).tolist(), *roles],
            "from": [day(cut) for cut in cuts[0::2]] + [day(1), day(2)],
            "to": [day(cut) for cut in cuts[1::2]] + [day(2), day(3)],
            "team": ["x"] * 5,
        }
        starts = chance.integers(1, 28, 8)
        work = {
            "person": ["p1"] * 8,
            "role": chance.choice(roles, 8).tolist(),
            "item": [f"i{number}" for number in range(8)],
            "share": ["1"] * 8,
            "from": [day(int(start)) for start in starts],
            "to": [day(int(start) + int(chance.integers(1, 3))) for start in starts],
        }
        seats = [
            (role, start, end)
            for person, role, start, end in zip(
                *(staff[name] for name in ("person", "role", "from", "to")), strict=True
            )
            if person == "p1"
        ]
        lost = {
            role
            for role, start, end in zip(work["role"], work["from"], work["to"], strict=True)
            if not any(held == role and begun < end and start < ended for held, begun, ended in seats)
        }
        facts = facts_of([("2026-01-01", f"i{number}", "", 1, 0) for number in range(8)])
        asked = {**ASKED, "item": ["i1", "", "", ""], "team": ["", "x", "y", ""]}
        if lost <= {held for held, _, _ in seats}:
            notes = put_together(plan, facts=facts, work=work, staff=staff, asked=asked).notes
            found = {note.message.split("'")[1] for note in notes if note.code == "credit_off_seat"}
            assert found == lost


def test_group_columns_that_the_plan_reads_are_asked_for_again(plan: Plan, refusals: Refusals) -> None:
    people = read_people(STAFF, plan)
    work, facts, asked = read_credits(WORK, plan), facts_of(HAPPENED), read_targets(ASKED, plan)
    without = replace(people, groups={}, group_values={})
    assert refusals(lambda: dataset(plan, facts=facts, credits=work, people=without, targets=asked)) == [
        (
            "people: column 'team': role 'designer' reads group column 'team', and it is missing for 'p1'; next: fill it in "
            "[group_empty]"
        )
    ]
    empty = replace(people, groups={"team": np.full(3, -1, np.int32)})
    assert refusals(lambda: dataset(plan, facts=facts, credits=work, people=empty, targets=asked)) == [
        (
            "people: column 'team': role 'designer' reads group column 'team', and it is empty for 'p1'; next: fill it in "
            "[group_empty]"
        )
    ]


def test_a_role_nobody_holds_needs_no_groups(plan: Plan, changed: Changed) -> None:
    staff = changed(STAFF, role=["operator"] * 3)
    work = changed(WORK, role=["operator"] * 3, item=["poster", "banner", "banner"], share=["1", "1/2", "1/2"])
    assert put_together(plan, work=work, staff=staff).people.role_ids == ("operator",)


def test_tables_of_another_plan_are_refused(plan: Plan, refusals: Refusals) -> None:
    people, work = read_people(STAFF, plan), read_credits(WORK, plan)
    lines = refusals(
        lambda: dataset(
            plan,
            facts=facts_of(HAPPENED),
            credits=replace(work, role_ids=("designr", "operator")),
            people=replace(people, role_ids=("designr", "operator")),
            targets=read_targets(ASKED, plan),
        )
    )
    assert lines == [
        (
            "credits: column 'role': 'designr' is not a role of the plan; did you mean 'designer'?; next: read the table "
            "with this plan [role_unknown]"
        ),
        (
            "people: column 'role': 'designr' is not a role of the plan; did you mean 'designer'?; next: read the table with "
            "this plan [role_unknown]"
        ),
    ]


def test_targets_that_the_plan_looks_up_must_be_there(plan: Plan, refusals: Refusals) -> None:
    people, work, facts = read_people(STAFF, plan), read_credits(WORK, plan), facts_of(HAPPENED)
    assert refusals(lambda: dataset(plan, facts=facts, credits=work, people=people)) == [
        (
            "targets: target 'clicks_of_item' of the plan (designer.draw.clicks) is missing; next: read_targets a table with "
            "item, period and value [target_missing]"
        ),
        (
            "targets: target 'clicks_of_team' of the plan (designer.draw.team_clicks) is missing; next: read_targets a table "
            "with team and value [target_missing]"
        ),
        (
            "targets: target 'industry' of the plan (operator.convert.order_rate) is missing; next: read_targets a table "
            "with period and value [target_missing]"
        ),
    ]
    asked = dict(read_targets(ASKED, plan))
    asked["clicks_of_item"] = TargetTable(keys=("period", "item"), values={("2026-01", "poster"): Fraction(1)})
    assert refusals(lambda: dataset(plan, facts=facts, credits=work, people=people, targets=asked)) == [
        (
            "targets: target 'clicks_of_item' is keyed by period, item, and the plan looks it up by item, period; next: read "
            "the table with this plan [target_keys]"
        )
    ]


def test_targets_may_be_plain_tables(plan: Plan) -> None:
    people, work, facts = read_people(STAFF, plan), read_credits(WORK, plan), facts_of(HAPPENED)
    read = read_targets(ASKED, plan)
    made = dataset(plan, facts=facts, credits=work, people=people, targets=dict(read))
    assert made.targets == dict(read)
    assert made.digest == put_together(plan).digest


def test_targets_for_what_nobody_knows_are_noted(plan: Plan, changed: Changed) -> None:
    asked = changed(ASKED, item=["postr", "", "", ""], team=["", "red", "green", ""])
    assert [str(note) for note in put_together(plan, asked=asked).notes] == [
        (
            "targets: column 'item': targets are keyed by item, and no other table knows 'postr'; did you mean "
            "'poster'? [target_unread]"
        ),
        "targets: column 'team': targets are keyed by team, and no other table knows 'green' [target_unread]",
    ]


def test_what_does_not_meet_is_noted(plan: Plan, changed: Changed) -> None:
    facts = facts_of([("2026-01-05", f"free{number}", "", 1, 0) for number in range(7)])
    work = changed(WORK, person=["p1", "p2", "p2"])
    assert [str(note) for note in put_together(plan, facts=facts, work=work).notes] == [
        "credits: 2 credited items have no facts: 'banner', 'poster' [item_without_facts]",
        (
            "facts: 7 items have facts and no credits, so that these facts stay unattributed: 'free0', 'free1', 'free2', "
            "'free3', 'free4' and 2 more [item_without_credits]"
        ),
        "people: 1 people hold role 'operator' and are credited with nothing in it: 'p3' [seat_without_credits]",
    ]


def test_notes_of_all_tables_are_gathered(plan: Plan, changed: Changed) -> None:
    made = put_together(
        plan,
        staff=changed(STAFF, fte=[0.5, 1.0, 1.0]),
        work=changed(WORK, note=["", "", ""]),
        asked=changed(ASKED, note=["", "", "", ""]),
    )
    assert [(note.place.source, note.code) for note in made.notes] == [
        ("people", "column_ignored"),
        ("credits", "column_ignored"),
        ("targets", "column_ignored"),
    ]


def test_an_id_that_lost_its_zeros_in_one_table_is_refused(plan: Plan, changed: Changed, refusals: Refusals) -> None:
    work = changed(WORK, item=["00123", "00123", "banner"])
    facts = facts_of([("2026-01-05", "123", "", 10, 1), ("2026-01-05", "banner", "", 1, 0)])
    assert refusals(lambda: put_together(plan, facts=facts, work=work)) == [
        (
            "facts and credits: item ids that look alike and are not equal: '00123' in credits, '123' in facts; they are "
            "never merged; next: read the column as text (dtype=str) where the zeros were lost [ids_lost_zeros]"
        )
    ]


def test_ids_that_look_alike_are_noted_and_never_merged(plan: Plan, changed: Changed) -> None:
    work = changed(WORK, item=["poster", "рoster", "banner"])
    facts = facts_of([("2026-01-05", item, "", 10, 1) for item in ("poster", "Poster", "рoster", "banner")])
    made = put_together(plan, facts=facts, work=work, staff=changed(STAFF, team=["red", "Red", "blue"]))
    assert [str(note) for note in made.notes if note.code == "ids_look_alike"] == [
        (
            "facts and credits and targets: item ids that look alike and are not equal: 'Poster' in facts, 'poster' in facts "
            "and credits and targets, 'рoster' ('\\u0440oster') in facts and credits; they are never merged; next: check "
            "that all are meant [ids_look_alike]"
        ),
        (
            "people and targets: team ids that look alike and are not equal: 'Red' in people, 'red' in people and targets; "
            "they are never merged; next: check that all are meant [ids_look_alike]"
        ),
    ]


@pytest.mark.parametrize(
    ("labels", "alike"),
    [
        (("SKU1", "sku1"), True),
        (("SKU1", "ＳＫＵ１"), True),
        (("é", "e\u0301"), True),
        (("SKU 1", "SKU1"), True),
        (("a1", "а1"), True),
        (("0", "000"), True),
        (("00123", "123"), True),
        (("SKU1", "SKU2"), False),
        (("A00", "A0"), False),
        (("10", "1"), False),
    ],
)
def test_what_looks_alike(labels: tuple[str, str], *, alike: bool) -> None:
    found = list(confusable_ids("item", [("one", {labels[0]}), ("two", {labels[1]})]))
    assert len([one for one in found if one.code.startswith("ids_")]) == alike


def test_zeros_are_not_lost_where_one_table_knows_both() -> None:
    [found] = confusable_ids("item", [("one", {"00123", "123"}), ("two", {"123"})])
    assert (found.code, found.severity) == ("ids_look_alike", "warning")


def test_at_most_a_thousand_look_alikes_are_told() -> None:
    labels = {f"{case}{number}" for case in "aA" for number in range(1_200)}
    assert len(list(confusable_ids("item", [("one", labels)]))) == 1_000


@pytest.mark.parametrize("label", ["а1b", "Βeta", "skuо"])
def test_an_id_that_mixes_alphabets_is_noted(label: str) -> None:
    [found] = confusable_ids("item", [("one", {label}), ("two", {"x"})])
    assert str(found) == (
        f"one: item id {label!r} ({label!a}) mixes Latin letters with others that look Latin; it equals no id written in "
        "Latin letters alone; next: check that it is meant [id_mixes_alphabets]"
    )


@pytest.mark.parametrize("label", ["плакат", "海报A", "é1", "sku1", "λx"])
def test_one_alphabet_is_not_noted(label: str) -> None:
    assert list(confusable_ids("item", [("one", {label})])) == []


def test_at_most_a_thousand_mixed_ids_are_told() -> None:
    assert len(list(confusable_ids("item", [("one", {f"а{number}b" for number in range(1_200)})]))) == 1_000


def test_tables_of_one_name_are_both_looked_at() -> None:
    [found] = confusable_ids("item", [("book.xlsx", {"00123"}), ("book.xlsx", {"123"})])
    assert str(found).startswith(
        "book.xlsx: item ids that look alike and are not equal: '00123' in book.xlsx, '123' in book.xlsx;"
    )
    assert found.code == "ids_lost_zeros"


def test_no_ids_no_findings() -> None:
    assert list(confusable_ids("item", [])) == []


def relabelled(people: People) -> People:
    """Say the same with labels in another order and seats in another order."""
    turn = np.arange(len(people.persons))[::-1]
    count = len(people.person_ids)
    return replace(
        people,
        persons=(count - 1 - people.persons)[turn],
        person_ids=(*people.person_ids[::-1], "never used"),
        roles=people.roles[turn],
        starts=people.starts[turn],
        ends=people.ends[turn],
        groups={name: codes[turn] for name, codes in people.groups.items()},
    )


def test_the_digest_depends_on_content_alone(plan: Plan) -> None:
    digest = put_together(plan).digest
    people, work, asked = read_people(STAFF, plan), read_credits(WORK, plan), read_targets(ASKED, plan)

    def of(**changes: Any) -> str:
        tables: dict[str, Any] = {"facts": facts_of(HAPPENED), "credits": work, "people": people, "targets": asked}
        return dataset(plan, **{**tables, **changes}).digest

    assert of() == digest
    for same in (
        {"facts": facts_of(HAPPENED[::-1], rows_read=9, backend="polars")},
        {"credits": replace(work, shares=work.shares * 7, share_denominator=work.share_denominator * 7, source="x")},
        {"credits": read_credits({name: cells[::-1] for name, cells in WORK.items()}, plan)},
        {"people": relabelled(people)},
        {"targets": {name: asked[name] for name in reversed(list(asked))}},
        {"targets": Targets(tables=asked, source="y")},
    ):
        assert of(**same) == digest


def test_facts_of_one_day_in_any_order_have_one_digest(plan: Plan) -> None:
    rows = [
        ("2026-01-05", "banner", "a", 2, 1),
        ("2026-01-05", "poster", "a", 1, 1),
        ("2026-01-05", "poster", "b", 0, 1),
    ]
    digests = {
        put_together(plan, facts=facts_of([rows[at] for at in order])).digest for order in permutations(range(3))
    }
    assert len(digests) == 1


def test_every_part_of_the_content_changes_the_digest(plan: Plan, changed: Changed) -> None:
    digests = [
        put_together(plan).digest,
        put_together(plan, facts=facts_of([*HAPPENED, ("2026-01-06", "poster", "", 0, 0)])).digest,
        put_together(plan, facts=facts_of([HAPPENED[0], HAPPENED[0]])).digest,
        put_together(plan, facts=facts_of([("2026-01-06", *HAPPENED[0][1:]), HAPPENED[1]])).digest,
        put_together(plan, facts=facts_of([(*HAPPENED[0][:2], "search", 10, 1), HAPPENED[1]])).digest,
        put_together(plan, facts=facts_of([(*HAPPENED[0][:3], 1, 10), HAPPENED[1]])).digest,
        put_together(plan, facts=facts_of(HAPPENED, excluded=(Exclusion("late", 1, {"clicks": 1}),))).digest,
        put_together(plan, facts=facts_of(HAPPENED, excluded=(Exclusion("late", 2, {"clicks": 1}),))).digest,
        put_together(plan, facts=facts_of(HAPPENED, excluded=(Exclusion("late", 1, {"clicks": 2}),))).digest,
        put_together(plan, facts=facts_of(HAPPENED, excluded=(Exclusion("bot", 1, {"clicks": 1}),))).digest,
        put_together(plan, facts=facts_of(HAPPENED, excluded=(Exclusion("late", 1, {"orders": 1}),))).digest,
        put_together(plan, work=changed(WORK, share=["1/3", "0.5", "0.5"])).digest,
        put_together(plan, work=changed(WORK, item=["poster", "banner", "poster"])).digest,
        put_together(plan, work=changed(WORK, from_=["", "2026-01-01", ""])).digest,
        put_together(plan, work=changed(WORK, to=["", "2026-01-05", ""])).digest,
        put_together(plan, staff=changed(STAFF, team=["red", "blue", "red"])).digest,
        put_together(plan, staff=changed(STAFF, team=["red", "red", ""])).digest,
        put_together(plan, staff=changed(STAFF, city=["a", "b", "c"])).digest,
        put_together(plan, staff=changed(STAFF, name=["a", "b", "c"])).digest,
        put_together(plan, staff=changed(STAFF, name=["a", "c", "b"])).digest,
        put_together(plan, staff=changed(STAFF, from_=["2026-01-01", "2026-01-01", ""])).digest,
        put_together(plan, asked=changed(ASKED, value=["120", "3", "4", "6%"])).digest,
        put_together(plan, asked=changed(ASKED, value=["120", "4", "3", "5%"])).digest,
        put_together(plan, asked=changed(ASKED, period=["2026-02", "", "", "2026-01"])).digest,
    ]
    assert len(set(digests)) == len(digests)


def test_labels_are_told_apart_however_they_are_joined(plan: Plan, changed: Changed) -> None:
    one = put_together(plan, staff=changed(STAFF, name=["ab", "c", ""]))
    two = put_together(plan, staff=changed(STAFF, name=["a", "bc", ""]))
    assert one.digest != two.digest


def test_the_digest_of_a_known_dataset_stays_what_it_is(plan: Plan, changed: Changed) -> None:
    made = put_together(plan, staff=changed(STAFF, team=["red", "", "blue"], name=["王伟", "", "NA"]))
    assert made.digest == "88706cdb314b784058d6e228d59146f3365168759b583c36c0eb64f309b7977f"


def test_facts_of_days_before_the_plan_are_kept(plan: Plan) -> None:
    facts = facts_of([("2024-01-05", "poster", "", 10, 1), ("2027-01-05", "banner", "", 1, 1)])
    assert len(put_together(plan, facts=facts).facts.days) == 2


def test_no_facts_at_all_are_possible(plan: Plan) -> None:
    made = put_together(plan, facts=facts_of([]))
    assert [note.code for note in made.notes] == ["item_without_facts"]


def crowd(count: int, **columns: Sequence[str]) -> dict[str, Any]:
    return {
        "person": [f"p{number:04}" for number in range(count)],
        "role": ["operator"] * count,
        "team": ["x"] * count,
        **columns,
    }


def test_a_thousand_strangers_are_told_and_none_is_counted(plan: Plan, refusals: Refusals) -> None:
    work = {name: [f"q{number:04}" for number in range(1_000)] for name in ("person", "item")}
    edges = read_credits({**work, "role": ["operator"] * 1_000, "share": ["1"] * 1_000}, plan)
    people, asked = read_people(STAFF, plan), read_targets(ASKED, plan)
    lines = refusals(lambda: dataset(plan, facts=facts_of(HAPPENED), credits=edges, people=people, targets=asked))
    assert [line for line in lines if not line.endswith("[person_unknown]")] == []
    assert len(lines) == 1_000


def test_a_thousand_strangers_are_told_and_the_rest_is_counted(plan: Plan, refusals: Refusals) -> None:
    count = 1_003
    people = read_people(crowd(count), plan)
    work = {"person": [f"q{number:04}" for number in range(count)], "item": [f"i{number}" for number in range(count)]}
    edges = read_credits({**work, "role": ["operator"] * count, "share": ["1"] * count}, plan)
    lines = refusals(
        lambda: dataset(plan, facts=facts_of(HAPPENED), credits=edges, people=people, targets=read_targets(ASKED, plan))
    )
    assert len(lines) == 1_001
    assert lines[-1] == (
        "credits: 3 more people who are credited and not in the people table are not listed [more_problems]"
    )
    assert [number for number, line in enumerate(lines) if "did you mean" in line] == list(range(20))


def test_a_thousand_credits_without_a_seat_are_told_and_the_rest_is_counted(plan: Plan, refusals: Refusals) -> None:
    count = 1_003
    work = {"person": [f"p{number:04}" for number in range(count)], "item": [f"i{number}" for number in range(count)]}
    edges = read_credits({**work, "role": ["operator"] * count, "share": ["1"] * count}, plan)
    facts, asked = facts_of(HAPPENED), read_targets(ASKED, plan)
    designers = read_people(crowd(count, role=["designer"] * count), plan)
    lines = refusals(lambda: dataset(plan, facts=facts, credits=edges, people=designers, targets=asked))
    assert len(lines) == 1_001
    assert lines[-1] == "credits: 3 more people credited in a role never held are not listed [more_problems]"
    seated = read_people(crowd(count), plan)
    notes = dataset(
        plan,
        facts=facts,
        credits=replace(edges, ends=edges.starts + 1),
        people=replace(seated, starts=seated.ends - 1),
        targets=asked,
    ).notes
    told = [str(note) for note in notes if note.code in {"credit_off_seat", "more_problems"}]
    assert len(told) == 1_001
    assert told[-1] == (
        "credits: 3 more people credited in a role on days without a seat are not listed [more_problems]"
    )


@pytest.mark.parametrize(
    "labels", [{"a\nb", "ab"}, {"Ab", "ab"}, {"a b", "ab"}, {"01", "1"}, {"0", "00"}, {" 01", "1"}, {" 0 1", "0 0 1"}]
)
def test_ids_that_look_alike_are_told_however_plain_the_others_are(labels: set[str]) -> None:
    others = {f"item{number}" for number in range(5)}
    told = list(confusable_ids("item", [("one", labels | others)]))
    assert len(told) == (labels != {"a\nb", "ab"})
    assert list(confusable_ids("item", [("one", others | {"0", "010"})])) == []

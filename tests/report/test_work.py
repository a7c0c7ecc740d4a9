"""Shared work: what is summed by item and channel is what scoring credits, and nothing is lost on the way."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from jointpay.data.dataset import Dataset
from jointpay.errors import DataError, MismatchError, TooLargeError
from jointpay.pipeline import score
from jointpay.plan.calendar import periods
from jointpay.plan.plan import Plan
from jointpay.report.work import SharedWork, work_of
from jointpay.report.work_store import work_from_json, work_to_json
from jointpay.results.scorecard import Scorecard
from jointpay.testing.examples import component, credits_table, facts_table, measure, people_table, plan, read
from jointpay.testing.strategies import Case, cases
from jointpay.testing.strategies_seeded import random_case

MADE = plan(
    {
        "designer": {"a": component(measure(), missing="leave_out")},
        "operator": {"b": component(measure(), missing="leave_out")},
    }
)
SEATS = people_table(
    ("ann", "designer", "", "", "blue"), ("bo", "operator", "", "2026-01-11", "blue"), ("cy", "designer", "", "", "")
)
SHARES = credits_table(
    ("ann", "designer", "poster", "1/3", "2026-01-01", "2026-02-01"),
    ("cy", "designer", "poster", "1/2", "2026-01-06", ""),
    ("bo", "operator", "poster", "1", "2026-01-01", ""),
    ("bo", "operator", "unseen", "1", "2026-01-01", ""),
)
FACTS = facts_table(
    ("2026-01-05", "poster", "feed", 30, 3),
    ("2026-01-05", "poster", "live", 6, 0),
    ("2026-01-20", "poster", "feed", 12, 1),
    ("2026-02-03", "poster", "feed", 8, 2),
    ("2026-01-09", "page", "feed", 5, 1),
)


def by_hand() -> SharedWork:
    return work_of(MADE, read(MADE, SEATS, SHARES, FACTS))


def item_rows(work: SharedWork) -> dict[tuple[str, str, str], dict[str, int]]:
    rows = zip(work.items.periods.tolist(), work.items.items.tolist(), work.items.channels.tolist(), strict=True)
    return {
        (work.periods[period], work.item_ids[item], work.channel_ids[channel]): {
            name: int(total[at]) for name, total in work.items.totals.items()
        }
        for at, (period, item, channel) in enumerate(rows)
    }


def credited_rows(work: SharedWork) -> dict[tuple[str, ...], dict[str, Fraction]]:
    told = work.credited
    columns = (told.roles, told.periods, told.persons, told.items, told.channels)
    labels = (work.roles, work.periods, work.person_ids, work.item_ids, work.channel_ids)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {
        tuple(names[code] for names, code in zip(labels, row, strict=True)): {
            name: Fraction(int(total[at]), work.share_denominator) for name, total in told.totals.items()
        }
        for at, row in enumerate(rows)
    }


def test_by_hand() -> None:
    work = by_hand()
    assert item_rows(work) == {
        ("2026-01", "page", "feed"): {"clicks": 5, "orders": 1},
        ("2026-01", "poster", "feed"): {"clicks": 42, "orders": 4},
        ("2026-01", "poster", "live"): {"clicks": 6, "orders": 0},
        ("2026-02", "poster", "feed"): {"clicks": 8, "orders": 2},
    }
    assert credited_rows(work) == {
        ("designer", "2026-01", "ann", "poster", "feed"): {"clicks": Fraction(14), "orders": Fraction(4, 3)},
        ("designer", "2026-01", "ann", "poster", "live"): {"clicks": Fraction(2), "orders": Fraction(0)},
        ("designer", "2026-01", "cy", "poster", "feed"): {"clicks": Fraction(6), "orders": Fraction(1, 2)},
        ("designer", "2026-02", "cy", "poster", "feed"): {"clicks": Fraction(4), "orders": Fraction(1)},
        ("operator", "2026-01", "bo", "poster", "feed"): {"clicks": Fraction(30), "orders": Fraction(3)},
        ("operator", "2026-01", "bo", "poster", "live"): {"clicks": Fraction(6), "orders": Fraction(0)},
    }


def test_periods_can_be_named() -> None:
    work = work_of(MADE, read(MADE, SEATS, SHARES, FACTS), ["2026-02"])
    assert work.periods == ("2026-02",)
    assert list(item_rows(work)) == [("2026-02", "poster", "feed")]


def test_no_period_gives_no_rows() -> None:
    work = work_of(MADE, read(MADE, SEATS, SHARES, FACTS), [])
    assert (work.periods, item_rows(work), credited_rows(work)) == ((), {}, {})
    assert work_to_json(work_from_json(work_to_json(work))) == work_to_json(work)


def test_members_keep_their_groups() -> None:
    members = by_hand().members
    assert members.groups["team"].tolist() == [0, 0, -1]
    assert dict(members.group_values) == {"team": ("blue",)}


def _facts(dataset: Dataset) -> Iterator[tuple[int, str, str, dict[str, int]]]:
    facts = dataset.facts
    for at in range(len(facts.days)):
        yield (
            int(facts.days[at]),
            facts.item_ids[facts.items[at]],
            facts.channel_ids[facts.channels[at]],
            {name: int(total[at]) for name, total in facts.totals.items()},
        )


def _row_by_row(made: Plan, dataset: Dataset) -> tuple[dict[Any, Counter[str]], dict[Any, Counter[str]]]:
    """Sum fact by fact, edge by edge, seat by seat: the definition."""
    items: dict[Any, Counter[str]] = {}
    credited: dict[Any, Counter[str]] = {}
    edges, people = dataset.credits, dataset.people
    for day, item, channel, totals in _facts(dataset):
        period = next((span.id for span in periods(made) if span.start <= day < span.end), None)
        if period is None:
            continue
        items.setdefault((period, item, channel), Counter()).update(totals)
        for at in range(len(edges.persons)):
            if edges.item_ids[edges.items[at]] != item or not edges.starts[at] <= day < edges.ends[at]:
                continue
            person, role = edges.person_ids[edges.persons[at]], edges.role_ids[edges.roles[at]]
            share = Fraction(int(edges.shares[at]), edges.share_denominator)
            for seat in range(len(people.persons)):
                holds = people.person_ids[people.persons[seat]] == person
                if (
                    holds
                    and people.role_ids[people.roles[seat]] == role
                    and people.starts[seat] <= day < people.ends[seat]
                ):
                    cell = credited.setdefault((role, period, person, item, channel), Counter())
                    for name, total in totals.items():
                        cell[name] += total * share  # type: ignore[assignment]
    return items, credited


def _add_up(work: SharedWork, card: Scorecard) -> None:
    """What items made is the input less what is not scored and excluded; what is credited is what scoring credited."""
    for line in card.conservation.lines:
        made = int(work.items.totals[line.total].sum())
        assert made == line.input - line.not_scored - sum(amount for _, amount in line.excluded)
        here = work.credited.roles == work.roles.index(line.role)
        credited = Fraction(int(work.credited.totals[line.total][here].sum()), work.share_denominator)
        assert (credited, made - credited) == (line.credited, line.unattributed)


def _check(case: Case) -> int:
    try:
        card = score(case.plan, case.dataset)
    except (DataError, TooLargeError):
        return 0
    work = work_of(case.plan, case.dataset)
    items, credited = _row_by_row(case.plan, case.dataset)
    assert item_rows(work) == {key: dict(value) for key, value in sorted(items.items())}
    assert credited_rows(work) == {key: dict(value) for key, value in credited.items()}
    assert (work.periods, work.person_ids) == (tuple(span.id for span in card.periods), card.person_ids)
    _add_up(work, card)
    assert work_to_json(work_from_json(work_to_json(work))) == work_to_json(work)
    return len(credited)


@given(case=cases())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_is_what_the_definition_says(case: Case) -> None:
    _check(case)


def test_seeded_cases() -> None:
    cells = 0
    for seed in range(60):
        try:
            case = random_case(seed)
        except DataError:
            continue
        cells += _check(case)
    assert cells > 200


def test_order_of_rows_changes_nothing() -> None:
    turned = {name: cells[::-1] for name, cells in FACTS.items()}
    assert work_to_json(work_of(MADE, read(MADE, SEATS, SHARES, turned))) == work_to_json(by_hand())


def test_another_plan_is_refused() -> None:
    with pytest.raises(MismatchError, match="the dataset was read for the plan with digest"):
        work_of(plan({"designer": {"a": component(measure(), missing="leave_out")}}), read(MADE, SEATS, SHARES, FACTS))


def test_changed_text_is_refused() -> None:
    text = work_to_json(by_hand())
    with pytest.raises(MismatchError, match="it was changed after"):
        work_from_json(text.replace('"rows_read":5', '"rows_read":6'))


def test_what_does_not_fit_is_refused_with_its_path() -> None:
    work = by_hand()
    with pytest.raises(DataError, match=r"share_denominator: 0 is not a denominator"):
        work_from_json(work_to_json(replace(work, share_denominator=0)))
    with pytest.raises(DataError, match=r"items\.channels: 1 is out of range; allowed: 0 to 0"):
        work_from_json(work_to_json(replace(work, channel_ids=("feed",))))
    short = replace(work.items, totals={"clicks": work.items.totals["clicks"][:3]})
    with pytest.raises(DataError, match=r"items\.totals\.clicks: 3 numbers; allowed: 4"):
        work_from_json(work_to_json(replace(work, items=short)))

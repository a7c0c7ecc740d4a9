"""From 100 points to the score in steps: they add up exactly, and each is what the definition says."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from jointpay.errors import DataError, MismatchError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.report.score_steps import ScoreStep, change_steps, score_steps
from jointpay.report.statements.build import Statements
from jointpay.report.statements.comparison import compare
from jointpay.results.scorecard import Scorecard
from jointpay.testing.examples import component, credits_table, facts_table, measure, people_table, plan, read
from jointpay.testing.strategies import Case, cases
from jointpay.testing.strategies_seeded import random_case

GATE = {"metric": "clicks", "scope": "own", "attainment": "value", "missing": "leave_out"}
SEATS = people_table(("ann", "designer", "", "", "blue"), ("bo", "designer", "", "", "blue"))
SHARES = credits_table(("ann", "designer", "poster", "1", "", ""), ("bo", "designer", "page", "1", "", ""))


def scored(*components: dict[str, Any], driver: str = "designer", **changed: object) -> Scorecard:
    """Score January: ann has 81 clicks and 36 orders, bo has neither."""
    metrics = {
        "clicks": {"kind": "total", "total": "clicks", "unit": "count", "places": 2, "driven_by": driver},
        "rate": {"kind": "ratio", "numerator": "orders", "denominator": "clicks", "unit": "ratio", "places": 4},
    }
    made = plan(
        {"designer": {f"c{number}": body for number, body in enumerate(components)}},
        metrics={name: {"direction": "higher_is_better"} | body for name, body in metrics.items()},
        **changed,
    )
    facts = facts_table(("2026-01-05", "poster", "feed", 81, 36), ("2026-01-05", "page", "feed", 0, 0))
    return score(made, read(made, SEATS, SHARES, facts))


def told(card: Scorecard) -> list[tuple[str, str, str | None, list[int]]]:
    return [(step.kind, step.name, step.driver, step.points.tolist()) for step in score_steps(card, card.roles[0])]


def test_a_weighted_mean_and_a_modifier() -> None:
    """Ann: 81 clicks give 81 points, of half the weight; the gate of 50 halves what the mean made of it."""
    gate = GATE | {"curve": {"kind": "threshold", "at": "90", "below_gives": "50", "gives": "100", "edge": "upper"}}
    card = scored(
        component(
            measure(missing="error", weight="1/2"),
            measure(missing="error", weight="1/2", curve=_level(120)),
            modifiers={"gate": gate},
        )
    )
    assert card.roles[0].scores.tolist() == [5025, 3000]
    assert told(card) == [
        ("measure", "p0", "designer", [-950, -5000]),
        ("measure", "p1", "designer", [1000, 1000]),
        ("modifier", "gate", "designer", [-5025, -3000]),
    ]


def _level(points: int) -> dict[str, Any]:
    return {"kind": "points", "points": [{"at": "0", "gives": points}, {"at": "1000", "gives": points}]} | {
        "below": "clamp",
        "above": "clamp",
    }


def test_a_geometric_mean_in_the_order_of_the_plan() -> None:
    """Ann: (81 * 100)^1/2 = 90, then (81 * 36)^1/2 = 54. Bo: a zero makes zero at the first step."""
    orders = measure("clicks", missing="error", weight="1/2", curve=_level(36))
    line = _level(0) | {"points": [{"at": "0", "gives": "0"}, {"at": "100", "gives": "100"}]}
    clicks = measure(missing="error", weight="1/2", curve=line)
    card = scored(component(clicks, orders, combine="weighted_geometric"))
    assert told(card) == [
        ("measure", "p0", "designer", [-1000, -10000]),
        ("measure", "p1", "designer", [-3600, 0]),
    ]


def test_a_minimum() -> None:
    card = scored(
        component(
            measure(missing="error", weight="1/2"),
            measure(missing="error", weight="1/2", curve=_level(90)),
            combine="minimum",
        )
    )
    assert [points for *_, points in told(card)] == [[-1900, -10000], [0, 0]]


def test_what_is_left_out_moves_nothing() -> None:
    """Bo has no clicks and so no rate: his second component is left out, and the first is his whole score."""
    rated = component(measure("rate", curve=_level(150)), weight="3/4", missing="leave_out")
    card = scored(component(measure(missing="error", curve=_level(120)), weight="1/4"), rated)
    assert card.roles[0].scores.tolist() == [14250, 12000]
    assert [points for *_, points in told(card)] == [[500, 2000], [3750, 0]]


def test_what_a_component_counts_as_is_a_step_of_its_own() -> None:
    rated = component(measure("rate", curve=_level(150)), missing={"kind": "neutral", "points": "80"})
    card = scored(rated)
    assert told(card) == [("measure", "p0", None, [5000, 0]), ("component", "c0", None, [0, -2000])]


def test_no_score_has_no_steps() -> None:
    rated = component(measure("rate", curve=_level(150)), missing="leave_out")
    card = scored(rated)
    assert card.roles[0].states.tolist() == [0, 6]
    assert [points for *_, points in told(card)] == [[5000, 0]]


def test_a_changed_score_is_noticed() -> None:
    card = scored(component(measure(missing="error")))
    role = replace(card.roles[0], scores=card.roles[0].scores + 1)
    with pytest.raises(MismatchError, match="the scores of role 'designer' do not follow from their components"):
        score_steps(card, role)


def test_a_change_is_told_in_the_order_of_the_plan() -> None:
    """From bo to ann: (0 * 64)^1/2 = 0, then 81 clicks, (81 * 64)^1/2 = 72, then the rate, (81 * 36)^1/2 = 54."""
    line = _level(0) | {"points": [{"at": "0", "gives": "0"}, {"at": "100", "gives": "100"}]}
    clicks = measure(missing="error", weight="1/2", curve=line)
    rate = measure("rate", weight="1/2", curve=_level(36), missing={"kind": "neutral", "points": "64"})
    card = scored(component(clicks, rate, combine="weighted_geometric"))
    assert card.roles[0].scores.tolist() == [5400, 0]
    steps = change_steps(card, card.roles[0], [1], [0])
    assert [(step.name, step.points.tolist()) for step in steps] == [("p0", [7200]), ("p1", [-1800])]
    back = change_steps(card, card.roles[0], [0, 0], [1, 0])
    assert [step.points.tolist() for step in back] == [[-5400, 0], [0, 0]]


def test_what_is_left_out_in_one_of_two_rows_changes_the_weights() -> None:
    """Ann's second component has 150 points and 3/4 of the weight; bo's is left out, so his first is all he has."""
    rated = component(measure("rate", curve=_level(150)), weight="3/4", missing="leave_out")
    card = scored(component(measure(missing="error", curve=_level(120)), weight="1/4"), rated)
    steps = change_steps(card, card.roles[0], [1], [0])
    assert [step.points.tolist() for step in steps] == [[0], [2250]]


def test_a_changed_score_is_noticed_in_a_change_too() -> None:
    card = scored(component(measure(missing="error")))
    role = replace(card.roles[0], scores=card.roles[0].scores + np.array([0, 1]))
    for before, after in (([1], [0]), ([0], [1])):
        with pytest.raises(MismatchError, match="do not follow from their components"):
            change_steps(card, role, before, after)


def _as_the_statement_tells(case: Case) -> int:
    """Count the changes that are the same in the statement, which computes them row by row in fractions."""
    try:
        settlement = settle(case.plan, score(case.plan, case.dataset), case.base_pay)
    except (DataError, TooLargeError):
        return 0
    card, compared = settlement.scorecard, 0
    statements = Statements(settlement)
    for role in card.roles:
        rows = role.payees
        gone = np.zeros(role.scores.size, dtype=np.bool_) | (role.states != 0)
        for part in role.components:
            gone |= part.states != 0
        place = {key: row for row, key in enumerate(zip(rows.persons.tolist(), rows.periods.tolist(), strict=True))}
        for (person, period), row in place.items():
            before = place.get((person, period - 1))
            if before is None or gone[row] or gone[before]:
                continue
            ids = card.person_ids[person], card.periods[period].id, card.periods[period - 1].id
            later, earlier = statements.of(ids[0], ids[1]), statements.of(ids[0], ids[2])
            for comparison in compare(earlier, later):
                if comparison.after.role != role.role:
                    continue
                parts = [one for one in comparison.differences if one.kind not in {"rest", "base"}]
                steps = change_steps(card, role, [before], [row])
                assert [(step.component, step.name, step.kind, int(step.points[0])) for step in steps] == [
                    (one.component, one.name, one.kind, one.score) for one in parts
                ]
                compared += 1
    return compared


def test_changes_are_those_of_the_statement() -> None:
    compared = 0
    for seed in range(60):
        try:
            case = random_case(seed)
        except DataError:
            continue
        compared += _as_the_statement_tells(case)
    assert compared > 20


def _sums_up(card: Scorecard) -> int:
    for role in card.roles:
        steps: tuple[ScoreStep, ...] = score_steps(card, role)
        reached = 100 * 10**card.plan.places.points + sum(step.points for step in steps)
        assert np.array_equal((reached + 0 * role.scores)[role.states == 0], role.scores[role.states == 0])
    return sum(len(role.scores) for role in card.roles)


def _of(case: Case) -> int:
    try:
        return _sums_up(score(case.plan, case.dataset))
    except (DataError, TooLargeError):
        return 0


@given(case=cases())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_steps_always_sum_up_to_the_score(case: Case) -> None:
    _of(case)


def test_seeded_cases() -> None:
    rows = 0
    for seed in range(80):
        try:
            case = random_case(seed)
        except DataError:
            continue
        rows += _of(case)
    assert rows > 200

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from threading import Barrier, current_thread, main_thread

import numpy as np
import pytest

from jointpay.audit import audit_result
from jointpay.data.dataset import Dataset
from jointpay.engine.room import Block
from jointpay.errors import ConservationError, DataError, MismatchError, MissingValueError, TooLargeError
from jointpay.panel.panel import make_panel
from jointpay.pipeline import blocks, score
from jointpay.pipeline.score import score_panel
from jointpay.plan.plan import Plan
from jointpay.results.explain import explain
from jointpay.results.scorecard import MeasureScores

Plans = Callable[..., Plan]
Shops = Callable[..., Dataset]

RATIO = (
    (
        "  orders: {kind: count, events: [order]}",
        "  orders: {kind: count, events: [order]}\n  clicks: {kind: count, events: [click]}",
    ),
    (
        "    kind: total\n    total: orders\n    unit: count",
        "    kind: ratio\n    numerator: orders\n    denominator: clicks\n    unit: ratio",
    ),
)
ORDERS = {"day": ["2026-01-05", "2026-01-20"], "item": ["p1", "p2"], "channel": ["web"] * 2, "orders": [90, 30]}
CLICKS = {
    "day": ["2026-01-05", "2026-01-20"],
    "item": ["p1", "p2"],
    "channel": ["web", "web"],
    "orders": [90, 30],
    "clicks": [100, 0],
}


def test_a_row_is_a_seat_in_a_period_and_a_day_off_makes_two(plan_with: Plans, shop: Shops) -> None:
    card = score(plan_with(), shop(plan_with()))
    rows = card.roles[0].payees
    assert [card.person_ids[person] for person in rows.persons] == ["an", "bo", "bo", "an", "bo"]
    assert (rows.ends - rows.starts).tolist() == [31, 10, 20, 28, 28]
    # an: a third of 120 against 100. bo: half of 90 against 100 * 10/31 = 32.26; then half of 30 against 64.52.
    measure = card.roles[0].components[0].measures[0]
    assert measure.points.tolist() == [4000, 13949, 2325, 0, 15000]
    assert card.roles[0].scores.tolist() == measure.points.tolist()


def test_what_nobody_is_credited_with_is_unattributed(plan_with: Plans, shop: Shops) -> None:
    (line,) = score(plan_with(), shop(plan_with())).conservation.lines
    # an 40, bo 45 + 15 of p1; 200 of p2; the rest of p1 is 20 and p3 is nobody's.
    assert (line.input, line.credited, line.unattributed, line.not_scored) == (327, Fraction(300), Fraction(27), 0)
    assert line.difference == 0


def test_facts_that_were_put_out_of_order_are_never_scored(plan_with: Plans, shop: Shops) -> None:
    plan = plan_with()
    data = shop(plan)
    turned = replace(data.facts, days=data.facts.days[::-1])
    with pytest.raises(
        MismatchError, match=r"^the facts are not in order of day; allowed: .*; next: make changed facts"
    ):
        score(plan, replace(data, facts=turned))


def test_a_total_that_does_not_add_up_is_never_scored(
    plan_with: Plans, shop: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is credited to nobody is counted apart from what is credited: miscounting either is found."""
    monkeypatch.setattr(
        "jointpay.pipeline.conserve._uncredited", lambda scene, _role: np.zeros(scene.facts.items.size, np.int64)
    )
    with pytest.raises(
        ConservationError, match=r"^total 'orders' of role 'seller': 327 was read, .* by 27; nothing was"
    ):
        score(plan_with(), shop(plan_with()))


def test_only_the_periods_asked_for_are_scored(plan_with: Plans, shop: Shops) -> None:
    plan = plan_with()
    card = score(plan, shop(plan), periods=["2026-03", "2026-02"])
    assert [span.id for span in card.periods] == ["2026-02", "2026-03"]
    assert card.roles[0].scores.tolist() == [0, 15000, 0, 0]
    assert card.conservation.lines[0].not_scored == 120
    with pytest.raises(
        MismatchError, match=r"periods \['2027-01'\] are not periods of plan 'minimal'; allowed: 2026-01"
    ):
        score(plan, shop(plan), periods=["2027-01"])


def test_facts_outside_the_plan_score_nobody(plan_with: Plans, shop: Shops) -> None:
    plan = plan_with()
    empty = shop(plan, facts={"day": ["2025-12-31"], "item": ["p1"], "channel": ["web"], "orders": [5]})
    card = score(plan, empty)
    assert card.periods == ()
    assert card.roles[0].scores.size == 0
    assert score(plan, empty, periods=["2026-01"]).roles[0].scores.tolist() == [0, 0, 0]


def test_another_plans_dataset_is_refused(plan_with: Plans, shop: Shops) -> None:
    other = plan_with(("value: 100}", "value: 101}"))
    with pytest.raises(MismatchError, match="the dataset was read for the plan with digest"):
        score(other, shop(plan_with()))


def test_a_missing_value_stops_the_run_and_names_everybody(plan_with: Plans, shop: Shops) -> None:
    plan = plan_with(*RATIO)
    with pytest.raises(MissingValueError) as stopped:
        score(plan, shop(plan, facts=CLICKS))
    assert [finding.place.who for finding in stopped.value.findings] == ["person 'bo', period '2026-01'"]
    assert "roles.seller.components.orders.measures.orders: person 'bo', period '2026-01': there is no value" in str(
        stopped.value
    )


@pytest.mark.parametrize(("policy", "points"), [("zero", 0), ("{kind: neutral, points: 101.5}", 10150)])
def test_a_missing_value_counts_as_its_policy_says(plan_with: Plans, shop: Shops, policy: str, points: int) -> None:
    plan = plan_with(*RATIO, ("missing: error ", f"missing: {policy} "))
    role = score(plan, shop(plan, facts=CLICKS)).roles[0]
    measure = role.components[0].measures[0]
    assert measure.states.tolist() == [0, 0, 1]
    assert role.scores.tolist()[2] == points


def test_a_curve_that_refuses_stops_the_run(plan_with: Plans, shop: Shops) -> None:
    refusing = "curve: {kind: points, points: [{at: 0, gives: 0}, {at: 1, gives: 100}], below: refuse, above: refuse}"
    plan = plan_with(("curve: {kind: proportional, times: 100, origin: 0, from: 0%, to: 150%}", refusing))
    with pytest.raises(DataError, match=r"person 'bo', period '2026-01': the attainment lies where the curve refuses"):
        score(plan, shop(plan))


def test_sums_that_would_not_be_exact_are_refused(plan_with: Plans, shop: Shops) -> None:
    plan = plan_with()
    facts = {"day": ["2026-01-05"], "item": ["p1"], "channel": [""], "orders": [10**18 - 1]}
    with pytest.raises(TooLargeError, match="total 'orders' of plan 'minimal' sums to 999999999999999999"):
        score(plan, shop(plan, facts=facts))


def test_sums_are_added_up_before_they_are_refused(plan_with: Plans, shop: Shops) -> None:
    plan = plan_with()
    # Twice the larger number in 1 / 20 would be beyond 2**61; what there is stays below it.
    days, orders = ["2026-01-05", "2026-01-06"], [100_000_000_000_000_000, 5]
    data = shop(plan, facts={"day": days, "item": ["p2"] * 2, "channel": [""] * 2, "orders": orders})
    data = replace(data, credits=replace(data.credits, share_denominator=20, shares=data.credits.shares * 0 + 20))
    assert max(orders) * 2 * 20 >= 2**61 > sum(orders) * 20
    # Points of so many orders would not fit, but the sums that they are made from do.
    assert make_panel(plan, data).own_totals == ({"orders": sum(orders) * 20},)


def test_blocks_threads_and_reused_arrays_change_nothing(
    plan_with: Plans, shop: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_with(*RATIO, ("missing: error ", "missing: zero "))
    panel = make_panel(plan, shop(plan, facts=CLICKS))
    (whole,) = score_panel(panel, threads=1)
    expected = whole.scores.tolist(), whole.components[0].measures[0].states.tolist()
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 1)
    monkeypatch.setattr(blocks, "THREADED_BLOCKS", 2)
    for threads in (None, 1, 2, 3):
        (cut,) = score_panel(panel, threads=threads, out=(whole,))
        assert cut.scores is whole.scores
        assert cut.components[0].measures[0].states is whole.components[0].measures[0].states
        assert (cut.scores.tolist(), cut.components[0].measures[0].states.tolist()) == expected
    assert np.array_equal(whole.payees.starts, panel.roles[0].rows.starts)


def test_an_enormous_target_of_an_item_that_nobody_clicked_is_not_too_large(plan_with: Plans, shop: Shops) -> None:
    table = "target: {kind: table, name: rates, keys: [item]}"
    plan = plan_with(*RATIO, ("missing: error ", "missing: zero "), ("target: {kind: fixed, value: 100}", table))
    targets = {"target": ["rates"] * 2, "item": ["p1", "p2"], "value": ["999999999999999999.999999999999", "1"]}
    data = shop(plan, facts=CLICKS | {"clicks": [0, 0]}, targets=targets)
    assert score(plan, data).roles[0].components[0].measures[0].states.tolist() == [1, 1, 1]


@pytest.mark.parametrize("rows_at_a_time", [1, 1000])
def test_a_summary_is_the_same_scores_without_what_they_are_made_of(
    plan_with: Plans, shop: Shops, monkeypatch: pytest.MonkeyPatch, rows_at_a_time: int
) -> None:
    monkeypatch.setattr(blocks, "BLOCK_ROWS", rows_at_a_time)
    plan = plan_with(*RATIO, ("missing: error ", "missing: zero "))
    data = shop(plan, facts=CLICKS)
    (whole,), card = score(plan, data).roles, score(plan, data, keep="summary")
    (summary,) = card.roles
    assert summary.scores.tolist() == whole.scores.tolist() == [90, 90, 0]
    assert [part.points.tolist() for part in summary.components] == [part.points.tolist() for part in whole.components]
    assert [(part.measures, part.modifiers) for part in summary.components] == [((), ())]
    told = "needs the numbers of measures and links, and this scorecard keeps only its summary; next: score again with"
    for purpose, use in (
        ("an explanation", lambda: explain(card, "an", "2026-01")),
        ("the table of measures", lambda: card.frame("measures", backend=None)),
        ("the table of links", lambda: card.frame("links", backend=None)),
        ("storing a scorecard", card.to_json),
        ("the audit of a result", lambda: audit_result(card)),
    ):
        with pytest.raises(MismatchError, match=f"{purpose} {told} keep='all'"):
            use()
    assert card.frame("scores", backend=None)["person"] == ["an", "bo", "bo"]
    assert len(card.frame("components", backend=None)["points"]) == 3


def test_an_error_in_another_thread_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 1)
    monkeypatch.setattr(blocks, "THREADED_BLOCKS", 2)
    both, seen = Barrier(2, timeout=20), []

    def work(block: Block) -> None:
        # Both threads are here at once, and only the other one fails.
        both.wait()
        if current_thread() is not main_thread():
            raise TooLargeError("from the other thread")
        seen.append(block.rows)

    with pytest.raises(TooLargeError, match="from the other thread"):
        blocks.in_blocks([(2, work)], threads=2)
    assert len(seen) == 1


def test_a_total_in_its_own_unit_is_its_value(plan_with: Plans, shop: Shops) -> None:
    plan = plan_with(("scope: own", "scope: all"), ("    places: 2", "    places: 0"))
    (role,) = score(plan, shop(plan, facts=ORDERS)).roles
    measure = role.components[0].measures[0]
    assert isinstance(measure, MeasureScores)
    assert measure.values is measure.numerators
    assert measure.values.tolist() == [120, 90, 30]

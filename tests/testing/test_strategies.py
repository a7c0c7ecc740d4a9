"""What is generated is valid, covers the whole plan language, and is the same for the same seed."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jointpay.data.dataset import Dataset
from jointpay.plan import header, measures, payout, roles, scopes, targets, totals
from jointpay.plan.attribution import Attribution
from jointpay.plan.curves import Curve
from jointpay.plan.filters import Filter
from jointpay.plan.load import plan_from_text
from jointpay.plan.metrics import Metric
from jointpay.plan.plan import Plan
from jointpay.plan.values import Model
from jointpay.testing.strategies import datasets_for, events_for, plans, random_case, tables_for
from jointpay.testing.strategies_choose import SeededChoose
from jointpay.testing.strategies_data import draw_tables
from jointpay.testing.strategies_events import draw_events
from jointpay.testing.strategies_plan import draw_plan

SEEDS = range(300)


def models(union: Any) -> set[str]:
    """Give the names of the models in a union, however it is annotated."""
    if isinstance(union, type) and issubclass(union, Model):
        return {union.__name__}
    return {name for part in get_args(union) for name in models(part)}


def parts(node: object) -> Iterator[Model]:
    """Give every model inside a plan, itself included."""
    if isinstance(node, Model):
        yield node
        for name in type(node).model_fields:
            yield from parts(getattr(node, name))
    elif isinstance(node, dict | tuple):
        for part in node.values() if isinstance(node, dict) else node:
            yield from parts(part)


@pytest.fixture(scope="module")
def drawn() -> list[Plan]:
    return [draw_plan(SeededChoose(seed)) for seed in SEEDS]


@pytest.mark.parametrize(
    "union",
    [
        Attribution,
        Curve,
        Metric,
        header.Period,
        measures.Ingredient,
        measures.Missing,
        measures.Modifier,
        payout.Limit,
        payout.Source,
        scopes.Scope,
        targets.Baseline,
        targets.Target,
        totals.Total,
    ],
)
def test_plans_hold_every_kind_of_every_union(drawn: list[Plan], union: Any) -> None:
    found = Counter(type(part).__name__ for plan in drawn for part in parts(plan))
    assert {name for name in models(union) if found[name] < 10} == set()


@pytest.mark.parametrize(
    ("model", "field", "options"),
    [
        ("Measure", "attainment", get_args(measures.Attainment)),
        ("Component", "combine", get_args(roles.Combine)),
        ("Plan", "partial_period", ("by_days", "whole")),
        ("Plan", "rounding", ("half_away_from_zero", "half_even")),
        ("PointsCurve", "below", ("clamp", "refuse")),
        ("PointsCurve", "above", ("clamp", "refuse")),
        ("BandsCurve", "edge", ("upper", "lower")),
        ("StepsCurve", "edge", ("upper", "lower")),
        ("ThresholdCurve", "edge", ("upper", "lower")),
        ("ThreePointCurve", "edge", ("upper", "lower")),
        ("DeductionCurve", "side", ("below", "above")),
        ("RatingCurve", "between", ("straight_line", "lower_level")),
        ("Role", "missing", ("error", "no_adjustment")),
        ("PayRule", "nature", ("agreed_variable", "loss_compensation")),
        ("EventRules", "duplicates", ("by_event_id", "not_checked")),
    ],
)
def test_plans_hold_every_option(drawn: list[Plan], model: str, field: str, options: tuple[str, ...]) -> None:
    found = Counter(getattr(part, field) for plan in drawn for part in parts(plan) if type(part).__name__ == model)
    assert [option for option in options if not found[option]] == []


def test_plans_hold_min_counts_minus_filters_and_item_keys(drawn: list[Plan]) -> None:
    found = [part for plan in drawn for part in parts(plan)]
    filters = [part for part in found if isinstance(part, Filter)]
    assert any(part.min_count for part in found if isinstance(part, measures.Measure))
    assert any(part.minus for part in found if isinstance(part, totals.SumTotal))
    assert any("item" in part.keys for part in found if isinstance(part, targets.TableTarget))
    for field in Filter.model_fields:
        assert any(getattr(part, field) for part in filters), field


def test_generated_plans_can_be_written_down_and_read_back(drawn: list[Plan]) -> None:
    for plan in drawn[:40]:
        assert plan_from_text(plan.canonical.decode(), format="json").digest == plan.digest


@pytest.mark.parametrize("seed", range(20))
def test_the_same_seed_gives_the_same_case(seed: int) -> None:
    first, second = random_case(seed), random_case(seed)
    assert (first.plan.digest, first.dataset.digest) == (second.plan.digest, second.dataset.digest)
    assert first.base_pay.amounts == second.base_pay.amounts
    assert random_case(seed + 1).dataset.digest != first.dataset.digest


def test_seats_change_and_credits_have_gaps_and_odd_shares() -> None:
    seats: Counter[int] = Counter()
    shares: Counter[str] = Counter()
    open_ends = 0
    for seed in SEEDS:
        choose = SeededChoose(seed)
        tables = draw_tables(choose, draw_plan(choose))
        seats.update(Counter(tables.people["person"]).values())
        shares.update(str(share) for share in tables.credits["share"])
        open_ends += tables.credits["to"].count("")
    assert seats[2] > 50
    assert min(shares["1/3"], shares["2/7"], shares["1"]) > 10
    assert 0 < open_ends < shares.total()


def test_events_repeat_carry_flags_and_name_the_plans_columns() -> None:
    repeats = 0
    for seed in SEEDS:
        choose = SeededChoose(seed)
        plan = draw_plan(choose)
        events = draw_events(choose, plan)
        assert {len(cells) for cells in events.values()} == {len(events[plan.events.columns.time])}
        repeats += len(events["event_id"]) - len(set(events["event_id"]))
    assert repeats > 50


@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_hypothesis_draws_from_the_same_description(data: st.DataObject) -> None:
    plan = data.draw(plans())
    drawn, base_pay = data.draw(datasets_for(plan))
    assert isinstance(drawn, Dataset)
    assert drawn.plan_digest == plan.digest
    assert base_pay.currency == plan.currency
    tables = data.draw(tables_for(plan))
    assert not tables.facts or set(tables.facts) == {"day", "item", "channel", *plan.totals}
    assert data.draw(events_for(plan))[plan.events.columns.item]

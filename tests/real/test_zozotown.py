"""A week of creatives on a shop page: real impressions, and so few clicks that a rate means little."""

from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from jointpay.data.base_pay import read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.events import measure
from jointpay.data.people import read_people
from jointpay.data.targets import read_targets
from jointpay.pipeline import score, settle
from jointpay.plan.load import load_plan
from jointpay.plan.plan import Plan
from jointpay.results.explain import explain
from jointpay.results.scorecard import MeasureScores

pytestmark = pytest.mark.shared_data
PLAN = Path(__file__).parent / "zozotown.yaml"
DESIGNERS = [f"designer {number}" for number in range(5)]
OPERATORS = ["operator 0", "operator 1"]


def events(data: Path) -> pl.DataFrame:
    """One row of the log is an impression and, where click is 1, a click too."""
    log = pl.read_csv(data / "zozotown_women_random.csv", infer_schema=False).with_row_index("row")
    log = log.with_columns(
        position=pl.col("position").replace_strict({"1": "left", "2": "centre", "3": "right"}),
        kind=pl.lit("impression"),
        event_id=pl.format("i{}", "row"),
    )
    clicks = log.filter(pl.col("click") == "1").with_columns(kind=pl.lit("click"), event_id=pl.format("c{}", "row"))
    return pl.concat([log, clicks]).select("event_id", "timestamp", "item_id", "position", "kind")


def read(data: Path, plan: Plan) -> Dataset:
    items = [str(number) for number in range(46)]
    people = read_people(
        {
            "person": [*DESIGNERS, *OPERATORS],
            "role": ["designer"] * 5 + ["operator"] * 2,
            "from": [""] * 7,
            "to": [""] * 7,
        },
        plan,
    )
    credits_ = read_credits(
        {
            "person": [DESIGNERS[int(item) % 5] for item in items] + [OPERATORS[int(item) % 2] for item in items],
            "role": ["designer"] * 46 + ["operator"] * 46,
            "item": items * 2,
            "share": ["1"] * 92,
        },
        plan,
    )
    targets = read_targets({"target": ["traffic"] * 2, "person": OPERATORS, "value": ["5000", "5000"]}, plan)
    return dataset(plan, facts=measure(events(data), plan), credits=credits_, people=people, targets=targets)


def test_the_week_is_conserved_and_cut_in_tokyo(real_data: Path) -> None:
    plan = load_plan(PLAN)
    scorecard = score(plan, read(real_data, plan))
    lines = {(line.role, line.total): line for line in scorecard.conservation.lines}
    # 10,000 rows and 46 clicks in all; those after midnight of 1 December in Tokyo lie outside the week.
    for role in ("designer", "operator"):
        assert lines[role, "impressions"].input == 10_000
        assert lines[role, "clicks"].input == 46
        assert lines[role, "impressions"].not_scored > 0
        assert lines[role, "impressions"].credited + lines[role, "impressions"].not_scored == 10_000


def test_a_thin_sample_is_neutral_and_the_rest_are_held_to_the_shop(real_data: Path) -> None:
    plan = load_plan(PLAN)
    scorecard = score(plan, read(real_data, plan))
    measured = scorecard.roles[0].components[0].measures[0]
    assert isinstance(measured, MeasureScores)
    assert len(set(measured.targets.tolist())) == 1
    for clicks, shown, state, points in zip(
        measured.numerators.tolist(),
        measured.denominators.tolist(),
        measured.states.tolist(),
        measured.points.tolist(),
        strict=True,
    ):
        assert state == (2 if shown < 1_500 else 0)
        if state:
            assert points == 10_000
        else:
            rate = Fraction(clicks, shown) / Fraction(measured.targets.tolist()[0], 10**6)
            assert abs(points - min(rate, Fraction(2)) * 10_000) <= Fraction(1, 2)


def test_every_payee_can_recompute_the_pay(real_data: Path) -> None:
    plan = load_plan(PLAN)
    base_pay = read_base_pay(
        {
            "person": [*DESIGNERS, *OPERATORS],
            "period": ["week"] * 7,
            "base": ["monthly_salary"] * 7,
            "amount": ["301234"] * 7,
        },
        plan,
    )
    settlement = settle(plan, score(plan, read(real_data, plan)), base_pay)
    for person in (*DESIGNERS, *OPERATORS):
        assert "JPY" in explain(settlement, person, "week").text()

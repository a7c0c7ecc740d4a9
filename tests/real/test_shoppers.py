"""A year of sessions of a web shop: durations with decimals, one open for 18 hours, months missing."""

from pathlib import Path

import polars as pl
import pytest

from jointpay.data.base_pay import read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.events import measure
from jointpay.data.people import read_people
from jointpay.pipeline import score, settle
from jointpay.plan.load import load_plan
from jointpay.plan.plan import Plan
from jointpay.results.explain import explain

pytestmark = pytest.mark.shared_data
PLAN = Path(__file__).parent / "shoppers.yaml"
MONTHS = {"Feb": 2, "Mar": 3, "May": 5, "June": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12}
REGIONS = [str(number) for number in range(1, 10)]


def events(data: Path) -> pl.DataFrame:
    """A session is a session event, a dwell on the products in whole milliseconds, and an order where it ended in one.

    A region stands for the landing page that its visitors see: the item. Exact duplicates among the rows stay, since
    sessions have no id that would say that they are the same.
    """
    log = pl.read_csv(data / "online_shoppers_intention.csv", separator=";", infer_schema=False).with_row_index("row")
    log = log.with_columns(
        time=pl.format(
            "2017-{}-15T12:00:00+03:00", pl.col("Month").replace_strict(MONTHS).cast(pl.String).str.zfill(2)
        ),
        item=pl.format("page {}", "Region"),
        channel="TrafficType",
        dwell=(pl.col("ProductRelated_Duration").cast(pl.Decimal(20, 9)) * 1000).round(0).cast(pl.Int64),
    )
    parts = [
        log.with_columns(kind=pl.lit("session"), value=pl.lit(None, pl.Int64)),
        log.with_columns(kind=pl.lit("dwell"), value="dwell"),
        log.filter(pl.col("Revenue") == "TRUE").with_columns(kind=pl.lit("order"), value=pl.lit(None, pl.Int64)),
    ]
    return pl.concat(parts).select(
        pl.format("{}-{}", "kind", "row").alias("event_id"), "time", "item", "channel", "kind", "value"
    )


def read(data: Path, plan: Plan) -> Dataset:
    names = [f"d{region}" for region in REGIONS] + ["o1", "o2"]
    people = read_people(
        {
            "person": names,
            "role": ["designer"] * 9 + ["operator"] * 2,
            "from": [""] * 11,
            "to": [""] * 11,
            "team": ["north" if int(region) < 5 else "south" for region in REGIONS] + ["north", "south"],
        },
        plan,
    )
    items = [f"page {region}" for region in REGIONS]
    credits_ = read_credits(
        {
            "person": names[:9] + ["o1" if int(region) < 5 else "o2" for region in REGIONS],
            "role": ["designer"] * 9 + ["operator"] * 9,
            "item": items * 2,
            "share": ["1"] * 9 + ["1/3"] * 9,
        },
        plan,
    )
    return dataset(plan, facts=measure(events(data), plan), credits=credits_, people=people)


def test_the_year_is_conserved_with_long_sessions_cut_to_half_an_hour(real_data: Path) -> None:
    plan = load_plan(PLAN)
    scorecard = score(plan, read(real_data, plan))
    assert [span.id for span in scorecard.periods] == [f"2017-{month:02}" for month in sorted(MONTHS.values())]
    lines = {(line.role, line.total): line for line in scorecard.conservation.lines}
    assert lines["designer", "sessions"].input == 12_330
    assert lines["designer", "orders"].credited == 1_908
    # The operators hold a third of every page; the rest is nobody's, and says so.
    assert lines["operator", "orders"].credited * 2 == lines["operator", "orders"].unattributed
    cut = dict(lines["designer", "dwell"].excluded)
    assert sum(cut.values()) > 0


def test_everybody_is_paid_and_can_recompute_it(real_data: Path) -> None:
    plan = load_plan(PLAN)
    scorecard = score(plan, read(real_data, plan))
    people, periods = scorecard.person_ids, [span.id for span in scorecard.periods]
    count = len(people) * len(periods)
    base_pay = read_base_pay(
        {
            "person": [person for person in people for _ in periods],
            "period": periods * len(people),
            "base": ["salary"] * count,
            "amount": ["3210.55"] * count,
        },
        plan,
    )
    settlement = settle(plan, scorecard, base_pay)
    assert sum(lines.amount_minor.size for lines in settlement.lines) == count
    for person in people:
        for period in periods:
            assert "EUR" in explain(settlement, person, period).text()

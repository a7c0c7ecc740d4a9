"""Scores of partitions on Spark, put together, are the scores of one process; and a partition that cuts a group is not."""

import runpy
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from engine_frames import missing_for

from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.facts_table import facts_columns, read_facts
from jointpay.data.people import read_people
from jointpay.pipeline import score
from jointpay.plan.load import plan_from_text
from jointpay.plan.presets import preset_text
from jointpay.testing.shop import shop

pytestmark = [
    pytest.mark.skipif(bool(missing_for("pyspark")), reason=f"not installed: {missing_for('pyspark')}"),
    pytest.mark.filterwarnings("ignore::FutureWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

HOWTO = Path(__file__).resolve().parents[2] / "docs" / "howto" / "spark"
TEXT = preset_text("design_operations")
PLAN = plan_from_text(TEXT, format="yaml")
MADE = shop(rows=1_000)
PEOPLE = {
    "person": [seat.person for seat in MADE.seats],
    "role": [seat.role for seat in MADE.seats],
    "from": [str(seat.start or "") for seat in MADE.seats],
    "to": [str(seat.end or "") for seat in MADE.seats],
    "department": [seat.department for seat in MADE.seats],
}
CREDITS = {
    "person": [credit.person for credit in MADE.credits],
    "role": [credit.role for credit in MADE.credits],
    "item": [credit.item for credit in MADE.credits],
    "share": [str(credit.share) for credit in MADE.credits],
    "from": [str(credit.start or "") for credit in MADE.credits],
    "to": [str(credit.end or "") for credit in MADE.credits],
}
DAYS = [f"2025-12-{day:02}" for day in (1, 9, 31)] + [
    f"2026-{month:02}-{day:02}" for month in range(1, 5) for day in (3, 20)
]
ROWS = [(day, item) for day in DAYS for item in MADE.item_ids]
FACTS = {
    "day": [day for day, _ in ROWS],
    "item": [item for _, item in ROWS],
    "channel": ["search"] * len(ROWS),
    **{
        name: [(place * step + place // 7) % 90 + 1 for place in range(len(ROWS))]
        for name, step in zip(PLAN.totals, (7, 11, 13, 17, 19, 23, 29, 31), strict=True)
    },
}


@pytest.fixture(scope="module")
def recipe() -> dict[str, Any]:
    return runpy.run_path(str(HOWTO / "score_on_spark.py"))


def rows_of(columns: Any) -> list[tuple[str, ...]]:
    names = ("person", "role", "period", "score", "state")
    return sorted(tuple(str(cell) for cell in row) for row in zip(*(columns[name] for name in names), strict=True))


@pytest.fixture(scope="module")
def whole() -> list[tuple[str, ...]]:
    """Score everybody in this process."""
    read = dataset(
        PLAN, facts=read_facts(FACTS, PLAN), credits=read_credits(CREDITS, PLAN), people=read_people(PEOPLE, PLAN)
    )
    return rows_of(score(PLAN, read).frame("scores", backend=None))


def by_partition(spark: Any, recipe: dict[str, Any], *, group: str | None, tasks: int) -> list[tuple[str, ...]]:
    facts = facts_columns(read_facts(FACTS, PLAN))
    found = recipe["score_by_partition"](
        spark, TEXT, facts=pa.table(facts), people=PEOPLE, credits=CREDITS, group=group, tasks=tasks
    )
    return rows_of(found.toArrow().to_pydict())


@pytest.mark.parametrize("tasks", [1, 3])
def test_scores_of_whole_departments_are_those_of_one_process(
    spark: Any, recipe: dict[str, Any], whole: list[tuple[str, ...]], tasks: int
) -> None:
    assert len(set(recipe["units_of"](PEOPLE, "department"))) > 1
    assert len({scored[3] for scored in whole}) > 50
    assert by_partition(spark, recipe, group="department", tasks=tasks) == whole


def test_a_partition_that_cuts_a_department_scores_otherwise(
    spark: Any, recipe: dict[str, Any], whole: list[tuple[str, ...]]
) -> None:
    """What the how-to warns of can be seen: the department's order rate is then that of a part of it."""
    assert by_partition(spark, recipe, group=None, tasks=3) != whole


def test_units_join_the_groups_that_somebody_moved_between(recipe: dict[str, Any]) -> None:
    people = {"person": ["ann", "bo", "ann", "cy", "di"], "team": ["red", "blue", "blue", "green", "red"]}
    ann, bo, again, cy, di = recipe["units_of"](people, "team")
    assert ann == bo == again == di
    assert cy != ann
    assert recipe["units_of"](people, None) == people["person"]

"""Score on Spark, a partition of the payees per task: for companies whose payees outgrow one process.

A task may score payees by themselves only if it holds everything their scores read: see `units_of`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession

import jointpay as jp

SCORES = "person string, role string, period string, score string, state string"


def units_of(people: Mapping[str, Sequence[str]], group: str | None) -> list[str]:
    """Give the unit of every row of people: what must be scored together.

    Without a group, each person. With one, everybody of a group, and of the groups that somebody moved between.
    """
    if group is None:
        return list(people["person"])
    first: dict[str, str] = {}

    def leader(name: str) -> str:
        while first.setdefault(name, name) != name:
            name = first[name]
        return name

    for person, named in zip(people["person"], people[group], strict=True):
        one, other = sorted((leader(f"person {person}"), leader(f"group {named}")))
        first[other] = one
    return [leader(f"person {person}") for person in people["person"]]


def scorer(
    plan_text: str, facts: pa.Table, columns: Sequence[str]
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Make the function that a task runs over its rows of people and credits; `columns` are those of people."""

    def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rows = list(batches)
        if not any(batch.num_rows for batch in rows):
            return  # a partition without payees has no scores
        table = pa.Table.from_batches(rows)
        plan = jp.plan_from_text(plan_text, format="yaml")
        credited = table.filter(pc.equal(table["table"], "credits")).select(
            ["person", "role", "item", "share", "from", "to"]
        )
        read = jp.dataset(
            plan,
            facts=jp.read_facts(facts.filter(pc.is_in(facts["item"], credited["item"].combine_chunks())), plan),
            credits=jp.read_credits(credited, plan),
            people=jp.read_people(table.filter(pc.equal(table["table"], "people")).select(list(columns)), plan),
        )
        scores = jp.score(plan, read).frame("scores", backend=None)
        names = [part.split()[0] for part in SCORES.split(", ")]
        yield pa.RecordBatch.from_pydict(
            {name: pa.array([str(cell) for cell in scores[name]], pa.string()) for name in names}
        )

    return score


def score_by_partition(
    session: SparkSession,
    plan_text: str,
    *,
    facts: pa.Table,
    people: Mapping[str, Sequence[str]],
    credits: Mapping[str, Sequence[str]],  # noqa: A002 - the field's word for it
    group: str | None,
    tasks: int,
) -> DataFrame:
    """Score every payee, and give the scores as a Spark table. All columns are text, and facts are those of the plan."""
    units = units_of(people, group)
    unit_of = dict(zip(people["person"], units, strict=True))
    listed = pa.table({**people, "table": ["people"] * len(units), "unit": units})
    credited = pa.table(
        {
            **credits,
            "table": ["credits"] * len(credits["person"]),
            "unit": [unit_of.get(person, "") for person in credits["person"]],
        }
    )
    rows = session.createDataFrame(pa.concat_tables([listed, credited], promote_options="default"))
    return rows.repartition(tasks, "unit").mapInArrow(scorer(plan_text, facts, list(people)), SCORES)

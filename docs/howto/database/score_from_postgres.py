"""Score from a database: facts are summed inside PostgreSQL, and no event leaves it.

python score_from_postgres.py postgresql://user@host/database
"""

import sys
from pathlib import Path
from typing import Any

import psycopg

import jointpay as jp

FOLDER = Path(__file__).resolve().parent


def table(database: psycopg.Connection[Any], query: str) -> dict[str, list[Any]]:
    """Give what a query finds as a mapping of columns, which every reader of jointpay takes."""
    found = database.execute(query.encode())
    names = [column.name for column in found.description or ()]
    rows = found.fetchall()
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def facts_of(database: psycopg.Connection[Any], plan: jp.Plan, file: str = "facts.sql") -> jp.Facts:
    """Sum the events to facts inside the database, and hold the sums against a second count."""
    found = table(database, (FOLDER / "problems.sql").read_text("utf-8"))
    if found["problem"]:
        raise ValueError(f"the log has {len(found['problem'])} problems, such as: {found['problem'][0]}")
    query = (FOLDER / "facts.sql").read_text("utf-8")
    if file != "facts.sql":
        query = f"with facts as ({query}) " + (FOLDER / file).read_text("utf-8")
    control = table(database, (FOLDER / "control.sql").read_text("utf-8"))
    counted = {name: cells[0] for name, cells in control.items()}
    return jp.read_facts(table(database, query), plan, control=counted)


def main(address: str) -> None:
    """Print who scored what."""
    plan = jp.load_plan(FOLDER / "plan.yaml")
    with psycopg.connect(address) as database:
        database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ  # all queries see one state
        database.read_only = True
        facts = facts_of(database, plan, "credited_facts.sql")
        credited = table(database, 'select person, role, item, share, starts as "from", ends as "to" from credits')
        people = table(database, 'select person, role, starts as "from", ends as "to" from people')
    read = jp.dataset(plan, facts=facts, credits=jp.read_credits(credited, plan), people=jp.read_people(people, plan))
    scores = jp.score(plan, read).frame("scores", backend=None)
    for person, period, score in zip(scores["person"], scores["period"], scores["score"], strict=True):
        print(person, period, score)  # noqa: T201 - what it is for


if __name__ == "__main__":
    main(sys.argv[1])

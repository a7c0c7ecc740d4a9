"""Roll facts up to payees: 2 million facts x 300,000 dated, shared credits, text keys, encoding included.

Run it with ``python tests/benchmarks/rollup.py 2000000``; it needs the extra `bench`. All engines start from the same
frames in memory and end with eight totals by (person, month) and by (department, month), which are compared, number by
number, before anything is timed. They run in turn in one process, after a warm-up; medians, and ratios to jointpay.

jointpay is timed twice: with its strict readers and the digest of the dataset, which judge every cell and have no
counterpart in the other engines, and the sums alone, from the dataset that was read. What any reading needs is timed
beside them: codes of the text columns and repeated keys as polars finds them, and the digest.
"""

import hashlib
import sys
from collections.abc import Callable
from fractions import Fraction
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import polars as pl
from rollup_others import by_duckdb, by_pandas, by_polars, connect
from rollup_tables import PARTS, SHARES, TOTALS, credits_frame, facts_frame, people_frame, rollup_plan

from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.panel.scene import make_scene
from jointpay.panel.scopes import ScopeSums, role_sums
from jointpay.pipeline.score import score
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import GroupScope, OwnScope

REPETITIONS = 5
KEY = ["day", "item", "channel"]
OWN, DEPARTMENT = OwnScope(kind="own"), GroupScope(kind="group", column="department")


def read(plan: Plan, facts: Any, credit: Any, people: Any, laps: dict[str, list[float]]) -> Dataset:
    """Read and check the tables, and note how long each took."""
    start = perf_counter()
    readers: dict[str, Callable[[], Any]] = {
        "facts": lambda: read_facts(facts, plan),
        "credits": lambda: read_credits(credit, plan),
        "people": lambda: read_people(people, plan),
    }
    found = {}
    for name, reader in readers.items():
        found[name] = reader()
        now = perf_counter()
        laps.setdefault(f"read {name}", []).append(now - start)
        start = now
    made = dataset(plan, **found)
    laps.setdefault("dataset: checks and digest", []).append(perf_counter() - start)
    return made


def roll_up(plan: Plan, data: Dataset) -> list[ScopeSums]:
    """Sum every total of every payee row, of own items and of the department's."""
    sums = role_sums(make_scene(plan, data, None))
    for of_role in sums:
        for total in TOTALS:
            of_role.sums(OWN, total, of_role.now)
            of_role.sums(DEPARTMENT, total, of_role.now)
    return sums


def _sorted(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    columns = [pl.col(name).cast(pl.Int64) for name in ("month", *TOTALS)]
    return frame.select(pl.col(key).cast(pl.String), *columns).sort(key, "month")


def as_frames(sums: list[ScopeSums]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Write the sums as frames, to compare them; a person's rows of one month are added up."""
    own, department = [], []
    for of_role in sums:
        scene, rows = of_role.scene, of_role.rows
        people = scene.dataset.people
        months = np.array([int(span.id[-2:]) for span in scene.spans])[rows.periods]
        persons = pl.Series(people.person_ids).gather(rows.persons)
        own.append(
            pl.DataFrame({"person": persons, "month": months} | {n: of_role.sums(OWN, n, of_role.now) for n in TOTALS})
        )
        whole = np.flatnonzero(rows.days == rows.period_days)
        homes = pl.Series(people.group_values["department"]).gather(people.groups["department"][rows.seats])
        department.append(
            pl.DataFrame(
                {"department": homes, "month": months} | {n: of_role.sums(DEPARTMENT, n, of_role.now) for n in TOTALS}
            )[whole]
        )
    mine = pl.concat(own).group_by("person", "month").agg(pl.col(name).sum() for name in TOTALS)
    mine = mine.filter(pl.any_horizontal(pl.col(name) != 0 for name in TOTALS))
    return _sorted(mine, "person"), _sorted(pl.concat(department).unique(), "department")


def verify(mine: tuple[pl.DataFrame, pl.DataFrame], others: dict[str, tuple[Any, Any]]) -> None:
    """Stop unless all engines give the same numbers."""
    for name, found in others.items():
        for key, expected, table in zip(("person", "department"), mine, found, strict=True):
            frame = table if isinstance(table, pl.DataFrame) else pl.DataFrame(table)
            frame = _sorted(frame.filter(pl.any_horizontal(pl.col(total) != 0 for total in TOTALS)), key)
            if not frame.equals(expected):
                raise SystemExit(f"{name} gives other sums by {key}: {frame} instead of {expected}")


def codes_of(*frames: pl.DataFrame) -> list[pl.DataFrame]:
    """Give every text column codes, as polars does it."""
    return [frame.select(pl.col(pl.String).cast(pl.Categorical).to_physical()) for frame in frames]


def digest_of(facts: pl.DataFrame) -> str:
    """Digest the numbers of facts, and codes of 9 bytes for each key."""
    digest = hashlib.sha256(bytes(9 * len(facts)))
    for name in TOTALS:
        digest.update(facts[name].to_numpy().data)
    return digest.hexdigest()


def compare(rows: int, *, in_order: bool) -> None:
    """Compare all engines on one size."""
    plan, items, persons = rollup_plan(), rows // 20, rows * 3 // 200
    facts = facts_frame(rows, items, in_order=in_order)
    credit, people = credits_frame(rows * 3 // 20, items, persons), people_frame(persons, 50)
    parts = pl.Series([int(PARTS * Fraction(share)) for share in SHARES])
    whole = credit.with_columns(parts=parts.gather([SHARES.index(share) for share in credit["share"]]))
    connection = connect(facts, whole, people)
    in_pandas = [frame.to_pandas() for frame in (facts, whole, people)]
    laps: dict[str, list[float]] = {}
    data = read(plan, facts, credit, people, {})
    engines: dict[str, Callable[[], Any]] = {
        "jointpay, read, checked and rolled up": lambda: roll_up(plan, read(plan, facts, credit, people, laps)),
        "jointpay, rolled up": lambda: roll_up(plan, data),
        "jointpay, scored, all intermediates": lambda: score(plan, data),
        "duckdb": lambda: by_duckdb(connection),
        "polars, streaming": lambda: by_polars(facts, whole, people, "streaming"),
        "polars, in memory": lambda: by_polars(facts, whole, people, "in-memory"),
        "pandas": lambda: by_pandas(*in_pandas),
    }
    verify(as_frames(roll_up(plan, data)), {name: work() for name, work in list(engines.items())[3:]})
    engines |= {
        "what reading needs: codes, by polars": lambda: codes_of(facts, credit),
        "what reading needs: repeated keys, by polars": lambda: facts.select(pl.struct(KEY).is_duplicated().any()),
        "what reading needs: SHA-256 of the facts": lambda: digest_of(facts),
    }
    times: dict[str, list[float]] = {name: [] for name in engines}
    laps.clear()
    for _ in range(REPETITIONS):
        for name, work in engines.items():
            start = perf_counter()
            kept = work()
            times[name].append(perf_counter() - start)
            del kept
    told = "in order of day" if in_order else "shuffled"
    print(f"\n{rows:,} facts ({told}) x {len(credit):,} credits, {persons:,} persons; all sums equal")
    whole_way = median(times["jointpay, read, checked and rolled up"])
    for name, found in times.items():
        print(
            f"  {name:44} median {median(found):7.3f} s, least {min(found):7.3f} s; "
            f"jointpay from text keys / this {whole_way / median(found):5.2f}, "
            f"rolled up alone / this {median(times['jointpay, rolled up']) / median(found):5.2f}"
        )
    for name, found in laps.items():
        print(f"    of which {name:30} {median(found):7.3f} s")


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["2000000"]:
        compare(int(argument), in_order=True)
        compare(int(argument), in_order=False)

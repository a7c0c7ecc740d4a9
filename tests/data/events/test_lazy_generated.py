"""Every generated plan, rules of attribution among them, measures a typed lazy log as it measures the same log as text."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest

from jointpay.data.credits import read_credits
from jointpay.data.events import log_files, measure, measuring
from jointpay.data.facts import Facts
from jointpay.data.facts_table import facts_columns
from jointpay.data.grain import coarsest_grain, in_cells
from jointpay.data.people import read_people
from jointpay.plan.plan import Plan
from jointpay.testing.strategies_choose import SeededChoose
from jointpay.testing.strategies_data import draw_tables
from jointpay.testing.strategies_events import draw_events
from jointpay.testing.strategies_plan import draw_plan

SEEDS = 100


def instant(text: str, zone: str) -> datetime:
    time = datetime.fromisoformat(text)
    return (time.replace(tzinfo=ZoneInfo(zone)) if time.tzinfo is None else time).astimezone(UTC)


def typed(plan: Plan, events: dict[str, list[Any]]) -> pl.DataFrame:
    """Give the events as a frame of typed columns."""
    columns = plan.events.columns
    known: dict[str, Any] = {columns.time: pl.Datetime("us", "UTC"), columns.value: pl.Int64}
    cells = events | {columns.time: [instant(cell, plan.time_zone) for cell in events[columns.time]]}
    flags = [name for name, given in cells.items() if given and isinstance(given[0], bool)]
    schema = {name: known.get(name, pl.Boolean if name in flags else pl.String) for name in cells}
    return pl.DataFrame(cells, schema=schema)


def in_polars(frame: pl.DataFrame, _: Path) -> object:
    return frame.lazy()


def in_duckdb(frame: pl.DataFrame, _: Path) -> object:
    connection = duckdb.connect()
    connection.register("log", frame.to_arrow())
    return connection.table("log")


def in_files(frame: pl.DataFrame, folder: Path) -> object:
    half = len(frame) // 2
    for name, part in (("a", frame[:half]), ("b", frame[half:])):
        part.write_parquet(folder / f"{name}.parquet")
    return str(folder / "*.parquet")


@pytest.mark.parametrize("place", [in_polars, in_duckdb, in_files])
def test_the_same_facts(
    place: Callable[[pl.DataFrame, Path], object],
    bytes_of: Callable[[Facts], tuple[object, ...]],
    tmp_path: Path,
) -> None:
    seen: Counter[str] = Counter()
    for seed in range(SEEDS):
        choose = SeededChoose(seed)
        plan = draw_plan(choose)
        events = draw_events(choose, plan, most=40)
        if place is in_files:
            # An event that stands in two files is refused: each is kept once.
            ids = events[plan.events.columns.event_id]
            first = [at for at, name in enumerate(ids) if name not in ids[:at]]
            events = {name: [cells[at] for at in first] for name, cells in events.items()}
        expected = measure(events, plan)
        facts = measure(place(typed(plan, events), tmp_path), plan)
        assert (seed, bytes_of(facts)) == (seed, bytes_of(expected))
        seen["attributed"] += plan.events.attribution is not None
        seen.update(left.reason for left in facts.excluded)
        closed = date.fromisoformat(str(choose.pick(sorted(map(str, events[plan.events.columns.time])))[:10]))
        found = measure(place(typed(plan, events), tmp_path), plan, closed=closed, late="exclude")
        assert (seed, bytes_of(found)) == (seed, bytes_of(measure(events, plan, closed=closed, late="exclude")))
        seen.update(left.reason for left in found.excluded if left.reason == "closed_period")
        grain = coarsest_grain(plan, **coverage(choose, plan))
        if grain is not None:
            coarse = measure(place(typed(plan, events), tmp_path), plan, grain=grain)
            assert (seed, columns_of(coarse)) == (seed, columns_of(in_cells(expected, grain)))
            seen["coarse"] += 1
    assert min(seen["attributed"], seen["no_touch"], seen["coarse"], seen["visitor_unknown"]) > 5
    assert min(seen["repeated_in_interval"], seen["closed_period"], seen["empty_key"]) > 4


def coverage(choose: SeededChoose, plan: Plan) -> dict[str, Any]:
    tables = draw_tables(choose, plan)
    return {"people": read_people(tables.people, plan), "credits": read_credits(tables.credits, plan)}


def columns_of(facts: Facts) -> dict[str, list[Any]]:
    return {name: list(column) for name, column in facts_columns(facts).items()}


def refused(*_: object, **__: object) -> Facts:
    raise AssertionError("the log was read into memory")


def test_a_small_csv_file_does_not_take_large_files_into_memory(
    bytes_of: Callable[[Facts], tuple[object, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: Counter[str] = Counter()
    small, large = tmp_path / "small.csv", tmp_path / "large.parquet"
    for seed in range(SEEDS):
        choose = SeededChoose(seed)
        plan = draw_plan(choose)
        events = draw_events(choose, plan, most=40)
        ids = events[plan.events.columns.event_id]
        first = [at for at, name in enumerate(ids) if name not in ids[:at]]
        if plan.events.attribution is None or len(first) < 4:
            continue
        events = {name: [cells[at] for at in first] for name, cells in events.items()}
        expected = measure(events, plan)
        few = {name: ["" if cell is None else str(cell) for cell in cells[:3]] for name, cells in events.items()}
        pl.DataFrame(few).write_csv(small)
        typed(plan, {name: cells[3:] for name, cells in events.items()}).write_parquet(large)
        with monkeypatch.context() as patch:
            patch.setattr(log_files, "LARGE_BYTES", small.stat().st_size)
            patch.setattr(measuring, "measure_by_touch", refused)
            facts = measure([small, large], plan)
        assert (seed, bytes_of(facts)) == (seed, bytes_of(expected))
        seen.update(left.reason for left in facts.excluded)
        seen["credited"] += any(total.any() for total in facts.totals.values())
    assert min(seen["no_touch"], seen["credited"]) > 5

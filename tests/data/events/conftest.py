"""Plans that only count, and raw events in every kind of table."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from jointpay.data import csv_structure
from jointpay.data.events import log_files
from jointpay.data.facts import Facts
from jointpay.errors import DataError
from jointpay.plan.load import plan_from_text
from jointpay.plan.plan import Plan

_PLAN = """
schema_version: 1
id: counting
version: 1
effective: {{from: 2024-01-01, to: 2025-01-01}}
currency: CNY
time_zone: {zone}
period: month
rounding: half_even
places: {{attainment: 4, points: 2, adjustment: 2}}
partial_period: by_days
{channels}
events: {events}
totals:
  clicks: {{kind: count, events: [click], where: {{without: [bot]}}}}
  qualified: {{kind: count, events: [click, dwell], where: {{at_least: 3000, at_most: 60000, channels: [search]}}}}
  dwell: {{kind: sum, events: [dwell], unit: ms, where: {{flags: [visible]}}}}
  revenue: {{kind: sum, events: [payment], minus: [refund], unit: minor}}
  orders: {{kind: count, events: [order], minus: [refund]}}
metrics:
  clicks: {{kind: total, total: clicks, unit: count, direction: higher_is_better, places: 0}}
roles:
  designer:
    components:
      draw:
        weight: 1
        combine: weighted_mean
        measures:
          clicks:
            weight: 1
            metric: clicks
            scope: own
            target: {{kind: fixed, value: 100}}
            attainment: ratio
            curve: {{kind: proportional, times: 100, origin: 0, from: 0, to: 2}}
            missing: zero
"""

Columns = dict[str, list[Any]]
PlanOf = Callable[..., Plan]


@pytest.fixture(scope="session")
def plan_of() -> PlanOf:
    """Make a plan; `events` and `channels` are YAML."""

    def make(*, zone: str = "Asia/Shanghai", events: str = "{ignored_kinds: [hover]}", channels: str = "") -> Plan:
        return plan_from_text(_PLAN.format(zone=zone, events=events, channels=channels), format="yaml")

    return make


@pytest.fixture
def log() -> Columns:
    """Seven events that touch every total."""
    return {
        "event_id": ["e1", "e2", "e3", "e4", "e5", "e6", "e7"],
        "time": [
            "2024-06-30T15:59:59Z",
            "2024-06-30T16:00:00Z",
            "2024-07-01T09:00:00.250+08:00",
            "2024-07-01 09:00",
            "2024-07-01T01:00:00+0000",
            "2024-07-02T00:00:00+08",
            "2024-06-30T12:00:00+08:00",
        ],
        "item": ["poster", "poster", "banner", "poster", "poster", "poster", "poster"],
        "channel": ["search", "feed", "search", "search", "feed", "feed", "search"],
        "kind": ["click", "order", "dwell", "dwell", "payment", "refund", "click"],
        "value": ["4000", "", "61000", "3000", "9900", "400", "2999"],
        "bot": ["false", "true", "0", "false", "false", "false", "1"],
        "visible": ["false", "false", "true", "1", "false", "false", "false"],
    }


def as_rows(facts: Facts) -> dict[tuple[int, str, str], dict[str, int]]:
    """Write facts as a mapping that says everything about them."""
    return {
        (day, facts.item_ids[item], facts.channel_ids[channel]): {
            name: int(total[at]) for name, total in facts.totals.items()
        }
        for at, (day, item, channel) in enumerate(
            zip(facts.days.tolist(), facts.items.tolist(), facts.channels.tolist(), strict=True)
        )
    }


def as_bytes(facts: Facts) -> tuple[object, ...]:
    """Give everything of facts but where they came from, to the byte."""
    return (
        *(array.tobytes() for array in (facts.days, facts.items, facts.channels)),
        *((name, total.dtype.str, total.tobytes()) for name, total in facts.totals.items()),
        facts.item_ids,
        facts.channel_ids,
        tuple((exclusion.reason, exclusion.rows, dict(exclusion.totals)) for exclusion in facts.excluded),
        facts.rows_read,
    )


@pytest.fixture(scope="session")
def rows_of() -> Callable[[Facts], dict[tuple[int, str, str], dict[str, int]]]:
    return as_rows


@pytest.fixture(scope="session")
def bytes_of() -> Callable[[Facts], tuple[object, ...]]:
    return as_bytes


@pytest.fixture(scope="session")
def refusals() -> Callable[[Callable[[], object]], list[str]]:
    """Run something that must refuse a table, and give its findings as text."""

    def told(run: Callable[[], object]) -> list[str]:
        with pytest.raises(DataError, match=r".") as refused:
            run()
        return [str(finding) for finding in refused.value.findings]

    return told


def write_csv(path: Path, columns: Mapping[str, list[Any]]) -> Path:
    """Write columns of text as CSV."""
    rows = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    path.write_text("".join(",".join("" if cell is None else str(cell) for cell in row) + "\n" for row in rows))
    return path


def typed(columns: Columns) -> Columns:
    """Give the same events as a program would hold them: aware times, whole numbers, booleans."""
    from datetime import datetime  # noqa: PLC0415
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    shanghai = ZoneInfo("Asia/Shanghai")
    times = [datetime.fromisoformat(text) for text in columns["time"]]
    return columns | {
        "time": [time if time.tzinfo is not None else time.replace(tzinfo=shanghai) for time in times],
        "value": [int(cell) if cell else None for cell in columns["value"]],
        "bot": [cell in {"true", "1"} for cell in columns["bot"]],
        "visible": [cell in {"true", "1"} for cell in columns["visible"]],
    }


def _pandas(columns: Columns) -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in typed(columns).items()})
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    return frame.astype({"value": "Int64", "bot": bool, "visible": bool, "item": "category", "kind": "str"})


def _pandas_arrow(columns: Columns) -> pd.DataFrame:
    frame = _pandas(columns).convert_dtypes(dtype_backend="pyarrow")
    frame.index = pd.Index(["x"] * len(frame))
    return frame


def _parquet(columns: Columns, path: Path) -> Path:
    pl.DataFrame(typed(columns)).write_parquet(path / "events.parquet")
    return path / "events.parquet"


KINDS: dict[str, Callable[[Columns, Path], object]] = {
    "mapping of text": lambda columns, _: columns,
    "mapping of typed cells": lambda columns, _: typed(columns),
    "csv": lambda columns, path: write_csv(path / "events.csv", columns),
    "csv by name": lambda columns, path: str(write_csv(path / "events.CSV", columns)),
    "list of one csv": lambda columns, path: [write_csv(path / "events.csv", columns)],
    "parquet": _parquet,
    "pandas": lambda columns, _: _pandas(columns),
    "pandas of text": lambda columns, _: pd.DataFrame(columns),
    "pandas of objects": lambda columns, _: pd.DataFrame(
        {name: pd.Series(cells, dtype=object) for name, cells in typed(columns).items()}
    ),
    "pandas with arrow types": lambda columns, _: _pandas_arrow(columns),
    "polars": lambda columns, _: pl.DataFrame(typed(columns)),
    "polars of text": lambda columns, _: pl.DataFrame(columns),
    "polars with categories": lambda columns, _: pl.DataFrame(columns).with_columns(
        pl.col("item", "kind").cast(pl.Categorical)
    ),
    "polars lazy": lambda columns, _: pl.LazyFrame(typed(columns)),
    "pyarrow": lambda columns, _: pa.table(pl.DataFrame(typed(columns)).to_arrow()),
    "pyarrow of text": lambda columns, _: pa.table(columns),
}


@pytest.fixture(params=[*KINDS, "csv in pieces"])
def every_kind(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Columns], object]:
    """Turn columns into a table of one kind; the test runs for each kind."""
    if request.param == "csv in pieces":
        request.getfixturevalue("in_pieces")
        return lambda columns: KINDS["csv"](columns, tmp_path)
    return lambda columns: KINDS[request.param](columns, tmp_path)


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let CSV files be taken for large ones, and cut into pieces of a few rows."""
    monkeypatch.setattr(log_files, "LARGE_BYTES", -1)
    monkeypatch.setattr(csv_structure, "_PIECE", 1)
    monkeypatch.setitem(cast("Any", csv_structure.csv_shape).__kwdefaults__, "block", 96)


@pytest.fixture(params=["whole", "in pieces"])
def csv_of(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Columns], Path]:
    """Write columns as a CSV file; the test runs twice: it is read whole, and typed piece by piece."""
    if request.param == "in pieces":
        request.getfixturevalue("in_pieces")
    return lambda columns: write_csv(tmp_path / "events.csv", columns)

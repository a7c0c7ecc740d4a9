"""Seeded tables for the rollup: facts by day, item and channel; dated, shared credits; people who change departments."""

from typing import Any

import numpy as np
import polars as pl

from jointpay.plan.load import plan_from_text
from jointpay.plan.plan import Plan

TOTALS = ("views", "clicks", "dwell_ms", "favorites", "orders", "revenue", "refunds", "repeat_orders")
SHARES = ("1/2", "0.35", "0.15", "0.25", "1/4", "0.5", "1/5", "3/20")
PARTS = 20
"""All of the shares are whole numbers of 1 / 20."""

_MEASURE = """
          {name}:
            weight: 1/8
            metric: {total}
            scope: {scope}
            target: {{kind: fixed, value: 100}}
            attainment: ratio
            curve: {{kind: proportional, times: 100, origin: 0, from: 0, to: 2}}
            missing: leave_out"""


def _component(name: str, scope: str) -> str:
    measures = "".join(_MEASURE.format(name=total, total=total, scope=scope) for total in TOTALS)
    return f"""
      {name}:
        weight: 0.5
        combine: weighted_mean
        measures:{measures}
        missing: zero"""


def rollup_plan() -> Plan:
    """Give a plan of two roles that read all eight totals of their own items and of their department's."""
    role = f"""
    components:{_component("own", "own")}{_component("department", "{kind: group, column: department}")}
    pay:
      - id: bonus
        base: monthly_salary
        reads: score
        curve: {{kind: proportional, times: 1%, origin: 100, from: 100, to: 150}}"""
    totals = "".join(f"\n  {name}: {{kind: count, events: [{name}]}}" for name in TOTALS)
    metrics = "".join(
        f"\n  {name}: {{kind: total, total: {name}, unit: count, direction: higher_is_better, places: 2}}"
        for name in TOTALS
    )
    return plan_from_text(
        f"""
schema_version: 1
id: rollup
version: 1
effective: {{from: 2026-01-01, to: 2027-01-01}}
currency: CNY
time_zone: Asia/Shanghai
period: month
rounding: half_away_from_zero
places: {{attainment: 4, points: 2, adjustment: 2}}
partial_period: by_days
channels: {{known: [search, feed, live, mail]}}
totals:{totals}
metrics:{metrics}
roles:
  designer:{role}
  operator:{role}
""",
        format="yaml",
    )


def _days(numbers: np.ndarray[Any, Any]) -> pl.Series:
    return pl.Series(np.datetime64("2026-01-01") + numbers.astype("timedelta64[D]")).cast(pl.Date)


def facts_frame(rows: int, items: int, *, in_order: bool, seed: int = 7) -> pl.DataFrame:
    """Give facts with every key once, as text; in order of (day, item, channel), or shuffled."""
    random = np.random.default_rng(seed)
    keys = np.unique(random.integers(0, 365 * items * 4, rows + rows // 4, dtype=np.int64))
    keys = random.permutation(keys)[:rows]
    if in_order:
        keys.sort()
    names = pl.Series([f"item-{number:07}" for number in range(items)])
    columns: dict[str, Any] = {
        "day": _days(keys // (4 * items)),
        "item": names.gather(keys // 4 % items),
        "channel": pl.Series(["feed", "live", "mail", "search"]).gather(keys % 4),
    }
    for place, name in enumerate(TOTALS):
        columns[name] = random.integers(0, 50 * 4**place, rows, dtype=np.int64)
    return pl.DataFrame(columns)


def credits_frame(rows: int, items: int, persons: int, seed: int = 8) -> pl.DataFrame:
    """Give credits: up to two people of a role on an item on a day, half of the ranges open, half of them dated."""
    random = np.random.default_rng(seed)
    # Each slot is one item, role and half of the item; a slot passes from one person to another during the year.
    slots = random.permutation(4 * items)[: rows * 3 // 4]
    passed = random.permutation(slots)[: rows - slots.size]
    turn = dict(zip(passed.tolist(), random.integers(20, 345, passed.size).tolist(), strict=True))
    half = persons // 4 * 2
    found: list[tuple[int, int, int, int, int]] = []
    for slot, one, other in zip(
        slots.tolist(),
        random.integers(0, half, slots.size).tolist(),
        random.integers(1, half // 4, slots.size),
        strict=True,
    ):
        # The two halves of an item belong to different halves of the staff, so that nobody holds both.
        first = 2 * (one // 2) + slot % 2
        if slot in turn:
            found.append((slot, first, slot % 8, -1, turn[slot]))
            found.append(
                (slot, 2 * ((first // 2 + int(other)) % (half // 2)) + slot % 2, (slot + 3) % 8, turn[slot], -1)
            )
        else:
            found.append((slot, first, slot % 8, -1, -1))
    random.shuffle(found)
    slot, person, share, start, end = (np.array(column) for column in zip(*found, strict=True))
    role = slot // 2 % 2
    shares = pl.Series(SHARES).gather(share)
    return pl.DataFrame(
        {
            "person": pl.Series([f"p{number:06}" for number in range(persons)]).gather(2 * person + role),
            "role": pl.Series(["designer", "operator"]).gather(role),
            "item": pl.Series([f"item-{number:07}" for number in range(items)]).gather(slot // 4),
            "share": shares,
            "from": _days(start).zip_with(pl.Series(start >= 0), pl.Series([None], dtype=pl.Date)),
            "to": _days(end).zip_with(pl.Series(end >= 0), pl.Series([None], dtype=pl.Date)),
        }
    )


def people_frame(persons: int, departments: int, seed: int = 9) -> pl.DataFrame:
    """Give seats: one person in ten changes the department on some day of the year."""
    random = np.random.default_rng(seed)
    ids = np.arange(persons)
    home = random.integers(0, departments, persons)
    moves = random.random(persons) < 0.1
    day = random.integers(20, 345, persons)
    next_home = (home + 1) % departments
    both = np.concatenate([ids, ids[moves]])
    start = np.concatenate([np.full(persons, -1), day[moves]])
    end = np.concatenate([np.where(moves, day, -1), np.full(int(moves.sum()), -1)])
    place = np.concatenate([home, next_home[moves]])
    names = pl.Series([f"dep-{number:03}" for number in range(departments)])
    return pl.DataFrame(
        {
            "person": pl.Series([f"p{number:06}" for number in range(persons)]).gather(both),
            "role": pl.Series(["designer", "operator"]).gather(both % 2),
            "from": _days(start).zip_with(pl.Series(start >= 0), pl.Series([None], dtype=pl.Date)),
            "to": _days(end).zip_with(pl.Series(end >= 0), pl.Series([None], dtype=pl.Date)),
            "department": names.gather(place),
        }
    )

"""A made-up log in Berlin's time: clocks put forward and back, repeated rows, bots, channels nobody knows."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

__all__ = ["berlin_log"]

_DAYS = (
    datetime(2026, 3, 28, 22, tzinfo=UTC),  # before the clocks go forward
    datetime(2026, 10, 24, 21, tzinfo=UTC),  # before they go back
    datetime(2026, 5, 31, 20, tzinfo=UTC),  # a month's end
)
_KINDS = ("click", "dwell", "payment", "refund", "hover")


def berlin_log(seed: int, rows: int) -> dict[str, list[Any]]:
    """Give typed columns of a log; some rows stand in it twice."""
    random = Random(seed)  # noqa: S311 - a made-up log is no secret
    log: list[dict[str, Any]] = []
    for number in range(rows):
        kind = random.choice(_KINDS)
        moment = random.choice(_DAYS) + timedelta(microseconds=random.randrange(6 * 3_600_000_000))
        log.append(
            {
                "event_id": number,
                "logged_at": moment,
                "item": f"poster {random.randrange(9)}",
                "channel": random.choice(("search", "feed", "other", "carrier pigeon")),
                "kind": kind,
                "value": random.choice((0, 2_999, 3_000, 1_800_000, 1_800_001, 2**40)) if kind in _KINDS[1:4] else None,
                "bot": random.random() < 0.2,
            }
        )
        if number % 10 == 0:
            log.append(dict(log[-1]))
    return {name: [row[name] for row in log] for name in log[0]}

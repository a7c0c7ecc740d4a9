"""Events that were logged twice: a repeated identical row counts once; one id with two contents is refused."""

from collections.abc import Sequence
from typing import Any, cast

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay.data.log_columns import LogColumns
from jointpay.data.problems import MOST_TOLD, shown
from jointpay.data.table_problems import HEADER_ROWS, TableProblems

__all__ = ["first_of_each", "refuse_overlaps"]

_TOLD_IDS = 5


def first_of_each(columns: LogColumns, ids: nw.Series[Any] | None) -> NDArray[np.bool_]:
    """Tell the rows that count, (R,): the first of every event id.

    Two rows are the same event if all cells that the plan reads are the same, as they stand.

    Raises `DataError` for an id that stands in rows with different cells, naming the rows.
    """
    if ids is None or not len(ids):
        return np.ones(columns.rows, np.bool_)
    first = ids.is_first_distinct()
    kept = first.to_numpy().astype(np.bool_)
    if kept.all():
        return kept
    repeated = ids.filter(~first).unique()
    places = np.flatnonzero(ids.is_in(repeated.to_list()).to_numpy().astype(np.bool_)).tolist()
    others = [meaning for meaning in columns.names if meaning != "event_id"]
    rows = zip(*(columns.cells(meaning, places) for meaning in others), strict=True)
    seen: dict[object, tuple[int, tuple[Any, ...]]] = {}
    for place, event_id, row in zip(places, columns.cells("event_id", places), rows, strict=True):
        at, before = seen.setdefault(event_id, (place, row))
        if row != before:
            differing = [columns.names[name] for name, old, new in zip(others, before, row, strict=True) if old != new]
            columns.problems.refuse(
                "event_id_repeated",
                f"event {shown(event_id)} stands on row {at + HEADER_ROWS} too, with other cells in "
                f"{', '.join(map(repr, differing))}; allowed: one content for each id; next: drop the wrong row",
                row=place + HEADER_ROWS,
                column=columns.names["event_id"],
                who=columns.who(place),
            )
    columns.problems.stop()
    return kept


def refuse_overlaps(tables: Sequence[tuple[str, nw.Series[Any]]]) -> None:
    """Refuse an event id that stands in two tables of one log: two exports that overlap.

    Raises `DataError` naming the tables and the first ids.
    """
    if len(tables) < 2:
        return
    names = [name for name, _ in tables]
    frames = [ids.cast(nw.String).alias("id").to_frame() for _, ids in tables]
    every = nw.concat(frames).get_column("id")
    if every.is_first_distinct().all():
        return
    problems = TableProblems(" and ".join(names[:2]) + (" ..." if len(names) > 2 else ""))
    seen: dict[str, str] = {}
    shared: dict[tuple[str, str], list[str]] = {}
    for name, frame in zip(names, frames, strict=True):
        for event_id in cast("list[str]", frame.get_column("id").to_list()):
            other = seen.setdefault(event_id, name)
            if other != name:
                shared.setdefault((other, name), []).append(event_id)
    for (one, other), ids in list(shared.items())[:MOST_TOLD]:
        told = ", ".join(map(shown, ids[:_TOLD_IDS])) + (" ..." if len(ids) > _TOLD_IDS else "")
        problems.refuse(
            "files_overlap",
            f"{len(ids)} events stand in {one!r} and in {other!r}: {told}; allowed: each event in one file; "
            f"next: cut the exports so that they do not overlap",
            column="event_id",
        )
    problems.stop()

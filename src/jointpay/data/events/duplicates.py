"""Events that were logged twice: a repeated identical row counts once; one id with two contents is refused."""

from collections.abc import Sequence
from typing import Any, cast

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from jointpay.data.events.log_columns import LogColumns
from jointpay.data.problems import MOST_TOLD, shown
from jointpay.data.table_problems import TableProblems
from jointpay.frames.lazy import collected

__all__ = ["first_of_each", "refuse_overlaps"]

_TOLD_IDS = 5


def first_of_each(columns: LogColumns, ids: nw.Series[Any] | None) -> NDArray[np.bool_]:
    """Tell the rows that count, (R,): the first of every event id; all of them where there are no ids to look at.

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
                f"event {shown(event_id)} stands {_on(columns, at)} too, with other cells in "
                f"{', '.join(map(repr, differing))}; allowed: one content for each id; next: drop the wrong row",
                row=columns.problems.row_of(place),
                column=columns.names["event_id"],
                who=columns.who(place),
            )
    columns.problems.stop()
    return kept


def _on(columns: LogColumns, place: int) -> str:
    row = columns.problems.row_of(place)
    return "in another row" if row is None else f"on row {row}"


def refuse_overlaps(tables: Sequence[tuple[str, nw.Series[Any] | nw.LazyFrame[Any]]]) -> None:
    """Refuse an event id that stands in two tables of one log: two exports that overlap.

    Ids are a column in memory, or a lazy table of the one column `event_id`.

    Raises `DataError` naming the tables and the first ids.
    """
    if len(tables) < 2:
        return
    names = [name for name, _ in tables]
    frames = _frames_of([ids for _, ids in tables])
    numbered = [frame.with_columns(table=nw.lit(place, nw.Int64)) for place, frame in enumerate(frames)]
    several = (
        nw.concat(numbered)
        .group_by("event_id")
        .agg(nw.col("table").min().alias("first"), nw.col("table").max().alias("last"))
        .filter(nw.col("first") < nw.col("last"))
        .select("event_id", "first", "last")
    )
    found = collected(several, name=" and ".join(names[:2]))
    if not len(found):
        return
    problems = TableProblems(" and ".join(names[:2]) + (" ..." if len(names) > 2 else ""))
    shared: dict[tuple[int, int], list[str]] = {}
    columns = (found.get_column(name).to_list() for name in ("first", "last", "event_id"))
    for one, other, event_id in sorted(zip(*columns, strict=True)):
        shared.setdefault((one, other), []).append(event_id)
    for (one, other), ids in list(shared.items())[:MOST_TOLD]:
        told = ", ".join(map(shown, ids[:_TOLD_IDS])) + (" ..." if len(ids) > _TOLD_IDS else "")
        problems.refuse(
            "files_overlap",
            f"{len(ids)} events stand in {names[one]!r} and in {names[other]!r}: {told}; allowed: each event in one "
            f"file; next: cut the exports so that they do not overlap",
            column="event_id",
        )
    problems.stop()


def _frames_of(tables: Sequence[nw.Series[Any] | nw.LazyFrame[Any]]) -> list[nw.LazyFrame[Any]]:
    """Bring ids to tables of one library: where they are of several, into memory."""
    if all(isinstance(ids, nw.LazyFrame) for ids in tables):
        return [cast("nw.LazyFrame[Any]", ids) for ids in tables]
    read = [
        (collected(ids, name="event ids").get_column("event_id") if isinstance(ids, nw.LazyFrame) else ids)
        for ids in tables
    ]
    engine = str(read[0].implementation.value)
    texts = [
        ids.cast(nw.String).to_list() if str(ids.implementation.value) != engine else ids.cast(nw.String)
        for ids in read
    ]
    same = [
        nw.new_series("event_id", ids, nw.String, backend=cast("Any", engine)) if isinstance(ids, list) else ids
        for ids in texts
    ]
    return [ids.alias("event_id").to_frame().lazy() for ids in same]

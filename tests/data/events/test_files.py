"""Where raw events come from: kinds of file, columns that are there or not, exports that overlap, sheets that were cut."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from jointpay.data.events import csv_log, measure
from jointpay.data.facts import Facts
from jointpay.errors import DataError, MissingExtraError
from jointpay.frames import files, frame_of
from jointpay.plan.plan import Plan

Columns = dict[str, list[Any]]
Refusals = Callable[[Callable[[], object]], list[str]]
CsvOf = Callable[[Columns], Path]
PlanOf = Callable[..., Plan]


def test_a_missing_column(log: Columns, plan_of: PlanOf, csv_of: CsvOf, refusals: Refusals) -> None:
    """E001."""
    renamed = {"itemid" if name == "item" else name: cells for name, cells in log.items()}
    assert refusals(lambda: measure(csv_of(renamed), plan_of())) == [
        (
            "events.csv: row 1: column 'item' (item) is missing; did you mean 'itemid'?; expected: event_id, time, item, channel, "
            "kind, value, bot, visible; found: 'event_id', 'time', 'itemid', 'channel', 'kind', 'value', 'bot', 'visible'; next: "
            "rename it, or name the column in events.columns of the plan [column_missing]"
        )
    ]


def test_no_event_id(log: Columns, plan_of: PlanOf, csv_of: CsvOf, refusals: Refusals) -> None:
    """E017."""
    without = {name: cells for name, cells in log.items() if name != "event_id"}
    (found,) = refusals(lambda: measure(csv_of(without), plan_of()))
    assert found.endswith("next: rename it, or state events.duplicates: not_checked in the plan [column_missing]")
    assert measure(without, plan_of(events="{duplicates: not_checked}")).rows_read == 7


def test_other_separators(log: Columns, plan_of: PlanOf, tmp_path: Path, refusals: Refusals) -> None:
    path = tmp_path / "events.csv"
    pl.DataFrame(log).write_csv(path, separator=";", quote_style="never")
    found = refusals(lambda: measure(path, plan_of()))
    assert found[0].endswith("next: save it with commas between the cells [column_missing]")


def test_columns_that_are_not_read_are_listed_once(log: Columns, plan_of: PlanOf) -> None:
    """E002."""
    facts = measure(log | {"visitor": ["v"] * 7, "page": ["p"] * 7}, plan_of())
    assert [str(note) for note in facts.notes] == [
        "events: columns that are not read: 'visitor', 'page' [column_ignored]"
    ]


def test_an_unknown_meaning_in_columns(log: Columns, plan_of: PlanOf, refusals: Refusals) -> None:
    assert refusals(lambda: measure(log, plan_of(), columns={"items": "sku"})) == [
        (
            "events: columns names 'items'; did you mean 'item'?; allowed: event_id, time, item, channel, kind, value "
            "[column_meaning]"
        )
    ]


@pytest.mark.parametrize(
    ("suffix", "told"),
    [
        (".pickle", "files of kind '.pickle' can run code when they are opened and are never read; allowed: .csv (UTF-8) and .parquet [file_kind]"),
        (".npy", "files of kind '.npy' can run code when they are opened and are never read; allowed: .csv (UTF-8) and .parquet [file_kind]"),
        (".joblib", "files of kind '.joblib' can run code when they are opened and are never read; allowed: .csv (UTF-8) and .parquet [file_kind]"),
        (".xlsx", "spreadsheets ('.xlsx') are not read; allowed: .csv (UTF-8) and .parquet; next: save the sheet as 'CSV UTF-8' [file_kind]"),
        (".gz", "files of kind '.gz' are not read; allowed: .csv (UTF-8) and .parquet; next: convert it, or pass a dataframe [file_kind]"),
    ],
)  # fmt: skip
def test_other_kinds_of_file(plan_of: PlanOf, tmp_path: Path, refusals: Refusals, suffix: str, told: str) -> None:
    """E073, and the spreadsheets of E067 to E072."""
    path = tmp_path / f"events{suffix}"
    path.write_bytes(b"x")
    assert refusals(lambda: measure(path, plan_of())) == [f"events{suffix}: {told}"]


def test_what_is_no_table(plan_of: PlanOf, tmp_path: Path, refusals: Refusals) -> None:
    assert refusals(lambda: measure(tmp_path / "none.csv", plan_of())) == [
        f"none.csv: there is no such file; next: check the path {str(tmp_path / 'none.csv')!r} [unreadable]"
    ]
    assert refusals(lambda: measure([tmp_path / "none.csv"], plan_of()))[0].startswith(
        "none.csv: there is no such file"
    )
    assert refusals(lambda: measure([], plan_of())) == [
        "events: an empty list of files; allowed: at least one path [not_a_table]"
    ]
    assert refusals(lambda: measure(["a.csv", 5], plan_of())) == [
        "events: element 2 of the list is a int; allowed: paths of files of one log [not_a_table]"
    ]
    (found,) = refusals(lambda: measure(5, plan_of(), source="log"))
    assert found.startswith("log: a int is not a table; allowed: a path to .csv or .parquet")


def test_a_broken_parquet_file(plan_of: PlanOf, tmp_path: Path, refusals: Refusals) -> None:
    path = tmp_path / "events.parquet"
    path.write_bytes(b"PAR1 and nothing else")
    (found,) = refusals(lambda: measure(path, plan_of()))
    assert found.startswith("events.parquet: cannot be read as Parquet: ")
    assert found.endswith("; next: check that it is complete [unreadable]")


def test_a_parquet_file_whose_data_is_cut(log: Columns, plan_of: PlanOf, tmp_path: Path, refusals: Refusals) -> None:
    path = tmp_path / "events.parquet"
    pl.DataFrame(log).write_parquet(path)
    content = bytearray(path.read_bytes())
    content[4:80] = b"\xff" * 76
    path.write_bytes(bytes(content))
    (found,) = refusals(lambda: measure(path, plan_of()))
    assert found.startswith("events.parquet: cannot be read")


def test_the_same_file_twice(log: Columns, plan_of: PlanOf, csv_of: CsvOf, tmp_path: Path, refusals: Refusals) -> None:
    """E016 by content."""
    one = csv_of(log)
    two = tmp_path / "copy.csv"
    two.write_bytes(one.read_bytes())
    digest = hashlib.sha256(one.read_bytes()).hexdigest()
    assert refusals(lambda: measure([one, two], plan_of())) == [
        f"events: {str(one)!r}, {str(two)!r} hold the same bytes (sha256 {digest}); allowed: each file once [file_twice]"
    ]


def test_exports_that_overlap(log: Columns, plan_of: PlanOf, tmp_path: Path, refusals: Refusals) -> None:
    """E016 by event id."""
    paths = [tmp_path / "june.csv", tmp_path / "july.csv", tmp_path / "empty.csv"]
    for path, rows in zip(paths, (slice(0, 4), slice(3, 7), slice(0, 0)), strict=True):
        pl.DataFrame(log)[rows].write_csv(path)
    assert refusals(lambda: measure(paths, plan_of())) == [
        (
            "june.csv and july.csv ...: column 'event_id': 1 events stand in 'june.csv' and in 'july.csv': 'e4'; allowed: each "
            "event in one file; next: cut the exports so that they do not overlap [files_overlap]"
        )
    ]


def test_many_shared_events_are_counted(log: Columns, plan_of: PlanOf, tmp_path: Path, refusals: Refusals) -> None:
    paths = [tmp_path / "june.csv", tmp_path / "july.csv"]
    pl.DataFrame(log).write_csv(paths[0])
    pl.DataFrame(log)[::-1].write_csv(paths[1])
    (found,) = refusals(lambda: measure(paths, plan_of()))
    assert "7 events stand in 'june.csv' and in 'july.csv': 'e1', 'e2', 'e3', 'e4', 'e5' ...; allowed" in found


@pytest.mark.parametrize("rows", [65_535, 65_536])
def test_as_many_rows_as_a_sheet_can_hold(plan_of: PlanOf, rows: int) -> None:
    """E065."""
    log = pl.DataFrame({"event_id": range(rows)}).with_columns(
        time=pl.lit("2024-07-01T00:00:00Z"),
        item=pl.lit("a"),
        channel=pl.lit("feed"),
        kind=pl.lit("order"),
        value=pl.lit(None),
        bot=pl.lit(value=False),
        visible=pl.lit(value=False),
    )
    assert [str(note) for note in measure(log, plan_of()).notes] == [
        (
            f"events: the table has exactly {rows} rows, which is where spreadsheets cut; next: check that none is missing "
            "[sheet_limit]"
        )
    ]


def test_ids_that_look_alike_are_told_and_not_merged(log: Columns, plan_of: PlanOf) -> None:
    """E054 and E055: the first has a Cyrillic letter."""
    facts = measure(log | {"item": ["skа1", "ska1", "SKA1", "x", "x", "x", "x"]}, plan_of())
    assert facts.item_ids == ("SKA1", "ska1", "skа1", "x")
    assert [note.code for note in facts.notes] == ["ids_look_alike", "id_mixes_alphabets"]
    assert [str(note) for note in facts.notes if note.code == "ids_look_alike"] == [
        (
            "events: item ids that look alike and are not equal: 'SKA1' in events, 'ska1' in events, 'skа1' ('sk\\u04301') in "
            "events; they are never merged; next: check that all are meant [ids_look_alike]"
        )
    ]


def test_a_row_count_that_the_library_does_not_confirm(
    log: Columns,
    plan_of: PlanOf,
    csv_of: CsvOf,
    refusals: Refusals,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setattr(csv_log, "scan_csv", lambda *_: frame_of(pl.DataFrame(log)[:5], name="x"))
    rows = {"whole": "7 rows", "in pieces": "2 rows from row 2 on"}[request.node.callspec.params["csv_of"]]
    assert refusals(lambda: measure(csv_of(log), plan_of())) == [
        f"events.csv: the file has {rows} and polars read 5; next: convert it to Parquet [unreadable]"
    ]


@pytest.mark.parametrize("engine", ["polars", "duckdb", "pyarrow", "pandas"])
def test_every_library_reads_files_alike(
    log: Columns,
    plan_of: PlanOf,
    bytes_of: Callable[[Facts], tuple[object, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    engine: str,
) -> None:
    odd = log | {"item": ['a "b"', "poster[1]*", "NA", "null", "001", "x,y", "第一"]}
    expected = bytes_of(measure(odd, plan_of()))
    parquet = tmp_path / "odd[1].parquet"
    pl.DataFrame(odd).write_parquet(parquet)
    quoted = tmp_path / "odd*.csv"
    pd.DataFrame(odd).to_csv(quoted, index=False)
    quoted.write_bytes(b"\xef\xbb\xbf" + quoted.read_bytes().replace(b"\n", b"\r\n"))
    monkeypatch.setattr(files, "find_spec", lambda library: library == engine or None)
    for path in (quoted, parquet):
        facts = measure(path, plan_of())
        assert facts.backend == engine
        assert bytes_of(facts) == expected


def test_nothing_installed(log: Columns, plan_of: PlanOf, csv_of: CsvOf, monkeypatch: pytest.MonkeyPatch) -> None:
    path = csv_of(log)
    monkeypatch.setattr(files, "find_spec", lambda _: None)
    with pytest.raises(
        MissingExtraError, match=r"reading events\.csv needs polars or duckdb or pyarrow or pandas, which"
    ):
        measure(path, plan_of())
    with pytest.raises(MissingExtraError, match=r"measuring events from a mapping of columns needs polars or pyarrow"):
        measure(log, plan_of())


def test_wildcards_name_the_files_of_one_log(
    log: Columns, plan_of: PlanOf, bytes_of: Callable[[Facts], tuple[object, ...]], tmp_path: Path
) -> None:
    whole = pl.DataFrame(log)
    for name, part in (("june-1.csv", whole[:3]), ("june-2.csv", whole[3:])):
        part.write_csv(tmp_path / name)
    assert bytes_of(measure(tmp_path / "june-?.csv", plan_of())) == bytes_of(measure(log, plan_of()))
    with pytest.raises(DataError, match=r"^july-\*\.csv: no file is named like '.*july-\*\.csv'; next: check the path"):
        measure(tmp_path / "july-*.csv", plan_of())


def test_a_limit_of_memory_is_duckdbs(log: Columns, plan_of: PlanOf, tmp_path: Path) -> None:
    pl.DataFrame(log).write_parquet(tmp_path / "log.parquet")
    assert measure(tmp_path / "log.parquet", plan_of(), memory_mb=200).rows_read == 7
    with pytest.raises(DataError, match=r"^memory_mb: memory_mb is 200, and polars keeps to no limit; allowed: "):
        measure(tmp_path / "log.parquet", plan_of(), engine="polars", memory_mb=200)


def test_an_engine_that_is_not_installed(
    log: Columns, plan_of: PlanOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pl.DataFrame(log).write_parquet(tmp_path / "log.parquet")
    monkeypatch.setattr(files, "find_spec", lambda library: library != "duckdb" or None)
    with pytest.raises(
        MissingExtraError, match=r"reading files needs duckdb, which .*pip install 'jointpay\[duckdb\]'"
    ):
        measure(tmp_path / "log.parquet", plan_of(), engine="duckdb")

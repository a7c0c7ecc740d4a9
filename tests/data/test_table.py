"""One strict reader for every small table."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from jointpay.data.table import EMPTY, LONGEST_CELL, SHEET_LIMITS, Table, nearest, read_table, source_of
from jointpay.data.table_problems import TableProblems, row_list
from jointpay.errors import DataError

Refusals = Callable[[Callable[[], Any]], list[str]]


def read(table: object, *, source: str = "t", optional: tuple[str, ...] = (), rest: bool = False) -> Table:
    return read_table(table, TableProblems(source), needed={"a": "", "b": "fill it"}, optional=optional, rest=rest)


def write(tmp_path: Path, content: bytes | str) -> Path:
    path = tmp_path / "t.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def cells_of(table: Table, name: str) -> list[object]:
    column = table.columns[name]
    return [None if code == EMPTY else column.distinct[code] for code in column.codes.tolist()]


@pytest.mark.parametrize(
    "make",
    [
        dict,
        pd.DataFrame,
        pl.DataFrame,
        pl.LazyFrame,
        pa.table,
        lambda columns: {name: tuple(cells) for name, cells in columns.items()},
        lambda columns: {name: np.array(cells, dtype=object) for name, cells in columns.items()},
        lambda columns: {name: pd.Series(cells) for name, cells in columns.items()},
    ],
)
def test_every_kind_of_table_gives_the_same_cells(make: Callable[[dict[str, Any]], object]) -> None:
    table = read(make({"a": ["x", "y", "x", None], "b": [1, 2, 2, 1]}))
    assert cells_of(table, "a") == ["x", "y", "x", None]
    assert cells_of(table, "b") == [1, 2, 2, 1]
    assert table.rows == 4
    assert not table.columns["a"].codes.flags.writeable


def test_csv_and_parquet_files_give_the_same_cells_as_frames(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": ["x", 'say "hi", twice\n', ""], "b": ["1", "", "3"]})
    frame.write_csv(tmp_path / "t.csv")
    frame.write_parquet(tmp_path / "t.parquet")
    for path in (tmp_path / "t.csv", tmp_path / "t.parquet", str(tmp_path / "t.csv")):
        table = read(path)
        assert cells_of(table, "a") == ["x", 'say "hi", twice\n', None]
        assert cells_of(table, "b") == ["1", None, "3"]


def test_every_kind_of_missing_is_one_thing() -> None:
    missing = [None, float("nan"), np.float64("nan"), pd.NA, pd.NaT, "", np.datetime64("NaT")]
    table = read({"a": missing, "b": missing})
    assert table.columns["a"].codes.tolist() == [EMPTY] * 7
    assert table.columns["a"].distinct == ()


def test_a_mixed_column_tells_cells_apart_that_python_calls_equal() -> None:
    table = read({"a": [1, True, 1.0, "1", Decimal(1), np.int64(1), None], "b": list("1234567")})
    assert [type(cell) for cell in table.columns["a"].distinct] == [int, bool, float, str, Decimal]
    assert table.columns["a"].codes.tolist() == [0, 1, 2, 3, 4, 0, EMPTY]


def test_cells_that_have_no_hash_are_kept_for_the_reader_to_refuse() -> None:
    table = read({"a": [[1], [1], Decimal("sNaN")], "b": list("123")})
    assert table.columns["a"].codes.tolist() == [0, 0, 1]


def test_a_bom_is_dropped(tmp_path: Path) -> None:
    assert cells_of(read(write(tmp_path, b"\xef\xbb\xbfa,b\r\n\xe7\x8e\x8b,2\r\n")), "a") == ["王"]


def test_columns_that_are_not_asked_for_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, "z,a,c,b\n1,2,3,4\n")
    assert read(path).others == ("z", "c")
    assert read(path, optional=("c", "d")).others == ("z",)
    assert list(read(path, rest=True).columns) == ["z", "a", "c", "b"]


def test_a_missing_column_is_told_with_what_was_expected_and_found(refusals: Refusals) -> None:
    assert refusals(lambda: read({"A ": [1], "c": [2]}, optional=("c",))) == [
        (
            "t: row 1: column name 'A ' has spaces around it, an invisible character or nothing in it; "
            "next: write it plainly [column_name]"
        ),
        (
            "t: row 1: column 'a' is missing; did you mean 'A '?; expected: a, b (and, where wanted, c); "
            "found: 'A ', 'c' [column_missing]"
        ),
        (
            "t: row 1: column 'b' is missing; expected: a, b (and, where wanted, c); found: 'A ', 'c'; "
            "next: fill it [column_missing]"
        ),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("a,b,a\n1,2,3\n", r"t.csv: row 1, column 'a': .*1, 3.* \[column_repeated\]"),
        ("a,b\n1,2\n3\n", r"t.csv: row 3: 1 cells where the header has 2; .* \[row_ragged\]"),
        ("a,b\n1,2,3\n", r"t.csv: row 2: 3 cells where the header has 2; .* \[row_ragged\]"),
        ('a,b\n1,2\n"3,4\n5,6\n', r"t.csv: row 3: .*never closed.*"),
        ("a,b\n1,\0\n", r"t.csv: row 2.*NUL"),
        ("a,b\n王,2\n".encode("gbk"), r"t.csv: row 2.*offset 4.*GBK"),
        ("a,b\n1,2\n".encode("utf-16"), r"t.csv: .*UTF-16"),
        ("", r"t.csv: .*empty"),
        ("a,b\n", r"t.csv: the table has no rows; .* \[table_empty\]"),
        ("a;b\n1;2\n", r"row 1: the columns are separated by ';'; allowed: commas; .* \[separator\]"),
        (f"a,b\n{'x' * (LONGEST_CELL + 1)},2\n", r"row 2, column 'a'.*100001 characters; allowed: at most 100000"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, content: bytes | str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        read(write(tmp_path, content), source="t.csv")


def test_all_ragged_rows_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="row_ragged") as caught:
        read(write(tmp_path, "a,b\n" + "1\n" * 200))
    assert [finding.place.row for finding in caught.value.findings] == list(range(2, 202))


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, refusals: Refusals) -> None:
    path = tmp_path / "none.csv"
    assert refusals(lambda: read(path)) == [
        f"t: cannot be read: No such file or directory; next: check the path {str(path)!r} [unreadable]"
    ]
    assert refusals(lambda: read(tmp_path / "none.parquet")) == [
        f"t: there is no such file; next: check the path {str(tmp_path / 'none.parquet')!r} [unreadable]"
    ]
    assert refusals(lambda: read(tmp_path / "data.pickle")) == [
        (
            "t: 'data.pickle' is neither .csv nor .parquet, and no other kind of file is opened; "
            "next: read it yourself and pass the dataframe [file_kind]"
        )
    ]


def test_a_file_too_large_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusals: Refusals
) -> None:
    monkeypatch.setattr("jointpay.data.csv_text.MOST_BYTES", 7)
    assert len(cells_of(read(write(tmp_path, "a,b\n1,2")), "a")) == 1
    assert refusals(lambda: read(write(tmp_path, "a,b\n1,2\n"))) == [
        "t: 8 bytes; allowed: at most 7; next: pass it as a dataframe [table_too_large]"
    ]


def test_a_limit_that_the_program_has_lowered_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusals: Refusals
) -> None:
    class Lowered:
        Error = __import__("csv").Error

        @staticmethod
        def reader(*_: object, **__: object) -> object:
            raise Lowered.Error("field larger than field limit (1)")

    monkeypatch.setattr("jointpay.data.csv_text.csv", Lowered)
    assert refusals(lambda: read(write(tmp_path, "a,b\n1,2\n"))) == [
        "t: the csv module refuses it: field larger than field limit (1); next: check csv.field_size_limit [unreadable]"
    ]


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch, refusals: Refusals) -> None:
    monkeypatch.setattr("jointpay.data.table.MOST_ROWS", 2)
    assert read({"a": [1, 2], "b": [1, 2]}).rows == 2
    assert refusals(lambda: read({"a": [1, 2, 3], "b": [1, 2, 3]})) == [
        "t: 3 rows; allowed: at most 2 [table_too_large]"
    ]


@pytest.mark.parametrize("rows", [65_535, 65_536, 1_048_576])
def test_a_table_as_long_as_a_spreadsheet_is_noted(rows: int) -> None:
    problems = TableProblems("t")
    read_table({"a": np.zeros(rows, np.int64)}, problems, needed={"a": ""})
    assert [str(note) for note in problems.notes] == [
        (
            f"t: the table has exactly {rows:,} rows, which is where spreadsheets cut; next: check that none is missing "
            "[sheet_limit]"
        )
    ]
    assert rows in SHEET_LIMITS or rows + 1 in SHEET_LIMITS


def test_a_table_of_another_length_is_not_noted() -> None:
    problems = TableProblems("t")
    read_table({"a": [1]}, problems, needed={"a": ""})
    assert problems.notes == []


@pytest.mark.parametrize("table", [{}, {"a": [], "b": []}, pd.DataFrame({"a": [], "b": []})])
def test_an_empty_table_is_refused(table: object) -> None:
    with pytest.raises(DataError, match=r"column 'a' is missing|the table has no rows"):
        read(table)


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(DataError, match="columns of unequal length: 'a' has 2, 'b' has 1"):
        read({"a": [1, 2], "b": [1]})


def test_repeated_columns_of_a_frame_are_refused() -> None:
    with pytest.raises(DataError, match="repeated column names: 'a' at positions 1, 2"):
        read(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_the_index_of_a_frame_is_never_data() -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=[7, 7])
    assert cells_of(read(frame), "a") == [1, 2]


def test_what_is_not_a_table_is_refused() -> None:
    with pytest.raises(DataError, match="a list is not a table"):
        read([1, 2])


def test_cells_that_no_table_may_hold_are_refused_by_row_and_column(refusals: Refusals) -> None:
    lines = refusals(lambda: read({"a": ["x", "y\0", "z" * (LONGEST_CELL + 1)], "b": ["\0", "1", "2"]}))
    assert lines == [
        "t: row 2, column 'b': '\\x00' holds a NUL character; allowed: text [nul]",
        "t: row 3, column 'a': 'y\\x00' holds a NUL character; allowed: text [nul]",
        (
            f"t: row 4, column 'a': {'z' * 60!r}... (100001 characters) is too long; allowed: at most 100,000 characters "
            "[cell_too_long]"
        ),
    ]
    assert cells_of(read({"a": ["z" * LONGEST_CELL], "b": [1]}), "a") == ["z" * LONGEST_CELL]


def test_dates_are_told_apart_by_value() -> None:
    table = read({"a": [date(2026, 1, 1), date(2026, 1, 1), None], "b": [1, 2, 3]})
    assert table.columns["a"].codes.tolist() == [0, 0, EMPTY]


def test_the_nearest_name_is_suggested_whatever_its_case() -> None:
    assert nearest("Designr", ["operator", "designer"]) == "; did you mean 'designer'?"
    assert nearest(" DESIGNER", ["operator", "Designer"]) == "; did you mean 'Designer'?"
    assert nearest("xyz", ["operator", "designer"]) == ""
    assert nearest("x" * 10_000, ["x" * 100]) == f"; did you mean {'x' * 100!r}?"


def test_a_source_is_what_the_caller_says_or_the_file_or_what_it_holds() -> None:
    assert source_of({}, None, "people") == "people"
    assert source_of("a/b/p.csv", None, "people") == "p.csv"
    assert source_of(Path("a/p.csv"), None, "people") == "p.csv"
    assert source_of("a/b/p.csv", "mine", "people") == "mine"


def test_problems_are_sorted_by_row_and_the_rest_is_counted() -> None:
    problems = TableProblems("t")
    assert not problems
    problems.stop()
    problems.refuse_rows("late", np.arange(1_200), lambda place: f"p{place}")
    problems.refuse("early", "e", row=1)
    problems.refuse_rows("later", np.arange(3), str)
    assert problems
    with pytest.raises(DataError, match="t: row 2: p0") as caught:
        problems.stop()
    findings = caught.value.findings
    assert [finding.place.row for finding in findings[:-1]] == list(range(2, 1_002))
    assert str(findings[-1]) == "t: 204 more problems are not listed; next: mend these and read again [more_problems]"


def test_an_early_row_found_late_is_told_first() -> None:
    problems = TableProblems("t")
    problems.refuse("late", "l", row=9, column="c", who="person 'p'")
    problems.refuse("whole", "w")
    problems.refuse("early", "e", row=1)
    assert [str(finding) for finding in problems.error().findings] == [
        "t: w [whole]",
        "t: row 1: e [early]",
        "t: row 9, column 'c', person 'p': l [late]",
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([3], "row 3"),
        ([7, 3], "rows 3 and 7"),
        ([5, 4, 3, 2, 1], "rows 1, 2, 3, 4 and 5"),
        ([6, 5, 4, 3, 2, 1], "rows 1, 2, 3, 4, 5 and 1 more"),
    ],
)
def test_row_numbers_are_written_in_order(rows: list[int], told: str) -> None:
    assert row_list(np.array(rows)) == told

"""Any dataframe in, the same kind out."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import narwhals
import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from jointpay import frames
from jointpay.errors import DataError, MissingExtraError
from jointpay.frames import (
    Column,
    Flags,
    Texts,
    Wholes,
    backend_of,
    cells_of,
    columns_of,
    eager,
    files,
    frame_of,
    is_frame,
    is_table,
    make_frame,
    scan_csv,
    tables,
)

COLUMNS = {"a": [1, 2], "b": ["x", None]}

FRAMES: dict[str, tuple[str, Callable[[], Any]]] = {
    "pandas": ("pandas", lambda: pd.DataFrame({"a": [1, 2], "b": ["x", pd.NA]}, index=["i", "i"])),
    "pandas of objects": ("pandas", lambda: pd.DataFrame({"a": [1, 2], "b": ["x", np.nan]}, dtype=object)),
    "pandas with arrow types": ("pandas", lambda: pd.DataFrame(COLUMNS).convert_dtypes(dtype_backend="pyarrow")),
    "polars": ("polars", lambda: pl.DataFrame(COLUMNS)),
    "polars lazy": ("polars", lambda: pl.LazyFrame(COLUMNS)),
    "pyarrow": ("pyarrow", lambda: pa.table(COLUMNS)),
    "duckdb": ("duckdb", lambda: duckdb.sql("select * from (values (1, 'x'), (2, null)) as rows(a, b)")),
    "narwhals": ("polars", lambda: nw.from_native(pl.DataFrame(COLUMNS))),
    "narwhals' newest interface": ("polars", lambda: narwhals.from_native(pl.DataFrame(COLUMNS))),
    "narwhals lazy": ("polars", lambda: nw.from_native(pl.LazyFrame(COLUMNS))),
}


@pytest.mark.parametrize(("backend", "make"), FRAMES.values(), ids=FRAMES)
def test_every_dataframe_comes_apart_alike(backend: str, make: Callable[[], Any]) -> None:
    frame = make()
    assert (is_frame(frame), is_table(frame), backend_of(frame)) == (True, True, backend)
    assert columns_of(frame, name="t") == COLUMNS


def test_a_mapping_is_a_table() -> None:
    mapping = {
        "a": (1, 2),
        "b": np.array([1.5, np.nan]),
        "c": np.array(["2024-01-01T00:00:00", "NaT"], dtype="datetime64[ns]"),
        "d": [pd.NaT, "x"],
        "e": np.array([7, 8], dtype=np.int32),
        "f": pd.Series(["x", None], dtype=object),
    }
    assert (is_frame(mapping), is_table(mapping), backend_of(mapping)) == (False, True, None)
    assert columns_of(mapping, name="t") == {
        "a": [1, 2],
        "b": [1.5, None],
        "c": [datetime(2024, 1, 1), None],  # noqa: DTZ001 - numpy's times have no zone
        "d": [None, "x"],
        "e": [7, 8],
        "f": ["x", None],
    }


@pytest.mark.parametrize("other", [5, "events.csv", Path("events.csv"), [1, 2], None, np.zeros((2, 2))])
def test_what_is_no_table(other: object) -> None:
    assert (is_frame(other), is_table(other), backend_of(other)) == (False, False, None)
    with pytest.raises(DataError, match=r"t: a \w+ is not a table; allowed: a path to \.csv or \.parquet, a dataframe"):
        columns_of(other, name="t")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (
            pd.DataFrame([[1, 2, 3]], columns=["a", "b", "a"]),
            "t: repeated column names: 'a' at positions 1, 3; allowed: each name once [column_repeated]",
        ),
        (
            pa.table([[1], [2]], names=["a", "a"]),
            "t: repeated column names: 'a' at positions 1, 2; allowed: each name once [column_repeated]",
        ),
        (
            pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "b"), ("a", "c")])),
            (
                "t: its column names have several levels (MultiIndex): [('a', 'b'), ('a', 'c')]; allowed: one name per column; "
                "next: frame.columns = ['_'.join(levels) for levels in frame.columns] [column_levels]"
            ),
        ),
        (
            pd.DataFrame([[1, 2]]),
            "t: column names [0, 1] are not text; allowed: text, such as 'item' [column_names]",
        ),
        ({1: [2]}, "t: column names [1] are not text; allowed: text, such as 'item' [column_names]"),
        (
            {"a": [1], "b": [1, 2]},
            "t: columns of unequal length: 'a' has 1, 'b' has 2; allowed: one cell per row in each [column_lengths]",
        ),
        (
            {"a": np.zeros((2, 2))},
            "t: column 'a': an array of 2 dimensions; allowed: 1 [column_shape]",
        ),
        (
            {"a": "xyz"},
            "t: column 'a': a str; allowed: a list, tuple or numpy array [column_shape]",
        ),
        (
            {"a": iter([1])},
            "t: column 'a': a list_iterator; allowed: a list, tuple or numpy array [column_shape]",
        ),
    ],
)
def test_tables_that_can_be_misread(table: object, told: str) -> None:
    """E074."""
    with pytest.raises(DataError, match=r".") as refused:
        columns_of(table, name="t")
    assert str(refused.value) == told


def test_a_narwhals_frame_is_looked_into() -> None:
    frame = nw.from_native(pa.table({"a": [1]}))
    assert columns_of(frame, name="t") == {"a": [1]}


@pytest.mark.parametrize(("backend", "make"), FRAMES.values(), ids=FRAMES)
def test_frames_go_out_in_the_kind_they_came(backend: str, make: Callable[[], Any]) -> None:
    columns: dict[str, Column] = {
        "points": Wholes(np.array([100, 97])),
        "amount": Wholes(np.array([7, -5]), np.array([True, False])),
        "item": Texts(("y", "x"), np.array([1, 0])),
    }
    made = make_frame(columns, backend=backend_of(make()))
    assert backend_of(made) == backend
    assert columns_of(made, name="t") == {"points": [100, 97], "amount": [None, -5], "item": ["x", "y"]}


def test_without_a_library_columns_are_lists() -> None:
    columns: dict[str, Column] = {
        "a": Wholes(np.array([1, 2])),
        "b": Texts(["x", None], np.array([0, 1])),
        "c": Flags(np.array([True, False])),
    }
    assert make_frame(columns, backend=None) == {"a": [1, 2], "b": ["x", None], "c": [True, False]}


NOTHING: dict[str, list[np.ndarray]] = {
    "no rows": [np.zeros(0, np.int64), np.zeros(0, bool)],
    "empty cells": [np.zeros(2, np.int64), np.ones(2, bool)],
}


@pytest.mark.parametrize(("codes", "empty"), NOTHING.values(), ids=NOTHING)
def test_types_are_the_same_where_no_cell_tells_them(codes: np.ndarray, empty: np.ndarray) -> None:
    columns: dict[str, Column] = {"item": Texts((None,), codes), "amount": Wholes(codes, empty), "bound": Flags(empty)}
    assert make_frame(columns, backend="polars").schema == {"item": pl.String, "amount": pl.Int64, "bound": pl.Boolean}
    assert make_frame(columns, backend="pyarrow").schema.types == [pa.string(), pa.int64(), pa.bool_()]
    frame = make_frame(columns, backend="pandas")
    assert frame.dtypes.map(str).tolist() == ["str", "Int64", "bool"]
    assert columns_of(frame, name="t") == {
        "item": [None] * codes.size,
        "amount": [None] * codes.size,
        "bound": empty.tolist(),
    }


def test_whole_numbers_with_gaps_stay_whole_in_pandas() -> None:
    gappy = Wholes(np.array([2**53 + 1, 0]), np.array([False, True]))
    frame = make_frame({"a": gappy, "b": Wholes(np.array([1, 2]))}, backend="pandas")
    assert (str(frame["a"].dtype), int(frame["a"][0])) == ("Int64", 2**53 + 1)
    assert str(frame["b"].dtype) == "int64"


def test_a_library_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "find_spec", lambda _: None)
    with pytest.raises(
        MissingExtraError, match=r"a polars frame needs polars, which .*pip install 'jointpay\[polars\]'"
    ):
        make_frame({"a": Wholes(np.array([1]))}, backend="polars")
    monkeypatch.setattr(files, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"reading x\.csv needs polars or duckdb or pyarrow or pandas, which"):
        scan_csv(Path("x.csv"), ["a"])


def test_a_lazy_frame_that_fails() -> None:
    broken = pl.LazyFrame({"a": ["x"]}).select(pl.col("a").cast(pl.Int64, strict=True))
    with pytest.raises(DataError, match=r"^t: cannot be read: conversion from `str` to `i64` failed.* \[unreadable\]$"):
        columns_of(broken, name="t")


def test_an_error_without_words_is_told_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(nw, "scan_parquet", fail)
    with pytest.raises(DataError, match=r"^x\.parquet: cannot be read as Parquet: OSError; next"):
        frames.scan_parquet(tmp_path / "x.parquet")


def test_an_eager_frame_stays_as_it_is() -> None:
    frame = frame_of(pl.DataFrame({"a": [1]}), name="t")
    assert eager(frame, name="t") is frame


def test_cells_keep_their_types() -> None:
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    cells = ["x", 1, True, 1.5, moment, None]
    assert cells_of(cells) == cells
    assert [type(cell) for cell in cells_of(np.array([True]))] == [bool]

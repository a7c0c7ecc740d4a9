"""Columns coded by their library are those coded cell by cell."""

from collections.abc import Callable
from datetime import date
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jointpay.data import typed_columns
from jointpay.data.events import paths as event_paths
from jointpay.data.ordering import packed, sorting
from jointpay.data.table import EMPTY, Column, read_table
from jointpay.data.table_problems import TableProblems
from jointpay.data.typed_columns import coded_by_library, coded_labels, whole_numbers

MAKERS: tuple[Callable[[dict[str, Any]], object], ...] = (
    pl.DataFrame,
    pa.table,
    pd.DataFrame,
    lambda columns: pd.DataFrame(columns, dtype=object),
    lambda columns: pl.DataFrame(columns).to_pandas(use_pyarrow_extension_array=True),
    lambda columns: pa.table(pl.concat([pl.DataFrame(columns)] * 2))[: len(columns["a"])],
)
CELLS = st.one_of(
    st.lists(st.sampled_from(["", "b", "a", "王", None]), min_size=1, max_size=8),
    st.lists(st.sampled_from([3, -7, 2**40, 2**62, 0, None]), min_size=1, max_size=8),
    st.lists(st.sampled_from([date(2026, 1, 5), date(1, 1, 1), date(9999, 12, 31), None]), min_size=1, max_size=8),
    st.lists(st.integers(-3, 5), min_size=1, max_size=8),
)


def column(table: object) -> Column:
    return read_table(table, TableProblems("t"), needed={"a": ""}).columns["a"]


@pytest.mark.parametrize("make", MAKERS)
@given(CELLS)
@example(["", "b", None, "b", "a", ""])
@example([None, None])
def test_a_column_of_any_library_is_coded_as_its_cells_are(
    make: Callable[[dict[str, Any]], object], cells: Any
) -> None:
    if make is pd.DataFrame and None in cells and not {type(cell) for cell in cells} & {str, date}:
        return  # pandas makes floats of whole numbers beside a missing one; floats are refused, whatever they hold
    found, expected = column(make({"a": cells})), column({"a": cells})
    assert found.codes.tolist() == expected.codes.tolist()
    assert found.distinct == expected.distinct
    assert [type(cell) for cell in found.distinct] == [type(cell) for cell in expected.distinct]
    assert not found.codes.flags.writeable


def test_times_of_pandas_keep_their_kind() -> None:
    days = pd.to_datetime(["2026-01-05", None, "2026-01-05"])
    assert column(pd.DataFrame({"a": days})).codes.tolist() == [0, EMPTY, 0]


def test_numbers_are_coded_only_where_that_is_asked_for() -> None:
    numbers = np.array([5, 3, 5], np.int32)
    found = column({"a": numbers})
    assert found.numbers is not None
    assert (found.numbers.tolist(), found.numbers.dtype) == ([5, 3, 5], np.dtype(np.int64))
    assert (found.codes.tolist(), found.distinct) == ([1, 0, 1], (3, 5))
    assert found.codes is found.codes


def test_numbers_of_a_frame_that_can_change_are_copied() -> None:
    frame = pd.DataFrame({"a": np.array([1, 2])})
    found = whole_numbers(nw.from_native(frame)["a"])
    frame.loc[0, "a"] = 7
    assert found is not None
    assert found.tolist() == [1, 2]


def test_what_no_library_codes_is_left_to_the_cells() -> None:
    assert whole_numbers(np.array([1.5])) is None
    assert whole_numbers(np.array([1], np.uint64)) is None
    assert whole_numbers([1]) is None
    assert whole_numbers(nw.from_native(pl.Series([1, None]), series_only=True)) is None
    assert whole_numbers(nw.from_native(pl.Series([1], dtype=pl.UInt64), series_only=True)) is None
    assert coded_by_library(["x"]) is None
    assert coded_by_library(nw.from_native(pl.Series([1.5]), series_only=True)) is None


def test_text_that_is_empty_throughout_is_coded_as_no_cell_at_all() -> None:
    found = coded_by_library(nw.from_native(pl.Series([None, None], dtype=pl.String), series_only=True))
    assert found is not None
    assert (found[0].tolist(), found[1]) == ([-1, -1], [])


def test_a_library_that_is_not_known_to_code_is_left_to_the_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    series = nw.from_native(pl.Series(["x"]), series_only=True)
    monkeypatch.setattr(type(series), "implementation", nw.Implementation.MODIN)
    assert coded_by_library(series) is None


@pytest.mark.parametrize("cells", [["b", "", "a", "b"], [9, None, -1, 9], [date(2026, 2, 1), None, date(2026, 1, 1)]])
def test_cells_of_one_kind_rise_and_mixed_ones_stand_as_first_seen(cells: list[Any]) -> None:
    found = column({"a": cells})
    assert list(found.distinct) == sorted({cell for cell in cells if cell not in ("", None)})
    assert [found.distinct[code] if code != EMPTY else None for code in found.codes.tolist()] == [
        cell or None for cell in cells
    ]
    assert column({"a": ["b", 1, "a"]}).distinct == ("b", 1, "a")


_WIDE = st.one_of(st.integers(-2, 2), st.sampled_from([-(2**61), 2**61]))


@given(st.lists(st.tuples(_WIDE, _WIDE, _WIDE), max_size=7))
def test_rows_are_sorted_as_tuples_are_and_ties_stay(rows: list[tuple[int, int, int]]) -> None:
    columns = [np.array([row[place] for row in rows], np.int64) for place in range(3)]
    assert sorting(columns).tolist() == sorted(range(len(rows)), key=lambda place: rows[place])


@given(st.lists(st.tuples(st.integers(3, 6), st.integers(-1, 0)), max_size=10, unique=True))
def test_rows_that_fill_the_table_of_all_keys_are_read_off_it(rows: list[tuple[int, int]]) -> None:
    for given_rows in (rows, rows + rows[:1]):  # where a row stands twice, they are sorted
        columns = [np.array([row[place] for row in given_rows], np.int64) for place in range(2)]
        found = sorting(columns)
        assert found.tolist() == sorted(range(len(given_rows)), key=given_rows.__getitem__)
        assert found.dtype == np.intp


def test_rows_too_wide_for_one_number_are_sorted_all_the_same() -> None:
    random = np.random.default_rng(5)
    columns = [random.permutation(4096) << 40 for _ in range(6)]
    assert packed(columns) is None
    assert sorting(columns).tolist() == np.lexsort(columns[::-1]).tolist()


def test_open_ends_are_drawn_in_before_ranks_are_taken() -> None:
    far = 2**60
    columns = [np.array([-far, 3, 9, 9]), np.array([far, far, 5, 7]), np.array([-far, -far, -far, far])]
    found = packed(columns)
    assert found is not None
    # 2, 3 and 4; 8, 6 and 7; and one of two: 2 + 2 + 1 bits.
    assert (found[0].tolist(), found[1]) == ([0b00100, 0b01100, 0b10000, 0b10011], 5)
    # Two numbers far from one another within a column: only ranks fit.
    ranked = packed([np.array([0, far, far + far // 2, 2]), np.array([0, 5, far - 5, far])])
    assert ranked is not None
    assert (ranked[0].tolist(), ranked[1]) == ([0b0000, 0b1001, 0b1110, 0b0111], 4)


def test_packed_rows_sort_as_rows_do() -> None:
    found = packed([np.array([-5, 2, 2]), np.array([9, 0, -1], np.int32)])
    assert found is not None
    assert np.argsort(found[0]).tolist() == [0, 2, 1]
    assert packed([np.array([], np.int64)]) is not None


def test_thousands_of_texts_are_coded_as_their_cells_are() -> None:
    numbers = np.random.default_rng(5).integers(0, 3_000, 20_000)
    cells: list[str | None] = [f"item {number}" if number % 50 else None for number in numbers.tolist()]
    found, expected = column(pl.DataFrame({"a": cells})), column({"a": cells})
    assert found.codes.tolist() == expected.codes.tolist()
    assert found.distinct == expected.distinct


class Alike(pl.Series):
    """Texts that all have one of two hashes, whatever the seed."""

    def hash(self, *_: object, **__: object) -> pl.Series:
        return pl.Series([len(text or "") % 2 << 63 for text in self], dtype=pl.UInt64)

    def gather(self, rows: Any) -> "Alike":  # type: ignore[override]
        return Alike("a", super().gather(rows))


def test_texts_of_one_hash_are_told_apart() -> None:
    cells = ["aa", "bb", "a", None, "aa", "b", "cccc", "bb", "b", "", None]
    firsts = typed_columns._first_rows(Alike("a", cells))
    assert firsts.tolist() == [cells.index(cell) for cell in cells]


def test_a_category_is_coded_by_its_text() -> None:
    cells = ["b", None, "a", "", "b"]
    found = column(pl.DataFrame({"a": pl.Series(cells, dtype=pl.Categorical)}))
    assert (found.codes.tolist(), found.distinct) == ([1, -1, 0, -1, 1], ("a", "b"))


@pytest.mark.parametrize("make", MAKERS)
@given(st.lists(st.sampled_from(["", "b", "a", "王", None]), min_size=1, max_size=8))
def test_labels_of_any_library_are_coded_and_an_empty_cell_is_an_empty_text(
    make: Callable[[dict[str, Any]], object], cells: list[str | None]
) -> None:
    if set(cells) == {None}:
        return  # a column without any text has no type
    table: Any = make({"a": cells})
    series = nw.from_native(table, eager_only=True)["a"]
    codes, written = coded_labels(series)
    assert [written[code] for code in codes.tolist()] == [cell or "" for cell in cells]
    assert len(set(written)) == len(written) == len({cell or "" for cell in cells})


def test_no_labels_are_coded_as_none() -> None:
    for native in (pl.Series([], dtype=pl.String), pa.chunked_array([], pa.string()), pd.Series([], dtype=object)):
        codes, written = coded_labels(nw.from_native(native, series_only=True))
        assert (codes.tolist(), written) == ([], [])


@pytest.mark.parametrize("cells", [["b", None, "a", "", "b"], ["a"], []])
def test_labels_of_a_library_that_does_not_code_are_looked_up(
    cells: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typed_columns, "coded_by_library", lambda _: None)
    codes, written = coded_labels(nw.from_native(pl.Series(cells, dtype=pl.String), series_only=True))
    assert [written[code] for code in codes.tolist()] == [cell or "" for cell in cells]


def test_visitors_of_a_library_that_does_not_code_are_numbered(monkeypatch: pytest.MonkeyPatch) -> None:
    series = nw.from_native(pl.Series(["b", "", "a", "b", None]), series_only=True)
    found = event_paths._codes(series).tolist()
    monkeypatch.setattr(event_paths, "numbered_by_library", lambda _: None)
    looked_up = event_paths._codes(series).tolist()
    for codes in (found, looked_up):
        assert codes[1] == codes[4] == -1
        assert codes[0] == codes[3] != codes[2]
        assert sorted({*codes}) == [-1, 0, 1]

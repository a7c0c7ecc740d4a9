"""Columns of tables that are made: distinct texts with codes, whole numbers with gaps, flags; never a cell at a time.

In every library the type of a column depends on what it is, and not on which cells happen to be empty: text is text,
and a whole number has 64 bits (in pandas, which has no gaps in those, `Int64` where a cell is empty).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

__all__ = ["Column", "Flags", "Texts", "Wholes", "as_cells", "in_pandas", "in_polars", "in_pyarrow"]

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """A column of text: row k has `texts[codes[k]]`, where None is an empty cell. Shapes: codes (n,)."""

    texts: Sequence[str | None]
    """Need not be distinct, and not all of them need to occur."""
    codes: NDArray[np.integer]
    decimals: bool = False
    """Whether every text is a decimal number, or None."""

    def __len__(self) -> int:
        """Count the rows."""
        return self.codes.size


@dataclass(frozen=True, slots=True, eq=False)
class Wholes:
    """A column of whole numbers, empty where the mask says so; no mask: nowhere. Shapes: (n,)."""

    numbers: NDArray[np.int64]
    empty: Mask | None = None

    def __len__(self) -> int:
        """Count the rows."""
        return self.numbers.size


@dataclass(frozen=True, slots=True, eq=False)
class Flags:
    """A column of yes and no. Shapes: (n,)."""

    flags: Mask

    def __len__(self) -> int:
        """Count the rows."""
        return self.flags.size


Column = Texts | Wholes | Flags


def as_cells(column: Column) -> list[Any]:
    """Give the cells one by one, as Python's; an empty one is None."""
    match column:
        case Texts(texts=texts, codes=codes):
            # One more than there are, so that numpy takes no single text for a sequence of letters.
            return list(np.array([*texts, None], dtype=object)[codes].tolist())
        case Wholes(numbers=numbers, empty=None):
            return list(numbers.tolist())
        case Wholes(numbers=numbers, empty=empty):
            found = numbers.astype(object)
            found[empty] = None
            return list(found.tolist())
        case Flags(flags=flags):
            return list(flags.tolist())
        case _:
            assert_never(column)


def in_polars(column: Column) -> Any:  # noqa: ANN401 - a series of polars
    """Give the column as a series of polars."""
    polars = import_module("polars")
    match column:
        case Texts(texts=texts, codes=codes):
            return polars.Series(texts, dtype=polars.String).gather(codes)
        case Wholes(numbers=numbers, empty=None):
            return polars.Series(numbers, dtype=polars.Int64)
        case Wholes(numbers=numbers, empty=empty):
            return polars.Series(numbers, dtype=polars.Int64).set(polars.Series(empty), None)
        case Flags(flags=flags):
            return polars.Series(flags)
        case _:
            assert_never(column)


def in_pyarrow(column: Column) -> Any:  # noqa: ANN401 - an array of pyarrow
    """Give the column as an array of pyarrow."""
    arrow = import_module("pyarrow")
    match column:
        case Texts(texts=texts, codes=codes):
            return arrow.array(texts, type=arrow.string()).take(arrow.array(codes))
        case Wholes(numbers=numbers, empty=empty):
            return arrow.array(numbers, mask=empty)
        case Flags(flags=flags):
            return arrow.array(flags)
        case _:
            assert_never(column)


def in_pandas(column: Column) -> Any:  # noqa: ANN401 - an array of pandas or numpy
    """Give the column as an array that pandas takes as it is; text has the type that pandas gives to text."""
    pandas = import_module("pandas")
    match column:
        case Texts(texts=texts, codes=codes):
            # A text that need not occur tells pandas that the rest is text, too.
            return pandas.Series(["", *texts]).array.take(codes + 1)
        case Wholes(numbers=numbers, empty=None):
            return numbers
        case Wholes(numbers=numbers, empty=empty):
            return pandas.arrays.IntegerArray(numbers, empty)
        case Flags(flags=flags):
            return flags
        case _:
            assert_never(column)

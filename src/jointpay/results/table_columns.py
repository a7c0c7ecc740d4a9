"""Columns of results: numbers written as text once for each that occurs, and blocks of rows put under one another."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.digits import written
from jointpay.engine.order import occurring
from jointpay.frames import Column, Flags, Texts, Wholes
from jointpay.results.scorecard import MISSING_REASONS

__all__ = ["Columns", "counted", "decimals", "listed", "named", "repeated", "stacked", "states_told", "texts", "wholes"]

Columns = dict[str, Column]
Mask = NDArray[np.bool_]
MOST = 2**63


def texts(
    numbers: NDArray[np.integer], write: Callable[[NDArray[np.int64]], Iterable[str]], empty: Mask | None = None
) -> Texts:
    """Write every number as text, each one that occurs once; cells that are `empty` have none. Shapes: (n,)."""
    if not numbers.size:
        return Texts((), np.empty(0, dtype=np.int64))
    found, codes = occurring(numbers)
    cells: list[str | None] = [*write(found)]
    if empty is not None:
        codes = np.where(empty, len(cells), codes)
        cells.append(None)
    return Texts(cells, codes)


def decimals(numbers: NDArray[np.int64], places: int, empty: Mask | None = None) -> Texts:
    """Write whole numbers of last places as decimals. Shapes: (n,)."""
    made = texts(numbers, lambda found: written(found, places=places).split(","), empty)
    return Texts(made.texts, made.codes, decimals=True)


def counted(numbers: Sequence[int]) -> Wholes:
    """Take whole numbers as they are listed; where one passes 64 bits, all stay Python's."""
    fits = all(abs(number) < MOST for number in numbers)
    return Wholes(np.array(numbers, dtype=np.int64 if fits else object))


def listed(cells: Sequence[str]) -> Texts:
    """Take texts as they are listed."""
    return Texts(cells, np.arange(len(cells)))


def named(codes: NDArray[np.integer], names: Sequence[str]) -> Texts:
    """Write the name of every code. Shapes: (n,)."""
    return Texts(names, codes)


def states_told(states: NDArray[np.int8]) -> Texts:
    """Write why something is missing. Shapes: (n,)."""
    return Texts(MISSING_REASONS, states)


def repeated(text: str | None, count: int) -> Texts:
    """Give every row the same text, or none."""
    return Texts((text,), np.zeros(count, dtype=np.int8), decimals=text is None)


def wholes(number: int | None, count: int) -> Wholes:
    """Give every row the same whole number, or none."""
    empty = np.ones(count, dtype=np.bool_) if number is None else None
    return Wholes(np.full(count, number or 0, dtype=np.int64), empty)


def stacked(blocks: Iterable[Columns], names: str) -> Columns:
    """Put blocks of rows under one another; `names` gives the columns where there is no block at all.

    A column without any block is text; columns of the same name are of one kind in all blocks.
    """
    gathered: dict[str, list[Any]] = {name: [] for name in names.split()}
    for block in blocks:
        for name, parts in gathered.items():
            parts.append(block[name])
    return {name: _joined(parts) for name, parts in gathered.items()}


def _joined(parts: list[Any]) -> Column:
    if not parts:
        return Texts((), np.empty(0, dtype=np.int64))
    match parts[0]:
        case Texts():
            return _joined_texts(parts)
        case Wholes():
            return _joined_wholes(parts)
        case _:
            return Flags(np.concatenate([part.flags for part in parts]))


def _joined_texts(parts: list[Texts]) -> Texts:
    """Join columns of text; texts that are one and the same list are kept once."""
    offsets: dict[int, int] = {}
    together: list[str | None] = []
    codes = []
    for part in parts:
        if id(part.texts) not in offsets:
            offsets[id(part.texts)] = len(together)
            together += part.texts
        codes.append(part.codes.astype(np.int64) + offsets[id(part.texts)])
    return Texts(together, np.concatenate(codes), decimals=all(part.decimals for part in parts))


def _joined_wholes(parts: list[Wholes]) -> Wholes:
    """Join columns of whole numbers; there is a mask where a cell is empty."""
    numbers = np.concatenate([part.numbers for part in parts])
    if all(part.empty is None or not part.empty.any() for part in parts):
        return Wholes(numbers)
    empty = [np.zeros(len(part), dtype=np.bool_) if part.empty is None else part.empty for part in parts]
    return Wholes(numbers, np.concatenate(empty))

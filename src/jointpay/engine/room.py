"""Scratch memory: buffers that stay in the cache, made once per thread and used for every block again.

Memory touched for the first time costs as much as what is computed into it, so nothing is given back between blocks;
and numpy is up to twice as fast on arrays that begin at a multiple of 64 bytes.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointpay.engine.pages import LARGE, piece

__all__ = ["HANDFUL", "Block", "Room", "filled", "plane", "planes", "read_off"]

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

ALIGNMENT = 64
HANDFUL = 16
"""Buffers that are made at a time: one large piece of memory takes fewer page faults than many small ones."""
PAIR = 2
"""Buffers that are made at a time for a single call, which needs few."""


def planes(count: int, size: int, kind: type[np.int64 | np.int8] = np.int64) -> list[NDArray[Any]]:
    """Make `count` aligned arrays of `size` numbers in one piece of memory; their content is arbitrary.

    The piece is given back when the last array in it is freed (see `jointpay.engine.pages`); what is never written to
    takes no memory.
    """
    width = np.dtype(kind).itemsize
    stride = max(-(-size * width // ALIGNMENT) * ALIGNMENT, ALIGNMENT)
    memory = piece(count * stride + ALIGNMENT)
    start = -memory.ctypes.data % ALIGNMENT
    whole = memory[start : start + count * stride].view(kind)
    return list(whole.reshape(count, stride // width)[:, :size])


def plane(size: int) -> Whole:
    """Make one array of `size` whole numbers; its content is arbitrary."""
    return planes(1, size)[0] if size * 8 >= LARGE else np.empty(size, dtype=np.int64)


def filled(size: int, number: int) -> Whole:
    """Make an array that holds the same number everywhere. Shapes: (size,)."""
    made = plane(size)
    made.fill(number)
    return made


def read_off(table: Whole, places: NDArray[np.integer]) -> Whole:
    """Give table[places], every one of which is a place of the table. Shapes: (n,)."""
    # To clip places is faster than to refuse them, and to be given no array is faster where it would be a small one.
    out = plane(places.size) if places.size * 8 >= LARGE else None
    return table.take(places, out=out, mode="clip")


class Room:
    """Buffers of one length; whoever takes one for a moment puts `used` back to what it was."""

    def __init__(self, size: int = 0, *, at_a_time: int = PAIR) -> None:
        self._at_a_time = at_a_time
        self.size, self.used = size, 0
        self._longest = size
        self._buffers: list[Whole] = []
        self._pairs: list[tuple[Whole, Floats]] = []

    def fit(self, size: int) -> None:
        """Make every buffer `size` long, and free."""
        if size > self._longest:
            self._longest, self._buffers, self._pairs = size, [], []
        if size != self.size:
            self._pairs = []
        self.size, self.used = size, 0

    def _take(self) -> tuple[Whole, Floats]:
        if self.used == len(self._pairs):
            if self.used == len(self._buffers):
                self._buffers += planes(self._at_a_time, self._longest)
            self._pairs.append(_cut(self._buffers[self.used], self.size))
        self.used += 1
        return self._pairs[self.used - 1]

    def whole(self) -> Whole:
        """Take a buffer of whole numbers; its content is arbitrary."""
        return self._take()[0]

    def floats(self) -> Floats:
        """Take a buffer of floats; its content is arbitrary."""
        return self._take()[1]


def _cut(buffer: Whole, size: int) -> tuple[Whole, Floats]:
    """Give the first numbers of a buffer, as whole numbers and as floats in the same memory."""
    return buffer[:size], buffer[:size].view(np.float64)


class Block:
    """Some rows of long columns, with what has been found out about them: each thing once, whoever asks."""

    def __init__(self, rows: slice, room: Room) -> None:
        room.fit(rows.stop - rows.start)
        self.rows, self.room = rows, room
        self._images: dict[int, Floats] = {}
        self._below: dict[tuple[int, int], Rows] = {}

    def image(self, column: Whole) -> Floats:
        """Give the column's rows as floats, exact below 2**53. The caller keeps the column alive.

        Taken before any buffer that is given back, so that it lasts as long as the block.
        """
        found = self._images.get(id(column))
        if found is None:
            found = self._images[id(column)] = self.room.floats()
            np.copyto(found, column[self.rows])
        return found

    def below(self, column: Whole, least: int) -> Rows:
        """Give the rows of the block in which a column is below a number, rising."""
        found = self._below.get((id(column), least))
        if found is None:
            found = self._below[id(column), least] = np.flatnonzero(column[self.rows] < least)
        return found

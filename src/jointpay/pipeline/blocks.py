"""Blocks: long arrays are worked through in pieces that stay in the cache, on two threads where that helps."""

from collections.abc import Callable, Sequence
from os import cpu_count
from threading import local

import numpy as np

from jointpay.engine.room import HANDFUL, Block, Room

__all__ = ["BLOCK_ROWS", "in_blocks"]

BLOCK_ROWS = 32_768
MOST_THREADS = min(2, cpu_count() or 1)
THREADED_BLOCKS = 8
"""Fewer blocks gain nothing from a second thread."""

Work = Callable[[Block], None]


class _Kept(local):
    """Each thread's room, kept from call to call: memory touched for the first time is what small inputs wait for."""

    def __init__(self) -> None:
        self.room = Room(at_a_time=HANDFUL)


_KEPT = _Kept()


def in_blocks(works: Sequence[tuple[int, Work]], *, threads: int | None) -> None:
    """Call each work with every block of its rows 0..size in turn, or side by side where there are many.

    Every block writes to its own rows, so the result is the same for any number of threads. None picks two threads
    where there are many blocks and two processors. Numbers of rows whose result nobody reads may divide by zero.
    """
    pieces = [
        (work, slice(start, min(start + BLOCK_ROWS, size)))
        for size, work in works
        for start in range(0, size, BLOCK_ROWS)
    ]
    # One iterator for all threads: each takes the next piece that nobody has.
    waiting = iter(pieces)

    def drain() -> None:
        room = _KEPT.room
        with np.errstate(divide="ignore", invalid="ignore"):
            for work, rows in waiting:
                work(Block(rows, room))

    chosen = MOST_THREADS if threads is None else threads
    if chosen > 1 and len(pieces) >= THREADED_BLOCKS:
        # It brings logging with it, and small inputs need no thread.
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

        with ThreadPoolExecutor(chosen - 1) as pool:
            others = [pool.submit(drain) for _ in range(chosen - 1)]
            drain()
            for other in others:
                other.result()
    else:
        drain()

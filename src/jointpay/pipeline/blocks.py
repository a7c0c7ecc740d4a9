"""Blocks: long arrays are worked through in pieces that stay in the cache, on two threads where that helps."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

__all__ = ["BLOCK_ROWS", "in_blocks"]

BLOCK_ROWS = 65_536
MOST_THREADS = 2


def in_blocks(size: int, work: Callable[[slice], None], *, threads: int | None) -> None:
    """Call `work` with every slice of 0..size in turn, or side by side where there are many.

    Every block writes to its own rows, so the result is the same for any number of threads. None picks two threads for
    four blocks and more, where there are two processors; fewer blocks gain nothing from a second thread.
    """
    blocks = [slice(start, min(start + BLOCK_ROWS, size)) for start in range(0, size, BLOCK_ROWS)]
    chosen = min(MOST_THREADS, cpu_count() or 1) if threads is None else threads
    if chosen > 1 and len(blocks) >= 2 * MOST_THREADS:
        with ThreadPoolExecutor(chosen) as pool:
            list(pool.map(work, blocks))
    else:
        for block in blocks:
            work(block)

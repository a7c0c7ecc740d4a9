"""Large pieces of memory that are used again: their pages stay where they are until the system wants them.

To touch a page for the first time costs as much as to compute what is written to it. So a piece that nobody holds any
more is not unmapped: the system is told that it may take its pages whenever memory is short (MADV_FREE), and until it
does, the next call that asks for as much writes to pages that are there. Where the system has no such word, the memory
is numpy's.
"""

import mmap
import os
import weakref
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock

import numpy as np
from numpy.typing import NDArray

__all__ = ["LARGE", "Pages", "kept_bytes", "piece", "release"]

Bytes = NDArray[np.uint8]

LARGE = 1 << 22
"""Bytes from which a piece is kept, and from which the system is asked for huge pages. What is smaller comes from
numpy's allocator, which keeps it by itself; telling the system of it would cost more than its pages."""
ROUNDED = 1 << 16
"""A piece is a multiple of so many bytes."""
FITS = 8
"""A piece takes the place of one that is smaller by up to this part, so that a month with a few people more or less
finds the memory of the month before."""


class Pages:
    """Pieces of memory, and those that nobody holds any more.

    Held and kept pieces are together never larger than the held ones were at some time: a new piece is mapped in the
    place of kept ones that are together as large, or of all.
    """

    def __init__(self) -> None:
        self._keeps = hasattr(mmap, "MADV_FREE")
        self._free: int = getattr(mmap, "MADV_FREE", 0)
        self._huge: int = getattr(mmap, "MADV_HUGEPAGE", 0)
        self._kept: list[mmap.mmap] = []
        # Arrays are freed at any moment, in any thread, and in the middle of what is done here too: what comes back
        # waits in a queue that may be put into from anywhere.
        self._returned: SimpleQueue[mmap.mmap] = SimpleQueue()
        self._lock = Lock()

    def piece(self, size: int) -> Bytes:
        """Give `size` bytes; their content is arbitrary. They come back by themselves when no array is left in them.

        Raises MemoryError where there is not as much.
        """
        memory = self._take(-(-size // ROUNDED) * ROUNDED) if self._keeps and size >= LARGE else None
        if memory is None:
            return np.empty(size, dtype=np.uint8)
        array = np.frombuffer(memory, dtype=np.uint8, count=size)
        weakref.finalize(array, self._give_back, memory).atexit = False
        return array

    def kept_bytes(self) -> int:
        """Count the bytes that nobody holds and that the system may take."""
        with self._lock:
            self._settle()
            return sum(map(len, self._kept))

    def release(self) -> None:
        """Unmap what nobody holds, instead of waiting until the system wants its pages."""
        with self._lock:
            self._settle()
            self._kept.clear()

    def renew_lock(self) -> None:
        """Take a lock that nobody holds: a child process has none of the threads that may have held its parent's."""
        self._lock = Lock()

    def _take(self, length: int) -> mmap.mmap | None:
        with self._lock:
            self._settle()
            fitting = [memory for memory in self._kept if length <= len(memory) <= length + length // FITS]
            if fitting:
                best = min(fitting, key=len)
                self._kept.remove(best)
                return best
            gone = 0
            while self._kept and gone < length:
                gone += len(self._kept.pop(0))
        return self._mapped(length)

    def _settle(self) -> None:
        """Take in what came back, in its order."""
        while not self._returned.empty():
            self._kept.append(self._returned.get())

    def _mapped(self, length: int) -> mmap.mmap | None:
        """Map memory; None where the system has none, or does not know the word."""
        try:
            memory = mmap.mmap(-1, length, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            memory.madvise(self._free)
        except OSError:
            self.release()
            return None
        with suppress(OSError):  # a system that was built without huge pages; 0 stands for no advice
            memory.madvise(self._huge)
        return memory

    def _give_back(self, memory: mmap.mmap) -> None:
        memory.madvise(self._free)
        self._returned.put(memory)


_PAGES = Pages()
with suppress(AttributeError):  # Windows does not fork
    os.register_at_fork(after_in_child=_PAGES.renew_lock)
piece, kept_bytes, release = _PAGES.piece, _PAGES.kept_bytes, _PAGES.release

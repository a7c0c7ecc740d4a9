import mmap
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointpay.engine.pages import LARGE, Bytes, Pages, kept_bytes, piece, release
from jointpay.engine.room import plane, planes

keeps = pytest.mark.skipif(not hasattr(mmap, "MADV_FREE"), reason="this system cannot take pages in its own time")


def address(array: np.ndarray[Any, Any]) -> int:
    return array.ctypes.data


@pytest.mark.parametrize("size", [0, 1, LARGE - 1, LARGE, LARGE + 1, 3 * LARGE])
def test_a_piece_can_be_written_from_end_to_end(size: int) -> None:
    pages = Pages()
    for value in (7, 9):  # the second time where the first was
        held = pages.piece(size)
        held.fill(value)
        assert (held.size, held.dtype, int((held == value).sum())) == (size, np.dtype(np.uint8), size)
        del held


@keeps
def test_what_nobody_holds_is_used_again() -> None:
    pages = Pages()
    first = pages.piece(LARGE)
    place = address(first)
    second = pages.piece(LARGE)
    assert address(second) != place
    del first
    assert pages.kept_bytes() == LARGE
    assert address(pages.piece(LARGE)) == place


@keeps
def test_a_piece_is_held_by_whatever_reads_it() -> None:
    pages = Pages()
    whole = pages.piece(LARGE)
    column = whole[64:].view(np.int64)[:5]
    seen = column.data
    del whole, column
    assert pages.kept_bytes() == 0
    seen.release()
    del seen
    assert pages.kept_bytes() == LARGE


@keeps
@pytest.mark.parametrize(
    ("asked", "kept"), [(LARGE, LARGE), (LARGE * 9 // 8, LARGE * 9 // 8), (LARGE * 9 // 8 + 65_536, LARGE)]
)
def test_a_piece_takes_the_place_of_one_that_is_a_little_smaller(asked: int, kept: int) -> None:
    pages = Pages()
    held = pages.piece(asked)
    del held
    held = pages.piece(LARGE)
    assert pages.kept_bytes() == 0
    assert held.size == LARGE
    del held
    assert pages.kept_bytes() == kept


@keeps
def test_the_smallest_that_fits_is_taken() -> None:
    pages = Pages()
    large, fitting = pages.piece(LARGE * 9 // 8), pages.piece(LARGE)
    place = address(fitting)
    del large, fitting
    assert address(pages.piece(LARGE)) == place


@keeps
def test_new_memory_takes_the_place_of_the_oldest_as_large() -> None:
    pages = Pages()
    first, second, third = pages.piece(LARGE), pages.piece(LARGE), pages.piece(LARGE)
    place = address(third)
    del first
    del second
    del third
    assert pages.kept_bytes() == 3 * LARGE
    held = pages.piece(2 * LARGE)
    assert pages.kept_bytes() == LARGE
    assert address(pages.piece(LARGE)) == place
    assert held.size == 2 * LARGE


@keeps
def test_memory_is_given_back_when_asked() -> None:
    pages = Pages()
    held = pages.piece(LARGE)
    del held
    pages.release()
    assert pages.kept_bytes() == 0


@keeps
@given(st.lists(st.tuples(st.booleans(), st.integers(LARGE, 12 * LARGE)), max_size=40))
def test_no_more_is_mapped_than_was_held_at_some_time(steps: list[tuple[bool, int]]) -> None:
    pages = Pages()
    held: list[Bytes] = []
    most = 0
    for takes, size in steps:
        if takes or not held:
            held.append(pages.piece(size))
        else:
            del held[size % len(held)]
        # How much a piece takes is told by what is kept of it: a multiple of 65,536 bytes, up to an eighth more.
        taken = sum(-(-array.size // 65_536) * 65_536 for array in held)
        most = max(most, taken + taken // 8)
        assert taken + pages.kept_bytes() <= most


@keeps
def test_threads_never_share_a_piece() -> None:
    pages = Pages()

    def work(own: int) -> bool:
        told = []
        for _ in range(200):
            held = pages.piece(LARGE)
            held[::65_536] = own
            told.append(bool((held[::65_536] == own).all()))
            del held
        return all(told)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(work, range(1, 5)))


@keeps
def test_a_piece_may_come_back_in_the_middle_of_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    # The collector of cycles may free arrays at any line, also while the lock is held.
    pages = Pages()
    left = [pages.piece(LARGE)]
    settle = pages._settle

    def freed_inside() -> None:
        left.clear()
        settle()

    monkeypatch.setattr(pages, "_settle", freed_inside)
    thread = threading.Thread(target=pages.release, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


def test_a_system_without_the_word_gives_numpys_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(mmap, "MADV_FREE", raising=False)
    pages = Pages()
    held = pages.piece(LARGE)
    assert held.flags.owndata
    del held
    assert pages.kept_bytes() == 0


class Told(mmap.mmap):
    """Keeps what the system was told of it."""

    def madvise(self, option: int, *_: int) -> None:
        self.words = [*getattr(self, "words", []), option]
        super().madvise(option)


@keeps
def test_the_system_is_told_what_it_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Told] = []

    def mapped(*given: Any, **named: Any) -> Told:
        made.append(Told(*given, **named))
        return made[0]

    monkeypatch.setattr(mmap, "mmap", mapped)
    pages = Pages()
    held = pages.piece(LARGE)
    huge = getattr(mmap, "MADV_HUGEPAGE", 0)
    assert made[0].words == [mmap.MADV_FREE, huge]
    del held
    assert made[0].words == [mmap.MADV_FREE, huge, mmap.MADV_FREE]


class Refusing(mmap.mmap):
    def madvise(self, *_: int) -> None:
        raise OSError(22, "Invalid argument")


@keeps
def test_a_system_that_refuses_the_word_gives_numpys_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = Pages()
    held = pages.piece(LARGE)
    del held
    monkeypatch.setattr(mmap, "mmap", Refusing)
    held = pages.piece(2 * LARGE)
    assert held.flags.owndata
    assert pages.kept_bytes() == 0


class WithoutHugePages(mmap.mmap):
    def madvise(self, option: int, *_: int) -> None:
        if option == mmap.MADV_HUGEPAGE:
            raise OSError(22, "Invalid argument")
        super().madvise(option)


@pytest.mark.skipif(not hasattr(mmap, "MADV_HUGEPAGE"), reason="this system has no huge pages to ask for")
def test_a_system_without_huge_pages_keeps_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mmap, "mmap", WithoutHugePages)
    pages = Pages()
    held = pages.piece(LARGE)
    del held
    assert pages.kept_bytes() == LARGE


def test_where_there_is_not_as_much_it_says_so() -> None:
    with pytest.raises(MemoryError):
        Pages().piece(1 << 60)


@keeps
def test_large_planes_are_kept_and_given_back() -> None:
    release()
    made = planes(3, LARGE // 16)
    made[2].fill(1)
    first = made.pop(0)
    del made
    assert kept_bytes() == 0
    del first
    assert kept_bytes() > 0
    release()
    assert kept_bytes() == 0
    small = plane(LARGE // 8 - 1)
    large = plane(LARGE // 8)
    del small
    assert kept_bytes() == 0
    del large
    assert kept_bytes() > 0
    release()
    assert piece(0).size == 0


@keeps
def test_a_renewed_lock_keeps_what_is_kept() -> None:
    pages = Pages()
    held = pages.piece(LARGE)
    del held
    with pages._lock:
        pages.renew_lock()
        assert pages.kept_bytes() == LARGE


IN_A_CHILD = """
import os, sys
from jointpay.engine import pages

with pages._PAGES._lock:  # as a thread may hold it that the child does not have
    child = os.fork()
    if not child:
        pages.piece(pages.LARGE)[:] = 1
        os._exit(0)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_child_process_does_not_wait_for_a_thread_of_its_parent() -> None:
    assert subprocess.run([sys.executable, "-c", IN_A_CHILD], check=False, timeout=60).returncode == 0

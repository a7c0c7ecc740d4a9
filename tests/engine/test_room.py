import numpy as np
import pytest

from jointpay.engine.pages import LARGE
from jointpay.engine.room import ALIGNMENT, HANDFUL, Block, Room, filled, plane, planes, read_off


@pytest.mark.parametrize("kind", [np.int64, np.int8])
@pytest.mark.parametrize("size", [0, 1, 7, 64, 1001])
def test_planes_are_aligned_and_do_not_overlap(kind: type[np.int64 | np.int8], size: int) -> None:
    made = planes(5, size, kind)
    assert [(each.size, each.dtype) for each in made] == [(size, np.dtype(kind))] * 5
    assert all(each.ctypes.data % ALIGNMENT == 0 for each in made)
    for place, each in enumerate(made):
        each.fill(place)
    assert [each.tolist() for each in made] == [[place] * size for place in range(5)]


def test_a_room_gives_buffers_once_until_they_are_given_back() -> None:
    room = Room(3)
    first, second = room.whole(), room.floats()
    assert (first.size, second.size) == (3, 3)
    assert not np.shares_memory(first, second)
    room.used = 1
    # The same memory, as whole numbers and as floats.
    assert np.shares_memory(room.whole(), second)
    many = [room.whole() for _ in range(2 * HANDFUL)]
    for place, buffer in enumerate(many):
        buffer.fill(place)
    assert [buffer.tolist() for buffer in many] == [[place] * 3 for place in range(2 * HANDFUL)]


def test_a_room_fits_shorter_and_longer_blocks() -> None:
    room = Room(8)
    long = room.whole()
    room.fit(3)
    short = room.whole()
    assert short.size == 3
    assert np.shares_memory(short, long)
    room.fit(8)
    assert np.shares_memory(room.whole(), long)
    room.fit(20)
    assert room.whole().size == 20
    assert room.floats().size == 20


def test_a_room_of_no_size_gives_empty_buffers() -> None:
    room = Room()
    assert (room.size, room.used) == (0, 0)
    assert room.whole().size == 0


def test_all_buffers_of_a_room_are_apart_and_none_is_made_again() -> None:
    room = Room(3)
    assert room.size == 3
    made = [room.whole() for _ in range(2 * HANDFUL + 1)]
    for place, buffer in enumerate(made):
        buffer.fill(place)
    assert [buffer.tolist() for buffer in made] == [[place] * 3 for place in range(2 * HANDFUL + 1)]
    for size in (2, 3):
        room.fit(size)
        again = [room.whole() for _ in made]
        assert [buffer.tolist() for buffer in again] == [[place] * size for place in range(2 * HANDFUL + 1)]
    # Buffers that are first needed for a short block are long enough for the next.
    fresh = Room(8)
    fresh.fit(3)
    assert (fresh.size, fresh.whole().size) == (3, 3)
    fresh.fit(8)
    assert (fresh.size, fresh.whole().size) == (8, 8)


def test_both_sides_of_a_buffer_have_their_kind_of_number() -> None:
    room = Room(2)
    assert (room.whole().dtype, room.floats().dtype) == (np.dtype(np.int64), np.dtype(np.float64))


def test_rows_below_a_number_are_strictly_below_it() -> None:
    column, block = np.array([0, 5, 0, 3, -1], dtype=np.int64), Block(slice(1, 5), Room())
    assert [block.below(column, least).tolist() for least in (-1, 0, 3, 5, 6)] == [
        [],
        [3],
        [1, 3],
        [1, 2, 3],
        [0, 1, 2, 3],
    ]


@pytest.mark.parametrize("size", [0, 1, LARGE // 8 - 1, LARGE // 8, LARGE // 8 + 1])
def test_arrays_of_any_size_are_made_filled_and_read(size: int) -> None:
    made = plane(size)
    assert (made.shape, made.dtype) == ((size,), np.dtype(np.int64))
    seven = filled(size, -7)
    assert (seven.size, int((seven == -7).sum())) == (size, size)
    places = np.arange(size, dtype=np.int32) % 3
    found = read_off(np.array([5, 2**62, -1]), places)
    assert found.dtype == np.dtype(np.int64)
    assert (found == np.array([5, 2**62, -1])[places]).all()
    assert not np.shares_memory(found, read_off(found, np.arange(size)))

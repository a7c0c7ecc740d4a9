"""Kernels that are given where to work and where to write: the same numbers, and no memory of their own."""

import tracemalloc
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from jointpay.engine import combine, curve, exact
from jointpay.engine.adjust import amounts, limit
from jointpay.engine.combine import geometric_mean, least, weighted_mean
from jointpay.engine.curve import Line, evaluate, make_curve
from jointpay.engine.exact import round_images, round_quotient
from jointpay.engine.room import HANDFUL, Room

Whole = np.ndarray[tuple[int], np.dtype[np.int64]]
Kernel = Callable[..., Whole]
"""Called with `out` and `room`."""
SIZE = 20_000


def numbers(step: int) -> Whole:
    return np.arange(SIZE, dtype=np.int64) * step % 97 + 1


def points(*steps: int) -> list[Whole]:
    """Some are left out in the first rows, and everything in row 0."""
    made = [numbers(step) for step in steps]
    for place, column in enumerate(made):
        column[[0, place + 1]] = 0
    return made


def left_out(count: int) -> list[np.ndarray[tuple[int], np.dtype[np.intp]]]:
    return [np.array([0, place + 1]) for place in range(count)]


def quotient_of_many() -> Kernel:
    first, second, third = numbers(7), numbers(11), numbers(13)
    above: list[Whole | int] = [first, second, third, 3]
    below: list[Whole | int] = [second, first, 2]
    return partial(round_quotient, above, below, half_even=False, signed=False)


def quotient_of_one() -> Kernel:
    return partial(round_quotient, [numbers(7)], [2], half_even=True, most=(97, 1), signed=False)


def images(columns: int, scales: tuple[int, int]) -> Kernel:
    above, *below = (numbers(step).astype(np.float64) for step in (7, 11, 13)[:columns])

    def kernel(*, out: Whole | None = None, room: Room | None = None) -> Whole:
        out = np.empty(SIZE, dtype=np.int64) if out is None else out
        round_images(above, below, scales, half_even=False, signed=False, out=out, room=room or Room(SIZE))
        return out

    return kernel


def mean_of_some() -> Kernel:
    return partial(
        weighted_mean, points(7, 11, 13), [5, 3, 2], left_out(3), [numbers(5)], factor_unit=100, half_even=False
    )


def mean_of_all() -> Kernel:
    columns = [numbers(7), numbers(11)]
    return partial(weighted_mean, columns, [5, 3], [None, None], [], factor_unit=100, half_even=True)


def smallest() -> Kernel:
    return partial(least, points(7, 11), left_out(2), [numbers(5)], factor_unit=100, half_even=False)


def root() -> Kernel:
    return partial(geometric_mean, points(7, 11), [2, 1], left_out(2), [numbers(5)], factor_unit=101, half_even=False)


def on_a_table(first: int) -> Kernel:
    lines = [Line(first, 50, 3, 1, 2), Line(51, 90, 1, 0, 1)]
    table = make_curve(lines, refuses_below=False, refuses_above=False, half_even=False)
    x = numbers(7)

    def kernel(*, out: Whole | None = None, room: Room | None = None) -> Whole:
        return evaluate(table, x, half_even=False, out=out, room=room)[0]

    return kernel


def amount() -> Kernel:
    return partial(amounts, numbers(7) * 1000, numbers(11), adjustment_unit=10_000, half_even=False)


KERNELS: dict[str, Callable[[], Kernel]] = {
    "quotient of many": quotient_of_many,
    "quotient of one": quotient_of_one,
    "image": partial(images, 1, (2, 1)),
    "image over an image": partial(images, 2, (1, 2)),
    "image over two": partial(images, 3, (5, 3)),
    "mean of some": mean_of_some,
    "mean of all": mean_of_all,
    "smallest": smallest,
    "root": root,
    "on a table": partial(on_a_table, 7),
    "on a table from zero": partial(on_a_table, 0),
    "amount": amount,
}


@pytest.mark.parametrize("name", KERNELS)
def test_what_was_in_the_memory_before_changes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = KERNELS[name]()
    plain = kernel().tolist()
    room = Room(SIZE)
    held = room.whole()
    for _ in range(HANDFUL - 1):
        room.whole().fill(-(2**62))
    held.fill(77)
    room.used = 1
    for module in (exact, combine, curve):
        # Whoever is given a room makes none.
        monkeypatch.delattr(module, "Room")
    for _ in range(2):
        out = np.full(SIZE, -99, dtype=np.int64)
        assert kernel(out=out, room=room) is out
        assert out.tolist() == plain
        # What a caller holds is left alone, and what was taken is given back.
        assert room.used == 1
        assert held.tolist() == [77] * SIZE


@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_in_a_given_room_takes_no_memory_for_rows(name: str) -> None:
    kernel, out, room = KERNELS[name](), np.empty(SIZE, dtype=np.int64), Room(SIZE)
    kernel(out=out, room=room)
    tracemalloc.start()
    try:
        kernel(out=out, room=room)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < out.nbytes // 2


def test_limits_are_applied_in_the_given_steps() -> None:
    values, out = np.array([-50, 0, 40], dtype=np.int64), [np.full(3, -99, dtype=np.int64) for _ in range(3)]
    steps = limit(values, [(-20, None), (None, 30), (-10, 20)], out=out)
    assert [step.tolist() for step in steps] == [[-50, 0, 40], [-20, 0, 40], [-20, 0, 30], [-10, 0, 20]]
    for step, given in zip(steps, (values, *out), strict=True):
        assert step is given
    # What limits nothing is the step before it.
    steps = limit(values, [(-20, None), (None, None)], out=out)
    assert steps[2] is steps[1]

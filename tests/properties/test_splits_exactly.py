from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointpay.audit import splits_exactly
from jointpay.money.split import split

PROPERTY = settings(settings.get_profile("properties"), max_examples=150)

WEIGHTS = st.one_of(
    st.integers(0, 1000),
    st.fractions(0, 3, max_denominator=97),
    st.sampled_from(["1/3", "0.2", "33.3%", "1000000007"]),
)


@PROPERTY
@given(amount=st.integers(-(10**13), 10**13), weights=st.lists(WEIGHTS, min_size=1, max_size=8), odd=st.integers(1, 9))
def test_any_pool_by_any_weights(amount: int, weights: list[int | Fraction | str], odd: int) -> None:
    keys = [f"person {(place * 7919 + odd) % 1009}" for place in range(len(weights))]
    assert splits_exactly(amount, [*weights, odd], keys=[*keys, "zoe"]) == ()


def down(amount: int, weights: Sequence[int], *, keys: Sequence[str]) -> tuple[int, ...]:
    """Everybody's part rounded down: loses what is left over."""
    del keys
    return tuple(amount * weight // sum(weights) for weight in weights)


def first_takes_rest(amount: int, weights: Sequence[int], *, keys: Sequence[str]) -> tuple[int, ...]:
    """The first in the list takes what is left over: depends on the order."""
    parts = list(down(amount, weights, keys=keys))
    parts[0] += amount - sum(parts)
    return tuple(parts)


def ties_upwards(amount: int, weights: Sequence[int], *, keys: Sequence[str]) -> tuple[int, ...]:
    """The exact method, but ties of negative amounts go to the other end of the alphabet."""
    parts = split(amount, weights, keys=keys)
    if amount >= 0:
        return parts
    mirrored = split(amount, weights, keys=[f"{chr(200 - ord(key[0]))}" for key in keys])
    return tuple(mirrored)


def winner_takes_all(amount: int, weights: Sequence[int], *, keys: Sequence[str]) -> tuple[int, ...]:
    del weights
    first = min(keys)
    return tuple(amount if key == first else 0 for key in keys)


@pytest.mark.parametrize(
    ("method", "codes"),
    [
        (down, {"split_not_whole", "split_not_symmetric"}),
        (first_takes_rest, {"split_far_from_quota", "split_not_symmetric", "split_depends_on_order"}),
        (ties_upwards, {"split_not_symmetric"}),
        (winner_takes_all, {"split_far_from_quota"}),
    ],
)
def test_a_method_that_breaks_a_rule_is_told_which(method: Callable[..., tuple[int, ...]], codes: set[str]) -> None:
    found = splits_exactly(1001, [1, 1, 1, 1], keys=["a", "b", "c", "d"], by=method)
    found += splits_exactly(1003, [1, 1, 1, 1], keys=["a", "b", "c", "d"], by=method)
    assert {told.code for told in found} == codes
    assert dict(found[0].witness)["amount"] in {"1001", "1003"}


def test_a_weight_of_zero_that_gets_something_is_told() -> None:
    def generous(amount: int, weights: Sequence[int], *, keys: Sequence[str]) -> tuple[int, ...]:
        del weights
        sign = 1 if amount > 0 else -1
        return tuple(sign if key == "b" else amount - sign for key in keys)

    found = splits_exactly(100, [1, 0], keys=["a", "b"], by=generous)
    assert [told.code for told in found] == ["split_far_from_quota"]
    assert "'a' gets 99, a whole unit or more from 100" in found[0].message

import numpy as np
import pytest

from jointpay.engine.adjust import amounts, limit


def test_limits_apply_in_their_order_and_every_step_is_kept() -> None:
    values = np.array([-50, 0, 40], dtype=np.int64)
    assert [step.tolist() for step in limit(values, [(None, 30), (-20, None), (None, -25)])] == [
        [-50, 0, 40],
        [-50, 0, 30],
        [-20, 0, 30],
        [-25, -25, -25],
    ]
    assert [step.tolist() for step in limit(values, [])] == [[-50, 0, 40]]


def test_an_amount_is_rounded_once_and_mirrors_in_sign() -> None:
    base, adjustment = np.array([1001, 1001, 0], dtype=np.int64), np.array([50, -50, 9999], dtype=np.int64)
    # 10.01 at 0.50% is 0.05005: 5 minor units; 1001 * 50 / 10000 = 5.005.
    assert amounts(base, adjustment, adjustment_unit=10_000, half_even=False).tolist() == [5, -5, 0]
    tie = np.array([100, 300], dtype=np.int64), np.array([50, 50], dtype=np.int64)
    assert amounts(*tie, adjustment_unit=10_000, half_even=False).tolist() == [1, 2]
    assert amounts(*tie, adjustment_unit=10_000, half_even=True).tolist() == [0, 2]


@pytest.mark.parametrize(
    ("base", "adjustment"), [(2**53 + 1, 1), (1, 2**53 + 1), (2**27 + 1, 2**26 + 1), (2**27 + 3, 2**26 + 1)]
)
def test_an_amount_beyond_what_floats_hold_is_rounded_exactly(base: int, adjustment: int) -> None:
    bases = np.array([base, -base], dtype=np.int64)
    for sign in (1, -1):
        adjustments = np.full(2, sign * adjustment, dtype=np.int64)
        half_up = sign * ((base * adjustment + 1) // 2)
        for rows in (slice(0, 2), slice(0, 1), slice(1, 2)):
            found = amounts(bases[rows], adjustments[rows], adjustment_unit=2, half_even=False)
            assert found.tolist() == [half_up, -half_up][rows]

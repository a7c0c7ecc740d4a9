from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointpay.audit.monotone import _holding, _readers, _spots, curve_corners
from jointpay.panel.panel import make_panel
from jointpay.pipeline.score import score_panel
from jointpay.plan.curves import BandsCurve, PointsCurve, StepsCurve, ThresholdCurve
from jointpay.plan.pieces import pieces
from jointpay.plan.presets import design_operations, design_operations_sales
from jointpay.testing.strategies_seeded import Case


def points(*knots: tuple[str, str], below: str = "clamp", above: str = "clamp") -> Any:
    listed = [{"at": at, "gives": gives} for at, gives in knots]
    return PointsCurve.model_validate({"kind": "points", "points": listed, "below": below, "above": above})


def test_corners_are_the_knots_and_their_neighbours() -> None:
    assert curve_corners(points(("0.5", "0"), ("1", "100")), 100) == [49, 50, 51, 99, 100, 101]


def test_a_knot_between_two_whole_numbers_has_both_as_corners() -> None:
    assert curve_corners(points(("1/3", "0"), ("1", "100")), 10) == [2, 3, 4, 5, 9, 10, 11]


def test_what_a_curve_refuses_is_no_corner() -> None:
    assert curve_corners(points(("0.5", "0"), ("1", "100"), below="refuse", above="refuse"), 100) == [50, 51, 99, 100]


@pytest.mark.parametrize(
    "curve",
    [
        points(("0", "0"), ("1/7", "130"), ("0.7", "5"), ("0.701", "80")),
        StepsCurve.model_validate(
            {
                "kind": "steps",
                "steps": [{"at": "0.2", "gives": "3"}, {"at": "1/3", "gives": "1"}],
                "edge": "lower",
                "below": "clamp",
            }
        ),
        ThresholdCurve.model_validate(
            {"kind": "threshold", "at": "0.25", "below_gives": "9", "gives": "1", "edge": "upper"}
        ),
        BandsCurve.model_validate(
            {
                "kind": "bands",
                "bands": [
                    {"from": "0", "to": "0.3", "gives": "7", "gives_at_end": "2"},
                    {"from": "0.3", "to": "0.31", "gives": "5"},
                ],
                "edge": "upper",
                "below": "clamp",
                "above": "clamp",
            }
        ),
    ],
    ids=["points", "steps", "threshold", "bands"],
)
@settings(derandomize=True, max_examples=40, deadline=None)
@given(start=st.integers(-30, 120), length=st.integers(0, 150))
def test_least_and_most_over_any_stretch_are_at_its_ends_or_at_corners(curve: Any, start: int, length: int) -> None:
    def value(number: int) -> Fraction:
        x = Fraction(number, 100)
        return next(piece.value(x) for piece in pieces(curve) if piece.holds(x))

    stretch = range(start, start + length + 1)
    ends = [start, start + length, *(corner for corner in curve_corners(curve, 100) if corner in stretch)]
    assert min(map(value, stretch)) == min(map(value, ends))
    assert max(map(value, stretch)) == max(map(value, ends))


@pytest.mark.parametrize("seed", range(0, 1200, 100))
def test_holding_every_measure_at_its_own_attainment_changes_nothing(seed: int, payable: Callable[[int], Case]) -> None:
    plan, data, _ = payable(seed)
    panel = make_panel(plan, data)
    scored = score_panel(panel)
    for spot in _spots(plan, panel, scored):
        again = score_panel(_holding(panel, spot, spot.scores.attainments))
        for before, after in zip(scored, again, strict=True):
            assert np.array_equal(before.scores, after.scores)
            for left, right in zip(before.components, after.components, strict=True):
                assert np.array_equal(left.points, right.points)
                assert np.array_equal(left.states, right.states)
        same = again[spot.role].components[spot.component]
        parts = same.modifiers if spot.of_modifiers else same.measures
        assert np.array_equal(parts[spot.inner].points, spot.scores.points)


def test_readers_are_the_role_itself_and_those_whose_links_lead_to_it() -> None:
    assert _readers(design_operations(), "designer", "quality") == {"designer"}
    chain = design_operations_sales()
    assert _readers(chain, "designer", "quality") == {"designer", "operator", "sales"}
    assert _readers(chain, "sales", "closing") == {"sales"}

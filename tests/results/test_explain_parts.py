from fractions import Fraction

import pytest

from jointpay.plan.curves import BandsCurve, Knot, PointsCurve, StepsCurve, ThresholdCurve
from jointpay.results.explain import explain
from jointpay.results.explain_curve import on_curve
from jointpay.results.explain_ledger import digits_text, less, number_text
from jointpay.results.explain_roots import geometric_root
from jointpay.results.explain_text import display_width, visible
from jointpay.results.settlement import Settlement


def _exact(*texts: str) -> list[Fraction]:
    return [Fraction(text) for text in texts]


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("2/3", 2, "0.666666..."),
        ("-2/3", 2, "-0.666666..."),
        ("1/8", 0, "0.125"),
        ("5", 2, "5"),
        ("1/7", 4, "0.14285714..."),
        # The first digits of the tail alone would look like a tie.
        ("0.12500001", 2, "0.12500001"),
        (f"{Fraction(1, 8) + Fraction(1, 3 * 10**9)}", 2, "0.1250000003333333..."),
        (f"{Fraction(1, 8) - Fraction(1, 3 * 10**9)}", 2, "0.1249999996666666..."),
        (f"{Fraction(1, 8) + Fraction(1, 3 * 10**90)}", 2, "0.125" + "0" * 63 + "..."),
    ],
)
def test_digits_show_how_a_number_is_rounded(value: str, places: int, text: str) -> None:
    assert digits_text(Fraction(value), places) == text


def test_numbers_in_formulas() -> None:
    assert number_text(Fraction(-5, 2)) == "-2.5"
    assert number_text(Fraction(-5, 3)) == "(-5 / 3)"
    assert number_text(Fraction(1, 10**12)) == "0.000000000001"
    assert number_text(Fraction(1, 10**13)) == "(1 / 10000000000000)"
    assert (less(Fraction(1, 2)), less(Fraction(-1, 2)), less(Fraction(0))) == ("- 0.5", "+ 0.5", "- 0")


def _knots(*pairs: tuple[str, str]) -> tuple[Knot, ...]:
    return tuple(Knot(at=Fraction(at), gives=Fraction(gives)) for at, gives in pairs)


def test_the_piece_of_a_curve_is_named_with_its_ends() -> None:
    curve = PointsCurve(
        kind="points", points=_knots(("-1", "10"), ("0", "20"), ("2", "0")), below="clamp", above="refuse"
    )
    found = [on_curve(curve, x) for x in _exact("-3", "-0.5", "0", "1", "3")]
    assert [told and (str(told.value), told.formula, told.where) for told in found] == [
        ("10", "", "the curve for x < -1 gives 10"),
        ("15", "10 + 10 * (-0.5 + 1)", "the curve for -1 <= x < 0 gives 10 to 20"),
        ("20", "20 + -20 * 0 / 2", "the curve for 0 <= x <= 2 gives 20 to 0"),
        ("10", "20 + -20 * 1 / 2", "the curve for 0 <= x <= 2 gives 20 to 0"),
        None,
    ]


def test_edges_are_written_as_their_owner_has_them() -> None:
    threshold = ThresholdCurve(
        kind="threshold", at=Fraction(1), below_gives=Fraction(0), gives=Fraction(9), edge="lower"
    )
    steps = StepsCurve(kind="steps", steps=_knots(("1", "5"), ("2", "6")), edge="upper", below="refuse")
    found = [on_curve(threshold, Fraction(1)), on_curve(threshold, Fraction(2)), on_curve(steps, Fraction(1))]
    assert [told and told.where for told in found] == [
        "the curve for x <= 1 gives 0",
        "the curve for 1 < x gives 9",
        "the curve for 1 <= x < 2 gives 5",
    ]
    assert on_curve(steps, Fraction(0)) is None


def test_a_curve_that_gives_one_number() -> None:
    bands = BandsCurve.model_validate(
        {"kind": "bands", "bands": [{"from": "0", "to": "1", "gives": "1/3"}], "edge": "upper", "below": "clamp", "above": "clamp"}
    )  # fmt: skip
    told = on_curve(bands, Fraction(1, 2))
    assert told is not None
    assert (told.value, told.formula, told.where) == (Fraction(1, 3), "", "the curve for 0 <= x <= 1 gives (1 / 3)")


@pytest.mark.parametrize(
    ("points", "weights", "factor", "exact"),
    [
        (["100", "100"], ["0.3", "0.7"], "1", "100"),
        (["4", "9"], ["0.5", "0.5"], "1", "6"),
        (["4", "9"], ["0.2", "0.2"], "0.5", "3"),
        (["50", "200", "100"], ["0.1234", "0.1234", "0.7532"], "1", "100"),
        (["50", "200", "100"], ["0.12345", "0.12345", "0.7531"], "0.9", "90"),
        (["0", "200"], ["0.5", "0.5"], "1", "0"),
        (["1", "200"], ["0.5", "0.5"], "0", "0"),
        (["2", "200.5"], ["0.5", "0.5"], "1", None),
    ],
)
def test_roots_that_are_fractions_are_found(
    points: list[str], weights: list[str], factor: str, exact: str | None
) -> None:
    root = geometric_root(_exact(*points), _exact(*weights), Fraction(factor))
    assert root.exact == (None if exact is None else Fraction(exact))
    if exact is not None:
        assert root.low == root.exact


def test_the_digits_of_a_root_are_right() -> None:
    root = geometric_root(_exact("2", "1"), _exact("0.5", "0.5"), Fraction(1))
    assert digits_text(root.low, 30).startswith("1.414213562373095048801688724209")
    assert root.published(places=4, rounding="half_even") == 14142
    assert abs(root.low**2 - 2) < Fraction(1, 10**70)


def test_a_root_and_its_factor_may_tie() -> None:
    root = geometric_root(_exact("0.01", "0.09"), _exact("0.5", "0.5"), Fraction(1, 2))
    assert root.exact == Fraction("0.015")
    assert root.published(places=2, rounding="half_away_from_zero") == 2
    assert root.published(places=2, rounding="half_even") == 2


def test_text_cannot_pose_as_other_text() -> None:
    assert visible("An\u202eLi\n\u200b点击") == "An\\u202eLi\\n\\u200b点击"
    assert [display_width(text) for text in ("点击", "ab", "ｱ", "Ａ", "e\u0301", "")] == [4, 2, 1, 2, 1, 0]


def test_columns_are_aligned_by_display_width(settlement: Settlement) -> None:
    lines = explain(settlement, "p01", "2026-02").text().splitlines()
    place = lines.index("    点击, 50% of 设计质量")
    assert lines[place + 1] == "      clicks        9220 / 12 = 2305/3 (own items, by share)"
    assert lines[place + 2] == "      点击          768.3333... -> 768"
    assert lines[place + 4] == "      attainment x  (2305 / 3) / 700 = 1.09761904... -> 1.0976"

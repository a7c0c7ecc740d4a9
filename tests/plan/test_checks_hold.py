"""What the static checks call impossible never happens, on generated plans and data."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jointpay.errors import DataError
from jointpay.plan.check_coupling import partner_shares
from jointpay.plan.check_curves import readings
from jointpay.plan.checks import check_plan
from jointpay.plan.measures import Link
from jointpay.plan.pieces import Piece, pieces
from jointpay.plan.plan import Plan
from jointpay.plan.reach import PointsReach, Reach, attainment_reach, reachable, span
from jointpay.plan.roles import Component
from jointpay.testing.reference import reference_scorecard
from jointpay.testing.reference_records import ReferenceComponent, ReferenceLink, ReferenceRow
from jointpay.testing.strategies import Case, cases, plans

slow_to_draw = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def within(value: Fraction, reach: Reach | None) -> bool:
    """Whether a value lies in a range; something that has no range never has a value."""
    return (
        reach is not None and (reach.low is None or reach.low <= value) and (reach.high is None or value <= reach.high)
    )


def check_measures(plan: Plan, component: Component, scored: ReferenceComponent) -> None:
    for found in (*scored.measures, *scored.modifiers):
        reading = {**component.measures, **component.modifiers}[found.name]
        if isinstance(found, ReferenceLink) or isinstance(reading, Link) or found.state != 0:
            continue
        attainment = Fraction(found.attainment, 10**plan.places.attainment)
        reach = attainment_reach(plan, reading)
        assert within(attainment, reach)
        assert any(piece.holds(attainment) for piece in reachable(reading.curve, reach))


def check_row(plan: Plan, reach: PointsReach, role_name: str, row: ReferenceRow) -> None:
    role, points = plan.roles[role_name], 10**plan.places.points
    for scored in row.components:
        check_measures(plan, role.components[scored.name], scored)
        if scored.counts:
            assert within(Fraction(scored.points, points), reach.component(role_name, scored.name))
    if row.state == 0:
        assert within(Fraction(row.score, points), reach.score(role_name, role))


@slow_to_draw
@given(cases())
def test_attainments_points_and_scores_stay_inside_what_can_be_reached(case: Case) -> None:
    try:
        scorecard = reference_scorecard(case.plan, case.dataset)
    except DataError:
        return  # something is missing or refused, and the plan says that it stops the run
    reach = PointsReach(case.plan)
    for role_name, rows in scorecard.roles.items():
        for row in rows:
            check_row(case.plan, reach, role_name, row)


@slow_to_draw
@given(plans())
def test_every_plan_can_be_checked_and_its_shares_sum_to_one(plan: Plan) -> None:
    assert check_plan(plan) == check_plan(Plan.model_validate(plan.to_json_tree()))
    assert {sum(shares.values()) for shares in partner_shares(plan).values()} == {Fraction(1)}


def given_at(parts: Sequence[Piece], x: Fraction) -> Fraction | None:
    return next((piece.value(x) for piece in parts if piece.holds(x)), None)


@slow_to_draw
@given(plans(), st.fractions(min_value=-3, max_value=3, max_denominator=4))
def test_the_reachable_part_of_a_curve_gives_what_the_curve_gives(plan: Plan, x: Fraction) -> None:
    for _, reading in readings(plan):
        whole = pieces(reading.curve)
        places = {x, *(end for piece in whole for end in (piece.start, piece.end) if end is not None)}
        reach = Reach(min(places), x)
        inside = reachable(reading.curve, reach)
        assert {place: given_at(inside, place) for place in places} == {
            place: given_at(whole, place) if place <= x else None for place in places
        }
        bounds = span(inside)
        given_inside = [given for place in places if (given := given_at(inside, place)) is not None]
        if bounds is None:
            assert given_inside == []
        else:
            assert all(bounds[0] <= given <= bounds[1] for given in given_inside)

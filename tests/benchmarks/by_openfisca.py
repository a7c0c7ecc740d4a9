"""The same rules as variables and formulas of OpenFisca-Core."""

from collections.abc import Callable
from typing import Any

import numpy as np
from mixed_table import Table, mixed_table
from numpy.typing import NDArray
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.taxscales import MarginalRateTaxScale
from openfisca_core.variables import Variable

Found = NDArray[Any]
Curve = Callable[[Found], Found]
PERIOD = "2026-03"
RATING = ((1.0, 3.0, 4.0, 5.0), (0.0, 70.0, 100.0, 200.0))
UPTO_200 = ((0.0, 1.0, 1.5), (0.0, 100.0, 200.0))
REACHED = ((0.0, 1.0), (0.0, 100.0))


def cents(value: Found) -> Found:
    """Publish points: two places."""
    found: Found = np.floor(value * 100 + 0.5) / 100
    return found


def ratio(above: Found, below: Found, otherwise: float) -> Found:
    """Divide; `otherwise` where nothing can be divided by."""
    found: Found = np.divide(above, below, out=np.full(above.shape, otherwise), where=below != 0, dtype=np.float64)
    return found


def interpolated(knots: tuple[tuple[float, ...], tuple[float, ...]]) -> Curve:
    """Give a curve by np.interp."""
    return lambda x: cents(np.interp(x, *knots))


def scaled(knots: tuple[tuple[float, ...], tuple[float, ...]]) -> Curve:
    """Give a curve by a scale: its slopes are the rates, its knots the thresholds."""
    xs, ys = knots
    scale = MarginalRateTaxScale()
    slopes = [(high - low) / (right - left) for left, right, low, high in zip(xs, xs[1:], ys, ys[1:], strict=False)]
    for threshold, rate in zip(xs, [*slopes, 0.0], strict=True):
        scale.add_bracket(threshold, rate)
    return lambda x: cents(scale.calc(x))


def formulas(curve: Callable[[Any], Curve]) -> dict[str, Callable[..., Found]]:
    """Give the formulas by name of variable; `p` is what a person has in a month."""
    upto, rated, reached = curve(UPTO_200), curve(RATING), curve(REACHED)

    def attained(above: str, below: str | None, target: str, scale: float) -> Callable[..., Found]:
        def formula(p: Any, m: Any) -> Found:
            found = ratio(p(above, m), p(below, m), 0.0) if below else p(above, m)
            published: Found = np.floor(found * (scale * 1e4) / p(target, m) + 0.5) / 1e4
            return published

        return formula

    def quality(p: Any, m: Any) -> Found:
        rates, clicks = p("ratings", m) != 0, p("clicks", m) != 0
        weights = 50 + 20 * rates + 30 * clicks
        rest = 15 * p("points_favorites", m) + 15 * p("points_dwell", m)
        return cents((50 * p("points_clicks", m) + 20 * rates * p("points_rating", m) + clicks * rest) / weights)

    def contribution(p: Any, m: Any) -> Found:
        mean = p("points_orders", m) ** 0.6 * p("points_repeats", m) ** 0.4
        return cents(mean * p("reached_clicks", m) / 100)

    def collaboration(p: Any, m: Any) -> Found:
        mean = np.sqrt(p("reached_clicks", m) * p("reached_dwell", m))
        return cents(mean * p("reached_impressions", m) / 100)

    def score(p: Any, m: Any) -> Found:
        designer = 0.4 * p("quality", m) + 0.6 * p("contribution", m)
        operator = 0.4 * p("conversion", m) + 0.6 * p("collaboration", m)
        return cents(np.where(p("role", m) == 0, designer, operator))

    def adjustment(p: Any, m: Any) -> Found:
        given: Found = np.minimum(np.clip(p("score", m) - 100, 0, np.where(p("role", m) == 0, 100, 40)), 30)
        return given

    def bonus(p: Any, m: Any) -> Found:
        return np.where((p("role", m) == 1) & (p("collaboration", m) >= 100), 20, 0)

    def amount(p: Any, m: Any) -> Found:
        base = p("base", m).astype(np.float64)
        earned: Found = np.floor(base * p("adjustment", m) / 100 + 0.5) + np.floor(base * p("bonus", m) / 100 + 0.5)
        return earned

    def on(curve: Curve, source: str) -> Callable[..., Found]:
        return lambda p, m: curve(p(source, m))

    def neutral(curve: Curve, source: str, below: str) -> Callable[..., Found]:
        return lambda p, m: np.where(p(below, m) == 0, 100, curve(p(source, m)))

    return {
        "attained_clicks": attained("clicks", None, "t_clicks", 1),
        "attained_favorites": attained("favorites", "clicks", "t_favorites", 1e6),
        "attained_dwell": attained("dwell", "clicks", "t_dwell", 0.1),
        "attained_orders": attained("orders", "clicks", "t_orders", 1e6),
        "attained_repeats": attained("repeats", "orders", "t_repeats", 1e6),
        "attained_department": attained("dept_orders", "dept_clicks", "t_dept", 1e6),
        "attained_impressions": attained("impressions", None, "t_impressions", 1),
        "rating": lambda p, m: ratio(p("stars", m), p("ratings", m), 0.0),
        "points_clicks": on(upto, "attained_clicks"),
        "points_rating": on(rated, "rating"),
        "points_favorites": on(upto, "attained_favorites"),
        "points_dwell": on(upto, "attained_dwell"),
        "points_orders": neutral(upto, "attained_orders", "clicks"),
        "points_repeats": neutral(upto, "attained_repeats", "orders"),
        "reached_clicks": on(reached, "attained_clicks"),
        "reached_dwell": neutral(reached, "attained_dwell", "clicks"),
        "reached_impressions": on(reached, "attained_impressions"),
        "quality": quality,
        "contribution": contribution,
        "conversion": on(upto, "attained_department"),
        "collaboration": collaboration,
        "score": score,
        "adjustment": adjustment,
        "bonus": bonus,
        "amount": amount,
    }


INPUTS = tuple(mixed_table(0))


def system(*, scales: bool) -> Any:
    """Make a system of one entity, a person, with the inputs and the formulas as its variables."""
    person = build_entity(key="person", plural="persons", label="Person", is_person=True)
    made = TaxBenefitSystem([person])
    for name in INPUTS:
        # whole numbers are int32 in OpenFisca; dwell in milliseconds does not always fit
        kind = float if name == "dwell" else int
        made.add_variable(
            type(name, (Variable,), {"value_type": kind, "entity": person, "definition_period": DateUnit.MONTH})
        )
    for name, formula in formulas(scaled if scales else interpolated).items():
        known = {"value_type": float, "entity": person, "definition_period": DateUnit.MONTH}
        made.add_variable(type(name, (Variable,), known | {"formula": _plain(formula)}))
    return made


def _plain(formula: Callable[..., Found]) -> Callable[[Any, Any], Found]:
    """Give it the two arguments by which OpenFisca knows a formula without parameters."""

    def computed(population: Any, period: Any) -> Found:
        return formula(population, period)

    return computed


def simulation(made: Any, table: Table) -> Any:
    """Make a simulation and set its inputs."""
    begun = SimulationBuilder().build_default_simulation(made, count=table["role"].size)
    for name in INPUTS:
        begun.set_input(name, PERIOD, table[name])
    return begun


def run(made: Any, table: Table) -> Found:
    """Compute the amounts, and with them every variable above them that the amounts read."""
    found: Found = simulation(made, table).calculate("amount", PERIOD)
    return found

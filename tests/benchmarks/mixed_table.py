"""The input of the scoring benchmark: one table of payee-periods, designers and operators mixed, and its rules.

The rules are those of the preset `design_operations` from the totals onwards. `READINGS` says which columns each of its
measures and modifiers reads; a denominator of None means a metric that is a total.
"""

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Table = dict[str, Whole]

READINGS: dict[str, tuple[str, str | None, str | None]] = {
    "roles.designer.components.quality.measures.clicks": ("clicks", None, "t_clicks"),
    "roles.designer.components.quality.measures.rating": ("stars", "ratings", None),
    "roles.designer.components.quality.measures.favorites": ("favorites", "clicks", "t_favorites"),
    "roles.designer.components.quality.measures.dwell": ("dwell", "clicks", "t_dwell"),
    "roles.designer.components.contribution.measures.order_rate": ("orders", "clicks", "t_orders"),
    "roles.designer.components.contribution.measures.repurchase_rate": ("repeats", "orders", "t_repeats"),
    "roles.designer.components.contribution.modifiers.clicks_reached": ("clicks", None, "t_clicks"),
    "roles.operator.components.conversion.measures.department_order_rate": ("dept_orders", "dept_clicks", "t_dept"),
    "roles.operator.components.collaboration.measures.clicks": ("clicks", None, "t_clicks"),
    "roles.operator.components.collaboration.measures.dwell": ("dwell", "clicks", "t_dwell"),
    "roles.operator.components.collaboration.modifiers.traffic_brought": ("impressions", None, "t_impressions"),
}


def mixed_table(rows: int, seed: int = 7) -> Table:
    """Make a seeded table: plausible totals, published targets, a few empty denominators, roles at random."""
    rng = np.random.default_rng(seed)
    clicks = rng.integers(0, 5_000, rows)
    orders = (clicks * rng.uniform(0.0, 0.06, rows)).astype(np.int64)
    ratings = rng.integers(0, 20, rows)
    return {
        "role": rng.integers(0, 2, rows),
        "impressions": clicks * rng.integers(10, 60, rows),
        "clicks": clicks,
        "dwell": clicks * rng.integers(2_000, 40_000, rows),
        "favorites": (clicks * rng.uniform(0.0, 0.2, rows)).astype(np.int64),
        "orders": orders,
        "repeats": (orders * rng.uniform(0.0, 0.5, rows)).astype(np.int64),
        "stars": ratings * 3 + rng.integers(0, 2, rows) * ratings,
        "ratings": ratings,
        "dept_orders": rng.integers(500, 3_000, rows),
        "dept_clicks": rng.integers(50_000, 90_000, rows),
        "t_impressions": rng.integers(50_000, 150_000, rows),
        "t_clicks": rng.integers(1_000, 4_000, rows),
        "t_favorites": rng.integers(50_000, 150_000, rows),
        "t_dwell": rng.integers(1_000, 3_000, rows),
        "t_orders": rng.integers(20_000, 45_000, rows),
        "t_repeats": rng.integers(150_000, 350_000, rows),
        "t_dept": rng.integers(15_000, 45_000, rows),
        "base": rng.integers(500_000, 3_000_000, rows),
    }

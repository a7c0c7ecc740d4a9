"""The same rules in plain whole-array numpy, as one would write them in a notebook."""

import numpy as np
from mixed_table import Table, Whole
from numpy.typing import NDArray

X = np.array([0, 10_000, 15_000])
Y = np.array([0, 10_000, 20_000])


def half_up(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.floor(x + 0.5)


def attained(num: Whole, den: Whole | int, target: Whole, scale: float) -> NDArray[np.float64]:
    return half_up(num * scale / (den * target))


def upto_200(attainment: NDArray[np.float64]) -> NDArray[np.float64]:
    return half_up(np.interp(attainment, X, Y))


def run(t: Table) -> dict[str, NDArray[np.float64]]:
    """Both roles for every row, then the row's own: what a mixed table invites."""
    out: dict[str, NDArray[np.float64]] = {}
    with np.errstate(divide="ignore", invalid="ignore"):
        a_clicks = attained(t["clicks"], 1, t["t_clicks"], 1e4)
        rating = half_up(t["stars"] / t["ratings"] * 1e4)
        a_fav = attained(t["favorites"], t["clicks"], t["t_favorites"], 1e10)
        a_dwell = attained(t["dwell"], t["clicks"], t["t_dwell"], 1e3)
        a_order = attained(t["orders"], t["clicks"], t["t_orders"], 1e10)
        a_repeat = attained(t["repeats"], t["orders"], t["t_repeats"], 1e10)
        a_dept = attained(t["dept_orders"], t["dept_clicks"], t["t_dept"], 1e10)
        a_imp = attained(t["impressions"], 1, t["t_impressions"], 1e4)
        for name, num, den, scale in (
            ("v_rating", "stars", "ratings", 1e2),
            ("v_fav", "favorites", "clicks", 1e6),
            ("v_dwell", "dwell", "clicks", 1e-1),
            ("v_order", "orders", "clicks", 1e6),
            ("v_repeat", "repeats", "orders", 1e6),
            ("v_dept", "dept_orders", "dept_clicks", 1e6),
        ):
            out[name] = half_up(t[num] / t[den] * scale)
    no_clicks, no_ratings, no_orders = t["clicks"] == 0, t["ratings"] == 0, t["orders"] == 0
    p_clicks, p_order = upto_200(a_clicks), np.where(no_clicks, 10_000, upto_200(a_order))
    p_rating = half_up(np.interp(rating, [10_000, 30_000, 40_000, 50_000], [0, 7_000, 10_000, 20_000]))
    p_fav, p_dwell = upto_200(a_fav), upto_200(a_dwell)
    p_repeat = np.where(no_orders, 10_000, upto_200(a_repeat))
    weights = 100 - 20 * no_ratings - 30 * no_clicks
    quality = half_up(
        (50 * p_clicks + np.where(no_ratings, 0, 20 * p_rating) + np.where(no_clicks, 0, 15 * p_fav + 15 * p_dwell))
        / weights
    )
    reached = np.minimum(a_clicks, 10_000)
    contribution = half_up(p_order**0.6 * p_repeat**0.4 * reached / 10_000)
    designer = half_up((2 * quality + 3 * contribution) / 5)
    conversion = upto_200(a_dept)
    o_dwell = np.where(no_clicks, 10_000, np.minimum(a_dwell, 10_000))
    collaboration = half_up(np.sqrt(np.minimum(a_clicks, 10_000) * o_dwell) * np.minimum(a_imp, 10_000) / 10_000)
    operator = half_up((2 * conversion + 3 * collaboration) / 5)
    is_designer = t["role"] == 0
    score = np.where(is_designer, designer, operator)
    raw = np.where(is_designer, np.clip(score - 10_000, 0, 10_000), np.clip(score - 10_000, 0, 4_000))
    adjustment = np.minimum(raw, 3_000)
    bonus = np.where(is_designer, 0, np.where(collaboration >= 10_000, 2_000, 0))
    out |= {
        "a_clicks": a_clicks,
        "rating": rating,
        "a_fav": a_fav,
        "a_dwell": a_dwell,
        "a_order": a_order,
        "a_repeat": a_repeat,
        "a_dept": a_dept,
        "a_imp": a_imp,
        "p_clicks": p_clicks,
        "p_rating": p_rating,
        "p_fav": p_fav,
        "p_dwell": p_dwell,
        "p_order": p_order,
        "p_repeat": p_repeat,
        "quality": quality,
        "contribution": contribution,
        "conversion": conversion,
        "collaboration": collaboration,
        "score": score,
        "raw": raw,
        "adjustment": adjustment,
        "amount": half_up(t["base"] * adjustment / 10_000),
        "bonus": half_up(t["base"] * bonus / 10_000),
    }
    return out

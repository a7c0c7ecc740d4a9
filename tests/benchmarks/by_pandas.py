"""The same rules in pandas, curves as `np.interp` over columns, each role's rows on their own."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Column = NDArray[np.float64]
UPTO_200 = ([0.0, 10_000.0, 15_000.0], [0.0, 10_000.0, 20_000.0])
RATING = ([10_000.0, 30_000.0, 40_000.0, 50_000.0], [0.0, 7_000.0, 10_000.0, 20_000.0])


def half_up(values: "pd.Series[float] | Column") -> "pd.Series[float]":
    return np.floor(values + 0.5)


def attained(frame: pd.DataFrame, above: str, below: str | None, target: str, scale: float) -> "pd.Series[float]":
    asked = frame[target] if below is None else frame[below] * frame[target]
    return half_up(frame[above] * scale / asked).fillna(0.0)


def published(frame: pd.DataFrame, above: str, below: str, scale: float) -> "pd.Series[float]":
    return half_up(frame[above] * scale / frame[below]).fillna(0.0)


def designers(table: pd.DataFrame) -> pd.DataFrame:
    """Every intermediate of the designers."""
    f = table[table["role"] == 0].copy()
    no_clicks, no_orders, no_ratings = f["clicks"] == 0, f["orders"] == 0, f["ratings"] == 0
    f["a_clicks"] = attained(f, "clicks", None, "t_clicks", 1e4)
    f["rating"] = published(f, "stars", "ratings", 1e4)
    f["a_fav"] = attained(f, "favorites", "clicks", "t_favorites", 1e10)
    f["a_dwell"] = attained(f, "dwell", "clicks", "t_dwell", 1e3)
    f["a_order"] = attained(f, "orders", "clicks", "t_orders", 1e10)
    f["a_repeat"] = attained(f, "repeats", "orders", "t_repeats", 1e10)
    f["v_rating"] = published(f, "stars", "ratings", 1e2)
    f["v_fav"] = published(f, "favorites", "clicks", 1e6)
    f["v_dwell"] = published(f, "dwell", "clicks", 1e-1)
    f["v_order"] = published(f, "orders", "clicks", 1e6)
    f["v_repeat"] = published(f, "repeats", "orders", 1e6)
    f["p_clicks"] = np.interp(f["a_clicks"], *UPTO_200)
    f["p_rating"] = half_up(np.interp(f["rating"], *RATING))
    f["p_fav"] = np.interp(f["a_fav"], *UPTO_200)
    f["p_dwell"] = np.interp(f["a_dwell"], *UPTO_200)
    f["p_order"] = np.where(no_clicks, 10_000.0, np.interp(f["a_order"], *UPTO_200))
    f["p_repeat"] = np.where(no_orders, 10_000.0, np.interp(f["a_repeat"], *UPTO_200))
    f["reached"] = np.minimum(f["a_clicks"], 10_000.0)
    total = (
        50 * f["p_clicks"]
        + np.where(no_ratings, 0.0, 20 * f["p_rating"])
        + np.where(no_clicks, 0.0, 15 * f["p_fav"] + 15 * f["p_dwell"])
    )
    f["quality"] = half_up(total / (100 - 20 * no_ratings.astype(np.int64) - 30 * no_clicks.astype(np.int64)))
    f["contribution"] = half_up(f["p_order"] ** 0.6 * f["p_repeat"] ** 0.4 * f["reached"] / 10_000)
    f["score"] = half_up((2 * f["quality"] + 3 * f["contribution"]) / 5)
    f["raw"] = (f["score"] - 10_000).clip(0, 10_000)
    f["adjustment"] = np.minimum(f["raw"], 3_000.0)
    f["amount"] = half_up(f["base"] * f["adjustment"] / 10_000)
    return f


def operators(table: pd.DataFrame) -> pd.DataFrame:
    """Every intermediate of the operators."""
    f = table[table["role"] == 1].copy()
    f["a_dept"] = attained(f, "dept_orders", "dept_clicks", "t_dept", 1e10)
    f["a_clicks"] = attained(f, "clicks", None, "t_clicks", 1e4)
    f["a_dwell"] = attained(f, "dwell", "clicks", "t_dwell", 1e3)
    f["a_imp"] = attained(f, "impressions", None, "t_impressions", 1e4)
    f["v_dept"] = published(f, "dept_orders", "dept_clicks", 1e6)
    f["v_dwell"] = published(f, "dwell", "clicks", 1e-1)
    f["conversion"] = np.interp(f["a_dept"], *UPTO_200)
    f["p_clicks"] = np.minimum(f["a_clicks"], 10_000.0)
    f["p_dwell"] = np.where(f["clicks"] == 0, 10_000.0, np.minimum(f["a_dwell"], 10_000.0))
    f["p_imp"] = np.minimum(f["a_imp"], 10_000.0)
    f["collaboration"] = half_up(np.sqrt(f["p_clicks"] * f["p_dwell"]) * f["p_imp"] / 10_000)
    f["score"] = half_up((2 * f["conversion"] + 3 * f["collaboration"]) / 5)
    f["raw"] = (f["score"] - 10_000).clip(0, 4_000)
    f["adjustment"] = np.minimum(f["raw"], 3_000.0)
    f["bonus_rate"] = np.where(f["collaboration"] >= 10_000, 2_000.0, 0.0)
    f["amount"] = half_up(f["base"] * f["adjustment"] / 10_000)
    f["bonus"] = half_up(f["base"] * f["bonus_rate"] / 10_000)
    return f


def run(table: pd.DataFrame) -> list[pd.DataFrame]:
    """Score and pay both roles."""
    return [designers(table), operators(table)]

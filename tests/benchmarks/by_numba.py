"""The same rules as one fused, compiled loop per role: the practical limit. Outputs are kept like everybody else's."""
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator, no-any-return"

import numpy as np
from mixed_table import Table
from numba import njit, prange
from numpy.typing import NDArray

DESIGNER_OUTPUTS = 29
OPERATOR_OUTPUTS = 19


@njit(inline="always")
def half_up(x):
    return np.floor(x + 0.5)


@njit(inline="always")
def upto_200(a):
    return min(a, 10_000.0) + 2.0 * min(max(a - 10_000.0, 0.0), 5_000.0)


@njit(inline="always")
def rating_points(r):
    return half_up(
        0.35 * min(max(r - 10_000.0, 0.0), 20_000.0)
        + 0.3 * min(max(r - 30_000.0, 0.0), 10_000.0)
        + min(max(r - 40_000.0, 0.0), 10_000.0)
    )


@njit(parallel=True, fastmath=False, cache=False)
def designers(
    clicks, stars, ratings, favorites, dwell, orders, repeats, t_clicks, t_fav, t_dwell, t_orders, t_repeats, base, out
):
    for i in prange(clicks.size):
        c = np.float64(clicks[i])
        o = np.float64(orders[i])
        no_c, no_o, no_r = clicks[i] == 0, orders[i] == 0, ratings[i] == 0
        cs, os, rs = max(c, 1.0), max(o, 1.0), max(np.float64(ratings[i]), 1.0)
        a_clicks = half_up(c * 1e4 / t_clicks[i])
        rating = 0.0 if no_r else half_up(stars[i] * 1e4 / rs)
        a_fav = 0.0 if no_c else half_up(favorites[i] * 1e10 / (cs * t_fav[i]))
        a_dwell = 0.0 if no_c else half_up(dwell[i] * 1e3 / (cs * t_dwell[i]))
        a_order = 0.0 if no_c else half_up(o * 1e10 / (cs * t_orders[i]))
        a_repeat = 0.0 if no_o else half_up(repeats[i] * 1e10 / (os * t_repeats[i]))
        p_clicks, p_rating, p_fav, p_dwell = (
            upto_200(a_clicks),
            rating_points(rating),
            upto_200(a_fav),
            upto_200(a_dwell),
        )
        p_order = 10_000.0 if no_c else upto_200(a_order)
        p_repeat = 10_000.0 if no_o else upto_200(a_repeat)
        weights, total = 100.0, 50.0 * p_clicks
        if no_r:
            weights -= 20.0
        else:
            total += 20.0 * p_rating
        if no_c:
            weights -= 30.0
        else:
            total += 15.0 * p_fav + 15.0 * p_dwell
        quality = half_up(total / weights)
        reached = min(a_clicks, 10_000.0)
        contribution = half_up(np.exp(0.6 * np.log(p_order) + 0.4 * np.log(p_repeat)) * reached / 10_000.0)
        score = half_up((2.0 * quality + 3.0 * contribution) / 5.0)
        raw = min(max(score - 10_000.0, 0.0), 10_000.0)
        adjustment = min(raw, 3_000.0)
        out[0, i], out[1, i], out[2, i] = (
            c,
            0.0 if no_r else half_up(stars[i] * 1e2 / rs),
            0.0 if no_c else half_up(favorites[i] * 1e6 / cs),
        )
        out[3, i], out[4, i] = 0.0 if no_c else half_up(dwell[i] / (10.0 * cs)), 0.0 if no_c else half_up(o * 1e6 / cs)
        out[5, i], out[6, i] = 0.0 if no_o else half_up(repeats[i] * 1e6 / os), c
        out[7, i], out[8, i], out[9, i], out[10, i], out[11, i], out[12, i], out[13, i] = (
            a_clicks,
            rating,
            a_fav,
            a_dwell,
            a_order,
            a_repeat,
            a_clicks,
        )
        out[14, i], out[15, i], out[16, i], out[17, i], out[18, i], out[19, i], out[20, i] = (
            p_clicks,
            p_rating,
            p_fav,
            p_dwell,
            p_order,
            p_repeat,
            reached,
        )
        out[21, i], out[22, i], out[23, i], out[24, i], out[25, i] = quality, contribution, score, raw, adjustment
        out[26, i] = half_up(base[i] * adjustment / 10_000.0)
        # One byte per state would do; a plane of eight stands for the eight bytes of them.
        out[27, i] = no_c
        out[28, i] = no_o


@njit(parallel=True, fastmath=False, cache=False)
def operators(
    clicks, impressions, dwell, dept_orders, dept_clicks, t_clicks, t_impressions, t_dwell, t_dept, base, out
):
    for i in prange(clicks.size):
        c = np.float64(clicks[i])
        no_c = clicks[i] == 0
        cs = max(c, 1.0)
        a_dept = half_up(dept_orders[i] * 1e10 / (np.float64(dept_clicks[i]) * t_dept[i]))
        a_clicks = half_up(c * 1e4 / t_clicks[i])
        a_dwell = 0.0 if no_c else half_up(dwell[i] * 1e3 / (cs * t_dwell[i]))
        a_imp = half_up(impressions[i] * 1e4 / t_impressions[i])
        conversion = upto_200(a_dept)
        p_clicks, p_imp = min(a_clicks, 10_000.0), min(a_imp, 10_000.0)
        p_dwell = 10_000.0 if no_c else min(a_dwell, 10_000.0)
        collaboration = half_up(np.sqrt(p_clicks * p_dwell) * p_imp / 10_000.0)
        score = half_up((2.0 * conversion + 3.0 * collaboration) / 5.0)
        raw = min(max(score - 10_000.0, 0.0), 4_000.0)
        adjustment = min(raw, 3_000.0)
        bonus = 2_000.0 if collaboration >= 10_000.0 else 0.0
        out[0, i], out[1, i] = half_up(dept_orders[i] * 1e6 / dept_clicks[i]), c
        out[2, i], out[3, i] = 0.0 if no_c else half_up(dwell[i] / (10.0 * cs)), np.float64(impressions[i])
        out[4, i], out[5, i], out[6, i], out[7, i] = a_dept, a_clicks, a_dwell, a_imp
        out[8, i], out[9, i], out[10, i], out[11, i] = conversion, p_clicks, p_dwell, p_imp
        out[12, i], out[13, i], out[14, i], out[15, i], out[16, i] = collaboration, score, raw, adjustment, bonus
        out[17, i], out[18, i] = half_up(base[i] * adjustment / 10_000.0), half_up(base[i] * bonus / 10_000.0)


def outputs(grouped: dict[int, Table]) -> list[NDArray[np.float64]]:
    """Room for the outputs of both roles."""
    return [
        np.empty((count, grouped[code]["base"].size)) for code, count in enumerate((DESIGNER_OUTPUTS, OPERATOR_OUTPUTS))
    ]


def run(grouped: dict[int, Table], out: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Score and pay both roles."""
    d, o = grouped[0], grouped[1]
    designers(
        d["clicks"], d["stars"], d["ratings"], d["favorites"], d["dwell"], d["orders"], d["repeats"], d["t_clicks"],
        d["t_favorites"], d["t_dwell"], d["t_orders"], d["t_repeats"], d["base"], out[0],
    )  # fmt: skip
    operators(
        o["clicks"], o["impressions"], o["dwell"], o["dept_orders"], o["dept_clicks"], o["t_clicks"],
        o["t_impressions"], o["t_dwell"], o["t_dept"], o["base"], out[1],
    )  # fmt: skip
    return out

"""The same rules as polars expressions, curves as when/then, each role's rows on their own: the best form found."""

import polars as pl


def half_up(expr: pl.Expr) -> pl.Expr:
    return (expr + 0.5).floor()


def attained(num: str, den: str | None, target: str, scale: float) -> pl.Expr:
    below = pl.col(target) if den is None else pl.col(den) * pl.col(target)
    return half_up(pl.col(num) * scale / below)


def upto_200(attainment: str) -> pl.Expr:
    a = pl.col(attainment)
    return pl.when(a <= 10_000).then(a).when(a <= 15_000).then(2 * a - 10_000).otherwise(20_000.0)


def published(num: str, den: str, scale: float) -> pl.Expr:
    return half_up(pl.col(num) / pl.col(den) * scale)


def rating_points() -> pl.Expr:
    r = pl.col("rating")
    return half_up(
        pl.when(r <= 10_000)
        .then(0.0)
        .when(r <= 30_000)
        .then((r - 10_000) * 0.35)
        .when(r <= 40_000)
        .then(7_000 + (r - 30_000) * 0.3)
        .when(r <= 50_000)
        .then(10_000 + (r - 40_000))
        .otherwise(20_000.0)
    )


def designers(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Every intermediate of the designers."""
    col = pl.col
    no_clicks, no_ratings = col("clicks") == 0, col("ratings") == 0
    return (
        frame.filter(col("role") == 0)
        .with_columns(
            a_clicks=attained("clicks", None, "t_clicks", 1e4),
            rating=published("stars", "ratings", 1e4),
            a_fav=attained("favorites", "clicks", "t_favorites", 1e10),
            a_dwell=attained("dwell", "clicks", "t_dwell", 1e3),
            a_order=attained("orders", "clicks", "t_orders", 1e10),
            a_repeat=attained("repeats", "orders", "t_repeats", 1e10),
            v_rating=published("stars", "ratings", 1e2),
            v_fav=published("favorites", "clicks", 1e6),
            v_dwell=published("dwell", "clicks", 1e-1),
            v_order=published("orders", "clicks", 1e6),
            v_repeat=published("repeats", "orders", 1e6),
        )
        .with_columns(
            p_clicks=upto_200("a_clicks"),
            p_rating=rating_points(),
            p_fav=upto_200("a_fav"),
            p_dwell=upto_200("a_dwell"),
            p_order=pl.when(no_clicks).then(10_000.0).otherwise(upto_200("a_order")),
            p_repeat=pl.when(col("orders") == 0).then(10_000.0).otherwise(upto_200("a_repeat")),
            reached=pl.min_horizontal(col("a_clicks"), pl.lit(10_000.0)),
        )
        .with_columns(
            quality=half_up(
                (
                    50 * col("p_clicks")
                    + pl.when(no_ratings).then(0.0).otherwise(20 * col("p_rating"))
                    + pl.when(no_clicks).then(0.0).otherwise(15 * col("p_fav") + 15 * col("p_dwell"))
                )
                / (100 - 20 * no_ratings.cast(pl.Int64) - 30 * no_clicks.cast(pl.Int64))
            ),
            contribution=half_up(col("p_order") ** 0.6 * col("p_repeat") ** 0.4 * col("reached") / 10_000),
        )
        .with_columns(score=half_up((2 * col("quality") + 3 * col("contribution")) / 5))
        .with_columns(raw=(col("score") - 10_000).clip(0, 10_000))
        .with_columns(adjustment=pl.min_horizontal(col("raw"), pl.lit(3_000.0)))
        .with_columns(amount=half_up(col("base") * col("adjustment") / 10_000))
    )


def operators(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Every intermediate of the operators."""
    col = pl.col
    ten = pl.lit(10_000.0)
    return (
        frame.filter(col("role") == 1)
        .with_columns(
            a_dept=attained("dept_orders", "dept_clicks", "t_dept", 1e10),
            a_clicks=attained("clicks", None, "t_clicks", 1e4),
            a_dwell=attained("dwell", "clicks", "t_dwell", 1e3),
            a_imp=attained("impressions", None, "t_impressions", 1e4),
            v_dept=published("dept_orders", "dept_clicks", 1e6),
            v_dwell=published("dwell", "clicks", 1e-1),
        )
        .with_columns(
            conversion=upto_200("a_dept"),
            p_clicks=pl.min_horizontal(col("a_clicks"), ten),
            p_dwell=pl.when(col("clicks") == 0).then(10_000.0).otherwise(pl.min_horizontal(col("a_dwell"), ten)),
            p_imp=pl.min_horizontal(col("a_imp"), ten),
        )
        .with_columns(collaboration=half_up((col("p_clicks") * col("p_dwell")).sqrt() * col("p_imp") / 10_000))
        .with_columns(score=half_up((2 * col("conversion") + 3 * col("collaboration")) / 5))
        .with_columns(
            raw=(col("score") - 10_000).clip(0, 4_000),
            bonus_rate=pl.when(col("collaboration") >= 10_000).then(2_000.0).otherwise(0.0),
        )
        .with_columns(adjustment=pl.min_horizontal(col("raw"), pl.lit(3_000.0)))
        .with_columns(
            amount=half_up(col("base") * col("adjustment") / 10_000),
            bonus=half_up(col("base") * col("bonus_rate") / 10_000),
        )
    )


def run(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Score and pay both roles."""
    return pl.collect_all([designers(frame.lazy()), operators(frame.lazy())])

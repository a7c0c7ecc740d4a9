"""The same rules as SQL in DuckDB, curves as CASE, Arrow tables in and out; each step a subquery over the one before."""

import duckdb
import pyarrow as pa

STEP = "SELECT *, {columns} FROM ({source})"


def half_up(value: str) -> str:
    return f"floor({value} + 0.5)"


def ratio(above: str, below: str, scale: str) -> str:
    """A published quotient; 0 where the denominator is."""
    return half_up(f"CASE WHEN ({below}) = 0 THEN 0.0 ELSE {above} * {scale}::DOUBLE / ({below}) END")


def upto_200(name: str) -> str:
    return f"CASE WHEN {name} <= 10000 THEN {name} WHEN {name} <= 15000 THEN 2 * {name} - 10000 ELSE 20000.0 END"


RATING_POINTS = half_up(
    "CASE WHEN rating <= 10000 THEN 0.0 WHEN rating <= 30000 THEN (rating - 10000) * 0.35 "
    "WHEN rating <= 40000 THEN 7000 + (rating - 30000) * 0.3 WHEN rating <= 50000 THEN 10000 + (rating - 40000) "
    "ELSE 20000.0 END"
)

DESIGNERS: tuple[dict[str, str], ...] = (
    {
        "a_clicks": ratio("clicks", "t_clicks", "1e4"),
        "rating": ratio("stars", "ratings", "1e4"),
        "a_fav": ratio("favorites", "clicks * t_favorites", "1e10"),
        "a_dwell": ratio("dwell", "clicks * t_dwell", "1e3"),
        "a_order": ratio("orders", "clicks * t_orders", "1e10"),
        "a_repeat": ratio("repeats", "orders * t_repeats", "1e10"),
        "v_rating": ratio("stars", "ratings", "1e2"),
        "v_fav": ratio("favorites", "clicks", "1e6"),
        "v_dwell": ratio("dwell", "clicks * 10", "1"),
        "v_order": ratio("orders", "clicks", "1e6"),
        "v_repeat": ratio("repeats", "orders", "1e6"),
    },
    {
        "p_clicks": upto_200("a_clicks"),
        "p_rating": RATING_POINTS,
        "p_fav": upto_200("a_fav"),
        "p_dwell": upto_200("a_dwell"),
        "p_order": f"CASE WHEN clicks = 0 THEN 10000.0 ELSE {upto_200('a_order')} END",
        "p_repeat": f"CASE WHEN orders = 0 THEN 10000.0 ELSE {upto_200('a_repeat')} END",
        "reached": "least(a_clicks, 10000.0)",
    },
    {
        "quality": half_up(
            "(50 * p_clicks + CASE WHEN ratings = 0 THEN 0.0 ELSE 20 * p_rating END"
            " + CASE WHEN clicks = 0 THEN 0.0 ELSE 15 * p_fav + 15 * p_dwell END)"
            " / (100 - CASE WHEN ratings = 0 THEN 20 ELSE 0 END - CASE WHEN clicks = 0 THEN 30 ELSE 0 END)"
        ),
        "contribution": half_up("pow(p_order, 0.6) * pow(p_repeat, 0.4) * reached / 10000"),
    },
    {"score": half_up("(2 * quality + 3 * contribution) / 5")},
    {"raw": "least(greatest(score - 10000, 0.0), 10000.0)"},
    {"adjustment": "least(raw, 3000.0)"},
    {"amount": half_up("base * adjustment / 10000")},
)

OPERATORS: tuple[dict[str, str], ...] = (
    {
        "a_dept": ratio("dept_orders", "dept_clicks * t_dept", "1e10"),
        "a_clicks": ratio("clicks", "t_clicks", "1e4"),
        "a_dwell": ratio("dwell", "clicks * t_dwell", "1e3"),
        "a_imp": ratio("impressions", "t_impressions", "1e4"),
        "v_dept": ratio("dept_orders", "dept_clicks", "1e6"),
        "v_dwell": ratio("dwell", "clicks * 10", "1"),
    },
    {
        "conversion": upto_200("a_dept"),
        "p_clicks": "least(a_clicks, 10000.0)",
        "p_dwell": "CASE WHEN clicks = 0 THEN 10000.0 ELSE least(a_dwell, 10000.0) END",
        "p_imp": "least(a_imp, 10000.0)",
    },
    {"collaboration": half_up("sqrt(p_clicks * p_dwell) * p_imp / 10000")},
    {"score": half_up("(2 * conversion + 3 * collaboration) / 5")},
    {
        "raw": "least(greatest(score - 10000, 0.0), 4000.0)",
        "bonus_rate": "CASE WHEN collaboration >= 10000 THEN 2000.0 ELSE 0.0 END",
    },
    {"adjustment": "least(raw, 3000.0)"},
    {
        "amount": half_up("base * adjustment / 10000"),
        "bonus": half_up("base * bonus_rate / 10000"),
    },
)


def query(role: int, steps: tuple[dict[str, str], ...]) -> str:
    """Nest the steps, the innermost the rows of a role."""
    source = f"SELECT * FROM payees WHERE role = {role}"
    for step in steps:
        source = STEP.format(columns=", ".join(f"{value} AS {name}" for name, value in step.items()), source=source)
    return source


def run(table: pa.Table) -> list[pa.Table]:
    """Score and pay both roles."""
    connection = duckdb.connect()
    # The order of the rows is the table's, as everybody else's.
    connection.register("payees", table)
    found = [connection.sql(query(role, steps)).to_arrow_table() for role, steps in ((0, DESIGNERS), (1, OPERATORS))]
    connection.close()
    return found

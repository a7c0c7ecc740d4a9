# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # One shop, one quarter
#
# A shop with two designers, two operators and three posters. We read the raw click log of December to March, score the first
# quarter under the preset plan, look at the numbers, try another split of a shared poster, pay, and explain one payee's sum.
#
# Everything is made up in the next cells, without chance, so every run gives these numbers.

# %%
import polars as pl

import jointpay as jp

plan = jp.presets.design_operations()
print(plan.title, "| pays in", plan.currency, "| days begin in", plan.time_zone)
for name, role in plan.roles.items():
    for component_name, component in role.components.items():
        weight = f"{component.weight * 100}%"
        print(f"  {name:9} {weight:>4}  {component_name} = {component.combine} of {', '.join(component.measures)}")

# %% [markdown]
# Before it pays, the plan is asked what it does. `info` is what an author may not expect; an `error` would stop us here.

# %%
for finding in jp.check_plan(plan):
    print(finding.severity, finding.code, finding.place)

# %% [markdown]
# ## The click log
#
# One row per event. The table of counts below is what happened per month; the log spreads it evenly over the days. In March
# `spring` drew half as many clicks again, and the shop sold to more of those who came.

# %%
months = ["2025-12", "2026-01", "2026-02", "2026-03"]
happened = {
    "spring": {
        "impression": [800, 800, 820, 1230],
        "click": [80, 84, 80, 120],
        "favorite": [16, 17, 16, 24],
        "order": [16, 17, 16, 30],
        "refund": [1, 1, 0, 0],
        "repeat_order": [3, 4, 4, 8],
        "rating": [2, 2, 2, 2],
    },
    "tea": {
        "impression": [600, 600, 540, 500],
        "click": [60, 57, 54, 36],
        "favorite": [9, 9, 8, 5],
        "order": [12, 12, 11, 9],
        "refund": [0, 0, 1, 0],
        "repeat_order": [3, 3, 2, 2],
        "rating": [2, 2, 2, 2],
    },
    "gift": {
        "impression": [400, 420, 440, 460],
        "click": [40, 40, 44, 46],
        "favorite": [8, 8, 9, 9],
        "order": [8, 8, 9, 9],
        "refund": [0, 0, 0, 0],
        "repeat_order": [2, 2, 2, 2],
        "rating": [2, 2, 2, 2],
    },
}
stars = {"spring": 4, "tea": 3, "gift": 4}
dwell_ms = {"spring": 20_000, "tea": 18_000, "gift": 21_000}

counts = pl.DataFrame(
    [
        {
            "month": month,
            "item": item,
            "kind": kind,
            "rows": rows[place],
            "value": None if kind != "rating" else stars[item],
        }
        for item, kinds in happened.items()
        for kind, rows in kinds.items()
        for place, month in enumerate(months)
    ]
)
dwells = counts.filter(pl.col("kind") == "click").with_columns(
    kind=pl.lit("dwell"), value=pl.col("item").replace_strict(dwell_ms, return_dtype=pl.Int64)
)
log = (
    pl.concat([counts, dwells])
    .select(pl.exclude("rows").repeat_by("rows").explode(), number=pl.int_ranges("rows").explode())
    .with_columns(
        event_id=pl.concat_str("month", "item", "kind", "number", separator="-"),
        time=pl.concat_str(
            "month",
            pl.lit("-"),
            (pl.col("number") % 28 + 1).cast(pl.String).str.zfill(2),
            pl.lit("T"),
            (pl.col("number") % 24).cast(pl.String).str.zfill(2),
            pl.lit(":30:00+08:00"),
        ),
        channel=pl.when(pl.col("number") % 3 == 0).then(pl.lit("search")).otherwise(pl.lit("feed")),
    )
    .select("event_id", "time", "item", "channel", "kind", "value")
)
log.head(3)

# %% [markdown]
# `measure` makes facts of it: whole numbers per day, item and channel. Somebody exported the last ten rows twice; the same id
# with the same content is one event, and what was left out is counted.

# %%
facts = jp.measure(pl.concat([log, log.tail(10)]), plan)
print(len(facts.days), "rows of facts;", {name: int(total.sum()) for name, total in facts.totals.items()})
for left_out in facts.excluded:
    print("left out:", left_out.rows, "rows,", left_out.reason)

# %% [markdown]
# ## Who worked on what
#
# Seats and shares, with half-open days: `to` is the day after the last, and empty is open. Ming and Hua share `gift`.

# %%
people = jp.read_people(
    pl.DataFrame(
        {
            "person": ["d1", "d2", "o1", "o2"],
            "name": ["明", "华", "林", "伟"],
            "role": ["designer", "designer", "operator", "operator"],
            "from": ["2025-12-01"] * 4,
            "to": [""] * 4,
            "department": ["content"] * 4,
        }
    ),
    plan,
)
shares = pl.DataFrame(
    [
        ("d1", "designer", "spring", "1"),
        ("d2", "designer", "tea", "1"),
        ("d1", "designer", "gift", "1/2"),
        ("d2", "designer", "gift", "1/2"),
        ("o1", "operator", "spring", "1"),
        ("o2", "operator", "tea", "1"),
        ("o2", "operator", "gift", "1"),
    ],
    schema=["person", "role", "item", "share"],
    orient="row",
).with_columns(pl.lit("2025-12-01").alias("from"), pl.lit("").alias("to"))
credits_of_people = jp.read_credits(shares, plan)
data = jp.dataset(plan, facts=facts, people=people, credits=credits_of_people)

# %% [markdown]
# ## Scores
#
# 100 points are on target. Nothing about pay is known here.

# %%
scorecard = jp.score(plan, data)
scores = scorecard.frame("scores", backend="polars")
scores.pivot("period", index=["person", "name", "role"], values="score")

# %% [markdown]
# Why is March of `d1` high and of `d2` low? Every number between the clicks and the score is in the tables.

# %%
with pl.Config(tbl_rows=20, tbl_cols=12, tbl_width_chars=150):
    print(
        scorecard.frame("measures", backend="polars")
        .filter(pl.col("period") == "2026-03", pl.col("role") == "designer")
        .select("person", "component", "measure", "kind", "value", "target", "attainment", "points", "state")
    )

# %% [markdown]
# A third fewer people clicked `tea`. Of those who came a fifth more bought, and yet the contribution of `d2` fell: it is multiplied
# by how far the clicks reach their target (`clicks_reached`, 77.63). Nor was it a good month for `o2`, who brought less traffic than
# in February. The order rate of the whole department moves both operators alike:

# %%
scorecard.frame("components", backend="polars").filter(pl.col("period") == "2026-03").select(
    "person", "component", "weight", "points"
)

# %% [markdown]
# ## What if the shared poster were split otherwise?
#
# Scoring is a function of plan and data, so a what-if is one more call. Give Hua the whole of `gift`:

# %%
whole = shares.filter(~((pl.col("item") == "gift") & (pl.col("person") == "d1"))).with_columns(
    share=pl.when((pl.col("item") == "gift") & (pl.col("role") == "designer")).then(pl.lit("1")).otherwise("share")
)
other = jp.score(plan, jp.dataset(plan, facts=facts, people=people, credits=jp.read_credits(whole, plan)))
keys = ["person", "period"]
scores.select(*keys, "score").join(
    other.frame("scores", backend="polars").select(*keys, what_if="score"), on=keys, maintain_order="left"
).filter(pl.col("score") != pl.col("what_if"))

# %% [markdown]
# ## Money
#
# Base pay enters only now. Each amount is rounded once, to the cent.

# %%
amounts = {"d1": "8123.45", "d2": "7900.00", "o1": "7654.32", "o2": "7700.00"}
base_pay = jp.read_base_pay(
    pl.DataFrame(
        [
            {"person": person, "period": month, "base": "monthly_salary", "amount": amount}
            for month in months[1:]
            for person, amount in amounts.items()
        ]
    ),
    plan,
)
settlement = jp.settle(plan, scorecard, base_pay)
lines = settlement.frame("lines", backend="polars")
with pl.Config(tbl_rows=30):
    print(lines.select("period", "person", "rule", "base", "adjustment", "amount"))
print("in all:", lines["amount_minor"].sum(), "cents")

# %% [markdown]
# ## One payee, explained
#
# The whole sum, from clicks to cents, for somebody with a calculator.

# %%
print(jp.explain(settlement, "d1", "2026-03"))

# %% [markdown]
# ## Nothing is lost
#
# What was read is what was credited, and the rest by reason. December was read to be compared with, and is not scored.

# %%
with pl.Config(tbl_rows=20, tbl_cols=9, tbl_width_chars=120):
    print(
        scorecard.frame("conservation", backend="polars").select(
            "role", "total", "input", "credited", "unattributed", "not_scored", "excluded"
        )
    )

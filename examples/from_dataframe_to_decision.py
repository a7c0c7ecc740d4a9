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
# # From a DataFrame to a decision
#
# Hua designs `tea`. In March her score fell to 85.57, and she says that nobody saw her work. Wei, who operates `tea`, says that the design
# no longer draws. Who is right, what would it have paid, and should the plan change?
#
# The data are a DataFrame, one row per month, item and channel. Everything is made up, without chance.

# %%
import polars as pl

import jointpay as jp
from jointpay.pipeline.variants import score_variants
from jointpay.report import charts

plan = jp.presets.design_operations()
plan

# %%
rows = [
    # month, item, channel, impressions, clicks, dwell in s, favorites, orders, repeat orders, stars, ratings
    ("2025-12", "tea", "feed", 600, 60, 1200, 9, 12, 3, 8, 2),
    ("2026-01", "tea", "feed", 620, 62, 1240, 9, 12, 3, 8, 2),
    ("2026-02", "tea", "feed", 630, 64, 1290, 10, 13, 3, 8, 2),
    ("2026-03", "tea", "feed", 210, 22, 450, 4, 5, 2, 8, 2),
    ("2025-12", "tea", "search", 200, 30, 630, 5, 6, 2, 4, 1),
    ("2026-01", "tea", "search", 200, 30, 640, 5, 6, 2, 4, 1),
    ("2026-02", "tea", "search", 210, 31, 650, 5, 6, 2, 4, 1),
    ("2026-03", "tea", "search", 205, 32, 680, 6, 8, 3, 4, 1),
    ("2025-12", "spring", "feed", 800, 80, 1600, 16, 16, 4, 8, 2),
    ("2026-01", "spring", "feed", 810, 84, 1690, 17, 17, 4, 8, 2),
    ("2026-02", "spring", "feed", 820, 85, 1720, 17, 17, 4, 8, 2),
    ("2026-03", "spring", "feed", 1000, 105, 2150, 22, 23, 6, 8, 2),
]
names = ["impressions", "clicks", "dwell", "favorites", "orders", "repeat_orders", "stars", "ratings"]
totals = pl.DataFrame(rows, schema=["month", "item", "channel", *names], orient="row").select(
    pl.col("month").add("-15").alias("day"),
    "item",
    "channel",
    pl.col("dwell") * 1000,
    pl.exclude("month", "item", "channel", "dwell"),
)
facts = jp.read_facts(totals, plan)
facts

# %%
people = {
    "person": ["d1", "d2", "o1", "o2"],
    "name": ["明", "华", "林", "伟"],
    "role": ["designer", "designer", "operator", "operator"],
    "from": ["2025-12-01"] * 4,
    "to": [""] * 4,
    "department": ["content"] * 4,
}
shares = {
    "person": ["d1", "d2", "o1", "o2"],
    "role": ["designer", "designer", "operator", "operator"],
    "item": ["spring", "tea", "spring", "tea"],
    "share": ["1"] * 4,
    "from": ["2025-12-01"] * 4,
    "to": [""] * 4,
}
people, shares = jp.read_people(people, plan), jp.read_credits(shares, plan)
data = jp.dataset(plan, facts=facts, people=people, credits=shares)
scorecard = jp.score(plan, data, periods=["2026-01", "2026-02", "2026-03"])
scorecard

# %% [markdown]
# ## What happened
#
# March in one picture: few clicked on her design, and of those who did, more bought and came back than ever.

# %%
charts.heat_map(scorecard, period="2026-03", by="measures")

# %% [markdown]
# Step by step, from 100 to her score. What people did who came to `tea` is worth more than in February; it is multiplied away by the
# clicks that are missing.

# %%
charts.waterfall(scorecard, payee="d2", period="2026-03")

# %% [markdown]
# ## Poor design, or wrong channel?
#
# Of those who saw `tea`, as many clicked as ever. The feed, which brought three quarters of the traffic, showed it a third as often.

# %%
stages = ["impressions", "clicks", "orders", "repeat_orders"]
february = charts.channel_totals(facts, plan, items=["tea"], period="2026-02")
charts.funnel(february, plan=plan, stages=stages, what="tea, 2026-02")

# %%
march = charts.channel_totals(facts, plan, items=["tea"], period="2026-03")
charts.funnel(march, plan=plan, stages=stages, what="tea, 2026-03")

# %%
charts.trend(scorecard, payee="o2", component="collaboration", measure="traffic_brought")

# %% [markdown]
# ## What would it have been with February's traffic in the feed?
#
# Three times the impressions, and of these as many clicks, orders and so on as the March feed drew. Scoring is a function of the plan
# and the data, so the question is one more call.

# %%
in_feed = (pl.col("day") == "2026-03-15") & (pl.col("item") == "tea") & (pl.col("channel") == "feed")
shown = totals.with_columns(pl.when(in_feed).then(pl.col(name) * 3).otherwise(name).alias(name) for name in names)
other = jp.score(
    plan, jp.dataset(plan, facts=jp.read_facts(shown, plan), people=people, credits=shares), periods=["2026-03"]
)
compared = scorecard.frame("scores", backend="polars").filter(pl.col("period") == "2026-03")
compared.select("person", "name", "role", "score").join(
    other.frame("scores", backend="polars").select("person", with_traffic="score"), on="person", maintain_order="left"
)

# %% [markdown]
# Hua is right: with the traffic of February, her score is 135 and Wei's above 100. The coupling map says whose results move whose
# score: 1% more of what operators drive moves hers, and the clicks that designers drive move Wei's.

# %%
charts.coupling_map(scorecard, period="2026-03", by="payees")

# %% [markdown]
# ## Should the plan change?
#
# Her contribution is multiplied by how far clicks reach their target, down to nothing. One could let it fall to a half at the most. What
# would that have cost in the quarter? Each variant is scored on the same data.


# %%
def softened(least: int) -> jp.Plan:
    """Let a contribution keep so many per cent where nobody clicks."""
    tree = plan.to_json_tree()
    gate = tree["roles"]["designer"]["components"]["contribution"]["modifiers"]["clicks_reached"]
    ends = [{"at": "0", "gives": str(least)}, {"at": "1", "gives": "100"}]
    gate["curve"] = {"kind": "points", "points": ends, "below": "clamp", "above": "clamp"}
    return jp.Plan.model_validate(tree | {"version": f"keeps {least}%"})


months, salary = ["2026-01", "2026-02", "2026-03"], {"d1": "8000.00", "d2": "8200.00", "o1": "7600.00", "o2": "7700.00"}
who, when = zip(*((person, month) for person in salary for month in months), strict=True)
table = {"person": who, "period": when, "base": ["monthly_salary"] * 12, "amount": [salary[person] for person in who]}

costs = []
variants = [plan, softened(50), softened(80)]
for variant, card in zip(variants, score_variants(plan, data, variants, periods=months), strict=True):
    settled = jp.settle(variant, card, jp.read_base_pay(table, variant))
    lines = settled.frame("lines", backend="polars")
    hers = lines.filter(pl.col("person") == "d2", pl.col("period") == "2026-03")
    costs.append((variant.version, hers["points"][0], hers["amount"][0], lines["amount_minor"].sum()))
for version, score, amount, paid in costs:
    print(f"version {version}: her score {score}, her amount {amount}; paid in all {paid / 100:,.2f}")

# %% [markdown]
# ## The decision
#
# A gate that keeps a half would have paid her 510.04, and nobody else a cent more or less in the whole quarter: the sum rises by
# the same 510.04. It touches only those whose clicks fail. Whether that is what the gate was meant for, people decide; what it costs
# is no longer a guess. The plan is checked before it is signed, and what was paid under the old one stays as it is.

# %%
jp.check_plan(softened(50))

# %%
jp.settle(plan, scorecard, jp.read_base_pay(table, plan))

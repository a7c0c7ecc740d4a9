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
# # A plan in Chinese
#
# Names are yours: roles, metrics, components, totals, event kinds, groups, people and items may be written in any script. Only
# the keys of the plan language are English. Names are compared as written, and nothing is transliterated.

# %%
import polars as pl

import jointpay as jp

PLAN = """
schema_version: 1
id: 设计与运营
version: 1
title: 设计与运营协作奖金
effective: {from: 2026-01-01, to: 2027-01-01}
currency: CNY
time_zone: Asia/Shanghai
period: month
rounding: half_away_from_zero
places: {attainment: 4, points: 2, adjustment: 2}
partial_period: by_days

events:
  columns: {event_id: 编号, time: 时间, item: 作品, channel: 渠道, kind: 事件, value: 数值}

totals:
  点击: {kind: count, events: [点击]}
  订单: {kind: count, events: [下单], minus: [退款]}

metrics:
  点击量: {kind: total, total: 点击, unit: count, direction: higher_is_better, driven_by: 设计师, places: 2}
  下单率: {kind: ratio, numerator: 订单, denominator: 点击, unit: ratio, direction: higher_is_better, driven_by: 运营, places: 4}

roles:
  设计师:
    components:
      转化贡献:
        weight: 100%
        combine: weighted_geometric
        measures:
          点击达成:
            weight: 50%
            metric: 点击量
            scope: own
            target: {kind: fixed, value: 40}
            attainment: ratio
            curve: {kind: proportional, times: 100, origin: 0, from: 0%, to: 150%}
            missing: error
          下单率达成:
            weight: 50%
            metric: 下单率
            scope: own
            target: {kind: fixed, value: 25%}
            attainment: ratio
            curve: {kind: proportional, times: 100, origin: 0, from: 0%, to: 150%}
            missing: {kind: neutral, points: 100}
    pay:
      - id: 协作奖金
        base: 月薪
        reads: score
        curve: {kind: proportional, times: 1%, origin: 100, from: 100, to: 150}
        limits: [{kind: cap, at: 30%}]
  运营:
    components:
      设计协作:
        weight: 100%
        combine: weighted_geometric
        measures:
          部门下单率:
            weight: 50%
            metric: 下单率
            scope: {kind: group, column: 部门}
            target: {kind: fixed, value: 25%}
            attainment: ratio
            curve: {kind: proportional, times: 100, origin: 0, from: 0%, to: 150%}
            missing: {kind: neutral, points: 100}
          作品点击:
            weight: 50%
            metric: 点击量
            scope: own
            target: {kind: fixed, value: 40}
            attainment: ratio
            curve: {kind: proportional, times: 100, origin: 0, from: 0%, to: 150%}
            missing: error
    pay:
      - id: 协作奖金
        base: 月薪
        reads: score
        curve: {kind: proportional, times: 1%, origin: 100, from: 100, to: 150}
        limits: [{kind: cap, at: 30%}]

bounds:
  max_partner_share: 50%
  max_cliff_points: 0
  max_cliff_adjustment: 0%
"""

plan = jp.plan_from_text(PLAN, format="yaml", source="设计与运营.yaml")
for finding in jp.check_plan(plan):
    print(finding)

# %% [markdown]
# The log has Chinese headers; the plan says which column is which (`events: columns`). Of every four who click on the spring
# poster (`春日海报`) one orders; of the tea poster (`新茶海报`), one of three.

# %%
log = pl.DataFrame(
    [
        {
            "编号": f"{item}-{kind}-{number}",
            "时间": f"2026-03-{number % 28 + 1:02} 10:00:00",
            "作品": item,
            "渠道": "搜索",
            "事件": kind,
            "数值": None,
        }
        for item, kind, rows in (
            ("春日海报", "点击", 48),
            ("春日海报", "下单", 13),
            ("春日海报", "退款", 1),
            ("新茶海报", "点击", 36),
            ("新茶海报", "下单", 12),
        )
        for number in range(rows)
    ],
    schema_overrides={"数值": pl.Int64},
)
facts = jp.measure(log, plan)

# %% [markdown]
# The tables of people and credits have fixed column names, so a sheet with its own headers is renamed first. The department is
# a group column, and its name is free.

# %%
sheet = pl.DataFrame(
    {
        "工号": ["0017", "0018", "0020"],
        "姓名": ["王小明", "欧阳雨桐", "李雷"],
        "岗位": ["设计师", "设计师", "运营"],
        "部门": ["内容部", "内容部", "内容部"],
    }
)
people = jp.read_people(
    sheet.rename({"工号": "person", "姓名": "name", "岗位": "role"}).with_columns(
        pl.lit("2026-01-01").alias("from"), pl.lit("").alias("to")
    ),
    plan,
    source="员工表",
)
credits_of_people = jp.read_credits(
    {
        "person": ["0017", "0018", "0020", "0020"],
        "role": ["设计师", "设计师", "运营", "运营"],
        "item": ["春日海报", "新茶海报", "春日海报", "新茶海报"],
        "share": ["1"] * 4,
        "from": ["2026-03-01"] * 4,
        "to": [""] * 4,
    },
    plan,
)
scorecard = jp.score(plan, jp.dataset(plan, facts=facts, people=people, credits=credits_of_people))
scorecard.frame("measures", backend="polars").select("name", "component", "measure", "value", "target", "points")

# %%
base_pay = jp.read_base_pay(
    {
        "person": ["0017", "0018", "0020"],
        "period": ["2026-03"] * 3,
        "base": ["月薪"] * 3,
        "amount": ["9000.00", "9000.00", "8500.00"],
    },
    plan,
)
settlement = jp.settle(plan, scorecard, base_pay)
settlement.frame("lines", backend="polars").select("name", "rule", "base", "adjustment", "amount")

# %%
print(jp.explain(settlement, "0017", "2026-03"))

# %% [markdown]
# A misspelt name is told with the place and the name that was probably meant:

# %%
try:
    jp.plan_from_text(PLAN.replace("metric: 点击量", "metric: 点击率", 1), format="yaml", source="设计与运营.yaml")
except jp.PlanError as refused:
    print(refused)

"""Incentive pay for people whose work only succeeds together: coupled scores, exact to the cent, explained.

The way through: `load_plan` and `check_plan`; `measure` or `read_facts`, `read_credits`, `read_people`, put together by
`dataset`; `score`; and, with `read_base_pay`, `settle` and `explain`. `score` never sees pay.
"""

from jointpay.data.base_pay import read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import Dataset, dataset
from jointpay.data.events import measure
from jointpay.data.facts import Facts, merge_facts
from jointpay.data.facts_table import read_facts
from jointpay.data.grain import coarsest_grain
from jointpay.data.people import read_people
from jointpay.data.targets import read_targets
from jointpay.errors import DataError, JointPayError, MoneyError, PlanError
from jointpay.findings import Finding
from jointpay.pipeline import score, settle
from jointpay.plan import presets
from jointpay.plan.checks import check_plan
from jointpay.plan.load import load_plan, plan_from_text
from jointpay.plan.plan import Plan
from jointpay.plan.schema import plan_schema
from jointpay.results.explain import explain
from jointpay.results.explanation import Explanation
from jointpay.results.scorecard import Scorecard
from jointpay.results.settlement import Settlement
from jointpay.version import __version__

__all__ = [
    "DataError",
    "Dataset",
    "Explanation",
    "Facts",
    "Finding",
    "JointPayError",
    "MoneyError",
    "Plan",
    "PlanError",
    "Scorecard",
    "Settlement",
    "__version__",
    "check_plan",
    "coarsest_grain",
    "dataset",
    "explain",
    "load_plan",
    "measure",
    "merge_facts",
    "plan_from_text",
    "plan_schema",
    "presets",
    "read_base_pay",
    "read_credits",
    "read_facts",
    "read_people",
    "read_targets",
    "score",
    "settle",
]

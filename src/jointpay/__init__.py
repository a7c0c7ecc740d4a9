"""Incentive pay for people whose work only succeeds together: coupled scores, exact to the cent, explained.

The way through: `load_plan` and `check_plan`; `measure` or `read_facts`, `read_credits`, `read_people`, put together by
`dataset`; `score`; and, with `read_base_pay`, `settle` and `explain`. `score` never sees pay.
"""

from jointpay.data.dataset import Dataset
from jointpay.data.facts import Facts
from jointpay.errors import DataError, JointPayError, MoneyError, PlanError
from jointpay.findings import Finding
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import Scorecard
from jointpay.results.settlement import Settlement

__all__ = [
    "DataError",
    "Dataset",
    "Facts",
    "Finding",
    "JointPayError",
    "MoneyError",
    "Plan",
    "PlanError",
    "Scorecard",
    "Settlement",
    "__version__",
]

__version__ = "0.1.0"

"""Hypothesis strategies: plans with every construct of the plan language, and data for any plan, yours included.

>>> from hypothesis import given
>>> from jointpay import score
>>> @given(cases())
... def test_scores_conserve(case):
...     plan, dataset, base_pay = case
...     score(plan, dataset)
"""

from hypothesis import strategies as st

from jointpay.data.base_pay import BasePay
from jointpay.data.dataset import Dataset
from jointpay.plan.plan import Plan
from jointpay.testing.strategies_choose import Choose
from jointpay.testing.strategies_data import Tables, draw_tables, read_tables
from jointpay.testing.strategies_events import draw_events
from jointpay.testing.strategies_people import Table
from jointpay.testing.strategies_plan import draw_plan
from jointpay.testing.strategies_seeded import Case, draw_case, random_case

__all__ = ["Case", "Tables", "cases", "datasets_for", "events_for", "plans", "random_case", "tables_for"]


class _Drawn(Choose):
    """Choices that Hypothesis makes, remembers and shrinks."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def whole(self, low: int, high: int) -> int:
        """Choose a whole number between two others, both included."""
        return self._draw(st.integers(low, high))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw a plan."""
    return draw_plan(_Drawn(draw))


@st.composite
def tables_for(draw: st.DrawFn, plan: Plan) -> Tables:
    """Draw the tables of people, credits, facts, targets and pay bases for a plan, as mappings of columns."""
    return draw_tables(_Drawn(draw), plan)


@st.composite
def datasets_for(draw: st.DrawFn, plan: Plan) -> tuple[Dataset, BasePay]:
    """Draw a dataset and pay bases for a plan, read by the library's own readers."""
    return read_tables(plan, draw_tables(_Drawn(draw), plan))


@st.composite
def events_for(draw: st.DrawFn, plan: Plan) -> Table:
    """Draw a table of raw events that a plan can measure."""
    return draw_events(_Drawn(draw), plan)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a plan, a dataset and pay bases."""
    return draw_case(_Drawn(draw))

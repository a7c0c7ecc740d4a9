from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jointpay.data.base_pay import read_base_pay
from jointpay.data.credits import read_credits
from jointpay.data.dataset import dataset
from jointpay.data.events import measure
from jointpay.data.facts_table import read_facts
from jointpay.data.people import read_people
from jointpay.data.targets import read_targets
from jointpay.errors import DataError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.plan.plan import Plan
from jointpay.testing.strategies import plans, tables_for

PROPERTY = settings(settings.get_profile("properties"), max_examples=12)

Frame = Callable[[Mapping[str, Any]], Any]


def polars_eager(table: Mapping[str, Any]) -> Any:
    return pytest.importorskip("polars").DataFrame(table)


def polars_lazy(table: Mapping[str, Any]) -> Any:
    return pytest.importorskip("polars").LazyFrame(table)


def pandas(table: Mapping[str, Any]) -> Any:
    # Whole numbers with gaps stay whole numbers in pandas' nullable types; as float64 they are refused.
    return pytest.importorskip("pandas").DataFrame(table, dtype=object).convert_dtypes()


def pyarrow(table: Mapping[str, Any]) -> Any:
    return pytest.importorskip("pyarrow").table(table)


def written(plan: Plan, tables: Mapping[str, Any]) -> str | None:
    """Pay by the tables, whatever library they came in; None where they are refused on purpose."""
    try:
        read = dataset(
            plan,
            facts=measure(tables["events"], plan) if "events" in tables else read_facts(tables["facts"], plan),
            credits=read_credits(tables["credits"], plan),
            people=read_people(tables["people"], plan),
            targets=read_targets(tables["targets"], plan) if "targets" in tables else None,
        )
        card = replace(score(plan, read), backend=None)
        if "base_pay" not in tables:
            return card.to_json()
        return settle(plan, card, read_base_pay(tables["base_pay"], plan)).to_json()
    except (DataError, TooLargeError):
        return None


@pytest.mark.parametrize("frame", [polars_eager, polars_lazy, pandas, pyarrow], ids=lambda frame: str(frame.__name__))
@PROPERTY
@given(data=st.data())
def test_the_same_tables_give_the_same_bytes(data: st.DataObject, frame: Frame) -> None:
    plan = data.draw(plans())
    tables = {name: table for name, table in asdict(data.draw(tables_for(plan))).items() if table}
    assert written(plan, {name: frame(table) for name, table in tables.items()}) == written(plan, tables)

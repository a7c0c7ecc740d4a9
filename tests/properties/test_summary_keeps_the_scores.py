from collections.abc import Callable
from typing import Any

from hypothesis import given, settings

from jointpay.pipeline import score, settle
from jointpay.testing.strategies import Case, cases

PROPERTY = settings(settings.get_profile("properties"), max_examples=60)


@PROPERTY
@given(case=cases())
def test_a_summary_has_the_same_scores_and_pays_the_same(case: Case, settled: Callable[..., Any]) -> None:
    whole = settled(*case)
    summary = settle(case.plan, score(case.plan, case.dataset, keep="summary"), case.base_pay)
    for name in ("scores", "components", "conservation"):
        assert summary.scorecard.frame(name, backend=None) == whole.scorecard.frame(name, backend=None)
    for name in ("lines", "steps"):
        assert summary.frame(name, backend=None) == whole.frame(name, backend=None)
    assert all(part.measures == part.modifiers == () for role in summary.scorecard.roles for part in role.components)

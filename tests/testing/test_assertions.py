"""The comparison with the reference sees every number: change one, and it says which."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from jointpay.errors import DataError, TooLargeError
from jointpay.pipeline import score, settle
from jointpay.results.scorecard import Scorecard
from jointpay.results.settlement import Settlement
from jointpay.testing.assertions import assert_same_scorecard, assert_same_settlement
from jointpay.testing.reference import reference_scorecard, reference_settlement
from jointpay.testing.reference_records import ReferenceLink, ReferenceMeasure, ReferenceScorecard, ReferenceSettlement
from jointpay.testing.strategies_seeded import Case, random_case


def rich(case: Case) -> bool:
    """Whether a case has a link with several partners, a modifier, a baseline, and pay rules with limits."""
    wanted = reference_scorecard(case.plan, case.dataset, None)
    components = [part for rows in wanted.roles.values() for row in rows for part in row.components]
    links = [measure for part in components for measure in part.measures if isinstance(measure, ReferenceLink)]
    limits = [rule.limits for role in case.plan.roles.values() for rule in role.pay if rule.limits]
    shares = any(len(link.partners) > 1 for link in links)
    measures = [measure for part in components for measure in (*part.measures, *part.modifiers)]
    compares = any(isinstance(measure, ReferenceMeasure) and measure.baseline for measure in measures)
    return shares and compares and any(part.modifiers for part in components) and len(limits) > 1


@pytest.fixture(scope="module")
def case() -> Case:
    for seed in range(200):
        found = random_case(seed)
        try:
            if rich(found):
                settle(found.plan, score(found.plan, found.dataset), found.base_pay)
                return found
        except (DataError, TooLargeError):
            continue
    pytest.fail("no generated case has everything")


@pytest.fixture(scope="module")
def card(case: Case) -> Scorecard:
    return score(case.plan, case.dataset)


@pytest.fixture(scope="module")
def lines(case: Case, card: Scorecard) -> Settlement:
    return settle(case.plan, card, case.base_pay)


@pytest.fixture(scope="module")
def wanted(case: Case) -> ReferenceScorecard:
    return reference_scorecard(case.plan, case.dataset)


@pytest.fixture(scope="module")
def wanted_lines(case: Case) -> ReferenceSettlement:
    return reference_settlement(case.plan, case.dataset, case.base_pay)


def changed(record: Any) -> Iterator[tuple[str, Any]]:
    """Give copies of a record, each with one number of one array changed, and where."""
    for field in fields(record):
        value = getattr(record, field.name)
        for where, other in changed_value(value):
            yield f"{field.name}{where}", replace(record, **{field.name: other})


def changed_value(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, np.ndarray):
        for place in range(value.size):
            other = value.copy()
            other[place] += 1
            yield f"[{place}]", other
    elif isinstance(value, tuple) and value and not hasattr(value, "_fields"):
        for place, part in enumerate(value):
            for where, other in changed_value(part):
                yield f"[{place}]{where}", (*value[:place], other, *value[place + 1 :])
    elif is_dataclass(value) and type(value).__module__.startswith("jointpay.results"):
        for where, other in changed(value):
            yield f".{where}", other


def all_seen(copies: Iterator[tuple[str, Any]], compare: Callable[[Any], None]) -> int:
    told: dict[str, str] = {}
    for where, copy in copies:
        try:
            compare(copy)
        except AssertionError as difference:
            told[where] = str(difference)
        else:
            told[where] = ""
    assert [where for where, text in told.items() if "the reference has" not in text] == []
    return len(told)


def test_a_scorecard_is_the_reference_and_no_changed_number_is(card: Scorecard, wanted: ReferenceScorecard) -> None:
    assert_same_scorecard(card, wanted)
    assert all_seen(changed(card), lambda copy: assert_same_scorecard(copy, wanted)) > 100


def test_a_settlement_is_the_reference_and_no_changed_number_is(
    lines: Settlement, wanted_lines: ReferenceSettlement
) -> None:
    assert_same_settlement(lines, wanted_lines)
    copies = ((where, copy) for where, copy in changed(lines) if where.startswith("lines"))
    assert all_seen(copies, lambda copy: assert_same_settlement(copy, wanted_lines)) > 10


def test_the_first_difference_is_named(card: Scorecard, wanted: ReferenceScorecard) -> None:
    role = card.roles[0]
    scores = role.scores.copy()
    scores[0] += 1
    other = replace(card, roles=(replace(role, scores=scores), *card.roles[1:]))
    row = wanted.roles[role.role][0]
    told = (
        rf"{role.role}, {row.person}, {row.period} from day {row.start}: score is {row.score + 1}, .* has {row.score}"
    )
    with pytest.raises(AssertionError, match=told):
        assert_same_scorecard(other, wanted)

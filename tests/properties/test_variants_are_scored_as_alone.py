import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from jointpay.data.dataset import dataset
from jointpay.errors import DataError, MismatchError, TooLargeError
from jointpay.pipeline import score
from jointpay.pipeline.variants import score_variants
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import MeasureScores
from jointpay.testing.strategies import Case, cases

PROPERTY = settings(settings.get_profile("properties"), max_examples=60)


def edited(plan: Plan, seed: int, count: int) -> Iterator[Plan]:
    """Give variants, each with some curves, weights, policies, operators, targets or links of the plan changed."""
    random = Random(seed)  # noqa: S311 - nothing secret
    for number in range(count):
        tree = copy.deepcopy(plan.to_json_tree())
        tree["version"] = f"variant {number}"
        for _ in range(random.randint(0, 3)):
            role = random.choice(list(tree["roles"].values()))
            component = random.choice(list(role["components"].values()))
            parts = [*component["measures"].values(), *component.get("modifiers", {}).values()]
            part, other = random.choice(parts), random.choice(parts)
            kind = random.choice(
                ["combine", "curve", "weight", "missing", "target", "attainment", "components", "rest"]
            )
            if kind == "combine":
                component["combine"] = random.choice(["weighted_mean", "weighted_geometric", "minimum"])
            elif kind == "components":
                names = list(role["components"])
                role["components"] = {name: role["components"][name] for name in reversed(names)}
            elif kind == "rest":
                component["missing"] = random.choice([{"kind": "zero"}, {"kind": "leave_out"}, {"kind": "error"}])
            elif kind == "target" and "target" in part:
                part["target"] = {"kind": "fixed", "value": str(random.randint(1, 50))}
            elif kind in part and kind in other:
                part[kind], other[kind] = other[kind], part[kind]
        try:
            yield Plan.model_validate(tree)
        except ValidationError:
            continue


def alone(variant: Plan, case: Case) -> str:
    """Score a variant as if there were no other; give the stored scorecard, or what stops it."""
    data = case.dataset
    try:
        own = dataset(variant, facts=data.facts, credits=data.credits, people=data.people, targets=data.targets)
        return score(variant, own).to_json()
    except (DataError, TooLargeError) as error:
        return f"{type(error).__name__}: {error}"


def beside(variants: list[Plan], case: Case) -> Iterator[str]:
    """Score variants together, in the same words."""
    try:
        yield from (card.to_json() for card in score_variants(case.plan, case.dataset, variants))
    except (DataError, TooLargeError) as error:
        yield f"{type(error).__name__}: {error}"


@PROPERTY
@given(case=cases(), seed=st.integers(0, 10**6))
def test_a_variant_gives_the_bytes_that_it_gives_alone(case: Case, seed: int, settled: Callable[..., Any]) -> None:
    settled(*case)
    for variant in edited(case.plan, seed, 4):
        # The plan itself first: what it left behind must change nothing in what comes after.
        expected = [alone(case.plan, case), alone(variant, case)]
        assert list(beside([case.plan, variant], case)) == expected


def test_what_is_the_same_is_shared_and_what_differs_is_not(shop: Any) -> None:
    tree = shop.plan.to_json_tree()
    parts = tree["roles"]["designer"]["components"]["quality"]["measures"]
    parts["clicks"]["weight"], parts["dwell"]["weight"] = parts["dwell"]["weight"], parts["clicks"]["weight"]
    parts["clicks"]["curve"] = {"kind": "proportional", "times": "100", "origin": "0", "from": "0", "to": "1"}
    variant = Plan.model_validate(tree)
    card, other = score_variants(shop.plan, shop.dataset, [shop.plan, variant])
    (quality, contribution), (changed, kept) = (each.roles[0].components for each in (card, other))
    assert kept.points is contribution.points
    assert changed.points is not quality.points
    for mine, theirs in zip(quality.measures, changed.measures, strict=True):
        assert isinstance(mine, MeasureScores)
        assert isinstance(theirs, MeasureScores)
        assert theirs.attainments is mine.attainments
        assert (theirs.points is mine.points) == (mine.name != "clicks")
    # A variant that changes nothing shares everything up to the score.
    assert np.array_equal(card.roles[0].scores, score(shop.plan, shop.dataset).roles[0].scores)


def test_a_variant_that_reads_the_data_otherwise_is_refused(shop: Any) -> None:
    tree = shop.plan.to_json_tree()
    tree["places"]["points"] = 3
    tree["partial_period"] = "whole"
    other = Plan.model_validate(tree)
    with pytest.raises(MismatchError, match="differs from plan 'design_operations' in places, partial_period, which"):
        list(score_variants(shop.plan, shop.dataset, [other]))
    tree = shop.plan.to_json_tree()
    tree["roles"] = dict(reversed(tree["roles"].items()))
    with pytest.raises(MismatchError, match="in roles, which says how data are read"):
        list(score_variants(shop.plan, shop.dataset, [Plan.model_validate(tree)]))


def test_the_dataset_must_be_the_plans_own(shop: Any) -> None:
    with pytest.raises(MismatchError, match="the dataset was read for the plan with digest"):
        list(score_variants(shop.plan, replace(shop.dataset, plan_digest="0" * 64), [shop.plan]))

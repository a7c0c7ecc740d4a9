"""Symmetry: who somebody is, and who else is there without taking part, changes nothing."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from jointpay.audit.difference import differences, numbers_of, scorecard_of, who
from jointpay.audit.variants import (
    NEWCOMER,
    renamed_base_pay,
    renamed_dataset,
    with_newcomer,
    with_zero_facts,
    without_persons,
)
from jointpay.data.base_pay import BasePay
from jointpay.data.dataset import Dataset
from jointpay.errors import DataError
from jointpay.findings import Finding, Place
from jointpay.pipeline import score, settle
from jointpay.plan.measures import MissingLeaveOut
from jointpay.plan.plan import Plan
from jointpay.results.scorecard import MISSING_REASONS, LinkScores, MeasureScores, RoleScores, Scorecard
from jointpay.results.settlement import Settlement

__all__ = ["anonymous", "equal_treatment", "null_player"]

Whole = NDArray[np.int64]

_INPUTS = ("numerators", "denominators", "targets")
NO_BASELINE = MISSING_REASONS.index("no_baseline")


def _run(plan: Plan, data: Dataset, base_pay: BasePay | None, periods: Sequence[str]) -> Scorecard | Settlement:
    card = score(plan, data, periods=periods)
    return card if base_pay is None else settle(plan, card, base_pay)


def anonymous(
    plan: Plan,
    dataset: Dataset,
    base_pay: BasePay | None = None,
    *,
    persons: Mapping[str, str] | None = None,
    items: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """Find numbers that change when people and items get other ids and nothing else changes.

    Without `persons` and `items`, everybody and everything gets a new id, such that the order of ids is turned around.
    With pay bases, amounts are compared too. Nobody and nothing satisfies it.
    """
    who_else = _turned_around(dataset.people.person_ids, "payee") if persons is None else persons
    labels = tuple(sorted({*dataset.facts.item_ids, *dataset.credits.item_ids}))
    what_else = _turned_around(labels, "item") if items is None else items
    before_card = score(plan, dataset)
    periods = [span.id for span in before_card.periods]
    before = before_card if base_pay is None else settle(plan, before_card, base_pay)
    other_pay = None if base_pay is None else renamed_base_pay(base_pay, who_else)
    after = _run(plan, renamed_dataset(dataset, persons=who_else, items=what_else), other_pay, periods)
    return differences(
        before, after, code="not_anonymous", said="other ids for people and items must change nothing", renamed=who_else
    )


def _turned_around(labels: Sequence[str], word: str) -> dict[str, str]:
    """Give every label a new one, in the opposite order."""
    return {label: f"{word}-{len(labels) - place:06}" for place, label in enumerate(sorted(labels))}


def null_player(plan: Plan, dataset: Dataset, base_pay: BasePay | None = None) -> tuple[Finding, ...]:
    """Find numbers that change for others when somebody or something without part comes or goes.

    Three cases: facts of zeros on an item that nobody is credited with, on days that have facts anyway; everybody who
    has no credit leaves; somebody without credits takes a seat, in every role in turn. Where the plan cannot score the
    newcomer (a missing value under the policy `error`, a cell missing in a targets table, a curve that refuses), that
    case says so as information.
    """
    before_card = score(plan, dataset)
    periods = [span.id for span in before_card.periods]
    before = before_card if base_pay is None else settle(plan, before_card, base_pay)
    found = list(
        differences(
            before,
            _run(plan, with_zero_facts(dataset), base_pay, periods),
            code="null_item_matters",
            said="facts of zeros on an item of nobody must change nothing",
        )
    )
    absent = frozenset(dataset.people.person_ids) - frozenset(dataset.credits.person_ids)
    if absent and len(absent) < len(dataset.people.person_ids):
        found += differences(
            before,
            _run(plan, without_persons(dataset, absent), base_pay, periods),
            code="null_player_matters",
            said="people without credits must change nothing for others by leaving",
            without=absent,
        )
    for role in plan.roles:
        found += _with_newcomer(plan, dataset, base_pay, before, role)
    return tuple(found)


def _with_newcomer(
    plan: Plan, dataset: Dataset, base_pay: BasePay | None, before: Scorecard | Settlement, role: str
) -> tuple[Finding, ...]:
    joined = with_newcomer(dataset, role)
    if joined is None:
        return ()
    periods = [span.id for span in scorecard_of(before).periods]
    try:
        after = _run(plan, joined, _with_base(plan, base_pay, periods), periods)
    except DataError as refused:
        said = f"somebody without credits cannot be scored here, so their coming was not tried: {refused.findings[0]}"
        place = Place(path=f"roles.{role}")
        return (Finding(code="null_player_not_tried", severity="info", message=said, place=place),)
    return differences(
        before,
        after,
        code="null_player_matters",
        said="somebody without credits must change nothing for others by coming",
        renamed={person: person for person in scorecard_of(before).person_ids},
    )


def _with_base(plan: Plan, base_pay: BasePay | None, periods: Sequence[str]) -> BasePay | None:
    """Give the newcomer a pay base of 0 everywhere."""
    if base_pay is None:
        return None
    names = {rule.base for role in plan.roles.values() for rule in role.pay}
    zeros = {(NEWCOMER, period, name): 0 for period in periods for name in names}
    return BasePay(base_pay.currency, {**base_pay.amounts, **zeros}, base_pay.digest)


def equal_treatment(result: Scorecard | Settlement, *, up_to_minor: int = 0) -> tuple[Finding, ...]:
    """Find payees with the same facts and different points, or the same points and base and different pay.

    The same facts are the same credited totals and published targets in every measure and modifier of the role, and the
    same partners' points by the same weights in every link. Pay may differ by `up_to_minor` minor units. Who the payees
    are and which period it is does not matter. One finding per role and per pay rule, with the first pair.
    """
    card = scorecard_of(result)
    found = []
    for place, role in enumerate(card.roles):
        if not role.scores.size:
            continue
        inputs = [*_facts_of(role), *_links_of(card, role)]
        outputs = [
            (numbers.path, numbers.values)
            for numbers in numbers_of(card)
            if numbers.role == place and not numbers.path.endswith(_INPUTS) and ".baseline." not in numbers.path
        ]
        found += _unequal(card, role, inputs, outputs, 0)
    if isinstance(result, Settlement):
        for line in result.lines:
            role = next(role for role in card.roles if role.role == line.role)
            path = f"roles.{line.role}.pay.{line.rule_id}"
            inputs = [line.points, line.states.astype(np.int64), line.base_minor]
            steps = [(f"{path}.adjustments.{step}", numbers) for step, numbers in enumerate(line.adjustments)]
            found += _unequal(card, role, inputs[:2], steps, 0)
            amounts = [(f"{path}.amounts.{step}", numbers) for step, numbers in enumerate(line.amounts)]
            found += _unequal(card, role, inputs, amounts, up_to_minor)
    return tuple(found)


def _facts_of(role: RoleScores) -> list[Whole]:
    """Give what the measures and modifiers of a role are made from; a missing baseline is part of what was asked."""
    found = []
    for component in role.components:
        for measure in (*component.measures, *component.modifiers):
            if isinstance(measure, MeasureScores):
                asked = (measure.states == NO_BASELINE).astype(np.int64)
                found += [measure.numerators, measure.denominators, measure.targets, asked]
    return found


def _links_of(card: Scorecard, role: RoleScores) -> list[Whole]:
    """Give every link's partners as one code per row: equal codes are equal (weight, points) of all partners."""
    found = []
    declared = card.plan.roles[role.role].components
    for component in role.components:
        for measure in component.measures:
            if isinstance(measure, LinkScores):
                link = declared[component.name].measures[measure.name]
                partner = next(other for other in card.roles if other.role == getattr(link, "role", ""))
                name = getattr(link, "component", "")
                points = next(part for part in partner.components if part.name == name)
                missing = card.plan.roles[partner.role].components[name].missing
                gone = (points.states != 0) & (missing is None or isinstance(missing, MissingLeaveOut))
                partners: list[list[tuple[int, int]]] = [[] for _ in range(role.scores.size)]
                columns = (measure.rows, measure.weights, points.points[measure.partners], gone[measure.partners])
                for row, weight, point, left_out in zip(*(column.tolist() for column in columns), strict=True):
                    if not left_out:
                        partners[row].append((weight, point))
                codes: dict[tuple[tuple[int, int], ...], int] = {}
                keys = [tuple(sorted(pairs)) for pairs in partners]
                found.append(np.array([codes.setdefault(key, len(codes)) for key in keys], dtype=np.int64))
    return found


def _leaders(inputs: Sequence[Whole]) -> Whole:
    """Give every row the first row in which all inputs are the same."""
    group = np.zeros(inputs[0].size, dtype=np.int64)
    first = np.zeros(1, dtype=np.intp)
    for numbers in inputs:
        _, code = np.unique(numbers, return_inverse=True)
        _, first, group = np.unique(group * (code.max() + 1) + code, return_index=True, return_inverse=True)
    return first[group]


def _unequal(
    card: Scorecard,
    role: RoleScores,
    inputs: Sequence[Whole],
    outputs: Sequence[tuple[str, NDArray[np.int64]]],
    up_to: int,
) -> list[Finding]:
    """Find the first output that differs between rows whose inputs are all equal."""
    if not role.scores.size:
        return []
    leader = _leaders(inputs)
    for path, numbers in outputs:
        values = numbers.astype(np.int64)
        rows = np.flatnonzero(np.abs(values - values[leader]) > up_to)
        if rows.size:
            row, other = int(rows[0]), int(leader[rows[0]])
            (person, period), (peer, peer_period) = who(card, role.payees, row), who(card, role.payees, other)
            return [
                Finding(
                    code="unequal_treatment",
                    severity="error",
                    message=f"the same facts give {values[row]} here and {values[other]} to person {peer!r} in period "
                    f"{peer_period!r} (in last places); allowed: the same, up to {up_to}",
                    place=Place(path=path, who=f"person {person!r}, period {period!r}"),
                    witness=(
                        ("person", person),
                        ("period", period),
                        ("number", str(values[row])),
                        ("other_person", peer),
                        ("other_period", peer_period),
                        ("other_number", str(values[other])),
                    ),
                )
            ]
    return []

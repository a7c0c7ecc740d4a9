"""Results as tidy tables.

One rule for every column, the same in every dataframe library: a decimal is text with all its published places
(`97.25`), a count is a whole number, money is there twice, as text in the currency's own unit (`1234.50`) and as a whole
number of minor units (`amount_minor`), a day is text (`2026-02-01`), and half-open ranges are `from` and `to`. What is
missing or does not apply is an empty cell, never a zero; `state` says why (see `MISSING_REASONS`).

`scores`
    One row per payee row: person, role and period, and two where a seat changes inside the period.
`components`
    One row per payee row and component, with its weight in the score and its points after the modifiers.
`measures`
    One row per payee row, component and measure, link or modifier (`kind`). `numerator` and `denominator` are whole
    numbers of 1 / `share_denominator`; a total has its credited amount in `numerator`. A growth or group target has
    what it was made of in `baseline_numerator`, `baseline_denominator`, `baseline_share_denominator` (the same kinds of
    numbers) and `baseline_days` (how many days were counted). A link has points only.
`links`
    One row per payee row, link and partner's row: the weights of the mean are in proportion to `weight`.
`conservation`
    One row per role and total: input = credited + unattributed + not_scored + excluded. Shared amounts are exact text
    (`1000/3`).
`lines`
    One row per payee row and pay rule: what is paid.
`steps`
    One row per payee row, pay rule and step: what the curve gave, each limit on the adjustment, the amount it makes,
    each limit on the amount; `before`, `after` and whether the step changed anything (`bound`).

Points of a measure that was missing are what the missing policy counts it as; where it is left out they are empty.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jointpay.frames import Flags, Texts, Wholes, make_frame
from jointpay.money.currency import minor_digits
from jointpay.money.number import decimal_text
from jointpay.plan.calendar import day_text
from jointpay.plan.measures import Link, Measure, MissingLeaveOut, Modifier
from jointpay.plan.payout import PayRule, ReadsComponent
from jointpay.results.limits import adjustment_limits, amount_limits, limit_text
from jointpay.results.scorecard import (
    BaselineSums,
    LinkScores,
    MeasureScores,
    RoleScores,
    Scorecard,
)
from jointpay.results.settlement import RuleLines, Settlement
from jointpay.results.table_columns import (
    Columns,
    counted,
    decimals,
    listed,
    named,
    repeated,
    stacked,
    states_told,
    texts,
    wholes,
)

__all__ = [
    "SCORECARD_TABLES",
    "SETTLEMENT_TABLES",
    "scorecard_columns",
    "scorecard_frame",
    "settlement_columns",
    "settlement_frame",
]

_WITHOUT_VALUE: Final = (1, 2)
_WITHOUT_TARGET: Final = (1, 2, 3)


def scorecard_columns(scorecard: Scorecard, name: str) -> Columns:
    """Give one table of a scorecard as columns. Raises `ValueError` for a name that is none of SCORECARD_TABLES."""
    table = _SCORECARD.get(name)
    if table is None:
        raise ValueError(f"a scorecard has no table {name!r}; allowed: {', '.join(SCORECARD_TABLES)}")
    return table(scorecard)


def settlement_columns(settlement: Settlement, name: str) -> Columns:
    """Give one table of a settlement, or of its scorecard, as columns; otherwise as `scorecard_columns`."""
    table = _SETTLEMENT.get(name)
    if table is None and name not in _SCORECARD:
        raise ValueError(f"a settlement has no table {name!r}; allowed: {', '.join(SETTLEMENT_TABLES)}")
    return scorecard_columns(settlement.scorecard, name) if table is None else table(settlement)


def scorecard_frame(scorecard: Scorecard, name: str, *, backend: str | None) -> Any:  # noqa: ANN401 - the caller's kind
    """Give one table of a scorecard as a frame of `backend`; None gives a dict of columns.

    Raises `ValueError` for a name that is none of SCORECARD_TABLES, `MissingExtraError` where the library is missing.
    """
    return make_frame(scorecard_columns(scorecard, name), backend=backend)


def settlement_frame(settlement: Settlement, name: str, *, backend: str | None) -> Any:  # noqa: ANN401 - the same
    """Give one table of a settlement, or of its scorecard, as a frame of `backend`; otherwise as `scorecard_frame`."""
    return make_frame(settlement_columns(settlement, name), backend=backend)


_WHO: Final = "period person name role from to"


def _days(days: NDArray[np.integer]) -> Texts:
    return texts(days, lambda found: map(day_text, found.tolist()))


def _who(card: Scorecard, role: RoleScores, rows: NDArray[Any] | slice = slice(None)) -> Columns:
    """Say whose row it is: the columns every table of rows begins with."""
    payees = role.payees
    periods, persons = payees.periods[rows], payees.persons[rows]
    return {
        "period": named(periods, [span.id for span in card.periods]),
        "person": named(persons, card.person_ids),
        "name": named(persons, card.names),
        "role": repeated(role.role, len(periods)),
        "from": _days(payees.starts[rows]),
        "to": _days(payees.ends[rows]),
    }


def _scores(card: Scorecard) -> Columns:
    places = card.plan.places.points
    blocks = (
        _who(card, role) | {"score": decimals(role.scores, places, role.states != 0), "state": states_told(role.states)}
        for role in card.roles
    )
    return stacked(blocks, f"{_WHO} score state")


def _components(card: Scorecard) -> Columns:
    places = card.plan.places.points

    def blocks() -> Iterator[Columns]:
        for role in card.roles:
            who = _who(card, role)
            for scores in role.components:
                component = card.plan.roles[role.role].components[scores.name]
                left_out = scores.states != 0 if isinstance(component.missing, MissingLeaveOut) else None
                yield who | {
                    "component": repeated(scores.name, len(role.scores)),
                    "weight": repeated(decimal_text(component.weight), len(role.scores)),
                    "points": decimals(scores.points, places, left_out),
                    "state": states_told(scores.states),
                }

    return stacked(blocks(), f"{_WHO} component weight points state")


_BASELINE: Final = ("baseline_numerator", "baseline_denominator", "baseline_share_denominator", "baseline_days")
_MEASURE: Final = (
    "component measure kind weight numerator denominator share_denominator value "
    f"{' '.join(_BASELINE)} target attainment points state"
)


def _measures(card: Scorecard) -> Columns:
    card.require_all("the table of measures")

    def blocks() -> Iterator[Columns]:
        for role in card.roles:
            who = _who(card, role)
            for scores in role.components:
                component = card.plan.roles[role.role].components[scores.name]
                named = who | {"component": repeated(scores.name, len(role.scores))}
                for ingredient in scores.measures:
                    yield named | _measure(card, ingredient, component.measures[ingredient.name])
                for modifier in scores.modifiers:
                    yield named | _measure(card, modifier, component.modifiers[modifier.name])

    return stacked(blocks(), f"{_WHO} {_MEASURE}")


def _measure(card: Scorecard, scores: MeasureScores | LinkScores, ingredient: Measure | Link | Modifier) -> Columns:
    places, count = card.plan.places, len(scores.points)
    missing = scores.states != 0
    left_out = missing if isinstance(ingredient.missing, MissingLeaveOut) else None
    found: Columns = {
        "measure": repeated(scores.name, count),
        "kind": repeated("modifier" if isinstance(ingredient, Modifier) else ingredient.kind, count),
        "weight": repeated(None if isinstance(ingredient, Modifier) else decimal_text(ingredient.weight), count),
        "points": decimals(scores.points, places.points, left_out),
        "state": states_told(scores.states),
    }
    empty = repeated(None, count)
    if isinstance(scores, LinkScores) or isinstance(ingredient, Link):
        none = dict.fromkeys(("numerator", "denominator", "share_denominator"), wholes(None, count))
        return found | _baseline(None, count) | none | dict.fromkeys(("value", "target", "attainment"), empty)
    metric = card.plan.metrics[ingredient.metric]
    no_target = np.isin(scores.states, _WITHOUT_TARGET)
    return (
        found
        | _baseline(scores.baseline, count)
        | {
            "numerator": Wholes(scores.numerators),
            "denominator": Wholes(scores.denominators),
            "share_denominator": wholes(scores.share_denominator, count),
            "value": decimals(scores.values, metric.places, np.isin(scores.states, _WITHOUT_VALUE)),
            "target": empty if ingredient.target is None else decimals(scores.targets, metric.places, no_target),
            "attainment": decimals(scores.attainments, places.attainment, missing),
        }
    )


def _baseline(sums: BaselineSums | None, count: int) -> Columns:
    """Write what targets were made of; where no day was counted there is nothing, which is no zero."""
    if sums is None:
        return dict.fromkeys(_BASELINE, wholes(None, count))
    numbers = (sums.numerators, sums.denominators, np.full(count, sums.share_denominator), sums.days)
    empty = sums.days == 0
    return {name: Wholes(column, empty) for name, column in zip(_BASELINE, numbers, strict=True)}


def _links(card: Scorecard) -> Columns:
    card.require_all("the table of links")
    by_role = {role.role: role for role in card.roles}

    def blocks() -> Iterator[Columns]:
        for role in card.roles:
            for scores in role.components:
                for ingredient in scores.measures:
                    link = card.plan.roles[role.role].components[scores.name].measures[ingredient.name]
                    if isinstance(ingredient, LinkScores) and isinstance(link, Link):
                        who = _who(card, role, ingredient.rows) | {
                            "component": repeated(scores.name, len(ingredient.rows))
                        }
                        yield who | _link(card, ingredient, link, by_role[link.role])

    return stacked(
        blocks(),
        f"{_WHO} component measure partner_role partner_component partner partner_from partner_to weight partner_points",
    )


def _link(card: Scorecard, scores: LinkScores, link: Link, partner: RoleScores) -> Columns:
    who = _who(card, partner, scores.partners)
    read = next(component for component in partner.components if component.name == link.component)
    of_partner = card.plan.roles[link.role].components[link.component]
    left_out = read.states[scores.partners] != 0 if isinstance(of_partner.missing, MissingLeaveOut) else None
    count = len(scores.rows)
    return {
        "measure": repeated(scores.name, count),
        "partner_role": repeated(link.role, count),
        "partner_component": repeated(link.component, count),
        "partner": who["person"],
        "partner_from": who["from"],
        "partner_to": who["to"],
        "weight": Wholes(scores.weights),
        "partner_points": decimals(read.points[scores.partners], card.plan.places.points, left_out),
    }


def _conservation(card: Scorecard) -> Columns:
    lines = card.conservation.lines
    excluded = [sum(amount for _, amount in line.excluded) for line in lines]
    return {
        "role": listed([line.role for line in lines]),
        "total": listed([line.total for line in lines]),
        "input": counted([line.input for line in lines]),
        "credited": listed([decimal_text(line.credited) for line in lines]),
        "unattributed": listed([decimal_text(line.unattributed) for line in lines]),
        "not_scored": counted([line.not_scored for line in lines]),
        "excluded": counted(excluded),
    }


def _paid(settlement: Settlement) -> Iterator[tuple[RuleLines, PayRule, Columns]]:
    """Go through the lines, each with its rule and whose rows they are."""
    card = settlement.scorecard
    by_role = {role.role: (role, _who(card, role)) for role in card.roles}
    for line in settlement.lines:
        rule = next(rule for rule in card.plan.roles[line.role].pay if rule.id == line.rule_id)
        yield line, rule, by_role[line.role][1] | {"rule": repeated(rule.id, len(line.points))}


_LINE: Final = "rule kind nature reads base currency base_amount base_minor points adjustment_raw adjustment amount amount_minor state"


def _lines(settlement: Settlement) -> Columns:
    plan = settlement.scorecard.plan
    digits, places = minor_digits(plan.currency), plan.places

    def blocks() -> Iterator[Columns]:
        for line, rule, who in _paid(settlement):
            count, missing = len(line.points), line.states != 0
            yield who | {
                "kind": repeated(line.kind, count),
                "nature": repeated(rule.nature, count),
                "reads": repeated(rule.reads.component if isinstance(rule.reads, ReadsComponent) else "score", count),
                "base": repeated(rule.base, count),
                "currency": repeated(plan.currency, count),
                "base_amount": decimals(line.base_minor, digits),
                "base_minor": Wholes(line.base_minor),
                "points": decimals(line.points, places.points, missing),
                "adjustment_raw": decimals(line.adjustments[0], places.adjustment, missing),
                "adjustment": decimals(line.adjustment, places.adjustment),
                "amount": decimals(line.amount_minor, digits),
                "amount_minor": Wholes(line.amount_minor),
                "state": states_told(line.states),
            }

    return stacked(blocks(), f"{_WHO} {_LINE}")


def _steps(settlement: Settlement) -> Columns:
    plan = settlement.scorecard.plan
    digits, places = minor_digits(plan.currency), plan.places.adjustment

    def blocks() -> Iterator[Columns]:
        for line, rule, who in _paid(settlement):
            on_adjustment = ["curve", *map(limit_text, adjustment_limits(rule))]
            on_amount = ["rate", *map(limit_text, amount_limits(rule))]
            number = 0
            for stage, names, steps, shown in (
                ("adjustment", on_adjustment, line.adjustments, places),
                ("amount", on_amount, line.amounts, digits),
            ):
                before: NDArray[Any] | None = None
                for step, after in zip(names, steps, strict=True):
                    count, number = len(after), number + 1
                    yield who | {
                        "step": wholes(number, count),
                        "stage": repeated(stage, count),
                        "what": repeated(step, count),
                        "before": repeated(None, count) if before is None else decimals(before, shown),
                        "after": decimals(after, shown),
                        "bound": Flags(np.zeros(count, dtype=np.bool_) if before is None else before != after),
                    }
                    before = after

    return stacked(blocks(), f"{_WHO} rule step stage what before after bound")


_SCORECARD: Final[Mapping[str, Callable[[Scorecard], Columns]]] = {
    "scores": _scores,
    "components": _components,
    "measures": _measures,
    "links": _links,
    "conservation": _conservation,
}
_SETTLEMENT: Final[Mapping[str, Callable[[Settlement], Columns]]] = {"lines": _lines, "steps": _steps}
SCORECARD_TABLES: Final = tuple(_SCORECARD)
SETTLEMENT_TABLES: Final = (*_SETTLEMENT, *_SCORECARD)

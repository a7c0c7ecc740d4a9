"""The tables of results by definition: one row after the other, one cell after the other, in plain Python."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from numpy.typing import NDArray

from jointpay.money.currency import minor_digits
from jointpay.money.number import decimal_text
from jointpay.plan.measures import Link, Measure, MissingLeaveOut, Modifier
from jointpay.plan.payout import PayRule, ReadsComponent
from jointpay.plan.roles import Component
from jointpay.results.limits import adjustment_limits, amount_limits, limit_text
from jointpay.results.scorecard import MISSING_REASONS, LinkScores, MeasureScores, RoleScores, Scorecard
from jointpay.results.settlement import RuleLines, Settlement

__all__ = ["REFERENCE_TABLES", "Row"]

Row = dict[str, object]
NUMBERS: Final = ("numerator", "denominator", "share_denominator")
BASELINES: Final = ("baseline_numerator", "baseline_denominator", "baseline_share_denominator", "baseline_days")


def _decimal(number: int, places: int) -> str:
    """Write a whole number of last places."""
    return format(Decimal((int(number < 0), tuple(map(int, str(abs(number)))), -places)), "f")


def _who(card: Scorecard, role: RoleScores, row: int) -> Row:
    person = int(role.payees.persons[row])
    first, after = (date(1970, 1, 1) + timedelta(int(days[row])) for days in (role.payees.starts, role.payees.ends))
    return {
        "period": card.periods[int(role.payees.periods[row])].id,
        "person": card.person_ids[person],
        "name": card.names[person],
        "role": role.role,
        "from": first.isoformat(),
        "to": after.isoformat(),
    }


def _scores(settlement: Settlement) -> Iterator[Row]:
    card = settlement.scorecard
    for role in card.roles:
        for row, (number, state) in enumerate(zip(role.scores.tolist(), role.states.tolist(), strict=True)):
            told = None if state else _decimal(number, card.plan.places.points)
            yield _who(card, role, row) | {"score": told, "state": MISSING_REASONS[state]}


def _components(settlement: Settlement) -> Iterator[Row]:
    card = settlement.scorecard
    for role in card.roles:
        for made in role.components:
            written = card.plan.roles[role.role].components[made.name]
            for row, (number, state) in enumerate(zip(made.points.tolist(), made.states.tolist(), strict=True)):
                empty = state and isinstance(written.missing, MissingLeaveOut)
                yield _who(card, role, row) | {
                    "component": made.name,
                    "weight": decimal_text(written.weight),
                    "points": None if empty else _decimal(number, card.plan.places.points),
                    "state": MISSING_REASONS[state],
                }


def _measures(settlement: Settlement) -> Iterator[Row]:
    card = settlement.scorecard
    for role in card.roles:
        for made in role.components:
            written: Component = card.plan.roles[role.role].components[made.name]
            parts: list[tuple[MeasureScores | LinkScores, Measure | Link | Modifier]] = []
            parts += [(one, written.measures[one.name]) for one in made.measures]
            parts += [(one, written.modifiers[one.name]) for one in made.modifiers]
            for found, part in parts:
                for row in range(found.points.size):
                    head = _who(card, role, row) | {"component": made.name, "measure": found.name}
                    yield head | _measure(card, found, part, row)


def _measure(card: Scorecard, found: MeasureScores | LinkScores, part: Measure | Link | Modifier, row: int) -> Row:
    places, state = card.plan.places, int(found.states[row])
    empty = state and isinstance(part.missing, MissingLeaveOut)
    told: Row = {
        "kind": "modifier" if isinstance(part, Modifier) else part.kind,
        "weight": None if isinstance(part, Modifier) else decimal_text(part.weight),
        "points": None if empty else _decimal(int(found.points[row]), places.points),
        "state": MISSING_REASONS[state],
    }
    told |= dict.fromkeys((*NUMBERS, *BASELINES, "value", "target", "attainment"))
    if isinstance(found, LinkScores) or isinstance(part, Link):
        return told
    told |= {"numerator": int(found.numerators[row]), "denominator": int(found.denominators[row])}
    told["share_denominator"] = found.share_denominator
    value_places = card.plan.metrics[part.metric].places
    if MISSING_REASONS[state] not in {"undefined_ratio", "thin_sample"}:
        told["value"] = _decimal(int(found.values[row]), value_places)
    if part.target is not None and MISSING_REASONS[state] in {"present", "target_not_positive"}:
        told["target"] = _decimal(int(found.targets[row]), value_places)
    if state == 0:
        told["attainment"] = _decimal(int(found.attainments[row]), places.attainment)
    sums = found.baseline
    if sums is not None and sums.days[row]:
        numbers = (sums.numerators[row], sums.denominators[row], sums.share_denominator, sums.days[row])
        told |= zip(BASELINES, map(int, numbers), strict=True)
    return told


def _paid(settlement: Settlement) -> Iterator[tuple[RuleLines, RoleScores, PayRule]]:
    """Go through the lines, each with its role and rule."""
    card = settlement.scorecard
    for line in settlement.lines:
        role = next(role for role in card.roles if role.role == line.role)
        yield line, role, next(rule for rule in card.plan.roles[line.role].pay if rule.id == line.rule_id)


def _lines(settlement: Settlement) -> Iterator[Row]:
    card, plan = settlement.scorecard, settlement.scorecard.plan
    digits, places = minor_digits(plan.currency), plan.places
    for line, role, rule in _paid(settlement):
        for row, state in enumerate(line.states.tolist()):
            yield _who(card, role, row) | {
                "rule": rule.id,
                "kind": line.kind,
                "nature": rule.nature,
                "reads": rule.reads.component if isinstance(rule.reads, ReadsComponent) else "score",
                "base": rule.base,
                "currency": plan.currency,
                "base_amount": _decimal(int(line.base_minor[row]), digits),
                "base_minor": int(line.base_minor[row]),
                "points": None if state else _decimal(int(line.points[row]), places.points),
                "adjustment_raw": None if state else _decimal(int(line.adjustments[0][row]), places.adjustment),
                "adjustment": _decimal(int(line.adjustments[-1][row]), places.adjustment),
                "amount": _decimal(int(line.amounts[-1][row]), digits),
                "amount_minor": int(line.amounts[-1][row]),
                "state": MISSING_REASONS[state],
            }


def _steps(settlement: Settlement) -> Iterator[Row]:
    card, plan = settlement.scorecard, settlement.scorecard.plan
    for line, role, rule in _paid(settlement):
        steps: list[tuple[str, str, NDArray[Any], NDArray[Any] | None, int]] = []
        for stage, names, arrays, places in (
            (
                "adjustment",
                ["curve", *map(limit_text, adjustment_limits(rule))],
                line.adjustments,
                plan.places.adjustment,
            ),
            ("amount", ["rate", *map(limit_text, amount_limits(rule))], line.amounts, minor_digits(plan.currency)),
        ):
            for name, after, before in zip(names, arrays, (None, *arrays[:-1]), strict=True):
                steps.append((stage, name, after, before, places))
        for number, (stage, name, after, before, places) in enumerate(steps, start=1):
            for row in range(after.size):
                was = None if before is None else int(before[row])
                yield _who(card, role, row) | {
                    "rule": rule.id,
                    "step": number,
                    "stage": stage,
                    "what": name,
                    "before": None if was is None else _decimal(was, places),
                    "after": _decimal(int(after[row]), places),
                    "bound": was is not None and was != int(after[row]),
                }


REFERENCE_TABLES: Final[Mapping[str, Callable[[Settlement], Iterator[Row]]]] = {
    "scores": _scores,
    "components": _components,
    "measures": _measures,
    "lines": _lines,
    "steps": _steps,
}
"""Tables of a settlement, by name: their rows in order, each a mapping from column to cell."""

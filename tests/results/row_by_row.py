"""The tables of results by definition: one row after the other, one cell after the other, in plain Python."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from jointpay.money.currency import minor_digits
from jointpay.money.number import decimal_text
from jointpay.plan.measures import Link, Modifier
from jointpay.results.limits import adjustment_limits, amount_limits, limit_text
from jointpay.results.scorecard import MISSING_REASONS, LinkScores, RoleScores, Scorecard
from jointpay.results.settlement import Settlement

Row = dict[str, object]


def decimal(number: int, places: int) -> str:
    """Write a whole number of last places."""
    sign, digits = "-" * (number < 0), tuple(map(int, str(abs(number))))
    return sign + format(Decimal((0, digits, -places)), "f")


def who(card: Scorecard, role: RoleScores, row: int) -> Row:
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


def scores(card: Scorecard) -> Iterator[Row]:
    for role in card.roles:
        for row, (number, state) in enumerate(zip(role.scores.tolist(), role.states.tolist(), strict=True)):
            told = None if state else decimal(number, card.plan.places.points)
            yield who(card, role, row) | {"score": told, "state": MISSING_REASONS[state]}


def components(card: Scorecard) -> Iterator[Row]:
    for role in card.roles:
        for made in role.components:
            written = card.plan.roles[role.role].components[made.name]
            leaves_out = written.missing is not None and written.missing.kind == "leave_out"
            for row, (number, state) in enumerate(zip(made.points.tolist(), made.states.tolist(), strict=True)):
                yield who(card, role, row) | {
                    "component": made.name,
                    "weight": decimal_text(written.weight),
                    "points": None if state and leaves_out else decimal(number, card.plan.places.points),
                    "state": MISSING_REASONS[state],
                }


NUMBERS = ("numerator", "denominator", "share_denominator")
BASELINES = tuple(f"baseline_{name}" for name in (*NUMBERS, "days"))


def measures(card: Scorecard) -> Iterator[Row]:
    for role in card.roles:
        for made in role.components:
            written = card.plan.roles[role.role].components[made.name]
            parts = [*((one, written.measures[one.name]) for one in made.measures)]
            parts += [*((one, written.modifiers[one.name]) for one in made.modifiers)]
            for found, part in parts:
                for row in range(found.points.size):
                    head = who(card, role, row) | {"component": made.name, "measure": found.name}
                    yield head | measure(card, found, part, row)


def measure(card: Scorecard, found: object, part: object, row: int) -> Row:
    places, state = card.plan.places, int(found.states[row])
    told: Row = {
        "kind": "modifier" if isinstance(part, Modifier) else part.kind,
        "weight": None if isinstance(part, Modifier) else decimal_text(part.weight),
        "points": None
        if state and part.missing.kind == "leave_out"
        else decimal(int(found.points[row]), places.points),
        "state": MISSING_REASONS[state],
    }
    told |= dict.fromkeys((*NUMBERS, *BASELINES, "value", "target", "attainment"))
    if isinstance(found, LinkScores) or isinstance(part, Link):
        return told
    told |= {name: int(getattr(found, f"{name}s")[row]) for name in ("numerator", "denominator")}
    told["share_denominator"] = found.share_denominator
    metric = card.plan.metrics[part.metric]
    if MISSING_REASONS[state] not in {"undefined_ratio", "thin_sample"}:
        told["value"] = decimal(int(found.values[row]), metric.places)
    if part.target is not None and MISSING_REASONS[state] in {"present", "target_not_positive"}:
        told["target"] = decimal(int(found.targets[row]), metric.places)
    if state == 0:
        told["attainment"] = decimal(int(found.attainments[row]), places.attainment)
    sums = found.baseline
    if sums is not None and sums.days[row]:
        told |= dict(
            zip(
                BASELINES,
                (int(sums.numerators[row]), int(sums.denominators[row]), sums.share_denominator, int(sums.days[row])),
                strict=True,
            )
        )
    return told


def lines(settlement: Settlement) -> Iterator[Row]:
    card, plan = settlement.scorecard, settlement.scorecard.plan
    digits = minor_digits(plan.currency)
    for line in settlement.lines:
        role = next(role for role in card.roles if role.role == line.role)
        rule = next(rule for rule in plan.roles[line.role].pay if rule.id == line.rule_id)
        for row, state in enumerate(line.states.tolist()):
            yield who(card, role, row) | {
                "rule": rule.id,
                "kind": line.kind,
                "nature": rule.nature,
                "reads": getattr(rule.reads, "component", "score"),
                "base": rule.base,
                "currency": plan.currency,
                "base_amount": decimal(int(line.base_minor[row]), digits),
                "base_minor": int(line.base_minor[row]),
                "points": None if state else decimal(int(line.points[row]), plan.places.points),
                "adjustment_raw": None if state else decimal(int(line.adjustments[0][row]), plan.places.adjustment),
                "adjustment": decimal(int(line.adjustments[-1][row]), plan.places.adjustment),
                "amount": decimal(int(line.amounts[-1][row]), digits),
                "amount_minor": int(line.amounts[-1][row]),
                "state": MISSING_REASONS[state],
            }


def steps(settlement: Settlement) -> Iterator[Row]:
    card, plan = settlement.scorecard, settlement.scorecard.plan
    for line in settlement.lines:
        role = next(role for role in card.roles if role.role == line.role)
        rule = next(rule for rule in plan.roles[line.role].pay if rule.id == line.rule_id)
        adjustments = [
            ("curve", line.adjustments[0]),
            *zip(map(limit_text, adjustment_limits(rule)), line.adjustments[1:], strict=True),
        ]
        amounts = [("rate", line.amounts[0]), *zip(map(limit_text, amount_limits(rule)), line.amounts[1:], strict=True)]
        number = 0
        for stage, parts, places in (
            ("adjustment", adjustments, plan.places.adjustment),
            ("amount", amounts, minor_digits(plan.currency)),
        ):
            for place, (what, after) in enumerate(parts):
                number += 1
                for row in range(after.size):
                    before = int(parts[place - 1][1][row]) if place else None
                    yield who(card, role, row) | {
                        "rule": rule.id,
                        "step": number,
                        "stage": stage,
                        "what": what,
                        "before": None if before is None else decimal(before, places),
                        "after": decimal(int(after[row]), places),
                        "bound": before is not None and before != int(after[row]),
                    }

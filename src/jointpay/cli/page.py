"""One readable page about a run: what it pays, who earns what and why, one explanation, and what was checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from jointpay.cli.layout import decimal, mixed, table
from jointpay.cli.run import Ran
from jointpay.money.currency import minor_digits
from jointpay.results.explain import explain
from jointpay.results.scorecard import ComponentScores, LinkScores, MeasureScores, RoleScores
from jointpay.results.settlement import RuleLines, Settlement

__all__ = ["page"]

_SHOWN_EACH_END = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Earned:
    """One payee row of one period, as the page tells it."""

    row: int
    person: str
    name: str
    days: int
    amounts_minor: tuple[int, ...]
    score: int
    """Published score; -1 where it is missing, so that it stands last."""

    @property
    def amount_minor(self) -> int:
        return sum(self.amounts_minor)


def _earned(settlement: Settlement, role: RoleScores, lines: Sequence[RuleLines], period: int) -> list[_Earned]:
    """Give the rows of a role and period, highest amount first."""
    card = settlement.scorecard
    payees = role.payees
    rows = [
        _Earned(
            row=row,
            person=card.person_ids[payees.persons[row]],
            name=card.names[payees.persons[row]],
            days=int(payees.ends[row] - payees.starts[row]),
            amounts_minor=tuple(int(rule.amount_minor[row]) for rule in lines),
            score=-1 if role.states[row] else int(role.scores[row]),
        )
        for row in range(len(payees.persons))
        if payees.periods[row] == period
    ]
    return sorted(rows, key=lambda earned: (-earned.amount_minor, -earned.score, earned.person))


def _parts(
    settlement: Settlement, role: RoleScores, component: ComponentScores
) -> list[tuple[Fraction, MeasureScores | LinkScores]]:
    """Give what a component is made of, each with its weight in the score; a modifier weighs like its component."""
    described = settlement.scorecard.plan.roles[role.role].components[component.name]
    measures = [(described.weight * described.measures[part.name].weight, part) for part in component.measures]
    return [*measures, *((described.weight, part) for part in component.modifiers)]


def _why(settlement: Settlement, role: RoleScores, row: int) -> str:
    """Name what lifted the score most and what lowered it most: weight times distance from 100 points."""
    places = settlement.scorecard.plan.places
    moves = [
        (weight * (int(part.points[row]) - 100 * 10**places.points), part.name, part)
        for component in role.components
        for weight, part in _parts(settlement, role, component)
        if part.states[row] == 0
    ]
    if not moves:
        return "nothing to compare with"
    highest, lowest = max(moves, key=lambda move: move[0]), min(moves, key=lambda move: move[0])
    told = [f"up: {_name(highest[2], row, places.attainment)}"] if highest[0] > 0 else []
    told += [f"down: {_name(lowest[2], row, places.attainment)}"] if lowest[0] < 0 else []
    return "; ".join(told) or "all on target"


def _name(part: MeasureScores | LinkScores, row: int, places: int) -> str:
    name = part.name.replace("_", " ")
    if isinstance(part, LinkScores) or not part.targets[row]:
        return name
    return f"{name} {decimal(int(part.attainments[row]) * 100 // 10**places, 0)}%"


def _who(settlement: Settlement, role: RoleScores, lines: Sequence[RuleLines], period: int) -> list[str]:
    """Lay out the highest and the lowest paid of a role in a period."""
    card = settlement.scorecard
    plan, digits = card.plan, minor_digits(card.plan.currency)
    earned = _earned(settlement, role, lines, period)
    shown = earned[:_SHOWN_EACH_END] + earned[max(_SHOWN_EACH_END, len(earned) - _SHOWN_EACH_END) :]
    rows = [("id", "name", "score", *(part.name for part in role.components), *(rule.rule_id for rule in lines), "why")]
    for one in shown:
        days = "" if one.days == card.periods[period].days else f" ({one.days} days)"
        rows.append(
            (
                one.person,
                one.name + days,
                "none" if one.score < 0 else decimal(one.score, plan.places.points),
                *(decimal(int(part.points[one.row]), plan.places.points) for part in role.components),
                *(decimal(amount, digits, signed=True) for amount in one.amounts_minor),
                _why(settlement, role, one.row),
            )
        )
    laid = table(rows, right=range(2, len(rows[0]) - 1))
    if len(shown) < len(earned):
        laid.insert(2 + _SHOWN_EACH_END, f"  ... {len(earned) - len(shown)} more")
    return laid


def _pays(settlement: Settlement) -> list[str]:
    """Lay out what every rule pays in every period."""
    card = settlement.scorecard
    digits = minor_digits(card.plan.currency)
    spans = card.periods
    rows = [("role", "rule", *(span.id for span in spans), "total")]
    totals = [0] * (len(spans) + 1)
    payees = {role.role: role.payees for role in card.roles}
    for rule in settlement.lines:
        periods = payees[rule.role].periods
        sums = [int(rule.amount_minor[periods == at].sum()) for at in range(len(spans))]
        sums.append(sum(sums))
        totals = [total + amount for total, amount in zip(totals, sums, strict=True)]
        rows.append((rule.role, rule.rule_id, *(decimal(amount, digits) for amount in sums)))
    rows.append(("all", "", *(decimal(total, digits) for total in totals)))
    return table(rows, right=range(2, len(rows[0])))


def _conservation(ran: Ran) -> list[str]:
    lines = ran.settlement.scorecard.conservation.lines
    rows = [("role", "total", "input", "credited", "to nobody", "not scored", "excluded", "difference")]
    rows += [
        (
            line.role,
            line.total,
            mixed(line.input),
            mixed(line.credited),
            mixed(line.unattributed),
            mixed(line.not_scored),
            mixed(sum(amount for _, amount in line.excluded)),
            mixed(line.difference),
        )
        for line in lines
    ]
    return table(rows, right=range(2, 8))


def _explained(settlement: Settlement, lines: dict[str, list[RuleLines]], period: int) -> list[str]:
    """Explain the person in the middle of the first role: neither the best nor the worst month."""
    card = settlement.scorecard
    role = card.roles[0]
    earned = [one for one in _earned(settlement, role, lines[role.role], period) if one.amount_minor]
    if not earned:
        return ["  Nobody was paid an adjustment in this period."]
    person = earned[len(earned) // 2].person
    return [f"  {line}" for line in str(explain(settlement, person, card.periods[period].id)).splitlines()]


def _checked(ran: Ran) -> list[str]:
    facts, card = ran.dataset.facts, ran.settlement.scorecard
    dropped = [f"{exclusion.rows:,} rows excluded: {exclusion.reason}" for exclusion in facts.excluded]
    lines = card.conservation.lines
    return [
        f"  {facts.rows_read:,} rows read into {len(facts.days):,} facts (day x item x channel)"
        + "".join(f"; {told}" for told in dropped),
        "  people: one seat at a time; credits: the shares of a role on an item and day are at most 1, exactly",
        f"  conservation: {len(lines)} lines, {sum(line.difference != 0 for line in lines)} with a difference",
        f"  digests: plan {card.plan_digest[:12]}, data {card.data_digest[:12]}, run {ran.run_id[:12]}",
    ]


def page(ran: Ran, *, folder: Path, again: Sequence[str]) -> str:
    """Give the page as text."""
    settlement = ran.settlement
    card = settlement.scorecard
    plan = card.plan
    lines = {role.role: [rule for rule in settlement.lines if rule.role == role.role] for role in card.roles}
    last = len(card.periods) - 1
    told = [
        f"{plan.title or plan.id}: {len(card.person_ids)} people, {len(ran.dataset.facts.item_ids)} items",
        "",
        f"WHAT THE PLAN PAYS, in {plan.currency}, on top of the pay base",
        *_pays(settlement),
    ]
    for role in card.roles:
        told += ["", f"WHO EARNS WHAT AND WHY: {role.role} in {card.periods[last].id}"]
        told += _who(settlement, role, lines[role.role], last)
    told += ["", "ONE OF THEM, RECOMPUTED BY HAND", *_explained(settlement, lines, last)]
    told += ["", "NOTHING IS LOST", *_conservation(ran)]
    told += ["", "WHAT WAS CHECKED", *_checked(ran)]
    told += ["", f"Everything is in {folder}/. Change a table or plan.yaml and run it again:", ""]
    told += [f"  {' '.join(again)}"]
    return "\n".join(told)

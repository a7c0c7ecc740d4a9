"""One readable page about a run: what it pays, who earns what and why, one explanation, and what was checked."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from jointpay.cli.layout import decimal, mixed, table
from jointpay.cli.run import Ran
from jointpay.money.currency import minor_digits
from jointpay.money.number import decimal_text
from jointpay.plan.plan import Plan
from jointpay.results.explain import explain
from jointpay.results.explanation import Explanation, Term
from jointpay.results.scorecard import ComponentScores, LinkScores, MeasureScores, RoleScores
from jointpay.results.settlement import RuleLines, Settlement

__all__ = ["page", "shown_payees"]

_SHOWN_EACH_END = 3
_SHOWN_TOTALS = ("clicks", "orders")
_SUMS = ("points", "score", "adjustment", "amount")
_REASONS = {
    "closed_period": "are of days that are closed",
    "duplicate": "arrived twice and count once",
    "empty_key": "lack their item or channel, and do not count",
    "ignored_kind": "are of a kind that the plan ignores",
    "repeated_in_interval": "repeat a visit that counts once an hour or day, and do not count where it does",
    "value_cap": "have an implausible value and count as the cap",
    "value_limit": "have an implausible value and do not count",
    "visitor_unknown": "are of an unknown visitor, and do not count where each visitor counts once",
}
_POINTS = {"points", "score"}
_READINGS = {"measures", "modifiers"}


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
    rows.append(("", "of the pay base", *_of_base(settlement), ""))
    return table(rows, right=range(2, len(rows[0])))


def _of_base(settlement: Settlement) -> list[str]:
    """Say how large what is paid is, per period, as a part of the pay bases."""
    card = settlement.scorecard
    payees = {role.role: role.payees for role in card.roles}
    parts = []
    for at in range(len(card.periods)):
        paid = bases = 0
        seen: set[str] = set()
        for rule in settlement.lines:
            rows = payees[rule.role].periods == at
            paid += int(rule.amount_minor[rows].sum())
            bases += 0 if rule.role in seen else int(rule.base_minor[rows].sum())
            seen.add(rule.role)
        parts.append(f"{float(Fraction(100 * paid, bases)):.1f}%" if bases else "none")
    return parts


def _conservation(ran: Ran, folder: Path) -> list[str]:
    lines = ran.settlement.scorecard.conservation.lines
    shown = [line for line in lines if line.total in _SHOWN_TOTALS]
    rows = [["role", "total", "read", "credited", "to nobody", "not scored", "excluded", "difference"]]
    for line in shown:
        excluded = sum(amount for _, amount in line.excluded)
        parts: list[Fraction | int] = [
            line.input,
            line.credited,
            line.unattributed,
            line.not_scored,
            excluded,
            line.difference,
        ]
        rows.append([line.role, line.total, *(mixed(part) for part in parts)])
    told = f"  ... and {len(lines) - len(shown)} more in {folder}/results/conservation.csv"
    return [*table(rows, right=range(2, 8)), told]


def _explained(explanation: Explanation) -> list[str]:
    """Shorten an explanation: one line per measure, then the sums that follow from them."""
    measures = [["what is read", "is", "asked", "reached", "points"]]
    sums: list[tuple[str, str]] = []
    for section in explanation.sections:
        terms = {term.path[-1]: term for term in section.terms}
        if len(section.path) > 1 and section.path[-2] in _READINGS:
            told = [terms.get(stage) for stage in ("value", "target", "attainment", "points")]
            cells = ["" if term is None else f"{term.published} {term.unit}".strip() for term in told]
            measures.append([section.title, *cells])
            continue
        title = section.title.partition(":")[0] if section.path[-1] in _SUMS else section.path[-1]
        sums += [
            (title if stage in _POINTS else f"{title}, {stage}", _sum(terms[stage]))
            for stage in _SUMS
            if stage in terms and terms[stage].formula
        ]
    return [*table(measures, right=range(1, 5)), "", *table([("what follows", "is"), *sums])]


def _sum(term: Term) -> str:
    return f"{term.formula} = {term.digits} -> {term.published} {term.unit}".replace(" =  ->", " =").rstrip()


def _recomputed(settlement: Settlement) -> int:
    """Explain everybody in every period, which recomputes every number exactly and raises where one differs."""
    card = settlement.scorecard
    payees = {
        (card.person_ids[person], card.periods[period].id)
        for role in card.roles
        for person, period in zip(role.payees.persons.tolist(), role.payees.periods.tolist(), strict=True)
    }
    for person, period in payees:
        explain(settlement, person, period)
    return len(payees)


def _checked(ran: Ran, recomputed: int) -> list[str]:
    facts, card = ran.dataset.facts, ran.settlement.scorecard
    lines = card.conservation.lines
    return [
        f"  the plan, before it paid: no error in {card.plan.id} {card.plan.version}, digest {card.plan_digest[:12]}",
        f"  {facts.rows_read:,} rows of events: every id, time, item, channel, kind and value",
        *(f"    {one.rows:,} {_REASONS.get(one.reason, one.reason)}" for one in facts.excluded),
        f"  {len(ran.dataset.credits.items):,} credits: the shares of a role on an item and day are at most 1, exactly",
        f"  conservation: {len(lines)} sums, {sum(line.difference != 0 for line in lines)} with a difference",
        f"  {recomputed} explanations of a person and period: every number in them recomputed exactly from the one before",
    ]


def _makes(plan: Plan) -> list[str]:
    """Say what every role's score is made of."""
    return [
        f"  {name} = "
        + " + ".join(
            f"{decimal_text(part.weight * 100)}% {part.title or part_name}"
            for part_name, part in role.components.items()
        )
        for name, role in plan.roles.items()
    ]


def page(ran: Ran, *, opening: Sequence[str], folder: Path, program: str, look: Sequence[Path], again: str) -> str:
    """Give the page as text."""
    settlement = ran.settlement
    card = settlement.scorecard
    lines = {role.role: [rule for rule in settlement.lines if rule.role == role.role] for role in card.roles}
    last = len(card.periods) - 1
    period = card.periods[last].id
    told = [*opening, "", f"THE PLAN: {card.plan.title or card.plan.id}", *_makes(card.plan)]
    told += ["", f"WHAT IT PAYS, in {card.plan.currency}, on top of the pay base", *_pays(settlement)]
    for role in card.roles:
        told += ["", f"WHO EARNS WHAT AND WHY: {role.role} in {period}"]
        told += _who(settlement, role, lines[role.role], last)
    shown = _middle(settlement, card.roles[0], lines[card.roles[0].role], last)
    told += ["", f"ONE OF THEM EXPLAINED: {shown.person} {shown.name}, {card.roles[0].role} in {period}"]
    told += _explained(explain(settlement, shown.person, period))
    told += [f"  every step: {program} explain {shlex.quote(str(folder / 'results'))} {shown.person} {period}"]
    told += ["", "NOTHING IS LOST: read = credited + to nobody + not scored + excluded", *_conservation(ran, folder)]
    told += ["", "WHAT WAS CHECKED", *_checked(ran, _recomputed(settlement))]
    told += ["", "LOOK AT IT: who stands where, who depends on whom, every poster; a page that needs no network"]
    told += [f"  open {look[0]} in a browser, and the statements in {look[1]}"]
    told += [f"  for each team: {program} report {shlex.quote(str(folder / 'results'))} --group team"]
    told += ["", f"RUN IT AGAIN, after changing plan.yaml or a table in {folder}/", "", again]
    return "\n".join(told)


def _middle(settlement: Settlement, role: RoleScores, lines: Sequence[RuleLines], period: int) -> _Earned:
    """Give the one in the middle of those who are paid, or of all where nobody is."""
    earned = _earned(settlement, role, lines, period)
    paid = [one for one in earned if one.amount_minor] or earned
    return paid[len(paid) // 2]


def shown_payees(settlement: Settlement) -> tuple[str, ...]:
    """Give the one in the middle of each role, in the last period: the first of them is explained on the page."""
    card = settlement.scorecard
    last = len(card.periods) - 1
    lines = {role.role: [rule for rule in settlement.lines if rule.role == role.role] for role in card.roles}
    return tuple(_middle(settlement, role, lines[role.role], last).person for role in card.roles)

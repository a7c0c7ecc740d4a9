"""Conservation: what happened is credited once, and a pay base is divided without rest."""

from collections.abc import Mapping
from fractions import Fraction

from jointpay.audit.difference import scorecard_of
from jointpay.data.base_pay import BasePay
from jointpay.data.dataset import Dataset
from jointpay.findings import Finding, Place
from jointpay.plan.measures import Link
from jointpay.plan.metrics import RatioMetric
from jointpay.plan.plan import Plan
from jointpay.plan.scopes import OwnScope
from jointpay.results.scorecard import LinkScores, MeasureScores, Scorecard
from jointpay.results.settlement import Settlement

__all__ = ["conserved"]


def conserved(
    result: Scorecard | Settlement, *, dataset: Dataset | None = None, base_pay: BasePay | None = None
) -> tuple[Finding, ...]:
    """Find totals that are lost or counted twice on the way from facts to scores, and pay bases that are not divided whole.

    Four stages, each exact: (1) with a dataset, what the report calls input is the facts and what was excluded from them;
    (2) input = credited + unattributed + not scored + excluded; (3) what own measures read sums to what was credited;
    (4) with pay bases, the parts of a person's base sum to it, over all their rows of a period.
    """
    card = scorecard_of(result)
    found = [*_input(card, dataset), *_report(card), *_read_by_measures(card)]
    if isinstance(result, Settlement) and base_pay is not None:
        found += _bases(result, base_pay)
    return tuple(found)


def _broken(stage: str, where: str, who: str, wanted: Fraction | int, found: Fraction | int) -> Finding:
    return Finding(
        code="not_conserved",
        severity="error",
        message=f"{stage}: {found} instead of {wanted}",
        place=Place(path=where, who=who),
        witness=(("wanted", str(wanted)), ("found", str(found))),
    )


def _input(card: Scorecard, dataset: Dataset | None) -> list[Finding]:
    if dataset is None:
        return []
    facts = dataset.facts
    read = {
        name: sum(values.tolist()) + sum(left.totals.get(name, 0) for left in facts.excluded)
        for name, values in facts.totals.items()
    }
    return [
        _broken(
            "the input is not what the facts hold",
            f"roles.{line.role}",
            f"total {line.total!r}",
            read[line.total],
            line.input,
        )
        for line in card.conservation.lines
        if line.input != read[line.total]
    ]


def _report(card: Scorecard) -> list[Finding]:
    return [
        _broken(
            "credited, unattributed, not scored and excluded do not make up the input",
            f"roles.{line.role}",
            f"total {line.total!r}",
            line.input,
            line.input - line.difference,
        )
        for line in card.conservation.lines
        if line.difference != 0
    ]


def _read_by_measures(card: Scorecard) -> list[Finding]:
    credited = {(line.role, line.total): line.credited for line in card.conservation.lines}
    found = []
    for role in card.roles:
        for component in role.components:
            body = card.plan.roles[role.role].components[component.name]
            for word, scores in (
                *(("measures", measure) for measure in component.measures),
                *(("modifiers", modifier) for modifier in component.modifiers),
            ):
                declared = (body.measures if word == "measures" else body.modifiers)[scores.name]
                if isinstance(declared, Link) or isinstance(scores, LinkScores):
                    continue
                if not isinstance(declared.scope, OwnScope):
                    continue
                path = f"roles.{role.role}.components.{component.name}.{word}.{scores.name}"
                for total, whole in _sums(card.plan, declared.metric, scores).items():
                    if whole != credited[role.role, total]:
                        who = f"total {total!r}"
                        found.append(
                            _broken(
                                "what payees read is not what was credited",
                                path,
                                who,
                                credited[role.role, total],
                                whole,
                            )
                        )
    return found


def _sums(plan: Plan, metric_name: str, scores: MeasureScores) -> Mapping[str, Fraction]:
    """Sum what all rows read of each total."""
    metric = plan.metrics[metric_name]
    above = Fraction(sum(scores.numerators.tolist()), scores.share_denominator)
    if isinstance(metric, RatioMetric):
        below = Fraction(sum(scores.denominators.tolist()), scores.share_denominator)
        return {metric.numerator: above, metric.denominator: below}
    return {metric.total: above}


def _bases(settlement: Settlement, base_pay: BasePay) -> list[Finding]:
    """Compare the sum of parts with the whole, for persons all of whose rows have a rule on the base."""
    card, plan = settlement.scorecard, settlement.scorecard.plan
    whole_rows: dict[tuple[int, int], int] = {}
    for role in card.roles:
        for key in zip(role.payees.persons.tolist(), role.payees.periods.tolist(), strict=True):
            whole_rows[key] = whole_rows.get(key, 0) + 1
    sums: dict[tuple[int, int, str], tuple[int, int]] = {}
    seen: set[tuple[str, str]] = set()
    for line in settlement.lines:
        base = next(rule.base for rule in plan.roles[line.role].pay if rule.id == line.rule_id)
        if (line.role, base) in seen:
            continue
        seen.add((line.role, base))
        payees = next(role.payees for role in card.roles if role.role == line.role)
        parts = zip(payees.persons.tolist(), payees.periods.tolist(), line.base_minor.tolist(), strict=True)
        for person, period, part in parts:
            total, rows = sums.get((person, period, base), (0, 0))
            sums[person, period, base] = (total + part, rows + 1)
    found = []
    for (person, period, base), (total, rows) in sums.items():
        name, span = card.person_ids[person], card.periods[period].id
        whole = base_pay.amounts[name, span, base]
        if rows == whole_rows[person, period] and total != whole:
            who = f"person {name!r}, period {span!r}"
            found.append(_broken(f"the parts of pay base {base!r} do not sum to it", "base_minor", who, whole, total))
    return found

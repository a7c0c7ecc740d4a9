"""The whole definition, row by row in exact fractions: slow, obvious, and the judge of the engine.

Nothing here is shared with the engine: no arrays, no floats, no compiled curves. What it shares with it are the models
of the plan, the calendar, the units and the one rule of rounding. The engine must give the same whole numbers, every
one of them; `jointpay.testing.assertions` compares.

Where the words leave a choice, it is made here:

- A published target is kept wherever it can be made, also where the value itself is missing.
- A link keeps every partner with a weight above zero, also those whose component is left out; only the mean skips them.
- A component that is missing and filled by its policy has state `all_left_out` and counts; a pay rule that reads it
  makes an adjustment. Where a rule reads something left out and the role says `no_adjustment`, every step of the
  adjustment and of the amount is 0: limits do not apply to what was not made.
"""

from fractions import Fraction

from jointpay.data.base_pay import BasePay
from jointpay.data.dataset import Dataset
from jointpay.errors import DataError, MissingValueError
from jointpay.findings import Finding, Place
from jointpay.money.rounding import published
from jointpay.plan.calendar import Span
from jointpay.plan.measures import Link
from jointpay.plan.plan import Plan
from jointpay.testing.reference_combine import combined, weighted_mean
from jointpay.testing.reference_data import PlainData, Row, payee_rows, plain_data, scored_periods
from jointpay.testing.reference_links import partner_weights
from jointpay.testing.reference_measures import Problems, policy_points, score_measure
from jointpay.testing.reference_pay import settle_rows
from jointpay.testing.reference_records import (
    ReferenceComponent,
    ReferenceConservation,
    ReferenceLink,
    ReferenceMeasure,
    ReferenceRow,
    ReferenceScorecard,
    ReferenceSettlement,
)
from jointpay.testing.reference_targets import missing_cells

__all__ = ["reference_scorecard", "reference_settlement"]

_ALL_LEFT_OUT, _NO_PARTNER = 6, 5


def reference_scorecard(plan: Plan, dataset: Dataset, periods: tuple[str, ...] | None = None) -> ReferenceScorecard:
    """Score every payee row of every role.

    `periods` chooses periods by id; None scores those that hold a day with a fact.

    Raises `DataError` where a targets table lacks a cell or a curve refuses, `MissingValueError` where a value is
    missing under the policy `error`.
    """
    data = plain_data(dataset)
    scored = scored_periods(plan, data, periods)
    scoring = _Scoring(plan, data, {role: payee_rows(data, scored, role) for role in plan.roles})
    return ReferenceScorecard(
        periods=tuple(span.id for span in scored),
        roles={role: scoring.role_rows(role) for role in plan.roles},
        conservation=tuple(_conservation(data, scored, role, total) for role in plan.roles for total in plan.totals),
    )


def reference_settlement(
    plan: Plan,
    dataset: Dataset,
    base_pay: BasePay,
    periods: tuple[str, ...] | None = None,
    *,
    scorecard: ReferenceScorecard | None = None,
) -> ReferenceSettlement:
    """Settle every pay rule for every payee row; `scorecard` saves making it again.

    Raises what `reference_scorecard` raises, `DataError` where a person with a pay rule has no base, or a pay curve
    refuses, and `MissingValueError` where a rule reads missing points in a role whose policy is `error`.
    """
    card = reference_scorecard(plan, dataset, periods) if scorecard is None else scorecard
    data = plain_data(dataset)
    scored = scored_periods(plan, data, periods)
    rows = {role: payee_rows(data, scored, role) for role in plan.roles}
    return settle_rows(plan, card, rows, base_pay)


class _Scoring:
    """Measures first, then components in the order in which links need them; each once."""

    def __init__(self, plan: Plan, data: PlainData, rows: dict[str, tuple[Row, ...]]) -> None:
        cells = [cell for role in plan.roles for cell in missing_cells(plan, data, rows[role])]
        if cells:
            raise DataError([_no_cell(name, key) for name, key in sorted(set(cells))])
        self.plan, self.data, self.rows = plan, data, rows
        self.made: dict[tuple[str, str], tuple[ReferenceComponent, ...]] = {}
        problems = Problems()
        self.measures = {
            (role, component): tuple(self._measures(role, component, row, problems) for row in rows[role])
            for role in plan.roles
            for component in plan.roles[role].components
        }
        _stop_at(problems)

    def _measures(self, role: str, component: str, row: Row, problems: Problems) -> dict[str, ReferenceMeasure]:
        """Score the measures and modifiers of a component for one row, by name after `measures.` or `modifiers.`."""
        body = self.plan.roles[role].components[component]
        named = {f"measures.{name}": measure for name, measure in body.measures.items() if measure.kind == "measure"}
        gates = {f"modifiers.{name}": modifier for name, modifier in body.modifiers.items()}
        return {
            place: score_measure(
                self.plan,
                self.data,
                row,
                measure,
                name=place.partition(".")[2],
                at=f"roles.{role}.components.{component}.{place}",
                problems=problems,
            )
            for place, measure in (named | gates).items()
        }

    def component(self, role: str, name: str) -> tuple[ReferenceComponent, ...]:
        """Give a component of every row of a role."""
        if (role, name) not in self.made:
            problems = Problems()
            self.made[role, name] = tuple(
                self._component(role, name, place, problems) for place in range(len(self.rows[role]))
            )
            _stop_at(problems)
        return self.made[role, name]

    def _component(self, role: str, name: str, place: int, problems: Problems) -> ReferenceComponent:
        """Combine what is not left out, multiply by the modifiers, round once."""
        plan, body, row = self.plan, self.plan.roles[role].components[name], self.rows[role][place]
        at = f"roles.{role}.components.{name}"
        measures: list[ReferenceMeasure | ReferenceLink] = [
            self._link(ingredient, link_name, row, problems, f"{at}.measures.{link_name}")
            if isinstance(ingredient, Link)
            else self.measures[role, name][place][f"measures.{link_name}"]
            for link_name, ingredient in body.measures.items()
        ]
        modifiers = tuple(self.measures[role, name][place][f"modifiers.{modifier}"] for modifier in body.modifiers)
        one = 10**plan.places.points
        present = [
            (Fraction(scored.points, one), ingredient.weight)
            for scored, ingredient in zip(measures, body.measures.values(), strict=True)
            if scored.counts
        ]
        if present:
            factor = Fraction(one)
            for modifier in modifiers:
                factor *= Fraction(modifier.points, one) / 100 if modifier.counts else 1
            points: int | None = combined(body.combine, present, factor, rounding=plan.rounding)
        elif body.missing is None:
            message = f"{at}: all measures are left out and the component has no missing policy"
            raise ValueError(message)
        else:
            points = policy_points(body.missing, plan, problems=problems, at=at, row=row)
        return ReferenceComponent(
            name=name,
            measures=tuple(measures),
            modifiers=modifiers,
            points=0 if points is None else points,
            state=0 if present else _ALL_LEFT_OUT,
            counts=points is not None,
        )

    def _link(self, link: Link, name: str, row: Row, problems: Problems, at: str) -> ReferenceLink:
        """Average a component of the partners, weighted by the credit shared with each."""
        plan, denominator = self.plan, self.data.share_denominator
        components = self.component(link.role, link.component)
        weights = partner_weights(self.data, row, self.rows[link.role])
        heard = [(Fraction(components[place].points), weight) for place, weight in weights if components[place].counts]
        if heard:
            points: int | None = combined("weighted_mean", heard, Fraction(1), rounding=plan.rounding)
        else:
            points = policy_points(link.missing, plan, problems=problems, at=at, row=row)
        return ReferenceLink(
            name=name,
            partners=tuple((place, int(weight * denominator**2)) for place, weight in weights),
            points=0 if points is None else points,
            state=0 if heard else _NO_PARTNER,
            counts=points is not None,
        )

    def role_rows(self, role: str) -> tuple[ReferenceRow, ...]:
        """Give every row of a role with its score: the weighted mean of the components that are not left out."""
        plan, body = self.plan, self.plan.roles[role]
        columns = [self.component(role, name) for name in body.components]
        found = []
        for place, row in enumerate(self.rows[role]):
            components = tuple(column[place] for column in columns)
            present = [
                (Fraction(component.points, 10**plan.places.points), declared.weight)
                for component, declared in zip(components, body.components.values(), strict=True)
                if component.counts
            ]
            score = (
                published(weighted_mean(present), places=plan.places.points, rounding=plan.rounding) if present else 0
            )
            found.append(
                ReferenceRow(
                    period=row.period.id,
                    person=row.person,
                    start=row.start,
                    end=row.end,
                    components=components,
                    score=score,
                    state=0 if present else _ALL_LEFT_OUT,
                )
            )
        return tuple(found)


def _stop_at(problems: Problems) -> None:
    if problems.missing:
        raise MissingValueError(problems.missing)
    if problems.refused:
        raise DataError(problems.refused)


def _no_cell(name: str, key: tuple[str, ...]) -> Finding:
    return Finding(
        code="target_missing",
        severity="error",
        message=f"the targets table has no {name!r} for {', '.join(map(repr, key))}",
        place=Place(who=", ".join(key)),
    )


def _conservation(data: PlainData, scored: tuple[Span, ...], role: str, total: str) -> ReferenceConservation:
    """Say where all of a total went: credited to the role, credited to nobody in it, on other days, or excluded."""
    credited = unattributed = Fraction(0)
    not_scored = 0
    for fact in data.facts:
        number = fact.totals[total]
        share = sum((credit.share for credit in fact.credits if credit.role == role), Fraction(0))
        if any(span.start <= fact.day < span.end for span in scored):
            credited += number * share
            unattributed += number * (1 - share)
        else:
            not_scored += number
    excluded = tuple((reason, totals[total]) for reason, totals in data.excluded)
    everything = sum(fact.totals[total] for fact in data.facts) + sum(amount for _, amount in excluded)
    return ReferenceConservation(role, total, everything, credited, unattributed, not_scored, excluded)

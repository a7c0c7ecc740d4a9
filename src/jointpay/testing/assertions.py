"""Compare results with the reference, number by number: difference zero, and the first difference named."""

from collections.abc import Iterator
from typing import NamedTuple

from jointpay.results.scorecard import (
    BaselineSums,
    ComponentScores,
    LinkScores,
    MeasureScores,
    RoleScores,
    Scorecard,
)
from jointpay.results.settlement import RuleLines, Settlement
from jointpay.testing.reference_records import (
    ReferenceBaseline,
    ReferenceComponent,
    ReferenceLine,
    ReferenceLink,
    ReferenceMeasure,
    ReferenceRow,
    ReferenceScorecard,
    ReferenceSettlement,
)

__all__ = ["Difference", "assert_same_scorecard", "assert_same_settlement", "differences"]


class Difference(NamedTuple):
    """One number that differs: where, and what it is in the result and in the reference."""

    where: str
    field: str
    result: object
    reference: object

    def __str__(self) -> str:
        return f"{self.where}: {self.field} is {self.result}, the reference has {self.reference}"


Pairs = Iterator[Difference]


def assert_same_scorecard(scorecard: Scorecard, reference: ReferenceScorecard) -> None:
    """Demand that every number of a scorecard is the reference's.

    Raises `AssertionError` naming role, person, period, component, measure, field and both numbers.
    """
    _raise_first(differences(scorecard, reference))


def assert_same_settlement(settlement: Settlement, reference: ReferenceSettlement) -> None:
    """Demand that every pay line of a settlement is the reference's.

    Raises `AssertionError` naming role, rule, person, period, field and both numbers.
    """
    _raise_first(_settlement_differences(settlement, reference))


def _raise_first(found: Pairs) -> None:
    first = next(found, None)
    if first is not None:
        raise AssertionError(str(first))


def _compare(where: str, pairs: dict[str, tuple[object, object]]) -> Pairs:
    for field, (result, wanted) in pairs.items():
        if result != wanted:
            yield Difference(where, field, result, wanted)


def differences(scorecard: Scorecard, reference: ReferenceScorecard) -> Pairs:
    """Give every difference between a scorecard and the reference, in the order of the plan."""
    yield from _compare(
        "scorecard",
        {
            "periods": (tuple(span.id for span in scorecard.periods), reference.periods),
            "roles": (tuple(role.role for role in scorecard.roles), tuple(reference.roles)),
        },
    )
    for role in scorecard.roles:
        rows = reference.roles[role.role]
        yield from _compare(role.role, {"rows": (_rows(scorecard, role), tuple(map(_who, rows)))})
        for place, row in enumerate(rows):
            yield from _row_differences(role, place, row)
    yield from _conservation_differences(scorecard, reference)


def _who(row: ReferenceRow) -> tuple[str, str, int, int]:
    return (row.period, row.person, row.start, row.end)


def _rows(scorecard: Scorecard, role: RoleScores) -> tuple[tuple[str, str, int, int], ...]:
    payees = role.payees
    periods = tuple(span.id for span in scorecard.periods)
    return tuple(
        (_name(periods, int(period)), _name(scorecard.person_ids, int(person)), int(start), int(end))
        for period, person, start, end in zip(payees.periods, payees.persons, payees.starts, payees.ends, strict=True)
    )


def _name(names: tuple[str, ...], code: int) -> str:
    """Give the name a code stands for; a code beyond all names is a difference, not a crash."""
    return names[code] if 0 <= code < len(names) else f"number {code}"


def _row_differences(role: RoleScores, place: int, row: ReferenceRow) -> Pairs:
    where = f"{role.role}, {row.person}, {row.period} from day {row.start}"
    names = tuple(component.name for component in role.components)
    yield from _compare(where, {"components": (names, tuple(component.name for component in row.components))})
    for found, wanted in zip(role.components, row.components, strict=True):
        yield from _component_differences(f"{where}, {wanted.name}", found, wanted, place)
    yield from _compare(
        where, {"score": (int(role.scores[place]), row.score), "state": (int(role.states[place]), row.state)}
    )


def _component_differences(where: str, found: ComponentScores, wanted: ReferenceComponent, place: int) -> Pairs:
    for kind, have, want in (
        ("measures", found.measures, wanted.measures),
        ("modifiers", found.modifiers, wanted.modifiers),
    ):
        names = tuple(measure.name for measure in have)
        yield from _compare(where, {kind: (names, tuple(measure.name for measure in want))})
        for scores, measure in zip(have, want, strict=True):
            at = f"{where}, {measure.name}"
            if isinstance(scores, LinkScores) and isinstance(measure, ReferenceLink):
                yield from _link_differences(at, scores, measure, place)
            elif isinstance(scores, MeasureScores) and isinstance(measure, ReferenceMeasure):
                yield from _measure_differences(at, scores, measure, place)
            else:
                yield Difference(at, "kind", type(scores).__name__, type(measure).__name__)
    yield from _compare(
        where, {"points": (int(found.points[place]), wanted.points), "state": (int(found.states[place]), wanted.state)}
    )


def _measure_differences(where: str, found: MeasureScores, wanted: ReferenceMeasure, place: int) -> Pairs:
    yield from _compare(
        where,
        {
            "share_denominator": (found.share_denominator, wanted.share_denominator),
            "numerator": (int(found.numerators[place]), wanted.numerator),
            "denominator": (int(found.denominators[place]), wanted.denominator),
            "value": (int(found.values[place]), wanted.value),
            "target": (int(found.targets[place]), wanted.target),
            "attainment": (int(found.attainments[place]), wanted.attainment),
            "state": (int(found.states[place]), wanted.state),
            "points": (int(found.points[place]), wanted.points),
            "baseline": (_baseline(found.baseline, place), wanted.baseline),
        },
    )


def _baseline(sums: BaselineSums | None, place: int) -> ReferenceBaseline | None:
    if sums is None:
        return None
    numbers = (int(each[place]) for each in (sums.numerators, sums.denominators, sums.days))
    return ReferenceBaseline(sums.share_denominator, *numbers)


def _link_differences(where: str, found: LinkScores, wanted: ReferenceLink, place: int) -> Pairs:
    partners = tuple(
        (int(partner), int(weight))
        for row, partner, weight in zip(found.rows, found.partners, found.weights, strict=True)
        if int(row) == place
    )
    yield from _compare(
        where,
        {
            "partners": (partners, wanted.partners),
            "state": (int(found.states[place]), wanted.state),
            "points": (int(found.points[place]), wanted.points),
        },
    )


def _conservation_differences(scorecard: Scorecard, reference: ReferenceScorecard) -> Pairs:
    lines, wanted_lines = scorecard.conservation.lines, reference.conservation
    keys = tuple((line.role, line.total) for line in lines)
    yield from _compare("conservation", {"lines": (keys, tuple((line.role, line.total) for line in wanted_lines))})
    for line, wanted in zip(lines, wanted_lines, strict=True):
        yield from _compare(
            f"conservation, {wanted.role}, {wanted.total}",
            {
                "input": (line.input, wanted.input),
                "credited": (line.credited, wanted.credited),
                "unattributed": (line.unattributed, wanted.unattributed),
                "not_scored": (line.not_scored, wanted.not_scored),
                "excluded": (line.excluded, wanted.excluded),
                "difference": (line.difference, 0),
            },
        )


def _settlement_differences(settlement: Settlement, reference: ReferenceSettlement) -> Pairs:
    keys = tuple((lines.role, lines.rule_id) for lines in settlement.lines)
    yield from _compare("settlement", {"rules": (keys, tuple(reference.rules))})
    roles = {role.role: role for role in settlement.scorecard.roles}
    for lines in settlement.lines:
        who = _rows(settlement.scorecard, roles[lines.role])
        wanted = reference.rules[lines.role, lines.rule_id]
        yield from _compare(f"{lines.role}, {lines.rule_id}", {"rows": (len(lines.points), len(wanted))})
        for place, (row, line) in enumerate(zip(who, wanted, strict=True)):
            period, person, start, _ = row
            where = f"{lines.role}, {lines.rule_id}, {person}, {period} from day {start}"
            yield from _line_differences(where, lines, line, place)


def _line_differences(where: str, found: RuleLines, wanted: ReferenceLine, place: int) -> Pairs:
    yield from _compare(
        where,
        {
            "points": (int(found.points[place]), wanted.points),
            "state": (int(found.states[place]), wanted.state),
            "base_minor": (int(found.base_minor[place]), wanted.base_minor),
            "adjustments": (tuple(int(step[place]) for step in found.adjustments), wanted.adjustments),
            "amounts": (tuple(int(step[place]) for step in found.amounts), wanted.amounts),
        },
    )

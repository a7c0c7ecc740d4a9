"""Two results of the same rules, compared number by number, row by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointpay.findings import Finding, Place, Severity
from jointpay.results.scorecard import ComponentScores, MeasureScores, PayeeRows, Scorecard
from jointpay.results.settlement import Settlement

__all__ = ["Numbers", "differences", "numbers_of", "scorecard_of", "who"]

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """One number of every payee row of a role: where it stands, and (P,) whole numbers."""

    role: int
    path: str
    values: NDArray[Any]


def scorecard_of(result: Scorecard | Settlement) -> Scorecard:
    """Give the scorecard itself, or the one that was settled."""
    return result if isinstance(result, Scorecard) else result.scorecard


def _of_measure(role: int, path: str, measure: MeasureScores) -> Iterator[Numbers]:
    for stage in ("numerators", "denominators", "values", "targets", "attainments", "points", "states"):
        yield Numbers(role, f"{path}.{stage}", getattr(measure, stage))
    if measure.baseline is not None:
        for stage in ("numerators", "denominators", "days"):
            yield Numbers(role, f"{path}.baseline.{stage}", getattr(measure.baseline, stage))


def _of_component(role: int, path: str, component: ComponentScores) -> Iterator[Numbers]:
    for measure in component.measures:
        where = f"{path}.measures.{measure.name}"
        if isinstance(measure, MeasureScores):
            yield from _of_measure(role, where, measure)
        else:
            yield Numbers(role, f"{where}.points", measure.points)
            yield Numbers(role, f"{where}.states", measure.states)
    for modifier in component.modifiers:
        yield from _of_measure(role, f"{path}.modifiers.{modifier.name}", modifier)
    yield Numbers(role, f"{path}.points", component.points)
    yield Numbers(role, f"{path}.states", component.states)


def numbers_of(result: Scorecard | Settlement) -> Iterator[Numbers]:
    """Give every number of a result in the order in which it is computed, from totals to amounts."""
    card = scorecard_of(result)
    places = {role.role: place for place, role in enumerate(card.roles)}
    for place, role in enumerate(card.roles):
        path = f"roles.{role.role}"
        for component in role.components:
            yield from _of_component(place, f"{path}.components.{component.name}", component)
        yield Numbers(place, f"{path}.score", role.scores)
        yield Numbers(place, f"{path}.state", role.states)
    if isinstance(result, Settlement):
        for line in result.lines:
            path = f"roles.{line.role}.pay.{line.rule_id}"
            yield Numbers(places[line.role], f"{path}.points", line.points)
            yield Numbers(places[line.role], f"{path}.states", line.states)
            yield Numbers(places[line.role], f"{path}.base_minor", line.base_minor)
            for step, adjustments in enumerate(line.adjustments):
                yield Numbers(places[line.role], f"{path}.adjustments.{step}", adjustments)
            for step, amounts in enumerate(line.amounts):
                yield Numbers(places[line.role], f"{path}.amounts.{step}", amounts)


def who(card: Scorecard, payees: PayeeRows, row: int) -> tuple[str, str]:
    """Name the person and the period of a payee row."""
    return card.person_ids[payees.persons[row]], card.periods[payees.periods[row]].id


def _keys(payees: PayeeRows, codes: tuple[Whole, Whole]) -> tuple[Whole, Whole]:
    """Give the rows whose person and period are known, in order of (period, person, start), and these three numbers."""
    persons, periods = codes[0][payees.persons], codes[1][payees.periods]
    known = np.flatnonzero((persons >= 0) & (periods >= 0))
    keys = np.stack([periods, persons, payees.starts.astype(np.int64)])[:, known]
    order = np.lexsort(keys[::-1])
    return known[order], keys[:, order]


def _codes(labels: tuple[str, ...], known: Mapping[str, int]) -> Whole:
    return np.array([known.get(label, -1) for label in labels], dtype=np.int64)


def differences(
    before: Scorecard | Settlement,
    after: Scorecard | Settlement,
    *,
    code: str,
    said: str,
    renamed: Mapping[str, str] | None = None,
    without: frozenset[str] = frozenset(),
    stages: tuple[str, ...] | None = None,
    severity: Severity = "error",
) -> tuple[Finding, ...]:
    """Find where two results of one plan differ: per role the first number that does, and its first row.

    Only periods of `before` are compared. `renamed` gives the person ids of `after` by those of `before`; `without` leaves persons (of `before`) out;
    `stages` compares only numbers whose path ends in one of these words. Rows of persons only one side knows are
    passed over where they are in `without`, and are a difference otherwise. Equal results give ().
    """
    old, new = scorecard_of(before), scorecard_of(after)
    names = renamed or {person: person for person in old.person_ids}
    persons = {person: place for place, person in enumerate(old.person_ids) if person not in without}
    periods = {span.id: place for place, span in enumerate(old.periods)}
    old_codes = (_codes(old.person_ids, persons), _codes(tuple(span.id for span in old.periods), periods))
    new_codes = (
        _codes(new.person_ids, {names.get(person, person): place for person, place in persons.items()}),
        _codes(tuple(span.id for span in new.periods), periods),
    )
    found: list[Finding] = []
    rows: dict[int, tuple[Whole, Whole] | None] = {}
    for place, (mine, theirs) in enumerate(zip(old.roles, new.roles, strict=True)):
        (here, keys), (there, other_keys) = _keys(mine.payees, old_codes), _keys(theirs.payees, new_codes)
        rows[place] = (here, there) if np.array_equal(keys, other_keys) else None
        if rows[place] is None:
            message = f"{said}, but the payee rows are others: {here.size} and {there.size}"
            found.append(Finding(code=code, severity=severity, message=message, place=Place(path=f"roles.{mine.role}")))
    done: set[int] = set()
    for mine_numbers, their_numbers in zip(numbers_of(before), numbers_of(after), strict=True):
        role = mine_numbers.role
        pair = rows[role]
        if pair is None or role in done or (stages and not _ends(mine_numbers.path, stages)):
            continue
        unequal = np.flatnonzero(mine_numbers.values[pair[0]] != their_numbers.values[pair[1]])
        if unequal.size:
            done.add(role)
            row, other = int(pair[0][unequal[0]]), int(pair[1][unequal[0]])
            numbers = (int(mine_numbers.values[row]), int(their_numbers.values[other]))
            found.append(_told(old, mine_numbers, row, numbers, code, said, severity))
    return tuple(found)


def _ends(path: str, stages: tuple[str, ...]) -> bool:
    return any(part in stages for part in path.split(".")[-2:])


def _told(
    card: Scorecard, numbers: Numbers, row: int, values: tuple[int, int], code: str, said: str, severity: Severity
) -> Finding:
    person, period = who(card, card.roles[numbers.role].payees, row)
    return Finding(
        code=code,
        severity=severity,
        message=f"{said}, but here {values[0]} becomes {values[1]} (in last places)",
        place=Place(path=numbers.path, who=f"person {person!r}, period {period!r}"),
        witness=(
            ("person", person),
            ("period", period),
            ("number", numbers.path),
            ("before", str(values[0])),
            ("after", str(values[1])),
        ),
    )

"""Other datasets made from one: the same facts under other names, in other units, with or without somebody.

The variants are for comparison only: they keep the digest of the dataset they come from.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jointpay.data.base_pay import BasePay
from jointpay.data.credits import FIRST_DAY, LAST_DAY, Credits
from jointpay.data.dataset import Dataset
from jointpay.data.facts import Facts
from jointpay.data.people import People
from jointpay.data.targets import TargetTable

__all__ = [
    "NEWCOMER",
    "fact_rows",
    "renamed_base_pay",
    "renamed_dataset",
    "with_newcomer",
    "with_totals",
    "with_zero_facts",
    "without_persons",
]

NEWCOMER = "a newcomer without credits"
NULL_ITEM = "an item on which nothing happened"

Codes = NDArray[np.int32]


def _labelled(labels: Sequence[str]) -> tuple[tuple[str, ...], Codes]:
    """Give the sorted different labels, and each label's code."""
    ids = tuple(sorted(set(labels)))
    codes = {label: code for code, label in enumerate(ids)}
    return ids, np.array([codes[label] for label in labels], dtype=np.int32)


def _labels(codes: Codes, ids: Sequence[str], names: Mapping[str, str]) -> list[str]:
    return [names.get(ids[code], ids[code]) for code in codes.tolist()]


def _rows(rows: Codes, order: NDArray[np.int64]) -> Codes:
    """Reorder row numbers, which a record may not have."""
    return rows[order] if rows.size else rows


def _people(people: People, names: Mapping[str, str], kept: NDArray[np.bool_]) -> People:
    here = np.flatnonzero(kept)
    ids, codes = _labelled(_labels(people.persons[here], people.person_ids, names))
    order = np.lexsort((people.starts[here], codes))
    rows = here[order]
    return replace(
        people,
        persons=codes[order],
        roles=people.roles[rows],
        starts=people.starts[rows],
        ends=people.ends[rows],
        groups={column: groups[rows] for column, groups in people.groups.items()},
        person_ids=ids,
        names={names.get(person, person): name for person, name in people.names.items()},
        rows=_rows(people.rows, rows),
    )


def _credits(credit: Credits, persons: Mapping[str, str], items: Mapping[str, str], kept: NDArray[np.bool_]) -> Credits:
    here = np.flatnonzero(kept)
    person_ids, person_codes = _labelled(_labels(credit.persons[here], credit.person_ids, persons))
    item_ids, item_codes = _labelled(_labels(credit.items[here], credit.item_ids, items))
    order = np.lexsort((credit.starts[here], item_codes, credit.roles[here], person_codes))
    rows = here[order]
    return replace(
        credit,
        persons=person_codes[order],
        roles=credit.roles[rows],
        items=item_codes[order],
        shares=credit.shares[rows],
        starts=credit.starts[rows],
        ends=credit.ends[rows],
        person_ids=person_ids,
        item_ids=item_ids,
        rows=_rows(credit.rows, rows),
    )


def _facts(facts: Facts, items: Mapping[str, str]) -> Facts:
    item_ids, item_codes = _labelled(_labels(facts.items, facts.item_ids, items))
    order = np.lexsort((facts.channels, item_codes, facts.days))
    return replace(fact_rows(replace(facts, items=item_codes, item_ids=item_ids), order))


def _targets(table: TargetTable, names: Mapping[str, Mapping[str, str]]) -> TargetTable:
    def renamed(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(names.get(key, {}).get(value, value) for key, value in zip(table.keys, values, strict=True))

    return replace(table, values={renamed(values): number for values, number in table.values.items()})


def renamed_dataset(
    data: Dataset, *, persons: Mapping[str, str] | None = None, items: Mapping[str, str] | None = None
) -> Dataset:
    """Give the same facts under other ids, sorted as the other ids want it. Ids that are not named stay.

    The new ids must be different from one another.
    """
    who, what = persons or {}, items or {}
    return replace(
        data,
        facts=_facts(data.facts, what),
        credits=_credits(data.credits, who, what, np.ones(data.credits.persons.size, dtype=np.bool_)),
        people=_people(data.people, who, np.ones(data.people.persons.size, dtype=np.bool_)),
        targets={name: _targets(table, {"person": who, "item": what}) for name, table in data.targets.items()},
    )


def renamed_base_pay(base_pay: BasePay, persons: Mapping[str, str]) -> BasePay:
    """Give the same pay bases under other person ids."""
    amounts = {
        (persons.get(person, person), period, base): amount
        for (person, period, base), amount in base_pay.amounts.items()
    }
    return replace(base_pay, amounts=amounts)


def without_persons(data: Dataset, persons: Collection[str]) -> Dataset:
    """Leave persons out, with their seats and credits."""

    def kept(codes: Codes, ids: Sequence[str]) -> NDArray[np.bool_]:
        known = np.array([label not in persons for label in ids], dtype=np.bool_)
        return known[codes] if codes.size else np.zeros(0, dtype=np.bool_)

    return replace(
        data,
        credits=_credits(data.credits, {}, {}, kept(data.credits.persons, data.credits.person_ids)),
        people=_people(data.people, {}, kept(data.people.persons, data.people.person_ids)),
    )


def with_newcomer(data: Dataset, role: str) -> Dataset | None:
    """Add somebody who holds a seat of the role on every day and is credited with nothing.

    They get the groups of the first seat of the role, and are asked for what its holder is asked for in tables of
    targets; None where nobody holds the role.
    """
    people = data.people
    if role not in people.role_ids:
        return None
    code = people.role_ids.index(role)
    seats = np.flatnonzero(people.roles == code)
    if not seats.size:
        return None
    grown = replace(
        people,
        persons=np.append(people.persons, np.int32(len(people.person_ids))),
        roles=np.append(people.roles, np.int32(code)),
        starts=np.append(people.starts, np.int32(FIRST_DAY)),
        ends=np.append(people.ends, np.int32(LAST_DAY)),
        groups={column: np.append(groups, groups[seats[0]]) for column, groups in people.groups.items()},
        person_ids=(*people.person_ids, NEWCOMER),
        rows=np.append(people.rows, np.int32(0)) if people.rows.size else people.rows,
    )
    model = people.person_ids[people.persons[seats[0]]]
    return replace(
        data,
        people=_people(grown, {}, np.ones(grown.persons.size, dtype=np.bool_)),
        targets={name: _asked_too(table, model) for name, table in data.targets.items()},
    )


def _asked_too(table: TargetTable, model: str) -> TargetTable:
    """Ask the newcomer for what somebody else is asked for."""
    if "person" not in table.keys:
        return table
    place = table.keys.index("person")
    asked = {
        (*values[:place], NEWCOMER, *values[place + 1 :]): number
        for values, number in table.values.items()
        if values[place] == model
    }
    return replace(table, values={**table.values, **asked})


def fact_rows(facts: Facts, rows: NDArray[np.int64]) -> Facts:
    """Give some rows of facts, in the order asked for."""
    return replace(
        facts,
        days=facts.days[rows],
        items=facts.items[rows],
        channels=facts.channels[rows],
        totals={name: total[rows] for name, total in facts.totals.items()},
    )


def with_zero_facts(data: Dataset) -> Dataset:
    """Add, on every day that has a fact, a fact of zeros on an item that is credited to nobody."""
    facts = data.facts
    days = np.unique(facts.days)
    grown = replace(
        facts,
        days=np.concatenate([facts.days, days]),
        items=np.concatenate([facts.items, np.full(days.size, len(facts.item_ids), dtype=np.int32)]),
        channels=np.concatenate([facts.channels, np.zeros(days.size, dtype=np.int32)]),
        totals={
            name: np.concatenate([total, np.zeros(days.size, dtype=np.int64)]) for name, total in facts.totals.items()
        },
        item_ids=(*facts.item_ids, NULL_ITEM),
    )
    return replace(data, facts=_facts(grown, {}))


def with_totals(data: Dataset, change: Mapping[str, Callable[[NDArray[np.int64]], NDArray[np.int64]]]) -> Dataset:
    """Change some totals of every fact, each by its own function."""
    facts = data.facts
    totals = {name: change[name](total) if name in change else total for name, total in facts.totals.items()}
    return replace(data, facts=replace(facts, totals=totals))
